"""Ruled tables whose titles stand over the rules, or whose rule between two columns of numbers was lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ocr.grammar.flow import face_text
from ocr.grammar.tables import Table, read_table
from ocr.recognise import ReadFace

MakeFace = Callable[..., ReadFace]
ROWS = (
    ("46", "270", "335,5", "Đến ngày 15/05/2065"),
    ("46", "53", "809,7", "10/10/2065"),
    ("80", "18", "34", "Lâu dài"),
)
LEFTS = (150, 284, 435, 981)


def _lines(*, shared: bool) -> list[Any]:
    """The table; with ``shared`` the first two columns are one cell, as where the rule between them was lost."""
    lines: list[Any] = [
        ("Các thửa đất tại: khu phố Phước Tân, phường Tô Châu, thành phố Hà Tiên", 109, 281),
        ("Tờ", 150, 358), ("Số", 284, 358), ("Diện tích", 400, 358), ("Thời hạn sử", 1015, 358),
        ("BĐ số thửa", 120, 402), ("(m2)", 442, 402), ("dụng", 1077, 402),
    ]  # fmt: skip
    for row, texts in enumerate(ROWS):
        for column, (text, left) in enumerate(zip(texts, LEFTS, strict=True)):
            cell = (0, row, max(0, column - 1) if shared else column)
            lines.append((text, left, 480 + 100 * row, {"cell": cell}))
    lines.append(("Tổng cộng", 156, 780, {"cell": (0, 3, 0)}))
    return lines


def _read(make_face: MakeFace, lines: list[Any]) -> Table:
    table = read_table(face_text(0, make_face(lines)).lines)
    assert table is not None
    return table


def test_titles_over_the_rules_name_the_columns(make_face: MakeFace) -> None:
    """Map sheet before parcel, a title line that runs over both, the address above no part of any."""
    rows = _read(make_face, _lines(shared=False)).rows
    assert [(row["map_sheet_number"].text, row["parcel_number"].text, row["area"].text) for row in rows] == [
        ("46", "270", "335,5"), ("46", "53", "809,7"), ("80", "18", "34"),
    ]  # fmt: skip
    assert rows[0]["term"].text == "Đến ngày 15/05/2065"


def test_titles_over_the_rules_are_of_the_table_and_the_line_before_is_not(make_face: MakeFace) -> None:
    """Else the address above would go on with them."""
    taken = {line.text for line in _read(make_face, _lines(shared=False)).lines}
    assert {"Tờ", "Số", "Diện tích", "BĐ số thửa", "dụng"} <= taken
    assert not any(text.startswith("Các thửa đất tại") for text in taken)


def test_two_numbers_side_by_side_are_two_columns(make_face: MakeFace) -> None:
    """The thin rule between them was not found; the row of sums does not count."""
    table = _read(make_face, _lines(shared=True))
    assert [(row["map_sheet_number"].text, row["parcel_number"].text) for row in table.rows] == [
        ("46", "270"), ("46", "53"), ("80", "18"),
    ]  # fmt: skip
    assert not table.guessed


def test_a_number_without_its_cell_stays_in_its_row(make_face: MakeFace) -> None:
    """The corner of a table that bends away on a photo is not closed; what is printed there has no cell."""
    lines = [
        (text, left, top, {}) if text == "270" else (text, left, top, *more)
        for text, left, top, *more in _lines(shared=False)
    ]
    table = _read(make_face, lines)
    assert [row["parcel_number"].text for row in table.rows] == ["270", "53", "18"]
    assert "270" in {line.text for line in table.lines}


def test_two_numbers_read_as_one_line_are_parted_and_doubted(make_face: MakeFace) -> None:
    """Which is the map sheet's, the titles tell."""
    numbers = {text for texts in ROWS for text in texts[:2]}
    lines = [entry for entry in _lines(shared=True) if entry[0] not in numbers]
    for row, (sheet, parcel, *_) in enumerate(ROWS):
        lines.append((f"{sheet} {parcel}", LEFTS[0], 480 + 100 * row, {"cell": (0, row, 0)}))
    table = _read(make_face, lines)
    assert [(row["map_sheet_number"].text, row["parcel_number"].text) for row in table.rows] == [
        ("46", "270"), ("46", "53"), ("80", "18"),
    ]  # fmt: skip
    assert table.doubted == {0, 1, 2}


