"""White corridors that run down between columns, found from the boxes of lines alone.

Owns the geometry of columns on a sheet that may be bent or lie askew: how they lean, and how many lines stand at each
x. It must not know what lines say.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocr.runs import true_runs

Numbers = NDArray[np.float64]
# Columns lean by so much, more on one side of the sheet than on the other by so much.
_LEANS = np.linspace(-0.036, 0.036, 19)
_FANS = np.linspace(-0.03, 0.03, 7)
_STEP_PX = 3
# A lean must win so many steps of white for each line and unit of it.
_AGAINST_LEANING = 0.02


@dataclass(frozen=True, slots=True)
class Level:
    """How columns lean: x on the middle height = x - (lean + fan (x - middle) / width) (y - middle height)."""

    lean: float
    fan: float
    x: float
    y: float
    width: float

    def straight(self, x: Numbers, y: Numbers) -> Numbers:
        """Where x would be on the middle height."""
        return x - (self.lean + self.fan * (x - self.x) / self.width) * (y - self.y)

    def leaning(self, x: float, y: float) -> float:
        """Where a place on the middle height stands at another height."""
        return x + (self.lean + self.fan * (x - self.x) / self.width) * (y - self.y)


def find_level(lefts: Numbers, rights: Numbers, middles: Numbers) -> Level:
    """The lean under which the most white runs down between lines, given where they begin and end and their heights."""
    left, right = float(lefts.min()), float(rights.max())
    level = Level(0.0, 0.0, (left + right) / 2, float(middles.mean()), max(1.0, right - left))
    best, most = level, -1.0
    for lean, fan in itertools.product(_LEANS, _FANS):
        tried = replace(level, lean=float(lean), fan=float(fan))
        covered = Coverage.of(tried.straight(lefts, middles), tried.straight(rights, middles), left, right)
        white = float((covered.counts == 0).sum()) - _AGAINST_LEANING * (abs(lean) + abs(fan)) * len(lefts)
        if white > most + 1:
            best, most = tried, white
    return best


@dataclass(frozen=True, eq=False)
class Coverage:
    """How many lines stand at each x, in steps from ``first``."""

    counts: NDArray[np.int64]
    first: float

    @classmethod
    def of(cls, lefts: Numbers, rights: Numbers, first: float, last: float) -> Coverage:
        """The coverage between two places by lines that begin and end there."""
        count = int((last - first) / _STEP_PX) + 2
        starts = np.clip(((lefts - first) / _STEP_PX).astype(int), 0, count - 1)
        ends = np.clip(((rights - first) / _STEP_PX).astype(int) + 1, 0, count - 1)
        steps = np.bincount(starts, minlength=count) - np.bincount(ends, minlength=count)
        return cls(np.cumsum(steps), first)

    def low(self, most: int, least_px: float) -> list[tuple[float, float, float]]:
        """Runs inside where at most so many lines stand, so wide at least: start, end and the middle of the least."""
        found = []
        for start, end in true_runs(self.counts <= most):
            if start == 0 or end == len(self.counts) or (end - start) * _STEP_PX < least_px:
                continue
            found.append((self.x(start), self.x(end), self._least(start, end)))
        return found

    def least_between(self, one: float, other: float) -> float:
        """The middle of where the fewest lines stand between two places."""
        return self._least(*(int((x - self.first) / _STEP_PX) for x in (one, other)))

    def _least(self, start: int, end: int) -> float:
        start = max(0, min(start, len(self.counts) - 1))
        part = self.counts[start : max(end, start + 1)]
        return self.x(start + float(np.median(np.flatnonzero(part == part.min()))) + 0.5)

    def x(self, step: float) -> float:
        """The place of a step."""
        return self.first + _STEP_PX * step
