"""The text layer of a born-digital PDF, used instead of recognition where it can be trusted.

Scanners leave garbage in text layers, so a sample is compared with what the recogniser sees, and every line that is
seen must have words. Owns trust and the grouping of the layer's words into lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from certificate.geometry import Box, bounding_box
from certificate.text import SMALL_LETTERS, nfc
from ocr.engines.images import Pixels
from ocr.engines.pdf import LayerWord
from ocr.engines.trueocr import TrueOcrEngine
from ocr.grammar.letters import is_syllable
from ocr.lines import PlacedLine, find_cell, in_reading_order, rows_of_cell
from ocr.prepare import PreparedFace
from ocr.recognise import TEXT_LAYER, Line, Reading, WordBox

Matrix = NDArray[np.float64]

_SAMPLE = 14
# The recogniser itself gets some 3 % of letters wrong; garbage layers differ by a third and more.
_LEAST_ALIKE = 0.88
_LEAST_COVERED = 0.9
# A line is print that is read so surely and has so many different letters.
_SURE, _LETTERS_OF_PRINT = 0.75, 3
# Words further apart than this (in heights) are of two lines; nearer ones are, too, where two lines were seen.
_WIDE_GAP, _COLUMN_GAP = 1.6, 0.4
_OF_A_ROW = 0.5
# A sign within a word that only its own font can draw, a joined "Th" say: the layer does not tell which letters it is.
# Alone or before a capital it is an ornament of a list.
_UNNAMED = re.compile(rf"[^\W\d_][\ue000-\uf8ff\ufffd]|[\ue000-\uf8ff\ufffd][{SMALL_LETTERS}]|\(cid:\d+\)")
# Darker is ink; as much of a column of pixels as a rule is ink of.
_INK, _OF_A_RULE = 150, 0.9


def words_on_face(words: Sequence[LayerWord], px_per_pt: float, face: PreparedFace) -> list[WordBox]:
    """The layer's words that stand on this face, in its pixels."""
    placed = []
    for word in words:
        corners = np.array(
            [
                [word.left_pt, word.right_pt, word.right_pt, word.left_pt],
                [word.top_pt, word.top_pt, word.bottom_pt, word.bottom_pt],
                [1 / px_per_pt] * 4,
            ]
        )
        x, y, w = face.from_page @ (corners * px_per_pt)
        x, y = x / w, y / w
        box = Box(round(min(x)), round(min(y)), round(max(x)), round(max(y)))
        middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        text = nfc(word.text)
        if text and 0 <= middle[0] < face.face.width_px and 0 <= middle[1] < face.face.height_px:
            placed.append(WordBox(text, _inside(box, face.face.width_px, face.face.height_px)))
    return placed


def _inside(box: Box, width: int, height: int) -> Box:
    left, top = min(max(0, box.left), width - 1), min(max(0, box.top), height - 1)
    return Box(left, top, max(left + 1, min(width, box.right)), max(top + 1, min(height, box.bottom)))


