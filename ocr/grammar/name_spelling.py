"""Spelling a person's name that is hard to read: what the print looks like, weighed with which names there are.

Owns how much the usual may count. It never makes a name up: each word is one that some look gave, or one of its
letters with other marks, or a known name a letter away from a word that is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from certificate.text import nfc
from ocr.grammar.letters import fold, is_syllable
from ocr.grammar.lexicon import surnames, syllable_counts
from ocr.recognise import Look

# How much a nat of "usual" counts against a nat of what the print looks like.
_USUAL = 0.7
# Logarithms of how often a word stands in a name that no list has: one that can be spelt, and one that can't.
_UNLISTED, _UNSPELT = -14.0, -19.0
_NO_FAMILY = -4.0
_ROUNDS = 2
_MOST_WORDS = 6
_SHORTEST_MENDED = 3
_SCRAP = 2


def spelt_name(look: Look) -> str | None:
    """The name that a look's line most likely spells; ``None`` where no reading has words."""
    texts = dict.fromkeys(nfc(reading.text) for reading in look.line.readings.values())
    readings = [words for text in texts if 1 < len(words := _words(text)) <= _MOST_WORDS]
    if not readings:
        return None
    readings += [joined for words in readings for joined in _joined(words)]
    best = _likeliest(look, readings)
    for _ in range(_ROUNDS):
        before = best
        for place in range(len(best)):
            seen = dict.fromkeys(words[place] for words in readings if len(words) == len(best))
            tried = [[*best[:place], word, *best[place + 1 :]] for word in _alternatives(best[place], seen, place)]
            best = _likeliest(look, [best, *tried])
        if best == before:
            break
    return " ".join(best)


def _likeliest(look: Look, names: Sequence[list[str]]) -> list[str]:
    seen = look.log_likelihood([" ".join(words) for words in names])
    worth = [like + _USUAL * sum(_usual(word.casefold(), at == 0) for at, word in enumerate(words))
             for like, words in zip(seen, names, strict=True)]  # fmt: skip
    return list(names[max(range(len(names)), key=lambda index: worth[index])])


def _words(text: str) -> list[str]:
    """The words of a reading, freed of what is no letter."""
    cleaned = ("".join(char for char in word if char.isalpha()) for word in text.split())
    return [word for word in cleaned if word]


def _joined(words: Sequence[str]) -> list[list[str]]:
    """The words with a scrap at either side of a gap put to its neighbour, or left out at either end."""
    found = [
        [*words[:at], words[at] + words[at + 1].casefold(), *words[at + 2 :]]
        for at in range(len(words) - 1)
        if min(len(words[at]), len(words[at + 1])) <= _SCRAP
    ]
    found += [list(words[1:])] if len(words[0]) <= _SCRAP else []
    found += [list(words[:-1])] if len(words[-1]) <= _SCRAP else []
    return [name for name in found if len(name) > 1]


def _alternatives(word: str, seen: Iterable[str], place: int) -> list[str]:
    """What may stand in a word's place: other readings, its letters with other marks, a name a letter away."""
    found = dict.fromkeys(seen)
    for read in (word, *found):
        plain = fold(read)
        found |= dict.fromkeys(_cased(name, read) for name in _by_letters().get(plain, ()))
        if read.casefold() not in _known() and len(plain) >= _SHORTEST_MENDED:
            near = (letters for letters in _by_letters() if Levenshtein.distance(letters, plain, score_cutoff=1) == 1)
            found |= dict.fromkeys(_cased(name, read) for letters in near for name in _by_letters()[letters])
    if place == 0:
        found |= dict.fromkeys(_cased(name, word) for name in sorted(surnames()) if _alike(fold(name), fold(word)))
    found.pop(word, None)
    return list(found)


def _alike(one: str, other: str) -> bool:
    return Levenshtein.distance(one, other) <= max(1, len(one) // 3)


def _cased(name: str, printed: str) -> str:
    capitals = sum(char.isupper() for char in printed) > 0.6 * len(printed) and len(printed) > 1
    return name.upper() if capitals else name[:1].upper() + name[1:]


@lru_cache(maxsize=4096)
def _usual(word: str, is_first: bool) -> float:  # noqa: FBT001 - a cached key
    count = _known().get(word, 0)
    unlisted = _UNLISTED if is_syllable(word) else _UNSPELT
    usual = math.log(count / _total()) if count else unlisted
    return usual + (_NO_FAMILY if is_first and word not in surnames() else 0.0)


@cache
def _known() -> Mapping[str, int]:
    return syllable_counts()["names"]


@cache
def _total() -> int:
    return sum(_known().values())


@cache
def _by_letters() -> Mapping[str, tuple[str, ...]]:
    """The known words of names by their letters without marks."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(_known()):
        found[fold(name)] = (*found.get(fold(name), ()), name)
    return found
