"""Lines of text that several readers read, and pieces cut out of them.

Owns the bookkeeping between readers: a place in one reader's text of a line is mapped to the same place in another's,
and to pixels. It must not know labels or forms. The first reader's text (``text``) is what the grammar cuts; every
piece then answers what each reader saw there.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from certificate.geometry import Box, bounding_box
from certificate.text import nfc
from ocr.grammar.aligned import boundary_map
from ocr.grammar.letters import fold, is_syllable, plausibility
from ocr.recognise import LINENET, TESSERACT, TEXT_LAYER, TRUEOCR, TWIN, Line, ReadFace

_STROKE_BEFORE_DIGIT = re.compile(r"/\d")
_TRIMMED = " \t.,;:-–—_|·…'\"“”‘’`~*=/+"


@dataclass(frozen=True, eq=False)
class TextLine:
    """One line of a face: the text that the grammar cuts, and what each reader read there."""

    face_index: int
    row: int
    line: Line
    text: str
    readings: Mapping[str, str]

    @property
    def box(self) -> Box:
        return self.line.box

    @cached_property
    def maps(self) -> Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]:
        return {name: boundary_map(self.text, text) for name, text in self.readings.items() if text != self.text}

    @cached_property
    def _word_map(self) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, ...]]:
        joined, owner = "", []
        for index, word in enumerate(self.line.words):
            gap = " " if joined else ""
            owner += [index] * len(gap + word.text)
            joined += gap + word.text
        return boundary_map(self.text, joined), tuple(owner)

    def read_by(self, reader: str, start: int, end: int) -> str:
        """What ``reader`` read between two places of ``text``."""
        if reader not in self.maps:
            return self.text[start:end]
        low, high = self.maps[reader]
        return self.readings[reader][low[start] : max(high[end], low[start])]

    def weakest_letter(self, reader: str, start: int, end: int) -> float:
        """The lowest probability of any letter that ``reader`` read there; 0 where it does not tell."""
        reading = self.line.readings.get(reader)
        if reading is None or len(reading.letters) != len(self.readings.get(reader, "")):
            return 0.0
        if reader in self.maps:
            low, high = self.maps[reader]
            start, end = low[start], max(high[end], low[start])
        return min(reading.letters[start:end], default=0.0)

    def box_of(self, start: int, end: int) -> Box:
        """The box of the words between two places of ``text``."""
        if self.line.words:
            (low, high), owner = self._word_map
            covered = sorted({owner[i] for i in range(low[start], min(high[end], len(owner)))})
            if covered:
                return bounding_box(self.line.words[i].box for i in covered)
        left, top, right, bottom = self.box
        unit = (right - left) / max(1, len(self.text))
        return Box(int(left + unit * start), top, max(int(left + unit * end), int(left + unit * start) + 1), bottom)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line between two places of its text."""

    line: TextLine
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Piece:
    """A text cut out of one or more lines, joined by spaces."""

    runs: tuple[Run, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(run.line.text[run.start : run.end] for run in self.runs)

    @property
    def face_index(self) -> int:
        return self.runs[0].line.face_index

    @property
    def lines(self) -> tuple[TextLine, ...]:
        return tuple(run.line for run in self.runs)

    @property
    def readers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for run in self.runs for name in run.line.readings))

    def read_by(self, reader: str) -> str:
        """What ``reader`` read here; where it read nothing of a line, that line is left out."""
        parts = (
            run.line.read_by(reader, run.start, run.end).strip() for run in self.runs if reader in run.line.readings
        )
        return nfc(" ".join(part for part in parts if part))

    def weakest_letter(self, reader: str) -> float:
        """The lowest probability of any letter that ``reader`` read here; 0 where it does not tell."""
        return min(run.line.weakest_letter(reader, run.start, run.end) for run in self.runs)

    def boxes(self) -> tuple[Box, ...]:
        """The box of each line's share, on the face of the first line."""
        return tuple(run.line.box_of(run.start, run.end) for run in self.runs if run.line.face_index == self.face_index)

    @property
    def box(self) -> Box:
        return bounding_box(self.boxes())

    def cut(self, start: int, end: int, *, loose: str = _TRIMMED) -> Piece | None:
        """The part between two places of ``text``, its ends freed of ``loose`` letters; ``None`` if empty."""
        text = self.text
        # A stroke right before a digit may be a slanted one: it is not for this place to drop it.
        while start < end and text[start] in loose and not _STROKE_BEFORE_DIGIT.match(text, start):
            start += 1
        while end > start and text[end - 1] in loose:
            end -= 1
        runs, at = [], 0
        for run in self.runs:
            length = run.end - run.start
            low, high = max(start - at, 0), min(end - at, length)
            if low < high:
                runs.append(Run(run.line, run.start + low, run.start + high))
            at += length + 1
        return Piece(tuple(runs)) if runs else None

    def trimmed(self) -> Piece | None:
        """The piece freed of spaces and punctuation at its ends."""
        return self.cut(0, len(self.text))


