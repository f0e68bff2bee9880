"""``sohoa run``: a whole folder of old scans, from the first look to the report."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.commands.common import as_json, console, open_office, plain, print_json, say, settings_of, who_runs_this

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from ingest.office import Office
    from ingest.runs.control import Listed
    from ingest.runs.reporting import Overview

_RULES = ("file", "numbered", "folder", "manifest")
_LOOK_EVERY_S = 2.0
_REASONS_SHOWN = 8
_STEM_BYTES = 200

_name = click.argument("name", required=False)


@click.group()
def run() -> None:
    """Số hóa kho cũ: cả thư mục bản quét, tạm dừng và làm tiếp được, tắt máy giữa chừng không mất gì.

    Runs over a back catalogue: a whole folder of scans, however large. Without NAME: the newest run.
    """


@run.command(short_help="Bắt đầu, hoặc làm tiếp, một đợt số hóa.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Tên của đợt; mặc định là tên thư mục.  The run's name; the folder's if not given.")
@click.option(
    "--rule",
    type=click.Choice(_RULES),
    help="Tệp nào là một giấy: file (mỗi tệp), numbered (A_1.jpg, A_2.jpg), folder (mỗi thư mục), manifest.  "
    "Which files are one certificate.",
)
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Danh mục CSV: file, reference, box, shelf.  The CSV manifest.",
)
@click.option("--office", "office_name", default="", help="Đơn vị của hồ sơ.  The office that they belong to.")
@click.option("--who", help="Tên người bắt đầu.  Who starts it.")
@click.option(
    "--wait", is_flag=True, help="Ở lại, tự đưa việc vào hàng đợi cho đến khi xong.  Stay and feed until it is done."
)
@as_json
@click.pass_context
def start(
    context: click.Context,
    folder: Path,
    name: str | None,
    rule: str | None,
    manifest: Path | None,
    office_name: str,
    who: str | None,
    *,
    wait: bool,
    json_wanted: bool,
) -> None:
    """Ghi mọi tệp trong FOLDER vào sổ của đợt rồi đưa dần vào xử lý. Chạy lại lệnh này là làm tiếp, không làm đôi.

    List every input below FOLDER in the run's ledger; “sohoa up” then works through it. Started again it goes on.
    """
    from ingest.runs import control

    chosen = control.Rule(rule or ("manifest" if manifest else "file"))
    with open_office(context, may_begin=True) as office:
        started = control.start(
            office,
            folder,
            name or folder.resolve().name,
            rule=chosen,
            manifest=manifest,
            who=who or who_runs_this(),
            office_name=office_name,
        )
        if started.goes_on:
            say(f"Đợt «{started.run.name}» đã có, làm tiếp. (this run is there already and goes on)")
        listed = control.list_folder(office, started.run, again=started.goes_on, tell=_tell_listed)
        if listed is None:
            say("Tiến trình khác đang ghi sổ đợt này. (another process is listing it)")
        else:
            _say_what_is_new(listed, goes_on=started.goes_on)
        if wait:
            _work_through(office, started.run.id)
        else:
            _say_who_works(context)
        _show(office, started.run.id, json_wanted=json_wanted)


def _say_what_is_new(listed: Listed, *, goes_on: bool) -> None:
    if goes_on:
        say(f"  Giấy mới: {listed.new}. (new)")
    if listed.apart:
        say(
            f"  Tên tệp đánh số trang bị thiếu hoặc trùng: {listed.apart} tệp, mỗi tệp thành một giấy riêng; "
            "xem «sohoa run report». (page numbers with a gap)"
        )
    if listed.refreshed:
        say(f"  Chưa làm, ghi lại theo tệp hoặc danh mục hiện có: {listed.refreshed}. (not begun, listed anew)")
    if listed.changed:
        say(
            f"  Tệp đã thay đổi sau khi làm: {listed.changed} giấy, sẽ đọc thành bản quét mới, bản cũ giữ nguyên."
            " (changed since, taken as new scans)"
        )


def _tell_listed(count: int) -> None:
    if count % 10_000 == 0:
        say(f"  đã ghi {count} giấy… (listed)")


def _say_who_works(context: click.Context) -> None:
    from ingest.services import what_runs

    if what_runs(settings_of(context)) is None:
        say("Hệ thống chưa chạy: «sohoa up» sẽ làm tiếp đợt này. (start “sohoa up” to work through it)")


def _work_through(office: Office, run_id: str) -> None:
    """Feed and settle until nothing is left for a machine; the workers do the rest."""
    from ingest.runs.control import RunState, work_until
    from ingest.runs.reporting import overview

    def is_over() -> bool:
        seen = overview(office, run_id)
        return seen.run.state in {RunState.FINISHED, RunState.CANCELLED} and seen.figures.open == 0

    work_until(office, threading.Event(), only=is_over)


@run.command(short_help="Các đợt và số liệu.")
@_name
@as_json
@click.pass_context
def status(context: click.Context, name: str | None, *, json_wanted: bool) -> None:
    """Một đợt, hoặc mọi đợt: đã xong bao nhiêu, bao nhiêu đi thẳng, vì sao cần người xem.

    One run, or all: how far, how fast, how many straight through, why people must look.
    """
    from ingest.runs.control import find_run
    from ingest.runs.reporting import overviews

    with open_office(context) as office:
        wanted = [find_run(office, name).id] if name else [seen.run.id for seen in overviews(office)]
        if not wanted and not json_wanted:
            click.echo("Chưa có đợt số hóa nào. Bắt đầu: sohoa run start THƯ-MỤC  (no runs yet)")
        for run_id in wanted:
            _show(office, run_id, json_wanted=json_wanted)


@run.command(short_help="Theo dõi một đợt đang chạy.")
@_name
@click.pass_context
def watch(context: click.Context, name: str | None) -> None:
    """Theo dõi đến khi xong: tốc độ, thời gian còn lại, tỉ lệ đi thẳng, lý do chờ người xem, lỗi. Ctrl-C để thôi xem.

    Watch a run until it is done; Ctrl-C stops the watching, not the run.
    """
    from rich.live import Live

    from ingest.runs.control import RunState, find_run
    from ingest.runs.reporting import overview

    with open_office(context) as office:
        run_id = find_run(office, name).id
        screen = console()
        with Live(console=screen, auto_refresh=False) as live:
            while True:
                seen = overview(office, run_id)
                live.update(_picture(seen), refresh=True)
                if seen.run.state in {RunState.FINISHED, RunState.CANCELLED} and seen.figures.open == 0:
                    return
                time.sleep(_LOOK_EVERY_S)


@run.command(short_help="Tạm dừng.")
@_name
@as_json
@click.pass_context
def pause(context: click.Context, name: str | None, *, json_wanted: bool) -> None:
    """Không lấy thêm giấy mới; giấy đang xử lý được làm cho xong.  Take no more; what is on its way is finished."""
    from ingest.runs import control

    with open_office(context) as office:
        found = control.find_run(office, name)
        control.pause(office, found.id, who=who_runs_this())
        _tell(f"Đã tạm dừng «{found.name}». (paused)", json_wanted=json_wanted, run=found.name, state="paused")


@run.command(short_help="Làm tiếp đợt đã tạm dừng.")
@_name
@as_json
@click.pass_context
def resume(context: click.Context, name: str | None, *, json_wanted: bool) -> None:
    """Làm tiếp đợt đã tạm dừng.  Go on with a paused run."""
    from ingest.runs import control

    with open_office(context) as office:
        found = control.find_run(office, name)
        control.resume(office, found.id, who=who_runs_this())
        _tell(f"«{found.name}» chạy tiếp. (running again)", json_wanted=json_wanted, run=found.name, state="running")


@run.command("retry-failed", short_help="Làm lại những giấy bị lỗi.")
@_name
@as_json
@click.pass_context
def retry_failed(context: click.Context, name: str | None, *, json_wanted: bool) -> None:
    """Làm lại mọi giấy không nhận được hoặc không xử lý được.  Try all that were refused or failed again."""
    from ingest.runs import control

    with open_office(context) as office:
        found = control.find_run(office, name)
        again = control.retry_failed(office, found.id, who=who_runs_this())
        _tell(f"Làm lại: {again}  (to be tried again)", json_wanted=json_wanted, run=found.name, again=again)


@run.command(short_help="Hủy phần chưa làm.")
@_name
@click.option("--yes", is_flag=True, help="Không hỏi lại.  Do not ask.")
@as_json
@click.pass_context
def cancel(context: click.Context, name: str | None, *, yes: bool, json_wanted: bool) -> None:
    """Hủy những giấy chưa đến lượt; những gì đã làm vẫn giữ nguyên.  Give up what has not begun; the rest stays."""
    from ingest.runs import control

    with open_office(context) as office:
        found = control.find_run(office, name)
        if not yes:
            click.confirm(f"Hủy đợt «{found.name}»? (cancel?)", abort=True)
        given_up = control.cancel(office, found.id, who=who_runs_this())
        _tell(f"Đã hủy: {given_up}  (given up)", json_wanted=json_wanted, run=found.name, given_up=given_up)


def _tell(text: str, *, json_wanted: bool, **values: str | int) -> None:
    if json_wanted:
        print_json(values)
    else:
        click.echo(text)


@run.command(short_help="Báo cáo HTML và CSV.")
@_name
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Thư mục để ghi; mặc định là thư mục hiện tại.  The folder to write to.",
)
@as_json
@click.pass_context
def report(context: click.Context, name: str | None, output: Path, *, json_wanted: bool) -> None:
    """Ghi báo cáo: một trang HTML có biểu đồ, một tệp CSV với mọi giấy cùng kết quả, và danh sách tệp để yên.

    Write the report: an HTML page with charts, a CSV with every input and what became of it, and one with the files
    of the folder that the run leaves aside, if there are any.
    """
    from certificate.errors import FolderUnreachable
    from ingest.runs.aside import aside_lines
    from ingest.runs.control import find_run
    from ingest.runs.report_page import report_page
    from ingest.runs.reporting import csv_lines
    from ingest.runs.settling import settle

    with open_office(context) as office:
        found = find_run(office, name)
        settle(office, found)
        parts = {"html": report_page(office, found.id), "csv": csv_lines(office, found.id)}
        if found.left_aside:
            parts["de-yen.csv"] = aside_lines(office, found)
        for suffix, pieces in parts.items():
            path = output / f"{_stem(found.name)}.{suffix}"
            try:
                _write(path, pieces)
            except FolderUnreachable as error:
                # Only the list of what was left aside looks at the folder.
                say(f"Chưa ghi được danh sách tệp để yên: {error.message} {found.folder} (the folder is away)")
                continue
            _tell(str(path), json_wanted=json_wanted, run=found.name, file=str(path))


def _write(path: Path, pieces: Iterable[str]) -> None:
    """Write a part of the report whole or not at all; ``OutputUnwritable``."""
    from certificate.errors import OutputUnwritable

    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise OutputUnwritable(f"{path}: {error.strerror or type(error).__name__}") from error


def _stem(name: str) -> str:
    """The run's name as the beginning of a file's, short enough for any disk."""
    plainly = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name).lstrip(".")
    return plainly.encode()[:_STEM_BYTES].decode(errors="ignore") or "dot"


@run.command(hidden=True)
@click.pass_context
def feed(context: click.Context) -> None:
    """Giữ cho mọi đợt chạy, cho đến khi bị dừng.  Keep all runs moving until stopped; a part of “sohoa up”."""
    import signal

    from ingest import logs
    from ingest.office import Office
    from ingest.runs.control import work_until

    logs.set_up(json_lines=True)
    with Office.open(settings_of(context)) as office:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        work_until(office, stop)


def _show(office: Office, run_id: str, *, json_wanted: bool) -> None:
    from ingest.runs.reporting import overview

    seen = overview(office, run_id)
    if json_wanted:
        print_json(seen.to_json())
    else:
        console().print(_picture(seen))


def _picture(seen: Overview) -> RenderableType:
    """A run for the terminal."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    from ingest.runs.report_page import duration
    from ingest.runs.reporting import INPUT_STATES, RUN_STATES, aside_in_words, trouble_in_words

    figures = seen.figures
    head = Text.assemble((seen.run.name, "bold"), f"  {RUN_STATES[seen.run.state]}  {seen.run.folder}")
    if not seen.listed_whole:
        head.append("  (đang ghi sổ)", "yellow")
    line = f"{figures.done} / {figures.total}   {seen.per_hour:.0f} giấy/giờ"
    if seen.left_s is not None:
        line += f"   còn khoảng {duration(seen.left_s)}"
    if figures.straight_rate is not None:
        line += f"   đi thẳng {figures.straight_rate:.0%}"
    remarks = []
    if trouble := trouble_in_words(seen.run):
        remarks.append(Text(f"{trouble[0]} {trouble[1]} [{seen.run.trouble}]", "red"))
    if aside := aside_in_words(seen.run):
        remarks.append(Text(str(aside), "yellow" if seen.run.manifest else "dim"))
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for state, words in INPUT_STATES.items():
        if count := figures.by_state.get(state):
            table.add_row(str(words), str(count))
    for title, found in (("Vì sao cần người xem", seen.reasons), ("Lỗi và trả lại", seen.errors)):
        if found:
            table.add_row(f"[bold]{title}[/]", "")
        for each in found[:_REASONS_SHOWN]:
            table.add_row(f"  {plain(each.words.vi)}", str(each.count))
    return Group(head, ProgressBar(max(1, figures.total), figures.done), Text(line), *remarks, table)
