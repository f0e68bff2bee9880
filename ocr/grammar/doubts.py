"""Doubts that lie in how a value was read: what readers are known to lose or to see where nothing is.

Owns signs that one value's readings bear by themselves. It must not know the other values of a paper.
"""

from __future__ import annotations

import re

from certificate.text import CAPITALS, comparable
from ocr.grammar.drafts import Kind
from ocr.grammar.fusion import Settled
from ocr.grammar.letters import has_lost_its_tone
from ocr.grammar.lexicon import syllable_counts
from ocr.grammar.phrases import mend_phrases
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, TWIN, WEIGHED, reader_of

# A slanted one that readers take for a stroke; a one, or what looks like one, with a gap behind it.
_STROKE_FIRST = re.compile(r"/\d")
_ONE_APART = re.compile(r"[1|lI]\s+\d")
_WORD = re.compile(r"[^\W\d_]{3,}")
# A number of a parcel with a gap inside may be two, or end with a mark that was taken for a digit.
_TWO_NUMBERS = re.compile(r"\d\s+\d")
# The number of a branch office and its own five digits behind it: "CN5 74133".
_BRANCH_AND_NUMBER = re.compile(r"[A-ZĐ]{2,4}\d \d{5}")
_ROMAN = re.compile(r"\b(?:phố|KP|ấp|khóm)\s+[IVX]+\b")
_SIGN_BEHIND_LETTERS = re.compile(r"\W*[A-ZĐ]{1,3}\s?[.-]\s?\d")
_SERIAL_LETTERS = re.compile(r"(?<![^\W\d_])(?P<letters>[A-ZĐ]{1,2})\W?\d{6}")
# "68 B": a letter by itself behind a number.
_LETTER_APART = re.compile(r"\d\s+[A-ZĐ]\b")
_SHORT = r"KP|TP|TX|TT|[PXHTQĐđ]"
_UNPOINTED = re.compile(rf"(?<!\w)({_SHORT})[ ,]+(\w+)")
_GAP_BEHIND_DASH = re.compile(r"\w- \w")
_GAP_ON_ONE_SIDE = re.compile(r"\w -\w|\w- \w")
_STROKES = re.compile(r"\b[IVXl]{1,4}\b")
# Of the readers asked, as a share.
_TWO_OF_THREE = 0.5
_MAKES = (LINENET, TESSERACT, TRUEOCR)
_SEVERAL = 2


def _is_parted(kind: Kind, text: str) -> bool:
    """Whether a number may be two that stand side by side."""
    two = kind in (Kind.NUMBER, Kind.REGISTER) and _TWO_NUMBERS.search(text) is not None
    return two and not (kind is Kind.REGISTER and _BRANCH_AND_NUMBER.fullmatch(text))


def _rests_on_a_stroke(kind: Kind, settled: Settled) -> bool:
    """Whether a number's first digit is a one only because some readers saw a stroke there, and no reader saw a one."""
    if kind not in (Kind.NUMBER, Kind.AREA):
        return False
    said = [text.strip() for look, text in settled.readings.items() if reader_of(look) != TWIN]
    return any(map(_STROKE_FIRST.match, said)) and not any(text.startswith("1") for text in said)


def _begins_apart(kind: Kind, settled: Settled) -> bool:
    """Whether some readers, not all, see a one or a stroke by itself before a number: it may be a rule."""
    if kind not in (Kind.NUMBER, Kind.AREA):
        return False
    said = [text.strip() for text in settled.readings.values()]
    return any(map(_ONE_APART.match, said)) and not all(text.startswith("1") for text in said)


def _lost_a_tone(kind: Kind, settled: Settled) -> bool:
    """Whether a word is none for want of a tone, which all readers may have missed alike on a faint print."""
    if kind not in (Kind.NAME, Kind.ADDRESS, Kind.PLACE, Kind.TEXT):
        return False
    return any(map(has_lost_its_tone, _WORD.findall(settled.value or "")))


