"""LineNet's twin is a second opinion of the same make: it votes, and is weighed apart from readers of another make."""

from __future__ import annotations

import pytest

from certificate.geometry import Box
from certificate.record import Form
from ocr.grammar.backing import unbacked_words
from ocr.grammar.confidence import NO_EVIDENCE, Setting, features
from ocr.grammar.drafts import Kind
from ocr.grammar.flow import text_line, whole
from ocr.grammar.fusion import Settled, settle
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, TWIN, Line, Reading


def _settled(kind: Kind, *, weakest: float = 0.99, twin_weakest: float = 0.99, **said: str) -> Settled:
    letters = {LINENET: weakest, TWIN: twin_weakest}
    readings = {
        reader: Reading(text, 0.95, (letters[reader],) * len(text) if reader in letters else ())
        for reader, text in said.items()
    }
    line = text_line(0, 0, Line(Box(0, 0, 900, 44), readings))
    assert line is not None
    piece = whole(line)
    assert piece is not None
    return settle(kind, piece, Form.TT23_2014, None)


def test_the_twin_alone_makes_no_agreement() -> None:
    """What LineNet and its twin see, and readers of another make do not, is no agreement, but it is told."""
    settled = _settled(
        Kind.NAME, linenet="Võ Thị Hỷ", twin="Võ Thị Hỷ", trueocr="Võ Thị Hý", tesseract="Võ Thị Hy", twin_weakest=0.999
    )
    assert settled.value == "Võ Thị Hỷ"
    assert not settled.agree
    assert settled.twin
    assert settled.backers == pytest.approx(1 / 3)
    facts = features(settled, NO_EVIDENCE, Setting(unbacked=1, unbacked_by_twin=0))
    assert facts["twin"] == facts["backed_by_twin"] == 1.0
    assert facts["backed"] == 0.0
    # 0.99 and 0.999 are two and three steps of four.
    assert (facts["sure"], facts["twin_sure"], facts["pair_sure"]) == pytest.approx((0.5, 0.75, 0.5))


def test_a_twin_that_differs_is_told() -> None:
    """Two other readers agree with LineNet; the twin's doubt lowers nothing but its own facts."""
    settled = _settled(Kind.NAME, linenet="Võ Thị Hỷ", twin="Võ Thị Hý", trueocr="Võ Thị Hỷ")
    assert settled.agree
    assert not settled.twin
    facts = features(settled)
    assert facts["twin"] == facts["twin_sure"] == facts["pair_sure"] == 0.0


def test_the_twin_votes() -> None:
    """A word that the twin and another reader saw stands against LineNet's."""
    settled = _settled(Kind.NAME, linenet="Võ Thị Hý", twin="Võ Thị Hỷ", trueocr="Võ Thị Hỷ", tesseract="Võ Thị Hỷ")
    assert settled.value == "Võ Thị Hỷ"
    assert not settled.own
    assert settled.twin


def test_a_text_layer_needs_no_twin() -> None:
    """What a born-digital page says is said by all."""
    settled = _settled(Kind.NAME, text_layer="Võ Thị Hỷ")
    assert settled.twin
    assert settled.twin_weakest == 1.0


def test_words_backed_by_the_twin_are_counted_apart() -> None:
    """A sentence whose digits the twin alone confirms rests on one make."""
    text = "theo hồ sơ số 043970"
    looks = {LINENET: text, TWIN: text, TRUEOCR: text.replace("70", "76"), TESSERACT: text.replace("43", "48")}
    assert unbacked_words(text, Kind.TEXT, looks, in_list=False) == 0
    assert unbacked_words(text, Kind.TEXT, {k: v for k, v in looks.items() if k != TWIN}, in_list=False) == 1
