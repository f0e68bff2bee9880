"""``sohoa retention``: deleting by the office's own rule, proposed by one person and confirmed by another."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from certificate.states import SETTLED, State
from ingest.commands.common import as_json, console, open_office, plain, print_json

if TYPE_CHECKING:
    from ingest.office import Office
    from store.rows import RetentionCaseRow, UserRow

_STATUS = {
    "proposed": "chờ người thứ hai",
    "withdrawn": "đã rút",
    "confirmed": "đã xác nhận, chưa xong",
    "executed": "đã hủy",
}
state_option = click.option(
    "--state",
    type=click.Choice(sorted(state.value for state in SETTLED)),
    required=True,
    help="Trạng thái có quy định thời hạn.  The state that a rule is for.",
)
user_option = click.option("--user", required=True, help="Tên đăng nhập của người phụ trách.  Sign-in name.")
password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào chuẩn.  Read the password from standard input."
)


@click.group()
def retention() -> None:
    """Hủy hồ sơ hết thời hạn lưu theo quy định của cơ quan (retention_rules), hai người cùng xác nhận.

    Delete what need not be kept any longer, by the office's rule and with four eyes; a trace stays in the events.
    """


@retention.command(short_help="Hồ sơ đến hạn hủy.")
@state_option
@as_json
@click.pass_context
def due(context: click.Context, state: str, *, json_wanted: bool) -> None:
    """Liệt kê hồ sơ đến hạn hủy; không hủy gì.

    List what the rule would let go now; nothing is deleted.
    """
    from ingest import retention as use_case

    with open_office(context) as office:
        for scan_id in use_case.due(office, State(state)):
            if json_wanted:
                print_json({"scan_id": scan_id})
            else:
                click.echo(scan_id)


@retention.command(short_help="Đề nghị hủy.")
@click.argument("scans", nargs=-1)
@state_option
@click.option("--reason", required=True, help="Lý do.  The reason.")
@user_option
@password_stdin
@as_json
@click.pass_context
def propose(
    context: click.Context,
    scans: tuple[str, ...],
    state: str,
    reason: str,
    user: str,
    *,
    password_stdin: bool,
    json_wanted: bool,
) -> None:
    """Đề nghị hủy mọi hồ sơ đến hạn của một trạng thái, hoặc chỉ những hồ sơ nêu tên. Chưa hủy gì.

    Propose to delete what is due, or the scans named. Nothing is deleted yet.
    """
    from ingest import retention as use_case

    with open_office(context) as office:
        who = _sign_in(office, user, from_stdin=password_stdin)
        case = use_case.propose(office, State(state), reason=reason, who=who, scan_ids=scans or None)
    _tell(case, json_wanted=json_wanted)


@retention.command(short_help="Người thứ hai xác nhận, hồ sơ bị hủy.")
@click.argument("case")
@user_option
@password_stdin
@as_json
@click.pass_context
def confirm(context: click.Context, case: str, user: str, *, password_stdin: bool, json_wanted: bool) -> None:
    """Người thứ hai xác nhận; hồ sơ và tệp bị hủy hẳn, nhật ký giữ lại dấu vết.

    The second person confirms; rows and files are deleted for good, the trace stays.
    """
    from ingest import retention as use_case

    with open_office(context) as office:
        done = use_case.confirm(office, case, who=_sign_in(office, user, from_stdin=password_stdin))
    _tell(done, json_wanted=json_wanted)


@retention.command(short_help="Rút đề nghị.")
@click.argument("case")
@user_option
@password_stdin
@as_json
@click.pass_context
def withdraw(context: click.Context, case: str, user: str, *, password_stdin: bool, json_wanted: bool) -> None:
    """Rút một đề nghị chưa xác nhận.

    Withdraw a proposal that nobody has confirmed.
    """
    from ingest import retention as use_case

    with open_office(context) as office:
        done = use_case.withdraw(office, case, who=_sign_in(office, user, from_stdin=password_stdin))
    _tell(done, json_wanted=json_wanted)


@retention.command("list", short_help="Mọi đề nghị và kết quả.")
@as_json
@click.pass_context
def list_cases(context: click.Context, *, json_wanted: bool) -> None:
    """Liệt kê mọi đề nghị hủy và kết quả.

    List every proposal and what became of it.
    """
    from ingest import retention as use_case

    with open_office(context) as office:
        for case in use_case.cases(office):
            _tell(case, json_wanted=json_wanted)


def _sign_in(office: Office, name: str, *, from_stdin: bool) -> UserRow:
    """Each of the two shows who they are: the system's user alone would let one person be both."""
    from ingest import accounts

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(f"Mật khẩu của {name} (password)", hide_input=True, err=True)
    return accounts.sign_in(office, name, password)


def _tell(case: RetentionCaseRow, *, json_wanted: bool) -> None:
    if json_wanted:
        print_json(
            {
                "case": case.id,
                "rule": case.rule,
                "status": case.status.value,
                "reason": case.reason,
                "proposed_by": case.proposed_by,
                "decided_by": case.decided_by,
                "scans": list(case.scan_ids),
            }
        )
        return
    who = case.proposed_by + (f", {case.decided_by}" if case.decided_by else "")
    console().print(
        f"{case.id}  {plain(case.rule)}  {len(case.scan_ids)} hồ sơ  [bold]{_STATUS[case.status.value]}[/]"
        f"  {plain(who)}: {plain(case.reason)}"
    )
