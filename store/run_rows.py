"""What the store hands out about runs: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from certificate.states import State


class RunState(StrEnum):
    """Where a run is; it lists its folder at the same time as it works."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class InputState(StrEnum):
    """What has become of one input of a run."""

    LISTED = "listed"
    TAKEN = "taken"
    ARCHIVED = "archived"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    FAILED = "failed"
    KNOWN = "known"
    REFUSED = "refused"
    CANCELLED = "cancelled"


# The end of the key of an input that is a folder which cannot be opened; what is in it, nobody knows.
CLOSED_FOLDER = "/"
# The kinds of remarks, before their values.
FAULTY, GAP = "file:", "gap:"
# A machine still has work with these; with all others it has done what it can.
OPEN_INPUTS = frozenset({InputState.LISTED, InputState.TAKEN})


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is about to start; ``manifest`` is the path of its CSV, for the rule that has one."""

    name: str
    folder: str
    rule: str
    host: str
    started_by: str
    manifest: str | None = None
    office: str = ""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run: its folder, how it forms certificates of files, and where it stands.

    ``walked_at`` is when every input stood in the ledger; ``left_aside`` counts files that are no scans, or, by a
    manifest, scans that it does not name; ``trouble`` is the code of what keeps it from going on at present;
    ``reasons`` counts why inputs went to people.
    """

    id: str
    name: str
    folder: str
    rule: str
    manifest: str | None
    host: str
    office: str
    started_by: str
    state: RunState
    walker_until: datetime | None
    walked_at: datetime | None
    left_aside: int
    trouble: str | None
    reasons: Mapping[str, int]
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewInput:
    """One certificate's files as the walk found them; ``error_code`` where they cannot be taken.

    ``key`` names the input within its run; ``files`` are paths below the run's folder in page order; ``mark`` is
    other when a file is added, taken away, or has another size or time. ``remark`` is what there is to say about the
    files: ``FAULTY`` and the path of the page at fault, ``GAP`` and the numbers of pages between which some lack.
    """

    key: str
    files: tuple[str, ...]
    size_bytes: int = 0
    reference: str | None = None
    box: str | None = None
    shelf: str | None = None
    error_code: str | None = None
    mark: str | None = None
    remark: str | None = None

    @property
    def key_when_changed(self) -> str:
        """What the input is called beside the row of what its files were before."""
        return f"{self.key} (đã thay đổi, {(self.mark or '')[:8]})"

    def when_changed(self) -> NewInput:
        """The same input under that name."""
        return replace(self, key=self.key_when_changed)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a listing brought: inputs that are new, rows written anew before their turn, rows for changed files.

    ``apart`` of them stand alone because the numbers of their pages have a gap or a repetition.
    """

    new: int = 0
    refreshed: int = 0
    changed: int = 0
    apart: int = 0

    def __add__(self, other: Listed) -> Listed:
        return Listed(
            self.new + other.new,
            self.refreshed + other.refreshed,
            self.changed + other.changed,
            self.apart + other.apart,
        )


@dataclass(frozen=True, slots=True)
class InputRow:
    """One line of a run's ledger. ``straight``: archived without a person; ``reasons``: why a person must look."""

    id: str
    run_id: str
    key: str
    files: tuple[str, ...]
    size_bytes: int
    reference: str | None
    box: str | None
    shelf: str | None
    state: InputState
    scan_id: str | None
    sha256: str | None
    error_code: str | None
    reasons: tuple[str, ...]
    straight: bool | None
    created_at: datetime
    taken_at: datetime | None
    settled_at: datetime | None
    mark: str | None
    remark: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an input's scan, to be written into the ledger."""

    input_id: str
    state: InputState
    error_code: str | None = None
    reasons: tuple[str, ...] = ()
    straight: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """An input whose scan has come to rest: the ledger's state, and the scan's."""

    input_id: str
    input_state: InputState
    scan_id: str
    scan_state: State
    scan_reason: str | None


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run in numbers: inputs by state, bytes listed, how many went straight through, how many settled lately."""

    by_state: Mapping[InputState, int] = field(default_factory=dict)
    straight: int = 0
    settled_lately: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def open(self) -> int:
        """Inputs that a machine has still to deal with."""
        return sum(count for state, count in self.by_state.items() if state in OPEN_INPUTS)

    @property
    def done(self) -> int:
        return self.total - self.open

    @property
    def decided(self) -> int:
        """Inputs that became a record: the base of the straight-through rate."""
        return sum(self.by_state.get(state, 0) for state in (InputState.ARCHIVED, InputState.IN_REVIEW))

    @property
    def straight_rate(self) -> float | None:
        return self.straight / self.decided if self.decided else None
