"""PDF files through pypdfium2 (pages as pixels) and pdfplumber (words of the text layer).

The only module that names either. Owns what a page holds, at which resolution it was scanned, and where a rendered
pixel lies on the page. Its page frame is the visible box (CropBox) before ``/Rotate`` is applied.
"""

from __future__ import annotations

import io
import itertools
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from certificate.errors import Damaged, Encrypted, TooManyPixels
from ocr.engines.heap import circles_freed
from ocr.engines.images import Pixels, decode_jpeg

Matrix = NDArray[np.float64]

POINTS_PER_INCH = 72.0
# Born-digital pages are drawn at the resolution that scans have.
DRAWN_DPI = 300.0
_LOWEST_DPI = 100.0
_MAX_OBJECTS = 4000
# An image that covers this part of the page is the page.
_SCAN_COVER = 0.7
_INVISIBLE_TEXT = 3
_FILE_ATTACHMENT = 17


# Fonts of some programs call a hyphen a soft one, or one that does not break; what is printed is the same stroke.
_HYPHENS = str.maketrans("\u00ad\u2010\u2011", "---")


@dataclass(frozen=True, slots=True)
class LayerWord:
    """A word of a PDF's text layer; edges in points from the top left of the page as displayed."""

    text: str
    left_pt: float
    top_pt: float
    right_pt: float
    bottom_pt: float


@dataclass(frozen=True, slots=True)
class PageInside:
    """What a page is made of: whether an image makes up the page, its pixels per point, and its visible text."""

    scan_dpi: float
    is_scan: bool
    only_jpeg: Any | None
    has_visible_text: bool


@dataclass(frozen=True, slots=True)
class PageRaster:
    """A page as displayed, ``dpi`` pixels an inch; ``to_frame`` maps its pixels to those of the unturned page frame."""

    image: Pixels
    dpi: float
    to_frame: Matrix
    frame_width_px: int
    frame_height_px: int
    may_trust_text: bool


@contextmanager
def _pdfium_errors() -> Iterator[None]:
    try:
        yield
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise Encrypted from error
        raise Damaged("pdf") from error
    except (ValueError, OverflowError, MemoryError) as error:
        raise Damaged(f"pdf: {type(error).__name__}") from error


