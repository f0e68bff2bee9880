"""Rows of another register: what they mean, and what is wrong with them.

A register typed by many hands over years is full of slips (Nma for Nam, the year 1017, an area 385/2, sheet and parcel
changed over). Each is named with what was probably meant; nothing is mended in silence and nothing of ours changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from certificate import places
from certificate.identity import CccdFault, IdType, check_cccd, id_type, normalise_id, read_cccd
from certificate.legacy_land import read_term
from certificate.rules.facts import read_span
from certificate.search_text import folded_words, one_letter_away
from certificate.text import nfc, strip_accents

FIRST_YEAR = 1954
_SERIAL = re.compile(r"([A-ZĐ]{1,2})\s?(\d{6,8})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{2})")
_IN_WORDS = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.IGNORECASE)
# A day that lost its format is the number of days since 1899-12-30: five digits are 1927 to 2173.
_DAYS = re.compile(r"[1-9]\d{4}")
_DAY_ZERO = date(1899, 12, 30)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"(0?[1-9]|1[0-2])\s*[/.-]\s*(\d{4})")
_AREA = re.compile(r"\d+(\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")
_ONE_GROUP = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_ENGLISH_GROUPED = re.compile(r"\d{1,3}(,\d{3})+\.\d+")
_SLASH = re.compile(r"(\d+)\s*/\s*(\d+)")
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
_LETTERS_AS_DIGITS = str.maketrans("OQILSB", "001158")
_PARCEL_NUMBER = re.compile(r"[\w.-]*\d[\w.-]*")
_COMMUNE_DIGITS = 5
_GENDERS = {"nam": "male", "nu": "female", "ong": "male", "ba": "female", "male": "male", "female": "female"}
_CELL_GENDERS = {"Nam": "male", "Nữ": "female"}


class DiagnosisCode(StrEnum):
    """What can be wrong with a row."""

    SERIAL_MISSING = "serial_missing"
    SERIAL_MALFORMED = "serial_malformed"
    ID_MISSING = "id_missing"
    ID_OLD = "id_old"
    ID_MALFORMED = "id_malformed"
    ID_GENDER_DIFFERS = "id_gender_differs"
    ID_BIRTH_YEAR_DIFFERS = "id_birth_year_differs"
    NAME_MISSING = "name_missing"
    GENDER_MISSPELT = "gender_misspelt"
    DATE_IMPOSSIBLE = "date_impossible"
    YEAR_IMPOSSIBLE = "year_impossible"
    DATE_IN_FUTURE = "date_in_future"
    AREA_MISSING = "area_missing"
    AREA_MALFORMED = "area_malformed"
    AREA_AMBIGUOUS = "area_ambiguous"
    AREA_ZERO = "area_zero"
    PARCEL_MISSING = "parcel_missing"
    PARCEL_MALFORMED = "parcel_malformed"
    SHEET_AND_PARCEL_SWAPPED = "sheet_and_parcel_swapped"
    ROLE_MISPLACED = "role_misplaced"
    REPEATED = "repeated"
    CELL_BROKEN = "cell_broken"
    COMMUNE_UNKNOWN = "commune_unknown"


DIAGNOSES: Mapping[DiagnosisCode, str] = {
    DiagnosisCode.SERIAL_MISSING: "Thiếu số phát hành nên không đối chiếu được.",
    DiagnosisCode.SERIAL_MALFORMED: "Số phát hành sai dạng (1-2 chữ cái và 6 hoặc 8 số).",
    DiagnosisCode.ID_MISSING: "Thiếu số định danh cá nhân/CCCD.",
    DiagnosisCode.ID_OLD: "Mới có số CMND 9 số, cần số định danh 12 số.",
    DiagnosisCode.ID_MALFORMED: "Số giấy tờ sai dạng.",
    DiagnosisCode.ID_GENDER_DIFFERS: "Giới tính không khớp với số định danh.",
    DiagnosisCode.ID_BIRTH_YEAR_DIFFERS: "Năm sinh không khớp với số định danh.",
    DiagnosisCode.NAME_MISSING: "Thiếu họ và tên chủ sử dụng.",
    DiagnosisCode.GENDER_MISSPELT: "Giới tính gõ sai.",
    DiagnosisCode.DATE_IMPOSSIBLE: "Ngày không có thật hoặc sai dạng (ngày/tháng/năm).",
    DiagnosisCode.YEAR_IMPOSSIBLE: "Năm không thể đúng.",
    DiagnosisCode.DATE_IN_FUTURE: "Ngày còn ở tương lai.",
    DiagnosisCode.AREA_MISSING: "Thiếu diện tích.",
    DiagnosisCode.AREA_MALFORMED: "Diện tích không phải một con số.",
    DiagnosisCode.AREA_AMBIGUOUS: "Diện tích có thể hiểu hai cách: dấu chấm ngăn hàng nghìn hay dấu thập phân.",
    DiagnosisCode.AREA_ZERO: "Diện tích bằng 0.",
    DiagnosisCode.PARCEL_MISSING: "Thiếu số tờ hoặc số thửa.",
    DiagnosisCode.PARCEL_MALFORMED: "Số tờ hoặc số thửa không có chữ số.",
    DiagnosisCode.SHEET_AND_PARCEL_SWAPPED: "Số tờ và số thửa bị đổi chỗ cho nhau.",
    DiagnosisCode.ROLE_MISPLACED: "Cột pháp nhân và cột vai trò bị đổi chỗ cho nhau.",
    DiagnosisCode.REPEATED: "Dòng này lặp lại một dòng trước.",
    DiagnosisCode.CELL_BROKEN: "Ô chứa mã lỗi của bảng tính.",
    DiagnosisCode.COMMUNE_UNKNOWN: "Mã đơn vị hành chính cấp xã không có trong danh mục.",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing wrong with a row: the column, what stands there, and what was probably meant, if that can be told."""

    code: DiagnosisCode
    column: str
    value: str = ""
    suggestion: str = ""

    def to_json(self) -> dict[str, str]:
        return {
            "code": self.code.value,
            "column": self.column,
            "value": self.value,
            "suggestion": self.suggestion,
            "message": DIAGNOSES[self.code],
        }


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as it is meant: values in the record's normal forms by column key, and what is wrong with it."""

    values: Mapping[str, str]
    diagnoses: tuple[Diagnosis, ...]


