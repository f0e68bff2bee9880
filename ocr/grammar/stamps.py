"""Stamps that offices press onto a certificate: a fee paid, a certified copy, the shelf of an archive.

Owns their wordings and what stands in them. They are no part of the certificate, nor are their days and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from certificate.geometry import Box
from ocr.grammar.flow import FaceText, TextLine
from ocr.grammar.letters import fold

_SHELF = re.compile(r"\W*(?:(?:kho|ke|hop|tu|ngan|day)\s*(?:so\s*)?\d{1,4}\W*){2,4}")
_FEE = re.compile(r"\W*da thu(?: le phi| tien)?\W*")
_COPY = re.compile(
    r"\W*(?:(?:chung )?thuc ban sao(?: dung voi ban chinh)?|sao (?:y|luc)(?: dung)?(?: ban(?: c\w{0,4})?)?"
    r"|ban sao(?: dung voi ban chinh)?|dung voi ban chinh)\W*"
)
# Below its words, or beside them where a rule parts them; the number's label may be all that is left of it.
_DAY = re.compile(
    r"\W*ngay\W*\d{1,2}\W\d{1,2}\W\d{4}(?:\W*so\W*\d+(?:\W\w+)?|\W*[s5]o?)?\W*|\W*so\W*\d+\W*(?:ngay\b.*)?"
)
_REST = re.compile(r"\W*(?:chung|le phi|c?h?inh)\W*")
_NUMBER = re.compile(r"\W*(?:so\W*)?\d{1,6}\W*")
# The lines of a notary's or a commune's stamp on a certified copy, and what may follow them: an office, a title.
_COPY_NUMBER = re.compile(r".{0,3}?[sg][o0]\W*[a-z]{4,6}\W*[a-z]{3,4}\b.{0,24}qu[a-z]{2,3}\W*s[o0]\W*\w{0,2}\d.*")
_OFFICE = re.compile(
    r"\W*(?:(?:tm\W*)?(?:[ou]bnd|uy ban nhan dan)|van phong cong chung|phong (?:cong chung|tu phap)"
    r"|(?:pho )?chu tich|cong chung vien|cong chuc|kt\W*)\b.*"
)
# Below the words of such a stamp its number and day, half of which a pen filled in: "Số chứng thực: 393",
# "Ngày … tháng … năm 20…".
_BELOW_WORDS = re.compile(
    r"\W*[s5][o0]\W*(?:ch\w{0,4}\W*(?:th\w{0,3}|n)\b)?\D{0,8}\d{0,6}(?:\D{1,6}\d{0,4})?\W*\w{0,2}\W*"
    r"|\W*ngay\W*.{0,20}"
)
_SCRAP_LETTERS, _DAY_LETTERS, _SCRAP_DIGITS = 8, 16, 3
# What is left of one in a poor copy opens so, whatever follows.
_OPENING = re.compile(
    r"\W*(?:chung thuc(?: ban sao)?|(?:da )?sao (?:y|luc)|ban sao)\b.{0,40}$|\W*(?:kho|ke|hop|tu)\s*\d+\W.{0,14}$"
)
# In heights of a stamp's line: how far its other lines are.
_BELOW, _BESIDE = 1.8, 1.5


def stamp_lines(face: FaceText) -> frozenset[TextLine]:
    """The lines of a face that stand in a stamp."""
    stamped = [line for line in face.lines if _is_words_of_stamp(line)]
    found = {line for line in face.lines if _SHELF.fullmatch(fold(line.text))} | set(stamped)
    found |= set(_near(stamped, face.lines))
    for line in stamped:
        if _COPY.fullmatch(fold(line.text)):
            found |= set(_filled_in(line, face.lines))
    for line in face.lines:
        if _COPY_NUMBER.fullmatch(fold(line.text)):
            found |= {line, *_certified(line, face.lines)}
    return frozenset(found)


def _certified(number: TextLine, lines: Sequence[TextLine]) -> Iterable[TextLine]:
    """What stands above and below a copy's number in its stamp: its words, the day, the office, a pen's stroke."""
    last = number
    for line in sorted(lines, key=lambda one: one.box.top):
        if -_BESIDE * number.box.height * 2 < line.box.top - number.box.top < 0 and _is_within(line.box, number.box):
            yield line
        if line.box.top <= last.box.top or not _is_within(line.box, number.box):
            continue
        folded = fold(line.text)
        letters, digits = sum(c.isalpha() for c in line.text), sum(c.isdigit() for c in line.text)
        is_scrap = letters <= _SCRAP_LETTERS and digits <= _SCRAP_DIGITS
        if line.box.top - last.box.bottom > _BELOW * number.box.height or not (
            is_scrap or _DAY.fullmatch(folded) or _OFFICE.fullmatch(folded)
        ):
            return
        yield line
        last = line


def _filled_in(words: TextLine, lines: Sequence[TextLine]) -> Iterable[TextLine]:
    """The number and the day of a certified copy, each close below the line before, in the stamp's width."""
    last, has_number = words, False
    for line in sorted(lines, key=lambda one: one.box.top):
        # A pen's strokes may lengthen a line, so that only where it begins tells.
        begins_within = words.box.left - 2 * words.box.height < line.box.left < words.box.right
        if line.box.top <= last.box.top or not begins_within:
            continue
        folded = fold(line.text)
        of_words = _is_words_of_stamp(line)
        told = of_words or _BELOW_WORDS.fullmatch(folded) or _OFFICE.fullmatch(folded)
        # Below the number stands the day, as much of it as could be read.
        letters, digits = sum(c.isalpha() for c in folded), sum(c.isdigit() for c in folded)
        is_day = has_number and letters <= _DAY_LETTERS and digits <= _SCRAP_DIGITS
        if line.box.top - last.box.bottom > _BELOW * words.box.height or not (told or is_day):
            return
        yield line
        last, has_number = line, not of_words


def _is_within(box: Box, stamp: Box) -> bool:
    """Whether a line reaches no further than a stamp's widest one."""
    return box.left > stamp.left - 2 * stamp.height and box.right < stamp.right + 2 * stamp.height


def opens_stamp(text: str) -> bool:
    """Whether a text is a stamp's, as far as it can be read."""
    return _OPENING.match(fold(text)) is not None


def _is_words_of_stamp(line: TextLine) -> bool:
    folded = fold(line.text)
    capitals = sum(c.isupper() for c in line.text) > 0.7 * sum(c.isalpha() for c in line.text)
    return capitals and bool(_FEE.fullmatch(folded) or _COPY.fullmatch(folded))


def _near(stamped: Sequence[TextLine], lines: Sequence[TextLine]) -> Iterable[TextLine]:
    """The day below a stamp's words, and what a rule parted from either."""
    days = [
        line
        for line in lines
        if _DAY.fullmatch(fold(line.text)) and any(_is_below(line.box, stamp.box) for stamp in stamped)
    ]
    yield from days
    for beside, said in ((stamped, _REST), (days, _NUMBER)):
        for line in lines:
            if said.fullmatch(fold(line.text)) and any(_is_beside(line.box, stamp.box) for stamp in beside):
                yield line


def _is_below(box: Box, stamp: Box) -> bool:
    return 0 < box.top - stamp.top < (_BELOW + 1) * stamp.height and _shared(box, stamp) > 0


def _is_beside(box: Box, stamp: Box) -> bool:
    return abs(box.top - stamp.top) < stamp.height and _shared(box, stamp) > -_BESIDE * stamp.height


def _shared(box: Box, stamp: Box) -> int:
    return min(stamp.right, box.right) - max(stamp.left, box.left)
