"""How far rows of print lie from level: the angle at which a page's ink, summed row by row, changes most sharply.

The search is TrueOCR's (Apache-2.0); turning the few pixels that are ink instead of the whole picture takes it a third
of the time. Owns one number; it must not know what is done about it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.images import Pixels, as_pixels, averaged, numbered

# Angles are tried on a small copy first, then about the best of them on a larger one.
_SIDE_PX = 800
_MOST_DEG, _STEP_DEG = 45.0, 2.0
_BEST_KEPT = 2
# Fainter than this, of 255, is what flattening left of the paper.
_FAINT = 24
_BLANK_INK = 0.003
# Scanners skew by less; and beyond it words are asked apart, where there are some, and heeded when they say otherwise.
_USUAL_DEG, _FEW_WORDS, _APART_DEG = 3.0, 0.001, 1.5
# Angles at which a sheet that was straightened is looked at.
_NEARLY_LEVEL_DEG = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
# A word is at most so high, and twice as wide.
_WORD_PX = 40


def find_skew_deg(grey: Pixels) -> float:
    """Degrees counter-clockwise that make the text rows level, within 45 either way, to a tenth; 0 on blank paper."""
    fine = _ink(grey, _SIDE_PX)
    if fine.mean() < _BLANK_INK * 255:
        return 0.0
    found = _sharpest(_ink(grey, _SIDE_PX // 2), fine)
    if abs(found) <= _USUAL_DEG:
        return found
    # A sketch's long edges may outweigh the few rows of print on its page.
    words = _without_long_strokes(fine)
    if words.mean() < _FEW_WORDS * 255:
        return found
    by_words = _sharpest(words, words)
    return by_words if abs(by_words - found) > _APART_DEG else found


def evenness(grey: Pixels) -> float:
    """How sharply lines of print follow each other, across or down, for what ink there is; more is evener."""
    ink = _ink(grey, _SIDE_PX)
    both = (_Rows(ink), _Rows(as_pixels(np.rot90(ink))))
    sharpest = max(rows.sharpness(angle) for rows in both for angle in _NEARLY_LEVEL_DEG)
    return sharpest / max(1.0, float(ink.sum(dtype=np.float64)) ** 2)


def _without_long_strokes(ink: Pixels) -> Pixels:
    """The ink without what hangs together over a greater length than words do: rules, frames, edges of a sketch."""
    labels, stats = numbered(as_pixels((ink > _FAINT) * 1))
    is_word = (stats[:, cv2.CC_STAT_WIDTH] <= 2 * _WORD_PX) & (stats[:, cv2.CC_STAT_HEIGHT] <= _WORD_PX)
    is_word[0] = False
    return as_pixels(np.where(is_word[labels], ink, 0))


def _sharpest(small: Pixels, fine: Pixels) -> float:
    coarse, rows = _Rows(small), _Rows(fine)
    grid = np.arange(-_MOST_DEG, _MOST_DEG + 1e-6, _STEP_DEG)
    scores = [coarse.sharpness(angle) for angle in grid]
    starts = {0.0, *(float(grid[index]) for index in np.argsort(scores)[-_BEST_KEPT:])}
    near = {angle for start in starts for angle in np.arange(start - _STEP_DEG, start + _STEP_DEG + 1e-6, 0.5)}
    best = max(sorted(near), key=rows.sharpness)
    return float(max(np.arange(best - 0.5, best + 0.5 + 1e-6, 0.1), key=rows.sharpness))


def _ink(grey: Pixels, side_px: int) -> Pixels:
    """The picture shrunk to ``side_px``, 255 where there is ink."""
    height, width = grey.shape
    scale = side_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return as_pixels(255 - averaged(grey, size))


class _Rows:
    """The ink of a picture, to be summed along rows of any tilt."""

    def __init__(self, ink: Pixels) -> None:
        height, width = ink.shape
        y, x = np.nonzero(ink > _FAINT)
        self._weight = ink[y, x].astype(np.float64)
        # From the middle of the picture in whole pixels, so that level rows stay whole.
        self._y: NDArray[np.float64] = (y - height // 2).astype(np.float64)
        self._x: NDArray[np.float64] = (x - width // 2).astype(np.float64)
        self._middle = (int(np.hypot(height, width)) + 4) // 2
        # A dark margin ends with the picture; only what changes within it counts.
        first = self._middle - height // 2
        self._inside = slice(first, first + height)

    def sharpness(self, angle_deg: float) -> float:
        """How sharply the rows' ink changes from one to the next when they are turned by ``angle_deg``."""
        turn = np.deg2rad(angle_deg)
        at = self._y * np.cos(turn) - self._x * np.sin(turn) + self._middle
        row = at.astype(np.intp)
        lower = (at - row) * self._weight
        rows = 2 * self._middle + 2
        sums = np.bincount(row, self._weight - lower, rows) + np.bincount(row + 1, lower, rows)
        change = np.diff(sums[self._inside])
        return float(change @ change)
