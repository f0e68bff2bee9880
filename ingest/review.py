"""What people do with scans: look at lists and certificates, correct, approve, return, try again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog

from certificate.errors import MoveNotAllowed, NotAllowed, NotFound, QueueUnavailable, RecordIncomplete
from certificate.record import Finding, Form, Record
from certificate.states import State
from ingest.checking import ToCheck, check_certificate, gather, save_outcome
from ingest.decision import Reason, policy_of, reasons_for_review
from ingest.office import Office
from ingest.scheduling import enqueue
from store.database import UnitOfWork
from store.rows import (
    CertificateRow,
    CertificateSummary,
    FieldChange,
    FieldRow,
    OwnerAnswerRow,
    Page,
    PageRow,
    Role,
    ScanFilter,
    ScanRow,
    UserRow,
    VersionKind,
    VersionSummary,
)

__all__ = [
    "CertificateSummary",
    "CertificateView",
    "Page",
    "ScanRow",
    "ScanSummary",
    "VersionKind",
    "VersionSummary",
    "approve",
    "certificate_view",
    "correct",
    "counts",
    "first_certificate",
    "pdfa",
    "preview",
    "reopen",
    "retry",
    "return_scan",
    "scan",
    "scan_list",
    "send_to_review",
    "version",
    "versions",
]
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """A scan in a list, with what was found on it."""

    scan: ScanRow
    certificates: tuple[CertificateSummary, ...]


@dataclass(frozen=True, slots=True)
class CertificateView:
    """Everything about one certificate that its page shows."""

    scan: ScanRow
    certificate: CertificateRow
    record: Record
    answers: tuple[OwnerAnswerRow, ...]
    history: tuple[FieldChange, ...]
    siblings: tuple[CertificateSummary, ...]
    fields: tuple[FieldRow, ...]
    pages: tuple[PageRow, ...]
    scan_findings: tuple[Finding, ...]
    reasons: tuple[Reason, ...]


def scan_list(
    office: Office,
    *,
    who: UserRow,
    states: Collection[State] | None = None,
    page: int = 1,
    page_size: int = 50,
    own: bool = False,
) -> Page[ScanSummary]:
    """One page of scans: a queue (``states`` given) oldest first, else newest first; ``own``: handed in by ``who``."""
    wanted = ScanFilter(
        states=frozenset(states) if states is not None else None,
        uploaded_by=who.name if own else None,
        oldest_first=states is not None and not own,
    )
    with office.database.unit_of_work(read_only=True) as unit:
        found = unit.scans.list(wanted, page, page_size)
        papers = unit.certificates.summaries([scan.id for scan in found.items])
    items = tuple(ScanSummary(scan, papers[scan.id]) for scan in found.items)
    return Page(items, found.total, found.number, found.page_size)


def counts(office: Office, *, who: UserRow, own: bool = False) -> dict[State, int]:
    """How many scans are in each state; ``own``: of those handed in by ``who``."""
    with office.database.unit_of_work(read_only=True) as unit:
        if not own:
            return unit.scans.counts_by_state()
        return {
            state: unit.scans.list(ScanFilter(states=frozenset({state}), uploaded_by=who.name), 1, 1).total
            for state in State
        }


def certificate_view(office: Office, certificate_id: str) -> CertificateView:
    """One certificate as its page shows it; ``NotFound`` when there is none."""
    with office.database.unit_of_work(read_only=True) as unit:
        certificate = unit.certificates.get(certificate_id)
        answers = unit.certificates.answers(certificate_id)
        pages = unit.scans.pages(certificate.scan_id)
        unreadable = [page.page_number for page in pages if page.unreadable]
        by_owner = {row.owner_index: row.answer for row in answers}
        return CertificateView(
            scan=unit.scans.get(certificate.scan_id),
            certificate=certificate,
            record=certificate.record,
            answers=answers,
            history=unit.certificates.history(certificate_id),
            siblings=unit.certificates.summaries([certificate.scan_id])[certificate.scan_id],
            fields=unit.certificates.fields(certificate_id),
            pages=pages,
            scan_findings=unit.scans.findings(certificate.scan_id),
            reasons=reasons_for_review(certificate.record, by_owner, policy_of(office.settings), unreadable),
        )


def scan(office: Office, scan_id: str) -> ScanRow:
    """One scan and where it stands; ``NotFound`` when there is none."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id)


def first_certificate(office: Office, scan_id: str) -> str:
    """The id of the scan's first certificate that still wants a decision, else of its first; ``NotFound``."""
    with office.database.unit_of_work(read_only=True) as unit:
        found = unit.certificates.for_scan(scan_id)
    if not found:
        raise NotFound(f"scan {scan_id} has no certificate")
    open_ones = [row for row in found if row.decided_at is None and row.form is not Form.OTHER]
    return (open_ones or list(found))[0].id


def versions(office: Office, certificate_id: str) -> tuple[VersionSummary, ...]:
    """The versions of a certificate's record, oldest first: one for every approval and every correction after it."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.versions.list(certificate_id)


def version(office: Office, certificate_id: str, number: int) -> Record:
    """The record as one version has it; ``NotFound`` when there is no such version."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.versions.record(certificate_id, number)


