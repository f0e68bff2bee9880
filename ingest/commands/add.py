"""``sohoa add``: hand scans in, and if wanted wait until each is archived, in review or given back."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certificate.errors import QueueUnavailable
from certificate.states import SETTLED, State
from certificate.wording import STATES, remark_on
from ingest.commands.common import (
    ScanPath,
    as_json,
    console,
    find_scans,
    open_office,
    print_json,
    say,
    settings_of,
    who_runs_this,
)
from ingest.queue_names import QUEUE_NAMES, UPLOADS

if TYPE_CHECKING:
    from ingest.intake import Received
    from ingest.office import Office
    from ingest.settings import Settings
    from store.rows import ScanRow

_LOOK_EVERY_S = 0.3
_START_PATIENCE_S, _START_LOOK_EVERY_S = 30.0, 0.05
_AT_REST = SETTLED | {State.IN_REVIEW}
_STILL_WORKING = 6


@dataclass(frozen=True, slots=True)
class _Handed:
    source: str
    received: Received


@click.command(short_help="Nộp tệp quét vào hệ thống.")
@click.argument("files", nargs=-1, required=True, type=ScanPath())
@click.option("--wait", is_flag=True, help="Chờ xử lý xong.  Wait until each is archived, in review or given back.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(0, min_open=True),
    help="Chờ nhiều nhất số giây này; hết giờ thì mã thoát 6.  Longest wait in seconds; exit status 6.",
)
@click.option(
    "--queue",
    type=click.Choice(QUEUE_NAMES),
    default=UPLOADS,
    show_default=True,
    help="Hàng đợi: bulk dành cho kho cũ.  The queue; bulk is for the back catalogue.",
)
@click.option("--office", "office_name", default="", help="Đơn vị của hồ sơ.  The office that they belong to.")
@click.option("--who", help="Tên người nộp; mặc định là người dùng của máy.  Who hands them in.")
@as_json
@click.pass_context
def add(
    context: click.Context,
    files: tuple[Path, ...],
    timeout_s: float | None,
    queue: str,
    office_name: str,
    who: str | None,
    *,
    wait: bool,
    json_wanted: bool,
) -> None:
    """Nộp tệp quét hoặc cả thư mục; mỗi tệp được lưu an toàn trước khi xếp hàng xử lý.

    Hand scans in, files or folders. Each is safely kept before it is queued. With --json: JSON Lines, one file a line.
    """
    from ingest.intake import receive

    _await_queue(settings_of(context))
    with open_office(context, may_begin=True) as office:
        handed: list[_Handed] = []
        for path, source in find_scans(files):
            handed_by = who or who_runs_this()
            received = receive(office, path, source, who=handed_by, queue=queue, office_name=office_name)
            handed.append(_Handed(source, received))
            if not wait:
                _tell(_row(office, received.scan_id), source, json_wanted=json_wanted)
        if not wait:
            return
        _warn_without_workers(office, queue)
        rows = _wait(office, [each.received.scan_id for each in handed], timeout_s)
        for each, row in zip(handed, rows, strict=True):
            _tell(row, each.source, json_wanted=json_wanted)
        if any(row.state not in _AT_REST for row in rows):
            say("Chưa xong hết trong thời gian chờ; hệ thống vẫn làm tiếp. (not all done yet)")
            context.exit(_STILL_WORKING)


def _await_queue(settings: Settings) -> None:
    """Wait for a system that starts just now: without its queue the scans would be safe, but found a minute later."""
    from ingest.services import queue_answers, what_runs

    until = time.monotonic() + _START_PATIENCE_S
    while (running := what_runs(settings)) is not None and not queue_answers(running) and time.monotonic() < until:
        time.sleep(_START_LOOK_EVERY_S)


def _row(office: Office, scan_id: str) -> ScanRow:
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id)


def _wait(office: Office, scan_ids: Sequence[str], timeout_s: float | None) -> list[ScanRow]:
    """The scans, once none of them has work left for a machine or the time is over."""
    rows = {scan_id: _row(office, scan_id) for scan_id in scan_ids}
    limit = time.monotonic() + timeout_s if timeout_s is not None else None
    with _progress(len(rows)) as show:
        while True:
            working = [scan_id for scan_id, row in rows.items() if row.state not in _AT_REST]
            show(len(rows) - len(working))
            if not working or (limit is not None and time.monotonic() >= limit):
                return [rows[scan_id] for scan_id in scan_ids]
            time.sleep(_LOOK_EVERY_S)
            with office.database.unit_of_work(read_only=True) as unit:
                rows |= {scan_id: unit.scans.get(scan_id) for scan_id in working}


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """A bar on standard error where it is a terminal, else a line each time more are done; gives what shows it."""
    if not sys.stderr.isatty():
        shown = 0

        def show(done: int) -> None:
            nonlocal shown
            if done > shown:
                shown = done
                say(f"Đang xử lý: {done}/{total}")

        yield show
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("Đang xử lý"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)


def _warn_without_workers(office: Office, queue: str) -> None:
    from ingest.services import what_runs

    try:
        workers = office.queue.workers()[queue]
    except QueueUnavailable:
        workers = 0
    if workers == 0 and not _starts_workers(what_runs(office.settings), queue):
        say(
            f"Chưa có tiến trình nào nhận việc từ hàng đợi «{queue}»: chạy «sohoa up» hoặc «sohoa worker» "
            f"(no worker listens on this queue yet)."
        )


def _starts_workers(running: dict[str, Any] | None, queue: str) -> bool:
    """Whether the system that runs here has workers on the queue which have yet to say so."""
    return any(service["name"].startswith(f"worker-{queue}-") for service in (running or {}).get("services", []))


def _tell(row: ScanRow, source: str, *, json_wanted: bool) -> None:
    remark = remark_on(row.error_code, row.return_reason)
    if json_wanted:
        print_json(
            {
                "source": source,
                "scan_id": row.id,
                "state": row.state.value,
                "state_text": STATES[row.state].vi,
                "duplicate_of": row.duplicate_of,
                "error": {"code": row.error_code or row.return_reason, "message": remark[0].vi, "advice": remark[1].vi}
                if remark
                else None,
            }
        )
        return
    words = f"{source}: {STATES[row.state]}"
    if remark:
        words += f". {remark[0]} {remark[1]}".rstrip()
    if row.duplicate_of:
        words += f" (trùng bản quét {row.duplicate_of})"
    click.echo(words)
