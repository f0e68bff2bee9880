"""The drawn plan of a parcel with its numbers, the neighbours' numbers and the table of coordinates: many traps."""

from __future__ import annotations

import math
from html import escape
from random import Random

from samples.draw.facts import Certificate
from samples.draw.words import digits

_CANVAS = 100.0


def _corners(rng: Random) -> list[tuple[float, float]]:
    count = rng.choice([4, 4, 4, 5, 6])
    stretch = rng.uniform(0.55, 1.0)
    start = rng.uniform(0, 1)
    corners = []
    for index in range(count):
        angle = 2 * math.pi * (index + start + rng.uniform(-0.16, 0.16)) / count
        radius = rng.uniform(24, 33)
        corners.append((50 + radius * stretch * math.cos(angle), 48 + radius * math.sin(angle)))
    return corners


def _text(x: float, y: float, text: str, size: float, **attributes: str) -> str:
    extra = " ".join(f'{key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="middle" {extra}>{escape(text)}</text>'


def plan(rng: Random, certificate: Certificate, side_mm: float) -> str:
    """The plan of the first parcel as SVG."""
    parcel = certificate.parcels[0]
    corners = _corners(rng)
    parts = [
        f'<path d="M{" L".join(f"{x:.1f},{y:.1f}" for x, y in corners)}Z" fill="none" stroke="#111" stroke-width="0.7"/>'
    ]
    for index, (x, y) in enumerate(corners):
        nx, ny = corners[(index + 1) % len(corners)]
        out = 1.13
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="0.8" fill="#111"/>')
        parts.append(_text(50 + (x - 50) * out, 49 + (y - 48) * out, str(index + 1), 3.6))
        mx, my = (x + nx) / 2, (y + ny) / 2
        length = math.hypot(x - nx, y - ny) * rng.uniform(0.4, 0.9)
        parts.append(
            _text(
                50 + (mx - 50) * 0.82, 49 + (my - 48) * 0.82, f"{length:.2f}".replace(".", rng.choice([".", ","])), 3.2
            )
        )
        dx, dy = (mx - 50) * 0.45, (my - 48) * 0.45
        parts.append(
            f'<path d="M{x:.1f},{y:.1f} L{x + (x - 50) * 0.35:.1f},{y + (y - 48) * 0.35:.1f}" stroke="#111" stroke-width="0.4"/>'
        )
        parts.append(
            _text(
                mx + dx,
                my + dy + 1,
                rng.choice([str(rng.randint(1, 999)), str(rng.randint(1, 999)), "Đường đất", "Kênh"]),
                3.6,
            )
        )
    style = certificate.numbers
    parts.append(_text(50, 46, parcel.parcel_number, 5, font_weight="bold"))
    parts.append('<path d="M42,48 L58,48" stroke="#111" stroke-width="0.4"/>')
    parts.append(_text(50, 53, digits(parcel.area_m2, style), 4))
    parts.append(
        '<path d="M90,14 L90,4 M90,4 l-2,4 M90,4 l2,4" stroke="#111" stroke-width="0.6" fill="none"/>'
        + _text(90, 3, "B", 3.5)
    )
    return f'<svg class="plan" width="{side_mm}mm" height="{side_mm}mm" viewBox="0 0 100 100" font-family="Liberation Sans">{"".join(parts)}</svg>'


def coordinates(rng: Random, count: int) -> str:
    """The table of coordinates (VN-2000) as HTML."""
    rows = []
    x0, y0 = rng.uniform(1080000, 1160000), rng.uniform(510000, 590000)
    for index in range(count):
        x, y = x0 + rng.uniform(-60, 60), y0 + rng.uniform(-60, 60)
        rows.append(f"<tr><td>{index + 1}</td><td>{x:.2f}</td><td>{y:.2f}</td><td>{rng.uniform(4, 80):.2f}</td></tr>")
    title = rng.choice(["BẢNG KÊ TỌA ĐỘ", "BẢNG LIỆT KÊ TỌA ĐỘ GÓC RANH", "BẢNG TỌA ĐỘ VN-2000"])
    head = "<tr><th>Số hiệu đỉnh</th><th>X (m)</th><th>Y (m)</th><th>Cạnh (m)</th></tr>"
    return f'<div class="coordinates"><div>{title}</div><table>{head}{"".join(rows)}</table></div>'
