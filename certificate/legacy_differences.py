"""In what a row of another register, or another record of the same certificate, differs from a record of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from certificate.keys import number_key
from certificate.record import Record
from certificate.rules.facts import indexes
from certificate.search_text import folded_words, one_letter_away
from certificate.text import same_value

_NUMBER = re.compile(r"\d+(\.\d+)?")
_NUMBERED = ("map_sheet_number", "parcel_number", "register_number", "serial_number")
_Compare = Callable[[str, str | None], None]


def differences(
    record: Record, row: Mapping[str, str], known_numbers: Mapping[int, str]
) -> dict[str, tuple[str | None, str]]:
    """In what a row says otherwise than a record: ours and theirs, by path.

    What the row leaves open differs in nothing. An identity number is the same when it is the printed one or the one
    that a card or the registry gave (``known_numbers``).
    """
    found: dict[str, tuple[str | None, str]] = {}

    def compare(path: str, theirs: str | None) -> None:
        ours = record.value(path)
        if theirs and not (ours and _same(path, ours, theirs)):
            found[path] = (ours, theirs)

    compare("issue_date", row.get("issue_date"))
    compare("register_number", row.get("register_number"))
    _compare_owner(record, row, known_numbers, compare)
    _compare_parcel(record, row, compare)
    return found


def swapped(record: Record, row: Mapping[str, str]) -> bool:
    """Whether the row has sheet and parcel changed over."""
    sheet, parcel = number_key(row.get("map_sheet", "")), number_key(row.get("parcel", ""))
    if not sheet or not parcel or sheet == parcel:
        return False
    pairs = {
        (
            number_key(record.value(f"parcels.{index}.map_sheet_number") or ""),
            number_key(record.value(f"parcels.{index}.parcel_number") or ""),
        )
        for index in indexes(record, "parcels")
    }
    return (parcel, sheet) in pairs and (sheet, parcel) not in pairs


def _compare_owner(record: Record, row: Mapping[str, str], known: Mapping[int, str], compare: _Compare) -> None:
    owners = indexes(record, "owners")
    organisation = row.get("organisation")
    if organisation:
        index = next((one for one in owners if record.value(f"owners.{one}.role") == "organisation"), None)
        compare(f"owners.{index if index is not None else len(owners)}.full_name", organisation)
    name = row.get("full_name")
    if not name:
        return
    index = _owner(record, owners, row, known)
    at = f"owners.{index if index is not None else len(owners) + bool(organisation)}"
    compare(f"{at}.full_name", name)
    compare(f"{at}.gender", row.get("gender"))
    number = row.get("id_number")
    if number and number != known.get(index if index is not None else -1):
        compare(f"{at}.id_number", number)
    birth = row.get("birth_date", "")
    if birth:
        ours = record.value(f"{at}.birth_date") or record.value(f"{at}.birth_year")
        whole = record.value(f"{at}.birth_date") is not None and len(birth) > len("2000")
        if not (ours and (ours == birth if whole else ours[:4] == birth[:4])):
            compare(f"{at}.birth_date" if whole else f"{at}.birth_year", birth if whole else birth[:4])


def _owner(record: Record, owners: tuple[int, ...], row: Mapping[str, str], known: Mapping[int, str]) -> int | None:
    """Which owner of the record a row speaks of: by number, then by name, then the only one whose name is near."""
    number, name = row.get("id_number"), row.get("full_name", "")
    for index in owners:
        if number and number in {record.value(f"owners.{index}.id_number"), known.get(index)}:
            return index
    for index in owners:
        if same_value(record.value(f"owners.{index}.full_name") or "", name):
            return index
    near = [index for index in owners if _near(record.value(f"owners.{index}.full_name") or "", name)]
    return near[0] if len(near) == 1 else None


def _near(ours: str, theirs: str) -> bool:
    left, right = folded_words(ours), folded_words(theirs)
    if left == right:
        return True
    wrong = [(a, b) for a, b in zip(left, right, strict=False) if a != b]
    return (
        len(left) == len(right) and len(wrong) == 1 and (wrong[0][1] in one_letter_away(wrong[0][0]) or len(left) > 2)
    )


def _compare_parcel(record: Record, row: Mapping[str, str], compare: _Compare) -> None:
    sheet, parcel = row.get("map_sheet"), row.get("parcel")
    parcels = indexes(record, "parcels")
    index = next(
        (
            one
            for one in parcels
            if sheet
            and parcel
            and number_key(record.value(f"parcels.{one}.map_sheet_number") or "") == number_key(sheet)
            and number_key(record.value(f"parcels.{one}.parcel_number") or "") == number_key(parcel)
        ),
        parcels[0] if len(parcels) == 1 else None,
    )
    if index is None and not (sheet and parcel):
        return
    at = f"parcels.{index if index is not None else len(parcels)}"
    compare(f"{at}.map_sheet_number", sheet)
    compare(f"{at}.parcel_number", parcel)
    compare(f"{at}.area_m2", row.get("area"))
    for place in (1, 2, 3):
        code = row.get(f"purpose_{place}")
        ours = {
            record.value(f"{at}.purposes.{use}.{name}")
            for use in indexes(record, f"{at}.purposes")
            for name in ("code", "name")
        }
        if code and not any(same_value(one, code) for one in ours if one):
            compare(f"{at}.purposes.{place - 1}.code", code)


def _same(path: str, ours: str, theirs: str) -> bool:
    if path.endswith(_NUMBERED):
        return number_key(ours) == number_key(theirs)
    if path.endswith("area_m2") and _NUMBER.fullmatch(ours) and _NUMBER.fullmatch(theirs):
        return Decimal(ours) == Decimal(theirs)
    if path == "issue_date" and len(theirs) == len("2000"):
        return ours[:4] == theirs
    return same_value(ours, theirs)


def record_differences(ours: Record, theirs: Record) -> Iterator[tuple[str, str | None, str | None]]:
    """In what another record of the same certificate differs: path, ours, theirs."""
    for path in dict.fromkeys((*ours.fields, *theirs.fields)):
        left, right = ours.value(path), theirs.value(path)
        if left != right and not (left and right and same_value(left, right)):
            yield path, left, right
