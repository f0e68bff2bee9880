"""Punctuation of sentences as offices print it."""

from __future__ import annotations

import pytest

from ocr.grammar.sentences import addresses_in, punctuated


@pytest.mark.parametrize(
    ("read", "printed", "reason"),
    [
        ("ông Võ Xuân Nam. sinh năm 1988", "ông Võ Xuân Nam, sinh năm 1988", "no sentence begins small"),
        ("ông Lò Đăng Quang. CMND số 371954792", "ông Lò Đăng Quang, CMND số 371954792", "nor with a paper's name"),
        ("tỉnh Kiên Giang: theo hồ sơ số 814", "tỉnh Kiên Giang; theo hồ sơ số 814", "a semicolon lost its tail"),
        ("951;cấp GCN mới", "951; cấp GCN mới", "a space was lost"),
        ("hồ sơ số 045789.CN 006", "hồ sơ số 045789.CN.006", "a dossier's number has two points"),
        ("theo hồ sơ số 08270/ TC-2023", "theo hồ sơ số 08270/TC-2023", "a line's end"),
        ("Quyết định số 1827/QĐ- UBND", "Quyết định số 1827/QĐ-UBND", "another"),
        ("số vào số 05079 QSDĐ/GR", "số vào sổ 05079 QSDĐ/GR", "entered into a book"),
        ("hồ sơ số O89537.CN.O18", "hồ sơ số 089537.CN.018", "a letter for a nought"),
        ("hồ sơ số 09918 4.CN.009", "hồ sơ số 099184.CN.009", "a text layer parts digits"),
        ("hồ sơ số 069922VP.601", "hồ sơ số 069922.VP.601", "either of which may be lost"),
        ("từ CMND số 37026131 1 thành", "từ CMND số 370261311 thành", "nine digits are one number"),
        ("CMND số 37026131 11 thành", "CMND số 37026131 11 thành", "ten are none; a person must look"),
        ("thành phố TP. Rạch Giá. Ghi chú", "thành phố TP. Rạch Giá. Ghi chú", "a sentence may begin there"),
        ("đã thu hồi. Địa chỉ thửa đất", "đã thu hồi. Địa chỉ thửa đất", "and with any capital letter"),
        ("đã thu hồi. Ấp 5 nay là ấp 6", "đã thu hồi. Ấp 5 nay là ấp 6", "with marks, too"),
        ("kênh, rạch v.v. và đường", "kênh, rạch v.v. và đường", "an abbreviation keeps its points"),
        ("diện tích 1.065 m²", "diện tích 1.065 m²", "numbers are left alone"),
        ("xã la Pa, huyện la Pa", "xã Ia Pa, huyện Ia Pa", "water in Jarai"),
        ("diện tích còn lại 1.826.7 m²", "diện tích còn lại 1.826,7 m²", "two points cannot both part thousands"),
        ("bà Nguyễn Thụy Du. sinh năm 1967", "bà Nguyễn Thụy Du, sinh năm 1967", "a short name ends no sentence"),
        ("còn lại 729,39 m². 0 O O 0", "còn lại 729,39 m²", "specks behind the end"),
        ("Nhà ở 80 m² SAO Y BAN CHINH", "Nhà ở 80 m²", "a stamp over it"),
        ("Nhà ở 80 m² CHỨNG THỰC BaN SAO ĐÚNG VỚI BÀN CHÍNH Ngày 5", "Nhà ở 80 m²", "another stamp"),
        ("Nhà ở 80 m² BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "Nhà ở 80 m²", "a stamp cut off at its beginning"),
        (
            "Nhà ở 80 m² CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH và một nhà kho",
            "Nhà ở 80 m² và một nhà kho",
            "what follows a stamp stays",
        ),
        ("Đất chuyên trồn g lúa", "Đất chuyên trồng lúa", "a letter parted from its word"),
        ("như sau: thửa đất số 5", "như sau: thửa đất số 5", "a colon has its place"),
    ],
)
def test_one_mark_makes_sense(read: str, printed: str, reason: str) -> None:
    """Letters and digits stay as they were read."""
    assert punctuated(read) == printed, reason
    assert punctuated(printed) == printed


def test_addresses_inside_a_sentence() -> None:
    """From "địa chỉ" to the semicolon; what follows it is of the sentence."""
    text = "cho ông Võ Nam, sinh năm 1950, địa chỉ tại ấp An Bình, xã Nam Thái, huyện An Biên; theo hồ sơ số 5"
    assert [text[slice(*span)] for span in addresses_in(text)] == ["ấp An Bình, xã Nam Thái, huyện An Biên"]
    assert addresses_in("Thay đổi địa chỉ thường trú") == []
