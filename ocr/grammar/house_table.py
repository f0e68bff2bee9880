"""The house told as a table: titles of columns side by side, the house's values under them.

Owns which value stands under which title. Titles may take two lines, and a column found where none is cuts them.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from ocr.grammar.flow import Piece, Run, TextLine, join
from ocr.grammar.labels import HOUSE_LABELS, find_labels

_FEWEST_TITLES = 3
_SCRAPS_OF_RULES = re.compile(r"(?<=\|)[^\w\s(]+|[^\w\s)]+(?=\|)")
_VALUE_BESIDE = re.compile(r"^\s*:|:\s*\w")
# Inside of a text none opens a line.
INSIDE_LABELS = tuple(dataclasses.replace(label, opening=False) for label in HOUSE_LABELS)


@dataclasses.dataclass(frozen=True, eq=False)
class HouseTable:
    """The values of a table's first row by the keys of their labels; its lines, and whether it has further rows."""

    values: Mapping[str, Piece]
    lines: frozenset[TextLine]
    is_longer: bool


def read_house_table(pieces: Sequence[Piece]) -> HouseTable | None:
    """The first table of a house in these lines; ``None`` where none has titles over values."""
    lines = list(dict.fromkeys(run.line for piece in pieces for run in piece.runs))
    if any(line.line.cell for line in lines) and (cut := _read_rows(_by_height(lines), ruled=False)):
        ruled = frozenset(line for line in lines if line.line.cell)
        # Of a table whose rules were found in part, the rest stands beside its cells.
        if ruled & cut.lines and cut.lines - ruled:
            return cut
    for _, group in itertools.groupby(sorted(lines, key=_table), key=_table):
        members = list(group)
        rows = [list(row) for _, row in itertools.groupby(sorted(members, key=_row), key=_row)]
        is_ruled = members[0].line.cell is not None
        found = [_read_rows(rows, ruled=is_ruled), None if is_ruled else _read_rows(_in_bands(members), ruled=True)]
        best = max((table for table in found if table), key=lambda table: len(table.values), default=None)
        if best:
            return best
    return None


