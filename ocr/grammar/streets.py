"""Names of streets that every town has: their letters tell their marks.

Owns the list (``ocr/data/streets.txt``). Only a whole name behind the word for a street is mended: its marks, and one
letter of a long one.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import Hamming

from certificate.text import CAPITALS, comparable, nfc
from ocr.grammar.letters import fold

_WORD = rf"[{CAPITALS}][^\W\d_]*"
# Without the word, only a long name between a house's number and a comma: "26 Nguyễn Bỉnh Khiêm, ...".
_STREET = re.compile(
    rf"(?:\b(?:[Đđ]ường|[Pp]hố|[Hh]ẻm)\s+|(?<!\w)[Đđ]\.\s*|\b\d+[A-Z]?(?:[/-]\d+[A-Z]?)*\s+(?![Đđ]ường)(?=(?:{_WORD}\s+){{2}}{_WORD},))"
    rf"(?P<name>{_WORD}(?:\s+{_WORD}){{0,4}})"
)


@cache
def _by_letters() -> dict[str, str]:
    text = files("ocr").joinpath("data", "streets.txt").read_text(encoding="utf-8")
    names = [nfc(line) for line in text.splitlines() if line and not line.startswith("#")]
    return {fold(name): name for name in names}


# So many letters and words of a name tell it where one letter is another: "Cách Hạng Tháng Tám".
_LONG, _WORDS = 14, 3


def _with_another_letter(printed: str) -> str | None:
    if len(printed) < _LONG or printed.count(" ") < _WORDS - 1:
        return None
    names = [name for letters, name in _by_letters().items() if Hamming.distance(letters, printed, pad=True) == 1]
    return names[0] if len(names) == 1 else None


def mend_streets(text: str) -> str:
    """The text with the marks of well-known streets' names put right, in the print's letter case."""
    return _STREET.sub(_mended, text)


def street_names(text: str) -> list[str]:
    """The well-known names of streets in the text, spelt as they are."""
    names = [found["name"] for found in _STREET.finditer(text)]
    return [name for name in names if comparable(_by_letters().get(fold(name), "")) == comparable(name)]


def _mended(found: re.Match[str]) -> str:
    printed = found["name"]
    name = _by_letters().get(fold(printed)) or _with_another_letter(fold(printed))
    if name is None or comparable(name) == comparable(printed):
        return found[0]
    return found[0].removesuffix(printed) + (name.upper() if printed.isupper() else name)
