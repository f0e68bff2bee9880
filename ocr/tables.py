"""Ruled lines and the tables they make: which cell a place stands in, and print without its rules.

Owns straight rules on a flattened face. It must not know what stands in the cells.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from certificate.geometry import Box
from ocr.engines.images import Pixels, as_pixels, shrunk
from ocr.grid import Table, cells_in, table_of
from ocr.runs import true_runs
from ocr.scratches import is_scratch, mended

# Rules are sought at half size: fast, and a broken fax rule closes. A face at 150 dpi is as small as that already.
_SCALE, _SMALL_PX = 0.5, 2000
_DARK = 150
# A thin rule between two pixels is so pale, as dark as others over so much of its length, and runs down so much of its
# table.
_PALE, _HALF_DARK, _WHOLE = 218, 0.5, 0.85
# The shortest rules, as parts of the face's height; about 12 mm on a face of 265 mm, so that
# neither the stems of a title's capitals nor the flat parts of a seal's ring are rules.
_SHORTEST_ACROSS = 0.050
_SHORTEST_DOWN = 0.042
# A rule is this many times longer than thick; the flat parts of a seal's ring and black pictures are not.
_SLENDER = 17
_SLENDER_WHEN_LONG = 10
_LONG = 0.1
_LEAST_CELL = 0.006
# Strokes of a title's large letters stand in rows and columns, too, in less of the face's width than a broken table.
_LEAST_WIDTH = 0.3
# A broken rule: dashes no shorter and gaps no wider than these parts of the face's height, thinner than so many pixels,
# with so much of its length inked.
# Down they must be longer than the stems of letters, which stand above each other in a column of like lines.
_DASH_ACROSS, _DASH_DOWN, _DASH_GAP = 0.008, 0.0155, 0.03
_THICK = 5
_DASHED = 0.35
# A broken grid: so many rules each way, each inked over this part of the grid at least.
_FEWEST_COLUMNS, _FEWEST_ROWS = 4, 3
_LEAST_LEVEL = 0.15
_FRAME = 0.055
# Rules nearer to each other than this part of the face are one rule, doubled or tripled as frames are.
_APART = 0.011
_NARROWEST_COLUMN = 0.028
_LEVEL_PX = 7
# A table with rules across only: rules of at least this part of the width; the white between columns, the white above
# its titles and the height of these as parts of the height.
_WIDE_RULE = 0.35
_COLUMN_GAP, _TITLE_GAP, _TALLEST_TITLES = 0.0028, 0.0075, 0.08
# Of a row's height, and that of a row with one line at most.
_WORD_SPACE, _TALLEST_LINE = 0.28, 0.02
# Rules down take part in so many rows of a table that has them; specks in so many rows of pixels make no print.
_SOME_DOWN, _SPECKS = 0.3, 0.004
_SPECK_PX, _INK = 1, 255
# White in body and titles parts columns when it is so much of what the body needs alone; a line of text over the table
# crosses so many of the gaps.
_PARTS, _CROSSED = 0.7, 0.25
# Identity cards are 85.6 by 54 mm; sheets lie between 1.4 and 1.45.
_CARD = (1.5, 1.7)
# Less ink than this many full rows of pixels, as a part of a table's height, is no column of print.
_LEAST_PRINT = 0.4


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a face at half size: masks (255 on a rule) of those that run across and those that run down.

    ``scratches`` is the mask of lines down that are none.
    """

    across: Pixels
    down: Pixels
    scale: float
    scratches: Pixels | None = None

    def forget_circle(self, x: int, y: int, radius: int) -> None:
        """Take out what lies in a circle, given in face pixels."""
        centre = (round(x * self.scale), round(y * self.scale))
        for mask in (self.across, self.down):
            cv2.circle(mask, centre, round(radius * self.scale), (0,), cv2.FILLED)

    def cuts_between(self, box: Box) -> list[int]:
        """The x of each rule that runs down through ``box`` and some way above and below it."""
        s = self.scale
        reach = box.height * 0.3
        top, bottom = max(0, int((box.top - reach) * s)), int((box.bottom + reach) * s)
        left, right = int(box.left * s), int(box.right * s)
        part = self.down[top:bottom, left:right]
        if not part.size:
            return []
        full = (part > 0).mean(axis=0) > 0.85
        return [round((left + (a + b) / 2) / s) for a, b in true_runs(full)]