class PdfFile:
    """An open PDF; pages are taken out one at a time."""

    def __init__(self, data: bytes, max_pixels: int, max_side_px: int) -> None:
        self._data = data
        self._max_pixels = max_pixels
        self._max_side_px = max_side_px
        with _pdfium_errors():
            self._document = pypdfium2.PdfDocument(data)
            self.page_count = len(self._document)
        if self.page_count < 1:
            raise Damaged("no pages")

    def close(self) -> None:
        self._document.close()

    def attachment_count(self) -> int:
        """How many files are embedded in the document itself (those on a page are counted with the page)."""
        with _pdfium_errors():
            return max(0, int(self._document.count_attachments()))

    def has_page_attachment(self, page_index: int) -> bool:
        """Whether a page carries a file as an annotation."""
        with _pdfium_errors():
            page = self._document[page_index]
            return any(kind == _FILE_ATTACHMENT for kind in _annotation_kinds(page))

    def raster(self, page_index: int) -> PageRaster:
        """One page as pixels at its own resolution; ``Damaged`` where it or the image on it is broken."""
        with _pdfium_errors():
            page = self._document[page_index]
            inside = self._look_inside(page)
            if inside.only_jpeg is not None:
                return self._from_jpeg(page, inside.only_jpeg)
            return self._rendered(page, inside)

    def _look_inside(self, page: Any) -> PageInside:
        page_area = max(1.0, page.get_width() * page.get_height())
        images, others, visible_text, drawn_over = [], 0, False, False
        for number, item in enumerate(page.get_objects(max_depth=6)):
            if number > _MAX_OBJECTS:
                others += 1
                break
            if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                images.append(item)
            elif item.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
                seen = pdfium_c.FPDFTextObj_GetTextRenderMode(item) != _INVISIBLE_TEXT
                visible_text |= seen
                drawn_over |= seen and bool(images)
            elif item.type != pdfium_c.FPDF_PAGEOBJ_FORM:
                others += 1
        cover, dpi = 0.0, 0.0
        for image in images:
            left, bottom, right, top = image.get_bounds()
            width_px, height_px = image.get_px_size()
            if width_px * height_px > self._max_pixels:
                raise TooManyPixels(f"{width_px} x {height_px}")
            cover += (right - left) * (top - bottom) / page_area
            if right > left and top > bottom:
                along = max(width_px, height_px) / max(right - left, top - bottom) * POINTS_PER_INCH
                dpi = max(dpi, along) if (right - left) * (top - bottom) > 0.05 * page_area else dpi
        is_scan = cover >= _SCAN_COVER
        if is_scan and drawn_over:
            # A picture is the ground that print and bars are drawn on: they are finer than it.
            dpi = max(dpi, DRAWN_DPI)
        plain = is_scan and len(images) == 1 and not others and not visible_text and not _annotation_kinds(page)
        only_jpeg = images[0] if plain and _is_upright_jpeg(images[0]) else None
        return PageInside(dpi, is_scan, only_jpeg, visible_text)

    def _from_jpeg(self, page: Any, image: Any) -> PageRaster:
        """The scan's own JPEG: exact pixels, and a broken one is noticed, which rendering would hide."""
        pixels = decode_jpeg(bytes(image.get_data(decode_simple=False)), self._max_pixels)
        left, bottom, right, top = image.get_bounds()
        box_left, box_bottom, box_right, box_top = page.get_cropbox()
        x_scale = pixels.shape[1] / max(right - left, 1e-6)
        y_scale = pixels.shape[0] / max(top - bottom, 1e-6)
        frame_width = max(1, round((box_right - box_left) * x_scale))
        frame_height = max(1, round((box_top - box_bottom) * y_scale))
        shift = np.array([[1, 0, (left - box_left) * x_scale], [0, 1, (box_top - top) * y_scale], [0, 0, 1]])
        turn = int(page.get_rotation()) % 360
        height, width = pixels.shape[:2]
        turned = np.ascontiguousarray(np.rot90(pixels, -(turn // 90)))
        to_frame = shift @ unturn(turn, width, height)
        dpi = max(x_scale, y_scale) * POINTS_PER_INCH
        return PageRaster(turned, dpi, to_frame, frame_width, frame_height, may_trust_text=False)

    def _rendered(self, page: Any, inside: PageInside) -> PageRaster:
        width_pt, height_pt = page.get_size()
        dpi = inside.scan_dpi if inside.is_scan else DRAWN_DPI
        longest_in = max(width_pt, height_pt, 1.0) / POINTS_PER_INCH
        dpi = min(max(dpi, _LOWEST_DPI), self._max_side_px / longest_in)
        bitmap = page.render(scale=dpi / POINTS_PER_INCH, fill_color=(255, 255, 255, 255))
        pixels = bitmap.to_numpy()
        image = _without_empty_colours(pixels[:, :, :3] if pixels.ndim == 3 else pixels)
        bitmap.close()
        turn = int(page.get_rotation()) % 360
        height, width = image.shape[:2]
        unturned_width, unturned_height = (height, width) if turn in {90, 270} else (width, height)
        return PageRaster(
            image,
            dpi,
            unturn(turn, unturned_width, unturned_height),
            unturned_width,
            unturned_height,
            may_trust_text=inside.has_visible_text,
        )

    def words(self, page_index: int) -> list[LayerWord]:
        """The words of a page's text layer in the order of the file; empty when it has none or it cannot be read."""
        # A page's letters are tens of thousands of objects that hold each other; they go when none is in use any more.
        with circles_freed():
            return self._words(page_index)

    def _words(self, page_index: int) -> list[LayerWord]:
        # Loaded when first needed: a tenth of a reader's start, and most scans have no layer.
        import pdfplumber
        from pdfminer.pdfexceptions import PDFException
        from pdfplumber.utils.exceptions import PdfminerException

        try:
            with pdfplumber.open(io.BytesIO(self._data), pages=[page_index + 1]) as document:
                page = _without_leaders(_without_slanted(document.pages[0].dedupe_chars(tolerance=1)))
                _raise_twos(page.chars)
                left, top = float(page.cropbox[0]), float(page.cropbox[1])
                found = page.extract_words(x_tolerance_ratio=0.2, y_tolerance=2, keep_blank_chars=False)
                return _with_raised(
                    [
                        LayerWord(
                            str(word["text"]).translate(_HYPHENS),
                            float(word["x0"]) - left,
                            float(word["top"]) - top,
                            float(word["x1"]) - left,
                            float(word["bottom"]) - top,
                        )
                        for word in found
                    ]
                )
        # The layer is only a short cut: whatever is wrong with it, the page is recognised instead.
        except (PDFException, PdfminerException, ValueError, TypeError, KeyError, IndexError, AttributeError):
            return []
        except (RecursionError, AssertionError, OSError, ZeroDivisionError):
            return []


# A raised digit is smaller than the letter before it, and its foot stands higher.
_SMALLER, _HIGHER, _BESIDE = 0.92, 0.15, 1.0


def _raise_twos(chars: list[Any]) -> None:
    """Make the small raised 2 of ``m²`` the sign that it is, in the layer's own letters."""
    for before, char in itertools.pairwise(chars):
        if char.get("text") == "2" and before.get("text") == "m":
            size, lift = before["size"], float(before["bottom"]) - float(char["bottom"])
            beside = abs(float(char["x0"]) - float(before["x1"])) < _BESIDE * size
            if beside and char["size"] < _SMALLER * size and _HIGHER * size < lift < size:
                char["text"] = "²"


def _with_raised(words: list[LayerWord]) -> list[LayerWord]:
    """The words with every ``²`` that stands alone joined to the ``m`` whose end it touches; others stay."""
    owner = {sign: word for sign in words if sign.text == "²" for word in words if _touches(sign, word)}
    sign_of = {word: sign for sign, word in owner.items()}
    return [
        replace(word, text=word.text + "²", right_pt=sign_of[word].right_pt) if word in sign_of else word
        for word in words
        if word not in owner
    ]


def _touches(sign: LayerWord, word: LayerWord) -> bool:
    """Whether a raised sign begins where a word that ends with ``m`` ends, its foot within or just above the word."""
    near = (word.bottom_pt - word.top_pt) / 4
    beside = word.text.endswith("m") and abs(sign.left_pt - word.right_pt) < near
    return beside and word.top_pt - 2 * near < sign.bottom_pt < word.bottom_pt


# Letters written by hand lean a little; those of a round seal run all around.
_LEANING_DEG = 10.0


def _without_slanted(page: Any) -> Any:
    """The page without letters that run another way than most: those of a round seal mix into the words under it."""
    ways = Counter(round(_way_deg(char)) for char in page.chars)
    if len(ways) < 2:
        return page
    usual = ways.most_common(1)[0][0]

    def stays(thing: Any) -> bool:
        if thing.get("object_type") != "char":
            return True
        off = abs((_way_deg(thing) - usual + 180) % 360 - 180)
        return off < 1 or (off <= _LEANING_DEG and not _is_red(thing))

    return page.filter(stays)


# Dots, or what else a dotted line is typed with, of which so many follow each other in the file.
_LEADERS, _OF_A_LEADER = frozenset("._…·-"), 10


def _without_leaders(page: Any) -> Any:
    """The page without the dots of dotted lines: what is printed over them would be mixed with them, letter by letter.

    Offices fill in forms of dots by laying the values over them; in the file the dots stand in a row of their own.
    """
    dots: set[int] = set()
    for is_dot, run in itertools.groupby(page.chars, key=lambda char: char.get("text") in _LEADERS):
        found = list(run)
        if is_dot and len(found) >= _OF_A_LEADER:
            dots |= {id(char) for char in found}
    return page.filter(lambda thing: id(thing) not in dots) if dots else page


def _way_deg(char: Any) -> float:
    """The direction in which a letter is written."""
    a, b, *_ = char.get("matrix") or (1.0, 0.0)
    return math.degrees(math.atan2(b, a))


def _is_red(char: Any) -> bool:
    colour = char.get("non_stroking_color")
    return isinstance(colour, (tuple, list)) and len(colour) == 3 and colour[0] > 0.5 and max(colour[1:]) < 0.6


def _without_empty_colours(pixels: Pixels) -> Pixels:
    """A copy of the picture; grey where no pixel has a colour, as of faxes and grey scans."""
    if pixels.ndim == 2:
        return pixels.copy()
    first = pixels[:, :, 0]
    for step in (16, 1):  # A few pixels tell most coloured pages.
        if any((pixels[::step, ::step, n] != first[::step, ::step]).any() for n in range(1, pixels.shape[2])):
            return np.ascontiguousarray(pixels).copy()
    return np.ascontiguousarray(first).copy()


def unturn(turn_deg: int, width: int, height: int) -> Matrix:
    """Maps pixels of a picture turned clockwise by ``turn_deg`` back to the unturned one of ``width`` x ``height``."""
    if turn_deg == 90:
        return np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]], dtype=np.float64)
    if turn_deg == 180:
        return np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], dtype=np.float64)
    if turn_deg == 270:
        return np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]], dtype=np.float64)
    return np.eye(3)


def _is_upright_jpeg(image: Any) -> bool:
    a, b, c, d, _, _ = image.get_matrix().get()
    level = abs(b) < 1e-3 * abs(a) and abs(c) < 1e-3 * abs(d) and a > 0 and d > 0
    return bool(level and image.get_filters() == ["DCTDecode"])


def _annotation_kinds(page: Any) -> list[int]:
    kinds = []
    for index in range(min(int(pdfium_c.FPDFPage_GetAnnotCount(page)), _MAX_OBJECTS)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        if annotation:
            kinds.append(int(pdfium_c.FPDFAnnot_GetSubtype(annotation)))
            pdfium_c.FPDFPage_CloseAnnot(annotation)
    return kinds
