"""Rows of letters at the foot of a face that the detector did not find."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box
from ocr.engines.trueocr import FoundLine, TrueOcrEngine
from ocr.grid import Table
from ocr.missed import missed_at_foot, missed_in_cells

Pixels = NDArray[np.uint8]
SERIAL = Box(1100, 2050, 1350, 2090)


class _Watched:
    """The detector, and what it was shown."""

    def __init__(self, engine: TrueOcrEngine) -> None:
        self._engine = engine
        self.seen: list[tuple[int, int]] = []

    def find_lines(self, grey: Pixels) -> list[FoundLine]:
        self.seen.append((grey.shape[0], grey.shape[1]))
        return self._engine.find_lines(grey)


def _face() -> Pixels:
    """A face with a serial number at its foot, specks and a long wave of the paper's pattern about it."""
    face = np.full((2200, 1550), 255, np.uint8)
    cv2.putText(face, "CK 675817", (1100, 2090), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0,), 4)
    rng = np.random.default_rng(3)
    for x, y in zip(rng.integers(0, 1550, 200), rng.integers(1700, 2200, 200), strict=True):
        if not (1060 < x < 1420 and 2020 < y < 2120):
            face[y : y + 3, x : x + 3] = 0
    for x in range(1550):
        face[1960 + round(30 * np.sin(x / 60)), x] = 0
    return face


def test_a_serial_number_at_the_foot_is_looked_at_closely(engine: TrueOcrEngine) -> None:
    """Only the part around it is shown to the detector; the line comes back in the face's pixels."""
    watched = _Watched(engine)
    (line,) = missed_at_foot(_face(), [], cast("TrueOcrEngine", watched))
    assert abs(line.left - SERIAL.left) < 15
    assert abs(line.top - SERIAL.top) < 15
    assert watched.seen[0][0] < 300


def test_what_was_found_is_not_sought_again(engine: TrueOcrEngine) -> None:
    """Nor are specks and the pattern letters."""
    watched = _Watched(engine)
    assert missed_at_foot(_face(), [Box(1090, 2040, 1400, 2100)], cast("TrueOcrEngine", watched)) == []
    assert watched.seen == []


def test_any_size_of_face(engine: TrueOcrEngine) -> None:
    """A thread or a single pixel has no foot to look at."""
    for shape in ((1, 1), (3, 900), (900, 3)):
        assert missed_at_foot(np.zeros(shape, np.uint8), [], engine) == []


def _numbers(*, columns: int = 4) -> tuple[Pixels, list[Box], list[Table]]:
    """A ruled table of numbers, where the detector saw those of the last columns only."""
    page = np.full((900, 1600), 255, np.uint8)
    cells, seen = [], []
    for row in range(5):
        for column in range(columns):
            cell = Box(100 + 300 * column, 100 + 100 * row, 400 + 300 * column, 200 + 100 * row)
            cv2.rectangle(page, (cell.left, cell.top), (cell.right, cell.bottom), (0,), 3)
            cells.append((cell, row, column))
            if row == 3 and column == 0:
                continue  # nothing is printed there
            cv2.putText(page, f"{row}{column}7", (cell.left + 90, cell.top + 65), cv2.FONT_HERSHEY_DUPLEX, 1.2, (0,), 2)
            if column >= columns - 2:
                seen.append(Box(cell.left + 86, cell.top + 32, cell.left + 180, cell.top + 72))
    return page, seen, [Table(Box(100, 100, 100 + 300 * columns, 600), tuple(cells))]


def test_numbers_in_cells_without_a_line_are_found() -> None:
    """On a photo the detector passed over two columns of short numbers; an empty cell stays empty."""
    page, seen, tables = _numbers()
    found = missed_in_cells(page, seen, tables)
    assert len(found) == 9
    assert all(25 < box.height < 60 and 40 < box.width < 130 for box in found)
    assert not any(box.left < 400 and 400 < box.top < 500 for box in found)


def test_a_table_of_two_columns_gets_no_lines() -> None:
    """Beside changes stand pens and seals."""
    page, seen, tables = _numbers(columns=2)
    assert missed_in_cells(page, seen[::2], tables) == []
