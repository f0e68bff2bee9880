"""Putting rows right from what vouches for them: for the audit's repairs only, each noted in the chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from certificate.errors import NotFound
from certificate.record import Record
from store import projections
from store.attested import PICTURES
from store.events import EventRepository
from store.tables import Certificate, Field, RecordVersion


class RepairRepository:
    """What an audit may change in rows."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], events: EventRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events

    def rewrite_copies(self, certificate_id: str, who: str) -> None:
        """Make the searchable copies say what the record says; who settled a path is kept where it is known."""
        scan_id, record = self._record(certificate_id)
        self._write(certificate_id, record)
        self._note(who, scan_id, certificate_id, "copies")

    def restore_record(self, certificate_id: str, record: Record, who: str) -> None:
        """Put an approved version back in the place of a record that was altered."""
        scan_id, _ = self._record(certificate_id)
        self._connection.execute(
            update(Certificate)
            .where(Certificate.id == certificate_id)
            .values(record=record.to_json(), version=Certificate.version + 1, updated_at=self._clock())
        )
        self._write(certificate_id, record)
        self._note(who, scan_id, certificate_id, "record")

    def replace_previews(self, certificate_id: str, previews: Sequence[str], who: str) -> None:
        """Name new pictures of the faces."""
        scan_id, _ = self._record(certificate_id)
        self._connection.execute(
            update(Certificate)
            .where(Certificate.id == certificate_id)
            .values(previews=list(previews), version=Certificate.version + 1, updated_at=self._clock())
        )
        self._note(who, scan_id, certificate_id, "previews", {PICTURES: {certificate_id: list(previews)}})

    def replace_pdfa(self, certificate_id: str, old: str, new: str, who: str) -> None:
        """Name the document that was written again in the place of one that is lost."""
        scan_id, _ = self._record(certificate_id)
        self._connection.execute(
            update(RecordVersion)
            .where(RecordVersion.certificate_id == certificate_id, RecordVersion.pdfa_sha256 == old)
            .values(pdfa_sha256=new)
        )
        changed = self._connection.execute(
            update(Certificate)
            .where(Certificate.id == certificate_id, Certificate.pdfa_sha256 == old)
            .values(pdfa_sha256=new, version=Certificate.version + 1, updated_at=self._clock())
        )
        if changed.rowcount:
            detail = {"certificate_id": certificate_id, "pdfa_sha256": new, "before": old}
            self._events.add(who, "certificate_archived", scan_id, detail)
        self._note(who, scan_id, certificate_id, "pdfa")

    def _record(self, certificate_id: str) -> tuple[str, Record]:
        query = select(Certificate.scan_id, Certificate.record).where(Certificate.id == certificate_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"certificate {certificate_id}")
        return row.scan_id, Record.from_json(row.record)

    def _write(self, certificate_id: str, record: Record) -> None:
        query = select(Field.path, Field.settled_by, Field.settled_at).where(
            Field.certificate_id == certificate_id, Field.settled_by.is_not(None), Field.settled_at.is_not(None)
        )
        settled = {row.path: (row.settled_by, row.settled_at) for row in self._connection.execute(query)}
        self._connection.execute(
            update(Certificate)
            .where(Certificate.id == certificate_id)
            .values(**projections.certificate_columns(record))
        )
        projections.write(
            self._connection, certificate_id, record, {p: (w, at) for p, (w, at) in settled.items() if w and at}
        )

    def _note(
        self, who: str, scan_id: str, certificate_id: str, what: str, more: Mapping[str, Any] | None = None
    ) -> None:
        detail = {"certificate_id": certificate_id, "what": what, **(more or {})}
        self._events.add(who, "audit_repaired", scan_id, detail)
