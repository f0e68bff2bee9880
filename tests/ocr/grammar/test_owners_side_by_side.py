"""Owners in columns beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from certificate.geometry import Box
from ocr.grammar.flow import Piece, Run, TextLine
from ocr.grammar.owners import read_owners
from ocr.recognise import Line
from tests.ocr.grammar.conftest import typed_line, values_of

MakePieces = Callable[[Sequence[str]], list[Piece]]


@pytest.mark.parametrize("lift", [-2, 0, 2])
def test_owners_side_by_side(lift: int, make_pieces: MakePieces) -> None:
    """The left one comes first, however little lower it was found; lines across both columns are parted."""
    left = ["Bà: Đỗ Thị Bảo", "sinh năm 1986", "Địa chỉ: ấp Một, tỉnh An Giang"]
    right = ["Ông: Lê Tích Đức", "sinh năm 1987", "Địa chỉ: ấp Hai, tỉnh An Giang"]
    pieces = []
    for row, (one, other) in enumerate(zip(left, right, strict=True)):
        top = 100 + 68 * row
        if row == 1:
            across = typed_line(one, 200, top)
            behind = typed_line(other, 1100, top)
            words = (*across.words, *behind.words)
            box = Box(200, top, behind.box.right, across.box.bottom)
            placed = [replace(typed_line(f"{one} {other}", 200, top), box=box, words=words)]
        else:
            placed = [typed_line(one, 200, top), typed_line(other, 1100, top + lift)]
        for line in sorted(placed, key=lambda line: (line.box.top, line.box.left)):
            text = next(iter(line.readings.values())).text
            read = TextLine(0, row, line, text, dict.fromkeys(line.readings, text))
            pieces.append(Piece((Run(read, 0, len(text)),)))
    found = values_of(read_owners(pieces))
    assert [found[f"owners.{n}.full_name"] for n in (0, 1)] == ["Đỗ Thị Bảo", "Lê Tích Đức"]
    assert [found[f"owners.{n}.birth_year"] for n in (0, 1)] == ["1986", "1987"]
    assert [found[f"owners.{n}.address"] for n in (0, 1)] == ["ấp Một, tỉnh An Giang", "ấp Hai, tỉnh An Giang"]


def test_columns_of_owners_with_wrapped_numbers_and_an_address_across() -> None:
    """A number alone opens the right column's line; a common address, which has no gap there, is not parted."""
    placed = [
        (0, typed_line("Ông: Lê Tích Đức", 200, 100)), (0, typed_line("Bà: Thị Ty", 1100, 100)),
        (1, typed_line("Sinh năm: 1953, Số CMND: 370698526", 200, 168)),
        (1, typed_line("Sinh năm: 1950; Số CMND:", 1100, 168)),
        (2, _across("Địa chỉ thường trú: Ấp Kênh, xã", "371623291", 200, 1100, 236)),
        (3, typed_line("Nam Du, huyện Kiên Hải, tỉnh Kiên Giang", 200, 304)),
    ]  # fmt: skip
    found = values_of(read_owners(_placed(placed)))
    assert found["owners.1.id_number"] == "371623291"
    assert found["owners.0.address"] == "Ấp Kênh, xã Nam Du, huyện Kiên Hải, tỉnh Kiên Giang"


def test_columns_whose_gap_is_lost_in_reckoned_places() -> None:
    """Words across two columns part at a fact that begins with the right one, and so do the lines below that."""
    halves = ("Nơi thường trú: 226, khu phố An", "Phước, TP. Rạch Giá")
    placed = [(0, typed_line("Bà Thị Thiện", 200, 100)), (0, typed_line("Ông Võ Đức Luận", 1100, 100))]
    for row, half in enumerate(halves, 1):
        line = typed_line(f"{half} {half}", 200, 100 + 68 * row)
        # Equal halves, so that the right one is reckoned to begin near the right column.
        placed.append((row, replace(line, box=Box(200, line.box.top, 2000, line.box.bottom), words=())))
    found = values_of(read_owners(_placed(placed)))
    assert [found[f"owners.{n}.address"] for n in (0, 1)] == ["226, khu phố An Phước, TP. Rạch Giá"] * 2


def _placed(lines: Sequence[tuple[int, Line]]) -> list[Piece]:
    """Whole lines, each with the number of its row."""
    pieces = []
    for row, line in lines:
        text = next(iter(line.readings.values())).text
        pieces.append(Piece((Run(TextLine(0, row, line, text, dict.fromkeys(line.readings, text)), 0, len(text)),)))
    return pieces


def _across(left: str, right: str, left_px: int, right_px: int, top: int) -> Line:
    """Lines of two columns that were found as one."""
    one, other = typed_line(left, left_px, top), typed_line(right, right_px, top)
    box = Box(left_px, top, other.box.right, one.box.bottom)
    return replace(typed_line(f"{left} {right}", left_px, top), box=box, words=(*one.words, *other.words))


@pytest.mark.parametrize(
    ("below", "address", "reason"),
    [
        (
            ["Cùng địa chỉ thường trú: Ấp Xẻo Lá, xã Tân An, huyện Tân Hiệp, tỉnh Kiên Giang"],
            "Ấp Xẻo Lá, xã Tân An, huyện Tân Hiệp, tỉnh Kiên Giang",
            "a common address runs across both columns and is not parted",
        ),
        (
            ["Cùng thường trú tại:", "số 43, ấp Tân Điền, xã Phú Lợi, huyện Giang Thành, tỉnh Kiên Giang"],
            "số 43, ấp Tân Điền, xã Phú Lợi, huyện Giang Thành, tỉnh Kiên Giang",
            "nor from the words before it",
        ),
        (
            ["Hộ khẩu thường trú: Ấp Kênh 4A, xã Thổ", "Châu, thành phố Phú Quốc, tỉnh Kiên", "Giang"],
            "Ấp Kênh 4A, xã Thổ Châu, thành phố Phú Quốc, tỉnh Kiên Giang",
            "in the left column it goes on below",
        ),
    ],
)
def test_an_address_below_owners_side_by_side(below: list[str], address: str, reason: str) -> None:
    """What stands under both columns stays whole and goes to the first owner."""
    placed = [
        (0, typed_line("Ông: Lê Tích Đức", 200, 100)), (0, typed_line("Và vợ: Bà: Đỗ Thị Bảo", 900, 100)),
        (1, typed_line("Sinh năm: 1965, Số CMND: 371866162", 200, 168)),
        (1, typed_line("Sinh năm: 1992, Số CMND: 370573708", 950, 168)),
        *((2 + row, typed_line(text, 200, 236 + 68 * row)) for row, text in enumerate(below)),
    ]  # fmt: skip
    found = values_of(read_owners(_placed(placed)))
    assert [found[f"owners.{n}.full_name"] for n in (0, 1)] == ["Lê Tích Đức", "Đỗ Thị Bảo"]
    assert found["owners.0.address"] == address, reason
    assert "1.address" not in found
