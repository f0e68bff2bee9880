"""Where the data of a register begin and what each column holds, told by the titles above them.

Registers travel: somebody puts three lines above the titles, leaves a column out, changes two over. Columns are known
by the words in their titles; where none are known, the template's own order holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from certificate.pl3 import columns, first_row
from certificate.text import strip_accents

# So far down somebody's own lines may push the titles.
ROWS_LOOKED_AT = 30
# As many known titles side by side are no chance.
_FEWEST_TITLES = 3
_LONGEST_TITLE = 80
# An older form has birth date and gender before the number; everything else stands where it stands now.
_OLDER_ORDER = {"id_number": "birth_date", "birth_date": "gender", "gender": "id_number"}
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SERIAL = re.compile(r"[A-ZĐ]{1,2}\s*\d{6,8}|CHUACOGIAY.*", re.IGNORECASE)
# What titles of other spellings say, beside the template's own; the first that holds counts.
_SAID = (
    (re.compile(r"hien tai|ban do dia chinh|xac thuc"), None),
    (re.compile(r"so phat hanh|so seri|so serial|so bia"), "serial_number"),
    (re.compile(r"ngay cap"), "issue_date"),
    (re.compile(r"vao so"), "register_number"),
    (re.compile(r"ten to chuc"), "organisation"),
    (re.compile(r"dinh danh to chuc"), "organisation_id"),
    (re.compile(r"ho va ten|ho ten|ten chu"), "full_name"),
    (re.compile(r"nam sinh|ngay sinh"), "birth_date"),
    (re.compile(r"gioi tinh"), "gender"),
    (re.compile(r"dinh danh ca nhan|cccd|cmnd"), "id_number"),
    (re.compile(r"thuong tru"), "address"),
    (re.compile(r"dia chi thua"), "parcel_address"),
    (re.compile(r"^so to\b|^to ban do"), "map_sheet"),
    (re.compile(r"^so thua|^thua dat so"), "parcel"),
)


@dataclass(frozen=True, slots=True)
class Headings:
    """The key of each column from the left (empty: not known), the first row of data, and titles that say nothing."""

    keys: Sequence[str]
    first_row: int
    unknown: Sequence[str] = ()
    is_known: bool = True


def find_headings(rows: Sequence[Sequence[object]]) -> Headings:
    """Read a sheet's first rows; ``is_known`` tells whether titles or serial numbers show that it is a register."""
    at, keys = _titles(rows)
    template = [column.key for column in columns()]
    if at is None:
        serials = template.index("serial_number")
        is_known = any(_is_serial(row, serials) for row in rows[first_row() - 1 :])
        return Headings(template, first_row(), is_known=is_known)
    unknown: list[str] = []
    moved = {key for place, key in keys.items() if place >= len(template) or template[place] != key}
    if not moved:
        found = template
    elif moved <= set(_OLDER_ORDER) and keys.get(template.index("id_number")) == "birth_date":
        found = [_OLDER_ORDER.get(key, key) for key in template]
    else:
        found = [keys.get(place, "") for place in range(max(keys) + 1)]
        unknown = [_text(cell) for place, cell in enumerate(rows[at]) if place not in keys and _words(cell)]
    return Headings(found, _first(rows, at, found), tuple(unknown))


def _titles(rows: Sequence[Sequence[object]]) -> tuple[int | None, dict[int, str]]:
    """The row with the most known titles, and their columns; a group's title above them may add one."""
    best, found = None, dict[int, str]()
    for number, row in enumerate(rows):
        keys: dict[int, str] = {}
        for place, cell in enumerate(row):
            key = _key(cell)
            if key and key not in keys.values():
                keys[place] = key
        if len(keys) > len(found):
            best, found = number, keys
    if len(found) >= _FEWEST_TITLES:
        return best, found
    # A register whose only known title is that of the older form's column.
    return (
        (best, found)
        if best is not None and best < first_row() - 1 and set(found.values()) == {"birth_date"}
        else (
            None,
            {},
        )
    )


def _first(rows: Sequence[Sequence[object]], at: int, keys: Sequence[str]) -> int:
    """The first row of data: the first with a serial number below the titles, else behind the columns' numbers."""
    below = at + 1
    if below < len(rows) and _are_numbers(rows[below]):
        below += 1
    latest = max(below + 1, first_row())
    serials = keys.index("serial_number") if "serial_number" in keys else -1
    found = (n for n in range(at + 1, len(rows)) if serials >= 0 and _is_serial(rows[n], serials))
    return min(next(found, at + 1 + len(rows)) + 1, latest)


def _are_numbers(row: Sequence[object]) -> bool:
    cells = [_text(cell).strip("()") for cell in row if _text(cell)]
    return bool(cells) and all(cell.isdigit() and len(cell) <= len("61") for cell in cells)


def _is_serial(row: Sequence[object], place: int) -> bool:
    return place < len(row) and bool(_SERIAL.fullmatch(_text(row[place])))


def _key(cell: object) -> str | None:
    words = _words(cell)
    if not words or len(words) > _LONGEST_TITLE:
        return None
    if exact := _template_titles().get(words):
        return exact
    return next((key for pattern, key in _SAID if pattern.search(words)), None)


@cache
def _template_titles() -> Mapping[str, str]:
    return {_words(column.title): column.key for column in columns()}


def _words(cell: object) -> str:
    return _NOT_WORD.sub(" ", strip_accents(_text(cell)).casefold().replace("đ", "d")).strip()


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
