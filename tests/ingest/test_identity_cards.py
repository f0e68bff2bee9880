"""Identity cards beside a certificate: whose they are, what they add, and what never follows from them."""

from __future__ import annotations

import pytest

from certificate.citizens import (
    Citizen,
    IdentityCard,
    JoinedBy,
    OwnersCard,
    RegistryAnswer,
    RegistryVerdict,
)
from certificate.record import Decision, FieldReading, Form, Record
from ingest.identity_cards import (
    NumberSource,
    OwnerNumber,
    cards_in,
    compare_with_registry,
    join_cards,
    personal_numbers,
)
from store.rows import CertificateRow

CARD = IdentityCard("091070000123", "Nguyễn Văn Mẫu", "371234567", "1970-02-03", "male", "card", 3)


def field(value: str, decision: Decision = Decision.ACCEPT) -> FieldReading:
    """A field on page 3."""
    return FieldReading(value, value, 0.99, decision, page_number=3)


def certificate(*owners: dict[str, str]) -> Record:
    """A certificate with these owners."""
    fields = {f"owners.{at}.{name}": field(value) for at, owner in enumerate(owners) for name, value in owner.items()}
    return Record("scan.pdf", Form.TT17_2009, 0.99, (), fields)


def owner(number: str | None = "371234567", name: str = "NGUYỄN VĂN MẪU", year: str | None = "1970") -> dict[str, str]:
    """An owner as printed."""
    return {"full_name": name} | ({"id_number": number} if number else {}) | ({"birth_year": year} if year else {})


def paper(form: Form = Form.CCCD, **parts: FieldReading) -> CertificateRow:
    """A paper of the scan with that about its owner."""
    fields = {f"owners.0.{name}": value for name, value in parts.items()}
    record = Record("scan.pdf", form, 0.99, (), fields)
    return CertificateRow("card", "s", 1, form, record, [], [], Decision.ACCEPT, None, None, None, None, 1, None)


@pytest.mark.parametrize(
    ("printed", "joined_by"),
    [
        (owner("091070000123"), JoinedBy.ID_NUMBER),
        (owner("371 234 567"), JoinedBy.OLD_ID_NUMBER),
        (owner(None), JoinedBy.NAME_AND_BIRTH_YEAR),
        (owner(None, "Nguyễn Văn Mẩu"), None),  # one mark off, and no number: anybody
        (owner(None, year=None), None),  # a name alone is many people
        (owner(None, year="1971"), None),
    ],
)
def test_a_card_belongs_to_whom_its_number_or_name_and_year_say(
    printed: dict[str, str], joined_by: JoinedBy | None
) -> None:
    """Number, old number, or name and birth year at once."""
    found = join_cards(certificate(printed), [CARD])
    assert found.by_owner == ({0: OwnersCard(CARD, joined_by)} if joined_by else {})
    codes = [finding.code for finding in found.findings]
    if joined_by is None:
        assert codes == ["identity_card_of_nobody"]
    else:
        assert codes == ([] if joined_by is JoinedBy.ID_NUMBER else ["identity_card_joined"])


def test_the_finding_says_where_the_number_comes_from() -> None:
    """Page and number, for the person at the screen."""
    (finding,) = join_cards(certificate(owner()), [CARD]).findings
    assert "trang 3" in finding.message
    assert "091070000123" in finding.message
    assert finding.fields == ("owners.0.id_number",)


@pytest.mark.parametrize(
    ("printed", "card", "code"),
    [
        # The number is somebody else's on the card.
        (owner(name="Trần Văn Khác"), CARD, "identity_card_name_differs"),
        (owner(name="NGUYỄN VĂN MẨU"), CARD, "identity_card_name_differs"),
        (owner(year="1971"), CARD, "identity_card_person_differs"),
        (owner() | {"gender": "female"}, CARD, "identity_card_person_differs"),
        # Two people of one name and year, or a misread number.
        (owner("091070000124"), CARD, "identity_card_number_differs"),
        (owner("371234568"), CARD, "identity_card_number_differs"),
    ],
)
def test_a_contradiction_is_an_error_and_joins_nothing(printed: dict[str, str], card: IdentityCard, code: str) -> None:
    """A person decides which of the two is right."""
    found = join_cards(certificate(printed), [card])
    assert found.by_owner == {}
    assert [finding.code for finding in found.findings] == [code]


