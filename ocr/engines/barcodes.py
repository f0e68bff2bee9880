"""zxing-cpp: reads QR codes and barcodes on a page image. The only module that names ``zxingcpp``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from certificate.geometry import Box

Pixels = NDArray[np.uint8]

_KINDS = {
    "QRCode": "qr",
    "MicroQRCode": "qr",
    "Code128": "code128",
    "Code39": "code39",
    "Code93": "code93",
    "ITF": "itf",
    "Codabar": "codabar",
    "EAN13": "ean13",
}
# Codes of areas that no certificate bears (DataMatrix, PDF417) and light codes on dark ground cost five times as much
# to look for as all others together; on 78 pages the same 27 codes are found without them.
_FORMATS = "QRCode|Code128|Code39|Code93|ITF|Codabar|EAN-13"


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code's kind, its payload and where it stands, in pixels of the image that was searched."""

    kind: str
    payload: str
    box: Box


def find_codes(grey: Pixels) -> list[FoundCode]:
    """All QR codes and barcodes that can be decoded on a grey picture."""
    formats = zxingcpp.barcode_formats_from_str(_FORMATS)
    found = []
    for code in zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=formats, try_invert=False):
        if not code.text:
            continue
        corners = (
            code.position.top_left,
            code.position.top_right,
            code.position.bottom_right,
            code.position.bottom_left,
        )
        xs, ys = [int(c.x) for c in corners], [int(c.y) for c in corners]
        kind = _KINDS.get(code.format.name, code.format.name.lower())
        found.append(FoundCode(kind, str(code.text), Box(min(xs), min(ys), max(xs) + 1, max(ys) + 1)))
    return found
