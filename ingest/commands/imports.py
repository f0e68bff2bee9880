"""``sohoa import``: compare our records with another register, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.commands.common import as_json, open_office, print_json, say, who_runs_this

if TYPE_CHECKING:
    from ingest.imports import ImportDone

_ROWS_SHOWN = 20
_OUTCOMES = {
    "same": "khớp",
    "differs": "khác",
    "unmatched": "chưa có trong hệ thống",
    "ambiguous": "trùng số phát hành, chưa đối chiếu",
    "unreadable": "không đọc được",
}


@click.command("import", short_help="Đối chiếu với sổ cũ.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--again",
    is_flag=True,
    help="Đối chiếu lại cả những dòng đã đối chiếu.  Compare rows again that were compared before.",
)
@click.option("--who", help="Tên người nhập; mặc định là người dùng của máy.  Who imports.")
@as_json
@click.pass_context
def import_register(
    context: click.Context, files: tuple[Path, ...], who: str | None, *, again: bool, json_wanted: bool
) -> None:
    """Đọc JSON Lines của hệ thống hoặc bảng tính PL3-01 và đối chiếu theo số phát hành.

    Compare our records with JSON Lines of ours or a PL3-01 workbook, by serial number. Nothing of ours is overwritten:
    differences wait on the web page for a person. Rows without a certificate wait, too: they are compared when it is
    archived, and told again when the same file is given again. With --json: one line for each row that wants a person,
    then one line a file with the counts.
    """
    from ingest.imports import run_import

    with open_office(context) as office:
        for path in files:
            done = run_import(
                office,
                path,
                who=who or who_runs_this(),
                again=again,
                told=(lambda row: print_json(row.to_json())) if json_wanted else (lambda _row: None),
            )
            if json_wanted:
                print_json(_counted(done))
            else:
                _tell(done)


def _counted(done: ImportDone) -> dict[str, Any]:
    return {
        "file": done.file_name,
        "sha256": done.sha256,
        "rows": done.rows,
        "known_before": done.known_before,
        "compared_again": done.compared_again,
        "outcomes": {outcome.value: count for outcome, count in sorted(done.outcomes.items())},
        "differences": done.differences,
        "columns_ignored": done.columns_ignored,
        "columns_not_compared": sorted(done.columns_not_compared),
        "diagnoses": {code.value: count for code, count in sorted(done.diagnoses.items())},
    }


def _tell(done: ImportDone) -> None:
    from certificate.legacy_rows import DIAGNOSES
    from certificate.pl3 import columns

    words = ", ".join(f"{count} {_OUTCOMES[outcome.value]}" for outcome, count in sorted(done.outcomes.items()))
    again = f", {done.compared_again} dòng đã nhập trước đối chiếu lại" if done.compared_again else ""
    click.echo(
        f"{done.file_name}: {done.rows} dòng{' mới' if again else ''}{again} ({words or 'không có dòng mới'}); "
        f"{done.differences} giá trị khác chờ kiểm tra."
    )
    if done.columns_ignored:
        titles = "; ".join(done.columns_ignored)
        say(f"  Cột không theo thứ tự của biểu mẫu; bỏ qua các cột chưa rõ: {titles}. (columns not known)")
    if done.columns_not_compared:
        titles = "; ".join(column.title for column in columns() if column.key in done.columns_not_compared)
        say(f"  Chưa đối chiếu các cột: {titles}. (columns not compared)")
    for code, count in done.diagnoses.most_common():
        click.echo(f"  {count} dòng: {DIAGNOSES[code]}")
    for row in done.told[:_ROWS_SHOWN]:
        faults = "; ".join(
            f"{DIAGNOSES[d.code]}{f' (có lẽ là {d.suggestion})' if d.suggestion else ''}" for d in row.diagnoses
        )
        serial = f" ({row.serial_number})" if row.serial_number else ""
        outcome = _OUTCOMES[row.outcome.value]
        # What was typed wrong could not be compared.
        outcome = f"các ô khác {outcome}" if outcome == _OUTCOMES["same"] and faults else outcome
        say(f"  dòng {row.number}{serial}: {outcome}. {faults}".rstrip())
    if len(done.told) > _ROWS_SHOWN:
        say("  … dùng --json để xem mọi dòng. (--json tells every row)")