def test_a_card_without_the_old_number_contradicts_no_old_number() -> None:
    """Newer cards don't carry it."""
    card = IdentityCard("091070000123", "Nguyễn Văn Mẫu", None, "1970-02-03", "male", "card", 3)
    assert join_cards(certificate(owner("371234567")), [card]).by_owner[0].joined_by is JoinedBy.NAME_AND_BIRTH_YEAR


def test_two_cards_or_two_owners_alike_are_nobodys() -> None:
    """Where a card could belong to two owners, or two cards to one, nobody guesses."""
    twin = IdentityCard("091070000999", "Nguyễn Văn Mẫu", None, "1970-05-05", "male", "card", 4)
    assert join_cards(certificate(owner(None)), [CARD, twin]).by_owner == {}
    both = join_cards(certificate(owner(None), owner(None)), [CARD])
    assert both.by_owner == {}
    assert [finding.code for finding in both.findings] == ["identity_card_ambiguous"] * 2
    # A number decides where a name doesn't.
    assert join_cards(certificate(owner("371234567"), owner(None)), [CARD]).by_owner[0].card == CARD
    assert join_cards(certificate(owner("371234567")), [CARD, twin]).by_owner[0].card == CARD


def test_a_card_may_be_another_certificates() -> None:
    """With two certificates in a scan a card of nobody here is not remarkable."""
    assert join_cards(certificate(owner("111111111", "Lê Thị Hai")), [CARD], alone=False).findings == ()


def test_only_certain_cards_count() -> None:
    """A doubtful number adds nothing; a doubtful old number is left out."""
    sure = {"id_number": field("091070000123"), "full_name": field("Nguyễn Văn Mẫu")}
    assert [card.id_number for card in cards_in([paper(**sure)])] == ["091070000123"]
    assert cards_in([paper(**sure)])[0].certificate_id == "card"
    assert cards_in([paper(**sure)])[0].page_number == 3
    assert cards_in([paper(**sure | {"id_number": field("091070000123", Decision.REVIEW)})]) == ()
    assert cards_in([paper(**sure | {"id_number": field("371234567")})]) == ()
    assert cards_in([paper(Form.TT23_2014, **sure)]) == ()
    doubtful = sure | {"old_id_number": field("371234567", Decision.REVIEW)}
    assert cards_in([paper(**doubtful)])[0].old_id_number is None
    assert len(cards_in([paper(**sure), paper(**sure)])) == 1


def test_numbers_for_exports_name_their_source() -> None:
    """Printed first, then the card's, then the registry's; an old number is no personal number."""
    record = certificate(owner("091070000123"), owner("371234567"), owner("371234568"), owner("371234569"))
    citizen = Citizen("091070000777", "371234568", "Nguyễn Văn Mẫu", "1970-02-03", "male", "", "alive")
    answers = {
        2: RegistryAnswer(RegistryVerdict.ONLY_OLD_ID, citizen),
        3: RegistryAnswer(RegistryVerdict.NAME_DIFFERS, citizen),
    }
    assert personal_numbers(record, {1: OwnersCard(CARD, JoinedBy.OLD_ID_NUMBER)}, answers) == {
        0: OwnerNumber("091070000123", NumberSource.PRINTED),
        1: OwnerNumber("091070000123", NumberSource.IDENTITY_CARD),
        2: OwnerNumber("091070000777", NumberSource.REGISTRY),
    }


def test_card_and_registry_must_agree() -> None:
    """Another number in the registry than on the card is an error; a doubtful answer says nothing."""
    citizen = Citizen("091070000777", "371234567", "Nguyễn Văn Mẫu", "1970-02-03", "male", "", "alive")
    joined = {0: OwnersCard(CARD, JoinedBy.OLD_ID_NUMBER)}
    sure = {0: RegistryAnswer(RegistryVerdict.ONLY_OLD_ID, citizen)}
    assert [f.code for f in compare_with_registry(joined, sure)] == ["identity_card_registry_differs"]
    assert compare_with_registry(joined, {0: RegistryAnswer(RegistryVerdict.NAME_DIFFERS, citizen)}) == ()
    assert compare_with_registry(joined, {}) == ()
