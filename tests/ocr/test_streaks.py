"""Streaks of a scanner or copier: found where they run from edge to edge, and nothing else taken for one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.streaks import without_streaks

Pixels = NDArray[np.uint8]


def _page() -> Pixels:
    """A page with lines of words, a table and some grain."""
    page = np.full((2200, 1560), 244, np.uint8)
    for n in range(9):
        cv2.putText(
            page, "Thua dat so 123, to ban do so 45", (150, 220 + 70 * n), cv2.FONT_HERSHEY_DUPLEX, 1.3, (30,), 2
        )
    for x in (150, 500, 900, 1400):
        cv2.line(page, (x, 900), (x, 1800), (40,), 2)
    for y in range(900, 1801, 150):
        cv2.line(page, (150, y), (1400, y), (40,), 2)
    grain = np.random.default_rng(7).integers(-4, 5, page.shape)
    return np.clip(page.astype(np.int64) + grain, 0, 255).astype(np.uint8)


def _streaked(page: Pixels, top_x: int, bottom_x: int, ink: int = 90, width: int = 2) -> Pixels:
    streaked = page.copy()
    cv2.line(streaked, (top_x, 0), (bottom_x, page.shape[0] - 1), (ink,) * 3, width)
    return streaked


@pytest.mark.parametrize(("top_x", "bottom_x"), [(700, 700), (1200, 1160), (60, 60)])
def test_a_streak_goes_and_what_it_crossed_stays(top_x: int, bottom_x: int) -> None:
    """Upright or leaning, between words and through them; away from it no pixel changes."""
    page = _page()
    wiped = without_streaks(_streaked(page, top_x, bottom_x))
    differs = np.abs(wiped.astype(np.int64) - page) > 60
    # What is left of letters' upright strokes that lie just under the streak.
    assert differs.sum() < 0.06 * page.shape[0]
    far = np.ones(page.shape[1], np.bool_)
    far[min(top_x, bottom_x) - 8 : max(top_x, bottom_x) + 9] = False
    np.testing.assert_array_equal(wiped[:, far], page[:, far])


def test_streaks_across_and_on_colour_scans() -> None:
    page = np.repeat(_page()[:, :, None], 3, axis=2)
    streaked = page.copy()
    cv2.line(streaked, (0, 1000), (page.shape[1] - 1, 1000), (90, 60, 60), 2)
    wiped = without_streaks(streaked)
    assert int((np.abs(wiped.astype(np.int64) - page) > 60).any(axis=2).sum()) < 0.06 * page.shape[1]


def test_a_streak_that_a_black_border_hides_at_both_ends() -> None:
    streaked = _streaked(_page(), 700, 700)
    streaked[:60] = streaked[-90:] = 5
    wiped = without_streaks(streaked)
    assert float(wiped[100:2100, 698:703].mean()) > 220


def test_the_edges_of_the_sheet_are_no_streaks() -> None:
    """They run beside its whole picture; with them counted there were too many lines for streaks."""
    page = _page()
    for x in (12, 1545):
        cv2.line(page, (x, 0), (x, page.shape[0] - 1), (60,), 3)
    wiped = without_streaks(_streaked(_streaked(page, 700, 700), 1200, 1200))
    assert float(wiped[100:2100, 698:703].mean()) > 220
    np.testing.assert_array_equal(wiped[:, :20], page[:, :20])


def test_rules_of_a_form_stay() -> None:
    """A table's rules end before the page does."""
    page = _page()
    assert without_streaks(page) is page


def test_a_picture_of_nothing_but_a_table_keeps_its_rules() -> None:
    """Cut out closely, its rules run from edge to edge: there are more of them than a page has streaks."""
    page = np.full((1200, 1500), 244, np.uint8)
    for x in range(100, 1500, 230):
        cv2.line(page, (x, 0), (x, 1199), (40,), 2)
    assert without_streaks(page) is page


def test_a_line_that_breaks_off_in_the_middle_is_no_streak() -> None:
    page = _page()
    cv2.line(page, (700, 0), (700, 800), (90,), 2)
    assert without_streaks(page) is page


@pytest.mark.parametrize("size", [(1, 1), (300, 2000), (2000, 300), (401, 401)])
def test_any_size(size: tuple[int, int]) -> None:
    for page in (np.zeros(size, np.uint8), np.full((*size, 3), 255, np.uint8)):
        assert without_streaks(page).shape == page.shape
