"""What the lists offer: by beginnings with or without marks, by likeness, and only for fields that have a list."""

from datetime import date

import pytest

from certificate.suggesting import meaning, suggestions

ISSUED = date(2015, 5, 12)


@pytest.mark.parametrize(
    ("path", "typed", "first"),
    [
        ("parcels.0.purposes.0.name", "Đât ở tại nông thôn", "Đất ở tại nông thôn"),  # one mark misread
        ("parcels.0.purposes.0.name", "dat trong cay lau", "Đất trồng cây lâu năm"),  # typed without marks
        ("parcels.0.purposes.0.code", "on", "ONT"),  # the beginning of a code
        ("parcels.0.origin_code", "CNQ-CT", "CNQ-CTT"),
        ("parcels.0.address", "xã Thạnh Đông, huyện Tân Hi", "xã Thạnh Đông, huyện Tân Hiệp, tỉnh Kiên Giang"),
    ],
)
def test_the_entry_meant_stands_first(path: str, typed: str, first: str) -> None:
    """The nearest entry of the field's list."""
    assert suggestions(path, typed, ISSUED)[0] == first


def test_what_stands_before_a_place_is_kept() -> None:
    """House and hamlet are no list's business."""
    offered = suggestions("owners.0.address", "Ấp Mẫu A, xã Thạnh Đông", ISSUED)
    assert offered
    assert all(entry.startswith("Ấp Mẫu A, ") for entry in offered)


@pytest.mark.parametrize(
    ("path", "typed"), [("owners.0.full_name", "Nguyen"), ("parcels.0.origin", ""), ("notes", "x")]
)
def test_nothing_is_offered_without_a_list_or_a_text(path: str, typed: str) -> None:
    """Names are nobody's list."""
    assert suggestions(path, typed, ISSUED) == ()


def test_codes_and_names_explain_each_other() -> None:
    """The code beside a purpose, the words beside a code."""
    assert meaning("parcels.0.purposes.0.code", "ONT", ISSUED) == "Đất ở tại nông thôn"
    assert meaning("parcels.0.purposes.0.name", "Đất ở tại nông thôn", ISSUED) == "ONT"
    assert meaning("parcels.0.purposes.0.code", "XYZ", ISSUED) is None
