"""Fitting the confidence on drawn certificates, and choosing the point from which a value is accepted.

Owns the fit: logistic weights and small trees (``ingest.bench.trees``), averaged in the log-odds; decision 0014 says
why both. What is fitted is written as a small data file of the reader together with the command that made it; the
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

from certificate.errors import LabelledSetInvalid, ScanRefused
from certificate.text import same_value
from ingest.bench.labelled import read_labelled
from ingest.bench.trees import USUAL_GROWTH, Growth, grow
from ocr.grammar.confidence import FEATURES, WEIGHTS_FILE, Model, is_barred, kind_column, probability_by
from ocr.grammar.extract import Trace

Floats = NDArray[np.float64]

# How firmly the weights, and what each kind is better or worse by, are held at nothing.
_PENALTY, _PENALTY_OF_KIND = 0.3, 2.0
_ROUNDS = 80
# Facts that can only speak for a value, or only against it. A fit that says otherwise has learnt an accident of the
# sets: neither the weights nor the trees may.
_FOR = frozenset({
    "agree", "votes", "engine", "plausible", "in_list", "checked", "weakest", "backers", "sure", "company", "clean",
    "clean_all", "clean_sure", "clean_whole", "clean_company", "agree_listed", "clean_layer", "own_likely",
    "own_sure", "own_backed", "shapely_own", "backed",
})  # fmt: skip
_AGAINST = frozenset({"handwritten", "under_seal", "contradicted", "misshapen", "oddly_shaped", "unbacked"})
DIRECTIONS = tuple((name in _FOR) - (name in _AGAINST) for name in FEATURES)
# The trees' part in the average of log-odds; the rest is the weights'.
_SHARE_OF_TREES = 0.5
# Every file is weighed once by a model that has not seen it; from that the point of acceptance is told.
_PARTS = 8
# Sheets that nobody has seen hold more wrong values than those fitted on. There are two dozen wrong ones in all to
# choose the point by, most as sure as right ones: at one in a thousand far more certificates wait for a person.
_WRONG_AIMED_AT = 0.00125
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
    """Read every file of a labelled folder and hold each value against the truth; raises ``LabelledSetInvalid``."""
    files = read_labelled(folder)
    with ProcessPoolExecutor(processes) as pool:
        traces = pool.map(_trace_of, [file.path for file in files])
        return [
            example
            for trace, file in zip(traces, files, strict=True)
            for example in judged(trace, [truth.fields for truth in file.truths])
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
    if not examples:
        raise LabelledSetInvalid("no value was read")
    model = fit_model(examples)
    write_model(model, output or WEIGHTS_FILE, [folder.name for folder in folders])
    return model


def write_model(model: Mapping[str, Any], target: Path, sets: Sequence[str]) -> None:
    """Write a fitted model as the reader's data file, each tree on a line of its own."""
    plain = {name: value for name, value in model.items() if name != "trees"}
    text = json.dumps({"made_by": f"sohoa bench fit {' '.join(sets)}", **plain}, ensure_ascii=False, indent=1)
    trees = ",\n".join("  " + json.dumps(tree, separators=(",", ":")) for tree in model["trees"])
    target.write_text(f'{text[:-2]},\n "trees": [\n{trees}\n ]\n}}\n', encoding="utf-8")


def fit_model(examples: Sequence[Example], growth: Growth = USUAL_GROWTH) -> dict[str, Any]:
    """One model for all kinds, with what each kind is better or worse by, and the point of acceptance.

    ``measured`` tells how the model does on files that it was not fitted on, part by part.
    """
    examples = told_once(examples)
    right = np.array([example.right for example in examples], dtype=np.float64)
    unseen = unseen_chances(examples, growth)
    # What is never accepted, whatever the weights say, must not move the point from which the rest is.
    free = np.array([not is_barred(example.facts) for example in examples])
    accept_from = round(_accept_from(unseen[free], right[free]), 4)
    accepted = free & (unseen >= accept_from)
    fitted = fit(examples, growth)
    return {
        "examples": len(examples),
        "bias": fitted.bias,
        "weights": fitted.weights,
        "kinds": fitted.kinds,
        "accept_from": accept_from,
        "measured": {
            "right": round(float(right.mean()), 5),
            "accepted": round(float(accepted.mean()), 4),
            "wrong_accepted_per_1000": round(1000 * float((1 - right[accepted]).mean()), 2) if accepted.any() else 0.0,
        },
        "columns": fitted.columns,
        "trees": fitted.trees,
    }


