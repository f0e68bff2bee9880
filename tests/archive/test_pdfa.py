"""Searchable PDF/A: the scan's bytes inside, the words over their ink, and nothing that an archive must not keep."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageCms

from archive.pdfa import check_pdfa, write_pdfa
from archive.text_layer import layer_words
from archive.xmp import PdfIdentity, read_own_properties
from certificate.errors import Encrypted, PdfInvalid
from certificate.geometry import apply_homography
from certificate.reading import CertificateReading, FaceReading
from certificate.record import Part

Case = tuple[bytes, CertificateReading]


def with_frames(images: list[Image.Image], **options: Any) -> bytes:
    out = BytesIO()
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:], dpi=(150, 150), **options)
    return out.getvalue()


def as_pdf(*images: bytes, dpi: int = 150, rotate: int = 0) -> bytes:
    """A scanner's PDF: one JPEG a page and nothing else."""
    with pikepdf.Pdf.new() as pdf:
        for data in images:
            with Image.open(BytesIO(data)) as image:
                (width, height), mode = image.size, image.mode
            size = (width * 72 / dpi, height * 72 / dpi)
            page = pdf.add_blank_page(page_size=size)
            space = {"RGB": "/DeviceRGB", "L": "/DeviceGray", "CMYK": "/DeviceCMYK"}[mode]
            scan = pikepdf.Stream(
                pdf, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
                BitsPerComponent=8, ColorSpace=pikepdf.Name(space), Filter=pikepdf.Name.DCTDecode,
            )  # fmt: skip
            if mode == "CMYK":
                scan.Decode = pikepdf.Array([1, 0] * 4)
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=scan))
            page.obj.Contents = pikepdf.Stream(pdf, f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q".encode())
            if rotate:
                page.obj.Rotate = rotate
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.fixture(scope="session")
def cases(kit: Any, paper: Any, second_paper: Any) -> dict[str, Case]:
    """One scan of every kind that comes in, with its reading."""
    made: dict[str, Case] = {}
    for degrees in (0, 90, 180, 270):
        image, face = kit.turned(paper, degrees)
        made[f"jpeg-{degrees}"] = kit.encode(image, "JPEG", quality=80), kit.reading_of(face)
    upright, face = kit.turned(paper, 0)
    reading = kit.reading_of(face)
    grey, black = upright.convert("L"), upright.convert("L").point(lambda v: 255 if v > 140 else 0).convert("1")
    made["jpeg-grey"] = kit.encode(grey, "JPEG"), reading
    made["jpeg-progressive"] = kit.encode(upright, "JPEG", progressive=True), reading
    made["jpeg-cmyk"] = kit.encode(upright.convert("CMYK"), "JPEG"), reading
    made["jpeg-no-dpi"] = kit.encode(upright, "JPEG", dpi=(0, 0)), reading
    srgb_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    made["jpeg-odd-profile"] = kit.encode(upright, "JPEG", icc_profile=srgb_like), reading
    made["png-rgb"] = kit.encode(upright, "PNG"), reading
    made["png-grey"] = kit.encode(grey, "PNG"), reading
    made["png-palette"] = kit.encode(upright.quantize(16), "PNG"), reading
    made["png-alpha"] = kit.encode(upright.convert("RGBA"), "PNG"), reading
    made["tiff-g4"] = kit.encode(black, "TIFF", compression="group4", tiffinfo={278: black.height}), reading
    made["tiff-g4-strips"] = kit.encode(black, "TIFF", compression="group4", tiffinfo={278: 100}), reading
    made["tiff-lzw"] = kit.encode(upright, "TIFF", compression="tiff_lzw"), reading
    made["tiff-raw"] = kit.encode(grey, "TIFF"), reading
    made["tiff-deflate"] = kit.encode(grey, "TIFF", compression="tiff_adobe_deflate", tiffinfo={278: 1754}), reading
    made["tiff-jpeg"] = kit.encode(upright, "TIFF", compression="jpeg", tiffinfo={278: 1760}), reading
    other, other_face = kit.turned(second_paper, 180)
    second = kit.replace(other_face, face=replace(other_face.face, page_number=2))
    both = kit.reading_of(face, second)
    made["tiff-pages"] = with_frames([upright, other], compression="tiff_adobe_deflate"), both
    pages = kit.encode(upright, "JPEG"), kit.encode(other, "JPEG")
    made["pdf-pages"] = as_pdf(*pages), both
    made["pdf-second-only"] = as_pdf(*pages), kit.reading_of(second)
    sideways, sideways_face = kit.turned(paper, 90)
    made["pdf-rotate"] = as_pdf(kit.encode(sideways, "JPEG"), rotate=270), kit.reading_of(sideways_face)
    made["pdf-cmyk"] = as_pdf(kit.encode(upright.convert("CMYK"), "JPEG")), reading
    made["spread"] = spread_case(kit, paper, second_paper)
    exif = Image.Exif()
    exif[0x0112] = 6
    made["jpeg-exif"] = (
        kit.encode(kit.turned(paper, 270)[0], "JPEG", exif=exif),
        kit.reading_of(kit.turned(paper, 270)[1]),
    )
    photo, photo_face = kit.photographed(paper, [(160, 130), (1380, 60), (1330, 1900), (110, 1840)])
    made["photo"] = kit.encode(photo, "JPEG", quality=80), kit.reading_of(photo_face)
    made["mirrored"] = mirrored_case(kit, paper)
    return made


def spread_case(kit: Any, paper: Any, second_paper: Any) -> Case:
    """Two faces side by side on one A3 page."""
    width, height = paper.image.size
    page = Image.new("RGB", (2 * width, height), "white")
    page.paste(paper.image, (0, 0))
    page.paste(second_paper.image, (width, 0))
    left = paper.face((1, 0, 0, 0, 1, 0, 0, 0, 1), page.size, part=Part.LEFT)
    right = second_paper.face((1, 0, width, 0, 1, 0, 0, 0, 1), page.size, part=Part.RIGHT)
    return kit.encode(page, "JPEG", quality=80), kit.reading_of(left, right)


def mirrored_case(kit: Any, paper: Any) -> Case:
    image = paper.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    face = paper.face((-1, 0, image.width, 0, 1, 0, 0, 0, 1), image.size)
    return kit.encode(image, "JPEG"), kit.reading_of(face)


CASES = [
    "jpeg-0", "jpeg-90", "jpeg-180", "jpeg-270", "jpeg-grey", "jpeg-progressive", "jpeg-cmyk", "jpeg-no-dpi",
    "jpeg-odd-profile", "jpeg-exif", "mirrored", "photo", "spread", "png-rgb", "png-grey", "png-palette", "png-alpha",
    "tiff-g4", "tiff-g4-strips", "tiff-lzw", "tiff-raw", "tiff-deflate", "tiff-jpeg", "tiff-pages",
    "pdf-pages", "pdf-second-only", "pdf-rotate", "pdf-cmyk",
]  # fmt: skip


def images_in(pdf: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [image.read_raw_bytes() for page in opened.pages for image in page.get_images().values()]


def test_all_cases_are_run(cases: dict[str, Case]) -> None:
    """The list of cases and the cases made are the same."""
    assert set(CASES) == set(cases)


@pytest.mark.parametrize("part", [1, 2])
@pytest.mark.parametrize("name", CASES)
def test_writes_and_checks(cases: dict[str, Case], identity: PdfIdentity, name: str, part: int) -> None:
    """Every kind of scan becomes PDF/A of either part that passes its own check, the same bytes each time."""
    original, reading = cases[name]
    pdf = write_pdfa(original, reading, identity, part=part)
    check_pdfa(pdf, reading)
    assert write_pdfa(original, reading, identity, part=part) == pdf
    assert pdf.startswith(b"%PDF-1.4" if part == 1 else b"%PDF-1.")


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_outside_validator(
    cases: dict[str, Case], identity: PdfIdentity, preflight: Callable[[Path], str], tmp_path: Path, name: str
) -> None:
    """PDFBox Preflight finds nothing wrong with part 1 of any of them."""
    original, reading = cases[name]
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(write_pdfa(original, reading, identity, part=1))
    assert preflight(path) == ""


@pytest.mark.slow
def test_outside_validator_objects(preflight: Callable[[Path], str], tmp_path: Path) -> None:
    """The validator is really asked: a plain PDF does not pass."""
    path = tmp_path / "plain.pdf"
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path)
    assert "is not a valid PDF/A-1b file" in preflight(path)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("verapdf") is None, reason="veraPDF is not in Debian")
