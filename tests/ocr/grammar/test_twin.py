"""LineNet's twin is a second opinion of the same make: it votes, but proves nothing."""

from __future__ import annotations

import pytest

from certificate.geometry import Box
from certificate.record import Form
from ocr.grammar.backing import unbacked_words
from ocr.grammar.drafts import Kind
from ocr.grammar.flow import text_line, whole
from ocr.grammar.fusion import Settled, settle
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, TWIN, Line, Reading


def _settled(kind: Kind, **said: str) -> Settled:
    readings = {
        reader: Reading(text, 0.95, (0.99,) * len(text) if reader in (LINENET, TWIN) else ())
        for reader, text in said.items()
    }
    line = text_line(0, 0, Line(Box(0, 0, 900, 44), readings))
    assert line is not None
    piece = whole(line)
    assert piece is not None
    return settle(kind, piece, Form.TT23_2014, None)


def test_the_twin_alone_makes_no_agreement() -> None:
    """What LineNet and its twin see, and readers of another make do not, is no agreement and has no more backers."""
    settled = _settled(Kind.NAME, linenet="Võ Thị Hỷ", twin="Võ Thị Hỷ", trueocr="Võ Thị Hý", tesseract="Võ Thị Hy")
    assert settled.value == "Võ Thị Hỷ"
    assert not settled.agree
    assert settled.backers == pytest.approx(1 / 3)


def test_a_twin_that_differs_takes_nothing_away() -> None:
    """Readers of two makes agree; a slip of the twin's is no reason to look."""
    settled = _settled(Kind.NAME, linenet="Võ Thị Hỷ", twin="Võ Thị Hý", trueocr="Võ Thị Hỷ")
    assert settled.value == "Võ Thị Hỷ"
    assert settled.agree
    assert settled.backers == 1.0


def test_the_twin_and_a_list_do_not_outvote_all_readers() -> None:
    """ "Linh" is a usual name and "Lình" a rare one: all the same it is what three readers of two makes see."""
    said = "Sơn Ngọc Lình"
    settled = _settled(Kind.NAME, linenet=said, twin="Sơn Ngọc Linh", trueocr=said, tesseract=said)
    assert settled.value == said
    assert settled.agree


def test_the_twin_votes() -> None:
    """A word that the twin and another reader saw stands against LineNet's; a person is asked."""
    settled = _settled(Kind.NAME, linenet="Võ Thị Hý", twin="Võ Thị Hỷ", trueocr="Võ Thị Hỷ", tesseract="Võ Thị Hỷ")
    assert settled.value == "Võ Thị Hỷ"
    assert not settled.own
    assert not settled.agree


def test_the_twin_backs_no_word() -> None:
    """A sentence whose digits the twin alone confirms rests on one make."""
    text = "theo hồ sơ số 043970"
    looks = {LINENET: text, TWIN: text, f"{TWIN}@tall": text, TRUEOCR: text.replace("70", "76")}
    assert unbacked_words(text, Kind.TEXT, looks, in_list=False) == 1
    assert unbacked_words(text, Kind.TEXT, looks | {TESSERACT: text}, in_list=False) == 0


def test_a_family_name_that_nobody_bears_is_no_second_opinion() -> None:
    """NGUYÊN lost its tone; another family name, or another word behind it, is an opinion."""
    read = "NGUYỄN VY MỸ"
    settled = _settled(Kind.NAME, linenet=read, twin=read, tesseract="NGUYÊN VY MỸ", trueocr="NGUYÊN VY MY")
    assert settled.value == read
    assert settled.agree
    for other in ("NGUYÊN VI MỸ", "NGÔ VY MỸ"):
        assert not _settled(Kind.NAME, linenet=read, twin=read, tesseract=other, trueocr=other).agree
    settled = _settled(Kind.NAME, linenet="NGUYÊN VY MỸ", tesseract=read, trueocr=read)
    assert not settled.agree


def test_a_date_made_out_whole_says_more_than_its_year() -> None:
    """Over dots the others lost a digit of the day or the month: the one that has both is shown to a person."""
    settled = _settled(
        Kind.DATE,
        linenet="ngày 21 tháng 0³ năm 2015",
        tesseract="ngày 2? tháng 03_ năm 2015",
        trueocr="ngày 21 tháng 09 năm 2015",
    )
    assert settled.value == "2015-09-21"
    assert not settled.agree
    assert settled.votes < 0.5
    alone = _settled(Kind.DATE, linenet="năm 2015", tesseract="năm 2015", trueocr="ngày 21 tháng 09 năm 2014")
    assert alone.value == "2015"
