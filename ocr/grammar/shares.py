"""Sharing out the lines of a column among the rows of its table, where no rule parts them.

Cells stand in the middle of their row, or at its top, throughout a table. Owns that choice and its cost; it must not
know what the lines say.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# In line heights: the price of an empty cell, of a line that belongs to no row, of a step wider than usual in one cell.
_EMPTY, _LEFT_OUT, _WIDE_STEP = 1.6, 1.3, 0.8
_MOST_LINES = 8
# A block that stands this far from its row is doubted.
_OFF = 0.75

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Shared:
    cost: float
    blocks: tuple[tuple[int, int], ...]


def share_out(lines: Sequence[Span], rows: Sequence[Span], height: float) -> tuple[list[list[int]], set[int]]:
    """Which lines belong to which row, and the rows of which that is doubtful.

    ``lines`` are the tops and bottoms of a column's lines from top to bottom, ``rows`` those of the rows' numbers.
    """
    visual = _side_by_side(lines, height)
    spans = [(min(lines[i][0] for i in group), max(lines[i][1] for i in group)) for group in visual]
    step = _usual_step(spans)
    middle = _best(spans, rows, height, step, at_top=False)
    top = _best(spans, rows, height, step, at_top=True)
    chosen, at_top = (middle, False) if middle.cost <= top.cost else (top, True)
    shares = [[i for group in visual[a:b] for i in group] for a, b in chosen.blocks]
    unsure = {
        n
        for n, (a, b) in enumerate(chosen.blocks)
        if a < b and _off(spans, a, b, rows[n], height, at_top=at_top) > _OFF
    }
    left_out = len(spans) - sum(b - a for a, b in chosen.blocks)
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


def _off(spans: Sequence[Span], a: int, b: int, row: Span, height: float, *, at_top: bool) -> float:
    if at_top:
        return abs(sum(spans[a]) - sum(row)) / 2 / height
    return abs((spans[a][0] + spans[b - 1][1]) - sum(row)) / 2 / height


def _best(spans: Sequence[Span], rows: Sequence[Span], height: float, step: float, *, at_top: bool) -> _Shared:
    """The cheapest way to give each row some lines in a run, in their order."""
    count = len(spans)
    # costs[j]: the first rows are served, the first j lines are given away or left out.
    costs = [j * _LEFT_OUT for j in range(count + 1)]
    ways: list[tuple[tuple[int, int], ...]] = [() for _ in range(count + 1)]
    for row in rows:
        new_costs = [cost + _EMPTY for cost in costs]
        new_ways = [(*ways[j], (j, j)) for j in range(count + 1)]
        for a in range(count):
            wide = 0.0
            for b in range(a + 1, min(count, a + _MOST_LINES) + 1):
                if b - a > 1 and (sum(spans[b - 1]) - sum(spans[b - 2])) / 2 > 1.35 * step + 0.1 * height:
                    wide += _WIDE_STEP
                cost = costs[a] + _off(spans, a, b, row, height, at_top=at_top) + wide
                if cost < new_costs[b]:
                    new_costs[b], new_ways[b] = cost, (*ways[a], (a, b))
        for j in range(1, count + 1):
            if new_costs[j - 1] + _LEFT_OUT < new_costs[j]:
                new_costs[j], new_ways[j] = new_costs[j - 1] + _LEFT_OUT, new_ways[j - 1]
        costs, ways = new_costs, new_ways
    return _Shared(costs[count], ways[count])
