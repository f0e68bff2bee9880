"""The review desk: who works on which record, what comes next, what is put off; and what follows from a decision.

A record is held by a lease that the open page renews. When the page is gone the lease ends and anybody may go on; a
supervisor may take a record over at once. The lease keeps two people from doing the same work; that they never
overwrite each other is held by the record's version, lease or no lease.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

import structlog

from certificate.errors import MoveNotAllowed, NotAllowed, QueueUnavailable, RecordTaken
from certificate.record import Decision, Form
from certificate.states import State
from certificate.text import nfc
from ingest.checking import ToCheck, check_certificate, gather, save_outcome
from ingest.decision import policy_of, reasons_for_review
from ingest.key_in_policy import people_of, stage_of
from ingest.office import Office
from ingest.queue_names import UPLOADS
from ingest.scheduling import enqueue
from ingest.settings import Settings
from ingest.sight import scope_of
from store.database import UnitOfWork
from store.review_rows import Band, Note, Stage, TaskCount, TaskFacts, TaskFilter, TaskRow
from store.rows import CertificateRow, CertificateSummary, Page, Role, ScanRow, UserRow

__all__ = [
    "LEASE_S",
    "Band",
    "Note",
    "Stage",
    "TaskCount",
    "TaskFilter",
    "TaskRow",
    "Waiting",
    "add_note",
    "describe",
    "let_go",
    "passes",
    "postpone",
    "take",
    "take_next",
    "waiting",
]
_log = structlog.get_logger()
# The page renews it three times as often; a closed lid frees the record within this time.
LEASE_S = 90.0
LONGEST_NOTE = 2000


def describe(unit: UnitOfWork, settings: Settings, scan_id: str) -> None:
    """Write on the desk what is known of a scan in review: its form, why a person must look, how sure, when due."""
    scan = unit.scans.get(scan_id)
    papers = unit.certificates.for_scan(scan_id)
    undecided = [paper for paper in papers if paper.decided_at is None]
    certificates = [paper for paper in undecided if paper.form is not Form.OTHER] or undecided or list(papers)
    unreadable = [page.page_number for page in unit.scans.pages(scan_id) if page.unreadable]
    policy = policy_of(settings)
    gravest, doubtful, confidence = None, 0, None
    for paper in certificates:
        answers = {row.owner_index: row.answer for row in unit.certificates.answers(paper.id)}
        reasons = reasons_for_review(paper.record, answers, policy, unreadable)
        gravest = gravest or (reasons[0].kind.value if reasons else None)
        fields = paper.record.fields.values()
        doubtful += sum(field.decision is Decision.REVIEW for field in fields)
        least = min((field.confidence for field in fields), default=None)
        confidence = least if confidence is None or (least is not None and least < confidence) else confidence
    lines = unit.reviews.key_ins(certificates[0].id) if certificates else ()
    days = settings.review_days if scan.queue == UPLOADS else settings.review_days_bulk
    facts = TaskFacts(
        form=certificates[0].form if certificates else None,
        reason=gravest,
        confidence=confidence,
        doubtful=doubtful,
        due_at=scan.created_at + timedelta(days=days),
        stage=stage_of(lines),
        keyed_by=people_of(lines),
    )
    unit.reviews.describe(scan_id, facts)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of what waits for a person, and how much waits in all by everything one can filter by."""

    page: Page[TaskRow]
    scans: Mapping[str, ScanRow]
    papers: Mapping[str, tuple[CertificateSummary, ...]]
    counts: tuple[TaskCount, ...]
    states: Mapping[State, int]
    names: Mapping[str, str]


def waiting(office: Office, who: UserRow, wanted: TaskFilter, page: int = 1, page_size: int = 50) -> Waiting:
    """What waits of what this person may see, what is due first in front. One transaction, few questions."""
    scope = scope_of(who)
    with office.database.unit_of_work(read_only=True) as unit:
        counts = unit.reviews.counts(scope)
        total = sum(one.count for one in counts if passes(one, wanted))
        found = unit.reviews.list(wanted, page, page_size, scope=scope, total=total)
        ids = [task.scan_id for task in found.items]
        return Waiting(
            page=found,
            scans=unit.scans.many(ids),
            papers=unit.certificates.summaries(ids),
            counts=counts,
            states=unit.scans.counts_by_state(scope=scope),
            names={user.name: user.display_name for user in unit.users.list()},
        )


def passes(one: TaskCount, wanted: TaskFilter, *, but: str = "") -> bool:
    """Whether the tasks that were counted together pass the filter; ``but`` is one part of it to leave aside."""
    asked = ((part.name, getattr(wanted, part.name)) for part in fields(TaskFilter) if part.name != but)
    return all(value is None or getattr(one, name) == value for name, value in asked)


def take_next(office: Office, who: UserRow, wanted: TaskFilter, *, but: Collection[str] = ()) -> str | None:
    """Take the record that is due first among those this person may have, and say which scan it is."""
    while True:
        with office.database.unit_of_work() as unit:
            free = unit.reviews.free_for(who.name, wanted, scope=scope_of(who), but=but)
            taken = next((scan_id for scan_id in free if unit.reviews.take(scan_id, who.name, LEASE_S)), None)
            unit.commit()
        if taken or not free:
            return taken


