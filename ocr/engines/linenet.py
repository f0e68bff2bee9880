"""LineNet: the project's own reader of printed Vietnamese lines (ONNX, 5 MB), with a probability for every letter.

It grew out of TrueOCR's line model (Apache-2.0) by a branch that sees the line at twice the resolution, and was trained
on drawn lines only: ``samples/lines``. See ``docs/decisions/0005-own-line-reader.md``. The only module that runs it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from certificate.errors import EngineMissing
from certificate.geometry import Box
from certificate.text import PLAIN_DASHES
from ocr.engines.images import Pixels, as_pixels
from ocr.engines.spelling import Steps

# The model's picture of a line: three line heights, the padded line (1.4 times its box) in the middle one.
CANVAS_HEIGHT_PX = 192
_HEIGHTS_SEEN = 4.2
_PAD_BESIDE = 0.3
_STEP_PX = 8
# Where the darkest and the lightest point of a box differ by less, there is paper and no print.
_LEAST_CONTRAST = 24
_WIDEST_PX = 4096
_BLANK = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as read: how sure (0.0-1.0), and where its middle lies, in pixels of the picture it was cut from."""

    text: str
    probability: float
    x_px: float


@dataclass(frozen=True, slots=True)
class LineRead:
    """A line as read: single spaces, NFC. ``letters`` spell ``text`` one by one, spaces included."""

    letters: tuple[Letter, ...]

    @property
    def text(self) -> str:
        return "".join(letter.text for letter in self.letters)

    @property
    def confidence(self) -> float:
        """The mean probability of the letters; 0 when there are none."""
        return sum(letter.probability for letter in self.letters) / len(self.letters) if self.letters else 0.0


class LineNetEngine:
    """A model of this make by its name (``ocr/data/NAME.onnx``, its letters in ``NAME.json``), on one thread."""

    def __init__(self, name: str = "linenet") -> None:
        data = resources.files("ocr").joinpath("data")
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Batches of changing shape make the arena grow and gain nothing by it.
        options.enable_cpu_mem_arena = False
        try:
            model = data.joinpath(f"{name}.onnx").read_bytes()
            self._letters: str = json.loads(data.joinpath(f"{name}.json").read_text(encoding="utf-8"))["letters"]
            self._spelt = [unicodedata.normalize("NFC", letter).translate(PLAIN_DASHES) for letter in self._letters]
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except (OSError, RuntimeError) as error:
            raise EngineMissing(f"{name} model") from error

    def read(self, lines: Sequence[tuple[Pixels, Box]]) -> list[LineRead]:
        """Read lines, each given as a grey picture (0 = ink) and the line's box in it.

        One at a time: what a long line works on fills the processor's cache, and what is read together must be padded.
        """
        found: list[LineRead] = [LineRead(())] * len(lines)
        for index, (grey, box) in enumerate(lines):
            if not _holds_print(grey, box):
                continue
            canvas = _canvas(grey, box)
            left, across = _origin(box, canvas.shape[1])
            found[index] = self._spell(self._run(canvas), left, across)
        return found

    def look(self, lines: Sequence[tuple[Pixels, Box]]) -> list[tuple[LineRead, Steps]]:
        """A few lines read as ``read`` does, each with how likely every letter is at every step along it."""
        found = []
        for grey, box in lines:
            canvas = _canvas(grey, box)
            left, across = _origin(box, canvas.shape[1])
            steps = self._run(canvas)
            spelt = self._spell(steps, left, across) if _holds_print(grey, box) else LineRead(())
            found.append((spelt, Steps(steps, self._letters)))
        return found

    def _run(self, canvas: Pixels) -> NDArray[np.float32]:
        """The probability of every letter at every step, ``[steps, letters]``."""
        width = canvas.shape[1]
        ink = np.zeros((1, 1, CANVAS_HEIGHT_PX, -(-width // _STEP_PX) * _STEP_PX), np.uint8)
        ink[0, 0, :, :width] = 255 - canvas
        (told,) = self._session.run(None, {"ink": ink})
        steps: NDArray[np.float32] = np.exp(told[0])
        return steps

    def _spell(self, steps: NDArray[np.float32], left: float, across: float) -> LineRead:
        """Greedy CTC: the likeliest letter of every step, repeats and blanks dropped."""
        best = steps.argmax(axis=1)
        likely = np.take_along_axis(steps, best[:, None], axis=1)[:, 0]
        changes = np.flatnonzero(np.diff(best)) + 1
        letters: list[Letter] = []
        for start, end in pairwise([0, *changes.tolist(), len(best)]):
            if best[start] != _BLANK:
                peak = start + int(likely[start:end].argmax())
                text = self._spelt[int(best[start]) - 1]
                x_px = left + (peak + 0.5) * _STEP_PX * across
                letters.append(Letter(text, float(likely[peak]), x_px))
        return LineRead(_single_spaced(letters))


def _single_spaced(letters: Sequence[Letter]) -> tuple[Letter, ...]:
    kept: list[Letter] = []
    for letter in letters:
        if letter.text == " " and (not kept or kept[-1].text == " "):
            continue
        kept.append(letter)
    while kept and kept[-1].text == " ":
        kept.pop()
    return tuple(kept)


def _span(box: Box) -> tuple[float, float, float]:
    """Left, width and height of what the model sees around a box, in pixels of the picture."""
    height = max(1, box.height)
    left = box.left - _PAD_BESIDE * height
    return left, box.width + 2 * _PAD_BESIDE * height, _HEIGHTS_SEEN * height


def _holds_print(grey: Pixels, box: Box) -> bool:
    """Whether anything at all stands in the box."""
    inside = grey[max(0, box.top) : max(0, box.bottom), max(0, box.left) : max(0, box.right)]
    if not inside.size:
        return False
    darkest, lightest, _, _ = cv2.minMaxLoc(inside)
    return lightest - darkest >= _LEAST_CONTRAST


def _origin(box: Box, canvas_width: int) -> tuple[float, float]:
    left, width, _ = _span(box)
    return left, width / canvas_width


def _canvas(grey: Pixels, box: Box) -> Pixels:
    """The line with its surroundings, 192 pixels high, white where the picture ends."""
    left, width, height = _span(box)
    top = (box.top + box.bottom) / 2 - height / 2
    x0, y0 = int(np.floor(left)), int(np.floor(top))
    x1, y1 = int(np.ceil(left + width)), int(np.ceil(top + height))
    inside = grey[max(0, y0) : min(grey.shape[0], y1), max(0, x0) : min(grey.shape[1], x1)]
    part = inside
    if inside.shape != (y1 - y0, x1 - x0):
        part = np.full((y1 - y0, x1 - x0), 255, np.uint8)
        part[max(0, -y0) : max(0, -y0) + inside.shape[0], max(0, -x0) : max(0, -x0) + inside.shape[1]] = inside
    scale = CANVAS_HEIGHT_PX / part.shape[0]
    size = (min(_WIDEST_PX, max(48, round(part.shape[1] * scale))), CANVAS_HEIGHT_PX)
    return as_pixels(cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR))


@cache
def shared_linenet() -> LineNetEngine:
    """The one engine of this process."""
    return LineNetEngine()


@cache
def shared_twin() -> LineNetEngine:
    """LineNet's twin: the same network, trained otherwise, so that it slips elsewhere (docs/decisions/0020)."""
    return LineNetEngine("twin")
