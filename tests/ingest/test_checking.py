"""What the registry's answer does to a record: confirmation, one tone mark, and what must never follow from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certificate.citizens import Citizen, NameDifference, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import RegistryRefused, RegistryUnavailable
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.states import State
from ingest.checking import (
    CONFIRMED_CONFIDENCE,
    Checked,
    ToCheck,
    check_certificate,
    gather,
    owner_query,
    save_outcome,
)
from ingest.office import Office
from ingest.review import correct
from ingest.settings import Settings, load
from store.rows import CertificateRow, NewScan, Role, UserRow

NAME, NUMBER, YEAR = "owners.0.full_name", "owners.0.id_number", "owners.0.birth_year"
CITIZEN = Citizen("001070000001", "012345678", "Trần Thị Mẫu", "1970-02-03", "female", "Hà Nội", "alive")


class Registry:
    """A registry that knows one person and notes what it was asked."""

    def __init__(self, *answers: RegistryAnswer | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[OwnerQuery, str | None]] = []

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        self.asked.append((query, officer_code))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def field(value: str, *, readings: Mapping[str, str] | None = None, codes: tuple[str, ...] = ()) -> FieldReading:
    """A doubtful field."""
    return FieldReading(value, value, 0.6, Decision.REVIEW, readings=readings or {"tesseract": value}, findings=codes)


def record(name: FieldReading | None = None, **more: FieldReading) -> Record:
    """A record with one owner."""
    fields = {
        "serial_number": field("BX 123456"),
        "owners.0.role": field("holder"),
        NAME: name or field("TRẦN THỊ MẪU"),
        "owners.0.gender": field("female"),
        YEAR: field("1970"),
        "owners.0.id_type": field("cmnd"),
        NUMBER: field("012345678"),
        "owners.0.address": field("Hà Nội"),
    }
    return Record("scan.pdf", Form.TT23_2014, 0.99, (), fields | more)


def check(tmp_path: Path, registry: Registry, given: Record, form: Form = Form.TT23_2014) -> Checked:
    """The record after its checks, with that registry."""
    row = CertificateRow(
        id="c", scan_id="s", position=0, form=form, record=given, faces_json=[], previews=[], verdict=Decision.REVIEW,
        decided_by=None, decided_at=None, pdfa_sha256=None, archived_at=None, version=1, serial_number=None,
    )  # fmt: skip
    with Office(load(tmp_path, {}), registry=registry) as office:
        return check_certificate(office, ToCheck(row, given, ()), "HT7")


def test_a_match_confirms_who_the_owner_is_and_nothing_else(tmp_path: Path) -> None:
    """Number, name and birth year stand together; the address and the serial number were not asked about."""
    registry = Registry(RegistryAnswer(RegistryVerdict.MATCH, CITIZEN))
    outcome = check(tmp_path, registry, record()).record
    for path in (NAME, NUMBER, YEAR, "owners.0.gender", "owners.0.id_type"):
        assert outcome.fields[path].decision is Decision.ACCEPT, path
        assert outcome.fields[path].confidence >= CONFIRMED_CONFIDENCE, path
    for path in ("serial_number", "owners.0.address", "owners.0.role"):
        assert outcome.fields[path].decision is Decision.REVIEW, path
    assert [officer for _, officer in registry.asked] == ["HT7"]


def test_handwriting_is_never_accepted_not_even_when_confirmed(tmp_path: Path) -> None:
    """A person looks at every handwritten value."""
    registry = Registry(RegistryAnswer(RegistryVerdict.MATCH, CITIZEN))
    outcome = check(tmp_path, registry, record(field("TRẦN THỊ MẪU", codes=("handwritten",)))).record
    assert outcome.fields[NAME].decision is Decision.REVIEW
    assert outcome.fields[NUMBER].decision is Decision.ACCEPT


@pytest.mark.parametrize(
    "verdict",
    [
        verdict
        for verdict in RegistryVerdict
        if verdict not in {RegistryVerdict.MATCH, RegistryVerdict.ONLY_OLD_ID, RegistryVerdict.UNAVAILABLE}
    ],
)
def test_no_other_verdict_lifts_a_doubt(tmp_path: Path, verdict: RegistryVerdict) -> None:
    """What the registry does not confirm stays as doubtful as the readers left it."""
    outcome = check(tmp_path, Registry(RegistryAnswer(verdict, CITIZEN)), record()).record
    assert outcome.fields[NAME].decision is Decision.REVIEW
    assert outcome.value(NAME) == "TRẦN THỊ MẪU"


@pytest.mark.parametrize(
    ("answer", "code", "path", "severity"),
    [
        (RegistryAnswer(RegistryVerdict.MATCH, CITIZEN), None, None, None),
        (RegistryAnswer(RegistryVerdict.NAME_DIFFERS, CITIZEN, NameDifference.ONE_TONE_MARK),
         "registry_name_mark_differs", NAME, "warning"),
        (RegistryAnswer(RegistryVerdict.NAME_DIFFERS, CITIZEN, NameDifference.ONE_LETTER),
         "registry_name_differs", NAME, "error"),
        (RegistryAnswer(RegistryVerdict.NAME_DIFFERS, CITIZEN, NameDifference.ANOTHER_NAME),
         "registry_name_differs", NUMBER, "error"),
        (RegistryAnswer(RegistryVerdict.BIRTH_YEAR_DIFFERS, CITIZEN), "registry_birth_year_differs", YEAR, "error"),
        (RegistryAnswer(RegistryVerdict.GENDER_DIFFERS, CITIZEN), "registry_gender_differs", "owners.0.gender",
         "warning"),
        (RegistryAnswer(RegistryVerdict.ONLY_OLD_ID, CITIZEN), "registry_only_old_id", NUMBER, "info"),
        (RegistryAnswer(RegistryVerdict.ONLY_OLD_ID, None), "registry_number_replaced", NUMBER, "warning"),
        (RegistryAnswer(RegistryVerdict.DECEASED, CITIZEN), "registry_deceased", NAME, "warning"),
        (RegistryAnswer(RegistryVerdict.NOT_FOUND), "registry_not_found", NUMBER, "error"),
        (RegistryAnswer(RegistryVerdict.UNAVAILABLE), "registry_unavailable", NAME, "warning"),
        (RegistryAnswer(RegistryVerdict.NOT_ASKED), "registry_not_asked", NAME, "info"),
    ],
)  # fmt: skip
def test_every_verdict_is_told_at_its_field(
    tmp_path: Path, answer: RegistryAnswer, code: str | None, path: str | None, severity: str | None
) -> None:
    """What the registry says stands on the record, once, as grave as it is; a match needs no words."""
    outcome = check(tmp_path, Registry(answer), record()).record
    told = [finding for finding in outcome.findings if finding.code.startswith("registry_")]
    assert [(finding.code, finding.severity.value) for finding in told] == ([(code, severity)] if code else [])
    if code and path:
        assert code in outcome.fields[path].findings


def test_a_new_number_is_named_where_the_old_one_stands(tmp_path: Path) -> None:
    """The reviewer sees which number came in its place."""
    outcome = check(tmp_path, Registry(RegistryAnswer(RegistryVerdict.ONLY_OLD_ID, CITIZEN)), record()).record
    (told,) = [finding for finding in outcome.findings if finding.code == "registry_only_old_id"]
    assert CITIZEN.citizen_id in told.message


ONE_MARK = RegistryAnswer(RegistryVerdict.NAME_DIFFERS, CITIZEN, NameDifference.ONE_TONE_MARK)


MATCH = RegistryAnswer(RegistryVerdict.MATCH, CITIZEN)


def test_one_tone_mark_is_taken_where_a_reader_read_just_that(tmp_path: Path) -> None:
    """Two independent witnesses agree: one reader and the registry; one call is enough to know it."""
    name = field("TRẦN THỊ MẨU", readings={"tesseract": "TRẦN THỊ MẪU", "trueocr": "TRẦN THỊ MẨU"})
    registry = Registry(ONE_MARK, RegistryAnswer(RegistryVerdict.UNAVAILABLE))
    outcome = check(tmp_path, registry, record(name))
    assert outcome.record.value(NAME) == "TRẦN THỊ MẪU"
    assert outcome.record.fields[NAME].raw == "TRẦN THỊ MẨU"
    assert outcome.record.fields[NAME].decision is Decision.ACCEPT
    assert "registry_name_mark_differs" in {finding.code for finding in outcome.record.findings}
    assert [query.full_name for query, _ in registry.asked] == ["TRẦN THỊ MẨU"]
    assert outcome.by_owner[0].verdict is RegistryVerdict.ONLY_OLD_ID


@pytest.mark.parametrize(
    ("readings", "codes"),
    [
        # Nobody read the registry's spelling: it may be another person.
        ({"tesseract": "TRẦN THỊ MẨU", "trueocr": "TRẦN THỊ MẬU"}, ()),
        ({}, ()),
        # Read so, but by hand.
        ({"tesseract": "TRẦN THỊ MẪU"}, ("handwritten",)),
    ],
)
def test_one_tone_mark_alone_changes_no_name(
    tmp_path: Path, readings: Mapping[str, str], codes: tuple[str, ...]
) -> None:
    """The registry never writes a value that no reader saw; a person decides."""
    name = FieldReading("TRẦN THỊ MẨU", None, 0.6, Decision.REVIEW, readings=readings, findings=codes)
    registry = Registry(ONE_MARK)
    outcome = check(tmp_path, registry, record(name))
    assert outcome.record.value(NAME) == "TRẦN THỊ MẨU"
    assert outcome.record.fields[NAME].decision is Decision.REVIEW
    assert "registry_name_mark_differs" in {finding.code for finding in outcome.record.findings}
    assert len(registry.asked) == 1


def test_a_replaced_number_without_its_successor_confirms_nothing(tmp_path: Path) -> None:
    """The person is known, but under a number that no longer holds."""
    gone = dataclasses.replace(CITIZEN, status="replaced")
    outcome = check(tmp_path, Registry(RegistryAnswer(RegistryVerdict.ONLY_OLD_ID, gone)), record()).record
    assert outcome.fields[NUMBER].decision is Decision.REVIEW
    assert "registry_number_replaced" in {finding.code for finding in outcome.findings}


def test_a_silent_registry_leaves_the_scan_waiting(tmp_path: Path) -> None:
    """Its silence, by answer or by error, is never a verdict on the owner."""
    for answer in (RegistryAnswer(RegistryVerdict.UNAVAILABLE), RegistryUnavailable("away")):
        outcome = check(tmp_path, Registry(answer), record())
        assert outcome.is_waiting
        assert outcome.record.fields[NAME].decision is Decision.REVIEW


def test_a_wrong_key_is_told_and_not_taken_for_an_answer(tmp_path: Path) -> None:
    """The administrator must hear of it."""
    with pytest.raises(RegistryRefused):
        check(tmp_path, Registry(RegistryRefused("key")), record())


def test_an_organisation_and_a_foreign_paper_are_not_asked_about(tmp_path: Path) -> None:
    """The registry is asked about people on certificates only."""
    registry = Registry(MATCH)
    check(tmp_path, registry, record(**{"owners.0.role": field("organisation")}))
    other = dataclasses.replace(record(), form=Form.OTHER)
    check(tmp_path, registry, other, Form.OTHER)
    assert registry.asked == []


def test_checking_twice_says_the_same(tmp_path: Path) -> None:
    """A step that runs again does not double its findings."""
    answer = RegistryAnswer(RegistryVerdict.NOT_FOUND)
    once = check(tmp_path, Registry(answer), record()).record
    assert check(tmp_path, Registry(answer), once).record == once


def test_what_the_registry_said_before_is_forgotten(tmp_path: Path) -> None:
    """A person who was not found yesterday is found today."""
    before = check(tmp_path, Registry(RegistryAnswer(RegistryVerdict.NOT_FOUND)), record()).record
    assert "registry_not_found" in {finding.code for finding in before.findings}
    after = check(tmp_path, Registry(MATCH), before).record
    assert "registry_not_found" not in {finding.code for finding in after.findings}
    assert "registry_not_found" not in after.fields[NUMBER].findings


def test_the_registry_is_asked_with_what_is_printed() -> None:
    """A full date of birth gives its year; what is missing is left out."""
    fields = {NAME: field("TRẦN THỊ MẪU"), "owners.0.birth_date": field("1970-02-03")}
    given = Record("scan.pdf", Form.CCCD, 0.99, (), fields)
    assert owner_query(given, 0) == OwnerQuery("TRẦN THỊ MẪU", None, "1970", None)


@pytest.mark.parametrize(
    ("printed", "asked"),
    [
        ("001 070 000 001", "001070000001"),  # in groups, as some offices print
        ("001.070.000.001", "001070000001"),
        ("012345678", "012345678"),
        ("b 1234567", "B1234567"),
    ],
)
def test_a_number_is_asked_about_without_what_is_printed_between(printed: str, asked: str) -> None:
    """Spaces and dots keep nobody from being asked about."""
    assert owner_query(record(**{NUMBER: field(printed)}), 0).id_number == asked


# --- what the registry said a moment ago


def test_a_correction_asks_only_about_whom_it_concerns(settings: Settings) -> None:
    """A reviewer's key press waits for nobody: only an owner whose name or number changed is asked about anew."""
    registry = Registry(RegistryAnswer(RegistryVerdict.MATCH, CITIZEN, asked_at=_ago(minutes=1)))
    with _in_review(settings, registry) as (office, certificate_id):
        before = len(registry.asked)
        row = correct(office, certificate_id, version=2, path="serial_number", value="BX 654321", who=REVIEWER)
        assert len(registry.asked) == before
        assert row.record.fields[NAME].confidence >= CONFIRMED_CONFIDENCE
        correct(office, certificate_id, version=row.version, path=NAME, value="TRẦN THỊ MẬU", who=REVIEWER)
        assert [query.full_name for query, _ in registry.asked[before:]] == ["TRẦN THỊ MẬU"]


