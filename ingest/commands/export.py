"""``sohoa export``: hand archived certificates on to the campaign, the archive, the land database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.commands.common import as_json, open_office, print_json, say, who_runs_this
from ingest.exports import FORMATS

if TYPE_CHECKING:
    from ingest.exports.run import ExportDone

_REMARKS_SHOWN = 10


@click.command(short_help="Xuất giấy đã lưu trữ cho hệ thống khác.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--format",
    "export_format",
    type=click.Choice(FORMATS),
    required=True,
    help="pl3: bảng tính chiến dịch; aip: gói lưu trữ; land-xml: CSDL đất đai.  What to write.",
)
@click.option("--purpose", required=True, help="Mục đích xuất, được ghi nhật ký.  What for; noted in the audit log.")
@click.option(
    "--since",
    type=click.DateTime(["%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y", "%d.%m.%Y"]),
    metavar="NGÀY",
    help="Chỉ giấy lưu trữ từ ngày này, như 27/11/2026.  Only what was archived since that day.",
)
@click.option("--office", "office_name", default="", help="Chỉ đơn vị này.  Only this office.")
@click.option("--run", "run_name", default="", help="Chỉ đợt số hóa này.  Only this run over a back catalogue.")
@click.option("--who", help="Tên người xuất; mặc định là người dùng của máy.  Who exports.")
@as_json
@click.pass_context
def export(
    context: click.Context,
    folder: Path,
    export_format: str,
    purpose: str,
    since: datetime | None,
    office_name: str,
    run_name: str,
    who: str | None,
    *,
    json_wanted: bool,
) -> None:
    """Xuất giấy đã lưu trữ vào một thư mục riêng; bị ngắt giữa chừng thì chạy lại lệnh cũ để xuất tiếp.

    Hand archived certificates on into a folder of their own. Cut off, the same command goes on where it stood. Who
    exported what, what for, how many and their hash stand in the audit log.
    """
    from ingest.exports.run import run_export

    with open_office(context) as office:
        done = run_export(
            office,
            export_format,
            folder,
            who=who or who_runs_this(),
            purpose=purpose,
            since=since.replace(tzinfo=since.tzinfo or datetime.now().astimezone().tzinfo or UTC) if since else None,
            office_name=office_name,
            run_name=run_name,
        )
    _tell(done, json_wanted=json_wanted)


def _tell(done: ExportDone, *, json_wanted: bool) -> None:
    if json_wanted:
        print_json(
            {
                "format": done.format,
                "folder": str(done.folder),
                "certificates": done.certificates,
                "lines": done.lines,
                "sha256": done.sha256,
                "files": len(done.files),
                "resumed": done.resumed,
                "remarks": [remark.to_json() for remark in done.remarks],
            }
        )
        return
    click.echo(f"Đã xuất {done.certificates} giấy vào {done.folder} ({done.format}). (exported)")
    click.echo(f"Mã băm SHA-256 của danh sách tệp: {done.sha256}")
    for remark in sorted(done.remarks, key=lambda one: one.gravity)[:_REMARKS_SHOWN]:
        say(f"  {remark.serial_number or remark.certificate_id}: {remark.message}")
    if len(done.remarks) > _REMARKS_SHOWN:
        say(f"  và {len(done.remarks) - _REMARKS_SHOWN} việc khác, xem xuat.json. (more remarks in xuat.json)")
