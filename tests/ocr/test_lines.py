"""Lines, rules, tables and seals on a face."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from certificate.geometry import Box
from ocr.engines.trueocr import FoundLine, TrueOcrEngine
from ocr.flatten import flatten, flatten_without_red, red_mask
from ocr.lines import FaceLines, PlacedLine, find_lines, in_reading_order
from ocr.seals import find_seals
from ocr.tables import find_rules, find_tables, without_rules

Pixels = NDArray[np.uint8]
Draw = Callable[..., Pixels]


def _lines(page: Pixels, engine: TrueOcrEngine, codes: tuple[Box, ...] = ()) -> FaceLines:
    red = red_mask(page)
    no_red = flatten_without_red(page) if red.any() else None
    return find_lines(flatten(page), no_red, red, codes, engine)


def _texts(found: FaceLines, engine: TrueOcrEngine) -> list[str]:
    crops = [found.no_red[line.box.top : line.box.bottom, line.box.left : line.box.right] for line in found.lines]
    return [text for text, _ in engine.read(crops)]


def _table(page: Pixels, rows: list[int], columns: list[int]) -> None:
    for y in rows:
        cv2.line(page, (columns[0], y), (columns[-1], y), (30, 30, 30), 3)
    for x in columns:
        cv2.line(page, (x, rows[0]), (x, rows[-1]), (30, 30, 30), 3)


def test_lines_come_in_reading_order(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Every drawn line is found once, from top to bottom."""
    found = _lines(draw_page(), engine)
    assert len(found.lines) == 8
    tops = [line.box.top for line in found.lines]
    assert tops == sorted(tops)
    assert all(line.cell is None for line in found.lines)


