"""The small parts of the engines that stand in for slower ones say the same as those."""

import numpy as np
import pytest
from trueocr.page import decode_lines, det_input

from ocr.engines.images import averaged
from ocr.engines.trueocr import find_line_boxes, shared_engine


def test_lines_come_out_of_the_detector_as_trueocr_takes_them() -> None:
    """On blank paper and on rows of strokes: as many lines, the same edges and scores."""
    grey = np.full((700, 500), 255, np.uint8)
    for top in range(60, 640, 45):
        grey[top : top + 22, 40 : 40 + top // 2] = np.where(np.arange(40, 40 + top // 2) % 9 < 4, 0, 255)
    for page in (np.full_like(grey, 255), grey):
        ink, _ = det_input(page, 704)
        (seen,) = shared_engine().detector_output(ink)
        theirs, ours = decode_lines(seen), find_line_boxes(seen)
        assert ours.shape == theirs.shape
        assert np.allclose(ours, theirs, atol=0.01)
    assert len(ours) > 5


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
