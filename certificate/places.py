"""The communes, districts and provinces before and after July 2025, and what became of each.

On 2025-07-01 districts went away and communes were merged; names and codes were used again for other places. So a
commune is known by its era and code together, never by name or code alone. The table is ``data/places.json``, made by
``script/build-places``; it is opened when first asked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

from certificate.lists import load_list
from certificate.text import comparable, strip_accents

_Key = TypeVar("_Key")
_Unit = TypeVar("_Unit")

FIRST_DAY_OF_NEW_UNITS = date(2025, 7, 1)


class Era(StrEnum):
    """Before or after the mergers of July 2025."""

    OLD = "old"
    NEW = "new"


class UnitKind(StrEnum):
    """The kinds of administrative unit, by their Vietnamese names."""

    PROVINCE = "tỉnh"
    CITY = "thành phố"
    DISTRICT = "huyện"
    URBAN_DISTRICT = "quận"
    TOWN = "thị xã"
    COMMUNE = "xã"
    WARD = "phường"
    TOWNSHIP = "thị trấn"
    SPECIAL_ZONE = "đặc khu"


PROVINCE_KINDS = frozenset({UnitKind.PROVINCE, UnitKind.CITY})
DISTRICT_KINDS = frozenset({UnitKind.DISTRICT, UnitKind.URBAN_DISTRICT, UnitKind.TOWN, UnitKind.CITY})
COMMUNE_KINDS = frozenset({UnitKind.COMMUNE, UnitKind.WARD, UnitKind.TOWNSHIP, UnitKind.SPECIAL_ZONE})


@dataclass(frozen=True, slots=True)
class Province:
    """A province or a city of that rank."""

    era: Era
    code: str
    kind: UnitKind
    name: str

    @property
    def full_name(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class District:
    """A district; they all ended in July 2025."""

    code: str
    kind: UnitKind
    name: str
    province: Province

    @property
    def full_name(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of one era; ``successor_codes`` are the new communes an old one went into, the main one first."""

    era: Era
    code: str
    kind: UnitKind
    name: str
    province: Province
    district: District | None = None
    successor_codes: tuple[str, ...] = field(default=(), repr=False)

    @property
    def full_name(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def address(self) -> str:
        """The commune with all levels above it, as certificates print it."""
        units = (self, self.district, self.province)
        return ", ".join(unit.full_name for unit in units if unit is not None)


def era_of(on: date) -> Era:
    """Which era's units were in force on a day."""
    return Era.NEW if on >= FIRST_DAY_OF_NEW_UNITS else Era.OLD


def provinces(era: Era) -> tuple[Province, ...]:
    """All provinces of an era, by code."""
    return tuple(place for (when, _), place in _table().provinces.items() if when is era)


def districts(province_code: str | None = None) -> tuple[District, ...]:
    """All old districts, or those of one old province, by code."""
    found = _table().districts.values()
    return tuple(unit for unit in found if province_code in {None, unit.province.code})


def communes(era: Era, *, province_code: str | None = None, district_code: str | None = None) -> tuple[Commune, ...]:
    """All communes of an era, or those of one province or old district, by code."""
    if district_code is not None:
        return _table().in_district.get(district_code, ()) if era is Era.OLD else ()
    if province_code is not None:
        return _table().in_province.get((era, province_code), ())
    return tuple(place for (when, _), place in _table().communes.items() if when is era)


def commune(era: Era, code: str) -> Commune | None:
    """The commune with a code in an era, such as the one in a barcode (always of the old era)."""
    return _table().communes.get((era, code))


def district(code: str) -> District | None:
    """The old district with a code."""
    return _table().districts.get(code)


def today(place: Commune) -> tuple[Commune, ...]:
    """Today's communes in which a commune lies: itself when new, one or, where it was split, several."""
    if place.era is Era.NEW:
        return (place,)
    table = _table().communes
    return tuple(table[Era.NEW, code] for code in place.successor_codes)


def find_provinces(era: Era, name: str, *, loosely: bool = False) -> tuple[Province, ...]:
    """The provinces of that name or known by-name; ``loosely`` passes over all marks."""
    return _names(loosely=loosely).provinces.get((era, _key(name, loosely=loosely)), ())


def find_districts(name: str, province_code: str | None = None, *, loosely: bool = False) -> tuple[District, ...]:
    """The old districts of that name, in one province or everywhere; ``loosely`` passes over all marks."""
    found = _names(loosely=loosely).districts.get(_key(name, loosely=loosely), ())
    return tuple(unit for unit in found if province_code in {None, unit.province.code})


def find_communes(era: Era, name: str, *, loosely: bool = False) -> tuple[Commune, ...]:
    """The communes of that name everywhere in an era; ``loosely`` passes over all marks."""
    return _names(loosely=loosely).communes.get((era, _key(name, loosely=loosely)), ())


def former_districts(
    name: str, province_code: str | None, on: date | None, *, loosely: bool = False
) -> tuple[District, ...]:
    """The later districts that lay inside the district of that name on a day, such as Giang Thành in Kiên Lương."""
    wanted = _key(name, loosely=loosely)
    return tuple(
        _table().districts[row["now"]]
        for row in load_list("former_places")["former_districts"]
        if _key(row["printed"], loosely=loosely) == wanted
        and province_code in {None, row["province"]}
        and (on is None or on <= date.fromisoformat(row["until"]))
    )


@dataclass(frozen=True, slots=True)
class _Table:
    provinces: dict[tuple[Era, str], Province]
    districts: dict[str, District]
    communes: dict[tuple[Era, str], Commune]
    in_district: dict[str, tuple[Commune, ...]]
    in_province: dict[tuple[Era, str], tuple[Commune, ...]]


@cache
def _table() -> _Table:
    data = load_list("places")
    kinds = {sign: UnitKind(kind) for sign, kind in data["kinds"].items()}
    all_provinces = {
        (era, code): Province(era, code, kinds[kind], name)
        for era in Era
        for code, kind, name in data[era.value]["provinces"]
    }
    all_districts = {
        code: District(code, kinds[kind], name, all_provinces[Era.OLD, province])
        for code, province, kind, name, *_ in data["old"]["districts"]
    }
    all_communes: dict[tuple[Era, str], Commune] = {}
    for code, inside, kind, name, successors in data["old"]["communes"]:
        over = all_districts[inside]
        all_communes[Era.OLD, code] = Commune(Era.OLD, code, kinds[kind], name, over.province, over, tuple(successors))
    for code, inside, kind, name in data["new"]["communes"]:
        all_communes[Era.NEW, code] = Commune(Era.NEW, code, kinds[kind], name, all_provinces[Era.NEW, inside])
    in_district: dict[str, list[Commune]] = defaultdict(list)
    in_province: dict[tuple[Era, str], list[Commune]] = defaultdict(list)
    for place in all_communes.values():
        in_province[place.era, place.province.code].append(place)
        if place.district:
            in_district[place.district.code].append(place)
    return _Table(
        all_provinces,
        all_districts,
        all_communes,
        {code: tuple(inside) for code, inside in in_district.items()},
        {key: tuple(inside) for key, inside in in_province.items()},
    )


@dataclass(frozen=True, slots=True)
class _Names:
    provinces: dict[tuple[Era, str], tuple[Province, ...]]
    districts: dict[str, tuple[District, ...]]
    communes: dict[tuple[Era, str], tuple[Commune, ...]]


@cache
def _names(*, loosely: bool) -> _Names:
    former = load_list("former_places")
    by_names: dict[str, list[str]] = former["province_names"]
    of_communes: dict[str, list[str]] = former["commune_names"]
    found_provinces: dict[tuple[Era, str], list[Province]] = defaultdict(list)
    for unit in _table().provinces.values():
        names = {unit.name, *(by_names.get(unit.code, ()) if _keeps_its_name(unit) else ())}
        for key in {_key(name, loosely=loosely) for name in names}:
            found_provinces[unit.era, key].append(unit)
    found_districts: dict[str, list[District]] = defaultdict(list)
    for over in _table().districts.values():
        found_districts[_key(over.name, loosely=loosely)].append(over)
    found_communes: dict[tuple[Era, str], list[Commune]] = defaultdict(list)
    for place in _table().communes.values():
        names = {place.name, *(of_communes.get(place.code, ()) if place.era is Era.OLD else ())}
        for key in {_key(name, loosely=loosely) for name in names}:
            found_communes[place.era, key].append(place)
    return _Names(_frozen(found_provinces), _frozen(found_districts), _frozen(found_communes))


def _keeps_its_name(unit: Province) -> bool:
    """Whether an old by-name still means this unit: code 91 was Kiên Giang and is An Giang now."""
    return unit.era is Era.OLD or _table().provinces[Era.OLD, unit.code].name == unit.name


def _frozen(found: Mapping[_Key, list[_Unit]]) -> dict[_Key, tuple[_Unit, ...]]:
    return {key: tuple(units) for key, units in found.items()}


_HYPHEN = re.compile(r"\s*[-–]\s*")
_LOOSELY = str.maketrans({" ": None, "'": None, "-": None, "y": "i"})


def _key(name: str, *, loosely: bool) -> str:
    """The form in which names are compared; ``Hoà`` is ``Hòa``, ``05`` is ``5``, and loosely ``Hóa`` too is ``Hoa``."""
    key = comparable(name)
    if "-" in key or "–" in key:
        key = _HYPHEN.sub("-", key)
    key = key.replace("’", "'").removeprefix("0")
    if loosely:
        key = strip_accents(key).translate(_LOOSELY)
    return key
