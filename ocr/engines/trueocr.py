"""TrueOCR (Apache-2.0, ONNX): finds text lines, turns pages upright and reads printed Vietnamese.

The only module that names ``trueocr``. Its models are loaded once per process by ``shared_engine``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import trueocr
from numpy.typing import NDArray
from trueocr.page import VERTICAL, PageEngine, orient_input
from trueocr.recognizer import Recognizer

from certificate.errors import EngineMissing

Pixels = NDArray[np.uint8]


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
        return [FoundLine(*(float(value) for value in row)) for row in self._page.detect(grey)]

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


@cache
def shared_engine() -> TrueOcrEngine:
    """The one engine of this process; its models take 50 ms to load."""
    return TrueOcrEngine()
