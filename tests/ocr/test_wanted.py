"""Which lines more readers than LineNet read: those that values stand on, and those that it is not sure of."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ocr.engines import tesseract
from ocr.engines.images import Pixels
from ocr.engines.trueocr import shared_engine
from ocr.faces import split_faces
from ocr.options import DEFAULT_LIMITS
from ocr.pages import Page, open_pages
from ocr.prepare import PreparedFace, prepare_face
from ocr.read import read_scan
from ocr.reading import SURE_LETTERS, Wanted, all_places, hear_others, spell_faces
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, ReadFace
from ocr.wanted import lines_that_matter

SCANS = Path(__file__).parents[2] / "samples" / "scans"


def _faces(name: str) -> tuple[list[PreparedFace], list[ReadFace]]:
    engine = shared_engine()
    pages = open_pages((SCANS / name).read_bytes(), DEFAULT_LIMITS)
    prepared = [
        prepare_face(page, found, engine, 60)
        for page in pages
        if isinstance(page, Page)
        for found in split_faces(page.image, engine)
    ]
    return prepared, spell_faces(prepared, engine)


@pytest.fixture(scope="module")
def leaf() -> tuple[list[PreparedFace], list[ReadFace]]:
    return _faces("04-tt10-leaf.pdf")


def test_values_are_wanted_and_titles_are_not(leaf: tuple[list[PreparedFace], list[ReadFace]]) -> None:
    """The owner's line bears values; the country's motto, surely read, none."""
    _, faces = leaf
    wanted = lines_that_matter(faces)

    def places(words: str) -> set[tuple[int, int]]:
        return {(at, n) for at, n in all_places(faces) if words in faces[at].lines[n].readings[LINENET].text}

    assert places("Vợ: bà")
    assert places("Vợ: bà") <= wanted.by_all
    assert places("Độc lập - Tự do")
    assert not places("Độc lập - Tự do") & (wanted.by_all | wanted.by_two)


def test_what_linenet_doubts_is_wanted(leaf: tuple[list[PreparedFace], list[ReadFace]]) -> None:
    """A second reader tells whether a doubtful line is print at all, value or not."""
    _, faces = leaf
    wanted = lines_that_matter(faces)
    for at, number in all_places(faces) - wanted.by_all - wanted.by_two:
        assert min(faces[at].lines[number].readings[LINENET].letters) >= SURE_LETTERS


def test_each_line_is_heard_by_whom_it_is_wanted_of(leaf: tuple[list[PreparedFace], list[ReadFace]]) -> None:
    """A scrap is no matter for Tesseract; a line that nobody wants keeps LineNet's reading alone."""
    prepared, faces = leaf
    wanted = lines_that_matter(faces)
    heard = hear_others(prepared, faces, wanted, shared_engine())
    for at, number in all_places(faces):
        readers = set(heard[at].lines[number].readings)
        assert (TRUEOCR in readers) is ((at, number) in wanted.by_all | wanted.by_two)
        assert TESSERACT not in readers or (at, number) in wanted.by_all
        assert heard[at].lines[number].box == faces[at].lines[number].box
    assert any(TESSERACT in line.readings for face in heard for line in face.lines)


def test_a_face_without_a_picture_stays_as_it_is(leaf: tuple[list[PreparedFace], list[ReadFace]]) -> None:
    """Lines of a text layer have no picture to be read from."""
    _, faces = leaf
    heard = hear_others([None] * len(faces), faces, Wanted(by_all=all_places(faces)), shared_engine())
    assert [face.lines for face in heard] == [face.lines for face in faces]


@pytest.mark.slow
def test_all_of_a_page_that_is_no_certificate_is_heard() -> None:
    """It may be LineNet that does not see what it is."""
    _, faces = _faces("17-contract.jpg")
    assert lines_that_matter(faces).by_all == all_places(faces)


def test_a_scan_is_read_in_one_run_of_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many faces it has: a start of the program costs as much as ten lines."""
    runs: list[int] = []
    real = tesseract.read_lines

    def counted(crops: Sequence[Pixels], timeout_s: float) -> list[list[tesseract.TesseractWord]]:
        runs.append(len(crops))
        return real(crops, timeout_s)

    monkeypatch.setattr(tesseract, "read_lines", counted)
    read_scan((SCANS / "03-tt23-faces-grey.pdf").read_bytes(), "03-tt23-faces-grey.pdf")
    assert sum(count > 0 for count in runs) == 1
