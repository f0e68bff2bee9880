"""Sheets that do not lie flat on their photo."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from certificate.geometry import apply_homography, apply_mesh
from ocr.bend import Bend, find_bend
from ocr.engines.trueocr import TrueOcrEngine
from ocr.faces import homography, split_faces
from ocr.flatten import flatten
from ocr.level import evenness
from samples.draw.capture import bent

Pixels = NDArray[np.uint8]
Draw = Callable[..., Pixels]

_DARK, _TILES, _WOOD = "dark", "tiles", "wood"
_SEED = 5


def _floor(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """What a sheet lies on: dark, as light as paper with dark joints, or with a grain along the sheet's edge."""
    height, width = shape
    floor = np.full((height, width, 3), {_DARK: (60, 55, 58), _TILES: (178, 208, 205), _WOOD: (70, 110, 150)}[kind])
    if kind == _TILES:
        floor[::300], floor[1::300], floor[2::300] = 90, 90, 90
        floor[:, ::300] = floor[:, 1::300] = floor[:, 2::300] = 90
    if kind == _WOOD:
        grain = cv2.GaussianBlur(rng.normal(0, 40, shape), (0, 0), sigmaX=30, sigmaY=1.5)
        floor = floor + grain[:, :, None] * 3
    return np.clip(floor + rng.normal(0, 3, (height, width, 1)), 0, 255).astype(np.uint8)


def _photo(draw_page: Draw, kind: str = _DARK, *, curled: bool = True) -> tuple[Pixels, NDArray[np.float64]]:
    """A framed sheet on a floor, curled or not, and its corners' places before it was curled."""
    rng = np.random.default_rng(_SEED)
    page = draw_page()
    page = np.where(page > 245, np.array([222, 235, 245]), page).astype(np.uint8)
    cv2.rectangle(page, (45, 45), (page.shape[1] - 45, page.shape[0] - 45), (110, 90, 200), 5)
    margin = 190
    laid = cv2.copyMakeBorder(page, *[margin] * 4, cv2.BORDER_CONSTANT)
    mask = cv2.copyMakeBorder(np.full(page.shape[:2], 255, np.uint8), *[margin] * 4, cv2.BORDER_CONSTANT)
    floor = _floor(kind, mask.shape, rng)
    sheet, cover = bent((laid, mask), rng) if curled else (laid, mask)
    photo = np.where(cover[:, :, None] > 127, sheet, floor).astype(np.uint8)
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64) + margin
    return photo, corners


def _found(photo: Pixels, corners: NDArray[np.float64]) -> Bend | None:
    to_page = np.array([[1, 0, corners[0, 0]], [0, 1, corners[0, 1]], [0, 0, 1]])
    return find_bend(photo, to_page, (corners[1, 0] - corners[0, 0], corners[3, 1] - corners[0, 1]))


@pytest.mark.parametrize("kind", [_DARK, _TILES, _WOOD])
def test_a_curled_sheet_is_drawn_flat(draw_page: Draw, kind: str) -> None:
    """Whatever it lies on, its print runs as evenly as on a sheet that was flat, and its frame straight."""
    photo, corners = _photo(draw_page, kind)
    bend = _found(photo, corners)
    assert bend is not None
    flat = bend.drawn_flat(photo)
    height, width = photo.shape[:2]
    plain, _ = _photo(draw_page, kind, curled=False)
    inner = np.s_[190 : height - 190, 190 : width - 190]
    wanted, before = evenness(flatten(plain[inner])), evenness(flatten(photo[inner]))
    assert before < 0.5 * wanted
    assert evenness(flatten(flat)) > 0.8 * wanted


@pytest.mark.parametrize("kind", [_DARK, _TILES, _WOOD])
def test_a_flat_sheet_is_left_alone(draw_page: Draw, kind: str) -> None:
    """Nothing is moved where nothing is bent."""
    assert _found(*_photo(draw_page, kind, curled=False)) is None


def test_a_blank_floor_bends_nothing() -> None:
    """No edge, no bend; a grey picture as well as a coloured one."""
    for shape in ((900, 700), (900, 700, 3)):
        assert _found(np.full(shape, 130, np.uint8), np.array([[50.0, 50], [650, 50], [650, 850], [50, 850]])) is None


@pytest.mark.parametrize("turns", [0, 1])
def test_a_face_of_a_curled_sheet_leads_back_to_its_photo(draw_page: Draw, engine: TrueOcrEngine, turns: int) -> None:
    """Its print lies on the photo where the mesh and the matrix say."""
    photo = np.ascontiguousarray(np.rot90(_photo(draw_page)[0], turns))
    (face,) = split_faces(photo, engine)
    assert face.mesh
    height, width = face.image.shape[:2]
    ys, xs = np.nonzero(face.image.max(axis=2) < 60)
    on_print: Sequence[bool] = [
        bool(photo[int(y), int(x)].max() < 140)
        for x, y in (
            apply_homography(homography(face.to_page), *apply_mesh(face.mesh, (x + 0.5) / width, (y + 0.5) / height))
            for x, y in zip(xs[::97], ys[::97], strict=True)
        )
    ]
    assert len(on_print) > 100
    assert np.mean(on_print) > 0.95


def test_a_flat_sheet_has_no_mesh(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """One matrix says where its print lies."""
    (face,) = split_faces(_photo(draw_page, curled=False)[0], engine)
    assert face.mesh == ()