def test_the_modules_of_a_code_make_no_columns(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """They stand in rows and columns as broken rules do; the lines far below keep their ends."""
    lines = ("Kien Luong, ngay 14 thang 12 nam 2025", "VAN PHONG DANG KY DAT DAI", "TINH KIEN GIANG")
    page = draw_page(lines=lines, left=420)
    modules = np.random.default_rng(11).integers(0, 2, (45, 45)).astype(np.uint8) * 255
    modules[::4] = modules[:, ::4] = 0
    width = page.shape[1]
    code = Box(width - 450, 60, width - 180, 330)
    drawn = cv2.resize(modules, (270, 270), interpolation=cv2.INTER_NEAREST)
    page[code.top : code.bottom, code.left : code.right] = drawn[:, :, None]
    assert not _lines(page, engine, (code,)).rules.down.any()
    assert len(_lines(page, engine, (code,)).lines) == len(lines)


def test_columns_stay_apart(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Lines of two columns at the same height are two lines, and the left column is read before the right one."""
    left = draw_page(lines=("Bên chuyển nhượng", "Ông Trần Văn Dũng", "Bà Lê Thị Hoa"), left=120)
    right = draw_page(lines=("Bên nhận", "Ông Phan Văn Tài", "Bà Vũ Thị Lan"), left=1000)
    found = _lines(np.minimum(left, right), engine)
    texts = _texts(found, engine)
    assert len(texts) == 6
    assert [("chuyển" in texts[0]), ("Hoa" in texts[2]), ("nhận" in texts[3])] == [True] * 3


def test_cells_of_a_ruled_table_stay_apart(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """A table's lines know their row and column, are read row by row, and never run through a rule."""
    rows = [("Thửa đất số", "Tờ bản đồ", "Diện tích"), ("127", "24", "1.250,5"), ("128", "24", "93,0")]
    page = draw_page(lines=())
    for column, left in enumerate((160, 560, 960)):
        page = np.minimum(page, draw_page(lines=[row[column] for row in rows], left=left))
    _table(page, [145, 236, 324, 412], [140, 540, 940, 1340])
    found = _lines(page, engine)
    assert [line.cell for line in found.lines] == [(0, row, column) for row in range(3) for column in range(3)]
    assert _texts(found, engine)[3:6] == ["127", "24", "1.250,5"]


def test_a_wrapped_cell_is_read_whole_before_its_neighbour(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Two lines of one cell follow each other; those of the next cell come after."""
    left = draw_page(lines=("Chuyển nhượng cho", "ông Trần Văn Dũng"), left=160)
    right = draw_page(lines=("CHI NHÁNH", "GIÁM ĐỐC"), left=900)
    page = np.minimum(left, right)
    _table(page, [140, 340, 500], [140, 880, 1500])
    found = _lines(page, engine)
    assert [line.cell for line in found.lines] == [(0, 0, 0), (0, 0, 0), (0, 0, 1), (0, 0, 1)]


def test_a_frame_is_no_table(draw_page: Draw) -> None:
    """The border around a face makes no cells."""
    page = draw_page()
    cv2.rectangle(page, (60, 60), (1590, 2280), (60, 60, 160), 6)
    assert find_tables(find_rules(flatten(page))) == []


def test_rules_go_and_letters_stay(draw_page: Draw) -> None:
    """A line drawn under print is painted white; the stems of large capitals are no rules."""
    title = draw_page(lines=("GIẤY CHỨNG NHẬN",), font_px=100)
    flat = flatten(title)
    assert (without_rules(flat, find_rules(flat)) == flat).all()
    ruled = title.copy()
    cv2.line(ruled, (140, 300), (1400, 300), (0, 0, 0), 3)
    cleaned = without_rules(flatten(ruled), find_rules(flatten(ruled)))
    assert cleaned[296:305, 200:1300].min() > 200


def test_codes_hold_no_lines(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Nothing is read inside a barcode or QR code."""
    page = draw_page()
    first = _lines(page, engine).lines[0].box
    found = _lines(page, engine, codes=(Box(first.left - 10, first.top - 10, first.right + 10, first.bottom + 10),))
    assert len(found.lines) == 7


@pytest.mark.parametrize("colour", [(60, 50, 215), (40, 40, 40)])
def test_a_name_across_a_seal_is_found(draw_page: Draw, engine: TrueOcrEngine, colour: tuple[int, int, int]) -> None:
    """A seal over a signer's name, red or black as in a copy, does not hide the line."""
    page = draw_page(lines=("", "", "", "", "", "", "", "", "", "", "", "", "", "Nguyễn Thị Hồng Phượng"), left=700)
    name = 160 + 13 * 88 + 24
    seal = page.copy()
    cv2.circle(seal, (760, name - 130), 140, colour, 8)
    cv2.circle(seal, (760, name - 130), 90, colour, 3)
    page = np.minimum(page, seal)
    found = _lines(page, engine)
    assert any(abs((line.box.top + line.box.bottom) / 2 - name) < 25 and line.box.right > 1100 for line in found.lines)
    ink = flatten(page) if colour[2] < 100 else (255 - red_mask(page)).astype(np.uint8)
    (found_seal,) = find_seals(ink)
    assert (found_seal.x, found_seal.y) == (pytest.approx(760, abs=10), pytest.approx(name - 130, abs=10))
    assert found_seal.radius == pytest.approx(140, abs=10)


def test_red_print_on_yellowed_paper_is_found(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Faded, it is not half as dark as the other print; titles and serial numbers were left out."""
    page = draw_page(lines=("GIẤY CHỨNG NHẬN", "DH 225040"), paper=(190, 225, 240), ink=(110, 110, 225))
    found = _lines(page, engine)
    assert found.clean.min() > 140
    assert len(found.lines) == 2


def test_a_page_without_seal_has_none(draw_page: Draw) -> None:
    """Letters and tables make no seals."""
    page = draw_page()
    _table(page, [1000, 1100, 1200, 1300], [200, 500, 800, 1100])
    assert find_seals(flatten(page)) == []


def test_reading_order_of_a_signature_block() -> None:
    """A signature at the right of a short left column is read after the text above it, block by block."""
    text = [PlacedLine(Box(100, y, 1500, y + 40), 1.0) for y in (100, 160, 220)]
    left = [PlacedLine(Box(100, y, 500, y + 40), 1.0) for y in (500, 560)]
    right = [PlacedLine(Box(900, y, 1400, y + 40), 1.0) for y in (480, 540, 600)]
    mixed = sorted([*text, *left, *right], key=lambda line: hash(line.box))
    assert in_reading_order(mixed) == [*text, *left, *right]


def test_any_size_has_an_order() -> None:
    """No line, one line and many at one place: no crash, none lost."""
    for count in (0, 1, 2, 50):
        lines = [PlacedLine(Box(5, 5, 60, 30), 1.0) for _ in range(count)]
        assert len(in_reading_order(lines)) == count


@pytest.mark.parametrize("shape", [(1, 1), (2, 400), (400, 2), (30, 30)])
def test_any_size_of_face(engine: TrueOcrEngine, shape: tuple[int, int]) -> None:
    """Tiny faces have no lines and make no trouble."""
    for value in (0, 120, 255):
        image = np.full((*shape, 3), value, np.uint8)
        assert _lines(image, engine).lines == ()


class _CutsLetters:
    """The detector, with the ends of every line cut off in the middle of a letter."""

    def __init__(self, engine: TrueOcrEngine, cut_px: float) -> None:
        self._engine, self._cut_px = engine, cut_px

    def find_lines(self, grey: Pixels) -> list[FoundLine]:
        found = self._engine.find_lines(grey)
        return [FoundLine(f.left + self._cut_px, f.top, f.right - self._cut_px, f.bottom, f.score) for f in found]


def test_letters_that_the_detector_cut_come_back(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """A number in the register keeps its last digit and a name its first letter."""
    page = flatten(draw_page(lines=("Số vào sổ cấp GCN: CT 88143", "Huỳnh Khánh Huyền")))
    whole = find_lines(page, None, np.zeros_like(page), (), engine).lines
    cut = find_lines(page, None, np.zeros_like(page), (), cast("TrueOcrEngine", _CutsLetters(engine, 14))).lines
    assert len(cut) == len(whole) == 2
    for line, other in zip(cut, whole, strict=True):
        assert abs(line.box.left - other.box.left) <= 6
        assert abs(line.box.right - other.box.right) <= 6


def test_a_line_never_grows_into_its_neighbour(draw_page: Draw, engine: TrueOcrEngine) -> None:
    """Where a label and its value were found apart they stay apart."""
    page = flatten(draw_page(lines=("Ghi chú: Thửa đất",)))
    (line,) = find_lines(page, None, np.zeros_like(page), (), engine).lines
    middle = line.box.left + round(0.46 * line.box.width)

    class Parted:
        def find_lines(self, grey: Pixels) -> list[FoundLine]:
            (found,) = engine.find_lines(grey)
            left = FoundLine(found.left, found.top, middle - 5, found.bottom, found.score)
            return [left, FoundLine(middle + 5, found.top, found.right, found.bottom, found.score)]

    left, right = find_lines(page, None, np.zeros_like(page), (), cast("TrueOcrEngine", Parted())).lines
    assert left.box.right <= right.box.left + 4


def test_a_line_across_two_cells_takes_no_other_line_along(font_file: str) -> None:
    """Found as one across cells whose lines stand closely, each part is the line it was, and none is found twice."""
    page = np.full((700, 1000, 3), 255, np.uint8)
    _table(page, [100, 400, 600], [100, 500, 900])
    drawn = Image.fromarray(page)
    pen, font = ImageDraw.Draw(drawn), ImageFont.truetype(font_file, 40)
    # The first stands free, the second touches the third.
    for top, text in ((158, "Công nhan"), (200, "QSDĐ giư ạp"), (236, "ngày Đất phẩy")):
        pen.text((540, top), text, fill=0, font=font)
    pen.text((140, 206), "Lâu dài", fill=0, font=font)
    flat = flatten(np.asarray(drawn))

    class AcrossCells:
        def find_lines(self, grey: Pixels) -> list[FoundLine]:
            tops = [(530, 162), (130, 200), (530, 241)]
            return [FoundLine(left, top, 860, top + 44, 0.9) for left, top in tops]

    found = find_lines(flat, None, np.zeros_like(flat), (), cast("TrueOcrEngine", AcrossCells())).lines
    lines = [line.box for line in found if line.cell == (0, 0, 1)]
    assert [box.top for box in lines] == [162, 200, 241]
    assert all(box.height == 44 for box in lines)
