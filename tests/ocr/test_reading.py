"""Which lines Tesseract is asked about, and what a line holds when it was not."""

from pathlib import Path

import pytest

from ocr.engines.tesseract import TesseractWord
from ocr.engines.trueocr import shared_engine
from ocr.faces import split_faces
from ocr.options import DEFAULT_LIMITS
from ocr.pages import Page, open_pages
from ocr.prepare import prepare_face
from ocr.reading import are_same_words, before_leaders, is_settled, read_faces
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, Reading

SCANS = Path(__file__).parents[2] / "samples" / "scans"


def _spelt(text: str, least: float) -> Reading:
    return Reading(text, 1.0, tuple([least, *[1.0] * len(text)][: len(text)]))


@pytest.mark.parametrize(
    ("text", "least", "seen", "settled"),
    [
        ("Nguyễn Văn An", 0.93, "Nguyễn Văn An", True),
        ("NGUYỄN VĂN AN", 0.93, "Nguyễn Văn An", True),  # Capitals say nothing.
        ("Nguyễn Văn An", 0.60, "Nguyễn Văn An", False),  # LineNet doubts a letter: a third reader is heard.
        ("Nguyễn Văn An", 0.99, "Nguyên Van An", True),  # TrueOCR drops marks; LineNet has no doubt.
        ("Nguyễn Văn An", 0.93, "Nguyên Van An", False),  # It has some: the mark may be its own mistake.
        ("Nguyễn Văn An", 0.99, "Nguyễn Văn Ân Em", False),
        ("Thửa đất số: 154", 0.99, "Thửa đất sô: 154", False),  # Digits take two who say the same.
        ("", 1.0, "", False),
    ],
)
def test_a_line_is_settled_by_two_readers(text: str, least: float, seen: str, *, settled: bool) -> None:
    """Tesseract is spared only what LineNet is sure of and TrueOCR bears out."""
    assert is_settled(_spelt(text, least), Reading(seen, 0.9)) is settled


def test_lines_left_open_are_read_three_times() -> None:
    """On a real face some lines are settled and some are not; only the latter bear Tesseract's reading."""
    engine = shared_engine()
    scan = (SCANS / "19-tt17-first-face-only.jpg").read_bytes()
    page = next(page for page in open_pages(scan, DEFAULT_LIMITS) if isinstance(page, Page))
    faces = [prepare_face(page, found, engine, 60) for found in split_faces(page.image, engine)]
    lines = [line for face in read_faces(faces, engine) for line in face.lines]
    assert {TESSERACT in line.readings for line in lines} == {True, False}
    for line in lines:
        assert {LINENET, TRUEOCR} <= set(line.readings)
        own = line.readings[LINENET]
        assert (TESSERACT in line.readings) is not is_settled(own, line.readings[TRUEOCR])
        assert " ".join(word.text for word in line.words) == own.text or not own.text


@pytest.mark.parametrize(
    ("said", "seen", "kept"),
    [
        ("Bà: Thị Mỹ Duyên........ -- Q1 01 1202 kg", "Bà: Thị Mỹ Duyên ..", "Bà: Thị Mỹ Duyên"),
        ("Ông: Lý Hiền ........ - L2: 2211", "Ong Lý Hiện", "Ông: Lý Hiền"),
        ("Ông: Lý Hiền ........ Năm sinh: 1990", "Ông: Lý Hiền …… Năm sinh: 1990", None),
        ("........ Q1 01", "n", None),
        ("Bà: Thị Mỹ Duyên", "Bà: Thị Mỹ Duyên", None),
    ],
)
def test_a_dotted_line_is_no_text(said: str, seen: str, kept: str | None) -> None:
    """Tesseract makes letters of its dots, and such a line was taken for handwriting; what LineNet sees there stays."""
    words = [TesseractWord(word, 0.5, 0, 10) for word in said.split()]
    assert " ".join(word.text for word in before_leaders(words, seen)) == (kept or said)


@pytest.mark.parametrize(
    ("own", "tesseract", "same"),
    [
        ("-…… Bằng chữ: Sáu trăm mét vuông", ".. . Bằng chữ: Sáu trăm mét", False),  # as many words, one further on
        ("Bằng chữ: Sáu trăm mét", "Bàng chử: Sấu tram mÉt", True),
        ("Bằng chữ: Sáu trăm mét", "Bằng chữ: Sáu trăm", False),
    ],
)
def test_edges_are_those_of_the_same_words(own: str, tesseract: str, *, same: bool) -> None:
    """A box one word off would send third looks, and the reviewer, to the wrong place."""
    assert are_same_words(own.split(" "), tesseract.split(" ")) is same
