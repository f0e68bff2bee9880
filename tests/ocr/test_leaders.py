"""Dotted lines that values are set over: the dots go, points and marks stay."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.engines.images import Pixels
from ocr.leaders import dotted_lines, without

_PITCH, _DOT, _ROW = 9, 4, 200


def _face(*, height: int = 2000, width: int = 900) -> Pixels:
    return np.full((height, width), 255, np.uint8)


def _dot(face: Pixels, left: int, top: int, size: int = _DOT) -> None:
    face[top : top + size, left : left + size] = 0


def _dotted(face: Pixels, count: int, *, left: int = 100, top: int = _ROW) -> None:
    for n in range(count):
        _dot(face, left + _PITCH * n, top)


def _letter(face: Pixels, left: int, bottom: int) -> None:
    face[bottom - 24 : bottom, left : left + 14] = 0


def _cleared(face: Pixels) -> Pixels:
    dots = dotted_lines(face)
    return face if dots is None else without(face, dots)


@pytest.mark.parametrize("lean", [0, 0.004])
def test_a_dotted_line_goes_and_the_print_over_it_stays(lean: float) -> None:
    """Also where the line leans a little, and where a letter hides some of its dots."""
    face, alone = _face(), _face()
    for n in range(80):
        _dot(face, 100 + _PITCH * n, _ROW + round(lean * _PITCH * n))
    for at in range(120, 500, 40):
        _letter(face, at, _ROW - 4)
        _letter(alone, at, _ROW - 4)
    _letter(face, 560, _ROW + 10)
    _letter(alone, 560, _ROW + 10)
    left = _cleared(face)
    hidden = np.s_[_ROW - 8 : _ROW + 14, 540:590]  # The dots that the deep letter touches are part of it.
    left[hidden] = alone[hidden] = 255
    assert np.array_equal(left, alone)


def test_a_mark_under_a_letter_stays() -> None:
    """It stands between two places of the pitch, or it is larger than a dot that it hides."""
    face = _face()
    _dotted(face, 80)
    _letter(face, 300, _ROW - 4)
    between = 100 + _PITCH * 23 + 5
    _dot(face, between, _ROW, 3)
    _dot(face, 100 + _PITCH * 40 - 1, _ROW - 2, 7)
    left = _cleared(face)
    assert left[_ROW + 1, between + 1] == 0
    assert left[_ROW + 1, 100 + _PITCH * 40 + 2] == 0
    assert (left[_ROW + 1, 500:800] == 255).all()


def test_a_decimal_point_on_the_line_stays() -> None:
    """Close between two digits, whose feet stand where its own does."""
    face = _face()
    _dotted(face, 80)
    point = 100 + _PITCH * 30
    _letter(face, point - 18, _ROW + _DOT)
    _letter(face, point + _DOT + 4, _ROW + _DOT)
    left = _cleared(face)
    assert left[_ROW + 1, point + 1] == 0
    assert (left[_ROW + 1, 500:800] == 255).all()


@pytest.mark.parametrize(
    ("count", "pitch", "reason"),
    [(10, 9, "too few for a line"), (40, 40, "too far apart: points between words")],
)
def test_points_that_make_no_line_stay(count: int, pitch: int, reason: str) -> None:
    """Points of sentences and sums."""
    face = _face(width=2000)
    for n in range(count):
        _dot(face, 100 + pitch * n, _ROW)
    assert dotted_lines(face) is None, reason


def test_a_large_face_is_looked_at_in_half_of_its_resolution_first() -> None:
    """The dots of 300 dpi are seen there, and taken away in full."""
    face = _face(height=3500, width=1800)
    assert dotted_lines(face) is None
    for n in range(80):
        _dot(face, 100 + 14 * n, _ROW, 6)
    _letter(face, 300, _ROW - 6)
    assert (_cleared(face)[_ROW : _ROW + 6] == 255).all()
