"""How often one address may ask in a while: for pages that anybody may open. Counts live in this process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_ADDRESSES = 10_000


class RateLimit:
    """``most`` questions in ``per_s`` seconds from one address; ``clock`` gives seconds."""

    def __init__(self, most: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._per_s, self._clock = most, per_s, clock
        self._began: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, address: str) -> bool:
        """Count one question, and say whether it may be answered."""
        now = self._clock()
        with self._lock:
            began, asked = self._began.pop(address, (now, 0))
            if now - began >= self._per_s:
                began, asked = now, 0
            self._began[address] = (began, asked + 1)
            while len(self._began) > _MOST_ADDRESSES:
                self._began.popitem(last=False)
            return asked < self._most
