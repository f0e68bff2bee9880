"""What scanners and phones make of a page."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image as Pillow

from samples.draw import files
from samples.draw.capture import CAPTURES, Captured, quarter_turn


def _page() -> np.ndarray:
    page = np.full((600, 420, 3), (250, 225, 230), np.uint8)
    page[100:110, 60:300] = 20
    page[300:420, 200:320] = (200, 30, 40)
    return page


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.slow) if kind == "phone" else kind for kind in sorted(CAPTURES)]
)
def test_a_capture_repeats_itself_and_keeps_the_print(kind: str) -> None:
    """The same seed gives the same pixels; print stays darker than paper."""
    first, second = (CAPTURES[kind](_page(), np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)
    assert first.pixels.dtype == np.uint8
    assert int(first.pixels.min()) < 110 < int(first.pixels.max())


@pytest.mark.parametrize(
    ("kind", "dpi"), [("flatbed", 300), ("colour200", 200), ("grey200", 200), ("fax", 200), ("low150", 150)]
)
def test_resolution_is_that_of_the_device(kind: str, dpi: int) -> None:
    """A page of 600 rows at 300 dpi has as many rows as its new resolution asks for."""
    captured = CAPTURES[kind](_page(), np.random.default_rng(1))
    assert captured.dpi == dpi
    assert captured.pixels.shape[0] == 600 * dpi // 300


def test_a_fax_knows_only_black_and_white() -> None:
    """Bilevel pages hold 0 and 255 alone."""
    captured = CAPTURES["fax"](_page(), np.random.default_rng(1))
    assert captured.is_bilevel
    assert set(np.unique(captured.pixels)) <= {0, 255}


def test_a_quarter_turn_is_clockwise() -> None:
    """The top left corner goes to the top right."""
    pixels = np.zeros((4, 6), np.uint8)
    pixels[0, 0] = 9
    assert quarter_turn(Captured(pixels, 300), 90).pixels[0, -1] == 9


def test_a_pdf_holds_the_jpeg_as_it_is() -> None:
    """One image a page, under its own filter, on a page of the right size."""
    pages = [CAPTURES["low150"](_page(), np.random.default_rng(1)), CAPTURES["fax"](_page(), np.random.default_rng(2))]
    with pikepdf.open(io.BytesIO(files.pdf(pages))) as made:
        filters = [str(page.Resources.XObject.Im0.Filter) for page in made.pages]
        assert filters == ["/DCTDecode", "/CCITTFaxDecode"]
        assert [float(side) for side in made.pages[0].MediaBox][2:] == [pytest.approx(100.8), pytest.approx(144.0)]


def test_a_fax_in_a_pdf_is_black_on_white() -> None:
    """The G4 data taken out of the TIFF keeps its polarity."""
    captured = CAPTURES["fax"](_page(), np.random.default_rng(2))
    with pikepdf.open(io.BytesIO(files.pdf([captured]))) as made:
        picture = pikepdf.PdfImage(made.pages[0].Resources.XObject.Im0).as_pil_image().convert("L")
    assert np.array_equal(np.asarray(picture), captured.pixels)


def test_a_tiff_holds_all_pages(tmp_path: Path) -> None:
    """Two pages go in and two come out, in fax code."""
    captured = CAPTURES["fax"](_page(), np.random.default_rng(2))
    path = tmp_path / "two.tif"
    files.write(path, [captured, captured])
    with Pillow.open(path) as picture:
        assert picture.n_frames == 2
        assert picture.info["compression"] == "group4"
