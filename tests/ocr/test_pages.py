"""Opening files: limits before decoding, turns, square pixels, whole pictures only."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image

from certificate.errors import Damaged, Encrypted, ScanRefused, TooLarge, TooManyPages, TooManyPixels
from certificate.reading import Unreadable
from ocr.engines.images import RasterFile
from ocr.pages import MAX_SIDE_PX, Limits, Page, open_pages

Pixels = NDArray[np.uint8]
Jpeg = Callable[..., bytes]


def _marked(width: int = 600, height: int = 400) -> Pixels:
    """White with a black square near the top left corner, so that every turn can be told."""
    image = np.full((height, width), 255, np.uint8)
    image[40:100, 60:160] = 0
    return image


def _pages(data: bytes, limits: Limits | None = None) -> list[Page | Unreadable]:
    return list(open_pages(data, limits or Limits()))


def _page(data: bytes) -> Page:
    (page,) = _pages(data)
    assert isinstance(page, Page)
    return page


def _mark_in_source(page: Page) -> tuple[float, float]:
    """Where the middle of the black square is in the stored picture, going back from the page as displayed."""
    grey = page.image if page.image.ndim == 2 else cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY)
    ys, xs = np.nonzero(grey < 100)
    point = page.to_source @ np.array([xs.mean() + 0.5, ys.mean() + 0.5, 1.0])
    return float(point[0] / point[2]), float(point[1] / point[2])


def _pdf(image: Pixels, rotate: int = 0, encryption: pikepdf.Encryption | None = None) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PDF", resolution=200)
    with pikepdf.open(io.BytesIO(out.getvalue())) as document:
        document.pages[0].Rotate = rotate
        saved = io.BytesIO()
        document.save(saved, encryption=encryption or False)
    return saved.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turn_is_undone_and_remembered(jpeg: Jpeg, orientation: int) -> None:
    """Each of the eight EXIF turns is undone, and a place on the page leads back to the stored pixels."""
    page = _page(jpeg(_marked(), orientation))
    assert page.image.shape[:2] == ((400, 600) if orientation < 5 else (600, 400))
    assert (page.source_width_px, page.source_height_px) == (600, 400)
    assert _mark_in_source(page) == pytest.approx((110, 70), abs=2)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_pdf_turn_is_applied_and_remembered(rotate: int) -> None:
    """A page's own turn is applied; a place leads back to the unturned page, for scans taken out and for rendered."""
    for image in (_marked(), cv2.cvtColor(_marked(), cv2.COLOR_GRAY2RGB)):
        page = _page(_pdf(image, rotate))
        assert page.image.shape[:2] == ((400, 600) if rotate in {0, 180} else (600, 400))
        assert _mark_in_source(page) == pytest.approx((110, 70), abs=2)


@pytest.mark.parametrize("coloured", [False, True])
def test_a_page_without_colours_is_grey(coloured: bool) -> None:
    """A fax in a PDF is drawn in three channels; it is read as the same fax in a TIFF is. One red pixel is a colour."""
    image = Image.new("1", (600, 400), 1)
    image.paste(0, (100, 100, 300, 200))
    if coloured:
        image = image.convert("RGB")
        image.putpixel((401, 303), (250, 10, 10))
    out = io.BytesIO()
    image.save(out, "PDF", resolution=200)
    assert _page(out.getvalue()).image.ndim == (3 if coloured else 2)


def test_fax_pixels_are_made_square() -> None:
    """A fax of 204 x 98 dpi is stretched to square pixels, in black and white code."""
    out = io.BytesIO()
    Image.fromarray(_marked(816, 392)).convert("1").save(out, "TIFF", compression="group4", dpi=(204, 98))
    page = _page(out.getvalue())
    assert page.image.shape == (816, 816)
    assert page.dpi == pytest.approx(204)
    assert _mark_in_source(page) == pytest.approx((110, 70), abs=2)


