"""Deleting what the office's own rule says need not be kept: one person proposes, another confirms, a trace stays.

The rule is the setting ``retention_rules``: states of scans and days since they were last touched. With no rule nothing
can be deleted, and nothing else in the program deletes. Archived certificates are kept for good unless the office
writes ``archived`` into the rule itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from certificate.errors import BlobMissing, NotAllowed, NotFound, RetentionRefused
from certificate.states import State
from ingest.locks import archive_in_use
from ingest.office import Office
from store.database import UnitOfWork
from store.rows import CaseStatus, RetentionCaseRow, Role, UserRow

__all__ = ["CaseStatus", "RetentionCaseRow", "cases", "confirm", "due", "execute", "propose", "withdraw"]

_log = structlog.get_logger()
IN_CHARGE = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
MOST_AT_ONCE = 1000


def due(office: Office, state: State, *, limit: int = MOST_AT_ONCE) -> tuple[str, ...]:
    """The scans that the rule lets go now, oldest first; ``RetentionRefused`` where there is no rule for the state."""
    days = _days(office, state)
    with office.database.unit_of_work(read_only=True) as unit:
        return _due(unit, state, days, limit)


def propose(
    office: Office, state: State, *, reason: str, who: UserRow, scan_ids: Sequence[str] | None = None
) -> RetentionCaseRow:
    """Propose to delete what is due in a state, or those of it that are named; nothing is deleted yet.

    Raises ``RetentionRefused`` when one of the named is not due or nothing is.
    """
    _check_role(who)
    if not reason.strip():
        raise RetentionRefused("a reason is needed")
    days = _days(office, state)
    with office.database.unit_of_work() as unit:
        allowed = _due(unit, state, days, MOST_AT_ONCE if scan_ids is None else None)
        wanted = allowed if scan_ids is None else tuple(dict.fromkeys(scan_ids))
        if early := sorted(set(wanted) - set(allowed)):
            raise RetentionRefused(f"not due: {', '.join(early[:5])}")
        if not wanted:
            raise RetentionRefused("nothing is due")
        case = unit.retention.propose(f"{state.value}:{days}", reason.strip(), wanted, who.name)
        unit.commit()
    return case


def confirm(office: Office, case_id: str, *, who: UserRow) -> RetentionCaseRow:
    """The second person agrees, and the scans are deleted; ``RetentionRefused`` for the one who proposed."""
    _check_role(who)
    with archive_in_use(office.settings, alone=True):
        with office.database.unit_of_work() as unit:
            unit.retention.confirm(case_id, who.name)
            unit.commit()
        return _execute(office, case_id)


def withdraw(office: Office, case_id: str, *, who: UserRow) -> RetentionCaseRow:
    """Stop a proposal before it is confirmed."""
    _check_role(who)
    with office.database.unit_of_work() as unit:
        case = unit.retention.withdraw(case_id, who.name)
        unit.commit()
    return case


def cases(office: Office) -> tuple[RetentionCaseRow, ...]:
    """All proposals, newest first."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.retention.list()


def execute(office: Office, case_id: str) -> RetentionCaseRow:
    """Finish a confirmed case that was interrupted; nothing happens to any other."""
    with archive_in_use(office.settings, alone=True):
        return _execute(office, case_id)


def _execute(office: Office, case_id: str) -> RetentionCaseRow:
    """Do what a confirmed case says; may be killed at any line and called again.

    Rows go first, each scan in a transaction with its event, then the blobs that nothing needs any more. A scan that
    moved on since the proposal is left alone.
    """
    with office.database.unit_of_work(read_only=True) as unit:
        case = unit.retention.get(case_id)
    if case.status is not CaseStatus.CONFIRMED:
        return case
    states = frozenset({State(case.rule.partition(":")[0])})
    for scan_id in case.scan_ids:
        with office.database.unit_of_work() as unit:
            try:
                unit.retention.dispose(case, scan_id, states)
                unit.commit()
            except NotFound:  # Gone already: an earlier run got so far.
                pass
            except RetentionRefused as error:
                _log.warning("scan_not_disposed", scan_id=scan_id, why=error.detail)
    removed = _remove_blobs(office, case)
    with office.database.unit_of_work() as unit:
        case = unit.retention.executed(case)
        unit.commit()
    _log.info("retention_executed", case=case_id, blobs=removed)
    return case


def _remove_blobs(office: Office, case: RetentionCaseRow) -> int:
    with office.database.unit_of_work(read_only=True) as unit:
        named: set[str] = set()
        for scan_id in case.scan_ids:
            for event in unit.events.for_scan(scan_id):
                if event.action == "scan_disposed" and event.detail["case"] == case.id:
                    named |= set(event.detail["blobs"])
        free = sorted(named - unit.retention.still_needed(named))
    return sum(_remove(office, sha256) for sha256 in free)


def _remove(office: Office, sha256: str) -> bool:
    """Take one blob away, unless the same bytes are handed in at this very moment."""
    try:
        with office.blobs.open(sha256) as stream:
            data = stream.read()
    except BlobMissing:
        return False
    office.blobs.remove(sha256)
    with office.database.unit_of_work(read_only=True) as unit:
        needed = unit.retention.still_needed({sha256})
    if needed:  # Its row was committed in between; intake looks for its blob only after that.
        office.blobs.put(data)
    return not needed


def _due(unit: UnitOfWork, state: State, days: int, limit: int | None) -> tuple[str, ...]:
    return unit.retention.due({state}, datetime.now(UTC) - timedelta(days=days), limit)


def _days(office: Office, state: State) -> int:
    days = office.settings.retention.get(state)
    if days is None:
        raise RetentionRefused(f"no rule for {state.value}: see the setting retention_rules")
    return days


def _check_role(who: UserRow) -> None:
    if who.role not in IN_CHARGE or not who.active:
        raise NotAllowed("a supervisor or administrator is needed")
