"""What stands behind each word: a second reader, a phrase or a place's name with the same letters, or nothing."""

from __future__ import annotations

import pytest

from ocr.grammar.backing import contested_words, overruled_words, unbacked_words
from ocr.grammar.drafts import Kind

SENTENCE = "Thế chấp quyền sử dụng đất tại Quỹ Tín dụng nhân dân, theo hồ sơ số 043970.CN.004"


@pytest.mark.parametrize(
    ("other", "alone", "reason"),
    [
        (SENTENCE, 0, "two readers, one text"),
        (SENTENCE.replace("hồ sơ", "hõ sơ"), 0, "sentences have «hồ sơ», and the letters are the same"),
        (SENTENCE.replace("Thế chấp quyền", "Thê chấp quyến"), 0, "more than one mark, all told by phrases"),
        (SENTENCE.replace(", theo", " theo"), 0, "a comma is no word"),
        (SENTENCE.replace("043970", "043976"), 1, "nothing but a reader tells a digit"),
        (SENTENCE.replace("chấp", "nhấp"), 1, "other letters are another word"),
        (SENTENCE.partition(" theo")[0], 5, "a reader that lost a line says nothing of it"),
        ("", 17, "one reader alone"),
    ],
)
def test_a_word_rests_on_two_readers_or_on_the_language(other: str, alone: int, reason: str) -> None:
    """Marks may be told by phrases; letters and digits may not."""
    looks = {"linenet": SENTENCE, "trueocr": other}
    assert unbacked_words(SENTENCE, Kind.TEXT, looks, in_list=False) == alone, reason


def test_further_looks_of_one_reader_are_one_voice() -> None:
    """A reader that says the same of two renderings is still one."""
    looks = {"linenet": "Trần Thị Nhã", "linenet@grey": "Trần Thị Nhã", "trueocr": "Trần Thị Nhà"}
    assert unbacked_words("Trần Thị Nhã", Kind.NAME, looks, in_list=False) == 1
    assert unbacked_words("Trần Thị Nhã", Kind.NAME, looks | {"tesseract": "Trần Thị Nhã"}, in_list=False) == 0


def test_places_that_a_list_knows_need_no_second_reader_for_their_marks() -> None:
    """Communes, districts, provinces, their words, well-known streets and hamlets; one called like a commune does."""
    address = "đường Nguyễn Bỉnh Khiêm, ấp Hòa Thuận, xã Thạnh Trị, huyện Tân Hiệp, tỉnh Kiên Giang"
    marks_lost = "dường Nguyên Binh Khiêm, âp Hòa Thuận, xa Thanh Tri, huyên Tân Hiêp, tinh Kiên Giang"
    looks = {"linenet": address, "trueocr": marks_lost}
    assert unbacked_words(address, Kind.ADDRESS, looks, in_list=True) == 0
    looks["trueocr"] = marks_lost.replace("Hòa Thuận", "Hoa Thuận")
    assert unbacked_words(address, Kind.ADDRESS, looks, in_list=True) == 1
    looks = {name: text.replace("ấp Hòa Thuận", "ấp Xẻo Nhàu") for name, text in looks.items()}
    looks["trueocr"] = looks["linenet"].replace("Xẻo Nhàu", "Xéo Nhau")
    assert unbacked_words(looks["linenet"], Kind.ADDRESS, looks, in_list=True) == 0


def test_the_raised_two_is_beyond_some_readers() -> None:
    """«m²», «m2» and «m?» are one unit."""
    looks = {"linenet": "Nhà 80 m²", "trueocr": "Nhà 80 m2"}
    assert unbacked_words("Nhà 80 m²", Kind.TEXT, looks, in_list=False) == 0


