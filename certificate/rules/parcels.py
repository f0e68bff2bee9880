"""Parcels: their numbers and places, purposes and origins against the lists, terms against purposes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from certificate.addresses import Resolution, parse_address, resolve_address
from certificate.codes import (
    Purpose,
    PurposeGroup,
    origin_by_code,
    purpose_by_code,
    purpose_by_name,
    purpose_codes_named,
    read_origin,
)
from certificate.places import FIRST_DAY_OF_NEW_UNITS, UnitKind
from certificate.record import Finding, Form, Record
from certificate.rules.catalogue import make_finding
from certificate.rules.facts import Span, indexes, issue_day, issue_span, read_span
from certificate.text import comparable

_TERM_YEARS = re.compile(r"[1-9]\d?_nam")
MOST_CANDIDATES_NAMED = 4


def check_parcel_numbers(record: Record) -> Iterator[Finding]:
    """Parcel and map sheet numbers as such numbers look, and no parcel twice."""
    seen: dict[tuple[str, str, str], int] = {}
    for index in indexes(record, "parcels"):
        at = f"parcels.{index}"
        parcel, sheet = record.value(f"{at}.parcel_number"), record.value(f"{at}.map_sheet_number")
        if parcel and not re.search(r"\d$", parcel):
            yield make_finding("parcel_number_malformed", [f"{at}.parcel_number"], number=parcel)
        if sheet and not re.search(r"\d", sheet):
            yield make_finding("map_sheet_malformed", [f"{at}.map_sheet_number"], number=sheet)
        if not parcel or not sheet:
            continue
        key = (_number_key(parcel), _number_key(sheet), _place_key(record, f"{at}.address"))
        first = seen.setdefault(key, index)
        if first != index:
            fields = [f"parcels.{first}.parcel_number", f"{at}.parcel_number"]
            yield make_finding("parcel_twice", fields, parcel=parcel, map_sheet=sheet)


def _number_key(number: str) -> str:
    return re.sub(r"^0+(?=\d)", "", comparable(number))


def _place_key(record: Record, path: str) -> str:
    """The commune, within which sheet and parcel number name one parcel, whatever hamlet stands before it."""
    address = record.value(path)
    if address is None:
        return ""
    place = resolve_address(address, issue_day(record)).place
    return f"{place.era}:{place.code}" if place else comparable(address)


def check_places(record: Record) -> Iterator[Finding]:
    """The commune of every parcel's address, once for each address."""
    issued = issue_span(record)
    seen: set[str] = set()
    for index in indexes(record, "parcels"):
        path = f"parcels.{index}.address"
        address = record.value(path)
        if address is None or address in seen:
            continue
        seen.add(address)
        found = resolve_address(address, issue_day(record))
        if found.place:
            if not found.is_spelled_right:
                yield make_finding("place_spelling_differs", [path], place=found.place.address)
            continue
        elsewhere = resolve_address(address) if issued else found
        if elsewhere.place and issued:
            yield make_finding("place_era_differs", [path, "issue_date"], value=issued.text)
        elif found.is_elsewhere and found.address.commune and found.address.district:
            levels = {"commune": str(found.address.commune), "district": str(found.address.district)}
            yield make_finding("place_levels_differ", [path], **levels)
        elif found.candidates:
            yield make_finding("place_ambiguous", [path], candidates=_named(found))
        else:
            yield make_finding("place_unknown", [path])


def _named(found: Resolution) -> str:
    names = [place.address for place in found.candidates[:MOST_CANDIDATES_NAMED]]
    return "; ".join(names) + (" …" if len(found.candidates) > MOST_CANDIDATES_NAMED else "")


def check_purposes(record: Record) -> Iterator[Finding]:
    """Purposes' codes against the lists in force at issue, against their names and against the kind of place."""
    for at, path in _purpose_paths(record):
        name, code = record.value(f"{path}.name"), record.value(f"{path}.code")
        if code is not None:
            yield from _check_code(record, path, code, name)
            yield from _check_home(record, at, path, code)
        elif name and record.form is not Form.LD1993 and purpose_by_name(name, issue_day(record)) is None:
            yield make_finding("purpose_unknown", [f"{path}.name"], name=name)


def _purpose_paths(record: Record) -> Iterator[tuple[str, str]]:
    for index in indexes(record, "parcels"):
        for inner in indexes(record, f"parcels.{index}.purposes"):
            yield f"parcels.{index}", f"parcels.{index}.purposes.{inner}"


