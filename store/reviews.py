"""The review desk: scans that wait for a person, who holds which, what was put off, noted and keyed in twice.

One small row per waiting scan, so that a queue of a hundred thousand is counted and sorted without opening a record.
The row comes and goes with the scan's state (``enter`` and ``leave``, called where scans are moved).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, delete, func, insert, or_, select, update

from certificate.record import Form
from store import attested
from store.events import EventRepository
from store.review_rows import (
    KeyIn,
    Note,
    Receipt,
    Stage,
    TaskCount,
    TaskFacts,
    TaskFilter,
    TaskRow,
    band_of,
)
from store.rows import EVERYTHING, Page, SearchScope
from store.run_tables import Run, RunInput
from store.scope import within
from store.tables import KeyInLine, NoteLine, ReceiptLine, ReviewTask, Scan


def enter(connection: Connection, scan_id: str, now: datetime) -> None:
    """Put a scan on the desk; what is known of it is written by ``describe``."""
    scan = connection.execute(
        select(Scan.office, Scan.queue, Scan.uploaded_by, Scan.created_at).where(Scan.id == scan_id)
    ).one()
    leave(connection, scan_id)
    connection.execute(
        insert(ReviewTask).values(
            scan_id=scan_id,
            office=scan.office,
            queue=scan.queue,
            uploaded_by=scan.uploaded_by,
            doubtful=0,
            due_at=scan.created_at,
            stage=Stage.REVIEW.value,
            keyed_by="",
            entered_at=now,
            run=_run_of(connection, scan_id),
        )
    )


def _run_of(connection: Connection, scan_id: str) -> str | None:
    """The name of the run that brought a scan in."""
    query = select(Run.name).join(RunInput, RunInput.run_id == Run.id).where(RunInput.scan_id == scan_id)
    return connection.execute(query.order_by(RunInput.id).limit(1)).scalar()


def leave(connection: Connection, scan_id: str) -> None:
    """Take a scan off the desk."""
    connection.execute(delete(ReviewTask).where(ReviewTask.scan_id == scan_id))


class ReviewRepository:
    """Everything on the review desk."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], events: EventRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events

    def get(self, scan_id: str) -> TaskRow | None:
        """The task of a scan, or ``None`` when it does not wait for a person."""
        query = select(*ReviewTask.__table__.columns).where(ReviewTask.scan_id == scan_id)
        row = self._connection.execute(query).one_or_none()
        return _task(row) if row else None

    def describe(self, scan_id: str, facts: TaskFacts) -> None:
        """Write what is known of the record, for lists and filters."""
        self._connection.execute(
            update(ReviewTask)
            .where(ReviewTask.scan_id == scan_id)
            .values(
                form=facts.form.value if facts.form else None,
                reason=facts.reason,
                confidence=facts.confidence,
                band=band_of(facts.confidence).value,
                doubtful=facts.doubtful,
                due_at=facts.due_at,
                stage=facts.stage.value,
                keyed_by=_joined(facts.keyed_by),
            )
        )

    def list(
        self,
        wanted: TaskFilter,
        page_number: int = 1,
        page_size: int = 50,
        *,
        scope: SearchScope = EVERYTHING,
        total: int | None = None,
    ) -> Page[TaskRow]:
        """One page of the tasks that pass the filter, the one that is due first in front.

        ``total`` is how many pass, where the caller knows it from ``counts``.
        """
        now = self._clock()
        if total is None:
            counting = _filtered(select(func.count()), wanted, now).where(*within(scope, ReviewTask))
            total = self._connection.execute(counting).scalar_one()
        number = max(1, page_number)
        query = _filtered(select(*ReviewTask.__table__.columns), wanted, now).where(*within(scope, ReviewTask))
        query = query.order_by(ReviewTask.due_at, ReviewTask.scan_id).limit(page_size)
        rows = self._connection.execute(query.offset((number - 1) * page_size))
        return Page(tuple(_task(row) for row in rows), total, number, page_size)

    def counts(self, scope: SearchScope = EVERYTHING) -> tuple[TaskCount, ...]:
        """How many tasks share which facts."""
        # One walk along the index of facts: the columns in its order, what was put off counted on the way.
        facts = (
            ReviewTask.office,
            ReviewTask.form,
            ReviewTask.reason,
            ReviewTask.queue,
            ReviewTask.run,
            ReviewTask.band,
            ReviewTask.stage,
        )
        put_off = func.sum(case((ReviewTask.postponed_until > self._clock(), 1), else_=0))
        query = select(*facts, func.count().label("many"), put_off.label("put_off")).where(*within(scope, ReviewTask))
        found = []
        for row in self._connection.execute(query.group_by(*facts)):
            for postponed, count in ((False, row.many - row.put_off), (True, row.put_off)):
                if count:
                    found.append(
                        TaskCount(
                            office=row.office,
                            form=row.form,
                            reason=row.reason,
                            queue=row.queue,
                            band=row.band,
                            stage=row.stage,
                            run=row.run,
                            postponed=postponed,
                            count=count,
                        )
                    )
        return tuple(found)

    def free_for(
        self,
        who: str,
        wanted: TaskFilter,
        *,
        scope: SearchScope = EVERYTHING,
        but: Collection[str] = (),
        limit: int = 5,
    ) -> tuple[str, ...]:
        """The first scans that this person may take now: not put off, not held, not keyed in by themselves."""
        now = self._clock()
        query = _filtered(select(ReviewTask.scan_id), wanted, now).where(
            or_(ReviewTask.locked_by.is_(None), ReviewTask.locked_until <= now, ReviewTask.locked_by == who),
            ~ReviewTask.keyed_by.contains(f",{who},", autoescape=True),
        )
        query = query.where(*within(scope, ReviewTask))
        if but:
            query = query.where(ReviewTask.scan_id.not_in(list(but)))
        query = query.order_by(ReviewTask.due_at, ReviewTask.scan_id).limit(limit)
        return tuple(row.scan_id for row in self._connection.execute(query))

    def take(self, scan_id: str, who: str, lease_s: float, *, over: bool = False) -> bool:
        """Hold a task for ``lease_s`` seconds; ``False`` when somebody else holds it. ``over`` takes it from them."""
        now = self._clock()
        free = or_(ReviewTask.locked_by.is_(None), ReviewTask.locked_until <= now, ReviewTask.locked_by == who)
        before = self.get(scan_id)
        changed = self._connection.execute(
            update(ReviewTask)
            .where(ReviewTask.scan_id == scan_id, *(() if over else (free,)))
            .values(locked_by=who, locked_until=now + timedelta(seconds=lease_s))
        )
        if changed.rowcount == 1 and before is not None and before.held_by_other(who, now):
            self._events.add(who, "review_taken_over", scan_id, {"from": before.locked_by})
        return changed.rowcount == 1

    def let_go(self, scan_id: str, who: str) -> None:
        """Stop holding a task; nothing happens when somebody else holds it by now."""
        self._connection.execute(
            update(ReviewTask)
            .where(ReviewTask.scan_id == scan_id, ReviewTask.locked_by == who)
            .values(locked_by=None, locked_until=None)
        )

    def postpone(self, scan_id: str, who: str, until: datetime | None) -> None:
        """Put a task off until later, or (``None``) bring it back now."""
        self._connection.execute(
            update(ReviewTask)
            .where(ReviewTask.scan_id == scan_id)
            .values(postponed_until=until, locked_by=None, locked_until=None)
        )
        detail = {"until": until.isoformat(timespec="minutes") if until else None}
        self._events.add(who, "review_postponed", scan_id, detail)

    def add_note(self, scan_id: str, who: str, text: str) -> None:
        """Keep a note beside a scan; the diary only tells that there is one."""
        self._connection.execute(insert(NoteLine).values(scan_id=scan_id, who=who, at=self._clock(), text=text))
        self._events.add(who, "note_added", scan_id, {attested.NOTE: attested.note_hash(who, text)})

    def notes(self, scan_id: str) -> tuple[Note, ...]:
        """The notes beside a scan, oldest first."""
        query = select(NoteLine.who, NoteLine.at, NoteLine.text).where(NoteLine.scan_id == scan_id)
        return tuple(Note(row.who, row.at, row.text) for row in self._connection.execute(query.order_by(NoteLine.id)))

    def key_in(self, certificate_id: str, turn: int, who: str, values: Mapping[str, str | None]) -> None:
        """Keep what one person typed, in place of what was typed in the same turn before."""
        self._connection.execute(
            delete(KeyInLine).where(KeyInLine.certificate_id == certificate_id, KeyInLine.turn == turn)
        )
        now = self._clock()
        lines = [
            {"certificate_id": certificate_id, "path": path, "turn": turn, "who": who, "value": value, "at": now}
            for path, value in values.items()
        ]
        if lines:
            self._connection.execute(insert(KeyInLine), lines)

    def key_ins(self, certificate_id: str) -> tuple[KeyIn, ...]:
        """What people typed independently, by field and turn."""
        query = (
            select(*KeyInLine.__table__.columns)
            .where(KeyInLine.certificate_id == certificate_id)
            .order_by(KeyInLine.path, KeyInLine.turn)
        )
        return tuple(KeyIn(row.path, row.turn, row.who, row.value, row.at) for row in self._connection.execute(query))

    def forget_key_ins(self, certificate_id: str) -> None:
        """Drop the key-ins, because the record is looked at anew."""
        self._connection.execute(delete(KeyInLine).where(KeyInLine.certificate_id == certificate_id))

    def add_receipt(self, code: str, scan_id: str, who: str) -> Receipt:
        """Give a scan its receipt; the one it has already stays."""
        found = self.receipt_of(scan_id)
        if found is not None:
            return found
        self._connection.execute(
            insert(ReceiptLine).values(code=code, scan_id=scan_id, created_by=who, created_at=self._clock())
        )
        self._events.add(who, "receipt_given", scan_id, {attested.RECEIPT: attested.receipt_hash(code)})
        return Receipt(code, scan_id, who, self._clock())

    def receipt_of(self, scan_id: str) -> Receipt | None:
        """The receipt of a scan, if one was given."""
        return self._receipt(ReceiptLine.scan_id == scan_id)

    def receipt(self, code: str) -> Receipt | None:
        """The receipt with this code, if there is one."""
        return self._receipt(ReceiptLine.code == code)

    def move_receipt(self, old_scan_id: str, new_scan_id: str, who: str) -> None:
        """Let a receipt tell of the scan that replaces the one it was given for."""
        found = self.receipt_of(old_scan_id)
        if found is None:
            return
        self._events.add(who, "receipt_moved", old_scan_id, {attested.RECEIPT: None})
        self._events.add(who, "receipt_moved", new_scan_id, {attested.RECEIPT: attested.receipt_hash(found.code)})
        self._connection.execute(
            update(ReceiptLine).where(ReceiptLine.scan_id == old_scan_id).values(scan_id=new_scan_id)
        )

    def _receipt(self, condition: Any) -> Receipt | None:
        row = self._connection.execute(select(*ReceiptLine.__table__.columns).where(condition)).one_or_none()
        return Receipt(row.code, row.scan_id, row.created_by, row.created_at) if row else None


