"""What the store hands out: frozen values, never live database objects.

Moments are timezone-aware UTC. Identifiers are 32 hexadecimal digits that sort by time of creation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from certificate.citizens import Citizen, OwnerQuery, OwnersCard, RegistryAnswer
from certificate.reading import FaceReading
from certificate.record import Decision, Form, Record
from certificate.states import State
from store.serializing import from_json_text

Item = TypeVar("Item")


class Role(StrEnum):
    """What a user may do in the office."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class NewScan:
    """A scan that has just come in; what is left out gets its usual value."""

    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    uploaded_by: str
    queue: str = "uploads"
    office: str = ""
    page_count: int | None = None
    state: State = State.RECEIVED
    error_code: str | None = None
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan and where it stands on its way.

    ``attempts`` counts how often a worker began on it since a person last touched it; ``lease_until`` is how long the
    present worker may be trusted to live; ``not_before`` is the earliest moment for the next attempt, if it must wait.
    """

    id: str
    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    page_count: int | None
    state: State
    error_code: str | None
    return_reason: str | None
    queue: str
    uploaded_by: str
    office: str
    attempts: int
    job_id: str | None
    lease_worker: str | None
    lease_until: datetime | None
    not_before: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    duplicate_of: str | None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page of a scan; ``unreadable`` is the code of the reason why it could not be read, if so."""

    page_number: int
    unreadable: str | None


@dataclass(frozen=True, slots=True)
class CertificateSummary:
    """A certificate without its record: enough for a list."""

    id: str
    scan_id: str
    position: int
    form: Form
    serial_number: str | None
    verdict: Decision
    decided_by: str | None
    decided_at: datetime | None
    pdfa_sha256: str | None
    archived_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate with its record as it stands now, corrections included.

    ``faces_json`` holds ``FaceReading.to_json`` values and ``previews`` the SHA-256 of their pictures, in the same
    order; ``position`` counts from 0 within the scan.
    """

    id: str
    scan_id: str
    position: int
    form: Form
    record: Record
    faces_json: list[dict[str, Any]]
    previews: list[str]
    verdict: Decision
    decided_by: str | None
    decided_at: datetime | None
    pdfa_sha256: str | None
    archived_at: datetime | None
    version: int
    serial_number: str | None

    @property
    def is_archived(self) -> bool:
        """Whether the present decision, if there is one, was archived."""
        return self.archived_at is not None and (self.decided_at is None or self.archived_at >= self.decided_at)

    def faces(self) -> tuple[FaceReading, ...]:
        """The faces with their words, without the preview pictures."""
        return tuple(FaceReading.from_json(face) for face in self.faces_json)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as it stands now; ``settled_by`` is the person who confirmed or corrected it, if anybody did."""

    path: str
    value: str | None
    decision: Decision
    confidence: float
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One step in the history of a field."""

    path: str
    old: str | None
    new: str | None
    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnerAnswerRow:
    """What the population registry said of one owner, and what it was asked."""

    owner_index: int
    answer: RegistryAnswer
    query: OwnerQuery | None = None


@dataclass(frozen=True, slots=True)
class OwnerCardRow:
    """The identity card that was scanned beside the certificate and belongs to one of its owners."""

    owner_index: int
    found: OwnersCard


@dataclass(frozen=True, slots=True)
class RegistryLineRow:
    """One owner on a list that goes to the registry by hand.

    ``citizens`` are those that the registry's people wrote back, none where they found nobody; it means something
    only once ``answered_at`` is set.
    """

    id: str
    certificate_id: str
    owner_index: int
    query: OwnerQuery
    exported_at: datetime
    exported_by: str
    answered_at: datetime | None = None
    answered_by: str | None = None
    citizens: tuple[Citizen, ...] = ()


class VersionKind(StrEnum):
    """Why there is a new version of a record."""

    APPROVED = "approved"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A version of a record without the record; ``number`` counts from 1 for each certificate.

    ``pdfa_sha256`` is the archived document made of it, if one was.
    """

    certificate_id: str
    number: int
    scan_id: str
    kind: VersionKind
    who: str
    at: datetime
    record_sha256: str
    pdfa_sha256: str | None


