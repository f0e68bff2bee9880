"""Telling a pen from print: by its ink, and by how the readers agree."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.flatten import blue_part
from ocr.handwriting import handwritten
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, Reading


@pytest.mark.parametrize(
    ("tesseract", "trueocr", "linenet", "blue_ink", "by_hand"),
    [
        (("Số vào sổ cấp GCN: CH 03730", 0.95), ("Số vào số cấp GCN: CH 03730", 0.98), "", 0.0, False),
        (("đ) Cấp (Hạng): Cấp 4..............", 0.69), ("đ) Cấp (Hạng): Cắp 4.", 0.92), "", 0.0, False),  # leaders
        (("127", 0.4), ("127", 1.0), "", 0.0, False),  # agreed
        (("Ấp Đông Thành, xã Hòa", 0.5), ("ẤpĐöng 7fànH xả Hóa", 0.6), "Áp Xông Thềnh xã Mòe", 0.0, True),
        # a fax: the two fall out, and LineNet reads what one of them does
        (("Ấp Đông Thành, xã Hòa", 0.5), ("ẤpĐöng 7fànH xả Hóa", 0.6), "Ấp Đông Thành, xã Hòa", 0.0, False),
        (("%jên Gian", 0.27), ("Xiên Giang", 0.94), "Xiền Giơng", 0.0, True),
        (("CH 03730", 0.95), ("CH 03730", 0.98), "CH 03730", 0.4, True),  # every reader reads it, and it is blue
        (("", 0.0), ("", 0.0), "", 0.0, False),
    ],
)
def test_handwriting(
    tesseract: tuple[str, float], trueocr: tuple[str, float], linenet: str, blue_ink: float, by_hand: bool
) -> None:
    """Readers made for print agree on print and fall out over handwriting; a pen's blue needs no reader."""
    readings = {TESSERACT: Reading(*tesseract), TRUEOCR: Reading(*trueocr), LINENET: Reading(linenet, 0.9)}
    assert (handwritten(readings, blue_ink) > 0.5) is by_hand


@pytest.mark.parametrize(
    ("ink_bgr", "paper_bgr", "blue"),
    [
        ((154, 47, 26), (245, 240, 240), True),  # a ball pen
        ((174, 63, 31), (225, 215, 250), True),  # the same on pink paper
        ((17, 17, 17), (225, 215, 250), False),
        ((74, 20, 20), (245, 245, 245), False),  # navy print
        ((29, 18, 179), (245, 240, 240), False),  # a seal
    ],
)
def test_blue_ink(ink_bgr: tuple[int, int, int], paper_bgr: tuple[int, int, int], blue: bool) -> None:
    """A pen's blue is told from black and navy print and from a seal's red, on any paper."""
    piece = np.full((40, 200, 3), paper_bgr, np.uint8)
    piece[10:30, 20:40] = ink_bgr
    ink = np.zeros((40, 200), np.bool_)
    ink[10:30, 20:40] = True
    assert (blue_part(piece, ink) > 0.5) is blue
    assert blue_part(piece[:, :, 0], ink) == 0.0


@pytest.mark.parametrize(
    ("linenet", "trueocr", "by_hand"),
    [(("4a", 0.06), (".", 0.64), False), (("nn", 0.15), ("..,", 0.7), False), (("Nguyễn Văn", 0.2), ("", 0.0), True)],
)
def test_specks_are_no_handwriting(linenet: tuple[str, float], trueocr: tuple[str, float], by_hand: bool) -> None:
    """A letter or two that one reader guesses in a dotted line; a line of them is a pen's."""
    readings = {LINENET: Reading(*linenet), TRUEOCR: Reading(*trueocr)}
    assert (handwritten(readings) > 0.5) is by_hand


@pytest.mark.parametrize(("sure", "by_hand"), [(0.95, False), (0.6, True)])
def test_a_line_in_which_tesseract_finds_nothing(sure: float, by_hand: bool) -> None:
    """It may be print all the same, if LineNet is sure of it."""
    readings = {
        LINENET: Reading("Loại nhà ở: Nhà ở riêng lẻ", sure),
        TESSERACT: Reading("", 0.0),
        TRUEOCR: Reading("Loạinha ớ:Nhàởriengle", 0.87),
    }
    assert (handwritten(readings) > 0.5) is by_hand
