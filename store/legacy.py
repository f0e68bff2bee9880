"""What other registers say: their rows as they came, and each value in which they differ from ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select, update

from certificate.errors import NotFound
from certificate.keys import number_key
from store import attested
from store.events import EventRepository
from store.identifiers import new_id
from store.rows import (
    EVERYTHING,
    LegacyDifferenceRow,
    LegacyLineRow,
    LegacyOutcome,
    MatchedLine,
    NewLegacyLine,
    Page,
    SearchScope,
    SettledAs,
)
from store.scope import within
from store.tables import Certificate, LegacyDifference, LegacyLine, Scan, plain

_SHOWN = (
    LegacyDifference.id,
    LegacyDifference.certificate_id,
    LegacyDifference.path,
    LegacyDifference.ours,
    LegacyDifference.theirs,
    LegacyDifference.settled_by,
    LegacyDifference.settled_at,
    LegacyDifference.settled_as,
    LegacyLine.source_name,
    LegacyLine.line_number,
    Certificate.serial_number,
)
# A certificate, a path and what another register says there.
_Listed = tuple[str, str, str | None]


class LegacyRepository:
    """All rows ever read in from other registers."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], events: EventRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events

    def lines_of(self, source_sha256: str) -> set[int]:
        """The numbers of the rows of a file that are kept already, so that a second reading goes on after them."""
        found = self._connection.execute(
            select(LegacyLine.line_number).where(LegacyLine.source_sha256 == source_sha256)
        ).scalars()
        return set(found)

    def certificates_with(self, serial_numbers: Iterable[str]) -> dict[str, list[str]]:
        """The certificates that bear each serial number; those that no certificate bears are left out."""
        keys = {serial: number_key(serial) for serial in serial_numbers}
        query = select(Certificate.serial_key, Certificate.id).where(
            Certificate.serial_key.in_({key for key in keys.values() if key})
        )
        bearing: dict[str, list[str]] = {}
        for row in self._connection.execute(query.order_by(Certificate.id)):
            bearing.setdefault(row.serial_key, []).append(row.id)
        return {serial: bearing[key] for serial, key in keys.items() if key in bearing}

    def add(self, source: tuple[str, str], lines: Sequence[NewLegacyLine], who: str) -> None:
        """Keep rows of a file (its hash and name), in their order, and in what they differ from our records."""
        differing_ids = {line.certificate_id for line in lines if line.certificate_id and line.differences}
        known = self._listed(differing_ids, LegacyDifference.settled_as.is_(None))
        now = self._clock()
        kept: list[dict[str, Any]] = []
        differing: list[dict[str, Any]] = []
        for line in lines:
            line_id = new_id()
            kept.append(
                {
                    "id": line_id,
                    "source_sha256": source[0],
                    "source_name": source[1],
                    "line_number": line.number,
                    "serial_key": number_key(plain(line.serial_number)) or None if line.serial_number else None,
                    "certificate_id": line.certificate_id,
                    "outcome": line.outcome.value,
                    "diagnoses": [dict(diagnosis) for diagnosis in line.diagnoses],
                    "content": dict(line.content),
                    "imported_at": now,
                    "imported_by": who,
                }
            )
            if line.certificate_id is not None:
                differing += _new_differences(line_id, line.certificate_id, line.differences, known)
        if kept:
            self._connection.execute(insert(LegacyLine), kept)
        if differing:
            self._connection.execute(insert(LegacyDifference), differing)
        if kept:
            numbers = [line.number for line in lines]
            detail = {"source_sha256": source[0], "first": min(numbers), "last": max(numbers)}
            hashes = self.hashes_of(source[0], min(numbers), max(numbers))
            self._events.add(
                who, "register_rows_kept", detail=detail | {attested.ROWS: hashes[0], attested.DIFFERENCES: hashes[1]}
            )

    def kept_lines(
        self, source_sha256: str, after: int, limit: int, *, matched_too: bool = False
    ) -> tuple[LegacyLineRow, ...]:
        """The next readable rows of a file behind a number: those that belong to no certificate yet, or all."""
        conditions = [LegacyLine.source_sha256 == source_sha256, LegacyLine.line_number > after]
        if not matched_too:
            conditions.append(LegacyLine.certificate_id.is_(None))
        return self._lines(*conditions, limit=limit)

    def waiting_lines(self, serial_keys: Collection[str]) -> tuple[LegacyLineRow, ...]:
        """The rows of all files with these serial numbers that belong to no certificate yet."""
        return self._lines(LegacyLine.serial_key.in_(serial_keys), LegacyLine.certificate_id.is_(None))

    def _lines(self, *conditions: Any, limit: int | None = None) -> tuple[LegacyLineRow, ...]:
        shown = (LegacyLine.id, LegacyLine.source_sha256, LegacyLine.line_number, LegacyLine.serial_key)
        query = select(*shown, LegacyLine.content).where(
            LegacyLine.outcome != LegacyOutcome.UNREADABLE.value, *conditions
        )
        found = self._connection.execute(query.order_by(LegacyLine.source_sha256, LegacyLine.line_number).limit(limit))
        return tuple(LegacyLineRow(*row) for row in found)

    def match(self, source_sha256: str, lines: Sequence[MatchedLine], who: str) -> int:
        """Note to which certificates kept rows of a file belong, and list in what they differ from our records.

        The rows stay as they were read in; what is listed already, settled or not, is not listed twice. Gives how many
        differences were listed.
        """
        if not lines:
            return 0
        known = self._listed({line.certificate_id for line in lines if line.differences})
        differing: list[dict[str, Any]] = []
        for line in lines:
            differing += _new_differences(line.line_id, line.certificate_id, line.differences, known)
        self._connection.execute(
            update(cast("Table", LegacyLine.__table__))
            .where(LegacyLine.id == bindparam("line"))
            .values(certificate_id=bindparam("certificate")),
            [{"line": line.line_id, "certificate": line.certificate_id} for line in lines],
        )
        if differing:
            self._connection.execute(insert(LegacyDifference), differing)
        listed: dict[str, list[str]] = {}
        for values in differing:
            listed.setdefault(values["certificate_id"], []).append(values["id"])
        detail = {
            "source_sha256": source_sha256,
            "lines": [line.number for line in lines],
            "diagnoses": {str(line.number): list(line.diagnoses) for line in lines if line.diagnoses},
            "listed": listed,
            attested.DIFFERENCES: {one: self.hash_of(ids) for one, ids in listed.items()},
        }
        self._events.add(who, "register_rows_matched", detail=detail)
        return len(differing)

    def hash_of(self, difference_ids: Collection[str]) -> str:
        """What the chain says of differences that were listed together."""
        shown = (LegacyDifference.path, LegacyDifference.ours, LegacyDifference.theirs)
        found = self._connection.execute(select(*shown).where(LegacyDifference.id.in_(difference_ids)))
        return attested.differences_hash((row.path, row.ours, row.theirs) for row in found)

    def hashes_of(
        self, source_sha256: str, first: int, last: int, listed_later: Collection[str] = ()
    ) -> tuple[str, dict[str, str]]:
        """What the chain says of a stretch of a file's rows, and of what they say otherwise by certificate.

        Differences that were ``listed_later``, when their certificate came, are left out.
        """
        condition = (LegacyLine.source_sha256 == source_sha256, LegacyLine.line_number.between(first, last))
        rows = self._connection.execute(
            select(*LegacyLine.__table__.columns).where(*condition).order_by(LegacyLine.line_number)
        )
        told = attested.register_hash(rows)
        shown = (LegacyDifference.path, LegacyDifference.ours, LegacyDifference.theirs)
        query = (
            select(LegacyDifference.id, LegacyDifference.certificate_id, *shown)
            .join(LegacyLine, LegacyLine.id == LegacyDifference.line_id)
            .where(*condition)
        )
        by_certificate: dict[str, list[tuple[str, str | None, str | None]]] = {}
        for row in self._connection.execute(query):
            if row.id not in listed_later:
                by_certificate.setdefault(row.certificate_id, []).append((row.path, row.ours, row.theirs))
        return told, {one: attested.differences_hash(found) for one, found in sorted(by_certificate.items())}

    def _listed(self, certificate_ids: Collection[str], *conditions: Any) -> set[_Listed]:
        query = select(LegacyDifference.certificate_id, LegacyDifference.path, LegacyDifference.theirs).where(
            LegacyDifference.certificate_id.in_(certificate_ids), *conditions
        )
        return {(row.certificate_id, row.path, row.theirs) for row in self._connection.execute(query)}

    def differences(self, certificate_id: str) -> tuple[LegacyDifferenceRow, ...]:
        """What other registers say otherwise about one certificate, settled ones too, oldest first."""
        query = _joined(select(*_SHOWN)).where(LegacyDifference.certificate_id == certificate_id)
        return tuple(_difference(row) for row in self._connection.execute(query.order_by(LegacyDifference.id)))

    def open_differences(
        self, *, scope: SearchScope = EVERYTHING, page_number: int = 1, page_size: int = 50
    ) -> Page[LegacyDifferenceRow]:
        """One page of what nobody has settled yet, by certificate."""
        condition = LegacyDifference.settled_as.is_(None)
        query, counting = _joined(select(*_SHOWN)), _joined(select(func.count(LegacyDifference.id)))
        query = query.join(Scan, Scan.id == Certificate.scan_id).where(*within(scope, Scan))
        counting = counting.join(Scan, Scan.id == Certificate.scan_id).where(*within(scope, Scan))
        total = self._connection.execute(counting.where(condition)).scalar_one()
        number = max(1, page_number)
        rows = self._connection.execute(
            query.where(condition)
            .order_by(LegacyDifference.certificate_id, LegacyDifference.id)
            .limit(page_size)
            .offset((number - 1) * page_size)
        )
        return Page(tuple(_difference(row) for row in rows), total, number, page_size)

    def get(self, difference_id: str) -> LegacyDifferenceRow:
        """One difference by its id; ``NotFound``."""
        row = self._connection.execute(
            _joined(select(*_SHOWN)).where(LegacyDifference.id == difference_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"difference {difference_id}")
        return _difference(row)

    def settle(self, difference_id: str, settled_as: SettledAs, who: str) -> None:
        """Note which side a person found right; settling again changes nothing."""
        found = self.get(difference_id)
        changed = self._connection.execute(
            update(LegacyDifference)
            .where(LegacyDifference.id == difference_id, LegacyDifference.settled_as.is_(None))
            .values(settled_as=settled_as.value, settled_by=who, settled_at=self._clock())
        )
        if changed.rowcount:
            scan_id = self._connection.execute(
                select(Certificate.scan_id).where(Certificate.id == found.certificate_id)
            ).scalar_one()
            detail = {"certificate_id": found.certificate_id, "path": found.path, "settled_as": settled_as.value}
            self._events.add(who, "difference_settled", scan_id, detail)


def _new_differences(
    line_id: str, certificate_id: str, differences: Mapping[str, tuple[str | None, str | None]], known: set[_Listed]
) -> list[dict[str, Any]]:
    """The rows to list; the rows of one certificate repeat its values, and what is ``known`` is not listed again."""
    found = []
    for path, (ours, theirs) in differences.items():
        if (certificate_id, path, theirs) not in known:
            known.add((certificate_id, path, theirs))
            whose = {"id": new_id(), "line_id": line_id, "certificate_id": certificate_id}
            found.append({**whose, "path": path, "ours": ours, "theirs": theirs})
    return found


def _joined(query: Any) -> Any:
    return (
        query.select_from(LegacyDifference)
        .join(LegacyLine, LegacyLine.id == LegacyDifference.line_id)
        .join(Certificate, Certificate.id == LegacyDifference.certificate_id)
    )


def _difference(row: Row[Any]) -> LegacyDifferenceRow:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return LegacyDifferenceRow(**{**values, "settled_as": SettledAs(row.settled_as) if row.settled_as else None})
