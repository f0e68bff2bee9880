"""The gate of accuracy: a few samples whose reading must not get worse than it was when the baseline was written.

``script/accuracy-baseline`` writes the baseline, ``tests/samples/test_accuracy.py`` reads the same files and holds the
figures against it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.bench.labelled import LabelledFile, read_labelled
from ingest.bench_accuracy import Report, slips

# Every form and way to scan that the samples have, as cheap as there is: half a minute on two idle cores.
GATE_FILES = (
    "01-tt17-spreads.pdf",
    "03-tt23-faces-grey.pdf",
    "04-tt10-leaf.pdf",
    "05-tt10-phone.jpg",
    "06-tt17-fax.tif",
    "09-tt17-worn.pdf",
    "10-tt17-photocopy.pdf",
    "11-tt10-born-digital.pdf",
    "14-tt10-with-identity-card.pdf",
    "16-blank.pdf",
    "17-contract.jpg",
    "19-tt17-first-face-only.jpg",
    "20-ld2003-red-book.pdf",
    "21-ld1993-by-hand.pdf",
)
# Another processor may round one doubtful letter the other way.
_BY_CHANCE = 1
# Accepting less is safe but dear; accepting nothing would otherwise pass every other check.
_LEAST_ACCEPTED = 0.97
_CALIBRATION_SLACK = 0.003


def gate_files(samples: Path) -> tuple[LabelledFile, ...]:
    """The samples that the gate reads."""
    return tuple(one for one in read_labelled(samples) if one.source in GATE_FILES)


def gate_figures(report: Report) -> dict[str, Any]:
    """What of a report the baseline keeps."""
    wrong, accepted = report.wrong_accepted()
    return {
        "forms_told": sum(c.form == c.form_read for c in report.certificates),
        "right": sum(f.outcome == "right" for f in report.fields),
        "right_by_capture": {capture: counted["right"] for capture, counted in report.by("capture").items()},
        "spurious": sum(f.outcome == "spurious" for f in report.fields),
        "accepted": accepted,
        "wrong_accepted": wrong,
        "calibration_error": round(report.calibration_error(), 4),
        "refused": sorted(source for source, _ in report.refused),
        "slips": sorted(f"{f.source} {f.path}: {f.outcome}{', accepted' * f.accepted}" for f in slips(report)),
    }


def what_is_worse(now: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[str]:
    """In which ways the figures are worse than the baseline, each with the fields that are new among the slips."""
    found = [
        f"{name}: {now[name]}, was {baseline[name]}"
        for name, is_worse in (
            ("forms_told", now["forms_told"] < baseline["forms_told"]),
            ("right", now["right"] < baseline["right"] - _BY_CHANCE),
            ("spurious", now["spurious"] > baseline["spurious"]),
            ("accepted", now["accepted"] < baseline["accepted"] * _LEAST_ACCEPTED),
            ("wrong_accepted", now["wrong_accepted"] > baseline["wrong_accepted"]),
            ("calibration_error", now["calibration_error"] > baseline["calibration_error"] + _CALIBRATION_SLACK),
            ("refused", not set(now["refused"]) <= set(baseline["refused"])),
        )
        if is_worse
    ]
    for capture, right in baseline["right_by_capture"].items():
        if now["right_by_capture"].get(capture, 0) < right - 2 * _BY_CHANCE:
            found.append(f"right on {capture}: {now['right_by_capture'].get(capture, 0)}, was {right}")
    if found:
        found += [f"new: {slip}" for slip in now["slips"] if slip not in baseline["slips"]]
    return found


def write_baseline(figures: Mapping[str, Any], path: Path, made_by: str) -> None:
    """Write the figures as the new baseline."""
    text = json.dumps({"made_by": made_by, **figures}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
