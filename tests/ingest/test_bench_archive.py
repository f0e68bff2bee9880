"""The measuring commands themselves: they measure what they say, on a small archive."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from openpyxl import load_workbook

from ingest.bench_search import bench_search, made_up_records
from ingest.cli import command


def test_every_kind_of_question_is_timed_and_finds_something(tmp_path: Path) -> None:
    """A second run takes the archive that is there; names, numbers and parcels of its certificates are found."""
    for _ in range(2):
        timings = {timing.name: timing for timing in bench_search(300, tmp_path, rounds=4)}
        assert len(timings) > 15
        for name, timing in timings.items():
            assert 0 < timing.p50_ms <= timing.p95_ms <= timing.worst_ms, name
            if "office" not in name and "clerk" not in name and "questions" not in name and "wrong" not in name:
                assert timing.found >= 1, name


def test_made_up_records_are_the_same_for_a_seed() -> None:
    """A figure can be had again."""
    first, again, other = ([record.to_json() for record, _, _ in made_up_records(seed, 5)] for seed in (1, 1, 2))
    assert first == again != other


def test_the_workbook_bench_writes_what_it_says(tmp_path: Path) -> None:
    """As many rows as asked for, in a workbook that opens."""
    done = CliRunner().invoke(command, ["bench", "workbook", str(tmp_path), "--rows", "25", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rows"] == 25
    assert load_workbook(tmp_path / "PL3-01.xlsx")["Sheet1"].max_row == 4 + 25
