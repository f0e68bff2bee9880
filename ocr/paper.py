"""The sheet of paper on a photo: its four corners, found by its lightness, else by its edges.

Owns what a sheet looks like to a camera. A scan that the paper fills has none to find. It must not know what is
printed.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.images import Pixels, as_pixels, shrunk

Points = NDArray[np.float64]

_SMALL_SIDE_PX = 600
# The paper on a photo fills at least this part of it.
_LEAST_PAPER = 0.2
_MOST_PAPER = 0.97
# A sheet's sides, corners and opposite sides as a steady hand photographs them.
_NARROWEST = 0.35
_LEAST_CORNER_SINE = 0.8
_LEAST_OPPOSITE = 0.65
# Lines that may be a sheet's sides: so many each way, no nearer to each other than this, so far off the axes at most.
_MOST_LINES = 9
_APART_PX = 14
_MOST_TILT_DEG = 32
# What a side of a sheet shows: an edge along so much of it, and paper lighter than what it lies on, this far beside it.
_LEAST_EDGE = 0.45
_LEAST_STEP = 5.0
_BESIDE_PX = 5
_SAMPLES = 64
# The red of a cover: at least so light, so far from grey; more of a picture than any seal or title.
_COVER_RED, _COVER_REDNESS, _SOME_COVER = 100, 55, 0.1
# What a sheet lies on takes at least this part of a photo, is so much darker than it, and holds no more of the strokes.
_LEAST_AROUND = 0.04
_DARKER = 8.0
_STROKE, _MOST_PRINTED = 25, 0.12


def find_paper(page: Pixels) -> Points | None:
    """Corners of the paper (top left, top right, bottom right, bottom left), or ``None`` where it fills the picture."""
    scale = _SMALL_SIDE_PX / max(page.shape[:2])
    small = shrunk(page, scale)
    grey = as_pixels(cv2.GaussianBlur(local_lightness(small), (5, 5), 0))
    edges = _Edges.of(grey)
    light = _by_lightness(grey, _red_cover(small))
    if light is not None and edges.worth(light) > 0:
        return np.asarray(light / scale, dtype=np.float64)
    best = max(_by_lines(grey), key=edges.worth, default=None)
    if best is None or edges.worth(best) <= 0 or not _lies_on_something(grey, best):
        return None
    return np.asarray(best / scale, dtype=np.float64)


def _lies_on_something(grey: Pixels, corners: Points) -> bool:
    """Whether what is around a sheet is darker than it and not printed on: else the sheet is the whole picture."""
    inside = np.zeros_like(grey)
    cv2.fillConvexPoly(inside, np.round(corners).astype(np.int32), (255,))
    sheet, around = inside > 0, inside == 0
    if around.mean() < _LEAST_AROUND:
        return False
    strokes = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((9, 9), np.uint8)) > _STROKE
    printed = float(strokes[around].sum()) / max(1.0, float(strokes.sum()))
    return printed < _MOST_PRINTED and float(np.median(grey[sheet])) - float(np.median(grey[around])) >= _DARKER


def _red_cover(image: Pixels) -> Pixels:
    """Where the strong red of a book's cover is (255): darker than paper, and no part of the desk."""
    if image.ndim == 2:
        return np.zeros_like(image)
    blue, green, red = (channel.astype(np.int16) for channel in cv2.split(image))
    return as_pixels(np.where((red > _COVER_RED) & (red - np.maximum(blue, green) > _COVER_REDNESS), 255, 0))


def _by_lightness(grey: Pixels, cover: Pixels) -> Points | None:
    """The sheet where it is lighter than most of the picture's border; ``cover`` is 255 on the red of a cover."""
    ring = _border(grey)
    level, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inside = grey[mask > 0]
    if float((cover > 0).mean()) > _SOME_COVER:
        mask = cv2.bitwise_or(mask, cover)
    # Scanners' lids and margins are as light as paper: nothing to cut away.
    if not inside.size or float(np.median(ring)) > level or float((ring <= level).mean()) < 0.5:
        return None
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (15, 15))
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel)
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    hull = np.asarray(cv2.convexHull(max(contours, key=cv2.contourArea)), dtype=np.int32)
    part = cv2.contourArea(hull) / (grey.shape[0] * grey.shape[1])
    if not _LEAST_PAPER <= part <= _MOST_PAPER:
        return None
    quad = _four_corners(hull)
    if quad is None or cv2.contourArea(hull) < 0.88 * cv2.contourArea(quad.astype(np.float32)):
        return None
    corners = _in_order(quad)
    return corners if _is_sheet(corners) else None


