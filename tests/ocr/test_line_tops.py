"""Lines whose tops the detector cut are whole again; tails, rules and accents of others lengthen none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from certificate.geometry import Box
from ocr.line_tops import with_whole_top

TOP, BOTTOM = 100, 140


def _page() -> NDArray[np.uint8]:
    """A page with three letter-like shapes above a dotted line."""
    page = np.full((300, 900), 255, np.uint8)
    for left in (100, 130, 160):
        cv2.rectangle(page, (left, TOP), (left + 18, BOTTOM - 1), (0,), 4)
    for left in range(90, 800, 9):
        page[152:155, left : left + 3] = 0
    return page


CUT = Box(90, 122, 500, 158)


def test_a_dotted_line_does_not_behead_the_word_above_it() -> None:
    """The word "bộ." of a note was lost so, and the note accepted without it."""
    found = with_whole_top(_page(), CUT, [])
    assert TOP - 8 <= found.top <= TOP
    assert (found.left, found.right, found.bottom) == (CUT.left, CUT.right, CUT.bottom)


@pytest.mark.parametrize(
    ("box", "others"),
    [
        (Box(90, TOP - 3, 500, 158), []),  # whole
        (Box(90, TOP + 8, 500, 158), []),  # nearly
        (CUT, [Box(90, 90, 500, 128)]),  # the letters are another line's
        (Box(90, 143, 500, 160), []),  # only the dots
        (Box(90, BOTTOM - 4, 500, 200), [Box(80, TOP - 4, 600, BOTTOM - 4)]),
    ],
)
def test_what_is_whole_or_somebody_elses_stays(box: Box, others: list[Box]) -> None:
    """A box grows by letters of its own only."""
    assert with_whole_top(_page(), box, others) == box


def test_a_rule_through_the_top_is_no_letter() -> None:
    """Nor is a tall stroke, as of a signature."""
    page = np.full((300, 900), 255, np.uint8)
    page[118:126, 50:800] = 0
    page[20:200, 300:306] = 0
    assert with_whole_top(page, CUT, []) == CUT
