"""Tables of parcels: columns by their titles, rows by their parcel numbers, cells wrapped over lines joined.

Owns the geometry of a table. Where the image side found ruled cells (``Line.cell``) those are used; else columns are
the gaps between titles, and a row begins where a number stands in the column of parcel numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from certificate.geometry import Box
from ocr.grammar.cells import NUMBER_CELL, borne_out, is_none, is_row, lost_its_numbers, title_key
from ocr.grammar.columns import COUNT, COUNT_TITLE
from ocr.grammar.flow import Piece, Run, TextLine, join
from ocr.grammar.letters import fold
from ocr.grammar.rows import read_aligned
from ocr.grammar.ruled import (
    Cells,
    titles_above,
    with_centred_texts,
    with_joined_rows,
    with_lost_lines,
    with_merged_cells,
    with_parted_columns,
    with_parted_numbers,
)
from ocr.grammar.values import decimal_number

_FEWEST_COLUMNS = 3
# What no two parcels share.
_OF_ONE_ROW = frozenset({"parcel_number", "area", "use_area", "private", "shared"})
_OF_SEVERAL_ROWS = ("address", "origin", "use_form")


@dataclass(frozen=True, eq=False)
class Table:
    """A table read: each row a mapping of a column's key to its cell, and the lines that it took."""

    rows: tuple[Mapping[str, Piece], ...]
    lines: frozenset[TextLine]
    by_number: Mapping[int, str] = field(default_factory=dict)
    # Forms print parcel and map sheet in either order: without their titles nothing tells which is which.
    guessed: bool = False
    # Rows whose cells were given to them by where they stand, and not all as their columns' titles want them.
    doubted: frozenset[int] = frozenset()
    by_place: tuple[Column, ...] = ()
    # Of a table without rules: its columns from the left, out of ``width``; with rules it may go on.
    by_order: Mapping[int, str] = field(default_factory=dict)
    width: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table without rules: its key and the places (px) between which its cells stand."""

    key: str
    left: int
    right: int


def read_table(lines: Sequence[TextLine], before: Table | None = None) -> Table | None:
    """The first table of parcels among these lines of one face; ``None`` when there is none.

    ``before`` is the table that the face before ended with: rows without titles of their own may go on with it.
    """
    ruled = [line for line in lines if line.line.cell is not None]
    table = _ruled_table(ruled, lines, before) if ruled else None
    # Where rules were lost, what stands where may tell more, if what the cells say bears it out.
    found = [t for t in (table, _aligned_table(lines)) if t]
    best = max(found, key=lambda t: borne_out(t.rows), default=None)
    best = best or _loose_table(lines) or _carried_on(lines, before)
    return replace(best, rows=tuple(with_centred_texts(best.rows, _OF_SEVERAL_ROWS))) if best else None


def _aligned_table(lines: Sequence[TextLine]) -> Table | None:
    table = read_aligned(lines)
    if table is None:
        return None
    keys = {at: key for at, key in enumerate(table.keys) if key not in ("", COUNT)}
    return Table(
        table.rows, table.lines, guessed=table.guessed, doubted=table.doubted, by_order=keys, width=len(table.keys)
    )


def _ruled_table(ruled: Sequence[TextLine], lines: Sequence[TextLine], before: Table | None) -> Table | None:
    tables: dict[int, list[TextLine]] = {}
    for line in ruled:
        if line.line.cell:
            tables.setdefault(line.line.cell[0], []).append(line)
    for members in tables.values():
        cells: dict[tuple[int, int], list[TextLine]] = {}
        for line in members:
            _, row, column = line.line.cell or (0, 0, 0)
            cells.setdefault((row, column), []).append(line)
        cells = with_lost_lines(with_parted_columns(cells), lines)
        found = [line for held in cells.values() for line in held]
        table = _from_cells(cells, found, titles_above(cells, lines), before)
        if table:
            return table
    return None


def _titles(cells: Cells) -> tuple[dict[int, str], int, int]:
    """The columns named by the titles of a ruled table, and its first and last row of titles (-1 without any)."""
    columns: dict[int, str] = {}
    first = last = -1
    for row in sorted({row for row, _ in cells}):
        titles = {c: " ".join(line.text for line in cells[row, c]) for r, c in cells if r == row}
        named = {c: key for c, text in titles.items() if (key := title_key(text))}
        split = columns and named and not any(re.search(r"\d{2}", text) for text in titles.values())
        if len(named) >= _FEWEST_COLUMNS or split:
            columns, first, last = columns | named, row if first < 0 else first, row
        elif columns:
            break
    return columns, first, last


def _in_columns_that_show(cells: Cells, width: int) -> dict[tuple[int, int], list[TextLine]] | None:
    """The cells by the columns in which their lines stand, if these are as many: faint rules part them in part only."""
    spans: list[tuple[int, int]] = []
    for line in sorted((line for held in cells.values() for line in held), key=lambda one: one.box.left):
        if spans and line.box.left < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], line.box.right))
        else:
            spans.append((line.box.left, line.box.right))
    if len(spans) != width:
        return None
    found: dict[tuple[int, int], list[TextLine]] = {}
    for (row, _), held in sorted(cells.items()):
        for line in held:
            column = next(at for at, (left, right) in enumerate(spans) if left <= line.box.left < right)
            found.setdefault((row, column), []).append(line)
    return found


def _from_cells(
    cells: Cells,
    members: Sequence[TextLine],
    above: tuple[Mapping[int, str], frozenset[TextLine]],
    before: Table | None,
) -> Table | None:
    columns, first, last = _titles(cells)
    columns = {c: key for c, key in above[0].items() if key not in columns.values()} | columns
    guessed = before.guessed if before else False
    if len(columns) >= _FEWEST_COLUMNS:
        guessed = not {"parcel_number", "map_sheet_number"} & set(columns.values())
        columns |= _unread_titles(cells, columns, last)
        columns |= _told_by_sums(cells, columns, last)
    elif before and before.by_number and max(c for _, c in cells) == max(before.by_number):
        columns, first, last = dict(before.by_number), -1, -1
    elif before and before.by_order and (shown := _in_columns_that_show(cells, before.width)):
        cells, columns, first, last = shown, dict(before.by_order), -1, -1
    if len(columns) < _FEWEST_COLUMNS:
        return None
    cells = with_joined_rows(cells, columns, last)
    cells = with_merged_cells(cells, [column for column, key in columns.items() if key not in _OF_ONE_ROW], last)
    rows = sorted({row for row, _ in cells})
    found: list[Mapping[str, Piece]] = []
    has_lost = False
    for row in rows:
        if row <= last:
            continue
        named = {key: cells.get((row, column), []) for column, key in columns.items()}
        for part in _parted(named):
            values = {key: piece for key, lines in part.items() if (piece := join(map(whole_line, lines)))}
            lost = lost_its_numbers(values)
            if lost or is_row(values):
                found.append(values)
            has_lost = has_lost or lost
    # Where rules were found that are none, what stands above the titles is no part of the table.
    taken = frozenset(line for line in members if line.line.cell is None or line.line.cell[1] >= first)
    if first < 0:
        taken |= above[1]
    titles = above[1] | {line for row, column in cells if row <= last for line in cells[row, column]}
    parted = with_parted_numbers(found, titles)
    doubted = frozenset(range(len(found))) if has_lost or parted != found else frozenset()
    return Table(tuple(parted), taken, by_number=columns, guessed=guessed, doubted=doubted) if found else None


def _parted(row: Mapping[str, Sequence[TextLine]]) -> list[dict[str, list[TextLine]]]:
    """A row of cells; several where a rule between parcels was lost, one for each number in the parcels' column."""
    numbers = [line for line in row.get("parcel_number", ()) if NUMBER_CELL.fullmatch(line.text.strip(" .|"))]
    beside = [len(lines) for key, lines in row.items() if key in {"map_sheet_number", "area"}]
    # Another column of numbers must hold as many: a scrap over a number makes no parcel.
    if len(numbers) < 2 or len(numbers) < len(row["parcel_number"]) or len(numbers) not in beside:
        return [{key: list(lines) for key, lines in row.items()}]
    middles = sorted((line.box.top + line.box.bottom) / 2 for line in numbers)
    parts: list[dict[str, list[TextLine]]] = [{} for _ in middles]
    for key, lines in row.items():
        for line in lines:
            middle = (line.box.top + line.box.bottom) / 2
            nearest = min(range(len(middles)), key=lambda i: abs(middles[i] - middle))
            parts[nearest].setdefault(key, []).append(line)
    return parts


