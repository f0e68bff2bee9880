"""Areas against words, parts, purposes and the house."""

from __future__ import annotations

from datetime import date

import pytest

from certificate.record import Severity
from certificate.rules.catalogue import find_kind
from certificate.rules.check import check_record

TODAY = date(2026, 11, 24)
AREA, WORDS = "parcels.0.area_m2", "parcels.0.area_in_words"
PRIVATE, SHARED = "parcels.0.private_area_m2", "parcels.0.shared_area_m2"
FIRST, SECOND = "parcels.0.purposes.0.area_m2", "parcels.0.purposes.1.area_m2"


def codes_for(record):
    """The codes of all findings, in order."""
    return [finding.code for finding in check_record(record, TODAY)]


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ({AREA: "150.50"}, [], "the same number"),
        ({AREA: "160.5"}, ["area_words_differ", "area_parts_differ", "purposes_sum_differs"], "one digit misread"),
        ({WORDS: "Một trăm sáu mươi phẩy năm mét vuông"}, ["area_words_differ"], "one word misread"),
        ({WORDS: "Một trăm năm mười phẩy năm mét vuông"}, ["area_words_unreadable"], "mười for mươi"),
        ({WORDS: None}, [], "the 2025 form prints none"),
        ({AREA: None}, ["required_missing"], "an area must be"),
        ({PRIVATE: "150", SHARED: "0.5"}, [], "both parts"),
        ({PRIVATE: "150", SHARED: "0.4"}, ["area_parts_differ"], "a tenth lacks"),
        ({PRIVATE: None, SHARED: "150.5"}, [], "all shared"),
        ({PRIVATE: "100", SHARED: None}, ["area_parts_differ"], "the other part was not read"),
        ({PRIVATE: None, SHARED: None}, [], "the form may print none"),
        ({FIRST: "100.5"}, [], "half a square metre is forgiven"),
        ({FIRST: "100.6"}, ["purposes_sum_differs"], "more than half is not"),
        ({FIRST: "99.5"}, [], "half below"),
        ({FIRST: "99.4"}, ["purposes_sum_differs"], "more below"),
        ({FIRST: None}, [], "one has no area printed, the other is less than all"),
        ({FIRST: None, SECOND: "151.5"}, ["purposes_sum_differs"], "one alone exceeds the parcel"),
        ({FIRST: None, SECOND: None}, [], "none printed"),
        ({"house.built_area_m2": "150.6", "house.floor_area_m2": "301.2"}, ["built_area_exceeds_parcel"], "too big"),
        ({"house.floor_area_m2": "59"}, ["floor_area_below_built"], "less floor than ground"),
        ({"house.floor_area_m2": None}, [], "not printed"),
    ],
)
def test_areas_agree(make_record, changes, codes, reason):
    """Digits, words, parts and purposes tell one area."""
    assert codes_for(make_record(changes)) == codes, reason


@pytest.mark.parametrize(
    ("area", "purpose", "role", "codes", "reason"),
    [
        ("0", "CLN", "holder", ["area_zero"], "no land"),
        ("4.9", "CLN", "holder", ["area_implausible"], "smaller than a grave"),
        ("42000", "LUC", "holder", [], "a large rice field"),
        ("1000001", "LUC", "holder", ["area_implausible"], "above 100 ha: the comma was lost"),
        ("1000001", "RSX", "organisation", [], "a forest of a firm"),
        ("15000", "ONT", "holder", ["area_implausible"], "a home of 1.5 ha"),
        ("9000", "ONT", "holder", [], "a home with a large yard"),
    ],
)
def test_sizes_are_plausible(make_record, area, purpose, role, codes, reason):
    """An area out of all proportion is doubted."""
    changes = {AREA: area, WORDS: None, PRIVATE: None, SHARED: None, FIRST: None, SECOND: None,
               "parcels.0.purposes.0.code": purpose, "parcels.0.purposes.0.name": None, "owners.0.role": role,
               "parcels.0.purposes.1.name": None, "parcels.0.purposes.1.code": None, "house.built_area_m2": None,
               "parcels.0.purposes.1.term": None, "parcels.0.purposes.0.term": None}  # fmt: skip
    found = codes_for(make_record(changes))
    assert [code for code in found if code.startswith("area")] == codes, reason


@pytest.mark.parametrize("code", ["area_words_differ", "area_parts_differ", "purposes_sum_differs", "area_zero"])
def test_areas_that_contradict_each_other_block_acceptance(code):
    """No record with two areas for one parcel goes through by itself."""
    assert find_kind(code).severity is Severity.ERROR


def test_every_parcel_is_checked(make_record):
    """The second parcel of a paper is no less checked than the first."""
    second = {
        "parcels.1.parcel_number": "124",
        "parcels.1.map_sheet_number": "45",
        "parcels.1.address": "xã Định An, huyện Gò Quao, tỉnh Kiên Giang",
        "parcels.1.area_m2": "200",
        "parcels.1.area_in_words": "Hai trăm linh hai mét vuông",
        "parcels.1.purposes.0.name": "Đất trồng cây lâu năm",
    }
    (finding,) = check_record(make_record(second), TODAY)
    assert finding.fields == ("parcels.1.area_m2", "parcels.1.area_in_words")
    assert "202" in finding.message
