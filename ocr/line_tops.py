"""The tops of lines that the detector cut: a dotted line below the print draws its box down.

Owns what tells that letters go on above a box. It must not know what lines say.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from certificate.geometry import Box
from ocr.engines.images import Pixels, as_pixels, numbered

_DARK = 140
# In line heights: how far above a letter may begin, how high and how wide it may be; a mark's room above it.
_ABOVE, _HIGHEST, _WIDEST, _MARK = 1.0, 1.6, 2.0, 0.15
# The share of a letter that has to stand above the box; a tail of the line above, or an accent, has less.
_OUTSIDE = 0.3
# How much of its height a line must have lost: a letter's edge more changes what readers are used to, for nothing.
_LOST = 0.3


def with_whole_top(grey: Pixels, box: Box, others: Sequence[Box]) -> Box:
    """The box of a line, higher where its top cuts letters; where one of the ``others`` was found it stops."""
    first = max([0, box.top - round(_ABOVE * box.height), *(other.bottom for other in others if _is_above(other, box))])
    if first >= box.top - 1:
        return box
    edge = grey[box.top - 1 : box.top + 1, box.left : box.right] < _DARK
    if not edge.all(axis=0).any():
        return box
    inked = as_pixels((grey[first : box.bottom, box.left : box.right] < _DARK) * 1)
    _, stats = numbered(inked)
    cut = box.top - first
    tops = [
        upper
        for _, upper, wide, high, _ in np.asarray(stats[1:], np.int64).tolist()
        if 0 < upper < cut < upper + high
        and high <= _HIGHEST * box.height
        and wide <= _WIDEST * box.height
        and cut - upper >= _OUTSIDE * high
    ]
    if not tops or cut - min(tops) < _LOST * box.height:
        return box
    return box._replace(top=max(first, first + min(tops) - round(_MARK * box.height)))


def _is_above(other: Box, box: Box) -> bool:
    """Whether another line stands over this one."""
    return (
        other.left < box.right
        and box.left < other.right
        and other.top < box.top
        and 2 * other.bottom <= box.top + box.bottom
    )
