"""The workbook that goes to the registry's people and comes back filled: one line an owner, one row a person found.

For offices without a line of their own. Every cell is text, so that numbers keep their leading zeros; what comes back
may nevertheless hold numbers and dates, as spreadsheet programs make them. A row that cannot be right is told by its
number and left out, and the others count.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from certificate.citizens import Citizen, OwnerQuery
from certificate.errors import WorkbookUnreadable
from certificate.identity import read_cccd
from certificate.text import comparable, nfc
from registry.row_errors import RowError, RowFault
from registry.verdicts import MAX_NAME_LENGTH, is_cmnd, is_personal_number

MOST_ROWS = 200_000
_MOST_BYTES = 50_000_000
_MOST_UNPACKED_BYTES = 1_000_000_000
_HEADER_WITHIN = 10
# What opening and reading a broken workbook may end in; errors of XML are SyntaxErrors with either parser.
_BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError, LookupError, ValueError, TypeError,
    AttributeError, EOFError, NotImplementedError, OSError,
)  # fmt: skip
_SHEET = "Đối chiếu dân cư"
_FOUND, _NOT_FOUND = "Có", "Không có"
_GENDERS = {"male": "Nam", "female": "Nữ"}
_STATUSES = {"alive": "Còn sống", "deceased": "Đã mất", "replaced": "Đã đổi số"}
# Name of a column, and its width in letters. The first are ours, those from the answer on are filled in.
_ASKED = (
    ("Mã dòng", 34), ("STT", 6), ("Họ và tên trên giấy", 28), ("Số giấy tờ trên giấy", 16), ("Năm sinh trên giấy", 10),
    ("Giới tính trên giấy", 10), ("Số phát hành", 14), ("Kết quả máy tra", 26),
)  # fmt: skip
_ANSWERED = (
    ("Kết quả", 12), ("Số định danh cá nhân", 16), ("Số CMND cũ", 14), ("Họ và tên", 28), ("Ngày sinh", 12),
    ("Giới tính", 10), ("Nơi thường trú", 40), ("Tình trạng", 14),
)  # fmt: skip
_COLUMNS = (*_ASKED, *_ANSWERED)
_GUIDANCE = (
    "Danh sách người sử dụng đất cần đối chiếu với cơ sở dữ liệu quốc gia về dân cư",
    (
        "Điền các cột tô vàng. Kết quả: «Có» hoặc «Không có». Nhiều người cùng khớp: chép thêm dòng với cùng mã dòng. "
        "Không sửa cột «Mã dòng». Dòng để trống được giữ lại cho lần sau."
    ),
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_PRINTED_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00:00)?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListedOwner:
    """An owner on the list: the line's id, what is asked, on which certificate it stands, and what is known so far."""

    line_id: str
    query: OwnerQuery
    serial_number: str
    known: str


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What was written back for one line: who was found, nobody for not found, and in which rows it stands."""

    line_id: str
    citizens: tuple[Citizen, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FilledList:
    """A list that came back: its answers, its rows that cannot be right, and how many lines are still open."""

    answers: tuple[LineAnswer, ...]
    errors: tuple[RowError, ...]
    open_lines: int


def write_list(path: Path, owners: Iterable[ListedOwner]) -> int:
    """Write the list as a workbook and say how many lines it has; nothing of it is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET)
    sheet.freeze_panes = "A4"
    for number, (_, width) in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for words, bold in zip(_GUIDANCE, (True, False), strict=True):
        cell = _text(sheet, words)
        cell.font = Font(bold=bold)
        sheet.append([cell])
    sheet.append([_heading(sheet, name, fill=number >= len(_ASKED)) for number, (name, _) in enumerate(_COLUMNS)])
    count = 0
    for count, owner in enumerate(owners, start=1):
        query = owner.query
        shown = (
            owner.line_id, str(count), query.full_name, query.id_number or "", query.birth_year or "",
            _GENDERS.get(query.gender or "", ""), owner.serial_number, owner.known,
        )  # fmt: skip
        sheet.append([_text(sheet, words) for words in (*shown, *[""] * len(_ANSWERED))])
    last = count + len(_GUIDANCE) + 1 + 1000
    for name, choices in (
        ("Kết quả", (_FOUND, _NOT_FOUND)),
        ("Giới tính", _GENDERS.values()),
        ("Tình trạng", _STATUSES.values()),
    ):
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        letter = get_column_letter(len(_ASKED) + 1 + [column for column, _ in _ANSWERED].index(name))
        rule.add(f"{letter}{len(_GUIDANCE) + 2}:{letter}{last}")
        sheet.data_validations.append(rule)
    book.save(path)
    return count


def _text(sheet: Any, words: str) -> Cell:
    """A cell of text, whatever the words begin with: a name must never become a formula."""
    cell: Cell = WriteOnlyCell(sheet, value=_UNPRINTABLE.sub(" ", words))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _heading(sheet: Any, words: str, *, fill: bool) -> Cell:
    cell = _text(sheet, words)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if fill:
        cell.fill = PatternFill("solid", fgColor="FFF2CC")
    return cell