def _unread_titles(cells: Cells, named: Mapping[int, str], last: int) -> dict[int, str]:
    """What columns are whose titles could not be read, told by what stands in them, in the order of the forms."""
    missing = [key for key in ("parcel_number", "map_sheet_number") if key not in named.values()]
    found: dict[int, str] = {}
    for column in sorted({c for _, c in cells} - set(named)):
        texts = [
            text
            for key in sorted(cells)
            if key[1] == column and key[0] > last
            and not _COLUMN_NUMBER.fullmatch(text := "".join(line.text for line in cells[key]).strip(" .|"))
        ]  # fmt: skip
        title = " ".join(
            line.text for key in sorted(cells) if key[1] == column and key[0] <= last for line in cells[key]
        )
        if COUNT_TITLE.fullmatch(fold(title)):
            continue
        if not texts or sum(bool(_NUMERIC.fullmatch(text)) for text in texts) < 0.7 * len(texts):
            continue
        counted = sum(text == str(n) for n, text in enumerate(texts, 1)) > 0.6 * len(texts)
        if counted and not found and (len(texts) > 1 or column == 0):
            continue  # The rows are numbered.
        size = [text for text in texts if re.search(r"\d[.,]\d", text)]
        if len(size) > 0.4 * len(texts) or not missing:
            if "area" not in {*named.values(), *found.values()}:
                found[column] = "area"
            continue
        found[column] = missing.pop(0)
    return found


