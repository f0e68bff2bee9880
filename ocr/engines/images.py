"""Pillow and OpenCV as decoders: bytes of a JPEG, PNG or TIFF to an array of pixels, and back to a JPEG.

Owns what a raster file says about itself (size, resolution, EXIF turn) and whether it is whole.
It must not know what is on the picture.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from certificate.errors import Damaged, TooManyPixels
from ocr.media import MediaType, sniff

Pixels = NDArray[np.uint8]


def as_pixels(array: NDArray[Any]) -> Pixels:
    """The array as uint8 pixels: OpenCV's own types say less than we know."""
    return array.astype(np.uint8, copy=False)


# We check sizes ourselves, from the header, before anything is decoded; Pillow's own limit only warns.
Image.MAX_IMAGE_PIXELS = None
_FORMATS = ("JPEG", "PNG", "TIFF")

_EXIF_ORIENTATION = 274
# What libjpeg paints where the data ends too early: blocks of zero coefficients.
_MISSING_JPEG_GREY = 128
_MISSING_JPEG_ROWS = 8
_BAND_ROWS = 128


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a raster file: ``image`` is uint8, ``[height, width]`` grey or ``[height, width, 3]`` BGR.

    ``exif_orientation`` is 1-8 as EXIF counts. ``dpi_x`` and ``dpi_y`` are 0 where the file does not say.
    """

    image: Pixels
    exif_orientation: int
    dpi_x: float
    dpi_y: float


class RasterFile:
    """An open JPEG, PNG or TIFF: its frames are decoded one at a time."""

    def __init__(self, data: bytes, max_pixels: int) -> None:
        self._data = data
        self._max_pixels = max_pixels
        self._media_type = sniff(data)
        Image.init()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image = Image.open(io.BytesIO(data), formats=_FORMATS)
                # A PNG may hold an animation and a JPEG (MPO) a second view: the paper is on the first.
                count = getattr(image, "n_frames", 1) if self._media_type is MediaType.TIFF else 1
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError) as error:
            raise Damaged(type(error).__name__) from error
        self.frame_count: int = count
        self._check_size(image)

    def _check_size(self, image: Image.Image) -> None:
        width, height = image.size
        if width * height > self._max_pixels:
            raise TooManyPixels(f"{width} x {height}")
        if width < 1 or height < 1:
            raise Damaged("no pixels")

    def frame(self, index: int) -> Frame:
        """Decode one picture whole; ``Damaged`` when any part of it is missing."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # Opened anew: Pillow's own copy of the pixels goes with it.
                opened = Image.open(io.BytesIO(self._data), formats=_FORMATS)
                if self._media_type is MediaType.TIFF:
                    opened.seek(index)
                self._check_size(opened)
                opened.load()
                image = _to_array(opened)
                orientation = int(opened.getexif().get(_EXIF_ORIENTATION, 1) or 1)
                dpi_x, dpi_y = _dpi(opened)
        except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, OverflowError) as error:
            raise Damaged(type(error).__name__) from error
        if self._media_type is MediaType.JPEG and jpeg_tail_is_missing(image):
            raise Damaged("the picture ends too early")
        return Frame(image, orientation if 1 <= orientation <= 8 else 1, dpi_x, dpi_y)


def _dpi(image: Image.Image) -> tuple[float, float]:
    try:
        x, y = image.info.get("dpi", (0, 0))
        dpi_x, dpi_y = float(x), float(y)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    plausible = 20 <= dpi_x <= 5000 and 20 <= dpi_y <= 5000
    return (dpi_x, dpi_y) if plausible else (0.0, 0.0)


def jpeg_tail_is_missing(image: Pixels) -> bool:
    """Whether a decoded JPEG ends in the even grey that the decoder paints where data is missing."""
    tail = image[-_MISSING_JPEG_ROWS:]
    return bool(image.shape[0] > _MISSING_JPEG_ROWS and np.all(tail == _MISSING_JPEG_GREY))


def _to_array(image: Image.Image) -> Pixels:
    """Any Pillow image as grey or BGR on white paper."""
    if image.mode.startswith(("I", "F")):
        return _deep_grey(image)
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    if image.mode in {"1", "L"}:
        return np.asarray(image.convert("L"), dtype=np.uint8)
    return _bgr(image if image.mode == "RGB" else image.convert("RGB"))


