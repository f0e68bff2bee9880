"""The sheet of paper on a photo: its four corners, found by its lightness, else by its edges.

Owns what a sheet looks like to a camera. A scan that the paper fills has none to find. It must not know what is
printed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.images import Pixels, as_pixels, shrunk

Points = NDArray[np.float64]
# Several sheets at once, ``[sheets, 4, 2]``.
Quads = NDArray[np.float64]

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
# Sides parallel to the one across are tried from this part of the way on, so many.
_NEAREST_SIDE, _SIDES_TRIED, _NEARLY_BEST = 0.7, 151, 0.9
# Less is gained by lines of print.
_CLEARLY_MORE = 1.2
# What a side of a sheet shows: an edge along so much of it, and paper lighter than what it lies on, this far beside it.
_LEAST_EDGE = 0.45
_LEAST_STEP, _CLEAR_STEP = 5.0, 15.0
_BESIDE_PX = 5
_SAMPLES = 64
# The red of a cover: at least so light, so far from grey; more of a picture than any seal or title.
_COVER_RED, _COVER_REDNESS, _SOME_COVER = 100, 55, 0.1
# Covers are redder than others by 120 to 150, a table of red wood by 70 to 90.
_CERTAINLY_COVER = 100
# The lightest tenth of what is no cover is paper.
_LIGHTEST = 90
# What a sheet lies on takes at least this part of a photo, is so much darker than it, and holds no more of the strokes.
_LEAST_AROUND = 0.04
_DARKER = 8.0
# So much darker it is no paper at all: its strokes are a table's grain.
_MUCH_DARKER = 40.0
_ONE_SIDED = 0.7
_STROKE, _MOST_PRINTED = 25, 0.12


def find_paper(page: Pixels, reduced: Pixels | None = None) -> Points | None:
    """Corners of the paper (top left, top right, bottom right, bottom left), or ``None`` where it fills the picture.

    ``reduced`` is the page at a smaller size, where there is such a copy: shrinking the whole takes most of the time.
    """
    scale = _SMALL_SIDE_PX / max(page.shape[:2])
    source = page if reduced is None else reduced
    small = shrunk(source, _SMALL_SIDE_PX / max(source.shape[:2]))
    cover, redness = _red_cover(small)
    grey = as_pixels(cv2.GaussianBlur(_covers_as_paper(local_lightness(small), cover, redness), (5, 5), 0))
    found = as_pixels(cv2.Canny(grey, 14, 36))
    edges = _Edges.of(grey, found)
    light = _by_lightness(grey, cover)
    if light is not None and edges.worth(light[None])[0] > 0 and not edges.is_in_part(light):
        return np.asarray(light / scale, dtype=np.float64)
    sheets = _by_lines(grey, found, light)
    worth = edges.worth(sheets)
    if not len(sheets) or worth.max() <= 0:
        return None
    best = sheets[np.argmax(worth)]
    if not _lies_on_something(grey, best):
        return None
    best = edges.with_parallel_side(best)
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
    darker = float(np.median(grey[sheet])) - float(np.median(grey[around]))
    if darker >= _MUCH_DARKER and not _is_half(corners, grey.shape[1], grey.shape[0]):
        return True
    return printed < _MOST_PRINTED and darker >= _DARKER


def _is_half(corners: Points, width: int, height: int) -> bool:
    """Whether nearly all that is around a sheet lies on one side of it: as dark as a desk, it may be a book's cover."""
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    beside = np.array([left * height, (width - right) * height, top * width, (height - bottom) * width])
    return float(beside.max()) > _ONE_SIDED * max(1.0, float(beside.clip(0).sum()))


def _red_cover(image: Pixels) -> tuple[Pixels, float]:
    """Where the strong red of a book's cover may be (255), and how red that is: darker than paper, and no desk."""
    if image.ndim == 2:
        return np.zeros_like(image), 0.0
    blue, green, red = cv2.split(image)
    redness = cv2.subtract(red, cv2.max(blue, green))
    cover = (red > _COVER_RED) & (redness > _COVER_REDNESS)
    if float(cover.mean()) <= _SOME_COVER:
        return np.zeros(cover.shape, np.uint8), 0.0
    return as_pixels(np.where(cover, 255, 0)), float(np.median(redness[cover]))


