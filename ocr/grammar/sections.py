"""Cutting a certificate's faces into sections by their titles, in whatever order the faces were scanned.

Owns the order of printed faces, the wrapped titles and what belongs to no section (page furniture, the block of the
signature). It must not know what stands inside a section.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr.grammar.flow import FaceText, Piece, Run, TextLine
from ocr.grammar.labels import SECTION_HEADS, head_of
from ocr.grammar.letters import plausibility, skeleton_of

_TITLES = {label.key: tuple(label.skeletons) for label in SECTION_HEADS}


@dataclass(frozen=True, eq=False)
class Sections:
    """The lines of each section as pieces, a title's own rest (``Ghi chú: -/-``) first."""

    parts: Mapping[str, tuple[Piece, ...]]
    heads: Mapping[str, TextLine]

    def __getitem__(self, key: str) -> tuple[Piece, ...]:
        return self.parts.get(key, ())

    def __contains__(self, key: str) -> bool:
        return key in self.heads


def _continues_title(title_key: str, line: TextLine) -> bool:
    letters = skeleton_of(line.text)
    return 2 < len(letters) < 45 and any(title.endswith(letters) for title in _TITLES.get(title_key, ()))


def _is_scrap(line: TextLine) -> bool:
    """Whether a line is no text: strokes of a signature, of the sketch or of a seal taken for letters."""
    letters = sum(c.isalnum() for c in line.text)
    if letters == 0:
        return not any(c in "-–/" for c in line.text)
    drawn = line.line.handwritten >= 0.5 or line.line.red_overlap > 0.6
    return drawn and letters < 8 and plausibility(line.text) < 0.6


def split_sections(faces: Sequence[FaceText], left_out: frozenset[TextLine]) -> Sections:
    """The sections of a certificate; ``faces`` in printed order, ``left_out`` the lines that belong to none."""
    parts: dict[str, list[Piece]] = {}
    heads: dict[str, TextLine] = {}
    for face in faces:
        key, fresh_title = "", ""
        if face.read.face.face == 4:
            key = "changes"
        for line in face.lines:
            if line in left_out or not line.text or _is_scrap(line):
                continue
            head = head_of(line.text)
            if head and (line.line.cell is None or head[0] == "changes"):
                key, at = head
                fresh_title = key
                heads.setdefault(key, line)
                _add(parts, key, line, at)
                continue
            if fresh_title and _continues_title(fresh_title, line):
                continue
            fresh_title = ""
            _add(parts, key, line, 0)
    return Sections({key: tuple(pieces) for key, pieces in parts.items()}, heads)


def _add(parts: dict[str, list[Piece]], key: str, line: TextLine, at: int) -> None:
    if not key or not line.text[at:].strip(" :.;-–"):
        return
    while at and at < len(line.text) and line.text[at] in " :.;_":
        at += 1
    parts.setdefault(key, []).append(Piece((Run(line, at, len(line.text)),)))
