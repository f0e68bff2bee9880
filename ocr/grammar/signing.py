"""The block of the signature: place and date, authority, titles of the signer, and the signer's name.

Owns its lines and how they are told apart, also where a seal or a signature hides part of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from certificate.geometry import Box
from certificate.places import UnitKind
from certificate.text import CAPITALS
from ocr.grammar.aligned import boundary_map
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import FaceText, Piece, Run, TextLine, join, text_line, whole, whole_part
from ocr.grammar.heads import head_of
from ocr.grammar.hidden_titles import hidden_title
from ocr.grammar.labels import find_labels
from ocr.grammar.letters import fold, plausibility, skeleton_of
from ocr.grammar.offices import AUTHORITY_HEADS, mend_office
from ocr.grammar.register import REGISTER
from ocr.grammar.signer import find_name
from ocr.recognise import TEXT_LAYER, Line

_DATE_TAIL = (
    # Dotted lines run between the parts; one digit of the day or the month may have been misread.
    r"n?g[a-z]{1,2}y?[\s.,:…]*(?P<day>[\dOoIlT]{1,2}|\d\S|[^\s\d.,]\d)[\s.,…]*t?h[a-z]{1,4}[\s.,…]*(?P<month>[\dOoIlT]{1,2}|\d\S|[^\s\d.,]\d)"
    r"[\s.,…]*n[a-z]{1,2}[\s.,…]*(?P<year>\d[\dOo]{3})"
    r"|n?g[a-z]{1,2}y\s*[:.]?\s*\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}"
)
_PLACED_DATE = re.compile(
    rf"(?P<place>(?:phuong|quan)\s+\d{{1,2}}(?:\s+[^\d,;:]{{2,30}}?)?|[^\d,;:]{{2,40}}?(?:\s\d{{1,2}}(?=[,.;]))?)"
    rf"\s*[,.;]?\s*(?<![a-z])(?P<date>(?:{_DATE_TAIL}))\W*$",
    re.IGNORECASE,
)
_BARE_DATE = re.compile(rf"\W*(?P<date>(?:{_DATE_TAIL}))\W*$", re.IGNORECASE)
# Words before a date that is not one of issue; as part of a name (Tân Lập, Tam Kỳ, Nga Thắng) they are capitalised.
_BEFORE_OTHER_DATES = frozenset(("den", "tu", "cap", "ky", "sinh", "han", "theo", "truoc", "sau", "het", "lap"))
# A term of use ends with a date, too: "Thời hạn sử dụng đấtĐến" is no place.
_OF_USE = re.compile(r"thoi\s*han|su\s*dung")
# Small words that a line of a text goes on with before a place.
_SHORT_WORDS = frozenset(("o", "tu", "do", "va", "la", "ve", "ra"))
_TITLE = re.compile(
    r"\W*(?:(?:k[tf1]|tuq|tu[qo0]|t[l1]|q)\s*[.,:/]?\s*(?:chu\s*t|g[il1]am|bo\s*tr|truong)|(?:pho\s+)?(?:chu\s*t[il1]ch|g[il1]am\s*doc|truong\s*phong|"
    r"cuc\s*truong|bo\s*truong|tong\s*cuc|chi\s*cuc)|q\.\s*)"
)
_BEHALF = re.compile(r"\W*[t1i]\s*[./|il1!]?\s*m\s*(?:[.,:]\s*|\s+)(?=u[yi]|ub|so\b|hoi)")
# Nothing else stands before a committee's name, whatever "TM." was taken for.
_BEHALF_MISREAD = re.compile(r"\W*\w{1,4}\W+(?:\w\W+)?(?=u[yi]\s*ban\s*nh|ubnd\b)")
_PLACE_OF_OFFICE = re.compile(r"\W*(?:khu\s*vuc|huyen|quan|thi\s*xa|thanh\s*pho|tinh|dac\s*khu|phuong|xa)\s+\w")
_AUTHORITY = re.compile(
    r"u[yi]\s*ban|ubnd|so\s+(?:tai|nong|dia)|van\s*phong|chi\s*nhanh|bo\s+(?:tai|nong)|tong\s*cuc|vpdk|huyen|thi\s*xa|thanh\s*pho|tinh"
)
_TITLE_ALIKE = 80.0
# Beneath an authority that the lists know whole, a line may be less like a title.
_HIDDEN, _HIDDEN_UNDER_UNKNOWN = 55.0, 64.0
_DEPUTISES = re.compile(r"\bk[t1fl]\b")
# A title that another one follows, and how much higher than other lines one may be whose box a seal made higher.
_GOES_ON = re.compile(r"\b(?:k[t1fl]|tu[qo0]|t[l1]|uq)\b")
_TALL = 1.9
_HAND = 0.5
# Where a block that is centred in the right half begins, of the face's width.
_FURTHER_RIGHT = 0.25
# From the top of a line to that of the next one, in its heights.
_NEXT_LINE = 2.6
_ONE_LINE = 1.5
# So many digits at least are left of a date that could not be read.
_FEWEST_DIGITS = 2
_STAMP = re.compile(r"\W*(?:da\s*ky|mau|ky\s*ten|dong\s*dau)\W*$")


@dataclass(frozen=True, eq=False)
class DateLine:
    """The line with place and date of issue; ``place`` and ``date`` are its parts, ``tail`` the line it wraps to."""

    line: TextLine
    place: Piece | None
    date: Piece
    tail: TextLine | None = None


def date_line(face: FaceText, *, above: float | None = None) -> DateLine | None:
    """The first line of a face that says where and when it was signed, above a height where one is given."""
    for line in face.lines:
        if above is not None and line.box.top >= above:
            continue
        found = read_date_line(line, face.lines) or wrapped_date(line, face)
        if found:
            return found
    lines = [line for line in face.lines if above is None or line.box.top < above]
    lone = (lone_date(line, face) for line in lines)
    return next(filter(None, lone), None) or next(filter(None, (_unread_date(line, face) for line in lines)), None)


def _unread_date(line: TextLine, face: FaceText) -> DateLine | None:
    """A line with digits in the place of the date, over an office and a signer's title, of which no date was read."""
    office = next(iter(_below(line, face)), None)
    title = next(iter(_below(office, face)), None) if office else None
    digits = sum(c.isdigit() for c in line.text)
    least = _FEWEST_DIGITS if office and _is_office(office, face) else 2 * _FEWEST_DIGITS
    apart = line.box.left > _FURTHER_RIGHT * face.width
    if line.line.cell is not None or not apart or digits < least or not title or not is_title_line(title):
        return None
    date = whole(line)
    return DateLine(line, None, date) if date else None


