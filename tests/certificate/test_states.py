"""The table of states and moves."""

from __future__ import annotations

import itertools

import pytest

from certificate.errors import MoveNotAllowed
from certificate.states import ALLOWED_MOVES, SETTLED, WORKING, State, check_move


def _reachable(start: State) -> set[State]:
    seen, to_do = {start}, [start]
    while to_do:
        for state in ALLOWED_MOVES[to_do.pop()] - seen:
            seen.add(state)
            to_do.append(state)
    return seen


def test_the_table_has_a_row_for_every_state():
    """No state is forgotten."""
    assert set(ALLOWED_MOVES) == set(State)


def test_every_state_can_be_reached():
    """A scan that was received can come into every state."""
    assert _reachable(State.RECEIVED) == set(State)


@pytest.mark.parametrize("state", sorted(set(State) - {State.DUPLICATE}))
def test_no_state_but_a_duplicate_is_a_dead_end(state):
    """From anywhere else a scan can still come into the archive."""
    assert State.ARCHIVED in _reachable(state)


def test_no_state_moves_to_itself():
    """A move is a change."""
    assert not any(state in moves for state, moves in ALLOWED_MOVES.items())


def test_working_and_settled_states_and_review_are_all():
    """A machine works, a person looks, or nothing happens: never two of them."""
    assert not WORKING & SETTLED
    assert WORKING | SETTLED | {State.IN_REVIEW} == set(State)


def test_every_working_state_can_fail_and_nothing_that_is_settled_can():
    """A machine's work may go wrong; what is settled stays so until a person wants otherwise."""
    for state in WORKING:
        assert State.FAILED in ALLOWED_MOVES[state]
    for state in SETTLED:
        assert State.FAILED not in ALLOWED_MOVES[state]


def test_nothing_is_archived_without_the_archiving():
    """What is written is verified first, whoever approved it."""
    assert [state for state, moves in ALLOWED_MOVES.items() if State.ARCHIVED in moves] == [State.ARCHIVING]


@pytest.mark.parametrize(("old", "new"), list(itertools.product(State, State)))
def test_moves_are_checked_against_the_table(old, new):
    """What the table has is let through, all else is refused by name."""
    if new in ALLOWED_MOVES[old]:
        check_move(old, new)
    else:
        with pytest.raises(MoveNotAllowed, match=f"{old} -> {new}"):
            check_move(old, new)
