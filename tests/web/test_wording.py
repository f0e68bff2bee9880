"""What a page writes for a value, and what it takes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import wording

SHOWN = [
    # path, normal form, as the page writes it
    ("issue_date", "2015-05-12", "12/05/2015"),
    ("serial_number", "BX 123456", "BX 123456"),
    ("register_number", "00123/QSDĐ", "00123/QSDĐ"),
    ("issue_date", "2015", "2015"),  # Only the year is printed.
    ("parcels.0.area_m2", "150.5", "150,5"),
    ("parcels.0.area_m2", "1250.5", "1.250,5"),
    ("parcels.0.purposes.1.area_m2", "1234567", "1.234.567"),
    ("parcels.0.area_m2", "0", "0"),
    ("parcels.0.term", "lau_dai", "Lâu dài"),
    ("parcels.0.term", "50_nam", "50 năm"),
    ("parcels.0.term", "2063-10-15", "15/10/2063"),
    ("house.term", "lau_dai", "Lâu dài"),
    ("owners.0.full_name", "NGUYỄN VĂN MẪU", "NGUYỄN VĂN MẪU"),
    ("owners.0.id_number", "012345678", "012345678"),
]


@pytest.mark.parametrize(("path", "value", "text"), SHOWN)
def test_values_are_written_as_people_read_them_and_taken_back(path: str, value: str, text: str) -> None:
    """Each kind of value has its printed look, and typing that look gives the value again."""
    assert wording.shown(path, value) == text
    assert wording.typed(path, text) == value


TYPED = [
    ("issue_date", "5-2-2015", "2015-02-05"),
    ("issue_date", "ngày 12 tháng 5 năm 2015", "2015-05-12"),  # As a reader gives it.
    ("issue_date", "không rõ", "không rõ"),  # Goes on as typed, for the rules to remark on.
    ("parcels.0.area_m2", "150.5", "150.5"),
    ("parcels.0.area_m2", "1.250", "1250"),  # A dot before three digits groups thousands here.
    ("parcels.0.area_m2", "93,0 m²", "93.0"),
    ("parcels.0.term", "Sử dụng ổn định lâu dài", "lau_dai"),
    ("parcels.0.term", "Đến ngày 01/08/2074", "2074-08-01"),
    ("parcels.0.term", "Đến năm 2063", "2063"),
    ("parcels.0.term", "20 năm", "20_nam"),
    ("owners.0.full_name", "  Trần   Thị Mẫu ", "Trần Thị Mẫu"),
    ("owners.0.full_name", "Tra\u0302\u0300n", "Trần"),  # Composed by a Mac's input method.
]


@pytest.mark.parametrize(("path", "text", "value"), TYPED)
def test_what_people_type_becomes_the_normal_form(path: str, text: str, value: str) -> None:
    """Usual ways of writing are understood; nothing else is changed."""
    assert wording.typed(path, text) == value


def test_nothing_typed_means_that_there_is_no_value() -> None:
    """Emptying a field says that the paper does not have it."""
    assert wording.typed("notes", "   ") is None
    assert wording.shown("notes", None) == ""


@given(st.decimals(min_value=0, max_value=10**7, places=2).map(lambda number: f"{number:f}"))
def test_an_area_shown_and_typed_back_is_the_same(value: str) -> None:
    """No area changes by being looked at and saved."""
    assert wording.typed("parcels.0.area_m2", wording.shown("parcels.0.area_m2", value)) == value


@given(st.dates().map(lambda day: day.isoformat()), st.sampled_from(["issue_date", "parcels.0.term"]))
def test_a_date_shown_and_typed_back_is_the_same(value: str, path: str) -> None:
    """No date changes by being looked at and saved."""
    assert wording.typed(path, wording.shown(path, value)) == value


@pytest.mark.parametrize(
    ("number", "hidden"), [("091070000001", "091******001"), ("012345678", "012***678"), ("12345", "*****")]
)
def test_identity_numbers_are_masked_in_lists(number: str, hidden: str) -> None:
    """Only the ends of a number show."""
    assert wording.masked(number) == hidden
