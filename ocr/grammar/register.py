"""The number in the register of certificates: its label's wordings, and the number beside or behind it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import FaceText, Piece, TextLine, join, whole, whole_part
from ocr.grammar.labels import Hit, Label, find_labels, opens
from ocr.grammar.letters import fold
from ocr.grammar.values import register_number

REGISTER = Label(
    "register_number",
    (
        "Số vào sổ cấp GCN", "Số vào sổ cấp Giấy chứng nhận", "Số vào sổ cấp Giấy chứng nhận QSDĐ",
        "Số vào sổ cấp giấy CNQSDĐ", "Vào sổ cấp giấy CNQSDĐ Số", "Vào sổ cấp giấy chứng nhận quyền sử dụng đất Số",
        "Số vào sổ", "Vào sổ cấp giấy chứng nhận số",
        "Vào sổ cấp GCN số", "Số vào sổ cấp GCN QSDĐ", "Số vào sổ cấp giấy", "Số vào sổ đăng ký", "Hồ sơ gốc số",
    ),
    opening=True,
)  # fmt: skip


_WORDS = re.compile(r"v[a-z]{1,2}\s*s|g[o0]c")


def _is_label(text: str, hit: Hit) -> bool:
    """Whether a label of the register opens the text: "Cấp đổi từ Giấy chứng nhận ... có số" is only like one."""
    return opens(text, hit.start) and bool(_WORDS.search(fold(text[hit.start : hit.end])))


# "số vào sổ H 05813 cấp ngày 13/08/1996" stands in a note on the certificate before.
_OF_EARLIER = re.compile(r"\bcap\s*ngay\b|\bngay\s*\d")


def register_draft(faces: Sequence[FaceText], barred: Collection[TextLine]) -> tuple[Draft | None, frozenset[TextLine]]:
    """The number in the register of certificates, and the lines that it took.

    A label beside which no number was read gives a draft without a piece: nothing is left out silently.
    """
    labels: list[TextLine] = []
    for face in faces:
        for line in face.lines:
            if line in barred:
                continue
            hits = [hit for hit in find_labels(line.text, (REGISTER,)) if _is_label(line.text, hit)]
            if not hits:
                continue
            piece = whole_part(line, hits[0].end, len(line.text))
            if piece and _OF_EARLIER.search(fold(piece.text)):
                continue
            if piece and re.search(r"\d", piece.text):
                # A stroke before the digits may be a letter that no reader knew, one behind them a 1.
                behind = line.text[hits[0].end :]
                doubted = bool(_STROKE_BEFORE.match(behind) or _STROKE_BEHIND.search(behind))
                own, below = _register_only(piece), _suffix_below(line, face)
                whole_number = (join([own, whole(below)]) if below else None) or own
                taken = frozenset([line, below] if below else [line])
                return Draft("register_number", Kind.REGISTER, whole_number, doubted=doubted), taken
            wrapped = _wrapped(line, face)
            if wrapped:
                return Draft("register_number", Kind.REGISTER, wrapped), frozenset([line, *wrapped.lines])
            nearby = _beside(line, face)
            if nearby:
                letters = _LETTERS_BEFORE.search(line.text) if nearby.text[:1].isdigit() else None
                before = whole_part(line, *letters.span(1)) if letters else None
                number = join([before, whole(nearby)]) if before else whole(nearby)
                return Draft("register_number", Kind.REGISTER, number), frozenset([line, nearby])
            labels.append(line)
    return (Draft("register_number", Kind.REGISTER, None, doubted=True) if labels else None), frozenset(labels)


_SUFFIX = re.compile(r"\W*/?\s*QS[DĐ]{1,2}\b", re.IGNORECASE)


def _suffix_below(line: TextLine, face: FaceText) -> TextLine | None:
    """What the number of a red book goes on with in the line below: ``09506`` / ``QSDĐ/HĐ``."""
    for below in face.lines:
        near = 0 < below.box.top - line.box.top < 2.2 * line.box.height
        if near and abs(below.box.left - line.box.left) < 2 * line.box.height and _SUFFIX.match(below.text):
            return below
    return None


def _wrapped(line: TextLine, face: FaceText) -> Piece | None:
    """The number behind the rest of a label that goes on with lines below: ``… quyền sử dụng`` / ``đất:`` / ``86361``.

    Letters of the number may end the line above: ``Số vào sổ cấp GCN: CN`` / ``790``.
    """
    last = line
    for below in face.lines:
        # Behind "Số:" it may stand a line further down: a short rest of the label between them is easily missed.
        reach = 4.2 if _NUMBER_SAID.match(fold(below.text)) else 2.2
        near = 0 < below.box.top - last.box.top < reach * line.box.height
        aligned = abs(below.box.left - line.box.left) < 2 * line.box.height
        if below is line or not near or not aligned:
            continue
        rest = _WRAPPED_REST.match(fold(below.text))
        piece = whole_part(below, rest.end() if rest else 0, len(below.text))
        if piece and register_number(piece.text) and len(piece.text) < _LONGEST_NUMBER:
            letters = _LETTERS_BEFORE.search(line.text) if last is line else None
            before = whole_part(line, *letters.span(1)) if letters else None
            return join([before, piece]) if before and piece.text[:1].isdigit() else _register_only(piece)
        if piece is None:
            last = below
    return None


# The letters that a register's number begins with, behind the colon.
_LETTERS_BEFORE = re.compile(r":\s*([A-ZĐ]{1,3}\.?)\s*$")
# A sign right before the digits stands for a letter ("#65402" for "H65402") and belongs to the number.
_GAP = r"(?:[^\w#£€$%&*+=<>/|\\]|[/|\\](?!\s*\d))"
_WRAPPED_REST = re.compile(rf"\W*(?:(?:quyen|su|dung|dat|nhan|chung|giay|so|qsdd|o|nha|huu|va){_GAP}+)*(?:so{_GAP}+)?")
_STROKE_BEFORE = re.compile(r"[\s:.]*[/|\\!¡(){}\[\]#£€$%&*+=<>]\s*\d")
_STROKE_BEHIND = re.compile(r"\d[/|\\!]\s*$")
_NUMBER_SAID = re.compile(r"\W*so\s*[:.]")
_LONGEST_NUMBER = 24
_LABEL_REST = re.compile(rf"(?:{_GAP}*\b(?:gcn|qsdd|qsd|cnqsdd|giay|chung|nhan|cap|so|s[o0])\b{_GAP}*)+")


def _register_only(piece: Piece) -> Piece:
    """The number itself, without words of the label left before it."""
    rest = _LABEL_REST.match(fold(piece.text))
    return (piece.cut(rest.end(), len(piece.text)) if rest else None) or piece


def _beside(line: TextLine, face: FaceText) -> TextLine | None:
    """The number right of a label, or close under it."""
    for other in face.lines:
        overlap = min(other.box.bottom, line.box.bottom) - max(other.box.top, line.box.top)
        right = 0 <= other.box.left - line.box.right + line.box.height < 8 * line.box.height
        if (
            other is not line
            and overlap > 0.4 * min(other.box.height, line.box.height)
            and right
            and register_number(other.text)
        ):
            return other
    return None


def is_register_line(line: TextLine) -> bool:
    """Whether a line opens with the label of the register number."""
    return any(opens(line.text, hit.start) for hit in find_labels(line.text, (REGISTER,)))
