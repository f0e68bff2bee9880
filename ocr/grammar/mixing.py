"""Several certificates in one scan: which of them may hold a page of another.

Owns the signs that faces were given to the wrong certificate. Inner faces of one form look alike and name no serial
number, so that only their order tells whose they are; where the order itself is mixed up, a person has to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from ocr.grammar.flow import FaceText
from ocr.grammar.forms import FaceKind, Family

Group = Sequence[tuple[FaceText, FaceKind]]


class Mixed(StrEnum):
    """What of a certificate may be another's."""

    NOTHING = "nothing"
    CHANGES = "changes"
    ANYTHING = "anything"


def mixed(groups: Sequence[Group]) -> list[Mixed]:
    """For each group of faces in a scan, what may stand on a page of another certificate."""
    papers = [_is_certificate(group) for group in groups]
    pages = [{text.read.face.page_number for text, _ in group} for group in groups]
    others = [
        set[int]().union(*(pages[at] for at in range(len(groups)) if at != place and papers[at]))
        for place in range(len(groups))
    ]
    return [
        _mixed(group, own, other) if paper and other else Mixed.NOTHING
        for group, paper, own, other in zip(groups, papers, pages, others, strict=True)
    ]


def _mixed(group: Group, own: set[int], others: set[int]) -> Mixed:
    if any(min(own) < page < max(own) for page in others):
        return Mixed.ANYTHING
    # The second of a printed face is an added sheet of this certificate, or a page of another.
    numbers = [kind.number for _, kind in group if kind.number]
    return Mixed.CHANGES if len(numbers) != len(set(numbers)) else Mixed.NOTHING


def _is_certificate(group: Group) -> bool:
    families = [kind.family for _, kind in group if kind.family]
    return bool(families) and families[0] is not Family.CARD
