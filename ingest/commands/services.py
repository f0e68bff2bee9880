"""``sohoa worker`` and ``sohoa reconcile``: single parts, for service managers and for more machines."""

from __future__ import annotations

import os
import signal
import subprocess
import threading

import click

from ingest.commands.common import as_json, print_json, say, settings_of
from ingest.queue_names import QUEUE_NAMES, QUICK, UPLOADS
from ingest.services import worker_service


@click.command(short_help="Chạy một tiến trình xử lý.")
@click.option(
    "--queue",
    type=click.Choice((*QUEUE_NAMES, QUICK)),
    default=UPLOADS,
    help="Hàng đợi để lấy việc.  The queue to work on.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    help="Số tiến trình.  How many workers; more than one are kept up.",
)
@click.option("--burst", is_flag=True, help="Dừng khi hết việc.  Stop when the queue is empty.")
@click.pass_context
def worker(context: click.Context, queue: str, processes: int, *, burst: bool) -> None:
    """Lấy bản quét từ một hàng đợi và xử lý: đọc, đối chiếu, lưu trữ. Ctrl-C để dừng sau bản đang làm.

    Work on one queue. One process becomes the worker itself; several are started again when they die.
    """
    settings = settings_of(context)
    options = ["--burst"] if burst else []
    parts = [worker_service(settings, queue, f"worker-{queue}-{n}", *options) for n in range(1, processes + 1)]
    if processes == 1:
        # The worker stands above the use cases, so it is never imported here; its process takes the place of this one.
        command = list(parts[0].command)
        os.execve(command[0], command, {**os.environ, **parts[0].environment})  # noqa: S606 - our own interpreter
    if burst:
        running = [subprocess.Popen(part.command, env={**os.environ, **part.environment}) for part in parts]
        context.exit(max(process.wait() for process in running))
    from ingest.supervisor import News, Supervisor

    def tell(news: News) -> None:
        say(f"{news.name} {news.what} {news.pid or ''} {news.detail}".rstrip())

    Supervisor(parts, settings.log_dir, tell).run()


@click.command(short_help="Tìm bản quét bị bỏ quên.")
@click.option("--once", is_flag=True, help="Chỉ tìm một lần.  Look once and stop.")
@as_json
@click.pass_context
def reconcile(context: click.Context, *, once: bool, json_wanted: bool) -> None:
    """Tìm bản quét còn việc mà không ai làm và đưa lại vào hàng đợi, cho đến khi bị dừng; đến hạn thì kiểm toán kho.

    Put scans back on the list that have work to do and nobody who does it, again and again until stopped. Starts
    an audit when one is due.
    """
    from ingest import logs, scheduling
    from ingest.audit.schedule import AuditSchedule
    from ingest.office import Office

    logs.set_up(json_lines=True)
    with Office.open(settings_of(context)) as office:
        if once:
            again = scheduling.reconcile(office)
            if json_wanted:
                print_json({"enqueued": again})
            else:
                click.echo(f"Đưa lại vào hàng đợi: {again}  (enqueued again)")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        schedule = AuditSchedule(office.settings)
        try:
            scheduling.reconcile_until(office, stop, schedule.start_if_due)
        finally:
            schedule.stop()
