"""The client's guards: breaker, limit and short memory, by a clock that only the test moves."""

from __future__ import annotations

import pytest

from registry.breaker import CircuitBreaker
from registry.limits import PerSecondLimiter
from registry.memory import ShortMemory


class Clock:
    """Seconds that only a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at 100 seconds."""
    return Clock()


def test_the_breaker_opens_after_failures_in_a_row(clock: Clock) -> None:
    """A success in between starts the count anew."""
    breaker = CircuitBreaker(threshold=3, rest_s=30, clock=clock)
    for report in (breaker.failed, breaker.failed, breaker.succeeded, breaker.failed, breaker.failed):
        report()
        assert breaker.allow()
    breaker.failed()
    assert breaker.is_open
    assert not breaker.allow()


def test_one_call_tries_for_all_after_the_rest(clock: Clock) -> None:
    """Its failure means another rest, its success means business; a trial that vanished is followed by another."""
    breaker = CircuitBreaker(threshold=1, rest_s=30, clock=clock)
    breaker.failed()
    clock.now += 30
    assert [breaker.allow(), breaker.allow()] == [True, False]
    breaker.failed()
    assert not breaker.allow()
    clock.now += 30
    assert [breaker.allow(), breaker.allow()] == [True, False]
    clock.now += 30
    assert breaker.allow()
    breaker.succeeded()
    assert [breaker.allow(), breaker.allow()] == [True, True]


@pytest.mark.parametrize(
    ("per_second", "burst", "waits"),
    [
        (2.0, 1, [0.0, 0.5, 1.0, 1.5]),
        (2.0, 3, [0.0, 0.0, 0.0, 0.5]),
        (0.0, 1, [0.0, 0.0, 0.0, 0.0]),  # no limit
    ],
)
def test_calls_are_spaced(clock: Clock, per_second: float, burst: int, waits: list[float]) -> None:
    """Each call gets its place; a short burst goes through at once."""
    limiter = PerSecondLimiter(per_second, burst=burst, clock=clock)
    assert [limiter.reserve(60) for _ in waits] == pytest.approx(waits)


def test_unused_places_do_not_pile_up(clock: Clock) -> None:
    """After a quiet hour the burst is still only the burst."""
    limiter = PerSecondLimiter(2.0, burst=2, clock=clock)
    limiter.reserve(60)
    clock.now += 3600
    assert [limiter.reserve(60) for _ in range(3)] == pytest.approx([0.0, 0.0, 0.5])


def test_memory_is_short_and_small(clock: Clock) -> None:
    """Kept for its time, the oldest makes room, nothing is kept when the time is zero."""
    memory: ShortMemory[str] = ShortMemory(60, size=2, clock=clock)
    memory.put("a", "1")
    memory.put("b", "2")
    memory.put("c", "3")
    assert [memory.get(key) for key in "abc"] == [None, "2", "3"]
    clock.now += 60
    assert [memory.get(key) for key in "abc"] == [None, None, None]
    nothing: ShortMemory[str] = ShortMemory(0, clock=clock)
    nothing.put("a", "1")
    assert nothing.get("a") is None