def _below(line: TextLine, face: FaceText) -> list[TextLine]:
    """The lines under a line's middle, near to it, from the top."""
    middle = (line.box.left + line.box.right) / 2
    below = [
        other for other in face.lines
        if 0 < other.box.top - line.box.top < _NEXT_LINE * line.box.height and other.box.left < middle < other.box.right
    ]  # fmt: skip
    return sorted(below, key=lambda other: other.box.top)


def lone_date(line: TextLine, face: FaceText) -> DateLine | None:
    """A date that stands alone over an office in capitals: some offices print no place before it."""
    found = _BARE_DATE.fullmatch(fold(line.text))
    if line.line.cell is not None or not found or found.start("date") > 1:
        return None
    if not any(_is_office(other, face) for other in _below(line, face)):
        return None
    date = whole_part(line, found.start("date"), found.end("date"))
    return DateLine(line, None, date) if date else None


def _is_office(line: TextLine, face: FaceText) -> bool:
    """Whether a line names an office, in capitals, or further right than sentences begin."""
    folded = fold(line.text)
    apart = line.box.left > _FURTHER_RIGHT * face.width
    behalf = _BEHALF.match(folded)
    return bool(_AUTHORITY.search(folded)) and (
        _is_capitals(line.text) or (apart and bool(behalf or _AUTHORITY.match(folded)))
    )


_DATE_BEGUN = re.compile(r",\W*n?g[a-z]{1,2}y\W*$")


