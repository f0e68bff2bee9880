"""``sohoa status`` and ``sohoa migrate``: how the system is doing, and its database in order."""

from __future__ import annotations

import shutil
from typing import Any

import click

from certificate.wording import STATES
from ingest.commands.common import as_json, console, open_office, plain, print_json


@click.command(short_help="Tạo hoặc nâng cấp cơ sở dữ liệu.")
@as_json
@click.pass_context
def migrate(context: click.Context, *, json_wanted: bool) -> None:
    """Tạo cơ sở dữ liệu nếu chưa có, hoặc đưa về dạng của bản cài này; chạy lại không hại gì.

    Make the database where there is none, or bring it to the form of this release. Harmless when it has that already.
    """
    with open_office(context, may_begin=True) as office:
        home = str(office.settings.home)
    if json_wanted:
        print_json({"home": home})
    else:
        click.echo(f"Cơ sở dữ liệu đã sẵn sàng: {home} (the database is ready)")


@click.command(short_help="Tình trạng hệ thống.")
@as_json
@click.pass_context
def status(context: click.Context, *, json_wanted: bool) -> None:
    """Số bản quét theo trạng thái, hàng đợi, các phần đang chạy.

    Scans by state, queues and what runs.
    """
    from ingest.audit.run import latest
    from ingest.queue_names import QUICK
    from ingest.reporting import health
    from ingest.services import what_runs
    from ingest.signing import what_keeps_from_signing

    with open_office(context) as office:
        found = health(office)
        running = what_runs(office.settings)
        audited = latest(office.settings)
        free_bytes = shutil.disk_usage(office.settings.home).free
        answer: dict[str, Any] = {
            "home": str(office.settings.home),
            "states": {state.value: count for state, count in found.states.items()},
            "queues": found.queues,
            "workers": found.workers,
            "registry": found.registry_url,
            "web": running.get("web") if running else None,
            "running": running is not None,
            "services": running.get("services", []) if running else [],
            "disk_free_bytes": free_bytes,
            "signing_fault": what_keeps_from_signing(office.settings),
            "audit": {name: audited[name] for name in ("finished_at", "is_clean", "counts")} if audited else None,
        }
    if json_wanted:
        print_json(answer)
        return
    from rich.table import Table

    screen = console()
    table = Table(title="Bản quét", title_justify="left", title_style="bold", show_header=False)
    for state, count in found.states.items():
        table.add_row(str(STATES[state]), str(count))
    screen.print(table)
    if found.queues is None or found.workers is None:
        screen.print("Hàng đợi: [red]không trả lời[/] (the queue does not answer)")
    else:
        for name, count in found.queues.items():
            screen.print(f"Hàng đợi {name}: {count} việc, {found.workers[name]} tiến trình xử lý")
        quick = found.workers[QUICK]
        missing = (
            "" if quick else ": [yellow]cán bộ kiểm tra chưa đọc lại được từng vùng[/] (regions are not read again)"
        )
        screen.print(f"Hàng đợi {QUICK}: {quick} tiến trình đọc nhanh{missing}")
    screen.print(f"Dữ liệu dân cư: {found.registry_url or '[red]chưa có[/]'}")
    if running is None:
        screen.print("Hệ thống không chạy trên thư mục này; chạy «sohoa up». (nothing runs here)")
    else:
        screen.print(f"Trang web: {answer['web'] or 'đang khởi động'}")
        for service in answer["services"]:
            shown = f"tiến trình {service['pid']}" if service["pid"] else "[red]đang chờ chạy lại[/]"
            again = f", đã chạy lại {service['restarts']} lần" if service["restarts"] else ""
            screen.print(f"  {service['name']}: {shown}{again}")
    if audited is None:
        screen.print("Kiểm toán kho: chưa lần nào (never audited)")
    else:
        found_well = "[green]nguyên vẹn[/]" if audited["is_clean"] else "[red]có hư hại, chạy «sohoa audit»[/]"
        screen.print(f"Kiểm toán kho: {audited['finished_at'][:10]}, {found_well}")
    if answer["signing_fault"] is not None:
        said = f"[red]không ký được, giấy phải chờ ở bước lưu trữ[/] ({plain(answer['signing_fault'])})"
        screen.print(f"Chữ ký số của cơ quan: {said}")
    screen.print(f"Dung lượng trống: {free_bytes / 1e9:.1f} GB")
