"""Identity numbers: which paper, what they say, whether they can be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.identity import (
    CccdFault,
    IdType,
    cccd_provinces,
    check_cccd,
    id_type,
    label_type,
    mask_id,
    normalise_id,
    read_cccd,
    tax_check_digit,
    tax_code_is_valid,
)


@pytest.mark.parametrize(
    ("number", "label", "kind"),
    [
        ("370123456", "CMND số", IdType.CMND),
        ("370123456", "CCCD", IdType.CMND),  # the length beats the label
        ("091070001234", "CMND", IdType.CCCD),
        ("091 070 001 234", "", IdType.CCCD),
        ("H6075951", "HC", IdType.PASSPORT),
        ("C1234567", "Hộ chiếu số", IdType.PASSPORT),
        ("12345678", "CMQĐ", IdType.MILITARY),
        ("QN1234567", "CMQĐ", IdType.MILITARY),  # letters and digits as a passport's: here the label helps
        ("1700123457", "MST", IdType.TAX_CODE),
        ("1700123457-001", "", IdType.TAX_CODE),
        ("1700123457001", "", IdType.TAX_CODE),  # a branch's code without its stroke
        ("123/QĐ-UBND", "Quyết định số", IdType.DECISION),
        ("12345", "CMND", None),
        ("37012345O", "CMND", None),  # a letter O for a nought
        ("", "", None),
    ],
)
def test_the_number_decides_what_it_is(number, label, kind):
    """Length and letters tell the paper; the label only where they leave it open."""
    assert id_type(number, label) is kind


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("CMND số:", IdType.CMND),
        ("CMTND", IdType.CMND),
        ("Căn cước công dân số", IdType.CCCD),
        ("CC:", IdType.CCCD),
        ("Giấy chứng minh quân đội", None),  # names two papers
        ("CMTND/CCCD/CMQĐ/HC", None),  # leaves it open
        ("Mã số doanh nghiệp:", IdType.TAX_CODE),
        ("Quyết định thành lập số:", IdType.DECISION),
        ("số", None),
    ],
)
def test_labels_name_a_paper_or_leave_it_open(label, kind):
    """A label that names several papers names none."""
    assert label_type(label) is kind


@pytest.mark.parametrize(
    ("number", "gender", "year", "faults"),
    [
        ("091070001234", "male", "1970", ()),
        ("091170001234", "female", 1970, ()),
        ("091201001234", "male", "2001", ()),  # the century's digit
        ("091301001234", "female", "2001", ()),
        ("091070001234", None, None, ()),  # nothing known, nothing wrong
        ("091070001234", "female", "1970", (CccdFault.GENDER_DIFFERS,)),
        ("091070001234", "male", "1971", (CccdFault.BIRTH_YEAR_DIFFERS,)),
        ("091270001234", "male", "1970", (CccdFault.BIRTH_YEAR_DIFFERS,)),  # says 2070
        ("003070001234", "male", "1970", (CccdFault.PROVINCE_UNKNOWN,)),
        ("000070001234", "male", "1970", (CccdFault.PROVINCE_UNKNOWN,)),
        ("120070001234", "male", "1970", (CccdFault.BORN_ABROAD,)),
        ("370123456", "male", "1970", (CccdFault.MALFORMED,)),
    ],
)
def test_a_personal_number_is_held_against_its_bearer(number, gender, year, faults):
    """Province, century with gender, and year of birth must all fit."""
    assert check_cccd(number, gender, year) == faults


@given(st.sampled_from(sorted(cccd_provinces())), st.sampled_from(["male", "female"]), st.integers(1900, 2099),
       st.integers(0, 999_999))  # fmt: skip
def test_a_number_made_by_the_rules_passes_and_says_what_went_in(province, gender, year, serial):
    """Taking apart is the reverse of putting together."""
    century = (year // 100 - 19) * 2 + (gender == "female")
    number = f"{province}{century}{year % 100:02d}{serial:06d}"
    assert check_cccd(number, gender, year) == ()
    told = read_cccd(number)
    assert told is not None
    assert (told.registration_code, told.gender, told.birth_year) == (province, gender, year)


@given(st.sampled_from(sorted(cccd_provinces())), st.sampled_from(["male", "female"]), st.integers(1900, 2099),
       st.integers(0, 999_999))  # fmt: skip
def test_wrong_digits_pass_exactly_as_often_as_arithmetic_allows(province, gender, year, serial):
    """Of all single wrong digits only the last six's pass, and those that make another province's code."""
    century = (year // 100 - 19) * 2 + (gender == "female")
    right = f"{province}{century}{year % 100:02d}{serial:06d}"
    wrong = {right[:at] + digit + right[at + 1 :] for at in range(12) for digit in "0123456789"} - {right}
    passed = {number for number in wrong if not check_cccd(number, gender, year)}
    neighbours = [code for code in cccd_provinces() if sum(a != b for a, b in zip(code, province, strict=True)) == 1]
    assert len(passed) == 6 * 9 + len(neighbours)
    assert all(number[6:] != right[6:] or number[:3] in neighbours for number in passed)


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 9), st.sampled_from("0123456789"))
def test_no_single_wrong_digit_of_a_tax_code_passes(first_nine, place, digit):
    """The check digit sees every single misread digit."""
    check = tax_check_digit(first_nine)
    if check is None:
        return
    right = first_nine + check
    wrong = right[:place] + digit + right[place + 1 :]
    assert tax_code_is_valid(right)
    assert wrong == right or not tax_code_is_valid(wrong)


@pytest.mark.parametrize("code", ["0100109106", "0301442379", "0100109106-011", "0100109106011"])
def test_tax_codes_that_are_given_out_pass(code):
    """Codes of large public companies, known to be right."""
    assert tax_code_is_valid(code)


@given(st.text("0123456789 .-,AHQN/Đ", max_size=16))
def test_normalising_a_number_twice_is_normalising_it_once(text):
    """The normal form of a normal form is itself."""
    assert normalise_id(normalise_id(text)) == normalise_id(text)


@pytest.mark.parametrize(
    ("number", "masked"), [("091070001234", "091******234"), ("370123456", "370***456"), ("12345", "*****")]
)
def test_masked_numbers_show_their_ends_only(number, masked):
    """Lists show enough to tell two people apart and no more."""
    assert mask_id(number) == masked