def wrapped_date(line: TextLine, face: FaceText) -> DateLine | None:
    """Place and date that go on with a short line under or beside them: ``…, ngày 05 tháng 12 năm`` / ``2013``."""
    folded = fold(line.text)
    if "ng" not in folded:
        return None
    # "Huyện Kiên Lương, ngày" in one line and all of the day in the next.
    most = 1.3 if _DATE_BEGUN.search(folded) else 0.6
    middle = (line.box.left + line.box.right) / 2
    for tail in face.lines:
        under = 0 < tail.box.top - line.box.top < 2.2 * line.box.height
        under = under and tail.box.left < middle < tail.box.right
        apart = tail.box.left - line.box.right
        beside = tail.row == line.row and -0.5 * line.box.height < apart < 1.5 * line.box.height
        if not (under or beside) or tail.box.width > most * line.box.width:
            continue
        both = join((whole_part(line, 0, len(line.text)), whole_part(tail, 0, len(tail.text))))
        found = _PLACED_DATE.match(fold(both.text)) if both else None
        if both and found and _names_a_place(both.text[slice(*found.span("place"))]):
            place, date = both.cut(*found.span("place")), both.cut(*found.span("date"))
            return DateLine(line, place, date, tail) if date else None
    return None


def read_date_line(line: TextLine, beside: Sequence[TextLine] = ()) -> DateLine | None:
    """A line such as ``An Giang, ngày 12 tháng 5 năm 2015`` taken apart; ``None`` for any other line."""
    for candidate in dict.fromkeys([line.text, *line.readings.values()]):
        found = _PLACED_DATE.match(fold(candidate))
        if found and _names_a_place(candidate[slice(*found.span("place"))]):
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


def _names_a_place(text: str) -> bool:
    """Whether what stands before a date is a place, and not the rest of a sentence or of another date."""
    words = text.split()
    small = {fold(word) for word in words if not word[:1].isupper()}
    last = fold(words[-1]) if words else ""
    return (
        _begins_a_name(text)
        and not any(word == "ngay" or word.startswith("thang") for word in small)
        and not _OF_USE.search(fold(text))
        and not (last in _BEFORE_OTHER_DATES and (last in small or len(words) == 1))
    )


_NAMED_UNIT = re.compile(rf"(?:{'|'.join(UnitKind)})\s+[{CAPITALS}]")


def _begins_a_name(text: str) -> bool:
    """Whether the text begins with a capital, or with the word for what is named: "huyện Thới Bình".

    A small l before a vowel is an I that was misread; of a first word under a seal its end may be left: "ú Quốc".
    """
    start = text.strip(" .,-'\"")
    scrap = re.match(r"(\w{1,2})\W{1,2}(?=\w)", start)
    cut = scrap and start[scrap.end()].isupper() and fold(scrap[1]) not in _SHORT_WORDS
    named = _NAMED_UNIT.match(start) is not None
    return start[:1].isupper() or named or bool(cut) or bool(re.match(r"l[aăâeêoôơuư]\b", start))


@dataclass(frozen=True, eq=False)
class Signing:
    """The block of the signature: its lines by what they are."""

    date: DateLine
    authority: tuple[TextLine, ...]
    titles: tuple[TextLine, ...]
    name: TextLine | None
    lines: frozenset[TextLine]


def _changes_below(face: FaceText, box: Box) -> int:
    """Where the changes after issue begin below a date: whoever confirmed one did not sign the certificate."""
    below = (line for line in face.lines if line.box.top > box.bottom)
    return min((line.box.top for line in below if (head_of(line.text) or ("",))[0] == "changes"), default=face.height)


