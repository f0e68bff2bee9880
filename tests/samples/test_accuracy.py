"""The gate of accuracy: fourteen samples are read no worse than when the baseline was written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingest.bench.accuracy_gate import GATE_FILES, gate_figures, gate_files, what_is_worse
from ingest.bench_accuracy import measure

SAMPLES = Path(__file__).parents[2] / "samples"
BASELINE: dict[str, Any] = json.loads(Path(__file__).with_name("accuracy_baseline.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_reading_is_no_worse_than_the_baseline() -> None:
    """Forms, right and spurious fields, acceptance and calibration; ``script/accuracy-baseline`` sets a new mark."""
    files = gate_files(SAMPLES)
    assert len(files) == len(GATE_FILES)
    report = measure(files, processes=min(2, len(os.sched_getaffinity(0))))
    assert what_is_worse(gate_figures(report), BASELINE) == []


def test_the_baseline_is_worth_holding_to() -> None:
    """It cannot sink unseen: every form is told, most fields are right, hardly any accepted value is wrong."""
    expected = sum(len(truth.fields) for file in gate_files(SAMPLES) for truth in file.truths)
    assert BASELINE["forms_told"] == sum(len(file.truths) for file in gate_files(SAMPLES))
    assert BASELINE["right"] >= 0.94 * expected  # Red books and handwriting included.
    assert BASELINE["accepted"] >= 0.4 * expected
    assert BASELINE["wrong_accepted"] <= BASELINE["accepted"] / 100
    assert BASELINE["calibration_error"] <= 0.03


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("forms_told", BASELINE["forms_told"] - 1),
        ("right", BASELINE["right"] - 2),
        ("spurious", BASELINE["spurious"] + 1),
        ("accepted", BASELINE["accepted"] * 9 // 10),
        ("wrong_accepted", BASELINE["wrong_accepted"] + 1),
        ("calibration_error", BASELINE["calibration_error"] + 0.01),
        ("refused", ["01-tt17-spreads.pdf"]),
        ("right_by_capture", {**BASELINE["right_by_capture"], "phone": BASELINE["right_by_capture"]["phone"] - 3}),
    ],
)
def test_each_way_of_getting_worse_is_told(name: str, value: object) -> None:
    """With the fields that are new among the slips; what only got better passes."""
    slip = "01-tt17-spreads.pdf issue_date: wrong"
    worse = {**BASELINE, name: value, "slips": [*BASELINE["slips"], slip]}
    told = what_is_worse(worse, BASELINE)
    assert told[-1] == f"new: {slip}"
    assert any(line.startswith(name.replace("right_by_capture", "right on phone")) for line in told[:-1])
    assert what_is_worse(BASELINE, BASELINE) == []
    assert what_is_worse(BASELINE, worse) == []