def _told_by_sums(cells: Cells, named: Mapping[int, str], last: int) -> dict[int, str]:
    """The column of private areas where its title ("Riêng") was misread: with the shared ones they make the whole."""
    if "private" in named.values() or "area" not in named.values():
        return {}
    by_key = {key: column for column, key in named.items()}
    rows = sorted({row for row, _ in cells if row > last})

    def number(row: int, column: int | None) -> Decimal | None:
        text = " ".join(line.text for line in cells.get((row, column), ())) if column is not None else ""
        if is_none(text):
            return Decimal(0)
        told = decimal_number(text.strip(" .|")) if text else None
        return Decimal(told) if told else None

    for column in sorted({c for _, c in cells} - set(named)):
        fitting = counted = 0
        for row in rows:
            own, whole = number(row, column), number(row, by_key["area"])
            if own is not None and whole is not None:
                counted += 1
                fitting += abs(own + (number(row, by_key.get("shared")) or 0) - whole) < EVEN_M2
        if counted >= _FEWEST_SUMS and fitting == counted:
            return {column: "private"}
    return {}


# So many rows whose areas add up tell a column; square metres by which they may miss.
_FEWEST_SUMS, EVEN_M2 = 2, Decimal("0.15")
_COLUMN_NUMBER = re.compile(r"\(\d\)?|\d\)")
_NUMERIC = re.compile(r"[\d.,\s]*\d[\d.,\s]*(?:m[2²]?)?")


def whole_line(line: TextLine) -> Piece | None:
    """A whole line as a piece, its punctuation kept for joining with the next line of the cell."""
    return Piece((Run(line, 0, len(line.text)),)) if line.text else None


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
        named = [(title_key(" ".join(line.text for line in stack)), stack) for stack in _stacks(titles)]
        keys = [key for key, _ in named if key]
        if len(keys) >= _FEWEST_COLUMNS and "parcel_number" in keys and len(set(keys)) == len(keys):
            columns = _columns([(key, stack) for key, stack in named if key])
            table = _rows_below([line for row in ordered[title_rows:] for line in rows[row]], columns, titles)
            if table:
                return table
    return None


def _columns(named: Sequence[tuple[str, Sequence[TextLine]]]) -> list[Column]:
    spans = sorted(
        (min(line.box.left for line in stack), max(line.box.right for line in stack), key) for key, stack in named
    )
    columns = []
    for i, (left, right, key) in enumerate(spans):
        before = (spans[i - 1][1] + left) // 2 if i else left - 200
        after = (right + spans[i + 1][0]) // 2 if i + 1 < len(spans) else right + 400
        columns.append(Column(key, before, after))
    return columns


def _column_of(box: Box, columns: Sequence[Column]) -> Column | None:
    overlaps = [(min(box.right, c.right) - max(box.left, c.left), c) for c in columns]
    best = max(overlaps, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] > 0 else None


def _rows_below(lines: Sequence[TextLine], columns: Sequence[Column], titles: Sequence[TextLine]) -> Table | None:
    placed = [(line, column) for line in lines if (column := _column_of(line.box, columns))]
    starts = [
        line
        for line, column in placed
        if column.key == "parcel_number" and NUMBER_CELL.fullmatch(line.text.strip(" .|"))
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
    return Table(tuple(row for row in rows if is_row(row)), frozenset(used), by_place=tuple(columns))


def _carried_on(lines: Sequence[TextLine], before: Table | None) -> Table | None:
    """Rows without titles that go on with the table of the face before."""
    return _rows_below(lines, before.by_place, ()) if before and before.by_place else None


def _spans_columns(line: TextLine, columns: Sequence[Column]) -> bool:
    return (
        sum(min(line.box.right, c.right) - max(line.box.left, c.left) > 0.5 * (c.right - c.left) for c in columns) > 1
    )


__all__ = ["Table", "read_table", "whole_line"]
