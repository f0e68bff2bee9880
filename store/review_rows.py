"""What the store hands out about the work of people: tasks at the review desk, notes, key-ins, receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certificate.record import Form


class Stage(StrEnum):
    """Which look a record waits for: the review itself, the second key-in, or the third person who settles it."""

    REVIEW = "review"
    SECOND = "second"
    THIRD = "third"


class Band(StrEnum):
    """How sure the machine is of the least certain field."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


# The upper ends of the two lower bands.
LOW_BELOW, MIDDLE_BELOW = 0.7, 0.95


def band_of(confidence: float | None) -> Band:
    """The band of a confidence; a record without a doubtful field is sure."""
    if confidence is None or confidence >= MIDDLE_BELOW:
        return Band.HIGH
    return Band.LOW if confidence < LOW_BELOW else Band.MIDDLE


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the desk knows of a record without opening it.

    ``confidence`` is that of the least certain field, ``keyed_by`` are the people who may not do the next look.
    """

    form: Form | None
    reason: str | None
    confidence: float | None
    doubtful: int
    due_at: datetime
    stage: Stage = Stage.REVIEW
    keyed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A scan that waits for a person: the facts, who holds it now and until when, and whether it was put off."""

    scan_id: str
    office: str
    queue: str
    uploaded_by: str
    facts: TaskFacts
    entered_at: datetime
    postponed_until: datetime | None
    locked_by: str | None
    locked_until: datetime | None
    run: str | None = None

    def held_by_other(self, who: str, now: datetime) -> bool:
        """Whether somebody else works on it at this moment."""
        return self.locked_by not in {None, who} and self.locked_until is not None and self.locked_until > now


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks a queue shows; ``None`` means any."""

    office: str | None = None
    form: Form | None = None
    reason: str | None = None
    queue: str | None = None
    band: Band | None = None
    stage: Stage | None = None
    run: str | None = None
    postponed: bool = False


@dataclass(frozen=True, slots=True)
class TaskCount:
    """How many tasks share these facts: enough to count every filter from one reading of the table."""

    office: str
    form: str | None
    reason: str | None
    queue: str
    band: str
    stage: str
    run: str | None
    postponed: bool
    count: int


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote beside a scan for those who work on it next."""

    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class KeyIn:
    """One person's independent typing of one field; ``turn`` is 1, 2, or 3 for who settles a difference."""

    path: str
    turn: int
    who: str
    value: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """The code given to the person who brought a paper."""

    code: str
    scan_id: str
    created_by: str
    created_at: datetime