def _has_one_witness(kind: Kind, settled: Settled) -> bool:
    """Whether one reader alone gave a name, of three that were asked: one such name in eight is wrong."""
    asked = sum(reader in settled.readings for reader in _MAKES)
    hidden = WEIGHED in settled.readings
    alone = not settled.agree and not hidden and asked > 2 and settled.backers < _TWO_OF_THREE
    return kind in (Kind.NAME, Kind.ORGANISATION) and alone


def _took_l_for_i(kind: Kind, settled: Settled) -> bool:
    """Whether a reader sees an l where the others see the i that far more words end with: "Thươl" is a Khmer name."""
    if kind not in (Kind.NAME, Kind.TEXT):
        return False
    words = comparable(settled.value or "").split()
    rare = {word[:-1] + "l" for word in words if word.endswith("i")}
    return any(not rare.isdisjoint(comparable(text).split()) for text in settled.readings.values())


# Between two places of an address set with dashes.
_UNITS = ("phường", "xã", "quận", "huyện", "thị trấn", "thị xã", "thành phố", "tỉnh")
_DASH_LOST = re.compile(
    rf"[^\W\d_] (?:{'|'.join(word for unit in _UNITS for word in (unit, unit.capitalize()))}) [{CAPITALS}]"
)


def _lost_a_dash(kind: Kind, settled: Settled) -> bool:
    """Whether two places follow each other without a sign in an address that has dashes between the others."""
    value = settled.value or ""
    return kind is Kind.ADDRESS and " - " in value and _DASH_LOST.search(value) is not None


# LineNet's surest reading of a name's least sure letter, and the share of looks that give the name: below both one
# accepted name in eight was wrong by a mark (9 of 73 on seven sets), of the others one in a hundred and twenty.
_UNSURE_LETTER, _SOME_DIFFER = 0.83, 0.97


def _has_a_doubtful_letter(kind: Kind, settled: Settled) -> bool:
    """Whether LineNet is not sure of a letter of a name and some look has it otherwise: marks are lost so."""
    unsure = settled.weakest < _UNSURE_LETTER and settled.votes < _SOME_DIFFER
    return kind in (Kind.NAME, Kind.ORGANISATION) and unsure and LINENET in settled.readings


# Khmer families of the delta, whose given names end with letters that no Vietnamese word ends with.
_KHMER = frozenset(("danh", "thị", "thạch", "kim", "sơn", "chau", "châu", "tiên", "kiên", "neáng", "néang"))


def _may_end_with_l(kind: Kind, settled: Settled) -> bool:
    """Whether a Khmer name ends with an i that no list has: all readers make one of the l of "Sươl"."""
    words = comparable(settled.value or "").split() if kind is Kind.NAME else []
    usual = syllable_counts()["names"]
    return len(words) > 1 and words[0] in _KHMER and words[-1].endswith("i") and words[-1] not in usual


def _took_one_for_i(kind: Kind, settled: Settled) -> bool:
    """Whether a reader sees a Roman number behind the word for a quarter where the value has another: "khu phố I"."""
    if kind is not Kind.ADDRESS:
        return False
    told = {_ROMAN.sub("", text) != text for text in settled.readings.values()}
    return told == {True, False} and _ROMAN.search(settled.value or "") is None


def _has_a_gap(kind: Kind, settled: Settled) -> bool:
    """Whether some readers, not all, see a gap inside a parcel's number: "71 2" may be 71 and a mark behind it."""
    return kind is Kind.NUMBER and any(map(_TWO_NUMBERS.search, settled.readings.values()))


def _counts_letters(kind: Kind, settled: Settled) -> bool:
    """Whether readers differ about how many letters a serial number has: one may have been cut off."""
    if kind is not Kind.SERIAL:
        return False
    said = (_SERIAL_LETTERS.search(text) for text in settled.readings.values())
    return len({len(found["letters"]) for found in said if found}) > 1


