"""What kind of file a scan is, told by its content and never by its name.

Standard library only, so that intake can ask without loading any image engine.
"""

from __future__ import annotations

import re
from enum import StrEnum

from certificate.errors import Damaged, EmptyFile, UnsupportedType


class MediaType(StrEnum):
    """The kinds of file that can be read."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"


_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
)
# Nothing this short is a whole file of any kind: a copy that broke off.
_SHORTEST_BYTES = 20
# Readers of PDF accept some bytes before the header; this is how many.
_PDF_HEADER_WITHIN_BYTES = 1024
_PDF_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")


def sniff(data: bytes) -> MediaType:
    """The kind of file; raises ``EmptyFile``, ``Damaged`` (a mere stump) or ``UnsupportedType``."""
    if not data:
        raise EmptyFile
    if len(data) < _SHORTEST_BYTES:
        raise Damaged(f"{len(data)} bytes")
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    # A text that merely begins like a PDF holds no object.
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN_BYTES] and _PDF_OBJECT.search(data):
        return MediaType.PDF
    raise UnsupportedType
