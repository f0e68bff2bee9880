"""The one catalogue of findings: every code there is, and the helper that makes a finding of it.

``docs/findings.md`` is generated from here. Nobody else writes a finding's sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from certificate.record import Finding
from certificate.rules import archive_findings, card_findings, owner_findings, reader_findings, record_findings
from certificate.rules.kind import FindingKind, Origin

__all__ = ["FindingKind", "Origin", "all_kinds", "find_kind", "in_english", "make_finding"]


def all_kinds() -> tuple[FindingKind, ...]:
    """Every kind of finding, grouped by who makes it."""
    return (
        *reader_findings.KINDS,
        *record_findings.KINDS,
        *owner_findings.KINDS,
        *card_findings.KINDS,
        *archive_findings.KINDS,
    )


def find_kind(code: str) -> FindingKind:
    """The catalogue's entry for a code; ``KeyError`` when there is none."""
    return _by_code()[code]


def make_finding(code: str, /, fields: Sequence[str] = (), **values: str) -> Finding:
    """A finding with its sentence filled in.

    ``fields`` are paths of the record. ``values`` are exactly the placeholders of the kind's sentence, such as
    ``page="2"``; ``ValueError`` when one lacks or is not asked for, ``KeyError`` for an unknown code.
    """
    kind = find_kind(code)
    if values.keys() != kind.placeholders:
        raise ValueError(f"{code} wants {sorted(kind.placeholders)}, got {sorted(values)}")
    return Finding(code, kind.severity, tuple(fields), kind.message.format(**values), kind.advice)


def in_english(finding: Finding) -> tuple[str, str]:
    """The finding's sentence and advice in English; the values are taken from its Vietnamese sentence."""
    kind = find_kind(finding.code)
    values = _pattern(finding.code).fullmatch(finding.message)
    if values is None:  # An older release worded it otherwise: keep what was said rather than guess.
        return finding.message, kind.advice_en
    return kind.message_en.format(**values.groupdict()), kind.advice_en


@cache
def _by_code() -> dict[str, FindingKind]:
    return {kind.code: kind for kind in all_kinds()}


@cache
def _pattern(code: str) -> re.Pattern[str]:
    message = re.escape(find_kind(code).message)
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", message), re.DOTALL)
