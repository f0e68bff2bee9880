"""The states of a scan and the moves between them: the one table that everything else obeys."""

from __future__ import annotations

from enum import StrEnum

from certificate.errors import MoveNotAllowed


class State(StrEnum):
    """Where a scan is on its way from bytes to an archived record."""

    RECEIVED = "received"
    READING = "reading"
    CHECKING = "checking"
    WAITING_REGISTRY = "waiting_registry"
    IN_REVIEW = "in_review"
    ARCHIVING = "archiving"
    ARCHIVED = "archived"
    RETURNED = "returned"
    DUPLICATE = "duplicate"
    FAILED = "failed"


ALLOWED_MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.READING, State.DUPLICATE, State.FAILED}),
    State.READING: frozenset({State.CHECKING, State.RETURNED, State.FAILED}),
    State.CHECKING: frozenset({State.WAITING_REGISTRY, State.IN_REVIEW, State.ARCHIVING, State.FAILED}),
    State.WAITING_REGISTRY: frozenset({State.CHECKING, State.IN_REVIEW, State.FAILED}),
    State.IN_REVIEW: frozenset({State.CHECKING, State.ARCHIVING, State.RETURNED}),
    State.ARCHIVING: frozenset({State.ARCHIVED, State.IN_REVIEW, State.FAILED}),
    # A supervisor may open an archived record again; the archived version stays.
    State.ARCHIVED: frozenset({State.IN_REVIEW}),
    # The clerk may insist that a returned paper is one, or try a failed scan again.
    State.RETURNED: frozenset({State.IN_REVIEW}),
    State.DUPLICATE: frozenset(),
    State.FAILED: frozenset({State.RECEIVED}),
}

# In these a machine has work to do: the reconciler looks for scans in them that have no live job.
WORKING: frozenset[State] = frozenset(
    {State.RECEIVED, State.READING, State.CHECKING, State.WAITING_REGISTRY, State.ARCHIVING}
)
# In these nothing happens any more unless a person wants it.
SETTLED: frozenset[State] = frozenset({State.ARCHIVED, State.RETURNED, State.DUPLICATE, State.FAILED})


def check_move(old: State, new: State) -> None:
    """Raise ``MoveNotAllowed`` unless the table has the move."""
    if new not in ALLOWED_MOVES[old]:
        raise MoveNotAllowed(f"{old} -> {new}")
