"""``sohoa list`` and ``sohoa show``: scans in a list, and one certificate with everything known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from certificate.errors import NotFound
from certificate.record import Record
from certificate.states import State
from certificate.wording import STATES, VERDICTS, masked
from ingest.commands.common import as_json, console, open_office, plain, print_json, record_table, who_runs_this

if TYPE_CHECKING:
    from ingest.office import Office
    from ingest.review import CertificateView

_ID_NUMBERS = ("id_number", "old_id_number")


@click.command("list", short_help="Liệt kê bản quét.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Chỉ các trạng thái này.  Only scans in these states.",
)
@click.option("--page", "page_number", type=click.IntRange(1), default=1, help="Trang thứ mấy.  Which page.")
@click.option(
    "--page-size",
    type=click.IntRange(1, 1000),
    default=50,
    show_default=True,
    help="Số bản quét một trang.  Scans a page.",
)
@as_json
@click.pass_context
def list_scans(
    context: click.Context, states: tuple[str, ...], page_number: int, page_size: int, *, json_wanted: bool
) -> None:
    """Liệt kê bản quét, mới nhất trước.

    List scans, the newest first. With --json: JSON Lines, one scan a line.
    """
    from store.rows import ScanFilter

    wanted = ScanFilter(states=frozenset(State(state) for state in states) or None)
    with open_office(context) as office, office.database.unit_of_work(read_only=True) as unit:
        page = unit.scans.list(wanted, page_number, page_size)
        papers = unit.certificates.summaries([scan.id for scan in page.items])
    if json_wanted:
        for scan in page.items:
            print_json(
                {
                    "scan_id": scan.id,
                    "file": scan.file_name,
                    "state": scan.state.value,
                    "queue": scan.queue,
                    "uploaded_by": scan.uploaded_by,
                    "created_at": scan.created_at.isoformat(),
                    "error_code": scan.error_code,
                    "certificates": [
                        {"certificate_id": paper.id, "form": paper.form.value, "serial_number": paper.serial_number}
                        for paper in papers[scan.id]
                    ],
                }
            )
        return
    from rich.table import Table

    table = Table()
    for name in ("Nhận lúc", "Tệp", "Trạng thái", "Giấy chứng nhận", "Số phát hành"):
        table.add_column(name, overflow="fold")
    for scan in page.items:
        found = papers[scan.id]
        table.add_row(
            scan.created_at.astimezone().strftime("%d/%m/%Y %H:%M"),
            plain(scan.file_name),
            str(STATES[scan.state]),
            "\n".join(paper.id for paper in found),
            "\n".join(paper.serial_number or "?" for paper in found),
        )
    console().print(table)
    click.echo(f"Trang {page.number}/{page.page_count}, {page.total} bản quét. (page, scans)")


@click.command(short_help="Xem một giấy chứng nhận.")
@click.argument("certificate_id", metavar="CERT_ID")
@click.option(
    "--reveal",
    metavar="WHY",
    help="Hiện đủ số giấy tờ; lý do được ghi nhật ký.  Show identity numbers in full; the reason is noted.",
)
@as_json
@click.pass_context
def show(context: click.Context, certificate_id: str, reveal: str | None, *, json_wanted: bool) -> None:
    """Xem một giấy chứng nhận: các mục, đối chiếu dân cư, lý do cần kiểm tra, lịch sử sửa.

    Show one certificate (by its id, by its scan's id or by its serial number). Identity numbers are masked unless
    --reveal gives a reason.
    """
    from ingest.decision import policy_of
    from ingest.reasons import explain, policy_in_words
    from ingest.review import certificate_view

    with open_office(context) as office:
        view = certificate_view(office, _find(office, certificate_id))
        policy = policy_of(office.settings)
        if reveal:
            with office.database.unit_of_work() as unit:
                detail = {"certificate_id": view.certificate.id, "why": reveal}
                unit.events.add(who_runs_this(), "identity_shown", view.scan.id, detail)
                unit.commit()
    record = view.record if reveal else _masked(view.record)
    undecided = view.certificate.decided_at is None
    reasons = [explain(reason, record) for reason in view.reasons] if undecided else []
    if json_wanted:
        print_json(
            _as_json(view, record)
            | {
                "reasons": [reason.what.vi for reason in reasons],
                "reasons_explained": [reason.to_json() for reason in reasons],
                "policy": policy.to_json() | {"explained": [words.vi for words in policy_in_words(policy)]},
            }
        )
        return
    screen = console()
    screen.print(record_table(record, view.scan.file_name))
    screen.print(f"Trạng thái: {STATES[view.scan.state]}")
    for row in view.answers:
        screen.print(f"Chủ {row.owner_index + 1}: {VERDICTS[row.answer.verdict]}")
    for reason in reasons:
        screen.print(f"  [yellow]·[/] {plain(reason.what.vi)}. [dim]{plain(reason.advice.vi)}[/]")
    if reasons:
        screen.print("Tự lưu trữ khi: " + " ".join(words.vi for words in policy_in_words(policy)))
    if view.certificate.decided_at is not None:
        when = view.certificate.decided_at.astimezone().strftime("%d/%m/%Y %H:%M")
        screen.print(f"Quyết định: {plain(view.certificate.decided_by or '')} lúc {when}")
    for change in view.history:
        if change.path.endswith(_ID_NUMBERS) and not reveal:
            continue
        screen.print(
            f"  [dim]{plain(change.path)}: {plain(change.old or '')} → {plain(change.new or '')} "
            f"({plain(change.who)})[/]"
        )


def _find(office: Office, wanted: str) -> str:
    with office.database.unit_of_work(read_only=True) as unit:
        by_serial = unit.certificates.search_serial(wanted, 1)
        of_scan = unit.certificates.for_scan(wanted)
        if of_scan:
            return of_scan[0].id
        try:
            return unit.certificates.get(wanted).id
        except NotFound:
            if by_serial:
                return by_serial[0].id
            raise


def _masked(record: Record) -> Record:
    """The record without identity numbers in full, in values, readings and remarks alike."""
    numbers = {
        text
        for path, field in record.fields.items()
        if path.endswith(_ID_NUMBERS)
        for text in (field.value, field.raw, *field.readings.values())
        if text
    }

    def hide(text: str | None) -> str | None:
        for number in sorted(numbers, key=len, reverse=True):
            text = text.replace(number, masked(number)) if text else text
        return text

    fields = {
        path: field.replace(
            value=hide(field.value),
            raw=hide(field.raw),
            readings={name: hide(text) or "" for name, text in field.readings.items()},
        )
        for path, field in record.fields.items()
    }
    return record.replace(fields=fields)


def _as_json(view: CertificateView, record: Record) -> dict[str, Any]:
    row = view.certificate
    return {
        "certificate_id": row.id,
        "scan_id": view.scan.id,
        "file": view.scan.file_name,
        "state": view.scan.state.value,
        "record": record.to_json(),
        "verdicts": {str(answer.owner_index): answer.answer.verdict.value for answer in view.answers},
        "asked": {
            str(row.owner_index): {
                "at": row.answer.asked_at,
                "officer_code": row.answer.officer_code,
                "name_difference": row.answer.name_difference.value,
            }
            for row in view.answers
        },
        "decided_by": row.decided_by,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "pdfa_sha256": row.pdfa_sha256,
    }
