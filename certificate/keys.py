"""What makes two papers speak of the same parcel, or of the same entry in a register: keys to compare by.

A key is made only where everything it needs is read and means one thing: an address that could mean two communes gives
no key, for a wrong conflict costs trust and a guessed one costs more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from certificate.addresses import resolve_address
from certificate.record import Form, Record
from certificate.rules.facts import indexes, issue_day, issue_span
from certificate.text import nfc, strip_accents

_NOT_KEY = re.compile(r"[\W_]+")
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")
_KEY_LENGTH = 40
_REGISTER_KEY_LENGTH = 200
_SERIAL_IN_TEXT = re.compile(r"(?<![^\W_])([A-ZĐ]{1,2})\s?(\d{8}|\d{6})(?!\d)")
# Without a word that says so, "SO 123456" or a decision's number would pass for a serial number.
_NAMES_A_PAPER = re.compile(r"gcn|giấy|phát hành|sêri|seri|serial|số bìa|cấp đổi|cấp lại", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParcelKey:
    """Which parcel is meant: the commune by era and code together, the map sheet and the parcel's number."""

    place: str
    map_sheet: str
    parcel: str


def number_key(number: str) -> str:
    """A number as it is compared: capitals and digits only, without leading zeros."""
    return _LEADING_ZEROS.sub("", _NOT_KEY.sub("", nfc(number).upper()))[:_KEY_LENGTH]


def parcel_keys(record: Record) -> dict[int, ParcelKey]:
    """The key of every parcel whose number, map sheet and commune are certain, by its index."""
    on = issue_day(record)
    found = {}
    for index in indexes(record, "parcels"):
        parcel, sheet, address = (
            record.value(f"parcels.{index}.{name}") for name in ("parcel_number", "map_sheet_number", "address")
        )
        if not parcel or not sheet or not address:
            continue
        place = resolve_address(address, on).place
        if place is not None and number_key(parcel) and number_key(sheet):
            found[index] = ParcelKey(f"{place.era}:{place.code}", number_key(sheet), number_key(parcel))
    return found


def register_key(record: Record) -> str | None:
    """The entry in the register of an authority in a year; ``None`` unless all three are read."""
    number, authority, issued = (
        record.value("register_number"),
        record.value("issuing_authority"),
        issue_span(record),
    )
    if not number or not authority or issued is None or record.form in {Form.CCCD, Form.OTHER}:
        return None
    entry = _NOT_KEY.sub("", nfc(number).upper())
    office = _NOT_KEY.sub("", strip_accents(nfc(authority)).casefold())
    if not entry or not office:
        return None
    return f"{entry[:_KEY_LENGTH]}|{issued.first.year}|{office}"[:_REGISTER_KEY_LENGTH]


def named_serials(record: Record) -> Iterator[tuple[str, str]]:
    """Serial numbers of other certificates named in the notes or in the changes: path and number, each once."""
    own = number_key(record.value("serial_number") or "")
    seen = {own}
    for path, field in record.fields.items():
        if field.value is None or not (path == "notes" or (path.startswith("changes.") and path.endswith(".content"))):
            continue
        text = nfc(field.value)
        if not _NAMES_A_PAPER.search(text):
            continue
        for match in _SERIAL_IN_TEXT.finditer(text):
            serial = f"{match[1]} {match[2]}"
            if number_key(serial) not in seen:
                seen.add(number_key(serial))
                yield path, serial
