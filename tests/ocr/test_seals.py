"""Round seals: found on and between print, and not where print is so dense that any circle is full of ink."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.seals import find_seals

HEIGHT, WIDTH = 2353, 1672
CENTRE, RADIUS = (1000, 1500), 150


def _table() -> NDArray[np.uint8]:
    """White paper with a table of narrow rows, each full of words."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for row, y in enumerate(range(700, 2200, 40)):
        cv2.line(page, (60, y), (1600, y), (0,), 2)
        text = f"{row} Dat trong lua nuoc 1180,{row} m2 Cong nhan quyen su dung dat"
        cv2.putText(page, text, (80, y + 28), cv2.FONT_HERSHEY_SIMPLEX, 0.95, (0,), 3)
    return page


def test_a_ring_on_white_paper_and_over_a_few_lines_is_found() -> None:
    """Within a twentieth of its size, with letters in it and lines of print under it."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    cv2.circle(page, CENTRE, RADIUS, (0,), 5)
    cv2.circle(page, CENTRE, RADIUS // 2, (0,), 3)
    for y in (1380, 1440):
        cv2.putText(page, "KT. CHU TICH", (780, y), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0,), 4)
    (seal,) = find_seals(page)
    assert abs(seal.x - CENTRE[0]) < 8
    assert abs(seal.y - CENTRE[1]) < 8
    assert abs(seal.radius - RADIUS) < 8


def test_a_dense_table_holds_no_seal() -> None:
    """A ring painted over where there is none takes the first digit of an area with it."""
    assert find_seals(_table()) == []
