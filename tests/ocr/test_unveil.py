"""Names under seals and signatures, and lines half seen: drawn in the inks that offices use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from certificate.geometry import Box
from certificate.record import Face, Part
from certificate.text import comparable
from ocr.engines.images import encode_jpeg
from ocr.engines.trueocr import TrueOcrEngine
from ocr.flatten import flatten, flatten_without_red
from ocr.grammar.name_spelling import spelt_name
from ocr.inks import print_alone
from ocr.prepare import PreparedFace
from ocr.recognise import LINENET, Hidden, Look, Unveiled
from ocr.seek import centred
from ocr.unveil import unveil

Pixels = NDArray[np.uint8]
# Text, its middle from the left, its middle from the top, size of its letters.
Print = tuple[str, int, int, int]
Sheet = Callable[[Sequence[Print]], Pixels]

WIDTH, HEIGHT = 1500, 1400
AXIS, HEIGHT_PX = 1000, 44
NAME, NAME_Y = "Nguyễn Văn Thành", 1000
TITLE = ("PHÓ CHỦ TỊCH", AXIS, 700, 48)
TITLE_BOX = Box(AXIS - 190, 675, AXIS + 190, 725)
# The foot of a signing block: below its title, as wide as half of the face.
FOOT = Box(600, 740, 1400, 1250)
# Blue, green, red.
PAPER, BLACK, SEAL_RED, PEN_BLUE = (228, 226, 250), (28, 25, 26), (70, 60, 215), (150, 60, 45)


@pytest.fixture(scope="module")
def sheet(font_file: str) -> Sheet:
    """White paper with lines of print, in grey."""

    def draw(lines: Sequence[Print]) -> Pixels:
        image = Image.new("L", (WIDTH, HEIGHT), 255)
        for text, x, y, size in lines:
            font = ImageFont.truetype(font_file, size)
            ImageDraw.Draw(image).text((x, y), text, font=font, fill=20, anchor="mm")
        return np.asarray(image, dtype=np.uint8).copy()

    return draw


def _coloured(sheet: Pixels) -> Pixels:
    """The same print on pink paper."""
    ink = (255.0 - sheet[:, :, None]) / 255.0
    return np.asarray(np.array(PAPER) * (1 - ink) + np.array(BLACK) * ink, dtype=np.uint8)


def _signed(image: Pixels, seal: tuple[int, ...], pen: tuple[int, ...]) -> Pixels:
    """A seal over the first half of the name and a signature down to its letters; the darker ink of two stays."""
    over = np.full_like(image, 255)
    cv2.circle(over, (AXIS - 190, NAME_Y - 60), 170, seal, 9)
    cv2.putText(over, "MAU", (AXIS - 290, NAME_Y - 20), cv2.FONT_HERSHEY_SIMPLEX, 3.0, seal, 14)
    strokes = [(-150, -190), (-60, 18), (0, -170), (50, 16), (110, -150), (150, 12), (230, -60)]
    places = np.array([(AXIS + x, NAME_Y + y) for x, y in strokes], np.int32)
    cv2.polylines(over, [places], isClosed=False, color=pen, thickness=7, lineType=cv2.LINE_AA)
    return np.minimum(image, over)


def _face(image: Pixels, *, preview: bool = True, clean: Pixels | None = None) -> PreparedFace:
    """A face as it is prepared, of these pixels in colour or grey."""
    flat = flatten(image) if clean is None else clean
    no_red = flatten_without_red(image) if image.ndim == 3 else flat
    height, width = flat.shape
    return PreparedFace(
        face=Face(1, Part.WHOLE, None, 0, width, height),
        source_width_px=width,
        source_height_px=height,
        to_source=np.eye(3),
        mesh=(),
        from_page=np.eye(3),
        flat=flat,
        clean=flat,
        no_red=no_red,
        lines=(),
        tables=(),
        red_overlap=(),
        blue_ink=(),
        codes=(),
        pinkness=0.0,
        findings=(),
        preview_jpeg=encode_jpeg(image, 75) if preview else b"",
    )


def _hidden(region: Box = FOOT, **more: bool) -> Hidden:
    return Hidden(region, float(AXIS), float(HEIGHT_PX), (), (TITLE_BOX,), **more)


def _best(found: Unveiled) -> Look:
    """The place whose first look is most like the name, read from every rendering."""
    place = max(found.lines, key=lambda line: sum(word in line.readings[LINENET].text for word in NAME.split()))
    look = found.read(place.box)
    assert look is not None
    return look


def _read(found: Unveiled) -> Mapping[str, str]:
    """What each rendering of the likeliest place says, and the name that they spell together."""
    look = _best(found)
    return {"name": spelt_name(look) or "", **{key: one.text for key, one in look.line.readings.items()}}


def test_under_a_red_seal_and_a_blue_pen_the_print_alone_is_read(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """Red is light in red, blue in blue, print in none: what stays is the name, wherever the two cross it."""
    image = _signed(_coloured(sheet([TITLE, (NAME, AXIS, NAME_Y, 48)])), SEAL_RED, PEN_BLUE)
    read = _read(unveil(_face(image), _hidden(), engine))
    assert read["name"] == NAME
    assert any(comparable(text) == comparable(NAME) for key, text in read.items() if key.endswith(("soft", "hard")))


def test_on_a_grey_scan_the_darkest_ink_is_the_print(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """A seal and a pen come out lighter than black print where a scanner sees no colours."""
    grey = sheet([TITLE, (NAME, AXIS, NAME_Y, 48)])
    read = _read(unveil(_face(_signed(grey, (120,), (90,))), _hidden(), engine))
    assert read["name"] == NAME


def test_without_the_picture_itself_the_flattened_ones_must_do(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """A face that kept no picture is read from what there is."""
    grey = sheet([TITLE, (NAME, AXIS, NAME_Y, 48)])
    found = unveil(_face(grey, preview=False), _hidden(), engine)
    assert NAME in _read(found).values()


def test_a_name_that_runs_out_of_a_seals_word_is_cut_even_about_its_axis(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """In black and white the seal's "MẪU" is one line with the name; its other side tells where it begins."""
    page = sheet([TITLE, (NAME, AXIS, NAME_Y, 48), ("MẪU", AXIS - 285, NAME_Y - 6, 66)])
    page = np.asarray(np.where(page < 128, 0, 255), dtype=np.uint8)
    found = unveil(_face(page, clean=page), _hidden(), engine)
    assert NAME in [line.readings[LINENET].text for line in found.lines]