def _covers_as_paper(grey: Pixels, cover: Pixels, redness: float) -> Pixels:
    """The lightness with a cover as light as paper; red wood, which is less red, stays what the sheet lies on."""
    if redness < _CERTAINLY_COVER:
        return grey
    # Print and arms on the cover are not red.
    whole = cv2.morphologyEx(cover, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = float(np.percentile(grey[whole == 0], _LIGHTEST)) if (whole == 0).any() else 255.0
    return as_pixels(np.where((whole > 0) & (grey < paper), paper, grey))


def _by_lightness(grey: Pixels, cover: Pixels) -> Points | None:
    """The sheet where it is lighter than most of the picture's border; ``cover`` is 255 on what may be a cover."""
    ring = _border(grey)
    level, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inside = grey[mask > 0]
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
    corners = _in_order(quad[None])
    return corners[0] if _are_sheets(corners)[0] else None


# By its edges: on a light desk, in a shadow, beside other papers


@dataclass(frozen=True, eq=False)
class _Edges:
    """How far each pixel is from an edge, and how light it is."""

    apart: NDArray[np.float32]
    grey: Pixels

    @classmethod
    def of(cls, grey: Pixels, found: Pixels) -> _Edges:
        return cls(np.asarray(cv2.distanceTransform(cv2.bitwise_not(found), cv2.DIST_L2, 3), np.float32), grey)

    def worth(self, sheets: Quads) -> NDArray[np.float64]:
        """How well four corners each are a sheet: its sides' edges and steps times its area; 0 when they cannot be."""
        height, width = self.grey.shape
        starts, ends = sheets, np.roll(sheets, -1, axis=1)
        along, step = self._sides(starts, ends)
        at_border = self._at_border(starts, ends)
        fails = (~at_border & ((along < _LEAST_EDGE) | (step < _LEAST_STEP))).any(axis=1)
        each = np.where(at_border, 0.5, along * np.clip(step, 0.0, 40.0) ** 0.25)
        worth: NDArray[np.float64] = each.sum(axis=1) * _areas(sheets) / (height * width)
        return np.where(fails, 0.0, worth)

    def is_in_part(self, sheet: Points) -> bool:
        """Whether beyond a side of a sheet it is nearly as light: that may be more of it, in a shadow."""
        starts, ends = sheet[None], np.roll(sheet[None], -1, axis=1)
        _, step = self._sides(starts, ends)
        return bool((~self._at_border(starts, ends) & (step < _CLEAR_STEP)).any())

    def with_parallel_side(self, sheet: Points) -> Points:
        """The sheet with a side at the picture's border laid where an edge runs parallel to the side across from it.

        Of many printed lines a side of the sheet itself may not be among the strongest.
        """
        best = sheet
        for side in np.flatnonzero(self._at_border(sheet[None], np.roll(sheet[None], -1, axis=1))[0]):
            # The corners clockwise from the side's start: its own two, then those across from it.
            a, b, c, d = np.roll(best, -int(side), axis=0)
            starts = d + np.linspace(_NEAREST_SIDE, 1.0, _SIDES_TRIED)[:, None] * (a - d)
            # Parallel to the side across, each ends where it meets the side from b to c.
            lengths = np.linalg.solve(np.stack([c - d, b - c], axis=1), (c - starts).T)[0]
            ends = starts + lengths[:, None] * (c - d)
            tried = np.stack([starts, ends, np.broadcast_to(c, ends.shape), np.broadcast_to(d, ends.shape)], axis=1)
            quads = np.roll(tried, int(side), axis=1)
            worth = np.where(_are_sheets(quads), self.worth(quads), 0.0)
            if worth.max() > _CLEARLY_MORE * self.worth(best[None])[0]:
                # A frame is printed parallel to the sheet's side, too: the outer one is the sheet's.
                best = quads[int(np.flatnonzero(worth >= _NEARLY_BEST * worth.max())[-1])]
        return best

    def _at_border(self, starts: Quads, ends: Quads) -> NDArray[np.bool_]:
        height, width = self.grey.shape
        near = 0.012 * max(height, width)
        most = np.array([width, height]) - 1 - near
        at = (np.maximum(starts, ends) < near) | (np.minimum(starts, ends) > most)
        return np.asarray(at.any(axis=2), np.bool_)

    def _sides(self, starts: Quads, ends: Quads) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The part of each side that lies on an edge, and by how much the sheet's side of it is lighter (median)."""
        sides = (ends - starts)[:, :, None]
        points = starts[:, :, None] + np.linspace(0.03, 0.97, _SAMPLES)[:, None] * sides
        normals = np.stack([-sides[..., 1], sides[..., 0]], axis=-1)
        normals /= np.maximum(1e-6, np.hypot(sides[..., 0], sides[..., 1]))[..., None]
        along = (self._at(self.apart, points) <= 2.0).mean(axis=2)
        # Corners go clockwise as the eye sees them, so the sheet lies to the right of each side.
        beside = _BESIDE_PX * normals
        step = self._at(self.grey, points + beside) - self._at(self.grey, points - beside)
        return along, np.asarray(np.median(step, axis=2), np.float64)

    def _at(self, values: NDArray[np.uint8] | NDArray[np.float32], points: NDArray[np.float64]) -> NDArray[np.float64]:
        height, width = self.grey.shape
        x = np.clip(np.round(points[..., 0]).astype(int), 0, width - 1)
        y = np.clip(np.round(points[..., 1]).astype(int), 0, height - 1)
        return np.asarray(values[y, x], dtype=np.float64)


def _by_lines(grey: Pixels, edges: Pixels, light: Points | None) -> Quads:
    """Every sheet that two long lines down and two across could bound; ``[sheets, 4, 2]``.

    Where many lines are printed, those at the sides of the sheet's ``light`` part may not be among the strongest.
    """
    found = cv2.HoughLines(edges, 1, np.pi / 360, round(0.13 * max(grey.shape)))
    if found is None:
        return np.empty((0, 4, 2))
    height, width = grey.shape
    lines = np.asarray(found, np.float64).reshape(-1, 2)[:600]
    tilt = np.degrees(lines[:, 1])
    down = _apart(lines[np.minimum(tilt, 180 - tilt) < _MOST_TILT_DEG], height / 2, vertical=True)
    across = _apart(lines[np.abs(tilt - 90) < _MOST_TILT_DEG], width / 2, vertical=False)
    if light is not None:
        sides = [_line_through(a, b) for a, b in zip(light, np.roll(light, -1, axis=0), strict=True)]
        across += sides[0::2]
        down += sides[1::2]
    # The borders of the picture may cut the sheet off.
    down += [(0.0, 0.0), (float(width - 1), 0.0)]
    across += [(0.0, np.pi / 2), (float(height - 1), np.pi / 2)]
    crossings = _crossings(np.array(down), np.array(across))
    left, right = np.triu_indices(len(down), 1)
    top, bottom = np.triu_indices(len(across), 1)
    pairs = (np.repeat(left, len(top)), np.repeat(right, len(top)), np.tile(top, len(left)), np.tile(bottom, len(left)))
    corners = ((pairs[0], pairs[2]), (pairs[1], pairs[2]), (pairs[1], pairs[3]), (pairs[0], pairs[3]))
    quads = np.stack([crossings[pair] for pair in corners], axis=1)
    quads = _in_order(quads[np.isfinite(quads).all(axis=(1, 2))])
    outside = ((quads < -0.03 * max(grey.shape)) | (quads > 1.03 * np.array([width, height]))).any(axis=(1, 2))
    quads = quads[~outside]
    part = _areas(quads) / (height * width)
    quads = quads[(part >= _LEAST_PAPER) & (part <= _MOST_PAPER)]
    return np.asarray(quads[_are_sheets(quads)], np.float64)


def _line_through(one: Points, other: Points) -> tuple[float, float]:
    """The line through two places as Hough gives lines: how far from the corner, and which way."""
    x, y = other - one
    way = float(np.arctan2(x, -y) % np.pi)
    return float(one[0] * np.cos(way) + one[1] * np.sin(way)), way


def _apart(lines: NDArray[np.float64], middle: float, *, vertical: bool) -> list[tuple[float, float]]:
    """The first lines of which none is much like one before; Hough gives the strongest first."""
    rho, sine, cosine = lines[:, 0], np.sin(lines[:, 1]), np.cos(lines[:, 1])
    low, high = (
        ((rho - at * sine) / cosine if vertical else (rho - at * cosine) / sine) for at in (0.4 * middle, 1.6 * middle)
    )
    kept: list[tuple[float, float]] = []
    free = np.ones(len(lines), np.bool_)
    while len(kept) < _MOST_LINES and free.any():
        best = int(free.argmax())
        kept.append((float(rho[best]), float(lines[best, 1])))
        free &= np.maximum(np.abs(low - low[best]), np.abs(high - high[best])) > _APART_PX
    return kept


def _crossings(down: NDArray[np.float64], across: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where each line down meets each line across, ``[down, across, 2]``; not a number where they hardly do."""
    shape = (len(down), len(across))
    normals = np.empty((*shape, 2, 2))
    rhos = np.empty((*shape, 2, 1))
    for row, lines in enumerate((down[:, None], across[None, :])):
        normals[:, :, row, 0], normals[:, :, row, 1] = np.cos(lines[..., 1]), np.sin(lines[..., 1])
        rhos[:, :, row, 0] = lines[..., 0]
    alike = np.abs(np.linalg.det(normals)) < 0.2
    normals[alike] = np.eye(2)
    found = np.linalg.solve(normals, rhos)[..., 0]
    found[alike] = np.nan
    return np.asarray(found, np.float64)


# What any sheet looks like


def local_lightness(image: Pixels) -> Pixels:
    """How much like paper each pixel is: light and without strong colour."""
    if image.ndim == 2:
        return image
    blue, green, red = cv2.split(image)
    lightest = as_pixels(cv2.max(cv2.max(blue, green), red))
    darkest = as_pixels(cv2.min(cv2.min(blue, green), red))
    # Wood is light in red only; paper, even pink or yellowed, is light in all. Half the sum, rounded down.
    return as_pixels((lightest & darkest) + ((lightest ^ darkest) >> 1))


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


def _in_order(quads: Quads) -> Quads:
    """The corners of each sheet clockwise as the eye sees them, from the top left."""
    off = quads - quads.mean(axis=1, keepdims=True)
    around = np.argsort(np.arctan2(off[..., 1], off[..., 0]), axis=1)
    turned = np.take_along_axis(quads, around[..., None], axis=1)
    first = np.argmin(turned.sum(axis=2), axis=1)
    order = (np.arange(4) + first[:, None]) % 4
    return np.asarray(np.take_along_axis(turned, order[..., None], axis=1), np.float64)


def _areas(quads: Quads) -> NDArray[np.float64]:
    x, y = quads[..., 0], quads[..., 1]
    return np.asarray(np.abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)) / 2, np.float64)


def _are_sheets(quads: Quads) -> NDArray[np.bool_]:
    """Which four corners could be a sheet of paper seen from above: no triangle, no ribbon."""
    sides = np.roll(quads, -1, axis=1) - quads
    lengths = np.maximum(1e-9, np.hypot(sides[..., 0], sides[..., 1]))
    following, next_lengths = np.roll(sides, -1, axis=1), np.roll(lengths, -1, axis=1)
    sines = (sides[..., 0] * following[..., 1] - sides[..., 1] * following[..., 0]) / (lengths * next_lengths)
    opposite = np.minimum(lengths[:, :2], lengths[:, 2:]) / np.maximum(lengths[:, :2], lengths[:, 2:])
    slim = lengths.min(axis=1) < _NARROWEST * lengths.max(axis=1)
    return np.asarray(
        ~slim & (sines.min(axis=1) > _LEAST_CORNER_SINE) & (opposite.min(axis=1) > _LEAST_OPPOSITE), np.bool_
    )
