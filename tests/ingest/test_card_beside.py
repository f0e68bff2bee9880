"""A certificate with an old number and an identity card in one scan: from the card's code to the number handed on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certificate.citizens import Citizen, JoinedBy, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.states import State
from ingest.checking import CONFIRMED_CONFIDENCE, Checked, check_certificate, gather, save_outcome
from ingest.exports.formats import as_json
from ingest.exports.gathering import handed_on
from ingest.office import Office
from ingest.settings import Settings
from ocr.grammar.cccd import card_qr
from registry.verdicts import can_ask, judge
from store.rows import ArchivedRow, CertificateRow, NewScan

NUMBER, CMND = "091070000123", "371234567"
QR = f"{NUMBER}|{CMND}|Nguyễn Văn Mẫu|03021970|Nam|Định An, Gò Quao, Kiên Giang|10052021"
MAU = Citizen(NUMBER, CMND, "Nguyễn Văn Mẫu", "1970-02-03", "male", "Gò Quao", "alive")
OWNER = {
    "owners.0.role": "holder", "owners.0.full_name": "NGUYỄN VĂN MẪU", "owners.0.gender": "male",
    "owners.0.birth_year": "1970", "owners.0.id_type": "cmnd", "owners.0.id_number": CMND,
}  # fmt: skip
NAME, ID = "owners.0.full_name", "owners.0.id_number"


class Registry:
    """A registry that knows these citizens under the numbers given, and judges as the real client does."""

    def __init__(self, known: dict[str, Citizen], *, is_up: bool = True) -> None:
        self.known, self.is_up = known, is_up
        self.asked: list[str | None] = []

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        self.asked.append(query.id_number)
        if not can_ask(query):
            return RegistryAnswer(RegistryVerdict.NOT_ASKED)
        if not self.is_up:
            return RegistryAnswer(RegistryVerdict.UNAVAILABLE)
        found = self.known.get(query.id_number or "")
        return judge(query, [found] if found else [], asked_at="2026-11-26T08:00:00+00:00")


@pytest.fixture
def check(settings: Settings, ready_home: Callable[[Path], Path]) -> Callable[..., Any]:
    """Check a certificate with that owner beside a card with that code, against that registry."""
    ready_home(settings.home)

    def checked(
        registry: Registry, owner: dict[str, str | None] | None = None, qr: str = QR
    ) -> tuple[Checked, CertificateRow]:
        values = {path: value for path, value in {**OWNER, **(owner or {})}.items() if value}
        card = card_qr(qr)
        assert card is not None
        papers = [_paper(Form.TT17_2009, values, 0.6), _paper(Form.CCCD, card, 0.999)]
        with Office(settings, registry=registry) as office:
            with office.database.unit_of_work() as unit:
                scan_id = unit.scans.add(NewScan("a" * 64, "a.pdf", "application/pdf", 1, "lan")).id
                unit.scans.move(scan_id, State.RECEIVED, State.READING)
                paper, _ = unit.certificates.replace_reading(scan_id, ScanReading(2, tuple(papers)), [[], []])
                unit.commit()
                given = gather(unit, paper)
            outcome = check_certificate(office, given)
            with office.database.unit_of_work() as unit:
                row = save_outcome(unit, paper.id, outcome)
                unit.commit()
        return outcome, row

    return checked


def _paper(form: Form, values: dict[str, str], confidence: float) -> CertificateReading:
    decision = Decision.ACCEPT if confidence > 0.9 else Decision.REVIEW
    fields = {path: FieldReading(value, value, confidence, decision, page_number=3) for path, value in values.items()}
    return CertificateReading(Record("a.pdf", form, 0.99, (), fields), ())


def codes(outcome: Checked) -> set[str]:
    """What was remarked about cards and registry."""
    found = {finding.code for finding in outcome.record.findings}
    return {code for code in found if code.startswith(("identity_card", "registry"))}


def line(outcome: Checked, row: CertificateRow) -> dict[str, Any]:
    """The certificate as a line of JSON Lines."""
    given: dict[str, Any] = {
        "certificate_id": row.id, "record": row.record, "scan_id": row.scan_id, "version": row.version,
        "cards": {card.owner_index: card.found for card in outcome.cards}, "answers": outcome.by_owner,
    }  # fmt: skip
    whole: dict[str, Any] = {field.name: given.get(field.name) for field in dataclasses.fields(ArchivedRow)}
    return as_json(handed_on(ArchivedRow(**whole)))


def test_the_card_gives_the_new_number_and_says_so(check: Callable[..., Any]) -> None:
    """Joined by the old number on the card; print stays print; what is handed on names its source."""
    outcome, row = check(Registry({CMND: MAU}))
    assert outcome.record.value(ID) == CMND
    joined = outcome.cards[0].found
    assert (joined.joined_by, joined.card.id_number) == (JoinedBy.OLD_ID_NUMBER, NUMBER)
    assert (joined.card.page_number, bool(joined.card.certificate_id)) == (3, True)
    assert codes(outcome) == {"identity_card_joined", "registry_only_old_id"}
    told = line(outcome, row)
    assert told["personal_numbers"] == {"0": NUMBER}
    assert told["personal_number_sources"] == {"0": "identity_card"}
    assert told["record"]["fields"][ID]["value"] == CMND


def test_an_old_number_that_the_registry_does_not_know_is_asked_about_by_the_cards(check: Callable[..., Any]) -> None:
    """Name, year and gender are confirmed by it; the printed number only where the registry has it as the old one."""
    registry = Registry({NUMBER: MAU})
    outcome, _ = check(registry)
    assert registry.asked == [CMND, NUMBER]
    assert outcome.by_owner[0].verdict is RegistryVerdict.MATCH
    for path in (NAME, ID):
        assert outcome.record.fields[path].confidence >= CONFIRMED_CONFIDENCE
    without = dataclasses.replace(MAU, old_id=None)
    outcome, _ = check(Registry({NUMBER: without}))
    assert outcome.record.fields[NAME].confidence >= CONFIRMED_CONFIDENCE
    assert outcome.record.fields[ID].decision is Decision.REVIEW


def test_a_card_of_somebody_with_another_old_number_confirms_nothing(check: Callable[..., Any]) -> None:
    """The registry knows the card's bearer under another old number than the printed one."""
    another = dataclasses.replace(MAU, old_id="371999999")
    outcome, _ = check(Registry({NUMBER: another}))
    assert outcome.by_owner[0].verdict is RegistryVerdict.NOT_FOUND
    assert outcome.record.fields[NAME].decision is Decision.REVIEW


