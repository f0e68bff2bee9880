"""Coded images: which bytes pass into a PDF untouched, and no pixel changes where they do not."""

from __future__ import annotations

import contextlib
from io import BytesIO
from typing import Any

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from archive.images import CodedImage, Coding, Colours, coded_images, join_jpeg_strips
from archive.pdfa import write_pdfa
from archive.xmp import PdfIdentity
from certificate.errors import PdfInvalid
from certificate.reading import FaceReading
from certificate.record import Face, Part


def drawn(mode: str, size: tuple[int, int] = (203, 157)) -> Image.Image:
    """A picture with something in each pixel, of a size that fills no block evenly."""
    width, height = size
    rows, columns = np.mgrid[0:height, 0:width]
    pixels = np.stack([rows * 2 % 256, columns % 256, (rows * columns) % 256], axis=-1).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def one(data: bytes) -> CodedImage:
    return coded_images(data, [1])[0]


# Scan, how it goes in, whether its bytes are those of the file. A comment per row says why.
CODINGS: list[tuple[bytes, Coding, Colours, bool]] = [
    # The file itself, whatever the colours or the order of its pixels.
    (encoded(drawn("RGB"), "JPEG"), Coding.JPEG, Colours.RGB, True),
    (encoded(drawn("L"), "JPEG", progressive=True), Coding.JPEG, Colours.GRAY, True),
    (encoded(drawn("CMYK"), "JPEG"), Coding.JPEG, Colours.CMYK, True),
    # PNG's rows are what PDF calls a predictor.
    (encoded(drawn("RGB"), "PNG"), Coding.FLATE, Colours.RGB, True),
    (encoded(drawn("1"), "PNG"), Coding.FLATE, Colours.GRAY, True),
    # Transparency is no part of a scan: it is laid on white.
    (encoded(drawn("RGB").convert("RGBA"), "PNG"), Coding.FLATE, Colours.RGB, False),
    (encoded(drawn("L").convert("LA"), "PNG"), Coding.FLATE, Colours.GRAY, False),
    # One strip passes; several are black and white coded anew, or JPEG joined.
    (encoded(drawn("1"), "TIFF", compression="group4", tiffinfo={278: 157}), Coding.G4, Colours.GRAY, True),
    (encoded(drawn("1"), "TIFF", compression="group4", tiffinfo={278: 16}), Coding.G4, Colours.GRAY, False),
    (encoded(drawn("1"), "TIFF", compression="group3"), Coding.G4, Colours.GRAY, False),
    (encoded(drawn("RGB"), "TIFF", compression="jpeg", tiffinfo={278: 16}), Coding.JPEG, Colours.RGB, False),
    (encoded(drawn("L"), "TIFF", compression="jpeg", tiffinfo={278: 24}), Coding.JPEG, Colours.GRAY, False),
    # So coarse that its tables need 16 bits, which makes another kind of frame.
    (encoded(drawn("L"), "TIFF", compression="jpeg", quality=5, tiffinfo={278: 8}), Coding.JPEG, Colours.GRAY, False),
    (encoded(drawn("L"), "TIFF", compression="tiff_deflate", tiffinfo={278: 157}), Coding.FLATE, Colours.GRAY, True),
    (encoded(drawn("RGB"), "TIFF", compression="tiff_lzw"), Coding.FLATE, Colours.RGB, False),
    (encoded(drawn("RGB"), "TIFF", compression="packbits"), Coding.FLATE, Colours.RGB, False),
    (encoded(drawn("CMYK"), "TIFF"), Coding.FLATE, Colours.CMYK, False),
]  # fmt: skip


@pytest.mark.parametrize(("data", "coding", "colours", "is_original"), CODINGS)
def test_coding(data: bytes, coding: Coding, colours: Colours, is_original: bool) -> None:
    """Each kind of file goes in by the coding that keeps most of it."""
    image = one(data)
    assert (image.coding, image.colours, image.is_original) == (coding, colours, is_original)
    assert (image.width_px, image.height_px) == (203, 157)
    assert not is_original or image.data in data


