"""Owners: names, ages, identity numbers, one person twice."""

from __future__ import annotations

from datetime import date

import pytest

from certificate.record import FieldReading, Form
from certificate.rules.check import check_record

TODAY = date(2026, 11, 24)


def codes_for(record):
    """The codes of all findings, in order."""
    return [finding.code for finding in check_record(record, TODAY)]


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ({"owners.0.full_name": "Nguyễn Văn Ha1"}, ["name_unusual"], "a digit"),
        ({"owners.0.full_name": "Nguyễn Văn | Hai"}, ["name_unusual"], "a stroke of the ruling"),
        ({"owners.0.full_name": "Nguyễn"}, ["name_unusual"], "the rest of the line was lost"),
        ({"owners.0.full_name": "Thị Sóc"}, [], "two words are a name"),
        ({"owners.0.full_name": "Y Bih Niê K'Đăm"}, [], "an apostrophe is a letter in the highlands"),
        ({"owners.0.full_name": "Công ty TNHH 66", "owners.0.role": "organisation", "owners.0.id_type": "tax_code",
          "owners.0.id_number": "0100109106", "owners.0.gender": None}, [], "firms may have numbers"),
        # Ages at issue, 2016-05-12.
        ({"owners.1.birth_year": "1840"}, ["birth_year_implausible"], "before anybody who held a book"),
        ({"owners.1.birth_year": "72"}, ["birth_year_implausible"], "two digits are no year"),
        ({"owners.1.birth_year": "2027"}, ["birth_year_implausible"], "not born yet"),
        ({"owners.1.birth_year": "2017"}, ["owner_born_after_issue"], "born after the issue"),
        ({"owners.1.birth_year": "1902"}, ["owner_too_old"], "114 years old"),
        ({"owners.1.birth_year": "2005"}, ["owner_minor"], "a child may own land"),
        ({"owners.1.birth_year": "1998"}, [], "eighteen"),
        ({"owners.1.birth_year": None}, [], "the form may print none"),
    ],
)  # fmt: skip
def test_names_and_ages(make_record, changes, codes, reason):
    """Names look like names, owners were alive at issue."""
    assert codes_for(make_record(changes)) == codes, reason


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ({"owners.1.id_number": "37012345"}, [], "eight digits may be a soldier's when no type is known"),
        ({"owners.1.id_number": "3701234567"},
         ["id_type_differs", "tax_code_check_digit", "id_role_differs"], "ten digits: no CMND"),
        ({"owners.0.id_number": "0910700012345"}, ["id_type_differs", "tax_code_check_digit", "id_role_differs"],
         "thirteen digits: one was read twice"),
        ({"owners.1.id_number": "370 123.456"}, [], "spaces and dots are passed over"),
        ({"owners.1.id_number": "990123456"}, ["cmnd_prefix_unknown"], "no province had 99"),
        ({"owners.1.id_number": "000123456"}, ["cmnd_prefix_unknown"], "nor 00"),
        ({"owners.1.id_number": "010123456"}, [], "Hà Nội"),
        ({"owners.1.id_number": "381234567"}, [], "Cà Mau"),
        ({"owners.1.role": "organisation"}, ["id_role_differs"], "a firm has no CMND"),
        ({"owners.1.role": "organisation", "owners.1.id_type": "tax_code", "owners.1.id_number": "0100109106"}, [],
         "a firm's tax code"),
        ({"owners.1.id_number": "37012345678"}, ["id_malformed"], "eleven digits fit nothing"),
        ({"owners.1.id_number": "37O123456"}, ["id_malformed"], "a letter O"),
        ({"owners.1.id_type": "cccd"}, ["id_type_differs"], "the number has nine digits"),
        ({"owners.1.id_type": "passport", "owners.1.id_number": "H6075951"}, [], "a passport"),
        ({"owners.1.id_type": "military", "owners.1.id_number": "QN123456789"}, [], "free pattern"),
        ({"owners.1.id_type": "military", "owners.1.id_number": "QNCN"}, ["id_malformed"], "no number in it"),
        ({"owners.1.id_type": "decision", "owners.1.id_number": "123/QĐ-UBND"}, [], "free pattern"),
        ({"owners.1.id_type": "decision", "owners.1.id_number": "QĐ-UBND"}, ["id_malformed"], "its number was lost"),
        ({"owners.1.id_type": "passport", "owners.1.id_number": "PA0940443"}, [], "a foreign passport"),
        ({"owners.1.id_type": "passport", "owners.1.id_number": "12"}, ["id_malformed"], "too short for any passport"),
        ({"owners.1.role": "organisation", "owners.1.id_type": "tax_code", "owners.1.id_number": "01001091061"},
         ["id_malformed"], "eleven digits: one was read twice"),
        ({"owners.1.role": "organisation", "owners.1.id_type": "tax_code", "owners.1.id_number": "010010910"},
         ["id_type_differs", "id_role_differs"], "nine digits: one was lost"),
        ({"owners.0.id_number": "091.070.001.234"}, [], "dots between"),
        ({"owners.0.id_number": "O91070001234"}, ["id_malformed"], "a letter O for the nought"),
        ({"owners.0.id_number": "09107000123"}, ["id_malformed"], "eleven digits"),
        ({"owners.0.id_number": "091470001234"}, ["cccd_birth_year_differs"], "the century of 2100"),
        ({"owners.1.role": "organisation", "owners.1.id_type": "tax_code", "owners.1.id_number": "0100109105"},
         ["tax_code_check_digit"], "one digit wrong"),
        ({"owners.1.role": "organisation", "owners.1.id_type": "tax_code", "owners.1.id_number": "0100109106-001"}, [],
         "a branch"),
        ({"owners.0.id_number": "003070001234"}, ["cccd_province_unknown"], "003 was never given out"),
        ({"owners.0.id_number": "150070001234"}, ["cccd_born_abroad"], "a country's code"),
        ({"owners.0.id_number": "091170001234"}, ["cccd_gender_differs"], "a woman's number for Ông"),
        ({"owners.0.id_number": "091071001234"}, ["cccd_birth_year_differs"], "born 1971 by the number"),
        ({"owners.0.id_number": "091270001234"}, ["cccd_birth_year_differs"], "the century"),
        ({"owners.0.id_number": "091170001234", "owners.0.gender": None}, [], "nothing to compare with"),
        ({"owners.0.id_number": "089070001234"}, [], "born in An Giang, living in Kiên Giang"),
    ],
)  # fmt: skip
def test_identity_numbers(make_record, changes, codes, reason):
    """Numbers fit their paper and their bearer."""
    if changes.get("owners.1.id_number") == "37012345":
        changes = {**changes, "owners.1.id_type": None}
    assert codes_for(make_record(changes)) == codes, reason