def correct(
    office: Office,
    certificate_id: str,
    *,
    version: int,
    path: str,
    value: str | None,
    who: UserRow,
    why: str = "",
) -> CertificateRow:
    """Settle one field, and check the record anew: rules at once, the registry where it answers.

    ``value`` None says that the paper has no such field. Raises ``VersionConflict`` when somebody was faster, and
    ``MoveNotAllowed`` when the scan is not in review.
    """
    with office.database.unit_of_work() as unit:
        scan = unit.scans.get(unit.certificates.get(certificate_id).scan_id)
        if scan.state is not State.IN_REVIEW:
            raise MoveNotAllowed(f"scan {scan.id} is {scan.state}, not in review")
        unit.certificates.correct_field(certificate_id, version, path, value, who.name, why)
        unit.commit()
        given = gather(unit, unit.certificates.get(certificate_id))
    checked = check_certificate(office, given, who.officer_code)
    with office.database.unit_of_work() as unit:
        row = save_outcome(unit, certificate_id, checked)
        unit.commit()
        beside = _beside_card(unit, row)
    for other in beside:
        outcome = check_certificate(office, other, who.officer_code)
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


def approve(office: Office, certificate_id: str, *, version: int, who: UserRow) -> State:
    """A person says that the record is right as it stands; the scan goes on when all of its papers are decided.

    Raises ``RecordIncomplete`` while a required field has no value, ``VersionConflict``, ``MoveNotAllowed``.
    """
    with office.database.unit_of_work() as unit:
        row = unit.certificates.get(certificate_id)
        if any(field.value is None for field in row.record.fields.values()):
            raise RecordIncomplete(certificate_id)
        unit.certificates.decide(certificate_id, version, who.name)
        papers = unit.certificates.for_scan(row.scan_id)
        scan = unit.scans.get(row.scan_id)
        if all(paper.decided_at is not None or paper.form is Form.OTHER for paper in papers):
            scan = unit.scans.move(row.scan_id, State.IN_REVIEW, State.ARCHIVING, who=who.name)
        unit.commit()
    if scan.state is State.ARCHIVING:
        _put_on_list(office, scan)
    return scan.state


def return_scan(office: Office, scan_id: str, *, version: int, reason: str, who: UserRow) -> State:
    """Give a scan back to the clerk with a reason in words."""
    with office.database.unit_of_work() as unit:
        unit.scans.move(
            scan_id, State.IN_REVIEW, State.RETURNED, who=who.name, version=version, return_reason=reason.strip()
        )
        unit.commit()
    return State.RETURNED


def send_to_review(office: Office, scan_id: str, *, who: UserRow) -> State:
    """The clerk insists: a returned scan does hold a certificate, so a person shall look."""
    with office.database.unit_of_work() as unit:
        unit.scans.move(scan_id, State.RETURNED, State.IN_REVIEW, who=who.name)
        unit.commit()
    return State.IN_REVIEW


def reopen(office: Office, scan_id: str, *, who: UserRow, why: str) -> State:
    """Take an approval back: the scan is reviewed again and archived as a new version; the old one stays kept."""
    if who.role is not Role.SUPERVISOR:
        raise NotAllowed(f"{who.role} reopens")
    with office.database.unit_of_work() as unit:
        unit.scans.move(scan_id, {State.ARCHIVED, State.ARCHIVING}, State.IN_REVIEW, who=who.name, why=why.strip())
        unit.certificates.reopen(scan_id, who.name)
        unit.commit()
    return State.IN_REVIEW


def retry(office: Office, scan_id: str, *, who: UserRow) -> State:
    """Try a failed scan again from the start."""
    with office.database.unit_of_work() as unit:
        scan = unit.scans.move(scan_id, State.FAILED, State.RECEIVED, who=who.name)
        unit.commit()
    _put_on_list(office, scan)
    return State.RECEIVED


def preview(office: Office, certificate_id: str, face_index: int) -> bytes:
    """The re-encoded picture (JPEG) of one face; ``NotFound`` when there is no such face."""
    with office.database.unit_of_work(read_only=True) as unit:
        previews = unit.certificates.get(certificate_id).previews
    if not 0 <= face_index < len(previews):
        raise NotFound(f"face {face_index}")
    return office.blobs.get(previews[face_index])


def pdfa(office: Office, certificate_id: str, who: UserRow) -> bytes:
    """The archived PDF/A; that it was handed out is noted. ``NotFound`` while it is not archived."""
    with office.database.unit_of_work() as unit:
        row = unit.certificates.get(certificate_id)
        if row.pdfa_sha256 is None:
            raise NotFound("not archived yet")
        unit.events.add(who.name, "pdfa_downloaded", row.scan_id, {"certificate_id": certificate_id})
        unit.commit()
    return office.blobs.get(row.pdfa_sha256)


def _put_on_list(office: Office, scan: ScanRow) -> None:
    try:
        enqueue(office, scan.id, scan.queue)
    except QueueUnavailable:
        # The row says what is to be done: the reconciler puts it on the list when Redis is back.
        _log.warning("queue_unavailable", scan_id=scan.id)
