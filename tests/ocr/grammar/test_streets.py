"""Marks on the names of streets that every town has."""

from __future__ import annotations

import pytest

from ocr.grammar.streets import mend_streets, street_names


@pytest.mark.parametrize(
    ("read", "mended", "reason"),
    [
        ("số 4 đường Nguyễn Binh Khiêm, khóm 4", "số 4 đường Nguyễn Bỉnh Khiêm, khóm 4", "one street has the letters"),
        ("ĐƯỜNG ĐỒNG ĐA", "ĐƯỜNG ĐỒNG ĐA", "only behind the word as it is printed in addresses"),
        ("đường ĐỒNG ĐA", "đường ĐỐNG ĐA", "in the letter case of the print"),
        ("Đường Nguyễn Binh Khiêm, phường 2", "Đường Nguyễn Bỉnh Khiêm, phường 2", "an address may begin with it"),
        ("26 Nguyễn Binh Khiêm, Khu phố III", "26 Nguyễn Bỉnh Khiêm, Khu phố III", "a number tells a street, too"),
        ("ấp 5 Nguyễn Binh Khiêm", "ấp 5 Nguyễn Binh Khiêm", "where a comma ends it"),
        ("đường Nguyễn Bình", "đường Nguyễn Bình", "a part of a name is another name"),
        ("ông Nguyễn Binh Khiêm", "ông Nguyễn Binh Khiêm", "a person is called what is printed"),
        ("đ. Cách Hạng Tháng Tám, tổ 19", "đ. Cách Mạng Tháng Tám, tổ 19", "one letter of a long name"),
        ("đường Trần Phù Mẫu", "đường Trần Phù Mẫu", "no street is known by it"),
        ("đường Trần Pha", "đường Trần Pha", "short names differ by a letter"),
        ("đường Lâm Quang Kỳ", "đường Lâm Quang Ky", "as the town spells it"),
    ],
)
def test_only_whole_names_of_streets_are_mended(read: str, mended: str, reason: str) -> None:
    """And only their marks."""
    assert mend_streets(read) == mended, reason


def test_names_spelt_right_are_told() -> None:
    """What is known needs no second reader."""
    assert street_names("12 đường Trần Phú, hẻm Lê Lợi, đường Tân Lập") == ["Trần Phú", "Lê Lợi"]