@pytest.mark.parametrize(("data", "coding", "colours", "is_original"), CODINGS)
def test_no_pixel_changes(
    data: bytes, coding: Coding, colours: Colours, is_original: bool, kit: Any, identity: PdfIdentity
) -> None:
    """The image in the PDF decodes to exactly the pixels of the file."""
    reading = kit.reading_of(FaceReading(Face(1, Part.WHOLE, None, 0, 203, 157), (), 203, 157))
    with Image.open(BytesIO(data)) as scan:
        expected = np.asarray(scan.convert("RGB"))
    with pikepdf.open(BytesIO(write_pdfa(data, reading, identity))) as pdf:
        stream = pdf.pages[0].obj.Resources.XObject.SohoaScan
        if coding is Coding.JPEG:
            with Image.open(BytesIO(stream.read_raw_bytes())) as inside:
                found = np.asarray(inside.convert("RGB"))
        elif colours is Colours.CMYK:
            found = np.asarray(Image.frombytes("CMYK", (203, 157), stream.read_bytes()).convert("RGB"))
        else:
            found = np.asarray(pikepdf.PdfImage(stream).as_pil_image().convert("RGB"))
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("fill_order", [1, 2])
@pytest.mark.parametrize("photometric", [0, 1])
def test_black_stays_black(photometric: int, fill_order: int, kit: Any, identity: PdfIdentity) -> None:
    """A fax page is not turned to its negative, whichever way the file counts black and orders bits."""
    options = {"compression": "group4", "tiffinfo": {278: 157, 262: photometric, 266: fill_order}}
    data = encoded(drawn("1"), "TIFF", **options)
    with Image.open(BytesIO(data)) as scan:
        assert (scan.tag_v2[262], scan.tag_v2.get(266, 1)) == (photometric, fill_order)  # type: ignore[attr-defined]
    test_no_pixel_changes(data, Coding.G4, Colours.GRAY, True, kit, identity)


def test_profiles_are_kept() -> None:
    """A colour profile that fits the pixels goes along; sRGB, the document's own, is left out, and so is nonsense."""
    from PIL import ImageCms

    def profile(space: bytes, name: bytes) -> bytes:
        icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
        icc[16:20] = space
        return bytes(icc).replace(b"s\0R\0G\0B", name).replace(b"\0s\0R\0G\0B", name)

    own = profile(b"RGB ", b"S\0c\0a\0n").replace(b"sRGB", b"Scan")
    for icc, kept in [(own, True), (profile(b"CMYK", b"x"), False), (b"nonsense", False)]:
        for kind in ("JPEG", "PNG"):
            assert (one(encoded(drawn("RGB"), kind, icc_profile=icc)).icc is not None) == kept


@pytest.mark.parametrize(
    ("density", "dpi"),
    [((300, 300), 300), ((200, 100), 200), ((72, 72), None), ((1, 1), None), ((96, 96), None), ((60000, 60000), None)],
)
def test_resolution(density: tuple[int, int], dpi: float | None) -> None:
    """A scanner's resolution is believed, the placeholders of cameras and screens are not."""
    for kind in ("JPEG", "PNG", "TIFF"):
        found = one(encoded(drawn("RGB"), kind, dpi=density)).x_dpi
        assert found == (None if dpi is None else pytest.approx(dpi, rel=0.001))


@pytest.mark.parametrize("rows", [8, 16, 24, 152, 160])
def test_joined_strips(rows: int) -> None:
    """JPEG strips of any height become one JPEG with the very same pixels."""
    data = encoded(drawn("L", (203, 1571)), "TIFF", compression="jpeg", tiffinfo={278: rows})
    with Image.open(BytesIO(data)) as scan:
        expected = np.asarray(scan)
    image = one(data)
    assert image.coding is Coding.JPEG
    with Image.open(BytesIO(image.data)) as joined:
        assert np.array_equal(np.asarray(joined), expected)


def test_strips_that_cannot_be_joined() -> None:
    """Strips with different frames are left to be coded anew."""
    strips = [encoded(drawn("L", (64, 16)), "JPEG"), encoded(drawn("RGB", (64, 16)), "JPEG")]
    assert join_jpeg_strips(b"", strips, 32) is None


_WHOLE = [data for data, *_ in CODINGS]


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.sampled_from(_WHOLE), at=st.floats(0, 1), junk=st.binary(max_size=12), cut=st.booleans())
@example(data=_WHOLE[0], at=0.01, junk=b"\xff" * 12, cut=True)
def test_broken_files(data: bytes, at: float, junk: bytes, cut: bool) -> None:
    """A file with bytes overwritten or its end cut off gives an image or ``PdfInvalid``, nothing else."""
    place = int(at * len(data))
    broken = data[:place] + junk + (b"" if cut else data[place + len(junk) :])
    with contextlib.suppress(PdfInvalid):
        coded_images(broken, [1])
