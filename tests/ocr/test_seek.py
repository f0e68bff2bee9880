"""Lines the finder missed, sought where they must stand: on drawn print, under rings, strokes and gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from certificate.geometry import Box
from certificate.record import Face, Part
from ocr.engines.trueocr import TrueOcrEngine
from ocr.prepare import PreparedFace
from ocr.seek import Sought, centred, seek_lines

Pixels = NDArray[np.uint8]
# Text, its middle from the left, its middle from the top, size of its letters.
Print = tuple[str, int, int, int]
Sheet = Callable[[Sequence[Print]], Pixels]

WIDTH, HEIGHT = 1500, 2100
AXIS, HEIGHT_PX = 1000, 44
NAME = "Nguyễn Văn Thành"
# The foot of a signing block: below its title, as wide as half of the face.
FOOT = Box(600, 1500, 1400, 1900)


@pytest.fixture(scope="module")
def sheet(font_file: str) -> Sheet:
    """White paper with lines of print."""

    def draw(lines: Sequence[Print]) -> Pixels:
        image = Image.new("L", (WIDTH, HEIGHT), 255)
        for text, x, y, size in lines:
            font = ImageFont.truetype(font_file, size)
            ImageDraw.Draw(image).text((x, y), text, font=font, fill=20, anchor="mm")
        return np.asarray(image, dtype=np.uint8).copy()

    return draw


def _face(clean: Pixels, no_red: Pixels | None = None) -> PreparedFace:
    height, width = clean.shape
    return PreparedFace(
        face=Face(1, Part.WHOLE, None, 0, width, height),
        source_width_px=width,
        source_height_px=height,
        to_source=np.eye(3),
        from_page=np.eye(3),
        flat=clean,
        clean=clean,
        no_red=clean if no_red is None else no_red,
        lines=(),
        tables=(),
        red_overlap=(),
        blue_ink=(),
        codes=(),
        pinkness=0.0,
        findings=(),
        preview_jpeg=b"",
    )


def _ink(page: Pixels, rows: tuple[int, int]) -> tuple[int, int]:
    """From where to where there is ink between two rows."""
    columns = np.flatnonzero((page[rows[0] : rows[1]] < 140).any(axis=0))
    return int(columns[0]), int(columns[-1])


def _sought(region: Box = FOOT) -> Sought:
    return Sought(region, float(AXIS), float(HEIGHT_PX))


def _reaches(box: Box, page: Pixels, rows: tuple[int, int]) -> bool:
    """Whether the box takes the line between the rows whole, and hardly more."""
    left, right = _ink(page, rows)
    return left - 12 <= box.left <= left and right <= box.right <= right + 13 and rows[0] <= box.top + 30 <= rows[1]


def test_a_line_is_found_whole_in_the_faces_own_pixels(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """Its box lies around its ink, wherever the region begins."""
    page = sheet([(NAME, AXIS, 1700, 48)])
    (found,) = seek_lines(_face(page), _sought(), engine)
    assert _reaches(found, page, (1660, 1740))
    assert found.top < 1700 < found.bottom


def test_a_wide_gap_does_not_part_a_line(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """A pen's flourish that took the middle name away leaves one line of two fragments, not two lines."""
    page = sheet([("Nguyễn Hoàng Khánh Thành", AXIS, 1700, 48)])
    whole = _ink(page, (1660, 1740))
    page[1650:1750, AXIS - 70 : AXIS + 70] = 255
    found = seek_lines(_face(page), _sought(), engine)
    assert len(found) == 1
    assert found[0].left <= whole[0]
    assert found[0].right >= whole[1]


