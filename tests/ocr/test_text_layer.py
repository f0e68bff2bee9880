"""The text layer of a born-digital PDF: used only where it says what is seen."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from certificate.text import strip_accents
from ocr.engines.pdf import LayerWord, PdfFile, _raise_twos, _with_raised
from ocr.engines.trueocr import TrueOcrEngine
from ocr.faces import split_faces
from ocr.pages import Limits, Page, open_pages
from ocr.prepare import PreparedFace, prepare_face
from ocr.recognise import WordBox
from ocr.text_layer import _says_something, is_trusted, layer_lines, words_on_face

BORN_DIGITAL = Path(__file__).parents[2] / "samples" / "scans" / "11-tt10-born-digital.pdf"

Layer = tuple[PreparedFace, list[WordBox]]


@pytest.fixture(scope="module")
def layer(engine: TrueOcrEngine) -> Layer:
    """The first face of the born-digital sample, and the words of its layer in face pixels."""
    page = next(iter(open_pages(BORN_DIGITAL.read_bytes(), Limits())))
    assert isinstance(page, Page)
    (found,) = split_faces(page.image, engine)
    face = prepare_face(page, found, engine, 50)
    return face, words_on_face(page.words, page.px_per_pt, face)


def _garbled(text: str) -> str:
    """What a scanner's own recogniser makes of Vietnamese."""
    return strip_accents(text).replace("U", "l)").replace("a", "il").replace("o", "c").replace("n", "rl")


def test_a_true_layer_is_trusted(layer: Layer, engine: TrueOcrEngine) -> None:
    """The layer that the printing program wrote is used."""
    face, words = layer
    assert len(words) > 60
    assert is_trusted(face, words, engine)


def test_a_garbled_layer_is_not(layer: Layer, engine: TrueOcrEngine) -> None:
    """A layer full of «BO GIAO Dl)C vA» is not used, nor one that merely lost its tone marks."""
    face, words = layer
    assert not is_trusted(face, [WordBox(_garbled(word.text), word.box) for word in words], engine)
    assert not is_trusted(face, [WordBox(strip_accents(word.text), word.box) for word in words], engine)


def test_a_layer_with_letters_that_only_its_font_can_draw_is_not(layer: Layer, engine: TrueOcrEngine) -> None:
    """Where a joined "Th" has no letters of its own, "Thửa" reads "ửa"; an ornament before a word is left alone."""
    face, words = layer
    at = next(n for n, word in enumerate(words) if word.text.startswith("Th"))
    for text, expected in (("\ue049ửa", False), ("đấ\uf0b7", False), ("(cid:12)ửa", False), ("\uf0b7", True)):
        changed = [*words[:at], WordBox(text, words[at].box), *words[at + 1 :]]
        assert is_trusted(face, changed, engine) is expected, text


