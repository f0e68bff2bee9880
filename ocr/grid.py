"""The cells of a ruled table: the spaces that rules enclose, each in its row and column.

Owns how cells make rows and columns, also where some span others; it must not know how rules are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from certificate.geometry import Box
from ocr.engines.images import Pixels

# Cells of a row overlap by so much of the higher one, and begin within so many pixels of the small copy.
_SAME_ROW, _STEP_PX = 0.6, 6


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: its place and its cells, each with row and column (from 0) of its top left corner."""

    box: Box
    cells: tuple[tuple[Box, int, int], ...]

    def rows_of(self, row: int, column: int) -> int:
        """Over how many rows a cell runs, its own with it: those of which a cell's middle lies beside it."""
        own = next(box for box, *place in self.cells if place == [row, column])
        beside = {other for box, other, _ in self.cells if own.top <= (box.top + box.bottom) / 2 < own.bottom}
        return len({other for other in beside if other >= row})


def cells_in(grid: Pixels, least: int) -> list[tuple[int, int, int, int]]:
    """The empty spaces that the rules enclose: left, top, right, bottom in the grid's own pixels."""
    closed = cv2.morphologyEx(grid, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    inside = cv2.copyMakeBorder(cv2.bitwise_not(closed), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=255)
    count, _, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    whole = grid.shape[0] * grid.shape[1]
    cells = []
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        touches = left == 0 or top == 0 or left + width == inside.shape[1] or top + height == inside.shape[0]
        boxy = area > 0.8 * width * height
        if touches or not boxy or width < least or height < least or area > 0.95 * whole:
            continue
        cells.append((left - 1, top - 1, left - 1 + width, top - 1 + height))
    return cells


def table_of(cells: list[tuple[int, int, int, int]], left: int, top: int, scale: float) -> Table:
    rows = _chains(cells, along=0)
    columns = _chains(cells, along=1)
    placed = []
    for index in sorted(range(len(cells)), key=lambda index: (rows[index], columns[index])):
        x0, y0, x1, y1 = cells[index]
        box = Box(
            round((x0 + left) / scale), round((y0 + top) / scale), round((x1 + left) / scale), round((y1 + top) / scale)
        )
        placed.append((box, rows[index], columns[index]))
    bounds = placed[0][0]
    for box, _, _ in placed[1:]:
        bounds = bounds.union(box)
    return Table(bounds, tuple(placed))


def _white_between(cell: tuple[int, int, int, int], other: tuple[int, int, int, int], along: int) -> int:
    """The white (px) between two cells in a direction; negative where they overlap."""
    return max(cell[along], other[along]) - min(cell[along + 2], other[along + 2])


def _beside(
    cells: Sequence[tuple[int, int, int, int]], cell: tuple[int, int, int, int], along: int
) -> tuple[frozenset[int], frozenset[int]]:
    """Which cells lie beside a cell, before and behind it, with their middles within it."""
    across = 1 - along
    middles = [(other[across] + other[across + 2]) / 2 for other in cells]
    near = [
        n
        for n, other in enumerate(cells)
        if abs(_white_between(cell, other, along)) < 2 * _STEP_PX and cell[across] <= middles[n] < cell[across + 2]
    ]
    before = frozenset(n for n in near if cells[n][along] < cell[along])
    return before, frozenset(near) - before


def _chains(cells: list[tuple[int, int, int, int]], *, along: int) -> list[int]:
    """The row of each cell (``along`` 0) or its column (1), counted from 0.

    Cells side by side that are about as high are of one row; so rows are followed from cell to cell, also where the
    sheet lay askew or bent before the camera. A cell that spans several is of the one its beginning stands in.
    """
    across = 1 - along
    group = list(range(len(cells)))
    beside = [_beside(cells, cell, along) for cell in cells]
    for one, cell in enumerate(cells):
        size = cell[across + 2] - cell[across]
        for two, other in enumerate(cells[:one]):
            shared = min(cell[across + 2], other[across + 2]) - max(cell[across], other[across])
            alike = shared > _SAME_ROW * max(size, other[across + 2] - other[across])
            spans_more = any(one in side and len(side) > 1 for side in beside[two]) or any(
                two in side and len(side) > 1 for side in beside[one]
            )
            if (
                alike
                and _white_between(cell, other, along) < 2 * _STEP_PX
                and not spans_more
                and group[one] != group[two]
            ):
                old, new = group[one], group[two]
                group = [new if name == old else name for name in group]
    starts = {name: [cells[i][across] for i, own in enumerate(group) if own == name] for name in set(group)}
    # Groups that begin at one height are one: the cells between them could not be closed, or span others.
    order: dict[int, int] = {}
    last, number = -10.0 * _STEP_PX, -1
    for name in sorted(starts, key=lambda name: sum(starts[name]) / len(starts[name])):
        mean = sum(starts[name]) / len(starts[name])
        if mean - last > _STEP_PX:
            number += 1
        order[name], last = number, mean
    return [order[name] for name in group]
