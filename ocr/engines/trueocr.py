"""TrueOCR (Apache-2.0, ONNX): finds text lines, turns pages upright and reads printed Vietnamese.

The only module that names ``trueocr``. Its models are loaded once per process by ``shared_engine``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import trueocr
from numpy.typing import NDArray
from trueocr.page import (
    ADAPTIVE_MAX_SIDE,
    ADAPTIVE_MIN_H,
    ADAPTIVE_TARGET_H,
    CORE_X_SHRINK,
    OUT_STRIDE,
    VERTICAL,
    PageEngine,
    det_input,
    orient_input,
)
from trueocr.recognizer import Recognizer

from certificate.errors import EngineMissing
from ocr.engines.images import Pixels

# So many lines tell how high lines are, and so many pixels are a line's core.
_LINES_THAT_TELL = 8
_LEAST_CORE = 2


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A text line as the detector sees it: edges in pixels (not whole ones) and its score (0.0-1.0)."""

    left: float
    top: float
    right: float
    bottom: float
    score: float


class TrueOcrEngine:
    """The models of TrueOCR, one thread each."""

    def __init__(self) -> None:
        models = Path(trueocr.__file__).parent / "models"
        try:
            self._page = PageEngine(models, threads=1)
            self._recognizer = Recognizer(models, threads=1)
        except (FileNotFoundError, RuntimeError) as error:
            raise EngineMissing("trueocr models") from error

    def find_lines(self, grey: Pixels) -> list[FoundLine]:
        """Text lines of an upright grey page, in no order."""
        found, scale = self._detect(grey, self._page.long_side)
        if len(found) >= _LINES_THAT_TELL:
            height = float(np.median(found[:, 3] - found[:, 1]))
            finer = int(min(ADAPTIVE_MAX_SIDE, self._page.long_side * ADAPTIVE_TARGET_H / max(height, 1.0))) // 32 * 32
            if height < ADAPTIVE_MIN_H and finer > self._page.long_side:
                found, scale = self._detect(grey, finer)
        edges = found[:, :4] / scale
        for side, end in ((0, 1), (1, 0), (2, 1), (3, 0)):
            edges[:, side] = edges[:, side].clip(0, grey.shape[end])
        return [
            FoundLine(float(left), float(top), float(right), float(bottom), float(score))
            for (left, top, right, bottom), score in zip(edges, found[:, 4], strict=True)
        ]

    def _detect(self, grey: Pixels, long_side: int) -> tuple[NDArray[np.float32], float]:
        """Lines as left, top, right, bottom, score at the detector's scale, and that scale."""
        ink, scale = det_input(grey, long_side)
        (seen,) = self.detector_output(ink)
        return find_line_boxes(seen), scale

    def detector_output(self, ink: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the detector gives for one map of ink, ``[1, 3, rows, columns]``: see ``find_line_boxes``."""
        seen: NDArray[np.float32] = self._page.det.run(None, {"x": ink[None, None]})[0]
        return seen

    def quarter_turns(self, grey: Pixels) -> tuple[int, float]:
        """How many quarter turns counter-clockwise the content is turned by (0-3), and how sure that is (0.0-1.0)."""
        likely = self._page.orient.run(None, {"x": orient_input(grey)[None, None]})[0][0][:VERTICAL]
        best = int(np.argmax(likely))
        return best, float(likely[best])

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Text and mean peak probability of each grey line crop; the crop ends at the line's own edges."""
        if not crops:
            return []
        return [(str(p.text), float(p.confidence)) for p in self._recognizer.predict(list(crops))]


def find_line_boxes(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """The lines in what the detector gives for a page, ``[lines, 5]``: left, top, right, bottom, score.

    It gives three maps: how likely a pixel is of a line's core (a logit), and how far its line's top and bottom are.
    TrueOCR's ``decode_lines`` for the core's pixels alone, in a third of its time.
    """
    core = seen[0] > 0.0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core.view(np.uint8), connectivity=4)
    rows, _ = np.nonzero(core)
    line = labels[core]
    likely = 1.0 / (1.0 + np.exp(-seen[0][core]))
    middle = (rows + 0.5) * OUT_STRIDE
    weight = np.maximum(np.bincount(line, minlength=count), 1)
    top, bottom, score = (
        np.bincount(line, values, count) / weight for values in (middle - seen[1][core], middle + seen[2][core], likely)
    )
    beside = CORE_X_SHRINK * np.maximum(1.0, bottom - top)
    left = stats[:, cv2.CC_STAT_LEFT] * OUT_STRIDE - beside
    right = (stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH]) * OUT_STRIDE + beside
    found = np.column_stack([left, top, right, bottom, score]).astype(np.float32)
    kept: NDArray[np.float32] = found[1:][stats[1:, cv2.CC_STAT_AREA] >= _LEAST_CORE]
    return kept


@cache
def shared_engine() -> TrueOcrEngine:
    """The one engine of this process; its models take 50 ms to load."""
    return TrueOcrEngine()
