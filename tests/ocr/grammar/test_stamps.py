"""Stamps of offices on a certificate: left out with their days and numbers, and nothing else with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ocr.grammar.flow import face_text
from ocr.grammar.stamps import stamp_lines
from ocr.recognise import ReadFace

MakeFace = Callable[..., ReadFace]
LINES = {
    "notes": ("6. Ghi chú: Không.", 160, 1500),
    "shelf": ("Kho 5, kệ 16", 300, 40),
    "fee": ("ĐÃ THU LỆ PHÍ", 300, 2080),
    "its day": ("Ngày 27/10/2016 Số: 6309", 260, 2140),
    "half of a copy's": ("CHỨNG", 1000, 2400),
    "copy": ("THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", 1120, 2402),
    "copy's day": ("Ngày 27/03/2010 Số: 853", 1300, 2460),
    "change": ("Ngày 26/08/2022", 1600, 234),
    "sentence": ("Đã thu hồi một phần thửa đất", 160, 2600),
    "register": ("Số vào sổ cấp GCN: CH25842", 160, 2900),
}


def test_stamps_are_told_with_what_belongs_to_them(make_face: MakeFace) -> None:
    """A day elsewhere, a sentence with a stamp's words and the number in the register are none."""
    found = {line.text for line in stamp_lines(face_text(0, make_face(list(LINES.values()))))}
    stamps = ("shelf", "fee", "its day", "half of a copy's", "copy", "copy's day")
    assert found == {LINES[name][0] for name in stamps}


def test_a_stamp_that_a_table_s_rule_cuts(make_face: MakeFace) -> None:
    """Its words, its day and its number are halved; the row of changes above and its day stay."""
    row = [("04/06/2014", 167, 1020), ("Chuyển nhượng quyền sử dụng đất cho ông Đào Văn Linh", 364, 1020)]
    stamp = [("SAO Y BẢN C", 174, 1383), ("INH", 400, 1384), ("Ngày 02/07/2017 5.", 166, 1420), ("4066", 536, 1422)]
    found = {line.text for line in stamp_lines(face_text(0, make_face([*row, *stamp, ("4066", 1200, 1422)])))}
    assert found == {text for text, _, _ in stamp}


@pytest.mark.parametrize("text", ["Kho bạc 5", "Tủ sách, kệ sách", "SỐ 12", "BẢN SAO TRÍCH LỤC BẢN ĐỒ SỐ 12"])
def test_what_only_sounds_like_a_stamp(text: str, make_face: MakeFace) -> None:
    """Words without a shelf's numbers, numbers without a stamp's words."""
    assert not stamp_lines(face_text(0, make_face([text])))
