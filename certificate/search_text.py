"""Words as people search for them: without accents, with accents, and one wrong letter away.

Both engines get words that were prepared here, so that ``đ`` is ``d`` and ``Hoà`` is ``Hòa`` on SQLite and PostgreSQL
alike. Codes that filter (a parcel, a commune, an office) are words too, of a kind that no text holds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from certificate.text import nfc, same_tone_placement, strip_accents

_WORD = re.compile(r"[^\W_]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Below this a wrong letter makes any syllable of any other: "an" would find "anh", "va" and "ma".
SHORTEST_MISSPELT = 3
_LONGEST_WORD = 60


def folded_words(text: str) -> list[str]:
    """The words of a text in small letters without accents, ``đ`` as ``d``."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(strip_accents(nfc(text)).casefold())]


def accented_words(text: str) -> list[str]:
    """The words of a text in small letters with their accents, tones placed alike."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(same_tone_placement(nfc(text).casefold()))]


def packed(text: str) -> str:
    """A number as one word: ``CH 01234`` and ``CH01234`` are the same."""
    return "".join(folded_words(text))


def one_letter_away(word: str) -> set[str]:
    """Every word that differs by one letter: another one, one more, one less, or two that changed places."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    less = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    other = {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    more = {left + letter + right for left, right in cuts for letter in _LETTERS}
    return (less | swapped | other | more) - {word, ""}


# Words for filters. Each begins with letters and "0", which no Vietnamese word does.


def sheet_word(map_sheet: str) -> str:
    """Stands for a map sheet."""
    return f"s0{map_sheet.casefold()}"


def parcel_word(parcel: str) -> str:
    """Stands for a parcel's number."""
    return f"t0{parcel.casefold()}"


def sheet_and_parcel_word(map_sheet: str, parcel: str) -> str:
    """Stands for a parcel's number on a map sheet."""
    return f"st0{map_sheet.casefold()}x{parcel.casefold()}"


def commune_word(era: str, code: str) -> str:
    """Stands for a commune of an era."""
    return f"c0{era}{code}"


def year_word(year: int) -> str:
    """Stands for a year of issue."""
    return f"y0{year}"


def name_word(words: Sequence[str]) -> str:
    """Stands for one owner's whole name; a common one leads straight to its few hundred among a million."""
    return f"n0{''.join(words)}"


def office_word(office: str) -> str:
    """Stands for the office that has the scan."""
    return f"o0{_short_hash(office)}"


def person_word(name: str) -> str:
    """Stands for the person who handed the scan in."""
    return f"u0{_short_hash(name)}"


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