def _in_bands(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines whose heights overlap, one with the next, from the top: a cell of two lines stands beside cells of one."""
    bands: list[list[TextLine]] = []
    bottom = 0
    for line in sorted(lines, key=lambda one: one.box.top):
        if not bands or line.box.top >= bottom:
            bands.append([])
        bands[-1].append(line)
        bottom = max(bottom, line.box.bottom)
    return bands


def _read_rows(rows: Sequence[Sequence[TextLine]], *, ruled: bool) -> HouseTable | None:
    """The table that begins with the first of these rows, if they do."""
    # Without rules, titles of two lines are two rows: the more rows are titles, the more titles are whole.
    best: HouseTable | None = None
    most = _FEWEST_TITLES - 1
    for count in (1,) if ruled else (1, 2):
        titles = _titles([line for row in rows[:count] for line in row])
        values = rows[count] if len(rows) > count else []
        if len(titles) > most and len(values) > 1:
            most = len(titles)
            wrapped = [] if ruled else _wrapped(values, rows[count + 1 :])
            taken = itertools.chain(*rows) if ruled else itertools.chain(*rows[:count], values, wrapped)
            goes_on = _goes_on([row for row in rows[count:] if not set(wrapped).issuperset(row)])
            best = HouseTable(_under(titles, [*values, *wrapped]), frozenset(taken), is_longer=goes_on)
    return best


def _wrapped(values: Sequence[TextLine], rows: Sequence[Sequence[TextLine]]) -> list[TextLine]:
    """What goes on from a row of values in the rows below: lines of their cells, or single lines close under one."""
    wrapped: list[TextLine] = []
    for row in rows:
        known = [*values, *wrapped]
        cells = {line.line.cell for line in known if line.line.cell}
        below = [line for line in row if line.line.cell in cells or (len(row) == 1 and _is_close(line, known))]
        if not below:
            break
        wrapped += below
    return wrapped


def _is_close(line: TextLine, above: Sequence[TextLine]) -> bool:
    """Whether a line stands under one of these, with no room for a line between them."""
    return any(
        line.box.top - other.box.bottom < 0.6 * line.box.height
        and line.box.left < other.box.right
        and other.box.left < line.box.right
        for other in above
        if other.box.top < line.box.top
    )


def _by_height(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Rows of lines that stand at one height, whatever cells they were found in, from the top; rows may lean."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=_middle):
        beside = min(rows[-1], key=lambda other: _apart(line, other)) if rows else None
        if beside and beside.box.top < _middle(line) < beside.box.bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _apart(line: TextLine, other: TextLine) -> int:
    """The white between two lines from left to right; negative where one stands over the other."""
    return max(line.box.left, other.box.left) - min(line.box.right, other.box.right)


def _goes_on(rows: Sequence[Sequence[TextLine]]) -> bool:
    """Whether a second row of several values follows the first."""
    return len(rows) > 1 and len(rows[1]) > 1


def _table(line: TextLine) -> int:
    return line.line.cell[0] if line.line.cell else -1


def _row(line: TextLine) -> int:
    return line.line.cell[1] if line.line.cell else line.row


def _titles(lines: Sequence[TextLine]) -> list[tuple[str, int, int]]:
    """The keys of the titles with the places (px) between which each stands, from left to right."""
    if any(_VALUE_BESIDE.search(line.text) for line in lines):
        return []  # Labels with their values behind them, or in a column beside them.
    text, places = "", list[tuple[int, TextLine]]()
    for stack in _stacks(lines):
        for line in stack:
            places.append((len(text), line))
            text += line.text + " "
    # A rule of the table was read as a stroke with scraps beside it: "Loại nhà ở …-| Diện tích xây dựng".
    text = _SCRAPS_OF_RULES.sub(lambda scraps: " " * len(scraps.group()), text)
    found = []
    for hit in find_labels(text, INSIDE_LABELS):
        boxes = [
            line.box_of(max(0, hit.start - at), min(len(line.text), hit.end - at))
            for at, line in places
            if at < hit.end and hit.start < at + len(line.text)
        ]
        found.append((hit.key, min(box.left for box in boxes), max(box.right for box in boxes)))
    keys = [key for key, _, _ in found]
    return sorted(found, key=lambda title: title[1]) if len(set(keys)) == len(keys) else []


def _stacks(lines: Sequence[TextLine]) -> Iterator[list[TextLine]]:
    """The lines under each other that make up one title, from left to right."""
    stacks: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.box.top):
        middle = (line.box.left + line.box.right) / 2
        for stack in stacks:
            above = stack[-1].box
            if above.bottom <= _middle(line) and (above.left <= middle <= above.right or _within(above.left, line)):
                stack.append(line)
                break
        else:
            stacks.append([line])
    yield from sorted(stacks, key=lambda stack: min(line.box.left for line in stack))


def _middle(line: TextLine) -> float:
    return (line.box.top + line.box.bottom) / 2


def _within(x: int, line: TextLine) -> bool:
    return line.box.left <= x <= line.box.right


def _under(titles: Sequence[tuple[str, int, int]], lines: Sequence[TextLine]) -> dict[str, Piece]:
    borders = [(one[2] + other[1]) / 2 for one, other in itertools.pairwise(titles)]
    values: dict[str, list[TextLine]] = {}
    for line in sorted(lines, key=lambda line: (line.box.top, line.box.left)):
        middle = (line.box.left + line.box.right) / 2
        key, left, right = titles[sum(border < middle for border in borders)]
        if line.line.cell and (line.box.right <= left or right <= line.box.left):
            continue  # In the cell under a title that could not be read.
        values.setdefault(key, []).append(line)
    joined = {key: join(Piece((Run(line, 0, len(line.text)),)) for line in members) for key, members in values.items()}
    return {key: piece for key, piece in joined.items() if piece}