@pytest.mark.parametrize(
    ("verdict", "minutes"),
    # An old answer, and none at all, are asked for again.
    [(RegistryVerdict.MATCH, 60), (RegistryVerdict.UNAVAILABLE, 0), (RegistryVerdict.NOT_ASKED, 0)],
)
def test_what_is_old_or_no_answer_is_asked_for_again(
    settings: Settings, verdict: RegistryVerdict, minutes: int
) -> None:
    """Yesterday's answer is evidence, not news."""
    registry = Registry(RegistryAnswer(verdict, CITIZEN, asked_at=_ago(minutes=minutes)))
    with _in_review(settings, registry) as (office, certificate_id):
        before = len(registry.asked)
        correct(office, certificate_id, version=2, path="serial_number", value="BX 654321", who=REVIEWER)
        assert len(registry.asked) == before + 1


REVIEWER = UserRow("u", "minh", "Minh", "", Role.REVIEWER, "", officer_code="HT7", active=True)


def _ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="seconds")


@contextmanager
def _in_review(settings: Settings, registry: Registry) -> Iterator[tuple[Office, str]]:
    """An office with one certificate in review, checked once."""
    with Office(settings, registry=registry) as office:
        settings.home.mkdir(parents=True)
        office.database.migrate()
        with office.database.unit_of_work() as unit:
            scan_id = unit.scans.add(NewScan("a" * 64, "a.pdf", "application/pdf", 1, "lan")).id
            unit.scans.move(scan_id, State.RECEIVED, State.READING)
            reading = ScanReading(1, (CertificateReading(record(), ()),))
            (paper,) = unit.certificates.replace_reading(scan_id, reading, [[]])
            unit.scans.move(scan_id, State.READING, State.CHECKING)
            unit.commit()
            given = gather(unit, paper)
        outcome = check_certificate(office, given)
        with office.database.unit_of_work() as unit:
            save_outcome(unit, paper.id, outcome)
            unit.scans.move(scan_id, State.CHECKING, State.IN_REVIEW)
            unit.commit()
        yield office, paper.id
