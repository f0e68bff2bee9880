"""Lines of tables put right: cut where columns part, parted where rows do, found where the detector missed them.

Where rules are faint the detector joins lines of neighbour cells, two of one cell, or half of each. Owns what is done
about that where lines stand side by side in rows, as in tables; all else is left as it was found.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box
from ocr.corridors import Coverage, Level, find_level
from ocr.engines.images import Pixels
from ocr.runs import true_runs

_DARK = 140
# So many lines side by side, in so many rows, make a table.
_SIDE_BY_SIDE, _FEWEST_ROWS = 3, 2
# In heights of a line: white between two tables, a corridor, a gap at which a line of two columns is cut in one, a gap
# that is none between words, what detectors leave around print, the lowest and the highest line.
_APART, _CORRIDOR, _GAP, _FAR, _AROUND, _LOWEST, _HIGHEST = 4.0, 0.3, 0.4, 0.6, 0.15, 0.45, 1.45
# Of the rows, so many may run through a corridor.
_STRAY = 0.25
# A row of titles over a table, found as one line: so many heights of a line above it at most, so high at most, over so
# much of its width, of so many columns at least; how far one of its titles may reach over it.
_OVER, _STACKED, _WIDE, _MANY, _REACH = 1.8, 4.0, 0.6, 4, 0.7
# Within a ruled cell words stand so near to each other.
_WORDS_APART = 1.6
# White between two titles, in that between words.
_WIDER = 1.3
# A band of ink is a line that was found when they share so much of their heights.
_SAME_BAND, _PART = 0.6, 0.3
# So much of a band lies in a line that it is a part of.
_COVERED = 0.75
# In a column so many of its lines at most stand beside another one.
_BESIDE = 0.5
# The score of a line that the detector did not see.
_UNSEEN = 0.6
# Ink in so few pixels of a row is a speck; a row of pixels with so much ink is a rule.
_SPECK_PX, _RULE = 1, 0.7
# In heights of a line: ink in a row of pixels that a rule beside the print may leave, and white below a mark. Touching
# lines have so much less ink where they touch.
_THIN, _MARK, _TOUCHING = 0.12, 0.25, 0.35
# Of the letters' box so much is ink, no more and no less.
_LEAST_INK, _MOST_INK = 0.06, 0.6

Scored = tuple[Box, float]


def part_table_lines(grey: Pixels, found: Sequence[Scored], cells: Sequence[Box] = ()) -> list[Scored]:
    """The lines of a face, those in tables put right; ``found`` are boxes in its pixels with the detector's scores.

    ``cells`` are those of ruled tables: within one, words of a typewriter stand under each other as columns do.
    """
    if len(found) < _SIDE_BY_SIDE * _FEWEST_ROWS:
        return list(found)
    usual = float(np.median([box.height for box, _ in found]))
    put_right = list(found)
    for core in _regions([box for box, _ in found], usual):
        region = _with_titles(grey, core, put_right)
        inside = [one for one in put_right if region.holds_middle_of(one[0])]
        outside = [one for one in put_right if not region.holds_middle_of(one[0])]
        put_right = outside + _in_region(grey, region, inside, cells)
    return put_right


def _regions(boxes: Sequence[Box], usual: float) -> list[Box]:
    """Where lines stand side by side in rows that follow each other closely."""
    edges = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes], np.float64)
    left, top, right, bottom = edges.T
    share = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    low = np.minimum((bottom - top)[:, None], bottom - top)
    apart = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    beside = ((share > 0.4 * low) & (apart > 0.3 * usual)).sum(axis=1)
    rows = sorted((box for box, count in zip(boxes, beside, strict=True) if count >= _SIDE_BY_SIDE - 1), key=_top)
    groups: list[list[Box]] = []
    for box in rows:
        if groups and box.top - max(b.bottom for b in groups[-1]) < _APART * usual:
            groups[-1].append(box)
        else:
            groups.append([box])
    pad = round(0.3 * usual)
    return [
        Box(
            min(b.left for b in group) - pad,
            min(b.top for b in group) - pad,
            max(b.right for b in group) + pad,
            max(b.bottom for b in group) + pad,
        )
        for group in groups
        if len(group) >= _SIDE_BY_SIDE * _FEWEST_ROWS and _rows_of(group) >= _FEWEST_ROWS
    ]


def _top(box: Box) -> int:
    return box.top


def _rows_of(boxes: Sequence[Box]) -> int:
    """How many rows boxes make: the most that stand under each other."""
    return max(sum(min(a.right, b.right) > max(a.left, b.left) for b in boxes) for a in boxes)


def _with_titles(grey: Pixels, region: Box, found: Sequence[Scored]) -> Box:
    """The region, with the row of titles over it that was found as one line though columns part it."""
    inside = [box for box, _ in found if region.holds_middle_of(box)]
    usual = float(np.median([box.height for box in inside]))
    over = [box for box, _ in found if -usual < region.top - box.bottom < _OVER * usual]
    wide = [box for box in over if box.height < _STACKED * usual and box.width > _WIDE * region.width]
    if not wide:
        return region
    columns = _columns([part for box in inside for part in _far_apart(grey, box, usual)], usual)
    cut = [(box, _cut_at(grey, box, columns, usual)) for box in wide]
    titles = [box for box, parts in cut if len(parts) >= _MANY and _are_far_apart(grey, parts)]
    # A title of more lines than its neighbours reaches over the row, as far as nothing else stands.
    floor = max((box.bottom for box in over if box not in titles and not region.holds_middle_of(box)), default=0)
    tops = [max(box.top - round(_REACH * usual), min(floor, box.top)) for box in titles]
    return Box(region.left, min([region.top, *tops]), region.right, region.bottom)


def _are_far_apart(grey: Pixels, parts: Sequence[Box]) -> bool:
    """Whether more white lies between titles than between the words of any: a sentence's words stand evenly."""
    between = min(right.left - left.right for left, right in itertools.pairwise(parts))
    return between > _WIDER * max((b - a for part in parts for a, b in _white(grey, part, 1)), default=0)


