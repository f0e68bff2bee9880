"""The first cheap look: what a file is by its content, and whether it can be read at all."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

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
from ingest.settings import Settings, load
from ingest.triage import JPEG, PDF, PNG, TIFF, UNKNOWN, media_type_of, triage


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Limits small enough to be passed by small files."""
    return load(tmp_path, {}, max_bytes=200_000, max_pages=3, max_pixels=1_000_000)


def picture(kind: str, pages: int = 1) -> bytes:
    """A small picture file."""
    out = io.BytesIO()
    page = Image.new("L", (40, 30), 255)
    more = {"save_all": True, "append_images": [page] * (pages - 1)} if pages > 1 else {}
    page.save(out, kind, **more)
    return out.getvalue()


def pdf(pages: int = 1, *, user: str = "", owner: str = "") -> bytes:
    """A PDF of empty pages, with passwords if wanted."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(200, 200))
        secret = pikepdf.Encryption(user=user, owner=owner) if user or owner else False
        document.save(out, encryption=secret)
    return out.getvalue()


def png_header(width_px: int, height_px: int) -> bytes:
    """A PNG that claims a size and holds next to nothing: a pixel bomb."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def looping_tiff() -> bytes:
    """A TIFF whose only page says that the next one is itself."""
    tags = [(256, 8), (257, 8), (258, 8), (259, 1), (262, 1), (273, 200), (277, 1), (278, 8), (279, 64)]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return (b"II*\x00" + struct.pack("<I", 8) + directory + struct.pack("<I", 8)).ljust(200, b"\0") + b"\xff" * 64


@pytest.mark.parametrize(
    ("data", "media_type", "pages"),
    [
        (picture("JPEG"), JPEG, 1),
        (picture("PNG"), PNG, 1),
        (picture("TIFF"), TIFF, 1),
        (picture("TIFF", pages=3), TIFF, 3),
        (pdf(2), PDF, 2),
        # Some writers put something before the header.
        (b"\xef\xbb\xbf\r\n" + pdf(), PDF, 1),
        # It opens without a password; only changing it would need one.
        (pdf(owner="chủ"), PDF, 1),
    ],
)
def test_readable_files_are_taken_for_what_they_are(
    settings: Settings, data: bytes, media_type: str, pages: int
) -> None:
    """Type and pages come from the content, in memory and on disk alike."""
    path = settings.home / "scan.txt"
    path.write_bytes(data)
    for given in (data, path):
        seen = triage(given, settings)
        assert (seen.media_type, seen.page_count, seen.refusal) == (media_type, pages, None)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", EmptyFile),
        (b"%PDF-1.4\n" + b"x" * 200_000, TooLarge),
        (b"This is plain text.\n", UnsupportedType),
        (b"GIF89a" + b"\0" * 40, UnsupportedType),
        (b"PK\x03\x04" + b"\0" * 40, UnsupportedType),
        (pdf(user="mật khẩu", owner="chủ"), Encrypted),
        # A text that begins like a PDF and holds no object.
        (b"%PDF-1.4\nnothing that anybody could mend", UnsupportedType),
        (b"%PDF-1.4\n1 0 obj\nnothing that anybody could mend", Damaged),
        # A copy that broke off at once.
        (b"oops\n", Damaged),
        (pdf(4), TooManyPages),
        (picture("TIFF", pages=4), TooManyPages),
        (png_header(2000, 2000), TooManyPixels),
        # Far beyond the point at which Pillow itself refuses.
        (png_header(100_000, 100_000), TooManyPixels),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, Damaged),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, Damaged),
        (b"II*\x00" + b"\xff" * 40, Damaged),
    ],
)
def test_unreadable_files_are_refused_with_the_reason(
    settings: Settings, data: bytes, refusal: type[ScanRefused]
) -> None:
    """Each kind of bad file has its own code, and none raises."""
    seen = triage(data, settings)
    assert type(seen.refusal) is refusal
    assert seen.page_count is None


def test_a_copy_that_broke_off_anywhere_never_raises(settings: Settings) -> None:
    """A TIFF of several pages cut at any byte is counted or refused: one such file must not stop all others."""
    whole = picture("TIFF", pages=3)
    seen = [triage(whole[:length], settings) for length in range(1, len(whole), 97)]
    assert {type(each.refusal) for each in seen} == {Damaged, type(None)}


def test_a_tiff_that_loops_is_counted_to_its_end(settings: Settings) -> None:
    """Pages that point back at themselves do not hang the intake."""
    seen = triage(looping_tiff(), settings)
    assert seen.refusal is not None or seen.page_count == 1


@pytest.mark.parametrize("head", [b"", b"%PD", b"\xff\xd8", b" " * 1020 + b"%PDF-1.7"])
def test_a_head_that_says_nothing_is_unknown(head: bytes) -> None:
    """What is cut off before its mark, or has the mark too late, is of no known type."""
    assert media_type_of(head) == UNKNOWN
