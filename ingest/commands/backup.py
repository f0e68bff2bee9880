"""``sohoa backup`` and ``sohoa restore``: the whole office into a folder, and back into nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from ingest.commands.common import as_json, invocation_of, open_office, print_json, say, who_runs_this

DAMAGED_EXIT = 6
MIN_PASSPHRASE_LETTERS = 12
_TELL_EVERY_S = 5.0

passphrase_stdin = click.option(
    "--passphrase-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào chuẩn.  Read the passphrase from standard input."
)
folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")


@click.command(short_help="Sao lưu toàn bộ.")
@folder_argument
@click.option("--encrypt", is_flag=True, help="Mã hóa bằng mật khẩu (age).  Encrypt with a passphrase (age).")
@click.option(
    "--check",
    is_flag=True,
    help="Đọc lại mọi tệp đã sao lưu, chép lại tệp hỏng.  Read again what is there, copy damaged files anew.",
)
@passphrase_stdin
@as_json
@click.pass_context
def backup(
    context: click.Context, folder: Path, *, encrypt: bool, check: bool, passphrase_stdin: bool, json_wanted: bool
) -> None:
    """Sao lưu cơ sở dữ liệu, kho tệp và cấu hình vào thư mục DIR khi hệ thống vẫn chạy; lần sau chỉ chép tệp mới.

    Back everything up into DIR while the system runs; the next run copies only what is new. Without --encrypt the
    folder holds personal data in clear. An encrypted folder needs its passphrase only once: later runs (by night, say)
    go without, unless they --check. Exit status 6: some file was damaged already and could not be copied.
    """
    from ingest.backup.folder import is_sealed
    from ingest.backup.make import make_backup

    passphrase = None
    if passphrase_stdin or (encrypt and not is_sealed(folder)) or (check and is_sealed(folder)):
        passphrase = _passphrase(from_stdin=passphrase_stdin, is_new=not is_sealed(folder))
    if passphrase is not None and not (encrypt or is_sealed(folder)):
        raise click.UsageError("--passphrase-stdin cần --encrypt / needs --encrypt", context)
    with open_office(context) as office:
        tell = _telling(json_wanted)
        made = make_backup(office, folder, passphrase=passphrase, check=check, who=who_runs_this(), tell=tell)
    if json_wanted:
        print_json(made.to_json())
    else:
        click.echo(
            f"Bản sao lưu {made.snapshot}: {made.blob_count} tệp, mới chép {made.copied}"
            f" ({made.copied_bytes / 1e6:.1f} MB){', đã mã hóa' if made.sealed else ''}.  (snapshot made)"
        )
        if made.renewed:
            say(f"{made.renewed} tệp trong bản sao lưu đã hỏng và được chép lại. (damaged in the backup, copied anew)")
    if made.damaged:
        say(f"{len(made.damaged)} tệp trong kho đã hỏng và không chép được; chạy «sohoa audit». (damaged files)")
        context.exit(DAMAGED_EXIT)


@click.command(short_help="Khôi phục từ bản sao lưu.")
@folder_argument
@click.option("--snapshot", help="Bản sao lưu nào; mặc định bản mới nhất.  Which snapshot; the newest by default.")
@click.option("--list", "list_wanted", is_flag=True, help="Chỉ liệt kê các bản sao lưu.  Only list the snapshots.")
@click.option(
    "--leave-damaged",
    is_flag=True,
    help="Bỏ qua tệp đã hỏng trong bản sao lưu.  Go on without files that are damaged in the backup.",
)
@passphrase_stdin
@as_json
@click.pass_context
def restore(
    context: click.Context,
    folder: Path,
    snapshot: str | None,
    *,
    list_wanted: bool,
    leave_damaged: bool,
    passphrase_stdin: bool,
    json_wanted: bool,
) -> None:
    """Khôi phục bản sao lưu trong DIR vào thư mục dữ liệu trống (--home), và đối chiếu mọi thứ đã khôi phục.

    Bring a backup back into an empty home folder and compare everything. A sohoa.toml that is there already wins over
    the one in the backup, so that the office may come back on another database or store.
    Exit status 6: some files were damaged.
    """
    from ingest.backup.folder import is_sealed
    from ingest.backup.restore import list_snapshots
    from ingest.backup.restore import restore as bring_back
    from ingest.settings import load

    if list_wanted:
        for name in list_snapshots(folder):
            if json_wanted:
                print_json({"snapshot": name})
            else:
                click.echo(name)
        return
    sealed = is_sealed(folder)
    passphrase = _passphrase(from_stdin=passphrase_stdin, is_new=False) if sealed else None
    home = load(invocation_of(context).home).home
    done = bring_back(
        home,
        folder,
        snapshot=snapshot,
        passphrase=passphrase,
        leave_damaged=leave_damaged,
        who=who_runs_this(),
        tell=_telling(json_wanted),
    )
    if json_wanted:
        print_json(done.to_json())
    else:
        click.echo(
            f"Đã khôi phục và đối chiếu {done.blob_count} tệp, {done.rows} dòng từ {done.snapshot}.  (restored)\n"
            "Nên chạy «sohoa audit» rồi «sohoa up»."
        )
    if done.damaged:
        say(f"{len(done.damaged)} tệp đã hỏng nên không khôi phục được; «sohoa audit» nêu từng tệp. (damaged files)")
        context.exit(DAMAGED_EXIT)


def _passphrase(*, from_stdin: bool, is_new: bool) -> str:
    if from_stdin:
        found = sys.stdin.readline().rstrip("\r\n")
    else:
        again = "Nhập lại (again)" if is_new else False
        found = click.prompt("Mật khẩu sao lưu (passphrase)", hide_input=True, confirmation_prompt=again, err=True)
    if is_new and len(found) < MIN_PASSPHRASE_LETTERS:
        raise click.BadParameter(
            f"mật khẩu cần ít nhất {MIN_PASSPHRASE_LETTERS} ký tự / at least {MIN_PASSPHRASE_LETTERS} letters",
            param_hint="passphrase",
        )
    return found


def _telling(quiet: bool) -> Callable[[int, int], None]:  # noqa: FBT001 - one switch
    last = time.monotonic()

    def tell(count: int, size: int) -> None:
        nonlocal last
        if not quiet and time.monotonic() - last > _TELL_EVERY_S:
            last = time.monotonic()
            say(f"{count} tệp, {size / 1e6:.0f} MB…")

    return tell
