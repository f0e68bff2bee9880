"""The ends of lines that the detector cut: the rest of a word, and words that stand a little apart.

It stops inside words set with wide gaps, as typewriters set them, and before the last word of such a line. Owns what
looks like more of a line beside it; it must not know what lines say.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box
from ocr.engines.images import Pixels, as_pixels, numbered

_DARK = 140
# In line heights: the gap between letters of a word, and the longest rest of a word that the detector leaves off.
_LETTER_GAP, _MOST_CUT = 0.22, 5.0
_LETTER_SHARE = 0.6
# A stroke as high as a digit (in heights of its core), so much narrower; the gap beside it, in gaps between letters.
_FULL, _STROKE, _GAP_BY_A_ONE = 0.9, 0.9, 2.0
# Letters beside a line, in its heights: how high, how far above and below, how wide beside their own height, how much
# of them is ink; how far apart, beside the widest gap in the line and at most; where gaps are measured.
_LEAST_LETTER, _MOST_LETTER, _OFF_LINE, _NARROWEST, _WIDEST, _LEAST_INK = 0.32, 1.0, 0.12, 0.12, 1.3, 0.2
_WIDER_GAP, _MOST_GAP, _MEASURED = 1.35, 0.9, 9.0
_AROUND = 0.8
# Of two parts of one line: how much of their heights they share, how alike those are, how far over each other they lie.
_ONE_ROW, _ALIKE, _OVERLAP = 0.75, 1.3, 0.4


def with_whole_ends(grey: Pixels, box: Box, others: Sequence[Box]) -> Box:
    """The box of a line, longer by what it left off at either end; where one of the ``others`` was found it stops."""
    whole = _with_cut_letters(grey, box, others)
    return _with_lost_words(grey, whole, others)


def joined(grey: Pixels, found: Sequence[tuple[Box, float]]) -> list[tuple[Box, float]]:
    """The lines with those made one that a word runs between: the detector cut it; the lower score stands."""
    lines: list[tuple[Box, float]] = []
    for box, score in sorted(found, key=lambda one: one[0].left):
        at = next((i for i, (other, _) in enumerate(lines) if _is_cut_between(grey, other, box)), None)
        if at is None:
            lines.append((box, score))
        else:
            other, least = lines[at]
            lines[at] = (other.union(box), min(least, score))
    return lines


def _is_cut_between(grey: Pixels, left: Box, right: Box) -> bool:
    low, high = sorted((left.height, right.height))
    top, bottom = max(left.top, right.top), min(left.bottom, right.bottom)
    apart = right.left - left.right
    if bottom - top < _ONE_ROW * low or high > _ALIKE * low or not -_OVERLAP * low <= apart <= _LETTER_GAP * low:
        return False
    # Boxes reach into the white beside them: it is the ink that tells words from columns.
    start = max(left.left, min(left.right, right.left) - low)
    inked = np.asarray((grey[top:bottom, start : max(left.right, right.left) + low] < _DARK).any(axis=0), np.bool_)
    border = (left.right + right.left) // 2 - start
    before, behind = np.flatnonzero(inked[:border]), np.flatnonzero(inked[border:])
    return bool(len(before) and len(behind) and border - before[-1] + behind[0] <= _LETTER_GAP * low)


def _with_lost_words(grey: Pixels, box: Box, others: Sequence[Box]) -> Box:
    """The box, longer by letters of its height that follow no further apart than its own words do."""
    height, width = grey.shape
    around = round(_AROUND * box.height)
    first, last = _room(box, others, width)
    top, bottom = max(0, box.top - around), min(height, box.bottom + around)
    measured = round(_MEASURED * box.height)
    right = _further(grey[top:bottom, max(box.left, box.right - measured) : last], box, top, last - box.right)
    mirrored = np.ascontiguousarray(grey[top:bottom, first : min(box.right, box.left + measured)][:, ::-1])
    left = _further(as_pixels(mirrored), box, top, box.left - first)
    return Box(box.left - left, box.top, box.right + right, box.bottom)


def _further(part: Pixels, box: Box, top: int, room: int) -> int:
    """By how much letters go on in the last ``room`` columns of a part with the line's end that starts at ``top``."""
    if room < _LEAST_LETTER * box.height:
        return 0
    edge = part.shape[1] - room
    letters = sorted(_letters(part, box, top))
    gaps, reach = [0], 0
    for left, right in letters:
        if left >= edge:
            break
        if reach:
            gaps.append(left - reach)
        reach = max(reach, right)
    if not reach:
        return 0
    widest = min(_WIDER_GAP * max(gaps), _MOST_GAP * box.height)
    end = max(reach, edge)
    for left, right in letters:
        if left < edge:
            continue
        # What reaches the limit belongs to the next line.
        if left - end > widest or right >= part.shape[1] - 1:
            break
        end = max(end, right)
    return int(max(0, end - edge))


