"""Lines that the finder cut badly: print of which a ring or a pen hides an end, made even about its axis.

Owns how far such a line reaches. It must not know what the line says. Lines that were missed, see ``ocr.unveil``.
"""

from __future__ import annotations

import numpy as np

from certificate.geometry import Box
from ocr.engines.images import Pixels
from ocr.prepare import PreparedFace
from ocr.seals import find_seals, without_seals

_DARK = 140
# Letters of one line stand closer than this, in line heights.
_GAP = 0.45
# No name of a person is wider, in line heights from its middle.
_WIDEST = 10.0


def centred(face: PreparedFace, box: Box, axis_px: float) -> Box:
    """A line of which an end is hidden, as long on the one side of its axis as on the other, and as far as ink goes."""
    return _reach(_without_seals(face), box, axis_px, float(box.height))


def _without_seals(face: PreparedFace) -> Pixels:
    if face.no_red is not face.clean:
        return face.no_red
    return without_seals(face.clean, face.clean, find_seals(face.clean))


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
