"""Numbers as Vietnamese certificates print them: digits with a comma, and in words.

The product has its own number words; this writer is on purpose another one, so that each checks the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How one office's printing program writes numbers."""

    thousands: str = "."
    decimal: str = ","
    always_decimal: bool = True
    space_before_unit: bool = True
    unit: str = "m²"
    thousand_word: str = "nghìn"
    zero_tens_word: str = "linh"
    four_word: str = "bốn"
    capital_words: bool = True


def digits(value: Decimal, style: NumberStyle) -> str:
    """The number as printed, such as ``1.250,5``."""
    places = max(-int(value.as_tuple().exponent), 1 if style.always_decimal else 0)
    whole, _, fraction = f"{value:.{places}f}".partition(".")
    groups = []
    while len(whole) > 3:
        whole, tail = whole[:-3], whole[-3:]
        groups.append(tail)
    text = style.thousands.join([whole, *reversed(groups)])
    return text + (style.decimal + fraction if fraction else "")


def area(value: Decimal, style: NumberStyle) -> str:
    """The area as printed with its unit, such as ``1.250,5 m²``."""
    return digits(value, style) + (" " if style.space_before_unit else "") + style.unit


def normal(value: Decimal) -> str:
    """The number in the record's normal form: a decimal point, no thousands separator, no needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _below_thousand(number: int, style: NumberStyle, *, full: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = []
    if hundreds or full:
        words += [_DIGITS[hundreds], "trăm"]
    if tens == 0:
        if ones:
            words += ([style.zero_tens_word] if words else []) + [_DIGITS[ones]]
    elif tens == 1:
        words += ["mười"] + ([] if not ones else ["lăm"] if ones == 5 else [_DIGITS[ones]])
    else:
        words += [_DIGITS[tens], "mươi"]
        if ones:
            words.append({1: "mốt", 4: style.four_word, 5: "lăm"}.get(ones, _DIGITS[ones]))
    return words


def whole_in_words(number: int, style: NumberStyle) -> str:
    """The whole number in words, all small letters."""
    if number == 0:
        return _DIGITS[0]
    groups: list[int] = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    units = ("", style.thousand_word, "triệu", "tỷ")
    words: list[str] = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place]:
            words += _below_thousand(groups[place], style, full=bool(words))
            words += [units[place]] if units[place] else []
    return " ".join(words)


def area_in_words(value: Decimal, style: NumberStyle) -> str:
    """The area in words, such as ``Một trăm năm mươi phẩy năm mét vuông``."""
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    text = whole_in_words(int(whole), style)
    if fraction:
        leading = [_DIGITS[0]] * (len(fraction) - len(fraction.lstrip("0")))
        text += " phẩy " + " ".join([*leading, whole_in_words(int(fraction), style)])
    text += " mét vuông"
    return text[0].upper() + text[1:] if style.capital_words else text
