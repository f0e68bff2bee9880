"""The sheet on a photo: on dark and light desks, in shade; and no sheet where a scan fills the picture."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.paper import _Edges, find_paper

Pixels = NDArray[np.uint8]
Draw = Callable[..., Pixels]

CORNERS = np.array([[210, 160], [1390, 230], [1340, 1860], [150, 1800]], np.float32)
SIZE = (1600, 2100)


def _photo(page: Pixels, desk: Pixels, shade: float = 0.0) -> Pixels:
    """The page lying on a desk, darker towards the right by ``shade`` (0-1)."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, CORNERS)
    colour = page if page.ndim == 3 else cv2.cvtColor(page, cv2.COLOR_GRAY2BGR)
    sheet = cv2.warpPerspective(colour, matrix, SIZE)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, SIZE)
    photo = np.where(mask[..., None] > 127, sheet, desk).astype(np.float32)
    photo *= np.linspace(1.0, 1.0 - shade, SIZE[0])[None, :, None]
    return photo.clip(0, 255).astype(np.uint8)


def _desk(kind: str) -> Pixels:
    rng = np.random.default_rng(5)
    if kind == "red":
        # Red wood, lighter on one side.
        light = np.linspace(0.7, 1.2, SIZE[1])[:, None, None]
        return (np.full((SIZE[1], SIZE[0], 3), (27, 29, 105), np.float64) * light).astype(np.uint8)
    if kind == "dark":
        return np.full((SIZE[1], SIZE[0], 3), (40, 55, 70), np.uint8)
    if kind == "grain":
        # Wood of strong grain under a lamp: its strokes are many, and its lit end is lighter than paper in the dark.
        grain = cv2.GaussianBlur(rng.normal(0, 1, (SIZE[1], 1)).astype(np.float32), (1, 0), sigmaX=1, sigmaY=4)
        lamp = np.linspace(0.7, 1.6, SIZE[1])[:, None] ** 2
        wood = (0.45 + 0.3 * grain / np.abs(grain).max()) * lamp
        return np.repeat(wood[..., None] * (62, 106, 162), SIZE[0], axis=1).clip(0, 255).astype(np.uint8)
    # A light desk out of focus: soft spots of light and dark.
    spots = cv2.resize(rng.normal(0, 22, (9, 7)).astype(np.float32), SIZE, interpolation=cv2.INTER_CUBIC)
    return (195 + np.repeat(spots[..., None], 3, axis=2)).clip(0, 225).astype(np.uint8)


@pytest.mark.parametrize(
    ("kind", "shade"), [("dark", 0.0), ("dark", 0.3), ("light", 0.0), ("light", 0.25), ("red", 0.0), ("grain", 0.0)]
)
def test_the_sheet_is_found(draw_page: Draw, kind: str, shade: float) -> None:
    """Its corners are found to within a few pixels, whatever it lies on."""
    found = find_paper(_photo(draw_page(), _desk(kind), shade))
    assert found is not None
    assert np.abs(found - CORNERS).max() < 25


def test_a_scan_that_fills_the_picture_has_no_sheet(draw_page: Draw) -> None:
    """Neither a frame printed on the paper nor a grey table is taken for the paper's edge."""
    page = draw_page().copy()
    height, width = page.shape[:2]
    cv2.rectangle(page, (60, 60), (width - 60, height - 60), (120,) * 3, 6)
    cv2.rectangle(page, (200, 700), (width - 200, 1500), (235,) * 3, cv2.FILLED)
    assert find_paper(page) is None


@pytest.mark.parametrize("kind", ["dark", "lid"])
def test_a_red_cover_is_part_of_the_sheet(draw_page: Draw, kind: str) -> None:
    """A spread whose right half is a book's cover, darker than the scanner's lid, is found whole."""
    page = draw_page().copy()
    half = page.shape[1] // 2
    page[:, half:] = (44, 37, 190)  # blue, green, red
    cv2.putText(page, "GIAY CHUNG NHAN", (half + 40, 500), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (140, 223, 247), 4)
    desk = np.full((SIZE[1], SIZE[0], 3), (200, 200, 200), np.uint8) if kind == "lid" else _desk(kind)
    found = find_paper(_photo(page, desk))
    assert found is not None
    assert np.abs(found - CORNERS).max() < 25


def test_a_cover_is_no_desk_for_the_face_beside_it() -> None:
    """A spread straight from the printing program fills the picture: its white half is not cut out."""
    spread = np.full((2100, 3000, 3), 255, np.uint8)
    spread[:, 1500:] = (29, 18, 180)  # blue, green, red
    for top in range(200, 1900, 90):
        cv2.putText(spread, "Noi dung thay doi va co so", (120, top), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 3)
    cv2.putText(spread, "GIAY CHUNG NHAN", (1800, 900), cv2.FONT_HERSHEY_SIMPLEX, 2.5, (140, 223, 247), 5)
    assert find_paper(spread) is None


def test_a_cover_in_grey_is_no_desk_either(draw_page: Draw) -> None:
    """Beside a face on a scanner's lid its print tells it from a table, however dark it is."""
    page = draw_page()
    height, width = page.shape[:2]
    spread = np.full((height, 2 * width), 246, np.uint8)
    spread[30:-30, 30:width] = (
        cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)[30:-30, 30:] if page.ndim == 3 else page[30:-30, 30:]
    )
    spread[30:-30, width:-30] = 70
    for top in range(300, height - 200, 160):
        cv2.putText(spread, "GIAY CHUNG NHAN", (width + 120, top), cv2.FONT_HERSHEY_SIMPLEX, 2.5, (205,), 6)
    found = find_paper(spread)
    assert found is None or found[:, 0].max() > 1.9 * width


def test_a_sheet_half_in_a_shadow_is_found_whole() -> None:
    """A table's rules outnumber the sheet's sides, of which the lit half shows three and the shadow the fourth."""
    page = np.full((1700, 1200), 245, np.uint8)
    for top in range(100, 1620, 70):
        page[top : top + 4] = 0
    shadow = np.interp(np.arange(SIZE[1]), [0, 700, 1500, SIZE[1]], [0.34, 0.4, 0.95, 1.0])
    photo = _photo(page, _desk("dark")) * shadow[:, None, None]
    found = find_paper(photo.clip(0, 255).astype(np.uint8))
    assert found is not None
    assert np.abs(found - CORNERS).max() < 25


def test_a_side_of_the_sheet_that_many_rules_outweigh() -> None:
    """Its upper side was not among the strongest lines, and the picture's border was taken for it."""
    sheet = np.array([[48, 4], [448, 35], [407, 594], [5, 563]], np.float64)
    grey = np.full((600, 453), 194, np.uint8)
    cv2.fillPoly(grey, [sheet.astype(np.int32)], (220,))
    edges = _Edges.of(grey, np.asarray(cv2.Canny(grey, 14, 36), np.uint8))
    found = edges.with_parallel_side(np.array([[49, 0], [451, 0], [407, 594], [5, 563]], np.float64))
    assert np.abs(found - sheet).max() < 6
    whole = np.array([[0, 0], [452, 0], [452, 599], [0, 599]], np.float64)
    np.testing.assert_array_equal(
        _Edges.of(np.full_like(grey, 220), np.zeros_like(grey)).with_parallel_side(whole), whole
    )
