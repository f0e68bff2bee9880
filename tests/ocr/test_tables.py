"""Ruled tables: whole, broken by a poor scan, and with rules across only."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box
from ocr.grid import Table
from ocr.tables import find_rules, find_tables

Pixels = NDArray[np.uint8]

LEFTS = (150, 400, 650, 1000, 1550)
TOPS = tuple(range(400, 1301, 150))


def _page() -> Pixels:
    return np.full((2100, 1700), 255, np.uint8)


def _print_cells(page: Pixels) -> None:
    words = ("Abc 12", "123 45", "Lau dai", "No 1234", "12 abcd", "Den 2045")
    for top, word in zip(TOPS[:-1], words, strict=True):
        for left in LEFTS[:-1]:
            cv2.putText(page, word, (left + 25, top + 85), cv2.FONT_HERSHEY_DUPLEX, 1.0, (0,), 2)


def _rule(page: Pixels, start: tuple[int, int], end: tuple[int, int], gaps: int) -> None:
    cv2.line(page, start, end, (0,), 3)
    across = end[0] > start[0]
    for at in range(gaps, max(end[0] - start[0], end[1] - start[1]), 90) if gaps else ():
        x, y = (start[0] + at, start[1]) if across else (start[0], start[1] + at)
        end_of_gap = (x + 30, y + 3) if across else (x + 3, y + 30)
        cv2.rectangle(page, (x - 3, y - 3), end_of_gap, (255,), cv2.FILLED)


def _grid(gaps: int = 0, *, down: bool = True) -> Pixels:
    page = _page()
    for top in TOPS:
        _rule(page, (LEFTS[0], top), (LEFTS[-1], top), gaps)
    for left in LEFTS if down else ():
        _rule(page, (left, TOPS[0]), (left, TOPS[-1]), gaps)
    _print_cells(page)
    return page


def _cells(page: Pixels) -> tuple[Table, dict[tuple[int, int], Box]]:
    (table,) = find_tables(find_rules(page))
    return table, {(row, column): box for box, row, column in table.cells}


def test_a_whole_grid_gives_its_cells() -> None:
    """Every cell is found with its row and column."""
    _, cells = _cells(_grid())
    assert set(cells) == {(row, column) for row in range(len(TOPS) - 1) for column in range(len(LEFTS) - 1)}


def test_a_grid_broken_into_dashes_is_completed() -> None:
    """A fax that lost parts of every rule still gives its cells."""
    _, cells = _cells(_grid(gaps=45))
    assert set(cells) == {(row, column) for row in range(len(TOPS) - 1) for column in range(len(LEFTS) - 1)}


def test_columns_of_a_table_with_rules_across_only() -> None:
    """Where no rule runs down, the white between the columns parts them."""
    _, cells = _cells(_grid(down=False))
    assert {column for _, column in cells} == set(range(len(LEFTS) - 1))
    for (_, column), box in cells.items():
        assert box.left <= LEFTS[column] + 25 < box.right


def test_a_frame_around_text_is_no_table() -> None:
    """The ornament around a face and lines of text in it make no cells."""
    page = _page()
    cv2.rectangle(page, (40, 40), (1660, 2060), (0,), 3)
    for top in range(200, 1900, 60):
        cv2.putText(page, "Nguon goc su dung dat: giao dat khong thu tien", (150, top), 0, 1.2, (0,), 2)
    assert find_tables(find_rules(page)) == []


def test_a_word_that_every_row_begins_with_is_no_column() -> None:
    """The white behind "Dat" in each row is the space of a word."""
    page = _page()
    for top in TOPS:
        _rule(page, (LEFTS[0], top), (LEFTS[-1], top), 0)
    _print_cells(page)
    plain = _cells(page)[1]
    for top in TOPS[:-1]:
        cv2.rectangle(page, (LEFTS[2] + 20, top + 50), (LEFTS[3] - 20, top + 100), (255,), cv2.FILLED)
        cv2.putText(page, "Dat abcdefg", (LEFTS[2] + 25, top + 85), cv2.FONT_HERSHEY_DUPLEX, 1.0, (0,), 2)
    assert {column for _, column in _cells(page)[1]} == {column for _, column in plain}


def test_a_card_has_no_tables() -> None:
    """The strokes of an identity card's large letters are as long as a page's rules."""
    page = cv2.resize(_grid(), (1156, 729), interpolation=cv2.INTER_AREA)
    assert find_tables(find_rules(np.asarray(page, np.uint8))) == []


def test_a_thin_rule_between_two_pixels_parts_columns() -> None:
    """On a poor copy one rule of a grid is paler than the others, and dark in places only."""
    page = _grid()
    at = LEFTS[2]
    cv2.line(page, (at, TOPS[0]), (at, TOPS[-1]), (255,), 5)
    for top in range(TOPS[0], TOPS[-1], 40):
        cv2.line(page, (at, top), (at, top + 26), (190,), 2)
        cv2.line(page, (at, top + 27), (at, top + 39), (208,), 2)
    _, cells = _cells(page)
    assert {column for _, column in cells} == {0, 1, 2, 3}


def test_a_pale_pattern_is_no_rule() -> None:
    """Nowhere is it as dark as rules are."""
    page = _grid()
    for left in range(LEFTS[2] + 30, LEFTS[3] - 30, 40):
        cv2.line(page, (left, TOPS[0] + 10), (left, TOPS[-1] - 10), (208,), 2)
    _, cells = _cells(page)
    assert {column for _, column in cells} == {0, 1, 2, 3}


def test_a_cell_that_runs_over_rows_tells_over_how_many() -> None:
    """The last column has one cell beside three rows."""
    page = _page()
    for y in (200, 300, 400, 500):
        cv2.line(page, (200, y), (900 if 200 < y < 500 else 1300, y), (0,), 3)
    for x in (200, 500, 900, 1300):
        cv2.line(page, (x, 200), (x, 500), (0,), 3)
    (table,) = find_tables(find_rules(page))
    spans = {(row, column): table.rows_of(row, column) for _, row, column in table.cells}
    assert spans[0, 2] == 3
    assert all(rows == 1 for (_, column), rows in spans.items() if column < 2)


def test_pale_rules_at_150_dpi() -> None:
    """A rule between two pixels there is as pale as paper when the page is halved."""
    page = np.full((1754, 1240), 255, np.uint8)
    tops, lefts = range(401, 902, 100), range(101, 1102, 200)
    for top in tops:
        page[top : top + 2, lefts[0] : lefts[-1]] = 175
    for left in lefts:
        page[tops[0] : tops[-1], left : left + 2] = 175
    for top in tops[:-1]:
        for left in lefts[:-1]:
            cv2.putText(page, "Abc 12", (left + 30, top + 60), cv2.FONT_HERSHEY_DUPLEX, 0.7, (0,), 1)
    _, cells = _cells(page)
    assert set(cells) == {(row, column) for row in range(5) for column in range(5)}


def test_a_cell_beside_a_low_and_a_high_one_begins_with_the_first() -> None:
    """A parcel with two uses, a rule between them: its number stands in the middle of both rows."""
    page = np.full((1000, 1500), 255, np.uint8)
    for y in (200, 260, 320, 520):
        cv2.line(page, (900 if y == 320 else 200, y), (1300, y), (0,), 3)
    for x in (200, 500, 900, 1300):
        cv2.line(page, (x, 200), (x, 520), (0,), 3)
    (table,) = find_tables(find_rules(page))
    rows = {(row, column): table.rows_of(row, column) for _, row, column in table.cells}
    assert rows == {(0, 0): 1, (0, 1): 1, (0, 2): 1, (1, 0): 2, (1, 1): 2, (1, 2): 1, (2, 2): 1}


def test_strokes_of_large_letters_are_no_broken_table() -> None:
    """Those of a title over four lines made a grid in the middle of it."""
    page = np.full((2100, 1520), 255, np.uint8)
    for top in (500, 586, 670, 710, 864, 914):
        for left in range(524, 800, 70):
            cv2.line(page, (left, top), (left + 50, top), (0,), 4)
    for left in (524, 650, 710, 802):
        for top in range(500, 900, 70):
            cv2.line(page, (left, top), (left, top + 50), (0,), 4)
    assert find_tables(find_rules(page)) == []
