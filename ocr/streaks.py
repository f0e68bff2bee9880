"""Streaks of a scanner or copier: thin dark lines from one edge of a page to the other, taken out before layout.

Dirt on a feeder's glass or a scratch on a copier's drum draws them through margins, words and tables alike, where no
rule of a form goes; left in, they part columns and letters. Owns which lines are streaks and what stands in their
place; it must not know what is printed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.images import Pixels, as_pixels, shrunk

_SCALE = 0.5
_LEAST_SIDE_PX = 400
# On the small copy: darker by so many steps than what lies so far beside it, on both sides.
_BESIDE_PX, _DARKER = 4, 12
# Where the page is darker than this (a scanner's lid, a black border) a streak need not be seen.
_BRIGHT = 110
# A page is looked at in so many bands, at least so many parts of them bright. A streak is seen over so much of a band,
# steps by so many pixels to the next at most, and strays by so many from a straight line.
_BANDS, _BRIGHT_BANDS, _SEEN, _STEP_PX, _STRAY_PX = 24, 0.8, 0.6, 2, 1.5
# More lines than this are no streaks but the rules of a table that fills the picture; one line in two goes no further.
_MOST, _SAME_PX = 3, 6
# So near to the picture's edge, as a part of its width, runs the edge of the sheet.
_MARGIN = 0.025
# A streak lies within so many pixels of the page beside its middle, and is what is darker than the paper by so much of
# what its darkest pixels are.
_REACH_PX, _PART_OF_DEPTH = 5, 0.15


@dataclass(frozen=True, slots=True)
class Streak:
    """A line that runs down a picture: its x on the first row, and how far it moves with each row."""

    x: float
    slope: float


def without_streaks(page: Pixels) -> Pixels:
    """The page (uint8, grey or BGR) without its streaks; the same array where it has none."""
    if min(page.shape[:2]) < _LEAST_SIDE_PX:
        return page
    small = shrunk(page, _SCALE)
    grey = as_pixels(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)) if small.ndim == 3 else small
    page = _wiped(page, find_streaks(grey))
    across = find_streaks(as_pixels(cv2.transpose(grey)))
    return as_pixels(cv2.transpose(_wiped(as_pixels(cv2.transpose(page)), across))) if across else page


def find_streaks(grey: Pixels) -> list[Streak]:
    """The streaks that run down a grey picture at half size."""
    edges = np.linspace(0, grey.shape[0], _BANDS + 1).astype(int).tolist()
    middles: list[float] = []
    tracks: list[list[float]] | None = None
    for top, bottom in itertools.pairwise(edges):
        thin, lightness = _thin_and_lightness(grey[top:bottom])
        if lightness < _BRIGHT:
            continue
        columns = np.flatnonzero(thin >= _SEEN * (bottom - top))
        middles.append((top + bottom) / 2)
        tracks = [[float(x)] for x in columns] if tracks is None else _continued(tracks, columns)
        if not tracks:
            return []
    if len(middles) < _BRIGHT_BANDS * _BANDS:
        return []
    found: list[Streak] = []
    margin = _MARGIN * grey.shape[1]
    for streak in (_straight(track, middles) for track in tracks or []):
        is_inside = streak is not None and margin < streak.x + streak.slope * grey.shape[0] / 2 < grey.shape[1] - margin
        if streak is not None and is_inside and all(abs(streak.x - other.x) > _SAME_PX for other in found):
            found.append(streak)
    return found if len(found) <= _MOST else []


def _thin_and_lightness(band: Pixels) -> tuple[NDArray[np.int64], float]:
    """In how many rows each column is part of a thin dark line, and how light the band is."""
    kernel = np.ones((1, 2 * _BESIDE_PX + 1), np.uint8)
    # A streak that leans passes from one column to the next within a band.
    thin = cv2.dilate(cv2.morphologyEx(band, cv2.MORPH_BLACKHAT, kernel), np.ones((1, 3), np.uint8)) >= _DARKER
    return thin.sum(axis=0, dtype=np.int64), float(np.median(band))


def _continued(tracks: Sequence[list[float]], columns: NDArray[np.int64]) -> list[list[float]]:
    """The tracks that go on in the next band."""
    longer = []
    for track in tracks:
        near = columns[np.abs(columns - track[-1]) <= _STEP_PX + 1]
        if len(near):
            longer.append([*track, float(near.mean())])
    return longer


def _straight(track: Sequence[float], middles: Sequence[float]) -> Streak | None:
    """The streak along a track, if that is straight."""
    rows = np.array(middles)
    slope, x = (float(value) for value in np.polyfit(rows, np.array(track), 1))
    return Streak(x, slope) if float(np.abs(np.array(track) - (x + slope * rows)).max()) <= _STRAY_PX else None


def _wiped(page: Pixels, streaks: Sequence[Streak]) -> Pixels:
    """The page with what stands beside each streak in its place; words that it crosses keep their strokes across."""
    if not streaks:
        return page
    wiped = page.copy()
    rows = np.arange(page.shape[0])
    for streak in streaks:
        line = _followed_closely(page, streak)
        middle, profiles = _along(page, line)
        first, last = _extent(np.median(profiles, axis=0))
        if abs(line.slope) * page.shape[0] > 1:  # It steps, not always where its middle does.
            first, last = max(first - 1, 1 - _REACH_PX), min(last + 1, _REACH_PX - 1)
        before = page[rows, middle + first - 1].astype(np.float32)
        behind = page[rows, middle + last + 1].astype(np.float32)
        for offset in range(first, last + 1):
            share = (offset - first + 1) / (last - first + 2)
            wiped[rows, middle + offset] = np.rint((1 - share) * before + share * behind).astype(np.uint8)
    return wiped


def _along(page: Pixels, line: Streak) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Where a streak of the page stands in each row, and how light each row is around it, from left to right."""
    rows = np.arange(page.shape[0])
    middle = np.rint(line.x + line.slope * rows).astype(np.int64)
    middle = np.clip(middle, _REACH_PX, page.shape[1] - 1 - _REACH_PX)
    around = page[rows[:, None], middle[:, None] + np.arange(-_REACH_PX, _REACH_PX + 1)]
    return middle, around.reshape(len(rows), 2 * _REACH_PX + 1, -1).mean(axis=2)


