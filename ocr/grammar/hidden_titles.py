"""A signer's title under a seal: which of the few titles there are the hidden line spells, if any.

Owns those titles line by line and how much a line must look like one. What it finds is LineNet's reading held to this
list, as sure as the print looks like it, so that it is accepted only where the other readers see the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from certificate.geometry import Box
from ocr.grammar.flow import FaceText, TextLine, text_line
from ocr.grammar.letters import fold
from ocr.grammar.signer import axis_of
from ocr.recognise import LINENET, TEXT_LAYER, TRUEOCR, Hidden, Look, Reading

_DEPUTIES = ("PHÓ CHỦ TỊCH", "PHÓ GIÁM ĐỐC", "PHÓ GIÁM ĐỐC VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI")
# The usual spelling of each comes first: where the print leaves it open, it is taken.
_CHIEFS = (
    "KT. CHỦ TỊCH", "KT.CHỦ TỊCH", "CHỦ TỊCH", "KT. GIÁM ĐỐC", "KT.GIÁM ĐỐC", "GIÁM ĐỐC", "TUQ. GIÁM ĐỐC",
    "TUQ. CHỦ TỊCH", "TL. CHỦ TỊCH", "TRƯỞNG PHÒNG", "GIÁM ĐỐC VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI",
)  # fmt: skip
_DEPUTISES = re.compile(r"\bkt\b")
# Nats a letter by which a title may be less likely than what LineNet would read freely. Measured on 130 hidden lines:
# titles came to 0.84 at most, strokes, seals and other words to 1.27 at least.
_MOST_APART = 0.9
# Two spellings of one title this close are told by the usual.
_UNDECIDED = 3.0
# Half the width that is looked at, in heights of a line.
_REACH = 9.0


def hidden_title(face: FaceText, band: Box, above: Sequence[TextLine], known: Sequence[Box]) -> TextLine | None:
    """The title that stands in a band under the lines ``above``, hidden by a seal or a pen; ``None`` for other ink.

    ``known`` holds the boxes in which something was found there.
    """
    if any(TEXT_LAYER in line.readings for line in above):
        return None
    axis, height = axis_of(above), float(median(line.box.height for line in above))
    reach = round(_REACH * height)
    region = Box(max(0, round(axis) - reach), band.top, min(face.width, round(axis) + reach), band.bottom)
    if region.height < 0.5 * height or region.width < height:
        return None
    printed = tuple(line.box for line in above if line.line.handwritten < 0.5)
    unveiled = face.read.unveil(Hidden(region, axis, height, tuple(known), printed))
    titles = _DEPUTIES if _DEPUTISES.search(fold(above[-1].text)) else (*_CHIEFS, *_DEPUTIES)
    best: tuple[float, TextLine] | None = None
    for place in unveiled.lines:
        if place.box.top >= region.bottom or place.box.bottom <= region.top:
            continue
        look = unveiled.read(place.box)
        found = _spelt(face, look, titles) if look else None
        if found and (best is None or found[0] < best[0]):
            best = found
    return best[1] if best else None


def _spelt(face: FaceText, look: Look, titles: Sequence[str]) -> tuple[float, TextLine] | None:
    """How far the likeliest title is from what would be read freely, a letter, and the line with it."""
    free = [reading.text for key, reading in look.line.readings.items() if key.startswith(LINENET)]
    if not free:
        return None
    likely = dict(zip(titles, look.log_likelihood(titles), strict=True))
    most = max(likely.values())
    likeliest = max(titles, key=likely.__getitem__)
    same = (one for one in titles if one.replace(" ", "") == likeliest.replace(" ", ""))
    title = next(one for one in same if likely[one] > most - _UNDECIDED)
    apart = (max(look.log_likelihood(free)) - most) / len(title)
    if apart > _MOST_APART:
        return None
    sure = min(1.0, math.exp(likely[title] / len(title)))
    readings = {LINENET: Reading(title, sure, (sure,) * len(title))}
    if TRUEOCR in look.line.readings:
        readings[TRUEOCR] = look.line.readings[TRUEOCR]
    line = text_line(face.index, -1, replace(look.line, readings=readings, handwritten=0.0))
    return (apart, replace(line, text=title)) if line else None
