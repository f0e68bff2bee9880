"""``sohoa report``: what became of every scan, as a table for people or JSON Lines for machines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from certificate.citizens import RegistryVerdict
from certificate.states import State
from certificate.wording import FORMS, STATES, VERDICTS
from ingest.commands.common import as_json, console, open_office, plain, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from ingest.reporting import PaperLine, ReportLine

_COLOURS = {
    State.ARCHIVED: "green",
    State.IN_REVIEW: "yellow",
    State.RETURNED: "red",
    State.FAILED: "red",
    State.DUPLICATE: "dim",
}
_REASONS_SHOWN = 3


@click.command(short_help="Bảng kết quả của mọi bản quét.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Chỉ các trạng thái này.  Only scans in these states.",
)
@click.option("--queue", help="Chỉ hàng đợi này.  Only scans of this queue.")
@as_json
@click.pass_context
def report(context: click.Context, states: tuple[str, ...], queue: str | None, *, json_wanted: bool) -> None:
    """Mỗi bản quét: loại giấy, số phát hành, chủ sử dụng, đối chiếu dân cư, kết quả, bản PDF/A nằm ở đâu.

    What became of every scan. Identity numbers are masked. With --json: JSON Lines, one scan a line.
    """
    from ingest.reporting import report_lines

    with open_office(context) as office:
        found = report_lines(office, [State(state) for state in states] or None, queue)
        if json_wanted:
            for line in found:
                print_json(line.to_json())
            return
        folder = office.settings.home
        table = report_table(found, folder)
        screen = console()
        screen.print(table)
        if table.row_count == 0:
            click.echo("Chưa có bản quét nào. Nộp tệp: sohoa add TỆP…  (No scans yet.)")
        else:
            screen.print(f"[dim]PDF/A: tệp nằm trong {plain(str(folder))} (paths are below this folder)[/]")


def report_table(lines: Iterable[ReportLine], folder: Path) -> Table:
    """The lines as a table; paths are shown below ``folder`` where they lie there."""
    from rich.table import Table

    table = Table(title="Kết quả số hóa", title_justify="left", title_style="bold", show_lines=True)
    table.add_column("Tệp", overflow="fold", ratio=4)
    table.add_column("Loại giấy", overflow="fold", ratio=2)
    table.add_column("Số phát hành", no_wrap=True)
    table.add_column("Chủ sử dụng: đối chiếu dân cư", overflow="fold", ratio=6)
    table.add_column("Kết quả", overflow="fold", ratio=6)
    table.add_column("PDF/A", overflow="fold", ratio=4)
    for line in lines:
        outcome = f"[{_COLOURS.get(line.scan.state, 'cyan')}]{STATES[line.scan.state]}[/]"
        if line.remark:
            outcome += "\n" + plain(" ".join(str(words) for words in line.remark)).strip()
        if not line.papers:
            table.add_row(plain(line.scan.file_name), "", "", "", outcome, "")
        for number, paper in enumerate(line.papers):
            table.add_row(
                plain(line.scan.file_name) if number == 0 else "",
                str(FORMS[paper.form]),
                paper.serial_number or "",
                _owners(paper),
                (outcome if number == 0 else "") + ("" if line.remark else _reasons(paper)),
                _below(paper.pdfa, folder),
            )
    return table


def _owners(paper: PaperLine) -> str:
    lines = []
    for owner in paper.owners:
        good = owner.verdict is RegistryVerdict.MATCH
        name = plain(" ".join(part for part in (owner.full_name, owner.id_number) if part) or "?")
        lines.append(f"{name}: [{'green' if good else 'yellow'}]{VERDICTS[owner.verdict]}[/]")
    return "\n".join(lines)


def _reasons(paper: PaperLine) -> str:
    shown = [f"\n· {plain(reason)}" for reason in paper.reasons[:_REASONS_SHOWN]]
    more = len(paper.reasons) - _REASONS_SHOWN
    return "".join(shown) + (f"\n· và {more} lý do khác" if more > 0 else "")


def _below(path: Path | None, folder: Path) -> str:
    if path is None:
        return ""
    return plain(str(path.relative_to(folder) if path.is_relative_to(folder) else path))
