"""Taking scans in: a first look, the bytes made durable, a row, and only then the to-do list.

Nothing disappears: a refused file has its row too, with the code of the reason.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import structlog

from certificate.errors import EmptyFile, MoveNotAllowed, QueueUnavailable, SohoaError, TooLarge
from certificate.states import State
from ingest.office import Office
from ingest.queue_names import QUEUE_NAMES, UPLOADS
from ingest.scheduling import enqueue
from ingest.triage import triage
from store.database import UnitOfWork
from store.rows import CertificateSummary, NewScan, ScanRow, UserRow

_log = structlog.get_logger()
MAX_NAME_LETTERS = 200
_HASH_OF_NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file that was handed in; ``error`` says why it was refused, if it was."""

    scan_id: str
    state: State
    duplicate_of: str | None = None
    error: SohoaError | None = None


def receive(
    office: Office, data: bytes | Path, file_name: str, *, who: str, queue: str = UPLOADS, office_name: str = ""
) -> Received:
    """Take one file in. When this returns, its bytes and its row are on disk.

    The same bytes as a scan that is there already become a ``duplicate`` of it. A file that is empty or too large
    leaves a row and no bytes: its hash is that of nothing. Raises ``StoreFull`` or ``StoreUnwritable`` when nothing can
    be kept.
    """
    if queue not in QUEUE_NAMES:
        raise ValueError(f"no queue is called {queue!r}")
    seen = triage(data, office.settings)
    keep = not isinstance(seen.refusal, EmptyFile | TooLarge)
    # What is not kept is not read either: a file of many gigabytes would hold up all behind it.
    sha256 = office.blobs.put(data) if keep else _HASH_OF_NOTHING
    with office.database.unit_of_work() as unit:
        earlier = None if seen.refusal else kept_scan(unit, sha256)
        state = State.FAILED if seen.refusal else State.DUPLICATE if earlier else State.RECEIVED
        row = unit.scans.add(
            NewScan(
                sha256=sha256,
                file_name=Path(file_name).name[-MAX_NAME_LETTERS:],
                media_type=seen.media_type,
                size_bytes=len(data) if isinstance(data, bytes) else data.stat().st_size,
                uploaded_by=who,
                queue=queue,
                office=office_name,
                page_count=seen.page_count,
                state=state,
                error_code=seen.refusal.code if seen.refusal else None,
                duplicate_of=earlier.id if earlier else None,
            )
        )
        unit.commit()
    if keep and not office.blobs.has(sha256):
        # The retention rule removed the same bytes, handed in long ago, while the row was being written.
        office.blobs.put(data)
    _log.info("scan_received", scan_id=row.id, state=state.value, error_code=row.error_code)
    if state is State.RECEIVED:
        try:
            enqueue(office, row.id, queue)
        except QueueUnavailable:
            # The row is there: the reconciler puts it on the list when Redis is back.
            _log.warning("queue_unavailable", scan_id=row.id)
    return Received(row.id, state, row.duplicate_of, seen.refusal)


def replace(office: Office, scan_id: str, data: bytes, file_name: str, *, who: UserRow) -> Received:
    """Take a better scan in for one that came back; the old one stays with its history, its receipt goes along.

    Raises ``MoveNotAllowed`` when the old scan was not returned, or was replaced before.
    """
    with office.database.unit_of_work(read_only=True) as unit:
        old = unit.scans.get(scan_id)
    if old.state is not State.RETURNED or old.replaced_by is not None:
        raise MoveNotAllowed(f"scan {scan_id} is not returned, or replaced already")
    received = receive(office, data, file_name, who=who.name, queue=old.queue, office_name=old.office)
    # The same new file sent twice, because the line broke after the first: that one replaces.
    new = received.duplicate_of or received.scan_id
    if received.error is None and new != scan_id:
        with office.database.unit_of_work() as unit:
            unit.scans.set_replaced(scan_id, new, who=who.name)
            unit.reviews.move_receipt(scan_id, new, who=who.name)
            unit.commit()
    return received


def known(office: Office, sha256: str) -> tuple[ScanRow, tuple[CertificateSummary, ...]] | None:
    """The scan with exactly these bytes that makes sending them again needless, with its certificates."""
    with office.database.unit_of_work(read_only=True) as unit:
        found = kept_scan(unit, sha256)
        return (found, unit.certificates.summaries([found.id])[found.id]) if found else None


def kept_scan(unit: UnitOfWork, sha256: str) -> ScanRow | None:
    """The scan with exactly these bytes, unless it failed: then they may be taken in again."""
    found = unit.scans.by_sha256(sha256)
    return None if found is None or found.state is State.FAILED else found
