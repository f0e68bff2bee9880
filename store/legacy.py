"""What other registers say: their rows as they came, and each value in which they differ from ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from certificate.errors import NotFound
from certificate.keys import number_key
from store.events import EventRepository
from store.identifiers import new_id
from store.rows import EVERYTHING, LegacyDifferenceRow, LegacyOutcome, Page, SearchScope, SettledAs
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

    def certificates_with(self, serial_number: str) -> tuple[str, ...]:
        """The certificates that bear a serial number."""
        key = number_key(serial_number)
        if not key:
            return ()
        query = select(Certificate.id).where(Certificate.serial_key == key).order_by(Certificate.id)
        return tuple(self._connection.execute(query).scalars())

    def add(
        self,
        source: tuple[str, str],
        line_number: int,
        content: Mapping[str, Any],
        outcome: LegacyOutcome,
        *,
        serial_number: str | None,
        certificate_id: str | None,
        diagnoses: Sequence[Mapping[str, Any]],
        differences: Mapping[str, tuple[str | None, str | None]],
        who: str,
    ) -> str:
        """Keep one row of a file (its hash and name) and in what it differs from our record: path, ours, theirs."""
        line_id = new_id()
        self._connection.execute(
            insert(LegacyLine).values(
                id=line_id,
                source_sha256=source[0],
                source_name=source[1],
                line_number=line_number,
                serial_key=number_key(plain(serial_number)) or None if serial_number else None,
                certificate_id=certificate_id,
                outcome=outcome.value,
                diagnoses=[dict(diagnosis) for diagnosis in diagnoses],
                content=dict(content),
                imported_at=self._clock(),
                imported_by=who,
            )
        )
        if certificate_id and differences:
            known = self._unsettled(certificate_id)
            rows = [
                {
                    "id": new_id(),
                    "line_id": line_id,
                    "certificate_id": certificate_id,
                    "path": path,
                    "ours": ours,
                    "theirs": theirs,
                }
                for path, (ours, theirs) in differences.items()
                # The rows of one certificate repeat its values: one difference is listed once.
                if (path, theirs) not in known
            ]
            if rows:
                self._connection.execute(insert(LegacyDifference), rows)
        return line_id

    def _unsettled(self, certificate_id: str) -> set[tuple[str, str | None]]:
        query = select(LegacyDifference.path, LegacyDifference.theirs).where(
            LegacyDifference.certificate_id == certificate_id, LegacyDifference.settled_as.is_(None)
        )
        return {(row.path, row.theirs) for row in self._connection.execute(query)}

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


def _joined(query: Any) -> Any:
    return (
        query.select_from(LegacyDifference)
        .join(LegacyLine, LegacyLine.id == LegacyDifference.line_id)
        .join(Certificate, Certificate.id == LegacyDifference.certificate_id)
    )


def _difference(row: Row[Any]) -> LegacyDifferenceRow:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return LegacyDifferenceRow(**{**values, "settled_as": SettledAs(row.settled_as) if row.settled_as else None})
