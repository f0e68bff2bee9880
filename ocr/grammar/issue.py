"""Who issued the certificate, where and when; its serial and register numbers; its barcode and QR code.

Owns the block of the signature (place and date, authority, titles, name) and the numbers that stand outside any
section. A serial inside the notes or the changes is an earlier certificate's, so those sections are never searched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from certificate.geometry import Box
from ocr.grammar.aligned import boundary_map
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import FaceText, Piece, Run, TextLine, join, whole
from ocr.grammar.labels import Label, find_labels, head_of, opens
from ocr.grammar.letters import fold, is_syllable, plausibility, skeleton_of
from ocr.grammar.offices import AUTHORITY_HEADS, mend_office
from ocr.grammar.values import register_number, serial_span

_DATE_TAIL = (
    r"n?g[a-z]{1,2}y?\s*[:.]?\s*(?P<day>[\dOoIlT]{1,2})\s*t?h[a-z]{1,4}\s*(?P<month>[\dOoIlT]{1,2})"
    r"\s*n[a-z]{1,2}\s*(?P<year>\d[\dOo]{3})"
)
_PLACED_DATE = re.compile(
    rf"(?P<place>[^\d,;:]{{2,40}}?)\s*[,.;]?\s*(?<![a-z])(?P<date>{_DATE_TAIL})\W*$", re.IGNORECASE
)
_BARE_DATE = re.compile(rf"\W*(?P<date>{_DATE_TAIL})\W*$", re.IGNORECASE)
_NOT_A_PLACE = re.compile(r"\b(?:den|tu|cap|ky|sinh|han|theo|truoc|sau|het|lap)\s*$|ngay|thang")
_TITLE = re.compile(
    r"\W*(?:(?:k[tf1]|tuq|tu[qo0]|t[l1]|q)\s*[.,:/]?\s*(?:chu\s*t|g[il1]am|bo\s*tr|truong)|(?:pho\s+)?(?:chu\s*t[il1]ch|g[il1]am\s*doc|truong\s*phong|"
    r"cuc\s*truong|bo\s*truong|tong\s*cuc|chi\s*cuc)|q\.\s*)"
)
_BEHALF = re.compile(r"\W*[t1i]\s*[./|il1!]?\s*m\s*[.,:]?\s+(?=u[yi]|ub|so\b|hoi)")
_AUTHORITY = re.compile(
    r"u[yi]\s*ban|ubnd|so\s+(?:tai|nong|dia)|van\s*phong|chi\s*nhanh|bo\s+(?:tai|nong)|tong\s*cuc|vpdk|huyen|thi\s*xa|thanh\s*pho|tinh"
)
_TITLE_ALIKE = 80.0
_HIDDEN_TITLE_ALIKE = 55.0
_STAMP = re.compile(r"\W*(?:da\s*ky|mau|ky\s*ten|dong\s*dau)\W*$")

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


@dataclass(frozen=True, eq=False)
class DateLine:
    """The line with place and date of issue; ``place`` and ``date`` are its parts."""

    line: TextLine
    place: Piece | None
    date: Piece


def date_line(face: FaceText, *, above: float | None = None) -> DateLine | None:
    """The first line of a face that says where and when it was signed, above a height where one is given."""
    for line in face.lines:
        if above is not None and line.box.top >= above:
            continue
        found = read_date_line(line, face.lines)
        if found:
            return found
    return None


def read_date_line(line: TextLine, beside: Sequence[TextLine] = ()) -> DateLine | None:
    """A line such as ``An Giang, ngày 12 tháng 5 năm 2015`` taken apart; ``None`` for any other line."""
    for candidate in dict.fromkeys([line.text, *line.readings.values()]):
        found = _PLACED_DATE.match(fold(candidate))
        if found and not _NOT_A_PLACE.search(found.group("place")) and _begins_a_name(candidate):
            low, high = boundary_map(candidate, line.text)
            place = whole_part(line, low[found.start("place")], high[found.end("place")])
            date = whole_part(line, low[found.start("date")], high[found.end("date")])
            return DateLine(line, place, date) if date else None
    text = line.text
    bare = _BARE_DATE.match(fold(text))
    if bare:
        left = [o for o in beside if o.row == line.row and 0 <= line.box.left - o.box.right < 3 * line.box.height]
        date = whole_part(line, bare.start("date"), bare.end("date"))
        if date and left:
            return DateLine(line, whole(left[-1]), date)
    return None


def _begins_a_name(text: str) -> bool:
    """Whether the text begins with a capital; a small l before a vowel is an I that was misread."""
    start = text.strip(" .,-'\"")
    return start[:1].isupper() or bool(re.match(r"l[aăâeêoôơuư]\b", start))


def whole_part(line: TextLine, start: int, end: int) -> Piece | None:
    """A part of a line as a piece, its ends freed of punctuation."""
    return Piece((Run(line, 0, len(line.text)),)).cut(start, end)


@dataclass(frozen=True, eq=False)
class Signing:
    """The block of the signature: its lines by what they are."""

    date: DateLine
    authority: tuple[TextLine, ...]
    titles: tuple[TextLine, ...]
    name: TextLine | None
    lines: frozenset[TextLine]


def signing_block(face: FaceText, date: DateLine, surnames: Collection[str] = ()) -> Signing:
    """The lines under a place and date, told apart as authority, titles of the signer, and the signer's name.

    ``surnames`` holds family names in small letters without marks.
    """
    box = date.line.box
    if date.place and date.place.lines[0] is not date.line:
        box = box.union(date.place.lines[0].box)
    centre, reach = (box.left + box.right) / 2, max(box.width, 0.3 * face.width)
    below = [line for line in face.lines if _under(line, box, centre, reach)]
    authority: list[TextLine] = []
    titles: list[TextLine] = []
    rest: list[TextLine] = []
    for line in below:
        folded = fold(line.text)
        gap = line.box.top - (titles or authority or [date.line])[-1].box.bottom
        close = gap < 1.6 * max(line.box.height, face.line_height)
        if _STAMP.match(folded) or len(skeleton_of(line.text)) < 2:
            continue
        if (
            not rest
            and close
            and (is_title_line(line) or (titles and _is_capitals(line.text) and _carries_on(titles[-1], line)))
        ):
            titles.append(line)
        elif not titles and not rest and close and (_is_capitals(line.text) or _AUTHORITY.search(folded)):
            (titles if _is_hidden_title(authority, line) else authority).append(line)
        else:
            rest.append(line)
    name = _best_name(rest, surnames, centre)
    kept = [date.line, *authority, *titles, *([name] if name else []), *(date.place.lines if date.place else ())]
    scraps = [line for line in face.lines if line.box.top > box.top and _is_scrap(line)]
    return Signing(date, tuple(authority), tuple(titles), name, frozenset([*kept, *rest, *scraps]))


def _is_scrap(line: TextLine) -> bool:
    """Whether a line beside or under the signature is strokes rather than text."""
    letters = len(skeleton_of(line.text))
    return letters < 6 or (letters < 16 and plausibility(line.text) < 0.6)


_TITLE_OPENINGS = tuple(
    skeleton_of(words)
    for words in (
        "KT. CHỦ TỊCH", "KT. GIÁM ĐỐC", "TUQ. GIÁM ĐỐC", "TUQ. CHỦ TỊCH", "TL. CHỦ TỊCH", "CHỦ TỊCH", "PHÓ CHỦ TỊCH",
        "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "KT. BỘ TRƯỞNG", "KT. CỤC TRƯỞNG", "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG",
    )
)  # fmt: skip


def is_title_line(line: TextLine) -> bool:
    """Whether a line opens with a signer's title, as any of its readers has it."""
    for text in {line.text, *line.readings.values()}:
        if _TITLE.match(fold(text)):
            return True
        letters = skeleton_of(text)
        if len(letters) >= 6 and any(
            fuzz.ratio(opening, letters[: len(opening) + slip]) >= _TITLE_ALIKE
            for opening in _TITLE_OPENINGS
            for slip in (-1, 0, 1)
        ):
            return True
    return False