def _in_region(grey: Pixels, region: Box, found: Sequence[Scored], cells: Sequence[Box]) -> list[Scored]:
    usual = float(np.median([box.height for box, _ in found]))
    columns = _columns([part for box, _ in found for part in _far_apart(grey, box, usual)], usual)
    cut: list[Scored] = []
    for box, score in found:
        parts = _cut_at(grey, box, columns, usual)
        cut += [(part, score) for part in ([box] if _are_words_of_a_cell(parts, cells, usual) else parts)]
    lines: list[Scored] = []
    for start, end in columns.spans():
        inside = [(b, s) for b, s in cut if start <= columns.straight_middle(b) < end]
        lines += _banded(grey, region, columns, (start, end), inside, usual)
    return [one for one in lines if not any(_is_part_of(one[0], other, usual) for other, _ in lines)]


def _is_part_of(box: Box, other: Box, usual: float) -> bool:
    """Whether a band of one column is the beginning or the end of a line that runs on into the next."""
    across = min(box.right, other.right) - max(box.left, other.left)
    is_line = box.width < other.width and other.height < _HIGHEST * usual
    return is_line and across > _COVERED * box.width and _shared(box, other) > _COVERED * box.height


def _are_words_of_a_cell(parts: Sequence[Box], cells: Sequence[Box], usual: float) -> bool:
    """Whether the parts of a line stand in one ruled cell, no further apart than words."""
    if len(parts) < 2:
        return False
    x, y = parts[0].left + 0.5 * usual, (parts[0].top + parts[0].bottom) / 2
    cell = next((cell for cell in cells if cell.left <= x < cell.right and cell.top <= y < cell.bottom), None)
    near = all(right.left - left.right < _WORDS_APART * usual for left, right in itertools.pairwise(parts))
    return cell is not None and near and parts[-1].right <= cell.right + _AROUND * usual


@dataclass(frozen=True, eq=False)
class _Columns:
    """The corridors between columns on the middle height (start, end), and how they lean."""

    level: Level
    corridors: tuple[tuple[float, float, float], ...]
    left: float
    right: float

    def spans(self) -> list[tuple[float, float]]:
        """The columns on the middle height."""
        borders = [self.left - 1e6, *(least for _, _, least in self.corridors), self.right + 1e6]
        return list(itertools.pairwise(borders))

    def straight_middle(self, box: Box) -> float:
        """Where the middle of a box would stand on the middle height."""
        x, y = np.array([(box.left + box.right) / 2]), np.array([(box.top + box.bottom) / 2])
        return float(self.level.straight(x, y)[0])


