"""Flattening: paper white, print black, whatever the paper and the light."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.flatten import flatten, flatten_without_red, is_cover, pinkness, red_mask

Pixels = NDArray[np.uint8]
Draw = Callable[..., Pixels]


def _paper_and_ink(page: Pixels, flat: Pixels) -> tuple[float, float]:
    """The flattened values of paper (its dark end) and of ink (its median), told apart on the drawn page."""
    ink = cv2.erode((page.min(axis=2) < 60).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    paper = cv2.dilate((page.min(axis=2) < 150).astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    return float(np.percentile(flat[paper], 1)), float(np.median(flat[ink]))


@pytest.mark.parametrize(
    "paper",
    [
        (250, 226, 230),  # pink
        (245, 235, 200),  # yellowed
        (200, 190, 170),  # old and dark
        (255, 255, 255),
    ],
)
def test_paper_becomes_white_and_print_black(draw_page: Draw, paper: tuple[int, int, int]) -> None:
    """Paper of any usual colour is white afterwards, and black print stays black."""
    page = draw_page(paper=paper)
    white, black = _paper_and_ink(page, flatten(page))
    assert white > 250
    assert black < 40


def test_a_shadow_goes(draw_page: Draw) -> None:
    """A shadow across the page, down to half the light, leaves no trace on the paper."""
    page = draw_page()
    light = np.linspace(1.0, 0.5, page.shape[1])[None, :, None]
    white, black = _paper_and_ink(page, flatten((page * light).astype(np.uint8)))
    assert white > 245
    assert black < 60


def test_pink_lines_of_the_background_go(draw_page: Draw) -> None:
    """Fine pink waves under the print vanish."""
    page = draw_page()
    waves = page.copy()
    for y in range(0, page.shape[0], 14):
        cv2.line(waves, (0, y), (page.shape[1], y + 40), (214, 190, 246), 3)
    waves = np.minimum(waves, np.where(page < 100, page, 255)).astype(np.uint8)
    white, black = _paper_and_ink(page, flatten(waves))
    assert white > 235
    assert black < 60


def test_red_ink_stays_in_one_rendering_and_goes_in_the_other(draw_page: Draw) -> None:
    """Red print is ink; without red it is paper, and the black print that it covered stays."""
    page = draw_page()
    cv2.circle(page, (500, 400), 160, (50, 40, 215), 18)
    ring = red_mask(page) > 0
    assert ring.sum() > 5000
    middle = cv2.erode(ring.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert float(np.median(flatten(page)[middle])) < 140
    assert float(np.median(flatten_without_red(page)[middle])) > 225
    black = cv2.erode((page.max(axis=2) < 60).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert float(np.median(flatten_without_red(page)[black])) < 60


def test_light_print_on_a_red_cover_becomes_black(draw_page: Draw) -> None:
    """Gold and black letters on a red cover are ink alike."""
    cover = draw_page(lines=("GIẤY CHỨNG NHẬN",), paper=(178, 37, 44), ink=(247, 223, 140))
    black = draw_page(lines=("", "", "", "Số G 876163"), paper=(178, 37, 44), ink=(20, 10, 10))
    both = np.where(np.abs(black.astype(int) - black[0, 0]).max(axis=2, keepdims=True) > 30, black, cover).astype(
        np.uint8
    )
    assert is_cover(both)
    flat = flatten(both)
    gold = both[:, :, 1] > 200
    assert float(np.median(flat[gold])) < 80
    assert float(np.median(flat)) > 245


@pytest.mark.parametrize(("ground", "print_"), [(85, 205), (45, 150), (0, 255), (110, 30)])
def test_covers_in_grey_and_in_black_and_white(draw_page: Draw, ground: int, print_: int) -> None:
    """What a grey or fax scan makes of a cover: dark all over, its print lighter, or darker yet."""
    drawn = draw_page(lines=("Số AH 625554",), paper=(ground,) * 3, ink=(print_,) * 3)
    cover = np.ascontiguousarray(drawn[:, :, 0])
    assert is_cover(cover)
    flat = flatten(cover)
    letters = np.abs(cover.astype(int) - ground) > 0.8 * abs(print_ - ground)
    assert float(np.median(flat[letters])) < 80
    assert float(np.median(flat)) > 245


def test_a_dim_grey_page_is_no_cover(draw_page: Draw) -> None:
    """Yellowed paper, a photo in the shade, a page with a black margin."""
    assert not is_cover(np.ascontiguousarray(draw_page(paper=(140,) * 3)[:, :, 0]))
    margin = np.ascontiguousarray(draw_page(paper=(200,) * 3)[:, :, 0]).copy()
    margin[: margin.shape[0] // 6] = 0
    margin[:, : margin.shape[1] // 6] = 0
    assert not is_cover(margin)


def test_a_pink_page_is_no_cover(draw_page: Draw) -> None:
    """The pinkest paper is still paper; and pinkness is told in between."""
    assert not is_cover(draw_page(paper=(255, 205, 210)))
    assert pinkness(draw_page(paper=(255, 255, 255))) < 0.1
    assert pinkness(draw_page(paper=(250, 226, 230))) > 0.6
    assert pinkness(draw_page(paper=(245, 236, 190))) < 0.4  # yellowed is not pink
    assert pinkness(np.full((50, 50), 255, np.uint8)) == 0.0


@pytest.mark.parametrize("shape", [(1, 1), (2, 300), (300, 2), (9, 9)])
def test_any_size(shape: tuple[int, int]) -> None:
    """Tiny pictures come back in their own shape."""
    assert flatten(np.full(shape, 90, np.uint8)).shape == shape
    assert flatten(np.full((*shape, 3), 90, np.uint8)).shape == shape


@pytest.mark.parametrize("part", [0.7, 0.5, 0.35])
def test_faint_print_becomes_as_black_as_any(draw_page: Callable[..., NDArray[np.uint8]], part: float) -> None:
    """A worn ribbon, a copy of a copy: print that is apart from its paper is all a reader needs."""
    page = draw_page()
    strong = flatten(page) < 100
    faint = flatten((255 - (255.0 - page) * part).astype(np.uint8)) < 100
    assert (strong & faint).sum() > 0.8 * strong.sum()
    assert faint.sum() < 1.3 * strong.sum()


def test_a_pattern_alone_is_not_taken_for_faint_print() -> None:
    """The guilloche of an empty face stays paper."""
    rows, columns = np.mgrid[0:1200, 0:900]
    guilloche = (235 + 20 * np.sin(rows / 9 + 3 * np.sin(columns / 60))).astype(np.uint8)
    assert (flatten(guilloche) < 128).mean() < 0.002