def test_print_of_another_height_is_no_such_line(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """Neither a title nor a footnote is taken for the name that stands between them."""
    page = sheet([("GIÁM ĐỐC", AXIS, 1560, 110), (NAME, AXIS, 1700, 48), ("in tại văn phòng", AXIS, 1850, 19)])
    (found,) = seek_lines(_face(page), _sought(), engine)
    assert _reaches(found, page, (1660, 1740))


def test_what_stands_far_from_the_axis_is_left_alone(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """The recipient's list at the left margin is no part of the signer's block."""
    page = sheet([("Nơi nhận", 120, 1700, 48), (NAME, AXIS, 1800, 48)])
    wide = Box(0, 1500, WIDTH, 1900)
    (found,) = seek_lines(_face(page), _sought(wide), engine)
    assert _reaches(found, page, (1760, 1840))


def test_the_likeliest_three_come_first(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """Of five lines the three with the most print are given, the longest at the head."""
    lines = [
        ("Nguyễn Thị Hồng Nhung Thanh", 1540),
        ("Lý", 1620),
        ("Trần Quốc Khánh", 1700),
        ("An", 1780),
        ("Phạm Văn", 1860),
    ]
    page = sheet([(text, AXIS, y, 48) for text, y in lines])
    found = seek_lines(_face(page), _sought(), engine)
    assert [round((box.top + box.bottom) / 2, -1) for box in found[:2]] == pytest.approx([1540, 1700], abs=20)
    assert len(found) == 3


def test_a_ring_of_a_seal_across_it_hides_no_line(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """On a page without colour the seal's ring is taken out first; it would count as letters before the name."""
    page = sheet([(NAME, AXIS, 1700, 48)])
    clear = page.copy()
    cv2.circle(page, (AXIS - 120, 1600), 140, (0,), 12)
    (found,) = seek_lines(_face(page), _sought(), engine)
    assert _reaches(found, clear, (1660, 1740))


def test_the_picture_without_red_is_searched_where_there_is_one(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """A line that a red seal covers stands clear in the rendering without red."""
    clear = sheet([(NAME, AXIS, 1700, 48)])
    covered = clear.copy()
    cv2.circle(covered, (AXIS, 1700), 260, (60,), cv2.FILLED)
    (found,) = seek_lines(_face(covered, clear), _sought(), engine)
    assert _reaches(found, clear, (1660, 1740))


@pytest.mark.parametrize(
    "region",
    [
        Box(600, 1500, 640, 1900),  # Narrower than two letters.
        Box(600, 1700, 1400, 1730),  # Lower than a line.
        Box(600, 1900, 1400, 1500),  # Upside down: what was to be above stands below.
        Box(1600, 2200, 1900, 2400),  # Off the face.
    ],
)
def test_a_region_without_room_for_a_line_gives_none(sheet: Sheet, engine: TrueOcrEngine, region: Box) -> None:
    """Nothing is found there, and nothing breaks."""
    assert seek_lines(_face(sheet([(NAME, AXIS, 1700, 48)])), _sought(region), engine) == []


def test_blank_paper_gives_none_and_a_region_may_hang_over_the_edge(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """What lies outside of the face is cut off, and the line inside still found."""
    over = Box(600, 1900, WIDTH + 400, HEIGHT + 400)
    assert seek_lines(_face(sheet([])), _sought(over), engine) == []
    page = sheet([(NAME, AXIS, 2000, 48)])
    (found,) = seek_lines(_face(page), _sought(over), engine)
    assert _reaches(found, page, (1960, 2040))


def test_a_line_half_seen_is_made_even_about_its_axis(sheet: Sheet) -> None:
    """Where the finder saw the first word only, the box goes on to the end of the ink on the other side."""
    page = sheet([(NAME, AXIS, 1700, 48)])
    left, right = _ink(page, (1660, 1740))
    found = centred(_face(page), Box(left, 1675, left + 150, 1725), float(AXIS))
    assert left - 8 <= found.left <= left
    assert right <= found.right <= right + 9
    assert (found.top, found.bottom) == (1675, 1725)


def test_a_line_reaches_no_further_than_its_letters_follow_each_other(sheet: Sheet) -> None:
    """Print in the same row but beyond a gap belongs to another column."""
    page = sheet([(NAME, AXIS, 1700, 48), ("12", 1290, 1700, 48)])
    left, right = _ink(page[:, :1240], (1660, 1740))
    found = centred(_face(page), Box(left, 1675, AXIS, 1725), float(AXIS))
    assert right <= found.right <= right + 9


def test_a_box_without_ink_stays_a_box(sheet: Sheet) -> None:
    """Nothing there to hold on to: the place keeps a width, so that it can be cut out."""
    found = centred(_face(sheet([])), Box(900, 1675, 1100, 1725), float(AXIS))
    assert found.width > 0
    assert found.height == 50
