"""``sohoa audit``: look at everything that is kept, name every damage, rebuild what can be rebuilt."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from ingest.commands.common import as_json, console, open_office, plain, print_json, say, who_runs_this

if TYPE_CHECKING:
    from ingest.audit.checks import Check
    from ingest.audit.run import Progress, Report

DAMAGED_EXIT, INTERRUPTED_EXIT = 6, 130
_COLOURS = {"lost": "red", "rebuildable": "yellow", "notice": "dim"}


@click.command(short_help="Kiểm toán kho lưu trữ.")
@click.option("--repair", "mend", is_flag=True, help="Dựng lại những gì dựng lại được.  Rebuild what can be rebuilt.")
@click.option(
    "--thorough", is_flag=True, help="Đối chiếu PDF/A từng chữ, kiểm chữ ký.  PDF/A word by word, signatures."
)
@click.option("--fresh", is_flag=True, help="Bỏ lần kiểm toán dở dang, làm lại từ đầu.  Begin anew.")
@as_json
@click.pass_context
def audit(context: click.Context, *, mend: bool, thorough: bool, fresh: bool, json_wanted: bool) -> None:
    """Băm lại mọi tệp, mở mọi PDF/A, đối chiếu cơ sở dữ liệu, kho, nhật ký, hàng đợi; báo từng hư hại và cách xử lý.

    Hash every file again, open every PDF/A, compare database, store, events and queue. Interrupt with Ctrl-C; the next
    run goes on. Exit status 0: all is well, 6: damages are left.
    """
    from ingest.audit.repair import repair
    from ingest.audit.run import audit as run_audit

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    with open_office(context) as office:
        who = who_runs_this()
        tell = (lambda _check, _progress: None) if json_wanted else _tell
        report = run_audit(office, who=who, thorough=thorough, fresh=fresh, tell=tell, stop=stop)
        if report is None:
            say("Đã dừng giữa chừng; chạy lại «sohoa audit» để làm tiếp. (Interrupted; run again to go on.)")
            context.exit(INTERRUPTED_EXIT)
        if mend:
            report = repair(office, report, who=who)
    if json_wanted:
        print_json(report.to_json())
    else:
        _print(report)
    if report.open_damages:
        context.exit(DAMAGED_EXIT)


def _tell(check: Check, progress: Progress) -> None:
    rate = progress.bytes_read / progress.seconds / 1e6 if progress.seconds else 0.0
    say(f"{check.title}: {progress.items.get(check.name, 0)}, {progress.bytes_read / 1e9:.2f} GB, {rate:.0f} MB/s")


def _print(report: Report) -> None:
    from rich.table import Table

    from ingest.audit.damages import Gravity

    screen = console()
    if report.damages:
        only_notices = all(damage.gravity is Gravity.NOTICE for damage in report.damages)
        title = "Lưu ý, không mất gì" if only_notices else "Hư hại"
        table = Table(title=title, title_justify="left", title_style="bold", show_lines=True)
        table.add_column("Hồ sơ", overflow="fold", ratio=3)
        table.add_column("Lưu ý" if only_notices else "Hư hại", overflow="fold", ratio=4)
        table.add_column("Cần làm", overflow="fold", ratio=4)
        for damage in report.damages:
            words = damage.to_json()
            subject = " ".join(part for part in (damage.scan_id, damage.role, damage.blob[:12]) if part)
            about = f"{words['message']} [dim]({damage.code}{', ' + plain(damage.detail) if damage.detail else ''})[/]"
            todo = "[green]đã dựng lại[/]" if damage.mended else plain(words["advice"])
            table.add_row(subject, f"[{_COLOURS[damage.gravity]}]●[/] {about}", todo)
        screen.print(table)
    looked = ", ".join(f"{name} {count}" for name, count in report.progress.items.items())
    screen.print(
        f"Đã xem: {looked}; {report.progress.bytes_read / 1e9:.2f} GB, {report.bytes_per_second / 1e6:.0f} MB/s"
    )
    if report.open_damages:
        screen.print(f"[red]Còn {len(report.open_damages)} hư hại.[/] (damages left)")
    else:
        screen.print("[green]Kho lưu trữ nguyên vẹn.[/] (All is well.)")
    screen.print(f"[dim]{plain(str(report.folder))}[/]")