def _bgr(image: Image.Image) -> Pixels:
    """An RGB picture's pixels, taken in bands: Pillow hands a picture over in two more copies."""
    width, height = image.size
    pixels: Pixels = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _BAND_ROWS):
        bottom = min(height, top + _BAND_ROWS)
        band = np.asarray(image.crop((0, top, width, bottom)), dtype=np.uint8)
        cv2.cvtColor(band, cv2.COLOR_RGB2BGR, dst=pixels[top:bottom])
    return pixels


def _deep_grey(image: Image.Image) -> Pixels:
    """16-bit and floating grey brought to 8 bits by its own range."""
    deep = np.asarray(image).astype(np.float32)
    top = float(deep.max(initial=0.0))
    whole = 65535.0 if top > 255 else 255.0 if top > 1 else 1.0
    return as_pixels(np.clip(deep * (255.0 / whole), 0, 255))


_HALF = 0.5


def shrunk(image: Pixels, scale: float) -> Pixels:
    """The picture at ``scale`` of its size, by averaging; never smaller than one pixel.

    To the half each pixel is the mean of four, a row or column too many dropped: a twelfth of the time.
    """
    height, width = image.shape[:2]
    if scale == _HALF and min(height, width) > 1:
        return halved(image)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return as_pixels(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def averaged(image: Pixels, size: tuple[int, int]) -> Pixels:
    """The picture brought down to ``size`` (width, height) by averaging.

    By halves as far as it goes: OpenCV halves twelve times as fast as it shrinks by odd measures. A row or column too
    many is dropped there, less than a pixel of the result: for lightness and angles, not where every pixel of a thin
    ring or stroke counts.
    """
    while holds_twice(image, size):
        image = halved(image)
    if image.shape[1::-1] == size:
        return image
    return as_pixels(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def holds_twice(image: Pixels, size: tuple[int, int]) -> bool:
    """Whether the picture is at least twice as wide and as high as ``size`` (width, height)."""
    return bool(image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1])


def halved(image: Pixels) -> Pixels:
    """The picture at half its size, a row or column too many dropped."""
    height, width = image.shape[0] // 2, image.shape[1] // 2
    return as_pixels(cv2.resize(image[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA))


def numbered(mask: Pixels) -> tuple[NDArray[np.integer[Any]], NDArray[np.int32]]:
    """The pieces of a mask that hang together, corners included: the picture of their numbers, and OpenCV's statistics.

    Numbers of 16 bits take less than half the time of longer ones; masks with more pieces get those.
    """
    try:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    except cv2.error:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return np.asarray(labels), np.asarray(stats, dtype=np.int32)


def percentiles(pixels: Pixels, *shares: float) -> tuple[float, ...]:
    """What ``np.percentile`` gives for shares of 0 to 100, one channel's pixels counted instead of sorted."""
    counts = np.asarray(cv2.calcHist([np.ascontiguousarray(pixels)], [0], None, [256], [0, 256]))
    reached = np.cumsum(counts.ravel().astype(np.int64))
    last = pixels.size - 1
    found = []
    for share in shares:
        place = last * (share / 100)
        lower = int(place)
        part = place - lower
        low, high = (int(np.searchsorted(reached, at, side="right")) for at in (lower, min(lower + 1, last)))
        # As numpy comes between two neighbours, to the last bit.
        found.append(low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part))
    return tuple(found)


def decode_jpeg(data: bytes, max_pixels: int) -> Pixels:
    """Decode one JPEG whole, or raise ``Damaged``."""
    return RasterFile(data, max_pixels).frame(0).image


def encode_jpeg(image: Pixels, quality: int) -> bytes:
    """The picture as JPEG bytes at ``quality`` (1-100)."""
    done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise Damaged("cannot encode")
    return encoded.tobytes()


def encode_png(image: Pixels) -> bytes:
    """The picture as PNG bytes, for looking at stages."""
    done, encoded = cv2.imencode(".png", image)
    if not done:
        raise Damaged("cannot encode")
    return encoded.tobytes()


def encode_pgm(image: Pixels) -> bytes:
    """A grey picture as PGM: the cheapest form that Tesseract takes."""
    height, width = image.shape
    return b"P5\n%d %d\n255\n" % (width, height) + np.ascontiguousarray(image).tobytes()
