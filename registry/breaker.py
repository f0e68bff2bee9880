"""A circuit breaker: leave a service alone for a while after it failed several times in a row."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class CircuitBreaker:
    """Closed as long as calls succeed; open for ``rest_s`` after ``threshold`` failures in a row.

    After the rest one single call is let through to try: its success closes the breaker, its failure opens it again.
    May be used from many threads.
    """

    def __init__(
        self, threshold: int = 5, rest_s: float = 30.0, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._threshold = threshold
        self._rest_s = rest_s
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._open_until: float | None = None
        self._trying_until: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether calls are held back now."""
        with self._lock:
            return self._open_until is not None and self._clock() < self._open_until

    def allow(self) -> bool:
        """Whether a call may be made now; who got a yes reports ``succeeded`` or ``failed``."""
        with self._lock:
            if self._open_until is None:
                return True
            now = self._clock()
            if now < self._open_until:
                return False
            # A trial whose caller vanished must not block the others for ever.
            if self._trying_until is not None and now < self._trying_until:
                return False
            self._trying_until = now + self._rest_s
            return True

    def succeeded(self) -> None:
        """A call was answered: all is well."""
        with self._lock:
            self._failures = 0
            self._open_until = None
            self._trying_until = None

    def failed(self) -> None:
        """A call failed."""
        with self._lock:
            self._failures += 1
            self._trying_until = None
            if self._failures >= self._threshold:
                self._open_until = self._clock() + self._rest_s