def _under(line: TextLine, box: Box, centre: float, reach: float) -> bool:
    top = line.box.top - box.bottom + 0.5 * line.box.height
    middle = (line.box.left + line.box.right) / 2
    within = abs(middle - centre) < 0.5 * reach and line.box.width < 1.9 * reach
    return top > 0 and within and not find_labels(line.text, (REGISTER,)) and head_of(line.text) is None


def _is_hidden_title(authority: Sequence[TextLine], line: TextLine) -> bool:
    """Whether a line under a whole authority is a title that the seal made hard to read, and no place's name."""
    printed = " ".join(above.text for above in authority)
    behalf = _BEHALF.match(fold(printed))
    printed = printed[behalf.end() if behalf else 0 :]
    if not printed or not mend_office(printed, AUTHORITY_HEADS)[1]:
        return False
    if mend_office(f"{printed} {line.text}", AUTHORITY_HEADS)[1]:
        return False
    letters = skeleton_of(line.text)
    return any(fuzz.ratio(title, letters) >= _HIDDEN_TITLE_ALIKE for title in _TITLE_OPENINGS)


def _is_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) > 0.75 * len(letters)


def _carries_on(title: TextLine, line: TextLine) -> bool:
    """Whether a capital line goes on with a title that ended inside an office's name."""
    before = fold(title.text)
    words = re.findall(r"\w+", before)
    return (bool(_AUTHORITY.search(before)) or (len(words) > 2 and "giam" in words)) and bool(
        _AUTHORITY.search(fold(line.text))
        or re.search(r"dat\s*dai|dang\s*ky|moi\s*truong|nhan\s*dan", fold(line.text))
        or len(words) > 4
    )


