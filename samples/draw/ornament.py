"""What is drawn around the words, all in vectors: guilloche, drum pattern, emblem, seal, signature, codes, sketch."""

from __future__ import annotations

import math
from functools import cache
from html import escape
from random import Random

import zxingcpp

_FACE_MM = (190.0, 265.4)


def _polyline(points: list[tuple[float, float]], *, close: bool = False) -> str:
    body = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return f"M{body.replace(' ', ' L')}{'Z' if close else ''}"


def guilloche(seed: int, width_mm: float, height_mm: float, *, hue: str, pale: str, weight: float = 0.16) -> str:
    """Interlaced wave lines over the whole sheet, as an SVG fragment in millimetres."""
    rng = Random(seed)
    paths = []
    for family in range(3):
        amplitude, waves = rng.uniform(2.2, 5.5), rng.uniform(3, 8)
        step = rng.uniform(2.6, 4.2)
        phase = rng.uniform(0, 6.28)
        count = int(height_mm / step) + 6
        for line in range(-3, count):
            base = line * step
            points = [
                (x, base + amplitude * math.sin(phase + line * 0.35 + waves * 6.283 * x / width_mm))
                for x in [width_mm * i / 90 for i in range(91)]
            ]
            colour = hue if family == 0 else pale
            paths.append(f'<path d="{_polyline(points)}" stroke="{colour}" stroke-width="{weight}"/>')
    return f'<g fill="none" opacity="0.55">{"".join(paths)}</g>'


def drum(x_mm: float, y_mm: float, radius_mm: float, hue: str) -> str:
    """The face of a bronze drum: a star with fourteen rays among rings of small strokes."""
    rays = 14
    points = []
    for index in range(rays * 2):
        radius = radius_mm * (0.30 if index % 2 == 0 else 0.12)
        angle = math.pi * index / rays
        points.append((x_mm + radius * math.cos(angle), y_mm + radius * math.sin(angle)))
    parts = [f'<path d="{_polyline(points, close=True)}" fill="{hue}" fill-opacity="0.30"/>']
    for ring, ratio in enumerate((0.34, 0.40, 0.52, 0.58, 0.74, 0.80, 0.94, 1.0)):
        parts.append(
            f'<circle cx="{x_mm}" cy="{y_mm}" r="{radius_mm * ratio:.2f}" fill="none" stroke="{hue}" stroke-width="0.3" stroke-opacity="0.55"/>'
        )
        if ring % 2:
            continue
        nxt = (0.40, 0.40, 0.58, 0.58, 0.80, 0.80, 1.0, 1.0)[ring]
        ticks = 36 + ring * 12
        for tick in range(ticks):
            angle = 2 * math.pi * tick / ticks
            inner, outer = radius_mm * ratio, radius_mm * nxt
            parts.append(
                f'<path d="M{x_mm + inner * math.cos(angle):.2f},{y_mm + inner * math.sin(angle):.2f}'
                f'L{x_mm + outer * math.cos(angle + 0.03):.2f},{y_mm + outer * math.sin(angle + 0.03):.2f}" stroke="{hue}" stroke-width="0.25" stroke-opacity="0.45"/>'
            )
    return f"<g>{''.join(parts)}</g>"


@cache
def pink_paper(
    variant: int, width_mm: float = _FACE_MM[0], height_mm: float = _FACE_MM[1], *, framed: bool = False
) -> str:
    """The pink sheet of one face as a whole SVG: tint, guilloche, drum, and the frame of the first face."""
    tints = (
        ("#fbe9ec", "#e9a9b4", "#f0c3cb"),
        ("#fdeeea", "#eab2a6", "#f2cdc4"),
        ("#f9e6ee", "#e3a0ba", "#eebfd0"),
        ("#fbf0ee", "#e8b9bd", "#f0d0d2"),
    )
    paper, hue, pale = tints[variant % len(tints)]
    inside = guilloche(100 + variant, width_mm, height_mm, hue=hue, pale=pale, weight=0.14 + 0.03 * (variant % 3))
    middle = drum(width_mm / 2, height_mm * (0.52 if variant % 2 else 0.45), min(width_mm, height_mm) * 0.34, hue)
    frame = ""
    if framed:
        frame = "".join(
            f'<rect x="{gap}" y="{gap}" width="{width_mm - 2 * gap}" height="{height_mm - 2 * gap}" fill="none" stroke="{colour}" stroke-width="{line}"/>'
            for gap, line, colour in ((6.0, 1.1, "#cf5f6e"), (7.6, 0.35, "#cf5f6e"), (9.2, 0.35, "#d98a95"))
        ) + "".join(
            f'<circle cx="{x}" cy="{y}" r="2.1" fill="#fbe3e6" stroke="#cf5f6e" stroke-width="0.5"/><circle cx="{x}" cy="{y}" r="0.9" fill="#cf5f6e"/>'
            for x in (7, width_mm - 7)
            for y in (7, height_mm - 7)
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm" viewBox="0 0 {width_mm} {height_mm}">'
        f'<rect width="100%" height="100%" fill="{paper}"/>{inside}{middle}{frame}</svg>'
    )


