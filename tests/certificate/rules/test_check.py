"""All rules together: a faultless paper stays silent, findings land where they belong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.record import Form, Severity
from certificate.rules.catalogue import make_finding
from certificate.rules.check import check_record, recheck_record, with_findings

TODAY = date(2026, 11, 24)


def test_a_faultless_record_gives_no_findings(make_record):
    """The careful officer has nothing to remark about a paper that is in order."""
    assert check_record(make_record(), TODAY) == ()


def test_a_paper_that_is_no_certificate_is_not_checked(make_record):
    """A foreign paper has no required fields."""
    assert check_record(make_record({}, Form.OTHER, only=True), TODAY) == ()


def test_an_identity_card_is_checked_as_a_card(make_record):
    """A card needs a name and a number, and its number must fit its print and its QR."""
    card = {
        "owners.0.full_name": "NGUYỄN VĂN HAI",
        "owners.0.gender": "male",
        "owners.0.birth_date": "1970-03-02",
        "owners.0.id_type": "cccd",
        "owners.0.id_number": "091070001234",
        "issue_date": "2022-04-01",
        "qr": "091070001234|370123456|Nguyễn Văn Hai|02031970|Nam|Định An, Gò Quao, Kiên Giang|01042022",
    }
    assert check_record(make_record(card, Form.CCCD, only=True), TODAY) == ()
    wrong = {**card, "owners.0.birth_date": "1971-03-02", "owners.0.id_number": "091070001235"}
    codes = [finding.code for finding in check_record(make_record(wrong, Form.CCCD, only=True), TODAY)]
    assert codes == ["qr_id_differs", "cccd_birth_year_differs"]


def test_findings_are_named_at_their_fields(make_record):
    """A finding stands in the record and its code at every field that it speaks of, once."""
    record = make_record()
    finding = make_finding("readers_differ", ["serial_number", "notes"])
    marked = with_findings(with_findings(record, [finding]), [finding])
    assert marked.findings == (finding,)
    assert marked.fields["serial_number"].findings == ("readers_differ",)
    assert marked.fields["issue_date"].findings == ()


def test_a_correction_takes_the_rules_findings_away_and_leaves_the_readers(make_record):
    """After a person corrected a value the rules speak anew; what the reader saw stays seen."""
    handwritten = make_finding("handwritten", ["parcels.0.area_m2"])
    wrong = with_findings(make_record({"parcels.0.area_m2": "160.5"}), [handwritten])
    checked = recheck_record(wrong, TODAY)
    assert {finding.code for finding in checked.findings} == {
        "handwritten",
        "area_words_differ",
        "area_parts_differ",
        "purposes_sum_differs",
    }
    fields = {**checked.fields, "parcels.0.area_m2": checked.fields["parcels.0.area_m2"].replace(value="150.5")}
    corrected = recheck_record(checked.replace(fields=fields), TODAY)
    assert corrected.findings == (handwritten,)
    assert corrected.fields["parcels.0.area_m2"].findings == ("handwritten",)


def test_checking_twice_is_checking_once(make_record):
    """A second run finds the same and doubles nothing."""
    wrong = make_record({"serial_number": "B 12", "issue_date": "2027-01-01", "owners.1.gender": "male"})
    once = recheck_record(wrong, TODAY)
    assert once.findings
    assert recheck_record(once, TODAY) == once


_SINGLE_DIGIT_PATHS = (
    "parcels.0.area_m2",
    "parcels.0.area_in_words",
    "parcels.0.private_area_m2",
    "parcels.0.purposes.0.area_m2",
    "parcels.0.purposes.1.area_m2",
)


@pytest.mark.parametrize("path", [path for path in _SINGLE_DIGIT_PATHS if not path.endswith("words")])
@given(data=st.data())
def test_no_single_wrong_digit_of_an_area_passes(make_record, path, data):
    """Whichever digit of whichever area is misread, an error stops the record."""
    value = make_record().value(path)
    place = data.draw(st.sampled_from([at for at, sign in enumerate(value) if sign.isdigit()]))
    digit = data.draw(st.sampled_from([other for other in "0123456789" if other != value[place]]))
    changed = make_record({path: value[:place] + digit + value[place + 1 :]})
    found = [finding for finding in check_record(changed, TODAY) if path in finding.fields]
    is_within_tolerance = path.startswith("parcels.0.purposes") and place > value.find(".") > 0
    assert is_within_tolerance or any(finding.severity is Severity.ERROR for finding in found)


@given(place=st.integers(0, 11), digit=st.sampled_from("0123456789"))
def test_wrong_digits_of_a_personal_number_pass_no_more_often_than_arithmetic_allows(make_record, place, digit):
    """A wrong digit is seen but for another province's code and the last six, which carry no check."""
    right = "091070001234"
    changed = right[:place] + digit + right[place + 1 :]
    found = check_record(make_record({"owners.0.id_number": changed}), TODAY)
    if changed == right or place >= 6:
        assert found == ()
    elif place >= 3:
        assert any(finding.severity is Severity.ERROR for finding in found)
    else:
        other_provinces = {"011", "031", "051", "081", "001", "092", "093", "094", "095", "096"}
        assert found or changed[:3] in other_provinces


@given(st.dictionaries(st.sampled_from(["serial_number", "issue_date", "barcode", "qr", "owners.0.id_number",
    "owners.0.birth_year", "parcels.0.area_m2", "parcels.0.area_in_words", "parcels.0.address", "parcels.0.term",
    "parcels.0.purposes.0.code", "parcels.0.purposes.0.name", "parcels.0.origin", "issuing_authority",
    "changes.0.date", "owners.1.full_name"]), st.text(max_size=40)), st.sampled_from(list(Form)))  # fmt: skip
def test_no_value_however_strange_stops_the_rules(make_record, changes, form):
    """Misread values give findings, never a crash."""
    check_record(make_record(changes, form), TODAY)
