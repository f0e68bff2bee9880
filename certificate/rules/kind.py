"""One kind of finding: its code, how grave it is, and what it says in Vietnamese and English.

Sentences may hold placeholders such as ``{page}``; both languages hold the same ones.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from enum import StrEnum

from certificate.record import Severity


class Origin(StrEnum):
    """Who makes such a finding: the reader, the rules, the archive, the card beside or the registry."""

    READER = "reader"
    RULES = "rules"
    ARCHIVE = "archive"
    CARD = "card"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue. ``message`` and ``advice`` are Vietnamese, for the person at the screen."""

    code: str
    severity: Severity
    origin: Origin
    message: str
    advice: str
    message_en: str
    advice_en: str

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of the values that the sentence needs."""
        return placeholders(self.message)


def placeholders(template: str) -> frozenset[str]:
    """The names in braces in a sentence."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def reader_kind(code: str, severity: Severity, vi: tuple[str, str], en: tuple[str, str]) -> FindingKind:
    """A kind that the reader makes; ``vi`` and ``en`` are sentence and advice."""
    return FindingKind(code, severity, Origin.READER, *vi, *en)


def rule_kind(code: str, severity: Severity, vi: tuple[str, str], en: tuple[str, str]) -> FindingKind:
    """A kind that the rules make; ``vi`` and ``en`` are sentence and advice."""
    return FindingKind(code, severity, Origin.RULES, *vi, *en)


def archive_kind(code: str, severity: Severity, vi: tuple[str, str], en: tuple[str, str]) -> FindingKind:
    """A kind that a look into the archive makes; ``vi`` and ``en`` are sentence and advice."""
    return FindingKind(code, severity, Origin.ARCHIVE, *vi, *en)


def card_kind(code: str, severity: Severity, vi: tuple[str, str], en: tuple[str, str]) -> FindingKind:
    """A kind that an identity card beside the certificate makes; ``vi`` and ``en`` are sentence and advice."""
    return FindingKind(code, severity, Origin.CARD, *vi, *en)


def registry_kind(code: str, severity: Severity, vi: tuple[str, str], en: tuple[str, str]) -> FindingKind:
    """A kind that the population registry's answer makes; ``vi`` and ``en`` are sentence and advice."""
    return FindingKind(code, severity, Origin.REGISTRY, *vi, *en)
