"""PDFs that a program printed: their drawing is kept where it can be PDF/A, else pictures stand in, and it is said."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageChops

from archive.pdfa import check_pdfa, pdfa_facts, write_pdfa
from archive.text_layer import layer_words
from archive.xmp import PdfIdentity
from certificate.errors import Encrypted, PdfInvalid
from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, Word
from certificate.record import Face, Part

PRINTED = Path(__file__).parents[2] / "samples" / "scans" / "11-tt10-born-digital.pdf"
SCALE = 150 / 72

# pdfminer remarks on fonts whose letters are drawings.
pytestmark = pytest.mark.filterwarnings("ignore:Could not get FontBBox")


def read_printed(kit: Any, pdf: bytes) -> CertificateReading:
    """The reading of a printed PDF, taken from its own text as the reader does, with pictures of its faces."""
    faces = []
    with pdfplumber.open(BytesIO(pdf)) as opened, pypdfium2.PdfDocument(pdf) as document:
        for page in opened.pages:
            picture = document[page.page_number - 1].render(scale=SCALE).to_pil().convert("RGB")
            found = page.dedupe_chars(tolerance=1).extract_words(x_tolerance_ratio=0.2, y_tolerance=2)
            words = tuple(
                Word(word["text"], Box(*(round(word[edge] * SCALE) for edge in ("x0", "top", "x1", "bottom"))), number)
                for number, word in enumerate(found)
            )
            face = Face(page.page_number, Part.WHOLE, None, 0, *picture.size)
            faces.append(FaceReading(face, words, *picture.size, preview_jpeg=kit.encode(picture, "JPEG", quality=60)))
    return kit.reading_of(*faces)


@pytest.fixture(scope="module")
def printed(kit: Any) -> tuple[bytes, CertificateReading]:
    data = PRINTED.read_bytes()
    return data, read_printed(kit, data)


def difference(one: bytes, other: bytes, page_index: int) -> float:
    pages = []
    for pdf in (one, other):
        with pypdfium2.PdfDocument(pdf) as document:
            pages.append(document[page_index].render(scale=1).to_pil().convert("RGB"))
    return float(np.asarray(ImageChops.difference(*pages), dtype=float).max())


@pytest.mark.slow
def test_drawing_is_kept(kit: Any, printed: tuple[bytes, CertificateReading], identity: PdfIdentity) -> None:
    """The page of a browser's PDF stays as drawn, with its own text and nothing laid over it."""
    original, reading = printed
    pdf = write_pdfa(original, reading, identity)
    check_pdfa(pdf, reading)
    assert pdfa_facts(pdf).rendition == "vector"
    assert all(difference(original, pdf, index) <= 2 for index in range(len(reading.faces)))
    assert b"SohoaText" not in kit.unpacked(pdf)
    with pdfplumber.open(BytesIO(original)) as before, pdfplumber.open(BytesIO(pdf)) as after:
        assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]


def test_check_finds_missing_text(printed: tuple[bytes, CertificateReading], identity: PdfIdentity) -> None:
    """A kept page that spells other words than were read does not pass."""
    original, reading = printed
    pdf = write_pdfa(original, reading, identity)
    other = tuple(Word("Ỹ" * 30, word.box, word.line_number) for word in reading.faces[0].words)
    with pytest.raises(PdfInvalid, match="lacks the words"):
        check_pdfa(pdf, replace(reading, faces=(replace(reading.faces[0], words=other), *reading.faces[1:])))


def test_pictures_stand_in(printed: tuple[bytes, CertificateReading], identity: PdfIdentity) -> None:
    """Where the drawing cannot be PDF/A (here: transparency in part 1), pictures with text stand in and say so."""
    original, reading = printed
    pdf = write_pdfa(original, reading, identity, part=1)
    check_pdfa(pdf, reading)
    assert pdfa_facts(pdf).rendition == "preview"
    with pdfplumber.open(BytesIO(pdf)) as opened:
        texts = [[word["text"] for word in page.extract_words(use_text_flow=True)] for page in opened.pages]
    assert texts == [layer_words([face]) for face in reading.faces]


