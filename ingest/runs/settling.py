"""Writing into the ledger what became of each input: straight through, to a person and why, given back, failed."""

from __future__ import annotations

from collections.abc import Collection

from certificate.record import Form
from certificate.states import State
from ingest.decision import Reason, ReasonKind, policy_of, reasons_for_review
from ingest.office import Office
from ingest.pipeline import SYSTEM
from store.database import UnitOfWork
from store.run_rows import InputState, Outcome, RunRow, RunState, Standing

_BATCH = 200
_LEFT_TO_PEOPLE = (InputState.IN_REVIEW, InputState.FAILED, InputState.RETURNED)
_OUTCOMES = {
    State.ARCHIVED: InputState.ARCHIVED,
    State.IN_REVIEW: InputState.IN_REVIEW,
    State.RETURNED: InputState.RETURNED,
    State.FAILED: InputState.FAILED,
    State.DUPLICATE: InputState.KNOWN,
}


def settle(office: Office, run: RunRow, *, thorough: bool = True) -> int:
    """Bring the run's ledger up to date and finish the run when nothing is left for a machine; says how many changed.

    People go on with what waits for them after a run has finished; a thorough look follows that too.
    """
    changed = 0
    for seen in (InputState.TAKEN, *(_LEFT_TO_PEOPLE if thorough else ())):
        changed += _follow(office, run, seen)
    if run.state is RunState.RUNNING and run.walked_at is not None:
        changed += _finish(office, run)
    return changed


def _follow(office: Office, run: RunRow, seen: InputState) -> int:
    changed, after = 0, ""
    while True:
        with office.database.unit_of_work(read_only=True) as unit:
            standing = unit.runs.at_rest(run.id, seen, _BATCH, after=after)
            outcomes = _outcomes(office, unit, standing)
        if outcomes:
            with office.database.unit_of_work() as unit:
                changed += unit.runs.write_outcomes(run.id, outcomes, seen)
                unit.commit()
        if len(standing) < _BATCH:
            return changed
        after = standing[-1].input_id


def _outcomes(office: Office, unit: UnitOfWork, standing: Collection[Standing]) -> list[Outcome]:
    archived = [each.scan_id for each in standing if each.scan_state is State.ARCHIVED]
    by_people = unit.runs.decided_by_people(archived, SYSTEM) if archived else frozenset()
    outcomes = []
    for each in standing:
        state = _OUTCOMES[each.scan_state]
        came_from_machine = each.input_state is InputState.TAKEN
        outcomes.append(
            Outcome(
                each.input_id,
                state,
                each.scan_reason if state in {InputState.RETURNED, InputState.FAILED} else None,
                why_in_review(office, unit, each.scan_id) if state is InputState.IN_REVIEW else (),
                straight=state is InputState.ARCHIVED and came_from_machine and each.scan_id not in by_people,
            )
        )
    return outcomes


def why_in_review(office: Office, unit: UnitOfWork, scan_id: str) -> tuple[str, ...]:
    """Why a scan waits for a person, as keys that can be counted: ``kind:code`` or ``kind:path``, numbers left out."""
    unreadable = [page.page_number for page in unit.scans.pages(scan_id) if page.unreadable]
    policy = policy_of(office.settings)
    keys: dict[str, None] = {}
    for row in unit.certificates.for_scan(scan_id):
        if row.decided_at is not None or row.form is Form.OTHER:
            continue
        answers = {found.owner_index: found.answer for found in unit.certificates.answers(row.id)}
        for reason in reasons_for_review(row.record, answers, policy, unreadable):
            keys |= dict.fromkeys(_keys(reason))
    return tuple(keys)


def _keys(reason: Reason) -> list[str]:
    match reason.kind:
        case ReasonKind.DOUBTFUL_FIELD | ReasonKind.MISSING_VALUE:
            return [f"{reason.kind.value}:{without_numbers(path)}" for path in reason.fields]
        case ReasonKind.PAGE_UNREADABLE:
            return [f"{reason.kind.value}:"]
        case _:
            return [f"{reason.kind.value}:{reason.code}"]


def without_numbers(path: str) -> str:
    """A field's path for counting over many papers: ``owners.1.full_name`` is ``owners.0.full_name``."""
    return ".".join("0" if part.isdigit() else part for part in path.split("."))


def _finish(office: Office, run: RunRow) -> int:
    # Looked at without holding anybody up, and not by counting: this is asked twice a second as long as a run lasts.
    with office.database.unit_of_work(read_only=True) as unit:
        if unit.runs.has_open_inputs(run.id):
            return 0
    with office.database.unit_of_work() as unit:
        if unit.runs.get(run.id).walked_at is None or unit.runs.has_open_inputs(run.id):
            return 0
        moved = unit.runs.move(run.id, {RunState.RUNNING}, RunState.FINISHED, who=SYSTEM)
        unit.commit()
    return int(moved)
