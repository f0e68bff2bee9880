"""What the certificate's page says of the decision: why a person must look, and what the office asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certificate.states import State
from certificate.wording import Words
from ingest import review
from ingest.decision import policy_of
from ingest.reasons import explain, policy_in_words
from web import context, language


@dataclass(frozen=True, slots=True)
class DecisionView:
    """The reasons against acceptance with their advice, gravest first, and the policy; empty once it is decided.

    ``waits_since`` and ``asks_again_at`` are set while the registry owes its answer.
    """

    reasons: Sequence[tuple[str, str]]
    policy: Sequence[str]
    waits_since: datetime | None
    asks_again_at: datetime | None


def decision_on(certificate_id: str) -> DecisionView:
    """What there is to say of the decision on one certificate."""
    office = context.office()
    view = review.certificate_view(office, certificate_id)
    scan = view.scan
    waits = scan.state is State.WAITING_REGISTRY
    is_open = view.certificate.decided_at is None and scan.state in {State.IN_REVIEW, State.WAITING_REGISTRY}
    told = [explain(reason, view.record) for reason in view.reasons] if is_open else []
    return DecisionView(
        reasons=[(_said(one.what), _said(one.advice)) for one in told],
        policy=[_said(words) for words in policy_in_words(policy_of(office.settings))] if told else (),
        waits_since=scan.updated_at if waits else None,
        asks_again_at=scan.not_before if waits else None,
    )


def _said(words: Words) -> str:
    return words.en if language.language() == "en" else words.vi
