"""``sohoa search``: find certificates by what one line of typing says."""

from __future__ import annotations

import click

from certificate.wording import FORMS, STATES
from ingest.commands.common import as_json, console, open_office, plain, print_json


@click.command(short_help="Tìm giấy chứng nhận.")
@click.argument("words", nargs=-1, required=True)
@click.option("--owner", default="", help="Tên chủ sử dụng.  Owner's name.")
@click.option("--commune", default="", help="Xã, phường, tên cũ hoặc mới.  Commune by its old or new name.")
@click.option("--office", "office_name", default="", help="Chỉ đơn vị này.  Only this office.")
@click.option("--run", "run_name", default="", help="Chỉ đợt số hóa này.  Only this run over a back catalogue.")
@click.option("--page", "page_number", type=click.IntRange(1), default=1, help="Trang thứ mấy.  Which page.")
@as_json
@click.pass_context
def search(
    context: click.Context,
    words: tuple[str, ...],
    owner: str,
    commune: str,
    office_name: str,
    run_name: str,
    page_number: int,
    *,
    json_wanted: bool,
) -> None:
    """Tìm theo số phát hành, số vào sổ, tên, số giấy tờ, tờ và thửa, ngày cấp hoặc chữ bất kỳ; không cần gõ dấu.

    Find by serial number, register number, name, identity number, map sheet and parcel, day of issue or any words;
    accents may be left out. Put - for no words when only options are meant.
    """
    from dataclasses import replace

    from certificate.errors import CommuneUnknown
    from certificate.search_query import communes_named
    from ingest.search import find, read_query
    from store.rows import SearchScope

    line = " ".join(words)
    query = replace(
        read_query("" if line == "-" else line), owner=owner, commune=commune, office=office_name, run=run_name
    )
    if commune and not communes_named(commune):
        raise CommuneUnknown(commune)
    with open_office(context) as office:
        page = find(office, query, scope=SearchScope(), page=page_number)
    if json_wanted:
        for hit in page.items:
            print_json(
                {
                    "certificate_id": hit.certificate_id,
                    "scan_id": hit.scan_id,
                    "state": hit.state.value,
                    "office": hit.office,
                    "form": hit.form.value,
                    "serial_number": hit.serial_number,
                    "register_number": hit.register_number,
                    "issue_date": hit.issue_date,
                    "owners": list(hit.owners),
                    "parcels": [
                        {"map_sheet_number": sheet, "parcel_number": parcel, "address": address}
                        for sheet, parcel, address in hit.parcels
                    ],
                }
            )
        return
    from rich.table import Table

    table = Table()
    for name in ("Số phát hành", "Chủ sử dụng", "Tờ/thửa", "Ngày cấp", "Loại giấy", "Trạng thái", "Mã"):
        table.add_column(name, overflow="fold")
    for hit in page.items:
        table.add_row(
            hit.serial_number or "?",
            plain("\n".join(hit.owners)),
            plain("\n".join(f"{sheet or '?'}/{parcel or '?'}" for sheet, parcel, _ in hit.parcels)),
            hit.issue_date or "",
            str(FORMS[hit.form]),
            str(STATES[hit.state]),
            hit.certificate_id,
        )
    console().print(table)
    click.echo(f"Trang {page.number}/{page.page_count}, {page.total} giấy. (page, certificates)")
