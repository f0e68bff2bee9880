"""Lines at the foot of a face that the detector missed: rows of letters, found by their shapes.

On black and white scans what is left of the paper's pattern hides a serial number that stands alone at the foot; looked
at closely, the detector finds it. Owns where to look closely. It must not know what stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from certificate.geometry import Box, bounding_box
from ocr.engines.images import Pixels, as_pixels
from ocr.engines.trueocr import FoundLine, TrueOcrEngine

# The foot begins here; letters there are so high, in heights of the face.
_FOOT = 0.82
_LEAST_LETTER, _MOST_LETTER = 0.008, 0.03
# In their own heights: how wide letters are, how far apart, how unlike in height and place; how much of them is ink.
_NARROWEST, _WIDEST, _APART, _UNLIKE = 0.12, 1.3, 2.0, 0.25
_LEAST_INK = 0.2
_FEWEST_LETTERS = 6
_AROUND = 2.0
_DARK = 140


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


def _letters(grey: Pixels, found: Sequence[Box]) -> list[Box]:
    height = grey.shape[0]
    top = round(_FOOT * height)
    foot = grey[top:]
    if not foot.size:
        return []
    _, _, stats, _ = cv2.connectedComponentsWithStats(as_pixels((foot < _DARK) * 1), connectivity=8)
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