def find_rules(flat: Pixels) -> Rules:
    """The straight rules on a flattened upright face; none on a card, whose large letters are as long as rules."""
    scale = _SCALE if max(flat.shape) > _SMALL_PX else 1.0
    small = shrunk(flat, scale) if scale < 1 else flat
    if _CARD[0] < small.shape[1] / max(1, small.shape[0]) < _CARD[1]:
        return Rules(np.zeros_like(small), np.zeros_like(small), scale)
    dark = cv2.threshold(small, _DARK + 50, 255, cv2.THRESH_BINARY_INV)[1]
    height = max(small.shape)

    # What runs down is what runs across on its side.
    turned = as_pixels(cv2.transpose(dark))
    shortest_across, shortest_down = max(12, round(_SHORTEST_ACROSS * height)), max(10, round(_SHORTEST_DOWN * height))
    across = _only_slender(_long_runs(as_pixels(dark), shortest_across))
    down = as_pixels(cv2.transpose(_only_slender(_long_runs(turned, shortest_down))))
    down, scratches = _without_scratches(as_pixels(dark), across, down)
    tables = find_tables(Rules(across, down, scale))
    thin = _thin_columns(small, as_pixels(dark), tables, scale)
    if scratches is not None:
        thin[cv2.dilate(scratches, np.ones((3, 5), np.uint8)) > 0] = 0
    down = as_pixels(down | thin)
    if not tables:
        broken_across = _broken(as_pixels(dark), 2 * shortest_across, height, _DASH_ACROSS)
        broken_down = as_pixels(cv2.transpose(_broken(turned, 2 * shortest_down, height, _DASH_DOWN)))
        more_across, more_down = _completed(broken_across, broken_down)
        across, down = as_pixels(across | more_across), as_pixels(down | more_down)
    return Rules(across, as_pixels(down | _columns_by_gaps(as_pixels(dark), across, down)), scale, scratches)


def _without_scratches(dark: Pixels, across: Pixels, down: Pixels) -> tuple[Pixels, Pixels | None]:
    """The lines down without those that run through print, and the mask of these; ``None`` where there are none."""
    kept, scratches = down, None
    alone = as_pixels(cv2.subtract(dark, cv2.dilate(across | down, np.ones((3, 3), np.uint8))))
    for box, piece in _pieces(down):
        if not is_scratch(box, piece, alone, across):
            continue
        kept = kept.copy() if kept is down else kept
        scratches = np.zeros_like(down) if scratches is None else scratches
        _erase(kept, box, piece)
        scratches[box.top : box.bottom, box.left : box.right] |= piece
    return kept, scratches


def _thin_columns(small: Pixels, dark: Pixels, tables: Sequence[Table], scale: float) -> Pixels:
    """Rules that run down a whole table, too thin to be dark all the way: between two pixels they are paler."""
    more_down = np.zeros_like(dark)
    for table in tables:
        x, y = round(table.box.left * scale), round(table.box.top * scale)
        part = small[y : round(table.box.bottom * scale), x : round(table.box.right * scale)]
        pale = as_pixels(cv2.threshold(part, _PALE, 255, cv2.THRESH_BINARY_INV)[1])
        length = round(_WHOLE * part.shape[0])
        thin = as_pixels(cv2.transpose(_only_slender(_long_runs(as_pixels(cv2.transpose(pale)), length))))
        for box, piece in _pieces(thin):
            inked = cv2.bitwise_and(piece, dark[y + box.top : y + box.bottom, x + box.left : x + box.right]).any(axis=1)
            if int(inked.sum()) >= _HALF_DARK * box.height:
                more_down[y + box.top : y + box.bottom, x + box.left : x + box.right] |= piece
    return as_pixels(more_down)


