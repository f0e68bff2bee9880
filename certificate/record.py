"""The record: what is read from one certificate.

The one contract between the reader, the reviewer's page, the exports and every benchmark. Its JSON form is what
``sohoa read --json`` prints. Field paths, normal forms and the list of forms are fixed; see ``docs/record.md``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from certificate.geometry import Box


class Form(StrEnum):
    """The generations of forms, oldest first."""

    LD1993 = "ld1993"
    LD2003 = "ld2003"
    ND60 = "nd60"
    ND90 = "nd90"
    TT17_2009 = "tt17-2009"
    TT23_2014 = "tt23-2014"
    TT10_2024 = "tt10-2024"
    CCCD = "cccd"
    OTHER = "other"


class Part(StrEnum):
    """Which part of a scanned page a face stands on: one half of a two-page spread, or all of it."""

    LEFT = "left"
    RIGHT = "right"
    WHOLE = "whole"


class Decision(StrEnum):
    """Whether a value, or a whole record, is certain enough to go on without a person."""

    ACCEPT = "accept"
    REVIEW = "review"


class Severity(StrEnum):
    """What a finding does: an error blocks acceptance, a warning lowers confidence, info only informs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a careful officer would remark, about the named field paths (or the whole paper when none)."""

    code: str
    severity: Severity
    fields: tuple[str, ...]
    message: str
    advice: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity.value,
            "fields": list(self.fields),
            "message": self.message,
            "advice": self.advice,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        return cls(
            code=data["code"],
            severity=Severity(data["severity"]),
            fields=tuple(data["fields"]),
            message=data["message"],
            advice=data.get("advice", ""),
        )


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field as read: its value in normal form, as printed, how sure, and where it stands.

    ``value`` is ``None`` where the form requires the field and it could not be read. ``confidence`` is the
    probability (0.0-1.0) that ``value`` is exactly right. ``box`` is in pixels of the upright image of the face
    (``page_number``, ``part``); ``readings`` maps a reader's name to what it read; ``findings`` holds codes of the
    record's findings that speak of this field.
    """

    value: str | None
    raw: str | None
    confidence: float
    decision: Decision
    page_number: int | None = None
    part: Part = Part.WHOLE
    box: Box | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()

    def replace(self, **changes: Any) -> FieldReading:
        """A copy with some of it changed."""
        return dataclasses.replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "raw": self.raw,
            "confidence": round(self.confidence, 4),
            "decision": self.decision.value,
            "page_number": self.page_number,
            "part": self.part.value,
            "box": list(self.box) if self.box else None,
            "readings": dict(self.readings),
            "findings": list(self.findings),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FieldReading:
        box = data.get("box")
        return cls(
            value=data["value"],
            raw=data.get("raw"),
            confidence=data["confidence"],
            decision=Decision(data["decision"]),
            page_number=data.get("page_number"),
            part=Part(data.get("part", "whole")),
            box=Box(*box) if box else None,
            readings=dict(data.get("readings", {})),
            findings=tuple(data.get("findings", ())),
        )


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a certificate as it lies in the scan.

    ``page_number`` counts from 1 in the file; ``face`` is the printed face (1-4) or ``None`` where unknown;
    ``rotation_deg`` is the clockwise turn (0, 90, 180, 270) that made the page upright; the size is that of the
    upright face image.
    """

    page_number: int
    part: Part
    face: int | None
    rotation_deg: int
    width_px: int
    height_px: int

    def to_json(self) -> dict[str, Any]:
        return {**dataclasses.asdict(self), "part": self.part.value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Face:
        return cls(**{**data, "part": Part(data["part"])})


@dataclass(frozen=True, slots=True)
class Record:
    """Everything read from one certificate; ``fields`` is keyed by path, such as ``owners.0.full_name``."""

    source: str
    form: Form
    form_confidence: float
    pages: tuple[Face, ...]
    fields: Mapping[str, FieldReading]
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Decision:
        """``accept`` only when every field is, and no finding is an error; never for a paper without fields."""
        certain = (
            bool(self.fields)
            and all(f.decision is Decision.ACCEPT for f in self.fields.values())
            and not any(finding.severity is Severity.ERROR for finding in self.findings)
        )
        return Decision.ACCEPT if certain else Decision.REVIEW

    def value(self, path: str) -> str | None:
        """The value at ``path``, or ``None`` where the field is absent or unread."""
        found = self.fields.get(path)
        return found.value if found else None

    def replace(self, **changes: Any) -> Record:
        """A copy with some of it changed."""
        return dataclasses.replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "form": self.form.value,
            "form_confidence": round(self.form_confidence, 4),
            "pages": [page.to_json() for page in self.pages],
            "fields": {path: reading.to_json() for path, reading in self.fields.items()},
            "findings": [finding.to_json() for finding in self.findings],
            "verdict": self.verdict.value,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Record:
        return cls(
            source=data["source"],
            form=Form(data["form"]),
            form_confidence=data["form_confidence"],
            pages=tuple(Face.from_json(page) for page in data["pages"]),
            fields={path: FieldReading.from_json(reading) for path, reading in data["fields"].items()},
            findings=tuple(Finding.from_json(finding) for finding in data["findings"]),
        )
