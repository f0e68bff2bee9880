"""Names for rows: time-ordered and unique without asking anybody (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime


def new_id() -> str:
    """A new identifier, 32 hexadecimal digits; later ones sort after earlier ones (to the millisecond)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    high = (milliseconds << 16) | 0x7000 | (random >> 68)
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    return f"{(high << 64) | low:032x}"


def utc_now() -> datetime:
    """The present moment, with its time zone."""
    return datetime.now(UTC)
