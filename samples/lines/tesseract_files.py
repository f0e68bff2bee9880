"""Tesseract's own files, as far as training on from a published model wants them.

Published models hold their weights as 8-bit integers, which its trainer refuses; ``loosened`` makes them floating point
again. Its trainer takes lines as ``.lstmf`` files; ``line_file`` writes one of many lines without a run of Tesseract
for each. Both follow Tesseract 5's own serialisation (``weightmatrix.cpp``, ``lstmrecognizer.cpp``, ``imagedata.cpp``),
all numbers little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

# Flags of a matrix of weights; of the whole network, which follow its specification.
_IN_INTEGERS, _BY_ADAM, _SCALES_ARE_DOUBLES = 1, 4, 128
_NETWORK_IN_INTEGERS = 1
_MOST_CELLS = 4096
# Rows of a matrix are padded in memory, and so are its scales in some files.
_MOST_PADDING = 64


class NotATesseractNetwork(ValueError):
    """The bytes hold no integer network that is known how to take apart."""


def loosened(network: bytes, specification: str) -> bytes:
    """An integer network (the ``lstm`` part of a ``.traineddata``) in floating point, ready to be trained on.

    ``specification`` is the network's, as its ``version`` part tells (``[1,36,0,1Ct3,3,16...]``). Raises
    ``NotATesseractNetwork`` when no integer weights are found or the specification does not stand at its end.
    """
    made, last, at, matrices = bytearray(), 0, 0, 0
    while at < len(network):
        end = _matrix_end(network, at)
        if end is None:
            at += 1
            continue
        made += network[last:at] + _in_doubles(network, at)
        at = last = end
        matrices += 1
    tail = bytearray(network[last:])
    place = tail.rfind(specification.encode())
    if not matrices or place < 0:
        raise NotATesseractNetwork(f"{matrices} matrices, specification at {place}")
    tail[place + len(specification)] &= ~_NETWORK_IN_INTEGERS
    return bytes(made + tail)


def _matrix_end(network: bytes, at: int) -> int | None:
    """Where an integer matrix that begins at ``at`` ends; ``None`` where none begins."""
    if network[at] not in {_IN_INTEGERS | _SCALES_ARE_DOUBLES, _IN_INTEGERS | _BY_ADAM | _SCALES_ARE_DOUBLES}:
        return None
    if at + 9 > len(network):
        return None
    rows, columns = struct.unpack_from("<II", network, at + 1)
    scales_at = at + 10 + rows * columns
    if not (0 < rows < _MOST_CELLS and 0 < columns < _MOST_CELLS and scales_at + 4 <= len(network)):
        return None
    (count,) = struct.unpack_from("<I", network, scales_at)
    end = scales_at + 4 + 8 * count
    if not rows <= count < rows + _MOST_PADDING or end > len(network):
        return None
    scales = np.frombuffer(network, "<f8", count, scales_at + 4)[:rows]
    return end if bool(np.all((scales > 0) & (scales < 1e3))) else None


def _in_doubles(network: bytes, at: int) -> bytes:
    rows, columns = struct.unpack_from("<II", network, at + 1)
    weights = np.frombuffer(network, "<i1", rows * columns, at + 10).reshape(rows, columns)
    scales = np.frombuffer(network, "<f8", rows, at + 14 + rows * columns)
    head = bytes([network[at] & ~_IN_INTEGERS]) + struct.pack("<IId", rows, columns, 0.0)
    doubles: NDArray[np.float64] = (weights * scales[:, None]).astype("<f8")
    return head + doubles.tobytes()


def letters_of(unicharset: str) -> frozenset[str]:
    """The letters that a model knows, from its ``lstm-unicharset`` part."""
    return frozenset(row.split(" ")[0] for row in unicharset.split("\n")[1:] if row)


def line_file(lines: Sequence[tuple[Grey, str]]) -> bytes:
    """The bytes of an ``.lstmf`` file with these pictures of lines (uint8 ``[height, width]``) and their texts."""
    return struct.pack("<I", len(lines)) + b"".join(_page(grey, text) for grey, text in lines)


def _page(grey: Grey, text: str) -> bytes:
    done, png = cv2.imencode(".png", grey, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise ValueError("a line's picture cannot be stored")
    height, width = grey.shape
    box = struct.pack("<4h", 0, 0, width, height)
    one = struct.pack("<I", 1)
    # It is there; no file's name; page 0; the picture; no language; its text; one box and what stands in it; level.
    head = b"\x01" + _text(b"") + struct.pack("<i", 0)
    return (
        head
        + _text(png.tobytes())
        + _text(b"")
        + _text(text.encode())
        + one
        + box
        + one
        + _text(text.encode())
        + b"\x00"
    )


def _text(content: bytes) -> bytes:
    return struct.pack("<I", len(content)) + content
