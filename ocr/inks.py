"""Telling inks apart on a part of a face: the print alone, where a seal and a pen cross it.

Owns pixels only. Print is black in every colour, a seal is light in red and a ball pen in blue: what the lightest of
the colours leaves dark is print. On a grey scan the print is the darkest ink; a black and white one tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from certificate.geometry import Box
from ocr.engines.images import Pixels, as_pixels, percentiles
from ocr.flatten import local_background

# So much of the darkest in a printed line's box is the inside of its strokes.
_STROKES_PERCENT = 4.0
# Above the ink of the print, in levels of 255 below the paper: where ink ends, and where paper begins. The first keeps
# thin strokes, the second leaves nothing of a seal.
_SOFT, _HARD = (15, 140), (10, 90)
# A scan has so many pixels between ink and paper, unless it is black and white.
_BETWEEN = (60, 200)
_LEAST_BETWEEN = 0.004
# Ink that is lighter than this is no black print, and nothing can be told from it.
_LIGHTEST_PRINT = 110


def print_alone(image: Pixels, printed: Sequence[Box]) -> list[Pixels]:
    """The picture (grey or BGR, dark on light) with little but print left on it, softly and sharply; white is paper.

    ``printed`` holds boxes of lines in it that are known to be print: they tell how dark print is here. Empty where
    inks cannot be told apart.
    """
    lightest = _lightest(image)
    low, high = _BETWEEN
    if float(((lightest > low) & (lightest < high)).mean()) < _LEAST_BETWEEN:
        return []
    inside = [lightest[box.top : box.bottom, box.left : box.right] for box in printed]
    darkest = [percentiles(part, _STROKES_PERCENT)[0] for part in inside if part.size]
    if not darkest or (level := float(np.median(darkest))) > _LIGHTEST_PRINT:
        return []
    return [_between(lightest, level + ink, level + paper) for ink, paper in (_SOFT, _HARD)]


def _lightest(image: Pixels) -> Pixels:
    """How light each pixel is against its paper, in the colour that its ink takes least of."""
    channels = [image] if image.ndim == 2 else cv2.split(image)
    flat = [cv2.divide(as_pixels(one), local_background(as_pixels(one)), scale=255) for one in channels]
    found = flat[0]
    for other in flat[1:]:
        found = cv2.max(found, other)
    return as_pixels(found)


def _between(grey: Pixels, ink: float, paper: float) -> Pixels:
    """Black at ``ink`` and darker, white at ``paper`` and lighter."""
    levels = (np.arange(256, dtype=np.float32) - ink) / (paper - ink) * 255
    return as_pixels(cv2.LUT(grey, as_pixels(np.clip(levels, 0, 255))))
