"""In what a row of another register, or another record of the same certificate, differs from a record of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from certificate import places
from certificate.addresses import address_agrees, resolve_address
from certificate.citizens import Citizen
from certificate.codes import origin_key, purpose_codes_named, read_origin
from certificate.handed_on import partner_of
from certificate.identity import normalise_id
from certificate.keys import number_key
from certificate.legacy_land import said_tenure
from certificate.record import Record
from certificate.rules.facts import indexes, issue_day
from certificate.search_text import folded_words, one_letter_away
from certificate.text import same_value

_NUMBER = re.compile(r"\d+(\.\d+)?")
_NUMBERED = ("map_sheet_number", "parcel_number", "register_number", "serial_number")
_DAYS = ("issue_date", ".term")
_PURPOSES = (1, 2, 3)
_HOUSE = {
    "built_area": "house.built_area_m2",
    "floor_area": "house.floor_area_m2",
    "ownership": "house.ownership",
    "ownership_term": "house.term",
    "grade": "house.grade",
}
_COMPARED = frozenset(
    {
        *("serial_number", "issue_date", "register_number", "organisation", "organisation_id", "commune_code"),
        *("full_name", "id_number", "birth_date", "gender", "address"),
        *("map_sheet", "parcel", "parcel_address", "area", "asset_kind", *_HOUSE),
        *(f"{key}_{n}" for key in ("purpose", "purpose_area", "origin", "tenure", "term") for n in _PURPOSES),
    }
)
# What numbers rows and files says nothing about the land.
_OF_THE_FILE = frozenset({"line", "guid", "scan_file", "has_scan"})


def not_compared(columns: Iterable[str]) -> frozenset[str]:
    """Those of a row's columns in which a difference would not be seen: present users, the map, papers beside."""
    return frozenset(columns) - _COMPARED - _OF_THE_FILE


def differences(
    record: Record,
    row: Mapping[str, str],
    known_numbers: Mapping[int, str],
    citizens: Mapping[int, Citizen] | None = None,
) -> dict[str, tuple[str | None, str]]:
    """In what a row says otherwise than a record: ours and theirs, by path.

    What the row leaves open differs in nothing. An identity number is the same when it is the printed one or the one
    that a card or the registry gave (``known_numbers``); a birth date and a gender, when they are printed or those of
    the citizen whom the registry confirmed (``citizens``).
    """
    comparing = _Comparing(record, row, known_numbers, citizens or {})
    comparing.compare("issue_date", row.get("issue_date"))
    comparing.compare("register_number", row.get("register_number"))
    comparing.owner()
    comparing.parcel()
    comparing.house()
    return comparing.found


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


