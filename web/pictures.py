"""QR codes as inline SVG, drawn here: the pages load nothing from elsewhere and allow no styles of their own."""

from __future__ import annotations

import segno
from markupsafe import Markup

_QUIET_ZONE = 2


def qr_code(text: str, title: str) -> Markup:
    """A QR code that holds the text, with its name for those who do not see it."""
    code = segno.make(text, error="m", micro=False)
    dark = [
        f"M{x + _QUIET_ZONE} {y + _QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(code.matrix)
        for x, module in enumerate(row)
        if module
    ]
    side = len(code.matrix) + 2 * _QUIET_ZONE
    return Markup(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<rect width="100%" height="100%" fill="#fff"/><path d="{}" fill="#000"/></svg>'
    ).format(title, side, side, "".join(dark))
