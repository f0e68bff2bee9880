"""What people do with scans: look at lists and certificates, correct, approve, return, try again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from certificate.arrangement import ARRANGED, indexes
from certificate.errors import (
    MoveNotAllowed,
    NotAllowed,
    NotFound,
    RecordIncomplete,
    RecordTaken,
    VersionConflict,
)
from certificate.record import Finding, Form, Record
from certificate.states import State
from ingest import desk, key_in
from ingest.decision import Reason, policy_of, reasons_for_review
from ingest.office import Office
from ingest.sight import scope_of
from store.database import UnitOfWork
from store.review_rows import KeyIn, Note, TaskRow
from store.rows import (
    CertificateRow,
    CertificateSummary,
    Event,
    FieldChange,
    FieldRow,
    OwnerAnswerRow,
    Page,
    PageRow,
    Role,
    ScanFilter,
    ScanRow,
    SearchScope,
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
    "archived_versions",
    "arrange",
    "certificate_view",
    "correct",
    "counts",
    "display_names",
    "first_certificate",
    "own_mark",
    "papers_of",
    "pdfa",
    "preview",
    "reopen",
    "retry",
    "return_scan",
    "reveal",
    "scan",
    "scan_findings",
    "scan_list",
    "send_to_review",
    "task",
    "version",
    "versions",
]


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
    task: TaskRow | None
    notes: tuple[Note, ...]
    key_ins: tuple[KeyIn, ...]
    replaces: tuple[ScanRow, ...]
    officers: Mapping[str, str]


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
        hide_replaced=states is not None and State.RETURNED in states,
        oldest_first=states is not None and not own,
    )
    with office.database.unit_of_work(read_only=True) as unit:
        found = unit.scans.list(wanted, page, page_size, scope=scope_of(who))
        papers = unit.certificates.summaries([scan.id for scan in found.items])
    items = tuple(ScanSummary(scan, papers[scan.id]) for scan in found.items)
    return Page(items, found.total, found.number, found.page_size)


def counts(office: Office, *, who: UserRow, own: bool = False) -> dict[State, int]:
    """How many scans are in each state; ``own``: of those handed in by ``who``."""
    with office.database.unit_of_work(read_only=True) as unit:
        scope = SearchScope(uploaded_by=who.name) if own else scope_of(who)
        return unit.scans.counts_by_state(scope=scope)


def task(office: Office, scan_id: str) -> TaskRow | None:
    """What the review desk knows of a scan, while it waits for a person."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.reviews.get(scan_id)


def display_names(office: Office) -> dict[str, str]:
    """What people are called on pages, by their sign-in names."""
    with office.database.unit_of_work(read_only=True) as unit:
        return {user.name: user.display_name for user in unit.users.list()}


def own_mark(office: Office, who: UserRow) -> str:
    """A short text that changes whenever one of the person's own scans does."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.newest_change(who.name)


def scan_findings(office: Office, scan_ids: Collection[str]) -> dict[str, tuple[Finding, ...]]:
    """What is remarked about the scans of a list."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.findings_of(scan_ids)


