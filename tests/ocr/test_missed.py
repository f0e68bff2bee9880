"""Rows of letters at the foot of a face that the detector did not find."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box
from ocr.engines.trueocr import FoundLine, TrueOcrEngine
from ocr.missed import missed_at_foot

Pixels = NDArray[np.uint8]
SERIAL = Box(1100, 2050, 1350, 2090)


class _Watched:
    """The detector, and what it was shown."""

    def __init__(self, engine: TrueOcrEngine) -> None:
        self._engine = engine
        self.seen: list[tuple[int, int]] = []

    def find_lines(self, grey: Pixels) -> list[FoundLine]:
        self.seen.append((grey.shape[0], grey.shape[1]))
        return self._engine.find_lines(grey)


def _face() -> Pixels:
    """A face with a serial number at its foot, specks and a long wave of the paper's pattern about it."""
    face = np.full((2200, 1550), 255, np.uint8)
    cv2.putText(face, "CK 675817", (1100, 2090), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0,), 4)
    rng = np.random.default_rng(3)
    for x, y in zip(rng.integers(0, 1550, 200), rng.integers(1700, 2200, 200), strict=True):
        if not (1060 < x < 1420 and 2020 < y < 2120):
            face[y : y + 3, x : x + 3] = 0
    for x in range(1550):
        face[1960 + round(30 * np.sin(x / 60)), x] = 0
    return face


def test_a_serial_number_at_the_foot_is_looked_at_closely(engine: TrueOcrEngine) -> None:
    """Only the part around it is shown to the detector; the line comes back in the face's pixels."""
    watched = _Watched(engine)
    (line,) = missed_at_foot(_face(), [], cast("TrueOcrEngine", watched))
    assert abs(line.left - SERIAL.left) < 15
    assert abs(line.top - SERIAL.top) < 15
    assert watched.seen[0][0] < 300


def test_what_was_found_is_not_sought_again(engine: TrueOcrEngine) -> None:
    """Nor are specks and the pattern letters."""
    watched = _Watched(engine)
    assert missed_at_foot(_face(), [Box(1090, 2040, 1400, 2100)], cast("TrueOcrEngine", watched)) == []
    assert watched.seen == []


def test_any_size_of_face(engine: TrueOcrEngine) -> None:
    """A thread or a single pixel has no foot to look at."""
    for shape in ((1, 1), (3, 900), (900, 3)):
        assert missed_at_foot(np.zeros(shape, np.uint8), [], engine) == []
