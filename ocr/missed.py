"""Lines that the detector missed: rows of letters at the foot of a face, print in cells where none was found.

On black and white scans what is left of the paper's pattern hides a serial number that stands alone at the foot; looked
at closely, the detector finds it. Short numbers in the cells of a table are missed by the column on photos; there the
ink tells. Owns where to look closely. It must not know what stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box, bounding_box
from ocr.engines.images import Pixels, as_pixels, numbered
from ocr.engines.trueocr import FoundLine, TrueOcrEngine
from ocr.grid import Table

# The foot begins here; letters there are so high, in heights of the face.
_FOOT = 0.82
_LEAST_LETTER, _MOST_LETTER = 0.008, 0.03
# In their own heights: how wide letters are, how far apart, how unlike in height and place; how much of them is ink.
_NARROWEST, _WIDEST, _APART, _UNLIKE = 0.12, 1.3, 2.0, 0.25
_LEAST_INK = 0.2
_FEWEST_LETTERS = 6
_AROUND = 2.0
_DARK = 140
# A table in which so many lines were found; in heights of a line: the rule's edge of a cell, gaps inside of a line (as
# below a mark), what is as high as one, how wide the narrowest number is, what detectors leave around print. So much of
# its box is ink.
# Tables of changes have two columns, and pens and seals in them.
_FEWEST_IN_TABLE, _FEWEST_COLUMNS = 6, 3
_EDGE, _WITHIN, _LOWEST, _HIGHEST, _NARROWEST_PRINT, _PAD = 0.15, 0.15, 0.35, 1.4, 0.25, 0.12
_LEAST_SHARE, _MOST_SHARE = 0.08, 0.7


def missed_at_foot(grey: Pixels, found: Sequence[Box], engine: TrueOcrEngine) -> list[FoundLine]:
    """Lines of a flattened face where letters stand in a row at its foot and none was found; in its pixels."""
    lines: list[FoundLine] = []
    for row in _rows(_letters(grey, found)):
        box = bounding_box(row)
        around = round(_AROUND * box.height)
        left, top = max(0, box.left - around), max(0, box.top - around)
        part = grey[top : box.bottom + around, left : box.right + around]
        lines += [
            FoundLine(line.left + left, line.top + top, line.right + left, line.bottom + top, line.score)
            for line in engine.find_lines(as_pixels(np.ascontiguousarray(part)))
            if line.bottom + top > box.top and line.top + top < box.bottom
        ]
    return lines


def missed_in_cells(grey: Pixels, found: Sequence[Box], tables: Sequence[Table]) -> list[Box]:
    """The print in cells of ruled tables in which no line was found though their rows hold some; in the face's pixels.

    Only what is a line or several, as high as the table's others.
    """
    lines: list[Box] = []
    for table in tables:
        held = {(row, column): [box for box in found if cell.holds_middle_of(box)] for cell, row, column in table.cells}
        heights = [box.height for inside in held.values() for box in inside]
        if len(heights) < _FEWEST_IN_TABLE or len({column for _, _, column in table.cells}) < _FEWEST_COLUMNS:
            continue
        usual = float(np.median(heights))
        rows = {row for (row, _), inside in held.items() if inside}
        for cell, row, column in table.cells:
            if row in rows and not held[row, column]:
                lines += _print_in(grey, cell, usual)
    return lines


def _print_in(grey: Pixels, cell: Box, usual: float) -> list[Box]:
    edge = max(3, round(_EDGE * usual))
    left, top = cell.left + edge, cell.top + edge
    inside = grey[top : cell.bottom - edge, left : cell.right - edge] < _DARK
    if not inside.size:
        return []
    found = []
    for start, end in _runs(inside.sum(axis=1) > 1, round(_WITHIN * usual)):
        columns = np.flatnonzero(inside[start:end].any(axis=0))
        if not len(columns) or not _LOWEST * usual < end - start < _HIGHEST * usual:
            continue
        width = int(columns[-1]) - int(columns[0]) + 1
        share = float(inside[start:end, columns[0] : columns[-1] + 1].mean())
        if width > _NARROWEST_PRINT * usual and _LEAST_SHARE < share < _MOST_SHARE:
            pad = max(2, round(_PAD * usual))
            found.append(
                Box(
                    max(cell.left, left + int(columns[0]) - pad),
                    max(cell.top, top + start - pad),
                    min(cell.right, left + int(columns[-1]) + 1 + pad),
                    min(cell.bottom, top + end + pad),
                )
            )
    return found


def _runs(inked: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """The runs of inked rows of pixels; gaps of so many are none."""
    rows = np.flatnonzero(inked)
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) > gap + 1)
    starts = [int(rows[0]), *(int(rows[i + 1]) for i in breaks)]
    return list(zip(starts, [*(int(rows[i]) + 1 for i in breaks), int(rows[-1]) + 1], strict=True))


def _letters(grey: Pixels, found: Sequence[Box]) -> list[Box]:
    height = grey.shape[0]
    top = round(_FOOT * height)
    foot = grey[top:]
    if not foot.size:
        return []
    _, stats = numbered(as_pixels((foot < _DARK) * 1))
    letters = []
    for left, upper, wide, high, area in np.asarray(stats[1:], np.int64).tolist():
        shaped = _NARROWEST * high <= wide <= _WIDEST * high and area >= _LEAST_INK * wide * high
        if _LEAST_LETTER * height <= high <= _MOST_LETTER * height and shaped:
            box = Box(left, top + upper, left + wide, top + upper + high)
            if not any(_overlap(box, other) for other in found):
                letters.append(box)
    return letters


def _overlap(box: Box, other: Box) -> bool:
    return box.left < other.right and other.left < box.right and box.top < other.bottom and other.top < box.bottom


def _rows(letters: Sequence[Box]) -> list[list[Box]]:
    """Letters of like height side by side, as many as a serial number has at least."""
    rows: list[list[Box]] = []
    left = sorted(letters, key=lambda box: box.left)
    while left:
        first = left[0]
        most = _UNLIKE * first.height
        like = [box for box in left if abs(box.top - first.top) <= most and abs(box.height - first.height) <= most]
        run = [first]
        for before, box in pairwise(like):
            if box.left - before.right > _APART * first.height:
                break
            run.append(box)
        if len(run) >= _FEWEST_LETTERS:
            rows.append(run)
        left = [box for box in left if box not in run]
    return rows