@pytest.mark.slow
def test_outside_validator(
    printed: tuple[bytes, CertificateReading],
    identity: PdfIdentity,
    preflight: Callable[[Path], str],
    tmp_path: Path,
) -> None:
    """PDFBox Preflight finds nothing wrong with the pictures either."""
    path = tmp_path / "printed.pdf"
    path.write_bytes(write_pdfa(*printed, identity, part=1))
    assert preflight(path) == ""


def page_with(
    content: bytes, resources: Callable[[Pdf], Dictionary], root: Callable[[Pdf], object] | None = None
) -> bytes:
    with Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 200))
        page.obj.Resources = resources(pdf)
        page.obj.Contents = Stream(pdf, content)
        if root:
            root(pdf)
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def helvetica(pdf: Pdf) -> Dictionary:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    return Dictionary(Font=Dictionary(F0=pdf.make_indirect(font)))


def form_pattern(pdf: Pdf) -> Dictionary:
    form = Stream(pdf, b"0 g", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    pattern = Stream(
        pdf, b"/X0 Do", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 9, 9], XStep=9,
        YStep=9, Resources=Dictionary(XObject=Dictionary(X0=form)),
    )  # fmt: skip
    return Dictionary(Pattern=Dictionary(P0=pattern))


def text_in_drawn_font(pdf: Pdf) -> Dictionary:
    drawing = Stream(pdf, b"500 0 d0 /Im0 Do")
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 500, 500], FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=Dictionary(a=drawing), Encoding=Dictionary(Differences=Array([97, Name.a])), FirstChar=97,
        LastChar=97, Widths=[500],
    )  # fmt: skip
    return Dictionary(Font=Dictionary(F0=pdf.make_indirect(font)))


def layers(pdf: Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


# What no PDF/A may hold, or what cannot be vouched for: content, resources, and what is in the catalogue.
UNFIT: dict[str, tuple[bytes, Callable[[Pdf], Dictionary], Callable[[Pdf], object] | None]] = {
    "font not embedded": (b"BT /F0 12 Tf 20 20 Td (hello) Tj ET", helvetica, None),
    "form in a pattern": (b"/Pattern cs /P0 scn 0 0 99 99 re f", form_pattern, None),
    "picture as letter": (b"BT /F0 12 Tf 20 20 Td (a) Tj ET", text_in_drawn_font, None),
    "optional layers": (b"0 0 99 99 re f", lambda pdf: Dictionary(), layers),
    "unknown operator": (b"1 2 3 nonsense", lambda pdf: Dictionary(), None),
    "unbalanced states": (b"Q Q Q", lambda pdf: Dictionary(), None),
}


@pytest.mark.parametrize("name", UNFIT)
def test_unfit_pages(kit: Any, identity: PdfIdentity, name: str) -> None:
    """A page that cannot be PDF/A becomes a picture of itself; without a picture it is refused with the reason."""
    original = page_with(*UNFIT[name])
    picture = kit.encode(Image.new("RGB", (625, 417), "white"), "JPEG")
    words = (Word("hello", Box(50, 300, 150, 340), 0),)
    face = FaceReading(Face(1, Part.WHOLE, None, 0, 625, 417), words, 625, 417, preview_jpeg=picture)
    reading = kit.reading_of(face)
    pdf = write_pdfa(original, reading, identity)
    check_pdfa(pdf, reading)
    assert pdfa_facts(pdf).rendition == "preview"
    with pytest.raises(PdfInvalid) as caught:
        write_pdfa(original, kit.reading_of(replace(face, preview_jpeg=b"")), identity)
    assert caught.value.detail


def test_inks_get_a_meaning(kit: Any, identity: PdfIdentity) -> None:
    """Drawing in device CMYK is kept, with a profile that says what it looks like."""
    original = page_with(b"0 1 1 0 k 50 50 100 100 re f", lambda pdf: Dictionary())
    reading = kit.reading_of(FaceReading(Face(1, Part.WHOLE, None, 0, 625, 417), (), 625, 417))
    pdf = write_pdfa(original, reading, identity)
    check_pdfa(pdf, reading)
    with pikepdf.open(BytesIO(pdf)) as opened:
        space = opened.pages[0].obj.Resources.ColorSpace.DefaultCMYK
        assert (space[0], int(space[1].N)) == (Name.ICCBased, 4)


def test_filled_form_is_kept(kit: Any, identity: PdfIdentity) -> None:
    """What form fields and stamps show becomes part of the page, and the form itself goes."""

    def with_stamp(pdf: Pdf) -> None:
        look = Stream(pdf, b"1 0 0 rg 0 0 60 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 60, 30])
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("signature"), Rect=[100, 100, 160, 130],
                F=4, AP=Dictionary(N=look), P=pdf.pages[0].obj,
            )
        )  # fmt: skip
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)

    original = page_with(b"0 g 10 10 20 20 re f", lambda pdf: Dictionary(), with_stamp)
    reading = kit.reading_of(FaceReading(Face(1, Part.WHOLE, None, 0, 625, 417), (), 625, 417))
    pdf = write_pdfa(original, reading, identity)
    check_pdfa(pdf, reading)
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=1).to_pil().convert("RGB")
    assert picture.getpixel((130, 85)) == (255, 0, 0)
    assert b"AcroForm" not in kit.unpacked(pdf)


