"""Normal forms of single values."""

from __future__ import annotations

import pytest

from ocr.grammar import values
from ocr.grammar.drafts import Kind
from ocr.grammar.normal import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.250,5 m²", "1250.5"),
        ("1250.5m2", "1250.5"),
        ("1 250,5", "1250.5"),
        ("93,0 m²", "93.0"),
        ("15O,5m²", "150.5"),  # a letter for a digit
        ("1.250", "1250"),  # a dot before three digits parts thousands
        ("12.345,67 m2", "12345.67"),
        ("0,5", "0.5"),
        ("Không m²", "0"),
        ("không", "0"),
        ("-/-", None),
    ],
)
def test_area(text: str, expected: str | None) -> None:
    """Areas in any printed shape become plain numbers; Không is nothing, blank is no area."""
    assert values.area(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ngày 12 tháng 5 năm 2015", "2015-05-12"),
        ("ngày12tháng05năm2015", "2015-05-12"),
        ("01/07/2064", "2064-07-01"),
        ("15-10-2043", "2043-10-15"),
        ("năm 2063", "2063"),
        ("31/02/2020", None),  # no such day
        ("Kiên Hải, ngày 3i tháng 5 năm 2018", "2018-05-31"),
        ("ngày 12 tháng 5 năm 199b", "1998-05-12"),
        ("ngày zl tháng lz năm lOsb", None),
        ("ngày ... tháng 5 năm 2018", "2018-05"),
        ("ngày 4% tháng 5 năm 2018", None),  # a day that cannot be read makes no month
    ],
)
def test_dates(text: str, expected: str | None) -> None:
    """Dates in words or figures become ISO; a day that is none is not made up."""
    assert values.iso_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lâu dài", "lau_dai"),
        ("Sử dụng ổn định lâu dài", "lau_dai"),
        ("Đến ngày 01 tháng 8 năm 2074", "2074-08-01"),
        ("Đến năm 2063", "2063"),
        ("50 năm", "50_nam"),
        ("50 (năm mươi) năm", "50_nam"),
    ],
)
def test_terms(text: str, expected: str) -> None:
    """Terms are for ever, until a day, until a year, or for years."""
    assert values.term(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BX 123456", "BX 123456"),
        ("SốBX 123456", "BX 123456"),  # the word Số run together with the letters
        ("SOAP 123456", "AP 123456"),
        ("Số: AA06654954", "AA 06654954"),  # eight digits are never cut
        ("C0 123456", "CO 123456"),  # zero among letters
        ("Đ 123456", "Đ 123456"),
        ("CH 01234567890", None),
        ("BX 12345", None),
    ],
)
def test_serials(text: str, expected: str | None) -> None:
    """Serials have one or two letters and six or eight digits."""
    assert values.serial(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CH 01234", "CH01234"),
        ("CN00.383", "CN00.383"),
        (": CH.01234 ....", "CH.01234"),
        ("00123 QSDĐ/KL", "00123QSDĐ/KL"),
        ("....", None),
    ],
)
def test_register_numbers(text: str, expected: str | None) -> None:
    """Register numbers lose spaces and dotted lines, and keep printed punctuation."""
    assert values.register_number(text) == expected


@pytest.mark.parametrize("text", ["-/-", "Không", "....", "- / -", "", "không có"])
def test_printed_empty(text: str) -> None:
    """What offices print for nothing is nothing."""
    assert values.is_empty(text)


@pytest.mark.parametrize("value", ["Đất ở", "PL9", "5", "Không gian"])
def test_not_empty(value: str) -> None:
    """A single digit or a word that only begins like Không stands for something."""
    assert not values.is_empty(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ấp 5, xã A....", "ấp 5, xã A"),
        ("Cấp IV. . .. se", "Cấp IV"),
        ("(ấp 5)", "(ấp 5)"),
        (" : Lâu dài ;", "Lâu dài"),
        ("tổ 5, TP. Rạch Giá", "tổ 5, TP. Rạch Giá"),
    ],
)
def test_tidy(text: str, expected: str) -> None:
    """Leader lines and what readers make of their ends go; brackets in pairs stay."""
    assert values.tidy(text) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [("SỐ:24", "24"), ("số: 55", "55"), ("61……6", "61"), ("61......", "61"), ("PL 9", "PL9")],
)
def test_numbers_without_their_label_and_the_dots_behind(text: str, number: str) -> None:
    """Readers see digits in dotted lines, and labels are cut too late."""
    assert values.number_token(text) == number


