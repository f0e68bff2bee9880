"""Vietnamese number words, both ways."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certificate.numbers import VOCABULARY, read_number_words, write_area_words, write_number_words
from certificate.text import strip_accents

UP_TO_A_MILLIARD = st.decimals(0, 10**9, places=3) | st.integers(0, 10**9).map(Decimal)


@given(UP_TO_A_MILLIARD)
@example(Decimal("0.05"))
@example(Decimal(10**9))
@example(Decimal("1000000005.005"))
def test_reading_what_was_written_gives_the_number_back(value):
    """Every number from 0 to a milliard, with decimals, survives being put into words."""
    assert read_number_words(write_number_words(value)) == value
    assert read_number_words(f"(Bằng chữ: {write_area_words(value)}./.)") == value


@given(UP_TO_A_MILLIARD)
def test_words_written_are_in_the_vocabulary(value):
    """The list that a reader mends words from lacks none."""
    assert set(write_area_words(value).casefold().split()) <= VOCABULARY


@given(UP_TO_A_MILLIARD)
def test_other_spellings_mean_the_same(value):
    """Southern words, other spellings and capitals say the same number."""
    words = write_number_words(value)
    southern = words.replace("nghìn", "ngàn").replace("linh", "lẻ").replace("tỷ", "tỉ").replace("bảy", "bẩy")
    assert read_number_words(southern.upper()) == value


@given(UP_TO_A_MILLIARD)
def test_words_without_accents_mean_the_same(value):
    """Only mười and mươi fall together then, and what stands before tells which."""
    assert read_number_words(strip_accents(write_area_words(value))) == value
    assert read_number_words(strip_accents(write_area_words(value)).upper()) == value


@given(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=6))
def test_decimals_may_be_said_digit_by_digit(whole, digits):
    """ "Phẩy hai năm" is "phẩy hai mươi lăm"."""
    names = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    words = f"{write_number_words(whole)} phẩy {' '.join(names[int(digit)] for digit in digits)}"
    assert read_number_words(words) == Decimal(f"{whole}.{digits}")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Một trăm năm mươi phẩy năm mét vuông", "150.5"),
        ("Hai nghìn không trăm linh năm mét vuông", "2005"),
        ("Một ngàn hai trăm lẻ tư m2", "1204"),  # tư after lẻ
        ("Hai mươi bốn mét vuông", "24"),  # bốn for tư
        ("Hai mốt", "21"),  # mươi left out, as spoken
        ("Ba mươi nhăm", "35"),
        ("Mười bẩy", "17"),
        ("Hai trăm rưỡi", "250"),  # half of a hundred
        ("Hai trăm mét vuông rưỡi", "200.5"),  # half of a square metre
        ("Một triệu rưỡi", "1500000"),
        ("Một triệu không nghìn không trăm linh năm", "1000005"),
        ("Một nghìn năm mươi", "1050"),  # không trăm left out, still one meaning
        ("Không phẩy không năm mét vuông", "0.05"),
        ("năm mươi phẩy không trăm linh năm", "50.005"),
        ("Ba trăm mét vuông phẩy hai lăm", "300.25"),  # the unit before the comma
        ("Năm trăm mét vuông chẵn", "500"),
        ("Hai vạn năm nghìn", "25000"),  # as the oldest books count
        ("Hai vạn rưỡi", "25000"),
        ("Một trăm ba chục", "130"),
        ("Một nghìn hai trăm tỷ", "1200000000000"),
        ("MỘT TRĂM NĂM MƯƠI PHẨY NĂM MÉT VUÔNG", "150.5"),
        ("Hai nghìn lẻ hai mươi", "2020"),  # the hundreds passed over by a word
        ("Một triệu linh năm mươi", "1000050"),
        ("Một nghìn, hai trăm ba mươi tư mét vuông", "1234"),  # a comma after a group
        ("Hai trăm năm mươi lăm m²", "255"),
        ("Năm mươi mốt phẩy hai lăm", "51.25"),
        ("Chín mươi nhăm phẩy không một", "95.01"),
        # Without one accent, as old printing programs did.
        ("Mot tram nam muoi phay nam met vuong", "150.5"),
        ("BANG CHU: MUOI LAM PHAY BAY MET VUONG", "15.7"),
        ("Hai nghin le tu m²", "2004"),
        ("Hai tram ruoi", "250"),
        ("Mot ngan tam tram ba muoi mot met vuong chan", "1831"),
    ],
)
def test_what_offices_print_is_read(words, value):
    """Wordings met on papers."""
    assert read_number_words(words) == Decimal(value)


@pytest.mark.parametrize(
    "words",
    [
        "Một trăm năm",  # 105, or 150 as spoken
        "Một nghìn hai",  # 1002, or 1200
        "Một triệu năm",
        "Mười năm mươi",  # two numbers
        "Hai trăm ba trăm",
        "Một nghìn hai nghìn",
        "trăm",  # no count
        "Hai mười",  # a wrong tone: mươi or mười?
        "Năm mươi phẩy",
        "phẩy năm",
        "một phẩy hai phẩy ba",
        "150 mét vuông",  # digits are no words
        "Một trăm nam mươi",  # a mark is lost
        "mét vuông",
        "",
        "Hai trăm năm mươi, ba",  # 250.3 or 253: the comma may stand for "phẩy"
        "Một ngàn lẻ năm mươi lăm phẩy tư",  # tư never stands alone
        "Một trăm linh hai mươi",  # linh after trăm is for one digit
        "Một trăm linh mười",
        "Hai trăm phẩy lẻ hai mươi",  # 200.20 or 200.020
        "mot tram nam",  # 105 or 150 without accents, too
        "Hai phẩy rưỡi",
        "Năm mươi mét vuông hai mươi đề xi mét vuông",  # two units
        "Một hécta hai",
    ],
)
def test_what_makes_no_number_or_two_is_not_read(words):
    """Better no number than a guessed one."""
    assert read_number_words(words) is None


@pytest.mark.parametrize("value", ["-1", "1e18", "NaN", "Infinity"])
def test_numbers_out_of_range_are_refused(value):
    """Only what an area can be is written."""
    with pytest.raises(ValueError, match="10"):
        write_number_words(value)


@given(st.lists(st.sampled_from(sorted(VOCABULARY)), max_size=9).map(" ".join))
def test_any_heap_of_number_words_is_read_or_refused(words):
    """No order of the words stops the reader; what is read can be written and read again."""
    value = read_number_words(words)
    assert value is None or read_number_words(write_number_words(value)) == value
