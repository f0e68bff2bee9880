"""Columns of a table of parcels where rules are faint, broken or lost: titles side by side, and white that runs down.

Owns where columns stand on a sheet that may be bent or lie askew. It must not know which lines make a row.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from ocr.corridors import Coverage, Level, Numbers, find_level
from ocr.grammar.cells import is_borne_out, is_borne_out_by_any, title_key, title_match
from ocr.grammar.flow import TextLine
from ocr.grammar.heads import head_of, is_foot
from ocr.grammar.letters import fold, skeleton_of

_FEWEST_TITLES = 3
_LINES_IN_TITLE = 4
_MOST_TITLE_LETTERS = 40
# In line heights: the gap between the lines of a title, the white that ends a table, a corridor between columns, and
# what detectors leave around print.
_TITLE_GAP, _END_GAP, _CORRIDOR, _AROUND = 0.9, 7.0, 0.25, 0.15
# Columns whose titles were not read reach so far beyond those that were, as a part of the width.
_UNNAMED = 0.3
_STRAY_LINES = 0.21
_WIDEST_TITLE = 0.4
# Letters that a title may have beside its wording, and how far, in line heights, a border stands in a line it cuts.
_REST_OF_TITLE, _INSIDE = 3, 0.4
_BOTH = 2
# In a printed table, a line that no two readers read in the least alike is no print.
_PRINT, _SCRAP, _ALIKE = 0.3, 0.8, 35.0
COUNT = "count"
COUNT_TITLE = re.compile(r"\W*(?:s?tt|so\s*t+|so\s*thu\s*tu|thu\s*tu)\W*")
_OF_PARCELS = frozenset({"parcel_number", "map_sheet_number", "purpose"})
_HOUSE_TITLE = re.compile(r"loai\s*nha|nha\s*o\b|\bsan\b|so\s*huu|hang\)|xay\s*dung")
_SUM = re.compile(r"\W*(?:tong\b|cong\W*(?:\d|$))")
_ITEM = re.compile(r"\W*(?:[a-hđ]|\d)\s*[).:/]\s*[^\W\d]")
_COLUMN_NUMBER = re.compile(r"\W*\(\s*[\dIl]{1,2}\s*\)\W*")


@dataclass(frozen=True, slots=True)
class Bit:
    """A part of a line that stands in one column: its places in the text, and its box levelled with the table."""

    line: TextLine
    start: int
    end: int
    left: float
    right: float
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end].strip()

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, eq=False)
class _Title:
    """What seems to be the title of a column: its key, its lines and how many of their letters tell it."""

    key: str
    lines: tuple[TextLine, ...]
    letters: int

    @property
    def top(self) -> int:
        return self.lines[0].box.top

    @property
    def bottom(self) -> int:
        return max(line.box.bottom for line in self.lines)

    @property
    def left(self) -> int:
        return min(line.box.left for line in self.lines)

    @property
    def right(self) -> int:
        return max(line.box.right for line in self.lines)


@dataclass(frozen=True, eq=False)
class Column:
    """A column: where it stands, what it is, the words of its title and its bits from top to bottom."""

    left: float
    right: float
    key: str
    title: tuple[Bit, ...]
    bits: tuple[Bit, ...]

    def share_borne_out(self, key: str) -> float:
        """The share of its lines that are what such a column holds."""
        return sum(is_borne_out(key, bit.text) for bit in self.bits) / max(1, len(self.bits))


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of a table, how high its lines are, and the lines of its titles and cells."""

    columns: tuple[Column, ...]
    height: float
    lines: frozenset[TextLine]


def find_columns(lines: Sequence[TextLine]) -> Iterator[Columns]:
    """The columns under each row of titles among these lines of one face, from top to bottom."""
    for titles in _title_bands(lines):
        found = _below(lines, titles)
        if found is not None:
            yield found


# Titles and what stands below them


