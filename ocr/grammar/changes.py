"""The table of changes after issue: one change a row, its text on the left, date and seal on the right."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import FaceText, Piece, Run, TextLine, join
from ocr.grammar.letters import fold, skeleton_of
from ocr.grammar.signing import read_date_line
from ocr.grammar.values import is_empty

_HEADER = re.compile(
    r"noidungthaydoi|vacosophaply|xacnhancua|coquancotham|thamquyen|coquancothamquyen|cosophaply|xacnhan$"
)
_CONFIRM = re.compile(r"xac\s*nhan")
_LOOSE_DATE = re.compile(
    r"ng[a-z]y\s*(?P<d>\d{1,2})\s*th[a-z]{1,4}\s*\d{1,2}\s*n[a-z]{1,2}\s*\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
)


def read_changes(faces: Sequence[FaceText], pieces: Sequence[Piece]) -> list[Draft]:
    """The drafts of all changes printed in these lines, face by face."""
    drafts: list[Draft] = []
    count = 0
    for face in faces:
        lines = [run.line for piece in pieces for run in piece.runs if run.line.face_index == face.index]
        for content, date in _rows(lines, face):
            if content is None:
                continue
            if date:
                drafts.append(Draft(f"changes.{count}.date", Kind.DATE, date))
            drafts.append(Draft(f"changes.{count}.content", Kind.TEXT, content))
            count += 1
    return drafts


def _rows(lines: Sequence[TextLine], face: FaceText) -> list[tuple[Piece | None, Piece | None]]:
    border = _border(lines, face)
    body = [
        line for line in lines if not _HEADER.search(skeleton_of(line.text)[:40]) or len(skeleton_of(line.text)) > 60
    ]
    left = [
        line
        for line in body
        if (line.box.left + line.box.right) / 2 < border and line.box.left < border - line.box.height
    ]
    right = [line for line in body if line not in left]
    dated = [(line, piece) for line in right if (piece := _date_in(line))]
    if any(line.line.cell for line in left):
        return _ruled_rows(left, dated)
    return _loose_rows(left, dated)


def _border(lines: Sequence[TextLine], face: FaceText) -> float:
    """Where the column of confirmations begins."""
    confirm = [
        line.box for line in lines if _CONFIRM.search(fold(line.text)) and _HEADER.search(skeleton_of(line.text))
    ]
    if confirm:
        box = min(confirm, key=lambda box: box.top)
        content = [
            line.box
            for line in lines
            if re.search(r"noidungthay", skeleton_of(line.text)) and line.box.right < box.left
        ]
        if content:
            return (
                (max(c.right for c in content) + box.left) / 2
                if box.left - content[0].right < 0.2 * face.width
                else box.left - 0.03 * face.width
            )
        return box.left - 0.01 * face.width
    dates = [line.box.left for line in lines if read_date_line(line)]
    return min(dates) - 0.01 * face.width if dates else 0.62 * face.width


def _date_in(line: TextLine) -> Piece | None:
    found = read_date_line(line)
    if found:
        return found.date
    loose = _LOOSE_DATE.search(fold(line.text))
    if not loose:
        return None
    return Piece((Run(line, 0, len(line.text)),)).cut(loose.start(), loose.end())


def _text(lines: Sequence[TextLine]) -> Piece | None:
    piece = join(Piece((Run(line, 0, len(line.text)),)) for line in lines if line.text)
    return piece.trimmed() if piece and not is_empty(piece.text) and len(skeleton_of(piece.text)) > 3 else None


def _ruled_rows(
    left: Sequence[TextLine], dated: Sequence[tuple[TextLine, Piece]]
) -> list[tuple[Piece | None, Piece | None]]:
    rows = sorted({line.line.cell[:2] for line in left if line.line.cell})
    found = []
    for row in rows:
        members = [line for line in left if line.line.cell and line.line.cell[:2] == row]
        dates = [piece for line, piece in dated if line.line.cell and line.line.cell[:2] == row]
        if len(dates) > 1:
            # One ruled row that holds several changes, as on forms printed with two cells only.
            found += _loose_rows(
                members, [pair for pair in dated if pair[0].line.cell and pair[0].line.cell[:2] == row]
            )
        else:
            found.append((_text(members), dates[0] if dates else None))
    return found


def _loose_rows(
    left: Sequence[TextLine], dated: Sequence[tuple[TextLine, Piece]]
) -> list[tuple[Piece | None, Piece | None]]:
    """Rows without rules: each date on the right opens one; the text beside and under it belongs to it."""
    if not dated:
        return [(_text(left), None)] if left else []
    starts = sorted(dated, key=lambda pair: pair[0].box.top)
    blocks = _blocks(left)
    if len(blocks) == len(starts):
        return [(_text(block), piece) for block, (_, piece) in zip(blocks, starts, strict=True)]
    rows: list[list[TextLine]] = [[] for _ in starts]
    for line in left:
        above = [n for n, (start, _) in enumerate(starts) if start.box.top <= line.box.top + 1.6 * line.box.height]
        rows[above[-1] if above else 0].append(line)
    return [(_text(row), piece) for row, (_, piece) in zip(rows, starts, strict=True)]


def _blocks(left: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines parted where the gap between them is wider than between lines of one text."""
    ordered = sorted(left, key=lambda line: (line.row, line.box.left))
    blocks: list[list[TextLine]] = []
    for line in ordered:
        if blocks and line.box.top - blocks[-1][-1].box.bottom < 0.9 * line.box.height:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks
