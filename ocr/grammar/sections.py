"""Cutting a certificate's faces into sections by their titles, in whatever order the faces were scanned.

Owns the order of printed faces, the wrapped titles and what belongs to no section (page furniture, the block of the
signature). It must not know what stands inside a section.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr.grammar.flow import FaceText, Piece, Run, TextLine
from ocr.grammar.heads import SECTION_HEADS, head_of
from ocr.grammar.labels import HOUSE_LABELS, find_labels
from ocr.grammar.letters import fold, plausibility, skeleton_of
from ocr.grammar.signing import lone_date, read_date_line, wrapped_date
from ocr.grammar.tables import read_table

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


_BEFORE_SIGNATURE = frozenset({"house", "other_assets", "notes"})
_OFFICE = re.compile(
    r"\W*(?:t\s*[./]?\s*m\b[.,]?\s*)?(?:u[yi]\s*ban\s*nhan\s*dan|ubnd\b|so\s+(?:tai\s*nguyen|nong\s*nghiep|dia\s*chinh)"
    r"|van\s*phong\s*dang\s*ky|vpdk|chi\s*nhanh\b)"
)
_SIGNED = re.compile(
    r"[^\d:;]{2,40}[,.;]\s*ng[a-z]y\s*(?:\d{1,2}|[.…\s]+)\s*th[a-z]{1,4}\s*(?:\d{1,2}|[.…\s]+)\s*n[a-z]{1,2}\b.{0,8}"
)
_CAPITALS = 0.75
_CERTIFIES = re.compile(r"\W*chung\s*nhan\W*")
# A numbered title is one even where a table's rule beside it makes it look like a cell.
_NUMBERED = re.compile(r"\W*(?:\d|[IVX]{1,4})\s*[.\-–):]\s*[A-ZĐ]\w")


def opens_signature(line: TextLine, face: FaceText, head: TextLine | None) -> bool:
    """Whether the block of the signature begins here: place and date, or an office in capitals, further right."""
    left = head.box.left if head and head.face_index == face.index else 0
    if line.line.cell is not None or line.box.left < left + max(2 * line.box.height, 0.1 * face.width):
        return False
    dated = read_date_line(line, face.lines) or lone_date(line, face) or wrapped_date(line, face)
    if dated or _SIGNED.fullmatch(fold(line.text).strip()):
        return True
    letters = [c for c in line.text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters) > _CAPITALS * len(letters)
    return capitals and bool(_OFFICE.match(fold(line.text)))


def _is_scrap(line: TextLine) -> bool:
    """Whether a line is no text: strokes of a signature, of the sketch or of a seal taken for letters, a lone title."""
    if "stt" in map(skeleton_of, line.readings.values()):
        return True  # The title of a table's column of numbers, outside of what was found of the table.
    letters = sum(c.isalnum() for c in line.text)
    if letters == 0:
        return not any(c in "-–/" for c in line.text)
    drawn = line.line.handwritten >= 0.5 or line.line.red_overlap > 0.6
    return drawn and letters < 8 and plausibility(line.text) < 0.6 and not _GRADE.fullmatch(fold(line.text))


_GRADE = re.compile(r"\W*cap\s*(?:[ivxl1]{1,4}|\d)\W*")


def parcel_lines(face: FaceText) -> frozenset[TextLine]:
    """The lines of a face that stand in a table of parcels, by its columns' titles and by what it holds."""
    table = read_table(face.lines)
    return table.lines if table else frozenset()


_CHANGE = re.compile(
    r"\W*(?:thay doi|(?:dang ky )?the chap|xoa (?:dang ky )?(?:the chap|no)|chuyen (?:nhuong|doi|muc dich)|tang cho"
    r"|thua ke|dinh chinh|gia han)\b"
)


def _holds_changes_only(face: FaceText) -> bool:
    """Whether a face without any title holds changes: its title was cut off, or stands on the face before."""
    told = any(_CHANGE.match(fold(line.text)) for line in face.lines)
    return told and not any(head_of(line.text) for line in face.lines)


