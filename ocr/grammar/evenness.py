"""Which values do not fit together: rows of which one lacks what the others have, changes out of order.

Owns what owners, parcels and changes of one certificate must have in common. A row that was cut wrongly shifts what
follows, and a page of another certificate brings other people's changes; each value by itself looks right then. On
first looks at nine offices' drawings these signs stood on 40 certificates, and 30 of them had a wrong value there that
nothing else spoke against. It only says which values to doubt, and knows no reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from certificate.arrangement import indexes

Values = Mapping[str, str | None]

# What stands in every row of a table of parcels, if it stands in most; a parcel of several purposes has terms for them.
_IN_EVERY_PARCEL = (
    ("parcel_number",), ("map_sheet_number",), ("area_m2",), ("purposes.0.name",), ("term", "purposes.0.term"),
    ("origin",),
)  # fmt: skip
# What each of several people has, if one has it.
_OF_EVERY_PERSON = (("id_number",), ("birth_year", "birth_date"))
_PARCEL_NUMBER = re.compile(r"[A-ZĐ]{0,4}\d+(?:[-/.]\d+)?[A-Z]?")


def uneven_groups(values: Values) -> Iterator[str]:
    """The groups (``parcels``, ``owners``, ``changes``) whose rows do not fit together."""
    tests = (("parcels", _parcels_are_uneven), ("owners", _owners_are_uneven), ("changes", _changes_are_uneven))
    return (group for group, is_uneven in tests if is_uneven(values))


def _rows(values: Values, group: str) -> list[str]:
    """The rows of a group, as the beginnings of their paths, in order."""
    return [f"{group}.{index}" for index in indexes(values, group)]


def _has(values: Values, row: str, names: Sequence[str]) -> bool:
    return any(values.get(f"{row}.{name}") is not None for name in names)


def _parcels_are_uneven(values: Values) -> bool:
    """Whether a column of the table of parcels lacks in some rows, or a number is none."""
    rows = _rows(values, "parcels")
    if len(rows) < 2:
        return False
    held = [sum(any(f"{row}.{name}" in values for name in names) for row in rows) for names in _IN_EVERY_PARCEL]
    numbers = [values.get(f"{row}.parcel_number") for row in rows]
    strange = any(number is not None and not _PARCEL_NUMBER.fullmatch(number) for number in numbers)
    return strange or any(len(rows) / 2 < count < len(rows) for count in held)


def _owners_are_uneven(values: Values) -> bool:
    """Whether somebody has no name, or one person's number or birth is missing beside another's.

    Nor does an organisation stand behind people: eleven of eleven were a stamp's office or a line of an address.
    """
    owners = _rows(values, "owners")
    roles = [values.get(f"{owner}.role") for owner in owners]
    people = [owner for owner in owners if values.get(f"{owner}.role") != "organisation"]
    counts = [sum(_has(values, person, names) for person in people) for names in _OF_EVERY_PERSON]
    nameless = any(not _has(values, owner, ("full_name",)) for owner in owners)
    behind = "organisation" in roles and roles[0] != "organisation"
    return nameless or behind or any(0 < count < len(people) for count in counts)


def _changes_are_uneven(values: Values) -> bool:
    """Whether changes have no day beside others that do, or do not follow the issue and each other in time."""
    days = [values.get(f"{row}.date") for row in _rows(values, "changes")]
    told = [day for day in (values.get("issue_date"), *days) if day]
    return told != sorted(told) or 0 < sum(day is not None for day in days) < len(days)
