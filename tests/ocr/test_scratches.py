"""A thin line through a table's print is no rule of it, and print is mended where it was."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.engines.images import Pixels
from ocr.tables import find_rules, find_tables, without_rules

_COLUMNS, _ROWS = (100, 300, 520, 900, 1500), tuple(range(200, 1500, 100))

_USES = ("Dat chuyen trong lua nuoc", "Dat trong cay lau nam", "Dat rung san xuat", "Dat o tai nong thon")


def _table() -> Pixels:
    """A page of 1,600 by 2,200 pixels with a table of twelve rows and four columns, all cells filled."""
    page: Pixels = np.full((2200, 1600), 255, np.uint8)
    for y in _ROWS:
        cv2.line(page, (_COLUMNS[0], y), (_COLUMNS[-1], y), (0,), 3)
    for x in _COLUMNS:
        cv2.line(page, (x, _ROWS[0]), (x, _ROWS[-1]), (0,), 3)
    for row, y in enumerate(_ROWS[:-1]):
        texts = (f"{row + 1}", f"{1848 + 37 * row}", f"{9092 + 131 * row},0", _USES[row % len(_USES)])
        for left, text in zip(_COLUMNS, texts, strict=False):
            cv2.putText(page, text, (left + 40, y + 62), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0,), 4)
    return page


def _places(page: Pixels) -> list[list[tuple[int, ...]]]:
    return [[tuple(cell[1:]) for cell in table.cells] for table in find_tables(find_rules(page))]


@pytest.mark.parametrize("x", [384, 1080])
@pytest.mark.parametrize("lean", [0, 6])
@pytest.mark.parametrize("top", [120, 320])
def test_a_scratch_through_numbers_and_words_is_no_rule(x: int, lean: int, top: int) -> None:
    """It cut 848 to 8, which was accepted. The table is the one it would be without it, and so is its print."""
    clean = _table()
    scratched = clean.copy()
    cv2.line(scratched, (x, top), (x + lean, 1900), (0,), 2)
    assert _places(scratched) == _places(clean)
    rules = find_rules(scratched)
    assert rules.scratches is not None
    read, wanted = (without_rules(page, find_rules(page)) < 128 for page in (scratched, clean))
    columns = np.s_[:, min(x, x + lean) - 30 : max(x, x + lean) + 30]
    changed = int((read[columns] != wanted[columns]).sum())
    assert changed < 0.06 * int(wanted[columns].sum())


def test_rules_beside_full_cells_are_kept() -> None:
    """Print that touches a rule on one side, row after row."""
    page = _table()
    for y in _ROWS[:-1]:
        cv2.putText(page, "12345678", (_COLUMNS[1] + 6, y + 62), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0,), 4)
    assert find_rules(page).scratches is None
    assert [len(table.cells) for table in find_tables(find_rules(page))] == [48]
