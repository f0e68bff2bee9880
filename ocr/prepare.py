"""Everything that is done to a face before it is read: flattening, lines, codes, quality, preview.

What comes out is all that later steps need, so that the colour pixels of a face can go: an A3 page at 300 dpi takes
50 MB, and a dossier has many.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box, Mesh
from certificate.record import Face, Finding
from ocr.engines.barcodes import find_codes
from ocr.engines.images import Pixels, encode_jpeg
from ocr.engines.trueocr import TrueOcrEngine
from ocr.faces import FaceImage
from ocr.flatten import (
    blue_part,
    flatten_cover,
    flatten_grey,
    is_cover,
    pinkness,
    red_channel,
    red_mask,
    red_weighted_grey,
)
from ocr.grid import Table
from ocr.leaders import dotted_lines, without
from ocr.lines import PlacedLine, find_lines
from ocr.pages import Page
from ocr.quality import face_findings
from ocr.recognise import CodeRead

Matrix = NDArray[np.float64]

# A seal, a title or a frame in red takes more of a face than this; specks of colour take less.
_SOME_RED = 0.0002
_INK = 128


@dataclass(frozen=True, eq=False)
class PreparedFace:
    """A face ready to be read.

    ``clean`` is the flattened grey without rules, ``no_red`` the same with red ink gone (the same array on a page
    without red), ``flat`` the flattened grey with everything on it; all uint8 ``[height, width]``. ``red_overlap``
    holds for each line how much of its ink is red, ``blue_ink`` how much is as blue as a pen's (0.0-1.0).
    """

    face: Face
    source_width_px: int
    source_height_px: int
    to_source: Matrix
    from_page: Matrix
    mesh: Mesh
    flat: Pixels
    clean: Pixels
    no_red: Pixels
    lines: tuple[PlacedLine, ...]
    tables: tuple[Table, ...]
    red_overlap: tuple[float, ...]
    blue_ink: tuple[float, ...]
    codes: tuple[CodeRead, ...]
    pinkness: float
    findings: tuple[Finding, ...]
    preview_jpeg: bytes


def prepare_face(page: Page, found: FaceImage, engine: TrueOcrEngine, preview_quality: int) -> PreparedFace:
    """Take from a face all that reading it needs."""
    image = found.image
    height, width = image.shape[:2]
    face = Face(page.page_number, found.part, None, found.rotation_deg, width, height)
    grey = red_weighted_grey(image)
    cover = is_cover(image)
    flat = flatten_cover(grey) if cover else flatten_grey(grey)
    red = red_mask(image)
    has_red = image.ndim == 3 and not cover and bool((red[::4, ::4] > 0).mean() > _SOME_RED)
    no_red = flatten_grey(red_channel(image)) if has_red else None
    if (dots := dotted_lines(flat)) is not None:
        flat, no_red = without(flat, dots), None if no_red is None else without(no_red, dots)
    codes = tuple(CodeRead(code.kind, code.payload, code.box) for code in find_codes(grey))
    lines = find_lines(flat, no_red, red, [code.box for code in codes], engine)
    overlap = tuple(_red_part(red, lines.clean, line.box) if has_red else 0.0 for line in lines.lines)
    return PreparedFace(
        face=face,
        source_width_px=page.source_width_px,
        source_height_px=page.source_height_px,
        to_source=page.to_source @ found.to_page,
        from_page=np.asarray(np.linalg.inv(found.to_page), dtype=np.float64),
        mesh=found.mesh,
        flat=flat,
        clean=lines.clean,
        no_red=lines.no_red,
        lines=lines.lines,
        tables=lines.tables,
        red_overlap=overlap,
        blue_ink=tuple(_blue_part(image, lines.clean, line.box) for line in lines.lines),
        codes=codes,
        pinkness=pinkness(image),
        findings=face_findings(page.page_number, grey, flat, lines.lines, cut_off=found.cut_off),
        preview_jpeg=encode_jpeg(image, preview_quality),
    )


def _blue_part(image: Pixels, clean: Pixels, box: Box) -> float:
    """How much of the ink in ``box`` is as blue as a pen's."""
    part = np.s_[max(0, box.top) : box.bottom, max(0, box.left) : box.right]
    return blue_part(image[part], clean[part] < _INK) if image.ndim == 3 else 0.0


def _red_part(red: Pixels, clean: Pixels, box: Box) -> float:
    """How much of the ink in ``box`` is red."""
    part = np.s_[box.top : box.bottom, box.left : box.right]
    ink = int(cv2.countNonZero(cv2.inRange(clean[part], 0, 200)))
    return min(1.0, int(cv2.countNonZero(red[part])) / ink) if ink else 0.0
