"""The policy: what lets a record go on without a person, and in which order reasons against it stand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from certificate.citizens import RegistryAnswer, RegistryVerdict
from certificate.record import Decision, FieldReading, Finding, Form, Record, Severity
from ingest.decision import Policy, Reason, ReasonKind, owner_indexes, personal_owners, reasons_for_review

POLICY = Policy(frozenset({RegistryVerdict.MATCH}))
MATCH = {0: RegistryAnswer(RegistryVerdict.MATCH)}


def certain(value: str | None) -> FieldReading:
    """A field that its readers are sure of."""
    return FieldReading(value, value, 0.99, Decision.ACCEPT)


def doubtful(value: str | None, *codes: str) -> FieldReading:
    """A field that somebody should look at."""
    return FieldReading(value, value, 0.5, Decision.REVIEW, findings=codes)


FIELDS = {
    "serial_number": certain("BX 123456"),
    "owners.0.role": certain("holder"),
    "owners.0.full_name": certain("NGUYỄN VĂN MẪU"),
}


def record(fields: Mapping[str, FieldReading] = FIELDS, *findings: Finding, form: Form = Form.TT23_2014) -> Record:
    """A record of these fields."""
    return Record("scan.pdf", form, 0.99, (), fields, findings)


def finding(severity: Severity) -> Finding:
    """A remark of that weight."""
    return Finding("some_code", severity, ("serial_number",), "…")


def test_a_certain_record_with_confirmed_people_needs_nobody() -> None:
    """This is the record that is archived by itself."""
    assert reasons_for_review(record(), MATCH, POLICY) == ()


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.INFO])
def test_lighter_findings_do_not_block(severity: Severity) -> None:
    """Only an error does; a warning works through the confidence of its fields."""
    assert reasons_for_review(record(FIELDS, finding(severity)), MATCH, POLICY) == ()


@pytest.mark.parametrize("verdict", [verdict for verdict in RegistryVerdict if verdict is not RegistryVerdict.MATCH])
def test_every_verdict_that_is_not_accepted_blocks(verdict: RegistryVerdict) -> None:
    """What the policy does not name as confirming is for a person."""
    found = reasons_for_review(record(), {0: RegistryAnswer(verdict)}, POLICY)
    assert found == (Reason(ReasonKind.REGISTRY, verdict.value, ("owners.0.full_name",)),)


def test_an_owner_without_an_answer_was_not_asked_about() -> None:
    """A missing answer is never taken for a good one."""
    assert [reason.code for reason in reasons_for_review(record(), {}, POLICY)] == ["not_asked"]


def test_an_organisation_is_no_citizen() -> None:
    """The population registry knows people only."""
    fields = {**FIELDS, "owners.0.role": certain("organisation")}
    assert reasons_for_review(record(fields), {}, POLICY) == ()


def test_an_office_without_a_registry_decides_by_the_record_alone() -> None:
    """Where the registry is not asked, its silence blocks nothing."""
    assert reasons_for_review(record(), {}, Policy(frozenset(), ask_registry=False)) == ()


def test_a_record_without_fields_is_never_accepted() -> None:
    """Nothing read is not the same as nothing doubtful."""
    found = reasons_for_review(record({}), {}, POLICY)
    assert [reason.kind for reason in found] == [ReasonKind.NO_FIELDS]


def test_reasons_stand_in_order_of_gravity() -> None:
    """The reviewer sees first what blocks most, whatever the order of the fields."""
    fields = {
        "notes": doubtful("…", "handwritten"),
        "issue_date": doubtful(None),
        **FIELDS,
        "register_number": doubtful("CH01234"),
    }
    found = reasons_for_review(record(fields, finding(Severity.ERROR)), {}, POLICY, unreadable_pages=[2])
    assert [(reason.kind, reason.code) for reason in found] == [
        (ReasonKind.PAGE_UNREADABLE, "2"),
        (ReasonKind.ERROR_FINDING, "some_code"),
        (ReasonKind.REGISTRY, "not_asked"),
        (ReasonKind.MISSING_VALUE, "low_confidence"),
        (ReasonKind.DOUBTFUL_FIELD, "handwritten"),
        (ReasonKind.DOUBTFUL_FIELD, "low_confidence"),
    ]


def test_owners_are_counted_as_numbers() -> None:
    """The tenth owner comes after the second."""
    fields = {f"owners.{index}.full_name": certain("…") for index in (10, 2, 0)}
    assert owner_indexes(record(fields)) == (0, 2, 10)
    assert personal_owners(record({**fields, "owners.2.role": certain("organisation")})) == (0, 10)