def _title_bands(lines: Sequence[TextLine]) -> Iterator[list[_Title]]:
    """Titles side by side, of three different columns at least, from top to bottom."""
    found = sorted((t for line in lines if (t := _title_from(line, lines))), key=lambda title: title.top)
    used: set[int] = set()
    for at, first in enumerate(found):
        if at in used:
            continue
        group = [first]
        for other_at, other in enumerate(found[at + 1 :], at + 1):
            height = other.lines[0].box.height
            apart = all(_is_apart(other, t) for t in group)
            level = any(other.top < t.bottom + 0.5 * height and other.bottom > t.top - 0.5 * height for t in group)
            if apart and level:
                group.append(other)
                used.add(other_at)
        keys = {title.key for title in group}
        if len(keys) >= _FEWEST_TITLES and keys & _OF_PARCELS and not _is_of_house(group, lines):
            yield group


def _is_apart(one: _Title, other: _Title) -> bool:
    """Whether two titles stand side by side, though the box of a line may reach a little too far."""
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared < 0.3 * min(one.right - one.left, other.right - other.left)


def _is_of_house(group: Sequence[_Title], lines: Sequence[TextLine]) -> bool:
    """Whether titles of the facts of a house stand beside these."""
    top, bottom = min(title.top for title in group), max(title.bottom for title in group)
    beside = [line for line in lines if top <= (line.box.top + line.box.bottom) / 2 <= bottom]
    return any(_HOUSE_TITLE.search(fold(line.text)) for line in beside)


def _title_from(first: TextLine, lines: Sequence[TextLine]) -> _Title | None:
    """The title that begins with this line, with as many of the lines below it as tell more of its wording."""
    if len(first.text) > _MOST_TITLE_LETTERS or ":" in first.text or re.search(r"\d\d", first.text):
        return None
    stack = [first]
    best: _Title | None = None
    told, left = 0, _MOST_TITLE_LETTERS
    while True:
        text = " ".join(line.text for line in stack)
        key, letters = title_match(text)
        more = len(skeleton_of(text)) - letters
        # "Mục đích sử dụng" goes on with "đất", and not with the first row's "Đất trồng cây".
        own = len(stack) == 1 or letters > title_match(" ".join(line.text for line in stack[1:]))[1]
        if letters > told and more <= left + 2 and own:
            best, told, left = _Title(key, tuple(stack), letters), letters, more
        below = _line_below(stack[-1], lines) if len(stack) < _LINES_IN_TITLE else None
        if below is None or re.search(r"\d\d|\(\s*\d", below.text):
            return best
        stack.append(below)


def _line_below(line: TextLine, lines: Sequence[TextLine]) -> TextLine | None:
    """The line right under another, as the next line of a narrow cell stands."""
    box = line.box
    near = [
        other
        for other in lines
        if other is not line
        and -0.4 * box.height < other.box.top - box.bottom < _TITLE_GAP * box.height
        and min(other.box.right, box.right) - max(other.box.left, box.left) > 0.5 * min(other.box.width, box.width)
    ]
    return min(near, key=lambda other: other.box.top, default=None)


def _below(lines: Sequence[TextLine], titles: Sequence[_Title]) -> Columns | None:
    left, right = min(t.left for t in titles), max(t.right for t in titles)
    bottom = {line: title.bottom for title in titles for line in title.lines}
    height = float(np.median([line.box.height for line in bottom]))
    reach = _UNNAMED * (right - left) + 2 * height
    beside = [
        line for line in lines if line.box.right > left - reach and line.box.left < right + reach and line not in bottom
    ]
    heads, body = list(bottom), []
    for line in beside:
        nearest = min(titles, key=lambda t: abs(t.left + t.right - line.box.left - line.box.right))
        middle = (line.box.top + line.box.bottom) / 2
        if middle > nearest.bottom:
            body.append(line)
        elif middle > nearest.top - 0.5 * height and _may_be_title(line, right - left):
            heads.append(line)
    inside = _until_end(sorted(body, key=lambda line: line.box.top + line.box.bottom), right - left)
    body = [line for line in inside if not _COLUMN_NUMBER.fullmatch(line.text)]
    body = _without_scraps(body)
    if len(body) < _FEWEST_TITLES:
        return None
    sums = [line for line in beside if any(_is_beside(line, other) for other in beside if _SUM.match(fold(other.text)))]
    first = min(title.top for title in titles)
    scraps = [line for line in beside if first < line.box.bottom < inside[-1].box.bottom and _is_scrap(line)]
    return replace(_read(heads, body, titles), lines=frozenset((*heads, *inside, *scraps, *_next_to(sums, inside))))


