"""The drawn samples as archived documents: conforming, small, and looking as they did."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from archive.pdf_pages import is_pdf
from archive.pdfa import check_pdfa, write_pdfa
from archive.xmp import PdfIdentity
from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, Word
from certificate.record import Face, Part

SCANS = sorted((Path(__file__).parents[2] / "samples" / "scans").glob("*.*"))
# The letters of a born-digital page are its own, so there is nothing to lay over it here.
READ = [path for path in SCANS if "born-digital" not in path.name]

WORDS = tuple(
    Word(f"chữ{line}-{column}", Box(100 + 120 * column, 60 + 60 * line, 205 + 120 * column, 95 + 60 * line), line)
    for line in range(10)
    for column in range(8)
)


def laid_out(kit: Any, data: bytes) -> CertificateReading:
    """A reading with a grid of words on each page, in the page's own pixels."""
    sizes: list[tuple[int, int]] = []
    if is_pdf(data):
        with pikepdf.open(BytesIO(data)) as pdf:
            sizes = [(round(float(page.cropbox[2]) * 2), round(float(page.cropbox[3]) * 2)) for page in pdf.pages]
    else:
        with Image.open(BytesIO(data)) as image:
            for frame in range(getattr(image, "n_frames", 1)):
                image.seek(frame)
                sizes.append(image.size)
    faces = [
        FaceReading(Face(number + 1, Part.WHOLE, None, 0, *size), WORDS, *size) for number, size in enumerate(sizes)
    ]
    return kit.reading_of(*faces)


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_sample(kit: Any, identity: PdfIdentity, path: Path) -> None:
    """Each sample becomes a document that passes its check, with little added to what was scanned."""
    data = path.read_bytes()
    reading = laid_out(kit, data)
    pdf = write_pdfa(data, reading, identity)
    check_pdfa(pdf, reading)
    # A fax or an empty page is so small that what every document needs weighs more.
    assert len(pdf) < 1.05 * len(data) + (0 if len(data) > 180_000 else 3_000)


@pytest.mark.parametrize("path", [path for path in READ if path.suffix == ".pdf"], ids=lambda path: path.name)
def test_sample_looks_the_same(kit: Any, identity: PdfIdentity, path: Path) -> None:
    """The pages of a scanner's PDF render as before, pixel by pixel."""
    data = path.read_bytes()
    pdf = write_pdfa(data, laid_out(kit, data), identity)
    with pypdfium2.PdfDocument(data) as before, pypdfium2.PdfDocument(pdf) as after:
        for old, new in zip(before, after, strict=True):
            # The words laid out stand upright on the page before its turn; so must it be shown.
            old.set_rotation(0)
            pair = [page.render(scale=1).to_pil().convert("RGB") for page in (old, new)]
            assert np.asarray(ImageChops.difference(*pair)).max() <= 2


@pytest.mark.slow
@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_outside_validator(
    kit: Any, identity: PdfIdentity, preflight: Callable[[Path], str], tmp_path: Path, path: Path
) -> None:
    """PDFBox Preflight finds nothing wrong with any sample."""
    data = path.read_bytes()
    out = tmp_path / "sample.pdf"
    out.write_bytes(write_pdfa(data, laid_out(kit, data), identity, part=1))
    assert preflight(out) == ""