class CaseStatus(StrEnum):
    """Where a proposal to delete stands."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"
    EXECUTED = "executed"


@dataclass(frozen=True, slots=True)
class RetentionCaseRow:
    """A proposal to delete scans whose time is over, and what became of it; it stays when the scans are gone."""

    id: str
    rule: str
    reason: str
    status: CaseStatus
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    executed_at: datetime | None
    scan_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when, who, what; ``detail`` never holds a person's name or number.

    ``number`` counts all events without gaps and ``hash`` seals the event to the one before; both are known once the
    unit of work is committed.
    """

    at: datetime
    who: str
    action: str
    scan_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    number: int | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be added; the password comes hashed."""

    name: str
    display_name: str
    password_hash: str
    role: Role
    office: str = ""
    officer_code: str | None = None


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person who may sign in; ``officer_code`` (mã cán bộ) stands on every registry call they cause.

    ``totp_secret`` makes their one-time codes, where they use any; ``totp_step`` is the last code's time step, so that
    no code is taken twice.
    """

    id: str
    name: str
    display_name: str
    password_hash: str
    role: Role
    office: str
    officer_code: str | None
    active: bool
    totp_secret: str | None = None
    totp_step: int = 0


@dataclass(frozen=True, slots=True)
class ScanFilter:
    """Which scans a list shows; ``None`` means any."""

    states: frozenset[State] | None = None
    office: str | None = None
    uploaded_by: str | None = None
    queue: str | None = None
    oldest_first: bool = False
    hide_replaced: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list; ``number`` counts from 1 and ``total`` is over all pages."""

    items: tuple[Item, ...]
    total: int
    number: int
    page_size: int

    @property
    def page_count(self) -> int:
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True, slots=True)
class SearchScope:
    """What somebody may find: all of it, one office's, or only what they handed in themselves."""

    office: str | None = None
    uploaded_by: str | None = None


EVERYTHING = SearchScope()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A certificate that was found, with what a list shows of it; a parcel is its sheet, number and address."""

    certificate_id: str
    scan_id: str
    state: State
    office: str
    form: Form
    serial_number: str | None
    register_number: str | None
    issue_date: str | None
    owners: tuple[str, ...]
    parcels: tuple[tuple[str, str, str], ...]

    @classmethod
    def of(cls, row: Any) -> SearchHit:
        """The hit for a row of the index and its scan."""
        shown = from_json_text(row.shown) if isinstance(row.shown, str) else row.shown
        return cls(
            certificate_id=row.certificate_id,
            scan_id=row.scan_id,
            state=State(row.state),
            office=row.office,
            form=Form(shown["form"]),
            serial_number=shown["serial_number"],
            register_number=shown["register_number"],
            issue_date=shown["issue_date"],
            owners=tuple(shown["owners"]),
            parcels=tuple((sheet, parcel, address) for sheet, parcel, address in shown["parcels"]),
        )


class LegacyOutcome(StrEnum):
    """What became of a row of another register."""

    SAME = "same"
    DIFFERS = "differs"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    UNREADABLE = "unreadable"


class SettledAs(StrEnum):
    """Which side was right where another register differs."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class LegacyDifferenceRow:
    """A value in which another register differs from a record; ``settled_as`` is ``None`` until a person has looked."""

    id: str
    certificate_id: str
    path: str
    ours: str | None
    theirs: str | None
    settled_by: str | None
    settled_at: datetime | None
    settled_as: SettledAs | None
    source_name: str
    line_number: int
    serial_number: str | None


@dataclass(frozen=True, slots=True)
class NewLegacyLine:
    """One row of another register's file, as it came, and in what it differs from our record: path, ours, theirs."""

    number: int
    content: Mapping[str, Any]
    outcome: LegacyOutcome
    serial_number: str | None = None
    certificate_id: str | None = None
    diagnoses: Sequence[Mapping[str, Any]] = ()
    differences: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LegacyLineRow:
    """One row of another register as it is kept."""

    id: str
    source_sha256: str
    number: int
    serial_key: str | None
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A kept row for which a certificate came, in what they differ, and the codes of slips that this showed."""

    line_id: str
    number: int
    certificate_id: str
    differences: Mapping[str, tuple[str | None, str | None]]
    diagnoses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class HandedOnFilter:
    """Which archived certificates are handed on; ``None`` or empty means any."""

    since: datetime | None = None
    office: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True)
class ArchivedRow:
    """A certificate as it is handed on, with the registry's answers and the cards of its owners by their index."""

    certificate_id: str
    scan_id: str
    record: Record
    pdfa_sha256: str | None
    decided_by: str | None
    decided_at: datetime | None
    archived_at: datetime | None
    version: int
    scan_sha256: str
    scan_name: str
    page_count: int | None
    office: str
    answers: Mapping[int, RegistryAnswer]
    cards: Mapping[int, OwnersCard]
