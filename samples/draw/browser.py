"""Chromium as the drawing engine: HTML in, pages as images at 300 dpi or as PDF out. One browser for many pages."""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from playwright.sync_api import Browser, CDPSession, Page, Playwright, sync_playwright

from samples.draw.forms.sheet import FaceArt

Image = NDArray[np.uint8]

MASTER_DPI = 300
_CSS_DPI = 96
_SCALE = MASTER_DPI / _CSS_DPI
_GAP_MM = 4.0
_SMALLEST_FIT = 0.62
_FIXED_DATE = "D:20260101080000+07'00'"

# Shrinks the print of each block until it fits, as an office's printing program does, and tells what still does not.
_FIT = """(smallest) => {
  const tight = [];
  for (const block of document.querySelectorAll('.fit')) {
    let scale = 1;
    while ((block.scrollHeight > block.clientHeight + 1 || block.scrollWidth > block.clientWidth + 1) && scale > smallest) {
      scale -= 0.03;
      block.style.setProperty('--fit', scale);
    }
    if (block.scrollHeight > block.clientHeight + 1 || block.scrollWidth > block.clientWidth + 1) tight.push(block.textContent.slice(0, 60));
  }
  return tight;
}"""


# Fonts and frames are ready only some time after the page is; a shot before that would differ from the next.
_SETTLE = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


class DoesNotFitError(Exception):
    """The content is too long for its face, so the drawing would hide what the truth tells."""


def pixels(length_mm: float) -> int:
    """A length in pixels of the 300 dpi master."""
    return round(length_mm * MASTER_DPI / 25.4)


class Easel:
    """Draws faces with one Chromium, kept open until closed."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._page: Page | None = None
        self._cdp: CDPSession | None = None
        self._papers: dict[str, Image] = {}

    def __enter__(self) -> Easel:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--font-render-hinting=none",
                "--disable-lcd-text",
                "--disable-partial-raster",
                "--disable-checker-imaging",
            ],
        )
        self._page = self._browser.new_page()
        self._cdp = self._page.context.new_cdp_session(self._page)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._browser:
            self._browser.close()
        if self._playwright:
            self._playwright.stop()
        self._papers.clear()

    def faces(self, arts: Sequence[FaceArt], style: str) -> list[Image]:
        """Each face as a colour image (RGB) at 300 dpi: its paper with the words printed over it."""
        width_mm = sum(art.width_mm + _GAP_MM for art in arts)
        height_mm = max(art.height_mm for art in arts)
        places = [sum(a.width_mm + _GAP_MM for a in arts[:i]) for i in range(len(arts))]
        shot = self._shot(_document(arts, style, places), width_mm, height_mm)
        images = []
        for art, left_mm in zip(arts, places, strict=True):
            left, width, height = pixels(left_mm), pixels(art.width_mm), pixels(art.height_mm)
            ink = shot[:height, left : left + width]
            paper = _strengthened(self._paper(art), art.strength)
            images.append(
                np.asarray(cv2.multiply(ink, paper[: ink.shape[0], : ink.shape[1]], scale=1 / 255), dtype=np.uint8)
            )
        return images

    def pdf(self, arts: Sequence[FaceArt], style: str) -> bytes:
        """The faces as a born-digital PDF with real text, one page each."""
        assert self._page
        art = arts[0]
        sheets = "".join(
            f'<div class="sheet" style="width:{a.width_mm}mm;height:{a.height_mm}mm"><div class="paper">{a.paper}</div>'
            f'<div class="face" style="left:0;top:0;width:{a.width_mm}mm;height:{a.height_mm}mm">{a.html}</div></div>'
            for a in arts
        )
        page_css = (
            f"@page {{ size: {art.width_mm}mm {art.height_mm}mm; margin: 0 }} "
            ".sheet { position: relative; overflow: hidden; break-after: page; break-inside: avoid } .paper { position: absolute; left: 0; top: 0 }"
        )
        self._page.set_content(
            f"<html><head><meta charset='utf-8'><style>{style}{page_css}</style></head><body>{sheets}</body></html>"
        )
        self._fit()
        made = self._page.pdf(
            width=f"{art.width_mm}mm", height=f"{art.height_mm}mm", print_background=True, prefer_css_page_size=True
        )
        return _without_clock(made)

    def _fit(self) -> None:
        assert self._page
        tight = self._page.evaluate(_FIT, _SMALLEST_FIT)
        if tight:
            raise DoesNotFitError("; ".join(tight))

    def _paper(self, art: FaceArt) -> Image:
        if art.paper not in self._papers:
            html = f"<html><body style='margin:0'>{art.paper}</body></html>"
            self._papers[art.paper] = self._shot(html, art.width_mm, art.height_mm, fit=False)
        return self._papers[art.paper]

    def _shot(self, html: str, width_mm: float, height_mm: float, *, fit: bool = True) -> Image:
        assert self._page
        assert self._cdp
        width, height = width_mm * _CSS_DPI / 25.4, height_mm * _CSS_DPI / 25.4
        self._page.set_viewport_size({"width": int(width) + 1, "height": int(height) + 1})
        self._page.set_content(html)
        if fit:
            self._fit()
        self._page.evaluate(_SETTLE)
        clip = {"x": 0, "y": 0, "width": int(width) + 1, "height": int(height) + 1, "scale": _SCALE}
        answer: dict[str, Any] = self._cdp.send(
            "Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True, "clip": clip}
        )
        coded = np.frombuffer(base64.b64decode(answer["data"]), dtype=np.uint8)
        decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
        assert decoded is not None
        return np.ascontiguousarray(decoded[:, :, ::-1])


def _without_clock(pdf: bytes) -> bytes:
    """The same PDF with a fixed date, so that the same drawing is the same file."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for key in ("/CreationDate", "/ModDate"):
            document.docinfo[key] = _FIXED_DATE
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _strengthened(paper: Image, strength: float) -> Image:
    if strength == 1.0:
        return paper
    table = np.clip(255 - (255 - np.arange(256)) * strength, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(paper, table), dtype=np.uint8)


def _document(arts: Sequence[FaceArt], style: str, places: Sequence[float]) -> str:
    faces = "".join(
        f'<div class="face" style="left:{left:.3f}mm;top:0;width:{art.width_mm}mm;height:{art.height_mm}mm">{art.html}</div>'
        for art, left in zip(arts, places, strict=True)
    )
    return f"<html><head><meta charset='utf-8'><style>{style}</style></head><body>{faces}</body></html>"
