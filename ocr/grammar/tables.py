"""Tables of parcels: columns by their titles, rows by their parcel numbers, cells wrapped over lines joined.

Owns the geometry of a table. Where the image side found ruled cells (``Line.cell``) those are used; else columns are
the gaps between titles, and a row begins where a number stands in the column of parcel numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certificate.geometry import Box
from ocr.grammar.flow import Piece, Run, TextLine, join, whole
from ocr.grammar.labels import PARCEL_LABELS, Label, find_labels
from ocr.grammar.letters import skeleton_of

TABLE_LABELS: tuple[Label, ...] = tuple(
    Label(label.key, label.wordings) for label in PARCEL_LABELS if label.key not in ("nth", "area_in_words")
)
_FEWEST_COLUMNS = 3
_MAX_TITLE_LETTERS = 48


@dataclass(frozen=True, eq=False)
class Table:
    """A table read: each row a mapping of a column's key to its cell, and the lines that it took."""

    rows: tuple[Mapping[str, Piece], ...]
    lines: frozenset[TextLine]


@dataclass(frozen=True, slots=True)
class _Column:
    key: str
    left: int
    right: int


def read_table(lines: Sequence[TextLine]) -> Table | None:
    """The first table of parcels among these lines of one face; ``None`` when there is none."""
    ruled = [line for line in lines if line.line.cell is not None]
    if ruled:
        table = _ruled_table(ruled)
        if table:
            return table
    return _loose_table(lines)


def _ruled_table(lines: Sequence[TextLine]) -> Table | None:
    tables: dict[int, list[TextLine]] = {}
    for line in lines:
        if line.line.cell:
            tables.setdefault(line.line.cell[0], []).append(line)
    for members in tables.values():
        cells: dict[tuple[int, int], list[TextLine]] = {}
        for line in members:
            _, row, column = line.line.cell or (0, 0, 0)
            cells.setdefault((row, column), []).append(line)
        table = _from_cells(cells, members)
        if table:
            return table
    return None


def _from_cells(cells: Mapping[tuple[int, int], list[TextLine]], members: Sequence[TextLine]) -> Table | None:
    rows = sorted({row for row, _ in cells})
    columns: dict[int, str] = {}
    first_row = rows[0]
    for row in rows:
        titles = {c: " ".join(line.text for line in cells[row, c]) for r, c in cells if r == row}
        named = {c: key for c, text in titles.items() if (key := _title_key(text))}
        if len(named) >= _FEWEST_COLUMNS:
            columns, first_row = columns | named, row
        elif columns:
            break
    if len(columns) < _FEWEST_COLUMNS:
        return None
    found = []
    for row in rows:
        if row <= first_row:
            continue
        values = {
            key: piece
            for column, key in columns.items()
            if (piece := join(whole_line(line) for line in cells.get((row, column), ())))
        }
        if "parcel_number" in values or "map_sheet_number" in values:
            found.append(values)
    return Table(tuple(found), frozenset(members)) if found else None


def whole_line(line: TextLine) -> Piece | None:
    """A whole line as a piece, its punctuation kept for joining with the next line of the cell."""
    return Piece((Run(line, 0, len(line.text)),)) if line.text else None


def _title_key(text: str) -> str:
    """The column that a title names; empty when the text is no title."""
    if len(skeleton_of(text)) > _MAX_TITLE_LETTERS:
        return ""
    text = text.replace(":", " ").replace(";", " ")
    hits = find_labels(text, TABLE_LABELS)
    if not hits:
        return ""
    best = max(hits, key=lambda hit: hit.end - hit.start)
    return best.key if best.end - best.start > 0.45 * len(text.strip()) else ""


