"""``sohoa watch``: take in what a scanner drops into a folder."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click

from ingest.commands.common import Command, as_json, invocation_of, print_json, say, settings_of, who_runs_this
from ingest.queue_names import QUEUE_NAMES, UPLOADS


def _seconds(name: str, default: float, words: str, *, least: float = 0) -> Callable[[Command], Command]:
    return click.option(
        f"--{name}", f"{name}_s", type=click.FloatRange(least), default=default, show_default=True, help=words
    )


@click.command(short_help="Nhận tệp từ thư mục máy quét.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_seconds("every", 2.0, "Nhìn lại sau mỗi số giây này.  Seconds between looks.", least=0.05)
@_seconds("settle", 30.0, "Tệp phải nằm yên số giây này mới được nhận.  Seconds for which a file must not change.")
@_seconds(
    "linger",
    600.0,
    "Đã nhận rồi vẫn giữ bản ở thư mục ẩn số giây này, phòng khi máy quét còn ghi tiếp.  "
    "Seconds for which a taken file is kept, should the scanner write on.",
)
@click.option("--queue", type=click.Choice(QUEUE_NAMES), default=UPLOADS, help="Hàng đợi.  The queue.")
@click.option("--office", "office_name", default="", help="Đơn vị của hồ sơ.  The office that they belong to.")
@click.option("--who", help="Tên người nộp.  Who hands the files in.")
@click.option("--once", is_flag=True, help="Nhận những gì đang có rồi dừng.  Take what is there and stop.")
@as_json
@click.pass_context
def watch(
    context: click.Context,
    folder: Path,
    every_s: float,
    settle_s: float,
    linger_s: float,
    queue: str,
    office_name: str,
    who: str | None,
    *,
    once: bool,
    json_wanted: bool,
) -> None:
    """Nhận tệp quét thả vào FOLDER, kể cả ổ đĩa mạng. Tệp chỉ rời thư mục khi đã lưu an toàn; Ctrl-C để dừng.

    Take in scans dropped into FOLDER, network shares too. A file leaves the folder only when it is safely kept and
    nobody writes to it any more; one that is refused goes into “khong-nhan” with the reason beside it. With --once
    and --json: how many were taken in.
    """
    from ingest import logs
    from ingest.office import Office
    from ingest.watching import Watcher, only_watcher

    # On a terminal a person reads sentences; a service's log is for machines, and holds no names of files.
    at_screen = sys.stderr.isatty()
    is_quiet = at_screen and not invocation_of(context).debug
    logs.set_up(json_lines=not at_screen, level=logging.CRITICAL if is_quiet else logging.INFO)
    place = folder.resolve()
    with Office.open(settings_of(context)) as office, only_watcher(office, place):
        watcher = Watcher(
            office,
            place,
            who or who_runs_this(),
            queue,
            settle_s=settle_s,
            linger_s=linger_s,
            office_name=office_name,
            tell=say if at_screen else lambda _sentence: None,
        )
        if once:
            stop = threading.Event()
            watcher.look()
            stop.wait(settle_s)
            taken = watcher.look()
            if json_wanted:
                print_json({"taken": taken})
            else:
                say(f"Đã nhận: {taken}  (taken in)")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        say(f"Đang theo dõi {place}. Dừng: Ctrl-C. (watching)")
        watcher.watch(stop, every_s)