def _check_code(record: Record, path: str, code: str, name: str | None) -> Iterator[Finding]:
    known = purpose_by_code(code)
    if known is None:
        yield make_finding("purpose_code_unknown", [f"{path}.code"], code=code)
        return
    if known.aggregate:
        yield make_finding("purpose_aggregate", [f"{path}.code"], code=code)
        return
    issued = issue_span(record)
    if issued and not any(purpose_by_code(code, day) for day in (issued.first, issued.last)):
        yield make_finding("purpose_not_in_force", [f"{path}.code", "issue_date"], code=code, value=issued.text)
    if name is not None:
        meant = purpose_codes_named(name)
        if meant and code not in meant:
            yield make_finding(
                "purpose_name_code_differ", [f"{path}.name", f"{path}.code"], code=code, expected=known.name
            )


def _check_home(record: Record, at: str, path: str, code: str) -> Iterator[Finding]:
    """Residential land is urban in wards and townships, rural in communes; since the mergers of 2025 no longer."""
    address, issued = record.value(f"{at}.address"), issue_day(record)
    if code not in {"ODT", "ONT"} or address is None or issued is None or issued >= FIRST_DAY_OF_NEW_UNITS:
        return
    commune = parse_address(address).commune
    if commune is None or commune.kind is None:
        return
    is_urban = commune.kind in {UnitKind.WARD, UnitKind.TOWNSHIP}
    if is_urban is not (code == "ODT"):
        kind = "đô thị" if code == "ODT" else "nông thôn"
        yield make_finding("purpose_place_differs", [f"{path}.code", f"{at}.address"], kind=kind, place=str(commune))


def check_terms(record: Record, today: date | None = None) -> Iterator[Finding]:
    """Terms as such: understood, not over before they began, and as usual for the purpose."""
    for index in indexes(record, "parcels"):
        at = f"parcels.{index}"
        inner = [f"{at}.purposes.{number}" for number in indexes(record, f"{at}.purposes")]
        for path in (at, *inner):
            term = record.value(f"{path}.term")
            if term is not None:
                yield from _check_term(record, f"{path}.term", term, today)
                yield from _check_usual(record, f"{path}.term", term, inner if path == at else [path])
    house_term = record.value("house.term")
    if house_term is not None:
        yield from _check_term(record, "house.term", house_term, today)


def _check_term(record: Record, path: str, term: str, today: date | None) -> Iterator[Finding]:
    if term == "lau_dai" or _TERM_YEARS.fullmatch(term):
        return
    ends, issued = read_span(term), issue_span(record)
    if ends is None:
        yield make_finding("term_malformed", [path], term=term)
    elif issued and ends.last < issued.first:
        yield make_finding("term_before_issue", [path, "issue_date"], term=term)
    elif _is_over(ends, today):
        yield make_finding("term_expired", [path], term=term)


def _is_over(ends: Span, today: date | None) -> bool:
    return today is not None and ends.last < today


def _check_usual(record: Record, path: str, term: str, purpose_paths: list[str]) -> Iterator[Finding]:
    """Homes are held for ever, farm land for a term; a paper that says otherwise is only remarked, never changed.

    One term for several purposes is unusual only where it is so for each of them.
    """
    purposes = [_purpose(record, each) for each in purpose_paths]
    is_forever = term == "lau_dai"
    unusual = [purpose for purpose in purposes if purpose and _is_unusual(purpose, is_forever=is_forever)]
    if unusual and len(unusual) == len(purposes):
        shown = "Lâu dài" if is_forever else term.replace("_nam", " năm")
        names = "; ".join(dict.fromkeys(purpose.name for purpose in unusual))
        yield make_finding("term_purpose_differs", [path], term=shown, purpose=names)


def _is_unusual(purpose: Purpose, *, is_forever: bool) -> bool:
    if is_forever:
        return purpose.group is PurposeGroup.AGRICULTURAL and not purpose.long_term
    return purpose.group is PurposeGroup.RESIDENTIAL


def _purpose(record: Record, path: str) -> Purpose | None:
    code, name = record.value(f"{path}.code"), record.value(f"{path}.name")
    return purpose_by_code(code) if code else purpose_by_name(name) if name else None


def check_origins(record: Record) -> Iterator[Finding]:
    """The origin's code against its words and the list in force on the day of issue."""
    issued = issue_span(record)
    for index in indexes(record, "parcels"):
        at = f"parcels.{index}"
        words, code = record.value(f"{at}.origin"), record.value(f"{at}.origin_code")
        if words and code and read_origin(words).code != code:
            yield make_finding("origin_code_differs", [f"{at}.origin_code", f"{at}.origin"], code=code)
        known = origin_by_code(code) if code else None
        if code and known and issued and not any(known.in_force(day) for day in (issued.first, issued.last)):
            yield make_finding("origin_not_in_force", [f"{at}.origin_code", "issue_date"], code=code, value=issued.text)
