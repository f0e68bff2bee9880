"""What fields are called."""

from __future__ import annotations

import pytest

from certificate.labels import FIELD_PATTERNS, field_label, path_pattern


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("owners.0.full_name", "owners.N.full_name"),
        ("parcels.12.purposes.3.area_m2", "parcels.N.purposes.N.area_m2"),  # m2 is a unit, no index
        ("house.type", "house.type"),
        ("owners.0", "owners.N"),
    ],
)
def test_a_path_has_its_pattern(path, pattern):
    """Indexes do not matter for what a field is."""
    assert path_pattern(path) == pattern


@pytest.mark.parametrize("pattern", FIELD_PATTERNS)
def test_every_field_has_a_name_in_both_languages(pattern):
    """The page and the findings name it as the papers do."""
    path = pattern.replace("N", "0")
    assert field_label(path)
    assert field_label(path, english=True)
    assert field_label(path) != field_label(path, english=True)


def test_no_two_fields_have_one_name():
    """A person must know which is meant."""
    for english in (False, True):
        names = [field_label(pattern.replace("N", "0"), english=english) for pattern in FIELD_PATTERNS]
        assert len(set(names)) == len(names)


def test_a_path_that_the_record_lacks_has_no_name():
    """A misspelt path is an error, not an empty label."""
    with pytest.raises(KeyError):
        field_label("owners.0.nickname")
