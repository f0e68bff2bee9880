"""The words of a PDF/A: all of them there, for every viewer, each over its ink, and no other reader's beside them."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2

from archive.pdfa import check_pdfa, pdfa_facts, write_pdfa
from archive.text_layer import layer_words
from archive.xmp import PdfIdentity
from certificate.geometry import apply_homography
from certificate.reading import FaceReading


def shown_words(page: Any) -> list[dict[str, Any]]:
    """The words of a page as displayed, in the order of the text layer."""
    return list(page.extract_words(use_text_flow=True, keep_blank_chars=False))


def test_text_comes_back(any_case: Any, identity: PdfIdentity) -> None:
    """Another program takes the same words out that were read, in the same order, page by page."""
    _, original, reading = any_case
    with pdfplumber.open(BytesIO(write_pdfa(original, reading, identity))) as pdf:
        numbers = sorted({face.face.page_number for face in reading.faces})
        assert len(pdf.pages) == len(numbers)
        for number, page in zip(numbers, pdf.pages, strict=True):
            faces = [face for face in reading.faces if face.face.page_number == number]
            assert [word["text"] for word in shown_words(page)] == layer_words(faces)


def test_viewers_find_the_words(any_case: Any, identity: PdfIdentity, tmp_path: Path) -> None:
    """PDFium (Chrome's viewer) and Poppler (most Linux viewers) find every word too, turned pages included."""
    _, original, reading = any_case
    pdf = write_pdfa(original, reading, identity)
    path = tmp_path / "found.pdf"
    path.write_bytes(pdf)
    words = layer_words(reading.faces)
    poppler = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True).stdout.decode()
    assert poppler.split() == words
    with pypdfium2.PdfDocument(pdf) as document:
        assert " ".join(page.get_textpage().get_text_range() for page in document).split() == words


def source_quad(face: FaceReading, box: tuple[int, int, int, int]) -> list[tuple[float, float]]:
    left, top, right, bottom = box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return [apply_homography(face.to_source, x, y) for x, y in corners]


def test_words_lie_over_their_places(any_case: Any, identity: PdfIdentity) -> None:
    """On the page as displayed each word's box covers the word's place on the scan, and no more."""
    name, original, reading = any_case
    with pikepdf.open(BytesIO(write_pdfa(original, reading, identity))) as opened:
        turns = [int(page.obj.get("/Rotate", 0)) for page in opened.pages]
    with pdfplumber.open(BytesIO(write_pdfa(original, reading, identity))) as pdf:
        numbers = sorted({face.face.page_number for face in reading.faces})
        for number, page, turn in zip(numbers, pdf.pages, turns, strict=True):
            faces = [face for face in reading.faces if face.face.page_number == number]
            expected = [displayed(face, word.box, page, turn, name) for face in faces for word in face.words]
            overlaps = [
                overlap((word["x0"], word["top"], word["x1"], word["bottom"]), box)
                for word, box in zip(shown_words(page), expected, strict=True)
            ]
            # An upright box around a leaning word says little; a photo's words lean by up to 3 degrees.
            least = 0.75 if name == "photo" else 0.95
            assert min(overlaps) > least
            assert sum(overlaps) / len(overlaps) > least + 0.03


def displayed(face: FaceReading, box: Any, page: Any, turn: int, name: str) -> tuple[float, float, float, float]:
    """Where a word stands on the displayed page, in points: worked out apart from the writer."""
    points = []
    for x, y in source_quad(face, box):
        across, down = x / face.source_width_px, y / face.source_height_px
        across = 1 - across if name == "mirrored" else across
        across, down = {
            0: (across, down), 90: (1 - down, across), 180: (1 - across, 1 - down), 270: (down, 1 - across),
        }[turn]  # fmt: skip
        points.append((across * float(page.width), down * float(page.height)))
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    common = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return common / (sum(areas) - common)


def test_words_lie_over_ink(kit: Any, flat_case: Any, identity: PdfIdentity) -> None:
    """On the rendered upright page nearly all ink lies inside word boxes, and no box is without ink."""
    _, original, reading = flat_case
    pdf = write_pdfa(original, reading, identity)
    dark = np.asarray(kit.rendered(pdf).convert("L")) < 110
    covered = np.zeros_like(dark)
    with pdfplumber.open(BytesIO(pdf)) as opened:
        page = opened.pages[0]
        scale = dark.shape[1] / float(page.width)
        for word in shown_words(page):
            rows = slice(int(word["top"] * scale), int(word["bottom"] * scale) + 2)
            columns = slice(int(word["x0"] * scale), int(word["x1"] * scale) + 2)
            covered[rows, columns] = True
            assert dark[rows, columns].any(), word["text"]
    assert (dark & covered).sum() / dark.sum() > 0.99


def test_other_readers_text_is_replaced(kit: Any, cases: Any, identity: PdfIdentity) -> None:
    """The invisible text that a scanner laid over its page, in a font that is not embedded, gives way to ours."""
    original, reading = cases["pdf-second-only"]
    with pikepdf.open(BytesIO(original)) as pdf:
        page = pdf.pages[1]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.obj.Resources.Font = pikepdf.Dictionary(F0=pdf.make_indirect(font))
        page.contents_add(b"BT 3 Tr /F0 12 Tf 100 100 Td (wrong guess) Tj ET", prepend=False)
        out = BytesIO()
        pdf.save(out)
    written = write_pdfa(out.getvalue(), reading, identity)
    check_pdfa(written, reading)
    with pdfplumber.open(BytesIO(written)) as opened:
        assert [word["text"] for word in shown_words(opened.pages[0])] == layer_words(reading.faces)
    assert pdfa_facts(written).rendition == "image"
    assert b"Helvetica" not in kit.unpacked(written)
