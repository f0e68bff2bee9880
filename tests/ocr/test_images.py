"""Pictures are brought down without a change of lightness or place."""

import cv2
import numpy as np
import pytest

from ocr.engines.images import as_pixels, averaged, numbered, percentiles


@pytest.mark.parametrize("shape", [(3507, 2480), (2339, 1654, 3), (701, 333), (9, 4)])
def test_averaging_by_halves_keeps_lightness_and_place(shape: tuple[int, ...]) -> None:
    """A slope from dark to light stays that slope, whatever it is brought down by, within a level or two."""
    slope = np.linspace(0, 255, shape[1], dtype=np.float32)
    image = np.broadcast_to(slope if len(shape) == 2 else slope[:, None], shape).astype(np.uint8)
    for width, height in ((shape[1] // 3 or 1, shape[0] // 3 or 1), (max(1, shape[1] // 8), max(1, shape[0] // 8))):
        small = averaged(image, (width, height))
        assert small.shape[:2] == (height, width)
        wanted = np.interp(np.arange(width) + 0.5, [0, width], [0, 255])
        assert np.abs(small.reshape(height, width, -1)[:, :, 0] - wanted).max() <= 255 / width + 2


def test_percentiles_are_numpys() -> None:
    """To the last bit, of one pixel as of many, and of a view with gaps."""
    random = np.random.default_rng(7)
    for size in ((1, 1), (1, 2), (3, 5), (40, 700), (211, 333)):
        pixels = random.integers(0, 256, size, dtype=np.uint8)
        for shown in (pixels, pixels[::2, ::3], np.minimum(pixels, 90)):
            shares = (0, 0.3, 2, 50, 80, 95, 97, 100)
            assert percentiles(shown, *shares) == tuple(float(np.percentile(shown, share)) for share in shares)


def test_pieces_are_numbered_alike_however_many_there_are() -> None:
    """Within sixteen bits and beyond."""
    few = np.zeros((40, 60), np.uint8)
    few[3:9, 4:8] = few[9:12, 8:20] = few[20:24, 30:33] = 255
    many = np.zeros((600, 600), np.uint8)
    many[::2, ::2] = 1
    for mask, pieces in ((few, 2), (many, 90_000)):
        labels, stats = numbered(as_pixels(mask))
        assert len(stats) == pieces + 1
        assert int(labels.max()) == pieces
        assert (labels > 0).sum() == np.count_nonzero(mask) == stats[1:, cv2.CC_STAT_AREA].sum()
    assert numbered(as_pixels(few))[1][1:].tolist() == [[4, 3, 16, 9, 60], [30, 20, 3, 4, 12]]
