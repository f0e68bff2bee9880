"""What a scanner, a copier, the years or a phone make of a drawn page. Images are RGB uint8 at 300 dpi going in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Image = NDArray[np.uint8]
_WHITE = 255.0
# So many of the sheets on photographs are curled.
_BENT = 0.5


@dataclass(frozen=True, slots=True)
class Captured:
    """A captured page: RGB, grey, or black and white (0 and 255, ``is_bilevel``); its dpi (0 for a photo)."""

    pixels: Image
    dpi: int
    jpeg_quality: int = 82
    is_bilevel: bool = False


def _clip(values: NDArray[np.floating]) -> Image:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def _noise(pixels: Image, rng: Generator, sigma: float) -> Image:
    noise = rng.normal(0, sigma, pixels.shape[:2]).astype(np.float32)
    if pixels.ndim == 3:
        noise = noise[:, :, None] + rng.normal(0, sigma * 0.4, pixels.shape).astype(np.float32)
    return _clip(pixels.astype(np.float32) + noise)


def _blur(pixels: Image, sigma: float) -> Image:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)


def _scale(pixels: Image, factor: float) -> Image:
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _tilt(pixels: Image, rng: Generator, most_deg: float, *, backing: int | None = None) -> Image:
    """Lay the page a little askew; ``backing`` is the grey of the scanner's lid, white when unset."""
    angle = float(rng.uniform(-most_deg, most_deg))
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    matrix[:, 2] += rng.uniform(-0.006, 0.006, 2) * width
    shade = 250 if backing is None else backing
    return np.asarray(
        cv2.warpAffine(
            pixels,
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(shade, shade, shade),
        ),
        dtype=np.uint8,
    )


def _grey(pixels: Image) -> Image:
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _smooth_field(shape: tuple[int, int], rng: Generator, cells: int) -> NDArray[np.float32]:
    """Values from -1 to 1 that change slowly over the page."""
    coarse = rng.uniform(-1, 1, (cells + 2, cells + 2)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def flatbed(page: Image, rng: Generator) -> Captured:
    """An office scanner, 300 dpi, colour."""
    tone = rng.uniform(0.97, 1.01, 3).astype(np.float32)
    pixels = _clip(_blur(_tilt(page, rng, 0.7), float(rng.uniform(0.5, 0.9))).astype(np.float32) * tone)
    return Captured(_noise(pixels, rng, float(rng.uniform(1.0, 3.0))), 300, int(rng.integers(72, 90)))


def skewed(page: Image, rng: Generator) -> Captured:
    """An office scanner, paper laid in askew, up to 3 degrees."""
    pixels = _tilt(page, rng, 3.0, backing=int(rng.choice([250, 235, 60])))
    return Captured(_noise(_blur(pixels, 0.7), rng, 2.0), 300, 80)


def grey200(page: Image, rng: Generator) -> Captured:
    """A copier's scan, 200 dpi, grey."""
    pixels = _scale(_grey(_tilt(page, rng, 0.8)), 200 / 300)
    return Captured(_noise(_blur(pixels, 0.5), rng, 2.5), 200, int(rng.integers(65, 85)))


def colour200(page: Image, rng: Generator) -> Captured:
    """What archives ask for at least: 200 dpi, colour."""
    pixels = _scale(_tilt(page, rng, 0.6), 200 / 300)
    return Captured(_noise(_blur(pixels, 0.45), rng, float(rng.uniform(0.6, 1.8))), 200, int(rng.integers(70, 88)))


def low150(page: Image, rng: Generator) -> Captured:
    """A thrifty scan, 150 dpi, colour, pressed hard."""
    pixels = _scale(_tilt(page, rng, 0.8), 150 / 300)
    return Captured(_noise(pixels, rng, 2.0), 150, int(rng.integers(55, 75)))


def fax(page: Image, rng: Generator) -> Captured:
    """Black and white, 200 dpi, as a fax or an old multi-function device keeps it."""
    grey = _scale(_grey(_tilt(page, rng, 0.8)), 200 / 300)
    grey = _noise(_blur(grey, 0.6), rng, 5.0)
    local = cv2.GaussianBlur(grey, (0, 0), 25)
    cut = local.astype(np.float32) * float(rng.uniform(0.74, 0.82))
    black = grey.astype(np.float32) < cut
    specks = rng.random(black.shape) < 0.0004
    return Captured(np.where(black | specks, 0, 255).astype(np.uint8), 200, is_bilevel=True)


def worn(page: Image, rng: Generator) -> Captured:
    """An old paper: yellowed, folded in four, stained, the print faded in places."""
    height, width = page.shape[:2]
    values = page.astype(np.float32)
    wear = float(rng.uniform(0.6, 1.7))
    fade = wear * (0.12 + 0.16 * (_smooth_field((height, width), rng, 4) + 1) / 2)
    # Where the paper was rubbed, ink has come off in flakes.
    grain = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.3)
    rubbed = grain > 0.62 - 0.22 * wear * _smooth_field((height, width), rng, 5)
    fade = np.where(rubbed, np.minimum(0.75, fade + 0.3 * wear), fade).astype(np.float32)
    values += (_WHITE - values) * fade[:, :, None]
    values *= np.array([1.0, rng.uniform(0.93, 0.97), rng.uniform(0.78, 0.88)], dtype=np.float32)
    values *= (1 + 0.06 * _smooth_field((height, width), rng, 6))[:, :, None]
    for axis, length in ((0, height), (1, width)):
        for share in (0.5,) if axis else (1 / 3, 2 / 3):
            _fold(values, axis, int(length * share + rng.integers(-20, 20)), rng)
    for _ in range(int(rng.integers(2, 6))):
        _stain(values, rng)
    pixels = _tilt(_clip(values), rng, 1.2, backing=240)
    return Captured(_noise(_blur(pixels, 0.8), rng, 4.0), 300, 76)


