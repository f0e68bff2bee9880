"""How good a scan is, so that the clerk can be told at once what to do: blurred, too coarse, faint, cut off.

Owns measures of a face; the sentences stand in the catalogue of findings.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from certificate.record import Finding
from certificate.rules.catalogue import make_finding
from ocr.engines.images import Pixels, shrunk
from ocr.lines import PlacedLine

# Print of 11-13 points has lines of about 45 pixels at 300 dpi and 22 at 150; below this tone marks drown.
_LEAST_LINE_HEIGHT_PX = 19
_LINE_HEIGHT_AT_300_DPI = 45
# How steep the edges of print are, as a part of the contrast between ink and paper, one pixel apart at 300 dpi.
_LEAST_SHARPNESS = 0.16
_FEW_LINES = 4
# Text that runs this close to the border (part of the longer side) was probably cut through.
_BORDER = 0.004
_BLANK_INK = 0.0008


def face_findings(
    page_number: int, grey: Pixels, flat: Pixels, lines: Sequence[PlacedLine], *, cut_off: bool
) -> tuple[Finding, ...]:
    """What a careful clerk would remark about the scan of this face."""
    page = str(page_number)
    found = []
    if len(lines) >= _FEW_LINES:
        height = float(np.median([line.box.height for line in lines]))
        if height < _LEAST_LINE_HEIGHT_PX:
            dpi = round(height / _LINE_HEIGHT_AT_300_DPI * 30) * 10
            found.append(make_finding("low_resolution", page=page, dpi=str(dpi)))
        elif sharpness(grey, lines) < _LEAST_SHARPNESS * min(1.0, 30 / height):
            found.append(make_finding("blurred", page=page))
    if cut_off or _text_at_border(flat.shape, lines):
        found.append(make_finding("cut_off", page=page))
    return tuple(found)


def is_blank(flat: Pixels) -> bool:
    """Whether a flattened face bears no print at all; specks and an edge's shadow do not count."""
    height, width = flat.shape
    inner = flat[height // 40 : height - height // 40, width // 40 : width - width // 40]
    if not inner.size:
        return True
    small = shrunk(inner, 0.25)
    return bool((small < 150).mean() < _BLANK_INK)


def sharpness(grey: Pixels, lines: Sequence[PlacedLine]) -> float:
    """How steep the edges of print are: 0 (all blur) to about 1 (ink beside paper)."""
    steep = []
    for line in sorted(lines, key=lambda one: -one.box.width)[:12]:
        box = line.box
        part = grey[box.top : box.bottom, box.left : box.right].astype(np.int16)
        if part.shape[0] < 4 or part.shape[1] < 4:
            continue
        contrast = float(np.percentile(part, 95) - np.percentile(part, 2))
        if contrast > 25:
            steps = np.abs(np.diff(part, axis=1))
            steep.append(float(np.percentile(steps, 97)) / contrast)
    return float(np.median(steep)) if steep else 1.0


def _text_at_border(shape: tuple[int, ...], lines: Sequence[PlacedLine]) -> bool:
    """Whether several lines run into the left or right border."""
    height, width = shape[:2]
    margin = _BORDER * max(height, width)
    at_border = sum(line.box.left <= margin or line.box.right >= width - margin for line in lines)
    return at_border >= max(3, len(lines) // 6)
