"""How other registers write areas, terms and forms of use, brought into the record's normal forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from certificate.rules.facts import plain
from certificate.text import strip_accents

_FOREVER = re.compile(r"lau\s*dai")
_YEARS = re.compile(r"(\d{1,3})\s*nam\b")
_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})|(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ t].*)?")
_MONTH = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])\s*(?:[/.-]|nam)\s*(\d{4})")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_TENURE = re.compile(r"(rieng|chung)\W*(?:(\d+(?:[.,]\d+)?)\s*m)?")
_TENURES = {"rieng": "private", "chung": "shared"}


def read_term(text: str) -> str:
    """A term in the record's form: ``lau_dai``, ``50_nam``, a day, a month or a year; what is none stays as it is."""
    folded = strip_accents(text).casefold()
    if _FOREVER.search(folded):
        # "Lâu dài; CLN 15/10/2043" are two terms in one cell.
        return text if re.search(r"\d", folded) else "lau_dai"
    if iso := _ISO.fullmatch(folded):
        return _day(*iso.groups()) or text
    if printed := _DAY.search(folded):
        day, month, year = (one for one in printed.groups() if one)
        return _day(year, month, day) or text
    if month_alone := _MONTH.search(folded):
        return f"{month_alone[2]}-{int(month_alone[1]):02}"
    if years := _YEARS.search(folded):
        return f"{int(years[1])}_nam"
    year_alone = _YEAR.search(folded)
    return year_alone[0] if year_alone else text


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def said_tenure(row: Mapping[str, str]) -> dict[str, str | None]:
    """What a row's columns of the form of use say of ``private`` and ``shared`` area.

    Each is an area, ``"0"`` for none at all, or ``None`` for the whole; nothing where the row leaves it open.
    """
    texts = {place: row[f"tenure_{place}"] for place in (1, 2, 3) if row.get(f"tenure_{place}")}
    read = {place: _tenure(text) for place, text in texts.items()}
    claimed = {kind for kinds in read.values() for kind in kinds}
    if len(claimed) == 1:
        (kind,) = claimed
        amounts = {kinds[kind] for kinds in read.values()}
        other = "shared" if kind == "private" else "private"
        return {kind: amounts.pop() if len(amounts) == 1 else None, other: "0"}
    if not claimed:
        return {}
    if all(len(kinds) == len(claimed) for kinds in read.values()):
        # The whole parcel's form of use, said again at each of its purposes.
        return {kind: amount for kind, amount in next(iter(read.values())).items() if amount}
    areas = {kind: Decimal(0) for kind in claimed}
    for place, kinds in read.items():
        area = row.get(f"purpose_area_{place}")
        if area is None or len(kinds) != 1:
            return {}
        areas[next(iter(kinds))] += Decimal(area)
    return {kind: plain(area) for kind, area in areas.items()}


def _tenure(text: str) -> dict[str, str | None]:
    found = _TENURE.finditer(strip_accents(text).casefold())
    return {_TENURES[match[1]]: match[2].replace(",", ".") if match[2] else None for match in found}
