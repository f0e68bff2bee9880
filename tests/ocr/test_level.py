"""How far rows of print lie from level."""

import cv2
import numpy as np
import pytest

from ocr.level import find_skew_deg


def _rows(angle_deg: float) -> np.ndarray:
    """White paper with short black words in rows, turned counter-clockwise by ``angle_deg``."""
    paper = np.full((900, 700), 255, np.uint8)
    for y in range(80, 820, 40):
        for x in range(60, 620, 90):
            cv2.rectangle(paper, (x, y), (x + 60 + y % 3 * 10, y + 12), (0,), cv2.FILLED)
    turn = cv2.getRotationMatrix2D((350, 450), angle_deg, 1.0)
    return np.asarray(cv2.warpAffine(paper, turn, (700, 900), borderValue=(255,)), np.uint8)


@pytest.mark.parametrize("turned_deg", [-12.3, -1.1, 0.0, 0.6, 3.0, 14.5])
def test_rows_are_made_level_to_a_tenth(turned_deg: float) -> None:
    """The angle found is the one that undoes the turn."""
    assert find_skew_deg(_rows(turned_deg)) == pytest.approx(-turned_deg, abs=0.11)


def test_blank_paper_is_level() -> None:
    """Where there is no ink there is nothing to straighten."""
    assert find_skew_deg(np.full((900, 700), 255, np.uint8)) == 0.0


def test_a_scanners_dark_margin_is_no_row() -> None:
    """Black along an edge of the picture, level as it always is, does not outweigh rows that are not."""
    page = _rows(2.0)
    page[:40], page[-40:] = 0, 0
    page[:, :30] = 0
    assert find_skew_deg(page) == pytest.approx(-2.0, abs=0.11)


def test_a_sketch_does_not_outweigh_the_few_rows_of_its_page() -> None:
    """Long edges that lie aslant, two rows of words that lie level."""
    page = _rows(0.0)
    page[:700] = 255
    for y in (150, 260, 370, 480):
        cv2.line(page, (90, y), (610, y - 82), (0,), 5)
    assert find_skew_deg(page) == pytest.approx(0.0, abs=0.11)
