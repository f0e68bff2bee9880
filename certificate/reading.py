"""What the reader hands over for one scan: its certificates, their faces and every word's place.

These types travel between processes (the reader runs in a child of its own), into the database and into the
PDF/A's text layer, so they are plain values that pickle and turn into JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certificate.geometry import IDENTITY, Box, Homography, Mesh, apply_homography, apply_mesh
from certificate.record import Face, Finding, Record


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its box in pixels of the upright face image; words of one line share ``line_number`` (from 0)."""

    text: str
    box: Box
    line_number: int


@dataclass(frozen=True, slots=True)
class FaceReading:
    """A face, its words in reading order, and how its image relates to the scanned page.

    ``to_source`` maps upright face pixels to pixels of the page's stored image as it lies in the file (before any
    turning), ``source_width_px`` x ``source_height_px``. A sheet that was bent on its photo was drawn flat to be read:
    ``mesh`` says where places of the face lie before ``to_source``, and is empty on all others. ``preview_jpeg`` is a
    re-encoded picture of the upright face with the same width and height as the face, for the reviewer's page.
    """

    face: Face
    words: tuple[Word, ...]
    source_width_px: int
    source_height_px: int
    to_source: Homography = IDENTITY
    preview_jpeg: bytes = b""
    mesh: Mesh = ()

    def on_source(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the upright face lies on the stored image; ``ZeroDivisionError`` when it lies nowhere."""
        if self.mesh:
            x, y = apply_mesh(self.mesh, x / self.face.width_px, y / self.face.height_px)
        return apply_homography(self.to_source, x, y)

    def to_json(self) -> dict[str, Any]:
        """Everything but the preview, which is kept as a blob."""
        return {
            "face": self.face.to_json(),
            "words": [[word.text, *word.box, word.line_number] for word in self.words],
            "source_width_px": self.source_width_px,
            "source_height_px": self.source_height_px,
            "to_source": list(self.to_source),
            **({"mesh": [[list(place) for place in row] for row in self.mesh]} if self.mesh else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], preview_jpeg: bytes = b"") -> FaceReading:
        a, b, c, d, e, f, g, h, i = data["to_source"]
        return cls(
            face=Face.from_json(data["face"]),
            words=tuple(Word(text, Box(*box), line) for text, *box, line in data["words"]),
            source_width_px=data["source_width_px"],
            source_height_px=data["source_height_px"],
            to_source=(a, b, c, d, e, f, g, h, i),
            preview_jpeg=preview_jpeg,
            mesh=tuple(tuple((x, y) for x, y in row) for row in data.get("mesh", ())),
        )


@dataclass(frozen=True, slots=True)
class CertificateReading:
    """One certificate found in a scan: its record and its faces in the order of the pages."""

    record: Record
    faces: tuple[FaceReading, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A page that could not be read, and the code of the reason; never an empty text passed on as a result."""

    page_number: int
    reason: str


@dataclass(frozen=True, slots=True)
class ScanReading:
    """Everything read from one scan. ``certificates`` holds at least one entry, if only one of form ``other``."""

    page_count: int
    certificates: tuple[CertificateReading, ...]
    unreadable: tuple[Unreadable, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionReading:
    """What each reader read in a region that a person drew; readers that read nothing are left out."""

    readings: Mapping[str, str]
