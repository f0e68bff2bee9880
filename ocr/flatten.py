"""Flattening: pink guilloche, yellowing and shadows go, black and red print stay.

A red-weighted grey, because the paper's pink and its yellowing are light in red, divided by the local background,
because shadows and folds are smooth. A second rendering in the red channel alone lets red ink vanish, for lines that
stand under a seal. Pure functions over pixels; nothing here knows about lines or words.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.images import Pixels, as_pixels, averaged, percentiles, shrunk

# Blue, green, red: pink and yellow paper stays light, red ink (little green and blue) still dark enough to read.
_GREY_WEIGHTS = np.array([[0.15, 0.30, 0.55]], dtype=np.float32)
# The background is sought at this fraction of the size: print is thin there, shadows are not.
_BACKGROUND_SCALE = 1 / 8
# The median of red over the other colours on a book's cover is some 130, on the pinkest paper 50.
_COVER_REDNESS = 80
# In grey, covers are 40 to 110, the darkest paper some 140.
_COVER_GREY = 120
# Ratios to the background: at and above the first it is paper, at and below the second it is ink.
_PAPER = 0.86
_INK = 0.30

# The darkest three in a thousand of a face are print: ratios of 0 to 0.47 on 70 scans of every kind. Print lighter than
# the first is stretched as if it were as dark as the last; what is lighter than the second may be the paper's pattern.
_DARKEST_PART = 0.3
_FAINT_PRINT = 0.50
_FAINTEST_PRINT = 0.82
_COMMON_PRINT = 0.35

# Ink takes more of some colour than this; a ball pen's takes so much less of blue than of the others. Navy print (the
# ink of some offices' values) stays below.
_DARK_ENOUGH = 0.35
_PEN_BLUE = 0.40


def red_weighted_grey(image: Pixels) -> Pixels:
    """Grey in which pink and yellow are nearly white and red print is still dark; grey stays as it is."""
    if image.ndim == 2:
        return image
    return as_pixels(cv2.transform(image, _GREY_WEIGHTS))


def red_channel(image: Pixels) -> Pixels:
    """The rendering in which red ink vanishes; grey stays as it is."""
    return image if image.ndim == 2 else np.ascontiguousarray(image[:, :, 2])


def is_cover(image: Pixels) -> bool:
    """Whether a face is the cover of a book: light and black print on strong red, or what grey makes of it."""
    if image.ndim == 2:
        height, width = image.shape
        inner = image[height // 5 : height - height // 5 : 16, width // 5 : width - width // 5 : 16]
        return bool(inner.size) and float(np.median(inner)) < _COVER_GREY
    sample = image[::16, ::16].reshape(-1, 3).astype(np.int16)
    return float(np.median(sample[:, 2] - np.maximum(sample[:, 0], sample[:, 1]))) > _COVER_REDNESS


def flatten_cover(grey: Pixels) -> Pixels:
    """The flattened grey of a cover: print lighter or darker than its ground becomes black alike."""
    small = shrunk(grey, _BACKGROUND_SCALE)
    side = max(3, min(51, (min(small.shape) // 2) * 2 - 1))
    ground = cv2.resize(cv2.medianBlur(small, side), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    apart = cv2.absdiff(grey, as_pixels(ground))
    blacker = np.clip((np.arange(256, dtype=np.float32) - 15) * 3.5, 0, 255)
    return as_pixels(cv2.LUT(apart, as_pixels(255 - blacker)))


def flatten_grey(grey: Pixels) -> Pixels:
    """Divide by the local background and stretch, so that paper is white and ink is black; same shape.

    Faint print, as of a worn ribbon or a copy of a copy, is stretched further.
    """
    background = local_background(grey)
    flat = cv2.divide(grey, background, scale=255)
    gain = _faintness(as_pixels(flat))
    return as_pixels(cv2.LUT(flat, _stretch(1 - (1 - _PAPER) * gain, 1 - (1 - _INK) * gain)))


def _faintness(divided: Pixels) -> float:
    """How far print on this face is apart from its paper: 1 where it is as dark as print mostly is, less if faint."""
    height, width = divided.shape
    inner = divided[height // 30 : height - height // 30 : 3, width // 30 : width - width // 30 : 3]
    darkest = percentiles(inner, _DARKEST_PART)[0] / 255 if inner.size else 1.0
    return (1 - darkest) / (1 - _COMMON_PRINT) if _FAINT_PRINT < darkest < _FAINTEST_PRINT else 1.0


def flatten(image: Pixels) -> Pixels:
    """The flattened red-weighted grey of a picture, grey or BGR."""
    grey = red_weighted_grey(image)
    return flatten_cover(grey) if is_cover(image) else flatten_grey(grey)


def flatten_without_red(image: Pixels) -> Pixels:
    """The flattened rendering in which red ink vanishes."""
    return flatten_grey(red_channel(image))


def local_background(grey: Pixels) -> Pixels:
    """How light the paper is around each pixel; print and thin lines leave no trace."""
    height, width = grey.shape
    small_size = (max(1, round(width * _BACKGROUND_SCALE)), max(1, round(height * _BACKGROUND_SCALE)))
    small = averaged(grey, small_size)
    lightest = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5)))
    closed = cv2.erode(
        cv2.dilate(lightest, cv2.getStructuringElement(cv2.MORPH_RECT, (9, 9))),
        cv2.getStructuringElement(cv2.MORPH_RECT, (9, 9)),
    )
    smooth = cv2.medianBlur(closed, 15) if min(closed.shape) > 15 else closed
    # Nothing is paper below this: a black margin must not be stretched to white.
    smooth = np.maximum(smooth, 48).astype(np.uint8)
    return as_pixels(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR))


def _stretch(paper: float, ink: float) -> Pixels:
    ratio = np.arange(256, dtype=np.float32) / 255
    return np.clip((ratio - ink) / (paper - ink) * 255, 0, 255).astype(np.uint8)


def red_mask(image: Pixels) -> Pixels:
    """255 where there is red ink (a seal, a red title), 0 elsewhere; all 0 on a grey picture."""
    if image.ndim == 2:
        return np.zeros(image.shape, dtype=np.uint8)
    blue, green, red = cv2.split(image)
    redness = cv2.subtract(red, cv2.max(blue, green))
    # Pink paper is red by some 20-50 levels all over: only what is far redder than the paper is ink.
    paper = float(np.median(redness[::16, ::16])) if redness.size else 0.0
    return as_pixels(cv2.threshold(redness, paper + 45, 255, cv2.THRESH_BINARY)[1])


def blue_part(image: Pixels, ink: NDArray[np.bool_]) -> float:
    """How much of the ink in a piece of a face is as blue as a ball pen's (0.0-1.0); 0 on a grey picture.

    ``ink`` is true on ink, of the height and width of ``image``. Ink is blue where it takes far less of the paper's
    blue than of its red and green, so neither pink paper nor a soft edge makes print look blue.
    """
    if image.ndim == 2 or not ink.any():
        return 0.0
    sample = image.reshape(-1, 3)[::7]
    paper = np.array([percentiles(sample[:, channel], 80)[0] for channel in range(3)]).clip(60, 255)
    taken = (1.0 - image[ink] / paper).clip(0.0, 1.0)
    most = taken.max(axis=1)
    dark = most > _DARK_ENOUGH
    if not dark.any():
        return 0.0
    blueness = (taken[dark, 1:].mean(axis=1) - taken[dark, 0]) / most[dark]
    return float((blueness > _PEN_BLUE).mean())


def pinkness(image: Pixels) -> float:
    """How pink the paper is, 0.0 (white or grey) to 1.0 (as pink as a certificate gets)."""
    if image.ndim == 2 or not image.size:
        return 0.0
    sample = image[::16, ::16].reshape(-1, 3).astype(np.float32)
    light = sample[sample.max(axis=1) > 110]
    if not len(light):
        return 0.0
    # Yellowed paper is low in blue alone; pink is low in green.
    pink = (light[:, 2] - light[:, 1]) / np.maximum(light[:, 2], 1)
    return float(np.clip(np.median(pink) / 0.12, 0.0, 1.0))