def read_row(cells: Mapping[str, object], today: date) -> ReadRow:
    """Read a row of the campaign's workbook, by column key."""
    texts = {key: text for key, cell in cells.items() if (text := cell_text(cell))}
    numbers = frozenset(key for key, cell in cells.items() if isinstance(cell, int | float | Decimal))
    reading = _Reading(texts, today, numbers)
    return reading.row()


def cell_text(cell: object) -> str:
    """A cell as text: days in ISO form, whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return nfc(str(cell))


class _Reading:
    """One row being read."""

    def __init__(self, cells: Mapping[str, str], today: date, numbers: frozenset[str]) -> None:
        self.cells = cells
        # The columns whose cells the spreadsheet holds as numbers.
        self.numbers = numbers
        self.today = today
        self.values: dict[str, str] = {}
        self.found: list[Diagnosis] = []

    def row(self) -> ReadRow:
        for key, text in self.cells.items():
            if text.startswith("#") and text.rstrip("!?").upper() in {
                "#N/A",
                "#REF",
                "#VALUE",
                "#NAME",
                "#DIV/0",
                "#NUM",
            }:
                self._say(DiagnosisCode.CELL_BROKEN, key, text)
        self._serial()
        self._plain("register_number", "organisation", "organisation_id", "address", "parcel_address")
        self._commune()
        self._day("issue_date", FIRST_YEAR)
        self._person()
        self._parcel()
        for place in (1, 2, 3):
            self._area(f"purpose_area_{place}", required=False)
            self._plain(f"purpose_{place}", f"origin_{place}", f"tenure_{place}")
            self._term(f"term_{place}")
        self._assets()
        return ReadRow(self.values, tuple(self.found))

    def _say(self, code: DiagnosisCode, column: str, value: str = "", suggestion: str = "") -> None:
        self.found.append(Diagnosis(code, column, value, suggestion))

    def _plain(self, *keys: str) -> None:
        for key in keys:
            if self.cells.get(key):
                self.values[key] = self.cells[key]

    def _commune(self) -> None:
        text = self.cells.get("commune_code", "")
        if not text:
            return
        # A spreadsheet takes the leading zeros of a code away.
        code = text.zfill(_COMMUNE_DIGITS)
        if any(places.commune(era, code) for era in places.Era):
            self.values["commune_code"] = code
        else:
            self._say(DiagnosisCode.COMMUNE_UNKNOWN, "commune_code", text)

    def _serial(self) -> None:
        text = self.cells.get("serial_number", "")
        if not text or text.upper().startswith("CHUACOGIAY"):
            self._say(DiagnosisCode.SERIAL_MISSING, "serial_number", text)
            return
        match = _SERIAL.fullmatch(text.upper())
        if match is None or len(match[2]) == 7:
            self._say(DiagnosisCode.SERIAL_MALFORMED, "serial_number", text)
        self.values["serial_number"] = f"{match[1]} {match[2]}" if match else text

    # --- people

    def _person(self) -> None:
        name = self.cells.get("full_name", "")
        if name:
            self.values["full_name"] = name
        elif not self.cells.get("organisation"):
            self._say(DiagnosisCode.NAME_MISSING, "full_name")
        self._gender()
        self._day("birth_date", 1850)
        if name:
            self._id_number()
        kind, role = (strip_accents(self.cells.get(key, "")).casefold() for key in ("holder_kind", "role"))
        if kind in {"vo", "chong", "chu ho", "thanh vien", "nguoi dai dien"} and role in {
            "ca nhan",
            "ho gia dinh",
            "to chuc",
        }:
            self._say(DiagnosisCode.ROLE_MISPLACED, "role", self.cells["role"], self.cells["holder_kind"])

    def _gender(self) -> None:
        text = self.cells.get("gender", "")
        if not text:
            return
        folded = "".join(folded_words(text))
        meant = _GENDERS.get(folded)
        if meant is None:
            near = {value for word, value in _GENDERS.items() if word in one_letter_away(folded)}
            meant = near.pop() if len(near) == 1 else None
        printed = next((word for word, value in _CELL_GENDERS.items() if value == meant), "")
        if text not in {"Nam", "Nữ", "NAM", "NỮ", "nam", "nữ", "male", "female", "Ông", "Bà"}:
            self._say(DiagnosisCode.GENDER_MISSPELT, "gender", text, printed)
        if meant:
            self.values["gender"] = meant

    def _id_number(self) -> None:
        text = self.cells.get("id_number", "")
        if not text:
            self._say(DiagnosisCode.ID_MISSING, "id_number")
            return
        if _SCIENTIFIC.fullmatch(text):
            # The spreadsheet showed it short, and the digits that it left out are lost.
            self._say(DiagnosisCode.ID_MALFORMED, "id_number", text)
            return
        number = normalise_id(text)
        digits = number.translate(_LETTERS_AS_DIGITS)
        if digits != number and id_type(number) is None and id_type(digits) in {IdType.CCCD, IdType.CMND}:
            self._say(DiagnosisCode.ID_MALFORMED, "id_number", text, digits)
            self.values["id_number"] = digits
            return
        # A spreadsheet takes the leading zero of a number away. As text, 8 digits are a soldier's number.
        if number.isdigit() and (len(number) == 11 or (len(number) == 8 and "id_number" in self.numbers)):
            self._say(DiagnosisCode.ID_MALFORMED, "id_number", text, f"0{number}")
            self.values["id_number"] = f"0{number}"
            return
        self.values["id_number"] = number
        kind = id_type(number)
        if kind is None:
            self._say(DiagnosisCode.ID_MALFORMED, "id_number", text)
        elif kind is IdType.CMND:
            self._say(DiagnosisCode.ID_OLD, "id_number", text)
        elif kind is IdType.CCCD:
            self._personal_number(number)

    def _personal_number(self, number: str) -> None:
        birth = self.values.get("birth_date", "")
        faults = check_cccd(number, self.values.get("gender"), birth[:4] or None)
        told = read_cccd(number)
        if told is None:
            self._say(DiagnosisCode.ID_MALFORMED, "id_number", number)
            return
        if CccdFault.GENDER_DIFFERS in faults:
            meant = next(word for word, value in _CELL_GENDERS.items() if value == told.gender)
            self._say(DiagnosisCode.ID_GENDER_DIFFERS, "gender", self.cells.get("gender", ""), meant)
        if CccdFault.BIRTH_YEAR_DIFFERS in faults:
            self._say(DiagnosisCode.ID_BIRTH_YEAR_DIFFERS, "birth_date", birth, str(told.birth_year))

    # --- days, areas, parcels

    def _day(self, key: str, first_year: int) -> None:
        text = self.cells.get(key, "")
        if not text:
            return
        day = _as_day(text)
        if day is None:
            self._say(DiagnosisCode.DATE_IMPOSSIBLE, key, text, _day_meant(text, self.today))
            return
        year = int(day[:4])
        if first_year <= year <= self.today.year:
            if read_span(day) is None:
                # 29/02/2015: a day that its year has not.
                self._say(DiagnosisCode.DATE_IMPOSSIBLE, key, text)
            elif day > self.today.isoformat()[: len(day)]:
                self._say(DiagnosisCode.DATE_IN_FUTURE, key, text)
            else:
                self.values[key] = day
            return
        # 1017 for 2017, 2917 for 2017, 0215 for 2015: one digit of the year went wrong.
        meant = [
            other
            for other in range(first_year, self.today.year + 1)
            if sum(a != b for a, b in zip(f"{year:04}", str(other), strict=True)) == 1
        ]
        suggestion = f"{_nearest(year, meant)}{day[4:]}" if meant else ""
        self._say(DiagnosisCode.YEAR_IMPOSSIBLE, key, text, suggestion)

    def _area(self, key: str, *, required: bool) -> None:
        text = self.cells.get(key, "")
        if not text:
            if required:
                self._say(DiagnosisCode.AREA_MISSING, key)
            return
        bare = re.sub(r"\s*m\s*[2²]$", "", text, flags=re.IGNORECASE).replace(" ", "")
        grouped = key not in self.numbers and _GROUPED.fullmatch(bare)
        number = (bare.replace(".", "") if grouped else bare).replace(",", ".")
        if not _AREA.fullmatch(number):
            # 385/2 may be 385,2 or half of 385: only a person with the paper can tell.
            slash, english = _SLASH.fullmatch(bare), _ENGLISH_GROUPED.fullmatch(bare)
            meant = f"{slash[1]}.{slash[2]}" if slash else bare.replace(",", "") if english else ""
            self._say(DiagnosisCode.AREA_MALFORMED, key, text, meant)
        elif not Decimal(number):
            self._say(DiagnosisCode.AREA_ZERO, key, text)
        else:
            if grouped and _ONE_GROUP.fullmatch(bare):
                # As text 1.234 is 1234 in Vietnamese and 1,234 to a program.
                self._say(DiagnosisCode.AREA_AMBIGUOUS, key, text, number)
            self.values[key] = number

    def _parcel(self) -> None:
        for key in ("map_sheet", "parcel"):
            text = self.cells.get(key, "").replace(" ", "")
            if not text:
                self._say(DiagnosisCode.PARCEL_MISSING, key)
            elif not _PARCEL_NUMBER.fullmatch(text):
                self._say(DiagnosisCode.PARCEL_MALFORMED, key, text)
            else:
                self.values[key] = text
        self._area("area", required=True)

    def _term(self, key: str) -> None:
        if text := self.cells.get(key):
            self.values[key] = read_term(text)

    def _assets(self) -> None:
        self._plain("asset_kind", "ownership", "grade")
        self._term("ownership_term")
        for key in ("built_area", "floor_area"):
            self._area(key, required=False)


def _as_day(text: str) -> str | None:
    """The ISO day (or the year, or the month) that a cell means."""
    if _YEAR.fullmatch(text):
        return text
    if alone := _MONTH.fullmatch(text):
        return f"{alone[2]}-{int(alone[1]):02}"
    iso, printed = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text) or _IN_WORDS.fullmatch(text)
    if iso:
        year, month, day = iso.groups()
    elif printed:
        day, month, year = printed.groups()
    else:
        return None
    try:
        # The year may be a slip that no calendar has; the day and the month must still fit together.
        date(2000, int(month), int(day))
    except ValueError:
        return None
    return f"{year}-{int(month):02}-{int(day):02}"


def _day_meant(text: str, today: date) -> str:
    """The ISO day that a cell which is no day most likely means; empty where nothing can be told."""
    if _DAYS.fullmatch(text):
        return (_DAY_ZERO + timedelta(days=int(text))).isoformat()
    if short := _SHORT_YEAR.fullmatch(text):
        # The latest year with these last digits that has come.
        century = today.year // 100 * 100
        year = century + int(short[3])
        day = _as_day(f"{short[1]}/{short[2]}/{year if year <= today.year else year - 100}")
    elif month_first := _DAY_FIRST.fullmatch(text):
        day = _as_day(f"{month_first[2]}/{month_first[1]}/{month_first[3]}")
    else:
        return ""
    return day if day and read_span(day) else ""


def _nearest(year: int, meant: list[int]) -> int:
    """Of the years one digit away the one whose first digits were wrong: 1017 is 2017 before it is 1917."""
    same_end = [other for other in meant if str(other)[1:] == f"{year:04}"[1:]]
    return same_end[0] if same_end else max(meant)