def take(office: Office, scan_id: str, who: UserRow, *, over: bool = False) -> TaskRow:
    """Take one record, or keep it longer; ``RecordTaken`` while somebody else holds it.

    ``over`` takes it from whoever holds it: a supervisor may, others only when the lease has ended.
    """
    if over and who.role is not Role.SUPERVISOR:
        raise NotAllowed(f"{who.role} takes over")
    with office.database.unit_of_work() as unit:
        taken = unit.reviews.take(scan_id, who.name, LEASE_S, over=over)
        task = unit.reviews.get(scan_id)
        unit.commit()
    if task is None:
        raise MoveNotAllowed(f"scan {scan_id} is not in review")
    if not taken:
        raise RecordTaken(task.locked_by or "")
    return task


def let_go(office: Office, scan_id: str, who: UserRow) -> None:
    """Stop holding a record, so that another may take it at once."""
    with office.database.unit_of_work() as unit:
        unit.reviews.let_go(scan_id, who.name)
        unit.commit()


def postpone(office: Office, scan_id: str, who: UserRow, *, hours: int, note: str = "") -> None:
    """Put a record off for some hours (0: bring it back now), with a note for whoever sees it next."""
    until = datetime.now(UTC) + timedelta(hours=hours) if hours > 0 else None
    with office.database.unit_of_work() as unit:
        task = unit.reviews.get(scan_id)
        if task is None:
            raise MoveNotAllowed(f"scan {scan_id} is not in review")
        if task.held_by_other(who.name, datetime.now(UTC)):
            raise RecordTaken(task.locked_by or "")
        unit.reviews.postpone(scan_id, who.name, until)
        if nfc(note):
            unit.reviews.add_note(scan_id, who.name, nfc(note)[:LONGEST_NOTE])
        unit.commit()


def add_note(office: Office, scan_id: str, who: UserRow, text: str) -> None:
    """Write something beside a scan for those who work on it next; an empty note is none."""
    note = nfc(text)[:LONGEST_NOTE]
    if not note:
        return
    with office.database.unit_of_work() as unit:
        unit.scans.get(scan_id)
        unit.reviews.add_note(scan_id, who.name, note)
        unit.commit()


def check_free(unit: UnitOfWork, scan_id: str, certificate_id: str, who: str) -> None:
    """Hold the record for who changes it; ``RecordTaken`` or ``MoveNotAllowed`` where that may not be."""
    if stage_of(unit.reviews.key_ins(certificate_id)) is not Stage.REVIEW:
        raise MoveNotAllowed(f"certificate {certificate_id} waits for its second key-in")
    if not unit.reviews.take(scan_id, who, LEASE_S):
        task = unit.reviews.get(scan_id)
        raise RecordTaken((task.locked_by if task else None) or "")


def check_again(office: Office, certificate_id: str, officer_code: str | None) -> CertificateRow:
    """Check a changed record anew, and those beside it that it bears on: rules at once, the registry where it answers.

    Asks the registry, so no transaction may be open.
    """
    with office.database.unit_of_work(read_only=True) as unit:
        given = gather(unit, unit.certificates.get(certificate_id))
    checked = check_certificate(office, given, officer_code)
    with office.database.unit_of_work() as unit:
        row = save_outcome(unit, certificate_id, checked)
        describe(unit, office.settings, row.scan_id)
        unit.commit()
        beside = _beside_card(unit, row)
    for other in beside:
        outcome = check_certificate(office, other, officer_code)
        with office.database.unit_of_work() as unit:
            save_outcome(unit, other.certificate.id, outcome)
            unit.commit()
    return row


def _beside_card(unit: UnitOfWork, row: CertificateRow) -> list[ToCheck]:
    """The certificates that an identity card lies beside and nobody decided yet: what it says concerns them, too."""
    if row.form is not Form.CCCD:
        return []
    papers = unit.certificates.for_scan(row.scan_id)
    return [gather(unit, paper) for paper in papers if paper.id != row.id and paper.decided_at is None]


def decide(unit: UnitOfWork, settings: Settings, row: CertificateRow, who: str) -> State:
    """Note the decision; the scan goes on when all of its papers are decided."""
    unit.certificates.decide(row.id, row.version, who)
    papers = unit.certificates.for_scan(row.scan_id)
    if all(paper.decided_at is not None or paper.form is Form.OTHER for paper in papers):
        return unit.scans.move(row.scan_id, State.IN_REVIEW, State.ARCHIVING, who=who).state
    describe(unit, settings, row.scan_id)
    return State.IN_REVIEW


def go_on(office: Office, scan_id: str, state: State) -> None:
    """Put a scan on the machines' list when it was decided."""
    if state is not State.ARCHIVING:
        return
    with office.database.unit_of_work(read_only=True) as unit:
        scan = unit.scans.get(scan_id)
    put_on_list(office, scan)


def put_on_list(office: Office, scan: ScanRow) -> None:
    """Put a scan on the machines' list, or leave that to the reconciler when Redis is away."""
    try:
        enqueue(office, scan.id, scan.queue)
    except QueueUnavailable:
        # The row says what is to be done: the reconciler puts it on the list when Redis is back.
        _log.warning("queue_unavailable", scan_id=scan.id)