def _filtered(query: Select[Any], wanted: TaskFilter, now: datetime) -> Select[Any]:
    query = query.select_from(ReviewTask)
    put_off = and_(ReviewTask.postponed_until.is_not(None), ReviewTask.postponed_until > now)
    query = query.where(put_off if wanted.postponed else ~put_off)
    for column, value in (
        (ReviewTask.office, wanted.office),
        (ReviewTask.form, wanted.form.value if wanted.form else None),
        (ReviewTask.reason, wanted.reason),
        (ReviewTask.queue, wanted.queue),
        (ReviewTask.stage, wanted.stage.value if wanted.stage else None),
        (ReviewTask.band, wanted.band.value if wanted.band else None),
        (ReviewTask.run, wanted.run),
    ):
        if value is not None:
            query = query.where(column == value)
    return query


def _joined(names: Sequence[str]) -> str:
    return f",{','.join(names)}," if names else ""


def _task(row: Row[Any]) -> TaskRow:
    return TaskRow(
        scan_id=row.scan_id,
        office=row.office,
        queue=row.queue,
        uploaded_by=row.uploaded_by,
        facts=TaskFacts(
            form=Form(row.form) if row.form else None,
            reason=row.reason,
            confidence=row.confidence,
            doubtful=row.doubtful,
            due_at=row.due_at,
            stage=Stage(row.stage),
            keyed_by=tuple(name for name in row.keyed_by.split(",") if name),
        ),
        entered_at=row.entered_at,
        postponed_until=row.postponed_until,
        locked_by=row.locked_by,
        locked_until=row.locked_until,
        run=row.run,
    )
