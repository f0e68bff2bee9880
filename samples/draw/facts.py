"""What stands on a drawn certificate, and its truth in the record's normal forms.

A fact that is ``None`` is not printed, so it never comes into the truth. Printed texts that the record keeps in another
form (a term, an area) hold both: the value and the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from samples.draw.words import NumberStyle, normal


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner as printed. ``text_before`` is the word before the name, ``id_label`` the word before the number."""

    role: str
    full_name: str
    text_before: str = ""
    gender: str | None = None
    birth_year: str | None = None
    id_type: str | None = None
    id_number: str | None = None
    id_label: str = ""
    address: str | None = None
    address_label: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """Until when land may be used: the normal form and the printed text."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose of use; ``area_m2`` and ``term`` where each purpose has its own; ``shows_code`` prints ``(ONT)``."""

    name: str
    code: str | None
    area_m2: Decimal | None = None
    term: Term | None = None
    shows_code: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel as printed."""

    parcel_number: str
    map_sheet_number: str
    address: str | None
    area_m2: Decimal
    area_in_words: str | None
    private_area_m2: Decimal | None
    shared_area_m2: Decimal | None
    purposes: tuple[Purpose, ...]
    term: Term | None
    origin: str | None
    origin_code: str | None
    use_form_text: str | None = None


@dataclass(frozen=True, slots=True)
class House:
    """The house on the land as printed."""

    type: str
    built_area_m2: Decimal | None = None
    floor_area_m2: Decimal | None = None
    ownership: str | None = None
    grade: str | None = None
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the table of changes; ``by_hand`` rows look written with a pen."""

    date: str
    content: str
    confirmed_by: tuple[str, ...]
    place: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """One drawn certificate. ``register_text`` is the register number as printed, spaces and all."""

    form: str
    owners: tuple[Owner, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    serial_number: str | None = None
    register_text: str | None = None
    issue_date: str | None = None
    issue_place: str | None = None
    issuing_authority: str | None = None
    signer_title_lines: tuple[str, ...] = ()
    signer_name: str | None = None
    barcode: str | None = None
    qr: str | None = None
    house: House | None = None
    other_assets: str | None = None
    notes: str | None = None
    changes: tuple[Change, ...] = ()
    parcels_as_table: bool = False
    office: str = ""
    commune: str = ""
    numbers: NumberStyle = field(default_factory=NumberStyle)
    extra: dict[str, str] = field(default_factory=dict)


def _put(fields: dict[str, str], path: str, value: str | Decimal | None) -> None:
    if value is None or value == "":
        return
    fields[path] = normal(value) if isinstance(value, Decimal) else value


def _owner_fields(fields: dict[str, str], index: int, owner: Owner) -> None:
    for name in ("role", "full_name", "gender", "birth_year", "id_type", "id_number", "address"):
        _put(fields, f"owners.{index}.{name}", getattr(owner, name))


def _parcel_fields(fields: dict[str, str], index: int, parcel: Parcel) -> None:
    at = f"parcels.{index}"
    for name in ("parcel_number", "map_sheet_number", "address", "area_m2", "area_in_words"):
        _put(fields, f"{at}.{name}", getattr(parcel, name))
    _put(fields, f"{at}.private_area_m2", parcel.private_area_m2)
    _put(fields, f"{at}.shared_area_m2", parcel.shared_area_m2)
    for number, purpose in enumerate(parcel.purposes):
        _put(fields, f"{at}.purposes.{number}.name", purpose.name)
        _put(fields, f"{at}.purposes.{number}.code", purpose.code)
        _put(fields, f"{at}.purposes.{number}.area_m2", purpose.area_m2)
        _put(fields, f"{at}.purposes.{number}.term", purpose.term.value if purpose.term else None)
    _put(fields, f"{at}.term", parcel.term.value if parcel.term else None)
    _put(fields, f"{at}.origin", parcel.origin)
    _put(fields, f"{at}.origin_code", parcel.origin_code)


def truth(certificate: Certificate) -> dict[str, str]:
    """Every printed field of the certificate by its path, in the record's normal forms."""
    fields: dict[str, str] = {}
    _put(fields, "serial_number", certificate.serial_number)
    _put(fields, "register_number", (certificate.register_text or "").replace(" ", "").upper())
    _put(fields, "issue_date", certificate.issue_date)
    _put(fields, "issue_place", certificate.issue_place)
    _put(fields, "issuing_authority", certificate.issuing_authority)
    _put(fields, "signer_title", " ".join(certificate.signer_title_lines))
    _put(fields, "signer_name", certificate.signer_name)
    _put(fields, "barcode", certificate.barcode)
    _put(fields, "qr", certificate.qr)
    for index, owner in enumerate(certificate.owners):
        _owner_fields(fields, index, owner)
    for index, parcel in enumerate(certificate.parcels):
        _parcel_fields(fields, index, parcel)
    if certificate.house:
        house = certificate.house
        for name in ("type", "built_area_m2", "floor_area_m2", "ownership", "grade"):
            _put(fields, f"house.{name}", getattr(house, name))
        _put(fields, "house.term", house.term.value if house.term else None)
    _put(fields, "other_assets", certificate.other_assets)
    _put(fields, "notes", certificate.notes)
    for index, change in enumerate(certificate.changes):
        _put(fields, f"changes.{index}.date", change.date)
        _put(fields, f"changes.{index}.content", change.content)
    fields.update(certificate.extra)
    return fields
