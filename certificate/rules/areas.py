"""Areas against each other: digits and words, private and shared, purposes and house."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certificate.codes import PurposeGroup, purpose_by_code
from certificate.numbers import read_number_words
from certificate.record import Finding, Record
from certificate.rules.catalogue import make_finding
from certificate.rules.facts import indexes, number, plain, present

PURPOSES_TOLERANCE_M2 = Decimal("0.5")
"""How far the purposes' areas may be from the parcel's: the national system's own tolerance."""

SMALLEST_M2 = Decimal(5)
LARGEST_M2 = Decimal(1_000_000)
"""Above 100 ha a parcel is an organisation's, or the decimal comma was lost."""
LARGEST_HOME_M2 = Decimal(10_000)


def check_areas(record: Record) -> Iterator[Finding]:
    """Every parcel's area against its words, its parts and its purposes, and for plausibility."""
    for index in indexes(record, "parcels"):
        at = f"parcels.{index}"
        yield from _check_words(record, at)
        area = number(record, f"{at}.area_m2")
        if area is None:
            continue
        if area == 0:
            yield make_finding("area_zero", [f"{at}.area_m2"])
            continue
        yield from _check_parts(record, at, area)
        yield from _check_purposes(record, at, area)
        yield from _check_size(record, at, area)


def _check_words(record: Record, at: str) -> Iterator[Finding]:
    words, area = record.value(f"{at}.area_in_words"), number(record, f"{at}.area_m2")
    if words is None:
        return
    said = read_number_words(words)
    if said is None:
        yield make_finding("area_words_unreadable", [f"{at}.area_in_words"])
    elif area is not None and said != area:
        fields = [f"{at}.area_m2", f"{at}.area_in_words"]
        yield make_finding("area_words_differ", fields, number=plain(area), in_words=plain(said))


def _check_parts(record: Record, at: str, area: Decimal) -> Iterator[Finding]:
    """Private and shared area make the whole; one not printed counts as none, one that is no number as unknown."""
    paths = (f"{at}.private_area_m2", f"{at}.shared_area_m2")
    parts = [number(record, path) for path in paths]
    if parts == [None, None] or any(
        part is None and record.value(path) for part, path in zip(parts, paths, strict=True)
    ):
        return
    total = sum((part for part in parts if part is not None), Decimal(0))
    if total != area:
        fields = [*present(record, *paths), f"{at}.area_m2"]
        yield make_finding("area_parts_differ", fields, total=plain(total), area=plain(area))


def _check_purposes(record: Record, at: str, area: Decimal) -> Iterator[Finding]:
    """The purposes' areas make the whole; where one has none printed they may only be less."""
    paths = [f"{at}.purposes.{index}.area_m2" for index in indexes(record, f"{at}.purposes")]
    parts = [number(record, path) for path in paths]
    known = [part for part in parts if part is not None]
    if not known:
        return
    total = sum(known, Decimal(0))
    is_complete = len(known) == len(parts)
    if total - area > PURPOSES_TOLERANCE_M2 or (is_complete and area - total > PURPOSES_TOLERANCE_M2):
        fields = [*present(record, *paths), f"{at}.area_m2"]
        yield make_finding("purposes_sum_differs", fields, total=plain(total), area=plain(area))


def _check_size(record: Record, at: str, area: Decimal) -> Iterator[Finding]:
    is_organisation = record.value("owners.0.role") == "organisation"
    if area < SMALLEST_M2 or (area > LARGEST_M2 and not is_organisation) or _is_large_home(record, at, area):
        yield make_finding("area_implausible", [f"{at}.area_m2"], area=plain(area))


def _is_large_home(record: Record, at: str, area: Decimal) -> bool:
    for index in indexes(record, f"{at}.purposes"):
        purpose = purpose_by_code(record.value(f"{at}.purposes.{index}.code") or "")
        if purpose and purpose.group is PurposeGroup.RESIDENTIAL:
            own = number(record, f"{at}.purposes.{index}.area_m2")
            is_only_one = len(indexes(record, f"{at}.purposes")) == 1
            return (own or (area if is_only_one else Decimal(0))) > LARGEST_HOME_M2
    return False


def check_house(record: Record) -> Iterator[Finding]:
    """The house's areas against each other and the parcel's."""
    built, floor = number(record, "house.built_area_m2"), number(record, "house.floor_area_m2")
    if built is not None and floor is not None and floor < built:
        fields = ["house.floor_area_m2", "house.built_area_m2"]
        yield make_finding("floor_area_below_built", fields, floor=plain(floor), built=plain(built))
    areas = [number(record, f"parcels.{index}.area_m2") for index in indexes(record, "parcels")]
    known = [area for area in areas if area is not None]
    if built is not None and known and len(known) == len(areas) and built > sum(known):
        fields = ["house.built_area_m2", "parcels.0.area_m2"]
        total = sum(known, Decimal(0))
        yield make_finding("built_area_exceeds_parcel", fields, built=plain(built), area=plain(total))