def _columns(boxes: Sequence[Box], usual: float) -> _Columns:
    edges = np.array([(b.left, b.right, (b.top + b.bottom) / 2) for b in boxes], np.float64)
    lefts, rights, middles = edges[:, 0] + _AROUND * usual, edges[:, 1] - _AROUND * usual, edges[:, 2]
    level = find_level(lefts, rights, middles)
    lefts, rights = level.straight(lefts, middles), level.straight(rights, middles)
    first, last = float(lefts.min()), float(rights.max())
    covered = Coverage.of(lefts, rights, first, last)
    stray = int(_STRAY * np.median(covered.counts[covered.counts > 0]))
    return _Columns(level, tuple(covered.low(stray, _CORRIDOR * usual)), first, last)


def _cut_at(grey: Pixels, box: Box, columns: _Columns, usual: float) -> list[Box]:
    """The parts of a line that runs through corridors, where white as wide as between columns lies in it there."""
    middle = (box.top + box.bottom) / 2
    white = _white(grey, box, _GAP * usual)
    cuts = []
    for corridor in columns.corridors:
        low, high, least = (columns.level.leaning(x, middle) - box.left for x in corridor)
        # A line that ends within a corridor is but the longest one of its column.
        if not 0 < least < box.width:
            continue
        gaps = [(a, b) for a, b in white if a < high and b > low]
        if not gaps:
            return [box]  # A line of text that runs over the whole table.
        cuts.append(max(gaps, key=lambda gap: gap[1] - gap[0]))
    return _parts(box, cuts, usual)


def _far_apart(grey: Pixels, box: Box, usual: float) -> list[Box]:
    """A line cut at white so wide that it parts no words: those of like cells stand under each other, too."""
    return _parts(box, _white(grey, box, _FAR * usual), usual)


def _white(grey: Pixels, box: Box, least_px: float) -> list[tuple[int, int]]:
    """Where white of that width lies within a line."""
    inked = np.asarray((grey[box.top : box.bottom, box.left : box.right] < _DARK).sum(axis=0) > _SPECK_PX, np.bool_)
    return [(a, b) for a, b in true_runs(~inked) if a > 0 and b < len(inked) and b - a >= least_px]


