"""Puts made-up records straight into the search, without a scan's life, to measure how it does with a million."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import Connection, func, insert, select, text

from certificate.record import Record
from store.identifiers import new_id
from store.search_index import BETWEEN, EntryTexts, entry_texts
from store.tables import Certificate, Scan, SearchEntry, SearchWord

_BATCH = 5_000


def count_entries(connection: Connection) -> int:
    """How many certificates can be found."""
    total: int = connection.execute(select(func.count(SearchEntry.number))).scalar_one()
    return total


def load_batch(connection: Connection, records: Iterable[tuple[Record, str, str]]) -> int:
    """Put the next few thousand records in (with office and uploader); how many there were."""
    scans, papers, entries, words = [], [], [], set()
    now = datetime.now(UTC)
    for record, office, uploaded_by in islice(records, _BATCH):
        scan_id, certificate_id = new_id(), new_id()
        texts = entry_texts(record, office=office, uploaded_by=uploaded_by)
        scans.append(_scan(scan_id, office, uploaded_by, now))
        papers.append(_paper(certificate_id, scan_id, record, texts, now))
        entries.append({"certificate_id": certificate_id, "scan_id": scan_id, **texts.columns()})
        words |= set(texts.names.split()) - {BETWEEN.strip()}
    if not scans:
        return 0
    connection.execute(insert(Scan), scans)
    connection.execute(insert(Certificate), papers)
    connection.execute(insert(SearchEntry), entries)
    known = set(connection.execute(select(SearchWord.word).where(SearchWord.word.in_(words))).scalars())
    if words - known:
        connection.execute(insert(SearchWord), [{"word": word} for word in sorted(words - known)])
    return len(scans)


def settle(connection: Connection) -> None:
    """Let the engine tidy its index and learn what is in the tables, as it does in time by itself."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search_fts(search_fts) VALUES ('optimize')"))
    connection.execute(text("ANALYZE"))


def _scan(scan_id: str, office: str, uploaded_by: str, now: datetime) -> dict[str, object]:
    return {
        "id": scan_id,
        "sha256": f"{scan_id}{scan_id}",
        "file_name": f"{scan_id}.pdf",
        "media_type": "application/pdf",
        "size_bytes": 1_000_000,
        "state": "archived",
        "queue": "bulk",
        "uploaded_by": uploaded_by,
        "office": office,
        "attempts": 0,
        "version": 1,
        "created_at": now,
        "updated_at": now,
        "findings": [],
    }


def _paper(certificate_id: str, scan_id: str, record: Record, texts: EntryTexts, now: datetime) -> dict[str, object]:
    # The whole record would make the file three times as large and is never looked at by a search.
    return {
        "id": certificate_id,
        "scan_id": scan_id,
        "position": 0,
        "form": record.form.value,
        "serial_number": record.value("serial_number"),
        "serial_key": texts.serial_key,
        "verdict": "accept",
        "record": {},
        "as_read": {},
        "faces": [],
        "previews": [],
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
