"""Serial number, barcode and QR; date, form and authority of issue; dates of changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from certificate import places
from certificate.addresses import PrintedUnit, parse_address, resolve_address
from certificate.codes import FormFacts, authority_of, form_facts
from certificate.machine_codes import read_barcode, read_card_qr, read_certificate_qr
from certificate.places import COMMUNE_KINDS, DISTRICT_KINDS, FIRST_DAY_OF_NEW_UNITS, Era
from certificate.record import Finding, Form, Record
from certificate.rules.catalogue import make_finding
from certificate.rules.facts import Span, indexes, issue_day, issue_span, present, read_span
from certificate.text import comparable, strip_accents

SERIAL = re.compile(r"([A-ZĐ]{1,2}) (\d{6,8})")
# Pink house certificates were numbered by the provinces, some without letters and with longer numbers.
_HOUSE_SERIAL = re.compile(r"(?:([A-ZĐ]{1,2}) )?(\d{6,12})")


def check_serial(record: Record) -> Iterator[Finding]:
    """The serial number against its pattern and the form's."""
    serial = record.value("serial_number")
    if serial is None:
        return
    facts = form_facts().get(record.form)
    match = (_HOUSE_SERIAL if facts and facts.letter_count[0] == 0 else SERIAL).fullmatch(serial)
    if match is None:
        yield make_finding("serial_malformed", ["serial_number"], serial=serial)
        return
    if facts is None:
        return
    letters, (fewest, most) = match[1] or "", facts.letter_count
    if not fewest <= len(letters) <= most or not _digits_fit(len(match[2]), facts):
        yield make_finding("serial_form_differs", ["serial_number"], serial=serial)
    elif facts.first_letters and letters[0] not in facts.first_letters:
        yield make_finding("serial_letter_unusual", ["serial_number"], serial=serial)


def _digits_fit(count: int, facts: FormFacts) -> bool:
    return min(facts.digit_counts) <= count <= max(facts.digit_counts)


def check_qr(record: Record) -> Iterator[Finding]:
    """The QR code against the print: the serial number of a certificate, the number of an identity card."""
    payload = record.value("qr")
    if payload is None:
        return
    if record.form is Form.CCCD:
        card = read_card_qr(payload)
        printed = record.value("owners.0.id_number")
        if card is None:
            yield make_finding("qr_malformed", ["qr"])
        elif printed and printed != card.id_number:
            yield make_finding("qr_id_differs", ["qr", "owners.0.id_number"])
    elif record.form is Form.TT10_2024:
        code = read_certificate_qr(payload)
        serial = record.value("serial_number")
        if code is None:
            yield make_finding("qr_malformed", ["qr"])
        elif serial and _packed(code.serial_number) != _packed(serial):
            yield make_finding("qr_serial_differs", ["qr", "serial_number"], qr_serial=code.serial_number)


def _packed(serial: str) -> str:
    return re.sub(r"\s", "", serial).upper()


def check_barcode(record: Record) -> Iterator[Finding]:
    """The barcode's commune against the parcels' address, its year against the year of issue."""
    digits = record.value("barcode")
    if digits is None:
        return
    barcode = read_barcode(digits)
    if barcode is None:
        yield make_finding("barcode_malformed", ["barcode"])
        return
    span = issue_span(record)
    if span and barcode.year != span.text[2:4]:
        yield make_finding("barcode_year_differs", ["barcode", "issue_date"], year=f"20{barcode.year}")
    commune = places.commune(Era.OLD, barcode.commune_code)
    if commune is None:
        yield make_finding("barcode_commune_unknown", ["barcode"], code=barcode.commune_code)
        return
    if barcode.province_code not in {None, commune.province.code}:
        yield make_finding("barcode_province_differs", ["barcode"], commune=commune.address)
    address = record.value("parcels.0.address")
    if address is None:
        return
    found = resolve_address(address, issue_day(record))
    if found.candidates and commune not in found.candidates:
        yield make_finding("barcode_commune_differs", ["barcode", "parcels.0.address"], commune=commune.address)


