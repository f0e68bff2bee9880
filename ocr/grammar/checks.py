"""Fields held against each other: what one says of another raises or lowers its confidence.

Owns the cross-checks that tell the reader something (digits against words, sums, numbers against gender and year,
codes against print), and the fields that follow from others (codes of purposes and origins). What an officer would
remark is the business of ``certificate.rules``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from certificate.addresses import parse_address
from certificate.arrangement import indexes
from certificate.codes import purpose_by_code, purpose_by_name, read_origin
from certificate.identity import CccdFault, check_cccd
from certificate.numbers import read_number_words
from certificate.places import Era, commune
from certificate.record import FieldReading, Form
from certificate.text import comparable
from ocr.grammar.drafts import Kind
from ocr.grammar.evenness import uneven_groups
from ocr.grammar.fields import FieldMaker
from ocr.grammar.normal import normalise

Fields = dict[str, FieldReading]
_UNEVEN = {"parcels": "parcels_uneven", "owners": "owners_uneven", "changes": "changes_uneven"}
_TOLERANCE_M2 = Decimal("0.5")
_QR_SERIAL_AT = 4


class _Scales:
    """The fields under check: confirms, contradicts and corrects them."""

    def __init__(self, fields: Fields, maker: FieldMaker) -> None:
        self.fields = fields
        self.maker = maker

    def value(self, path: str) -> str | None:
        field = self.fields.get(path)
        return field.value if field else None

    def number(self, path: str) -> Decimal | None:
        try:
            return Decimal(self.value(path) or "")
        except InvalidOperation:
            return None

    def confirm(self, *paths: str) -> None:
        for path in paths:
            if path in self.fields:
                self.fields[path] = self.maker.weigh(path, self.fields[path], checked=True)

    def doubt(self, *paths: str) -> None:
        for path in paths:
            if path in self.fields:
                self.fields[path] = self.maker.weigh(path, self.fields[path], contradicted=True)

    def correct(self, path: str, value: str) -> None:
        self.fields[path] = self.maker.correct(path, self.fields[path], value)

    def other_readings(self, path: str, kind: Kind) -> list[str]:
        """What single readers made of the field, other than its value."""
        field = self.fields[path]
        values = (normalise(kind, text, self.maker.form) for text in field.readings.values())
        return [value for value in values if value and comparable(value) != comparable(field.value or "")]


def cross_check(fields: Mapping[str, FieldReading], maker: FieldMaker) -> Fields:
    """The fields with their confidence weighed again by what the others say."""
    scales = _Scales(dict(fields), maker)
    for n in indexes(fields, "parcels"):
        _check_areas(scales, f"parcels.{n}")
    _check_rows(scales)
    _check_names_of_uses(scales)
    for n in indexes(fields, "owners"):
        _check_person(scales, f"owners.{n}")
    _check_codes(scales)
    _check_places(scales)
    return _with_codes(scales.fields)


def _check_names_of_uses(scales: _Scales) -> None:
    """A name that only another year's list has may be that day's name without its last line: "Đất chuyên trồng lúa"."""
    issued = _issued(scales.fields)
    for path, field in list(scales.fields.items()):
        if issued is None or ".purposes." not in path or not path.endswith(".name") or not field.value:
            continue
        entry = purpose_by_name(field.value, issued)
        if entry and comparable(entry.name).startswith(comparable(field.value) + " "):
            scales.doubt(path)


def _check_rows(scales: _Scales) -> None:
    """Rows that do not fit together cast doubt on all of their group: one that was cut wrongly shifts the others."""
    values = {path: field.value for path, field in scales.fields.items()}
    for group in list(uneven_groups(values)):
        paths = [path for path in scales.fields if path.startswith(group + ".")]
        scales.doubt(*paths)
        scales.maker.note(_UNEVEN[group], paths[0])


# Areas


def _check_areas(scales: _Scales, parcel: str) -> None:
    area, words = f"{parcel}.area_m2", f"{parcel}.area_in_words"
    said = read_number_words(scales.value(words) or "") if scales.value(words) else None
    if said is not None and scales.number(area) != said:
        # The words tell which reader's digits are right.
        fitting = (
            [value for value in scales.other_readings(area, Kind.AREA) if Decimal(value) == said]
            if area in scales.fields
            else []
        )
        if fitting:
            scales.correct(area, fitting[0])
    if said is not None and scales.number(area) is not None:
        if scales.number(area) == said:
            scales.confirm(area, words)
        else:
            scales.doubt(area, words)
    _check_shares(scales, parcel)
    _check_purposes(scales, parcel)
    _check_names(scales, parcel)


def _check_shares(scales: _Scales, parcel: str) -> None:
    area, private, shared = (f"{parcel}.{name}" for name in ("area_m2", "private_area_m2", "shared_area_m2"))
    total = scales.number(area)
    parts = [part for path in (private, shared) if (part := scales.number(path)) is not None]
    if total is None or not parts:
        return
    # Rounding needs two numbers: a share that is the whole is printed alike.
    allowed = _TOLERANCE_M2 if sum(part > 0 for part in parts) > 1 else Decimal(0)
    off = abs(sum(parts, Decimal(0)) - total)
    if off <= allowed:
        scales.confirm(area, private, shared)
    elif len(parts) > 1 or parts[0] > total or off <= _TOLERANCE_M2:
        scales.doubt(private, shared)


def _check_purposes(scales: _Scales, parcel: str) -> None:
    paths = [path for path in scales.fields if re.fullmatch(re.escape(parcel) + r"\.purposes\.\d+\.area_m2", path)]
    parts = [part for path in paths if (part := scales.number(path)) is not None]
    total = scales.number(f"{parcel}.area_m2")
    if total is None or not parts or len(parts) != len(paths):
        return
    if abs(sum(parts, Decimal(0)) - total) <= _TOLERANCE_M2:
        scales.confirm(f"{parcel}.area_m2", *paths)
    else:
        scales.doubt(*paths)


def _check_names(scales: _Scales, parcel: str) -> None:
    """A purpose that no list knows was cut out wrongly or read wrongly: so may its area and its term."""
    for path in [path for path in scales.fields if re.fullmatch(re.escape(parcel) + r"\.purposes\.\d+\.name", path)]:
        if not scales.maker.is_listed(path):
            scales.doubt(path.replace(".name", ".area_m2"), path.replace(".name", ".term"))


# People


def _check_person(scales: _Scales, owner: str) -> None:
    number, gender, year = (f"{owner}.{name}" for name in ("id_number", "gender", "birth_year"))
    issued = scales.value("issue_date")
    born = scales.value(year)
    if born and issued and not 0 <= int(issued[:4]) - int(born) <= 115:
        scales.doubt(year)
    text = scales.value(number)
    if not text or not re.fullmatch(r"\d{12}", text):
        return
    faults = check_cccd(text, scales.value(gender), born)
    if not faults:
        scales.confirm(number, gender, year)
        return
    for other in scales.other_readings(number, Kind.ID_NUMBER):
        if re.fullmatch(r"\d{12}", other) and not check_cccd(other, scales.value(gender), born):
            scales.correct(number, other)
            scales.confirm(number, gender, year)
            return
    if CccdFault.BIRTH_YEAR_DIFFERS in faults:
        scales.doubt(number, year)
    if CccdFault.GENDER_DIFFERS in faults:
        scales.doubt(number, gender)
    if CccdFault.PROVINCE_UNKNOWN in faults or CccdFault.MALFORMED in faults:
        scales.doubt(number)


# Codes


def _check_codes(scales: _Scales) -> None:
    payload = scales.value("qr")
    if payload and scales.maker.form is Form.TT10_2024:
        parts = payload.split("|")
        told = normalise(Kind.SERIAL, parts[_QR_SERIAL_AT], Form.TT10_2024) if len(parts) > _QR_SERIAL_AT else None
        if told and scales.value("serial_number") == told:
            scales.confirm("serial_number")
        elif told and scales.value("serial_number") is None:
            scales.fields["serial_number"] = scales.fields["qr"].replace(value=told, raw=told)
        elif told:
            if told in scales.other_readings("serial_number", Kind.SERIAL):
                scales.correct("serial_number", told)
                scales.confirm("serial_number")
            else:
                scales.doubt("serial_number")
    _check_barcode(scales)


def _doubt_barcode(scales: _Scales) -> None:
    scales.doubt("barcode")
    scales.fields["barcode"] = scales.maker.doubt_code(scales.fields["barcode"])


def _check_barcode(scales: _Scales) -> None:
    digits = scales.value("barcode")
    issued = scales.value("issue_date")
    if not digits or len(digits) not in (13, 15):
        return
    own = digits[-13:]
    of_year = not issued or own[5:7] == issued[2:4]
    if issued and of_year:
        scales.confirm("issue_date")
    place = commune(Era.OLD, own[:5])
    if not place and not commune(Era.NEW, own[:5]):
        # Of no commune: bars were made out where none are.
        _doubt_barcode(scales)
    if not place or not place.district:
        return
    there = []
    for path in [path for path in scales.fields if re.fullmatch(r"parcels\.\d+\.address", path)]:
        printed = parse_address(scales.value(path) or "")
        if printed.commune and comparable(printed.commune.name) == comparable(place.name):
            there.append(path)
    scales.confirm(*there)
    if not there and not of_year:
        _doubt_barcode(scales)  # Neither this land's nor of this year.


# Places


def _check_places(scales: _Scales) -> None:
    """The place of issue and the office's district are those of the land."""
    names: set[str] = set()
    for path in [path for path in scales.fields if re.fullmatch(r"(?:parcels|owners)\.\d+\.address", path)]:
        printed = parse_address(scales.value(path) or "")
        names |= {comparable(unit.name) for unit in (printed.commune, printed.district, printed.province) if unit}
    place = scales.value("issue_place")
    if place and _bare(place) in names:
        scales.confirm("issue_place")
    authority = comparable(scales.value("issuing_authority") or "")
    if authority and any(authority.endswith(name) for name in names):
        scales.confirm("issuing_authority")


