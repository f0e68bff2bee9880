"""Runs and their ledger: one row for every input, written before any work on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from certificate.errors import NotFound, RunExists
from certificate.states import WORKING, State
from store.events import EventRepository
from store.identifiers import new_id
from store.rows import EVERYTHING, SearchScope
from store.run_listing import forget_refusals, needs_listing, only_listing_settles, write_listing
from store.run_rows import (
    FAULTY,
    OPEN_INPUTS,
    InputRow,
    InputState,
    Listed,
    NewInput,
    NewRun,
    Outcome,
    RunFigures,
    RunRow,
    RunState,
    Standing,
)
from store.run_tables import Run, RunInput
from store.scope import runs_within
from store.tables import Certificate, Scan, table_of

_INPUT_COLUMNS = tuple(RunInput.__table__.columns)
_REPORT_BATCH = 1_000
_STRETCH = 400
# Made once, because they are run for every input.
_SET = update(table_of(RunInput)).where(
    table_of(RunInput).c.id == bindparam("input"), table_of(RunInput).c.state == bindparam("seen_state")
)
# A stretch of the ledger: inputs in one state, in order. Said as a comparison of pairs, which only the index over run,
# state and id can answer in order: said as an equality, PostgreSQL walks the ledger from its beginning, past all that
# is settled, as long as its statistics are from a time when nothing was.
_IN_STATE = (
    select(RunInput.id)
    .where(
        RunInput.run_id == bindparam("run"),
        tuple_(RunInput.state, RunInput.id)
        > tuple_(bindparam("wanted", type_=String()), bindparam("after", type_=String())),
        RunInput.state <= bindparam("wanted"),
    )
    .order_by(RunInput.state, RunInput.id)
    .limit(bindparam("most"))
)
_LISTED = _IN_STATE.with_only_columns(*_INPUT_COLUMNS)
_WITH_SCANS = _IN_STATE.with_only_columns(RunInput.id, RunInput.scan_id)
_AT_REST = select(Scan.id, Scan.state, func.coalesce(Scan.error_code, Scan.return_reason).label("reason")).where(
    Scan.id.in_(bindparam("scans", expanding=True)), Scan.state.not_in([working.value for working in WORKING])
)


class RunRepository:
    """All runs of the office."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], events: EventRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events

    def add(self, run: NewRun) -> RunRow:
        """Begin a run; ``RunExists`` when its name is taken."""
        if self.by_name(run.name) is not None:
            raise RunExists(run.name)
        now = self._clock()
        run_id = new_id()
        self._connection.execute(
            insert(Run).values(
                id=run_id,
                name=run.name,
                folder=run.folder,
                rule=run.rule,
                manifest=run.manifest,
                host=run.host,
                office=run.office,
                started_by=run.started_by,
                state=RunState.RUNNING.value,
                left_aside=0,
                reasons={},
                created_at=now,
                updated_at=now,
            )
        )
        self._events.add(run.started_by, "run_started", None, {"run_id": run_id, "rule": run.rule})
        return self.get(run_id)

    def get(self, run_id: str) -> RunRow:
        """One run by its id; ``NotFound``."""
        row = self._connection.execute(select(*Run.__table__.columns).where(Run.id == run_id)).one_or_none()
        if row is None:
            raise NotFound(run_id)
        return _run(row)

    def by_name(self, name: str) -> RunRow | None:
        """The run of this name, if there is one."""
        row = self._connection.execute(select(*Run.__table__.columns).where(Run.name == name)).one_or_none()
        return _run(row) if row else None

    def on_folder(self, folder: str) -> RunRow | None:
        """The newest run over this folder that was not cancelled, if there is one."""
        query = (
            select(*Run.__table__.columns)
            .where(Run.folder == folder, Run.state != RunState.CANCELLED.value)
            .order_by(Run.id.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return _run(row) if row else None

    def visible(self, run_id: str, scope: SearchScope) -> bool:
        """Whether the run is among those that the scope shows."""
        query = select(Run.id).where(Run.id == run_id).where(*runs_within(scope))
        return self._connection.execute(query).first() is not None

    def all(self, states: Collection[RunState] | None = None, *, scope: SearchScope = EVERYTHING) -> tuple[RunRow, ...]:
        """The runs, newest first."""
        query = select(*Run.__table__.columns).where(*runs_within(scope)).order_by(Run.id.desc())
        if states is not None:
            query = query.where(Run.state.in_([state.value for state in states]))
        return tuple(_run(row) for row in self._connection.execute(query))

    def move(self, run_id: str, from_states: Collection[RunState], to: RunState, *, who: str) -> bool:
        """Bring a run to another state and note who did; ``False`` when it is in none of ``from_states``."""
        now = self._clock()
        changed = self._connection.execute(
            update(Run)
            .where(Run.id == run_id, Run.state.in_([state.value for state in from_states]))
            .values(state=to.value, updated_at=now, finished_at=now if to is RunState.FINISHED else None, trouble=None)
        )
        if changed.rowcount:
            self._events.add(who, f"run_{to.value}", None, {"run_id": run_id})
        return changed.rowcount == 1

    def set_trouble(self, run_id: str, code: str | None) -> None:
        """Note what keeps the run from going on, or that nothing does any more."""
        changed = or_(Run.trouble != code, Run.trouble.is_(None)) if code else Run.trouble.is_not(None)
        self._connection.execute(update(Run).where(Run.id == run_id, changed).values(trouble=code))

    # --- the walk

    def hold_walk(self, run_id: str, until: datetime, *, again: bool = False) -> bool:
        """Claim the listing of a run's folder until then; ``False`` when it is listed or somebody else does it."""
        now = self._clock()
        query = update(Run).where(Run.id == run_id, or_(Run.walker_until.is_(None), Run.walker_until <= now))
        if not again:
            query = query.where(Run.walked_at.is_(None))
        return self._connection.execute(query.values(walker_until=until, walked_at=None)).rowcount == 1

    def renew_walk(self, run_id: str, until: datetime) -> None:
        """Keep the claim on the listing."""
        self._connection.execute(update(Run).where(Run.id == run_id).values(walker_until=until))

    def end_walk(self, run_id: str, left_aside: int | None) -> None:
        """Everything stands in the ledger; ``None``: the listing was broken off and must be done again."""
        values: dict[str, Any] = {"walker_until": None, "updated_at": self._clock()}
        if left_aside is not None:
            values |= {"walked_at": self._clock(), "left_aside": left_aside}
        self._connection.execute(update(Run).where(Run.id == run_id).values(**values))

    def forget_refusals(self, run_id: str, *, by_manifest: bool) -> int:
        """Take out what only a listing refused, because it is about to be done again; gives how many rows."""
        return forget_refusals(self._connection, run_id, by_manifest=by_manifest)

    def needs_listing(self, run_id: str, *, by_manifest: bool) -> bool:
        """Whether an input was refused for which the folder or the manifest should be gone through again."""
        return needs_listing(self._connection, run_id, by_manifest=by_manifest)

    def list_again(self, run_id: str) -> None:
        """Have the run's folder or manifest gone through again by whoever feeds."""
        self._connection.execute(update(Run).where(Run.id == run_id).values(walked_at=None))

    def add_inputs(self, run_id: str, found: Sequence[NewInput], since: datetime | None = None) -> Listed:
        """Bring the ledger to what the listing found that began at ``since`` (``store.run_listing`` says how)."""
        now = self._clock()
        return write_listing(self._connection, run_id, found, now, since or now)

    # --- the work

    def next_listed(self, run_id: str, limit: int) -> tuple[InputRow, ...]:
        """The inputs whose turn it is, in the order in which they were listed."""
        return tuple(_input(row) for row in self._stretch(_LISTED, run_id, InputState.LISTED, limit))

    def _stretch(
        self, statement: Select[*tuple[Any, ...]], run_id: str, state: InputState, limit: int, after: str = ""
    ) -> Sequence[Row[Any]]:
        where = {"run": run_id, "wanted": state.value, "after": after, "most": limit}
        return self._connection.execute(statement, where).all()

    def settle(
        self,
        input_id: str,
        state: InputState,
        *,
        sha256: str | None = None,
        scan_id: str | None = None,
        error_code: str | None = None,
        remark: str | None = None,
    ) -> bool:
        """Write what the feeder did with a listed input; ``False`` when somebody else was faster."""
        now = self._clock()
        values: dict[str, Any] = {"state": state.value, "error_code": error_code, "taken_at": now}
        values["settled_at"] = now if state not in OPEN_INPUTS else None
        values |= {
            name: value
            for name, value in (("sha256", sha256), ("scan_id", scan_id), ("remark", remark))
            if value is not None
        }
        where = {"input": input_id, "seen_state": InputState.LISTED.value}
        return self._connection.execute(_SET, {**where, **values}).rowcount == 1

    def at_rest(self, run_id: str, state: InputState, limit: int, *, after: str = "") -> tuple[Standing, ...]:
        """Inputs in ``state`` whose scan now stands elsewhere and has no work left for a machine, in order."""
        found: list[Standing] = []
        while True:
            stretch = self._stretch(_WITH_SCANS, run_id, state, _STRETCH, after)
            # By their ids and not as a join, which may read all scans there are to find the few.
            scans = {
                row.id: row for row in self._connection.execute(_AT_REST, {"scans": [each.scan_id for each in stretch]})
            }
            for each in stretch:
                scan = scans.get(each.scan_id)
                if scan is not None and scan.state != state.value:
                    found.append(Standing(each.id, state, scan.id, State(scan.state), scan.reason))
            if len(stretch) < _STRETCH or len(found) >= limit:
                return tuple(found[:limit])
            after = stretch[-1].id

    def has_open_inputs(self, run_id: str) -> bool:
        """Whether an input still waits for a machine; stops at the first."""
        return any(self._stretch(_IN_STATE, run_id, state, 1) for state in OPEN_INPUTS)

    def count_open_inputs(self, run_id: str) -> int:
        """How many inputs still wait for a machine."""
        query = select(func.count()).where(
            RunInput.run_id == run_id, RunInput.state.in_([state.value for state in OPEN_INPUTS])
        )
        counted: int = self._connection.execute(query).scalar_one()
        return counted

    def decided_by_people(self, scan_ids: Collection[str], system: str) -> frozenset[str]:
        """Those of the scans on which a person decided about a certificate."""
        query = select(Certificate.scan_id).where(
            Certificate.scan_id.in_(list(scan_ids)), Certificate.decided_by != system
        )
        return frozenset(self._connection.execute(query).scalars())

    def write_outcomes(self, run_id: str, outcomes: Sequence[Outcome], seen: InputState) -> int:
        """Write what became of inputs that were in ``seen``, and count the reasons of those that wait for people."""
        if self._connection.dialect.name == "postgresql":
            # Counting is reading and writing: two processes that settle the same run take turns.
            self._connection.execute(select(Run.id).where(Run.id == run_id).with_for_update())
        now = self._clock()
        written = 0
        reasons: Counter[str] = Counter()
        for outcome in outcomes:
            values: dict[str, Any] = {
                "state": outcome.state.value,
                "error_code": outcome.error_code,
                "straight": outcome.straight,
                # What sent it to a person stays in the ledger when the person has done with it.
                **({"reasons": list(outcome.reasons)} if outcome.reasons else {}),
                **({"settled_at": now} if seen is InputState.TAKEN else {}),
            }
            where = {"input": outcome.input_id, "seen_state": seen.value}
            if self._connection.execute(_SET, {**where, **values}).rowcount == 1:
                written += 1
                if seen is InputState.TAKEN:
                    reasons.update(outcome.reasons)
        if reasons:
            counted = Counter(self.get(run_id).reasons) + reasons
            self._connection.execute(update(Run).where(Run.id == run_id).values(reasons=dict(counted)))
        return written

    def relist(self, run_id: str, states: Collection[InputState], *, who: str) -> int:
        """Put inputs in these states back among those whose turn it is; gives how many.

        Those that only another listing can settle stay as they are.
        """
        changed = self._connection.execute(
            update(RunInput)
            .where(
                RunInput.run_id == run_id,
                RunInput.state.in_([state.value for state in states]),
                not_(only_listing_settles()),
            )
            .values(
                state=InputState.LISTED.value,
                error_code=None,
                settled_at=None,
                straight=None,
                remark=case((RunInput.remark.startswith(FAULTY), None), else_=RunInput.remark),
            )
        )
        self._events.add(who, "run_retried", None, {"run_id": run_id, "inputs": changed.rowcount})
        return changed.rowcount

    def cancel_listed(self, run_id: str) -> int:
        """Give up every input whose turn has not come; gives how many."""
        changed = self._connection.execute(
            update(RunInput)
            .where(RunInput.run_id == run_id, RunInput.state == InputState.LISTED.value)
            .values(state=InputState.CANCELLED.value, settled_at=self._clock())
        )
        return changed.rowcount

    # --- what people look at

    def figures(self, run_id: str, since: datetime) -> RunFigures:
        """The run in numbers; ``since`` is from when on inputs count as settled lately."""
        by_state = {
            InputState(state): count
            for state, count in self._connection.execute(
                select(RunInput.state, func.count()).where(RunInput.run_id == run_id).group_by(RunInput.state)
            )
        }
        straight = self._connection.execute(
            select(func.count()).where(
                RunInput.run_id == run_id,
                RunInput.state == InputState.ARCHIVED.value,
                RunInput.straight.is_(True),
            )
        ).scalar_one()
        lately = self._connection.execute(
            select(func.count()).where(
                RunInput.run_id == run_id, RunInput.settled_at > since, RunInput.taken_at.is_not(None)
            )
        ).scalar_one()
        return RunFigures(by_state, straight, lately)

    def settled_by_minute(self, run_id: str) -> dict[int, int]:
        """How many inputs a machine settled in each minute since 1970 in which it settled any."""
        if self._connection.dialect.name == "postgresql":
            minute: Any = cast(func.floor(func.extract("epoch", RunInput.settled_at) / 60), Integer)
        else:
            minute = cast(func.strftime("%s", RunInput.settled_at), Integer) / 60
            minute = cast(minute, Integer)
        query = (
            select(minute.label("minute"), func.count())
            .where(RunInput.run_id == run_id, RunInput.settled_at.is_not(None), RunInput.taken_at.is_not(None))
            .group_by(minute)
        )
        return {int(found): count for found, count in self._connection.execute(query)}

    def codes(self, run_id: str, state: InputState) -> dict[str, int]:
        """How often each code stands on the run's inputs in this state, the most frequent first."""
        query = (
            select(RunInput.error_code, func.count())
            .where(RunInput.run_id == run_id, RunInput.state == state.value)
            .group_by(RunInput.error_code)
        )
        found = {code or "": count for code, count in self._connection.execute(query)}
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def remarked(self, run_id: str, limit: int) -> tuple[tuple[InputRow, ...], int]:
        """The first inputs about whose files there is something to say, and how many there are in all."""
        those = (RunInput.run_id == run_id, RunInput.remark.is_not(None))
        query = select(*_INPUT_COLUMNS).where(*those).order_by(RunInput.id).limit(limit)
        rows = tuple(_input(row) for row in self._connection.execute(query))
        return rows, self._connection.execute(select(func.count()).where(*those)).scalar_one()

    def inputs(
        self, run_id: str, states: Collection[InputState] | None = None, limit: int | None = None
    ) -> Iterator[InputRow]:
        """The run's ledger in the order of the walk, read in stretches, so that any number will do."""
        after = ""
        left = limit
        while left is None or left > 0:
            size = _REPORT_BATCH if left is None else min(left, _REPORT_BATCH)
            query = select(*_INPUT_COLUMNS).where(RunInput.run_id == run_id, RunInput.id > after)
            if states is not None:
                query = query.where(RunInput.state.in_([state.value for state in states]))
            rows = self._connection.execute(query.order_by(RunInput.id).limit(size)).all()
            yield from (_input(row) for row in rows)
            if len(rows) < size:
                return
            after = rows[-1].id
            left = None if left is None else left - len(rows)


def _run(row: Row[Any]) -> RunRow:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return RunRow(**{**values, "state": RunState(values["state"])})


def _input(row: Row[Any]) -> InputRow:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return InputRow(
        **{
            **values,
            "state": InputState(values["state"]),
            "files": tuple(values["files"]),
            "reasons": tuple(values["reasons"] or ()),
        }
    )
