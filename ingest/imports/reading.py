"""Reads the files of other registers row by row: our own JSON Lines, and workbooks of the campaign's form (PL3-01).

Trusts nothing in them: a workbook may be broken, be no workbook at all, or unpack to far more than it weighs.
"""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certificate.errors import NoAccess, NotAFile, RegisterInvalid
from certificate.pl3 import layout
from certificate.record import Record
from ingest.imports.headings import ROWS_LOOKED_AT, Headings, find_headings

# A register of a province has a few hundred thousand rows; a hostile file says that it has a thousand million.
MOST_ROWS = 2_000_000
_MOST_UNPACKED_BYTES = 2_000_000_000
_LONGEST_LINE = 5_000_000
# The XML of real registers packs 10 to 60 times smaller.
_LARGE_PART_BYTES = 20_000_000
_MOST_RATIO = 200
_MOST_COLUMNS = 100
_LONGEST_RANGE = 64
# The last row that a sheet can have.
_LAST_ROW = 1_048_576
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]{0,40}?\br="(-?\d+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of a register: its number in the file and what stands in it.

    ``record`` is set for JSON Lines, ``cells`` (by column key) for workbooks; neither when ``fault`` says why it could
    not be read. The first row tells which titles nobody knows: ``ignored``.
    """

    number: int
    cells: Mapping[str, Any] | None = None
    record: Record | None = None
    fault: str = ""
    ignored: Sequence[str] = ()


def read_register(path: Path) -> Iterator[RegisterRow]:
    """The rows of a register; ``RegisterInvalid`` when the file as a whole cannot be read, ``NoAccess``."""
    if path.exists() and not path.is_file():
        # A pipe would keep us waiting for ever, a device never end.
        raise NotAFile(path.name)
    try:
        with path.open("rb") as file:
            begins = file.read(4)
    except OSError as error:
        raise NoAccess(path.name) from error
    if begins.startswith(b"PK"):
        return _workbook_rows(path)
    if begins[:1] == b"{" or begins.startswith(b"\xef\xbb\xbf{"):
        return _json_rows(path)
    raise RegisterInvalid(path.name)


def _json_rows(path: Path) -> Iterator[RegisterRow]:
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE + 1), b""), 1):
            if len(line) > _LONGEST_LINE:
                raise RegisterInvalid(f"{path.name}: dòng {number} quá dài / line too long")
            if not line.strip():
                continue
            try:
                data = json.loads(line.decode("utf-8-sig"))
                yield RegisterRow(number, record=Record.from_json(data.get("record", data)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                yield RegisterRow(number, fault=type(error).__name__)


def _workbook_rows(path: Path) -> Iterator[RegisterRow]:
    # Half a second to load, and the pages that settle differences need only what was read.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_unpacked(path)
        with warnings.catch_warnings():
            # What openpyxl misses in a workbook (styles, a printer's settings) concerns nobody here.
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise RegisterInvalid(f"{path.name}: {type(error).__name__}") from error
    try:
        sheet, headings = _sheet(book)
        if not headings.is_known:
            raise RegisterInvalid(f"{path.name}: không thấy tiêu đề hay số phát hành / no titles, no serial numbers")
        merged, ignored = _Merged(path, sheet), headings.unknown
        rows = sheet.iter_rows(
            min_row=headings.first_row, max_col=len(headings.keys), max_row=MOST_ROWS, values_only=True
        )
        for number, row in enumerate(rows, headings.first_row):
            values = merged.filled(number, list(row))
            cells = {
                key: cell
                for key, cell in zip(headings.keys, values, strict=False)
                if key and cell is not None and str(cell).strip()
            }
            if cells.keys() - {"line"}:
                yield RegisterRow(number, cells=cells, ignored=ignored)
                ignored = ()
    except (KeyError, ValueError, OSError, SyntaxError, IndexError, zipfile.BadZipFile, EOFError) as error:
        raise RegisterInvalid(f"{path.name}: {type(error).__name__}") from error
    finally:
        book.close()


def _check_unpacked(path: Path) -> None:
    """Nothing is unpacked that would fill the memory: a bomb is a thousand times smaller than what is in it."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    if sum(part.file_size for part in parts) > _MOST_UNPACKED_BYTES or any(
        part.file_size > _LARGE_PART_BYTES and part.file_size > _MOST_RATIO * part.compress_size for part in parts
    ):
        raise RegisterInvalid(f"{path.name}: giải nén ra quá lớn / unpacks to too much")


def _sheet(book: Any) -> tuple[Any, Headings]:
    """The sheet of the template's name; in a workbook without it the first that shows a register's titles."""
    names = [layout("sheet")] if layout("sheet") in book.sheetnames else book.sheetnames
    found = []
    for name in names:
        head = book[name].iter_rows(min_row=1, max_row=ROWS_LOOKED_AT, max_col=_MOST_COLUMNS, values_only=True)
        found.append((book[name], find_headings(list(head))))
    return next((pair for pair in found if pair[1].is_known), found[0])


class _Merged:
    """Cells merged over several rows: their value stands in the first and is meant for all of them.

    Raises ``RegisterInvalid`` where rows do not stand in the order of their numbers: openpyxl would leave some out.
    """

    def __init__(self, path: Path, sheet: Any) -> None:
        # A sheet that is read row by row does not tell; the ranges stand behind its rows.
        name = sheet._worksheet_path.lstrip("/")  # noqa: SLF001 - no public name leads to the sheet's part
        self._until: dict[int, tuple[int, Any]] = {}
        self._begin: dict[int, list[tuple[int, int]]] = {}
        with zipfile.ZipFile(path) as archive, archive.open(name) as part:
            kept, last = b"", 0
            while chunk := part.read(1 << 20):
                kept = kept[-_LONGEST_RANGE:] + chunk
                # What stands in the stretch that is looked at twice is found twice.
                last = _ascending(path, kept, last)
                for match in _MERGED.finditer(kept):
                    self._begin.setdefault(int(match[2]), []).append((_column(match[1]), int(match[3])))

    def filled(self, number: int, values: list[Any]) -> list[Any]:
        """The row's values with those of the cells that reach down into it."""
        for column, (last, value) in list(self._until.items()):
            if number > last:
                del self._until[column]
            elif column <= len(values) and values[column - 1] is None:
                values[column - 1] = value
        for column, last in self._begin.get(number, ()):
            if column <= len(values) and last > number:
                self._until[column] = last, values[column - 1]
        return values


def _ascending(path: Path, part: bytes, last: int) -> int:
    """The number of the last row of a part of a sheet, in which no row may go back or lie beyond a sheet's end."""
    for match in _ROW.finditer(part):
        number = int(match[1])
        if not max(1, last) <= number <= _LAST_ROW:
            raise RegisterInvalid(f"{path.name}: dòng {match[1].decode()[:20]} sai thứ tự / a row out of its order")
        last = number
    return last


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