def _is_beside(line: TextLine, other: TextLine) -> bool:
    shared = min(line.box.bottom, other.box.bottom) - max(line.box.top, other.box.top)
    return shared > 0.5 * min(line.box.height, other.box.height)


def _next_to(sums: Sequence[TextLine], rows: Sequence[TextLine]) -> list[TextLine]:
    """The lines of a row of sums right below the last row, if they are the whole of it."""
    lowest = max(line.box.bottom for line in rows)
    near = [line for line in sums if -line.box.height < line.box.top - lowest < 2 * line.box.height]
    return [line for line in near if ":" not in line.text]


def _may_be_title(line: TextLine, width: int) -> bool:
    return not re.search(r"\d\d|:", line.text) and line.box.width < _WIDEST_TITLE * width


def _until_end(body: Sequence[TextLine], width: int) -> list[TextLine]:
    """The lines down to what is no row of the table any more."""
    kept: list[TextLine] = []
    lowest = 0
    for line in body:
        is_end = head_of(line.text) or is_foot(line.text) or _SUM.match(fold(line.text)) or _ITEM.match(line.text)
        far = kept and line.box.top - lowest > _END_GAP * line.box.height
        if is_end or far or (line.box.width > 0.75 * width and not _is_scrap(line)):
            break
        kept.append(line)
        lowest = max(lowest, line.box.bottom)
    return kept


def _without_scraps(body: Sequence[TextLine]) -> list[TextLine]:
    """The lines without rests of rules, which each reader reads in its own way; a table filled in by pen keeps all."""
    by_pen = float(np.median([line.line.handwritten for line in body])) if body else 0.0
    return list(body) if by_pen > _PRINT else [line for line in body if not _is_scrap(line)]


def _is_scrap(line: TextLine) -> bool:
    if line.line.handwritten < _SCRAP or is_borne_out_by_any(line.text):
        return False
    own = skeleton_of(line.text)
    return all(fuzz.ratio(own, skeleton_of(text)) < _ALIKE for text in line.readings.values() if text != line.text)


# Columns


def _read(heads: Sequence[TextLine], body: Sequence[TextLine], titles: Sequence[_Title]) -> Columns:
    height = float(np.median([line.box.height for line in body]))
    level = find_level(*_edges([*heads, *body], height))
    borders = _borders(level, body, titles, height)
    head_bits, body_bits = _cut(level, heads, borders), _cut(level, body, borders)
    columns = []
    for left, right in itertools.pairwise(borders):
        title = tuple(bit for bit in head_bits if left <= bit.x < right)
        bits = tuple(bit for bit in body_bits if left <= bit.x < right)
        words = " ".join(bit.text for bit in sorted(title, key=lambda bit: (round(bit.y / (0.7 * height)), bit.x)))
        key = COUNT if COUNT_TITLE.fullmatch(fold(words)) else title_key(words)
        columns.append(Column(left, right, key, title, bits))
    return Columns(tuple(column for column in columns if column.bits), height, frozenset((*heads, *body)))


