"""Fitting the confidence: what trees learn, what they may never learn, and the file that is written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from certificate.errors import LabelledSetInvalid
from ingest.bench.trees import Growth, grow
from ingest.bench_fit import DIRECTIONS, Example, fit, fit_confidence, fit_model, unseen_chances, write_model
from ocr.grammar.confidence import FEATURES, model_of, probability_by
from ocr.grammar.trees import walk

QUICK = Growth(trees=25, rate=0.2, leaves=6, least=10)


def examples_of(count: int, seed: int = 7) -> list[Example]:
    """Values that are mostly right where readers agree, oddly shaped or not, but wrong where odd ones do not."""
    random = np.random.default_rng(seed)
    found = []
    for index in range(count):
        facts = dict.fromkeys((*FEATURES, "among_hand"), 0.0)
        facts |= {name: float(random.random() < 0.5) for name in ("agree", "in_list", "oddly_shaped")}
        facts |= {name: float(random.random()) for name in ("weakest", "engine", "company", "length")}
        kind = ("date", "register")[int(random.integers(2))]
        sure = 0.5 if facts["oddly_shaped"] and not facts["agree"] else 0.98
        found.append(Example(kind, facts, bool(random.random() < sure), f"{index % 40}.pdf", str(index)))
    return found


def test_one_split_is_the_newton_step_of_its_two_sides() -> None:
    """Reckoned by hand: slope by curve plus pull, on each side of the only question there is."""
    table = np.array([[0.0]] * 4 + [[1.0]] * 6)
    right = np.array([0.0, 0.0, 0.0, 1.0] + [1.0] * 6)
    (tree,) = grow(table, right, 0.0, np.array([0]), Growth(trees=1, rate=0.5, leaves=8, least=2, pull=1.0))
    below, above = (1 - 4 * 0.5) / (4 * 0.25 + 1), (6 - 6 * 0.5) / (6 * 0.25 + 1)
    assert tree == [0, 0.5, pytest.approx(0.5 * below), pytest.approx(0.5 * above)]
    assert grow(table, right, 0.0, np.array([-1]), Growth(trees=1, least=2)) != [tree]


def test_trees_tell_what_weights_cannot() -> None:
    """Right where exactly one of two facts holds: no sum of weights parts that, two levels of a tree do."""
    random = np.random.default_rng(3)
    table = random.integers(0, 2, (400, 3)).astype(float)
    # Not quite even numbers, as ever in life; by even ones neither fact looks worth asking first.
    table[:40, :2] = 1.0
    right = (table[:, 0] != table[:, 1]).astype(float)
    trees = grow(table, right, 0.0, np.zeros(3, dtype=int), Growth(trees=60, rate=0.3, leaves=4, least=5))
    said = np.array([walk(trees, row) for row in table.tolist()])
    assert (said[right == 1] > 1.5).all()
    assert (said[right == 0] < -1.5).all()


def test_a_fact_with_a_direction_never_pulls_the_other_way() -> None:
    """Not even on sets that, by chance or mischief, say it does: raising it raises the probability or leaves it."""
    random = np.random.default_rng(11)
    examples = [Example(e.kind, e.facts, bool(random.random() < 0.7), e.source, e.value) for e in examples_of(500)]
    fitted = fit(examples, QUICK)
    assert fitted.trees
    for example in examples[:60]:
        for name, direction in zip(FEATURES, DIRECTIONS, strict=True):
            if direction:
                said = [probability_by(fitted, example.kind, {**example.facts, name: n / 8}) for n in range(9)]
                assert said == sorted(said, reverse=direction < 0), name


def test_the_point_of_acceptance_is_chosen_on_unseen_files(tmp_path: Path) -> None:
    """The written file is read back as the model that was fitted; odd values pass where readers agree, else not."""
    examples = examples_of(1500)
    told = fit_model(examples, QUICK)
    target = tmp_path / "confidence.json"
    write_model(told, target, ["one", "two"])
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written["made_by"] == "sohoa bench fit one two"
    read, fitted = model_of(written), fit(examples, QUICK)
    assert 0.95 <= read.accept_from <= 0.9995
    assert 0.5 < told["measured"]["right"] < 1
    odd = dict.fromkeys(FEATURES, 0.5) | {"oddly_shaped": 1.0, "in_list": 0.0}
    for facts in (odd | {"agree": 0.0}, odd | {"agree": 1.0}):
        assert probability_by(read, "register", facts) == probability_by(fitted, "register", facts)
    assert probability_by(read, "register", odd | {"agree": 0.0}) < 0.8
    assert probability_by(read, "register", odd | {"agree": 1.0}) > 0.9


def test_no_file_is_told_by_a_model_that_has_seen_it() -> None:
    """Values of one file that contradict all others get the probability that the others give."""
    examples = examples_of(400)
    turned = [Example(e.kind, e.facts, e.right and e.source != "3.pdf", e.source, e.value) for e in examples]
    other = [index for index, one in enumerate(examples) if one.source == "3.pdf"]
    assert unseen_chances(turned, QUICK)[other] == pytest.approx(unseen_chances(examples, QUICK)[other])


def test_sets_without_a_wrong_value_are_fitted() -> None:
    """The odds stay finite."""
    fitted = fit([Example(e.kind, e.facts, True, e.source, e.value) for e in examples_of(200)], QUICK)
    assert 0.9 < probability_by(fitted, "date", dict.fromkeys(FEATURES, 0.5)) < 1.0


@pytest.mark.parametrize(
    ("truth", "what"),
    [
        (None, "not there"),
        ({"form": "tt23-2014"}, "source"),
        ({"source": "a.pdf", "form": "tt23-2014", "fields": {"serial_number": "BA 123456"}}, "no value was read"),
    ],
)
def test_a_folder_that_nothing_can_be_fitted_on(tmp_path: Path, truth: dict[str, object] | None, what: str) -> None:
    """It is told what is wrong with it, and the model stays as it is."""
    (tmp_path / "a.pdf").write_bytes(b"no scan")
    if truth is not None:
        (tmp_path / "truth.jsonl").write_text(json.dumps(truth), encoding="utf-8")
    with pytest.raises(LabelledSetInvalid, match=what):
        fit_confidence([tmp_path], tmp_path / "model.json")
    assert not (tmp_path / "model.json").exists()
