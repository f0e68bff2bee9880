"""A sheet that does not lie flat on its photo: its four sides traced as curves, and the sheet drawn flat again.

Between its sides the paper is taken to run evenly from one to the other (a Coons patch), as a sheet does that is
curled one way or was folded. Owns how a sheet bends; it must not know what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.images import Pixels, as_pixels
from ocr.flatten import flatten
from ocr.level import evenness

# Whole numbers or fractions along a side.
Curve = NDArray[np.floating[Any]]
Matrix = NDArray[np.float64]

# Sides are traced on a copy so long, as far as this part of it beyond the corners' lines and inside of them.
_SIDE_PX, _OUTWARD, _INWARD = 640, 0.05, 0.12
# Lightness beside an edge is taken over so many pixels, and without lines that are thinner than half of so many: joints
# of tiles, a printed frame. A smaller step is none.
_BESIDE_PX, _BROAD_PX, _LEAST_STEP = 4, 11, 6.0
# By so much, of 255, the sheet and what lies around it are made to differ.
_CONTRAST = 60.0
# What a path pays for lying further inside, so that of an edge and a frame the edge is taken; and for each climb.
_DEEPER, _CLIMB = 0.15, 0.1
# A side whose edge shows along less than this is taken as straight; near the corners nothing is sure.
_LEAST_SEEN, _CORNER = 0.7, 0.03
# Every third column is looked at.
_EVERY = 3
# Knots of a side's curve, how stiff it is, and what is too far from it to be of it.
_KNOTS, _STIFFNESS, _OUTLIER_PX, _ROUNDS = 13, 0.5, 2.5, 3
# A sheet whose sides leave the straight, or whose corners lie off, by less of its longer side is read as well as it is;
# by more it was seen wrongly. Drawn flat its print must be so much evener: bent sheets' is by 1.5 to 15 times.
_LEAST_BEND, _LEAST_MOVED, _MOST_BEND = 0.002, 0.01, 0.055
_EVENER = 1.25
# Two sides are followed in turn so often to where they meet.
_STEPS_TO_CORNER = 4
# Nodes each way of the grid along which pixels are moved, and rows drawn at once.
NODES = 49
_BAND_ROWS = 256


@dataclass(frozen=True, eq=False)
class Bend:
    """Where a flat sheet of ``size`` (width, height) lies on its photo: ``nodes`` is ``[49, 49, 2]``, x and y."""

    size: tuple[int, int]
    nodes: NDArray[np.float64]

    def drawn_flat(self, page: Pixels) -> Pixels:
        """The sheet as if it had lain flat; uint8 like ``page``."""
        width, height = self.size
        # Each row of nodes with a place for every column of pixels.
        columns = _between(self.nodes, (np.arange(width) + 0.5) * ((NODES - 1) / width), axis=1).astype(np.float32)
        flat = np.empty((height, width, *page.shape[2:]), np.uint8)
        for top in range(0, height, _BAND_ROWS):
            rows = np.arange(top, min(height, top + _BAND_ROWS)) + 0.5
            at = _between(columns, rows * ((NODES - 1) / height), axis=0) - np.float32(0.5)
            flat[top : top + len(rows)] = cv2.remap(
                page, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
        return as_pixels(flat)

    def shrunk(self, across: float, down: float) -> Bend:
        """The same on a photo of these parts of its width and height."""
        size = max(1, round(self.size[0] * across)), max(1, round(self.size[1] * down))
        return Bend(size, self.nodes * np.array([across, down]))

    def on_page(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where places of the flat sheet lie, ``[rows, columns, 2]`` both."""
        steps = places * ((NODES - 1) / np.array(self.size, np.float64))
        first = np.clip(np.floor(steps).astype(int), 0, NODES - 2)
        (x, y), (right, low) = np.moveaxis(first, 2, 0), np.moveaxis(steps - first, 2, 0)[..., None]
        upper = self.nodes[y, x] * (1 - right) + self.nodes[y, x + 1] * right
        lower = self.nodes[y + 1, x] * (1 - right) + self.nodes[y + 1, x + 1] * right
        return np.asarray(upper * (1 - low) + lower * low, np.float64)

    def as_if_flat(self) -> Matrix:
        """The matrix that brings the flat sheet's corners to where they lie."""
        width, height = self.size
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        lie = self.nodes[[0, 0, -1, -1], [0, -1, -1, 0]].astype(np.float32)
        return np.asarray(cv2.getPerspectiveTransform(corners, lie), np.float64)