def test_an_owner_without_a_number_is_known_by_name_and_year(check: Callable[..., Any]) -> None:
    """The registry is asked with the card's number, for there is no other."""
    registry = Registry({NUMBER: MAU})
    outcome, row = check(registry, {ID: None, "owners.0.id_type": None})
    assert outcome.cards[0].found.joined_by is JoinedBy.NAME_AND_BIRTH_YEAR
    assert outcome.by_owner[0].verdict is RegistryVerdict.MATCH
    assert line(outcome, row)["personal_number_sources"] == {"0": "identity_card"}


@pytest.mark.parametrize(
    ("owner", "qr", "code", "reason"),
    [
        ({}, QR.replace("Mẫu", "Mậu"), "identity_card_name_differs", "the card's old number, another name"),
        ({"owners.0.birth_year": "1971"}, QR, "identity_card_person_differs", "another year"),
        ({}, QR.replace(NUMBER, "091070000999"), "identity_card_registry_differs", "the registry knows another number"),
        ({ID: "371234568"}, QR, "identity_card_number_differs", "one digit of the old number is wrong"),
        ({ID: None, "owners.0.birth_year": None}, QR, "identity_card_of_nobody", "a name alone is many people"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_for_a_person(
    check: Callable[..., Any], owner: dict[str, str | None], qr: str, code: str, reason: str
) -> None:
    """The number of a card that may be somebody else's is never taken in silence."""
    outcome, _ = check(Registry({CMND: MAU}), owner, qr)
    assert code in codes(outcome), reason


def test_a_registry_that_is_away_is_waited_for_with_a_card_too(check: Callable[..., Any]) -> None:
    """The card alone confirms nobody."""
    outcome, _ = check(Registry({}, is_up=False), {ID: None, "owners.0.id_type": None})
    assert outcome.is_waiting
    assert outcome.record.fields[NAME].decision is Decision.REVIEW
