"""What kind of file a scan is, by its content."""

from __future__ import annotations

import pytest

from certificate.errors import Damaged, EmptyFile, ScanRefused, UnsupportedType
from ocr.media import MediaType, sniff

_FILLER = b"\x00" * 40


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0" + _FILLER, MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n" + _FILLER, MediaType.PNG),
        (b"II*\x00" + _FILLER, MediaType.TIFF),
        (b"MM\x00*" + _FILLER, MediaType.TIFF),
        (b"II+\x00" + _FILLER, MediaType.TIFF),  # BigTIFF
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", MediaType.PDF),
        (b"\r\nsome mail header\r\n%PDF-1.4\n12 0 obj\n", MediaType.PDF),  # the header may come a little later
    ],
)
def test_kind_is_told_by_content(data: bytes, kind: MediaType) -> None:
    """The first bytes decide; a name never does."""
    assert sniff(data) is kind


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", EmptyFile),
        (b"oops\n", Damaged),  # too short to be any file: a copy that broke off
        (b"GIF89a" + _FILLER, UnsupportedType),
        (b"%PDF-1.3\nThis is not a valid PDF file\n%%EOF\n", UnsupportedType),  # no object in it
        (b"PK\x03\x04" + _FILLER, UnsupportedType),  # a Word document, whatever its name
    ],
)
def test_anything_else_is_refused_with_its_reason(data: bytes, refusal: type[ScanRefused]) -> None:
    """Each refusal carries its own code, so that the clerk gets the right advice."""
    with pytest.raises(refusal):
        sniff(data)
