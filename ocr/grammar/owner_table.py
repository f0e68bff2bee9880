"""Owners told in a table with rules: a row for each, with a column for names, years of birth, papers and addresses.

Owns which column is which and which row is whose. What stands in a cell of names or papers is read as it is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import Piece, join
from ocr.grammar.letters import skeleton_of
from ocr.grammar.owners import read_owners

_NAME, _BIRTH, _PAPER, _ADDRESS = "name", "birth", "paper", "address"
_COLUMNS = (
    (_NAME, re.compile(r"(?:hova|ho)ten|tennguoisudung|nguoisudungdat|chusohuu")),
    (_BIRTH, re.compile(r"namsinh|ngaysinh|sinhnam")),
    (_PAPER, re.compile(r"giayto|nhanthan|cmnd|cccd|cancuoc|dinhdanh|phapnhan")),
    (_ADDRESS, re.compile(r"diachi|noithuongtru|thuongtru|noio")),
)  # fmt: skip
_MOST_IN_A_TITLE = 40
_DIGITS_OF_A_CARD = 12

Row = Mapping[str, list[Piece]]


def read_owner_table(pieces: Sequence[Piece]) -> list[Draft]:
    """The owners of the first such table among these lines; none where there is no table, or rows are not one each."""
    rows = _rows(pieces)
    # Each cell is one line: what wraps in it belongs together.
    cells = [join(row.get(key, ())) for row in rows for key in (_NAME, _PAPER)]
    told = read_owners([cell for cell in cells if cell])
    owners = {draft.path.split(".")[1] for draft in told}
    if len(owners) != len(rows):
        return []
    drafts = list(told)
    for n, row in enumerate(rows):
        if not any(draft.path == f"owners.{n}.id_number" for draft in told):
            drafts += _bare_paper(n, join(row.get(_PAPER, ())))
        born, address = join(row.get(_BIRTH, ())), join(row.get(_ADDRESS, ()))
        if born and re.search(r"\d{4}", born.text):
            drafts.append(Draft(f"owners.{n}.birth_year", Kind.YEAR, born))
        if address and re.search(r"[^\W\d_]{2}", address.text):
            drafts.append(Draft(f"owners.{n}.address", Kind.ADDRESS, address))
    return drafts


_BARE_PAPER = re.compile(r"\W*(?P<number>\d(?: ?\d){8}(?:(?: ?\d){3})?)\W*")


def _bare_paper(n: int, cell: Piece | None) -> list[Draft]:
    """The number of a paper without its kind, under a title that names several: its digits tell the kind."""
    found = _BARE_PAPER.fullmatch(cell.text) if cell else None
    number = cell.cut(*found.span("number")) if cell and found else None
    if found is None or number is None:
        return []
    kind = "cccd" if len(found["number"].replace(" ", "")) == _DIGITS_OF_A_CARD else "cmnd"
    path = f"owners.{n}"
    return [Draft(f"{path}.id_number", Kind.ID_NUMBER, number), Draft(f"{path}.id_type", Kind.CODE, number, kind)]


def _rows(pieces: Sequence[Piece]) -> list[Row]:
    """The rows under the titles, their cells by what their columns are."""
    cells: dict[tuple[int, int], dict[int, list[Piece]]] = {}
    for piece in pieces:
        if cell := piece.runs[0].line.line.cell:
            cells.setdefault(cell[:2], {}).setdefault(cell[2], []).append(piece)
    for place in sorted(cells):
        columns = _columns(cells[place])
        if _NAME in columns.values() and {_BIRTH, _ADDRESS} & set(columns.values()):
            below = [cells[other] for other in sorted(cells) if other[0] == place[0] and other[1] > place[1]]
            rows = [{columns[c]: held for c, held in row.items() if c in columns} for row in below]
            return [row for row in rows if row.get(_NAME)]
    return []


def _columns(titles: Mapping[int, Sequence[Piece]]) -> dict[int, str]:
    found: dict[int, str] = {}
    for column, held in titles.items():
        title = skeleton_of(" ".join(piece.text for piece in held))
        key = next((key for key, pattern in _COLUMNS if pattern.search(title)), "")
        if key and len(title) <= _MOST_IN_A_TITLE and key not in found.values():
            found[column] = key
    return found


__all__ = ["read_owner_table"]
