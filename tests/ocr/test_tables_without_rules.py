"""Tables whose rules a phone's picture or a copier lost, drawn and read from pixels to values."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.read import read_scan

Pixels = NDArray[np.uint8]

TITLES = (
    ["Số", "TT"],
    ["Thửa", "đất số"],
    ["Tờ bản", "đồ số"],
    ["Diện tích", "(m²)"],
    ["Mục đích sử dụng"],
    ["Thời hạn"],
)
LEFTS = (120, 210, 350, 500, 690, 1060, 1400)
ROWS = (
    ("1", "438", "90", "1.810,5", ["Đất trồng lúa nước", "còn lại"], ["Đến năm 2046"]),
    ("2", "1131", "60", "547,0", ["Đất trồng cây lâu năm"], ["Đến ngày", "15/10/2043"]),
    ("3", "256", "24", "2.054,0", ["Đất chuyên trồng", "lúa nước"], ["50 năm"]),
    ("4", "1363", "7", "98,3", ["Đất nuôi trồng", "thủy sản"], ["Đến năm 2046"]),
    ("5", "72", "58", "10.879,2", ["Đất trồng cây lâu năm"], ["Đến năm 2046"]),
)  # fmt: skip
TEXT = (
    "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất",
    "1. Thửa đất:",
    "Địa chỉ: ấp Hòa Lợi, xã Đông Hòa, huyện An Minh, tỉnh Kiên Giang",
)
BELOW = (
    "2. Nhà ở: -/-",
    "3. Công trình xây dựng khác: -/-",
    "4. Rừng sản xuất là rừng trồng: -/-",
    "5. Cây lâu năm: -/-",
)


def _page(font_file: str, rules: tuple[int, int, int] | None) -> Pixels:
    """A page of a certificate with a table, its rules in the given colour, or none."""
    picture = Image.new("RGB", (1654, 2339), (252, 248, 248))
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(font_file, 34)

    def cell(column: int, top: int, bottom: int, words: list[str]) -> None:
        for n, text in enumerate(words):
            y = (top + bottom) / 2 + 40 * (n - (len(words) - 1) / 2)
            pen.text((LEFTS[column] + 12, y), text, font=font, fill=(25, 25, 30), anchor="lm")

    for n, text in enumerate(TEXT):
        pen.text((120, 140 + 62 * n), text, font=font, fill=(25, 25, 30))
    tops = [360 + 104 * n for n in range(len(ROWS) + 2)]
    for row, (top, bottom) in enumerate(itertools.pairwise(tops)):
        texts = TITLES if row == 0 else [[t] if isinstance(t, str) else t for t in ROWS[row - 1]]
        for column, words in enumerate(texts):
            cell(column, top, bottom, list(words))
    if rules:
        for y in tops:
            pen.line((LEFTS[0], y, LEFTS[-1], y), fill=rules, width=3)
        for x in LEFTS:
            pen.line((x, tops[0], x, tops[-1]), fill=rules, width=3)
    for n, text in enumerate(BELOW):
        pen.text((120, tops[-1] + 40 + 62 * n), text, font=font, fill=(25, 25, 30))
    return np.ascontiguousarray(np.asarray(picture, dtype=np.uint8)[:, :, ::-1])


def _erased(page: Pixels, whole: Pixels, rng: np.random.Generator) -> Pixels:
    """The rules of ``page`` gone in patches: there it is as ``whole``, the page without any."""
    cells = rng.uniform(-1, 1, (24, 18)).astype(np.float32)
    patches = cv2.resize(cells, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.where(patches[:, :, None] > 0.1, page, whole).astype(np.uint8)


def _bent(page: Pixels) -> Pixels:
    """The page as it lies before a phone: columns lean one way on the left, and less on the right; soft and noisy."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([[24, 0], [6, 4], [0, 0], [0, -4]], np.float32)
    bent = cv2.warpPerspective(
        page, cv2.getPerspectiveTransform(corners, moved), (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    noise = np.random.default_rng(3).normal(0, 4, bent.shape)
    return np.clip(cv2.GaussianBlur(bent, (0, 0), 0.9) + noise, 0, 255).astype(np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize("rules", ["none", "patches", "faint and bent"])
def test_a_table_is_read_without_its_rules(font_file: str, rules: str) -> None:
    """Every parcel's number, sheet, area, purpose and term, though no rule, or rests of rules, part them."""
    bare = _page(font_file, None)
    page = {
        "none": lambda: bare,
        "patches": lambda: _erased(_page(font_file, (70, 70, 70)), bare, np.random.default_rng(5)),
        "faint and bent": lambda: _bent(_page(font_file, (225, 220, 220))),
    }[rules]()
    coded, data = cv2.imencode(".png", page)
    assert coded
    record = read_scan(data.tobytes(), "table.png").certificates[0].record
    found = {path: field.value for path, field in record.fields.items()}
    wrong = {}
    for n, (_, number, sheet, area, purpose, _term) in enumerate(ROWS):
        expected = {
            "parcel_number": number,
            "map_sheet_number": sheet,
            "area_m2": str(float(area.replace(".", "").replace(",", "."))),
            "purposes.0.name": " ".join(purpose),
            "term": ("2046", "2043-10-15", "50_nam", "2046", "2046")[n],
        }
        for name, value in expected.items():
            read = found.get(f"parcels.{n}.{name}")
            if read != value and not (name == "area_m2" and read and float(read) == float(value)):
                wrong[f"parcels.{n}.{name}"] = (value, read)
    assert wrong == {}
    assert not [path for path in found if path.startswith(f"parcels.{len(ROWS)}.")]
