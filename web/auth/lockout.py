"""Slows down guessing of passwords: after a few wrong ones the name, and the address it came from, must wait.

Counts live in this process and are forgotten with it. Each further wrong attempt doubles the wait, up to a limit, so
that a forgotten password costs minutes and a guessing machine costs years.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FREE_ATTEMPTS_OF_NAME = 5
FREE_ATTEMPTS_OF_ADDRESS = 30
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 15 * 60.0
FORGET_AFTER_S = 60 * 60.0
_MOST_KEYS = 10_000


@dataclass(slots=True)
class _Count:
    wrong: int = 0
    last_at: float = 0.0
    wait_until: float = 0.0


class Lockout:
    """Remembers wrong sign-ins; ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, str], _Count] = {}
        self._lock = threading.Lock()

    def wait_s(self, name: str, address: str) -> float:
        """How many seconds this name from this address must still wait; 0 when it may try."""
        now = self._clock()
        with self._lock:
            counts = (self._counts.get(key) for key, _ in self._keys(name, address))
            return max(0.0, *(count.wait_until - now if count else 0.0 for count in counts))

    def wrong(self, name: str, address: str) -> None:
        """Count one wrong attempt."""
        now = self._clock()
        with self._lock:
            self._forget_old(now)
            for key, free_attempts in self._keys(name, address):
                count = self._counts.setdefault(key, _Count())
                count.wrong += 1
                count.last_at = now
                over = count.wrong - free_attempts
                if over >= 0:
                    count.wait_until = now + min(FIRST_WAIT_S * 2 ** min(over, 30), LONGEST_WAIT_S)

    def right(self, name: str) -> None:
        """Forget the wrong attempts on a name after a right one; the address keeps its count."""
        with self._lock:
            self._counts.pop(("name", name.casefold()), None)

    def _keys(self, name: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
        return (
            (("name", name.casefold()), FREE_ATTEMPTS_OF_NAME),
            (("address", address), FREE_ATTEMPTS_OF_ADDRESS),
        )

    def _forget_old(self, now: float) -> None:
        old = [key for key, count in self._counts.items() if now - count.last_at > FORGET_AFTER_S]
        for key in old:
            del self._counts[key]
        while len(self._counts) > _MOST_KEYS:
            del self._counts[min(self._counts, key=lambda key: self._counts[key].last_at)]
