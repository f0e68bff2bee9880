"""Scans: their states, who works on them now, and the lists people look at."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, or_, select, text, update

from certificate.errors import MoveNotAllowed, NotFound, VersionConflict
from certificate.record import Finding
from certificate.states import WORKING, State, check_move
from store import attested, reviews
from store.events import EventRepository
from store.identifiers import new_id
from store.rows import EVERYTHING, NewScan, Page, PageRow, ScanFilter, ScanRow, SearchScope
from store.scope import within
from store.tables import Scan, ScanPage, table_of

_TABLE = table_of(Scan)
_COLUMNS = tuple(column for column in _TABLE.columns if column.name != "findings")
# What may change together with a move; everything else has a method of its own or never changes.
_CHANGEABLE = frozenset({
    "attempts", "duplicate_of", "error_code", "job_id", "media_type", "not_before", "page_count", "queue",
    "return_reason",
})  # fmt: skip
# What every scan runs is made once: making a short statement anew costs as much as running it. Parameters named
# like columns set those columns.
_WORKING = [state.value for state in sorted(WORKING)]
_ONE = select(*_COLUMNS).where(Scan.id == bindparam("scan"))
_SAME_BYTES = (
    select(*_COLUMNS)
    .where(Scan.sha256 == bindparam("bytes"), Scan.duplicate_of.is_(None), Scan.state != State.DUPLICATE.value)
    .order_by(Scan.state == State.FAILED.value, Scan.id)
    .limit(1)
)
_LOCK_BYTES = text("SELECT pg_advisory_xact_lock(:key)")
_ADD = insert(_TABLE)
_SET = update(_TABLE).where(_TABLE.c.id == bindparam("scan"))
_MOVE = _SET.where(_TABLE.c.state == bindparam("seen_state"), _TABLE.c.version == bindparam("seen_version")).returning(
    *_COLUMNS
)
_CLAIM = _SET.where(
    _TABLE.c.state.in_(_WORKING),
    or_(
        _TABLE.c.lease_until.is_(None),
        _TABLE.c.lease_until <= bindparam("now"),
        _TABLE.c.lease_worker == bindparam("worker"),
    ),
)
_SET_HELD = _SET.where(_TABLE.c.lease_worker == bindparam("worker"))
_COUNT_ATTEMPT = _SET.values(attempts=_TABLE.c.attempts + 1).returning(_TABLE.c.attempts)
_LONGEST_WAIT = select(func.count(Scan.id), func.max(Scan.not_before)).where(Scan.state == bindparam("wanted"))
_IN_FLIGHT = (
    select(Scan.state, func.count(Scan.id))
    .where(Scan.state.in_(_WORKING), Scan.queue == bindparam("wanted"))
    .group_by(Scan.state)
)
_PAGES = (
    select(ScanPage.page_number, ScanPage.unreadable)
    .where(ScanPage.scan_id == bindparam("scan"))
    .order_by(ScanPage.page_number)
)


class ScanRepository:
    """All scans of the office."""

    def __init__(
        self, connection: Connection, clock: Callable[[], datetime], events: EventRepository, *, read_only: bool
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events
        self._read_only = read_only

    def add(self, scan: NewScan, *, scan_id: str | None = None, job_id: str | None = None) -> ScanRow:
        """Take a new scan in; ``job_id`` is the job that is to work on it, where that is known."""
        now = self._clock()
        row = ScanRow(
            id=scan_id or new_id(),
            sha256=scan.sha256,
            file_name=scan.file_name,
            media_type=scan.media_type,
            size_bytes=scan.size_bytes,
            page_count=scan.page_count,
            state=scan.state,
            error_code=scan.error_code,
            return_reason=None,
            queue=scan.queue,
            uploaded_by=scan.uploaded_by,
            office=scan.office,
            attempts=0,
            job_id=job_id,
            lease_worker=None,
            lease_until=None,
            not_before=None,
            version=1,
            created_at=now,
            updated_at=now,
            duplicate_of=scan.duplicate_of,
        )
        values = {name: getattr(row, name) for name in ScanRow.__slots__}
        self._connection.execute(_ADD, {**values, "findings": []})
        detail = {
            "state": scan.state.value,
            "sha256": scan.sha256,
            "queue": scan.queue,
            attested.ROW: attested.scan_hash(row),
        }
        if scan.error_code:
            detail["error_code"] = scan.error_code
        if scan.duplicate_of:
            detail["duplicate_of"] = scan.duplicate_of
        self._events.add(scan.uploaded_by, "scan_added", row.id, detail)
        return row

    def get(self, scan_id: str) -> ScanRow:
        """One scan by its id; ``NotFound`` when there is none."""
        return _scan(self._row(scan_id))

    def many(self, scan_ids: Collection[str]) -> dict[str, ScanRow]:
        """Some scans by their ids; an id that does not exist has no entry."""
        query = select(*_COLUMNS).where(Scan.id.in_(list(scan_ids)))
        return {row.id: _scan(row) for row in self._connection.execute(query)}

    def by_sha256(self, sha256: str) -> ScanRow | None:
        """The oldest scan with exactly these bytes that is not itself a duplicate, a failed one only if all failed.

        In a writing unit nobody else can decide about the same bytes until this unit ends, so that two uploads of
        one file at the same moment cannot both be the first.
        """
        if self._connection.dialect.name == "postgresql" and not self._read_only:
            key = int(sha256[:15], 16)
            self._connection.execute(_LOCK_BYTES, {"key": key})
        row = self._connection.execute(_SAME_BYTES, {"bytes": sha256}).one_or_none()
        return _scan(row) if row else None

    def move(
        self,
        scan: str | ScanRow,
        from_states: State | Collection[State],
        to: State,
        *,
        who: str = "system",
        why: str = "",
        version: int | None = None,
        **changes: Any,
    ) -> ScanRow:
        """Bring a scan from one of ``from_states`` to another state, by the table of states, and note it.

        ``scan`` is its id, or the row as the caller has seen it: then it must not have been moved since. ``version`` is
        the one the caller has seen, if it matters. ``changes`` may set error_code, return_reason,
        page_count, job_id, not_before, duplicate_of, media_type, queue and attempts. Arriving where no machine works
        ends the lease and sets the attempts to 0, and so does leaving from there.

        Raises ``MoveNotAllowed`` when the scan is elsewhere or the table forbids it, ``VersionConflict`` when
        somebody else was faster, ``NotFound``.
        """
        unknown = changes.keys() - _CHANGEABLE
        if unknown:
            raise TypeError(f"a move cannot change {sorted(unknown)}")
        seen = scan if isinstance(scan, ScanRow) else self.get(scan)
        scan_id = seen.id
        allowed = {from_states} if isinstance(from_states, State) else set(from_states)
        if version is not None and seen.version != version:
            raise VersionConflict(f"scan {scan_id}: seen {version}, now {seen.version}")
        if seen.state not in allowed:
            raise MoveNotAllowed(f"scan {scan_id} is {seen.state}, not {sorted(allowed)}")
        check_move(seen.state, to)
        values: dict[str, Any] = {"not_before": None}
        if to not in WORKING:
            values |= {"lease_worker": None, "lease_until": None, "job_id": None}
        if to not in WORKING or seen.state not in WORKING:
            values["attempts"] = 0
        if to is not State.FAILED:
            values["error_code"] = None
        if to is not State.RETURNED:
            values["return_reason"] = None
        values |= changes
        values |= {"state": to.value, "version": seen.version + 1, "updated_at": self._clock()}
        where = {"scan": scan_id, "seen_state": seen.state.value, "seen_version": seen.version}
        moved = self._connection.execute(_MOVE, {**where, **values}).one_or_none()
        if moved is None:
            raise VersionConflict(f"scan {scan_id}: somebody moved it at the same moment")
        detail = {"from": seen.state.value, "to": to.value}
        detail |= {name: changes[name] for name in ("error_code", "return_reason", "duplicate_of") if name in changes}
        if why:
            detail["why"] = why
        self._events.add(who, "scan_moved", scan_id, detail)
        if to is State.IN_REVIEW:
            reviews.enter(self._connection, scan_id, self._clock())
        elif seen.state is State.IN_REVIEW:
            reviews.leave(self._connection, scan_id)
        return _scan(moved)

    def set_replaced(self, scan_id: str, by: str, *, who: str) -> None:
        """Note that a returned scan was replaced by a new one of the same paper; ``MoveNotAllowed`` for another."""
        changed = self._connection.execute(
            update(Scan)
            .where(Scan.id == scan_id, Scan.state == State.RETURNED.value, Scan.replaced_by.is_(None))
            .values(replaced_by=by, version=Scan.version + 1, updated_at=self._clock())
        )
        if changed.rowcount != 1:
            raise MoveNotAllowed(f"scan {scan_id} is not returned, or replaced already")
        self._events.add(who, "scan_replaced", scan_id, {"by": by})

    def replaced_with(self, scan_id: str) -> tuple[ScanRow, ...]:
        """The earlier scans of the same paper that this one replaces, newest first."""
        found: list[ScanRow] = []
        wanted = scan_id
        while True:
            query = select(*_COLUMNS).where(Scan.replaced_by == wanted).limit(1)
            row = self._connection.execute(query).one_or_none()
            if row is None or row.id in {scan_id, *(scan.id for scan in found)}:
                return tuple(found)
            found.append(_scan(row))
            wanted = row.id

    def claim(self, scan_id: str, worker: str, lease_s: float) -> bool:
        """Take a scan to work on for ``lease_s`` seconds; ``False`` when another worker has it or nothing is to do.

        ``worker`` names one run of one job: a run that asks twice keeps its claim.
        """
        now = self._clock()
        lease = {"lease_worker": worker, "lease_until": now + timedelta(seconds=lease_s)}
        where = {"scan": scan_id, "now": now, "worker": worker}
        return self._connection.execute(_CLAIM, {**where, **lease}).rowcount == 1

    def renew(self, scan_id: str, worker: str, lease_s: float) -> bool:
        """Keep a claimed scan for ``lease_s`` seconds from now; ``False`` when it was lost to another worker."""
        lease = {"lease_until": self._clock() + timedelta(seconds=lease_s)}
        return self._connection.execute(_SET_HELD, {"scan": scan_id, "worker": worker, **lease}).rowcount == 1

    def release(self, scan_id: str, worker: str) -> None:
        """Let go of a claimed scan; nothing happens when another worker has it by now."""
        lease = {"lease_worker": None, "lease_until": None}
        self._connection.execute(_SET_HELD, {"scan": scan_id, "worker": worker, **lease})

    def count_attempt(self, scan_id: str) -> int:
        """Note that a worker begins on a scan, and say how often one has since a person last touched it."""
        changed = self._connection.execute(_COUNT_ATTEMPT, {"scan": scan_id}).one_or_none()
        if changed is None:
            raise NotFound(f"scan {scan_id}")
        attempts: int = changed.attempts
        return attempts

    def clear_attempts(self, scan_id: str) -> None:
        """Forget the attempts, because the last one got somewhere."""
        self._connection.execute(_SET, {"scan": scan_id, "attempts": 0})

    def set_job(self, scan_id: str, job_id: str | None, *, not_before: datetime | None = None) -> None:
        """Note which job is to work on a scan, and from when on."""
        self._connection.execute(_SET, {"scan": scan_id, "job_id": job_id, "not_before": not_before})

    def count_due(self, state: State, until: datetime, *, except_id: str = "") -> int:
        """How many scans in a state, one left out, need not wait beyond ``until``."""
        query = select(func.count(Scan.id)).where(
            Scan.state == state.value,
            Scan.id != except_id,
            or_(Scan.not_before.is_(None), Scan.not_before <= until),
        )
        count: int = self._connection.execute(query).scalar_one()
        return count

    def longest_wait(self, state: State) -> tuple[int, datetime | None]:
        """How many scans are in a state, and until when the last of them is to wait."""
        count, latest = self._connection.execute(_LONGEST_WAIT, {"wanted": state.value}).one()
        return count, latest

    def line_up(self, state: State, gap_s: float) -> int:
        """Let the scans that wait in a state go on from now, oldest first and one each ``gap_s`` seconds.

        None is put off by it. Says how many now come earlier than they would have.
        """
        now = self._clock()
        waiting = self._connection.execute(
            select(Scan.id, Scan.not_before).where(Scan.state == state.value, Scan.not_before > now).order_by(Scan.id)
        ).all()
        turns = [(row, now + timedelta(seconds=gap_s * number)) for number, row in enumerate(waiting)]
        earlier = [{"scan": row.id, "turn": turn} for row, turn in turns if turn < row.not_before]
        if earlier:
            self._connection.execute(
                update(Scan)
                .where(Scan.id == bindparam("scan"), Scan.state == state.value)
                .values(not_before=bindparam("turn")),
                earlier,
            )
        return len(earlier)

    def stranded(self, now: datetime, limit: int, *, after: str = "") -> tuple[ScanRow, ...]:
        """Scans with work to do that no worker holds and that need not wait, in order of arrival.

        A scan whose job is still queued is among them: the caller knows the queue. ``after`` is the last id of the
        page before, so that a caller can go through all of them.
        """
        pages = []
        # One query per state: each reads its own stretch of the index (state, id) and stops at the limit.
        for state in sorted(WORKING):
            query = (
                select(*_COLUMNS)
                .where(
                    Scan.state == state.value,
                    Scan.id > after,
                    or_(Scan.lease_until.is_(None), Scan.lease_until <= now),
                    or_(Scan.not_before.is_(None), Scan.not_before <= now),
                )
                .order_by(Scan.id)
                .limit(limit)
            )
            pages.append([_scan(row) for row in self._connection.execute(query)])
        return tuple(heapq.merge(*pages, key=lambda scan: scan.id))[:limit]

    def in_flight(self, queue: str) -> tuple[int, int]:
        """How many scans of a queue want a worker, and how many wait for the registry."""
        found = {State(state): count for state, count in self._connection.execute(_IN_FLIGHT, {"wanted": queue})}
        waiting = found.pop(State.WAITING_REGISTRY, 0)
        return sum(found.values()), waiting

    def visible(self, scan_ids: Collection[str], scope: SearchScope) -> frozenset[str]:
        """Those of these scans that the scope shows."""
        query = select(Scan.id).where(Scan.id.in_(list(scan_ids))).where(*within(scope, Scan))
        return frozenset(self._connection.execute(query).scalars())

    def list(
        self,
        wanted: ScanFilter | None = None,
        page_number: int = 1,
        page_size: int = 50,
        *,
        scope: SearchScope = EVERYTHING,
        total: int | None = None,
    ) -> Page[ScanRow]:
        """One page of the scans that pass the filter, newest first unless it says otherwise.

        ``total`` is how many pass, where the caller knows it from ``counts_by_state``.
        """
        wanted = wanted or ScanFilter()
        order = Scan.id if wanted.oldest_first else Scan.id.desc()
        if total is None:
            counting = _filtered(select(func.count(Scan.id)), wanted).where(*within(scope, Scan))
            total = self._connection.execute(counting).scalar_one()
        query = _filtered(select(*_COLUMNS), wanted).where(*within(scope, Scan)).order_by(order)
        rows = self._connection.execute(query.limit(page_size).offset((max(1, page_number) - 1) * page_size))
        return Page(tuple(_scan(row) for row in rows), total, max(1, page_number), page_size)

    def counts_by_state(self, office: str | None = None, scope: SearchScope = EVERYTHING) -> dict[State, int]:
        """How many scans are in each state, zeros included."""
        query = select(Scan.state, func.count()).group_by(Scan.state).where(*within(scope, Scan))
        if office is not None:
            query = query.where(Scan.office == office)
        whole = office is None and scope == EVERYTHING
        if whole:
            # Most scans are archived, and how many rows a table has is known without looking at each.
            query = query.where(Scan.state.in_([state.value for state in State if state is not State.ARCHIVED]))
        found = {State(state): count for state, count in self._connection.execute(query)}
        if whole:
            total = self._connection.execute(select(func.count()).select_from(Scan)).scalar_one()
            found[State.ARCHIVED] = total - sum(found.values())
        return {state: found.get(state, 0) for state in State}

    def pages(self, scan_id: str) -> tuple[PageRow, ...]:
        """The pages of a scan that has been read, in order."""
        found = self._connection.execute(_PAGES, {"scan": scan_id})
        return tuple(PageRow(row.page_number, row.unreadable) for row in found)

    def findings(self, scan_id: str) -> tuple[Finding, ...]:
        """What the reader remarked about the scan as a whole."""
        row = self._connection.execute(select(Scan.findings).where(Scan.id == scan_id)).one_or_none()
        if row is None:
            raise NotFound(f"scan {scan_id}")
        return tuple(Finding.from_json(finding) for finding in row.findings)

    def findings_of(self, scan_ids: Collection[str]) -> dict[str, tuple[Finding, ...]]:
        """What was remarked about the scans of a list; every asked id has its entry."""
        query = select(Scan.id, Scan.findings).where(Scan.id.in_(list(scan_ids)))
        found = {
            row.id: tuple(Finding.from_json(one) for one in row.findings) for row in self._connection.execute(query)
        }
        return {scan_id: found.get(scan_id, ()) for scan_id in scan_ids}

    def newest_change(self, uploaded_by: str) -> str:
        """A text that changes whenever one of this person's scans does."""
        query = select(func.max(Scan.updated_at), func.sum(Scan.version), func.count())
        newest, versions, count = self._connection.execute(query.where(Scan.uploaded_by == uploaded_by)).one()
        return f"{newest}.{versions}.{count}"

    def set_findings(self, scan_id: str, findings: Collection[Finding]) -> None:
        """Keep what a first look remarked, until the scan is read."""
        self._connection.execute(
            update(Scan)
            .where(Scan.id == scan_id)
            .values(findings=[finding.to_json() for finding in findings], updated_at=self._clock())
        )
        self._events.add("system", "scan_looked_at", scan_id, {"findings": sorted({f.code for f in findings})})

    def _row(self, scan_id: str) -> Row[Any]:
        row = self._connection.execute(_ONE, {"scan": scan_id}).one_or_none()
        if row is None:
            raise NotFound(f"scan {scan_id}")
        return row


def _filtered(query: Select[Any], wanted: ScanFilter) -> Select[Any]:
    if wanted.states is not None:
        query = query.where(Scan.state.in_(sorted(state.value for state in wanted.states)))
    if wanted.hide_replaced:
        query = query.where(Scan.replaced_by.is_(None))
    for column, value in (
        (Scan.office, wanted.office),
        (Scan.uploaded_by, wanted.uploaded_by),
        (Scan.queue, wanted.queue),
    ):
        if value is not None:
            query = query.where(column == value)
    return query


def _scan(row: Row[Any]) -> ScanRow:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return ScanRow(**{**values, "state": State(values["state"])})