def _parts(box: Box, cuts: Sequence[tuple[int, int]], usual: float) -> list[Box]:
    edges = [0, *(x for gap in sorted(set(cuts)) for x in gap), box.width]
    parts = [Box(box.left + a, box.top, box.left + b, box.bottom) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [part for part in parts if part.width >= _LOWEST * usual / 2] if len(parts) > 1 else [box]


def _banded(
    grey: Pixels, region: Box, columns: _Columns, span: tuple[float, float], found: Sequence[Scored], usual: float
) -> list[Scored]:
    """The lines of one column: as found where each is one band of ink, else the bands."""
    if not found or _are_several_columns([box for box, _ in found]):
        return list(found)
    left, right = min(b.left for b, _ in found), max(b.right for b, _ in found)
    bands = [
        band
        for top, bottom in _bands(_ink(grey, Box(left, region.top, right, region.bottom), columns, span), usual)
        if (band := _trimmed(grey, Box(left, region.top + top, right, region.top + bottom), columns, span))
    ]
    own = [
        [i for i, (box, _) in enumerate(found) if _shared(box, band) > _PART * min(box.height, band.height)]
        for band in bands
    ]
    alike = [[i for i in members if _is_same_band(found[i][0], band)] for members, band in zip(own, bands, strict=True)]
    good = {i for members in alike for i in members}
    # A box that is no band stands for several, and goes where these are put in its place.
    replaced = {i for members in own for i in members} - good
    new = [
        (band, max((found[i][1] for i in members), default=_UNSEEN))
        for band, members, same in zip(bands, own, alike, strict=True)
        if not same and (members or _is_print(grey, band, usual))
    ]
    return [one for i, one in enumerate(found) if i not in replaced] + new


def _are_several_columns(boxes: Sequence[Box]) -> bool:
    """Whether lines of what was taken for one column stand side by side: its bands of ink are of several lines each."""
    beside = sum(any(_stand_side_by_side(box, other) for other in boxes) for box in boxes)
    return beside > _BESIDE * len(boxes)


def _stand_side_by_side(one: Box, other: Box) -> bool:
    apart = max(one.left, other.left) >= min(one.right, other.right)
    return apart and _shared(one, other) > _SAME_BAND * min(one.height, other.height)


def _shared(box: Box, band: Box) -> int:
    return min(box.bottom, band.bottom) - max(box.top, band.top)


def _is_same_band(box: Box, band: Box) -> bool:
    union = max(box.bottom, band.bottom) - min(box.top, band.top)
    return _shared(box, band) >= _SAME_BAND * union


def _ink(grey: Pixels, area: Box, columns: _Columns, span: tuple[float, float]) -> NDArray[np.bool_]:
    """The ink of a column, true in its rows and columns of pixels; nothing beside the borders that lean with it."""
    dark = np.asarray(grey[max(0, area.top) : area.bottom, max(0, area.left) : area.right] < _DARK, np.bool_)
    ys = np.arange(dark.shape[0])[:, None] + area.top
    xs = np.arange(dark.shape[1])[None, :] + area.left
    lean = (
        columns.level.lean + columns.level.fan * ((area.left + area.right) / 2 - columns.level.x) / columns.level.width
    )
    straight = xs - lean * (ys - columns.level.y)
    return np.asarray(dark & (straight >= span[0]) & (straight < span[1]), np.bool_)


def _bands(ink: NDArray[np.bool_], usual: float) -> list[tuple[int, int]]:
    """The rows of pixels of each line: runs of ink, marks joined to their letters; too high ones are left out."""
    counts = ink.sum(axis=1)
    # What a rule beside the print left in every row of pixels is no print.
    inked = np.asarray((counts > max(_SPECK_PX, _THIN * usual)) & (counts < _RULE * ink.shape[1]), np.bool_)
    joined: list[list[int]] = []
    for start, end in (part for run in true_runs(inked) for part in halves(counts, run, usual)):
        small = end - start < _LOWEST * usual or (joined and joined[-1][1] - joined[-1][0] < _LOWEST * usual)
        if joined and small and start - joined[-1][1] < _MARK * usual and end - joined[-1][0] < _HIGHEST * usual:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [(a, b) for a, b in joined if _LOWEST * usual <= b - a <= _HIGHEST * usual]


def halves(counts: NDArray[np.int64], run: tuple[int, int], usual: float) -> list[tuple[int, int]]:
    """A run of inked rows of pixels, parted where tails of one line touch marks of the next.

    ``counts`` is the ink in each row of pixels, ``usual`` the height of a line.
    """
    start, end = run
    if end - start <= _HIGHEST * usual:
        return [run]
    low, high = start + round(_LOWEST * usual), end - round(_LOWEST * usual)
    at = low + int(np.argmin(counts[low:high]))
    if counts[at] > _TOUCHING * np.median(counts[start:end]):
        return [run]
    return halves(counts, (start, at), usual) + halves(counts, (at, end), usual)


def _trimmed(grey: Pixels, band: Box, columns: _Columns, span: tuple[float, float]) -> Box | None:
    """A band without the white at its ends, with a little room around."""
    inked = np.flatnonzero(_ink(grey, band, columns, span).any(axis=0))
    if not len(inked):
        return None
    pad = max(2, band.height // 10)
    height, width = grey.shape
    return Box(
        max(0, band.left + int(inked[0]) - pad),
        max(0, band.top - pad),
        min(width, band.left + int(inked[-1]) + 1 + pad),
        min(height, band.bottom + pad),
    )


def _is_print(grey: Pixels, band: Box, usual: float) -> bool:
    """Whether a band that no line was found in may be print: as long as a few letters, neither bare nor filled."""
    share = float((grey[band.top : band.bottom, band.left : band.right] < _DARK).mean())
    return band.width > 0.6 * usual and band.height < (_HIGHEST + 0.2) * usual and _LEAST_INK < share < _MOST_INK
