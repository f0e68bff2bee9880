"""Faces: the paper on a photo, turns, skew, and the halves of a spread."""

from __future__ import annotations

import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from certificate.record import Part
from ocr.engines.trueocr import FoundLine, TrueOcrEngine
from ocr.faces import FaceImage, find_gutter, find_paper, split_faces
from ocr.flatten import flatten

Pixels = NDArray[np.uint8]
Draw = Callable[..., Pixels]


def _spread(draw_page: Draw) -> Pixels:
    left = draw_page(size=(1500, 2090))
    right = draw_page(
        lines=("III. Sơ đồ thửa đất", "IV. Những thay đổi sau khi cấp Giấy chứng nhận"), size=(1500, 2090)
    )
    return np.ascontiguousarray(np.hstack([left, right]))


def _skewed(image: Pixels, degrees: float) -> Pixels:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(image, matrix, (width, height), borderValue=(250, 250, 250)).astype(np.uint8)


def _first_line(face: FaceImage, engine: TrueOcrEngine) -> str:
    flat = flatten(face.image)
    top = min(engine.find_lines(flat), key=lambda line: line.top)
    ((text, _),) = engine.read([flat[int(top.top) : int(top.bottom) + 1, int(top.left) : int(top.right) + 1]])
    return text


def _slope_deg(face: FaceImage) -> float:
    """How far the rows of a face are from level, as its map to the page tells."""
    return float(np.degrees(np.arctan2(face.to_page[1, 0], face.to_page[0, 0])))


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_is_turned_upright(draw_page: Draw, engine: TrueOcrEngine, turns: int) -> None:
    """A page fed in on any side comes out upright, and the clockwise turn that did it is told."""
    page = np.ascontiguousarray(np.rot90(draw_page(), turns))
    (face,) = split_faces(page, engine)
    assert face.part is Part.WHOLE
    assert face.rotation_deg == turns * 90
    assert face.image.shape[:2] == (2339, 1654)
    assert "Thửa đất" in _first_line(face, engine)


@pytest.mark.parametrize("degrees", [-3.0, -1.2, 0.6, 3.0, 5.0])
def test_a_skewed_page_is_levelled(draw_page: Draw, engine: TrueOcrEngine, degrees: float) -> None:
    """Skew is taken out to within a fifth of a degree."""
    (face,) = split_faces(_skewed(draw_page(), degrees), engine)
    assert _slope_deg(face) == pytest.approx(-degrees, abs=0.2)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_spread_falls_into_two_faces(draw_page: Draw, engine: TrueOcrEngine, turns: int) -> None:
    """An A3 sheet is cut at its fold, left before right, whichever way it was fed in."""
    page = np.ascontiguousarray(np.rot90(_spread(draw_page), turns))
    left, right = split_faces(page, engine)
    assert (left.part, right.part) == (Part.LEFT, Part.RIGHT)
    assert left.image.shape[1] == pytest.approx(1500, abs=150)
    assert "Thửa đất" in _first_line(left, engine)
    assert "thửa đất" in _first_line(right, engine)


