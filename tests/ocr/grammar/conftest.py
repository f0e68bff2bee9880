"""Faces made of typed lines, as two readers would have read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from certificate.geometry import Box
from certificate.record import Face, Part
from ocr.grammar.drafts import Draft
from ocr.grammar.flow import Piece, Run, TextLine
from ocr.grammar.normal import normalise
from ocr.recognise import TESSERACT, TRUEOCR, CodeRead, Line, ReadFace, Reading, WordBox

WIDTH, HEIGHT, LETTER, LINE = 2244, 3131, 20, 44

TypedLine = str | tuple[str, int, int] | tuple[str, int, int, Mapping[str, object]]
MakeFace = Callable[..., ReadFace]


def typed_line(text: str, left: int, top: int, *, trueocr: str | None = None, **more: object) -> Line:
    """A line at a place; ``trueocr`` is what the second reader read where it differs."""
    words, at = [], left
    for word in text.split(" "):
        words.append(WordBox(word, Box(at, top, at + LETTER * max(1, len(word)), top + LINE)))
        at += LETTER * (len(word) + 1)
    readings = {TESSERACT: Reading(text, 0.95), TRUEOCR: Reading(text if trueocr is None else trueocr, 0.95)}
    box = Box(left, top, left + LETTER * max(1, len(text)), top + LINE)
    return Line(box, readings, tuple(words), **more)  # type: ignore[arg-type]


def values_of(drafts: Sequence[Draft]) -> dict[str, str | None]:
    """What each draft tells, by its path, in its normal form."""
    return {
        draft.path: draft.given or (normalise(draft.kind, draft.piece.text) if draft.piece else None)
        for draft in drafts
    }


@pytest.fixture
def make_face() -> MakeFace:
    """Make a face of lines: each a text under the last one, or (text, left, top), or with options of a line."""

    def make(
        lines: Sequence[TypedLine],
        *,
        page: int = 1,
        part: Part = Part.WHOLE,
        codes: Sequence[CodeRead] = (),
        **more: object,
    ) -> ReadFace:
        made, top = [], 100
        for entry in lines:
            if isinstance(entry, str):
                made.append(typed_line(entry, 200, top))
            else:
                options = entry[3] if len(entry) == 4 else {}
                made.append(typed_line(entry[0], entry[1], entry[2] or top, **options))
                top = entry[2] or top
            top += 68
        face = Face(page, part, None, 0, WIDTH, HEIGHT)
        return ReadFace(face, tuple(made), tuple(codes), np.zeros((1, 1), dtype=np.uint8), **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_pieces() -> Callable[[Sequence[str]], list[Piece]]:
    """Make the pieces of a section: one whole line under the other."""

    def make(lines: Sequence[str]) -> list[Piece]:
        made = []
        for row, text in enumerate(lines):
            line = TextLine(0, row, typed_line(text, 200, 100 + 68 * row), text, {TESSERACT: text, TRUEOCR: text})
            made.append(Piece((Run(line, 0, len(text)),)))
        return made

    return make