# By its edges: on a light desk, in a shadow, beside other papers


@dataclass(frozen=True, eq=False)
class _Edges:
    """How far each pixel is from an edge, and how light it is."""

    apart: NDArray[np.float32]
    grey: Pixels

    @classmethod
    def of(cls, grey: Pixels) -> _Edges:
        found = cv2.Canny(grey, 14, 36)
        return cls(np.asarray(cv2.distanceTransform(cv2.bitwise_not(found), cv2.DIST_L2, 3), np.float32), grey)

    def worth(self, corners: Points) -> float:
        """How well four corners are a sheet: its sides' edges and steps times its area; 0 when it cannot be one."""
        height, width = self.grey.shape
        total = 0.0
        for start, end in itertools.pairwise([*corners, corners[0]]):
            along, step = self._side(start, end)
            at_border = self._at_border(start, end)
            if not at_border and (along < _LEAST_EDGE or step < _LEAST_STEP):
                return 0.0
            total += 0.5 if at_border else along * min(step, 40.0) ** 0.25
        area = cv2.contourArea(corners.astype(np.float32)) / (height * width)
        return float(total * area)

    def _at_border(self, start: Points, end: Points) -> bool:
        height, width = self.grey.shape
        near = 0.012 * max(height, width)
        return any(
            max(start[axis], end[axis]) < near or min(start[axis], end[axis]) > size - 1 - near
            for axis, size in ((0, width), (1, height))
        )

    def _side(self, start: Points, end: Points) -> tuple[float, float]:
        """The part of a side that lies on an edge, and by how much the sheet's side of it is lighter (median)."""
        points = start + np.linspace(0.03, 0.97, _SAMPLES)[:, None] * (end - start)
        normal = np.array([-(end - start)[1], (end - start)[0]]) / max(1e-6, float(np.hypot(*(end - start))))
        along = float((self._at(self.apart, points) <= 2.0).mean())
        # Corners go clockwise as the eye sees them, so the sheet lies to the right of each side.
        step = self._at(self.grey, points + _BESIDE_PX * normal) - self._at(self.grey, points - _BESIDE_PX * normal)
        return along, float(np.median(step))

    def _at(self, values: NDArray[np.uint8] | NDArray[np.float32], points: Points) -> NDArray[np.float64]:
        height, width = self.grey.shape
        x = np.clip(np.round(points[:, 0]).astype(int), 0, width - 1)
        y = np.clip(np.round(points[:, 1]).astype(int), 0, height - 1)
        return np.asarray(values[y, x], dtype=np.float64)


def _by_lines(grey: Pixels) -> list[Points]:
    """Every sheet that two long lines down and two across could bound."""
    edges = cv2.Canny(grey, 14, 36)
    found = cv2.HoughLines(edges, 1, np.pi / 360, round(0.13 * max(grey.shape)))
    if found is None:
        return []
    height, width = grey.shape
    down: list[tuple[float, float]] = []
    across: list[tuple[float, float]] = []
    for rho, theta in np.asarray(found, np.float64).reshape(-1, 2)[:600]:
        tilt = np.degrees(theta)
        if min(tilt, 180 - tilt) < _MOST_TILT_DEG:
            _keep(down, (float(rho), float(theta)), height / 2, vertical=True)
        elif abs(tilt - 90) < _MOST_TILT_DEG:
            _keep(across, (float(rho), float(theta)), width / 2, vertical=False)
    # The borders of the picture may cut the sheet off.
    down += [(0.0, 0.0), (float(width - 1), 0.0)]
    across += [(0.0, np.pi / 2), (float(height - 1), np.pi / 2)]
    sheets = []
    for (left, right), (top, bottom) in itertools.product(
        itertools.combinations(down, 2), itertools.combinations(across, 2)
    ):
        crossings = [_crossing(a, b) for a, b in ((left, top), (right, top), (right, bottom), (left, bottom))]
        corners = [corner for corner in crossings if corner is not None]
        if len(corners) < 4:
            continue
        quad = _in_order(np.array(corners, np.float64))
        outside = (quad < -0.03 * max(grey.shape)).any() or (quad > 1.03 * np.array([width, height])).any()
        part = cv2.contourArea(quad.astype(np.float32)) / (height * width)
        if not outside and _LEAST_PAPER <= part <= _MOST_PAPER and _is_sheet(quad):
            sheets.append(quad)
    return sheets


