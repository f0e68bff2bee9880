"""The workbook that goes out and comes back: what was written is read, what cannot be right is told by its row."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from certificate.citizens import OwnerQuery
from certificate.errors import WorkbookUnreadable
from registry.row_errors import WORDS, RowFault
from registry.workbook import ListedOwner, read_list, write_list

ASKED = OwnerQuery("Nguyễn Văn Mẫu", "012345678", "1970", "male")
OWNERS = [ListedOwner(f"line{number}", ASKED, "BX 123456", "Chưa tra cứu") for number in range(4)]
FIRST_ROW = 4
FOUND = {
    "Kết quả": "Có", "Số định danh cá nhân": "091070000123", "Họ và tên": "Nguyễn Văn Mẫu", "Ngày sinh": "12/05/1970",
    "Giới tính": "Nam", "Tình trạng": "Còn sống", "Nơi thường trú": "Rạch Giá", "Số CMND cũ": "012345678",
}  # fmt: skip


def fill(path: Path, *rows: dict[str, Any]) -> Path:
    """The exported workbook with its first rows filled in, saved again as a spreadsheet program would."""
    write_list(path, OWNERS)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    names = {cell.value: cell.column for cell in sheet[FIRST_ROW - 1]}
    for number, row in enumerate(rows, start=FIRST_ROW):
        for name, value in row.items():
            sheet.cell(number, names[name]).value = value
    book.save(path)
    return path


def test_an_untouched_list_has_no_answers(tmp_path: Path) -> None:
    """All lines are open still."""
    found = read_list(fill(tmp_path / "list.xlsx"))
    assert (found.answers, found.errors, found.open_lines) == ((), (), 4)


def test_everything_is_text_and_nothing_a_formula(tmp_path: Path) -> None:
    """A name beginning with an equals sign stays a name, a number keeps its zeros, odd signs do no harm."""
    path = tmp_path / "list.xlsx"
    write_list(path, [ListedOwner("line", OwnerQuery('=HYPERLINK("x")', "001234567"), "BX\x07 1", "+1")])
    row = next(load_workbook(path).worksheets[0].iter_rows(min_row=FIRST_ROW))
    assert [cell.value for cell in row][2:4] == ['=HYPERLINK("x")', "001234567"]
    assert {cell.data_type for cell in row if cell.value is not None} == {"s"}


def test_a_found_person_and_nobody_come_back(tmp_path: Path) -> None:
    """Who was found with all that is known, and that nobody was."""
    found = read_list(fill(tmp_path / "list.xlsx", FOUND, {"Kết quả": "Không có"}))
    first, second = found.answers
    (citizen,) = first.citizens
    assert (citizen.citizen_id, citizen.old_id, citizen.birth_date) == ("091070000123", "012345678", "1970-05-12")
    assert (citizen.gender, citizen.status, citizen.address) == ("male", "alive", "Rạch Giá")
    assert (second.line_id, second.citizens, second.rows) == ("line1", (), (5,))
    assert (found.errors, found.open_lines) == ((), 2)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Số định danh cá nhân": 91070000123, "Số CMND cũ": 12345678}, "zeros lost to a number"),
        ({"Số định danh cá nhân": 91070000123.0}, "a number with a point"),
        ({"Số định danh cá nhân": " 091 070 000 123 "}, "spaces between"),
        ({"Số định danh cá nhân": "'091070000123", "Số CMND cũ": "'012345678"}, "the apostrophe that keeps zeros"),
        ({"Ngày sinh": datetime(1970, 5, 12)}, "a date of the spreadsheet's own"),  # noqa: DTZ001
        ({"Ngày sinh": "1970-05-12"}, "an ISO date"),
        ({"Ngày sinh": "12-5-1970"}, "strokes"),
        ({"Kết quả": None}, "the outcome follows from the rest"),
        ({"Kết quả": "CÓ", "Giới tính": "nam"}, "letter case"),
        ({"Giới tính": None, "Tình trạng": None}, "the number tells the gender; alive when nothing is said"),
    ],
)
def test_what_spreadsheets_do_to_cells_is_understood(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    """The same person, however the cell was typed."""
    found = read_list(fill(tmp_path / "list.xlsx", {**FOUND, **change}))
    assert found.errors == (), reason
    ((citizen,),) = (answer.citizens for answer in found.answers)
    assert (citizen.citizen_id, citizen.birth_date, citizen.gender) == ("091070000123", "1970-05-12", "male"), reason


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Kết quả": "Có lẽ"}, RowFault.OUTCOME_UNKNOWN),
        ({"Kết quả": "Không có"}, RowFault.CONTRADICTION),  # nobody, and yet somebody
        ({"Số định danh cá nhân": "09107000012"}, RowFault.NUMBER_MALFORMED),
        ({"Số định danh cá nhân": None}, RowFault.NUMBER_MALFORMED),
        ({"Số CMND cũ": "12345"}, RowFault.OLD_NUMBER_MALFORMED),
        ({"Họ và tên": None}, RowFault.NAME_MISSING),
        ({"Họ và tên": "x" * 201}, RowFault.NAME_MISSING),
        ({"Ngày sinh": "31/02/1970"}, RowFault.BIRTH_DATE_MALFORMED),
        ({"Ngày sinh": "70"}, RowFault.BIRTH_DATE_MALFORMED),
        ({"Ngày sinh": None}, RowFault.BIRTH_DATE_MALFORMED),
        ({"Giới tính": "Ông"}, RowFault.GENDER_UNKNOWN),
        ({"Tình trạng": "?"}, RowFault.STATUS_UNKNOWN),
        ({"Ngày sinh": "12/05/1971"}, RowFault.NUMBER_DIFFERS),  # the number says 1970
        ({"Giới tính": "Nữ"}, RowFault.NUMBER_DIFFERS),  # the number says a man
        ({"Mã dòng": None}, RowFault.NO_LINE),
    ],
)
def test_a_row_that_cannot_be_right_is_told_and_left_out(
    tmp_path: Path, change: dict[str, Any], fault: RowFault
) -> None:
    """Its number and the reason; the other rows count."""
    found = read_list(fill(tmp_path / "list.xlsx", {**FOUND, **change}, {"Kết quả": "Không có"}))
    assert [(error.row, error.fault) for error in found.errors] == [(FIRST_ROW, fault)]
    assert [answer.line_id for answer in found.answers] == ["line1"]
    assert found.errors[0].to_json()["message"] == WORDS[fault].vi


def test_several_people_for_one_line(tmp_path: Path) -> None:
    """A copied row adds a person; one row of the line that is wrong spoils the line; a row twice is one person."""
    second = {**FOUND, "Mã dòng": "line0", "Số định danh cá nhân": "091070000999"}
    (answer,) = read_list(fill(tmp_path / "a.xlsx", FOUND, second, {**FOUND, "Mã dòng": "line0"})).answers
    assert [citizen.citizen_id for citizen in answer.citizens] == ["091070000123", "091070000999"]
    spoiled = read_list(fill(tmp_path / "b.xlsx", FOUND, {**second, "Họ và tên": None}))
    assert spoiled.answers == ()
    torn = read_list(fill(tmp_path / "c.xlsx", FOUND, {"Mã dòng": "line0", "Kết quả": "Không có"}))
    assert (torn.answers, [error.fault for error in torn.errors]) == ((), [RowFault.CONTRADICTION] * 2)


def test_columns_may_be_moved_and_added(tmp_path: Path) -> None:
    """The header decides where a column stands."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    columns = ["ghi chú của tôi", *reversed(FOUND), "Mã dòng"]
    sheet.append(columns)
    sheet.append(["x", *reversed(FOUND.values()), "line9"])
    book.save(tmp_path / "list.xlsx")
    (answer,) = read_list(tmp_path / "list.xlsx").answers
    assert (answer.line_id, answer.rows) == ("line9", (2,))


