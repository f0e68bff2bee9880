"""The order in which owners, parcels and changes stand on a record, and how a person changes it.

An order is the old indexes in their new places: ``(1, 0)`` swaps two, ``(0, 2)`` leaves the second of three out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

Kept = TypeVar("Kept")

ARRANGED = frozenset({"owners", "parcels", "changes"})


def indexes(paths: Iterable[str], group: str) -> tuple[int, ...]:
    """The indexes that a group has among field paths, in order."""
    found = {path.split(".")[1] for path in paths if path.startswith(group + ".")}
    return tuple(sorted(int(index) for index in found if index.isdigit()))


def arranged(fields: Mapping[str, Kept], group: str, order: tuple[int, ...]) -> dict[str, Kept]:
    """Whatever is keyed by field path, with one group in another order; what the order leaves out is gone."""
    place = {old: new for new, old in enumerate(order)}
    found: dict[str, Kept] = {}
    for path, kept in fields.items():
        head, _, rest = path.partition(".")
        index, _, name = rest.partition(".")
        if head != group or not index.isdigit():
            found[path] = kept
        elif int(index) in place:
            found[f"{group}.{place[int(index)]}.{name}"] = kept
    return found


def written(order: tuple[int, ...]) -> str:
    """An order as the history keeps it."""
    return ",".join(str(index) for index in order)


def from_written(text: str | None) -> tuple[int, ...]:
    """The order that ``written`` wrote down."""
    return tuple(int(part) for part in (text or "").split(",") if part)
