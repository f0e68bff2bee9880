"""Fitting the confidence: logistic weights from drawn certificates, and the point from which a value is accepted.

Owns the fit. What is fitted is written as a small data file of the reader together with the command that made it; the
reader never fits anything itself.
"""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from certificate.errors import ScanRefused
from certificate.text import same_value
from ocr.grammar.confidence import FEATURES, WEIGHTS_FILE, is_barred
from ocr.grammar.extract import Trace

Floats = NDArray[np.float64]

# How firmly the weights, and what each kind is better or worse by, are held at nothing.
_PENALTY, _PENALTY_OF_KIND = 0.3, 2.0
_ROUNDS = 80
# Every file is weighed once by a model that has not seen it; from that the point of acceptance is told.
_PARTS = 8
# An office is told to expect one wrong value in a thousand accepted. There are a dozen wrong ones in all to choose
# the point by, most of them as sure as right ones: at one in a thousand nearly every certificate waits for a person.
_WRONG_AIMED_AT = 0.0015
_LOWEST_ACCEPTED, _HIGHEST_ACCEPTED = 0.95, 0.9995


@dataclass(frozen=True, slots=True)
class Example:
    """One value that was read: its kind, the facts of its reading, whether it was right, and the file it is from.

    ``value`` tells apart what one place said for several parcels from values read at several places.
    """

    kind: str
    facts: Mapping[str, float]
    right: bool
    source: str = ""
    value: str = ""


def examples_of(folder: Path, processes: int = 1) -> list[Example]:
    """Read every file of a drawn folder and hold each value against the truth."""
    truths: dict[str, list[Mapping[str, str]]] = {}
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        truths.setdefault(told["source"], []).append(told["fields"])
    paths = [folder / source for source in truths]
    with ProcessPoolExecutor(processes) as pool:
        traces = pool.map(_trace_of, paths)
        return [
            example for trace, fields in zip(traces, truths.values(), strict=True) for example in judged(trace, fields)
        ]


def _trace_of(path: Path) -> Trace:
    # The reader's libraries are heavy and only this needs them here.
    from ocr.read import read_scan

    trace: Trace = []
    with contextlib.suppress(ScanRefused):
        read_scan(path.read_bytes(), path.name, trace=trace)
    return trace


def judged(trace: Trace, truths: Sequence[Mapping[str, str]]) -> list[Example]:
    """The values of some records as examples, each record held against the truth most like it."""
    examples = []
    for record, facts in trace:
        truth = max(
            truths, key=lambda fields: _alike(fields, {p: f.value for p, f in record.fields.items()}), default=None
        )
        if truth is None:
            continue
        for path, (kind, weighed) in facts.items():
            value = record.value(path)
            if value is not None:
                expected = truth.get(path)
                right = expected is not None and same_value(expected, value)
                examples.append(Example(kind.value, weighed, right, record.source, value))
    return examples


def _alike(truth: Mapping[str, str], values: Mapping[str, str | None]) -> int:
    pairs = ((expected, values.get(path)) for path, expected in truth.items())
    return sum(value is not None and same_value(expected, value) for expected, value in pairs)


def fit_confidence(folders: Sequence[Path], output: Path | None = None, *, processes: int = 1) -> dict[str, Any]:
    """Fit the model on drawn folders and write it; returns the model with what it measured."""
    examples = [example for folder in folders for example in examples_of(folder, processes)]
    model = fit_model(examples)
    write_model(model, output or WEIGHTS_FILE, [folder.name for folder in folders])
    return model


def write_model(model: Mapping[str, Any], target: Path, sets: Sequence[str]) -> None:
    """Write a fitted model as the reader's data file."""
    text = json.dumps({"made_by": f"sohoa bench fit {' '.join(sets)}", **model}, ensure_ascii=False, indent=1)
    target.write_text(text + "\n", encoding="utf-8")


def fit_model(examples: Sequence[Example]) -> dict[str, Any]:
    """One set of weights for all kinds, with what each kind is better or worse by, and the point of acceptance.

    ``measured`` tells how the model does on files that it was not fitted on, part by part.
    """
    # An address printed once for twenty parcels was read once, rightly or wrongly.
    examples = list({_place(example): example for example in examples}.values())
    kinds = sorted({example.kind for example in examples})
    table = np.array([_row(example, kinds) for example in examples], dtype=np.float64)
    right = np.array([example.right for example in examples], dtype=np.float64)
    unseen = _unseen_chances(examples, table, right, len(kinds))
    # What is never accepted, whatever the weights say, must not move the point from which the rest is.
    free = np.array([not is_barred(example.facts) for example in examples])
    accept_from = round(_accept_from(unseen[free], right[free]), 4)
    accepted = free & (unseen >= accept_from)
    weights = _fit(table, right, len(kinds))
    told = [round(float(weight), 4) for weight in weights]
    return {
        "examples": len(examples),
        "bias": told[0],
        "weights": dict(zip(FEATURES, told[1:], strict=False)),
        "kinds": dict(zip(kinds, told[1 + len(FEATURES) :], strict=True)),
        "accept_from": accept_from,
        "measured": {
            "right": round(float(right.mean()), 5),
            "accepted": round(float(accepted.mean()), 4),
            "wrong_accepted_per_1000": round(1000 * float((1 - right[accepted]).mean()), 2) if accepted.any() else 0.0,
        },
    }


def _place(example: Example) -> tuple[str, str, str, float, float]:
    return example.source, example.kind, example.value, example.facts["weakest"], example.facts["engine"]


def _row(example: Example, kinds: Sequence[str]) -> list[float]:
    return [1.0, *(example.facts[name] for name in FEATURES), *(float(example.kind == kind) for kind in kinds)]


def _unseen_chances(examples: Sequence[Example], table: Floats, right: Floats, kind_count: int) -> Floats:
    """Each example's probability by the model of the other parts; all values of a file lie in one part."""
    parts = np.array([zlib.crc32(example.source.encode()) % _PARTS for example in examples])
    chances = np.zeros(len(examples))
    for part in range(_PARTS):
        held = parts == part
        if held.any() and not held.all():
            chances[held] = _chance(table[held] @ _fit(table[~held], right[~held], kind_count))
    return chances


def _fit(table: Floats, right: Floats, kind_count: int) -> Floats:
    """Logistic regression by Newton's steps; the last ``kind_count`` columns tell the kinds."""
    weights = np.zeros(table.shape[1])
    pull = np.full(table.shape[1], _PENALTY)
    pull[0], pull[table.shape[1] - kind_count :] = 0.01, _PENALTY_OF_KIND
    for _ in range(_ROUNDS):
        chances = _chance(table @ weights)
        slope = table.T @ (right - chances) - pull * weights
        curve = (table * (chances * (1 - chances))[:, None]).T @ table + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-6:
            break
    return weights


def _chance(total: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -30, 30))), dtype=np.float64)


def _accept_from(chances: Floats, right: Floats) -> float:
    """The lowest probability above which wrong values are as rare as aimed at."""
    order = np.argsort(-chances)
    best = _HIGHEST_ACCEPTED
    wrong = 0
    for count, index in enumerate(order, 1):
        wrong += int(right[index] == 0)
        if wrong <= _WRONG_AIMED_AT * count:
            best = float(chances[index])
    return min(max(best, _LOWEST_ACCEPTED), _HIGHEST_ACCEPTED)