def test_a_layer_with_holes_is_not(layer: Layer, engine: TrueOcrEngine) -> None:
    """A layer that says nothing about part of what is seen is not used, nor is an empty one."""
    face, words = layer
    assert not is_trusted(face, [word for word in words if word.box.top > face.face.height_px // 4], engine)
    assert not is_trusted(face, [], engine)


def test_a_layer_beside_its_print_is_not(layer: Layer, engine: TrueOcrEngine) -> None:
    """Words in the wrong places are not used, however right they are."""
    face, words = layer
    lower = [WordBox(w.text, w.box._replace(top=w.box.top + 200, bottom=w.box.bottom + 200)) for w in words]
    assert not is_trusted(face, lower, engine)


def test_layer_lines_lie_on_the_print(layer: Layer) -> None:
    """Lines of the layer come in reading order, sure of themselves, each word inside its line and on its ink."""
    face, words = layer
    lines = layer_lines(face, words)
    assert sum(len(line.words) for line in lines) == len(words)
    assert all(line.readings["text_layer"].confidence == 1.0 for line in lines)
    texts = [line.readings["text_layer"].text for line in lines]
    first, second = (next(n for n, text in enumerate(texts) if text.startswith(start)) for start in ("1.", "2."))
    assert first < second
    inked = [
        (face.clean[w.box.top : w.box.bottom, w.box.left : w.box.right] < 128).any()
        for line in lines
        for w in line.words
    ]
    assert sum(inked) > 0.97 * len(inked)


def test_a_raised_two_joins_the_m_before_it() -> None:
    """A ``²`` that is a word of its own, however high, belongs to the ``m`` whose end it touches; others stay."""
    words = [
        LayerWord("642,1", 10.0, 100.0, 40.0, 112.0),
        LayerWord("m", 42.0, 100.0, 50.0, 112.0),
        LayerWord("²", 50.2, 96.0, 54.0, 103.0),
        LayerWord("²", 90.0, 96.0, 94.0, 103.0),
    ]
    joined = _with_raised(words)
    assert [word.text for word in joined] == ["642,1", "m²", "²"]
    assert joined[1].right_pt == 54.0


def test_small_twos_behind_an_m_are_raised_and_level_ones_are_not() -> None:
    """Size and place tell the sign from a digit: ``m2`` printed level stays as printed."""
    m = {"text": "m", "size": 12.0, "bottom": 112.0, "x0": 90.0, "x1": 100.0}
    small = {"text": "2", "size": 8.0, "bottom": 106.0, "x0": 100.5, "x1": 104.0}
    level = {"text": "2", "size": 12.0, "bottom": 112.0, "x0": 100.5, "x1": 106.0}
    above = {"text": "2", "size": 8.0, "bottom": 98.0, "x0": 20.0, "x1": 24.0}  # of another line: "năm" / "2043"
    nearly = {"text": "2", "size": 10.5, "bottom": 106.0, "x0": 100.5, "x1": 104.0}
    chars = [dict(m), dict(small), dict(m), dict(level), dict(m), dict(above), dict(m), dict(nearly)]
    _raise_twos(chars)
    assert [char["text"] for char in chars] == ["m", "²", "m", "2", "m", "2", "m", "²"]


@pytest.mark.parametrize(
    ("text", "sure", "says"),
    [
        ("O O O O O 0 0 0", 0.95, False),  # a row of circles
        ("...,.. ..", 0.9, False),
        ("0000000000050904450", 0.93, True),
        ("Nguyễn Văn An", 0.9, True),
        ("BE 000700", 0.9, True),
        ("19/5-1", 0.48, False),  # a signature
        ("cn kt", 0.9, False),
    ],
)
def test_what_is_not_print_needs_no_words(text: str, sure: float, says: bool) -> None:
    """An ornament or a signature without words in the layer is no reason to distrust it; print is."""
    assert _says_something(text, sure) is says


def _page_of_text(*runs: tuple[float, str]) -> bytes:
    """A PDF of one page with runs of Courier, each from a place in points on the same line."""
    drawn = " ".join(f"BT /F 10 Tf {x} 700 Td ({text}) Tj ET" for x, text in runs)
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(400, 800))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier)
        font.Encoding = pikepdf.Dictionary(
            Differences=[ord("~"), pikepdf.Name("/uni2010"), ord("^"), pikepdf.Name("/uni00AD")]
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = document.make_stream(drawn.encode())
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("dots", ["." * 40, "_" * 40])
def test_a_value_over_a_dotted_line_is_read_without_the_dots(dots: str) -> None:
    """Forms of dots are filled in by laying the value over them; the few dots of a value itself stay."""
    pdf = PdfFile(_page_of_text((50, dots), (55, "Thua dat so: 974 (1.250,5 m)")), 10**8, 20000)
    assert [word.text for word in pdf.words(0)] == ["Thua", "dat", "so:", "974", "(1.250,5", "m)"]
    pdf.close()


def test_a_hyphen_of_another_make_is_a_hyphen() -> None:
    """Fonts of some programs name it U+2010 or U+00AD; what is printed is the same stroke."""
    pdf = PdfFile(_page_of_text((50, "theo so 45/ND~CP^A")), 10**8, 20000)
    assert [word.text for word in pdf.words(0)] == ["theo", "so", "45/ND-CP-A"]
    pdf.close()