def test_a_parcel_whose_numbers_were_lost_is_not_left_out(make_face: MakeFace) -> None:
    """Its area and its term stand in the row: the next parcel does not take its place, and all are doubted."""
    lines = [entry for entry in _lines(shared=False) if entry[0] != "270" and entry[1:3] != (LEFTS[0], 480)]
    table = _read(make_face, lines)
    assert [row["area"].text for row in table.rows] == ["335,5", "809,7", "34"]
    assert table.doubted == {0, 1, 2}


def _merged(text_rows: int, *, first_row: int = 0, top: int = 555) -> list[Any]:
    """The table with one more column, of one cell over ``text_rows`` rows."""
    lines: list[Any] = [(text, left, 358) for text, left in zip(("Tờ BĐ", "Số thửa", "Diện tích"), LEFTS, strict=False)]
    lines.append(("Nguồn gốc sử dụng đất", 1300, 358))
    for row, texts in enumerate(ROWS):
        lines += [
            (text, left, 480 + 100 * row, {"cell": (0, row, column)})
            for column, (text, left) in enumerate(zip(texts[:3], LEFTS, strict=False))
        ]
    cell = {"cell": (0, first_row, 4), "cell_rows": text_rows}
    lines += [("Công nhận QSDĐ như giao đất", 1300, top, cell), ("có thu tiền sử dụng đất", 1300, top + 45, cell)]
    return lines


def test_a_cell_over_several_rows_is_of_each_of_them(make_face: MakeFace) -> None:
    """One origin for all parcels, one for the last two."""
    origin = "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất"
    assert [row["origin"].text for row in _read(make_face, _merged(3)).rows] == [origin] * 3
    rows = _read(make_face, _merged(2, first_row=1, top=605)).rows
    assert [row["origin"].text if "origin" in row else None for row in rows] == [None, origin, origin]


def test_a_text_half_way_down_all_rows_is_of_each(make_face: MakeFace) -> None:
    """The rules of its cell were too thin to be found, and its lines fell to two rows."""
    lines = [line if len(line) < 4 or "cell_rows" not in line[3] else line[:3] for line in _merged(3)]
    rows = _read(make_face, lines).rows
    assert [row["origin"].text for row in rows] == ["Công nhận QSDĐ như giao đất có thu tiền sử dụng đất"] * 3


def test_a_table_of_houses_is_none_of_parcels(make_face: MakeFace) -> None:
    """ "Diện tích sàn" is no parcel's area, "Thời hạn sở hữu" no term of use."""
    titles = ("Loại nhà ở", "Diện tích xây dựng", "Diện tích sàn", "Hình thức sở hữu", "Thời hạn sở hữu")
    values = ("Nhà ở liên kế", "165,4", "471.3", "Sở hữu riêng", "50 năm")
    lines = [
        (text, 150 + 350 * column, 300 + 100 * row, {"cell": (0, row, column)})
        for row, texts in enumerate((titles, values))
        for column, text in enumerate(texts)
    ]
    assert read_table(face_text(0, make_face(lines)).lines) is None


@pytest.mark.parametrize(("own", "told"), [(("335,5", "800", "Không"), True), (("335,5", "12", "34"), False)])
def test_private_areas_are_told_by_their_sums(own: tuple[str, ...], told: bool, make_face: MakeFace) -> None:
    """Of "Riêng" was made "Kiẹng"; with the shared areas the column makes the whole, or it is another."""
    shared = ("Không", "9,7", "34")
    titles = ("Tờ BĐ", "Số thửa", "Diện tích", "Kiẹng", "Sử dụng chung")
    rows = [(*texts[:3], own[at], shared[at]) for at, texts in enumerate(ROWS)]
    lines: list[Any] = [
        (text, 150 + 300 * column, 300 + 100 * row, {"cell": (0, row, column)})
        for row, texts in enumerate((titles, *rows))
        for column, text in enumerate(texts)
    ]
    found = _read(make_face, lines).rows
    assert ["private" in row for row in found] == [told] * 3