def test_every_height_is_tried_where_that_is_asked(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """Strokes that join all letters make a picture of a name; stepping down the face still comes by it."""
    page = sheet([TITLE, (NAME, AXIS, NAME_Y, 48)])
    for x in range(AXIS - 230, AXIS + 300, 190):
        cv2.line(page, (x, NAME_Y - 120), (x + 50, NAME_Y + 90), (0,), 2)
    found = unveil(_face(page, clean=page), _hidden(everywhere=True), engine)
    tops = sorted(line.box.top for line in found.lines)
    assert len(tops) > 10
    assert max(np.diff(tops)) < HEIGHT_PX / 2
    assert spelt_name(_best(found)) == NAME


def test_what_stands_far_from_the_axis_is_left_alone(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """The recipient's list at the left margin is no part of the signer's block."""
    page = sheet([TITLE, ("Nơi nhận", 120, 900, 48), (NAME, AXIS, NAME_Y, 48)])
    found = unveil(_face(page, clean=page), _hidden(Box(0, 740, WIDTH, 1250)), engine)
    assert found.lines
    assert not any("nhận" in line.readings[LINENET].text for line in found.lines)


@pytest.mark.parametrize(
    "region",
    [
        Box(600, 1250, 1400, 900),  # Upside down: what was to be above stands below.
        Box(1600, 2200, 1900, 2400),  # Off the face.
    ],
)
def test_a_region_without_room_for_a_line_breaks_nothing(sheet: Sheet, engine: TrueOcrEngine, region: Box) -> None:
    """No name is found there."""
    page = sheet([TITLE, (NAME, AXIS, NAME_Y, 48)])
    for everywhere in (False, True):
        found = unveil(_face(page, clean=page), _hidden(region, everywhere=everywhere), engine)
        assert NAME not in [line.readings[LINENET].text for line in found.lines]


def test_blank_paper_gives_no_place(sheet: Sheet, engine: TrueOcrEngine) -> None:
    """Nor does reading a place of it give a line."""
    page = sheet([])
    found = unveil(_face(page, clean=page), Hidden(FOOT, float(AXIS), float(HEIGHT_PX)), engine)
    assert found.lines == ()
    assert found.read(Box(800, 980, 1200, 1024)) is None


def test_print_is_told_by_ink_only_where_inks_differ(sheet: Sheet) -> None:
    """Black and white scans have one ink; without a line that is surely print nothing tells how dark print is."""
    page = sheet([TITLE, (NAME, AXIS, NAME_Y, 48)])
    bilevel = np.asarray(np.where(page < 128, 0, 255), dtype=np.uint8)
    assert print_alone(bilevel, [TITLE_BOX]) == []
    grey = _signed(page, (120,), (90,))
    assert print_alone(grey, []) == []
    soft, hard = print_alone(grey, [TITLE_BOX])
    seal = np.s_[NAME_Y - 240 : NAME_Y - 220, AXIS - 260 : AXIS - 120]
    letters = np.s_[NAME_Y - 20 : NAME_Y + 20, AXIS + 60 : AXIS + 190]
    assert hard[seal].min() > 200 > grey[seal].min()
    assert hard[letters].min() < 60
    assert soft[letters].mean() < hard[letters].mean()


def _ink(page: Pixels, rows: tuple[int, int]) -> tuple[int, int]:
    """From where to where there is ink between two rows."""
    columns = np.flatnonzero((page[rows[0] : rows[1]] < 140).any(axis=0))
    return int(columns[0]), int(columns[-1])


def test_a_line_half_seen_is_made_even_about_its_axis(sheet: Sheet) -> None:
    """Where the finder saw the first word only, the box goes on to the end of the ink on the other side."""
    page = sheet([(NAME, AXIS, NAME_Y, 48)])
    left, right = _ink(page, (960, 1040))
    found = centred(_face(page, clean=page), Box(left, 975, left + 150, 1025), float(AXIS))
    assert left - 8 <= found.left <= left
    assert right <= found.right <= right + 9
    assert (found.top, found.bottom) == (975, 1025)


def test_a_line_reaches_no_further_than_its_letters_follow_each_other(sheet: Sheet) -> None:
    """Print in the same row but beyond a gap belongs to another column."""
    page = sheet([(NAME, AXIS, NAME_Y, 48), ("12", 1290, NAME_Y, 48)])
    left, right = _ink(page[:, :1240], (960, 1040))
    found = centred(_face(page, clean=page), Box(left, 975, AXIS, 1025), float(AXIS))
    assert right <= found.right <= right + 9


def test_a_box_without_ink_stays_a_box(sheet: Sheet) -> None:
    """Nothing there to hold on to: the place keeps a width, so that it can be cut out."""
    found = centred(_face(sheet([]), preview=False), Box(900, 975, 1100, 1025), float(AXIS))
    assert found.width > 0
    assert found.height == 50
