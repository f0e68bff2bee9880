"""What an archival package says of a certificate, in the archive's words."""

from __future__ import annotations

from datetime import date, datetime

from archive.packages import PackageContent
from certificate.handed_on import HandedOn
from certificate.record import Record
from certificate.rules.facts import indexes, issue_span, read_span
from certificate.wording import FORMS


def package_content(given: HandedOn, pdfa_part: str) -> PackageContent:
    """The certificate as its package tells it. Identity numbers stay out of the descriptions: archives publish them."""
    assert given.pdfa_sha256 is not None
    record, span = given.record, issue_span(given.record)
    archived_at = given.archived_at or given.decided_at
    assert archived_at is not None
    return PackageContent(
        certificate_id=given.certificate_id,
        title=_title(record),
        serial_number=record.value("serial_number"),
        register_number=record.value("register_number"),
        year=span.first.year if span else None,
        first_day=span.first if span else None,
        last_day=_last_day(record),
        keywords=_keywords(record),
        description=_description(record),
        authority=record.value("issuing_authority"),
        signer=record.value("signer_name"),
        original_name=given.scan_name,
        page_count=len(record.pages) or given.page_count or 0,
        paper_count=max(1, -(-len(record.pages) // 4)),
        pdf_sha256=given.pdfa_sha256,
        pdfa_part=pdfa_part,
        decided_at=given.decided_at or archived_at,
        archived_at=archived_at,
        events=_events(given, archived_at),
    )


def _title(record: Record) -> str:
    parts = [f"{FORMS[record.form]}"]
    serial, parcel, sheet = (
        record.value("serial_number"),
        record.value("parcels.0.parcel_number"),
        record.value("parcels.0.map_sheet_number"),
    )
    if serial:
        parts.append(f"số phát hành {serial}")
    if parcel:
        parts.append(f"thửa đất số {parcel}")
    if sheet:
        parts.append(f"tờ bản đồ số {sheet}")
    return "Giấy chứng nhận, " + ", ".join(parts)


def _keywords(record: Record) -> list[str]:
    found = []
    for index in indexes(record, "parcels"):
        sheet, parcel = (
            record.value(f"parcels.{index}.map_sheet_number"),
            record.value(f"parcels.{index}.parcel_number"),
        )
        found.append(f"tờ {sheet or '?'} thửa {parcel or '?'}")
        address = record.value(f"parcels.{index}.address")
        if address:
            found.append(address)
    return list(dict.fromkeys(found)) or ["giấy chứng nhận"]


def _description(record: Record) -> str:
    names = [record.value(f"owners.{index}.full_name") for index in indexes(record, "owners")]
    known = ", ".join(name for name in names if name)
    return f"Người sử dụng đất: {known}" if known else "Giấy chứng nhận quyền sử dụng đất"


def _last_day(record: Record) -> date | None:
    spans = [read_span(record.value(f"changes.{index}.date")) for index in indexes(record, "changes")]
    found = [span.last for span in (*spans, issue_span(record)) if span]
    return max(found) if found else None


def _events(given: HandedOn, archived_at: datetime) -> list[tuple[str, datetime, str]]:
    """What became of the document: made from the scan, approved, taken in; the hash was checked as it was written."""
    decided_at = given.decided_at or archived_at
    return [
        ("creation", decided_at, f"PDF/A made from scan sha256:{given.scan_sha256}"),
        ("ingestion", archived_at, "success"),
        ("fixity check", archived_at, "success"),
    ]
