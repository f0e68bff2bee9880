"""Sharing out the lines of a column among the rows of its table, where no rule parts them.

Cells stand in the middle of their row, or at its top, throughout a table. Owns that choice and its cost; it must not
know what the lines say.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# The price of an empty cell, of a line that belongs to no row, and, for each line height, of a step in a cell that is
# wider than usual and of moving all lines up or down.
_EMPTY, _LEFT_OUT, _WIDE_STEP, _MOVED = 1.6, 1.3, 2.0, 0.15
_SLACK = 0.12
_MOVES = (0.0, -0.25, 0.25, -0.5, 0.5, -0.75, 0.75)
# So little for each row needs no moving.
_GOOD = 0.12
_MOST_LINES = 8
# A block that stands this far from its row is doubted.
_OFF = 0.7

Span = tuple[float, float]
_A_LITTLE = 1e-6


@dataclass(frozen=True, slots=True)
class _Column:
    """The lines of a column, how high they are, how far those of one cell stand apart, and where cells stand."""

    spans: Sequence[Span]
    height: float
    step: float
    at_top: bool

    def off(self, a: int, b: int, row: Span) -> float:
        """How far the lines from ``a`` to before ``b`` stand from where they should, in line heights."""
        last = a if self.at_top else b - 1
        return abs(self.spans[a][0] + self.spans[last][1] - sum(row)) / 2 / self.height

    def widened(self, b: int) -> float:
        """By how much the step to line ``b`` is wider than within a cell, in line heights."""
        step = (sum(self.spans[b]) - sum(self.spans[b - 1])) / 2
        return max(0.0, (step - self.step) / self.height - _SLACK)


@dataclass(frozen=True, slots=True)
class _Shared:
    cost: float
    blocks: tuple[tuple[int, int], ...]
    column: _Column


def share_out(lines: Sequence[Span], rows: Sequence[Span], height: float) -> tuple[list[list[int]], set[int]]:
    """Which lines belong to which row, and the rows of which that is doubtful.

    ``lines`` are the tops and bottoms of a column's lines from top to bottom, ``rows`` those of the rows' numbers.
    """
    visual = _side_by_side(lines, height)
    found = [(min(lines[i][0] for i in group), max(lines[i][1] for i in group)) for group in visual]
    step = _usual_step(found)
    best: _Shared | None = None
    for move in _MOVES:
        if best is not None and best.cost < _GOOD * len(rows):
            break
        spans = [(top + move * height, bottom + move * height) for top, bottom in found]
        price = _MOVED * abs(move) * len(rows)
        for at_top in (False, True):
            tried = _best(_Column(spans, height, step, at_top=at_top), rows, price)
            best = tried if best is None or tried.cost < best.cost - _A_LITTLE else best
    if best is None:
        return [[] for _ in rows], set()
    shares = [[i for group in visual[a:b] for i in group] for a, b in best.blocks]
    unsure = {n for n, (a, b) in enumerate(best.blocks) if a < b and best.column.off(a, b, rows[n]) > _OFF}
    left_out = len(found) - sum(b - a for a, b in best.blocks)
    return shares, unsure if left_out < 2 else set(range(len(rows)))


def _side_by_side(lines: Sequence[Span], height: float) -> list[list[int]]:
    groups: list[list[int]] = []
    for i in sorted(range(len(lines)), key=lambda i: lines[i][0] + lines[i][1]):
        middle = (lines[i][0] + lines[i][1]) / 2
        if groups and middle - (lines[groups[-1][0]][0] + lines[groups[-1][0]][1]) / 2 < 0.5 * height:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _usual_step(spans: Sequence[Span]) -> float:
    """How far the lines of one cell stand apart: the smaller half of all steps."""
    steps = sorted(b[0] + b[1] - a[0] - a[1] for a, b in itertools.pairwise(spans))
    return median(steps[: max(1, len(steps) // 2)]) / 2 if steps else 0.0


def _best(column: _Column, rows: Sequence[Span], price: float) -> _Shared:
    """The cheapest way to give each row some lines in a run, in their order."""
    count = len(column.spans)
    widened = [0.0, *(_WIDE_STEP * column.widened(b) for b in range(1, count))]
    # costs[j]: the first rows are served, and the first j lines given away or left out.
    costs = [j * _LEFT_OUT for j in range(count + 1)]
    ways: list[tuple[tuple[int, int], ...]] = [() for _ in range(count + 1)]
    for row in rows:
        new_costs = [cost + _EMPTY for cost in costs]
        new_ways = [(*ways[j], (j, j)) for j in range(count + 1)]
        for a in range(count):
            wide = 0.0
            for b in range(a + 1, min(count, a + _MOST_LINES) + 1):
                wide += widened[b - 1] if b - a > 1 else 0.0
                cost = costs[a] + column.off(a, b, row) + wide
                if cost < new_costs[b]:
                    new_costs[b], new_ways[b] = cost, (*ways[a], (a, b))
        for j in range(1, count + 1):
            if new_costs[j - 1] + _LEFT_OUT < new_costs[j]:
                new_costs[j], new_ways[j] = new_costs[j - 1] + _LEFT_OUT, new_ways[j - 1]
        costs, ways = new_costs, new_ways
    return _Shared(costs[count] + price, ways[count], column)