def test_every_page_of_a_tiff_is_read() -> None:
    """Pages come in order, each with its own size."""
    frames = [Image.fromarray(_marked(100 * n, 90 * n)) for n in (3, 4, 5)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    assert [page.image.shape for page in _pages(out.getvalue()) if isinstance(page, Page)] == [
        (270, 300),
        (360, 400),
        (450, 500),
    ]


@pytest.mark.parametrize(
    ("mode", "depth"),
    [("1", 2), ("L", 2), ("I;16", 2), ("P", 3), ("RGB", 3), ("RGBA", 3), ("LA", 3), ("CMYK", 3)],
)
def test_every_kind_of_pixel_is_read(mode: str, depth: int) -> None:
    """Black and white, grey, 16 bits, palette, transparency on white and the inks of print all come out right."""
    grey = Image.fromarray(_marked())
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    else:
        picture = grey.convert("RGB").convert(mode) if mode not in {"1", "L"} else grey.convert(mode)
    out = io.BytesIO()
    picture.save(out, "TIFF" if mode == "CMYK" else "PNG")
    page = _page(out.getvalue())
    assert page.image.ndim == depth
    assert _mark_in_source(page) == pytest.approx((110, 70), abs=2)
    assert page.image[350:, 500:].min() > 245


def test_transparent_ground_is_white() -> None:
    """A PNG without a ground lies on white paper, not on black."""
    out = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(out, "PNG")
    assert _page(out.getvalue()).image.min() == 255


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("ending", [b"", b"\xff\xd9"])
def test_half_a_jpeg_is_damaged(jpeg: Jpeg, part: float, ending: bytes) -> None:
    """A JPEG that breaks off is refused, even when its end was glued on: never half a page kept in silence."""
    noise = np.random.default_rng(5).integers(0, 255, (800, 600), dtype=np.uint8)
    data = jpeg(noise)
    with pytest.raises(Damaged):
        _pages(data[: int(len(data) * part)] + ending)


def test_half_a_jpeg_inside_a_pdf_is_damaged(jpeg: Jpeg) -> None:
    """The picture inside a PDF is decoded by us, because a renderer would show the half of it without a word."""
    noise = np.random.default_rng(5).integers(0, 255, (800, 600), dtype=np.uint8)
    data = jpeg(noise)
    with pikepdf.open(io.BytesIO(_pdf(noise))) as document:
        (image,) = document.pages[0].Resources.XObject.values()
        image.write(data[: len(data) // 2], filter=pikepdf.Name.DCTDecode)
        out = io.BytesIO()
        document.save(out)
    with pytest.raises(Damaged):
        _pages(out.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_other_half_pictures_are_damaged(kind: str) -> None:
    """Half a PNG or TIFF is refused alike."""
    noise = np.random.default_rng(5).integers(0, 255, (400, 300), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, kind)
    with pytest.raises(Damaged):
        _pages(out.getvalue()[: len(out.getvalue()) // 2])


def test_one_broken_page_leaves_the_others() -> None:
    """In a file of several pages a broken one is named with its reason, and the others are read."""
    noise = np.random.default_rng(5).integers(0, 255, (400, 300), dtype=np.uint8)
    whole, half = io.BytesIO(), io.BytesIO()
    Image.fromarray(noise).save(whole, "PDF")
    Image.fromarray(noise).save(half, "PDF")
    with pikepdf.open(whole) as document, pikepdf.open(half) as broken:
        (image,) = broken.pages[0].Resources.XObject.values()
        image.write(image.read_raw_bytes()[:2000], filter=pikepdf.Name.DCTDecode)
        document.pages.append(broken.pages[0])
        document.pages.append(document.pages[0])
        out = io.BytesIO()
        document.save(out)
    first, second, third = _pages(out.getvalue())
    assert isinstance(first, Page)
    assert second == Unreadable(2, "damaged")
    assert isinstance(third, Page)


def test_limits_are_checked_before_decoding(monkeypatch: pytest.MonkeyPatch, jpeg: Jpeg) -> None:
    """Bytes, pages and pixels over the limit are refused from the header alone."""
    data = jpeg(_marked())

    def never(_self: object, _index: int) -> object:
        raise AssertionError("decoded")

    monkeypatch.setattr(RasterFile, "frame", never)
    cases: list[tuple[Limits, type[ScanRefused]]] = [
        (Limits(max_bytes=100), TooLarge),
        (Limits(max_pixels=1000), TooManyPixels),
        (Limits(max_pages=0), TooManyPages),
    ]
    for limits, refusal in cases:
        with pytest.raises(refusal):
            open_pages(data, limits)


def test_a_huge_picture_inside_a_pdf_is_refused_unrendered() -> None:
    """A pixel bomb may hide in a small PDF."""
    with pytest.raises(TooManyPixels):
        _pages(_pdf(_marked()), Limits(max_pixels=1000))


def test_a_huge_page_is_rendered_within_bounds() -> None:
    """A PDF page of many metres does not ask for the memory of many metres."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(14000, 14000))
    out = io.BytesIO()
    document.save(out)
    assert max(_page(out.getvalue()).image.shape) <= MAX_SIDE_PX + 1


def test_passwords() -> None:
    """A PDF that needs a password is refused; one that only forbids things opens."""
    needs = pikepdf.Encryption(user="secret", owner="boss")
    forbids = pikepdf.Encryption(user="", owner="boss")
    with pytest.raises(Encrypted):
        open_pages(_pdf(_marked(), encryption=needs), Limits())
    assert _page(_pdf(_marked(), encryption=forbids))


def test_embedded_files_are_noticed() -> None:
    """A file hidden in a PDF is told."""
    with pikepdf.open(io.BytesIO(_pdf(_marked()))) as document:
        document.attachments["extra.txt"] = b"hello"
        out = io.BytesIO()
        document.save(out)
    assert open_pages(out.getvalue(), Limits()).has_attachment
    assert not open_pages(_pdf(_marked()), Limits()).has_attachment


def test_a_fine_scan_is_brought_down_to_300_dpi() -> None:
    """600 dpi would cost four times the work and read no better; places still lead back to the stored pixels."""
    fine = cv2.resize(_marked(), (4960, 7016), interpolation=cv2.INTER_NEAREST)
    out = io.BytesIO()
    Image.fromarray(fine).save(out, "PNG", dpi=(600, 600))
    page = _page(out.getvalue())
    assert page.image.shape == (3508, 2480)
    assert page.dpi == pytest.approx(300, abs=1)
    assert _mark_in_source(page) == pytest.approx((110 * 4960 / 600, 70 * 7016 / 400), abs=6)


@pytest.mark.parametrize(("drawing", "dpi"), [(b"BT /F1 12 Tf 100 100 Td (MAU) Tj ET", 300.0), (b"", 200.0)])
def test_print_over_a_coarse_picture_is_drawn_finely(drawing: bytes, dpi: float) -> None:
    """The bars of a barcode on a picture of a pattern were lost at the picture's own fineness."""
    with pikepdf.open(io.BytesIO(_pdf(_marked(1600, 2200)))) as document:
        page = document.pages[0]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources.Font = pikepdf.Dictionary(F1=font)
        page.contents_add(document.make_stream(drawing))
        saved = io.BytesIO()
        document.save(saved)
    assert _page(saved.getvalue()).dpi == pytest.approx(dpi, abs=1)
