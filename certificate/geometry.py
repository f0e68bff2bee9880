"""Places on a page image: pixels, origin top left, x to the right, y downwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Homography = tuple[float, float, float, float, float, float, float, float, float]


class Box(NamedTuple):
    """An upright rectangle in pixels; ``right`` and ``bottom`` lie just outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def holds_middle_of(self, other: Box) -> bool:
        """Whether the middle of another box lies in this one."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x < self.right and self.top <= y < self.bottom

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def bounding_box(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of ``boxes``; ``ValueError`` when there is none."""
    first, *rest = boxes
    for box in rest:
        first = first.union(box)
    return first


IDENTITY: Homography = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def apply_homography(matrix: Homography, x: float, y: float) -> tuple[float, float]:
    """Map the point (x, y) by a row-major 3 x 3 matrix."""
    a, b, c, d, e, f, g, h, i = matrix
    scale = g * x + h * y + i
    return (a * x + b * y + c) / scale, (d * x + e * y + f) / scale


# Rows of places, evenly spread over a picture from its upper left corner to its lower right one.
Mesh = tuple[tuple[tuple[float, float], ...], ...]


def apply_mesh(mesh: Mesh, across: float, down: float) -> tuple[float, float]:
    """The place at this part of a picture's width and height, evenly between the mesh's own."""
    at_x, at_y = across * (len(mesh[0]) - 1), down * (len(mesh) - 1)
    column, row = (min(max(int(at), 0), last) for at, last in ((at_x, len(mesh[0]) - 2), (at_y, len(mesh) - 2)))
    right, low = at_x - column, at_y - row
    (a, b), (c, d) = mesh[row][column : column + 2], mesh[row + 1][column : column + 2]
    x, y = (
        (a[axis] * (1 - right) + b[axis] * right) * (1 - low) + (c[axis] * (1 - right) + d[axis] * right) * low
        for axis in (0, 1)
    )
    return x, y
