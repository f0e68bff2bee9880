"""TrueOCR (Apache-2.0, ONNX): finds text lines, turns pages upright and reads printed Vietnamese.

The only module that names ``trueocr``. Its models are loaded once per process by ``shared_engine``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import trueocr
from numpy.typing import NDArray
from trueocr.page import (
    ADAPTIVE_MAX_SIDE,
    ADAPTIVE_MIN_H,
    ADAPTIVE_TARGET_H,
    VERTICAL,
    decode_lines,
    det_input,
    orient_input,
)
from trueocr.recognizer import Recognizer, session

from certificate.errors import EngineMissing
from certificate.text import PLAIN_DASHES
from ocr.engines.heap import give_back

Pixels = NDArray[np.uint8]

# Of fewer lines TrueOCR does not judge how small the print is.
_LINES_TO_JUDGE_BY = 8


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A text line as the detector sees it: edges in pixels (not whole ones) and its score (0.0-1.0)."""

    left: float
    top: float
    right: float
    bottom: float
    score: float


class TrueOcrEngine:
    """The models of TrueOCR, one thread each; that of the reading order, half of what would be loaded, is left out."""

    def __init__(self) -> None:
        models = Path(trueocr.__file__).parent / "models"
        try:
            self._side_px = int(json.loads((models / "meta.json").read_text(encoding="utf-8"))["det_long_side"])
            self._detector = session(models / "det.onnx", 1)
            self._orienter = session(models / "orient.onnx", 1)
            self._recognizer = Recognizer(models, threads=1)
        except (FileNotFoundError, RuntimeError) as error:
            raise EngineMissing("trueocr models") from error

    def find_lines(self, grey: Pixels) -> list[FoundLine]:
        """Text lines of an upright grey page, in no order; small print is looked at again from nearer."""
        # The detector takes more memory than any other stage, right after the pictures were made.
        give_back()
        rows, scale = self._rows(grey, self._side_px)
        if len(rows) >= _LINES_TO_JUDGE_BY:
            height_px = float(np.median(rows[:, 3] - rows[:, 1]))
            nearer_px = int(min(ADAPTIVE_MAX_SIDE, self._side_px * ADAPTIVE_TARGET_H / max(height_px, 1.0))) // 32 * 32
            if height_px < ADAPTIVE_MIN_H and nearer_px > self._side_px:
                rows, scale = self._rows(grey, nearer_px)
        return _in_picture(rows, scale, grey)

    def glimpse_lines(self, grey: Pixels, side_px: int) -> list[FoundLine]:
        """Text lines of a part of a page, seen with its longer side ``side_px`` long, in no order."""
        return _in_picture(*self._rows(grey, side_px), grey)

    def _rows(self, grey: Pixels, side_px: int) -> tuple[NDArray[np.float32], float]:
        """Left, top, right, bottom and score of each line in the detector's pixels, and its scale to the picture's."""
        seen, scale = det_input(grey, side_px)
        return decode_lines(self._detector.run(None, {"x": seen[None, None]})[0][0]), scale

    def quarter_turns(self, grey: Pixels) -> tuple[int, float]:
        """How many quarter turns counter-clockwise the content is turned by (0-3), and how sure that is (0.0-1.0)."""
        likely = self._orienter.run(None, {"x": orient_input(grey)[None, None]})[0][0][:VERTICAL]
        best = int(np.argmax(likely))
        return best, float(likely[best])

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Text and mean peak probability of each grey line crop; the crop ends at the line's own edges."""
        if not crops:
            return []
        return [
            (str(p.text).translate(PLAIN_DASHES), float(p.confidence)) for p in self._recognizer.predict(list(crops))
        ]


def _in_picture(rows: NDArray[np.float32], scale: float, grey: Pixels) -> list[FoundLine]:
    height, width = grey.shape
    rows[:, :4] /= scale
    rows[:, [0, 2]] = rows[:, [0, 2]].clip(0, width)
    rows[:, [1, 3]] = rows[:, [1, 3]].clip(0, height)
    return [FoundLine(*(float(value) for value in row)) for row in rows]


@cache
def shared_engine() -> TrueOcrEngine:
    """The one engine of this process; its models take 50 ms to load."""
    return TrueOcrEngine()
