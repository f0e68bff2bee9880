"""The fonts of the drawings."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from samples.draw import look

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")  # none, huyền, sắc, ngã, hỏi, nặng
_LOWER = {unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES} | {"đ"}
_ACCENTED = {letter for lower in _LOWER - set("aeiouy") for letter in (lower, lower.upper())}
_FAMILIES = sorted({*look.SERIF, *look.SANS, *look.MONO, *look.PEN})


def _letters(family: str) -> list[set[int]]:
    """The characters of every installed font of that family."""
    if not shutil.which("fc-list"):
        pytest.skip("fontconfig is not installed")
    told = subprocess.run(
        ["fc-list", f":family={family}", "--format", "%{charset}\n"], capture_output=True, text=True, check=True
    )
    fonts = []
    for line in told.stdout.splitlines():
        spans = [span.split("-") for span in line.split()]
        fonts.append({code for span in spans for code in range(int(span[0], 16), int(span[-1], 16) + 1)})
    return fonts


def test_there_are_134_accented_letters() -> None:
    """The count that Vietnamese needs beyond plain Latin."""
    assert len(_ACCENTED) == 134


@pytest.mark.parametrize("family", _FAMILIES)
def test_a_family_of_the_drawings_holds_every_accented_letter(family: str) -> None:
    """No drawing may borrow a letter from another font, in any weight that is installed."""
    fonts = _letters(family)
    if not fonts:
        pytest.skip(f"{family} is not installed; see samples/draw/FONTS.txt")
    for codes in fonts:
        assert {letter for letter in _ACCENTED if ord(letter) not in codes} == set()


def test_the_list_of_packages_is_plain() -> None:
    """One Debian package a line, for the set-up script."""
    names = (Path(look.__file__).parent / "FONTS.txt").read_text(encoding="utf-8").split("\n")
    assert names[-1] == ""
    assert all(name and name == name.strip() for name in names[:-1])