def read_block(face: FaceText, date: DateLine) -> Signing:
    """The lines under a place and date, told apart as authority, titles of the signer, and the signer's name."""
    box = date.line.box
    if date.place and date.place.lines[0] is not date.line:
        box = box.union(date.place.lines[0].box)
    if date.tail:
        box = box.union(date.tail.box)
    centre, reach = (box.left + box.right) / 2, max(box.width, 0.3 * face.width)
    end = _changes_below(face, box)
    under = [line for line in face.lines if line.box.top < end and _under(line, box, centre, reach)]
    below = _whole_lines(face, under, centre)
    first = [date.line, *([date.tail] if date.tail else [])]
    authority: list[TextLine] = []
    titles: list[TextLine] = []
    rest: list[TextLine] = []
    for line in below:
        above = [*first, *authority, *titles]
        close = line.box.top - above[-1].box.bottom < 1.6 * max(line.box.height, face.line_height)
        if _STAMP.match(fold(line.text)) or len(skeleton_of(line.text)) < 2:
            continue
        clear = all(scrap.line.handwritten >= _HAND for scrap in rest)
        hidden = _hidden_title(face, line, above) if authority and clear and close else None
        if hidden:
            titles.append(hidden)
        elif clear and close and not _beside(line, titles) and _goes_on_as_title(authority, titles, line):
            titles.append(line)
        elif not titles and clear and close and (_is_capitals(line.text) or _AUTHORITY.search(fold(line.text))):
            authority.append(line)
        else:
            rest.append(line)
    if authority and (missed := _missed_title(face, [*first, *authority, *titles], titles)):
        titles.append(missed)
    name = find_name(face, rest, [*first, *authority, *titles], is_title_line)
    kept = [date.line, *authority, *titles, *([name] if name else []), *(date.place.lines if date.place else ())]
    kept += [date.tail] if date.tail else []
    # A short line of a change below is none: the end of a file's number, "CN-2020".
    scraps = [line for line in face.lines if box.top < line.box.top < end and _is_scrap(line)]
    return Signing(date, tuple(authority), tuple(titles), name, frozenset([*kept, *rest, *scraps, *under]))


