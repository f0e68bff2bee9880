"""Lines that the finder missed or cut badly: print under a seal or across a signature, sought where it must stand.

Owns the places where such a line may stand, how far it reaches, and from which renderings it is read. It must not know
what the line says: whoever asks chooses among the places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from certificate.geometry import Box
from ocr.engines.images import Pixels, as_pixels
from ocr.engines.trueocr import TrueOcrEngine
from ocr.prepare import PreparedFace
from ocr.seals import find_seals, without_seals

# A fragment of a line is so high, in heights of the lines above it.
_LOWEST, _HIGHEST = 0.6, 1.55
_DARK = 140
# Letters of one line stand closer than this, in line heights.
_GAP = 0.45
# No name of a person is wider, in line heights from its middle.
_WIDEST = 10.0
_MOST_BANDS = 3


@dataclass(frozen=True, slots=True)
class Sought:
    """Where a line must stand: inside ``region``, centred on ``axis_px``, about ``height_px`` high."""

    region: Box
    axis_px: float
    height_px: float


def seek_lines(face: PreparedFace, sought: Sought, engine: TrueOcrEngine) -> list[Box]:
    """Places in the region that hold a line of the wanted height, the likeliest first; at most three."""
    height, width = face.clean.shape
    region = Box(
        max(0, sought.region.left), max(0, sought.region.top), min(width, sought.region.right),
        min(height, sought.region.bottom),
    )  # fmt: skip
    if region.width < 2 * sought.height_px or region.height < sought.height_px:
        return []
    part = as_pixels(np.ascontiguousarray(_without_seals(face)[region.top : region.bottom, region.left : region.right]))
    axis = sought.axis_px - region.left
    fragments = [
        (Box(int(line.left), int(line.top), int(line.right), int(line.bottom)), line.score * (line.right - line.left))
        for line in engine.find_lines(part)
        if _LOWEST <= (line.bottom - line.top) / sought.height_px <= _HIGHEST
        and line.right > axis - _WIDEST * sought.height_px
        and line.left < axis + _WIDEST * sought.height_px
    ]
    bands = sorted(_bands(fragments), key=lambda band: -band[1])[:_MOST_BANDS]
    found = [_reach(part, band, axis, sought.height_px) for band, _ in bands]
    return [
        Box(box.left + region.left, box.top + region.top, box.right + region.left, box.bottom + region.top)
        for box in found
    ]


def centred(face: PreparedFace, box: Box, axis_px: float) -> Box:
    """A line of which an end is hidden, as long on the one side of its axis as on the other, and as far as ink goes."""
    return _reach(_without_seals(face), box, axis_px, float(box.height))


def _without_seals(face: PreparedFace) -> Pixels:
    if face.no_red is not face.clean:
        return face.no_red
    return without_seals(face.clean, face.clean, find_seals(face.clean))


def _bands(fragments: Sequence[tuple[Box, float]]) -> list[tuple[Box, float]]:
    """Fragments of one line put together; each with the sum of their weights."""
    bands: list[tuple[list[Box], float]] = []
    for box, weight in sorted(fragments, key=lambda item: -item[1]):
        for index, (members, total) in enumerate(bands):
            overlap = min(members[0].bottom, box.bottom) - max(members[0].top, box.top)
            if overlap > 0.6 * min(members[0].height, box.height):
                bands[index] = ([*members, box], total + weight)
                break
        else:
            bands.append(([box], weight))
    # The heaviest fragment tells the line's height best; the others how far it reaches.
    return [
        (Box(min(b.left for b in members), members[0].top, max(b.right for b in members), members[0].bottom), total)
        for members, total in bands
    ]


def _reach(grey: Pixels, box: Box, axis: float, height_px: float) -> Box:
    """The box made even about the axis, then longer on each side as long as letters follow each other."""
    half = max(axis - box.left, box.right - axis, height_px)
    left, right = max(0, round(axis - half)), min(grey.shape[1], round(axis + half))
    core = grey[box.top + box.height // 5 : box.bottom - box.height // 6]
    inked = np.asarray((core < _DARK).any(axis=0), dtype=np.bool_)
    gap, most = max(2, round(_GAP * height_px)), round(_WIDEST * height_px)
    while left > max(0, axis - most) and inked[max(0, left - gap) : left].any():
        left = max(0, left - gap) + int(np.argmax(inked[max(0, left - gap) : left]))
    while right < min(len(inked), axis + most) and inked[right : right + gap].any():
        ahead = inked[right : right + gap]
        right += len(ahead) - int(np.argmax(ahead[::-1]))
    ink = np.flatnonzero(inked[left:right])
    if not len(ink):
        return Box(left, box.top, max(right, left + 1), box.bottom)
    pad = max(2, box.height // 12)
    return Box(max(0, left + int(ink[0]) - pad), box.top, min(grey.shape[1], left + int(ink[-1]) + 1 + pad), box.bottom)
