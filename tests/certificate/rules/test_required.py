"""What no record may go without."""

from __future__ import annotations

import pytest

from certificate.labels import FIELD_PATTERNS, path_pattern
from certificate.record import Decision, FieldReading, Form
from certificate.rules.check import check_record
from certificate.rules.required import required_paths


@pytest.mark.parametrize("form", list(Form))
def test_required_paths_are_paths_of_the_record(form):
    """Every required path has its name on the papers."""
    assert {path_pattern(path) for path in required_paths(form, 2)} <= set(FIELD_PATTERNS)


@pytest.mark.parametrize("path", required_paths(Form.TT23_2014))
def test_a_missing_field_blocks_acceptance(make_record, path):
    """Each is missed by name; a purpose where its code is missing, too."""
    lacking = {path: None, path.replace("purposes.0.name", "purposes.0.code"): None}
    missing = [found for found in check_record(make_record(lacking)) if found.code == "required_missing"]
    assert [found.fields for found in missing] == [(path,)]


def test_a_table_of_codes_lacks_no_names(make_record):
    """Tables may print "CLN" where others print "Đất trồng cây lâu năm"."""
    record = make_record({"parcels.0.purposes.0.name": None, "parcels.0.purposes.0.code": "CLN"})
    assert not [found for found in check_record(record) if found.code == "required_missing"]


def test_a_field_that_could_not_be_read_is_missing(make_record):
    """It stands in the record without a value."""
    record = make_record()
    unread = FieldReading(None, None, 0.0, Decision.REVIEW)
    found = check_record(record.replace(fields={**record.fields, "issue_date": unread}))
    assert [(finding.code, finding.fields) for finding in found] == [("required_missing", ("issue_date",))]


def test_every_parcel_needs_its_own_fields():
    """A table of parcels is complete only when every row is."""
    assert "parcels.2.area_m2" in required_paths(Form.TT23_2014, 3)
    assert "parcels.2.area_m2" not in required_paths(Form.TT23_2014, 2)


def test_papers_that_are_none_need_nothing():
    """A foreign paper has no fields."""
    assert required_paths(Form.OTHER) == ()