def _best_name(lines: Sequence[TextLine], surnames: Collection[str], centre: float) -> TextLine | None:
    def worth(line: TextLine) -> float:
        words = [w for w in re.split(r"[\W\d_]+", line.text) if w]
        if not 2 <= len(words) <= 6 or any(c.isdigit() for c in line.text) or is_title_line(line):
            return -1.0
        plausible = sum(is_syllable(w) for w in words) / len(words)
        known = float(fold(words[0]) in surnames)
        capital = sum(w[0].isupper() for w in words) / len(words)
        off = min(2.0, abs((line.box.left + line.box.right) / 2 - centre) / max(1, line.box.width))
        return float(plausible + capital + 1.2 * known - 0.3 * off - line.line.red_overlap * 0.2)

    ranked = sorted(lines, key=worth)
    return ranked[-1] if ranked and worth(ranked[-1]) > 0.8 else None


def signing_drafts(signing: Signing) -> list[Draft]:
    """The drafts that the block of the signature gives."""
    drafts = [Draft("issue_date", Kind.DATE, signing.date.date)]
    if signing.date.place:
        drafts.append(Draft("issue_place", Kind.PLACE, signing.date.place))
    authority = join(whole(line) for line in signing.authority)
    if authority:
        behalf = _BEHALF.match(fold(authority.text))
        piece = authority.cut(behalf.end() if behalf else 0, len(authority.text))
        drafts.append(Draft("issuing_authority", Kind.AUTHORITY, piece))
    title = join(whole(line) for line in signing.titles)
    if title:
        drafts.append(Draft("signer_title", Kind.TITLE, title))
    if signing.name:
        drafts.append(Draft("signer_name", Kind.NAME, whole(signing.name)))
    return drafts


def serial_draft(
    faces: Sequence[FaceText],
    barred: Collection[TextLine],
    digit_count: tuple[int, ...],
    letter_count: tuple[int, ...],
) -> Draft | None:
    """The certificate's own serial number: a line that holds little else, low on the first face."""
    best: tuple[float, Draft] | None = None
    for face in faces:
        for line in face.lines:
            if line in barred:
                continue
            found = _serial_in(line, digit_count, letter_count)
            if not found:
                continue
            start, end = found
            around = len(skeleton_of(line.text[:start])) + len(skeleton_of(line.text[end:]))
            if around > 6:
                continue
            worth = line.box.bottom / max(1, face.height) + (1.0 if face.read.face.face == 1 else 0.0) - 0.1 * around
            worth += 0.5 * min(line.box.height / face.line_height, 2.0)
            piece = whole_part(line, start, end)
            if piece and (best is None or worth > best[0]):
                best = (worth, Draft("serial_number", Kind.SERIAL, piece))
    return best[1] if best else None


def _serial_in(line: TextLine, digit_count: tuple[int, ...], letter_count: tuple[int, ...]) -> tuple[int, int] | None:
    found = serial_span(line.text, digit_count=digit_count, letter_count=letter_count)
    if found:
        return found[1], found[2]
    for text in line.readings.values():
        other = serial_span(text, digit_count=digit_count, letter_count=letter_count)
        if other and len(skeleton_of(text)) - len(skeleton_of(other[0])) <= 6:
            return 0, len(line.text)
    return None


def register_draft(faces: Sequence[FaceText], barred: Collection[TextLine]) -> tuple[Draft | None, frozenset[TextLine]]:
    """The number in the register of certificates, and the lines that it took."""
    for face in faces:
        for line in face.lines:
            if line in barred:
                continue
            hits = [hit for hit in find_labels(line.text, (REGISTER,)) if opens(line.text, hit.start)]
            if not hits:
                continue
            piece = whole_part(line, hits[0].end, len(line.text))
            if piece and re.search(r"\d", piece.text):
                return Draft("register_number", Kind.REGISTER, _register_only(piece)), frozenset([line])
            nearby = _beside(line, face)
            if nearby:
                return Draft("register_number", Kind.REGISTER, whole(nearby)), frozenset([line, nearby])
    return None, frozenset()


_LABEL_REST = re.compile(r"(?:\W*\b(?:gcn|qsdd|qsd|cnqsdd|giay|chung|nhan|cap|so|s[o0])\b\W*)+")


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


def read_codes(faces: Sequence[FaceText]) -> list[tuple[str, FaceText, str, Box]]:
    """What barcodes and QR codes say: (path, face, payload, box), the first of each kind."""
    found: dict[str, tuple[str, FaceText, str, Box]] = {}
    for face in faces:
        for code in face.read.codes:
            if code.kind == "qr":
                found.setdefault("qr", ("qr", face, code.payload, code.box))
            elif re.fullmatch(r"\d{10,15}", code.payload):
                found.setdefault("barcode", ("barcode", face, code.payload, code.box))
    return list(found.values())
