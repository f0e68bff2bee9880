"""What no record may go without, by form."""

from __future__ import annotations

from collections.abc import Iterator

from certificate.labels import field_label
from certificate.record import Finding, Form, Record
from certificate.rules.catalogue import make_finding
from certificate.rules.facts import indexes

_OF_CERTIFICATE = ("serial_number", "issue_date", "issuing_authority", "owners.0.full_name")
_OF_CARD = ("owners.0.full_name", "owners.0.id_number")
_OF_PARCEL = ("parcel_number", "map_sheet_number", "address", "area_m2", "purposes.0.name")
# Pink house certificates name the land only by its address; handwritten books may have forest lots instead of sheets.
_OF_PARCEL_BY_FORM = {
    Form.ND60: ("area_m2",),
    Form.ND90: (),
    Form.LD1993: ("parcel_number", "area_m2"),
}


def required_paths(form: Form, parcel_count: int = 1) -> tuple[str, ...]:
    """The paths that a record of this form must have; none for papers that are no certificates."""
    if form is Form.OTHER:
        return ()
    if form is Form.CCCD:
        return _OF_CARD
    of_parcel = _OF_PARCEL_BY_FORM.get(form, _OF_PARCEL)
    return (*_OF_CERTIFICATE, *(f"parcels.{index}.{name}" for index in range(parcel_count) for name in of_parcel))


def beside_purpose(path: str) -> str:
    """A purpose's code for its name and its name for its code, of which tables may print one; any other path itself."""
    at, _, name = path.rpartition(".")
    other = {"name": "code", "code": "name"}.get(name) if ".purposes." in path else None
    return f"{at}.{other}" if other else path


def check_required(record: Record) -> Iterator[Finding]:
    """Fields that the form must have and the record has not, or that could not be read."""
    parcels = max(indexes(record, "parcels"), default=0) + 1
    for path in required_paths(record.form, parcels):
        if record.value(path) is None and record.value(beside_purpose(path)) is None:
            yield make_finding("required_missing", [path], label=field_label(path))
