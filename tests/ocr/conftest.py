"""Pages drawn for the tests of the image side: print on paper, without any browser."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.engines.trueocr import TrueOcrEngine, shared_engine

Pixels = NDArray[np.uint8]
Draw = Callable[..., Pixels]

TEXT = (
    "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất",
    "a) Thửa đất số: 127, tờ bản đồ số: 24",
    "b) Địa chỉ: Ấp Vĩnh Đằng, xã Vĩnh Hòa Hiệp, huyện Châu Thành",
    "c) Diện tích: 1.250,5 m2 (một nghìn hai trăm năm mươi phẩy năm)",
    "d) Hình thức sử dụng: riêng 1.250,5 m2, chung Không m2",
    "e) Thời hạn sử dụng: Lâu dài",
    "g) Nguồn gốc sử dụng: Công nhận QSDĐ như giao đất có thu tiền",
    "Số vào sổ cấp GCN: CH 03730",
)


@pytest.fixture(scope="session")
def engine() -> TrueOcrEngine:
    """The reader's models, loaded once."""
    cv2.setNumThreads(1)
    return shared_engine()


@pytest.fixture(scope="session")
def font_file() -> str:
    """A font with all Vietnamese letters."""
    if shutil.which("fc-match") is None:
        pytest.skip("fontconfig is missing")
    command = ["fc-match", "-f", "%{file}", "Liberation Serif:lang=vi"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="session")
def draw_page(font_file: str) -> Draw:
    """``draw_page(lines, size, paper, ink)``: BGR paper with lines of print, 60 px a line, from the top left."""

    def draw(
        lines: Sequence[str] = TEXT,
        size: tuple[int, int] = (1654, 2339),
        paper: tuple[int, int, int] = (250, 226, 230),
        ink: tuple[int, int, int] = (20, 20, 20),
        left: int = 140,
        font_px: int = 44,
    ) -> Pixels:
        image = Image.new("RGB", size, paper)
        pen = ImageDraw.Draw(image)
        font = ImageFont.truetype(font_file, font_px)
        for number, line in enumerate(lines):
            pen.text((left, 160 + number * round(2.0 * font_px)), line, font=font, fill=ink)
        return np.ascontiguousarray(np.asarray(image, dtype=np.uint8)[:, :, ::-1])

    return draw


@pytest.fixture(scope="session")
def jpeg() -> Callable[..., bytes]:
    """``jpeg(image, exif_orientation)``: a BGR or grey picture as JPEG bytes."""

    def encode(image: Pixels, exif_orientation: int = 1) -> bytes:
        picture = Image.fromarray(image[:, :, ::-1] if image.ndim == 3 else image)
        exif = Image.Exif()
        exif[274] = exif_orientation
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=90, exif=exif)
        return out.getvalue()

    return encode
