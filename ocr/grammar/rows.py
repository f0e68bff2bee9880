"""Rows of a table of parcels where rules are faint, broken or lost: the heights of its numbers.

Lines of wrapped cells are shared out among the rows so that each block stands as its number does. What cells say must
bear the structure out: a row of which something does not is doubted. It must not know how a parcel's facts are split.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr.grammar.cells import is_borne_out, is_row, is_whole
from ocr.grammar.columns import COUNT, Bit, Column, Columns, find_columns
from ocr.grammar.flow import Piece, Run, TextLine, join
from ocr.grammar.shares import Span, share_out
from ocr.grammar.values import area

_FEWEST_COLUMNS = 3
# In line heights: how far numbers of one row stand from each other.
_SAME_ROW = 0.6
# Rows slope by so much.
_SLOPES = np.linspace(-0.024, 0.024, 25)
_TOLD_NUMBERS = ("parcel_number", "map_sheet_number", "area")
_NUMERIC = (*_TOLD_NUMBERS, "use_area", "private", "shared")
_BY_CONTENT = ("purpose", "term", "origin", "address", "use_form")
# Of the cells of a column so many tell what it is, and fewer than so many that its title does not; a row has so many of
# the table's columns.
_USUALLY, _SOME = 0.6, 0.4
# Square metres by which parts may miss the whole.
_EVEN = 0.15


@dataclass(frozen=True, eq=False)
class Aligned:
    """A table found so: its rows, which of them are doubtful, the lines it took, and whether numbers were guessed."""

    rows: tuple[Mapping[str, Piece], ...]
    doubted: frozenset[int]
    lines: frozenset[TextLine]
    guessed: bool
    # What its columns are, from the left; none for those that tell nothing.
    keys: tuple[str, ...] = ()


def read_aligned(lines: Sequence[TextLine]) -> Aligned | None:
    """The table of parcels among these lines of one face; ``None`` where titles or rows make none."""
    for found in find_columns(lines):
        columns = _with_numbers(_once(found.columns))
        keys = {column.key for column in columns}
        if len(keys - {"", COUNT}) < _FEWEST_COLUMNS or not {"parcel_number", "area"} & keys:
            continue
        table = _rows(found, _squared(columns))
        if table is not None and table.rows:
            return replace(table, keys=tuple(column.key for column in sorted(columns, key=lambda one: one.left)))
    return None


# What columns hold


def _once(columns: Sequence[Column]) -> list[Column]:
    """The columns, no key twice: the one keeps it whose content fits it best."""
    kept = list(columns)
    for key in {column.key for column in columns if column.key}:
        same = [column for column in kept if column.key == key]
        best = max(same, key=lambda column: (column.share_borne_out(key), len(column.bits)))
        kept = [replace(c, key="") if c.key == key and c is not best else c for c in kept]
    return kept


def _with_numbers(columns: Sequence[Column]) -> list[Column]:
    """The columns of numbers without a title of their own told by what they hold, in the order of the forms."""
    named = list(columns)
    for at, column in enumerate(named):
        if column.key in (COUNT, *_BY_CONTENT) or (column.key and column.share_borne_out(column.key) > _SOME):
            continue
        free = [key for key in _TOLD_NUMBERS if key not in {c.key for c in named}]
        named[at] = replace(column, key=_number_key(column, free))
    return named


def _number_key(column: Column, free: Sequence[str]) -> str:
    texts = [bit.text.strip(" .|") for bit in column.bits]
    counted = sum(a.isdigit() and b.isdigit() and int(b) == int(a) + 1 for a, b in itertools.pairwise(texts))
    if texts[:2] == ["1", "2"] or counted > _USUALLY * (len(texts) - 1) > 1:
        return COUNT
    is_area = column.share_borne_out("area") >= _USUALLY
    if is_area and sum(bool(re.search(r"\d[.,]\d", text)) for text in texts) > 0.4 * len(texts):
        return "area" if "area" in free else ""
    if column.share_borne_out("parcel_number") >= _USUALLY:
        return next(iter(free), "")
    return ""


def _with_shares(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[Column]:
    """Two columns of areas without titles that make up the whole area are the private and the shared one."""
    named = list(columns)
    whole = next((texts for column, texts in zip(columns, cells, strict=True) if column.key == "area"), None)
    for one, other in itertools.pairwise(range(len(columns))):
        if whole is None or {columns[one].key, columns[other].key} - {"", "private", "shared"}:
            continue
        fitting = sum(_make_up(*texts) for texts in zip(whole, cells[one], cells[other], strict=True))
        if fitting > _USUALLY * len(whole):
            named[one], named[other] = replace(columns[one], key="private"), replace(columns[other], key="shared")
    return named


def _make_up(whole: str, *parts: str) -> bool:
    """Whether areas as printed, or ``Không``, make up a whole one."""
    if not all(is_borne_out("shared", text) for text in (whole, *parts)):
        return False
    total, *shares = (float(area(text) or 0) for text in (whole, *parts))
    return total > 0 and abs(total - sum(shares)) < _EVEN


def _with_texts(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[Column]:
    """The columns of words without a title told by what their cells hold."""
    named = list(columns)
    for at, (column, texts) in enumerate(zip(columns, cells, strict=True)):
        filled = [text for text in texts if text]
        if column.key or not filled:
            continue
        free = [key for key in _BY_CONTENT if key not in {c.key for c in named}]
        shares = {key: sum(is_borne_out(key, text) for text in filled) / len(filled) for key in free}
        best = max(free, key=lambda key: shares[key], default="")
        if best and shares[best] > _USUALLY:
            named[at] = replace(column, key=best)
    return named


# Rows


def _squared(columns: Sequence[Column]) -> list[Column]:
    """The columns with their rows level: turned by the slope under which the numbers of a row stand at one height."""
    anchor = next((c for key in _NUMERIC for c in columns if c.key == key), None)
    if anchor is None or len(anchor.bits) < 2:
        return list(columns)
    others = [bit for c in columns if c is not anchor and len(c.bits) <= 1.2 * len(anchor.bits) for bit in c.bits]
    if not others:
        return list(columns)
    xs, ys = np.array([b.x for b in others]), np.array([b.y for b in others])
    anchors = np.array([(b.x, b.y) for b in anchor.bits])
    height = float(np.median([b.bottom - b.top for b in anchor.bits]))

    def off(slope: float) -> float:
        levelled = ys - slope * (xs - anchors[:, 0].mean())
        apart = np.abs(levelled[:, None] - anchors[None, :, 1]).min(axis=1)
        return float(np.minimum(apart, height).sum()) + 0.5 * abs(slope) * len(ys) * height

    slope = min(map(float, _SLOPES), key=off)
    middle = float(anchors[:, 0].mean())

    def levelled(bit: Bit) -> Bit:
        shift = slope * (bit.x - middle)
        return replace(bit, top=bit.top - shift, bottom=bit.bottom - shift)

    return [replace(c, bits=tuple(sorted(map(levelled, c.bits), key=lambda b: b.y))) for c in columns]


def _rows(found: Columns, columns: Sequence[Column]) -> Aligned | None:
    height = found.height
    levels = _levels(columns, height)
    if not levels:
        return None
    given = [_given(column, levels, height) for column in columns]
    cells = [
        [_text(column, members, height) for members in shares]
        for column, (shares, _) in zip(columns, given, strict=True)
    ]
    columns = _with_texts(_with_shares(columns, cells), cells)
    rows: list[dict[str, Piece]] = [{} for _ in levels]
    doubted: set[int] = set()
    for column, (shares, unsure) in zip(columns, given, strict=True):
        if column.key in ("", COUNT):
            continue
        doubted |= unsure
        for row, members in enumerate(shares):
            piece = join(_piece(bit) for bit in _in_order([column.bits[i] for i in members], height))
            if piece:
                rows[row][column.key] = piece
                if not is_whole(column.key, piece.text):
                    doubted.add(row)
    if any(not column.key and not column.title and len(column.bits) > len(levels) / 2 for column in columns):
        # Words that belong to no column: one was cut in two.
        doubted = set(range(len(levels)))
    usual = {key for key in {k for row in rows for k in row} if sum(key in row for row in rows) > 0.5 * len(rows)}
    doubted |= {n for n, row in enumerate(rows) if not usual <= set(row)}
    # Rests of titles may stand on one height as numbers do; they have nothing else beside them.
    kept = [n for n, row in enumerate(rows) if is_row(row) and len(usual & set(row)) >= _SOME * len(usual)]
    told = {column.key for column in found.columns}
    return Aligned(
        tuple(rows[n] for n in kept),
        frozenset(i for i, n in enumerate(kept) if n in doubted),
        found.lines,
        # Forms print parcel and map sheet in either order: without their titles nothing tells which is which.
        guessed=not {"parcel_number", "map_sheet_number"} <= told,
    )


def _given(column: Column, levels: Sequence[Span], height: float) -> tuple[list[list[int]], set[int]]:
    if column.key in _NUMERIC or column.key == COUNT:
        return _nearest(column, levels, height), set()
    return share_out([(bit.top, bit.bottom) for bit in column.bits], levels, height)


def _text(column: Column, members: Sequence[int], height: float) -> str:
    return " ".join(bit.text for bit in _in_order([column.bits[i] for i in members], height))


def _levels(columns: Sequence[Column], height: float) -> list[Span]:
    """The top and bottom of the number of each row; a row that lost its own number has those of two other columns."""
    by_key = {column.key: column for column in columns}
    numeric = [
        [bit for bit in by_key[key].bits if is_borne_out("parcel_number" if key == COUNT else key, bit.text)]
        for key in (*_NUMERIC, COUNT)
        if key in by_key
    ]
    groups: list[list[tuple[int, Bit]]] = []
    for number, bit in sorted(((n, b) for n, bits in enumerate(numeric) for b in bits), key=lambda pair: pair[1].y):
        last = groups[-1] if groups else None
        if last and bit.y - float(np.mean([b.y for _, b in last])) < _SAME_ROW * height:
            last.append((number, bit))
        else:
            groups.append([(number, bit)])
    needed = 2 if len(numeric) > 1 else 1
    told = [group for group in groups if len({number for number, _ in group}) >= needed]
    return [
        (float(np.median([b.top for _, b in group])), float(np.median([b.bottom for _, b in group]))) for group in told
    ]


def _nearest(column: Column, levels: Sequence[Span], height: float) -> list[list[int]]:
    """The bits of a column of numbers, each with the row whose height is its own; others are scraps."""
    middles = [(top + bottom) / 2 for top, bottom in levels]
    shares: list[list[int]] = [[] for _ in levels]
    for i, bit in enumerate(column.bits):
        row = min(range(len(middles)), key=lambda n: abs(middles[n] - bit.y))
        if abs(middles[row] - bit.y) < 1.2 * height:
            shares[row].append(i)
    for members in shares:
        # A scrap beside a number is none of it.
        numbers = [i for i in members if is_borne_out(column.key, column.bits[i].text)]
        if numbers and len(members) > 1:
            members[:] = [max(numbers, key=lambda i: column.bits[i].right - column.bits[i].left)]
    return shares


def _in_order(bits: Sequence[Bit], height: float) -> list[Bit]:
    """Bits from top to bottom, those of one line from left to right."""
    lines: list[list[Bit]] = []
    for bit in sorted(bits, key=lambda b: b.y):
        if lines and bit.y - lines[-1][0].y < 0.5 * height:
            lines[-1].append(bit)
        else:
            lines.append([bit])
    return [bit for line in lines for bit in sorted(line, key=lambda b: b.x)]


def _piece(bit: Bit) -> Piece | None:
    """What a bit says, its punctuation kept for joining with the next line of the cell."""
    return Piece((Run(bit.line, bit.start, bit.end),)) if bit.text else None
