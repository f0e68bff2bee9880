"""Several files of one certificate as one PDF: every image's coded bytes and every page untouched, in their order.

The same files give the same bytes, so that the joined scan is one blob however often it is made.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO

import pikepdf
from PIL import ExifTags, Image

from archive import pdf_pages
from archive.colours import InkSpace
from archive.images import BROKEN, CodedImage, coded_images
from archive.pdfa import add_image_page
from certificate.errors import Damaged, PdfInvalid

# By how much a picture is turned clockwise to stand upright, by its EXIF orientation; mirrored ones do not come from
# cameras and scanners.
_TURN_DEG = {3: 180, 6: 90, 8: 270}


def join_files(files: Sequence[bytes]) -> bytes:
    """One PDF with all pages of the files (PDF, JPEG, PNG, TIFF); ``Damaged``, or ``Encrypted``, when one cannot."""
    with pikepdf.Pdf.new() as joined, ExitStack() as open_until_written:
        inks = InkSpace(joined)
        for data in files:
            try:
                if pdf_pages.is_pdf(data):
                    source = open_until_written.enter_context(pdf_pages.open_source(data))
                    joined.pages.extend(source.pages)
                    continue
                turn_deg = _turn_deg(data)
                for image in _images(data):
                    page = add_image_page(joined, image, inks)
                    if turn_deg:
                        page.obj[pikepdf.Name.Rotate] = turn_deg
            except (PdfInvalid, pikepdf.PdfError, *BROKEN) as error:
                raise Damaged(type(error).__name__) from error
        out = BytesIO()
        joined.save(out, deterministic_id=True)
    return out.getvalue()


def _images(data: bytes) -> Iterator[CodedImage]:
    yield from coded_images(data, range(1, _frame_count(data) + 1))


def _frame_count(data: bytes) -> int:
    with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as image:
        return getattr(image, "n_frames", 1)


def _turn_deg(data: bytes) -> int:
    with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as image:
        return _TURN_DEG.get(image.getexif().get(ExifTags.Base.Orientation, 1), 0)
