"""Captured pages into the files that offices keep: PDF of JPEG or fax-coded images, TIFF, JPEG, PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from PIL import Image as Pillow

from samples.draw.capture import Captured

_PHOTO_DPI = 150
_EXIF_ORIENTATION = 0x0112


def _pillow(captured: Captured) -> Pillow.Image:
    picture = Pillow.fromarray(captured.pixels)
    return picture.convert("1", dither=Pillow.Dither.NONE) if captured.is_bilevel else picture


def _dpi(captured: Captured) -> tuple[int, int]:
    return (captured.dpi or _PHOTO_DPI, captured.dpi or _PHOTO_DPI)


def jpeg(captured: Captured, *, exif_orientation: int = 1) -> bytes:
    """The page as a JPEG file."""
    out = io.BytesIO()
    exif = Pillow.Exif()
    if exif_orientation != 1:
        exif[_EXIF_ORIENTATION] = exif_orientation
    picture = _pillow(captured)
    picture = picture.convert("L") if picture.mode == "1" else picture
    picture.save(
        out, "JPEG", quality=captured.jpeg_quality, dpi=_dpi(captured), exif=exif.tobytes() if len(exif) else b""
    )
    return out.getvalue()


def tiff(pages: Sequence[Captured]) -> bytes:
    """All pages in one TIFF: fax code (G4) for black and white, else JPEG inside."""
    out = io.BytesIO()
    pictures = [_pillow(p) for p in pages]
    bilevel = pages[0].is_bilevel
    pictures[0].save(
        out,
        "TIFF",
        save_all=True,
        append_images=pictures[1:],
        compression="group4" if bilevel else "jpeg",
        dpi=_dpi(pages[0]),
        **({} if bilevel else {"quality": pages[0].jpeg_quality}),
    )
    return out.getvalue()


def png(captured: Captured) -> bytes:
    """The page as a PNG file."""
    out = io.BytesIO()
    _pillow(captured).save(out, "PNG", dpi=_dpi(captured))
    return out.getvalue()


def _fax_strip(picture: Pillow.Image) -> bytes:
    """The page's G4 data alone, taken out of a TIFF with one strip."""
    out = io.BytesIO()
    picture.save(out, "TIFF", compression="group4", strip_size=picture.width * picture.height)
    with Pillow.open(io.BytesIO(out.getvalue())) as tiff_picture:
        tags = tiff_picture.tag_v2  # type: ignore[attr-defined]
        offsets, counts = tags[273], tags[279]
    data = out.getvalue()
    assert len(offsets) == 1
    return data[offsets[0] : offsets[0] + counts[0]]


def _image_object(pdf: pikepdf.Pdf, captured: Captured) -> pikepdf.Object:
    height, width = captured.pixels.shape[:2]
    common = {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": width, "/Height": height}
    if captured.is_bilevel:
        # Pillow codes black as 0 (BlackIsZero), the other way round than the fax code of PDF.
        return pikepdf.Stream(
            pdf,
            _fax_strip(_pillow(captured)),
            {
                **common,
                "/ColorSpace": pikepdf.Name.DeviceGray,
                "/BitsPerComponent": 1,
                "/Filter": pikepdf.Name.CCITTFaxDecode,
                "/DecodeParms": pikepdf.Dictionary({"/K": -1, "/BlackIs1": True, "/Columns": width, "/Rows": height}),
            },
        )
    space = pikepdf.Name.DeviceGray if captured.pixels.ndim == 2 else pikepdf.Name.DeviceRGB
    return pikepdf.Stream(
        pdf, jpeg(captured), {**common, "/ColorSpace": space, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.DCTDecode}
    )


def pdf(pages: Sequence[Captured]) -> bytes:
    """The pages as an image-only PDF, one image a page, as scanners write it."""
    made = pikepdf.new()
    for captured in pages:
        height, width = captured.pixels.shape[:2]
        dpi = captured.dpi or _PHOTO_DPI
        size = (round(width * 72 / dpi, 2), round(height * 72 / dpi, 2))
        made.add_blank_page(page_size=size)
        page = made.pages[-1]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=_image_object(made, captured)))
        page.Contents = pikepdf.Stream(made, f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q".encode())
    out = io.BytesIO()
    made.save(out, deterministic_id=True)
    return out.getvalue()


def write(path: Path, pages: Sequence[Captured]) -> None:
    """Write the pages in the format that the file's name asks for."""
    kinds = {
        ".pdf": lambda: pdf(pages),
        ".tif": lambda: tiff(pages),
        ".jpg": lambda: jpeg(pages[0]),
        ".png": lambda: png(pages[0]),
    }
    path.write_bytes(kinds[path.suffix]())