def join(pieces: Iterable[Piece | None]) -> Piece | None:
    """One piece out of several, in their order; ``None`` when there is none."""
    runs = tuple(run for piece in pieces if piece for run in piece.runs)
    return Piece(runs) if runs else None


def cell_starts(piece: Piece) -> list[int]:
    """Where in a piece's text a line begins whose cell stands lower than the one's before."""
    starts, at = [], 0
    for before, run in itertools.pairwise(piece.runs):
        at += before.end - before.start + 1
        above, own = before.line.line.cell, run.line.line.cell
        if above and own and above[:2] != own[:2]:
            starts.append(at)
    return starts


def by_cells(piece: Piece) -> list[Piece]:
    """The parts of a piece that stand in cells under each other; the piece alone where it is of one cell."""
    cuts = [0, *cell_starts(piece), len(piece.text)]
    return [part for start, end in itertools.pairwise(cuts) if (part := piece.cut(start, end))]


def whole(line: TextLine) -> Piece | None:
    """A whole line as a piece."""
    return Piece((Run(line, 0, len(line.text)),)).trimmed() if line.text else None


def whole_part(line: TextLine, start: int, end: int) -> Piece | None:
    """A part of a line as a piece, its ends freed of punctuation."""
    return Piece((Run(line, 0, len(line.text)),)).cut(start, end)


# Signs that Tesseract makes of letters, and no certificate bears.
_NEVER_PRINTED = re.compile(r"[€Œœ£¥©®]")
_PREFERENCE = {TEXT_LAYER: 2.0, LINENET: 0.5, TWIN: 0.44, TESSERACT: 0.06, TRUEOCR: 0.0}


def _worth(name: str, text: str, confidence: float) -> float:
    unprinted = _NEVER_PRINTED.search(text) is not None
    return plausibility(text) + 0.5 * confidence + _PREFERENCE.get(name, 0.0) + min(len(text), 40) / 40 - unprinted


def _best_text(line: Line) -> str:
    ranked = sorted(line.readings.items(), key=lambda kv: -_worth(kv[0], nfc(kv[1].text), kv[1].confidence))
    return nfc(ranked[0][1].text) if ranked else ""


def in_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines side by side put into rows from top to bottom, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.top + line.box.bottom):
        middle = (line.box.top + line.box.bottom) / 2
        for row in reversed(rows[-3:]):
            last = max(row, key=lambda other: min(other.box.right, line.box.left))
            overlap = min(last.box.bottom, line.box.bottom) - max(last.box.top, line.box.top)
            beside = all(min(o.box.right, line.box.right) - max(o.box.left, line.box.left) < o.box.height for o in row)
            if beside and overlap > 0.5 * min(last.box.height, line.box.height) and last.box.top < middle:
                row.append(line)
                break
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.left) for row in rows]


@dataclass(frozen=True, eq=False)
class FaceText:
    """One face as the grammar sees it: its text lines in rows, and the face they came from."""

    index: int
    read: ReadFace
    lines: tuple[TextLine, ...]
    line_height: float = field(default=30.0)

    @property
    def width(self) -> int:
        return self.read.face.width_px

    @property
    def height(self) -> int:
        return self.read.face.height_px


