"""Ruled tables whose rules or titles were not all found: columns that share a cell, titles that stand above the rules.

Owns what can be told from where lines stand in and over the cells; it must not know what rows mean.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

from ocr.grammar.cells import NUMBER_CELL, is_whole, title_match
from ocr.grammar.flow import Piece, Run, TextLine, join
from ocr.grammar.letters import fold

# The lines in each cell, by row and column.
Cells = Mapping[tuple[int, int], list[TextLine]]

# Each column may be parted into so many; the numbers of columns leave room for them.
_ROOM = 4
# How much of a column's rows must hold two numbers side by side, and in how many rows at least.
_MOST_ROWS, _FEWEST_ROWS = 0.7, 2
# Numbers that tell where a row stands; how far from the middle of all rows a text for all of them may stand.
_IN_EVERY_ROW, _OFF_CENTRE = ("parcel_number", "map_sheet_number", "area"), 0.2
# Of these so many must stand beside several rows to make them one parcel's.
_FEWEST_NUMBERS = 2
# White between two lines of one text, in heights of a line.
_LINE_GAP = 0.8
# Titles stand at most so many lines over the first rule.
_TITLE_LINES = 5.5
_MARGIN_PX = 40
_SUM = re.compile(r"\b(?:tong|cong)\b")


def with_parted_columns(cells: Cells) -> dict[tuple[int, int], list[TextLine]]:
    """The cells with columns numbered in steps of four, those in two that hold two numbers side by side in each row.

    A thin rule between the numbers of map sheet and parcel is easily lost.
    """
    parted: dict[tuple[int, int], list[TextLine]] = {}
    borders = {column: _border(cells, column) for column in {column for _, column in cells}}
    for (row, column), lines in cells.items():
        border = borders[column]
        for line in lines:
            behind = border is not None and line.box.left + line.box.right > 2 * border
            parted.setdefault((row, _ROOM * column + behind), []).append(line)
    return parted


def with_lost_lines(cells: Cells, lines: Sequence[TextLine]) -> dict[tuple[int, int], list[TextLine]]:
    """The cells with those lines put in that lost theirs: they stand in a row's height, under an empty column's others.

    A corner of a table that bends away on a photo is not closed, and what is printed there has no cell.
    """
    filled = {place: list(members) for place, members in cells.items()}
    spans = _spans(cells)
    heights: dict[int, tuple[int, int]] = {}
    for (row, _), members in cells.items():
        top, bottom = heights.get(row, (members[0].box.top, members[0].box.bottom))
        heights[row] = (
            min(top, *(line.box.top for line in members)),
            max(bottom, *(line.box.bottom for line in members)),
        )
    for line in lines:
        if line.line.cell is not None:
            continue
        middle_x, middle_y = (line.box.left + line.box.right) / 2, (line.box.top + line.box.bottom) / 2
        reach = line.box.height / 2
        rows = [row for row, (top, bottom) in heights.items() if top - reach < middle_y < bottom + reach]
        column = next((c for c, (left, right) in spans.items() if left <= middle_x < right), None)
        if len(rows) == 1 and column is not None and (rows[0], column) not in cells:
            left, right = spans[column]
            if left <= line.box.left and line.box.right <= right:
                filled.setdefault((rows[0], column), []).append(line)
    return filled


def with_joined_rows(
    cells: Cells, columns: Mapping[int, str], last_title: int
) -> dict[tuple[int, int], list[TextLine]]:
    """The cells with all rows beside one parcel's numbers in one: a parcel with a row for each of its uses.

    Its own numbers each stand in one cell beside all of these rows.
    """
    joined = {place: list(members) for place, members in cells.items()}
    own = [column for column, key in columns.items() if key in _IN_EVERY_ROW]
    for row in sorted({row for row, _ in cells if row > last_title}):
        numbers = [cells[row, column] for column in own if (row, column) in cells]
        rows = min((lines[0].line.cell_rows for lines in numbers), default=1)
        below = [place for place in cells if row < place[0] < row + rows]
        is_one = all(len(lines) == 1 and re.search(r"\d", lines[0].text) for lines in numbers)
        if len(numbers) < _FEWEST_NUMBERS or not is_one or any(column in own for _, column in below):
            continue
        for place in sorted(below):
            joined.setdefault((row, place[1]), []).extend(joined.pop(place))
    return joined


def with_merged_cells(cells: Cells, columns: Sequence[int], last_title: int) -> dict[tuple[int, int], list[TextLine]]:
    """The cells of these columns given to every row below the titles that they run over: an address of all parcels.

    Only where one text stands in them: lines far apart are several rows' whose rules were lost.
    """
    filled = {place: list(members) for place, members in cells.items()}
    below = sorted({row for row, _ in cells if row > last_title})
    for (row, column), members in cells.items():
        rows = max(line.line.cell_rows for line in members)
        if column not in columns or row <= last_title or rows < 2 or not _is_one_text(members):
            continue
        for other in below:
            if row < other < row + rows:
                filled.setdefault((other, column), list(members))
    return filled


def with_centred_texts(rows: Sequence[Mapping[str, Piece]], keys: Iterable[str]) -> list[Mapping[str, Piece]]:
    """The rows with a text that stands once, half way down all of them, given to each: its cell's rules were lost.

    Only what is a whole value of its column; rows among whose numbers it stands by chance keep theirs.
    """
    numbers = [next((row[key] for key in _IN_EVERY_ROW if key in row), None) for row in rows]
    heights = [(piece.box.top + piece.box.bottom) / 2 for piece in numbers if piece]
    filled = [dict(row) for row in rows]
    if len(heights) < _FEWEST_ROWS:
        return list(filled)
    centre, reach = (min(heights) + max(heights)) / 2, max(heights) - min(heights)
    for key in keys:
        lines = list(dict.fromkeys(run.line for row in rows if key in row for run in row[key].runs))
        if not lines or all(key in row for row in rows) or not _is_one_text(lines):
            continue
        ordered = sorted(lines, key=lambda line: line.box.top)
        middle = (ordered[0].box.top + ordered[-1].box.bottom) / 2
        text = join(Piece((Run(line, 0, len(line.text)),)) for line in ordered)
        if text and abs(middle - centre) < _OFF_CENTRE * reach and is_whole(key, text.text):
            for row in filled:
                row[key] = text
    return list(filled)


def _is_one_text(lines: Sequence[TextLine]) -> bool:
    ordered = sorted(lines, key=lambda line: line.box.top)
    return all(
        under.box.top - over.box.bottom < _LINE_GAP * over.box.height for over, under in itertools.pairwise(ordered)
    )


def _border(cells: Cells, column: int) -> float | None:
    """Where a column of two numbers a row is to be parted; ``None`` for any other column."""
    lefts: list[TextLine] = []
    rights: list[TextLine] = []
    rows = 0
    for (_, own), lines in cells.items():
        numbers = [line for line in lines if NUMBER_CELL.fullmatch(line.text.strip(" .|"))]
        if own != column or not numbers:
            continue
        rows += 1
        if len(numbers) == len(lines) == 2:
            left, right = sorted(numbers, key=lambda line: line.box.left)
            if left.box.right < right.box.left and left.box.top < right.box.bottom and right.box.top < left.box.bottom:
                lefts.append(left)
                rights.append(right)
    if len(lefts) < max(_FEWEST_ROWS, _MOST_ROWS * rows):
        return None
    end, start = max(line.box.right for line in lefts), min(line.box.left for line in rights)
    return (end + start) / 2 if end < start else None


_TWO_NUMBERS = re.compile(r"\W*\d{1,3}\s+(?P<second>\d{1,5})\W*")


def with_parted_numbers(rows: Sequence[Mapping[str, Piece]], titles: Iterable[TextLine]) -> list[Mapping[str, Piece]]:
    """The rows with map sheet and parcel apart where every row has both in one line; the titles tell which is first.

    The same rows where one has not, or the titles do not tell.
    """
    columns = {key for row in rows for key in row if key in ("parcel_number", "map_sheet_number")}
    found = [_TWO_NUMBERS.fullmatch(row[key].text) if key in row else None for row in rows for key in columns]
    places = {
        key: line.box_of(word.start(), word.end()).left
        for line in titles
        for word in re.finditer(r"\S+", line.text)
        if (key := {"to": "map_sheet_number", "thua": "parcel_number"}.get(fold(word.group())))
    }
    if len(columns) != 1 or not all(found) or len(places) != len(_BOTH):
        return list(rows)
    (column,) = columns
    first, second = sorted(_BOTH, key=lambda key: places[key])
    parted: list[Mapping[str, Piece]] = []
    for row, numbers in zip(rows, found, strict=True):
        at = numbers.start("second") if numbers else 0
        parts = {first: row[column].cut(0, at), second: row[column].cut(at, len(row[column].text))}
        parted.append({**row, **{key: part for key, part in parts.items() if part}})
    return parted


_BOTH = ("map_sheet_number", "parcel_number")


def titles_above(cells: Cells, lines: Sequence[TextLine]) -> tuple[dict[int, str], frozenset[TextLine]]:
    """The columns named by words that stand over the first rule, and the lines that name them.

    Each word counts to the column that it stands over.
    """
    spans = _spans(cells)
    if not spans:
        return {}, frozenset()
    top = min(line.box.top for members in cells.values() for line in members)
    heights = sorted(line.box.height for members in cells.values() for line in members)
    reach = _TITLE_LINES * heights[len(heights) // 2]
    words: dict[int, dict[int, list[tuple[int, str]]]] = {column: {} for column in spans}
    over: dict[int, list[TextLine]] = {}
    for line in lines:
        # Behind a colon stands a value: the line before the table.
        near = top - reach < line.box.top < top - line.box.height / 2
        if line.line.cell is not None or not near or re.search(r":\s*\S", line.text):
            continue
        over.setdefault(line.row, []).append(line)
        for word in re.finditer(r"\S+", line.text):
            box = line.box_of(word.start(), word.end())
            middle = (box.left + box.right) / 2
            column = next((c for c, (left, right) in spans.items() if left <= middle < right), None)
            if column is not None:
                words[column].setdefault(line.row, []).append((box.left, word.group()))
    named: dict[int, str] = {}
    first = max(over, default=0) + 1
    for column, rows in words.items():
        ordered = sorted(rows)
        key, count = _title_of([" ".join(word for _, word in sorted(rows[row])) for row in ordered])
        if key and key not in named.values():
            named[column] = key
            first = min(first, ordered[-count])
    return named, frozenset(line for row, members in over.items() if row >= first for line in members)


def _title_of(rows: Sequence[str]) -> tuple[str, int]:
    """The column that the lowest of these rows name, and how many do: over them may stand the line before the table."""
    best, most, count = "", 0, 0
    for first in range(len(rows) - 1, -1, -1):
        key, letters = title_match(" ".join(rows[first:]))
        if letters > most:
            best, most, count = key, letters, len(rows) - first
    return best, count


def _spans(cells: Cells) -> dict[int, tuple[float, float]]:
    """Between which places (px) each column stands: half way to what its neighbours hold."""
    extents: dict[int, tuple[int, int]] = {}
    for (_, column), lines in cells.items():
        for line in lines:
            if _SUM.search(fold(line.text)):
                continue  # It runs over several columns.
            left, right = extents.get(column, (line.box.left, line.box.right))
            extents[column] = (min(left, line.box.left), max(right, line.box.right))
    ordered = sorted(extents)
    spans: dict[int, tuple[float, float]] = {}
    for at, column in enumerate(ordered):
        left, right = extents[column]
        before = (extents[ordered[at - 1]][1] + left) / 2 if at else left - _MARGIN_PX
        behind = (right + extents[ordered[at + 1]][0]) / 2 if at + 1 < len(ordered) else right + _MARGIN_PX
        spans[column] = (before, behind)
    return spans
