"""What may stand in a field: lists of the law and of the language, and mending a value by them.

Owns when a list may overrule the readers: only when exactly one entry is near, and one of the readers is near it. A
mended value is marked, so that it never goes silently.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from certificate.numbers import VOCABULARY, read_number_words
from certificate.record import Form
from certificate.text import comparable, nfc
from ocr.grammar.confidence import Evidence
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.fusion import Settled
from ocr.grammar.letters import fold
from ocr.grammar.normal import normalise


@dataclass(frozen=True, slots=True)
class Nearest:
    """The entry of a list that is nearest to a text, in letters, and how far the next one is."""

    entry: str
    distance: int
    margin: int


def nearest(text: str, entries: Iterable[str]) -> Nearest | None:
    """The nearest entry; marks count as much as letters. ``None`` for an empty list."""
    wanted = comparable(text)
    ranked = sorted(
        ((Levenshtein.distance(wanted, comparable(entry)), entry) for entry in set(entries)), key=lambda p: (p[0], p[1])
    )
    if not ranked:
        return None
    margin = ranked[1][0] - ranked[0][0] if len(ranked) > 1 else 99
    return Nearest(ranked[0][1], ranked[0][0], margin)


def choose(
    settled: Settled, kind: Kind, form: Form, entries: Sequence[str], *, share: float = 0.16
) -> tuple[Settled, Evidence]:
    """The value as it stands in the list, if one entry fits; else as it was."""
    if not settled.value:
        return settled, Evidence()
    known = {comparable(entry) for entry in entries}
    if comparable(settled.value) in known:
        return settled, Evidence(in_list=True)
    read = [value for text in settled.readings.values() if (value := normalise(kind, text, form))]
    for value in read:
        if comparable(value) in known:
            return dataclasses.replace(settled, value=value), Evidence(in_list=True)
    near = min(
        (n for value in [settled.value, *read] if (n := nearest(value, entries))),
        key=lambda n: n.distance,
        default=None,
    )
    if near and near.distance <= max(1, share * len(near.entry)) and near.margin >= 2:
        return dataclasses.replace(settled, value=like(near.entry, settled.value)), Evidence(in_list=True, mended=True)
    return settled, Evidence()


def like(entry: str, printed: str) -> str:
    """The entry in the letter case of the print: capitals throughout, or its first letter."""
    letters = [c for c in printed if c.isalpha()]
    if letters and all(c.isupper() for c in letters):
        return entry.upper()
    if letters and letters[0].islower():
        return entry[:1].lower() + entry[1:]
    return entry


def mend_words(text: str, vocabulary: frozenset[str] = VOCABULARY) -> str:
    """Number words with each misread word put right, where exactly one word of the language of numbers is nearest."""
    mended = []
    for word in nfc(text).split(" "):
        core = word.strip(".,;:()").casefold()
        if not core or comparable(core) in {comparable(entry) for entry in vocabulary}:
            mended.append(word)
            continue
        near = nearest(core, vocabulary)
        same_letters = near and fold(near.entry) == fold(core)
        if near and (near.distance == 1 or same_letters) and near.margin >= 1:
            mended.append(near.entry.capitalize() if word[:1].isupper() else near.entry)
        else:
            mended.append(word)
    return " ".join(mended)


def look_up(draft: Draft, settled: Settled, form: Form) -> tuple[Settled, Evidence]:
    """The value and what the lists say of it."""
    if not settled.value:
        return settled, Evidence()
    if draft.kind is Kind.WORDS:
        return _words(settled)
    return settled, Evidence()


def _words(settled: Settled) -> tuple[Settled, Evidence]:
    assert settled.value is not None
    if read_number_words(settled.value) is not None:
        return settled, Evidence(in_list=True)
    mended = mend_words(settled.value)
    if read_number_words(mended) is not None:
        return dataclasses.replace(settled, value=mended), Evidence(in_list=True, mended=True)
    return settled, Evidence()
