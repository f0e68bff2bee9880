"""Ornaments down the margins of a face."""

from __future__ import annotations

from certificate.geometry import Box
from ocr.frames import ornaments

_HEIGHT = 2100


def _circles(left: int, count: int = 60, pitch: int = 25) -> list[Box]:
    return [Box(left + n % 3, 100 + pitch * n, left + 22, 100 + pitch * n + 17) for n in range(count)]


def _print() -> list[Box]:
    return [Box(180, 150 + 50 * n, 1300, 190 + 50 * n) for n in range(30)]


def test_circles_down_both_margins_are_no_lines() -> None:
    """Each of them was read as an O behind what stands beside it."""
    boxes = [*_print(), *_circles(100), *_circles(1450)]
    assert ornaments(boxes, _HEIGHT) == set(range(30, 150))


def test_numbers_of_a_long_table_are_lines() -> None:
    """They stand further apart, and over less of the face."""
    numbers = [Box(150, 300 + 52 * n, 180, 322 + 52 * n) for n in range(22)]
    assert ornaments([*_print(), *numbers], _HEIGHT) == set()
    assert ornaments([*_print(), *_circles(150, count=22)], _HEIGHT) == set()


def test_letters_between_print_are_lines() -> None:
    """A column inside of the print is no frame."""
    columns = [Box(left, 150 + 50 * n, left + 400, 190 + 50 * n) for n in range(30) for left in (100, 900)]
    assert ornaments([*columns, *_circles(700)], _HEIGHT) == set()


def test_no_lines() -> None:
    """A blank face."""
    assert ornaments([], _HEIGHT) == set()