def test_places_inside_a_sentence_are_known_by_the_table() -> None:
    """The person's name beside them is not."""
    text = (
        "Chuyển nhượng cho ông Võ Nhã, địa chỉ tại ấp 5, xã Sơn Bình, huyện Hòn Đất, tỉnh Kiên Giang; theo hồ sơ số 7"
    )
    other = text.replace("huyện Hòn Đất", "huyên Hòn Đât").replace("địa chỉ", "dịa chi")
    assert unbacked_words(text, Kind.TEXT, {"linenet": text, "trueocr": other}, in_list=False) == 0
    other = other.replace("Nhã", "Nhà")
    assert unbacked_words(text, Kind.TEXT, {"linenet": text, "trueocr": other}, in_list=False) == 1


@pytest.mark.parametrize(
    ("kind", "value", "tesseract", "contested", "reason"),
    [
        (Kind.NAME, "Thị Sốc Kha", "Thị Sóc Kha”", 1, "one name in five of which it says so is wrong"),
        (Kind.NAME, "Đinh Trung An", "Đỉnh Trung An", 0, "nobody's family is called Đỉnh"),
        (Kind.NAME, "LỰU DUY THẮNG", "LƯU DUY THẮNG", 1, "a family that is one"),
        (Kind.NAME, "Lê Văn Sáu", "Lê Văn Sau.", 1, "words that both can be spelt"),
        (Kind.NAME, "Lê Văn Sáu", "Lê Văn Sầú", 0, "a word that is no syllable"),
        (Kind.NAME, "Lê Văn Sáu", "Lê Văn", 0, "it did not read so far"),
        (Kind.ADDRESS, "ấp Chín Ghi, xã Ngọc Chúc", "ấp Chín Ghì, xã Ngọc Chúc", 1, "a hamlet that no list has"),
        (Kind.ADDRESS, "đường Chi Lăng, xã Ngọc Chúc", "đường Chỉ Lăng, xã Ngọc Chúc", 0, "a street of every town"),
        (Kind.ORGANISATION, "ỦY BAN NHÂN DÂN XÃ THỐ CHÂU", "ỦY BAN NHÂN DÂN XÃ THỔ CHÂU", 1, "an office's place"),
    ],
)
def test_names_that_tesseract_spells_with_other_marks(
    kind: Kind, value: str, tesseract: str, contested: int, reason: str
) -> None:
    """It is of another make, and asked about where LineNet is not sure."""
    looks = {"linenet": value, "trueocr": value, "twin": value}
    assert contested_words(value, kind, looks, in_list=True) == 0, "not asked"
    assert contested_words(value, kind, looks | {"tesseract": tesseract}, in_list=True) == contested, reason
    assert contested_words(value, kind, looks | {"trueocr": tesseract}, in_list=True) == 0, "TrueOCR alone"
    both = looks | {"trueocr": tesseract, "twin": tesseract}
    assert contested_words(value, kind, both, in_list=True) == contested, "TrueOCR and the twin"


@pytest.mark.parametrize(
    ("value", "seen", "overruled", "reason"),
    [
        ("Thửa đất nay được tách từ thửa 337", "Thửa đất này được tách từ thửa 337", 1, "both words are usual"),
        ("Tặng cho ông Tăng Ngọc Kinh", "Tặng cho ông Tăng Ngọc Kỉnh", 1, "a name has no phrase"),
        ("Cấp đổi từ giấy có số vào sổ 05079", "Cấp đổi từ giấy có số vào số 05079", 0, "all readers lose this hook"),
        ("Nhận chuyển nhượng thửa 337", "Nhận chuyến nhượng thửa 337", 0, "sentences have no «chuyến»"),
    ],
)
def test_sentences_that_two_makes_of_reader_have_otherwise(value: str, seen: str, overruled: int, reason: str) -> None:
    """What such texts usually say put marks right that LineNet and Tesseract both saw otherwise."""
    assert overruled_words(value, {"linenet": seen, "tesseract": seen, "twin": value}) == overruled, reason
    assert overruled_words(value, {"linenet": seen, "trueocr": seen}) == overruled, reason
    assert overruled_words(value, {"linenet": value, "tesseract": seen}) == 0, "LineNet has it so"
    assert overruled_words(value, {"linenet": seen, "tesseract": value}) == 0, "Tesseract has it so"
