"""Opens this package's own data files; the one place that knows where they lie."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load_list(name: str) -> Any:
    """The content of ``certificate/data/<name>.json``, read once; do not change what you get."""
    return json.loads(files("certificate").joinpath("data", f"{name}.json").read_text(encoding="utf-8"))


def in_force(on: date | None, first_day: date | None, last_day: date | None) -> bool:
    """Whether something that held from ``first_day`` to ``last_day`` (``None``: open) held on that day.

    An unknown day counts as inside.
    """
    return on is None or ((first_day is None or first_day <= on) and (last_day is None or on <= last_day))


def day(text: str | None) -> date | None:
    """An ISO date of a data file, or ``None``."""
    return date.fromisoformat(text) if text else None
