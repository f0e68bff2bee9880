"""The reliability diagram: how sure the reader said it was against how often it was right, as a picture (SVG).

Both axes show doubt, the distance from certainty, by its logarithm: what happens between 0.9 and 1 decides what goes
through without a person, and a plain scale would show it as one point.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.bench_accuracy import FieldOutcome, Report

# The upper ends of the bins by doubt (1 - confidence), three for each power of ten.
_EDGES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0)
_LEAST_DOUBT = 0.0001
# 95 of 100 such intervals hold the true share (Wilson's score interval).
_Z = 1.96

_WIDTH, _HEIGHT = 720, 664
_LEFT, _RIGHT, _TOP, _BOTTOM = 92, 690, 108, 432
_BARS_TOP, _BARS_BOTTOM = 464, 568
_TICKS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
_INK, _SOFT, _GRID, _ACCEPTED, _ASKED, _POINT = "#1f2933", "#5f6b7a", "#e3e8ee", "#1f7a5c", "#c9d3dd", "#174ea6"


@dataclass(frozen=True, slots=True)
class Bin:
    """The values of about one confidence: the mean of it, how many were right, how many accepted.

    ``from_doubt`` and ``to_doubt`` are the bin's ends, the first the larger.
    """

    from_doubt: float
    to_doubt: float
    confidence: float
    count: int
    right: int
    accepted: int

    @property
    def share(self) -> float:
        return self.right / self.count


def bins_of(fields: Iterable[FieldOutcome]) -> tuple[Bin, ...]:
    """The values of a report by confidence, empty bins left out."""
    members: list[list[FieldOutcome]] = [[] for _ in _EDGES[1:]]
    for one in fields:
        doubt = 1.0 - one.confidence
        # What is lost in subtracting must not move a value at an edge into the next bin.
        members[next((n for n, edge in enumerate(_EDGES[1:]) if doubt > edge + 1e-9), len(members) - 1)].append(one)
    return tuple(
        Bin(
            high,
            low,
            sum(f.confidence for f in found) / len(found),
            len(found),
            sum(f.outcome == "right" for f in found),
            sum(f.accepted for f in found),
        )
        for high, low, found in zip(_EDGES, _EDGES[1:], members, strict=False)
        if found
    )


def likely_range(right: int, count: int) -> tuple[float, float]:
    """Between which shares the true one lies, judged by so many of so many (95 %, Wilson)."""
    share, square = right / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = _Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def write_diagram(report: Report, path: Path, said: str) -> None:
    """Draw the diagram of a report into an SVG file; ``said`` tells below the title what was measured."""
    path.write_text("\n".join(diagram(bins_of(report.valued()), report.calibration_error(), said)) + "\n", "utf-8")


def diagram(bins: Sequence[Bin], calibration_error: float, said: str) -> Iterator[str]:
    """The lines of the picture."""
    count = sum(one.count for one in bins)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        "font-family=\"system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif\" font-size=\"13\">"
    )
    yield "<title>Reliability of the reader's confidence</title>"
    yield (
        f"<desc>Share of {count} values that are right against the confidence told for them; expected calibration "
        f"error {calibration_error:.3f}.</desc>"
    )
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="10" fill="#ffffff"/>'
    yield _text(_LEFT, 36, "How sure it said it was, and how often it was right", size=18, weight=600)
    yield _text(_LEFT, 58, said, fill=_SOFT)
    yield _text(_LEFT, 78, "On the dashed line confidence keeps its word; below it, it promises too much.", fill=_SOFT)
    yield from _axes()
    yield from _points(bins)
    yield from _counts(bins)
    yield "</svg>"


def _axes() -> Iterator[str]:
    for tick in _TICKS:
        x, y = _across(1 - tick), _up(1 - tick)
        yield _line(x, _TOP, x, _BOTTOM, _GRID)
        yield _line(x, _BARS_TOP, x, _BARS_BOTTOM, _GRID)
        yield _line(_LEFT, y, _RIGHT, y, _GRID)
        yield _text(_LEFT - 10, y + 4, f"{tick * 100:g} %", fill=_SOFT, anchor="end")
        yield _text(x, _BARS_BOTTOM + 20, f"{tick:g}", fill=_SOFT, anchor="middle")
    yield _line(_LEFT, _up(0), _RIGHT, _up(0), _GRID)
    yield _text(_LEFT - 10, _up(0) + 4, "all", fill=_SOFT, anchor="end")
    yield _line(_across(1), _up(1), _across(0), _up(0), _SOFT, dash="5 5")
    middle = (_TOP + _BOTTOM) / 2
    yield (
        f'<text transform="translate(24 {middle:g}) rotate(-90)" text-anchor="middle" fill="{_INK}">'
        "share that is right</text>"
    )
    middle = (_LEFT + _RIGHT) / 2
    yield _text(middle, _BARS_BOTTOM + 46, "confidence told (doubt on a logarithmic scale)", anchor="middle")


def _points(bins: Sequence[Bin]) -> Iterator[str]:
    most = max((one.count for one in bins), default=1)
    for one in bins:
        x = _across(1 - one.confidence)
        low, high = likely_range(one.right, one.count)
        yield _line(x, _up(1 - low), x, _up(1 - high), _POINT, width=1.5, opacity=0.55)
        radius = 3.5 + 5.5 * math.sqrt(one.count / most)
        yield (
            f'<circle cx="{x:.1f}" cy="{_up(1 - one.share):.1f}" r="{radius:.1f}" fill="{_POINT}" stroke="#ffffff" '
            f'stroke-width="1.5"><title>told {one.confidence:.4f}, right {one.right} of {one.count}</title></circle>'
        )


def _counts(bins: Sequence[Bin]) -> Iterator[str]:
    """Bars of how many values each bin holds, those accepted dark."""
    most = max((one.count for one in bins), default=1)
    room = _BARS_BOTTOM - _BARS_TOP - 18
    for one in bins:
        left, right = _across(one.from_doubt) + 1.5, _across(one.to_doubt) - 1.5
        whole, sure = room * one.count / most, room * one.accepted / most
        yield _bar(left, right, _BARS_BOTTOM - whole, whole, _ASKED)
        if one.accepted:
            yield _bar(left, right, _BARS_BOTTOM - sure, sure, _ACCEPTED)
        yield _text((left + right) / 2, _BARS_BOTTOM - whole - 5, f"{one.count:,}", size=11, anchor="middle")
    yield _line(_LEFT, _BARS_BOTTOM, _RIGHT, _BARS_BOTTOM, _SOFT)
    yield _text(_LEFT - 10, _BARS_BOTTOM - room / 2, "values", fill=_SOFT, anchor="end")
    foot = _HEIGHT - 18
    yield _bar(_LEFT, _LEFT + 12, foot - 10, 12, _ACCEPTED) + _text(_LEFT + 18, foot, "accepted", fill=_SOFT)
    yield _bar(_LEFT + 96, _LEFT + 108, foot - 10, 12, _ASKED) + _text(
        _LEFT + 114, foot, "put before a person", fill=_SOFT
    )
    yield _text(_RIGHT, foot, "upright strokes: where the true share lies, 95 %", fill=_SOFT, anchor="end")


def _scaled(doubt: float) -> float:
    """0 at full doubt, 1 at the least that is told apart."""
    return min(1.0, math.log10(max(doubt, _LEAST_DOUBT)) / math.log10(_LEAST_DOUBT))


def _across(doubt: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * _scaled(doubt)


def _up(doubt: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * _scaled(doubt)


def _text(
    x: float, y: float, text: str, *, fill: str = _INK, size: int = 13, anchor: str = "start", weight: int = 400
) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    more = ("" if anchor == "start" else f' text-anchor="{anchor}"') + (
        "" if weight == 400 else f' font-weight="{weight}"'
    )
    size_told = "" if size == 13 else f' font-size="{size}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}"{size_told}{more}>{safe}</text>'


def _line(
    x1: float, y1: float, x2: float, y2: float, ink: str, *, width: float = 1, dash: str = "", opacity: float = 1
) -> str:
    more = (f' stroke-dasharray="{dash}"' if dash else "") + (f' stroke-opacity="{opacity}"' if opacity < 1 else "")
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{ink}" stroke-width="{width:g}"{more}/>'
    )


def _bar(left: float, right: float, top: float, height: float, fill: str) -> str:
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{height:.1f}" fill="{fill}"/>'
