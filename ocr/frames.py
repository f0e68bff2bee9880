"""A frame of ornaments: circles or flowers down a face's margins, each of which the detector takes for a line.

Owns what tells them from print by their places alone. It must not know what they were read as.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from certificate.geometry import Box

# An ornament is at most so wide, in its own heights, and so high, in heights of the face.
_WIDEST, _HIGHEST = 1.9, 0.025
# So many stand above each other over so much of the face's height, so closely (in their own heights): rows of a long
# table stand further apart, and over less of it.
_FEWEST, _LEAST_SPAN, _CLOSELY = 20, 0.5, 1.9
# Their middles are off by so much of their width, and so few lines of print lie further out.
_OFF, _FURTHER_OUT = 0.5, 0.02


def ornaments(boxes: Sequence[Box], height: int) -> set[int]:
    """Which of a face's lines are ornaments of a frame down its margins; ``height`` is the face's, in pixels."""
    small = [
        at for at, box in enumerate(boxes) if box.width <= _WIDEST * box.height and box.height <= _HIGHEST * height
    ]
    found: set[int] = set()
    left = sorted(small, key=lambda at: boxes[at].left + boxes[at].right)
    while len(left) >= _FEWEST:
        column = _column(boxes, left)
        if len(column) >= _FEWEST and _is_dense([boxes[at] for at in column], height):
            found |= set(column)
        left = left[len(column) :]
    return {at for at in found if _is_outermost(boxes, at, found)}


def _column(boxes: Sequence[Box], ordered: Sequence[int]) -> list[int]:
    """Those, from the first on, whose middles stand above each other."""
    first = boxes[ordered[0]]
    width = float(np.median([boxes[at].width for at in ordered[:_FEWEST]]))
    reach = first.left + first.right + 2 * 2 * _OFF * width
    return [at for at in ordered if boxes[at].left + boxes[at].right <= reach]


def _is_dense(column: Sequence[Box], height: int) -> bool:
    span = max(box.bottom for box in column) - min(box.top for box in column)
    usual = float(np.median([box.height for box in column]))
    return span >= _LEAST_SPAN * height and span <= _CLOSELY * usual * len(column)


def _is_outermost(boxes: Sequence[Box], at: int, found: set[int]) -> bool:
    """Whether hardly any print stands beyond an ornament on the left, or on the right."""
    others = [box for number, box in enumerate(boxes) if number not in found]
    few = _FURTHER_OUT * len(others) + 1
    return (
        sum(box.right < boxes[at].left for box in others) <= few
        or sum(box.left > boxes[at].right for box in others) <= few
    )


__all__ = ["ornaments"]