def is_trusted(face: PreparedFace, words: Sequence[WordBox], engine: TrueOcrEngine) -> bool:
    """Whether the layer says what is seen on the face, and says it for all that is seen."""
    seen = [line.box for line in face.lines if line.score > 0.5]
    if not words or not seen or any(_UNNAMED.search(word.text) for word in words):
        return False
    told = [_text_in(box, words) for box in seen]
    untold = [
        face.clean[box.top : box.bottom, box.left : box.right] for box, text in zip(seen, told, strict=True) if not text
    ]
    missed = sum(_says_something(text, sure) for text, sure in engine.read(untold)) if untold else 0
    if missed > (1 - _LEAST_COVERED) * len(seen):
        return False
    # Long lines tell most; take them spread over the face.
    longest = sorted((i for i, text in enumerate(told) if text), key=lambda i: -seen[i].width)[: 2 * _SAMPLE]
    sample = sorted(longest)[:: max(1, len(longest) // _SAMPLE)]
    crops = [face.clean[seen[i].top : seen[i].bottom, seen[i].left : seen[i].right] for i in sample]
    alike = [
        Levenshtein.normalized_similarity(_letters(told[index]), _letters(text))
        for index, (text, _) in zip(sample, engine.read(crops), strict=True)
    ]
    return bool(alike) and float(np.mean(alike)) >= _LEAST_ALIKE


def _says_something(text: str, sure: float) -> bool:
    """Whether a line of which the layer has nothing is print: not an ornament, a signature, a dotted line."""
    letters = _letters(text)
    word = any(len(one) > 1 and is_syllable(one) for one in re.findall(r"[^\W\d_]+", text.casefold()))
    return sure >= _SURE and len(set(letters)) >= _LETTERS_OF_PRINT and (word or bool(re.search(r"\d{3}", text)))


def _letters(text: str) -> str:
    return "".join(c for c in text.replace("²", "2").casefold() if c.isalnum())


def _text_in(box: Box, words: Sequence[WordBox]) -> str:
    inside = [
        word
        for word in words
        if box.left - 3 <= (word.box.left + word.box.right) / 2 <= box.right + 3
        and box.top <= (word.box.top + word.box.bottom) / 2 <= box.bottom
    ]
    return " ".join(word.text for word in sorted(inside, key=lambda word: word.box.left))


def layer_lines(face: PreparedFace, words: Sequence[WordBox]) -> tuple[Line, ...]:
    """The layer's words as lines in reading order; columns and table cells stay apart."""
    rows: list[list[WordBox]] = []
    # A raised two reaches into the line above: its own line is sought when all others are there.
    for word in sorted(words, key=lambda one: ("²" in one.text, one.box.top + one.box.bottom)):
        row = max(rows if "²" in word.text else rows[-6:], key=lambda row: _shared(row, word), default=None)
        if row is None or _shared(row, word) <= _OF_A_ROW:
            rows.append([word])
        else:
            row.append(word)
    groups = [group for row in rows for group in _split(face, sorted(row, key=lambda one: one.box.left))]
    by_box = {id(placed): group for placed, group in groups}
    ordered = in_reading_order([placed for placed, _ in groups], face.tables)
    return tuple(
        Line(
            box=placed.box,
            readings={TEXT_LAYER: Reading(" ".join(word.text for word in by_box[id(placed)]), 1.0)},
            words=tuple(by_box[id(placed)]),
            cell=placed.cell,
            cell_rows=rows_of_cell(placed, face.tables),
        )
        for placed in ordered
    )


def _shared(row: Sequence[WordBox], word: WordBox) -> float:
    """How much of the height of a row, or of the word if that is lower, both share."""
    tallest = max(row, key=lambda one: one.box.height).box
    overlap = min(tallest.bottom, word.box.bottom) - max(tallest.top, word.box.top)
    return overlap / min(tallest.height, word.box.height)


def _are_apart(face: PreparedFace, left: Box, right: Box) -> bool:
    """Whether two words of one row are of two lines: far apart, seen as two columns, or a rule runs between them."""
    gap = (right.left - left.right) / right.height
    if gap > _WIDE_GAP or _rule_between(face.flat, left, right):
        return True
    one, other = _seen_line(face, left), _seen_line(face, right)
    return gap > _COLUMN_GAP and one is not None and other is not None and one != other


def _seen_line(face: PreparedFace, word: Box) -> int | None:
    """Which of the lines that were seen on the face holds the word."""
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return next(
        (
            number
            for number, line in enumerate(face.lines)
            if line.box.left <= x <= line.box.right and line.box.top <= y <= line.box.bottom
        ),
        None,
    )


def _rule_between(flat: Pixels, left: Box, right: Box) -> bool:
    """Whether a rule runs down between two words: ink over and under them as well as beside them."""
    reach = round(0.3 * right.height)
    gap = flat[max(0, right.top - reach) : right.bottom + reach, left.right + 1 : max(left.right + 1, right.left - 1)]
    return bool(gap.size) and bool(((gap < _INK).mean(axis=0) > _OF_A_RULE).any())


def _split(face: PreparedFace, row: Sequence[WordBox]) -> list[tuple[PlacedLine, list[WordBox]]]:
    groups: list[list[WordBox]] = []
    cells: list[tuple[int, int, int] | None] = []
    for word in row:
        cell = find_cell(word.box, face.tables)
        if groups and cells[-1] == cell and not _are_apart(face, groups[-1][-1].box, word.box):
            groups[-1].append(word)
        else:
            groups.append([word])
            cells.append(cell)
    return [
        (PlacedLine(bounding_box(word.box for word in group), 1.0, cell), group)
        for group, cell in zip(groups, cells, strict=True)
    ]
