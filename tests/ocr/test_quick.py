"""The small questions: a region of a face is read as drawn, a scan is looked at without reading it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from certificate.errors import Damaged
from certificate.reading import RegionReading, ScanReading
from ocr.quick import answer

SAMPLES = Path(__file__).parents[2] / "samples" / "scans"
FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"


def face(*lines: str) -> bytes:
    """A pink face with lines of print, one every 80 pixels."""
    image = Image.new("RGB", (900, 80 * len(lines) + 120), "#f8e3e4")
    for row, text in enumerate(lines):
        ImageDraw.Draw(image).text((60, 60 + 80 * row), text, fill="#221c1f", font=ImageFont.truetype(FONT, 40))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


@pytest.mark.slow
def test_a_region_of_one_line_and_of_several() -> None:
    """Just what the box holds, lines joined from the top; a box over nothing gives nothing."""
    picture = face("Diện tích: 150,5 m²", "Thửa đất số: 215", "")
    one = answer(picture, "region:40,52,700,116")
    assert isinstance(one, RegionReading)
    assert "150,5" in one.readings["linenet"]
    assert "215" not in "".join(one.readings.values())
    both = answer(picture, "region:40,40,700,210")
    assert isinstance(both, RegionReading)
    assert both.readings["tesseract"].index("150") < both.readings["tesseract"].index("215")


@pytest.mark.parametrize("box", ["region:", "region:1,2,3", "region:10,10,12,12", "region:9000,0,9100,50"])
def test_a_box_that_is_none_is_refused(box: str) -> None:
    """A forged or empty box is an error with a code, not a crash."""
    with pytest.raises(Damaged):
        answer(face("x"), box)


@pytest.mark.slow
def test_a_look_tells_blurred_from_sharp() -> None:
    """The same photo, once as taken and once out of focus; nothing is read."""
    sharp = (SAMPLES / "05-tt10-phone.jpg").read_bytes()
    with Image.open(io.BytesIO(sharp)) as image:
        out = io.BytesIO()
        image.convert("RGB").filter(ImageFilter.GaussianBlur(6)).save(out, "JPEG", quality=80)
    codes = []
    for data in (sharp, out.getvalue()):
        seen = answer(data, "look")
        assert isinstance(seen, ScanReading)
        assert seen.certificates == ()
        codes.append({finding.code for finding in seen.findings})
    assert "blurred" not in codes[0]
    assert "blurred" in codes[1]
