"""Telling handwriting from print, line by line, by the colour of its ink and by how readers made for print disagree.

Owns one number per line. The weights were fitted by eye on drawn samples; what the agreement of the third reader and
blue ink gave is measured in ``docs/decisions/0015-telling-the-pen.md``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from ocr.recognise import LINENET, TESSERACT, TRUEOCR, Reading

# Dotted leaders, dashes and fillers say nothing: each reader makes of them what it likes.
_NO_LETTERS = re.compile(r"[\s.,:;…_<>'\"“”‘’^~*|/\\-]+")
_MIDDLE, _STEEPNESS = 0.45, 6.0
_SHORT_LETTERS = 6
# Dots that one reader alone takes for a letter or two, without believing it, are neither print nor pen.
_MORE_THAN_SPECKS, _GUESSED = 4, 0.3
# How sure each reader is of clean print.
_SURE_TESSERACT, _SURE_TRUEOCR, _SURE_LINENET = 0.88, 0.95, 0.93
# LineNet and one of the others agree on nearly all letters: a share of them may differ, less of short lines.
_NEARLY, _LETTERS_THAT_TELL = 0.04, 12
# Navy print on pink paper reaches 0.25; a label in black before the value takes its share of a pen line.
_PEN_BLUE_FROM = 0.3


def handwritten(readings: Mapping[str, Reading], blue_ink: float = 0.0) -> float:
    """How likely a line holds handwriting, 0.0-1.0; ``blue_ink`` is the part of its ink that is as blue as a pen's."""
    linenet = readings.get(LINENET, Reading("", 0.0))
    # The others are not asked about every line; LineNet stands in for them there.
    trueocr, tesseract = readings.get(TRUEOCR, linenet), readings.get(TESSERACT, linenet)
    if linenet.confidence >= _SURE_LINENET and not _letters(tesseract):
        # On some lines of plain print Tesseract finds nothing at all.
        tesseract = linenet
    first, second = _letters(tesseract), _letters(trueocr)
    others = [second] if tesseract is linenet else [first, second]
    longest = max(len(first), len(second))
    if blue_ink >= _PEN_BLUE_FROM:
        return 1.0
    if longest < 2 or (not second and longest < _MORE_THAN_SPECKS and linenet.confidence < _GUESSED):
        return 0.0
    unsure = 1.5 * max(0.0, _SURE_TESSERACT - tesseract.confidence)
    unsure += 0.8 * max(0.0, _SURE_TRUEOCR - trueocr.confidence)
    score = 1.6 * Levenshtein.normalized_distance(first, second) + unsure - 0.25
    # A number or a single syllable is misread too easily to say much, and what two readers agree on is print.
    if longest < _SHORT_LETTERS or sum(letter.isdigit() for letter in first + second) > len(first + second) / 2:
        score *= 0.5
    if first == second or _nearly_agreed(_letters(linenet), others):
        score = min(score, 0.0)
    return 1.0 / (1.0 + math.exp(-_STEEPNESS * (score - _MIDDLE)))


def _letters(reading: Reading) -> str:
    return _NO_LETTERS.sub("", reading.text.casefold())


def _nearly_agreed(best: str, others: Sequence[str]) -> bool:
    """Whether the best reader read a line as one of the others did, but for a letter or two of a long one."""
    if len(best) < 2:
        return False
    apart = min(Levenshtein.normalized_distance(best, other) for other in others)
    return apart * min(1.0, len(best) / _LETTERS_THAT_TELL) <= _NEARLY
