"""The data files: all listed, each with its source, and dates that hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import certificate
from certificate.lists import day, in_force, load_list

DATA = Path(certificate.__file__).parent / "data"
FILES = sorted(DATA.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_list_is_explained(path):
    """The page beside the lists names each file."""
    assert f"`{path.name}`" in (DATA / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_list_says_where_it_comes_from(path):
    """Each entry, or the whole file, names its source."""
    content = load_list(path.stem)
    tables = [value for key, value in content.items() if key == path.stem]
    assert "source" in content or all(row["source"] for table in tables for row in table)


@pytest.mark.parametrize(
    ("on", "first", "last", "held"),
    [
        (date(2024, 7, 31), None, date(2024, 7, 31), True),  # the last day counts
        (date(2024, 8, 1), None, date(2024, 7, 31), False),
        (date(2024, 8, 1), date(2024, 8, 1), None, True),  # the first day counts
        (date(2024, 7, 31), date(2024, 8, 1), None, False),
        (None, date(2024, 8, 1), None, True),  # an unknown day is not held against anything
        (date(1900, 1, 1), None, None, True),
    ],
)
def test_first_and_last_day_count(on, first, last, held):
    """Open ends are open, days at the ends are inside."""
    assert in_force(on, first, last) is held


def test_days_are_iso_or_open():
    """An empty date is an open end."""
    assert day("2024-08-01") == date(2024, 8, 1)
    assert day(None) is None
