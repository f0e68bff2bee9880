"""Identity cards scanned beside a certificate: whose they are, and the personal numbers that come from them.

Most paper certificates carry only the old number (CMND). A card in the same scan gives the new one; it is kept with
where it came from and never written over what is printed. Nothing here reads a store: records go in, findings come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from certificate.citizens import (
    IdentityCard,
    JoinedBy,
    NameDifference,
    OwnersCard,
    RegistryAnswer,
    RegistryVerdict,
)
from certificate.identity import IdType, id_type, normalise_id
from certificate.record import Decision, Finding, Form, Record
from certificate.rules.catalogue import make_finding
from ingest.decision import personal_owners
from registry.verdicts import compare_names
from store.rows import CertificateRow

_UNKNOWN_PAGE = "?"


@dataclass(frozen=True, slots=True)
class Joined:
    """Which card belongs to which owner, and what is to be remarked about the cards."""

    by_owner: Mapping[int, OwnersCard]
    findings: tuple[Finding, ...]


class NumberSource(StrEnum):
    """Where an owner's personal number comes from, the nearest to the paper first."""

    PRINTED = "printed"
    IDENTITY_CARD = "identity_card"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class OwnerNumber:
    """An owner's personal number (12 digits) and its source."""

    id_number: str
    source: NumberSource


def cards_in(papers: Iterable[CertificateRow]) -> tuple[IdentityCard, ...]:
    """The identity cards among the papers of a scan whose number and name are certain, each person once."""
    found: dict[str, IdentityCard] = {}
    for paper in papers:
        card = _card(paper)
        if card is not None:
            found.setdefault(card.id_number, card)
    return tuple(found.values())


def _card(paper: CertificateRow) -> IdentityCard | None:
    record = paper.record

    def certain(name: str) -> str | None:
        field = record.fields.get(f"owners.0.{name}")
        return field.value if field and field.decision is Decision.ACCEPT else None

    number, full_name = certain("id_number"), certain("full_name")
    if record.form is not Form.CCCD or not number or not full_name or id_type(number) is not IdType.CCCD:
        return None
    old = certain("old_id_number")
    return IdentityCard(
        id_number=normalise_id(number),
        full_name=full_name,
        old_id_number=normalise_id(old) if old else None,
        birth_date=certain("birth_date"),
        gender=certain("gender"),
        certificate_id=paper.id,
        page_number=record.fields["owners.0.id_number"].page_number,
    )


def join_cards(record: Record, cards: Sequence[IdentityCard], *, alone: bool = True) -> Joined:
    """Find each card's owner by number, by old number, or by name and birth year at once.

    ``alone``: no other certificate in the scan could be the one that a card belongs to.
    """
    findings: list[Finding] = []
    candidates: dict[int, list[OwnersCard]] = {}
    spoken_of: set[str] = set()
    for index in personal_owners(record):
        for card in cards:
            joined_by = _how_joined(record, index, card)
            if joined_by is None:
                continue
            spoken_of.add(card.id_number)
            conflict = _conflict(record, index, card, joined_by)
            if conflict:
                findings.append(conflict)
            else:
                candidates.setdefault(index, []).append(OwnersCard(card, joined_by))
    by_owner, ambiguous = _settle(candidates)
    findings += [make_finding("identity_card_ambiguous", [f"owners.{index}.full_name"]) for index in ambiguous]
    for index, found in by_owner.items():
        if found.joined_by is not JoinedBy.ID_NUMBER:
            fields = [f"owners.{index}.id_number" if _number(record, index) else f"owners.{index}.full_name"]
            page = _page(found.card)
            findings.append(make_finding("identity_card_joined", fields, page=page, number=found.card.id_number))
    if alone:
        findings += [
            make_finding("identity_card_of_nobody", page=_page(card))
            for card in cards
            if card.id_number not in spoken_of
        ]
    return Joined(by_owner, tuple(findings))


def compare_with_registry(
    joined: Mapping[int, OwnersCard], answers: Mapping[int, RegistryAnswer]
) -> tuple[Finding, ...]:
    """What to remark where the registry knows the owner under another number than the card says."""
    findings = []
    for index, found in joined.items():
        answer = answers.get(index)
        sure = answer is not None and answer.verdict in {RegistryVerdict.MATCH, RegistryVerdict.ONLY_OLD_ID}
        if sure and answer and answer.citizen and answer.citizen.citizen_id != found.card.id_number:
            findings.append(make_finding("identity_card_registry_differs", [f"owners.{index}.full_name"]))
    return tuple(findings)