@pytest.mark.parametrize(
    ("form", "changes", "codes", "reason"),
    [
        (Form.TT17_2009, {"issue_date": "2011-05-12", "barcode": "3096411001234"}, ["id_before_its_time"],
         "twelve digits came in 2012"),
        (Form.TT17_2009, {"issue_date": "2012", "barcode": "3096412001234"}, [], "some days of that year fit"),
        (Form.TT10_2024, {"serial_number": "AA 06654954", "issue_date": "2025-02-01", "barcode": None,
          "changes.0.date": None},
         ["id_after_its_time"], "the CMND ended with 2024"),
    ],
)  # fmt: skip
def test_identity_papers_have_their_time(make_record, form, changes, codes, reason):
    """A number of a kind that was not given out then is doubted."""
    assert codes_for(make_record(changes, form)) == codes, reason


def test_the_length_decides_and_the_label_is_only_remarked(make_record):
    """ "CMND" printed before twelve digits is common and harmless."""
    record = make_record()
    labelled = FieldReading("cccd", "CMND số:", 0.99, record.fields["owners.0.id_type"].decision)
    (finding,) = check_record(record.replace(fields={**record.fields, "owners.0.id_type": labelled}), TODAY)
    assert (finding.code, finding.severity.value) == ("id_label_differs", "info")


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ({"owners.1.id_number": "091070001234", "owners.1.id_type": "cccd", "owners.1.birth_year": "1970",
          "owners.1.gender": "male"}, ["same_id_two_people", "spouses_same_gender"], "two names, one number"),
        ({"owners.1.full_name": "NGUYỄN VĂN HAI", "owners.1.birth_year": "1970", "owners.1.id_number": None,
          "owners.1.id_type": None, "owners.1.role": "co_owner"}, ["same_person_twice"], "read twice"),
        ({"owners.1.full_name": "Nguyễn Văn Hai", "owners.1.role": "co_owner"}, [], "a namesake of another year"),
        ({"owners.1.full_name": "Nguyễn Văn Hai", "owners.1.birth_year": "1970", "owners.1.role": "co_owner"}, [],
         "a namesake with another number"),
        ({"owners.1.gender": "male"}, ["spouses_same_gender"], "Ông for Bà"),
        ({"owners.1.gender": "male", "owners.1.role": "co_owner"}, [], "two brothers"),
    ],
)  # fmt: skip
def test_people_beside_each_other(make_record, changes, codes, reason):
    """One person stands once, two people have two numbers, spouses two genders."""
    assert codes_for(make_record(changes)) == codes, reason
