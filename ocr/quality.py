"""How good a scan is, so that the clerk can be told at once what to do: blurred, too coarse, faint, cut off.

Owns measures of a face; the sentences stand in the catalogue of findings.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.record import Finding
from certificate.rules.catalogue import make_finding
from ocr.engines.images import Pixels, as_pixels, percentiles, shrunk
from ocr.lines import PlacedLine

# Print of 11-13 points has lines of about 45 pixels at 300 dpi and 22 at 150; below this tone marks drown.
_LEAST_LINE_HEIGHT_PX = 19
_LINE_HEIGHT_AT_300_DPI = 45
# How steep the edges of print are: the part of the contrast between ink and paper that lies between two neighbouring
# pixels, times the height of a line. Print reads well down to 5 to 6 and not at all below 4.5; good scans have 7 to 20.
_LEAST_STEEPNESS = 5.5
# How many levels of 255 print is apart from its paper: below this values get lost.
_LEAST_CONTRAST = 38
_FEW_LINES = 4
# Where no lines are found: the same without them, on squares of a face brought to half of 300 dpi.
_LONG_SIDE_PX = 1754
_SQUARE_PX = 24
_SQUARE_CONTRAST = 25
_LEAST_SQUARES = 0.01
_LEAST_SHARPNESS = 0.15
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
        elif sharpness(grey, lines) * height < _LEAST_STEEPNESS:
            found.append(make_finding("blurred", page=page))
        elif _contrast(grey, lines) < _LEAST_CONTRAST:
            found.append(make_finding("low_contrast", page=page))
    elif is_washed_out(grey):
        found.append(make_finding("blurred", page=page))
    elif not lines and not is_blank(grey, flat):
        found.append(make_finding("low_contrast", page=page))
    if cut_off or _text_at_border(flat.shape, lines):
        found.append(make_finding("cut_off", page=page))
    return tuple(found)


def is_blank(grey: Pixels, flat: Pixels) -> bool:
    """Whether a face bears no print at all, not even faint or blurred; specks and an edge's shadow do not count."""
    height, width = flat.shape
    inner = flat[height // 40 : height - height // 40, width // 40 : width - width // 40]
    if not inner.size:
        return True
    small = shrunk(inner, 0.25)
    return bool((small < 150).mean() < _BLANK_INK) and not len(_edges_of_print(grey))


def is_washed_out(grey: Pixels) -> bool:
    """Whether something is printed on a face, all of it so blurred that its lines can hardly be told."""
    steepness = _edges_of_print(grey)
    return len(steepness) > 0 and float(np.median(steepness)) < _LEAST_SHARPNESS


def _edges_of_print(grey: Pixels) -> NDArray[np.float64]:
    """How steep the edges are (0 to 1) in the squares with the strongest print; empty where next to nothing is printed.

    Judged on the grey as it was scanned: flattening takes what is faint away and sharpens what is left.
    """
    scale = _LONG_SIDE_PX / max(grey.shape)
    small = shrunk(grey, scale) if scale < 1 else grey
    margin, side = small.shape[0] // 40, _SQUARE_PX
    rows, columns = ((length - 2 * margin) // side for length in small.shape)
    if rows < 1 or columns < 1:
        return np.empty(0)
    inner = cv2.GaussianBlur(small, (0, 0), 1.0)[margin : margin + rows * side, margin : margin + columns * side]
    squares = inner.reshape(rows, side, columns, side)
    contrast = squares.max(axis=(1, 3)).astype(np.float64) - squares.min(axis=(1, 3))
    step = np.pad(cv2.absdiff(inner[:, 1:], inner[:, :-1]), ((0, 0), (0, 1)))
    steepest = step.reshape(squares.shape).max(axis=(1, 3))
    # Light marks beside strong print say nothing.
    strong = contrast > max(_SQUARE_CONTRAST, float(np.percentile(contrast, 97)) - 1)
    steepness: NDArray[np.float64] = steepest[strong] / contrast[strong]
    return steepness if strong.mean() >= _LEAST_SQUARES else steepness[:0]


def sharpness(grey: Pixels, lines: Sequence[PlacedLine]) -> float:
    """How steep the edges of print are: 0 (all blur) to about 1 (ink beside paper)."""
    steep = []
    for line in sorted(lines, key=lambda one: -one.box.width)[:12]:
        box = line.box
        part = grey[box.top : box.bottom, box.left : box.right]
        if part.shape[0] < 4 or part.shape[1] < 4:
            continue
        contrast = _contrast_of(part)
        if contrast > 25:
            (step,) = percentiles(as_pixels(cv2.absdiff(part[:, 1:], part[:, :-1])), 97)
            steep.append(step / contrast)
    return float(np.median(steep)) if steep else 1.0


def _contrast(grey: Pixels, lines: Sequence[PlacedLine]) -> float:
    parts = [grey[line.box.top : line.box.bottom, line.box.left : line.box.right] for line in lines]
    apart = [_contrast_of(part) for part in parts if part.size]
    return float(np.median(apart)) if apart else 255.0


def _contrast_of(part: Pixels) -> float:
    dark, light = percentiles(part, 2, 95)
    return light - dark


def _text_at_border(shape: tuple[int, ...], lines: Sequence[PlacedLine]) -> bool:
    """Whether several lines run into the left or right border."""
    height, width = shape[:2]
    margin = _BORDER * max(height, width)
    at_border = sum(line.box.left <= margin or line.box.right >= width - margin for line in lines)
    return at_border >= max(3, len(lines) // 6)
