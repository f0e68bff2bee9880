"""Which marks belong on two words that stand side by side, from sentences that offices print.

Owns the pairs (``ocr/data/phrases.txt``). A pair mends marks only, never letters; where letters can mean several pairs
("quyển số", "quyền sở"), the words around decide.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from certificate.text import CAPITALS, comparable, nfc
from ocr.grammar.letters import fold

_NAMED = re.compile(rf"\b(?:ông|bà)\s+(?P<name>[{CAPITALS}]\w*(?:\s+[{CAPITALS}]\w*)*)")
_OUTER = ".,;:()\"'“”‘’-–/ "
_WORD = re.compile(r"[^\W\d_]+|\d[\d.,/]*")
# What stands for any number.
_NUMBER = "0"
# Less than a pair is worth, so that one that is found may change one word, or two; what is a pair as it was read stays
# unless both its neighbours speak against it.
_PRICE_OF_A_CHANGE, _PRICE_OF_A_KNOWN_WORD = 0.45, 1.1
# A pair this many times as usual as all others of its letters is what is meant.
_FAR_MORE_USUAL = 5


def phrases() -> tuple[str, ...]:
    """The sentences, one a line, comments left out."""
    text = files("ocr").joinpath("data", "phrases.txt").read_text(encoding="utf-8")
    return tuple(nfc(line) for line in text.splitlines() if line and not line.startswith("#"))


def _parts() -> Iterator[list[str]]:
    """The words of the sentences, between one mark and the next."""
    for phrase in phrases():
        for part in re.split(r"[,;:]", phrase):
            yield _WORD.findall(part)


@cache
def vocabulary() -> frozenset[str]:
    """The words of the sentences, without capitals."""
    return frozenset(comparable(word) for words in _parts() for word in words if not word[:1].isdigit())


@cache
def _capitals() -> frozenset[tuple[str, str, int]]:
    """The pairs whose first (0) or second (1) word sentences print with a capital letter."""
    return frozenset(
        (_plain(first), _plain(second), place)
        for words in _parts()
        for first, second in itertools.pairwise(words)
        for place, word in enumerate((first, second))
        if word[:1].isupper()
    )


@cache
def _pairs() -> Mapping[tuple[str, str], Counter[tuple[str, str]]]:
    """How often each pair with marks stands in the sentences, by the pair's letters."""
    found: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for words in _parts():
        for pair in itertools.pairwise(map(_plain, words)):
            found.setdefault((fold(pair[0]), fold(pair[1])), Counter())[pair] += 1
    return found


def _plain(word: str) -> str:
    return _NUMBER if word[:1].isdigit() else comparable(word)


def _alternatives(words: Sequence[str]) -> list[set[str]]:
    """For each word, itself and what it may be with other marks beside its neighbours."""
    meant = [{word} for word in words]
    for at, (first, second) in enumerate(itertools.pairwise(words)):
        for pair in _pairs().get((fold(first), fold(second)), ()):
            meant[at].add(pair[0])
            meant[at + 1].add(pair[1])
    return meant


def _likeliest(words: Sequence[str]) -> list[str]:
    """The words with the marks that make the most of them pairs, changing as few as that takes."""
    best: dict[str, tuple[float, tuple[str, ...]]] = {"": (0.0, ())}
    prices = [_PRICE_OF_A_KNOWN_WORD if known else _PRICE_OF_A_CHANGE for known in _told(words)]
    for read, options, change in zip(words, _alternatives(words), prices, strict=True):
        step: dict[str, tuple[float, tuple[str, ...]]] = {}
        for option in sorted(options):
            price = 0.0 if option == read else change
            step[option] = max(
                (worth + _worth(before, option) - price, (*path, option)) for before, (worth, path) in best.items()
            )
        best = step
    return list(max(best.values())[1])


def _worth(first: str, second: str) -> float:
    """What two words side by side are worth: one for a pair, a little more for the more usual one."""
    counts = _pairs().get((fold(first), fold(second)))
    if not counts or (first, second) not in counts:
        return 0.0
    return 1.0 + 0.1 * counts[first, second] / counts.total()


