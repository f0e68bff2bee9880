"""The policy: what lets a record go on without a person, and in which order reasons against it stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

from certificate.citizens import Citizen, RegistryAnswer, RegistryVerdict
from certificate.errors import SettingsInvalid
from certificate.record import Decision, FieldReading, Finding, Form, Record, Severity
from certificate.rules.catalogue import make_finding
from ingest.decision import (
    Doubts,
    Policy,
    Reason,
    ReasonKind,
    owner_indexes,
    personal_owners,
    policy_of,
    reasons_for_review,
)
from ingest.reasons import explain, policy_in_words
from ingest.settings import load

POLICY = Policy(frozenset({RegistryVerdict.MATCH}))
EVERYTHING = dataclasses.replace(POLICY, doubts=Doubts.ALL)
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


def test_an_old_number_without_the_new_one_confirms_nobody() -> None:
    """The registry says that the number was replaced, and not by which: a person asks for the card."""
    gone = Citizen("091070000123", None, "Nguyễn Văn Mẫu", "1970", "male", "", "replaced")
    policy = Policy(frozenset({RegistryVerdict.MATCH, RegistryVerdict.ONLY_OLD_ID}))
    found = reasons_for_review(record(), {0: RegistryAnswer(RegistryVerdict.ONLY_OLD_ID, gone)}, policy)
    assert [reason.code for reason in found] == ["only_old_id"]
    papers = record(FIELDS, make_finding("registry_number_replaced", ["owners.0.id_number"]))
    assert "căn cước" in explain(found[0], papers).advice.vi
    today = dataclasses.replace(gone, citizen_id="091070000124", old_id="091070000123", status="alive")
    assert reasons_for_review(record(), {0: RegistryAnswer(RegistryVerdict.ONLY_OLD_ID, today)}, policy) == ()


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


# --- what an office may set


def test_within_a_kind_the_widest_and_the_least_sure_come_first() -> None:
    """A finding about three fields blocks more than one about one; the least sure field is looked at first."""
    fields = {
        **FIELDS,
        "issue_place": doubtful("Gò Quao").replace(confidence=0.8),
        "signer_name": doubtful("Trần Văn Tám").replace(confidence=0.3),
    }
    narrow = Finding("narrow", Severity.ERROR, ("serial_number",), "…")
    wide = Finding("wide", Severity.ERROR, ("serial_number", "issue_place", "signer_name"), "…")
    found = reasons_for_review(record(fields, narrow, wide), MATCH, EVERYTHING)
    assert [reason.code for reason in found[:2]] == ["wide", "narrow"]
    assert [reason.fields for reason in found[2:]] == [("signer_name",), ("issue_place",)]


@pytest.mark.parametrize(
    ("path", "field", "blocks", "reason"),
    [
        ("signer_name", doubtful("Trần Văn Tám"), False, "nobody's right depends on who signed"),
        ("signer_name", doubtful("Trần Văn Tám", "handwritten"), False, "nor on how the name was written"),
        ("signer_title", doubtful("CHỦ TỊCH"), False, "as little as on the title"),
        ("issue_place", doubtful("Gò Quao"), False, "the authority and the date count, not the town"),
        ("barcode", doubtful("3091500012345"), False, "its number is only compared with the print"),
        ("parcels.0.area_in_words", doubtful("Một trăm mét vuông"), False, "the digits beside it are certain"),
        ("serial_number", doubtful("BX 123456"), True, "required"),
        ("issue_date", doubtful("2015-05-12"), True, "required"),
        ("issuing_authority", doubtful("UBND HUYỆN GÒ QUAO"), True, "required"),
        ("register_number", doubtful("CH01234"), True, "by it the land register finds the certificate"),
        ("owners.0.birth_year", doubtful("1970"), True, "who the owner is"),
        ("owners.1.role", doubtful("spouse"), True, "as what one owns"),
        ("owners.1.address", doubtful("Gò Quao"), True, "where one is reached"),
        ("parcels.1.origin", doubtful("Công nhận QSDĐ"), True, "what the State may ask for"),
        ("parcels.0.term", doubtful("lau_dai"), True, "how long the right lasts"),
        ("house.built_area_m2", doubtful("80.5"), True, "what stands on the land"),
        ("notes", doubtful("Thế chấp"), True, "a mortgage may stand there"),
        ("changes.0.content", doubtful("Thế chấp"), True, "and there"),
    ],
)
def test_by_default_every_doubt_about_a_right_blocks(path: str, field: FieldReading, blocks: bool, reason: str) -> None:
    """Required or not: what grants, limits or names is certain or seen by a person."""
    answers = {**MATCH, 1: RegistryAnswer(RegistryVerdict.MATCH)}
    assert bool(reasons_for_review(record({**FIELDS, path: field}), answers, POLICY)) is blocks, reason
    assert reasons_for_review(record({**FIELDS, path: field}), answers, EVERYTHING), reason


def test_the_default_policy_is_the_strict_one_of_the_text(tmp_path: Path) -> None:
    """Only a full match of number, name and year confirms a person, unless the office says otherwise."""
    assert policy_of(load(tmp_path, {})) == POLICY


REQUIRED_ONLY = Policy(frozenset({RegistryVerdict.MATCH}), doubts=Doubts.REQUIRED)


@pytest.mark.parametrize(
    ("path", "field", "blocks", "reason"),
    [
        ("issue_place", doubtful("Gò Quao"), False, "the form can do without it"),
        ("serial_number", doubtful("BX 123456"), True, "no certificate without its number"),
        ("parcels.0.area_m2", doubtful("150.5"), True, "no parcel without its area"),
        ("parcels.1.area_m2", doubtful("150.5"), True, "nor a second one"),
        ("owners.1.full_name", doubtful("Trần Thị Mẫu"), True, "every owner counts, not only the first"),
        ("owners.0.id_number", doubtful("370123456"), True, "by the number people are known"),
        ("issue_place", doubtful("Gò Quao", "handwritten"), True, "handwriting is never accepted by itself"),
        ("notes", doubtful(None), True, "what could not be read at all is never passed over"),
    ],
)
def test_an_office_may_let_doubts_pass_that_matter_little(
    path: str, field: FieldReading, blocks: bool, reason: str
) -> None:
    """Only where the form can do without the field."""
    answers = {**MATCH, 1: RegistryAnswer(RegistryVerdict.MATCH)}
    assert bool(reasons_for_review(record({**FIELDS, path: field}), answers, REQUIRED_ONLY)) is blocks, reason
    assert reasons_for_review(record({**FIELDS, path: field}), answers, EVERYTHING), reason


def test_an_office_may_have_further_findings_block() -> None:
    """A warning that this office wants to see; errors block whatever is set."""
    strict = Policy(frozenset({RegistryVerdict.MATCH}), blocking_findings=frozenset({"some_code"}))
    (found,) = reasons_for_review(record(FIELDS, finding(Severity.WARNING)), MATCH, strict)
    assert (found.kind, found.code) == (ReasonKind.ERROR_FINDING, "some_code")


def test_the_policy_comes_from_the_settings(tmp_path: Path) -> None:
    """One place, as data."""
    settings = load(
        tmp_path, {}, accepted_verdicts="match, deceased", doubts_that_block="required",
        blocking_findings="place_ambiguous, term_expired",
    )  # fmt: skip
    assert policy_of(settings).to_json() == {
        "ask_registry": True,
        "accepted_verdicts": ["deceased", "match"],
        "doubts": "required",
        "blocking_findings": ["place_ambiguous", "term_expired"],
    }
    for wrong in ({"doubts_that_block": "some"}, {"blocking_findings": "no_such_code"}):
        with pytest.raises(SettingsInvalid):
            load(tmp_path, {}, **wrong)


# --- in words


def test_every_reason_is_explained_in_both_languages() -> None:
    """What blocks and what to do, whichever kind it is, even one of a later release."""
    papers = record(FIELDS, make_finding("area_zero", ["parcels.0.area_m2"]))
    reasons = [
        Reason(ReasonKind.PAGE_UNREADABLE, "2"),
        Reason(ReasonKind.NO_FIELDS, "other"),
        Reason(ReasonKind.ERROR_FINDING, "area_zero", ("parcels.0.area_m2",)),
        Reason(ReasonKind.ERROR_FINDING, "of_a_later_release"),
        *(Reason(ReasonKind.REGISTRY, verdict.value, ("owners.0.full_name",)) for verdict in RegistryVerdict),
        Reason(ReasonKind.MISSING_VALUE, "low_confidence", ("serial_number",)),
        Reason(ReasonKind.DOUBTFUL_FIELD, "low_confidence", ("owners.1.full_name",)),
        Reason(ReasonKind.DOUBTFUL_FIELD, "low_confidence", ("new.path",)),
    ]
    for reason in reasons:
        told = explain(reason, papers)
        for words in (told.what, told.advice):
            assert words.vi, reason
            assert words.en, reason
        assert told.to_json()["kind"] == reason.kind.value
    assert explain(reasons[2], papers).what.vi == "Diện tích bằng không"
    assert explain(reasons[-2], papers).what.vi == "Chưa chắc: Họ và tên 2"


def test_two_findings_of_one_code_keep_their_own_words() -> None:
    """Each reason tells of its own fields."""
    two = [make_finding("date_malformed", [path], value=path) for path in ("issue_date", "changes.0.date")]
    papers = record(FIELDS, *two)
    reasons = reasons_for_review(papers, MATCH, POLICY)
    assert [explain(reason, papers).what.vi for reason in reasons] == [
        "«issue_date» không phải ngày có thật", "«changes.0.date» không phải ngày có thật",
    ]  # fmt: skip


def test_the_policy_is_told_in_sentences() -> None:
    """What the office asks for, as it is set."""
    assert "Mọi mục đều chắc chắn, trừ" in " ".join(words.vi for words in policy_in_words(POLICY))
    told = " ".join(words.vi for words in policy_in_words(REQUIRED_ONLY))
    assert "bắt buộc" in told
    assert "Khớp dữ liệu dân cư" in told
    lenient = Policy(frozenset(), ask_registry=False, blocking_findings=frozenset({"term_expired"}))
    told = " ".join(words.en for words in policy_in_words(lenient))
    assert "term_expired" in told
    assert "registry" not in told
