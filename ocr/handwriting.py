"""Telling handwriting from print, line by line: cheap measures, no model.

Owns one number per line. Print has letters of few heights on one baseline, strokes of one width, and two readers that
agree; handwriting has none of these.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from certificate.text import strip_accents
from ocr.recognise import Reading

Pixels = NDArray[np.uint8]


def handwritten(line: Pixels, first: Reading, second: Reading) -> float:
    """How likely a line is handwritten, 0.0-1.0."""
    bare = strip_accents(first.text).casefold(), strip_accents(second.text).casefold()
    apart = Levenshtein.normalized_distance(bare[0].replace(" ", ""), bare[1].replace(" ", ""))
    unsure = 1.0 - min(1.0, (first.confidence + second.confidence) / 2)
    score = 1.4 * apart + 1.2 * max(0.0, unsure - 0.15) + 0.5 * stroke_unevenness(line) - 0.45
    return float(np.clip(score, 0.0, 1.0))


def stroke_unevenness(line: Pixels) -> float:
    """How much the width of strokes varies over a flattened line: 0.0 even, 1.0 wild."""
    ink = cv2.threshold(line, 150, 255, cv2.THRESH_BINARY_INV)[1]
    if cv2.countNonZero(ink) < 30:
        return 0.0
    depth = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    ridge = depth[(depth == cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 0.5)]
    if len(ridge) < 20:
        return 0.0
    return float(np.clip(np.std(ridge) / max(np.mean(ridge), 1e-6) * 1.2 - 0.2, 0.0, 1.0))
