"""From a page to its faces: the paper on a photo, quarter turns, skew, and the two halves of a spread.

Everything is measured on a small copy of the page and put together into one matrix per face, so that the pixels are
resampled once at most. Owns where a face lies on the page; it must not know what is printed on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Homography, Mesh
from certificate.record import Part
from ocr.bend import Bend, find_bend
from ocr.engines.images import Pixels, as_pixels, averaged, halved, holds_twice
from ocr.engines.trueocr import FoundLine, TrueOcrEngine
from ocr.flatten import flatten
from ocr.level import find_skew_deg
from ocr.paper import Points, find_paper

Matrix = NDArray[np.float64]

# The small copy on which everything is measured.
_SMALL_SIDE_PX = 1200
# A face is A4 or 190 x 265 mm: longer than this is finer than 300 dpi.
MAX_FACE_SIDE_PX = 3600
# Wider than this by its height, a page may be a spread of two faces (two faces of 190 x 265 mm give 1.43).
_SPREAD_ASPECT = 1.22
# A copier's margins may make a spread as square as this; then its ink is as wide as a spread's.
_LEAST_SPREAD_ASPECT = 1.05
_NARROWEST_SPREAD_PX = 200
_LEAST_SKEW_DEG = 0.12
_MOST_SKEW_DEG = 15.0
_MOST_HALF_SKEW_DEG = 4.0
# Below this the orientation model is asked no further: the lines themselves are read each way up.
# A back cover with little print was seen upside down with 0.991.
_SURE_TURN = 0.997
_LINES_TO_TURN_BY = 8
# The detector sees a page 1,024 px long, and half as long a part of it in a quarter of the time.
_PART_SIDE_PX = 512
_INK = 128
# Places each way of the mesh that tells where a bent sheet lies.
_MESH_NODES = 13
_CLEAR_LETTERS = 80
_CLEAR_CONFIDENCE = 0.92


@dataclass(frozen=True, eq=False)
class FaceImage:
    """One face, upright and level: uint8 grey or BGR. ``to_page`` maps its pixels to those of the page image.

    A sheet that was bent was drawn flat: ``mesh`` says where places of the face lie before ``to_page``.
    """

    part: Part
    rotation_deg: int
    image: Pixels
    to_page: Matrix
    cut_off: bool = False
    mesh: Mesh = ()


def split_faces(page: Pixels, engine: TrueOcrEngine) -> list[FaceImage]:
    """The faces on a page image, left before right, each upright, level and flat."""
    reduced = _Reduced(page)
    paper = find_paper(page, reduced.whole())
    straight, size = _straighten(page, paper)
    cut_off = paper is not None and _touches_edge(paper, page)
    bend = None if paper is None else find_bend(page, straight, size, reduced.whole())
    if bend is None:
        return [_cut(page, place) for place in _places(reduced, straight, size, engine, cut_off=cut_off)]
    flat = bend.drawn_flat(page)
    found = _places(_Reduced(flat), np.eye(3), bend.size, engine, cut_off=cut_off)
    return [_bent_back(_cut(flat, place), bend) for place in found]


def _bent_back(face: FaceImage, bend: Bend) -> FaceImage:
    """A face that was cut from a sheet drawn flat, placed on the photo."""
    to_page = bend.as_if_flat() @ face.to_page
    height, width = face.image.shape[:2]
    across, down = np.meshgrid(np.linspace(0, width, _MESH_NODES), np.linspace(0, height, _MESH_NODES))
    on_sheet = cv2.perspectiveTransform(np.stack([across, down], axis=2), face.to_page)
    lies = cv2.perspectiveTransform(bend.on_page(np.asarray(on_sheet, np.float64)), np.linalg.inv(to_page))
    mesh = tuple(tuple((round(float(x), 1), round(float(y), 1)) for x, y in row) for row in lies)
    return replace(face, to_page=to_page, mesh=mesh)


@dataclass(frozen=True, eq=False, slots=True)
class _Place:
    """Where a face of ``size`` (width, height) lies: ``to_page`` maps its pixels to those of the page image."""

    part: Part
    rotation_deg: int
    to_page: Matrix
    size: tuple[float, float]
    cut_off: bool


def _places(
    reduced: _Reduced, straight: Matrix, straight_size: tuple[float, float], engine: TrueOcrEngine, *, cut_off: bool
) -> list[_Place]:
    small, small_scale = reduced.seen(straight, straight_size)
    flat = flatten(small)
    turns, skew = _upright(flat, engine)
    upright, size = _turn(straight_size, turns, skew)
    to_page = straight @ upright
    if turns or skew:
        small, small_scale = reduced.seen(to_page, size)
        flat = flatten(small)
    gutter = find_gutter(flat)
    rotation = (turns * 90) % 360
    if gutter is None:
        return [_Place(Part.WHOLE, rotation, to_page, size, cut_off)]
    middle = gutter / small_scale
    places = []
    for part, left, right in ((Part.LEFT, 0.0, middle), (Part.RIGHT, middle, size[0])):
        half = to_page @ np.array([[1, 0, left], [0, 1, 0], [0, 0, 1]], dtype=np.float64)
        extent = (right - left, size[1])
        places.append(_Place(part, rotation, half @ _levelled(reduced, half, extent), extent, cut_off))
    return places


def homography(matrix: Matrix) -> Homography:
    """A 3 x 3 matrix as the plain tuple that travels between processes."""
    a, b, c, d, e, f, g, h, i = (float(value) for value in (matrix / matrix[2, 2]).ravel())
    return (a, b, c, d, e, f, g, h, i)


# The paper on a photo


def _touches_edge(paper: Points, page: Pixels) -> bool:
    height, width = page.shape[:2]
    margin = 0.004 * max(height, width)
    x, y = paper[:, 0], paper[:, 1]
    outside = (x <= margin) | (x >= width - margin) | (y <= margin) | (y >= height - margin)
    return bool(outside.sum() >= 2)


def _straighten(page: Pixels, paper: Points | None) -> tuple[Matrix, tuple[float, float]]:
    height, width = page.shape[:2]
    if paper is None:
        return np.eye(3), (float(width), float(height))
    top_left, top_right, bottom_right, bottom_left = paper
    across = max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right))
    down = max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right))
    corners = np.array([[0, 0], [across, 0], [across, down], [0, down]], dtype=np.float32)
    return cv2.getPerspectiveTransform(corners, paper.astype(np.float32)).astype(np.float64), (across, down)


# Upright and level


class _Reduced:
    """A page and its small copy, made once for all that is measured on it."""

    def __init__(self, page: Pixels) -> None:
        # The page, and that by half and half again, as far as was needed.
        self._halves = [page]
        self._small: dict[float, Pixels] = {}

    def seen(self, to_page: Matrix, size: tuple[float, float]) -> tuple[Pixels, float]:
        """A small picture of what ``to_page`` takes to the page, and its scale."""
        scale = min(1.0, _SMALL_SIDE_PX / max(size))
        width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
        # Shrink the page first: a warp alone would drop thin strokes between its samples.
        reduced = self._at(scale)
        if np.array_equal(to_page, np.eye(3)):
            return reduced, scale
        matrix = np.diag([scale, scale, 1.0]) @ to_page @ np.diag([1 / scale, 1 / scale, 1.0])
        return _warp(reduced, matrix, (width, height)), scale

    def whole(self) -> Pixels:
        """The whole page, small."""
        return self._at(min(1.0, _SMALL_SIDE_PX / max(self._halves[0].shape[:2])))

    def _at(self, scale: float) -> Pixels:
        if scale not in self._small:
            height, width = self._halves[0].shape[:2]
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            level = 0
            while holds_twice(self._halves[level], size):
                level += 1
                if level == len(self._halves):
                    self._halves.append(halved(self._halves[-1]))
            self._small = {scale: averaged(self._halves[level], size)}
        return self._small[scale]


def _upright(flat: Pixels, engine: TrueOcrEngine) -> tuple[int, float]:
    """Quarter turns clockwise that make the picture upright, and the degrees counter-clockwise that level it then."""
    skew = _level_angle(flat)
    levelled = _rotated(flat, skew) if abs(skew) > _LEAST_SKEW_DEG else flat
    turns, sure = engine.quarter_turns(levelled)
    if sure < _SURE_TURN:
        turns = _turns_by_reading(levelled, engine, turns)
    if turns % 2:
        skew = _level_angle(np.ascontiguousarray(np.rot90(flat, -turns)))
    return turns, skew


def _turns_by_reading(levelled: Pixels, engine: TrueOcrEngine, first: int) -> int:
    """The quarter turns under which the longest lines read best; ``first`` is tried first, and kept when it is clear.

    Measured on the samples turned all four ways: no error in 152, where the orientation model alone makes 6.
    """
    part, side_px = _fullest_part(levelled)
    if _is_clear(_read_longest(part, engine.glimpse_lines(_turned(part, first), side_px), first, engine)):
        return first
    best, best_score = 0, 0.0
    for turns in (first, *(other for other in (0, 2, 1, 3) if other != first)):
        read = _read_longest(levelled, engine.find_lines(_turned(levelled, turns)), turns, engine)
        if _is_clear(read):
            return turns
        score = sum(max(0.0, sure - 0.5) * len(text) for text, sure in read)
        if score > best_score:
            best, best_score = turns, score
    return best


def _fullest_part(levelled: Pixels) -> tuple[Pixels, int]:
    """A quarter of the picture, the one with most ink on it, and the side at which to look for lines there."""
    height, width = (max(1, side // 2) for side in levelled.shape)
    ink = cv2.integral((levelled < _INK).astype(np.uint8))
    tops, lefts = (
        (0, (whole - half) // 2, whole - half) for whole, half in zip(levelled.shape, (height, width), strict=True)
    )
    places = [(top, left) for top in tops for left in lefts]

    def inked(place: tuple[int, int]) -> int:
        top, left = place
        corners = ink[top + height, left + width], ink[top, left], ink[top, left + width], ink[top + height, left]
        return int(corners[0]) + int(corners[1]) - int(corners[2]) - int(corners[3])

    top, left = max(places, key=inked)
    return levelled[top : top + height, left : left + width], _PART_SIDE_PX


def _turned(image: Pixels, turns: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(image, -turns))


def _read_longest(
    image: Pixels, lines: Sequence[FoundLine], turns: int, engine: TrueOcrEngine
) -> list[tuple[str, float]]:
    """The longest of the lines that were found on the picture turned so."""
    turned = _turned(image, turns)
    boxes = [
        (int(line.left), int(line.top), int(np.ceil(line.right)), int(np.ceil(line.bottom)))
        for line in lines
        if line.right - line.left > 2.5 * (line.bottom - line.top) and line.bottom - line.top >= 6
    ]
    boxes.sort(key=lambda box: box[0] - box[2])
    return engine.read([turned[top:bottom, left:right] for left, top, right, bottom in boxes[:_LINES_TO_TURN_BY]])


def _is_clear(read: Sequence[tuple[str, float]]) -> bool:
    letters = sum(len(text) for text, _ in read)
    return letters >= _CLEAR_LETTERS and sum(sure * len(text) for text, sure in read) / letters > _CLEAR_CONFIDENCE


def _level_angle(flat: Pixels) -> float:
    skew = find_skew_deg(flat)
    return skew if _LEAST_SKEW_DEG <= abs(skew) <= _MOST_SKEW_DEG else 0.0


def _rotated(image: Pixels, degrees: float) -> Pixels:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return as_pixels(cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE))


def _turn(size: tuple[float, float], turns: int, skew_deg: float) -> tuple[Matrix, tuple[float, float]]:
    """Map from the upright, level picture to the unturned one of ``size``; and the upright picture's size."""
    width, height = size
    quarter = {
        0: np.eye(3),
        1: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]]),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]]),
        3: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]]),
    }[turns % 4].astype(np.float64)
    turned = (height, width) if turns % 2 else (width, height)
    if not skew_deg:
        return quarter, turned
    centre = (turned[0] / 2, turned[1] / 2)
    level = np.vstack([cv2.getRotationMatrix2D(centre, -skew_deg, 1.0), [0, 0, 1]])
    return quarter @ level, turned