def split_sections(
    faces: Sequence[FaceText], left_out: frozenset[TextLine], in_tables: frozenset[TextLine] = frozenset()
) -> Sections:
    """The sections of a certificate; ``faces`` in printed order.

    ``left_out`` are the lines that belong to none, ``in_tables`` those in a table of parcels, whatever title was read
    above them.
    """
    parts: dict[str, list[Piece]] = {}
    heads: dict[str, TextLine] = {}
    key = ""
    for face in faces:
        # A table of parcels may go on with the next face, in cells before any title.
        carried = key == "parcels"
        key, fresh_title = "", ""
        if face.read.face.face == 4 or _holds_changes_only(face):
            key = "changes"
        for line in face.lines:
            if line in left_out or not line.text or _is_scrap(line):
                continue
            head = head_of(line.text) or _house_of_a_dwelling(line, key)
            if head and (line.line.cell is None or head[0] == "changes" or _NUMBERED.match(line.text)):
                key, at = head
                fresh_title = key
                heads.setdefault(key, line)
                _add(parts, key, line, at)
                continue
            opened, is_title = _opened_without_head(line, key)
            if opened:
                key = opened
                heads.setdefault(key, line)
            if is_title:
                fresh_title = key
                continue
            # The title above may have been lost, or lie inside of a table that was found too large.
            if line in in_tables or (not key and carried and line.line.cell is not None):
                key = "parcels"
            if key in _BEFORE_SIGNATURE and opens_signature(line, face, heads.get(key)):
                key = ""
            # Nothing of a sketch begins like a change: the title between them was lost.
            if key == "sketch" and _CHANGE.match(fold(line.text)):
                key = "changes"
            if fresh_title and line.line.cell is None and _continues_title(fresh_title, line):
                continue
            fresh_title = ""
            # What stands over house and land, their address, is the land's.
            _add(parts, "parcels" if key == "dwelling" else key, line, 0)
    return Sections({key: tuple(pieces) for key, pieces in parts.items()}, heads)


_HOUSE_PART, _LAND_PART = re.compile(r"\W*nha\s*[o0]\s*[:;.]?\W*"), re.compile(r"\W*[dđ]at\s*[o0]\s*[:;.]?\W*")
# "- Nhà ở: Loại nhà: Nhà phố": the part's title and its first label in one line.
_HOUSE_BEFORE_TYPE = re.compile(r"\W*nha\s*[o0]\s*[:;.]\s*(?=loai\s*nha\b)")


def _house_of_a_dwelling(line: TextLine, key: str) -> tuple[str, int] | None:
    found = _HOUSE_BEFORE_TYPE.match(fold(line.text)) if key in ("dwelling", "house") else None
    return ("house", found.end()) if found else None


# Behind the owners of a house certificate: where the house and its land lie.
_OF_THE_DWELLING = re.compile(r"\W*la\s*chu\s*so\s*huu\s*nha\s*o\b.{0,40}\btai\b")
# Under a house certificate's title stand its owners without any title of their own.
_OWNER_NAMED = re.compile(r"\W*(?:ho\s*)?(?:ong|ba)\s*(?:[(/]\s*ba\s*\)?\s*)?:\s*[a-z]{2,}\s+[a-z]{2,}")
_ADDRESS_OF_PARCELS = re.compile(
    r"\W*(?:dia\s*ch[il]|vi\s*tri)\s*(?:chung\s*)?(?:cua\s*)?(?:cac\s*thua(?:\s*dat)?|thua\s*dat)\s*[:;.]"
)


def _opened_without_head(line: TextLine, key: str) -> tuple[str, bool]:
    """The section that a line opens without a head of its own, given the one before, and whether it is but a title.

    An empty key for most lines. "Nhà ở:" and "Đất ở:" stand without a number under a house certificate's common title,
    where a house's own label opens it, too; books of 1993 have "CHỨNG NHẬN" over the owners; on a supplement the table
    stands under the parcels' address alone.
    """
    folded = fold(line.text)
    if not key and _CERTIFIES.fullmatch(folded):
        return "owners", True
    if line.line.cell is not None:
        return "", False
    if not key and _ADDRESS_OF_PARCELS.match(folded):
        return "parcels", False
    if key in ("owners", "") and _OF_THE_DWELLING.match(folded):
        return "parcels", False
    if not key and _OWNER_NAMED.match(folded):
        return "owners", False
    if key in ("dwelling", "house") and _LAND_PART.fullmatch(folded):
        return "parcels", True
    if key == "dwelling" and _HOUSE_PART.fullmatch(folded):
        return "house", True
    return ("house", False) if key == "dwelling" and find_labels(line.text, HOUSE_LABELS) else ("", False)


def _add(parts: dict[str, list[Piece]], key: str, line: TextLine, at: int) -> None:
    if not key or not line.text[at:].strip(" :.;-–"):
        return
    while at and at < len(line.text) and line.text[at] in " :.;_":
        at += 1
    parts.setdefault(key, []).append(Piece((Run(line, at, len(line.text)),)))
