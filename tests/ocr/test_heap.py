"""Memory that is done with goes back: free parts of the heap, circles of objects, copies of pictures."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
import textwrap
import tracemalloc
import weakref

import numpy as np
from PIL import Image

from ocr.engines.heap import circles_freed
from ocr.engines.images import RasterFile
from ocr.pool import _HEAP


class _Circle:
    def __init__(self) -> None:
        self.itself = self


def test_free_parts_of_the_heap_go_back_to_the_system() -> None:
    """Pieces of half a MB, every second one freed: as much memory is held as before, until it is given back."""
    told = textwrap.dedent("""
        from ocr.engines.heap import give_back

        def held_mb():
            with open("/proc/self/status") as status:
                return next(int(line.split()[1]) // 1024 for line in status if line.startswith("RssAnon"))

        pieces = [bytes([1]) * 500_000 for _ in range(400)]
        full = held_mb()
        del pieces[::2]
        freed = held_mb()
        give_back()
        print(full - freed, freed - held_mb())
    """)
    answer = subprocess.run(
        [sys.executable, "-c", told], env=os.environ | _HEAP, capture_output=True, text=True, check=True
    )
    by_itself, given_back = map(int, answer.stdout.split())
    assert by_itself < 20
    assert given_back > 70


def test_circles_made_inside_are_freed_and_older_ones_left() -> None:
    """Also where an error ends it; what is older waits for the collector's own turn."""
    gc.disable()
    try:
        older, inner = _Circle(), []
        seen = weakref.ref(older)
        del older
        for error in (None, ValueError("a broken layer")):
            try:
                with circles_freed():
                    made = _Circle()
                    inner.append(weakref.ref(made))
                    del made
                    if error:
                        raise error
            except ValueError:
                pass
        assert [one() for one in inner] == [None, None]
        assert seen() is not None
        gc.collect()
        assert seen() is None
    finally:
        gc.enable()


def test_a_picture_is_decoded_without_copies() -> None:
    """Beside Pillow's own pixels there is one array, not three."""
    random = np.random.default_rng(1)
    drawn = np.kron(random.integers(0, 256, (300, 200, 3), np.uint8), np.ones((10, 10, 1), np.uint8))
    data = io.BytesIO()
    Image.fromarray(drawn).save(data, "PNG")
    file = RasterFile(data.getvalue(), 10_000_000)
    tracemalloc.start()
    try:
        image = file.frame(0).image
        _, highest = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert np.array_equal(image, drawn[:, :, ::-1])
    assert highest < 1.4 * image.nbytes