def papers_of(office: Office, scan_ids: Collection[str]) -> dict[str, tuple[ScanRow, tuple[CertificateSummary, ...]]]:
    """Some scans by their ids, each with its certificates."""
    with office.database.unit_of_work(read_only=True) as unit:
        papers = unit.certificates.summaries(scan_ids)
        return {scan_id: (scan, papers[scan_id]) for scan_id, scan in unit.scans.many(scan_ids).items()}


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
            task=unit.reviews.get(certificate.scan_id),
            notes=unit.reviews.notes(certificate.scan_id),
            key_ins=unit.reviews.key_ins(certificate_id),
            replaces=unit.scans.replaced_with(certificate.scan_id),
            officers={user.name: user.display_name for user in unit.users.list()},
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

    ``value`` None says that the paper has no such field. Raises ``VersionConflict`` when somebody was faster,
    ``RecordTaken`` while somebody else holds the record, ``MoveNotAllowed`` when the scan is not in review.
    """
    with office.database.unit_of_work() as unit:
        scan_id = _scan_in_review(unit, certificate_id)
        unit.certificates.correct_field(certificate_id, version, path, value, who.name, why)
        desk.check_free(unit, scan_id, certificate_id, who.name)
        unit.commit()
    return desk.check_again(office, certificate_id, who.officer_code)


def arrange(
    office: Office, certificate_id: str, *, version: int, group: str, order: tuple[int, ...], who: UserRow
) -> CertificateRow:
    """Put owners, parcels or changes into another order, or leave some out; raises as ``correct`` does."""
    with office.database.unit_of_work() as unit:
        scan_id = _scan_in_review(unit, certificate_id)
        there = set(indexes(unit.certificates.get(certificate_id).record.fields, group))
        if group not in ARRANGED or not set(order) <= there or len(set(order)) != len(order):
            raise NotFound(f"order of {group}")
        unit.certificates.arrange(certificate_id, version, group, order, who.name)
        desk.check_free(unit, scan_id, certificate_id, who.name)
        unit.commit()
    return desk.check_again(office, certificate_id, who.officer_code)


def _scan_in_review(unit: UnitOfWork, certificate_id: str) -> str:
    certificate = unit.certificates.get(certificate_id)
    scan = unit.scans.get(certificate.scan_id)
    if scan.state is not State.IN_REVIEW or certificate.decided_at is not None:
        raise MoveNotAllowed(f"scan {scan.id} is {scan.state}, or the certificate is decided")
    return scan.id


def approve(office: Office, certificate_id: str, *, version: int, who: UserRow) -> State:
    """A person says that the record is right as it stands; the scan goes on when all of its papers are decided.

    Where the office's policy wants a second key-in, the record waits for it instead. Raises ``RecordIncomplete`` while
    a required field has no value, ``VersionConflict``, ``RecordTaken``, ``MoveNotAllowed``.
    """
    with office.database.unit_of_work() as unit:
        row = unit.certificates.get(certificate_id)
        if any(field.value is None for field in row.record.fields.values()):
            raise RecordIncomplete(certificate_id)
        if row.version != version:
            raise VersionConflict(f"certificate {certificate_id}: seen {version}, now {row.version}")
        scan_id = _scan_in_review(unit, certificate_id)
        desk.check_free(unit, scan_id, certificate_id, who.name)
        if key_in.begin(unit, office.settings, row, who.name):
            state = State.IN_REVIEW
        else:
            state = desk.decide(unit, office.settings, row, who.name)
        unit.commit()
    desk.go_on(office, scan_id, state)
    return state


def reopen(office: Office, scan_id: str, *, who: UserRow, why: str) -> State:
    """Take an approval back: the scan is reviewed again and archived as a new version; the old one stays kept."""
    if who.role is not Role.SUPERVISOR:
        raise NotAllowed(f"{who.role} reopens")
    with office.database.unit_of_work() as unit:
        unit.scans.move(scan_id, {State.ARCHIVED, State.ARCHIVING}, State.IN_REVIEW, who=who.name, why=why.strip())
        unit.certificates.reopen(scan_id, who.name)
        for paper in unit.certificates.for_scan(scan_id):
            unit.reviews.forget_key_ins(paper.id)
        desk.describe(unit, office.settings, scan_id)
        unit.commit()
    return State.IN_REVIEW


def return_scan(office: Office, scan_id: str, *, version: int, reason: str, who: UserRow) -> State:
    """Give a scan back to the clerk with a reason in words."""
    with office.database.unit_of_work() as unit:
        task = unit.reviews.get(scan_id)
        if task is not None and task.held_by_other(who.name, datetime.now(UTC)):
            raise RecordTaken(task.locked_by or "")
        for paper in unit.certificates.for_scan(scan_id):
            unit.reviews.forget_key_ins(paper.id)
        unit.scans.move(
            scan_id, State.IN_REVIEW, State.RETURNED, who=who.name, version=version, return_reason=reason.strip()
        )
        unit.commit()
    return State.RETURNED


def send_to_review(office: Office, scan_id: str, *, who: UserRow) -> State:
    """The clerk insists: a returned scan does hold a certificate, so a person shall look."""
    with office.database.unit_of_work() as unit:
        if unit.scans.get(scan_id).replaced_by is not None:
            raise MoveNotAllowed(f"scan {scan_id} was replaced")
        unit.scans.move(scan_id, State.RETURNED, State.IN_REVIEW, who=who.name)
        desk.describe(unit, office.settings, scan_id)
        unit.commit()
    return State.IN_REVIEW


def retry(office: Office, scan_id: str, *, who: UserRow) -> State:
    """Try a failed scan again from the start."""
    with office.database.unit_of_work() as unit:
        scan = unit.scans.move(scan_id, State.FAILED, State.RECEIVED, who=who.name)
        unit.commit()
    desk.put_on_list(office, scan)
    return State.RECEIVED


def preview(office: Office, certificate_id: str, face_index: int) -> bytes:
    """The re-encoded picture (JPEG) of one face; ``NotFound`` when there is no such face."""
    with office.database.unit_of_work(read_only=True) as unit:
        previews = unit.certificates.get(certificate_id).previews
    if not 0 <= face_index < len(previews):
        raise NotFound(f"face {face_index}")
    return office.blobs.get(previews[face_index])


def archived_versions(office: Office, certificate_id: str) -> tuple[Event, ...]:
    """Every time the certificate was archived, oldest first; a version taken back stays in the archive."""
    with office.database.unit_of_work(read_only=True) as unit:
        events = unit.events.for_scan(unit.certificates.get(certificate_id).scan_id)
    wanted = {"certificate_archived", "certificate_reopened"}
    return tuple(e for e in events if e.action in wanted and e.detail.get("certificate_id") == certificate_id)


def reveal(office: Office, certificate_id: str, path: str, who: UserRow) -> str:
    """A number in full, for a person who may see the record; that it was shown is noted."""
    with office.database.unit_of_work() as unit:
        row = unit.certificates.get(certificate_id)
        value = row.record.value(path)
        if value is None or not path.endswith("id_number"):
            raise NotFound(path)
        unit.events.add(who.name, "id_number_shown", row.scan_id, {"certificate_id": certificate_id, "path": path})
        unit.commit()
    return value


def pdfa(office: Office, certificate_id: str, who: UserRow) -> bytes:
    """The archived PDF/A; that it was handed out is noted. ``NotFound`` while it is not archived."""
    with office.database.unit_of_work() as unit:
        row = unit.certificates.get(certificate_id)
        if row.pdfa_sha256 is None:
            raise NotFound("not archived yet")
        unit.events.add(who.name, "pdfa_downloaded", row.scan_id, {"certificate_id": certificate_id})
        unit.commit()
    return office.blobs.get(row.pdfa_sha256)
