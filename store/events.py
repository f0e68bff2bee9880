"""What happened, who did it and when: rows that are only ever added, each sealed to the one before by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from store.rows import Event
from store.serializing import canonical_json
from store.tables import EventLine, plain, table_of

FIRST_HASH = "0" * 64
# Any number will do, as long as nobody else in the database takes the same one.
_CHAIN_LOCK = 7_305_002
_VERIFY_BATCH = 5_000
_TAKE_TURN = text("SELECT pg_advisory_xact_lock(:key)")
_NEWEST = select(EventLine.number, EventLine.hash).order_by(EventLine.number.desc()).limit(1)
_ADD = insert(table_of(EventLine))


class EventRepository:
    """The office's diary. New events wait until the unit of work commits, then join the chain together."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock
        self._waiting: list[Event] = []

    def add(self, who: str, action: str, scan_id: str | None = None, detail: Mapping[str, Any] | None = None) -> None:
        """Note that something happened; never put a person's name or number into ``detail``."""
        self._waiting.append(Event(self._clock(), plain(who), action, scan_id, dict(detail or {})))

    def for_scan(self, scan_id: str) -> tuple[Event, ...]:
        """Everything committed that happened to one scan, oldest first."""
        query = select(*EventLine.__table__.columns).where(EventLine.scan_id == scan_id).order_by(EventLine.number)
        return tuple(event_of(row) for row in self._connection.execute(query))

    def latest(
        self, limit: int = 100, before_number: int | None = None, *, action: str | None = None
    ) -> tuple[Event, ...]:
        """The newest committed events, newest first; ``before_number`` pages backwards, ``action`` wants one kind."""
        query = select(*EventLine.__table__.columns).order_by(EventLine.number.desc()).limit(limit)
        if before_number is not None:
            query = query.where(EventLine.number < before_number)
        if action is not None:
            query = query.where(EventLine.action == action)
        return tuple(event_of(row) for row in self._connection.execute(query))

    def first_broken(self) -> int | None:
        """The number of the first event that is missing, altered or out of its place; ``None`` when all is whole.

        Events cut off at the end leave no trace inside the chain: compare the last hash with a copy kept elsewhere.
        """
        expected, last_hash = 1, FIRST_HASH
        while True:
            query = (
                select(*EventLine.__table__.columns)
                .where(EventLine.number >= expected)
                .order_by(EventLine.number)
                .limit(_VERIFY_BATCH)
            )
            rows = self._connection.execute(query).all()
            for row in rows:
                sealed = _seal(last_hash, expected, event_of(row))
                if row.number != expected or row.prev_hash != last_hash or row.hash != sealed:
                    return expected
                expected, last_hash = expected + 1, row.hash
            if not rows:
                return None

    def flush(self) -> None:
        """Seal the waiting events into the chain; the unit of work does this as the last thing before it commits.

        The chain has one end, so writers take turns here. Being last, the turn is short and cannot deadlock with
        the locks on rows.
        """
        if not self._waiting:
            return
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_TAKE_TURN, {"key": _CHAIN_LOCK})
        newest = self._connection.execute(_NEWEST).one_or_none()
        number, last_hash = (newest.number, newest.hash) if newest else (0, FIRST_HASH)
        lines: list[dict[str, Any]] = []
        for event in self._waiting:
            number += 1
            sealed = _seal(last_hash, number, event)
            lines.append(
                {
                    "number": number,
                    "at": event.at,
                    "who": event.who,
                    "action": event.action,
                    "scan_id": event.scan_id,
                    "detail": dict(event.detail),
                    "prev_hash": last_hash,
                    "hash": sealed,
                }
            )
            last_hash = sealed
        self._connection.execute(_ADD, lines)
        self._waiting.clear()

    def forget(self) -> None:
        """Drop the events that wait, because what they tell of was undone."""
        self._waiting.clear()


def _seal(last_hash: str, number: int, event: Event) -> str:
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = canonical_json([last_hash, number, at, event.who, event.action, event.scan_id, event.detail])
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def event_of(row: Row[Any]) -> Event:
    """The event of a row of the table."""
    return Event(row.at, row.who, row.action, row.scan_id, row.detail, row.number, row.hash)
