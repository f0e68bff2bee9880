"""What the caller of the reader may choose. Standard library only, so that who owns a pool loads no image engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused before decoding. The defaults take a dossier of A3 pages at 600 dpi."""

    max_bytes: int = 200_000_000
    max_pages: int = 200
    max_pixels: int = 120_000_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class ReadOptions:
    """Limits for one scan, the quality of previews (1-100), and where to leave pictures of each stage, if anywhere."""

    max_bytes: int = DEFAULT_LIMITS.max_bytes
    max_pages: int = DEFAULT_LIMITS.max_pages
    max_pixels: int = DEFAULT_LIMITS.max_pixels
    preview_quality: int = 75
    show_dir: Path | None = None

    @property
    def limits(self) -> Limits:
        return Limits(self.max_bytes, self.max_pages, self.max_pixels)
