"""How sure a value is: facts about its readings weighed into a probability, and the decision that follows.

Owns the features and how they are weighed: logistic weights and small decision trees, added up in the log-odds. Both
are data (``ocr/data/confidence.json``), fitted on drawn certificates by ``sohoa bench fit``. Handwriting and missing
values are never accepted, whatever the model says.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from certificate.record import Decision, Form
from ocr.grammar.drafts import Kind
from ocr.grammar.fusion import Settled
from ocr.grammar.shapes import BROKEN, USUAL, WHOLE
from ocr.grammar.trees import Tree, walk

HANDWRITTEN_FROM = 0.5
WEIGHTS_FILE = Path(__file__).resolve().parent.parent / "data" / "confidence.json"
FEATURES = (
    "agree", "votes", "engine", "plausible", "handwritten", "under_seal", "text_layer", "in_list", "mended", "checked",
    "contradicted", "length", "third_look", "weakest", "own", "backers", "sure", "misshapen", "oddly_shaped",
    "old_form", "company", "clean", "clean_all", "clean_sure", "clean_whole", "clean_company", "agree_listed",
    "clean_layer", "own_likely", "own_sure", "own_backed", "shapely_own",
    "unbacked", "backed",
)  # fmt: skip
# From here on the letters that LineNet read are likely, and sure.
_LIKELY_LETTERS, _SURE_LETTERS = 0.7, 0.95
_USUAL_COMPANY = 0.7
_OLD_FORMS = frozenset({Form.LD1993, Form.LD2003, Form.ND60, Form.ND90})


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
class Setting:
    """What the value itself and the certificate around it say of the place where it was read.

    ``shape``: how much it looks like a whole value (see ``shapes``); ``company``: the share of the certificate's other
    values on which the readers agree; ``form``: where forms were filled in by many hands, layouts vary more;
    ``among_hand``: the values around it are written by hand, and so will this one be; ``unbacked``: how many of its
    words rest on one reader alone (see ``backing``).
    """

    shape: float = USUAL
    company: float = 0.9
    form: Form = Form.OTHER
    among_hand: bool = False
    unbacked: int = 0


USUAL_SETTING = Setting()


@dataclass(frozen=True, slots=True)
class Model:
    """Logistic weights, what each kind of value is better or worse by, and the probability of acceptance.

    ``trees`` add to the log-odds what the weights cannot tell, facts that mean something else together; they ask for
    ``columns``, names of facts and of kinds (``kind_column``).
    """

    bias: float
    weights: Mapping[str, float]
    kinds: Mapping[str, float]
    accept_from: float
    columns: tuple[str, ...] = ()
    trees: tuple[Tree, ...] = ()


def kind_column(kind: str) -> str:
    """The name of the column of the trees that is 1 for values of this kind."""
    return f"kind {kind}"


@cache
def model() -> Model:
    """The fitted model."""
    return model_of(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))


def model_of(told: Mapping[str, Any]) -> Model:
    """The model that a data file holds; files from before there were trees have none."""
    columns, trees = tuple(told.get("columns", ())), tuple(told.get("trees", ()))
    return Model(told["bias"], dict(told["weights"]), dict(told["kinds"]), told["accept_from"], columns, trees)


def features(settled: Settled, evidence: Evidence = NO_EVIDENCE, setting: Setting = USUAL_SETTING) -> dict[str, float]:
    """The facts that the model weighs, each from 0 to 1."""
    # On a scale of tens: 0.9, 0.99 and 0.999 for the weakest letter are one, two and three steps of four.
    sure = min(4.0, -math.log10(1.0 - min(settled.weakest, 0.9999))) / 4 if settled.own else 0.0
    old = setting.form in _OLD_FORMS
    backed = setting.unbacked == 0 and not settled.text_layer and setting.shape >= USUAL and not old
    sure_letters = settled.weakest >= _SURE_LETTERS
    clean = (settled.agree or backed) and setting.shape >= USUAL and not old
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
        "misshapen": float(setting.shape == BROKEN),
        "oddly_shaped": float(BROKEN < setting.shape < USUAL),
        "old_form": float(old),
        "among_hand": float(setting.among_hand),
        "company": setting.company,
        "clean": float(clean),
        "clean_all": float(clean and settled.backers == 1.0),
        "clean_sure": float(clean and sure_letters),
        "clean_whole": float(clean and setting.shape == WHOLE),
        "clean_company": clean * max(0.0, (setting.company - _USUAL_COMPANY) / (1.0 - _USUAL_COMPANY)),
        "agree_listed": float(settled.agree and evidence.in_list),
        "own_likely": float(settled.own and settled.weakest >= _LIKELY_LETTERS),
        "own_sure": float(settled.own and sure_letters),
        "own_backed": float(settled.own and settled.backers > 0.5),
        "shapely_own": float(settled.own and setting.shape >= USUAL and settled.weakest >= _LIKELY_LETTERS),
        "unbacked": min(setting.unbacked, 4) / 4,
        "backed": float(backed),
        "clean_layer": float(settled.text_layer and setting.shape > BROKEN and not old),
    }


def probability(kind: Kind, facts: Mapping[str, float]) -> float:
    """The probability (0.0-1.0) that a value of this kind with these facts is exactly right."""
    return probability_by(model(), kind.value, facts)


def probability_by(fitted: Model, kind: str, facts: Mapping[str, float]) -> float:
    """The same by a given model."""
    total = fitted.bias + fitted.kinds.get(kind, 0.0)
    total += sum(fitted.weights.get(name, 0.0) * fact for name, fact in facts.items())
    if fitted.trees:
        asked = {**facts, kind_column(kind): 1.0}
        total += walk(fitted.trees, [asked.get(column, 0.0) for column in fitted.columns])
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def decide(
    kind: Kind, settled: Settled, evidence: Evidence = NO_EVIDENCE, setting: Setting = USUAL_SETTING
) -> tuple[float, Decision]:
    """The value's confidence and whether it may go on without a person."""
    if settled.value is None:
        return 0.0, Decision.REVIEW
    facts = features(settled, evidence, setting)
    sure = probability(kind, facts)
    return sure, Decision.ACCEPT if sure >= model().accept_from and not is_barred(facts) else Decision.REVIEW


def is_barred(facts: Mapping[str, float]) -> bool:
    """Whether a value with these facts is never accepted, however sure it looks."""
    by_hand = facts["handwritten"] >= HANDWRITTEN_FROM or facts["among_hand"] > 0
    return by_hand or facts["contradicted"] > 0 or facts["misshapen"] > 0
