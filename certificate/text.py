"""Vietnamese text in one normal form, and when two values are the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NUMBER = re.compile(r"\d+(\.\d+)?")
_WORD = re.compile(r"[^\W\d_]+")
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")
_TONES = frozenset(
    "\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}\N{COMBINING TILDE}"
    "\N{COMBINING HOOK ABOVE}\N{COMBINING DOT BELOW}"
)
# No reader of pictures tells them apart, and one value must not come in two shapes.
PLAIN_DASHES = str.maketrans("–—", "--")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`", "'"))
_OPEN_PAIRS = ("oa", "oe", "uy")
# What such a pair looks like, toned or not: few texts have one, and most need not be taken apart.
_MAYBE_OPEN = re.compile("[oòóỏõọṍ][aàáảãạeèéẻẽẹ]|[uùúủũụṹ][yỳýỷỹỵ]", re.IGNORECASE)
SMALL_LETTERS = "a-zđ" + "".join(
    unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *sorted(_TONES))
)
CAPITALS = "A-Z" + SMALL_LETTERS[3:].upper()
"""The letters of either case for the inside of brackets in an expression; no range of Unicode has only one of them."""
# The names of all communes of both eras, which are compared with every address, fit in with room for the rest.
_REMEMBERED = 65_536


def nfc(text: str) -> str:
    """The text in Unicode NFC with single spaces and none at the ends; ``Ð`` and ``ð`` (Eth) become ``Đ`` and ``đ``."""
    composed = unicodedata.normalize("NFC", text).replace("\u00d0", "Đ").replace("\u00f0", "đ")
    return " ".join(composed.split())


def plain_apostrophes(text: str) -> str:
    """The text with every kind of apostrophe as ``'``: names of the highlands are typed with any of them."""
    return text.translate(_APOSTROPHES)


class _Bare(dict[int, str]):
    """Each letter without its marks, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        self[code] = "".join(c for c in decomposed if not unicodedata.combining(c))
        return self[code]


_BARE = _Bare({ord("đ"): "d", ord("Đ"): "D"})


def strip_accents(text: str) -> str:
    """The text without tone marks and vowel marks, ``đ`` as ``d``: for searching, never for storing."""
    return text.translate(_BARE)


def same_tone_placement(text: str) -> str:
    """The text with tone marks of ``oa``, ``oe``, ``uy`` moved to one place, so that ``Hoà`` equals ``Hòa``."""
    composed = unicodedata.normalize("NFC", text)
    if not _MAYBE_OPEN.search(composed):
        return composed
    return _WORD.sub(lambda word: _move_tone(word[0]) if _MAYBE_OPEN.search(word[0]) else word[0], composed)


def _move_tone(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tone = next((c for c in decomposed if c in _TONES), "")
    if not tone:
        return word
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    for pair in _OPEN_PAIRS:
        at = bare.casefold().rfind(pair)
        is_qu = pair == "uy" and at > 0 and bare[at - 1].casefold() == "q"
        if at >= 0 and at + 2 == len(bare) and not is_qu:
            return unicodedata.normalize("NFC", bare[: at + 1] + tone + bare[at + 1 :])
    return word


@lru_cache(maxsize=_REMEMBERED)
def comparable(value: str) -> str:
    """The form in which two values are compared: numbers as numbers, text folded, tones placed alike."""
    text = nfc(value)
    if "." in text and _NUMBER.fullmatch(text):
        return _LEADING_ZEROS.sub("", text.rstrip("0").rstrip("."))
    return same_tone_placement(text.casefold())


def same_value(left: str, right: str) -> bool:
    """Whether two values are the same by the record's rule; one wrong tone mark makes them differ."""
    return comparable(left) == comparable(right)
