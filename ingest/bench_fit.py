"""Fitting the confidence: logistic weights from drawn certificates, and the point from which a value is accepted.

Owns the fit. What is fitted is written as a small data file of the reader together with the command that made it; the
reader never fits anything itself.
"""

from __future__ import annotations

import contextlib
import json
import re
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

# A kind with fewer examples, or with fewer wrong ones, shares the weights of all kinds.
_FEWEST_EXAMPLES, _FEWEST_WRONG = 400, 12
_FEWEST_OF_KIND = 40
_PENALTY = 2.0
_ROUNDS = 60
# One wrong value in a thousand accepted is the most an office is told to expect; somewhat less is aimed at.
_WRONG_AIMED_AT = 0.0008
_LOWEST_ACCEPTED, _HIGHEST_ACCEPTED = 0.97, 0.9995


@dataclass(frozen=True, slots=True)
class Example:
    """One value that was read: its kind, the facts of its reading, and whether it was right."""

    kind: str
    facts: Mapping[str, float]
    right: bool


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
                examples.append(Example(kind.value, weighed, expected is not None and same_value(expected, value)))
    return examples


def _alike(truth: Mapping[str, str], values: Mapping[str, str | None]) -> int:
    pairs = ((expected, values.get(path)) for path, expected in truth.items())
    return sum(value is not None and same_value(expected, value) for expected, value in pairs)


def fit_confidence(folders: Sequence[Path], output: Path | None = None, *, processes: int = 1) -> dict[str, Any]:
    """Fit the model on drawn folders and write it; returns the figures of each model."""
    examples = [example for folder in folders for example in examples_of(folder, processes)]
    models = fit_models(examples)
    write_models(models, output or WEIGHTS_FILE, [folder.name for folder in folders], len(examples))
    return {"examples": len(examples), "models": models}


def write_models(models: Mapping[str, Mapping[str, Any]], target: Path, sets: Sequence[str], count: int) -> None:
    """Write fitted models as the reader's data file."""
    told = {"made_by": f"sohoa bench fit {' '.join(sets)}", "examples": count, "models": models}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    # A model's weights on one line keep differences between two fits readable.
    text = re.sub(
        r'\{\n\s+("(?:agree|bias)[^{}]*?)\n\s+\}', lambda m: "{" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "}", text
    )
    target.write_text(text + "\n", encoding="utf-8")


def fit_models(examples: Sequence[Example]) -> dict[str, dict[str, Any]]:
    """Weights for all kinds together (``default``), and for each kind that has enough right and wrong examples.

    A kind with few wrong ones keeps the weights of all, but is accepted from a point of its own: what goes wrong in
    free text shall not send dates to a person.
    """
    models = {"default": _model(examples, None)}
    pooled = _vector(models["default"])
    for kind in sorted({example.kind for example in examples}):
        own = [example for example in examples if example.kind == kind]
        wrong = sum(not example.right for example in own)
        if len(own) >= _FEWEST_EXAMPLES and wrong >= _FEWEST_WRONG:
            models[kind] = _model(own, pooled)
        elif len(own) >= _FEWEST_OF_KIND:
            models[kind] = _with_weights(own, pooled)
    return models


def _with_weights(examples: Sequence[Example], weights: Floats) -> dict[str, Any]:
    """A kind's own point of acceptance under given weights."""
    table = np.array([[1.0, *(example.facts[name] for name in FEATURES)] for example in examples], dtype=np.float64)
    right = np.array([example.right for example in examples], dtype=np.float64)
    return _told(weights, table, right, examples)


def _model(examples: Sequence[Example], prior: Floats | None) -> dict[str, Any]:
    table = np.array([[1.0, *(example.facts[name] for name in FEATURES)] for example in examples], dtype=np.float64)
    right = np.array([example.right for example in examples], dtype=np.float64)
    weights = _fit(table, right, np.zeros(table.shape[1]) if prior is None else prior)
    return _told(weights, table, right, examples)


def _told(weights: Floats, table: Floats, right: Floats, examples: Sequence[Example]) -> dict[str, Any]:
    chances = _chance(table @ weights)
    # What is never accepted, whatever the weights say, must not move the point from which the rest is.
    free = np.array([not is_barred(example.facts) for example in examples])
    return {
        "bias": round(float(weights[0]), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights[1:], strict=True)},
        "accept_from": round(_accept_from(chances[free], right[free]), 4),
        "examples": len(examples),
        "right": round(float(right.mean()), 5),
    }


def _vector(model: Mapping[str, Any]) -> Floats:
    return np.array([model["bias"], *(model["weights"][name] for name in FEATURES)], dtype=np.float64)


def _fit(table: Floats, right: Floats, prior: Floats) -> Floats:
    """Logistic regression by Newton's steps, drawn towards ``prior``."""
    weights = prior.copy()
    pull = np.full(table.shape[1], _PENALTY)
    for _ in range(_ROUNDS):
        chances = _chance(table @ weights)
        slope = table.T @ (right - chances) - pull * (weights - prior)
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
