"""When a record may go on without a person: one policy, in one place, set by the office.

Accept when every field is certain, no finding is an error, every page could be read, and the registry confirms every
person. Otherwise a person looks, with the reasons ordered by what blocks most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from certificate.citizens import RegistryAnswer, RegistryVerdict
from certificate.record import Decision, FieldReading, Form, Record, Severity
from ingest.settings import Settings


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


@dataclass(frozen=True, slots=True)
class Policy:
    """What an office asks before a record is accepted by itself."""

    accepted_verdicts: frozenset[RegistryVerdict]
    ask_registry: bool = True


def policy_of(settings: Settings) -> Policy:
    """The office's policy of acceptance, from its settings."""
    verdicts = frozenset(RegistryVerdict(name) for name in settings.verdicts)
    return Policy(accepted_verdicts=verdicts, ask_registry=settings.ask_registry)


def reasons_for_review(
    record: Record,
    answers: Mapping[int, RegistryAnswer],
    policy: Policy,
    unreadable_pages: Sequence[int] = (),
) -> tuple[Reason, ...]:
    """Why a person must look at this record; empty when it is accepted. ``answers`` is keyed by owner index."""
    reasons = [Reason(ReasonKind.PAGE_UNREADABLE, str(page)) for page in unreadable_pages]
    if not record.fields:
        reasons.append(Reason(ReasonKind.NO_FIELDS, record.form.value))
    reasons += [
        Reason(ReasonKind.ERROR_FINDING, finding.code, finding.fields)
        for finding in record.findings
        if finding.severity is Severity.ERROR
    ]
    if policy.ask_registry and record.form is not Form.OTHER:
        for index in personal_owners(record):
            answer = answers.get(index)
            verdict = answer.verdict if answer else RegistryVerdict.NOT_ASKED
            if verdict not in policy.accepted_verdicts:
                reasons.append(Reason(ReasonKind.REGISTRY, verdict.value, (f"owners.{index}.full_name",)))
    for path, field in record.fields.items():
        if field.decision is Decision.REVIEW:
            kind = ReasonKind.MISSING_VALUE if field.value is None else ReasonKind.DOUBTFUL_FIELD
            reasons.append(Reason(kind, _why_doubtful(field), (path,)))
    order = list(ReasonKind)
    return tuple(sorted(reasons, key=lambda reason: order.index(reason.kind)))


def owner_indexes(record: Record) -> tuple[int, ...]:
    """The indexes of all owners in the record, in printed order."""
    return tuple(sorted({int(path.split(".")[1]) for path in record.fields if path.startswith("owners.")}))


def personal_owners(record: Record) -> tuple[int, ...]:
    """The owners who are people and so must be known to the population registry."""
    return tuple(i for i in owner_indexes(record) if record.value(f"owners.{i}.role") != "organisation")


def _why_doubtful(field: FieldReading) -> str:
    return field.findings[0] if field.findings else "low_confidence"
