"""Small charts as SVG text. Colours are attributes, so that a page with the strictest policy may hold them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

_BAR, _QUIET, _INK, _SOFT = "#0f6b6b", "#dfe6e6", "#172224", "#5b6b6e"
_ROW_PX, _WIDTH_PX, _LABEL_PX = 26, 720, 300
_LINE_PX = 16
_COLUMN_HEIGHT_PX = 120
_LABEL_LETTERS = 46


def bars(title: str, rows: Sequence[tuple[str, int]], colours: Sequence[str] = ()) -> str:
    """Horizontal bars with their words and numbers; the longest fills the width."""
    if not rows:
        return ""
    labels = [textwrap.wrap(label, _LABEL_LETTERS) or [""] for label, _ in rows]
    height = sum(map(_row_px, labels)) + 4
    most = max(1, *(count for _, count in rows))
    room = _WIDTH_PX - _LABEL_PX - 80
    parts = [_head(title, _WIDTH_PX, height)]
    y = 4
    for number, (words, (_, count)) in enumerate(zip(labels, rows, strict=True)):
        colour = colours[number] if number < len(colours) else _BAR
        length = max(1.0 if count else 0.0, count / most * room)
        for line, text in enumerate(words):
            parts.append(_text(_LABEL_PX - 10, y + 14 + line * _LINE_PX, text, anchor="end", colour=_INK))
        parts.append(f'<rect x="{_LABEL_PX}" y="{y}" width="{room}" height="18" rx="3" fill="{_QUIET}"/>')
        parts.append(f'<rect x="{_LABEL_PX}" y="{y}" width="{length:.1f}" height="18" rx="3" fill="{colour}"/>')
        parts.append(_text(_LABEL_PX + room + 8, y + 14, grouped_digits(count), anchor="start", colour=_INK))
        y += _row_px(words)
    return "".join(parts) + "</svg>"


def columns(title: str, values: Sequence[int], first_label: str, last_label: str) -> str:
    """Columns side by side, what happened over time; the first and the last carry a label."""
    if not values:
        return ""
    most = max(1, *values)
    wide = _WIDTH_PX / max(len(values), 12)
    parts = [_head(title, _WIDTH_PX, _COLUMN_HEIGHT_PX + 40)]
    for number, value in enumerate(values):
        tall = value / most * _COLUMN_HEIGHT_PX
        parts.append(
            f'<rect x="{number * wide + 1:.1f}" y="{18 + _COLUMN_HEIGHT_PX - tall:.1f}" '
            f'width="{max(1.0, wide - 2):.1f}" height="{max(tall, 0.5):.1f}" fill="{_BAR}"/>'
        )
    parts.append(_text(0, 12, grouped_digits(most), anchor="start", colour=_SOFT))
    parts.append(_text(0, _COLUMN_HEIGHT_PX + 36, first_label, anchor="start", colour=_SOFT))
    end = min(_WIDTH_PX, len(values) * wide)
    if len(values) > 3:
        parts.append(_text(end, _COLUMN_HEIGHT_PX + 36, last_label, anchor="end", colour=_SOFT))
    return "".join(parts) + "</svg>"


def grouped_digits(number: int) -> str:
    """A number as it is written here: ``12.345``."""
    return f"{number:,}".replace(",", ".")


def _row_px(lines: Sequence[str]) -> int:
    return _ROW_PX + (len(lines) - 1) * _LINE_PX


def _head(title: str, width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" font-family="sans-serif" font-size="13">'
        f"<title>{escape(title)}</title>"
    )


def _text(x: float, y: float, words: str, *, anchor: str, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