def _without_doubles(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that lie inside a longer one: the same print found twice."""
    kept: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.box.width):
        area = max(1, line.box.width * line.box.height)
        if all(_shared(line.box, other.box) < 0.65 * area or _is_clearer(line, other) for other in kept):
            kept.append(line)
    return kept


def _is_clearer(line: Line, other: Line) -> bool:
    """Whether a line is print on its own inside a box so high that it took two lines for one."""
    two_in_one = other.box.height > _TWO_LINES * line.box.height
    own, around = (one.readings.get(LINENET) for one in (line, other))
    return bool(two_in_one and own and around and own.confidence > max(_CLEAR_PRINT, around.confidence))


def _shared(one: Box, other: Box) -> int:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0, width) * max(0, height)


_TWO_LINES, _CLEAR_PRINT = 1.5, 0.9
_CORNER = 0.06
# How near to a face's upper or lower edge frames run, and what is printed there without words.
_EDGE = 0.04
_LONG, _LONG_LETTERS, _SOME_LETTERS = 0.4, 24, 0.3
_NUMBERED = re.compile(r"\d{5}|\d \d{3} ?\d{3}|[A-ZĐ]{1,2} ?\d{3}")
# A serial's digits set or read with gaps.
_SERIAL_APART = re.compile(r"[A-ZĐ]{1,2}(?: ?\d){6,8}")
_SCRAP_LETTERS = 3
# Readers take the rings and scrolls of a frame for these.
_CHAIN_WORDS, _ROUND = 3, frozenset("o0quncd")
# No number on a certificate has so many signs; as much of a longer row is round.
_NO_NUMBER, _MOST_ROUND, _ROUND_OR_SO = 24, 0.85, frozenset("o0qucdgy9")
# So many letters of which so large a share are but three make no sentence.
_CHAIN_LETTERS, _CHAIN_SHARE, _SPELT = 10, 0.72, 0.7


def _letters(text: str) -> int:
    return sum(c.isalnum() for c in text)


_DIGITS_OF_A_CHAIN = 2


def _is_chain(line: Line) -> bool:
    """Whether a line is a row of like ornaments, as frames are made of: one letter again and again."""
    words = [fold(word) for word in line.readings[LINENET].text.split()]
    letters = "".join(char for word in words for char in word if char.isalnum())
    if len(letters) >= _NO_NUMBER and sum(char in _ROUND_OR_SO for char in letters) >= _MOST_ROUND * len(letters):
        return True
    # "CCCD 091171010171" has few signs, too, and is a number: an ornament is one digit, or two in turn.
    if any(len(set(run)) > _DIGITS_OF_A_CHAIN for run in re.findall(r"\d{9,}", letters)):
        return False
    # "Ông: DANH NĂNG" has few letters, too, and is spelt as words are.
    # One word may be a dossier's number: "007020.CN.001".
    enough = _CHAIN_LETTERS if len(words) > 1 else 2 * _CHAIN_LETTERS
    if len(letters) >= enough and plausibility(line.readings[LINENET].text) < _SPELT:
        usual = sum(count for _, count in Counter(letters).most_common(3))
        if usual >= _CHAIN_SHARE * len(letters):
            return True
    single = sum(len(word) == 1 for word in words)
    round_ones = sum(set(word) <= _ROUND for word in words)
    return len(words) >= _CHAIN_WORDS and (
        round_ones == len(words) or (len(words) >= 2 * _CHAIN_WORDS and max(single, round_ones) >= 0.75 * len(words))
    )


def _is_frame(line: Line, width: int, height: int) -> bool:
    """Whether a line is what readers make of a frame's pattern: long or at a face's edge, and without words."""
    text = line.readings[LINENET].text
    middle = (line.box.top + line.box.bottom) / 2 / height
    letters = sum(c.isalpha() for c in text)
    # Letters in plenty may be a hand that no reader can read.
    long = line.box.width > _LONG * width and len(text) >= _LONG_LETTERS and letters < _SOME_LETTERS * len(text)
    if min(middle, 1 - middle) >= _EDGE and not long:
        return False
    words = [word for word in re.findall(r"[^\W\d_]{2,}", text) if is_syllable(word)]
    # Serial numbers and barcodes' digits stand near the edge, too.
    numbered = _NUMBERED.search(text) or _SERIAL_APART.fullmatch(text)
    return len(words) <= (len(text) >= 2 * _LONG_LETTERS) and not numbered


def _is_scrap(line: Line, width: int, height: int) -> bool:
    """Whether a line is no text: the dots of a leader, or an ornament in a corner of the frame.

    One reader finds letters in dots where the others find none, or finds too few letters for the line's length.
    """
    counts = {name: _letters(reading.text) for name, reading in line.readings.items() if name != TWIN}
    if TEXT_LAYER in counts or LINENET not in counts:
        return False
    own = counts[LINENET]
    if _is_chain(line) or _is_frame(line, width, height):
        return True
    if line.cell is not None or own > _SCRAP_LETTERS:
        return False
    x, y = (line.box.left + line.box.right) / 2 / width, (line.box.top + line.box.bottom) / 2 / height
    if min(x, 1 - x) < _CORNER and min(y, 1 - y) < _CORNER:
        return True
    alone = all(count == 0 for name, count in counts.items() if name != LINENET)
    marks = re.sub(r"[\s.,:;_·…'`~°]", "", line.readings[LINENET].text)
    sparse = own <= 2 and marks.isalnum() and line.box.width > 2.2 * (own + 1) * line.box.height
    # The last word of a sentence before a dotted line is read alike by readers of two makes.
    borne_out = (
        len(marks) > 1
        and is_syllable(marks)
        and any(marks == re.sub(r"[\W_]", "", line.readings[name].text) for name in counts if name != LINENET)
    )
    return (alone and any(c.isalnum() for c in marks)) or (sparse and not borne_out)


def text_line(face_index: int, row: int, line: Line) -> TextLine | None:
    """A line as the grammar takes it; ``None`` when no reader could read it."""
    readings = {name: nfc(reading.text) for name, reading in line.readings.items() if nfc(reading.text)}
    return TextLine(face_index, row, line, _best_text(line), readings) if readings else None


def face_text(index: int, read: ReadFace) -> FaceText:
    """The text lines of a face, ordered in rows; lines that no reader could read are left out."""
    lines = []
    printed = [line for line in read.lines if not _is_scrap(line, read.face.width_px, read.face.height_px)]
    for row_number, row in enumerate(in_rows(_without_doubles(printed))):
        for line in row:
            text = text_line(index, row_number, line)
            if text:
                lines.append(text)
    heights = sorted(line.box.height for line in lines)
    return FaceText(index, read, tuple(lines), float(heights[len(heights) // 2]) if heights else 30.0)
