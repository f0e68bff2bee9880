"""How usual a word is on certificates: syllables counted in the lists of places, names and printed phrases.

The counts come from ``ocr/data/syllables.json`` (``script/build-syllables`` makes it again from the project's
own lists). A word's weight breaks ties between readers; it never makes a word up.
"""

from __future__ import annotations

import json
import math
from functools import cache, lru_cache
from importlib.resources import files

from ocr.grammar.drafts import Kind
from ocr.grammar.letters import fold, is_syllable

_PLAIN = "phrases"
_LIST_OF_KIND = {
    Kind.NAME: "names",
    Kind.ADDRESS: "places",
    Kind.PLACE: "places",
    Kind.AUTHORITY: "places",
    Kind.WORDS: "numbers",
}


@cache
def syllable_counts() -> dict[str, dict[str, int]]:
    """Counts of small-letter syllables by list: ``names``, ``places``, ``numbers``, ``phrases``."""
    text = files("ocr").joinpath("data", "syllables.json").read_text(encoding="utf-8")
    counts: dict[str, dict[str, int]] = json.loads(text)["counts"]
    return counts


@cache
def surnames() -> frozenset[str]:
    """Family names in small letters."""
    text = files("ocr").joinpath("data", "syllables.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text)["surnames"])


@cache
def plain_surnames() -> frozenset[str]:
    """Family names in small letters without marks."""
    return frozenset(fold(name) for name in surnames())


@lru_cache(maxsize=16384)
def word_weight(word: str, kind: Kind) -> float:
    """How usual a word is in texts of this kind (0.0-1.0): 0.0 for what spelling forbids and no list holds."""
    plain = word.strip(".,;:()\"'“”‘’-–/").casefold()
    if not plain:
        return 0.0
    if not plain.isalpha():
        return 0.3
    counts = syllable_counts()
    own = counts.get(_LIST_OF_KIND.get(kind, _PLAIN), {}).get(plain, 0)
    anywhere = max(table.get(plain, 0) for table in counts.values())
    known = 0.35 * min(1.0, math.log1p(own) / 6.0) + 0.25 * min(1.0, math.log1p(anywhere) / 6.0)
    if known:
        return 0.3 + known
    return 0.15 if is_syllable(plain) else 0.0


@lru_cache(maxsize=8192)
def name_rival(word: str) -> float:
    """By how many nats another word of the same letters is more usual in names: "Nhật" beside "Nhạt"; 0.0 for none.

    Readers that miss a mark often miss it alike.
    """
    plain = word.casefold()
    own = syllable_counts()["names"].get(plain, 0)
    others = (count for other, count in _names_by_letters().get(fold(plain), ()) if other != plain)
    return max(0.0, math.log((max(others, default=0) + 1) / (own + 1)))


@cache
def _names_by_letters() -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for word, count in syllable_counts()["names"].items():
        found.setdefault(fold(word), []).append((word, count))
    return found
