"""Telling the clerk at once what is wrong with a scan, and telling writing from print."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from ocr.engines.barcodes import find_codes
from ocr.engines.trueocr import TrueOcrEngine
from ocr.flatten import flatten, red_mask, red_weighted_grey
from ocr.lines import find_lines
from ocr.quality import face_findings, is_blank

Pixels = NDArray[np.uint8]
Draw = Callable[..., Pixels]


def _codes(page: Pixels, engine: TrueOcrEngine, *, cut_off: bool = False) -> list[str]:
    grey, flat = red_weighted_grey(page), flatten(page)
    lines = find_lines(flat, None, red_mask(page), (), engine).lines
    return [finding.code for finding in face_findings(1, grey, flat, lines, cut_off=cut_off)]


def test_a_good_scan_has_no_findings(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Sharp print at 200-300 dpi passes without a word."""
    assert _codes(draw_page(), engine) == []
    assert _codes(cv2.GaussianBlur(draw_page(), (0, 0), 1.0).astype(np.uint8), engine) == []


@pytest.mark.parametrize("sigma_px", [4.5, 6, 9, 14, 18])
def test_a_blurred_scan_is_told(draw_page: Draw, engine: TrueOcrEngine, sigma_px: float) -> None:
    """A shaken or unfocused picture is called blurred, also when no line can be made out any more: it is not blank."""
    page = cv2.GaussianBlur(draw_page(), (0, 0), sigma_px).astype(np.uint8)
    assert "blurred" in _codes(page, engine)
    assert not is_blank(red_weighted_grey(page), flatten(page))


@pytest.mark.parametrize(("part", "told"), [(0.5, False), (0.3, False), (0.15, True)])
@pytest.mark.parametrize("dark", [False, True])
def test_print_that_can_hardly_be_told_from_its_paper_is_told(
    draw_page: Draw, engine: TrueOcrEngine, part: float, told: bool, dark: bool
) -> None:
    """A worn ribbon or too little light: what can still be read passes, what cannot is told and is not blank."""
    page = draw_page()
    page = (page * part if dark else 255 - (255.0 - page) * part).astype(np.uint8)
    assert ("low_contrast" in _codes(page, engine)) is told
    assert not is_blank(red_weighted_grey(page), flatten(page))


def test_a_coarse_scan_is_told(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Print too small for its tone marks is called low resolution."""
    small = cv2.resize(draw_page(), None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA).astype(np.uint8)
    assert "low_resolution" in _codes(small, engine)


def test_cut_paper_is_told(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Lines that run out of the picture, or a sheet that does, are called cut off."""
    assert "cut_off" in _codes(np.ascontiguousarray(draw_page()[:, 200:]), engine)
    assert "cut_off" in _codes(draw_page(), engine, cut_off=True)


def test_blank() -> None:
    """An empty sheet, even with specks and a dark edge, is blank; one line of print is not."""
    sheet = np.full((2339, 1654), 255, np.uint8)
    assert is_blank(sheet, sheet)
    rng = np.random.default_rng(1)
    sheet[rng.integers(0, 2339, 300), rng.integers(0, 1654, 300)] = 0
    sheet[:, :20] = 0
    assert is_blank(sheet, sheet)
    cv2.putText(sheet, "Hello there", (200, 400), cv2.FONT_HERSHEY_SIMPLEX, 3, (0,), 6)
    assert not is_blank(sheet, sheet)
    dot = np.full((1, 1), 255, np.uint8)
    assert is_blank(dot, dot)


@pytest.mark.parametrize(
    ("format_name", "kind", "payload"),
    [
        ("QRCode", "qr", "15-04-2026|24484|MPLIS|AA 01638621|Đất ở"),
        ("Code128", "code128", "3110513093347"),
        ("ITF", "itf", "31105130933470"),
        ("Code39", "code39", "3110513093347"),
    ],
)
@pytest.mark.parametrize("turns", [0, 1])
def test_codes_are_read_with_their_place(format_name: str, kind: str, payload: str, turns: int) -> None:
    """The kinds of code met on certificates and cards are read, whichever way the page lies."""
    code = zxingcpp.create_barcode(payload, zxingcpp.barcode_format_from_str(format_name))
    picture = np.asarray(zxingcpp.write_barcode_to_image(code, scale=4), dtype=np.uint8)
    page = np.full((1200, 1600), 255, np.uint8)
    page[300 : 300 + picture.shape[0], 500 : 500 + picture.shape[1]] = picture[:, :1000]
    (found,) = find_codes(np.ascontiguousarray(np.rot90(page, turns)))
    assert (found.kind, found.payload) == (kind, payload)
    if turns == 0:
        assert 480 <= found.box.left < found.box.right <= 520 + picture.shape[1]
        assert 280 <= found.box.top < found.box.bottom <= 320 + picture.shape[0]