def test_verapdf(cases: dict[str, Case], identity: PdfIdentity, tmp_path: Path) -> None:
    """veraPDF finds nothing wrong with part 2 of any of them."""
    for name, (original, reading) in cases.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(write_pdfa(original, reading, identity))
        command = ["verapdf", "--flavour", "2b", "--format", "text", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout.startswith("PASS"), done.stdout


def shown_words(page: Any) -> list[dict[str, Any]]:
    """The words of a page as displayed, in the order of the text layer."""
    return list(page.extract_words(use_text_flow=True, keep_blank_chars=False))


@pytest.mark.parametrize("name", CASES)
def test_text_comes_back(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """Another program takes the same words out that were read, in the same order, page by page."""
    original, reading = cases[name]
    with pdfplumber.open(BytesIO(write_pdfa(original, reading, identity))) as pdf:
        numbers = sorted({face.face.page_number for face in reading.faces})
        assert len(pdf.pages) == len(numbers)
        for number, page in zip(numbers, pdf.pages, strict=True):
            faces = [face for face in reading.faces if face.face.page_number == number]
            assert [word["text"] for word in shown_words(page)] == layer_words(faces)


@pytest.mark.parametrize("name", CASES)
def test_viewers_find_the_words(cases: dict[str, Case], identity: PdfIdentity, tmp_path: Path, name: str) -> None:
    """PDFium (Chrome's viewer) and Poppler (most Linux viewers) find every word too, turned pages included."""
    original, reading = cases[name]
    pdf = write_pdfa(original, reading, identity)
    path = tmp_path / "found.pdf"
    path.write_bytes(pdf)
    words = layer_words(reading.faces)
    poppler = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True).stdout.decode()
    assert poppler.split() == words
    with pypdfium2.PdfDocument(pdf) as document:
        assert " ".join(page.get_textpage().get_text_range() for page in document).split() == words


def source_quad(face: FaceReading, box: tuple[int, int, int, int]) -> list[tuple[float, float]]:
    left, top, right, bottom = box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return [apply_homography(face.to_source, x, y) for x, y in corners]


@pytest.mark.parametrize("name", CASES)
def test_words_lie_over_their_places(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """On the page as displayed each word's box covers the word's place on the scan, and no more."""
    original, reading = cases[name]
    with pikepdf.open(BytesIO(write_pdfa(original, reading, identity))) as opened:
        turns = [int(page.obj.get("/Rotate", 0)) for page in opened.pages]
    with pdfplumber.open(BytesIO(write_pdfa(original, reading, identity))) as pdf:
        numbers = sorted({face.face.page_number for face in reading.faces})
        for number, page, turn in zip(numbers, pdf.pages, turns, strict=True):
            faces = [face for face in reading.faces if face.face.page_number == number]
            expected = [displayed(face, word.box, page, turn, name) for face in faces for word in face.words]
            overlaps = [
                overlap((word["x0"], word["top"], word["x1"], word["bottom"]), box)
                for word, box in zip(shown_words(page), expected, strict=True)
            ]
            # An upright box around a leaning word says little; a photo's words lean by up to 3 degrees.
            least = 0.75 if name == "photo" else 0.95
            assert min(overlaps) > least
            assert sum(overlaps) / len(overlaps) > least + 0.03


def displayed(face: FaceReading, box: Any, page: Any, turn: int, name: str) -> tuple[float, float, float, float]:
    """Where a word stands on the displayed page, in points: worked out apart from the writer."""
    points = []
    for x, y in source_quad(face, box):
        across, down = x / face.source_width_px, y / face.source_height_px
        across = 1 - across if name == "mirrored" else across
        across, down = {
            0: (across, down), 90: (1 - down, across), 180: (1 - across, 1 - down), 270: (down, 1 - across),
        }[turn]  # fmt: skip
        points.append((across * float(page.width), down * float(page.height)))
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    common = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return common / (sum(areas) - common)


def rendered(pdf: bytes, page_index: int = 0, dpi: int = 100) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page_index].render(scale=dpi / 72).to_pil().convert("RGB")


# On the photo the table under the paper is as dark as ink.
@pytest.mark.parametrize("name", [name for name in CASES if name != "photo"])
def test_words_lie_over_ink(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """On the rendered upright page nearly all ink lies inside word boxes, and no box is without ink."""
    original, reading = cases[name]
    pdf = write_pdfa(original, reading, identity)
    dark = np.asarray(rendered(pdf).convert("L")) < 110
    covered = np.zeros_like(dark)
    with pdfplumber.open(BytesIO(pdf)) as opened:
        page = opened.pages[0]
        scale = dark.shape[1] / float(page.width)
        for word in shown_words(page):
            rows = slice(int(word["top"] * scale), int(word["bottom"] * scale) + 2)
            columns = slice(int(word["x0"] * scale), int(word["x1"] * scale) + 2)
            covered[rows, columns] = True
            assert dark[rows, columns].any(), word["text"]
    assert (dark & covered).sum() / dark.sum() > 0.99


LOSSLESS = [name for name in CASES if not name.startswith(("photo", "pdf", "mirrored"))]


@pytest.mark.parametrize("name", LOSSLESS)
def test_looks_like_the_scan(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """The page, rendered at the scan's size and turned back, has the scan's pixels: no colour turned, no row lost."""
    original, reading = cases[name]
    pdf = write_pdfa(original, reading, identity)
    with Image.open(BytesIO(original)) as scan:
        expected = scan.convert("RGBA").convert("RGB") if scan.mode != "CMYK" else scan.convert("RGB")
    with pikepdf.open(BytesIO(pdf)) as opened:
        turn = int(opened.pages[0].obj.get("/Rotate", 0))
        width_pt = float(opened.pages[0].mediabox[2])
    page = rendered(pdf, dpi=round(expected.width / width_pt * 72)).rotate(turn, expand=True).resize(expected.size)
    difference = np.asarray(ImageChops.difference(page, expected), dtype=float)
    assert difference.mean() < (12 if name == "jpeg-cmyk" else 3)


UNTOUCHED = ["jpeg-0", "jpeg-90", "jpeg-grey", "jpeg-progressive", "jpeg-cmyk", "jpeg-exif", "photo", "spread"]


@pytest.mark.parametrize("name", UNTOUCHED)
def test_jpeg_stays_as_it_is(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """The scanned JPEG file stands in the PDF byte by byte."""
    original, reading = cases[name]
    pdf = write_pdfa(original, reading, identity)
    assert images_in(pdf) == [original]
    assert original in pdf


def test_g4_stays_as_it_is(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """The strip of a G4 TIFF stands in the PDF byte by byte."""
    original, reading = cases["tiff-g4"]
    with Image.open(BytesIO(original)) as image:
        (start,), (length,) = image.tag_v2[273], image.tag_v2[279]  # type: ignore[attr-defined]
    assert images_in(write_pdfa(original, reading, identity)) == [original[start : start + length]]


@pytest.mark.parametrize("name", ["pdf-pages", "pdf-second-only", "pdf-rotate", "pdf-cmyk"])
def test_pdf_images_stay_as_they_are(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """The images of a scanner's PDF are carried over byte by byte, those of other pages left out."""
    original, reading = cases[name]
    wanted = sorted({face.face.page_number for face in reading.faces})
    before = images_in(original)
    assert images_in(write_pdfa(original, reading, identity)) == [before[number - 1] for number in wanted]


def test_page_size(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A page is as large as the paper, with the scan's resolution or, where it has none, by the paper's format."""
    for name, size in {"jpeg-0": (595.2, 841.9), "jpeg-no-dpi": (595.2, 841.9), "spread": (1190.4, 841.9)}.items():
        with pikepdf.open(BytesIO(write_pdfa(*cases[name], identity))) as pdf:
            assert [float(edge) for edge in pdf.pages[0].mediabox[2:]] == pytest.approx(size, abs=0.5)


def test_says_what_it_is(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """Title, identity and hashes stand in the metadata, and the document information agrees."""
    original, reading = cases["jpeg-0"]
    with pikepdf.open(BytesIO(write_pdfa(original, reading, identity))) as pdf:
        own = read_own_properties(pdf.Root.Metadata.read_bytes())
        assert str(pdf.docinfo["/Title"]) == identity.title
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261124103005+07'00'"
        metadata = pdf.open_metadata()
        assert metadata["dc:title"] == identity.title
        assert metadata["xmp:CreateDate"] == "2026-11-24T10:30:05+07:00"
        assert metadata.pdfa_status == "2B"
    assert own == {
        "serialNumber": "BX 123456",
        "form": "tt23-2014",
        "issueDate": "2015-05-12",
        "scanSha256": "ab" * 32,
        "pageCount": "1",
        "scanPages": "1",
        "rendition": "image",
        "imageSha256": hashlib.sha256(original).hexdigest(),
    }


def test_without_words_and_identity(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A paper on which nothing was read is archived too, all its pages, without claims."""
    original, reading = cases["pdf-pages"]
    unread = replace(reading, faces=())
    bare = replace(identity, serial_number=None, issue_date=None)
    pdf = write_pdfa(original, unread, bare)
    check_pdfa(pdf, unread)
    assert len(images_in(pdf)) == 2
    assert b"sohoa:serialNumber" not in pdf


# What may not happen to a PDF/A unnoticed: each changes the file in a way that the check must name.
DAMAGES: dict[str, Callable[[pikepdf.Pdf], object]] = {
    "words": lambda pdf: pdf.pages[0].obj.__setattr__("Contents", pdf.pages[0].obj.Contents[1]),
    "image": lambda pdf: pdf.pages[0].obj.Resources.XObject.SohoaScan.write(
        b"\xff\xd8\xff\xd9", filter=pikepdf.Name.DCTDecode
    ),
    "page": lambda pdf: pdf.pages.append(pdf.pages[0]),
    "script": lambda pdf: pdf.Root.__setattr__("OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")),
    "annotation": lambda pdf: pdf.pages[0].obj.__setattr__("Annots", pikepdf.Array()),
    "metadata": lambda pdf: pdf.Root.__delattr__("Metadata"),
    "intent": lambda pdf: pdf.Root.OutputIntents[0].__delattr__("DestOutputProfile"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_check_finds_damage(cases: dict[str, Case], identity: PdfIdentity, damage: str) -> None:
    """Each kind of damage is found."""
    original, reading = cases["jpeg-0"]
    with pikepdf.open(BytesIO(write_pdfa(original, reading, identity))) as pdf:
        DAMAGES[damage](pdf)
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    with pytest.raises(PdfInvalid):
        check_pdfa(out.getvalue(), reading)


def test_check_finds_other_words(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A PDF whose words are those of another reading does not pass; nor does a truncated one."""
    original, reading = cases["jpeg-0"]
    pdf = write_pdfa(original, reading, identity)
    face = reading.faces[0]
    fewer = replace(reading, faces=(replace(face, words=face.words[:-1]),))
    for wrong in [(pdf, fewer), (pdf[: len(pdf) // 2], reading), (b"", reading)]:
        with pytest.raises(PdfInvalid):
            check_pdfa(*wrong)


REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "text": b"not an image at all",
    "jpeg-stump": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "png-stump": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "tiff-stump": b"II*\0\x08\0\0\0\x01\0",
    "pdf-stump": b"%PDF-1.4\n1 0 obj\n<<",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_it_cannot_read(cases: dict[str, Case], identity: PdfIdentity, name: str) -> None:
    """Bytes that are no scan give ``PdfInvalid``, never a traceback of a library."""
    face = cases["jpeg-0"][1].faces[0]
    reading = replace(cases["jpeg-0"][1], faces=(replace(face, preview_jpeg=b""),))
    with pytest.raises(PdfInvalid):
        write_pdfa(REFUSED[name], reading, identity)


def test_refuses_pages_that_are_not_there(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A reading of page 2 cannot be archived from a file of one page."""
    second = replace(cases["pdf-second-only"][1])
    faces = tuple(replace(face, preview_jpeg=b"") for face in second.faces)
    for name in ("jpeg-0", "png-rgb", "tiff-g4", "pdf-rotate"):
        with pytest.raises(PdfInvalid):
            write_pdfa(cases[name][0], replace(second, faces=faces), identity)


def test_password(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """A PDF that wants a password is told as such; one that opens without is archived unencrypted."""
    original, reading = cases["pdf-pages"]
    for user, opens in (("secret", False), ("", True)):
        with pikepdf.open(BytesIO(original)) as pdf:
            out = BytesIO()
            pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user=user))
        if opens:
            check_pdfa(write_pdfa(out.getvalue(), reading, identity), reading)
        else:
            with pytest.raises(Encrypted):
                write_pdfa(out.getvalue(), reading, identity)


def test_size(kit: Any, paper: Any, identity: PdfIdentity) -> None:
    """At 300 dpi and with a page full of words, all that is added is at most a twentieth of the image."""
    grain = Image.effect_noise((2480, 3508), 8).convert("RGB")
    page = ImageChops.add(paper.image.resize((2480, 3508)), grain, scale=2)
    face = kit.replace(kit.turned(paper, 0)[1], words=paper.words * 6)
    original, reading = kit.encode(page, "JPEG", quality=70, dpi=(300, 300)), kit.reading_of(face)
    pdf = write_pdfa(original, reading, identity)
    assert original in pdf
    assert len(reading.faces[0].words) > 500
    assert len(pdf) < 1.05 * len(original)


def test_holds_nothing_active(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """Scripts, links, attachments, form fields and notes of the scanner's PDF do not reach the archive."""
    original, reading = cases["pdf-pages"]
    name = pikepdf.Name
    with pikepdf.open(BytesIO(original)) as pdf:
        script = pikepdf.Dictionary(S=name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.Root.OpenAction = script
        pdf.Root.AA = pikepdf.Dictionary(WC=script)
        pdf.attachments["virus.exe"] = b"MZ"
        link = pikepdf.Dictionary(
            Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 50, 50], A=pikepdf.Dictionary(S=name.URI, URI="http://x.vn")
        )
        page = pdf.pages[0].obj
        page.Annots = pikepdf.Array([pdf.make_indirect(link)])
        page.AA = pikepdf.Dictionary(O=script)
        page.PieceInfo = pikepdf.Dictionary(Scanner=pikepdf.Dictionary(Private=1))
        page.Thumb = pikepdf.Stream(pdf, b"\0", Width=1, Height=1, BitsPerComponent=8, ColorSpace=name.DeviceGray)
        page.Resources.XObject.Im0.Interpolate = True
        page.Resources.ExtGState = pikepdf.Dictionary(G0=pikepdf.Dictionary(TR=name.Identity))
        out = BytesIO()
        pdf.save(out)
    written = write_pdfa(out.getvalue(), reading, identity)
    check_pdfa(written, reading)
    with pikepdf.open(BytesIO(written)) as pdf:
        everything = b" ".join(entry.unparse(resolved=True) for entry in pdf.objects)
    assert read_own_properties(written)["rendition"] == "image"
    assert not re.search(rb"/(JavaScript|EmbeddedFile|Encrypt|OpenAction|Annots|AA|PieceInfo|Thumb|URI)\b", everything)


def test_other_readers_text_is_replaced(cases: dict[str, Case], identity: PdfIdentity) -> None:
    """The invisible text that a scanner laid over its page, in a font that is not embedded, gives way to ours."""
    original, reading = cases["pdf-second-only"]
    with pikepdf.open(BytesIO(original)) as pdf:
        page = pdf.pages[1]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.obj.Resources.Font = pikepdf.Dictionary(F0=pdf.make_indirect(font))
        page.contents_add(b"BT 3 Tr /F0 12 Tf 100 100 Td (wrong guess) Tj ET", prepend=False)
        out = BytesIO()
        pdf.save(out)
    written = write_pdfa(out.getvalue(), reading, identity)
    check_pdfa(written, reading)
    with pdfplumber.open(BytesIO(written)) as opened:
        assert [word["text"] for word in shown_words(opened.pages[0])] == layer_words(reading.faces)
    assert read_own_properties(written)["rendition"] == "image"
    assert b"Helvetica" not in written
