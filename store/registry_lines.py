"""Lines of the lists that go to the registry by hand: which owner was asked about, and what came back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from certificate.citizens import Citizen, OwnerQuery
from certificate.errors import NotFound
from store.events import EventRepository
from store.identifiers import new_id
from store.rows import RegistryLineRow
from store.serializing import query_from_json, query_to_json
from store.tables import Certificate, RegistryLine

# Made once, because it is asked for every certificate.
_OF_CERTIFICATE = (
    select(*RegistryLine.__table__.columns)
    .where(RegistryLine.certificate_id == bindparam("certificate"))
    .order_by(RegistryLine.id)
)


class RegistryLineRepository:
    """All lines ever sent out."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], events: EventRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events

    def add(self, certificate_id: str, owner_index: int, query: OwnerQuery, who: str) -> RegistryLineRow:
        """A line for one owner; the one that is there when the same was asked about the same owner before."""
        for line in self.for_certificate(certificate_id):
            if line.owner_index == owner_index and line.query == query:
                return line
        line_id = new_id()
        self._connection.execute(
            insert(RegistryLine).values(
                id=line_id,
                certificate_id=certificate_id,
                owner_index=owner_index,
                query=query_to_json(query),
                exported_at=self._clock(),
                exported_by=who,
            )
        )
        return self.get(line_id)

    def get(self, line_id: str) -> RegistryLineRow:
        """One line by its id; ``NotFound`` when there is none."""
        row = self._connection.execute(
            select(*RegistryLine.__table__.columns).where(RegistryLine.id == line_id)
        ).one_or_none()
        if row is None:
            raise NotFound("no such line")
        return _line(row)

    def for_certificate(self, certificate_id: str) -> tuple[RegistryLineRow, ...]:
        """The lines about the owners of one certificate, oldest first."""
        found = self._connection.execute(_OF_CERTIFICATE, {"certificate": certificate_id})
        return tuple(_line(row) for row in found)

    def answer(self, line_id: str, citizens: Sequence[Citizen], who: str) -> bool:
        """Keep what came back for a line (nobody: not found); ``False`` when just that is known already."""
        seen = self.get(line_id)
        if seen.answered_at is not None and seen.citizens == tuple(citizens):
            return False
        self._connection.execute(
            update(RegistryLine)
            .where(RegistryLine.id == line_id)
            .values(
                answered_at=self._clock(),
                answered_by=who,
                citizens=[dataclasses.asdict(citizen) for citizen in citizens],
            )
        )
        scan_id = self._connection.execute(
            select(Certificate.scan_id).where(Certificate.id == seen.certificate_id)
        ).scalar_one()
        detail = {"certificate_id": seen.certificate_id, "owner_index": seen.owner_index, "found": len(citizens)}
        self._events.add(who, "registry_list_answered", scan_id, detail)
        return True


def _line(row: Row[Any]) -> RegistryLineRow:
    query = query_from_json(row.query)
    assert query is not None
    return RegistryLineRow(
        id=row.id,
        certificate_id=row.certificate_id,
        owner_index=row.owner_index,
        query=query,
        exported_at=row.exported_at,
        exported_by=row.exported_by,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        citizens=tuple(Citizen(**citizen) for citizen in row.citizens or ()),
    )
