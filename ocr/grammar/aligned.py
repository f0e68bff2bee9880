"""Two texts laid beside each other: which stretches of one mean which of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


@dataclass(frozen=True, slots=True)
class Stretch:
    """``base[start:end]`` means ``other[other_start:other_end]``; ``equal`` when they are the same."""

    tag: str
    start: int
    end: int
    other_start: int
    other_end: int

    @property
    def equal(self) -> bool:
        return self.tag == "equal"


def stretches(base: Sequence[str], other: Sequence[str]) -> list[Stretch]:
    """The stretches of two texts, or of two lists of words, from left to right."""
    return [
        Stretch(op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in Levenshtein.opcodes(base, other)
    ]


def boundary_map(base: str, other: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """For every boundary between letters of ``base``: the lowest and the highest boundary of ``other`` it may mean."""
    low, high = [len(other)] * (len(base) + 1), [0] * (len(base) + 1)
    for part in stretches(base, other):
        for i in range(part.start, part.end + 1):
            step = 0 if part.tag == "delete" else i - part.start
            low[i] = min(low[i], part.other_start + step)
            high[i] = max(high[i], part.other_end if part.tag == "insert" else part.other_start + step)
    if not base:
        low[0] = 0
    return tuple(low), tuple(high)
