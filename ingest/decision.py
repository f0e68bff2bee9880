"""When a record may go on without a person: one policy, in one place, set by the office.

Accept when every field that tells who has which right to which land is certain, no finding is an error, every page
could be read, and the registry knows every person by name, number and year. Otherwise a person looks, with the reasons
ordered by what blocks most. An office may accept more verdicts, ask for more or fewer certain fields, or have further
findings block; never fewer than the errors. Why these defaults: docs/decisions/0016.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from certificate.citizens import RegistryAnswer, RegistryVerdict
from certificate.record import Decision, FieldReading, Form, Record, Severity
from certificate.rules.required import beside_purpose, required_paths
from ingest.settings import Settings

_OWNER = re.compile(r"owners\.\d+\.(full_name|id_number)")
_PARCEL = re.compile(r"parcels\.(\d+)\.")
# Of these nobody's right depends: who signed and where, codes whose content is compared with the print, and words that
# only repeat the digits beside them.
_BEARS_NO_RIGHT = re.compile(r"issue_place|signer_title|signer_name|barcode|qr|parcels\.\d+\.area_in_words")


class ReasonKind(StrEnum):
    """Why a person must look, the gravest first."""

    PAGE_UNREADABLE = "page_unreadable"
    NO_FIELDS = "no_fields"
    ERROR_FINDING = "error_finding"
    REGISTRY = "registry"
    MISSING_VALUE = "missing_value"
    DOUBTFUL_FIELD = "doubtful_field"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps a record from being accepted; ``code`` is a finding's, a verdict's or a page's."""

    kind: ReasonKind
    code: str
    fields: tuple[str, ...] = ()


class Doubts(StrEnum):
    """Which doubtful fields keep a record from being accepted."""

    ALL = "all"
    RIGHTS = "rights"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an office asks before a record is accepted by itself.

    ``blocking_findings`` are codes that block beside all errors.
    """

    accepted_verdicts: frozenset[RegistryVerdict]
    ask_registry: bool = True
    doubts: Doubts = Doubts.RIGHTS
    blocking_findings: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        return {
            "ask_registry": self.ask_registry,
            "accepted_verdicts": sorted(verdict.value for verdict in self.accepted_verdicts),
            "doubts": self.doubts.value,
            "blocking_findings": sorted(self.blocking_findings),
        }


def policy_of(settings: Settings) -> Policy:
    """The office's policy of acceptance, from its settings."""
    verdicts = frozenset(RegistryVerdict(name) for name in settings.verdicts)
    return Policy(
        accepted_verdicts=verdicts,
        ask_registry=settings.ask_registry,
        doubts=Doubts(settings.doubts_that_block),
        blocking_findings=settings.blocking_codes,
    )


def reasons_for_review(
    record: Record,
    answers: Mapping[int, RegistryAnswer],
    policy: Policy,
    unreadable_pages: Sequence[int] = (),
) -> tuple[Reason, ...]:
    """Why a person must look at this record; empty when it is accepted. ``answers`` is keyed by owner index.

    The gravest kind first; within it what concerns most fields, and of doubtful fields the least sure.
    """
    reasons = [Reason(ReasonKind.PAGE_UNREADABLE, str(page)) for page in unreadable_pages]
    if not record.fields:
        reasons.append(Reason(ReasonKind.NO_FIELDS, record.form.value))
    reasons += [
        Reason(ReasonKind.ERROR_FINDING, finding.code, finding.fields)
        for finding in record.findings
        if finding.severity is Severity.ERROR or finding.code in policy.blocking_findings
    ]
    if policy.ask_registry and record.form is not Form.OTHER:
        for index in personal_owners(record):
            answer = answers.get(index)
            verdict = answer.verdict if answer else RegistryVerdict.NOT_ASKED
            if verdict not in policy.accepted_verdicts or (answer and answer.lacks_new_number):
                reasons.append(Reason(ReasonKind.REGISTRY, verdict.value, (f"owners.{index}.full_name",)))
    by_doubt = sorted(record.fields.items(), key=lambda item: item[1].confidence)
    for path, field in by_doubt:
        if field.decision is Decision.REVIEW and _must_be_sure(policy.doubts, record, path, field):
            kind = ReasonKind.MISSING_VALUE if field.value is None else ReasonKind.DOUBTFUL_FIELD
            reasons.append(Reason(kind, _why_doubtful(field), (path,)))
    order = list(ReasonKind)
    return tuple(sorted(reasons, key=lambda reason: (order.index(reason.kind), -len(reason.fields))))


def _must_be_sure(doubts: Doubts, record: Record, path: str, field: FieldReading) -> bool:
    """Whether a doubt about this field blocks; what the form requires and the owners always do."""
    parcels = 1 + max((int(match[1]) for key in record.fields if (match := _PARCEL.match(key))), default=0)
    required = required_paths(record.form, parcels)
    if doubts is Doubts.ALL or _OWNER.fullmatch(path) or not {path, beside_purpose(path)}.isdisjoint(required):
        return True
    if doubts is Doubts.RIGHTS:
        return _BEARS_NO_RIGHT.fullmatch(path) is None
    return field.value is None or "handwritten" in field.findings


def owner_indexes(record: Record) -> tuple[int, ...]:
    """The indexes of all owners in the record, in printed order."""
    return tuple(sorted({int(path.split(".")[1]) for path in record.fields if path.startswith("owners.")}))


def personal_owners(record: Record) -> tuple[int, ...]:
    """The owners who are people and so must be known to the population registry."""
    return tuple(i for i in owner_indexes(record) if record.value(f"owners.{i}.role") != "organisation")


def _why_doubtful(field: FieldReading) -> str:
    return field.findings[0] if field.findings else "low_confidence"
