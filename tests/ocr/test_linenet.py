"""LineNet reads printed lines and knows where every letter stands."""

import subprocess

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from certificate.geometry import Box
from ocr.engines.images import Pixels
from ocr.engines.linenet import LineNetEngine, shared_linenet, shared_twin

LINES = [
    ("Nguyễn Thị Bích Thủy", "a name with every kind of mark"),
    ("a) Thửa đất số: 123, tờ bản đồ số: 45", "a label line"),
    ("CMND số: 370390511, sinh năm 1982", "digits"),
    ("BX 123456", "a serial number, short"),
    ("Diện tích: 1.250,5 m²", "a letter that its ancestor did not know"),
    ("ỦY BAN NHÂN DÂN HUYỆN GIỒNG RIỀNG", "capitals with stacked marks"),
]


@pytest.fixture(scope="module", params=[shared_linenet, shared_twin], ids=["linenet", "its twin"])
def engine(request: pytest.FixtureRequest) -> LineNetEngine:
    opened: LineNetEngine = request.param()
    return opened


def _drawn(text: str, size_px: int = 44) -> tuple[Pixels, Box]:
    """A clean line in a Times-like font, and the box that the line detector would give it."""
    asked = ["fc-match", "--format", "%{file}", "Liberation Serif"]
    font = ImageFont.truetype(subprocess.run(asked, capture_output=True, text=True, check=True).stdout, size_px)
    width = int(font.getlength(text))
    image = Image.new("L", (width + 120, 4 * size_px), 255)
    ImageDraw.Draw(image).text((60, 2.4 * size_px), text, fill=0, font=font, anchor="ls")
    return np.asarray(image), Box(60, round(1.35 * size_px), 60 + width, round(2.7 * size_px))


@pytest.mark.parametrize(("text", "why"), LINES, ids=[why for _, why in LINES])
def test_clean_print_is_read_without_fault(engine: LineNetEngine, text: str, why: str) -> None:
    """Every mark and digit comes out, and the letters are sure."""
    (read,) = engine.read([_drawn(text)])
    assert read.text == text
    assert min(letter.probability for letter in read.letters) > 0.5


def test_letters_stand_from_left_to_right_inside_the_line(engine: LineNetEngine) -> None:
    """Each letter's place lies in the picture, in order."""
    grey, box = _drawn("Thửa đất số: 123")
    (read,) = engine.read([(grey, box)])
    places = [letter.x_px for letter in read.letters]
    assert places == sorted(places)
    assert box.left - box.height < places[0] < places[-1] < box.right + box.height


def test_lines_read_together_come_out_as_alone(engine: LineNetEngine) -> None:
    """Batching changes neither order nor text."""
    drawn = [_drawn(text) for text, _ in LINES]
    assert [line.text for line in engine.read(drawn)] == [engine.read([one])[0].text for one in drawn]


def test_any_box_is_read_in_bounds(engine: LineNetEngine) -> None:
    """Boxes at the edge, flat or tiny do not crash; blank paper is an empty line."""
    blank: Pixels = np.full((80, 200), 255, np.uint8)
    boxes = [Box(0, 0, 200, 80), Box(0, 0, 1, 1), Box(199, 79, 200, 80), Box(0, 40, 200, 41)]
    assert [line.text for line in engine.read([(blank, box) for box in boxes])] == [""] * len(boxes)
    assert engine.read([]) == []


def test_the_twin_is_another_reader() -> None:
    """It is as sure of clean print, but not just as sure: its weights are its own."""
    drawn = [_drawn(text) for text, _ in LINES]
    one, other = shared_linenet().read(drawn), shared_twin().read(drawn)
    assert [line.text for line in one] == [line.text for line in other]
    assert all(mine.confidence != its.confidence for mine, its in zip(one, other, strict=True))