def test_a_face_leads_back_to_its_page(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Pixels of a turned and skewed face map to the same print on the page."""
    page = np.ascontiguousarray(np.rot90(_skewed(_spread(draw_page), 1.5), 1))
    for face in split_faces(page, engine):
        ys, xs = np.nonzero(face.image.min(axis=2) < 60)
        points = face.to_page @ np.vstack([xs + 0.5, ys + 0.5, np.ones(len(xs))])
        x = np.clip(points[0] / points[2], 0, page.shape[1] - 1).astype(int)
        y = np.clip(points[1] / points[2], 0, page.shape[0] - 1).astype(int)
        assert (page[y, x].min(axis=1) < 140).mean() > 0.95


def test_a_landscape_page_with_words_across_the_middle_stays_whole(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Wide is not enough to be a spread: where words run across the middle there is no fold."""
    words = re.findall(r"\w+", "Giấy này nằm ngang và có chữ chạy suốt từ mép trái sang mép phải của trang giấy rộng")
    lines = [" ".join(words[n:] + words[:n]) for n in range(0, 16, 2)]
    wide = draw_page(lines=lines, size=(2339, 1654))
    (face,) = split_faces(wide, engine)
    assert face.part is Part.WHOLE


def test_a_gutter_is_sought_only_in_wide_pages() -> None:
    """A portrait page is never split."""
    assert find_gutter(np.full((2000, 1400), 255, np.uint8)) is None


def test_the_paper_on_a_photo_is_found_and_straightened(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Perspective and desk go; the sheet fills the face again."""
    page = draw_page()
    height, width = page.shape[:2]
    corners = np.array([[310, 260], [1790, 330], [1880, 2420], [200, 2380]], dtype=np.float32)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    desk = np.full((2700, 2080, 3), (60, 80, 110), np.uint8)
    seen = cv2.warpPerspective(page, cv2.getPerspectiveTransform(flat, corners), (2080, 2700))
    mask = cv2.warpPerspective(
        np.full(page.shape[:2], 255, np.uint8), cv2.getPerspectiveTransform(flat, corners), (2080, 2700)
    )
    photo = np.where(mask[:, :, None] > 0, seen, desk).astype(np.uint8)
    found = find_paper(photo)
    assert found is not None
    assert np.abs(found - corners).max() < 25
    (face,) = split_faces(photo, engine)
    assert "Thửa đất" in _first_line(face, engine)
    assert face.image[5:-5, 5:-5].max(axis=2).min() >= 10
    assert float(np.median(face.image[20:60, 20:-20])) > 200


@pytest.mark.parametrize("ground", [(250, 250, 250), (226, 230, 250)])
def test_a_scan_is_no_photo(draw_page: Draw, ground: tuple[int, int, int]) -> None:
    """White and pink paper that fills the scanner's window is left alone."""
    assert find_paper(draw_page(paper=ground)) is None


@pytest.mark.slow
def test_any_size_gives_faces(engine: TrueOcrEngine) -> None:
    """One pixel, a thread or a ribbon of a picture: never a crash, always a face."""
    for height, width in ((1, 1), (3, 900), (900, 3), (40, 2000), (17, 23)):
        for value in (0, 128, 255):
            faces = split_faces(np.full((height, width), value, np.uint8), engine)
            assert faces
            assert all(min(face.image.shape) >= 1 for face in faces)


@pytest.mark.parametrize(("text_in_the_middle", "splits"), [(False, True), (True, False)])
def test_a_pattern_across_the_fold_does_not_hide_it(text_in_the_middle: bool, splits: bool) -> None:
    """Waves of the paper's pattern run over both faces of a black and white spread; text over the fold is one face."""
    flat = np.full((846, 1200), 255, np.uint8)
    for top in range(20, 830, 62):
        for x in range(1200):
            y = top + round(7 * np.sin(x / 18))
            flat[y : y + 2, x] = 0
    spans = [(40, 1160)] if text_in_the_middle else [(40, 560), (640, 1160)]
    for top in range(60, 780, 30):
        for left, right in spans:
            flat[top : top + 10, left:right:3] = 0
    found = find_gutter(flat)
    assert (found is not None) is splits
    assert found is None or abs(found - 600) < 40


@pytest.mark.parametrize(("height", "splits"), [(1060, True), (1250, False)])
def test_a_spread_with_a_wide_margin_above_is_split(height: int, splits: bool) -> None:
    """A copier's window is nearly square; a portrait page with its print in the upper half is none."""
    flat = np.full((height, 1200), 255, np.uint8)
    for top in range(260, 1000, 30):
        for left, right in [(40, 560), (640, 1160)]:
            flat[top : top + 10, left:right:3] = 0
    assert (find_gutter(flat) is not None) is splits


@pytest.mark.parametrize("guessed", [0, 2])
def test_a_page_that_looks_either_way_up_is_turned_by_what_is_read(
    draw_page: Draw, engine: TrueOcrEngine, guessed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter of the page is enough where the guess was right; else the whole is read each way up."""
    page = draw_page(lines=("Thửa đất số 152, tờ bản đồ số 7, diện tích 215,4 m2, hình thức sử dụng riêng",) * 16)
    looked_at = []
    real = engine.find_lines

    def counted(grey: Pixels) -> list[FoundLine]:
        looked_at.append(grey.shape)
        return real(grey)

    monkeypatch.setattr(engine, "quarter_turns", lambda _grey: (guessed, 0.6))
    monkeypatch.setattr(engine, "find_lines", counted)
    (face,) = split_faces(page, engine)
    assert face.rotation_deg == 0
    assert bool(looked_at) is (guessed != 0)


def test_a_spread_on_a_black_lid_is_split() -> None:
    """The lid above and below the sheet is ink in every column, the fold's with them."""
    flat = np.full((848, 1200), 255, np.uint8)
    flat[:30] = flat[-30:] = 0
    for top in range(60, 700, 30):
        for left, right in ((60, 550), (650, 1140)):
            flat[top : top + 12, left:right:3] = 0
    found = find_gutter(flat)
    assert found is not None
    assert 550 < found < 650
