"""Several files of one certificate as one PDF."""

from __future__ import annotations

import io

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