def read_list(path: Path) -> FilledList:
    """Read a list that came back; raises ``WorkbookUnreadable`` when it is no such list at all.

    A line whose rows contradict each other, or of whose rows one cannot be right, gives no answer: half of it might
    be worse than none.
    """
    rows: dict[str, list[tuple[int, Citizen | None]]] = {}
    errors: list[RowError] = []
    spoiled: set[str] = set()
    seen: set[str] = set()
    for number, values in _rows(path):
        line_id = values["Mã dòng"]
        if not line_id:
            if any(values.values()):
                errors.append(RowError(number, RowFault.NO_LINE))
            continue
        seen.add(line_id)
        if not any(values[name] for name, _ in _ANSWERED):
            continue
        outcome = _outcome(values)
        if isinstance(outcome, RowFault):
            errors.append(RowError(number, outcome))
            spoiled.add(line_id)
        else:
            rows.setdefault(line_id, []).append((number, outcome))
    answers = []
    for line_id, found in rows.items():
        if line_id in spoiled:
            continue
        citizens = tuple(citizen for _, citizen in found if citizen is not None)
        numbers = tuple(number for number, _ in found)
        if citizens and len(citizens) < len(found):
            errors += [RowError(number, RowFault.CONTRADICTION) for number in numbers]
            continue
        answers.append(LineAnswer(line_id, tuple(dict.fromkeys(citizens)), numbers))
    open_lines = len(seen - rows.keys() - spoiled)
    return FilledList(tuple(answers), tuple(sorted(errors, key=lambda error: error.row)), open_lines)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the header with their number in the sheet, every value as plain text."""
    try:
        _refuse_bombs(path)
        book = load_workbook(path, read_only=True, data_only=True)
    except _BROKEN as error:
        raise WorkbookUnreadable(type(error).__name__) from error
    try:
        sheet = _listed(book)
        places: dict[str, int] | None = None
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=60), start=1):
            if number > MOST_ROWS:
                raise WorkbookUnreadable(f"more than {MOST_ROWS} rows")
            if places is None:
                places = _header(cells)
                continue
            yield (
                number,
                {name: _plain(name, cells[place] if place < len(cells) else None) for name, place in places.items()},
            )
    except _BROKEN as error:
        raise WorkbookUnreadable(type(error).__name__) from error
    finally:
        book.close()


def _listed(book: Any) -> Any:
    """The sheet with the list; whoever fills it in may have put a cover or notes before it."""
    for sheet in book.worksheets:
        top = sheet.iter_rows(values_only=True, max_col=60, max_row=_HEADER_WITHIN)
        if any(_header(cells) for cells in top):
            return sheet
    raise WorkbookUnreadable("no header")


def _refuse_bombs(path: Path) -> None:
    if path.stat().st_size > _MOST_BYTES:
        raise WorkbookUnreadable("too large")
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED_BYTES:
            raise WorkbookUnreadable("too large when unpacked")


def _header(cells: Sequence[Any]) -> dict[str, int] | None:
    """Where each column stands, by its name; ``None`` when this row is not the header."""
    names = {comparable(str(cell)): place for place, cell in enumerate(cells) if cell is not None}
    found = {name: names.get(comparable(name)) for name, _ in (_ASKED[0], *_ANSWERED)}
    if found["Mã dòng"] is None:
        return None
    missing = [name for name, place in found.items() if place is None]
    if missing:
        raise WorkbookUnreadable(f"no column {', '.join(missing)}")
    return {name: place for name, place in found.items() if place is not None}


def _plain(column: str, value: Any) -> str:
    """A cell's value as text; numbers get the zeros back that a spreadsheet took from them."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        width = {"Số định danh cá nhân": 12, "Số CMND cũ": 9}.get(column, 0)
        return str(value).zfill(width)
    return nfc(str(value))


def _outcome(values: dict[str, str]) -> Citizen | RowFault | None:
    """Who a row says was found, ``None`` for nobody, or what is wrong with it."""
    said = comparable(values["Kết quả"])
    details = any(values[name] for name, _ in _ANSWERED[1:])
    if said in {comparable(_NOT_FOUND), "không", "không tìm thấy"}:
        return RowFault.CONTRADICTION if details else None
    if said not in {"", comparable(_FOUND), "tìm thấy"}:
        return RowFault.OUTCOME_UNKNOWN
    return _citizen(values)


def _citizen(values: dict[str, str]) -> Citizen | RowFault:
    number, old = (re.sub(r"[\s.'’]", "", values[name]) for name in ("Số định danh cá nhân", "Số CMND cũ"))
    told = read_cccd(number) if is_personal_number(number) else None
    if told is None:
        return RowFault.NUMBER_MALFORMED
    if old and not (is_cmnd(old) or is_personal_number(old)):
        return RowFault.OLD_NUMBER_MALFORMED
    name = values["Họ và tên"]
    if not name or len(name) > MAX_NAME_LENGTH:
        return RowFault.NAME_MISSING
    born = _iso(values["Ngày sinh"])
    if born is None:
        return RowFault.BIRTH_DATE_MALFORMED
    gender = _key_of(_GENDERS, values["Giới tính"]) if values["Giới tính"] else told.gender
    if gender is None:
        return RowFault.GENDER_UNKNOWN
    status = _key_of(_STATUSES, values["Tình trạng"]) if values["Tình trạng"] else "alive"
    if status is None:
        return RowFault.STATUS_UNKNOWN
    if int(born[:4]) != told.birth_year or gender != told.gender:
        return RowFault.NUMBER_DIFFERS
    return Citizen(number, old or None, name, born, gender, values["Nơi thường trú"], status)


def _iso(text: str) -> str | None:
    if _YEAR.fullmatch(text):
        return text
    printed, iso = _PRINTED_DATE.fullmatch(text), _ISO_DATE.fullmatch(text)
    if printed:
        year, month, day = int(printed[3]), int(printed[2]), int(printed[1])
    elif iso:
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _key_of(words: dict[str, str], text: str) -> str | None:
    return next((key for key, word in words.items() if comparable(word) == comparable(text)), None)