def _letters(part: Pixels, box: Box, top: int) -> list[tuple[int, int]]:
    """Where the letters of a line's height begin and end in a part of the face; no marks, no strokes of a pattern."""
    _, stats = numbered(as_pixels((part < _DARK) * 1))
    slack = _OFF_LINE * box.height
    return [
        (left, left + wide)
        for left, upper, wide, high, area in np.asarray(stats[1:], np.int64).tolist()
        if _LEAST_LETTER * box.height <= high <= _MOST_LETTER * box.height
        and box.top - slack <= top + upper
        and top + upper + high <= box.bottom + slack
        and _NARROWEST * high <= wide <= _WIDEST * high
        and area >= _LEAST_INK * wide * high
    ]


def _with_cut_letters(grey: Pixels, box: Box, others: Sequence[Box]) -> Box:
    """The box, longer by the rest of the word where one of its ends cuts a letter, or runs between two.

    Where another line was found it stops.
    """
    gap = round(_LETTER_GAP * box.height)
    first, last = _room(box, others, grey.shape[1])
    core = grey[box.top + box.height // 5 : box.bottom - box.height // 4] < _DARK
    around = grey[max(0, box.top - box.height // 4) : box.bottom + box.height // 4] < _DARK
    # What runs on above or below the line is a rule.
    rule = around[0] | around[-1]
    rightwards = _word_goes_on(core[:, box.right - 1 : last], rule[box.right - 1 : last], gap)
    leftwards = _word_goes_on(core[:, first : box.left + 1][:, ::-1], rule[first : box.left + 1][::-1], gap)
    return Box(box.left - leftwards, box.top, box.right + rightwards, box.bottom)


def _room(box: Box, others: Sequence[Box], width: int) -> tuple[int, int]:
    """From where to where a line may reach: as far as a word may be long, and no further than its neighbours."""
    most = round(_MOST_CUT * box.height)
    beside = [other for other in others if _in_one_row(box, other)]
    first = max([0, box.left - most, *(min(other.right, box.left) for other in beside if other.left < box.left)])
    last = min([width, box.right + most, *(max(other.left, box.right) for other in beside if other.right > box.right)])
    return first, last


def _in_one_row(box: Box, other: Box) -> bool:
    return min(box.bottom, other.bottom) - max(box.top, other.top) > 0.3 * min(box.height, other.height)


def _word_goes_on(inked: NDArray[np.bool_], rule: NDArray[np.bool_], gap: int) -> int:
    """By how many columns a word goes on behind the first, bool ``[rows, columns]``; 0 where it ends there.

    What follows closely must be as high as letters are: points, dashes and leaders do not lengthen a line.
    """
    if inked.shape[1] <= gap:
        return 0
    columns = np.flatnonzero(inked.any(axis=0))
    if not len(columns):
        return 0
    # Behind the first column, in pieces with no more than a gap between letters inside.
    breaks = np.flatnonzero(np.diff(columns) > gap)
    pieces = list(zip(columns[[0, *(breaks + 1)]], columns[[*breaks, -1]], strict=True))
    cut = (inked[:, 0] & inked[:, 1]).any()
    first, end = pieces[0]
    near = inked[:, first : first + 2 * gap]
    is_letter = cut or np.count_nonzero(near.any(axis=1)) >= _LETTER_SHARE * inked.shape[0]
    if not (first <= gap and is_letter) and not _is_one(inked, rule, pieces[0], first, gap):
        return 0
    limit = inked.shape[1] - 1
    for piece in pieces[1:]:
        # What stands at the limit belongs to the next line.
        if piece[1] >= limit or not _is_one(inked, rule, piece, piece[0] - end, gap):
            break
        end = piece[1]
    # What goes on and on is a rule or a drawing.
    return int(end) if end < limit else 0


def _is_one(inked: NDArray[np.bool_], rule: NDArray[np.bool_], piece: tuple[int, int], apart: int, gap: int) -> bool:
    """Whether a piece is a stroke as high as digits are: a 1 stands further from its neighbours than other digits."""
    first, last = piece
    high = inked[:, first : last + 1].any(axis=1).mean() >= _FULL
    narrow = last - first < _STROKE * inked.shape[0]
    return bool(apart <= _GAP_BY_A_ONE * gap and narrow and high and not rule[first : last + 1].any())