def _followed_closely(page: Pixels, streak: Streak) -> Streak:
    """A streak of the small copy in the page's own pixels, laid through where each stretch is darkest."""
    line = Streak((streak.x + 0.5) / _SCALE - 0.5, streak.slope)
    middle, profiles = _along(page, line)
    rows, places = [], []
    for stretch in np.array_split(np.arange(len(middle)), _BANDS):
        profile = np.median(profiles[stretch], axis=0)
        depth = np.clip(profile.max() - profile, 0, None)
        depth[depth < depth.max() / 2] = 0
        if depth.any():
            rows.append(float(stretch.mean()))
            offset = float((depth * np.arange(-_REACH_PX, _REACH_PX + 1)).sum() / depth.sum())
            places.append(line.x + line.slope * rows[-1] + offset)
    if len(rows) < _BANDS / 2:
        return line
    slope, x = (float(value) for value in np.polyfit(np.array(rows), np.array(places), 1))
    return Streak(x, slope)


def _extent(usual: NDArray[np.float64]) -> tuple[int, int]:
    """From where to where beside its middle a streak is dark, by how light it is from left to right."""
    paper = min(float(usual[:2].max()), float(usual[-2:].max()))
    dark = np.flatnonzero(usual[1:-1] < paper - _PART_OF_DEPTH * (paper - float(usual.min())))
    return (int(dark[0]) + 1 - _REACH_PX, int(dark[-1]) + 1 - _REACH_PX) if len(dark) else (0, 0)
