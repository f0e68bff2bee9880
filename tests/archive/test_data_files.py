"""The committed font and colour profiles are those that their scripts make."""

from __future__ import annotations

import runpy
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageCms

from archive.text_layer import GLYPH_WIDTH_EM, SPACE_WIDTH_EM

ROOT = Path(__file__).parents[2]
DATA = ROOT / "archive" / "data"


def script(name: str) -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "script" / name), run_name="script")


def test_font_is_as_made() -> None:
    """The invisible font has one glyph for letters and one for the space, as wide as the writer reckons, and no ink."""
    assert script("build-invisible-font")["build"]() == (DATA / "invisible.ttf").read_bytes()
    font = TTFont(BytesIO((DATA / "invisible.ttf").read_bytes()))
    letter, space = font.getGlyphName(1), font.getGlyphName(2)
    assert font["hmtx"][letter] == (1000 * GLYPH_WIDTH_EM, 0)
    assert font["hmtx"][space] == (1000 * SPACE_WIDTH_EM, 0)
    xs, ys = zip(*font["glyf"][letter].coordinates, strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == (0, 500, 0, 1000)
    (x0, y0), (x1, y1), (x2, y2) = font["glyf"][letter].coordinates
    assert (x1 - x0) * (y2 - y0) == (x2 - x0) * (y1 - y0)


def test_profiles_are_as_made() -> None:
    """Both profiles come out of their script byte by byte and are ICC version 2, fit for PDF/A-1."""
    for name, content in script("build-colour-profiles")["build"]().items():
        assert content == (DATA / name).read_bytes()
        assert content[8] == 2


@pytest.mark.parametrize(("name", "mode", "most"), [("srgb.icc", "RGB", 1), ("cmyk.icc", "CMYK", 16)])
def test_profiles_mean_what_they_say(name: str, mode: str, most: int) -> None:
    """sRGB is sRGB to a step or two; CMYK looks as plain arithmetic has it, as far as a small grid can say."""
    random = np.random.default_rng(5)
    size = (64, 64)
    image = Image.frombytes(mode, size, random.bytes(64 * 64 * len(mode)))
    shown = ImageCms.profileToProfile(
        image, ImageCms.ImageCmsProfile(str(DATA / name)), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert shown is not None
    difference = np.abs(np.asarray(shown, dtype=int) - np.asarray(image.convert("RGB"), dtype=int))
    assert difference.max() <= most
