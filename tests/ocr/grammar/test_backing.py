"""What stands behind each word: a second reader, a phrase or a place's name with the same letters, or nothing."""

from __future__ import annotations

import pytest

from ocr.grammar.backing import unbacked_words
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
