"""Where the lines of a face stand: found by the detector, kept within their columns and cells, in reading order.

Owns the geometry of lines. It must not know what they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from certificate.geometry import Box
from ocr.engines.images import Pixels, as_pixels
from ocr.engines.trueocr import FoundLine, TrueOcrEngine
from ocr.frames import ornaments
from ocr.grid import Table
from ocr.line_ends import joined, with_whole_ends
from ocr.line_tops import with_whole_top
from ocr.missed import missed_at_foot, missed_in_cells
from ocr.seals import Seal, find_seals, without_seals
from ocr.table_lines import halves, part_table_lines
from ocr.tables import Rules, find_rules, find_tables, without_rules

# A gap wider than this many line heights parts two lines: columns, or a label and a value far away.
_WIDE_GAP = 2.2
_RULE_PX = 4
_DARK = 140
# Of a line's columns so few are that dark where its ink is pale; the palest ink that is some.
_FEW_INKED, _PALEST, _WHITE = 0.3, 190, 255
# The score of a line that the detector did not see.
_UNSEEN = 0.6
_LEAST_HEIGHT_PX = 6


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line's box in face pixels, the detector's score, and its (table, row, column) when it is in a ruled table."""

    box: Box
    score: float
    cell: tuple[int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class FaceLines:
    """The lines of a face in reading order, its tables, and the face without rules (what the readers see).

    ``no_red`` is the same array as ``clean`` on a face without red ink.
    """

    lines: tuple[PlacedLine, ...]
    tables: tuple[Table, ...]
    clean: Pixels
    no_red: Pixels
    rules: Rules


def find_lines(
    flat: Pixels, no_red: Pixels | None, red: Pixels, codes: Sequence[Box], engine: TrueOcrEngine
) -> FaceLines:
    """Find, split and order the lines of a flattened upright face.

    ``no_red`` is the rendering without red ink, or ``None`` on a face without any; ``red`` is 255 on red ink. Lines
    under seals are sought with the seals gone. Nothing is a line inside the boxes of barcodes and QR codes.
    """
    seals = find_seals(flat if no_red is None else as_pixels(cv2.bitwise_not(red)))
    rules = find_rules(_without_codes(flat, codes))
    for seal in seals:
        # The flat parts of a thick ring look like rules, and names run across them.
        rules.forget_circle(seal.x, seal.y, round(1.1 * seal.radius))
    tables = tuple(find_tables(rules))
    clean = without_rules(flat, rules)
    clean_no_red = clean if no_red is None else without_rules(no_red, rules)
    shown = without_seals(clean, clean_no_red, seals)
    placed = _found(shown, rules, tables, engine)
    # Red ink is gone from the picture; black rings only are, so there growing must stay short.
    reach = 6.0 if no_red is not None else 1.2
    placed = [_grown_under_seal(line, shown, seals, placed, reach) for line in placed]
    placed = [line for line in placed if not any(_mostly_in(line.box, code) for code in codes)]
    framed = ornaments([line.box for line in placed], flat.shape[0])
    placed = [line for at, line in enumerate(placed) if at not in framed]
    return FaceLines(tuple(in_reading_order(placed, tables)), tables, clean, clean_no_red, rules)


def _without_codes(flat: Pixels, codes: Sequence[Box]) -> Pixels:
    """The face with its codes painted white: their modules stand in rows and columns as a broken table's rules do."""
    if not codes:
        return flat
    shown = flat.copy()
    for box in codes:
        shown[max(0, box.top) : max(0, box.bottom), max(0, box.left) : max(0, box.right)] = _WHITE
    return shown


def _grown_under_seal(
    line: PlacedLine, shown: Pixels, seals: Sequence[Seal], others: Sequence[PlacedLine], reach: float
) -> PlacedLine:
    """A line at a seal's edge, longer by the letters that the seal hid from the detector."""
    box = line.box
    seal = next((seal for seal in seals if _reaches(box, seal)), None)
    if seal is None:
        return line
    core = shown[box.top + box.height // 4 : box.bottom - box.height // 5]
    inked = np.asarray((core < _DARK).any(axis=0), dtype=np.bool_)
    gap, most = round(0.55 * box.height), round(reach * box.height)
    left, right = box.left, box.right
    stop_left = max(0, seal.x - seal.radius, box.left - most)
    stop_right = min(shown.shape[1], seal.x + seal.radius, box.right + most)
    while left > stop_left and inked[max(0, left - gap) : left].any():
        left = max(0, left - gap) + int(np.argmax(inked[max(0, left - gap) : left]))
    while right < stop_right and inked[right : right + gap].any():
        ahead = inked[right : right + gap]
        right += len(ahead) - int(np.argmax(ahead[::-1]))
    grown = Box(left, box.top, right, box.bottom)
    taken = any(other is not line and _mostly_in(other.box, grown) and other.box.width > box.width for other in others)
    return line if taken else PlacedLine(grown, line.score, line.cell)


def _reaches(box: Box, seal: Seal) -> bool:
    """Whether a line lies at the upper or lower part of a seal, where names and titles run across its ring."""
    middle = (box.top + box.bottom) / 2
    across = box.left < seal.x + 1.3 * seal.radius and box.right > seal.x - 1.3 * seal.radius
    return across and 0.55 * seal.radius < abs(middle - seal.y) < 1.25 * seal.radius


def _found(grey: Pixels, rules: Rules, tables: Sequence[Table], engine: TrueOcrEngine) -> list[PlacedLine]:
    scored = _scored(grey, engine.find_lines(grey))
    boxes = [box for box, _ in scored]
    for at, box in enumerate(boxes):
        # Beside those that are whole already: what stands between two lines is of one of them only.
        others = boxes[:at] + boxes[at + 1 :]
        boxes[at] = with_whole_top(grey, with_whole_ends(grey, box, others), others)
    whole = joined(grey, [(box, score) for box, (_, score) in zip(boxes, scored, strict=True)])
    whole += _scored(grey, missed_at_foot(grey, [box for box, _ in whole], engine))
    parts = [(part, score) for box, score in whole for part in _split(grey, box, rules)]
    placed: list[PlacedLine] = []
    cells = [cell for table in tables for cell, _, _ in table.cells]
    for part, score in part_table_lines(grey, parts, cells):
        placed += [PlacedLine(line, score, find_cell(line, tables)) for line in _in_bands(grey, part, tables)]
    missed = missed_in_cells(grey, [line.box for line in placed], tables)
    return placed + [PlacedLine(box, _UNSEEN, find_cell(box, tables)) for box in missed]


def _scored(grey: Pixels, found: Sequence[FoundLine]) -> list[tuple[Box, float]]:
    """The boxes of found lines in whole pixels of the face, and the detector's scores."""
    height, width = grey.shape
    scored = [
        (
            Box(
                max(0, int(line.left)),
                max(0, int(line.top)),
                min(width, int(np.ceil(line.right))),
                min(height, int(np.ceil(line.bottom))),
            ),
            line.score,
        )
        for line in found
    ]
    return [(box, score) for box, score in scored if min(box.height, box.width) >= _LEAST_HEIGHT_PX]


def _in_bands(clean: Pixels, part: Box, tables: Sequence[Table]) -> list[Box]:
    """The lines of print in a cell that a line found across a whole row of cells runs between; else the part itself.

    Titles of one line stand at half the height of their row, where those of two lines have their gap.
    """
    place = find_cell(part, tables)
    if place is None:
        return [part]
    cell = next(box for box, row, column in tables[place[0]].cells if (row, column) == place[1:])
    top, bottom = cell.top + _RULE_PX, cell.bottom - _RULE_PX
    counts = (clean[top:bottom, cell.left + _RULE_PX : cell.right - _RULE_PX] < _DARK).sum(axis=1)
    rows = np.flatnonzero(counts)
    if not len(rows):
        return [part]
    breaks = np.flatnonzero(np.diff(rows) > max(2, part.height // 10))
    starts = [int(rows[0]), *(int(rows[i + 1]) for i in breaks)]
    runs = list(zip(starts, [*(int(rows[i]) + 1 for i in breaks), int(rows[-1]) + 1], strict=True))
    pad = max(2, part.height // 12)

    def bands(runs: Sequence[tuple[int, int]]) -> list[Box]:
        return [
            Box(cell.left + _RULE_PX, max(cell.top, top + start - pad), cell.right - _RULE_PX, top + end + pad)
            for start, end in runs
            if end - start >= 0.3 * part.height and start + top < part.bottom and end + top > part.top
        ]

    apart = bands(runs)
    # Lines that stand closely touch: the part may be one of those that a band holds.
    closely = bands([half for run in runs for half in halves(counts, run, part.height)])
    if any(_is_line_of(part, band) for band in apart + closely):
        return [part]
    trimmed = [line for band in apart for line in _split_at_gaps(clean, band)]
    return trimmed if len(apart) > 1 else [part]


def _is_line_of(part: Box, band: Box) -> bool:
    """Whether a found line is one whole band of print, not the lower half of one and the upper half of the next."""
    shared = min(part.bottom, band.bottom) - max(part.top, band.top)
    return shared > 0.8 * band.height and shared > 0.55 * part.height


def _mostly_in(box: Box, other: Box) -> bool:
    """Whether more than half of ``box`` lies in ``other``."""
    across = min(box.right, other.right) - max(box.left, other.left)
    down = min(box.bottom, other.bottom) - max(box.top, other.top)
    return across > 0 and down > 0 and across * down > 0.5 * box.width * box.height


def _split(clean: Pixels, box: Box, rules: Rules) -> list[Box]:
    """Part a line where a rule runs down through it or where a wide gap lies."""
    cuts = [box.left, *(x for x in rules.cuts_between(box) if box.left + 4 < x < box.right - 4), box.right]
    parts: list[Box] = []
    for left, right in pairwise(cuts):
        parts += _split_at_gaps(clean, Box(left, box.top, right, box.bottom))
    return parts


def _split_at_gaps(clean: Pixels, box: Box) -> list[Box]:
    part = clean[box.top : box.bottom, box.left : box.right]
    inked = (part < _DARK).any(axis=0)
    if part.size and part.min() < _PALEST and inked.mean() < _FEW_INKED:
        # Red print on yellowed paper is not half as dark as the rest.
        inked = (part < (int(part.min()) + _WHITE) // 2).any(axis=0)
    columns = np.flatnonzero(inked)
    if not len(columns):
        return []
    wide = max(_WIDE_GAP * box.height, 30)
    breaks = np.flatnonzero(np.diff(columns) > wide)
    starts = [int(columns[0]), *(int(columns[i + 1]) for i in breaks)]
    ends = [*(int(columns[i]) + 1 for i in breaks), int(columns[-1]) + 1]
    pad = max(2, box.height // 12)
    return [
        Box(max(box.left, box.left + start - pad), box.top, min(box.right, box.left + end + pad), box.bottom)
        for start, end in zip(starts, ends, strict=True)
        if end - start >= 3
    ]


def find_cell(box: Box, tables: Sequence[Table]) -> tuple[int, int, int] | None:
    """The (table, row, column) in which the middle of ``box`` stands, if any."""
    x, y = (box.left + box.right) // 2, (box.top + box.bottom) // 2
    for number, table in enumerate(tables):
        for cell, row, column in table.cells:
            if cell.left <= x < cell.right and cell.top <= y < cell.bottom:
                return number, row, column
    return None


def rows_of_cell(line: PlacedLine, tables: Sequence[Table]) -> int:
    """Over how many rows of its table the cell of a line runs."""
    if line.cell is None:
        return 1
    table, row, column = line.cell
    return tables[table].rows_of(row, column)


# Reading order


def in_reading_order(lines: Sequence[PlacedLine], tables: Sequence[Table] = ()) -> list[PlacedLine]:
    """Blocks from top to bottom and left to right; a table cell by cell, row by row, where its top stands."""
    free = [line for line in lines if line.cell is None]
    ordered = _cut_blocks(free)
    for number in reversed(range(len(tables))):
        inside = [line for line in lines if line.cell is not None and line.cell[0] == number]
        inside.sort(key=lambda line: (line.cell or (0, 0, 0), line.box.top, line.box.left))
        by_row = _same_row_by_left(inside)
        top = tables[number].box.top
        at = next((i for i, line in enumerate(ordered) if line.cell is None and line.box.top >= top), len(ordered))
        ordered[at:at] = by_row
    return ordered


def _same_row_by_left(inside: list[PlacedLine]) -> list[PlacedLine]:
    """Within each cell, rows of text from top to bottom and each row from left to right."""
    ordered: list[PlacedLine] = []
    cells: dict[tuple[int, int, int], list[PlacedLine]] = {}
    for line in inside:
        cells.setdefault(line.cell or (0, 0, 0), []).append(line)
    for cell in sorted(cells):
        ordered += _rows(cells[cell])
    return ordered


def _rows(lines: Sequence[PlacedLine]) -> list[PlacedLine]:
    """Rows from top to bottom, each from left to right; lines are in a row when half of the lower one overlaps."""
    rows: list[list[PlacedLine]] = []
    for line in sorted(lines, key=lambda one: one.box.top + one.box.bottom):
        middle = (line.box.top + line.box.bottom) / 2
        last = rows[-1] if rows else None
        if last and any(other.box.top < middle < other.box.bottom for other in last):
            last.append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.box.left)]


def _cut_blocks(lines: Sequence[PlacedLine]) -> list[PlacedLine]:
    """Recursive cuts through white: across first, then down where two columns of several lines stand side by side."""
    if len(lines) < 3:
        return _rows(lines)
    height = float(np.median([line.box.height for line in lines]))
    down = _widest_gap([(line.box.left, line.box.right) for line in lines])
    if down is not None and down[1] >= 1.0 * height:
        left = [line for line in lines if line.box.right <= down[0]]
        right = [line for line in lines if line.box.right > down[0]]
        if min(len(left), len(right)) >= 2:
            return _cut_blocks(left) + _cut_blocks(right)
    across = _widest_gap([(line.box.top, line.box.bottom) for line in lines])
    if across is not None and across[1] > 0.9 * height:
        upper = [line for line in lines if line.box.bottom <= across[0]]
        lower = [line for line in lines if line.box.bottom > across[0]]
        return _cut_blocks(upper) + _cut_blocks(lower)
    return _rows(lines)


def _widest_gap(spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Where the widest gap between the spans begins, and how wide it is."""
    best: tuple[int, int] | None = None
    reach: int | None = None
    for start, end in sorted(spans):
        if reach is not None and start > reach and (best is None or start - reach > best[1]):
            best = (reach, start - reach)
        reach = end if reach is None else max(reach, end)
    return best
