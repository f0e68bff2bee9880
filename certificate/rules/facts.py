"""Reads a record's values as what they are: days, numbers, owners and parcels by index.

A value that is absent, unread or not in its normal form gives ``None`` here; the rules that compare then say nothing,
and the rule for that value's own form speaks.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from certificate.record import Record

_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A date as printed: one day, or all the days of a month or a year."""

    text: str
    first: date
    last: date


def read_span(text: str | None) -> Span | None:
    """The days that an ISO date, month or year means; ``None`` where it is no real date."""
    match = _DATE.fullmatch(text or "")
    if match is None or text is None:
        return None
    year, month, day_of_month = (int(part) if part else None for part in match.groups())
    try:
        assert year is not None
        if month is None:
            return Span(text, date(year, 1, 1), date(year, 12, 31))
        if day_of_month is None:
            return Span(text, date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
        return Span(text, date(year, month, day_of_month), date(year, month, day_of_month))
    except (ValueError, calendar.IllegalMonthError):
        return None


def issue_span(record: Record) -> Span | None:
    """The day, or the days, on which the certificate was issued."""
    return read_span(record.value("issue_date"))


def issue_day(record: Record) -> date | None:
    """The day of issue for looking into lists: of a bare year its last day, when every list of that year holds."""
    span = issue_span(record)
    return span.last if span else None


def number(record: Record, path: str) -> Decimal | None:
    """The number at a path."""
    text = record.value(path)
    return Decimal(text) if text and _NUMBER.fullmatch(text) else None


def plain(value: Decimal) -> str:
    """A number as the record writes it: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def indexes(record: Record, group: str) -> tuple[int, ...]:
    """The indexes under a group of paths: ``indexes(record, "owners")``, ``indexes(record, "parcels.0.purposes")``."""
    pattern = re.compile(re.escape(group) + r"\.(\d+)\.")
    return tuple(sorted({int(match[1]) for path in record.fields if (match := pattern.match(path))}))


def present(record: Record, *paths: str) -> tuple[str, ...]:
    """Those of the paths that the record has."""
    return tuple(path for path in paths if path in record.fields)