def personal_numbers(
    record: Record, cards: Mapping[int, OwnersCard], answers: Mapping[int, RegistryAnswer]
) -> dict[int, OwnerNumber]:
    """Each person's personal number where one is known, and whether paper, card or registry gave it.

    What is printed comes first; where only an old number is printed, the card's, then the registry's.
    """
    found = {}
    for index in personal_owners(record):
        printed = _number(record, index)
        answer = answers.get(index)
        if printed and id_type(printed) is IdType.CCCD:
            found[index] = OwnerNumber(printed, NumberSource.PRINTED)
        elif index in cards:
            found[index] = OwnerNumber(cards[index].card.id_number, NumberSource.IDENTITY_CARD)
        elif (
            answer and answer.citizen and answer.verdict is RegistryVerdict.ONLY_OLD_ID and not answer.lacks_new_number
        ):
            found[index] = OwnerNumber(answer.citizen.citizen_id, NumberSource.REGISTRY)
    return found


def _how_joined(record: Record, index: int, card: IdentityCard) -> JoinedBy | None:
    number = _number(record, index)
    if number and number == card.id_number:
        return JoinedBy.ID_NUMBER
    if number and number == card.old_id_number:
        return JoinedBy.OLD_ID_NUMBER
    name, year = record.value(f"owners.{index}.full_name"), _birth_year(record, index)
    same_name = name is not None and compare_names(name, card.full_name) is NameDifference.NONE
    if same_name and year is not None and card.birth_date is not None and year == card.birth_date[:4]:
        return JoinedBy.NAME_AND_BIRTH_YEAR
    return None


def _conflict(record: Record, index: int, card: IdentityCard, joined_by: JoinedBy) -> Finding | None:
    at = f"owners.{index}."
    number, name = _number(record, index), record.value(at + "full_name")
    if joined_by is JoinedBy.NAME_AND_BIRTH_YEAR:
        # An old card may lack the old number; only two numbers of one kind can contradict each other.
        other = card.id_number if number and id_type(number) is IdType.CCCD else card.old_id_number
        if number and other and number != other:
            return make_finding("identity_card_number_differs", [at + "id_number"])
        return None
    if name and compare_names(name, card.full_name) is not NameDifference.NONE:
        return make_finding("identity_card_name_differs", [at + "full_name", at + "id_number"])
    year, gender = _birth_year(record, index), record.value(at + "gender")
    differing = [
        path
        for path, printed, on_card in (
            (at + "birth_year", year, card.birth_date[:4] if card.birth_date else None),
            (at + "gender", gender, card.gender),
        )
        if printed and on_card and printed != on_card
    ]
    return make_finding("identity_card_person_differs", differing) if differing else None


def _settle(candidates: Mapping[int, Sequence[OwnersCard]]) -> tuple[dict[int, OwnersCard], list[int]]:
    """One card for each owner and one owner for each card, or nobody's: a number beats a name."""
    best: dict[int, OwnersCard] = {}
    ambiguous = []
    for index, found in candidates.items():
        by_number = [one for one in found if one.joined_by is not JoinedBy.NAME_AND_BIRTH_YEAR]
        left = by_number or list(found)
        if len(left) == 1:
            best[index] = left[0]
        else:
            ambiguous.append(index)
    taken = {one.card.id_number for one in best.values() if one.joined_by is not JoinedBy.NAME_AND_BIRTH_YEAR}
    for index, one in list(best.items()):
        if one.joined_by is not JoinedBy.NAME_AND_BIRTH_YEAR:
            continue
        rivals = [other for other in best.values() if other.card.id_number == one.card.id_number]
        if one.card.id_number in taken or len(rivals) > 1:
            ambiguous.append(index)
    return {index: one for index, one in best.items() if index not in ambiguous}, sorted(ambiguous)


def _number(record: Record, index: int) -> str | None:
    number = record.value(f"owners.{index}.id_number")
    return normalise_id(number) if number else None


def _birth_year(record: Record, index: int) -> str | None:
    born = record.value(f"owners.{index}.birth_year") or record.value(f"owners.{index}.birth_date")
    return born[:4] if born else None


def _page(card: IdentityCard) -> str:
    return str(card.page_number) if card.page_number else _UNKNOWN_PAGE