def test_a_cover_before_the_list_does_no_harm(tmp_path: Path) -> None:
    """Sheets may be added, before and behind."""
    path = fill(tmp_path / "list.xlsx", FOUND)
    book = load_workbook(path)
    book.create_sheet("Bìa", 0)["A1"] = "Kính gửi Công an xã"
    book.create_sheet("Ghi chú")
    book.save(path)
    (answer,) = read_list(path).answers
    assert answer.line_id == "line0"


def _zip(path: Path, content: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", content)


def _other_book(path: Path) -> None:
    book = Workbook()
    book.save(path)


def _without_a_column(path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Mã dòng", "Kết quả"])
    book.save(path)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PK\x03\x04 not a zip"),
        lambda path: path.write_text("Mã dòng;Kết quả"),
        lambda path: _zip(path, b"<broken"),
        lambda path: _zip(path, b'<?xml version="1.0"?><Types/>'),
        _other_book,
        _without_a_column,
    ],
    ids=["empty", "no zip", "text", "broken XML", "no workbook", "another workbook", "a column is gone"],
)
def test_what_is_no_such_list_is_refused(tmp_path: Path, make: Any) -> None:
    """A wrong file is told as such, whatever it is."""
    make(tmp_path / "list.xlsx")
    with pytest.raises(WorkbookUnreadable):
        read_list(tmp_path / "list.xlsx")


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at before it is unpacked."""
    monkeypatch.setattr("registry.workbook._MOST_UNPACKED_BYTES", 100_000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * 100_001)
    with pytest.raises(WorkbookUnreadable, match="unpacked"):
        read_list(tmp_path / "bomb.xlsx")


def test_every_fault_has_its_words() -> None:
    """In both languages."""
    assert set(WORDS) == set(RowFault)
    assert all(words.vi.endswith(".") and words.en.endswith(".") for words in WORDS.values())