def _levelled(reduced: _Reduced, to_page: Matrix, size: tuple[float, float]) -> Matrix:
    """How a face of its own is to be turned to lie level: the halves of a folded sheet seldom lie quite alike."""
    skew = _level_angle(flatten(reduced.seen(to_page, size)[0]))
    return _turn(size, 0, skew)[0] if abs(skew) <= _MOST_HALF_SKEW_DEG else np.eye(3)


# The gutter of a spread


# A fold with a pattern across it: so much more ink than a white one's, at most this part of what is beside it, and near
# the middle of the page.
_PATTERN, _EMPTIER, _NEAR_MIDDLE = 2.2, 0.4, 0.04
# So much of a row is ink on a black lid, and nowhere on a sheet.
_LID = 0.7


def find_gutter(flat: Pixels) -> float | None:
    """The x at which a flattened upright page falls into two faces, or ``None`` where it is one face."""
    height, width = flat.shape
    ink = flat < 160
    if width < _NARROWEST_SPREAD_PX or width / height < _LEAST_SPREAD_ASPECT:
        return None
    if width / height < _SPREAD_ASPECT and _ink_aspect(ink) < _SPREAD_ASPECT:
        return None
    # Frames and rules across the fold are no words: they fill few rows.
    rows_high = max(1, height // 60)
    counts = ink.reshape(height, width).astype(np.float32)
    # A scanner's black lid above and below the sheet runs across the fold, too.
    counts[ink.mean(axis=1) > _LID] = 0.0
    lefts, rights = round(0.40 * width), round(0.60 * width)
    band = counts[:, lefts:rights].sum(axis=0)
    # The dark line of a fold fills its column from top to bottom.
    band[band > 0.5 * height] = 0.0
    window = max(3, width // 60)
    smooth = np.convolve(band, np.ones(window) / window, mode="same")
    distance = np.abs(np.arange(lefts, rights) - width / 2) / width
    cost = smooth + distance * height * 0.05
    best = int(np.argmin(cost[window:-window])) + window
    # Where a pattern runs on across the fold, as on black and white scans, the fold is what is far emptier than text.
    patterned = smooth[best] <= min(_PATTERN * rows_high, _EMPTIER * float(np.median(smooth)))
    if smooth[best] > rows_high and not (patterned and distance[best] < _NEAR_MIDDLE):
        return None
    left_ink = counts[:, :lefts].sum()
    right_ink = counts[:, rights:].sum()
    # A wide blank middle with nothing on one side is a page with a margin, not a spread; keep it whole.
    if min(left_ink, right_ink) < 0.02 * max(left_ink, right_ink, 1.0):
        return None
    return float(lefts + best)


def _ink_aspect(ink: NDArray[np.bool_]) -> float:
    """Width over height of what nearly all ink lies in."""
    extents = []
    for axis in (0, 1):
        along = np.cumsum(ink.sum(axis=axis, dtype=np.float64))
        extents.append(int((np.diff(np.searchsorted(along, np.array([0.005, 0.995]) * along[-1])))[0]) + 1)
    return extents[0] / extents[1]


# Taking the pixels out


def _warp(image: Pixels, matrix: Matrix, size: tuple[int, int]) -> Pixels:
    """Resample so that output pixel p shows ``image`` at ``matrix`` p; both count from the first pixel's corner."""
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]], dtype=np.float64)
    centred = np.linalg.inv(half) @ matrix @ half
    return as_pixels(
        cv2.warpPerspective(
            image,
            centred,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def _cut(page: Pixels, place: _Place) -> FaceImage:
    scale = min(1.0, MAX_FACE_SIDE_PX / max(place.size))
    width, height = max(1, round(place.size[0] * scale)), max(1, round(place.size[1] * scale))
    matrix = place.to_page @ np.diag([1 / scale, 1 / scale, 1.0])
    return FaceImage(place.part, place.rotation_deg, _take(page, matrix, (width, height)), matrix, place.cut_off)


def _take(page: Pixels, matrix: Matrix, size: tuple[int, int]) -> Pixels:
    """The pixels of a face; without resampling where it only is a part of the page, maybe turned by quarters."""
    whole = matrix / matrix[2, 2]
    rotation = np.round(whole[:2, :2])
    is_plain = np.allclose(whole[:2, :2], rotation, atol=1e-9) and np.allclose(whole[2, :2], 0)
    if is_plain and abs(np.linalg.det(rotation)) == 1:
        width, height = size
        corners = whole @ np.array([[0, width], [0, height], [1, 1]], dtype=np.float64)
        x0, x1 = sorted(np.round(corners[0]).astype(int))
        y0, y1 = sorted(np.round(corners[1]).astype(int))
        part = page[max(0, y0) : y1, max(0, x0) : x1]
        turns = {(1, 0): 0, (0, -1): 1, (-1, 0): 2, (0, 1): 3}[(int(rotation[0, 0]), int(rotation[1, 0]))]
        taken = np.ascontiguousarray(np.rot90(part, -turns))
        if taken.shape[:2] == (height, width):
            return taken
    return _warp(page, matrix, size)
