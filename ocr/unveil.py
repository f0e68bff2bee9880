"""A printed line that a seal or a pen hides: where it may stand on its axis, and what several renderings show of it.

Owns places and renderings. It must not know what the line says: whoever asks chooses among the places and then has the
chosen one read from every rendering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.geometry import Box, bounding_box
from ocr.engines.images import Pixels, as_pixels, decode_jpeg, numbered
from ocr.engines.linenet import LineRead, shared_linenet, shared_twin
from ocr.engines.spelling import Steps
from ocr.engines.trueocr import TrueOcrEngine
from ocr.handwriting import handwritten
from ocr.inks import print_alone
from ocr.prepare import PreparedFace
from ocr.recognise import LINENET, TRUEOCR, TWIN, Hidden, Line, Look, Reading, Unveiled
from ocr.seals import find_seals, without_seals

# All lengths here are in heights of the wanted line.
_AROUND = 2.2
_LOWEST, _HIGHEST = 0.6, 1.6
# Letters stand alone or run into each other, never higher than the line.
_LEAST_LETTER, _MOST_LETTER, _WIDEST_RUN = 0.35, 1.15, 7.0
_BASELINE_SLIP = 0.14
_WORD_GAP = 0.75
_STEP, _WIDTHS_EVERYWHERE = 0.34, 1
_NARROWEST, _WIDEST = 1.2, 17.0
_SAME_PLACE = 0.3
_MOST_BASELINES, _MOST_BANDS, _MOST_PLACES = 4, 7, 14
_DARK = 140
# Of a line's box so much lies above its small letters and below its baseline.
_ASCENT, _DESCENT = 0.95, 0.32


@dataclass(frozen=True, eq=False)
class _View:
    """A part of a face in several renderings, the one with most of seal and pen gone last; boxes are the part's."""

    left: int
    top: int
    renderings: Mapping[str, Pixels]
    hidden: Hidden

    @cached_property
    def main(self) -> Pixels:
        return list(self.renderings.values())[-1]

    def inside(self, box: Box) -> Box:
        return Box(box.left - self.left, box.top - self.top, box.right - self.left, box.bottom - self.top)

    def outside(self, box: Box) -> Box:
        return Box(box.left + self.left, box.top + self.top, box.right + self.left, box.bottom + self.top)


def unveil(face: PreparedFace, hidden: Hidden, engine: TrueOcrEngine) -> Unveiled:
    """The places where the line may stand, each as LineNet reads it, and how to read one of them from all renderings.

    Nothing is found where the region lies outside of the face.
    """
    view = _view(face, hidden)
    if view is None:
        return Unveiled((), lambda _box: None)
    places = _places(view, engine)
    looks = [(_readable(view), box) for box in places]
    red = 1.0 if face.no_red is not face.clean else 0.0
    lines = tuple(
        Line(view.outside(box), {LINENET: spelt_reading(spelt)}, red_overlap=red)
        for box, spelt in zip(places, shared_linenet().read(looks), strict=True)
        if spelt.letters
    )
    return Unveiled(lines, lambda box: _read_all(view, box, red, engine))


def _view(face: PreparedFace, hidden: Hidden) -> _View | None:
    height, width = face.clean.shape
    around = bounding_box([hidden.region, *hidden.printed])
    pad = round(_AROUND * hidden.height_px)
    left, top = max(0, around.left - pad), max(0, around.top - pad)
    right, bottom = min(width, around.right + pad), min(height, around.bottom + pad)
    if right - left < 2 * hidden.height_px or bottom - top < hidden.height_px:
        return None
    part = np.s_[top:bottom, left:right]
    renderings = {"clean": face.clean[part]}
    if face.no_red is not face.clean:
        renderings["no_red"] = face.no_red[part]
    shift = [Box(box.left - left, box.top - top, box.right - left, box.bottom - top) for box in hidden.printed]
    picture = decode_jpeg(face.preview_jpeg, height * width) if face.preview_jpeg else None
    if picture is not None and picture.shape[:2] == face.clean.shape:
        renderings |= dict(zip(("soft", "hard"), print_alone(picture[part], shift), strict=False))
    return _View(left, top, {name: np.ascontiguousarray(shown) for name, shown in renderings.items()}, hidden)


def _readable(view: _View) -> Pixels:
    """The rendering to choose places by: whole strokes matter there more than clean paper."""
    for name in ("soft", "no_red"):
        if name in view.renderings:
            return view.renderings[name]
    return view.main


# Places


