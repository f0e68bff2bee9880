"""Drawn papers with words whose places are known, captured in the ways that scans come; and the outside validator."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageFont

from archive.xmp import PdfIdentity
from certificate.geometry import Box, Homography
from certificate.reading import CertificateReading, FaceReading, Word
from certificate.record import Face, Form, Part, Record

DPI = 150
WIDTH_PX, HEIGHT_PX = 1240, 1754
TEXT = (
    "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
    "Ông Nguyễn Văn Đạt, sinh năm 1970, CCCD số 001070012345",
    "Thửa đất số: 123, tờ bản đồ số: 9 (PL9) & <phụ lục>",
    "ấp ẩn ẫm ặc ằng ẳng ẵm ế ể ễ ệ ỉ ị ọ ỏ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ụ ủ ứ ừ ử ữ ự ỳ ỵ ỷ ỹ",
    "Diện tích: 150,5 m² (một trăm năm mươi phẩy năm mét vuông)",
)
_FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"


@dataclass(frozen=True)
class Paper:
    """An upright drawn face and its words."""

    image: Image.Image
    words: tuple[Word, ...]

    def face(
        self, to_source: Homography, size: tuple[int, int], page_number: int = 1, part: Part = Part.WHOLE
    ) -> FaceReading:
        face = Face(page_number, part, 1, 0, WIDTH_PX, HEIGHT_PX)
        return FaceReading(face, self.words, *size, to_source, encode(self.image, "JPEG", quality=60))


def draw(mode: str = "RGB", lines: Sequence[str] = TEXT) -> Paper:
    """A face of A4 at 150 dpi with these lines, several times over."""
    image = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (253, 243, 240))
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(_FONT, 30)
    words = []
    for number, line in enumerate([*lines, *lines]):
        x, y = 90, 150 + 140 * number
        for text in line.split():
            left, top, right, bottom = pen.textbbox((x, y), text, font=font)
            pen.text((x, y), text, font=font, fill=(20, 20, 25))
            words.append(Word(text, Box(int(left), int(top), round(right) + 1, round(bottom) + 1), number))
            x = round(right) + 12
    return Paper(image.convert(mode), tuple(words))


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file of this kind, with its resolution."""
    out = BytesIO()
    image.save(out, kind, **{"dpi": (DPI, DPI), **options})
    return out.getvalue()


def as_homography(matrix: np.ndarray) -> Homography:
    a, b, c, d, e, f, g, h, i = (float(v) for v in matrix.ravel())
    return a, b, c, d, e, f, g, h, i


