"""Tesseract 5: reads line images in a process that stays, or through pytesseract where that cannot be had.

The only module that names ``pytesseract``. Line images go as PGM files in memory-backed storage and a list of their
names: starting Tesseract once per line costs eight times as much, encoding PNG more than reading. pytesseract's run is
what tells a Tesseract or a language that lacks from a broken one.
"""

from __future__ import annotations

import atexit
import os
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytesseract
from numpy.typing import NDArray

from certificate.errors import EngineMissing, ReaderCrashed, ReadTimeout
from certificate.text import PLAIN_DASHES, nfc
from ocr.engines.images import encode_pgm
from ocr.engines.resident import Gone, ResidentTesseract
from ocr.scratch import line_folder

Pixels = NDArray[np.uint8]

# The Vietnamese model trained on with lines as certificates print them (docs/decisions/0023).
_MODEL = Path(__file__).parents[1] / "data" / "sohoa.traineddata"
_LANGUAGE = _MODEL.stem
_OPTIONS = ("--tessdata-dir", str(_MODEL.parent), "--psm", "7", "--oem", "1", "-c", "tessedit_do_invert=0")
_WORD_LEVEL = "5"
_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class TesseractWord:
    """One word: its text, confidence (0.0-1.0) and edges in pixels of the line image."""

    text: str
    confidence: float
    left: int
    right: int


def read_lines(crops: Sequence[Pixels], timeout_s: float = 60.0) -> list[list[TesseractWord]]:
    """The words of each grey line image, in order; an empty list where Tesseract saw nothing.

    Raises ``ReadTimeout`` when it takes longer, ``ReaderCrashed`` when it fails, ``EngineMissing`` without it.
    """
    if not crops:
        return []
    # One thread: Tesseract's own threading makes short lines three times slower.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="sohoa-", dir=line_folder()) as folder:
        names = []
        for index, crop in enumerate(crops):
            name = Path(folder) / f"{index:05d}.pgm"
            name.write_bytes(encode_pgm(crop))
            names.append(name)
        listing = Path(folder) / "lines.txt"
        listing.write_text("\n".join(map(str, names)) + "\n", encoding="utf-8")
        try:
            table = _RESIDENT.read(names, Path(folder), timeout_s)
        except Gone:
            table = _run(str(listing), timeout_s)
    return _parse(table, len(crops))


class _Resident:
    """The Tesseract of this process, started when first asked, and again when it has ended."""

    def __init__(self) -> None:
        self._at_work: ResidentTesseract | None = None
        self._owner_pid = 0
        self._fails = False

    def read(self, images: Sequence[Path], folder: Path, timeout_s: float) -> str:
        """The table of the images; ``Gone`` where a run of its own must do."""
        if self._owner_pid != os.getpid():
            # In a forked process it is the parent's, and so is what it tells.
            self._at_work, self._fails, self._owner_pid = None, False, os.getpid()
            atexit.register(self.close)
        if self._fails:
            raise Gone("never came up")
        is_new = self._at_work is None or not self._at_work.is_alive()
        try:
            if self._at_work is None or is_new:
                self.close()
                options = ["-l", _LANGUAGE, *_OPTIONS]
                self._at_work = ResidentTesseract(pytesseract.pytesseract.tesseract_cmd, options)
            return self._at_work.read(images, folder, timeout_s)
        except Gone:
            self._fails = is_new
            self.close()
            raise
        except BaseException:
            # Whatever it still says would be taken for the answer about the next lines.
            self.close()
            raise

    def close(self) -> None:
        """End it, if this process has one."""
        if self._owner_pid == os.getpid() and self._at_work is not None:
            self._at_work.close()
            self._at_work = None


_RESIDENT = _Resident()


def close() -> None:
    """End the Tesseract that this process keeps; the next lines start another."""
    _RESIDENT.close()


def _run(listing: str, timeout_s: float) -> str:
    try:
        return str(pytesseract.image_to_data(listing, lang=_LANGUAGE, config=shlex.join(_OPTIONS), timeout=timeout_s))
    except pytesseract.TesseractNotFoundError as error:
        raise EngineMissing("tesseract-ocr") from error
    except pytesseract.TesseractError as error:
        if _MODEL.name in str(error.message):
            raise EngineMissing(_MODEL.name) from error
        raise ReaderCrashed(f"tesseract ended with {error.status}") from error
    except RuntimeError as error:
        # pytesseract's only sign of its own time limit.
        raise ReadTimeout("tesseract") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ReaderCrashed(f"tesseract: {type(error).__name__}") from error


def _parse(table: str, count: int) -> list[list[TesseractWord]]:
    lines: list[list[TesseractWord]] = [[] for _ in range(count)]
    for row in table.split("\n"):
        cells = row.split("\t")
        if len(cells) < _COLUMNS or cells[0] != _WORD_LEVEL:
            continue
        text = nfc(cells[11]).translate(PLAIN_DASHES)
        index = int(cells[1]) - 1
        if not text or not 0 <= index < count:
            continue
        left = int(cells[6])
        lines[index].append(TesseractWord(text, max(0.0, float(cells[10]) / 100), left, left + int(cells[8])))
    return lines
