"""Lines whose ends the detector cut are whole again, and nothing else is taken for more of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from certificate.geometry import Box
from ocr.line_ends import joined, with_whole_ends

# A typewriter's line: letters 13 px wide every 19 px, 24 high; words are a letter's place apart.
PITCH, WIDE, TOP, BOTTOM = 19, 13, 100, 124


def _typed(text: str, left: int = 100) -> NDArray[np.uint8]:
    """A page with a letter-like shape for each sign but spaces."""
    page = np.full((300, 900), 255, np.uint8)
    for number, sign in enumerate(text):
        if sign != " ":
            at = left + number * PITCH
            cv2.rectangle(page, (at, TOP), (at + WIDE - 1, BOTTOM - 1), (0,), 3)
    return page


def _box(first: int, last: int) -> Box:
    """The box of the letters from the ``first`` to the ``last``."""
    return Box(100 + first * PITCH - 2, TOP - 3, 100 + last * PITCH + WIDE + 2, BOTTOM + 3)


@pytest.mark.parametrize(("first", "last"), [(0, 9), (0, 5), (4, 12), (3, 9)])
def test_what_a_typewriter_set_apart_is_one_line(first: int, last: int) -> None:
    """The rest of a number and the last word, at either end; a register number would lose its year."""
    found = with_whole_ends(_typed("abc defg hijk"), _box(first, last), [])
    assert abs(found.left - 100) <= 4
    assert abs(found.right - (100 + 12 * PITCH + WIDE)) <= 4
    assert (found.top, found.bottom) == (TOP - 3, BOTTOM + 3)


def test_a_line_ends_where_another_begins() -> None:
    """What the detector found as a line of its own stays one."""
    other = _box(9, 12)
    assert with_whole_ends(_typed("abc defg hijk"), _box(0, 7), [other]).right <= other.left


def test_a_word_that_runs_between_two_lines_makes_them_one() -> None:
    """A word cut in two reads as two words, or none; a column beside, whose box touches the line's, stays apart."""
    page = _typed("abc defg   hijk")
    cut = [(_box(0, 5), 0.9), (_box(6, 7), 0.6)]
    beside = (Box(_box(0, 7).right + 1, TOP - 3, _box(0, 14).right, BOTTOM + 3), 0.8)
    below = (Box(98, BOTTOM + 6, 300, BOTTOM + 36), 0.9)
    assert sorted(map(str, joined(page, [beside, *cut, below]))) == sorted(map(str, [(_box(0, 7), 0.6), beside, below]))


def test_a_neighbour_column_is_no_word_of_the_line() -> None:
    """It stands further away than the line's words do from each other."""
    box = _box(0, 7)
    assert with_whole_ends(_typed("abc defg   hijk"), box, []) == box


@pytest.mark.parametrize("kind", ["wave", "points", "low"])
def test_a_pattern_is_no_word_of_the_line(kind: str) -> None:
    """Waves of a guilloche, a dotted leader, and print that stands lower."""
    page, box = _typed("abc defg"), _box(0, 7)
    for at in range(box.right + 8, box.right + 100, 14):
        if kind == "points":
            cv2.rectangle(page, (at, BOTTOM - 4), (at + 3, BOTTOM - 1), (0,), cv2.FILLED)
        if kind == "low":
            cv2.rectangle(page, (at, BOTTOM - 4), (at + 9, BOTTOM + 16), (0,), 3)
    if kind == "wave":
        xs = np.arange(box.right + 12, 880)
        ys = TOP + 12 + 30 * np.sin(xs / 16.0)
        cv2.polylines(
            page, [np.stack([xs, ys], axis=1).round().astype(np.int32)], isClosed=False, color=(0,), thickness=2
        )
    assert with_whole_ends(page, box, []).right <= box.right + 4


@pytest.mark.parametrize(("top", "bottom", "grows"), [(102, 119, True), (80, 140, False), (113, 119, False)])
def test_a_one_that_stands_apart_belongs_to_its_number(top: int, bottom: int, grows: bool) -> None:
    """A rule beside a number, which runs on above and below it, and a point do not."""
    page = np.full((300, 400), 255, np.uint8)
    for left in range(160, 220, 16):
        cv2.rectangle(page, (left, 102), (left + 11, 119), (0,), 2)
    cv2.rectangle(page, (148, top), (151, bottom), (0,), cv2.FILLED)
    found = with_whole_ends(page, Box(159, 100, 222, 121), [])
    assert found.left == (148 if grows else 159)
    assert found.right == 222


def test_digits_between_two_parts_of_a_line_are_not_lost() -> None:
    """Before "347" stand a 2 and a 1 that the detector left off, and before them another line's last stroke."""
    page = np.full((300, 600), 255, np.uint8)
    for left in (300, 316, 332, 348):
        cv2.rectangle(page, (left, 102), (left + 11, 119), (0,), 2)
    cv2.rectangle(page, (288, 102), (291, 119), (0,), cv2.FILLED)
    cv2.rectangle(page, (276, 102), (279, 119), (0,), cv2.FILLED)
    found = with_whole_ends(page, Box(314, 100, 362, 121), [Box(120, 100, 277, 121)])
    assert found.left == 288