def _columns_by_gaps(dark: Pixels, across: Pixels, down: Pixels) -> Pixels:
    """Rules down for tables that have rules across only: through the white between their columns."""
    more_down = np.zeros_like(down)
    height, width = dark.shape
    ink = as_pixels(cv2.subtract(dark, cv2.dilate(across | down, np.ones((3, 3), np.uint8))))
    for left, right, levels in _open_tables(across, down):
        body = ink[levels[0] + 2 : levels[-1] - 1, left:right]
        filled = sum(bool(ink[a + 2 : b - 1, left:right].any()) for a, b in itertools.pairwise(levels))
        if not body.size or filled < _FEWEST_ROWS - 1:
            continue
        least = max(3, round(_COLUMN_GAP * height))
        # Where every row begins with one word ("Đất ..."), the space behind it is white all down.
        pitch = min(*(b - a for a, b in itertools.pairwise(levels)), _TALLEST_LINE * height)
        space = max(least, round(_WORD_SPACE * pitch))
        gaps = _between_print(body, [run for run in _white_runs(body) if run[1] - run[0] >= space])
        top = _title_top(ink, (left, right, levels[0]), gaps)
        titles = ink[top : levels[1] if top > levels[0] - 3 else levels[0], left:right]
        # Where no title stands either: titles reach further to the sides than what is under them.
        both = [_widest_in(gap, _white_runs(as_pixels(np.vstack([body, titles])))) for gap in gaps]
        cuts = [(start + end) // 2 for start, end in both if end - start >= _PARTS * least]
        if len(cuts) < _FEWEST_COLUMNS - 2:
            continue
        # What stands above the first rule may be titles or the line before the table: the grammar tells.
        for x in (left, *(left + cut for cut in cuts), right):
            cv2.line(more_down, (min(x, width - 1), levels[0]), (min(x, width - 1), levels[-1]), (255,), 1)
    return as_pixels(more_down)


def _open_tables(across: Pixels, down: Pixels) -> list[tuple[int, int, list[int]]]:
    """Rules across under each other, alike in place and length, with none down between them: (left, right, heights)."""
    height, width = across.shape
    groups: list[list[tuple[int, int, int]]] = []
    for box in sorted(_boxes(across), key=lambda box: (box.top, box.left)):
        x, y, w, h = box.left, box.top, box.width, box.height
        if w < _WIDE_RULE * width or w > 0.97 * width:
            continue
        near = 0.02 * width
        group = next((g for g in groups if abs(g[0][0] - x) < near and abs(g[0][1] - (x + w)) < near), None)
        if group is None:
            groups.append([(x, x + w, y + h // 2)])
        else:
            group.append((x, x + w, y + h // 2))
    found = []
    for group in groups:
        left, right = min(x for x, _, _ in group), max(x for _, x, _ in group)
        levels = _apart(sorted({y for _, _, y in group}), round(_APART * height))
        # Columns may lean: what runs down is counted in rows, wherever in each it stands.
        inner = down[levels[0] : levels[-1], left + 4 : max(left + 5, right - 4)]
        if len(levels) >= _FEWEST_ROWS and not (inner.size and (inner > 0).any(axis=1).mean() > _SOME_DOWN):
            found.append((left, right, levels))
    return found


def _apart(levels: list[int], least: int) -> list[int]:
    """The levels that are no part of a double or triple rule."""
    kept: list[int] = []
    for level in levels:
        if not kept or level - kept[-1] >= least:
            kept.append(level)
    return kept


def _title_top(ink: Pixels, place: tuple[int, int, int], gaps: list[tuple[int, int]]) -> int:
    """Where the titles of columns begin that stand over the first rule (left, right, y); the rule itself when none do.

    A line that runs through the white between columns is no title.
    """
    left, right, first = place
    height = ink.shape[0]
    start = max(0, first - round(_TALLEST_TITLES * height))
    inked = np.asarray(ink[start : first - 2, left:right].sum(axis=1) > _SPECK_PX * _INK, dtype=np.bool_)
    top = first
    least = _PARTS * max(3, round(_COLUMN_GAP * height))
    for a, b in reversed(true_runs(inked)):
        white = _white_runs(ink[start + a : start + b, left:right])
        crossed = sum(end - begin < least for begin, end in (_widest_in(gap, white) for gap in gaps))
        if top - (start + b) > _TITLE_GAP * height or crossed > _CROSSED * len(gaps) or (a == 0 and start > 0):
            break
        top = start + a
    return max(0, top - 2) if top < first else first


def _widest_in(gap: tuple[int, int], white: list[tuple[int, int]]) -> tuple[int, int]:
    """The widest part of a gap that is white."""
    parts = [(max(a, gap[0]), min(b, gap[1])) for a, b in white]
    return max(parts, key=lambda part: part[1] - part[0], default=(0, 0))


def _white_runs(ink: Pixels) -> list[tuple[int, int]]:
    """The runs of columns without any ink but specks."""
    allowed = _INK * max(_SPECK_PX, _SPECKS * ink.shape[0])
    return true_runs(np.asarray(ink.sum(axis=0) <= allowed, dtype=np.bool_))


def _between_print(body: Pixels, gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The gaps with print on both sides; those that only scraps of a rule part are one."""
    inked = np.cumsum(np.concatenate([[0], body.sum(axis=0, dtype=np.int64) // _INK]))
    least = _LEAST_PRINT * body.shape[0]
    kept: list[tuple[int, int]] = []
    for start, end in gaps:
        if kept and inked[start] - inked[kept[-1][1]] < least:
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((start, end))
    return [gap for gap in kept if inked[gap[0]] >= least and inked[-1] - inked[gap[1]] >= least]


def _broken(dark: Pixels, shortest: int, height: int, dash: float) -> Pixels:
    """The rules across that a poor scan broke into dashes."""
    dashes = _opened(dark, max(8, round(dash * height)))
    thin = cv2.subtract(dashes, cv2.morphologyEx(dashes, cv2.MORPH_OPEN, np.ones((_THICK, 1), np.uint8)))
    # A sheet that lies a little askew steps a rule by a row or two.
    joined = cv2.morphologyEx(
        cv2.dilate(thin, np.ones((3, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, round(_DASH_GAP * height)), np.uint8)
    )
    return _only_slender(_filled(_opened(as_pixels(joined), shortest), as_pixels(thin)))


def _completed(across: Pixels, down: Pixels) -> tuple[Pixels, Pixels]:
    """The grid of a table whose rules are broken, drawn whole; nothing where there is no such grid."""
    height, width = across.shape
    columns = _inner(_levels(cv2.transpose(down)), width, _NARROWEST_COLUMN * width)
    rows = _inner(_levels(across), height, _APART * height)
    nothing = np.zeros_like(across)
    if len(columns) < _FEWEST_COLUMNS or len(rows) < _FEWEST_ROWS:
        return nothing, nothing
    top, bottom = min(start for _, start, _, _ in columns), max(end for _, _, end, _ in columns)
    left, right = min(start for _, start, _, _ in rows), max(end for _, _, end, _ in rows)
    xs = [x for x, _, _, length in columns if length >= _LEAST_LEVEL * (bottom - top)]
    ys = [y for y, _, _, length in rows if length >= _LEAST_LEVEL * (right - left)]
    if len(xs) < _FEWEST_COLUMNS or len(ys) < _FEWEST_ROWS or xs[-1] - xs[0] < _LEAST_WIDTH * width:
        return nothing, nothing
    more_across, more_down = nothing.copy(), nothing.copy()
    for x in xs:
        cv2.line(more_down, (x, ys[0]), (x, ys[-1]), (255,), 2)
    for y in ys:
        cv2.line(more_across, (xs[0], y), (xs[-1], y), (255,), 2)
    return as_pixels(more_across), as_pixels(more_down)


def _inner(levels: list[tuple[int, int, int, int]], size: int, apart: float) -> list[tuple[int, int, int, int]]:
    """The levels without the frame around the face, whose lines lie close beside each other."""
    kept: list[tuple[int, int, int, int]] = []
    for level in levels:
        if not _FRAME * size < level[0] < (1 - _FRAME) * size:
            continue
        if kept and level[0] - kept[-1][0] < apart:
            continue
        kept.append(level)
    return kept


def _levels(across: cv2.typing.MatLike) -> list[tuple[int, int, int, int]]:
    """Rules across that lie on one height, from top to bottom: (y, leftmost, rightmost, length of all pieces)."""
    pieces = sorted((box.top + box.height // 2, box.left, box.right) for box in _boxes(across))
    levels: list[tuple[int, int, int, int]] = []
    for y, start, end in pieces:
        if levels and y - levels[-1][0] <= _LEVEL_PX:
            _, first, last, length = levels[-1]
            levels[-1] = (levels[-1][0], min(first, start), max(last, end), length + end - start)
        else:
            levels.append((y, start, end, end - start))
    return levels


def _long_runs(dark: Pixels, length: int) -> Pixels:
    """What runs across for so long, though it may step by a row: no photographed sheet is quite flat."""
    slack = as_pixels(cv2.dilate(dark, np.ones((3, 1), np.uint8)))
    return as_pixels(cv2.bitwise_and(_opened(slack, length), dark))


def _opened(mask: Pixels, length: int) -> Pixels:
    return as_pixels(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)))


def _filled(joined: Pixels, dashes: Pixels) -> Pixels:
    """The joined rules of which enough is dashes."""
    kept = joined.copy()
    for box, piece in _pieces(joined):
        inked = cv2.bitwise_and(piece, dashes[box.top : box.bottom, box.left : box.right]).any(axis=0)
        if int(inked.sum()) < _DASHED * box.width:
            _erase(kept, box, piece)
    return kept


def _only_slender(mask: Pixels) -> Pixels:
    """The mask without pieces that are short for their thickness."""
    kept = mask
    for box, piece in _pieces(mask):
        long, short = max(box.width, box.height), min(box.width, box.height)
        if long >= _SLENDER * short or (long >= _LONG * max(mask.shape) and long >= _SLENDER_WHEN_LONG * short):
            continue
        kept = kept.copy() if kept is mask else kept
        _erase(kept, box, piece)
    return kept


# Pieces are followed along their outlines: masks of rules are nearly empty, and to number all their pixels costs ten
# times as much.


def _boxes(mask: cv2.typing.MatLike) -> list[Box]:
    """The boxes of the pieces of a mask, in no order."""
    outlines, within = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outer = [outline for outline, links in zip(outlines, _links(within), strict=True) if links[3] < 0]
    return [Box(x, y, x + w, y + h) for x, y, w, h in map(cv2.boundingRect, outer)]


def _pieces(mask: Pixels, least_width: int = 1, least_height: int = 1) -> Iterator[tuple[Box, Pixels]]:
    """The pieces of a mask that are so large at least: each its box and, within it, its pixels (255)."""
    outlines, within = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for index, links in enumerate(_links(within)):
        if links[3] >= 0:
            continue
        left, top, width, height = cv2.boundingRect(outlines[index])
        if width < least_width or height < least_height:
            continue
        piece = np.zeros((height, width), np.uint8)
        cv2.drawContours(piece, outlines, index, (255,), cv2.FILLED, 8, within, 1, (-left, -top))
        yield Box(left, top, left + width, top + height), piece


def _links(within: cv2.typing.MatLike | None) -> list[list[int]]:
    return [] if within is None else np.asarray(within, np.int64).reshape(-1, 4).tolist()


def _erase(mask: Pixels, box: Box, piece: Pixels) -> None:
    mask[box.top : box.bottom, box.left : box.right][piece > 0] = 0


def without_rules(flat: Pixels, rules: Rules) -> Pixels:
    """The face with its rules painted white, so that readers do not take them for strokes."""
    flat = flat if rules.scratches is None else mended(flat, rules.scratches)
    mask = cv2.bitwise_or(
        cv2.dilate(rules.across, np.ones((3, 1), np.uint8)), cv2.dilate(rules.down, np.ones((1, 3), np.uint8))
    )
    if not mask.any():
        return flat
    whole = cv2.resize(mask, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_NEAREST)
    return as_pixels(cv2.bitwise_or(flat, as_pixels(whole)))


def find_tables(rules: Rules) -> list[Table]:
    """The ruled tables of a face, from top to bottom; a mere frame is none."""
    grid = cv2.dilate(rules.across | rules.down, np.ones((3, 3), np.uint8))
    if not grid.any():
        return []
    tables = []
    least = max(8, round(_LEAST_CELL * max(grid.shape)))
    for box, part in _pieces(as_pixels(grid), 6 * least, 2 * least):
        left, top = box.left, box.top
        cells = cells_in(part, least)
        # A frame around the whole face is one cell; so is an underlined heading's box.
        if len(cells) >= 3:
            tables.append(table_of(cells, left, top, rules.scale))
    return sorted(tables, key=lambda table: table.box.top)