def _places(view: _View, engine: TrueOcrEngine) -> list[Box]:
    """Boxes even about the axis in which the line may stand; where its ends are hidden, of several widths."""
    ink = view.main
    if set(view.renderings) == {"clean"}:
        ink = without_seals(ink, ink, find_seals(ink))
    height = view.hidden.height_px
    if view.hidden.everywhere:
        return [place for band in _steps_down(view) for place in _even(ink, band, view)[:_WIDTHS_EVERYWHERE]]
    bands: list[Box] = []
    for band in [*map(view.inside, view.hidden.known), *_found(ink, view, engine), *_baselines(ink, view)]:
        fits = _LOWEST <= band.height / height <= _HIGHEST and _on_axis(band, view)
        if fits and not any(_like(band, other, height) for other in bands):
            bands.append(band)
    places: list[Box] = []
    for band in bands[:_MOST_BANDS]:
        for place in _even(ink, band, view):
            if not any(_like(place, other, 0.5 * height) for other in places):
                places.append(place)
    return places[:_MOST_PLACES]


def _steps_down(view: _View) -> list[Box]:
    """Bands of the wanted height all over the region, each a third of a line below the other."""
    region, height = view.inside(view.hidden.region), view.hidden.height_px
    tops = np.arange(region.top, region.bottom - 0.7 * height, _STEP * height)
    return [Box(region.left, round(float(top)), region.right, round(float(top + height))) for top in tops]


def _on_axis(band: Box, view: _View) -> bool:
    axis = view.hidden.axis_px - view.left
    region = view.inside(view.hidden.region)
    reach = _WIDEST / 2 * view.hidden.height_px
    near = band.right > axis - reach and band.left < axis + reach
    return near and band.bottom > region.top and band.top < region.bottom


def _like(one: Box, other: Box, height: float) -> bool:
    """Whether two boxes are one place."""
    apart = max(
        abs(one.left - other.left), abs(one.right - other.right),
        abs(one.top - other.top), abs(one.bottom - other.bottom),
    )  # fmt: skip
    return apart < _SAME_PLACE * height


def _found(ink: Pixels, view: _View, engine: TrueOcrEngine) -> list[Box]:
    """Lines that the finder sees now, those nearest the wanted height first."""
    region = view.inside(view.hidden.region)
    top, bottom = max(0, region.top), min(ink.shape[0], region.bottom)
    left, right = max(0, region.left), min(ink.shape[1], region.right)
    if bottom - top < view.hidden.height_px or right - left < 2 * view.hidden.height_px:
        return []
    found = engine.find_lines(as_pixels(np.ascontiguousarray(ink[top:bottom, left:right])))
    boxes = [
        (line.score * (line.right - line.left),
         Box(int(line.left) + left, int(line.top) + top, int(line.right) + left, int(line.bottom) + top))
        for line in found
    ]  # fmt: skip
    return [box for _, box in sorted(boxes, key=lambda item: -item[0])]


def _baselines(ink: Pixels, view: _View) -> list[Box]:
    """Bands by letters that stand on one line: where the finder sees nothing, most letters are still whole."""
    height = view.hidden.height_px
    _, stats = numbered(as_pixels((ink < _DARK).astype(np.uint8)))
    parts: NDArray[np.int32] = np.asarray(stats[1:], dtype=np.int32)
    wide, high = parts[:, cv2.CC_STAT_WIDTH] / height, parts[:, cv2.CC_STAT_HEIGHT] / height
    axis = view.hidden.axis_px - view.left
    middle = parts[:, cv2.CC_STAT_LEFT] + parts[:, cv2.CC_STAT_WIDTH] / 2
    region = view.inside(view.hidden.region)
    foot = parts[:, cv2.CC_STAT_TOP] + parts[:, cv2.CC_STAT_HEIGHT]
    letters = (high > _LEAST_LETTER) & (high < _MOST_LETTER) & (wide < _WIDEST_RUN) & (wide > 0.08)
    letters &= (np.abs(middle - axis) < _WIDEST / 2 * height) & (foot > region.top) & (foot < region.bottom)
    feet, weights = foot[letters], np.minimum(wide[letters], 3.0)
    found: list[Box] = []
    for _ in range(_MOST_BASELINES):
        if not len(feet):
            break
        held = np.array([weights[np.abs(feet - at) < _BASELINE_SLIP * height].sum() for at in feet])
        at = float(np.median(feet[np.abs(feet - feet[int(held.argmax())]) < _BASELINE_SLIP * height]))
        if held.max() < 1.0:
            break
        members = parts[letters][np.abs(foot[letters] - at) < _BASELINE_SLIP * height]
        left = int(members[:, cv2.CC_STAT_LEFT].min())
        right = int((members[:, cv2.CC_STAT_LEFT] + members[:, cv2.CC_STAT_WIDTH]).max())
        found.append(Box(left, round(at - _ASCENT * height), right, round(at + _DESCENT * height)))
        away = np.abs(feet - at) > 2 * _BASELINE_SLIP * height
        keep = np.flatnonzero(letters)[away]
        letters = np.zeros_like(letters)
        letters[keep] = True
        feet, weights = feet[away], weights[away]
    return found


