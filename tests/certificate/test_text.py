"""Vietnamese text in one form, and when two values are the same."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.text import CAPITALS, SMALL_LETTERS, comparable, nfc, same_tone_placement, same_value, strip_accents

VIETNAMESE = st.text(
    "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđbcghklmnpqrstvx ĐÂƯ0123456789.,-"
)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Hòa", "Hoà", True),  # the tone stands on another letter
        ("thủy", "thuỷ", True),
        ("khỏe", "khoẻ", True),
        ("ấp Hoà, xã Thuỷ-Hoà", "ấp Hòa, xã Thủy-Hòa", True),  # with a comma or a stroke behind
        ("Quý", "Qúy", False),  # after q the u is no vowel: there is one place only
        ("Nguyễn Văn Hai", "NGUYỄN  VĂN HAI", True),  # letter case and spaces
        ("Hòa", "Hóa", False),  # another tone is another name
        ("Hòa", "Hoa", False),
        ("Đức", "Dức", False),
        ("Ðức", "Đức", True),  # the Icelandic Eth is a typist's Đ
        ("93", "93.0", True),  # numbers as numbers
        ("93.50", "93.5", True),
        ("093", "93", False),  # without a point it is a numeral, such as a parcel's or a person's
        ("150.5", "150.6", False),
        ("0.50", ".5", False),  # not in normal form
    ],
)
def test_values_are_the_same_only_by_the_records_rule(left, right, same):
    """Case, spaces and the place of a tone mark are forgiven, nothing else."""
    assert same_value(left, right) is same
    assert same_value(right, left) is same


@given(VIETNAMESE)
def test_normalising_twice_is_normalising_once(text):
    """The normal form of a normal form is itself."""
    assert nfc(nfc(text)) == nfc(text)
    assert comparable(comparable(text)) == comparable(text)
    assert same_tone_placement(same_tone_placement(text)) == same_tone_placement(text)


@given(VIETNAMESE)
def test_a_value_is_the_same_as_its_decomposed_self(text):
    """How a typist's machine composed the letters makes no difference."""
    assert same_value(text, unicodedata.normalize("NFD", text))
    assert same_value(text, text.upper())


@given(VIETNAMESE, VIETNAMESE, VIETNAMESE)
def test_sameness_passes_on(one, two, three):
    """Values the same as a third are the same as each other."""
    if same_value(one, two) and same_value(two, three):
        assert same_value(one, three)


@given(VIETNAMESE)
def test_searching_form_has_no_marks(text):
    """What is searched has plain letters only."""
    assert strip_accents(text).isascii()


def test_small_letters_and_capitals_are_told_apart() -> None:
    """Between à and ỹ stand capitals, too: a range of Unicode takes Đ for a small letter."""
    for letter in "aàăắâậđeêểiịoôộơởuưữyỵ":
        assert re.fullmatch(f"[{SMALL_LETTERS}]", letter)
        assert re.fullmatch(f"[{CAPITALS}]", letter.upper())
        assert not re.fullmatch(f"[{SMALL_LETTERS}]", letter.upper())
        assert not re.fullmatch(f"[{CAPITALS}]", letter)
