"""The style sheet: text stands out from its ground by WCAG AA."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web

SHEET = (Path(web.__file__).parent / "static" / "style.css").read_text()
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", SHEET))

# Text on its ground, as the sheet uses them; 4.5 for text, 3 for the edges of controls.
PAIRS = [
    ("ink", "paper", 4.5),
    ("ink", "surface", 4.5),
    ("ink-soft", "paper", 4.5),
    ("ink-soft", "surface", 4.5),
    ("ink-soft", "sunken", 4.5),
    ("ink-soft", "doubt-tint", 4.5),
    ("accent", "surface", 4.5),
    ("accent", "paper", 4.5),
    ("surface", "accent", 4.5),
    ("surface", "bad", 4.5),
    ("good", "good-tint", 4.5),
    ("good", "surface", 4.5),
    ("doubt", "doubt-tint", 4.5),
    ("doubt", "surface", 4.5),
    ("bad", "bad-tint", 4.5),
    ("bad", "surface", 4.5),
    ("busy", "busy-tint", 4.5),
    ("still", "still-tint", 4.5),
    ("line-strong", "surface", 3.0),
    ("line-strong", "paper", 3.0),
]


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_text_stands_out(text: str, ground: str, least: float) -> None:
    """The contrast of each pair of colours in use."""
    lights = sorted((_light(COLOURS[text]), _light(COLOURS[ground])))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= least, (text, ground)


def test_motion_and_focus_are_cared_for() -> None:
    """Whoever asked for less motion gets none, and the focus is always to be seen."""
    assert "prefers-reduced-motion: reduce" in SHEET
    assert ":focus-visible" in SHEET
