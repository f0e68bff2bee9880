"""Versions of records: what was approved stays readable, word by word, whatever is corrected later.

A version is written in the same transaction as the approval or correction that makes it, and the event in the chain
carries the record's hash: so a version that was altered afterwards is found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from certificate.errors import NotFound
from certificate.record import Record
from store.rows import CertificateRow, VersionKind, VersionSummary
from store.serializing import canonical_json
from store.tables import RecordVersion, table_of

_NEWEST = select(func.max(RecordVersion.number)).where(RecordVersion.certificate_id == bindparam("certificate"))
_TABLE = table_of(RecordVersion)
_ADD = insert(_TABLE)
_SET_NEWEST = update(_TABLE).where(
    _TABLE.c.certificate_id == bindparam("certificate"), _TABLE.c.number == _NEWEST.scalar_subquery()
)
_SUMMARY = tuple(column for column in RecordVersion.__table__.columns if column.name != "record")


class VersionRepository:
    """All versions of all records; reading only, because writing belongs to what makes them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self, certificate_id: str) -> tuple[VersionSummary, ...]:
        """The versions of one certificate's record, oldest first."""
        query = select(*_SUMMARY).where(RecordVersion.certificate_id == certificate_id).order_by(RecordVersion.number)
        return tuple(_summary(row) for row in self._connection.execute(query))

    def record(self, certificate_id: str, number: int) -> Record:
        """The record as it stood in one version; ``NotFound`` when there is no such version."""
        query = select(RecordVersion.record).where(
            RecordVersion.certificate_id == certificate_id, RecordVersion.number == number
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"version {number} of certificate {certificate_id}")
        return Record.from_json(row.record)


def record_hash(record: Mapping[str, Any]) -> str:
    """The SHA-256 of a record's JSON in its one canonical spelling."""
    return hashlib.sha256(canonical_json(record).encode("ascii")).hexdigest()


def add_approved(connection: Connection, current: CertificateRow, who: str, at: datetime) -> dict[str, Any]:
    """Keep an approved record as the next version, and give what the event about it shall say."""
    return _add(connection, current, current.record, VersionKind.APPROVED, who, at)


def add_corrected(
    connection: Connection, current: CertificateRow, record: Record, who: str, at: datetime
) -> dict[str, Any]:
    """Keep a corrected record as the next version, if it was ever approved; nothing to say otherwise."""
    if _newest(connection, current.id) == 0:
        return {}
    return _add(connection, current, record, VersionKind.CORRECTED, who, at)


def _newest(connection: Connection, certificate_id: str) -> int:
    return connection.execute(_NEWEST, {"certificate": certificate_id}).scalar_one() or 0


def _add(
    connection: Connection, current: CertificateRow, record: Record, kind: VersionKind, who: str, at: datetime
) -> dict[str, Any]:
    written = record.to_json()
    number, digest = _newest(connection, current.id) + 1, record_hash(written)
    connection.execute(
        _ADD,
        {
            "certificate_id": current.id,
            "number": number,
            "scan_id": current.scan_id,
            "kind": kind.value,
            "who": who,
            "at": at,
            "record": written,
            "record_sha256": digest,
        },
    )
    return {"version": number, "record_sha256": digest}


def note_pdfa(connection: Connection, certificate_id: str, pdfa_sha256: str) -> None:
    """Note the archived document that was made of the newest version."""
    connection.execute(_SET_NEWEST, {"certificate": certificate_id, "pdfa_sha256": pdfa_sha256})


def _summary(row: Row[Any]) -> VersionSummary:
    return VersionSummary(**{**row._mapping, "kind": VersionKind(row.kind)})  # noqa: SLF001 - columns by name
