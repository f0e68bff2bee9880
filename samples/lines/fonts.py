"""The fonts that lines are drawn in for training: those of this machine that hold every Vietnamese letter."""

from __future__ import annotations

import math
import subprocess
import unicodedata

from fontTools.ttLib import TTFont

_BASES = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
# How often a family is drawn: certificates are printed in Times and its likes, then in Arial and its likes.
_OFTEN = {14: ("Tinos", "LiberationSerif", "texgyretermes", "FreeSerif"), 4: ("Arimo", "LiberationSans", "FreeSans")}
_NEVER = ("Thin", "Hairline", "chorus", "Spartan", "Comfortaa", "Symbola")


def usable_fonts() -> list[str]:
    """Paths of this machine's fonts with every Vietnamese letter, each as often as it shall be drawn."""
    marked = {unicodedata.normalize("NFC", base + tone) for base in _BASES for tone in _TONES}
    needed = {ord(letter) for word in marked for letter in (word, word.upper())} | set(map(ord, "đĐ²0123456789.,:;()/"))
    listed = subprocess.run(["fc-list", ":", "file"], capture_output=True, text=True, check=True).stdout
    found = []
    for line in sorted(listed.splitlines()):
        path = line.split(":")[0]
        if not path.endswith((".ttf", ".otf")) or any(word in path for word in _NEVER):
            continue
        with TTFont(path, lazy=True) as font:
            has_all = needed <= set(font.getBestCmap())
        if has_all:
            times = next((n for n, names in _OFTEN.items() if any(name in path for name in names)), 1)
            found += [path] * (math.ceil(times * 0.4) if "Italic" in path or "Oblique" in path else times)
    return found