def told_once(examples: Sequence[Example]) -> list[Example]:
    """The examples, each place once: an address printed once for twenty parcels was read once, rightly or wrongly."""
    return list({_place(example): example for example in examples}.values())


def _place(example: Example) -> tuple[str, str, str, float, float]:
    return example.source, example.kind, example.value, example.facts["weakest"], example.facts["engine"]


def unseen_chances(examples: Sequence[Example], growth: Growth = USUAL_GROWTH) -> Floats:
    """Each example's probability by the model of the other parts; all values of a file lie in one part."""
    parts = [zlib.crc32(example.source.encode()) % _PARTS for example in examples]
    chances = np.zeros(len(examples))
    for part in set(parts):
        others = [example for example, own in zip(examples, parts, strict=True) if own != part]
        if others:
            fitted = fit(others, growth)
            for index, example in enumerate(examples):
                if parts[index] == part:
                    chances[index] = probability_by(fitted, example.kind, example.facts)
    return chances


def fit(examples: Sequence[Example], growth: Growth = USUAL_GROWTH) -> Model:
    """The weights and trees that tell best which of the examples are right; a point of acceptance is not chosen."""
    kinds = sorted({example.kind for example in examples})
    table = np.array([_row(example, kinds) for example in examples], dtype=np.float64)
    right = np.array([example.right for example in examples], dtype=np.float64)
    directions = np.array([*DIRECTIONS, *(0 for _ in kinds)])
    weights = (1 - _SHARE_OF_TREES) * _weights(table, right, directions)
    # One wrong and one right more than there are, so that the odds are finite.
    start = float(np.log((right.sum() + 1) / (len(right) - right.sum() + 1)))
    trees = grow(table, right, start, directions, growth, told_by=_SHARE_OF_TREES)
    told = [round(float(weight), 4) for weight in weights]
    return Model(
        bias=round(told[0] + _SHARE_OF_TREES * start, 4),
        weights=dict(zip(FEATURES, told[1:], strict=False)),
        kinds=dict(zip(kinds, told[1 + len(FEATURES) :], strict=True)),
        accept_from=_HIGHEST_ACCEPTED,
        columns=(*FEATURES, *map(kind_column, kinds)),
        trees=tuple(trees),
    )


def _row(example: Example, kinds: Sequence[str]) -> list[float]:
    return [*(example.facts[name] for name in FEATURES), *(float(example.kind == kind) for kind in kinds)]


def _weights(table: Floats, right: Floats, directions: NDArray[np.int_]) -> Floats:
    """Logistic weights, the bias first; a fact that would pull against its direction is left out (weight 0)."""
    kept = np.ones(len(directions), dtype=bool)
    pull = np.where(np.arange(len(directions)) < len(FEATURES), _PENALTY, _PENALTY_OF_KIND)
    weights = np.zeros(1 + len(directions))
    while True:
        weights[:] = 0.0
        weights[np.r_[True, kept]] = _newton(table[:, kept], right, pull[kept])
        astray = weights[1:] * directions < 0
        if not astray.any():
            return weights
        kept &= ~astray


def _newton(table: Floats, right: Floats, pull: Floats) -> Floats:
    """Logistic regression by Newton's steps; the bias comes first."""
    table, pull = np.hstack([np.ones((len(table), 1)), table]), np.r_[0.01, pull]
    weights = np.zeros(table.shape[1])
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
