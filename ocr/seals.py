"""Round seals on a face: where they are, and a picture in which they no longer hide the lines under them.

Owns circles. The picture without seals serves to find lines, not to read them: letters crossed by a ring lose a part.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.images import Pixels, as_pixels, shrunk

# Circles are sought on a copy of this height; a seal is 36 mm wide on a face of 265-297 mm.
_SMALL_HEIGHT_PX = 500
_LEAST_RADIUS, _MOST_RADIUS = 0.045, 0.085
# Above this part of the face stands the coat of arms.
_HIGHEST = 0.28
_MOST_SEALS = 4
# So much of a ring's circle must be inked.
_LEAST_RING = 0.85
# And of the circles around it, this many radii wide, at most so much: in a dense table every circle is full of ink.
_AROUND = (1.1, 1.15, 1.2)
_MOST_AROUND = 0.55
# Circles so much longer in radius and so far aside are tried for the best one.
_LONGER = np.arange(-4.0, 4.5, 0.5)
_ASIDE = np.arange(-2.0, 2.5, 1.0)


_Places = float | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seal:
    """A round seal: centre and radius of its outer ring in face pixels."""

    x: int
    y: int
    radius: int


def find_seals(ink: Pixels) -> list[Seal]:
    """Rings as large as a seal; ``ink`` is white paper with dark ink, best with red ink alone where there is colour."""
    height, width = ink.shape
    scale = _SMALL_HEIGHT_PX / height
    if width * scale < 60 or width * scale > 3000:
        return []
    small = shrunk(ink, scale)
    circles = cv2.HoughCircles(
        small,
        cv2.HOUGH_GRADIENT,
        1.2,
        60,
        param1=120,
        param2=34,
        minRadius=round(_LEAST_RADIUS * _SMALL_HEIGHT_PX),
        maxRadius=round(_MOST_RADIUS * _SMALL_HEIGHT_PX),
    )
    if circles is None:
        return []
    dark = np.asarray(cv2.blur((small < 200).astype(np.float32), (2, 2)), dtype=np.float32)
    seals = []
    for circle in np.asarray(circles, dtype=np.float64).reshape(-1, 3)[: 4 * _MOST_SEALS]:
        if circle[1] < _HIGHEST * _SMALL_HEIGHT_PX:
            continue
        inked, x, y, radius = _best_ring(dark, float(circle[0]), float(circle[1]), float(circle[2]))
        if inked >= _LEAST_RING and _inked(dark, x, y, radius * np.array(_AROUND)).mean() <= _MOST_AROUND:
            seals.append(Seal(round(x / scale), round(y / scale), round(radius / scale)))
    return seals[:_MOST_SEALS]


def _best_ring(dark: NDArray[np.float32], x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    """The circle close to the given one that has the most ink on it, and how much of it is inked."""
    longer, across, down = np.meshgrid(_LONGER, _ASIDE, _ASIDE, indexing="ij")
    tried = np.stack([x + across.ravel(), y + down.ravel(), radius + longer.ravel()])
    inked = _inked(dark, *tried)
    fullest = float(inked.max())
    # Several circles run within a ring's thickness: their mean is its middle.
    middle = tried[:, inked >= fullest - 0.02].mean(axis=1)
    return fullest, float(middle[0]), float(middle[1]), float(middle[2])


def _inked(dark: NDArray[np.float32], x: _Places, y: _Places, radius: _Places) -> NDArray[np.float64]:
    """How much of each circle lies on ink (0.0-1.0)."""
    angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = np.asarray(radius)[:, None]
    xs = np.round(np.asarray(x)[..., None] + radius * np.cos(angles)).astype(int)
    ys = np.round(np.asarray(y)[..., None] + radius * np.sin(angles)).astype(int)
    inside = (xs >= 0) & (ys >= 0) & (xs < dark.shape[1]) & (ys < dark.shape[0])
    on_ink = dark[np.where(inside, ys, 0), np.where(inside, xs, 0)] > 0.2
    return np.asarray((on_ink & inside).mean(axis=1), np.float64)


def without_seals(clean: Pixels, no_red: Pixels, seals: list[Seal]) -> Pixels:
    """The face with red gone inside seals, and with their rings painted over where they are not red."""
    if not seals:
        return clean
    shown = clean.copy()
    for seal in seals:
        reach = round(seal.radius * 1.12)
        top, bottom = max(0, seal.y - reach), min(clean.shape[0], seal.y + reach)
        left, right = max(0, seal.x - reach), min(clean.shape[1], seal.x + reach)
        if no_red is not clean:
            shown[top:bottom, left:right] = no_red[top:bottom, left:right]
        else:
            cv2.circle(shown, (seal.x, seal.y), seal.radius, 255, max(4, round(0.11 * seal.radius)))
    return as_pixels(shown)
