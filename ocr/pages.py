"""From the bytes of a file to its pages as pixels, one at a time, within limits that are checked before decoding.

Owns type by content, limits, EXIF and PDF turns, square pixels and the size at which pages are worked on. It must not
know where on a page the paper lies; ``ocr.faces`` does.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from certificate.errors import ScanRefused, TooLarge, TooManyPages
from certificate.reading import Unreadable
from ocr.engines.images import Pixels, RasterFile, as_pixels, averaged
from ocr.engines.pdf import LayerWord, PdfFile, unturn
from ocr.media import MediaType, sniff
from ocr.options import Limits

Matrix = NDArray[np.float64]

# A3 at 300 dpi is 4961 pixels long; finer scans are brought down to about that.
MAX_SIDE_PX = 5000
_WORKING_DPI = 300.0
# Resolutions that differ less between the axes are rounding, not a fax.
_SQUARE_WITHIN = 1.03

logging.getLogger("pdfminer").setLevel(logging.ERROR)


@dataclass(frozen=True, eq=False)
class Page:
    """One page as displayed: uint8, ``[height, width]`` grey or ``[height, width, 3]`` BGR, square pixels.

    ``to_source`` maps its pixels to those of the page's stored image (a raster file's own pixels; for a PDF the
    visible box of the page before its turn). ``dpi`` is 0 where unknown. ``words`` are those of a PDF's text layer, in
    points, on pages that are not scans; ``px_per_pt`` takes them to pixels.
    """

    page_number: int
    image: Pixels
    to_source: Matrix
    source_width_px: int
    source_height_px: int
    dpi: float
    words: tuple[LayerWord, ...] = ()
    px_per_pt: float = 1.0


class Pages(Protocol):
    """An open file: how many pages, whether files are embedded, and its pages in order."""

    page_count: int
    has_attachment: bool

    def __iter__(self) -> Iterator[Page | Unreadable]: ...


def open_pages(data: bytes, limits: Limits) -> Pages:
    """Open a scan by its content; raises a ``ScanRefused`` for what cannot be read at all."""
    if len(data) > limits.max_bytes:
        raise TooLarge(f"{len(data)} bytes")
    opened: Pages = _PdfPages(data, limits) if sniff(data) is MediaType.PDF else _RasterPages(data, limits)
    if opened.page_count > limits.max_pages:
        raise TooManyPages(f"{opened.page_count} pages")
    return opened


class _PageByPage(ABC):
    """Pages one after the other; one that cannot be read is told and the others go on, unless it is the only one."""

    page_count: int

    def __iter__(self) -> Iterator[Page | Unreadable]:
        for index in range(self.page_count):
            try:
                yield self._page(index)
            except ScanRefused as refused:
                if self.page_count == 1:
                    raise
                yield Unreadable(index + 1, refused.code)

    @abstractmethod
    def _page(self, index: int) -> Page: ...


class _RasterPages(_PageByPage):
    has_attachment = False

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._file = RasterFile(data, limits.max_pixels)
        self.page_count = self._file.frame_count

    def _page(self, index: int) -> Page:
        frame = self._file.frame(index)
        height, width = frame.image.shape[:2]
        turned, to_stored = _undo_exif(frame.image, frame.exif_orientation)
        sideways = frame.exif_orientation in {5, 6, 7, 8}
        dpi_x, dpi_y = (frame.dpi_y, frame.dpi_x) if sideways else (frame.dpi_x, frame.dpi_y)
        square, to_turned, dpi = _square_pixels(turned, dpi_x, dpi_y)
        return _fitted(Page(index + 1, square, to_stored @ to_turned, width, height, dpi))


class _PdfPages(_PageByPage):
    def __init__(self, data: bytes, limits: Limits) -> None:
        self._file = PdfFile(data, limits.max_pixels, MAX_SIDE_PX)
        self.page_count = self._file.page_count
        self.has_attachment = False
        if self.page_count <= limits.max_pages:
            self.has_attachment = self._file.attachment_count() > 0 or any(
                self._file.has_page_attachment(index) for index in range(self.page_count)
            )

    def _page(self, index: int) -> Page:
        raster = self._file.raster(index)
        words = tuple(self._file.words(index)) if raster.may_trust_text else ()
        page = Page(
            index + 1,
            raster.image,
            raster.to_frame,
            raster.frame_width_px,
            raster.frame_height_px,
            raster.dpi,
            words,
            raster.dpi / 72.0,
        )
        return page if words else _fitted(page)


def _undo_exif(image: Pixels, orientation: int) -> tuple[Pixels, Matrix]:
    """The picture as a viewer shows it, and the map from its pixels to the stored ones."""
    height, width = image.shape[:2]
    mirror = np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1]], dtype=np.float64)
    turns = {1: 0, 2: 0, 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}[orientation]
    mirrored = orientation in {2, 4, 5, 7}
    if orientation == 1:
        return image, np.eye(3)
    flipped = image[:, ::-1] if mirrored else image
    turned = np.ascontiguousarray(np.rot90(flipped, -(turns // 90)))
    back = unturn(turns, width, height)
    return turned, mirror @ back if mirrored else back


def _square_pixels(image: Pixels, dpi_x: float, dpi_y: float) -> tuple[Pixels, Matrix, float]:
    """Stretch a fax's oblong pixels to square ones at the finer of its two resolutions."""
    if not dpi_x or not dpi_y or max(dpi_x, dpi_y) / min(dpi_x, dpi_y) < _SQUARE_WITHIN:
        return image, np.eye(3), max(dpi_x, dpi_y)
    dpi = max(dpi_x, dpi_y)
    height, width = image.shape[:2]
    new_width, new_height = max(1, round(width * dpi / dpi_x)), max(1, round(height * dpi / dpi_y))
    if max(dpi_x, dpi_y) / min(dpi_x, dpi_y) > 4 or max(new_width, new_height) > 4 * MAX_SIDE_PX:
        return image, np.eye(3), dpi
    stretched = as_pixels(cv2.resize(image, (new_width, new_height), interpolation=cv2.INTER_LINEAR))
    return stretched, np.diag([width / new_width, height / new_height, 1.0]), dpi


def _fitted(page: Page) -> Page:
    """Bring a page finer than 300 dpi, or longer than A3, down to the size that reading works at."""
    height, width = page.image.shape[:2]
    scale = min(1.0, MAX_SIDE_PX / max(height, width))
    if page.dpi > _WORKING_DPI * 1.1:
        scale = min(scale, _WORKING_DPI / page.dpi)
        # A camera's resolution tag means nothing: never shrink a page below what reading needs.
        scale = max(scale, min(1.0, 2200 / max(height, width)))
    if scale > 0.95:
        return page
    new_width, new_height = max(1, round(width * scale)), max(1, round(height * scale))
    smaller = averaged(page.image, (new_width, new_height))
    to_source = page.to_source @ np.diag([width / new_width, height / new_height, 1.0])
    return Page(
        page.page_number,
        smaller,
        to_source,
        page.source_width_px,
        page.source_height_px,
        page.dpi * scale,
        page.words,
        page.px_per_pt * scale,
    )
