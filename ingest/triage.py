"""A first cheap look at a file: what it is by its content, and whether it can be read at all. Nothing is decoded."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pikepdf
from PIL import Image, UnidentifiedImageError

from certificate.errors import (
    Damaged,
    EmptyFile,
    Encrypted,
    ScanRefused,
    TooLarge,
    TooManyPages,
    TooManyPixels,
    UnsupportedType,
)
from ingest.settings import Settings

PDF, TIFF, JPEG, PNG = "application/pdf", "image/tiff", "image/jpeg", "image/png"
UNKNOWN = "application/octet-stream"
_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
)
# Some writers put a line or a byte-order mark before the PDF header; readers accept it within the first kilobyte.
_PDF_HEADER_WITHIN_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Triage:
    """What a file seems to be; ``refusal`` says why it is not taken, if so."""

    media_type: str
    page_count: int | None = None
    refusal: ScanRefused | None = None


def media_type_of(head: bytes) -> str:
    """The media type by the first kilobyte of content, never by the file's name."""
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    return PDF if b"%PDF-" in head[:_PDF_HEADER_WITHIN_BYTES] else UNKNOWN


def triage(data: bytes | Path, settings: Settings) -> Triage:
    """Look at a file before it is taken in."""
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    with io.BytesIO(data) if isinstance(data, bytes) else data.open("rb") as stream:
        media_type = media_type_of(stream.read(_PDF_HEADER_WITHIN_BYTES))
        stream.seek(0)
        try:
            if size == 0:
                raise EmptyFile
            if size > settings.max_bytes:
                raise TooLarge(f"{size} bytes")
            if media_type == UNKNOWN:
                raise UnsupportedType
            pages = _pdf_pages(stream) if media_type == PDF else _image_pages(stream, settings)
            if pages > settings.max_pages:
                raise TooManyPages(f"{pages} pages")
        except ScanRefused as refusal:
            return Triage(media_type, refusal=refusal)
    return Triage(media_type, pages)


def _pdf_pages(stream: BinaryIO) -> int:
    try:
        with pikepdf.open(stream) as pdf:
            return len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    # What qpdf cannot mend it reports in several ways; all of them mean that no page can be had.
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(type(error).__name__) from error


def _image_pages(stream: BinaryIO, settings: Settings) -> int:
    try:
        # Pillow warns of large pictures; our own limit answers them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(stream) as image:
                if image.width * image.height > settings.max_pixels:
                    raise TooManyPixels(f"{image.width} x {image.height}")
                return getattr(image, "n_frames", 1)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, Image.DecompressionBombError):
            raise TooManyPixels from error
        raise Damaged(type(error).__name__) from error
