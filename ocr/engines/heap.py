"""Memory that pictures, networks and circles of objects have left goes back to the system."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


def give_back() -> None:
    """Give the free parts of the heap back, some ms; nothing where the C library keeps no such heap (musl).

    What one reading leaves free between what stays is not used again whole: over some scans of other sizes it comes to
    more than 200 MB (docs/speed.md).
    """
    if trim := _trim():
        trim(0)


@cache
def _trim() -> ctypes._NamedFuncPointer | None:
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


@contextmanager
def circles_freed() -> Iterator[None]:
    """Free the circles of objects made inside, at its end; whatever is older is passed over, which is quick."""
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
