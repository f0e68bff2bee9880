"""How sure a value is: facts about its readings weighed into a probability, and the decision that follows.

Owns the features and the logistic model; the weights are data (``ocr/data/confidence.json``), fitted on drawn
certificates by ``sohoa bench fit``. Handwriting and missing values are never accepted, whatever the weights say.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from certificate.record import Decision
from ocr.grammar.drafts import Kind
from ocr.grammar.fusion import Settled

HANDWRITTEN_FROM = 0.5
WEIGHTS_FILE = Path(__file__).resolve().parent.parent / "data" / "confidence.json"
FEATURES = (
    "agree", "votes", "engine", "plausible", "handwritten", "under_seal", "text_layer", "in_list", "mended", "checked",
    "contradicted", "length", "third_look", "weakest", "own", "backers", "sure", "sure_and_backed", "listed_and_own",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else speaks for or against a value: lists and cross-checks.

    ``in_list``: the value stands in a list of what may stand there; ``mended``: a list or a sum corrected it;
    ``checked``: another field, a code or a sum confirms it; ``contradicted``: one of them speaks against it.
    """

    in_list: bool = False
    mended: bool = False
    checked: bool = False
    contradicted: bool = False


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True)
class Model:
    """Logistic weights for one group of kinds, and the probability from which its values are accepted."""

    bias: float
    weights: Mapping[str, float]
    accept_from: float


@cache
def models() -> Mapping[str, Model]:
    """The fitted models by kind of value; ``default`` for every other kind."""
    data = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return {
        name: Model(entry["bias"], dict(entry["weights"]), entry["accept_from"])
        for name, entry in data["models"].items()
    }


def features(settled: Settled, evidence: Evidence = NO_EVIDENCE) -> dict[str, float]:
    """The facts that the model weighs, each from 0 to 1."""
    # On a scale of tens: 0.9, 0.99 and 0.999 for the weakest letter are one, two and three steps of four.
    sure = min(4.0, -math.log10(1.0 - min(settled.weakest, 0.9999))) / 4 if settled.own else 0.0
    return {
        "agree": float(settled.agree),
        "votes": settled.votes,
        "engine": settled.engine,
        "plausible": settled.plausible,
        "handwritten": settled.handwritten,
        "under_seal": settled.under_seal,
        "text_layer": float(settled.text_layer),
        "in_list": float(evidence.in_list),
        "mended": float(evidence.mended),
        "checked": float(evidence.checked),
        "contradicted": float(evidence.contradicted),
        "length": min(len(settled.value or ""), 120) / 120,
        "third_look": float(settled.looks > len(settled.readings)),
        "weakest": settled.weakest,
        "own": float(settled.own),
        "backers": settled.backers,
        "sure": sure,
        "sure_and_backed": sure * settled.backers,
        "listed_and_own": float(evidence.in_list and settled.own),
    }


def probability(kind: Kind, facts: Mapping[str, float]) -> float:
    """The probability (0.0-1.0) that a value of this kind with these facts is exactly right."""
    model = models().get(kind.value, models()["default"])
    total = model.bias + sum(model.weights.get(name, 0.0) * fact for name, fact in facts.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def decide(kind: Kind, settled: Settled, evidence: Evidence = NO_EVIDENCE) -> tuple[float, Decision]:
    """The value's confidence and whether it may go on without a person."""
    if settled.value is None:
        return 0.0, Decision.REVIEW
    facts = features(settled, evidence)
    sure = probability(kind, facts)
    model = models().get(kind.value, models()["default"])
    return sure, Decision.ACCEPT if sure >= model.accept_from and not is_barred(facts) else Decision.REVIEW


def is_barred(facts: Mapping[str, float]) -> bool:
    """Whether a value with these facts is never accepted, however sure it looks."""
    return facts["handwritten"] >= HANDWRITTEN_FROM or facts["contradicted"] > 0
