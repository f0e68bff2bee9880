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
        _mixed(group, own, other, _rivals(place, groups)) if paper and other else Mixed.NOTHING
        for place, (group, paper, own, other) in enumerate(zip(groups, papers, pages, others, strict=True))
    ]


def _mixed(group: Group, own: set[int], others: set[int], rivals: Sequence[Group]) -> Mixed:
    if rivals and any(map(_is_in_part, (group, *rivals))):
        return Mixed.ANYTHING
    if any(min(own) < page < max(own) for page in others):
        return Mixed.ANYTHING
    # The second of a printed face is an added sheet of this certificate, or a page of another.
    numbers = [kind.number for _, kind in group if kind.number]
    return Mixed.CHANGES if len(numbers) != len(set(numbers)) else Mixed.NOTHING


def _rivals(place: int, groups: Sequence[Group]) -> list[Group]:
    """The other certificates of this one's form, where it is one of several faces: their inner faces are alike."""
    forms = [_form_of_faces(group) for group in groups]
    return [group for at, group in enumerate(groups) if forms[place] and forms[at] is forms[place] and at != place]


def _form_of_faces(group: Group) -> Family | None:
    families = {kind.family for _, kind in group}
    return next((family for family in (Family.FOUR_FACES, Family.RED_BOOK) if family in families), None)


def _is_in_part(group: Group) -> bool:
    """Whether a certificate lacks its front or its parcels: the missing face may be with another's."""
    numbers = {kind.number for _, kind in group}
    inner = {2} if _form_of_faces(group) is Family.FOUR_FACES else {2, 3}
    return 1 not in numbers or numbers.isdisjoint(inner)


def _is_certificate(group: Group) -> bool:
    families = [kind.family for _, kind in group if kind.family]
    return bool(families) and families[0] is not Family.CARD
