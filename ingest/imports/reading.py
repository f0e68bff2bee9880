"""Reads the files of other registers row by row: our own JSON Lines, and workbooks of the campaign's form (PL3-01).

Trusts nothing in them: a workbook may be broken, be no workbook at all, or unpack to far more than it weighs.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certificate.errors import NoAccess, RegisterInvalid
from certificate.pl3 import columns, first_row, layout
from certificate.record import Record
from certificate.text import strip_accents

# A register of a province has a few hundred thousand rows; a hostile file says that it has a thousand million.
MOST_ROWS = 2_000_000
_MOST_UNPACKED_BYTES = 4_000_000_000
_LONGEST_LINE = 5_000_000
_OLDER_ORDER = {"I": "birth_date", "J": "gender", "K": "id_number"}


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of a register: its number in the file and what stands in it.

    ``record`` is set for JSON Lines, ``cells`` (by column key) for workbooks; neither when ``fault`` says why it could
    not be read.
    """

    number: int
    cells: Mapping[str, Any] | None = None
    record: Record | None = None
    fault: str = ""


def read_register(path: Path) -> Iterator[RegisterRow]:
    """The rows of a register; ``RegisterInvalid`` when the file as a whole cannot be read, ``NoAccess``."""
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
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_UNPACKED_BYTES:
                raise RegisterInvalid(f"{path.name}: unpacks to too much")
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise RegisterInvalid(f"{path.name}: {type(error).__name__}") from error
    try:
        name = layout("sheet") if layout("sheet") in book.sheetnames else book.sheetnames[0]
        sheet = book[name]
        keys = _keys(sheet)
        rows = sheet.iter_rows(min_row=first_row(), max_col=len(keys), max_row=MOST_ROWS, values_only=True)
        for number, row in enumerate(rows, first_row()):
            cells = {key: cell for key, cell in zip(keys, row, strict=False) if cell is not None and str(cell).strip()}
            if cells.keys() - {"line"}:
                yield RegisterRow(number, cells=cells)
    except (KeyError, ValueError, OSError, SyntaxError, IndexError, zipfile.BadZipFile, EOFError) as error:
        raise RegisterInvalid(f"{path.name}: {type(error).__name__}") from error
    finally:
        book.close()


def _keys(sheet: Any) -> list[str]:
    """The columns' keys in the order of this workbook: an older form has birth date and gender before the number."""
    keys = [column.key for column in columns()]
    at = [column.letter for column in columns()].index("I")
    head = sheet.iter_rows(min_row=1, max_row=first_row() - 1, min_col=at + 1, max_col=at + 1, values_only=True)
    titles = " ".join(strip_accents(str(cell)).casefold() for (cell,) in head if cell is not None)
    if "sinh" in titles:
        for offset, key in enumerate(_OLDER_ORDER.values()):
            keys[at + offset] = key
    return keys
