"""A short memory of answers, so that the same owner asked twice in a minute costs one call."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ShortMemory(Generic[Value]):
    """Keeps values for ``keep_s`` seconds, at most ``size`` of them; 0 seconds keeps nothing."""

    def __init__(self, keep_s: float, size: int = 10_000, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._keep_s = keep_s
        self._size = size
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """The value kept under ``key``, while it is fresh."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            if found[0] <= self._clock():
                del self._kept[key]
                return None
            return found[1]

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value; the one kept longest makes room."""
        if self._keep_s <= 0:
            return
        with self._lock:
            self._kept[key] = (self._clock() + self._keep_s, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