def plain_paper(tint: str, width_mm: float, height_mm: float) -> str:
    """An unprinted sheet of one colour."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm" viewBox="0 0 {width_mm} {height_mm}">'
        f'<rect width="100%" height="100%" fill="{tint}"/></svg>'
    )


def emblem(side_mm: float, color: str) -> str:
    """A round emblem: a star over a cog between two ears of rice. It is like the national one, not it."""
    star = []
    for index in range(10):
        radius = 13 if index % 2 == 0 else 5.2
        angle = -math.pi / 2 + math.pi * index / 5
        star.append((50 + radius * math.cos(angle), 34 + radius * math.sin(angle)))
    grains = []
    for side in (-1, 1):
        for index in range(12):
            # From the knot below the cog up both sides, leaving the top open.
            angle = math.radians(90 - side * (22 + index * 10.5))
            for lane, tilt in ((40.0, 28.0), (44.5, -8.0)):
                x, y = 50 + lane * math.cos(angle), 48 + lane * math.sin(angle)
                turn = math.degrees(angle) - side * (90 - tilt)
                grains.append(
                    f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="4.6" ry="1.7" fill="{color}" fill-opacity="0.9" '
                    f'transform="rotate({turn:.0f} {x:.1f} {y:.1f})"/>'
                )
    teeth = "".join(
        f'<rect x="47.5" y="60" width="5" height="6" transform="rotate({a} 50 76)" fill="{color}"/>'
        for a in range(0, 360, 30)
    )
    return (
        f'<svg class="emblem" width="{side_mm}mm" height="{side_mm}mm" viewBox="0 0 100 100">'
        f'<circle cx="50" cy="48" r="35" fill="{color}" fill-opacity="0.14" stroke="{color}" stroke-width="2"/>'
        f'<path d="{_polyline(star, close=True)}" fill="{color}"/>{"".join(grains)}{teeth}'
        f'<circle cx="50" cy="76" r="8" fill="none" stroke="{color}" stroke-width="3"/></svg>'
    )


def seal(office: str, side_mm: float, seed: int) -> str:
    """A round red seal, marked MẪU in its middle, with the office's name around."""
    rng = Random(seed)
    red = rng.choice(["#d3202c", "#c81d2b", "#e03a3f", "#b8202e"])
    ring = escape(f"{office.upper()} ★ ")
    ident = f"ring{seed % 10**9}"
    turn = rng.uniform(-14, 14)
    star = [
        (50 + r * math.cos(-math.pi / 2 + math.pi * i / 5), 34 + r * math.sin(-math.pi / 2 + math.pi * i / 5))
        for i in range(10)
        for r in [7 if i % 2 == 0 else 2.8]
    ]
    return (
        f'<svg class="seal" width="{side_mm}mm" height="{side_mm}mm" viewBox="0 0 100 100" style="opacity:{rng.uniform(0.55, 0.85):.2f}">'
        f'<g transform="rotate({turn:.1f} 50 50)"><defs><path id="{ident}" d="M50,50 m-37,0 a37,37 0 1,1 74,0 a37,37 0 1,1 -74,0"/></defs>'
        f'<circle cx="50" cy="50" r="48" fill="none" stroke="{red}" stroke-width="2.6"/>'
        f'<circle cx="50" cy="50" r="44.6" fill="none" stroke="{red}" stroke-width="0.9"/>'
        f'<circle cx="50" cy="50" r="27" fill="none" stroke="{red}" stroke-width="1"/>'
        f'<text font-family="Liberation Sans" font-weight="bold" font-size="8.4" fill="{red}" textLength="226" lengthAdjust="spacing"><textPath href="#{ident}" textLength="226">{ring}</textPath></text>'
        f'<path d="{_polyline(star, close=True)}" fill="{red}"/>'
        f'<text x="50" y="60" text-anchor="middle" font-family="Liberation Sans" font-weight="bold" font-size="15" fill="{red}">MẪU</text>'
        f'<text x="50" y="69" text-anchor="middle" font-family="Liberation Sans" font-size="4.6" fill="{red}">KHÔNG CÓ GIÁ TRỊ</text></g></svg>'
    )