def _keep(lines: list[tuple[float, float]], line: tuple[float, float], middle: float, *, vertical: bool) -> None:
    """Keep a line unless one much like it is kept; Hough gives the strongest first."""

    def place(one: tuple[float, float], at: float) -> float:
        rho, theta = one
        sine, cosine = float(np.sin(theta)), float(np.cos(theta))
        return (rho - at * sine) / cosine if vertical else (rho - at * cosine) / sine

    ends = (0.4 * middle, 1.6 * middle)
    if len(lines) < _MOST_LINES and all(
        max(abs(place(line, at) - place(other, at)) for at in ends) > _APART_PX for other in lines
    ):
        lines.append(line)


def _crossing(one: tuple[float, float], other: tuple[float, float]) -> Points | None:
    normals = np.array([[np.cos(one[1]), np.sin(one[1])], [np.cos(other[1]), np.sin(other[1])]])
    if abs(float(np.linalg.det(normals))) < 0.2:
        return None
    return np.asarray(np.linalg.solve(normals, np.array([one[0], other[0]])), np.float64)


# What any sheet looks like


def local_lightness(image: Pixels) -> Pixels:
    """How much like paper each pixel is: light and without strong colour."""
    if image.ndim == 2:
        return image
    lightest = image.max(axis=2).astype(np.int16)
    darkest = image.min(axis=2).astype(np.int16)
    # Wood is light in red only; paper, even pink or yellowed, is light in all.
    return as_pixels(np.clip((lightest + darkest) // 2, 0, 255))


def _border(grey: Pixels) -> Pixels:
    edge = max(2, round(0.015 * max(grey.shape)))
    return np.concatenate([grey[:edge].ravel(), grey[-edge:].ravel(), grey[:, :edge].ravel(), grey[:, -edge:].ravel()])


def _four_corners(hull: NDArray[np.int32]) -> Points | None:
    around = cv2.arcLength(hull, closed=True)
    for tolerance in (0.01, 0.015, 0.02, 0.03, 0.04, 0.06):
        corners = cv2.approxPolyDP(hull, tolerance * around, closed=True)
        if len(corners) == 4:
            return corners.reshape(4, 2).astype(np.float64)
    return cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float64)


def _in_order(quad: Points) -> Points:
    centre = quad.mean(axis=0)
    around: Points = quad[np.argsort(np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0]))]
    first = int(np.argmin(around.sum(axis=1)))
    return np.roll(around, -first, axis=0)


def _is_sheet(corners: Points) -> bool:
    """Whether four corners could be a sheet of paper seen from above: no triangle, no ribbon."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    if lengths.min() < _NARROWEST * lengths.max():
        return False
    turns = np.cross(np.c_[sides, np.zeros(4)], np.c_[np.roll(sides, -1, axis=0), np.zeros(4)])[:, 2]
    sines = turns / (lengths * np.roll(lengths, -1))
    opposite = np.minimum(lengths[:2], lengths[2:]) / np.maximum(lengths[:2], lengths[2:])
    return bool(sines.min() > _LEAST_CORNER_SINE and opposite.min() > _LEAST_OPPOSITE)