def _cut(level: Level, lines: Sequence[TextLine], borders: Sequence[float]) -> list[Bit]:
    """The lines as bits, cut between words where a border runs through."""
    bits: list[Bit] = []
    for line in lines:
        whole = _bit(level, line, 0, len(line.text))
        inside = [
            b for b in borders[1:-1] if whole.left + 0.6 * line.box.height < b < whole.right - 0.6 * line.box.height
        ]
        if not inside:
            bits.append(whole)
            continue
        words = [_bit(level, line, found.start(), found.end()) for found in re.finditer(r"\S+", line.text)]
        for _, members in itertools.groupby(words, key=lambda word: sum(b <= word.x for b in inside)):
            first, *rest = members
            last = rest[-1] if rest else first
            bits.append(replace(first, end=last.end, right=last.right))
    return bits


def _bit(level: Level, line: TextLine, start: int, end: int) -> Bit:
    box = line.box if (start, end) == (0, len(line.text)) else line.box_of(start, end)
    y = np.array([(box.top + box.bottom) / 2])
    left, right = (float(level.straight(np.array([x], float), y)[0]) for x in (box.left, box.right))
    return Bit(line, start, end, left, right, float(box.top), float(box.bottom))


def _runs_through(title: _Title, level: Level, border: float, height: float) -> bool:
    """Whether a line of a title that is nothing else runs through a border: like cells have like gaps between words."""
    if len(skeleton_of(" ".join(line.text for line in title.lines))) - title.letters > _REST_OF_TITLE:
        return False
    lefts, rights, middles = _edges(title.lines, height)
    straight = zip(title.lines, level.straight(lefts, middles), level.straight(rights, middles), strict=True)
    return any(
        left + _INSIDE * height < border < right - _INSIDE * height and not _parts_titles(line, level, border)
        for line, left, right in straight
    )


def _parts_titles(line: TextLine, level: Level, border: float) -> bool:
    """Whether a line found over two columns is cut by a border into the titles of both."""
    keys = [title_key(bit.text) for bit in _cut(level, [line], (-np.inf, border, np.inf))]
    return len(keys) == len(set(keys)) == _BOTH and all(keys)


def _edges(lines: Sequence[TextLine], height: float) -> tuple[Numbers, Numbers, Numbers]:
    """Where lines begin and end, without what detectors leave around print, and their middle heights."""
    boxes = np.array([(b.left, b.right, (b.top + b.bottom) / 2) for b in (line.box for line in lines)], np.float64)
    return boxes[:, 0] + _AROUND * height, boxes[:, 1] - _AROUND * height, boxes[:, 2]


def _borders(level: Level, body: Sequence[TextLine], titles: Sequence[_Title], height: float) -> list[float]:
    """Where the columns end: in the white between them, and between two titles where no white is left."""
    centres = sorted(
        float(level.straight(np.array([(t.left + t.right) / 2]), np.array([(t.top + t.bottom) / 2]))[0]) for t in titles
    )
    lefts, rights, middles = _edges(body, height)
    lefts, rights = level.straight(lefts, middles), level.straight(rights, middles)
    first, last = float(lefts.min()), float(rights.max())
    # A line of two columns that were found as one says nothing about the white between them.
    joined = np.array([sum(a < c < b for c in centres) > 1 for a, b in zip(lefts, rights, strict=True)], bool)
    covered = Coverage.of(lefts[~joined], rights[~joined], first, last)
    through = [int(((lefts < c) & (rights > c)).sum()) for c in centres]
    stray = int(_STRAY_LINES * min((count for count in through if count), default=0))
    borders = [
        least
        for _, _, least in covered.low(stray, _CORRIDOR * height)
        if not any(_runs_through(title, level, least, height) for title in titles)
    ]
    for one, other in itertools.pairwise(centres):
        if not any(one < border < other for border in borders):
            borders.append(covered.least_between(one, other))
    edge = 10 * height
    return [first - edge, *sorted(b for b in borders if first + height / 2 < b < last - height / 2), last + edge]
