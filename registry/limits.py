"""How many calls a second may go to the registry."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol


class CallLimiter(Protocol):
    """Something that says when the next call may go; one shared by all workers can stand in for the one below."""

    def reserve(self, longest_s: float) -> float | None:
        """Take the next free place and say how many seconds from now it is.

        ``None``, and no place taken, when it is further off than ``longest_s``: nobody would wait for it.
        """
        ...

    def hold(self, seconds: float) -> None:
        """Give no place for so many seconds: the registry asked to be left alone."""
        ...


class PerSecondLimiter:
    """At most so many calls a second from this process, evenly spaced after a short burst; 0 means no limit."""

    def __init__(self, calls_per_second: float, *, burst: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap_s = 1.0 / calls_per_second if calls_per_second > 0 else 0.0
        self._slack_s = self._gap_s * (max(1, burst) - 1)
        self._clock = clock
        self._lock = Lock()
        self._next_at = float("-inf")

    def reserve(self, longest_s: float) -> float | None:
        """Take the next free place, if it is no further off than ``longest_s``."""
        with self._lock:
            now = self._clock()
            at = max(self._next_at, now - self._slack_s)
            if at - now > longest_s:
                return None
            self._next_at = at + self._gap_s
            return max(0.0, at - now)

    def hold(self, seconds: float) -> None:
        """Give no place for so many seconds."""
        with self._lock:
            self._next_at = max(self._next_at, self._clock() + seconds)
