"""The committed samples: each has its row, its truth and its place in the table of citizens."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from samples.draw.capture import CAPTURES
from samples.draw.sample_files import one_tone_mark_off
from samples.draw.sample_list import SAMPLES

_HOME = Path(__file__).parents[2] / "samples"
_LINES = [json.loads(line) for line in (_HOME / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
_SCANS = sorted(path.name for path in (_HOME / "scans").iterdir())
_MOST_BYTES = 12_000_000


def _citizens() -> list[dict[str, str]]:
    with (_HOME / "citizens.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_every_scan_has_its_row_and_its_truth() -> None:
    """The folder, the list, the table of the page and the truth name the same files."""
    rows = re.findall(r"^\| `([^`]+)` \|", (_HOME / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(rows) == _SCANS
    assert sorted(sample.name for sample in SAMPLES) == _SCANS
    assert sorted({line["source"] for line in _LINES}) == _SCANS


def test_the_samples_stay_small() -> None:
    """All together they stay under the limit."""
    assert sum(path.stat().st_size for path in (_HOME / "scans").iterdir()) < _MOST_BYTES


def test_every_capture_is_shown() -> None:
    """Each kind of device has a sample, and so has the born-digital file."""
    assert {sample.capture for sample in SAMPLES} == {*CAPTURES, "born_digital"} - {"clean"}


@pytest.mark.parametrize("line", _LINES, ids=[f"{line['source']}-{line['form']}" for line in _LINES])
def test_truth_is_in_normal_form(
    line: Mapping[str, Mapping[str, str]], faults: Callable[[Mapping[str, str]], Iterator[str]]
) -> None:
    """Paths and values keep to the record; papers that are no certificates have none."""
    assert list(faults(line["fields"])) == []
    assert bool(line["fields"]) == (line["form"] != "other")


def test_citizens_have_the_columns_of_the_registry() -> None:
    """Numbers have their lengths and are not given twice."""
    rows = _citizens()
    assert list(rows[0]) == ["citizen_id", "old_id", "full_name", "birth_date", "gender", "address", "status"]
    assert len(rows) > 300
    assert len({row["citizen_id"] for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"\d{12}", row["citizen_id"])
        assert re.fullmatch(r"(\d{9})?", row["old_id"])
        assert row["status"] in {"alive", "deceased", "replaced"}


def test_most_owners_of_the_samples_are_citizens() -> None:
    """All persons on the samples but one are in the table under one of their numbers."""
    rows = _citizens()
    known = {row["citizen_id"] for row in rows} | {row["old_id"] for row in rows}
    kinds = {"cmnd", "cccd"}
    printed = {
        value
        for line in _LINES
        for path, value in line["fields"].items()
        if path.endswith("id_number")
        and line["fields"].get(path.replace("old_id_number", "id_number")[:-6] + "type") in kinds
    }
    unknown = {number for number in printed if number not in known and len(number) in {9, 12}}
    assert len(unknown) <= 2
    assert len(printed) > 20


def test_one_owner_is_registered_a_tone_mark_off() -> None:
    """The name in the table differs by one tone mark and stays a word that exists."""
    assert one_tone_mark_off("Nguyễn Minh Thúc") == "Nguyễn Minh Thục"
    assert one_tone_mark_off("Trần Văn Hòa") == "Trần Văn Hóa"
    sample = next(sample for sample in SAMPLES if sample.registry == "one_tone_mark")
    fields = next(line["fields"] for line in _LINES if line["source"] == sample.name)
    number = fields["owners.0.id_number"]
    row = next(row for row in _citizens() if number in {row["citizen_id"], row["old_id"]})
    assert row["full_name"].casefold() == one_tone_mark_off(fields["owners.0.full_name"].title()).casefold()
