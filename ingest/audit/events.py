"""The chain of events from its beginning, and every row that it speaks of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ingest.audit.checks import Scope, Step
from ingest.audit.damages import Damage
from ingest.audit.records import is_near
from store.attested import ACCOUNT, CASE, DIFFERENCES, ROWS, case_hash
from store.database import UnitOfWork
from store.rows import CaseStatus, Event, RetentionCaseRow

_BATCH = 2_000
_REGISTER_BATCH = 20
# What each of these events makes of a proposal to delete.
_CASE_STATUS = {f"retention_{status.value}": status for status in CaseStatus}


def run(scope: Scope, after: str) -> Iterator[Step]:
    """The chain as a whole first; then, in batches, whether what was added is still there."""
    if not after:
        yield Step("0", tuple(_chain_damages(scope)), 1)
    number = int(after or 0)
    while True:
        with scope.office.database.unit_of_work(read_only=True) as unit:
            events = unit.inventory.events({"scan_added", "user_added"}, number, _BATCH)
            scans = {event.scan_id for event in events if event.action == "scan_added" and event.scan_id}
            gone = scans - unit.inventory.present("scan", scans)
            lost = [
                scan_id
                for scan_id in sorted(gone)
                if not any(event.action == "scan_disposed" for event in unit.events.for_scan(scan_id))
            ]
            users = {event.detail["user_id"] for event in events if event.action == "user_added"}
            lost_users = users - unit.inventory.present("user", users)
        if not events:
            break
        number = events[-1].number or number
        damages = [Damage("scan_missing", scan_id) for scan_id in lost]
        damages += [Damage("user_missing", detail=user_id) for user_id in sorted(lost_users)]
        yield Step(str(number), tuple(damages), len(events))
    people = (*_unknown_users(scope), *_altered_users(scope))
    yield Step(str(number), (*people, *_altered_registers(scope), *_altered_cases(scope)), is_last=True)


def _chain_damages(scope: Scope) -> Iterator[Damage]:
    with scope.office.database.unit_of_work(read_only=True) as unit:
        broken = unit.events.first_broken()
        if broken is not None:
            yield Damage("events_broken", detail=f"event {broken}")
        if scope.earlier_head is not None:
            number, hash_then = scope.earlier_head
            event = unit.inventory.event(number)
            if event is None or event.hash != hash_then:
                yield Damage("events_cut_off", detail=f"event {number}")
        for case in unit.retention.list({CaseStatus.CONFIRMED}):
            yield Damage("retention_unfinished", detail=case.id)


def _events(unit: UnitOfWork, actions: Collection[str], batch: int = _BATCH) -> Iterator[Event]:
    """Every event of these kinds in its order; no more than a batch is in memory."""
    after = 0
    while events := unit.inventory.events(actions, after, batch):
        yield from events
        after = events[-1].number or after


def _altered_users(scope: Scope) -> Iterator[Damage]:
    """Accounts that say something else than when they were last changed: a role or a password from behind."""
    with scope.office.database.unit_of_work(read_only=True) as unit:
        now = unit.inventory.account_hashes()
        changes = _events(unit, {"user_added", "user_changed"})
        said = {event.detail["user_id"]: event.detail.get(ACCOUNT) for event in changes}
    for user_id in sorted(now.keys() & said.keys()):
        if said[user_id] not in {None, now[user_id]}:
            yield Damage("user_altered", detail=user_id)


def _altered_registers(scope: Scope) -> Iterator[Damage]:
    """Rows of other registers, and what they say otherwise, that are not what was read in.

    All is seen as at one moment: what is listed while the audit runs must not look like what nobody listed.
    """
    listed_later: dict[str, set[str]] = {}
    with scope.office.database.unit_of_work(read_only=True) as unit:
        # What rows say otherwise about certificates that came after them.
        for event in _events(unit, {"register_rows_matched"}, _REGISTER_BATCH):
            told = event.detail
            source, listed, said = told["source_sha256"], told["listed"], told[DIFFERENCES]
            listed_later.setdefault(source, set()).update(*listed.values())
            there = unit.inventory.present("certificate", set(listed))
            if any(unit.legacy.hash_of(listed[one]) != said[one] for one in there):
                yield _altered_register(source, told["lines"][0], told["lines"][-1])
        for event in _events(unit, {"register_rows_kept"}, _REGISTER_BATCH):
            told = event.detail
            source, first, last, said = told["source_sha256"], told["first"], told["last"], told[DIFFERENCES]
            rows, differences = unit.legacy.hashes_of(source, first, last, listed_later.get(source, ()))
            # What is told about a certificate is gone with it.
            there = unit.inventory.present("certificate", set(said) | set(differences))
            if rows != told[ROWS] or any(said.get(one) != differences.get(one) for one in there):
                yield _altered_register(source, first, last)


def _altered_register(source_sha256: str, first: int, last: int) -> Damage:
    return Damage("register_altered", detail=f"{source_sha256[:12]}, {first}-{last}")


def _unknown_users(scope: Scope) -> Iterator[Damage]:
    """Accounts that nobody added: a way in behind the system's back."""
    with scope.office.database.unit_of_work(read_only=True) as unit:
        known = {event.detail["user_id"] for event in _events(unit, {"user_added"})}
        for user_id in sorted(unit.inventory.user_ids() - known):
            yield Damage("user_unknown", detail=user_id)


def _altered_cases(scope: Scope) -> Iterator[Damage]:
    """Proposals to delete that say something else than the chain, or that it knows nothing of, or that are gone."""
    told: dict[str, list[Event]] = {}
    with scope.office.database.unit_of_work(read_only=True) as unit:
        cases = {case.id: case for case in unit.retention.list()}
        for event in _events(unit, _CASE_STATUS):
            told.setdefault(event.detail["case"], []).append(event)
    for case_id in sorted(cases.keys() | told.keys()):
        case, events = cases.get(case_id), tuple(told.get(case_id, ()))
        if case is None or not _is_case_as_told(case, events):
            yield Damage("retention_altered", detail=case_id)


def _is_case_as_told(case: RetentionCaseRow, events: Sequence[Event]) -> bool:
    proposed = [event for event in events if event.action == "retention_proposed"]
    decided = [event for event in events if event.action in {"retention_confirmed", "retention_withdrawn"}]
    if not proposed or case.status is not _CASE_STATUS[events[-1].action]:
        return False
    now = {"rule": case.rule, "reason": case.reason, "proposed_by": case.proposed_by, "scans": list(case.scan_ids)}
    first = proposed[0]
    said = (first.detail.get("rule"), first.detail.get("scans"), first.who)
    if said != (case.rule, list(case.scan_ids), case.proposed_by) or not is_near(case.proposed_at, proposed):
        return False
    # Cases from before the hash was taken have none.
    if first.detail.get(CASE, case_hash(now)) != case_hash(now):
        return False
    if not decided or case.decided_at is None:
        return not decided and case.decided_at is None
    return case.decided_by == decided[-1].who and is_near(case.decided_at, decided)
