"""What the certificate's page says of the decision: why a person must look, and what the office asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certificate.states import State
from certificate.wording import Words
from ingest.decision import ReasonKind, policy_of
from ingest.office import Office
from ingest.reasons import explain, policy_in_words
from ingest.review import CertificateView
from web import language
from web.names import full_name, sort_key
from web.words import gettext as _
from web.words import ngettext

_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class DecisionView:
    """The reasons against acceptance with their advice, gravest first, and the policy; empty once it is decided.

    ``headline`` names the gravest of them. ``waits_since`` and ``asks_again_at`` are set while the registry owes its
    answer.
    """

    headline: str
    reasons: Sequence[tuple[str, str]]
    policy: Sequence[str]
    waits_since: datetime | None
    asks_again_at: datetime | None


def decision_on(office: Office, view: CertificateView) -> DecisionView:
    """What there is to say of the decision on one certificate."""
    scan = view.scan
    waits = scan.state is State.WAITING_REGISTRY
    is_open = view.certificate.decided_at is None and scan.state in {State.IN_REVIEW, State.WAITING_REGISTRY}
    told = [explain(reason, view.record) for reason in view.reasons] if is_open else []
    doubts = [one for one in told if one.reason.kind is ReasonKind.DOUBTFUL_FIELD]
    reasons = [(_said(one.what), _said(one.advice)) for one in told if one not in doubts]
    named = [what for what, _advice in reasons[:_MOST_NAMED]]
    if more := len(reasons) - len(named):
        named.append(_("%(more)s lý do khác", more=more))
    if doubts:
        paths = dict.fromkeys(path for one in doubts for path in one.reason.fields)
        fields = ", ".join(full_name(path, language.language()) for path in sorted(paths, key=sort_key))
        named.append(ngettext("%(num)d ô chưa chắc", "%(num)d ô chưa chắc", len(paths)))
        reasons.append((_("Chưa chắc: %(fields)s", fields=fields), _said(doubts[0].advice)))
    return DecisionView(
        headline="; ".join(named),
        reasons=reasons,
        policy=[_said(words) for words in policy_in_words(policy_of(office.settings))] if told else (),
        waits_since=scan.updated_at if waits else None,
        asks_again_at=scan.not_before if waits else None,
    )


def _said(words: Words) -> str:
    return words.en if language.language() == "en" else words.vi
