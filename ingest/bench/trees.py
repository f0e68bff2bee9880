"""Growing trees: small decision trees, each mending what those before it left wrong (Newton boosting).

Owns the growing only; what grows is plain lists, which the reader walks (``ocr.grammar.trees``). Follows Chen and
Guestrin, "XGBoost: A Scalable Tree Boosting System" (2016), sections 2.1 to 2.3; a fact with a direction never pulls
the other way, by the bounds of LightGBM's "basic" method: what lies below a split keeps to its side of the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.grammar.trees import Tree

Floats = NDArray[np.float64]
# Less is the noise of small numbers.
_LEAST_GAIN = 1e-7


@dataclass(frozen=True, slots=True)
class Growth:
    """How many trees, how much each one says, and how large one grows.

    ``least``: the fewest rows in a leaf; ``pull``: how firmly a leaf's value is held at nothing; ``questions``: at
    most so many splits of one fact are tried.
    """

    trees: int = 250
    rate: float = 0.06
    leaves: int = 12
    least: int = 12
    pull: float = 3.0
    questions: int = 40


USUAL_GROWTH = Growth()


@dataclass(frozen=True, slots=True)
class _Questions:
    """Every split that may be made, "is this fact above that?", and each row's answers (rows by questions).

    The last answer is always yes: it sums up all rows.
    """

    facts: NDArray[np.intp]
    above: Floats
    answers: NDArray[np.float32]


@dataclass(slots=True, eq=False)
class _Leaf:
    """A leaf that may still be split: its rows, its value and bounds, and the best split found.

    ``above`` holds, for each question, slope, curve and count of the leaf's rows that answer yes; the last row is of
    them all.
    """

    rows: NDArray[np.intp]
    above: Floats
    value: float
    low: float
    high: float
    gain: float = 0.0
    question: int = -1
    below_value: float = 0.0
    above_value: float = 0.0
    children: tuple[_Leaf, _Leaf] | None = None


def grow(
    table: Floats,
    right: Floats,
    start: float,
    directions: NDArray[np.int_],
    growth: Growth = USUAL_GROWTH,
    *,
    told_by: float = 1.0,
) -> list[Tree]:
    """The trees that, added to ``start`` (log-odds), tell best whether a row is right.

    ``directions`` holds, for each column of the table, 1 where more may only raise the odds, -1 where more may only
    lower them, else 0. What the trees say is told times ``told_by``: their part where they are averaged with others.
    """
    asked = _questions(table, growth.questions)
    towards = directions[asked.facts]
    total, trees = np.full(len(right), start), []
    for _ in range(growth.trees):
        chance = 1.0 / (1.0 + np.exp(-total))
        pulls = np.stack([right - chance, chance * (1 - chance), np.ones(len(right))], axis=1).astype(np.float32)
        root = _tree(asked, pulls, towards, growth)
        for leaf in _leaves(root):
            total[leaf.rows] += growth.rate * leaf.value
        trees.append(_told(root, asked, growth.rate * told_by))
    return trees


def _questions(table: Floats, most: int) -> _Questions:
    facts, above = [], []
    for fact, column in enumerate(table.T):
        seen = np.unique(column)
        if len(seen) > most:
            seen = np.unique(np.quantile(column, np.linspace(0, 1, most + 1), method="nearest"))
        facts += [fact] * (len(seen) - 1)
        # Rounded as it is written, so that the reader's answer is the one the tree was grown on.
        above += [round(float(middle), 6) for middle in (seen[1:] + seen[:-1]) / 2]
    columns = np.array(facts, dtype=np.intp)
    answers = np.ones((len(table), len(columns) + 1), dtype=np.float32)
    answers[:, :-1] = table[:, columns] > np.array(above)
    return _Questions(columns, np.array(above), answers)


def _tree(asked: _Questions, pulls: NDArray[np.float32], towards: NDArray[np.int_], growth: Growth) -> _Leaf:
    every = np.arange(len(pulls))
    sums = (asked.answers.T @ pulls).astype(np.float64)
    slope, curve, _ = sums[-1]
    root = _Leaf(every, sums, float(slope / (curve + growth.pull)), -np.inf, np.inf)
    _look(root, towards, growth)
    grown = [root]
    while len(grown) < growth.leaves:
        best = max(grown, key=lambda leaf: leaf.gain)
        if best.gain <= 0:
            break
        grown.remove(best)
        for leaf in _split(best, asked, pulls, int(towards[best.question])):
            _look(leaf, towards, growth)
            grown.append(leaf)
    return root


def _look(leaf: _Leaf, towards: NDArray[np.int_], growth: Growth) -> None:
    """Find the leaf's best split."""
    whole, above = leaf.above[-1], leaf.above[:-1]
    below = whole - above
    values, gains = [], np.full(len(above), -_gain(whole, leaf.value, growth.pull))
    for side in (below, above):
        value = np.clip(side[:, 0] / (side[:, 1] + growth.pull), leaf.low, leaf.high)
        values.append(value)
        gains += _gain(side.T, value, growth.pull)
    few = np.minimum(below[:, 2], above[:, 2]) < growth.least
    gains[few | (towards * (values[1] - values[0]) < 0)] = 0.0
    best = int(gains.argmax())
    if gains[best] > _LEAST_GAIN:
        leaf.gain, leaf.question = float(gains[best]), best
        leaf.below_value, leaf.above_value = float(values[0][best]), float(values[1][best])


def _gain(sums: Floats, value: Any, pull: float) -> Any:
    """What a leaf of this value betters, to the second order."""
    return sums[0] * value - 0.5 * (sums[1] + pull) * value**2


def _split(leaf: _Leaf, asked: _Questions, pulls: NDArray[np.float32], towards: int) -> tuple[_Leaf, _Leaf]:
    yes = asked.answers[leaf.rows, leaf.question] > 0
    rows = leaf.rows[~yes], leaf.rows[yes]
    # The larger side's sums are what the smaller one leaves: most splits part a few odd rows from all the others.
    small = min(rows, key=len)
    counted = (asked.answers[small].T @ pulls[small]).astype(np.float64)
    sums = [counted if side is small else leaf.above - counted for side in rows]
    below = _Leaf(rows[0], sums[0], leaf.below_value, leaf.low, leaf.high)
    above = _Leaf(rows[1], sums[1], leaf.above_value, leaf.low, leaf.high)
    middle = (leaf.below_value + leaf.above_value) / 2
    if towards > 0:
        below.high = above.low = middle
    elif towards < 0:
        below.low = above.high = middle
    leaf.children = below, above
    return leaf.children


def _leaves(leaf: _Leaf) -> list[_Leaf]:
    return [leaf] if leaf.children is None else [one for child in leaf.children for one in _leaves(child)]


def _told(leaf: _Leaf, asked: _Questions, rate: float) -> Tree:
    if leaf.children is None:
        return round(rate * leaf.value, 5)
    below, above = (_told(child, asked, rate) for child in leaf.children)
    return [int(asked.facts[leaf.question]), float(asked.above[leaf.question]), below, above]