def _whole_lines(face: FaceText, lines: Sequence[TextLine], axis: float) -> list[TextLine]:
    """The lines with those put together, and read again, that a ring or a pen cut into pieces."""
    rows: list[list[TextLine]] = []
    for line in lines:
        row = next((row for row in rows if any(_same_row(line.box, other.box) for other in row)), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    found: list[TextLine] = []
    for row in rows:
        again: list[TextLine] = []
        if len(row) > 1 and not any(TEXT_LAYER in line.readings for line in row):
            box = row[0].box
            for other in row[1:]:
                box = box.union(other.box)
            # A scrap between two lines does not make them one.
            if box.height < _ONE_LINE * max(line.box.height for line in row):
                again = _as_text(face, face.read.centre(box, axis))
        found += again or row
    return found


def _hidden_title(face: FaceText, line: TextLine, above: Sequence[TextLine]) -> TextLine | None:
    """The title that a line flawed by seal or pen is, if it is one."""
    last = above[-1].text
    told = line.line.handwritten < _HAND or TEXT_LAYER in line.readings or _beside(line, above)
    # Under a whole title stands the signature.
    if (
        told
        or line.box.height > _TALL * face.line_height
        or (_TITLE.match(fold(last)) and not _GOES_ON.search(fold(last)))
    ):
        return None
    return hidden_title(face, line.box, above, (line.box,))


def _missed_title(face: FaceText, above: Sequence[TextLine], titles: Sequence[TextLine]) -> TextLine | None:
    """A title of which nothing was found: the first one, or the deputy's after "KT."."""
    if titles and not (len(titles) == 1 and _DEPUTISES.search(fold(titles[0].text))):
        return None
    last = above[-1].box
    height = round(face.line_height)
    band = Box(last.left, last.bottom, last.right, min(face.height, last.bottom + 2 * height))
    return hidden_title(face, band, above, ()) if band.height > height else None


def _beside(line: TextLine, lines: Sequence[TextLine]) -> bool:
    """Whether a line is a scrap of a row of which the whole is known already."""
    return any(
        min(line.box.bottom, other.box.bottom) - max(line.box.top, other.box.top) > 0.5 * line.box.height
        for other in lines
    )


def _goes_on_as_title(authority: Sequence[TextLine], titles: Sequence[TextLine], line: TextLine) -> bool:
    """Whether a line under authority and titles is a title, or the rest of one."""
    if is_title_line(line):
        return True
    if titles:
        deputy = bool(_DEPUTISES.search(fold(titles[-1].text))) and len(titles) == 1
        return _is_capitals(line.text) and (_carries_on(titles[-1], line) or (deputy and _title_alike(line) >= _HIDDEN))
    return _is_hidden_title(authority, line)


def _as_text(face: FaceText, lines: Sequence[Line]) -> list[TextLine]:
    return [text for line in lines if (text := text_line(face.index, -1, line))]


def _same_row(one: Box, other: Box) -> bool:
    """Whether two boxes are parts of one line: side by side, or one over the other's end."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    height = min(one.height, other.height)
    apart = max(one.left, other.left) - min(one.right, other.right)
    alike = max(one.height, other.height) < 1.8 * height
    return overlap > 0.5 * height and apart < 1.5 * height and alike


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
        # Titles are printed in capitals: "Trương Thị Ngân" is no "TRƯỞNG PHÒNG".
        if (
            len(letters) >= 6
            and _is_capitals(text)
            and any(
                fuzz.ratio(opening, letters[: len(opening) + slip]) >= _TITLE_ALIKE
                for opening in _TITLE_OPENINGS
                for slip in (-1, 0, 1)
            )
        ):
            return True
    return False


def _under(line: TextLine, box: Box, centre: float, reach: float) -> bool:
    top = line.box.top - box.bottom + 0.5 * line.box.height
    middle = (line.box.left + line.box.right) / 2
    within = abs(middle - centre) < 0.5 * reach and line.box.width < 1.9 * reach
    return top > 0 and within and not find_labels(line.text, (REGISTER,)) and head_of(line.text) is None


def _title_alike(line: TextLine) -> float:
    """How much like the opening of any title a line is, by the reader that makes most of it (0-100)."""
    texts = {line.text, *line.readings.values()}
    return max(fuzz.ratio(title, skeleton_of(text)) for title in _TITLE_OPENINGS for text in texts)


def _is_hidden_title(authority: Sequence[TextLine], line: TextLine) -> bool:
    """Whether a line under a whole authority is a title that the seal made hard to read, and no place's name."""
    if any(_PLACE_OF_OFFICE.match(fold(text)) for text in (line.text, *line.readings.values())):
        return False
    printed = " ".join(above.text for above in authority)
    behalf = _BEHALF.match(fold(printed))
    printed = printed[behalf.end() if behalf else 0 :]
    if not _AUTHORITY.search(fold(printed)):
        return False
    known = mend_office(printed, AUTHORITY_HEADS)[1]
    if any(mend_office(f"{printed} {text}", AUTHORITY_HEADS)[1] for text in (line.text, *line.readings.values())):
        return False
    return _title_alike(line) >= (_HIDDEN if known else _HIDDEN_UNDER_UNKNOWN)


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


def _with_comma(line: TextLine) -> Piece | None:
    """A whole line with the comma at its end: "HUYỆN GÒ QUAO," goes on with "TỈNH KIÊN GIANG"."""
    piece = whole(line)
    if piece is None or not line.text.rstrip().endswith(","):
        return piece
    start = piece.runs[0].start
    return Piece((Run(line, start, line.text.rindex(",") + 1),))


def signing_drafts(signing: Signing) -> list[Draft]:
    """The drafts that the block of the signature gives."""
    drafts = [Draft("issue_date", Kind.DATE, signing.date.date)]
    if signing.date.place:
        drafts.append(Draft("issue_place", Kind.PLACE, signing.date.place))
    authority = join(map(_with_comma, signing.authority))
    authority = authority.trimmed() if authority else None
    if authority:
        behalf = _BEHALF.match(fold(authority.text)) or _BEHALF_MISREAD.match(fold(authority.text))
        piece = authority.cut(behalf.end() if behalf else 0, len(authority.text))
        drafts.append(Draft("issuing_authority", Kind.AUTHORITY, piece))
    title = join(whole(line) for line in signing.titles)
    if title:
        drafts.append(Draft("signer_title", Kind.TITLE, title))
    if signing.name:
        drafts.append(Draft("signer_name", Kind.NAME, whole(signing.name)))
    return drafts