def _stacks(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines standing under each other closely, as the lines of one title cell do."""
    stacks: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.box.top):
        for stack in stacks:
            above = stack[-1].box
            overlap = min(above.right, line.box.right) - max(above.left, line.box.left)
            near = line.box.top - above.bottom < 0.9 * line.box.height
            if near and overlap > 0.4 * min(above.width, line.box.width) and above.width < 6 * above.height:
                stack.append(line)
                break
        else:
            stacks.append([line])
    return stacks


def _loose_table(lines: Sequence[TextLine]) -> Table | None:
    rows: dict[int, list[TextLine]] = {}
    for line in lines:
        rows.setdefault(line.row, []).append(line)
    ordered = sorted(rows)
    for at, row in enumerate(ordered):
        if len(rows[row]) < _FEWEST_COLUMNS:
            continue
        table = _table_from(rows, ordered[at:])
        if table:
            return table
    return None


def _table_from(rows: Mapping[int, list[TextLine]], ordered: Sequence[int]) -> Table | None:
    """A table whose titles begin at the first of these rows; titles may take up to four rows."""
    for title_rows in (4, 3, 2, 1):
        titles = [line for row in ordered[:title_rows] for line in rows[row]]
        named = [(_title_key(" ".join(line.text for line in stack)), stack) for stack in _stacks(titles)]
        keys = [key for key, _ in named if key]
        if len(keys) >= _FEWEST_COLUMNS and "parcel_number" in keys and len(set(keys)) == len(keys):
            columns = _columns([(key, stack) for key, stack in named if key])
            table = _rows_below([line for row in ordered[title_rows:] for line in rows[row]], columns, titles)
            if table:
                return table
    return None


def _columns(named: Sequence[tuple[str, Sequence[TextLine]]]) -> list[_Column]:
    spans = sorted(
        (min(line.box.left for line in stack), max(line.box.right for line in stack), key) for key, stack in named
    )
    columns = []
    for i, (left, right, key) in enumerate(spans):
        before = (spans[i - 1][1] + left) // 2 if i else left - 200
        after = (right + spans[i + 1][0]) // 2 if i + 1 < len(spans) else right + 400
        columns.append(_Column(key, before, after))
    return columns


def _column_of(box: Box, columns: Sequence[_Column]) -> _Column | None:
    overlaps = [(min(box.right, c.right) - max(box.left, c.left), c) for c in columns]
    best = max(overlaps, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] > 0 else None


_NUMBER_CELL = re.compile(r"[A-Za-z]{0,3}\s?\d{1,5}[A-Za-z]?")


def _rows_below(lines: Sequence[TextLine], columns: Sequence[_Column], titles: Sequence[TextLine]) -> Table | None:
    placed = [(line, column) for line in lines if (column := _column_of(line.box, columns))]
    starts = [
        line
        for line, column in placed
        if column.key == "parcel_number" and _NUMBER_CELL.fullmatch(line.text.strip(" .|"))
    ]
    if not starts:
        return None
    starts.sort(key=lambda line: line.box.top)
    middles = [(line.box.top + line.box.bottom) / 2 for line in starts]
    pitch = min((b - a for a, b in itertools.pairwise(middles)), default=4 * starts[0].box.height)
    cells: list[dict[str, list[TextLine]]] = [{} for _ in starts]
    used = set(titles)
    for line, column in placed:
        middle = (line.box.top + line.box.bottom) / 2
        nearest = min(range(len(middles)), key=lambda i: abs(middles[i] - middle))
        if abs(middles[nearest] - middle) <= max(pitch, 1.5 * line.box.height) and not _spans_columns(line, columns):
            cells[nearest].setdefault(column.key, []).append(line)
            used.add(line)
    rows = tuple(
        {key: piece for key, members in row.items() if (piece := join(whole_line(line) for line in members))}
        for row in cells
    )
    return Table(rows, frozenset(used))


def _spans_columns(line: TextLine, columns: Sequence[_Column]) -> bool:
    return (
        sum(min(line.box.right, c.right) - max(line.box.left, c.left) > 0.5 * (c.right - c.left) for c in columns) > 1
    )


__all__ = ["TABLE_LABELS", "Table", "read_table", "whole", "whole_line"]
