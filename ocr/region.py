"""Reading one region that a person drew a box around: the same two readers and LineNet, on a picture of the face.

Runs in a reader process that keeps its models warm, so that an answer comes within a second.
"""

from __future__ import annotations

from math import ceil

import cv2

from certificate.errors import Damaged
from certificate.geometry import Box
from certificate.reading import RegionReading
from ocr.engines import tesseract
from ocr.engines.images import Pixels, decode_jpeg
from ocr.engines.linenet import shared_linenet, shared_twin
from ocr.engines.trueocr import shared_engine
from ocr.flatten import flatten, flatten_without_red, red_mask
from ocr.options import ReadOptions
from ocr.reading import crop_line
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, TWIN

# Paper around the box that flattening needs to tell ink from ground.
_AROUND_PX = 60
_LEAST_PX = 6
# A box that is not much taller than a line is one line, however badly it was drawn.
_ONE_LINE_UP_TO_PX = 70
_MOST_LINES = 12
# More red than this in the box is a seal over print, not a speck.
_SEAL_RED = 0.02
_TESSERACT_PATIENCE_S = 5.0


def read_region(data: bytes, source: str, options: ReadOptions | None = None) -> RegionReading:
    """What each reader reads in a box of a face; ``source`` is the box as ``left,top,right,bottom`` in pixels.

    An empty reading means that there is no print. Raises ``Damaged`` for a picture or a box that makes no sense.
    """
    options = options or ReadOptions()
    cv2.setNumThreads(1)
    try:
        box = Box(*(int(part) for part in source.split(",")))
    except (TypeError, ValueError) as error:
        raise Damaged("no box") from error
    image = decode_jpeg(data, options.max_pixels)
    height, width = image.shape[:2]
    inside = Box(max(0, box.left), max(0, box.top), min(width, box.right), min(height, box.bottom))
    if inside.width < _LEAST_PX or inside.height < _LEAST_PX:
        raise Damaged("the box is too small")
    left, top = max(0, inside.left - _AROUND_PX), max(0, inside.top - _AROUND_PX)
    around = image[top : inside.bottom + _AROUND_PX, left : inside.right + _AROUND_PX]
    placed = Box(inside.left - left, inside.top - top, inside.right - left, inside.bottom - top)
    return RegionReading(_read(around, placed))


def _read(image: Pixels, box: Box) -> dict[str, str]:
    grey = flatten_without_red(image) if image.ndim == 3 and _under_seal(image) else flatten(image)
    lines = _lines(grey, box)
    engine = shared_engine()
    crops = [crop_line(grey, line).image for line in lines]
    words = tesseract.read_lines(crops, timeout_s=_TESSERACT_PATIENCE_S)
    readings = {
        TESSERACT: [" ".join(word.text for word in line) for line in words],
        TRUEOCR: [text for text, _ in engine.read([grey[b.top : b.bottom, b.left : b.right] for b in lines])],
        LINENET: [line.text for line in shared_linenet().read([(grey, line) for line in lines])],
        TWIN: [line.text for line in shared_twin().read([(grey, line) for line in lines])],
    }
    joined = {reader: " ".join(text.strip() for text in texts if text.strip()) for reader, texts in readings.items()}
    return {reader: text for reader, text in joined.items() if text}


def _under_seal(image: Pixels) -> bool:
    return float((red_mask(image) > 0).mean()) > _SEAL_RED


def _lines(grey: Pixels, box: Box) -> list[Box]:
    """The lines inside the box, from the top; the box itself where no line is found or it is one line."""
    if box.height <= _ONE_LINE_UP_TO_PX:
        return [box]
    part = grey[box.top : box.bottom, box.left : box.right]
    seen = (
        Box(int(one.left), int(one.top), ceil(one.right), ceil(one.bottom)) for one in shared_engine().find_lines(part)
    )
    found = sorted(seen, key=lambda line: line.top)[:_MOST_LINES]
    return [
        Box(box.left + line.left, box.top + line.top, box.left + line.right, box.top + line.bottom) for line in found
    ] or [box]