_KIND_WORDS = re.compile(r"^(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)\s+")


def _bare(place: str) -> str:
    return _KIND_WORDS.sub("", comparable(place))


# Codes of purposes and origins


def _issued(fields: Mapping[str, FieldReading]) -> date | None:
    field = fields.get("issue_date")
    try:
        return date.fromisoformat(field.value) if field and field.value else None
    except ValueError:
        return None


def _with_codes(fields: Mapping[str, FieldReading]) -> Fields:
    """The fields with the codes that names of purposes and origins stand for."""
    issued = _issued(fields)
    found: Fields = {}
    for path, field in fields.items():
        found[path] = field
        if path.endswith(".name") and ".purposes." in path and field.value:
            code = _purpose_code(field, issued)
            if code:
                found[path.removesuffix("name") + "code"] = field.replace(value=code, findings=())
            if code == field.value:
                del found[path]  # A column of codes prints no names.
        elif path.endswith(".origin") and field.value:
            code = read_origin(field.value).code
            if code:
                found[path + "_code"] = field.replace(value=code, findings=())
    return found


def _purpose_code(field: FieldReading, issued: date | None) -> str | None:
    """The code in force for a printed name; a code printed beside the name where the lists leave it open."""
    name = field.value or ""
    for when in (issued, None):
        entry = purpose_by_name(name, when)
        if entry is None and name.isupper() and len(name) == 3:
            entry = purpose_by_code(name, when)
        if entry:
            return entry.code
    printed = re.search(r"\(\s*([A-Z]{3})\s*\)", field.raw or "")
    return printed.group(1) if printed and purpose_by_code(printed.group(1)) else None