def _fold(values: NDArray[np.float32], axis: int, at: int, rng: Generator) -> None:
    length = values.shape[axis]
    wide = int(rng.integers(8, 18))
    profile = np.zeros(length, np.float32)
    places = np.arange(length)
    profile += 34 * np.exp(-(((places - at) / 2.2) ** 2)) * float(rng.uniform(0.5, 1.2))
    profile -= 26 * np.exp(-(((places - at - wide * 0.5) / wide) ** 2))
    values += profile[:, None, None] if axis == 0 else profile[None, :, None]


def _stain(values: NDArray[np.float32], rng: Generator) -> None:
    height, width = values.shape[:2]
    mask = np.zeros((height // 8, width // 8), np.float32)
    centre = (int(rng.integers(0, width // 8)), int(rng.integers(0, height // 8)))
    axes = (int(rng.integers(12, 60)), int(rng.integers(12, 60)))
    cv2.ellipse(mask, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 5), np.float32)
    soft = cv2.resize(mask, (width, height))[:, :, None] * float(rng.uniform(0.06, 0.2))
    values *= 1 - soft * np.array([0.6, 0.9, 1.4], dtype=np.float32)


def photocopy(page: Image, rng: Generator) -> Captured:
    """A copy of a copy: grey, hard contrast, thick or broken strokes, specks, a dark edge; 300 dpi."""
    grey = _grey(page)
    for _ in range(2):
        grey = _blur(grey, float(rng.uniform(0.9, 1.3)))
        centre = float(rng.uniform(140, 172))
        values = grey.astype(np.float32)
        grey = _clip(255 / (1 + np.exp(-(values - centre) / float(rng.uniform(14, 22)))))
        grey = _noise(grey, rng, 5.0)
    specks = rng.random(grey.shape) < 0.0003
    grey = np.where(
        cv2.dilate(specks.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0, rng.integers(0, 120), grey
    ).astype(np.uint8)
    edge = int(rng.integers(0, 26))
    if edge:
        grey[:, :edge] = (grey[:, :edge] * 0.35).astype(np.uint8)
    return Captured(_tilt(grey, rng, 1.2), 300, 74)


def phone(page: Image, rng: Generator) -> Captured:
    """A photograph on a desk: perspective, shadow, uneven light, blur, noise; every other sheet does not lie flat."""
    height, width = page.shape[:2]
    shrink = 2300 / max(height, width) * float(rng.uniform(0.95, 1.15))
    small = _scale(page, shrink)
    height, width = small.shape[:2]
    margin = int(0.09 * max(height, width))
    out_width, out_height = width + 2 * margin, height + 2 * margin
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    wander = rng.uniform(-0.045, 0.045, (4, 2)).astype(np.float32) * min(width, height)
    target = (corners + margin + wander).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    desk = _desk((out_height, out_width), rng)
    laid = cv2.warpPerspective(small, matrix, (out_width, out_height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (out_width, out_height))
    # From a stream of its own, so that flat sheets are drawn as they always were.
    (bending,) = rng.spawn(1)
    if bending.random() < _BENT:
        laid, mask = bent((laid, mask), bending)
    cast = cv2.GaussianBlur(np.roll(mask, (9, 7), (0, 1)), (0, 0), 9).astype(np.float32) / 255
    values = desk.astype(np.float32) * (1 - 0.45 * cast[:, :, None])
    cover = cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32)[:, :, None] / 255
    values = values * (1 - cover) + laid.astype(np.float32) * cover
    values *= _light((out_height, out_width), rng)[:, :, None]
    values *= rng.uniform(0.92, 1.04, 3).astype(np.float32)
    pixels = _blur(_clip(values), float(rng.uniform(0.5, 0.95)))
    return Captured(_noise(pixels, rng, float(rng.uniform(2, 5))), 0, int(rng.integers(72, 88)))


def bent(pictures: Sequence[NDArray[Any]], rng: Generator) -> list[Image]:
    """Pictures of a curled sheet: each side swings in a wave of its own, by up to a hundredth of its length."""
    height, width = pictures[0].shape[:2]
    across, down = np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32)

    def wave(along: NDArray[np.float32], length: int) -> NDArray[np.float32]:
        swing, turns, start = rng.uniform(0.002, 0.01) * length, rng.uniform(0.4, 1.3), rng.uniform(0, 1)
        return np.asarray(swing * np.sin(2 * np.pi * (turns * along + start)), np.float32)

    top, bottom, left, right = wave(across, height), wave(across, height), wave(down, width), wave(down, width)
    ys = np.arange(height, dtype=np.float32)[:, None] + (1 - down)[:, None] * top + down[:, None] * bottom
    xs = np.arange(width, dtype=np.float32) + (1 - across) * left[:, None] + across * right[:, None]
    return [np.asarray(cv2.remap(picture, xs, ys, cv2.INTER_LINEAR), np.uint8) for picture in pictures]


def _desk(shape: tuple[int, int], rng: Generator) -> Image:
    base = np.array([(96, 70, 48), (60, 62, 66), (150, 130, 104), (40, 54, 70)][int(rng.integers(0, 4))], np.float32)
    grain = cv2.GaussianBlur(rng.normal(0, 30, shape).astype(np.float32), (0, 0), sigmaX=25, sigmaY=1.2)
    return _clip(base + grain[:, :, None] * 2.0 + rng.normal(0, 3, (*shape, 1)))


def _light(shape: tuple[int, int], rng: Generator) -> NDArray[np.float32]:
    """Light falling off to one side, and perhaps the shadow of the hand that holds the phone."""
    height, width = shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = float(rng.uniform(0, 6.28))
    slope = (np.cos(angle) * (xs / width - 0.5) + np.sin(angle) * (ys / height - 0.5)).astype(np.float32)
    light = 0.93 + float(rng.uniform(0.1, 0.3)) * slope
    if rng.random() < 0.6:
        side = float(rng.uniform(0, 6.28))
        edge = np.cos(side) * (xs / width - 0.5) + np.sin(side) * (ys / height - 0.5) - float(rng.uniform(0.12, 0.3))
        light = light * (1 - float(rng.uniform(0.15, 0.35)) / (1 + np.exp(-edge * 40)))
    return np.asarray(light, dtype=np.float32)


def clean(page: Image, rng: Generator) -> Captured:
    """The drawing as it is, without loss; for looking at and for born-digital files."""
    del rng
    return Captured(page, 300, 95)


CAPTURES: dict[str, Callable[[Image, Generator], Captured]] = {
    "clean": clean,
    "flatbed": flatbed,
    "skewed": skewed,
    "colour200": colour200,
    "grey200": grey200,
    "fax": fax,
    "low150": low150,
    "worn": worn,
    "photocopy": photocopy,
    "phone": phone,
}


def quarter_turn(captured: Captured, clockwise_deg: int) -> Captured:
    """The page fed in on its side or upside down: turned clockwise by 0, 90, 180 or 270 degrees."""
    pixels = np.ascontiguousarray(np.rot90(captured.pixels, -(clockwise_deg // 90)))
    return Captured(pixels, captured.dpi, captured.jpeg_quality, captured.is_bilevel)
