"""What an audit looks at, in order; the place to add what is kept besides.

A check yields steps. After each step the run writes down how far it came, so a step should be a second's work or so.
``after`` is the cursor of the last step that was written down, empty at the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.audit.damages import Damage
from ingest.office import Office


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a check that is done: where it ended, what it found, how much it looked at.

    ``is_last`` tells that nothing follows, so that a run stopped just then need not ask again.
    """

    cursor: str
    damages: tuple[Damage, ...] = ()
    items: int = 0
    bytes_read: int = 0
    is_last: bool = False


@dataclass(frozen=True)
class Scope:
    """What a check is given: the office, how thorough to be, and names seen by earlier checks of the same run.

    ``started_at`` is when the run began; ``seen`` notes a blob that was hashed already and tells whether it was new,
    ``was_seen`` only asks; both outlive an interruption. ``earlier_head`` is number and hash of the newest event at
    the last finished audit.
    """

    office: Office
    thorough: bool
    started_at: datetime
    seen: Callable[[str], bool]
    was_seen: Callable[[str], bool]
    earlier_head: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, what it is called on the page, and what it does."""

    name: str
    title: str
    run: Callable[[Scope, str], Iterator[Step]]


def all_checks() -> tuple[Check, ...]:
    """Every check in the order it is made. Whoever keeps something new in the archive adds its check here."""
    from ingest.audit import blobs, events, index, packages, queue, records

    return (
        Check("records", "Hồ sơ và tệp", records.run),
        Check("blobs", "Tệp còn lại trong kho", blobs.run),
        Check("events", "Nhật ký", events.run),
        Check("queue", "Hàng đợi", queue.run),
        Check("index", "Chỉ mục tra cứu", index.run),
        Check("packages", "Gói tin lưu trữ đã xuất", packages.run),
    )
