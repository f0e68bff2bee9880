"""Lines of tables that a detector joined or missed, put right by the white between columns and rows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from certificate.geometry import Box
from ocr.corridors import find_level
from ocr.table_lines import part_table_lines

Pixels = NDArray[np.uint8]
LEFTS, WIDTHS, HEIGHT = (100, 400, 700, 1000), (120, 80, 160, 360), 30
TOPS = tuple(range(200, 600, 80))


def _print(page: Pixels, box: Box) -> None:
    """Something like letters: strokes 6 px wide with white of 4 px between."""
    for x in range(box.left, box.right - 5, 10):
        page[box.top : box.bottom, x : x + 6] = 0


def _cells(lean: float = 0.0) -> list[list[Box]]:
    return [
        [
            Box(left + round(lean * (top - 400)), top, left + round(lean * (top - 400)) + width, top + HEIGHT)
            for left, width in zip(LEFTS, WIDTHS, strict=True)
        ]
        for top in TOPS
    ]


def _page(rows: list[list[Box]]) -> Pixels:
    page = np.full((900, 1500), 255, np.uint8)
    for box in (box for row in rows for box in row):
        _print(page, box)
    return page


def _edges(box: Box) -> NDArray[np.int64]:
    return np.array([box.left, box.top, box.right, box.bottom])


def _near(found: list[tuple[Box, float]], wanted: Box) -> bool:
    return any(np.abs(_edges(box) - _edges(wanted)).max() <= 10 for box, _ in found)


def test_what_was_found_well_stays() -> None:
    """Lines that are cells each are given back as they were."""
    rows = _cells()
    found = [(box, 0.9) for row in rows for box in row]
    assert sorted(map(str, part_table_lines(_page(rows), found))) == sorted(map(str, found))


def test_a_line_over_two_columns_is_cut() -> None:
    """Where the other rows have their white, a line that runs through it is two."""
    for lean in (0.0, 0.03):
        rows = _cells(lean)
        joined = rows[2][1].union(rows[2][2])
        found = [(box, 0.9) for row in rows for box in row if box not in (rows[2][1], rows[2][2])]
        parted = part_table_lines(_page(rows), [*found, (joined, 0.8)])
        assert _near(parted, rows[2][1])
        assert _near(parted, rows[2][2])
        assert len(parted) == len(found) + 2


def test_two_lines_of_a_cell_found_as_one_are_two() -> None:
    """A box over two bands of ink is put right, and a band that was not found at all is."""
    rows = _cells()
    page = _page(rows)
    upper, lower = rows[1][3], Box(1000, TOPS[1] + 38, 1300, TOPS[1] + 38 + HEIGHT)
    missed = Box(1000, TOPS[3] + 38, 1200, TOPS[3] + 38 + HEIGHT)
    _print(page, lower)
    _print(page, missed)
    found = [(box, 0.9) for row in rows for box in row if box != upper]
    parted = part_table_lines(page, [*found, (upper.union(lower), 0.8)])
    assert all(_near(parted, box) for box in (upper, lower, missed))
    assert len(parted) == len(found) + 3


def test_a_heading_over_the_table_stays_whole() -> None:
    """A line of text has no such white where columns part, and is none of them."""
    rows = _cells()
    page = _page(rows)
    heading = Box(100, 240, 1360, 270)
    _print(page, heading)
    found = [(box, 0.9) for row in rows for box in row]
    assert (heading, 0.7) in part_table_lines(page, [*found, (heading, 0.7)])


def test_paragraphs_are_no_table() -> None:
    """Lines under each other, and pairs side by side, are left alone."""
    pairs = [Box(left, top, left + 500, top + HEIGHT) for top in TOPS for left in (100, 800)]
    found = [(box, 0.9) for box in pairs]
    assert part_table_lines(_page([pairs]), found) == found


def test_the_lean_of_columns() -> None:
    """Columns that lean are found to lean by as much."""
    boxes = [box for row in _cells(lean=0.02) for box in row]
    edges = np.array([(b.left, b.right, (b.top + b.bottom) / 2) for b in boxes], np.float64)
    level = find_level(edges[:, 0], edges[:, 1], edges[:, 2])
    straight = level.straight(edges[:, 0], edges[:, 2])
    assert np.ptp(straight[0::4]) < 6


def test_a_sentence_over_the_table_stays_whole() -> None:
    """Its words stand evenly, and some of its gaps stand over the columns' by chance."""
    rows = _cells()
    words = [Box(left, 150, left + 60, 150 + HEIGHT) for left in range(100, 1360, 80)]
    page = _page([*rows, words])
    sentence = Box(100, 150, 1360, 150 + HEIGHT)
    found = [(box, 0.9) for row in rows for box in row]
    assert (sentence, 0.8) in part_table_lines(page, [*found, (sentence, 0.8)])


def test_a_row_of_titles_found_as_one_line_is_cut() -> None:
    """Over the first row that was found well; a title of two lines among them is two, a heading over it stays whole."""
    rows = _cells()
    tops = (110, 150)
    titles = [Box(left, tops[0] + 20, left + width, tops[0] + 50) for left, width in zip(LEFTS, WIDTHS, strict=True)]
    stacked = [Box(LEFTS[2], top, LEFTS[2] + WIDTHS[2], top + HEIGHT) for top in tops]
    titles[2:3] = stacked
    heading = Box(100, 40, 900, 70)
    page = _page([*rows, titles, [heading]])
    joined = Box(100, tops[0], 1360, tops[1] + HEIGHT)
    found = [(box, 0.9) for row in rows for box in row]
    parted = part_table_lines(page, [*found, (joined, 0.8), (heading, 0.7)])
    assert all(_near(parted, box) for box in titles)
    assert (heading, 0.7) in parted
    assert len(parted) == len(found) + len(titles) + 1


def test_lines_of_several_columns_that_seem_one_stay_as_they_were_found() -> None:
    """Sentences over the whole width hide the corridors: bands of such a column are many columns' lines."""
    grey = np.full((1400, 1400), 255, np.uint8)
    found = []
    for row in range(9):
        for column in range(4):
            top, left = 100 + 120 * row + 9 * column, 60 + 330 * column
            grey[top + 6 : top + 34, left : left + 240 : 6] = 0
            found.append((Box(left, top, left + 240, top + 40), 0.9))
        grey[175 + 120 * row : 197 + 120 * row, 60:1290:5] = 0
        found.append((Box(60, 171 + 120 * row, 1290, 201 + 120 * row), 0.9))
    assert set(found) <= set(part_table_lines(grey, found))


@pytest.mark.parametrize("is_ruled", [True, False])
def test_words_of_a_typewriter_are_no_columns_within_a_cell(*, is_ruled: bool) -> None:
    """Each letter as wide as the next, words of like cells stand under each other: "đến ngày 17-10-2066"."""
    grey = np.full((700, 900), 255, np.uint8)
    found, cells = [], []
    for row in range(8):
        top = 60 + 40 * row
        for left, words in ((60, 1), (300, 1), (520, 3)):
            for word in range(words):
                grey[top + 3 : top + 17, left + 60 * word : left + 60 * word + 46 : 3] = 0
            found.append((Box(left - 2, top, left + 60 * words - 10, top + 20), 0.9))
        cells += [Box(left - 20, top - 10, left + 200, top + 30) for left in (60, 300, 520)]
    lines = [box for box, _ in part_table_lines(grey, found, cells if is_ruled else ())]
    last = [box for box in lines if box.left > 500]
    assert len(last) == (8 if is_ruled else 24)
