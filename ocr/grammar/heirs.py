"""Sentences that tell who several owners are to each other: heirs and who stands for them, couples.

"Là người đại diện của những người được thừa kế gồm: ông A, bà B" makes a representative of the owner before it and
co-owners of those behind; "Vợ chồng ông A cùng bà B" a spouse of the second. Owns these wordings and the marks they
change.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from certificate.text import CAPITALS
from ocr.grammar.letters import fold


@dataclass(frozen=True, slots=True)
class Mark:
    """Something recognised in the owners' text: what, where its words begin and end.

    A person told ``inline`` stands in a sentence that may wrap within the name.
    """

    what: str
    start: int
    end: int
    role: str = ""
    gender: str = ""
    inline: bool = False


_HEIRS = re.compile(r"\bdai\s*dien\b.{0,60}\bthua\s*ke\b")
_NEXT = re.compile(rf"(?:[,;]\s*(?:và\s+)?|\s+và\s+)(?P<title>ông|bà|Ông|Bà)\s+(?=[{CAPITALS}])")
# So far before a list its own words begin.
_BEFORE = 70


def with_heirs(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The marks with heirs told apart from who stands for them; the same where no such sentence follows a person."""
    folded = fold(text)
    for at, mark in enumerate(marks):
        before = [n for n, one in enumerate(marks[:at]) if one.what == "person"]
        if not before or marks[before[-1]].role == "representative":
            continue
        is_list = mark.what == "list" or (mark.what == "person" and mark.role == "representative")
        opening = marks[at - 1].end if mark.what == "list" else mark.start
        if is_list and _HEIRS.search(folded, max(opening, mark.start - _BEFORE), mark.end):
            told = [replace(one, role="representative") if n == before[0] else one for n, one in enumerate(marks[:at])]
            return told + _heirs(text, marks[at:])
    return list(marks)


# Both of a couple before the first of them, without a sign between: "Vợ chồng ông".
_COUPLE = re.compile(r"\W*vo\s+chong\s+(?:la\s+)?(?P<title>ong|ba)\b")


def with_couples(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The marks with the first of a couple as the holder and the person behind as the spouse."""
    told = list(marks)
    people = [n for n, mark in enumerate(told) if mark.what == "person"]
    for first, second in itertools.pairwise(people):
        if couple := _COUPLE.match(fold(text[told[first].start : told[first].end])):
            told[first] = replace(told[first], role="", gender="male" if couple["title"] == "ong" else "female")
            told[second] = replace(told[second], role="spouse")
    return told


def _heirs(text: str, marks: Sequence[Mark]) -> list[Mark]:
    told: list[Mark] = []
    for at, mark in enumerate(marks):
        is_heir = mark.what == "person" and mark.role in ("", "representative")
        inline = is_heir and mark.role == "representative"
        told.append(replace(mark, role="co_owner", inline=inline) if is_heir else mark)
        if inline or mark.what == "list":
            end = marks[at + 1].start if at + 1 < len(marks) else len(text)
            told += [
                Mark(
                    "person",
                    found.start("title"),
                    found.end(),
                    "co_owner",
                    _GENDERS[found["title"].lower()],
                    inline=True,
                )
                for found in _NEXT.finditer(text, mark.end, end)
            ]
    return told


_GENDERS = {"ông": "male", "bà": "female"}