@dataclass
class _Comparing:
    """One row beside one record, and what was found."""

    record: Record
    row: Mapping[str, str]
    known_numbers: Mapping[int, str]
    citizens: Mapping[int, Citizen]
    found: dict[str, tuple[str | None, str]] = field(default_factory=dict)

    def compare(self, path: str, theirs: str | None) -> None:
        """Note a difference unless ours is the same or theirs says nothing."""
        ours = self.record.value(path)
        if theirs and not (ours and _same(path, ours, theirs)):
            self.found[path] = (ours, theirs)

    # --- people

    def owner(self) -> None:
        """The person or the organisation of whom the row speaks."""
        organisation = self._organisation()
        name = self.row.get("full_name")
        if name:
            self._person(name, organisation)
        elif organisation is not None:
            self._address(organisation, (organisation,))

    def _organisation(self) -> int | None:
        """Which owner the row's organisation is; the next index for one that ours does not have."""
        name = self.row.get("organisation")
        if not name:
            return None
        owners, number = indexes(self.record, "owners"), normalise_id(self.row.get("organisation_id", ""))
        ours = [one for one in owners if self._owner_value(one, "role") == "organisation"]
        named = [
            one
            for one in ours
            if same_value(self._owner_value(one, "full_name"), name)
            or (number and normalise_id(self._owner_value(one, "id_number")) == number)
        ]
        index = next(iter((*named, *ours)), len(owners))
        self.compare(f"owners.{index}.full_name", name)
        if number != normalise_id(self._owner_value(index, "id_number")):
            self.compare(f"owners.{index}.id_number", number)
        return index

    def _person(self, name: str, organisation: int | None) -> None:
        owners = indexes(self.record, "owners")
        index = _owner(self.record, owners, self.row, self.known_numbers)
        if index is None:
            index = len(owners) + (organisation == len(owners))
        at = f"owners.{index}"
        citizen = self.citizens.get(index)
        self.compare(f"{at}.full_name", name)
        gender = self.row.get("gender")
        if self.record.value(f"{at}.gender") or not citizen or gender != citizen.gender:
            self.compare(f"{at}.gender", gender)
        number = self.row.get("id_number")
        if number and number != self.known_numbers.get(index):
            self.compare(f"{at}.id_number", number)
        self._birth(at, citizen)
        # One address printed for two spouses stands on the first; who acts for an organisation may have none.
        partner = partner_of(self.record, index) if self._owner_value(index, "role") == "spouse" else None
        self._address(index, (index, partner, organisation))

    def _owner_value(self, index: int, name: str) -> str:
        return self.record.value(f"owners.{index}.{name}") or ""

    def _birth(self, at: str, citizen: Citizen | None) -> None:
        birth = self.row.get("birth_date", "")
        ours = self.record.value(f"{at}.birth_date") or self.record.value(f"{at}.birth_year")
        if not birth or (citizen and not ours and citizen.birth_date.startswith(birth)):
            return
        whole = self.record.value(f"{at}.birth_date") is not None and len(birth) > len("2000")
        if not (ours and (ours == birth if whole else ours[:4] == birth[:4])):
            self.compare(f"{at}.birth_date" if whole else f"{at}.birth_year", birth if whole else birth[:4])

    def _address(self, index: int, whose: tuple[int | None, ...]) -> None:
        theirs, on = self.row.get("address"), issue_day(self.record)
        ours = [self._owner_value(one, "address") for one in whose if one is not None]
        if theirs and not any(address and address_agrees(address, theirs, on) for address in ours):
            self.found[f"owners.{index}.address"] = (ours[0] or None, theirs)

    # --- land

    def parcel(self) -> None:
        """The parcel of which the row speaks: that of its sheet and number, or the only one."""
        record, row = self.record, self.row
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
        self.compare(f"{at}.map_sheet_number", sheet)
        self.compare(f"{at}.parcel_number", parcel)
        self.compare(f"{at}.area_m2", row.get("area"))
        self._parcel_address(at)
        for place in _PURPOSES:
            self._purpose(at, place)
            self._origin(at, row.get(f"origin_{place}"))
        self._tenure(at)

    def _parcel_address(self, at: str) -> None:
        ours, on = self.record.value(f"{at}.address"), issue_day(self.record)
        theirs = self.row.get("parcel_address")
        if theirs and not (ours and address_agrees(ours, theirs, on)):
            self.found[f"{at}.address"] = (ours, theirs)
            return
        code = self.row.get("commune_code")
        place = resolve_address(ours, on).place if ours else None
        if not code or place is None or code in {place.code, *(now.code for now in places.today(place))}:
            return
        meant = places.commune(places.Era.NEW, code) or places.commune(places.Era.OLD, code)
        if meant:
            self.found[f"{at}.address"] = (ours, meant.address)

    def _purpose(self, at: str, place: int) -> None:
        code, area, term = (self.row.get(f"{key}_{place}") for key in ("purpose", "purpose_area", "term"))
        uses = indexes(self.record, f"{at}.purposes")
        of_kind = [use for use in uses if code and self._is_use(f"{at}.purposes.{use}", code)]
        same_area = [use for use in of_kind if area and self._has_area(at, use, area, alone=len(uses) == 1)]
        use = next(iter((*same_area, *(one for one in of_kind if one == place - 1), *of_kind)), place - 1)
        if code and not of_kind:
            self.compare(f"{at}.purposes.{use}.code", code)
        if area and not self._has_area(at, use, area, alone=len(uses) <= 1 and use == 0):
            self.compare(f"{at}.purposes.{use}.area_m2", area)
        if not term:
            return
        path = f"{at}.purposes.{use}.term"
        ours = self.record.value(path) or self.record.value(f"{at}.term")
        if not (ours and _same(path, ours, term)):
            several = len({self.row.get(f"term_{one}") for one in _PURPOSES} - {None}) > 1
            self.found[path if several or self.record.value(path) else f"{at}.term"] = (ours, term)

    def _is_use(self, path: str, code: str) -> bool:
        own, name = self.record.value(f"{path}.code"), self.record.value(f"{path}.name")
        return any(one and same_value(one, code) for one in (own, name)) or own in purpose_codes_named(code)

    def _has_area(self, at: str, use: int, area: str, *, alone: bool) -> bool:
        path = f"{at}.purposes.{use}.area_m2"
        ours = self.record.value(path) or (self.record.value(f"{at}.area_m2") if alone else None)
        return bool(ours and _same(path, ours, area))

    def _origin(self, at: str, theirs: str | None) -> None:
        if not theirs:
            return
        code, text = self.record.value(f"{at}.origin_code"), self.record.value(f"{at}.origin")
        meant = read_origin(theirs).code
        if (meant or theirs) == code or (text and origin_key(text) == origin_key(theirs)):
            return
        is_code = meant is not None and same_value(meant, theirs)
        self.compare(f"{at}.origin_code" if is_code else f"{at}.origin", theirs)

    def _tenure(self, at: str) -> None:
        """Held alone or together, and how much of it."""
        for name, theirs in said_tenure(self.row).items():
            path = f"{at}.{name}_area_m2"
            ours = self.record.value(path)
            is_none = not ours or (_NUMBER.fullmatch(ours) and not Decimal(ours))
            if theirs is None:
                if is_none and (whole := self.row.get("area") or self.record.value(f"{at}.area_m2")):
                    self.found[path] = (ours, whole)
            elif not (is_none and theirs == "0"):
                self.compare(path, theirs)

    # --- what stands on it

    def house(self) -> None:
        """The house, or what else stands on the land."""
        kind, others = self.row.get("asset_kind"), self.record.value("other_assets")
        is_none = not any(value.value for path, value in self.record.fields.items() if path.startswith("house."))
        self.compare("other_assets" if is_none and others else "house.type", kind)
        for column, path in _HOUSE.items():
            self.compare(path, self.row.get(column))


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


def _same(path: str, ours: str, theirs: str) -> bool:
    if path.endswith(_NUMBERED):
        return number_key(ours) == number_key(theirs)
    if path.endswith("_m2") and _NUMBER.fullmatch(ours) and _NUMBER.fullmatch(theirs):
        return Decimal(ours) == Decimal(theirs)
    if path.endswith(_DAYS) and ours.startswith(f"{theirs}-"):
        # A month or a year alone leaves the rest open.
        return True
    return same_value(ours, theirs)


def record_differences(ours: Record, theirs: Record) -> Iterator[tuple[str, str | None, str | None]]:
    """In what another record of the same certificate differs: path, ours, theirs."""
    for path in dict.fromkeys((*ours.fields, *theirs.fields)):
        left, right = ours.value(path), theirs.value(path)
        if left != right and not (left and right and same_value(left, right)):
            yield path, left, right
