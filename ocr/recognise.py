"""Reading the lines of a face more than once: what each reader saw, where, and how sure it was.

Owns the values that the image side hands to the grammar (``Line``, ``ReadFace``) and the order in which the readers
run. It must not know what a certificate says; ``ocr.grammar`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from certificate.geometry import IDENTITY, Box, Homography, Mesh
from certificate.record import Face, Finding

TESSERACT = "tesseract"
LINENET = "linenet"
TRUEOCR = "trueocr"
# LineNet trained otherwise: a second opinion, but of the same make.
TWIN = "twin"
TEXT_LAYER = "text_layer"
# What LineNet saw of a hidden name, weighed with which names there are: no reader's own reading.
WEIGHED = "linenet/names"


def reader_of(look: str) -> str:
    """The reader whose look this is, without its rendering and height: ``linenet`` of ``linenet@tall``."""
    return look.split("@")[0].split("/")[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader read on one line, and how sure it was (0.0-1.0, as that reader counts it).

    ``letters`` holds the probability of every letter of ``text``, where the reader tells (LineNet does).
    """

    text: str
    confidence: float
    letters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class WordBox:
    """One word and its box in face pixels."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Line:
    """One line of print or writing on a face.

    ``readings`` is keyed by reader: ``linenet``, ``twin``, ``trueocr``, and ``tesseract`` where the line was open; or
    ``text_layer`` alone on a born-digital page.
    ``handwritten`` and ``red_overlap`` run from 0 to 1. ``cell`` is (table, row, column), each from 0, for a line
    inside a ruled table, ``cell_rows`` over how many rows that cell runs.
    """

    box: Box
    readings: Mapping[str, Reading]
    words: tuple[WordBox, ...] = ()
    handwritten: float = 0.0
    red_overlap: float = 0.0
    cell: tuple[int, int, int] | None = None
    cell_rows: int = 1


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A barcode or QR code: ``kind`` such as ``qr`` or ``code128``, the payload whole, its box in face pixels."""

    kind: str
    payload: str
    box: Box


@dataclass(frozen=True, slots=True)
class Hidden:
    """A line that seal or pen hide: it stands inside ``region``, centred on ``axis_px``, about ``height_px`` high.

    ``known`` holds boxes in which something of it may have been found, ``printed`` lines of plain print nearby, which
    tell how dark print is on this face.
    """

    region: Box
    axis_px: float
    height_px: float
    known: tuple[Box, ...] = ()
    printed: tuple[Box, ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, eq=False)
class Look:
    """A line read from every rendering, and a function that tells how likely it spells each of some texts.

    Likelihoods are natural logarithms; texts are compared on the same line only.
    """

    line: Line
    log_likelihood: Callable[[Sequence[str]], Sequence[float]]


@dataclass(frozen=True, eq=False)
class Unveiled:
    """Where a hidden line may stand, each place read once; ``read`` reads one of the boxes from every rendering.

    A line so read has further readings keyed ``linenet/hard``, ``linenet@soft`` and so on.
    """

    lines: tuple[Line, ...]
    read: Callable[[Box], Look | None]


def _no_third_look(_box: Box) -> Mapping[str, Reading]:
    return {}


def _nothing_hidden(_hidden: Hidden) -> Unveiled:
    return Unveiled((), lambda _box: None)


def _no_centring(_box: Box, _axis_px: float) -> tuple[Line, ...]:
    return ()


@dataclass(frozen=True, eq=False)
class ReadFace:
    """One upright face with all that was read on it.

    ``face.face`` is ``None`` until the grammar decides. ``lines`` are in reading order. ``image`` is the upright
    flattened grey image, uint8 ``[height, width]``; ``pinkness`` (0.0-1.0) tells how pink the paper was. ``reread``
    gives further readings of a place from other renderings, keyed ``linenet@tall``, ``trueocr/no_red`` and so on.
    ``unveil`` looks for a line that a seal or a pen hides; ``centre`` reads a line again whose end is hidden, made even
    about its axis.
    ``to_source`` maps face pixels to pixels of the page's stored image, ``source_width_px`` x ``source_height_px``;
    on a sheet that was bent they are moved by ``mesh`` first.
    """

    face: Face
    lines: tuple[Line, ...]
    codes: tuple[CodeRead, ...]
    image: NDArray[np.uint8]
    pinkness: float = 0.0
    reread: Callable[[Box], Mapping[str, Reading]] = _no_third_look
    unveil: Callable[[Hidden], Unveiled] = _nothing_hidden
    centre: Callable[[Box, float], tuple[Line, ...]] = _no_centring
    to_source: Homography = IDENTITY
    mesh: Mesh = ()
    source_width_px: int = 0
    source_height_px: int = 0
    preview_jpeg: bytes = b""
    findings: tuple[Finding, ...] = field(default=())
