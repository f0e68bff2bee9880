"""What the lists offer for a field: purposes, origins, places, nearest to what is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher
from functools import cache

from certificate.codes import origin_by_code, origin_phrases, origins, purpose_by_code, purpose_by_name, purposes
from certificate.labels import path_pattern
from certificate.places import Era, communes, era_of
from certificate.text import strip_accents

_LEAST_LIKENESS = 0.55
_MOST_LOOKED_AT = 400


def suggestions(path: str, text: str, issued: date | None = None, *, most: int = 3) -> tuple[str, ...]:
    """Entries of the field's list that look most like ``text``, the best first; none for a field without a list."""
    pattern = path_pattern(path)
    if pattern == "parcels.N.purposes.N.name":
        return _nearest(text, (purpose.name for purpose in purposes(issued) if not purpose.aggregate), most)
    if pattern == "parcels.N.purposes.N.code":
        return _nearest(text, (purpose.code for purpose in purposes(issued) if not purpose.aggregate), most)
    if pattern == "parcels.N.origin":
        return _nearest(text, origin_phrases(), most)
    if pattern == "parcels.N.origin_code":
        return _nearest(text, (origin.code for origin in origins() if origin.code and origin.in_force(issued)), most)
    if pattern in {"parcels.N.address", "owners.N.address"}:
        return _addresses(text, issued, most)
    return ()


def meaning(path: str, value: str, issued: date | None = None) -> str | None:
    """What a code on a list stands for, or the code of a name; ``None`` where neither is on a list."""
    pattern = path_pattern(path)
    if pattern == "parcels.N.purposes.N.code":
        purpose = purpose_by_code(value, issued)
        return purpose.name if purpose else None
    if pattern == "parcels.N.purposes.N.name":
        named = purpose_by_name(value, issued)
        return named.code if named else None
    if pattern == "parcels.N.origin_code":
        origin = origin_by_code(value, issued)
        return origin.name if origin else None
    return None


def _nearest(text: str, entries: Iterable[str], most: int) -> tuple[str, ...]:
    wanted = _plain(text)
    if not wanted:
        return ()
    scored = []
    for entry in dict.fromkeys(entries):
        plain = _plain(entry)
        # What is being typed is the beginning of what is meant.
        likeness = 1.0 if plain.startswith(wanted) else SequenceMatcher(None, wanted, plain, autojunk=False).ratio()
        if likeness >= _LEAST_LIKENESS:
            scored.append((-likeness, entry))
    return tuple(entry for _, entry in sorted(scored)[:most])


def _addresses(text: str, issued: date | None, most: int) -> tuple[str, ...]:
    """Communes whose name begins with the last part typed, with what was typed before them kept."""
    parts = [part.strip() for part in text.split(",")]
    era = era_of(issued) if issued else Era.OLD
    for kept in range(len(parts)):
        wanted = _plain(", ".join(parts[kept:]))
        if len(wanted) < 4:
            continue
        found = [address for plain, address in _plain_addresses(era) if wanted in plain][:_MOST_LOOKED_AT]
        if found:
            found.sort(key=lambda address: (not _plain(address).startswith(wanted), len(address), address))
            head = "".join(part + ", " for part in parts[:kept])
            return tuple(head + address for address in found[:most])
    return ()


@cache
def _plain_addresses(era: Era) -> tuple[tuple[str, str], ...]:
    addresses = (_with_small_kinds(place.address) for place in communes(era))
    return tuple((_plain(address), address) for address in addresses)


def _with_small_kinds(address: str) -> str:
    """``xã Thạnh Đông, huyện Tân Hiệp``: inside a sentence the kinds of units are written small."""
    return ", ".join(part[:1].lower() + part[1:] for part in address.split(", "))


def _plain(text: str) -> str:
    return strip_accents(text).casefold().strip()
