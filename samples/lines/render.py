"""Pictures of lines as the reader meets them: cut from a flattened scan, worn, blurred, under seals, at any size.

One canvas is 192 pixels high: the line's padded box in the middle third, its neighbours above and below, as the line
reader's input wants it. The defects are applied at the resolution of an imagined scan, then brought to the canvas.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.lines.texts import random_line

Grey = NDArray[np.uint8]

CANVAS_HEIGHT_PX = 192
BOX_HEIGHT_PX = 46  # the detector's box before padding: 64 / 1.4
LEFT_PAD_PX = 14
_BLANK_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class LinePicture:
    """A grey canvas (height 192, white paper) and the text of its middle line."""

    grey: Grey
    text: str


@lru_cache(maxsize=600)
def _font(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=600)
def _ascent_ratio(path: str) -> tuple[float, float]:
    """Top of a capital with mark and bottom of a descender, in sizes from the baseline."""
    font = _font(path, 100)
    _, top, _, _ = font.getbbox("Ấ", anchor="ls")
    _, _, _, bottom = font.getbbox("gpỵ", anchor="ls")
    return -top / 100, bottom / 100


def _ink_text(rng: random.Random, font_path: str, text: str) -> tuple[Grey, int, int]:
    """White paper with the line and perhaps neighbours; returns it with the line's left and right."""
    up, down = _ascent_ratio(font_path)
    # The detector's box runs about from above the capitals to below the descenders, with some slack.
    size = max(12, round(BOX_HEIGHT_PX * rng.uniform(0.86, 1.22) / (up + down * 0.9)))
    font = _font(font_path, size)
    spacing = rng.choice((0, 0, 0, 0, 1, 2)) if len(text) < 40 else 0
    width = int(font.getlength(text)) + spacing * len(text)
    leader = rng.randint(60, 700) if len(text) < 60 and rng.random() < 0.16 else 0
    canvas_width = max(48 if text else rng.randint(48, 500), width + leader + 2 * LEFT_PAD_PX)
    image = Image.new("L", (canvas_width, CANVAS_HEIGHT_PX), 255)
    draw = ImageDraw.Draw(image)
    middle = CANVAS_HEIGHT_PX / 2 + rng.uniform(-4, 4)
    baseline = round(middle + (up - down) * size / 2)
    ink = rng.choice((0, 0, 0, 20, 45, 80, 110))
    x = LEFT_PAD_PX + rng.randint(-6, 4)
    if spacing:
        for letter in text:
            draw.text((x, baseline), letter, fill=ink, font=font, anchor="ls")
            x += int(font.getlength(letter)) + spacing
    else:
        draw.text((x, baseline), text, fill=ink, font=font, anchor="ls")
        if rng.random() < 0.12:  # printed bold by striking twice, as old programs did
            draw.text((x + 1, baseline), text, fill=ink, font=font, anchor="ls")
    if leader:
        _draw_leader(rng, draw, (x + width if not spacing else x, canvas_width - LEFT_PAD_PX // 2), baseline, ink, font)
    gap = (up + down) * size * rng.uniform(1.05, 1.9)
    for sign in (-1, 1):
        if rng.random() < 0.6:
            other = random_line(rng, 60)
            draw.text((rng.randint(-200, 60), baseline + sign * gap), other, fill=ink, font=font, anchor="ls")
    if rng.random() < 0.12:  # dotted leader or rule under the line
        y = baseline + rng.randint(2, 7)
        step = rng.choice((1, 5, 7, 9))
        for left in range(rng.randint(0, canvas_width // 2), canvas_width, step):
            draw.rectangle((left, y, left + 1, y + rng.choice((0, 1))), fill=ink)
    return np.asarray(image), LEFT_PAD_PX, LEFT_PAD_PX + width


def _draw_leader(
    rng: random.Random,
    draw: ImageDraw.ImageDraw,
    span: tuple[int, int],
    baseline: int,
    ink: int,
    font: ImageFont.FreeTypeFont,
) -> None:
    """Dots, dashes or a rule from the text to the end of the line: they say nothing and are not to be read."""
    left, right = span[0] + rng.randint(1, 10), span[1]
    if right <= left:
        return
    kind = rng.random()
    if kind < 0.4:  # typed
        mark = rng.choice((".", "…", "_", "-", " .", ". ", "·"))
        count = max(1, int((right - left) / max(1.0, font.getlength(mark))))
        draw.text((left, baseline), mark * count, fill=ink, font=font, anchor="ls")
        return
    y = baseline + rng.randint(-3, 4)
    if kind < 0.55:
        draw.line((left, y, right, y), fill=ink, width=rng.randint(1, 2))
        return
    step, size = rng.choice((4, 5, 6, 7, 8, 10, 13)), rng.choice((1, 1, 2, 2, 3))
    long = rng.choice((0, 0, 2, 4))
    for at in range(left, right, step + long):
        draw.rectangle((at, y, at + size - 1 + long, y + size - 1), fill=ink)


def _bend(rng: random.Random, grey: Grey) -> Grey:
    height, width = grey.shape
    if rng.random() < 0.5:
        return grey
    angle = rng.gauss(0, 0.35)
    shear = rng.gauss(0, 0.04)
    tilt = np.tan(np.radians(angle))
    matrix = np.array([[1.0, shear, -shear * height / 2], [tilt, 1.0, -tilt * width / 2]], np.float32)
    bent = cv2.warpAffine(grey, matrix, (width, height), borderValue=255)
    return bent.astype(np.uint8)


def _over_print(rng: random.Random, grey: Grey) -> Grey:
    """Seal rings, signature strokes, guilloche left-overs, folds and specks on the paper."""
    height, width = grey.shape
    out = grey.copy()
    if rng.random() < 0.2:
        layer = np.full_like(out, 255)
        for _ in range(rng.randint(3, 12)):
            centre = (rng.randint(-50, width + 50), rng.randint(-300, 500))
            axes = (rng.randint(80, 600), rng.randint(60, 400))
            cv2.ellipse(
                layer, centre, axes, rng.randint(0, 180), 0, 360, rng.randint(170, 235), rng.randint(1, 3), cv2.LINE_AA
            )
        out = np.minimum(out, layer)
    if rng.random() < 0.12:
        layer = np.full_like(out, 255)
        shade = rng.randint(90, 215)
        centre = (rng.randint(0, width), rng.randint(-150, 340))
        radius = rng.randint(110, 260)
        cv2.circle(layer, centre, radius, shade, rng.randint(3, 9), cv2.LINE_AA)
        cv2.circle(layer, centre, int(radius * 0.72), shade, rng.randint(2, 5), cv2.LINE_AA)
        for _ in range(rng.choice((0, 3, 8, 16))):
            place = (centre[0] + rng.randint(-radius, radius), centre[1] + rng.randint(-80, 80))
            cv2.putText(
                layer, rng.choice("MAUSOHTUYENX"), place, cv2.FONT_HERSHEY_DUPLEX, rng.uniform(1, 2.2), shade, 4
            )
        out = (out.astype(np.float32) * (layer.astype(np.float32) / 255)).astype(np.uint8)
    if rng.random() < 0.14:
        _sign(rng, out)
    if rng.random() < 0.06:
        x = rng.randint(0, width)
        cv2.line(out, (x, 0), (x + rng.randint(-12, 12), height), rng.randint(60, 230), rng.randint(1, 3))
    return out


def _sign(rng: random.Random, grey: Grey) -> None:
    """A signature's loops across the line, as wide as a pen draws at 300 dpi."""
    height, width = grey.shape
    left = rng.randint(-60, max(1, width - 60))
    for _ in range(rng.randint(1, 3)):
        count = rng.randint(4, 11)
        step = rng.uniform(18, 70)
        xs = left + np.cumsum([rng.gauss(step, step) for _ in range(count)])
        middle = height / 2 + rng.uniform(-60, 60)
        ys = np.array([middle + rng.gauss(0, 55) for _ in range(count)])
        fine = np.linspace(0, count - 1, 14 * count)
        # Rounded by a moving mean over the polygon of the pen's turning points.
        window = np.ones(15) / 15
        points = np.stack([np.convolve(np.interp(fine, np.arange(count), v), window, "valid") for v in (xs, ys)], 1)
        shade, thickness = rng.choice((0, 20, 60, 100, 140)), rng.randint(2, 8)
        stroke = np.full_like(grey, 255)
        cv2.polylines(stroke, [points.astype(np.int32)], isClosed=False, color=shade, thickness=thickness, lineType=16)
        np.minimum(grey, stroke, out=grey)


def _thicken(rng: random.Random, grey: Grey) -> Grey:
    pick = rng.random()
    if pick < 0.12:
        return cv2.erode(grey, np.ones((2, 2), np.uint8)).astype(np.uint8)
    if pick < 0.2:
        return cv2.dilate(grey, np.ones((2, 2), np.uint8)).astype(np.uint8)
    return grey


def _scan(rng: random.Random, grey: Grey) -> Grey:
    """The picture as a scanner, fax, phone or photocopier gives it, then flattened again."""
    height, width = grey.shape
    # Down to small print at 150 dpi, which is a third of the canvas's size.
    scale = rng.choice((1.0, 1.0, 0.8, 0.67, 0.67, 0.5, rng.uniform(0.33, 0.5), rng.uniform(0.45, 1.1)))
    size = (max(16, round(width * scale)), max(32, round(height * scale)))
    picture = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    noisy = np.random.default_rng(rng.getrandbits(32))
    if rng.random() < 0.55:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, rng.choice((1.5, 2.4)) if scale > 0.7 else 1.0))
    if rng.random() < 0.08:
        length = rng.randint(3, 5)
        picture = cv2.blur(picture, (length, 1) if rng.random() < 0.5 else (1, length))
    level: NDArray[np.floating[Any]] = picture.astype(np.float32)
    if rng.random() < 0.35:  # faded, or a flattening that left some grey
        low, high = rng.uniform(0, 110), rng.uniform(225, 255)
        level = low + level * (high - low) / 255
    if rng.random() < 0.5:
        level = level + noisy.normal(0, rng.uniform(1, 16), level.shape)
    if rng.random() < 0.12:
        holes = noisy.random(level.shape) < rng.uniform(0.001, 0.02)
        level[holes] = rng.choice((255, 255, 0))
    picture = level.clip(0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        ok, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 92)])
        decoded = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
        picture = picture if decoded is None or not ok else decoded.astype(np.uint8)
    if rng.random() < 0.4:
        picture = _flattened(rng, picture)
    if rng.random() < 0.22:
        threshold = rng.randint(105, 205)
        picture = np.where(picture > threshold, 255, 0).astype(np.uint8)
        if rng.random() < 0.3:
            picture = cv2.medianBlur(picture, 3)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _flattened(rng: random.Random, picture: NDArray[Any]) -> Grey:
    """Light grey brought to white and dark grey to black, as on a flattened scan: thin marks pale first."""
    black, white = rng.uniform(-20, 90), rng.uniform(170, 250)
    return ((picture.astype(np.float32) - black) * 255 / (white - black)).clip(0, 255).astype(np.uint8)


def draw_line(rng: random.Random, fonts: list[str], longest: int = 88) -> LinePicture:
    """One random line in a random font with random defects."""
    # Blank paper, leaders and seals alone are met too, and say nothing.
    text = random_line(rng, longest) if rng.random() > _BLANK_SHARE else ""
    grey, _, _ = _ink_text(rng, rng.choice(fonts), text)
    grey = _scan(rng, _thicken(rng, _over_print(rng, _bend(rng, grey))))
    stretch = rng.uniform(0.9, 1.1) if rng.random() < 0.5 else 1.0
    if stretch != 1.0:
        grey = cv2.resize(grey, (max(48, round(grey.shape[1] * stretch)), CANVAS_HEIGHT_PX)).astype(np.uint8)
    return LinePicture(grey, text)
