"""Which marks belong on two words that stand side by side, from sentences that offices print.

Owns the pairs (``ocr/data/phrases.txt``). A pair mends marks only, never letters, and only where its letters can mean
one pair.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from certificate.text import comparable, nfc
from ocr.grammar.letters import fold

_NAMED = re.compile(r"\b(?:ông|bà)\s+(?P<name>[A-ZĐÀ-Ỹ]\w*(?:\s+[A-ZĐÀ-Ỹ]\w*)*)")
_OUTER = ".,;:()\"'“”‘’-–/ "
_WORD = re.compile(r"[^\W\d_]+")


def phrases() -> tuple[str, ...]:
    """The sentences, one a line, comments left out."""
    text = files("ocr").joinpath("data", "phrases.txt").read_text(encoding="utf-8")
    return tuple(nfc(line) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _pairs() -> dict[tuple[str, str], tuple[str, str] | None]:
    """Pairs of words with marks by their letters; ``None`` where the letters can mean several."""
    found: dict[tuple[str, str], tuple[str, str] | None] = {}
    for phrase in phrases():
        for part in re.split(r"[,;:]", phrase):
            words = [word.casefold() for word in _WORD.findall(part)]
            for first, second in itertools.pairwise(words):
                key = (fold(first), fold(second))
                pair = (comparable(first), comparable(second))
                found[key] = pair if found.get(key, pair) == pair else None
    return found


def mend_phrases(text: str) -> tuple[str, bool]:
    """The text with marks put right where two words side by side tell them; whether all its words stand in phrases."""
    words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(text)]
    meant = [word for _, _, word in words]
    known = [False] * len(words)
    names = [found.span("name") for found in _NAMED.finditer(text)]
    for at in range(len(words) - 1):
        # A person is called what is printed, however usual the pair: "ông Nguyễn Văn Hòa".
        if any(start <= words[at + 1][0] < stop for start, stop in names):
            continue
        if text[words[at][1] : words[at + 1][0]].strip():
            continue
        pair = _pairs().get((fold(words[at][2]), fold(words[at + 1][2])))
        if pair is None:
            continue
        for place, word in zip((at, at + 1), pair, strict=True):
            known[place] = True
            if comparable(meant[place]) != word:
                meant[place] = _cased(word, words[place][2])
    mended, end = "", 0
    for (start, stop, _), word in zip(words, meant, strict=True):
        mended += text[end:start] + word
        end = stop
    return mended + text[end:], bool(known) and all(known)


def known_words(words: Sequence[str]) -> list[bool]:
    """Which words of a text stand, with these marks, beside their neighbour in a phrase."""
    cores = [comparable(word.strip(_OUTER)) for word in words]
    known = [False] * len(words)
    for at, (first, second) in enumerate(itertools.pairwise(cores)):
        if words[at][-1:] not in ",;:" and _pairs().get((fold(first), fold(second))) == (first, second):
            known[at] = known[at + 1] = True
    return known


def _cased(word: str, printed: str) -> str:
    if printed.isupper() and len(printed) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if printed[:1].isupper() else word
