"""A first cheap look at a file: what it is by its content, and whether it can be read at all. Nothing is decoded.

The libraries are loaded with the first file of their kind.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from certificate.errors import (
    Damaged,
    Encrypted,
    ScanRefused,
    TooLarge,
    TooManyPages,
    TooManyPixels,
)
from ingest.settings import Settings
from ocr.media import MediaType, sniff

PDF, TIFF, JPEG, PNG = (kind.value for kind in (MediaType.PDF, MediaType.TIFF, MediaType.JPEG, MediaType.PNG))
UNKNOWN = "application/octet-stream"
# A PDF shows its header and its first object well within this.
_HEAD_BYTES = 1_048_576


@dataclass(frozen=True, slots=True)
class Triage:
    """What a file seems to be; ``refusal`` says why it is not taken, if so."""

    media_type: str
    page_count: int | None = None
    refusal: ScanRefused | None = None


def media_type_of(head: bytes) -> str:
    """The media type by the beginning of the content, never by the file's name; the reader's own rule."""
    try:
        return sniff(head).value
    except ScanRefused:
        return UNKNOWN


def triage(data: bytes | Path, settings: Settings) -> Triage:
    """Look at a file before it is taken in."""
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    with io.BytesIO(data) if isinstance(data, bytes) else data.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(0)
        media_type = media_type_of(head)
        try:
            if size > settings.max_bytes:
                raise TooLarge(f"{size} bytes")
            sniff(head)
            pages = _pdf_pages(stream) if media_type == PDF else _image_pages(stream, settings)
            if pages > settings.max_pages:
                raise TooManyPages(f"{pages} pages")
        except ScanRefused as refusal:
            return Triage(media_type, refusal=refusal)
    return Triage(media_type, pages)


def _pdf_pages(stream: BinaryIO) -> int:
    import pikepdf

    try:
        with pikepdf.open(stream) as pdf:
            return len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    # What qpdf cannot mend it reports in several ways; all of them mean that no page can be had.
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(type(error).__name__) from error


def _image_pages(stream: BinaryIO, settings: Settings) -> int:
    from PIL import Image

    from archive.images import BROKEN

    try:
        # Pillow warns of large pictures; our own limit answers them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(stream) as image:
                if image.width * image.height > settings.max_pixels:
                    raise TooManyPixels(f"{image.width} x {image.height}")
                return getattr(image, "n_frames", 1)
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except BROKEN as error:
        raise Damaged(type(error).__name__) from error