def signature(seed: int, width_mm: float, height_mm: float, ink: str) -> str:
    """A scribbled signature."""
    rng = Random(seed)
    loops = rng.randint(5, 9)
    x, y = 4.0, 20.0
    path = f"M{x:.1f},{y:.1f}"
    for _ in range(loops):
        dx, up, down = rng.uniform(5, 13), rng.uniform(6, 22), rng.uniform(2, 16)
        path += f" C{x + dx * 0.1:.1f},{y - up:.1f} {x + dx * 0.9:.1f},{y - up * rng.uniform(0.4, 1.1):.1f} {x + dx * 0.6:.1f},{y + down * 0.3:.1f}"
        path += f" S{x - dx * 0.2:.1f},{y + down:.1f} {x + dx:.1f},{y + rng.uniform(-4, 4):.1f}"
        x += dx
    path += f" Q{x + 8:.1f},{y - 12:.1f} {x + rng.uniform(8, 22):.1f},{y - rng.uniform(-8, 6):.1f}"
    return (
        f'<svg class="signature" width="{width_mm}mm" height="{height_mm}mm" viewBox="0 0 100 42" preserveAspectRatio="none">'
        f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{rng.uniform(0.7, 1.3):.2f}" stroke-linecap="round" opacity="0.9"/></svg>'
    )


def barcode(digits: str, width_mm: float, height_mm: float, *, thick: bool = False) -> str:
    """A linear barcode (Code 128, or Code 39 when ``thick``) as an SVG image, without its digits."""
    kind = zxingcpp.BarcodeFormat.Code39 if thick else zxingcpp.BarcodeFormat.Code128
    return _code_svg(zxingcpp.create_barcode(digits, kind), width_mm, height_mm, "none")


def qr(payload: str, side_mm: float) -> str:
    """A QR code as an SVG image."""
    return _code_svg(zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode), side_mm, side_mm, "xMidYMid")


def _code_svg(code: zxingcpp.Barcode, width_mm: float, height_mm: float, aspect: str) -> str:
    svg = code.to_svg(scale=1, add_hrt=False, add_quiet_zones=False)
    body = svg[svg.index("<svg") :]
    head, rest = body.split(">", 1)
    size = {key: head.split(f'{key}="', 1)[1].split('"', 1)[0] for key in ("width", "height")}
    return (
        f'<svg width="{width_mm}mm" height="{height_mm}mm" viewBox="0 0 {size["width"]} {size["height"]}" '
        f'preserveAspectRatio="{aspect}" shape-rendering="crispEdges">{rest}'
    )


def book_cover(variant: int, width_mm: float, height_mm: float) -> str:
    """The red cover of the old book as a whole SVG."""
    red = ("#b3242c", "#c23a35", "#a92b3a", "#c8504a")[variant % 4]
    frame = "".join(
        f'<rect x="{gap}" y="{gap}" width="{width_mm - 2 * gap}" height="{height_mm - 2 * gap}" fill="none" stroke="#f1c94f" stroke-width="{line}"/>'
        for gap, line in ((7, 1.0), (9, 0.4))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm" viewBox="0 0 {width_mm} {height_mm}">'
        f'<rect width="100%" height="100%" fill="{red}"/>{frame}</svg>'
    )


@cache
def book_paper(variant: int, width_mm: float, height_mm: float) -> str:
    """The pale inside of the old book as a whole SVG."""
    paper, hue = (("#fdf6ea", "#ecd3b0"), ("#fbf3ee", "#eac4bb"), ("#fdf8ee", "#e6d7a8"), ("#faf3f0", "#e8c7c0"))[
        variant % 4
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm" viewBox="0 0 {width_mm} {height_mm}">'
        f'<rect width="100%" height="100%" fill="{paper}"/>{guilloche(300 + variant, width_mm, height_mm, hue=hue, pale=hue, weight=0.12)}'
        f"{drum(width_mm / 2, height_mm / 2, 54, hue)}</svg>"
    )
