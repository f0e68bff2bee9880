"""``sohoa users``: the people who may sign in."""

from __future__ import annotations

import secrets
import sys

import click

from ingest.commands.common import as_json, console, open_office, plain, print_json, say, who_runs_this

# As ``store.rows.Role``, which would load the database for a help text; a test holds the two alike.
ROLES = {
    "clerk": "cán bộ tiếp nhận",
    "reviewer": "cán bộ kiểm tra",
    "supervisor": "phụ trách",
    "auditor": "kiểm toán",
    "administrator": "quản trị",
}
# Twelve syllable-like letters are easy to type from paper and hard to guess (62 bits).
_GENERATED_LETTERS = 12
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789ABCDEFGH"

password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào chuẩn.  Read the password from standard input."
)
generate = click.option("--generate", is_flag=True, help="Tự tạo mật khẩu và in ra.  Make a password and print it.")


@click.group()
def users() -> None:
    """Người dùng và mật khẩu.

    The people who may sign in to the pages.
    """


@users.command(short_help="Thêm người dùng.")
@click.argument("name")
@click.option("--display-name", help="Họ tên hiển thị.  Name shown on pages.")
@click.option("--role", type=click.Choice(list(ROLES)), default="clerk", show_default=True, help="Vai trò.  Role.")
@click.option("--officer-code", help="Mã cán bộ dùng khi tra cứu dân cư.  Officer's code on registry calls.")
@click.option("--office", "office_name", default="", help="Đơn vị.  Office.")
@password_stdin
@generate
@as_json
@click.pass_context
def add(
    context: click.Context,
    name: str,
    display_name: str | None,
    role: str,
    officer_code: str | None,
    office_name: str,
    *,
    password_stdin: bool,
    generate: bool,
    json_wanted: bool,
) -> None:
    """Thêm người dùng; hỏi mật khẩu nếu không có --password-stdin hay --generate.

    Add a person; the password is asked for unless it comes otherwise.
    """
    from ingest import accounts

    password = _password(context, from_stdin=password_stdin, generated=generate)
    with open_office(context, may_begin=True) as office:
        try:
            row = accounts.add_user(
                office,
                name=name,
                password=password,
                display_name=display_name or name,
                role=role,
                officer_code=officer_code,
                office_name=office_name,
                who=who_runs_this(),
            )
        except ValueError as error:
            raise _too_short(context) from error
    _tell(row.name, row.role.value, password if generate else None, "Đã thêm người dùng", json_wanted=json_wanted)


@users.command(short_help="Đặt lại mật khẩu.")
@click.argument("name")
@password_stdin
@generate
@as_json
@click.pass_context
def password(context: click.Context, name: str, *, password_stdin: bool, generate: bool, json_wanted: bool) -> None:
    """Đặt mật khẩu mới cho một người dùng.

    Give a person a new password.
    """
    from ingest import accounts

    secret = _password(context, from_stdin=password_stdin, generated=generate)
    with open_office(context) as office:
        try:
            row = accounts.set_password(office, name, secret, who=who_runs_this())
        except ValueError as error:
            raise _too_short(context) from error
    _tell(row.name, row.role.value, secret if generate else None, "Đã đổi mật khẩu", json_wanted=json_wanted)


@users.command("list", short_help="Liệt kê người dùng.")
@as_json
@click.pass_context
def list_users(context: click.Context, *, json_wanted: bool) -> None:
    """Liệt kê người dùng.

    List the people who may sign in.
    """
    from ingest import accounts

    with open_office(context) as office:
        rows = accounts.users(office)
    if json_wanted:
        for row in rows:
            print_json(
                {
                    "name": row.name,
                    "display_name": row.display_name,
                    "role": row.role.value,
                    "office": row.office,
                    "officer_code": row.officer_code,
                    "active": row.active,
                }
            )
        return
    from rich.table import Table

    table = Table()
    for column in ("Tên đăng nhập", "Họ tên", "Vai trò", "Đơn vị", "Mã cán bộ", "Hoạt động"):
        table.add_column(column)
    for row in rows:
        cells = (row.name, row.display_name, ROLES[row.role.value], row.office, row.officer_code or "")
        table.add_row(*(plain(cell) for cell in cells), "có" if row.active else "không")
    console().print(table)


def _password(context: click.Context, *, from_stdin: bool, generated: bool) -> str:
    if from_stdin and generated:
        raise click.UsageError("--password-stdin hoặc --generate, không cả hai / not both", context)
    if generated:
        return "".join(secrets.choice(_LETTERS) for _ in range(_GENERATED_LETTERS))
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    answer: str = click.prompt("Mật khẩu (password)", hide_input=True, confirmation_prompt="Nhập lại (again)", err=True)
    return answer


def _too_short(context: click.Context) -> click.BadParameter:
    from ingest.accounts import MIN_PASSWORD_LETTERS

    return click.BadParameter(
        f"mật khẩu cần ít nhất {MIN_PASSWORD_LETTERS} ký tự / at least {MIN_PASSWORD_LETTERS} letters",
        ctx=context,
        param_hint="password",
    )


def _tell(name: str, role: str, secret: str | None, done: str, *, json_wanted: bool) -> None:
    if json_wanted:
        print_json({"name": name, "role": role, **({"password": secret} if secret else {})})
        return
    say(f"{done}: {name} ({ROLES[role]})")
    if secret:
        click.echo(f"Mật khẩu (password): {secret}")
