"""Values in their normal form: areas are numbers, words are of their list."""

from __future__ import annotations

import pytest

from certificate.rules.check import check_record

AREA = "parcels.0.private_area_m2"


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ({AREA: "150,5"}, ["number_malformed"], "a comma is the printed form, not the normal one"),
        ({AREA: "15O.5"}, ["number_malformed"], "a letter O"),
        ({AREA: "-150.5"}, ["number_malformed"], "no area is below zero"),
        ({AREA: "١٥٠"}, ["number_malformed"], "digits of another script"),
        ({"house.floor_area_m2": "hai tầng"}, ["number_malformed"], "words where a number belongs"),
        ({"parcels.0.purposes.0.area_m2": "100m2"}, ["number_malformed"], "the unit is not of the value"),
        ({AREA: "150.50"}, [], "a trailing zero is a number still"),
        ({"owners.1.role": "vợ"}, ["value_not_in_list"], "the printed word, not the list's"),
        ({"owners.1.gender": "Bà"}, ["value_not_in_list"], "the printed word, not the list's"),
        ({"owners.1.id_type": "CMND"}, ["value_not_in_list"], "capitals"),
        ({"owners.1.role": "co_owner"}, [], "of the list"),
        ({"owners.1.id_type": None}, [], "absent is not wrong"),
    ],
)
def test_values_are_in_their_normal_form(make_record, changes, codes, reason):
    """What no other rule could compare does not get through in silence."""
    found = [finding.code for finding in check_record(make_record(changes))]
    assert found == codes, reason


def test_a_malformed_value_blocks_acceptance(make_record):
    """An area that is no number can be checked against nothing."""
    (finding,) = check_record(make_record({AREA: "150,5"}))
    assert finding.severity.value == "error"
    assert "150,5" in finding.message