def _counts_strokes(kind: Kind, settled: Settled) -> bool:
    """Whether readers differ about a Roman number: "Cấp III" and "Cấp II"."""
    said = {found.group() for text in settled.readings.values() if (found := _STROKES.search(text))}
    return kind is Kind.HOUSE and len(said) > 1


def _lost_its_sign(kind: Kind, settled: Settled) -> bool:
    """Whether a reader sees a point or a dash between letters and digits of a register number that has neither."""
    if kind is not Kind.REGISTER or not {".", "-"}.isdisjoint(settled.value or ""):
        return False
    return any(map(_SIGN_BEHIND_LETTERS.match, settled.readings.values()))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text.replace("O", "0").replace("o", "0")))


def _has_digits_of_one(kind: Kind, settled: Settled) -> bool:
    """Whether not even two of the readers asked give a register's digits, and LineNet gives others."""
    said = {name: _digits(settled.readings[name]) for name in _MAKES if name in settled.readings}
    digits = _digits(settled.value or "")
    several = kind is Kind.REGISTER and len(said) == len(_MAKES)
    return several and said[LINENET] != digits and list(said.values()).count(digits) < _SEVERAL


def _ends_with_a_letter(kind: Kind, settled: Settled) -> bool:
    """Whether a reader sees a letter by itself behind a number of digits alone: "68 B" is no 688."""
    said = settled.readings.values()
    return kind is Kind.NUMBER and (settled.value or "").isdigit() and any(map(_LETTER_APART.search, said))


def _lost_a_point(kind: Kind, settled: Settled) -> bool:
    """Whether an abbreviation in an address lacks the point that a reader sees."""
    value = settled.value or "" if kind is Kind.ADDRESS else ""
    lost = [re.compile(rf"(?<!\w){found[1]}\.\s*{re.escape(found[2])}") for found in _UNPOINTED.finditer(value)]
    return any(pattern.search(text) for pattern in lost for text in settled.readings.values())


def _has_odd_dashes(kind: Kind, settled: Settled) -> bool:
    """Whether dashes of two lengths, or a gap on one side of some alone, part the places of an address.

    In a sentence a gap behind a dash alone is where a line was cut or a space was read into a number.
    """
    value = settled.value or ""
    if kind is Kind.TEXT:
        return _GAP_BEHIND_DASH.search(value) is not None
    return kind is Kind.ADDRESS and " - " in value and (" – " in value or _GAP_ON_ONE_SIDE.search(value) is not None)


def _is_no_phrase(kind: Kind, settled: Settled) -> bool:
    """Whether words have marks that no office's sentence has beside these: "Nhận chuyến nhượng", "Trường Tiếu học"."""
    value = settled.value or ""
    return kind in (Kind.ORIGIN, Kind.ORGANISATION) and mend_phrases(value)[0] != value


_PROVINCE_BEFORE_ITS_END = re.compile(r"(?i:\btỉnh)(?! lộ) [^,;]*[,;] \w")


def _names_a_province_too_early(kind: Kind, settled: Settled) -> bool:
    """Whether something stands behind a province in an address: "Tịnh Biên, An Giang" whose dot was read as a hook."""
    return kind is Kind.ADDRESS and _PROVINCE_BEFORE_ITS_END.search(settled.value or "") is not None


def is_doubtful(kind: Kind, printed: str, settled: Settled) -> bool:
    """Whether something about how a value was read speaks against it; ``printed`` is its whole place on the paper."""
    if _is_parted(kind, printed):
        return True
    found = (_rests_on_a_stroke, _begins_apart, _lost_a_tone, _has_one_witness, _took_l_for_i, _took_one_for_i,
             _has_a_gap, _counts_strokes, _counts_letters, _lost_its_sign, _may_end_with_l, _has_digits_of_one,
             _ends_with_a_letter, _lost_a_point, _has_odd_dashes,
             _has_a_doubtful_letter, _lost_a_dash, _is_no_phrase, _names_a_province_too_early)  # fmt: skip
    return not settled.text_layer and any(doubt(kind, settled) for doubt in found)


__all__ = ["is_doubtful"]
