"""Dotted lines that forms are filled in on: their dots are taken away, so that they do not run into the print.

A typewriter or a printer sets the values over the dots or just above them, and readers take the dots between two words
for points and commas. Owns what tells the dots of such a line from points: their number, their like size and their even
pitch. A dot that stands on the baseline between two letters may be a decimal point and stays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.images import Pixels, as_pixels, halved, numbered

Ints = NDArray[np.int32]

_INK, _PALE_INK = 150, 190
# So high a face is looked at in half of its resolution first.
_LARGE = 2600
# A dot is at most so high, as a part of the face's height, and fills its box so well.
_HIGHEST, _LEAST_FILLED = 0.0028, 0.5
# So many dots in a row, most of them next to each other, make a dotted line; so many may be hidden behind a letter.
_FEWEST, _MOST_HIDDEN, _LEAST_BESIDE = 14, 6, 0.6
# In pitches: how far a dot may be off its place. In dots: how far the next one may be.
_OFF, _FURTHEST = 0.16, 4.5
# In dots: how much one may differ in size and in height on the face.
_LIKE = 0.25
# In letters' heights: how near the letters beside a decimal point are; in dots: how far its foot is off theirs.
_NEAR, _FOOT = 0.6, 0.4


class _Parts(NamedTuple):
    """Pieces of ink: the columns of OpenCV's statistics, one row a piece."""

    left: Ints
    top: Ints
    width: Ints
    height: Ints
    area: Ints


def dotted_lines(flat: Pixels) -> Pixels | None:
    """The mask (0 or 255) of the dots of dotted lines on a flattened face; ``None`` where there are none."""
    # Whether a large face has any is seen on half of the pixels each way, where dots are paler.
    if flat.shape[0] > _LARGE and not len(_lined_dots(halved(flat), _PALE_INK)[0]):
        return None
    dots, parts, labels = _lined_dots(flat, _INK)
    found = dots[~_are_points(dots, np.flatnonzero(parts.height > 2 * _highest(flat)), parts)]
    if not len(found):
        return None
    table = np.zeros(len(parts.left), np.uint8)
    table[found] = 255
    return np.asarray(cv2.dilate(table[labels], np.ones((3, 3), np.uint8)), dtype=np.uint8)


def _highest(flat: Pixels) -> int:
    return max(3, round(_HIGHEST * len(flat)))


def _lined_dots(flat: Pixels, ink: int) -> tuple[NDArray[np.intp], _Parts, NDArray[np.integer[Any]]]:
    """The pieces of ink that are dots of dotted lines, all pieces, and the picture of their numbers."""
    labels, stats = numbered(as_pixels(cv2.inRange(flat, 0, ink)))
    parts = _Parts(*(stats[:, column].copy() for column in range(5)))
    small = (parts.width <= _highest(flat)) & (parts.height <= _highest(flat)) & (parts.area >= 2)
    filled = parts.area >= _LEAST_FILLED * parts.width * parts.height
    dots = np.flatnonzero(small & filled)
    return _in_lines(dots, parts, _highest(flat)), parts, labels


def _in_lines(dots: NDArray[np.intp], parts: _Parts, highest: int) -> NDArray[np.intp]:
    """Those of the dots that stand in a dotted line; a line that leans passes from one band to the next."""
    band = max(3, highest)
    middle = parts.top[dots] * 2 + parts.height[dots]
    kept = np.zeros(len(dots), dtype=bool)
    for shift in (0, band):
        rows = (middle + shift) // (2 * band)
        order = np.lexsort((parts.left[dots], rows))
        edges = np.flatnonzero(np.diff(rows[order])) + 1
        for members in np.split(order, edges):
            if len(members) >= _FEWEST:
                kept[members] |= _even(parts.left[dots[members]] * 2 + parts.width[dots[members]], parts, dots[members])
    return dots[kept]


def _even(middles: Ints, parts: _Parts, dots: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which dots of a band, from left to right, follow each other at an even pitch; ``middles`` are doubled.

    A dot between two places of the pitch is none of the line's: a mark under a letter, the foot of a colon.
    """
    gaps = np.diff(middles) / 2
    usual = float(np.median(parts.width[dots]))
    near = gaps[(gaps > usual) & (gaps <= _FURTHEST * usual)]
    kept = np.zeros(len(middles), dtype=bool)
    if len(near) < _FEWEST // 2:
        return kept
    at, pitch = [float(middle) / 2 for middle in middles], float(np.median(near))
    for start in range(len(at)):
        if kept[start]:
            continue
        chain, beside = _chain(at, start, pitch)
        if len(chain) >= _FEWEST and beside >= _LEAST_BESIDE * (len(chain) - 1):
            kept[_alike(np.array(chain), parts, dots)] = True
    return kept


def _chain(at: Sequence[float], start: int, pitch: float) -> tuple[list[int], int]:
    """The dots from ``start`` on that stand whole pitches apart, and how many of them stand right beside another."""
    chain, beside, steps = [start], 0, 0
    while True:
        reach = _OFF * pitch
        for step in range(1, _MOST_HIDDEN + 1):
            place = at[chain[-1]] + step * pitch
            near = range(bisect_left(at, place - reach, chain[-1] + 1), bisect_right(at, place + reach))
            if near:
                break
        else:
            return chain, beside
        chain.append(min(near, key=lambda one: abs(at[one] - place)))
        steps, beside = steps + step, beside + (step == 1)
        if steps >= _FEWEST // 2:
            pitch = (at[chain[-1]] - at[start]) / steps


def _alike(chain: NDArray[np.intp], parts: _Parts, dots: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of a chain that are as large and as high up as most of it: a mark that hides a dot is larger."""
    told = np.ones(len(chain), dtype=bool)
    size = float(np.median(parts.height[dots[chain]]))
    for values, allowed in (
        (parts.height[dots[chain]], _LIKE * size + 0.5),
        (parts.width[dots[chain]], _LIKE * size + 0.5),
        (parts.top[dots[chain]] + parts.height[dots[chain]] / 2, _LIKE * size + 0.5),
    ):
        told &= np.abs(values - np.median(values)) <= allowed
    return chain[told]


def _are_points(dots: NDArray[np.intp], letters: NDArray[np.intp], parts: _Parts) -> NDArray[np.bool_]:
    """Which dots stand on the baseline close between two letters, as a decimal point does."""
    told = np.zeros(len(dots), dtype=bool)
    feet = parts.top + parts.height
    letters = letters[np.argsort(feet[letters], kind="stable")]
    for foot in np.unique(feet[dots]):
        here = np.flatnonzero(feet[dots] == foot)
        high = int(parts.height[dots[here]].max())
        off = _FOOT * high + 1
        level = letters[
            np.searchsorted(feet[letters], foot - off) : np.searchsorted(feet[letters], foot + off, "right")
        ]
        level = level[parts.height[level] < 12 * high]
        left, right = parts.left[dots[here], None], (parts.left + parts.width)[dots[here], None]
        reach = _NEAR * parts.height[level]
        before, behind = left - (parts.left + parts.width)[level], parts.left[level] - right
        told[here] = ((before >= 0) & (before < reach)).any(1) & ((behind >= 0) & (behind < reach)).any(1)
    return told


def without(flat: Pixels, dots: Pixels) -> Pixels:
    """The face with the dots made paper."""
    cleared = flat.copy()
    cleared[dots > 0] = 255
    return cleared
