"""Several files of one certificate as one PDF."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from archive.joining import join_files
from certificate.errors import Damaged


def _tiff(pages: int) -> bytes:
    out = io.BytesIO()
    page = Image.new("L", (40, 30), 255)
    page.save(out, "TIFF", save_all=True, append_images=[page] * (pages - 1))
    return out.getvalue()


def test_a_broken_file_among_the_others_is_told_as_damaged() -> None:
    """However a copy is cut off, it is damaged and nothing else: who joins files may rely on one answer."""
    whole = _tiff(3)
    assert join_files([whole, whole]).startswith(b"%PDF")
    told = set()
    for length in range(8, len(whole), 97):
        try:
            join_files([whole, whole[:length]])
        except Damaged as error:
            told.add(error.detail)
    assert "TypeError" in told
    with pytest.raises(Damaged):
        join_files([whole, b"II*\0"])


# The kernel's own mark of the most memory since the program began; what getrusage tells begins with the parent's.
_JOIN = """
import re, sys
from pathlib import Path
from archive.joining import join_files

def most_memory():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

page, small = (Path(name).read_bytes() for name in sys.argv[1:])
join_files([small])
before = most_memory()
join_files([page, page])
print(most_memory() - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "times"),
    [
        ("RGB", 1.5),
        ("CMYK", 1.5),
        # The page without its transparency stands beside it.
        ("RGBA", 2.5),
    ],
)
def test_a_page_of_600_dpi_is_in_memory_once(tmp_path: Path, mode: str, times: float) -> None:
    """The feeder joins such pages within its unit's limit of memory; each copy of one is hundreds of megabytes."""
    sizes = {"page.tif": (5000, 7000), "small.tif": (50, 70)}
    for name, size in sizes.items():
        Image.new(mode, size, 7).save(tmp_path / name, "TIFF", compression="tiff_lzw")
    done = subprocess.run(
        [sys.executable, "-c", _JOIN, *(str(tmp_path / name) for name in sizes)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert int(done.stdout) < times * 5000 * 7000 * 4