def check_dates(record: Record, today: date | None = None) -> Iterator[Finding]:
    """Dates that do not exist, lie in the future, or come before the issue."""
    issued = issue_span(record)
    changes = [f"changes.{index}.date" for index in indexes(record, "changes")]
    births = [f"owners.{index}.birth_date" for index in indexes(record, "owners")]
    for path in present(record, "issue_date", *changes, *births):
        text = record.value(path)
        if text is None:
            continue
        span = read_span(text)
        if span is None:
            yield make_finding("date_malformed", [path], value=text)
        elif today and span.first > today:
            yield make_finding("date_in_future", [path], value=text)
        elif path in changes and issued and span.last < issued.first:
            yield make_finding("change_before_issue", [path, "issue_date"], value=text)


def check_form_period(record: Record) -> Iterator[Finding]:
    """The date of issue against the time in which the form was used."""
    issued, facts = issue_span(record), form_facts().get(record.form)
    if issued and facts and not _overlaps(issued, facts.first_day, facts.last_day):
        period = _period(facts.first_day, facts.last_day)
        yield make_finding("issue_date_form_differs", ["issue_date"], value=issued.text, period=period)


def check_authority(record: Record) -> Iterator[Finding]:
    """The issuing authority against its time and against the place of the land."""
    name = record.value("issuing_authority")
    if name is None or record.form is Form.CCCD:
        return
    kind = authority_of(name, issue_day(record))
    if kind is None:
        yield make_finding("authority_unknown", ["issuing_authority"])
        return
    issued = issue_span(record)
    if issued and not _overlaps(issued, kind.first_day, kind.last_day):
        yield make_finding(
            "authority_era_differs",
            ["issuing_authority", "issue_date"],
            authority=kind.name,
            value=issued.text,
            period=_period(kind.first_day, kind.last_day),
        )
    yield from _check_authority_place(record, name)


_LEADING_WORDS = re.compile(
    r"^.*?(?=\b(?:huyện|quận|thị xã|thành phố|tỉnh|xã|phường|đặc khu|tp\.|tx\.)\s)", re.IGNORECASE
)


def _check_authority_place(record: Record, name: str) -> Iterator[Finding]:
    address = record.value("parcels.0.address")
    if address is None:
        return
    land = parse_address(address)
    office = parse_address(_LEADING_WORDS.sub("", name))
    pairs = ((office.commune, land.commune), (office.district, land.district), (office.province, land.province))
    issued = issue_span(record)
    merged = issued is None or issued.last >= FIRST_DAY_OF_NEW_UNITS
    accented = not name.isascii() and not address.isascii()
    for of_office, of_land in pairs:
        if of_office and of_land and not _same_unit(of_office, of_land, merged=merged, accented=accented):
            yield make_finding(
                "authority_place_differs",
                ["issuing_authority", "parcels.0.address"],
                authority_place=str(of_office),
                parcel_place=str(of_land),
            )
            return


def _same_unit(left: PrintedUnit, right: PrintedUnit, *, merged: bool, accented: bool) -> bool:
    """Whether two printed units may be one: the name decides, or both being known names of one province.

    ``merged``: the paper may be of the time when an old province's land belongs to a new one. ``accented``: neither
    side is printed without any accent.
    """
    names = [comparable(unit.name) if accented else strip_accents(comparable(unit.name)) for unit in (left, right)]
    if names[0] == names[1]:
        return True
    if {left.kind, right.kind} & (COMMUNE_KINDS | DISTRICT_KINDS):
        return False
    of_left, of_right = (
        {(era, unit.code) for era in Era for unit in places.find_provinces(era, side.name, loosely=not accented)}
        for side in (left, right)
    )
    if merged:
        of_left, of_right = (named | _merged_into(named) for named in (of_left, of_right))
    return bool(of_left & of_right)


def _merged_into(provinces: set[tuple[Era, str]]) -> set[tuple[Era, str]]:
    return {
        (Era.NEW, place.province.code)
        for era, code in provinces
        if era is Era.OLD
        for old in places.communes(Era.OLD, province_code=code)
        for place in places.today(old)
    }


def _overlaps(span: Span, first: date | None, last: date | None) -> bool:
    return (first is None or span.last >= first) and (last is None or span.first <= last)


def _period(first: date | None, last: date | None) -> str:
    start = f"từ {first.day:02d}/{first.month:02d}/{first.year}" if first else ""
    end = f"đến {last.day:02d}/{last.month:02d}/{last.year}" if last else ""
    return f"{start} {end}".strip()