@pytest.mark.parametrize("text", ["ngày 05, tháng.4. năm, 2010", "ngày..05..tháng 4. năm 2010"])
def test_dates_on_dotted_lines(text: str) -> None:
    """The dots run on between the parts."""
    assert values.iso_date(text) == "2010-04-05"


@pytest.mark.parametrize(
    ("text", "value"), [("sử dụng 119 m 2 sang đất ở", "sử dụng 119 m² sang đất ở"), ("rộng 5 m 2,5", "rộng 5 m 2,5")]
)
def test_a_raised_two_beside_its_letter(text: str, value: str) -> None:
    """Text layers part it from the m."""
    assert normalise(Kind.TEXT, text) == value


def test_a_stroke_for_the_space_between_thousands() -> None:
    """ "28/121 m²" is no 28, and another reader must say what it is."""
    assert values.area("28/121 m²") is None
    assert values.area("100/250,5 m²") is None
    assert values.area("28 121 m²") == "28121"
    assert values.area("28/12 m²") == "28"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Phạm Thị Thoại ° ²", "Phạm Thị Thoại"),
        ("PHAN. HUỆ THƯƠNG", "PHAN HUỆ THƯƠNG"),
        ("H'Mai Niê", "H'Mai Niê"),
        ("Lê T. Mẫu", "Lê T. Mẫu"),
        ("Ng8yễn Văn Mẫu", "Ng8yễn Văn Mẫu"),  # A misread letter stays to be seen.
        ("² 1", None),
        ("Võ Văn Ouế", "Võ Văn Quế"),
        ("NGÔ OUỐC OANH", "NGÔ QUỐC OANH"),
        ("Ouk Sa Rươl", "Ouk Sa Rươl"),
        ("Bà Phạm Hồng Mẫu", "Phạm Hồng Mẫu"),
        ("Ông NGUYỄN MẪU", "NGUYỄN MẪU"),
        ("Ông Ích Mẫu", "Ông Ích Mẫu"),
        ("Bà Mẫu", "Bà Mẫu"),
    ],
)
def test_a_persons_name_without_specks(text: str, name: str | None) -> None:
    """Points behind a word and what has no letter are none of a name; a letter that stands for a name keeps its own."""
    assert values.person_name(text) == name


@pytest.mark.parametrize(("text", "number"), [("/386", "1386"), (" /26", "126"), ("12/3", "12/3"), ("/", None)])
def test_a_stroke_before_digits_is_a_slanted_one(text: str, number: str | None) -> None:
    """In italics at 150 dpi a one is a stroke; dropping it would make 386 of 1386."""
    assert values.number_token(text) == number


def test_a_stroke_before_an_area() -> None:
    """Only right before the digits: a rule of a table stands apart from them."""
    assert values.area("/26.0 m²") == "126.0"
    assert values.area("/ 26.0 m²") == "26.0"


def test_a_word_that_two_parts_of_a_line_hold() -> None:
    """Where two boxes meet both may hold it; elsewhere a word may stand twice."""
    assert normalise(Kind.TEXT, "theo Quyết định số số 2160/QĐ-UBND") == "theo Quyết định số 2160/QĐ-UBND"
    assert normalise(Kind.TEXT, "số số hạng") == "số số hạng"


@pytest.mark.parametrize(
    ("read", "address"),
    [
        ("số 4 Đ, Lạc Hồng, KP, 3, TT.Sóc Sơn, H, Hòn Đất", "số 4 Đ. Lạc Hồng, KP. 3, TT.Sóc Sơn, H. Hòn Đất"),
        ("P.Vĩnh Thanh, Tp, Rạch Giá, T. Kiên Giang", "P.Vĩnh Thanh, Tp. Rạch Giá, T. Kiên Giang"),
        ("khu P, xã Vĩnh Thanh", "khu P, xã Vĩnh Thanh"),  # its name is a letter
        ("tại:Xã Vĩnh Thanh, tỉnh Kiên Giang", "Xã Vĩnh Thanh, tỉnh Kiên Giang"),
    ],
)
def test_points_behind_short_words_of_an_address(read: str, address: str) -> None:
    """A comma there makes a part of nothing."""
    assert normalise(Kind.ADDRESS, read) == address