def _named(printed: Sequence[str], meant: Sequence[str]) -> set[int]:
    """The places of words printed as names are, where sentences have small letters: "nhân dân Thạnh Lộc"."""
    if all(word.isupper() for word in printed):
        return set()
    small = {place for place, word in enumerate(printed) if place and word[:1].isupper()}
    for at, pair in enumerate(itertools.pairwise(meant)):
        small -= {at + place for place in (0, 1) if (*pair, place) in _capitals()}
    return small


def _told(words: Sequence[str]) -> list[bool]:
    """Which words stand in a pair that leaves no choice, or between two neighbours that they make pairs with."""
    sure, usual = [False] * len(words), [0] * len(words)
    open_pairs: list[int] = []
    for at, pair in enumerate(itertools.pairwise(words)):
        counts = _pairs().get((fold(pair[0]), fold(pair[1])), Counter())
        if pair not in counts:
            continue
        usual[at] += 1
        usual[at + 1] += 1
        if counts[pair] >= _FAR_MORE_USUAL * (counts.total() - counts[pair]):
            sure[at] = sure[at + 1] = True
        else:
            open_pairs.append(at)
    for at in open_pairs:
        # One of the two may be told by its other neighbour, and tell this one.
        first, second = words[at], words[at + 1]
        others = [pair for pair in _pairs()[fold(first), fold(second)] if pair != (first, second)]
        sure[at + 1] = sure[at + 1] or (sure[at] and all(pair[0] != first for pair in others))
        sure[at] = sure[at] or (sure[at + 1] and all(pair[1] != second for pair in others))
    return [one or pairs > 1 for one, pairs in zip(sure, usual, strict=True)]


def mend_phrases(text: str) -> tuple[str, bool]:
    """The text with marks put right where words side by side tell them; whether all its words stand in phrases."""
    words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(text)]
    meant: list[str] = []
    known: list[bool] = []
    for part in _unbroken(text, words):
        read = [_plain(word) for _, _, word in part]
        likeliest = _likeliest(read)
        named = _named([word for _, _, word in part], likeliest)
        for place, ((_, _, word), mended) in enumerate(zip(part, likeliest, strict=True)):
            meant.append(word if mended == read[place] or place in named else _cased(mended, word))
        told = _told([read[place] if place in named else word for place, word in enumerate(likeliest)])
        known += [one and place not in named for place, one in enumerate(told) if read[place] != _NUMBER]
    mended, end = "", 0
    for (start, stop, _), word in zip(words, meant, strict=True):
        mended += text[end:start] + word
        end = stop
    return mended + text[end:], bool(known) and all(known)


def _unbroken(text: str, words: Sequence[tuple[int, int, str]]) -> list[list[tuple[int, int, str]]]:
    """The words in stretches without a mark between them.

    A person is called what is printed, however usual the pair ("ông Nguyễn Văn Hòa"): each word of a name stands alone.
    """
    names = [found.span("name") for found in _NAMED.finditer(text)]
    parts: list[list[tuple[int, int, str]]] = []
    for word in words:
        named = any(start <= word[0] < stop for start, stop in names)
        if parts and not named and not text[parts[-1][-1][1] : word[0]].strip():
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def known_words(words: Sequence[str]) -> list[bool]:
    """Which words of a text stand, with these marks, beside their neighbour in a phrase."""
    known: list[bool] = []
    part: list[str] = []
    for place, word in enumerate(words, start=1):
        part.append(word.strip(_OUTER))
        if word[-1:] in ",;:" or place == len(words):
            plain = [_plain(one) for one in part]
            named = _named(part, plain)
            known += [told and at not in named for at, told in enumerate(_told(plain))]
            part = []
    return known


def _cased(word: str, printed: str) -> str:
    if printed.isupper() and len(printed) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if printed[:1].isupper() else word
