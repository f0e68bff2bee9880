"""Confidence as the data file tells it: weights, trees, files from before there were trees."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from ocr.grammar.confidence import FEATURES, WEIGHTS_FILE, kind_column, model, model_of, probability_by
from ocr.grammar.drafts import Kind
from ocr.grammar.trees import Tree, walk

OLD: dict[str, Any] = {"bias": -1.0, "weights": {"agree": 3.0}, "kinds": {"date": 0.5}, "accept_from": 0.97}
# Agreeing alone is worth 1; when all letters are sure as well, 2 more. Nothing else counts but for dates.
TREE: Tree = [0, 0.5, 0.0, [1, 0.25, 1.0, 3.0]]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ([0.0, 1.0], 0.0),  # no agreement, so the second question is never asked
        ([1.0, 0.0], 1.0),
        ([1.0, 0.25], 1.0),  # just at the number is not above it
        ([1.0, 0.26], 3.0),
    ],
)
def test_a_tree_is_walked_by_its_questions(facts: list[float], said: float) -> None:
    """Above the number it goes on with the last part, else with the one before; a bare number ends it."""
    assert walk([TREE], facts) == said
    assert walk([TREE, 0.5, TREE], facts) == 2 * said + 0.5
    assert walk([], facts) == 0.0


def test_a_file_from_before_the_trees_is_read() -> None:
    """Its probability is the logistic one, to the digit."""
    before = model_of(OLD)
    assert before.trees == ()
    assert probability_by(before, "date", {"agree": 1.0}) == 1 / (1 + math.exp(-2.5))
    assert probability_by(before, "name", {"agree": 0.0}) == 1 / (1 + math.exp(1.0))


def test_trees_add_to_the_odds_and_may_ask_for_the_kind() -> None:
    """A fact that a record lacks counts as 0, as with the weights."""
    told = {**OLD, "columns": ["agree", "sure", kind_column("date")], "trees": [TREE, [2, 0.5, 0.0, -0.25]]}
    grown = model_of(json.loads(json.dumps(told)))
    assert probability_by(grown, "date", {"agree": 1.0, "sure": 1.0}) == pytest.approx(1 / (1 + math.exp(-5.25)))
    assert probability_by(grown, "name", {"agree": 1.0}) == pytest.approx(1 / (1 + math.exp(-3.0)))


def test_the_data_file_asks_for_nothing_that_the_reader_does_not_tell() -> None:
    """Its weights and trees name known facts and kinds, and it stays small enough to load with the first value."""
    fitted = model()
    kinds = {kind.value for kind in Kind}
    assert set(fitted.weights) <= set(FEATURES)
    assert set(fitted.kinds) <= kinds
    assert set(fitted.columns) <= set(FEATURES) | {kind_column(kind) for kind in kinds}
    assert WEIGHTS_FILE.stat().st_size < 200_000
