"""Two owners printed side by side: their lines put one owner after the other.

Owns telling two columns of owners from one, and parting lines that were read across both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr.grammar.flow import Piece, TextLine
from ocr.grammar.letters import fold, skeleton_of

_SIDE_BY_SIDE = 2
LEAST_NAME = 4
# The number of a person's paper, as readers have it.
NUMBER = re.compile(r"[\dOoQlI|SBZ](?:[ .\-]?[\dOoQlI|SBZ]){7,12}(?![\w])|\d{3}[ .]\d{3}[ ./]\d{3}(?![\w])")
# Between two columns, in heights of a line; words stand a third of one apart.
_GUTTER = 0.45
# How far from a column's edge its words may be reckoned to begin, in heights of a line.
_AT_EDGE = 0.5

_OPENS_PERSON = re.compile(
    r"\W*(?:\d\W+)?(?:va\s+|cung\s+(?:su\s*dung\s*(?:dat\s*)?(?:voi\s*)?)?)?(?:(?:vo|chong)\b|(?:ho\s+)?(?:ong|ba)\b)"
)


def _names_person(line: TextLine) -> bool:
    """Whether a line holds a person's name behind the word before it, not that word alone."""
    found = _OPENS_PERSON.match(fold(line.text))
    return bool(found) and len(skeleton_of(line.text[found.end() if found else 0 :])) >= LEAST_NAME


_FACT = re.compile(
    r"\W*(?:va\b|vo\b|chong\b|ong\b|ba\b|sinh\b|nam\s*sinh|ngay\s*sinh|so\b|cmnd|cmtnd|cccd|giay\b|can\s*cuoc|ho\s*chieu|dia\s*chi"
    r"|ho\s*khau|thuong\s*tru|noi\b|ngay\s*cap|quoc\s*tich)"
)
_OF_BOTH = re.compile(r"\W*(?:cung\b|(?:dia\s*chi|ho\s*khau|noi\s*thuong|thuong\s*tru))")


def by_columns(pieces: Sequence[Piece]) -> list[Piece]:
    """The lines of two owners printed side by side, the left one's before the right one's; else as they were."""
    rows: dict[tuple[int, int], list[TextLine]] = {}
    for piece in pieces:
        line = piece.runs[0].line
        rows.setdefault((line.face_index, line.row), []).append(line)
    pairs = [sorted(row, key=lambda line: line.box.left) for row in rows.values() if len(row) == _SIDE_BY_SIDE]
    first = next((row for row in pairs if all(map(_names_person, row))), None)
    if first is None:
        return list(pieces)
    border = first[1].box.left - first[1].box.height
    top = min(line.box.top for line in first)
    parted = _all_parted(pieces, top, first[1].box.left)
    across = [piece for piece, parts in parted if len(parts) > 1]
    if len(pairs) + len(across) < _SIDE_BY_SIDE:
        return list(pieces)
    bottom = max([*(row[1].box.bottom for row in pairs), *(piece.box.bottom for piece in across)])
    before: list[Piece] = []
    left: list[Piece] = []
    right: list[Piece] = []
    after: list[Piece] = []
    for piece, parts in parted:
        box = piece.box
        # What opens below both columns, such as their common address, is of both, and so is what follows it.
        opens_below = box.top > bottom - box.height / 2 and _OF_BOTH.match(fold(piece.text)) is not None
        if box.top < top:
            before.append(piece)
        elif after or opens_below or box.bottom > bottom + 2 * box.height:
            after.append(piece)
        else:
            for part in parts:
                (right if part.box.left >= border else left).append(part)
    return [*before, *left, *right, *after]


def _top(piece: Piece) -> int:
    return piece.runs[0].line.box.top


def _all_parted(pieces: Sequence[Piece], top: int, column: int) -> list[tuple[Piece, list[Piece]]]:
    """Each line with its parts, where two lines were read as one across the columns; a text may run across them, too.

    ``column`` is where the right column begins. The right part of a joined line opens with a fact of its own, or goes
    on from such a line above.
    """
    parted: list[tuple[Piece, list[Piece]]] = []
    joined, last = False, False
    for piece in pieces:
        parts = [piece] if _top(piece) < top else _parted(piece, column, goes_on=last)
        if len(parts) > 1:
            opening = fold(parts[1].text)
            joined = joined or (_FACT.match(opening) or NUMBER.match(opening)) is not None
        last = joined and len(parts) > 1
        parted.append((piece, parts if joined else [piece]))
    return parted


def _parted(piece: Piece, column: int, *, goes_on: bool) -> list[Piece]:
    """A line that runs across both columns as its two parts; any other whole.

    Where a gap stands before the right column, else at a fact (or under a joined line any word) that begins with it:
    where words stand in a line is reckoned by their letters, and a narrow gap may be lost in that.
    """
    line, box = piece.runs[0].line, piece.box
    border = column - box.height
    if not box.left < border - box.height or box.right < border + box.height or len(piece.runs) > 1:
        return [piece]
    words = [
        (word.start(), line.box_of(word.start(), word.end()))
        for word in re.finditer(r"\S*\w\S*", line.text)
        if piece.runs[0].start <= word.start() < piece.runs[0].end
    ]
    gap = next((n for n, (_, around) in enumerate(words) if n and around.left >= border - 0.2 * box.height), None)
    cut = words[gap][0] if gap and words[gap][1].left - words[gap - 1][1].right >= _GUTTER * box.height else None
    if cut is None and not (goes_on and _OF_BOTH.match(fold(piece.text))):
        edges = [start for start, around in words[1:] if abs(around.left - column) < _AT_EDGE * box.height]
        cut = next((at for at in edges if goes_on or _FACT.match(fold(line.text[at:]))), None)
    if cut is None:
        return [piece]
    at = cut - piece.runs[0].start
    return [part for part in (piece.cut(0, at, loose=" -–"), piece.cut(at, len(piece.text), loose=" ")) if part]