def simple_page() -> bytes:
    """A page of everything that the cleaner looks at, small enough to break in many ways."""
    return page_with(b"BT 3 Tr /F0 12 Tf (hidden) Tj ET q 0 1 0 0 k 9 9 99 99 re f Q /X0 Do", everything)


def everything(pdf: Pdf) -> Dictionary:
    image = Stream(
        pdf, bytes(16), Type=Name.XObject, Subtype=Name.Image, Width=2, Height=2, BitsPerComponent=8,
        ColorSpace=Name.DeviceCMYK, Interpolate=True,
    )  # fmt: skip
    form = Stream(
        pdf, b"q 50 0 0 50 9 9 cm /Im0 Do Q", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99],
        Resources=Dictionary(XObject=Dictionary(Im0=image)),
    )  # fmt: skip
    resources = helvetica(pdf)
    resources.XObject = Dictionary(X0=form)
    resources.ExtGState = Dictionary(G0=Dictionary(TR=Name.Identity, ca=0.5))
    return resources


def test_everything_is_mended(kit: Any, identity: PdfIdentity) -> None:
    """The page that the next test breaks is itself kept, cleaned."""
    reading = kit.reading_of(FaceReading(Face(1, Part.WHOLE, None, 0, 625, 417), (), 625, 417))
    pdf = write_pdfa(simple_page(), reading, identity)
    check_pdfa(pdf, reading)
    assert pdfa_facts(pdf).rendition == "image"
    assert b"Helvetica" not in kit.unpacked(pdf)


# Content that stops in the middle is shown as far as it goes, here as by every viewer; pikepdf warns of it.
@pytest.mark.filterwarnings("ignore:Unexpected end of stream:UserWarning")
@settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
@example(at=0.5625, junk=b"\xd0")
@given(
    at=st.floats(0, 1),
    junk=st.binary(max_size=8) | st.sampled_from([b"null", b"<<>>", b"[ ]", b" 7 0 R", b"/DeviceCMYK"]),
)
def test_broken_files(kit: Any, at: float, junk: bytes) -> None:
    """A PDF with bytes overwritten becomes PDF/A or is refused as invalid; no library's error comes out."""
    original = simple_page()
    place = int(at * len(original))
    broken = original[:place] + junk + original[place + len(junk) :]
    reading = kit.reading_of(FaceReading(Face(1, Part.WHOLE, None, 0, 625, 417), (), 625, 417))
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    with contextlib.suppress(PdfInvalid, Encrypted):
        write_pdfa(broken, reading, PdfIdentity("x", None, "other", None, "ab" * 32, moment))
