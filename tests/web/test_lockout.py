"""Guessing passwords gets slow."""

from __future__ import annotations

from web.auth import lockout
from web.auth.lockout import Lockout


class Clock:
    """Seconds that only a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_name_waits_after_five_wrong_passwords_and_longer_each_time() -> None:
    """Four are free; from the fifth on each doubles the wait."""
    clock = Clock()
    guard = Lockout(clock)
    for _ in range(lockout.FREE_ATTEMPTS_OF_NAME - 1):
        guard.wrong("Lan", "10.0.0.1")
    assert guard.wait_s("lan", "10.0.0.1") == 0
    guard.wrong("lan", "10.0.0.2")
    assert guard.wait_s("LAN", "10.0.0.3") == lockout.FIRST_WAIT_S, "the name waits from wherever it is tried"
    assert guard.wait_s("minh", "10.0.0.1") == 0, "others go on"
    clock.now += lockout.FIRST_WAIT_S
    assert guard.wait_s("lan", "10.0.0.1") == 0
    guard.wrong("lan", "10.0.0.1")
    assert guard.wait_s("lan", "10.0.0.1") == 2 * lockout.FIRST_WAIT_S


def test_the_wait_has_a_limit() -> None:
    """Nobody is locked out for a day."""
    guard = Lockout(Clock())
    for _ in range(200):
        guard.wrong("lan", "10.0.0.1")
    assert guard.wait_s("lan", "10.0.0.1") == lockout.LONGEST_WAIT_S


def test_an_address_that_tries_many_names_waits() -> None:
    """Trying one password on everybody is guessing too."""
    guard = Lockout(Clock())
    for number in range(lockout.FREE_ATTEMPTS_OF_ADDRESS):
        guard.wrong(f"user{number}", "10.0.0.1")
    assert guard.wait_s("somebody-else", "10.0.0.1") > 0
    assert guard.wait_s("somebody-else", "10.0.0.2") == 0


def test_a_right_password_clears_the_name() -> None:
    """Mistyping in the morning does not count in the afternoon."""
    guard = Lockout(Clock())
    for _ in range(lockout.FREE_ATTEMPTS_OF_NAME - 1):
        guard.wrong("lan", "10.0.0.1")
    guard.right("lan")
    guard.wrong("lan", "10.0.0.1")
    assert guard.wait_s("lan", "10.0.0.1") == 0


def test_memory_is_bounded() -> None:
    """A flood of names does not fill the memory, and old ones are forgotten."""
    clock = Clock()
    guard = Lockout(clock)
    for number in range(50):
        guard.wrong(f"user{number}", f"10.0.0.{number}")
    clock.now += lockout.FORGET_AFTER_S + 1
    guard.wrong("last", "10.0.1.1")
    assert len(guard._counts) == 2