def _even(ink: Pixels, band: Box, view: _View) -> list[Box]:
    """The band made even about the axis: by its shorter and its longer side, and by how far letters go on."""
    height = view.hidden.height_px
    axis = view.hidden.axis_px - view.left
    core = ink[max(0, band.top + band.height // 4) : band.bottom - band.height // 5]
    inked = np.asarray((core < _DARK).any(axis=0), dtype=np.bool_)
    gap, most = max(2, round(_WORD_GAP * height)), round(_WIDEST / 2 * height)
    right = _goes_on(inked, round(axis), gap, most)
    left = _goes_on(inked[::-1], len(inked) - round(axis), gap, most)
    halves: list[float] = []
    for half in (min(left, right), max(left, right), axis - band.left, band.right - axis):
        wide_enough = _NARROWEST / 2 * height < half <= _WIDEST / 2 * height + gap
        if wide_enough and all(abs(half - other) > _SAME_PLACE / 2 * height for other in halves):
            halves.append(half)
    pad = max(2, band.height // 12)
    return [
        Box(
            max(0, round(axis - half) - pad), max(0, band.top),
            min(ink.shape[1], round(axis + half) + pad), min(ink.shape[0], band.bottom),
        )
        for half in halves
    ]  # fmt: skip


def _goes_on(inked: NDArray[np.bool_], start: int, gap: int, most: int) -> int:
    """How far ink goes on from a place without a gap as wide as between words."""
    at = start
    while at - start < most:
        ahead = np.flatnonzero(inked[at : at + gap])
        if not len(ahead):
            break
        at += int(ahead[-1]) + 1
    return min(at - start, most)


# Reading


def _read_all(view: _View, place: Box, red: float, engine: TrueOcrEngine) -> Look | None:
    """The line read from every rendering; as LineNet's and TrueOCR's own stands what the first is surest of."""
    box = view.inside(place)
    # The sharpest rendering shows where ink is print; thin strokes of marks are lost in it.
    names = [name for name in view.renderings if name != "hard"]
    margin = round(0.1 * box.height)
    lower = Box(box.left, box.top + margin // 2, box.right, box.bottom - margin // 2)
    pictures = [view.renderings[name] for name in names]
    looks = [(shown, place) for place in (box, lower) for shown in pictures]
    # As the finder cut it, the line was read once, too.
    own = [known for one in view.hidden.known if _like(known := view.inside(one), box, 2.0 * view.hidden.height_px)]
    looks += [(view.renderings.get("no_red", pictures[0]), known) for known in own[:1]]
    seen_by_step = shared_linenet().look(looks)
    spelt = [line for line, _ in seen_by_step]
    ranked = sorted(range(len(names)), key=lambda index: -spelt[index].confidence)
    best = ranked[0]
    if not spelt[best].letters:
        return None
    readings = {LINENET: spelt_reading(spelt[best])}
    crops = [shown[box.top : box.bottom, box.left : box.right] for shown in pictures]
    seen = [Reading(*one) for one in engine.read([as_pixels(crop) for crop in crops])]
    readings[TRUEOCR] = seen[best]
    readings[TWIN] = spelt_reading(shared_twin().read([(pictures[best], box)])[0])
    for index, name in enumerate(names):
        if index != best:
            readings[f"{LINENET}/{name}"] = spelt_reading(spelt[index])
            readings[f"{TRUEOCR}/{name}"] = seen[index]
        readings[f"{LINENET}@{name}"] = spelt_reading(spelt[len(names) + index])
    readings = {key: reading for key, reading in readings.items() if reading.text}
    line = Line(place, readings, handwritten=handwritten(readings), red_overlap=red)
    return Look(line, lambda texts: _likelihood([steps for _, steps in seen_by_step], texts))


def _likelihood(looks: Sequence[Steps], texts: Sequence[str]) -> list[float]:
    """How likely each text is, by the mean of all looks: they see the same print, so they do not add up."""
    each = [steps.log_likelihood(texts) for steps in looks]
    return [sum(values) / len(each) for values in zip(*each, strict=True)]


def spelt_reading(line: LineRead) -> Reading:
    """LineNet's line as a reading, with the probability of every letter."""
    return Reading(line.text, line.confidence, tuple(letter.probability for letter in line.letters))
