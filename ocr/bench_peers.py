"""What the reader is measured against, as plain as can be: Tesseract on whole pages, and Tesseract on the same lines.

    python -m ocr.bench_peers pages PROCESSES FILE...    pytesseract on every page at the scan's own resolution
    python -m ocr.bench_peers cut FOLDER FILE...         reads the files and leaves every scan's cut lines in FOLDER
    python -m ocr.bench_peers lines PROCESSES FOLDER     Tesseract over each scan's lines, and nothing else

Run as a program of its own, so that its processor time can be told from all other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

os.environ["OMP_THREAD_LIMIT"] = "1"


def _whole_pages(path: Path) -> int:
    import pytesseract

    from ocr.options import DEFAULT_LIMITS
    from ocr.pages import Page, open_pages

    found = 0
    for page in open_pages(path.read_bytes(), DEFAULT_LIMITS):
        if isinstance(page, Page):
            image = page.image if page.image.ndim == 2 else page.image[:, :, ::-1]
            pytesseract.image_to_string(image, lang="vie")
            found += 1
    return found


def pages(processes: int, files: Sequence[Path]) -> int:
    """Read whole pages; gives how many."""
    with ProcessPoolExecutor(processes) as pool:
        return sum(pool.map(_whole_pages, files))


def cut(folder: Path, files: Sequence[Path]) -> None:
    """Leave all cut lines of all faces as Tesseract takes them, a folder a scan with its list.

    Also those lines that the reader does not ask Tesseract about: the floor is all that stands on the faces.
    """
    from ocr import read, reading
    from ocr.engines.images import Pixels, encode_pgm
    from ocr.engines.trueocr import TrueOcrEngine
    from ocr.prepare import PreparedFace
    from ocr.recognise import ReadFace

    real = reading.spell_faces
    cut_out: list[Pixels] = []

    def keep(faces: Sequence[PreparedFace], engine: TrueOcrEngine) -> list[ReadFace]:
        cut_out.extend(crop.image for crop in reading.all_crops(faces))
        return real(faces, engine)

    reading.spell_faces = keep
    for scan, path in enumerate(files):
        cut_out.clear()
        read.read_scan(path.read_bytes(), path.name)
        if not cut_out:
            continue
        place = folder / f"{scan:04d}"
        place.mkdir(parents=True)
        names = [place / f"{number:05d}.pgm" for number in range(len(cut_out))]
        for name, crop in zip(names, cut_out, strict=True):
            name.write_bytes(encode_pgm(crop))
        (place / "lines.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def lines(processes: int, folder: Path) -> int:
    """Read every scan's lines by Tesseract alone, in one run each; gives how many scans."""

    def one(listing: Path) -> None:
        command = ["tesseract", str(listing), "stdout", "-l", "vie", "--psm", "7", "--oem", "1"]
        subprocess.run(
            [*command, "-c", "tessedit_do_invert=0", "tsv"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    listings = sorted(folder.glob("*/lines.txt"))
    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(one, listings))
    return len(listings)


def main(arguments: list[str]) -> None:
    """Do what the first argument says."""
    what, first, *rest = arguments
    paths = [Path(argument) for argument in rest]
    if what == "pages":
        pages(int(first), paths)
    elif what == "cut":
        cut(Path(first), paths)
    else:
        lines(int(first), paths[0])


if __name__ == "__main__":
    main(sys.argv[1:])
