"""Vietnamese number words, read and written, as areas are printed "bằng chữ".

Reads what offices print: linh or lẻ, mốt, tư, lăm or nhăm, bảy or bẩy, nghìn or ngàn, tỷ or tỉ, vạn, chục, phẩy with
the digits one by one or as a number, rưỡi, chẵn; in capitals, or without any accent. What could mean two numbers ("một
trăm năm": 105 or 150) is not read.
"""

from __future__ import annotations

import re
from decimal import Decimal

from certificate.text import comparable, nfc, strip_accents

_DIGIT_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_DIGITS = {word: digit for digit, word in enumerate(_DIGIT_WORDS)} | {"bẩy": 7}
# These stand only after mười or mươi (tư also after linh).
_LAST_DIGITS = _DIGITS | {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_SCALES = (("tỷ", 10**9), ("triệu", 10**6), ("nghìn", 10**3))
# Older books count in ten thousands (vạn); nobody writes so any more, so this is for reading only.
_READ_SCALES = (*_SCALES[:2], ("vạn", 10**4), _SCALES[2])
_HALVES = {"tỷ": 5 * 10**8, "triệu": 5 * 10**5, "vạn": 5000, "nghìn": 500, "trăm": 50}
_OTHER_SPELLINGS = {"ngàn": "nghìn", "tỉ": "tỷ", "lẻ": "linh", "phảy": "phẩy", "chấm": "phẩy", "bẩy": "bảy"}
_SAME_WORDS = {comparable(word): plain for word, plain in _OTHER_SPELLINGS.items()}
_UNIT = re.compile(r"\bmét vuông\b|\bm2\b|m²|\bmét\b")
_HALF_METRE = re.compile(r"(\bmét vuông|\bm2|m²) rưỡi\b")
_LEAD = re.compile(r"^\W*(bằng chữ\W+|viết bằng chữ\W+)?")
_EVEN = re.compile(r"\bchẵn\W*$")

# A comma between two words may stand for "phẩy", unless it ends a group: "một nghìn, hai trăm".
_COMMA_INSIDE = re.compile(r"(?<!nghìn)(?<!ngàn)(?<!triệu)(?<!tỷ)(?<!tỉ)(?<!vạn)\s*[,;]\s*(?=[^\W\d_])")
# Words printed without a single accent, but for "muoi", which is mười or mươi by what stands before it.
_WITHOUT_ACCENTS = {
    strip_accents(word): word
    for word in (
        *_DIGIT_WORDS, "tư", "lăm", "nhăm", "tỷ", "tỉ", "triệu", "vạn", "nghìn", "ngàn", "trăm", "chục", "linh", "lẻ",
        "phẩy", "chấm", "rưỡi", "chẵn", "mét", "vuông", "bằng", "chữ", "viết",
    )
}  # fmt: skip

VOCABULARY: frozenset[str] = frozenset(
    {*_LAST_DIGITS, *_OTHER_SPELLINGS, *_OTHER_SPELLINGS.values()}
    | {"mười", "mươi", "trăm", "triệu", "rưỡi", "mét", "vuông"}
)
"""Every word that an area in words is usually made of, in small letters: what a reader may mend a misread word to.

Vạn, chục and chẵn are read but not in it: so near to others that mending to them would do more harm than good.
"""


def read_number_words(text: str) -> Decimal | None:
    """The number that Vietnamese words say, or ``None`` where they make no number or could mean two.

    A unit (mét vuông, m²), "Bằng chữ:" and punctuation around are passed over.
    """
    folded = comparable(text)
    if folded.replace("²", "").isascii():
        folded = _with_accents(folded)
    folded = _EVEN.sub("", _LEAD.sub("", folded))
    folded = _UNIT.sub(" ", _HALF_METRE.sub(" phẩy năm", folded))
    words = [_SAME_WORDS.get(word, word) for word in re.findall(r"[^\W\d_]+", folded)]
    if not words or re.search(r"\d", folded) or _COMMA_INSIDE.search(folded):
        return None
    if words.count("phẩy") > 1:
        return None
    if "phẩy" in words:
        comma = words.index("phẩy")
        whole, digits = _read_whole(words[:comma]), _read_fraction(words[comma + 1 :])
        return None if whole is None or digits is None else Decimal(f"{whole}.{digits}")
    if words[-1] == "rưỡi":
        return _read_half(words[:-1])
    number = _read_whole(words)
    return None if number is None else Decimal(number)


def write_number_words(value: Decimal | int | str) -> str:
    """The number in Vietnamese words, first letter capital: ``150.5`` gives "Một trăm năm mươi phẩy năm".

    From zero to below 10^18; decimals of any length, trailing zeros left out. ``ValueError`` outside that.
    """
    number = Decimal(value)
    if not number.is_finite() or number < 0 or number >= 10**18:
        raise ValueError("only numbers from 0 to below 10^18")
    whole, _, digits = f"{number:f}".partition(".")
    digits = digits.rstrip("0")
    words = _write_whole(int(whole))
    if digits:
        words += ["phẩy", *_write_fraction(digits)]
    text = " ".join(words)
    return nfc(text[0].upper() + text[1:])


def write_area_words(area_m2: Decimal | int | str) -> str:
    """An area in words with its unit: "Một trăm năm mươi phẩy năm mét vuông"."""
    return f"{write_number_words(area_m2)} mét vuông"


def _with_accents(folded: str) -> str:
    """Number words printed without accents, with them: no two of them fall together but mười and mươi."""
    words = [_WITHOUT_ACCENTS.get(word, word) for word in re.findall(r"\w+|\W+", folded)]
    spoken = [at for at, word in enumerate(words) if word.strip()]
    for before, at in zip([None, *spoken], spoken, strict=False):
        if words[at] == "muoi":
            words[at] = "mươi" if before is not None and words[before] in _DIGIT_WORDS else "mười"
    return "".join(words)


def _read_half(words: list[str]) -> Decimal | None:
    number = _read_whole(words)
    if number is None:
        return None
    half = _HALVES.get(words[-1])
    return Decimal(number) + (Decimal(half) if half else Decimal("0.5"))


def _read_whole(words: list[str], scales: tuple[tuple[str, int], ...] = _READ_SCALES) -> int | None:
    """A whole number; each scale word splits what stands before it from what comes after."""
    if not words:
        return None
    for depth, (scale, size) in enumerate(scales):
        if scale not in words:
            continue
        at = len(words) - 1 - words[::-1].index(scale)
        before, after = words[:at], words[at + 1 :]
        # Only milliards may be counted in thousands and millions: "một nghìn tỷ".
        count = _read_whole(before, _READ_SCALES[1:]) if scale == "tỷ" else _read_group(before)
        if count is None:
            return None
        if not after:
            return count * size
        if len(after) == 1:  # "Một nghìn năm" may be 1005 or 1500.
            return None
        if after[0] == "linh" and len(after) > 2 and after[1] != "linh":
            # "Hai nghìn lẻ hai mươi": the hundreds are passed over, and no other number can be meant.
            rest = _read_below_hundred(after[1:])
        else:
            rest = _read_whole(after, scales[depth + 1 :])
        return None if rest is None else count * size + rest
    return _read_group(words)


def _read_group(words: list[str]) -> int | None:
    """A number below 1000."""
    if "trăm" not in words:
        return _read_below_hundred(words)
    if words.index("trăm") != 1 or words[0] not in _DIGITS:
        return None
    hundreds, rest = _DIGITS[words[0]] * 100, words[2:]
    if not rest:
        return hundreds
    if len(rest) == 1 and rest[0] != "mười":  # "Một trăm năm" may be 105 or 150.
        return None
    below = _read_below_hundred(rest)
    return None if below is None else hundreds + below


def _read_below_hundred(words: list[str]) -> int | None:
    match words:
        case [digit] if digit in _DIGITS:
            return _DIGITS[digit]
        case ["linh", digit] if digit in _DIGITS or digit == "tư":
            return _LAST_DIGITS[digit]
        case ["mười"] | ["một", "chục"]:
            return 10
        case ["mười", digit] if _LAST_DIGITS.get(digit):
            return 10 + _LAST_DIGITS[digit]
        case [tens, "mươi" | "chục"] if _DIGITS.get(tens, 0) > 1:
            return _DIGITS[tens] * 10
        case [tens, "mươi", digit] if _DIGITS.get(tens, 0) > 1 and _LAST_DIGITS.get(digit):
            return _DIGITS[tens] * 10 + _LAST_DIGITS[digit]
        case [tens, digit] if _DIGITS.get(tens, 0) > 1 and digit in {"mốt", "tư", "lăm", "nhăm"}:
            return _DIGITS[tens] * 10 + _LAST_DIGITS[digit]
    return None


def _read_fraction(words: list[str]) -> str | None:
    """The digits after the comma: one by one ("không năm"), or as a number of that many digits ("hai mươi lăm")."""
    if not words:
        return None
    if all(word in _DIGITS for word in words):
        return "".join(str(_DIGITS[word]) for word in words)
    zeros = 0
    while words[zeros] == "không" and words[zeros + 1 : zeros + 2] != ["trăm"]:
        zeros += 1
    number = words[zeros:]
    value = _read_group(number)
    if value is None:
        return None
    width = 3 if "trăm" in number else 2
    return "0" * zeros + str(value).zfill(width)


def _write_whole(number: int) -> list[str]:
    if number == 0:
        return ["không"]
    words: list[str] = []
    for scale, size in _SCALES:
        count, number = divmod(number, size)
        if not count:
            continue
        words += _write_whole(count) if count >= 1000 else _write_group(count, full=bool(words))
        words.append(scale)
    if number:
        words += _write_group(number, full=bool(words))
    return words


def _write_group(number: int, *, full: bool) -> list[str]:
    """A number from 1 to 999; ``full`` also says its empty places, as inside a longer number."""
    hundreds, below = divmod(number, 100)
    tens, last = divmod(below, 10)
    words: list[str] = []
    if hundreds or full:
        words += [_DIGIT_WORDS[hundreds], "trăm"]
    if tens == 1:
        words.append("mười")
    elif tens:
        words += [_DIGIT_WORDS[tens], "mươi"]
    elif last and words:
        words.append("linh")
    if last:
        words.append(_last_digit(last, tens))
    return words


def _last_digit(last: int, tens: int) -> str:
    if last == 5 and tens:
        return "lăm"
    if tens > 1 and last in {1, 4}:
        return "mốt" if last == 1 else "tư"
    return _DIGIT_WORDS[last]


def _write_fraction(digits: str) -> list[str]:
    if digits[0] == "0" or len(digits) > 3:
        return [_DIGIT_WORDS[int(digit)] for digit in digits]
    return _write_group(int(digits), full=False)
