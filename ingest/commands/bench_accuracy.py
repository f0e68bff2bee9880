"""``sohoa bench accuracy``: draws certificates, or takes labelled ones, reads them and counts what is right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from ingest.commands.bench_options import check_place, docs_option, told_command, write_table
from ingest.commands.common import as_json, console, print_json, say

BLOCK = "accuracy"
# What belongs to drawing, and has no meaning for a set that is there.
_DRAWING = ("seed", "count", "style", "folder")
# What tells where the answer goes and how fast, not what was measured.
_NOT_TOLD = ("docs", "errors", "folder", "json_wanted", "processes")


@click.command(short_help="Độ chính xác từng mục.")
@click.option("--seed", type=int, default=1, show_default=True, help="Số gieo.  The seed to draw from.")
@click.option("--form", "forms", multiple=True, help="Chỉ các mẫu này.  Only these forms.")
@click.option("--capture", "captures", multiple=True, help="Chỉ các cách quét này.  Only these captures.")
@click.option(
    "--count",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Số giấy mỗi mẫu và cách quét.  Certificates for each form and capture.",
)
@click.option("--style", default="office", show_default=True, help="Kiểu vẽ.  The style of drawing.")
@click.option(
    "--set",
    "labelled",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Đo bộ có sẵn: thư mục bản quét và truth.jsonl.  Measure a folder of scans with their truth.jsonl instead.",
)
@click.option(
    "--compare",
    is_flag=True,
    help="So với Tesseract cả trang và biểu thức.  Also read by whole-page Tesseract and expressions.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Số tệp đọc cùng lúc.  Files read at a time.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Giữ các tệp đã vẽ ở đây.  Keep the drawn files here.",
)
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi mọi mục sai, thiếu, thừa vào tệp CSV này.  Write every field that is not right into this CSV file.",
)
@docs_option
@as_json
@click.pass_context
def accuracy(
    context: click.Context,
    seed: int,
    forms: tuple[str, ...],
    captures: tuple[str, ...],
    count: int,
    style: str,
    labelled: Path | None,
    compare: bool,  # noqa: FBT001  (click gives options by name)
    processes: int,
    folder: Path | None,
    errors: Path | None,
    docs: Path | None,
    *,
    json_wanted: bool,
) -> None:
    """Vẽ giấy chứng nhận (hoặc lấy bộ có sẵn), đọc lại và đếm mục đúng, sai, thiếu, thừa.

    Draw certificates, or take a labelled set, read them, and count what is right, wrong, missing and spurious.
    """
    from ingest.bench.accuracy_tables import print_measurement, table_lines, write_slips
    from ingest.bench.labelled import read_labelled
    from ingest.bench.reliability import write_diagram
    from ingest.bench_accuracy import CAPTURES, PRINTED_FORMS, bench_accuracy, bench_labelled

    if docs is not None:
        check_place(docs, BLOCK)
    if labelled is not None:
        _refuse_drawing(context)
        found = bench_labelled(read_labelled(labelled, forms, captures), processes=processes, compare=compare)
    else:
        _refuse_unknown(forms, captures)
        found = bench_accuracy(
            seed,
            forms=forms or PRINTED_FORMS,
            captures=captures or CAPTURES,
            per_cell=count,
            style=style,
            processes=processes,
            folder=folder,
            compare=compare,
        )
    if errors is not None:
        say(f"{write_slips(found.report, errors)} mục không đúng / fields not right: {errors}")
    if docs is not None:
        picture, made_by = docs.with_name(f"{docs.stem}-reliability.svg"), _made_by(context, None if labelled else seed)
        write_table(table_lines(found, made_by, picture.name), docs, BLOCK)
        write_diagram(found.report, picture, made_by.replace("`", ""))
    if json_wanted:
        print_json(found.to_json())
    else:
        print_measurement(found, console())


def _refuse_drawing(context: click.Context) -> None:
    given = [name for name in _DRAWING if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given:
        options = ", ".join(f"--{name}" for name in given)
        raise click.UsageError(f"--set đo bộ có sẵn, không vẽ: bỏ {options} / --set draws nothing: leave out {options}")


def _refuse_unknown(forms: Iterable[str], captures: Iterable[str]) -> None:
    from ingest.bench_accuracy import drawable

    known_forms, known_captures = drawable()
    for what, given, known in (("--form", forms, known_forms), ("--capture", captures, known_captures)):
        if unknown := sorted(set(given) - set(known)):
            names = ", ".join(known)
            raise click.UsageError(
                f"{what}: không vẽ được {', '.join(unknown)}; có: {names} / cannot be drawn; there are: {names}"
            )


def _made_by(context: click.Context, seed: int | None) -> str:
    """When, on what and by which command the figures came to be."""
    from ingest.bench.scale import machine

    sown = "" if seed is None else f", seed {seed}"
    command = told_command(context, _NOT_TOLD)
    return f"{datetime.now(UTC).date().isoformat()}, {machine()}{sown}, `{command}`"