def turned(paper: Paper, clockwise_deg: int) -> tuple[Image.Image, FaceReading]:
    """The paper laid on the scanner turned, and its reading."""
    width, height = WIDTH_PX, HEIGHT_PX
    image, matrix = {
        0: (paper.image, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        90: (paper.image.transpose(Image.Transpose.ROTATE_270), [[0, -1, height], [1, 0, 0], [0, 0, 1]]),
        180: (paper.image.transpose(Image.Transpose.ROTATE_180), [[-1, 0, width], [0, -1, height], [0, 0, 1]]),
        270: (paper.image.transpose(Image.Transpose.ROTATE_90), [[0, 1, 0], [-1, 0, width], [0, 0, 1]]),
    }[clockwise_deg]
    return image, paper.face(as_homography(np.array(matrix, dtype=float)), image.size)


def photographed(paper: Paper, corners: Sequence[tuple[float, float]]) -> tuple[Image.Image, FaceReading]:
    """The paper seen askew by a camera: its corners (clockwise from top left) lie at these pixels of the photo."""
    flat = [(0, 0), (WIDTH_PX, 0), (WIDTH_PX, HEIGHT_PX), (0, HEIGHT_PX)]
    rows, right = [], []
    for (x, y), (u, v) in zip(flat, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    matrix = np.append(np.linalg.solve(np.array(rows, dtype=float), np.array(right, dtype=float)), 1).reshape(3, 3)
    size = (1500, 2000)
    back = np.linalg.inv(matrix)
    back /= back[2, 2]
    photo = paper.image.transform(
        size, Image.Transform.PERSPECTIVE, back.ravel()[:8].tolist(), Image.Resampling.BICUBIC, fillcolor=(90, 80, 70)
    )
    return photo, paper.face(as_homography(matrix), size)


def reading_of(*faces: FaceReading) -> CertificateReading:
    record = Record("scan", Form.TT23_2014, 0.99, tuple(face.face for face in faces), {})
    return CertificateReading(record, faces)


@pytest.fixture(scope="session")
def paper() -> Paper:
    """One colour face."""
    return draw()


@pytest.fixture(scope="session")
def second_paper() -> Paper:
    """Another face, with other words."""
    return draw(lines=["Sơ đồ thửa đất", "Những thay đổi sau khi cấp Giấy chứng nhận", "Nội dung thay đổi"])


@pytest.fixture
def identity() -> PdfIdentity:
    """What a test's PDF says about itself, with characters that XML and PDF must escape."""
    return PdfIdentity(
        title="Giấy chứng nhận BX 123456 (Đạt & «Hà» <1>)",
        serial_number="BX 123456",
        form="tt23-2014",
        issue_date="2015-05-12",
        scan_sha256="ab" * 32,
        created_at=datetime(2026, 11, 24, 10, 30, 5, tzinfo=timezone(timedelta(hours=7))),
    )


def rendered(pdf: bytes, page_index: int = 0, dpi: int = 100) -> Image.Image:
    """A page as a viewer shows it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page_index].render(scale=dpi / 72).to_pil().convert("RGB")


def unpacked(pdf: bytes) -> bytes:
    """The document with nothing packed, so that a word in it is found by looking for it."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        out = BytesIO()
        opened.save(out, qdf=True)
    return out.getvalue()


@dataclass(frozen=True)
class Kit:
    """What tests use to make scans and readings."""

    draw: Callable[..., Paper] = draw
    encode: Callable[..., bytes] = encode
    turned: Callable[[Paper, int], tuple[Image.Image, FaceReading]] = turned
    photographed: Callable[..., tuple[Image.Image, FaceReading]] = photographed
    reading_of: Callable[..., CertificateReading] = reading_of
    replace: Callable[..., FaceReading] = replace
    rendered: Callable[..., Image.Image] = rendered
    unpacked: Callable[[bytes], bytes] = unpacked
    dpi: int = DPI


@pytest.fixture(scope="session")
def kit() -> Kit:
    return Kit()


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


CASES = [
    "jpeg-0", "jpeg-90", "jpeg-180", "jpeg-270", "jpeg-grey", "jpeg-progressive", "jpeg-cmyk", "jpeg-no-dpi",
    "jpeg-odd-profile", "jpeg-exif", "mirrored", "photo", "spread", "png-rgb", "png-grey", "png-palette", "png-alpha",
    "tiff-g4", "tiff-g4-strips", "tiff-lzw", "tiff-raw", "tiff-deflate", "tiff-jpeg", "tiff-pages",
    "pdf-pages", "pdf-second-only", "pdf-rotate", "pdf-cmyk",
]  # fmt: skip


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
    assert set(CASES) == set(made), "every case is made, and every one made is run"
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


NamedCase = tuple[str, bytes, CertificateReading]
# One of each way by which a scan comes into a PDF/A; the others differ in small things and are slow together.
_FIRST = {"jpeg-0", "jpeg-270", "spread", "photo", "png-alpha", "tiff-g4", "tiff-lzw", "tiff-pages", "pdf-second-only"}


def _in_turn(names: list[str]) -> list[Any]:
    return [name if name in _FIRST else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.fixture(params=_in_turn(CASES))
def any_case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> NamedCase:
    """Each kind of scan in its turn: its name, the scan, its reading."""
    return (request.param, *cases[request.param])


@pytest.fixture(params=_in_turn([name for name in CASES if name != "photo"]))
def flat_case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> NamedCase:
    """Each but the photo, on which the table under the paper is as dark as ink."""
    return (request.param, *cases[request.param])


@pytest.fixture(params=_in_turn([name for name in CASES if not name.startswith(("photo", "pdf", "mirrored"))]))
def plain_case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> NamedCase:
    """Each whose page must look just like the scan."""
    return (request.param, *cases[request.param])


_JARS = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api")
_DEBIAN_PACKAGES = "default-jre-headless libpdfbox2-java libactivation-java libjaxb-api-java"


@pytest.fixture(scope="session")
def preflight() -> Callable[[Path], str]:
    """Apache PDFBox Preflight, a PDF/A-1b validator that this project did not write: says what is wrong, or nothing."""
    folder = Path(os.environ.get("SOHOA_TEST_JAVA_JARS", "/usr/share/java"))
    jars = [folder / f"{name}.jar" for name in _JARS]
    java = shutil.which("java")
    if java is None or not all(jar.is_file() for jar in jars):
        pytest.fail(f"PDFBox Preflight is not installed; run: apt-get install {_DEBIAN_PACKAGES}")

    def run(pdf: Path) -> str:
        command = [java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", ":".join(map(str, jars))]
        command += ["org.apache.pdfbox.preflight.Validator_A1b", str(pdf)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        valid = f"The file {pdf.name} is a valid PDF/A-1b file"
        return "" if valid in done.stdout else done.stdout + done.stderr

    return run
