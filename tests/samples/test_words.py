"""Numbers as drawn certificates print them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from samples.draw.words import NumberStyle, area, area_in_words, digits, normal

_PLAIN = NumberStyle(thousands="", decimal=".", always_decimal=False, space_before_unit=False, unit="m2")
_SOUTH = NumberStyle(thousand_word="ngàn", zero_tens_word="lẻ", four_word="tư", capital_words=False)


@pytest.mark.parametrize(
    ("value", "style", "printed"),
    [
        ("1250.5", NumberStyle(), "1.250,5 m²"),
        ("93", NumberStyle(), "93,0 m²"),
        ("1250.5", _PLAIN, "1250.5m2"),
        ("93", _PLAIN, "93m2"),
        ("1000000", NumberStyle(), "1.000.000,0 m²"),
        ("150.25", NumberStyle(), "150,25 m²"),
    ],
)
def test_area_is_printed_in_the_style_of_the_office(value: str, style: NumberStyle, printed: str) -> None:
    """Separators, needless decimals and the unit follow the style."""
    assert area(Decimal(value), style) == printed


@pytest.mark.parametrize(
    ("value", "style", "words"),
    [
        ("150.5", NumberStyle(), "Một trăm năm mươi phẩy năm mét vuông"),
        ("1005", NumberStyle(), "Một nghìn không trăm linh năm mét vuông"),
        ("21", NumberStyle(), "Hai mươi mốt mét vuông"),
        ("15", NumberStyle(), "Mười lăm mét vuông"),
        ("124", _SOUTH, "một trăm hai mươi tư mét vuông"),
        ("3104.05", _SOUTH, "ba ngàn một trăm lẻ bốn phẩy không năm mét vuông"),
        ("2000010", NumberStyle(), "Hai triệu không trăm mười mét vuông"),
    ],
)
def test_area_in_words(value: str, style: NumberStyle, words: str) -> None:
    """The words are those that people of the style's region say."""
    assert area_in_words(Decimal(value), style) == words


@pytest.mark.parametrize(("value", "expected"), [("93.0", "93"), ("150.50", "150.5"), ("0", "0"), ("1200", "1200")])
def test_normal_form_has_a_point_and_no_needless_zeros(value: str, expected: str) -> None:
    """The record's form of a number."""
    assert normal(Decimal(value)) == expected


def test_digits_without_thousands() -> None:
    """An office may print no separator of thousands."""
    assert digits(Decimal("12345.6"), _PLAIN) == "12345.6"
