"""The ledger of a run: what the feeder asks twice a second costs the same at its end as at its beginning."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, text

from store.database import Database, UnitOfWork
from store.run_rows import InputState, NewInput, NewRun

_LISTED, _SETTLED, _TAKEN = 2_000, 1_900, 20


def _ledger(work: UnitOfWork) -> str:
    """A ledger whose statistics are from its first minute, as those of a run are: all listed, of which few are left."""
    run_id = work.runs.add(NewRun("Kho 1", "/kho", "file", "host", "op")).id
    work.runs.add_inputs(run_id, [NewInput(f"{n:04d}.pdf", (f"{n:04d}.pdf",), 1) for n in range(_LISTED)])
    work.commit()
    work._connection.execute(text("ANALYZE"))
    work.commit()
    for state, count in ((InputState.ARCHIVED, _SETTLED), (InputState.TAKEN, _TAKEN)):
        for row in work.runs.next_listed(run_id, count):
            work.runs.settle(row.id, state)
    work.commit()
    return run_id


def test_the_feeders_questions_read_no_more_than_they_give(database: Database) -> None:
    """Listed and taken inputs are one stretch of their index, whatever the statistics say; nothing settled is read."""
    plans: list[str] = []
    verb = "EXPLAIN QUERY PLAN" if database.engine_name == "sqlite" else "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)"

    def explain(_connection: object, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM run_inputs" in statement:
            asked = cursor.connection.execute(f"{verb} {statement}", parameters)
            plans.append("\n".join(str(row) for row in asked.fetchall()))

    with database.unit_of_work() as work:
        run_id = _ledger(work)
        event.listen(database._engine, "before_cursor_execute", explain)
        assert len(work.runs.next_listed(run_id, 25)) == 25
        assert work.runs.at_rest(run_id, InputState.TAKEN, 200) == ()
        assert work.runs.has_open_inputs(run_id)
    assert len(plans) >= 3
    for plan in plans:
        assert "ix_run_inputs_run_id_state_id" in plan, plan
        assert "Removed by Filter" not in plan, plan
        assert "SCAN" not in plan, plan
