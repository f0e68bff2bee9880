"""Tables of two columns, labels and values: their lines in the order of their cells.

Lines of a face are read row by row, and a label that stands beside the middle of its value's lines would part them.
Owns which tables are such ones.
"""

from __future__ import annotations

from dataclasses import replace

from ocr.grammar.flow import FaceText, TextLine
from ocr.grammar.labels import HOUSE_LABELS, PARCEL_LABELS, find_labels

_FEWEST_ROWS, _MOST_LABELS, _LONGEST_LABEL = 3, 0.6, 48


def in_cell_order(face: FaceText) -> FaceText:
    """The face with the lines of such tables cell by cell; all other lines keep their places."""
    tables: dict[int, list[TextLine]] = {}
    for line in face.lines:
        if line.line.cell is not None:
            tables.setdefault(line.line.cell[0], []).append(line)
    ordered = {table: sorted(lines, key=_place) for table, lines in tables.items() if _has_labels(lines)}
    if not ordered:
        return face
    rest = {table: iter(lines) for table, lines in ordered.items()}
    lines = (
        next(rest[line.line.cell[0]]) if line.line.cell and line.line.cell[0] in rest else line for line in face.lines
    )
    return replace(face, lines=tuple(lines))


def _place(line: TextLine) -> tuple[int, int, int, int]:
    _, row, column = line.line.cell or (0, 0, 0)
    return row, column, line.row, line.box.left


def _has_labels(lines: list[TextLine]) -> bool:
    """Whether a table has two columns, and labels of land or a house in the first one."""
    columns = {line.line.cell[2] for line in lines if line.line.cell}
    if columns != {0, 1}:
        return False
    heads: dict[int, str] = {}
    for line in sorted(lines, key=_place):
        _, row, column = line.line.cell or (0, 0, 0)
        if column == 0:
            heads[row] = f"{heads.get(row, '')} {line.text}".strip()
    told = sum(
        len(text) <= _LONGEST_LABEL and bool(find_labels(text, (*PARCEL_LABELS, *HOUSE_LABELS)))
        for text in heads.values()
    )
    return len(heads) >= _FEWEST_ROWS and told >= _MOST_LABELS * len(heads)


__all__ = ["in_cell_order"]
