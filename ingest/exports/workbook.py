"""Writes the campaign's workbook row by row, so that fifty thousand rows need no more memory than one."""

from __future__ import annotations

import io
import os
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from archive.outgoing import disk_errors, sync_folder
from certificate.handed_on import Remark
from certificate.lists import load_list
from certificate.pl3 import MOST_CHARACTERS, columns, first_row, layout

REMARKS_SHEET = "CanXuLyTay"
_DATA = "xl/worksheets/sheet1.xml"
_TITLE = "BIỂU MẪU THU THẬP THÔNG TIN GIẤY CHỨNG NHẬN (PL3-01)"
_GUIDE = (
    "Mỗi dòng là một giấy chứng nhận × một thửa đất × một người.",
    "Mã ĐVHC là mã xã hiện nay của nơi có thửa đất ghi trên giấy; để trống khi chưa chắc chắn.",
    "Số định danh lấy từ giấy, từ căn cước quét kèm hoặc từ dữ liệu dân cư; chưa có thì ghi số in trên giấy.",
    "Người sử dụng hiện tại (cột O đến R) chỉ được điền khi mục thay đổi ghi rõ đã chuyển toàn bộ cho một người.",
    "Các cột tờ và thửa trên bản đồ địa chính, mã định danh thửa đất do cơ quan điền.",
    f"Trang {REMARKS_SHEET} liệt kê những gì biểu mẫu không chứa được hoặc còn thiếu, phải nhập tay.",
    "Tệp quét nằm cùng thư mục, tên ở cột AX.",
)


def write_workbook(place: Path, rows: Iterable[Mapping[str, Any]], remarks: Sequence[Remark]) -> int:
    """Write the rows (by column key) and the remarks; gives how many rows. Whole or not at all."""
    part = place.with_name(f".{place.name}.{uuid.uuid4().hex}.part")
    try:
        with disk_errors("write", place):
            count = _write(part, rows, remarks)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(place)
            sync_folder(place.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return count


def _write(place: Path, rows: Iterable[Mapping[str, Any]], remarks: Sequence[Remark]) -> int:
    """openpyxl writes everything but the data; their rows are put into its sheet, many times as fast as by cells."""
    frame = io.BytesIO()
    book = _frame(remarks)
    book.save(frame)
    count = 0
    with zipfile.ZipFile(frame) as source, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name != _DATA:
                target.writestr(name, content)
                continue
            before, end, after = content.rpartition(b"</sheetData>")
            with target.open(name, "w", force_zip64=True) as sheet:
                sheet.write(before)
                for line in _lines(rows):
                    sheet.write(line)
                    count += 1
                sheet.write(end + after)
    return count


def _frame(remarks: Sequence[Remark]) -> Workbook:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(layout("sheet"))
    for line in _head(sheet):
        sheet.append(line)
    _statuses(book.create_sheet(layout("status_sheet")))
    guide = book.create_sheet(layout("guide_sheet"))
    for words in _GUIDE:
        guide.append([words])
    _remarks(book.create_sheet(REMARKS_SHEET), remarks)
    return book


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Each row as it stands in the sheet's XML. Text stays text, whatever it looks like."""
    places = [(column.key, column.letter) for column in columns()]
    for count, row in enumerate(rows, 1):
        number = first_row() + count - 1
        cells = []
        for key, letter in places:
            value = count if key == "line" else row.get(key)
            if isinstance(value, str):
                text = escape(ILLEGAL_CHARACTERS_RE.sub("", value))
                space = ' xml:space="preserve"' if text != text.strip() else ""
                cells.append(f'<c r="{letter}{number}" t="inlineStr"><is><t{space}>{text}</t></is></c>')
            elif value is not None:
                cells.append(f'<c r="{letter}{number}" t="n"><v>{value!r}</v></c>')
        yield f'<row r="{number}">{"".join(cells)}</row>'.encode()


def _head(sheet: Any) -> Iterable[list[Any]]:
    """The rows above the data: title, an empty one, the columns' names and their numbers."""
    title = WriteOnlyCell(sheet, _TITLE)
    title.font = Font(bold=True)
    yield [title]
    yield []
    names = []
    for column in columns():
        cell = WriteOnlyCell(sheet, column.title)
        cell.font = Font(bold=True)
        names.append(cell)
    yield names
    yield ["" if column.number is None else str(column.number) for column in columns()]
    assert first_row() == len(("title", "empty", "names", "numbers")) + 1


def _statuses(sheet: Any) -> None:
    sheet.append(["Mã", "Trạng thái xác thực số giấy tờ"])
    for code in sorted(set(load_list("pl3")["id_status"].values())):
        sheet.append([code, "(theo bảng mã của biểu mẫu tại cơ quan)"])


def _remarks(sheet: Any, remarks: Sequence[Remark]) -> None:
    sheet.append(["Số phát hành GCN", "Mã", "Việc cần làm", "Mã giấy trong hệ thống"])
    for remark in sorted(remarks, key=lambda one: one.gravity):
        sheet.append(
            [
                _cell(sheet, part)
                for part in (remark.serial_number, remark.code.value, remark.message, remark.certificate_id)
            ]
        )


def _cell(sheet: Any, value: Any) -> Any:
    """A value as a cell: text stays text, whatever it looks like."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if len(text) > MOST_CHARACTERS:
        text = f"{text[: MOST_CHARACTERS - 1]}…"
    if not text.startswith("="):
        return text
    # What a reader took for an equals sign must not become a formula.
    cell = WriteOnlyCell(sheet, "")
    cell.value = text
    cell.data_type = "s"
    return cell