def find_bend(page: Pixels, to_page: Matrix, size: tuple[float, float], reduced: Pixels | None = None) -> Bend | None:
    """How a sheet of ``size`` that ``to_page`` brings onto the photo bends, ``None`` where it lies flat or hides.

    ``reduced`` is the page at a smaller size, where there is such a copy.
    """
    source = page if reduced is None else reduced
    shrink = np.diag([source.shape[1] / page.shape[1], source.shape[0] / page.shape[0], 1.0])
    scale, margin = _SIDE_PX / max(size), round(_INWARD * _SIDE_PX)
    width, height = round(size[0] * scale), round(size[1] * scale)
    enlarge = np.array([[1 / scale, 0, -margin / scale], [0, 1 / scale, -margin / scale], [0, 0, 1]])
    seen = cv2.warpPerspective(
        source,
        shrink @ to_page @ enlarge,
        (width + 2 * margin, height + 2 * margin),
        flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    likeness = _likeness(as_pixels(seen), margin)
    broad = as_pixels(cv2.medianBlur(likeness, _BROAD_PX))
    sides = [_traced(_steps(*both)) for both in zip(_bands(likeness, margin), _bands(broad, margin), strict=True)]
    outline = _outline(sides, width, height)
    if not _may_be_bent(outline, width, height):
        return None
    top, right, bottom, left = (_length(side) / scale for side in outline)
    nodes = np.asarray(cv2.perspectiveTransform(_patch(outline) / scale, to_page), np.float64)
    bend = Bend((round(max(top, bottom)), round(max(left, right))), nodes)
    shrunk = round(size[0] * shrink[0, 0]), round(size[1] * shrink[1, 1])
    straight = cv2.warpPerspective(
        source, shrink @ to_page @ np.linalg.inv(shrink), shrunk, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    flat = bend.shrunk(shrink[0, 0], shrink[1, 1]).drawn_flat(source)
    return bend if evenness(flatten(flat)) > _EVENER * evenness(flatten(as_pixels(straight))) else None


def _may_be_bent(outline: list[NDArray[np.float64]], width: int, height: int) -> bool:
    """Whether a side leaves its straight line, or a corner lies elsewhere, further than a flat sheet's would."""
    corners = np.array([outline[0][0], outline[0][-1], outline[2][-1], outline[2][0]])
    moved = np.abs(corners - np.array([[0, 0], [width, 0], [width, height], [0, height]])).max() / _SIDE_PX
    bent = max(_off_chord(side) for side in outline) / _SIDE_PX
    return bent <= _MOST_BEND and (bent >= _LEAST_BEND or moved >= _LEAST_MOVED)


def _likeness(seen: Pixels, margin: int) -> Pixels:
    """How much like the sheet each pixel is: the mixture of colours that tells it best from what lies around it.

    Fisher's discriminant of what is well inside and what is outside; a floor may be as light as the paper on it.
    """
    height, width = seen.shape[:2]
    samples = seen.reshape(height, width, -1)[::2, ::2].astype(np.float64)
    edge = margin // 2
    outside = np.ones(samples.shape[:2], np.bool_)
    outside[edge : height // 2 - edge, edge : width // 2 - edge] = False
    inside = np.zeros_like(outside)
    inside[2 * edge : height // 2 - 2 * edge, 2 * edge : width // 2 - 2 * edge] = True
    sheet, around = samples[inside], samples[outside]
    scatter = np.atleast_2d(np.cov(sheet.T)) + np.atleast_2d(np.cov(around.T)) + np.eye(samples.shape[2])
    apart = sheet.mean(axis=0) - around.mean(axis=0)
    mixture = np.linalg.solve(scatter, apart)
    mixture *= _CONTRAST / max(1e-9, float(mixture @ apart))
    middle = mixture @ (sheet.mean(axis=0) + around.mean(axis=0)) / 2
    likeness = seen.reshape(height, width, -1).astype(np.float32) @ mixture.astype(np.float32) + (128 - middle)
    return as_pixels(np.clip(likeness, 0, 255))


def _bands(seen: Pixels, margin: int) -> list[Pixels]:
    """What lies about the sheet's four sides, each with the outside up; ``[depth, length]``: top, right, ..."""
    deep, along = slice(margin - round(_OUTWARD * _SIDE_PX), 2 * margin), slice(margin, -margin)
    return [seen[deep, along], seen.T[::-1][deep, along], seen[::-1][deep, along], seen.T[deep, along]]


class _Side(NamedTuple):
    """How far inside its straight line a side lies, at knots evenly along it."""

    knots: Curve

    def at(self, along: float, length: float) -> float:
        """The depth at a place of a side so long; straight on beyond its ends."""
        step = along / length * (_KNOTS - 1)
        first = min(max(int(np.floor(step)), 0), _KNOTS - 2)
        return float(self.knots[first] + (step - first) * (self.knots[first + 1] - self.knots[first]))


def _traced(steps: NDArray[np.float32]) -> _Side:
    """The side that runs through a band with these steps; a straight one where its edge does not show."""
    steps = steps[:, ::_EVERY]
    path = _strongest_path(steps)
    columns = np.arange(steps.shape[1])
    here = steps[path, columns]
    clear = here >= max(_LEAST_STEP, 0.35 * float(np.median(here)))
    inner = slice(round(_CORNER * len(columns)), len(columns) - round(_CORNER * len(columns)))
    if clear[inner].mean() < _LEAST_SEEN:
        return _Side(np.zeros(_KNOTS))
    kept = np.zeros(len(columns), np.bool_)
    kept[inner] = clear[inner]
    return _Side(_smooth(columns[kept] / (len(columns) - 1), path[kept] - _OUTWARD * _SIDE_PX))


def _steps(fine: Pixels, broad: Pixels) -> NDArray[np.float32]:
    """How much lighter it is inside each pixel's upper border than outside of it, close to it and broadly."""
    sums = np.cumsum(np.pad(fine.astype(np.float32), ((_BESIDE_PX + 1, _BESIDE_PX), (0, 0)), mode="edge"), axis=0)
    middle = sums[_BESIDE_PX:-_BESIDE_PX]
    close = (sums[2 * _BESIDE_PX :] - 2 * middle + sums[: -2 * _BESIDE_PX])[: len(fine)] / _BESIDE_PX
    half = _BROAD_PX // 2
    padded = np.pad(broad.astype(np.float32), ((half + 1, half), (0, 0)), mode="edge")
    return np.asarray(np.minimum(close, padded[2 * half + 1 :] - padded[: -2 * half - 1]), np.float32)


def _strongest_path(steps: NDArray[np.float32]) -> NDArray[np.intp]:
    """A path from left to right along the greatest steps, one pixel up or down a column at most."""
    height, width = steps.shape
    most = max(_LEAST_STEP, float(np.median(steps.max(axis=0))))
    gain = np.clip(steps, 0, most) / most - _DEEPER * (np.arange(height) / height)[:, None]
    best, came = gain[:, 0], np.zeros((width, height), np.intp)
    climbs = np.array([-_CLIMB, 0.0, -_CLIMB])[:, None]
    for column in range(1, width):
        padded = np.pad(best, 1, constant_values=-np.inf)
        options = np.stack([padded[:-2], best, padded[2:]]) + climbs
        choice = options.argmax(axis=0)
        came[column] = np.arange(height) + choice - 1
        best = options[choice, np.arange(height)] + gain[:, column]
    path = np.empty(width, np.intp)
    path[-1] = int(best.argmax())
    for column in range(width - 1, 0, -1):
        path[column - 1] = came[column, path[column]]
    return path


def _smooth(along: Curve, depth: Curve) -> Curve:
    """The values at knots of a stiff curve through ``depth`` at ``along`` (0.0-1.0), heedless of what strays."""
    step = along * (_KNOTS - 1)
    basis = np.clip(1 - np.abs(step[:, None] - np.arange(_KNOTS)), 0, None)
    second = np.diff(np.eye(_KNOTS), n=2, axis=0) * np.sqrt(_STIFFNESS * len(along) / _KNOTS)
    weight = np.ones(len(along))
    for _ in range(_ROUNDS):
        knots = np.linalg.solve(
            (basis * weight[:, None]).T @ basis + second.T @ second, (basis * weight[:, None]).T @ depth
        )
        weight = np.where(np.abs(basis @ knots - depth) > _OUTLIER_PX, 0.05, 1.0)
    return np.asarray(knots, np.float64)


def _outline(sides: list[_Side], width: int, height: int) -> list[NDArray[np.float64]]:
    """The sides as places ``[49, 2]``: the upper and lower from left to right, the right and left one downwards."""
    top, right, bottom, left = sides

    corners = [
        _corner(across, down, (width, height), (at_right, at_bottom))
        for across, down, at_right, at_bottom in (
            (top, left, False, False),
            (top, right, True, False),
            (bottom, right, True, True),
            (bottom, left, False, True),
        )
    ]
    outline = []
    for number, (side, start, end) in enumerate(((top, 0, 1), (right, 1, 2), (bottom, 3, 2), (left, 0, 3))):
        axis = number % 2
        along = np.linspace(corners[start][axis], corners[end][axis], NODES)
        extent = (width, height)[axis]
        depth = np.array([side.at(place, extent) for place in along])
        across = (width, height)[1 - axis] - depth if number in (1, 2) else depth
        outline.append(np.stack([along, across] if axis == 0 else [across, along], axis=1))
    return outline


def _corner(across: _Side, down: _Side, size: tuple[int, int], at_end: tuple[bool, bool]) -> NDArray[np.float64]:
    """Where two sides meet, ``at_end`` says whether to the right and whether below."""
    x, y = (float(extent * end) for extent, end in zip(size, at_end, strict=True))
    for _ in range(_STEPS_TO_CORNER):
        depth = across.at(x, size[0])
        y = size[1] - depth if at_end[1] else depth
        depth = down.at(y, size[1])
        x = size[0] - depth if at_end[0] else depth
    return np.array([x, y])


def _off_chord(side: NDArray[np.float64]) -> float:
    """How far a side lies from the straight line between its ends at most."""
    x, y = (side - side[0]).T
    end_x, end_y = side[-1] - side[0]
    return float(np.abs(x * end_y - y * end_x).max() / max(1e-6, np.hypot(end_x, end_y)))


def _length(side: NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(side, axis=0).T).sum())


def _patch(outline: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The grid that runs evenly between four sides that meet at their corners."""
    top, right, bottom, left = outline
    u = np.linspace(0, 1, NODES)[None, :, None]
    v = np.linspace(0, 1, NODES)[:, None, None]
    between_rows = (1 - v) * top[None] + v * bottom[None]
    between_columns = (1 - u) * left[:, None] + u * right[:, None]
    corners = (1 - v) * ((1 - u) * top[0] + u * top[-1]) + v * ((1 - u) * bottom[0] + u * bottom[-1])
    return np.asarray(between_rows + between_columns - corners, np.float64)


def _between(nodes: NDArray[Any], places: Curve, axis: int) -> NDArray[Any]:
    """The grid's values at ``places``, in steps of the grid along ``axis``; straight on beyond its ends."""
    first = np.clip(np.floor(places).astype(int), 0, NODES - 2)
    part = (places - first).astype(nodes.dtype).reshape([-1 if at == axis else 1 for at in range(nodes.ndim)])
    low, high = nodes.take(first, axis), nodes.take(first + 1, axis)
    high -= low
    high *= part
    high += low
    return np.asarray(high)
