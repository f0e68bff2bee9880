"""``sohoa read``: from files to records on standard output; no database, queue or registry is touched."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from certificate.errors import NoAccess, ScanRefused, TooLarge
from certificate.reading import ScanReading
from certificate.record import Record
from certificate.rules.catalogue import make_finding
from certificate.rules.check import recheck_record, with_findings
from ingest.commands.common import (
    ScanPath,
    as_json,
    console,
    field_name,
    find_scans,
    plain,
    print_json,
    record_table,
    settings_of,
)
from ocr.options import ReadOptions
from ocr.pool import ReaderPool

if TYPE_CHECKING:
    from ingest.settings import Settings

Outcome = ScanReading | ScanRefused


@click.command(short_help="Đọc tệp quét, in kết quả, không lưu gì.")
@click.argument("paths", nargs=-1, required=True, type=ScanPath())
@as_json
@click.option(
    "--show",
    "show_dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Để hình từng bước đọc vào thư mục này.  Leave pictures of each stage in this folder.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="Số tệp đọc cùng lúc; mặc định bằng số lõi.  Files read at a time; default: one for each core.",
)
@click.pass_context
def read(
    context: click.Context, paths: tuple[Path, ...], show_dir: Path | None, processes: int | None, *, json_wanted: bool
) -> None:
    """Đọc tệp quét (PDF, TIFF, JPEG, PNG hoặc thư mục) và in kết quả; không lưu, không tra cứu gì.

    Read scans (files or folders) and print what stands on them. Nothing is kept and nobody is asked. With --json:
    JSON Lines, one certificate a line in the order of the inputs; a file that cannot be read has its line, too.
    """
    settings = settings_of(context)
    scans = list(find_scans(paths))
    slots = max(1, min(processes or len(os.sched_getaffinity(0)), len(scans)))
    options = _options(settings, show_dir)
    with (
        ReaderPool(slots, settings.read_timeout_s, settings.reader_memory_bytes, options) as pool,
        _progress(len(scans)) as step,
        _ending_at_once(),
    ):
        for source, outcome in read_in_order(pool, scans, settings.max_bytes):
            if json_wanted:
                for line in lines(source, outcome, date.today()):  # noqa: DTZ011 - the office's own calendar day
                    print_json(line)
            else:
                _print_tables(source, outcome)
            step()


def read_in_order(pool: ReaderPool, scans: Iterable[tuple[Path, str]], max_bytes: int) -> Iterator[tuple[str, Outcome]]:
    """Each source with its reading or refusal, in the order given; what cannot be opened never reaches a reader."""
    ahead: deque[tuple[str, ScanRefused | None]] = deque()

    def readable() -> Iterator[tuple[Path, str]]:
        for path, source in scans:
            refusal = _cannot_open(path, max_bytes)
            ahead.append((source, refusal))
            if refusal is None:
                yield path, source

    def refused_next() -> Iterator[tuple[str, Outcome]]:
        while ahead and (refusal := ahead[0][1]) is not None:
            yield ahead.popleft()[0], refusal

    for source, outcome in pool.read_many(readable()):
        yield from refused_next()
        ahead.popleft()
        yield source, outcome
    yield from refused_next()


def lines(source: str, outcome: Outcome, today: date) -> list[dict[str, Any]]:
    """What ``--json`` prints for one file: a line for each certificate, or the one that says why it was refused."""
    if isinstance(outcome, ScanRefused):
        return [{"source": source, "error": outcome.to_json()}]
    return [record.to_json() for record in finished_records(outcome, today)]


def finished_records(reading: ScanReading, today: date) -> list[Record]:
    """The records of a scan with the remarks of the rules and those about the file as a whole."""
    records = [recheck_record(found.record, today) for found in reading.certificates]
    known = {finding for record in records for finding in record.findings}
    of_file = [finding for finding in reading.findings if finding not in known]
    of_file += [make_finding("page_unreadable", page=str(page.page_number)) for page in reading.unreadable]
    return [with_findings(record, of_file) for record in records]


def _cannot_open(path: Path, max_bytes: int) -> ScanRefused | None:
    try:
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        return NoAccess(type(error).__name__)
    return TooLarge(f"{size} bytes") if size > max_bytes else None


def _options(settings: Settings, show_dir: Path | None) -> ReadOptions:
    return ReadOptions(
        max_bytes=settings.max_bytes, max_pages=settings.max_pages, max_pixels=settings.max_pixels, show_dir=show_dir
    )


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """A bar on the terminal, if standard error is one and there is more than a file; gives the step to call."""
    if not sys.stderr.isatty() or total < 2:
        yield lambda: None
        return
    from rich.progress import Progress

    with Progress(console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("Đang đọc", total=total)
        yield lambda: progress.advance(task)


@contextmanager
def _ending_at_once() -> Iterator[None]:
    """Ctrl-C ends the process without waiting for scans that are being read; the readers die with it."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\x1b[?25h\n")  # The bar had hidden the cursor.
            sys.stderr.flush()
        os._exit(130)

    previous = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _print_tables(source: str, outcome: Outcome) -> None:
    screen = console()
    if isinstance(outcome, ScanRefused):
        screen.print(f"[bold]{plain(source)}[/]  [red]{outcome.message}[/] {outcome.advice} [dim]\\[{outcome.code}][/]")
        return
    for record in finished_records(outcome, date.today()):  # noqa: DTZ011 - the office's own calendar day
        screen.print(record_table(record, source))
        for finding in record.findings:
            about = ", ".join(field_name(path) for path in finding.fields)
            about = f"{plain(about)}: " if about and about not in finding.message else ""
            screen.print(f"  [dim]•[/] {about}{plain(finding.message)} [dim]{plain(finding.advice)}[/]")
        screen.print()
