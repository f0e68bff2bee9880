"""The searchable copies of a record's values: columns of the certificate, rows of fields, owners and parcels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert

from certificate.keys import parcel_keys, register_key
from certificate.record import Record
from certificate.text import nfc, strip_accents
from store.search_index import write_entry
from store.tables import Field, Owner, Parcel, plain

_SERIAL_KEY_LENGTH = 40
_NAME_KEY_LENGTH = 200
_ID_LENGTH = 40
_OWNER = re.compile(r"owners\.(\d+)\.(role|full_name|id_number)")
_NOT_KEY = re.compile(r"[\W_]+")


def serial_key(serial_number: str) -> str:
    """A serial number as it is searched: capitals and digits only."""
    return _NOT_KEY.sub("", nfc(plain(serial_number)).upper())[:_SERIAL_KEY_LENGTH]


def name_key(full_name: str) -> str:
    """A name as it is searched: small letters without accents."""
    return strip_accents(nfc(plain(full_name))).casefold()[:_NAME_KEY_LENGTH]


def certificate_columns(record: Record) -> dict[str, Any]:
    """The columns of the certificate's row that repeat the record."""
    serial_number = record.value("serial_number")
    return {
        "form": record.form.value,
        "serial_number": serial_number,
        "serial_key": serial_key(serial_number) if serial_number else None,
        "register_key": _plain_key(register_key(record)),
        "verdict": record.verdict.value,
    }


def write(
    connection: Connection, certificate_id: str, record: Record, settled: Mapping[str, tuple[str, datetime]]
) -> None:
    """Make the rows of fields, owners and parcels say what the record says.

    ``settled`` tells who settled a path, and when; a settled path without a value keeps its row, so that a later
    reading does not bring it back.
    """
    connection.execute(delete(Field).where(Field.certificate_id == certificate_id))
    lines = []
    for path, reading in record.fields.items():
        who, at = settled.get(path, (None, None))
        lines.append(
            {
                "certificate_id": certificate_id,
                "path": path,
                "value": reading.value,
                "decision": reading.decision.value,
                "confidence": reading.confidence,
                "settled_by": who,
                "settled_at": at,
            }
        )
    lines += [
        {
            "certificate_id": certificate_id,
            "path": path,
            "value": None,
            "decision": "accept",
            "confidence": 1.0,
            "settled_by": who,
            "settled_at": at,
        }
        for path, (who, at) in settled.items()
        if path not in record.fields
    ]
    if lines:
        connection.execute(insert(Field), lines)
    connection.execute(delete(Owner).where(Owner.certificate_id == certificate_id))
    owners = _owners(record)
    if owners:
        connection.execute(insert(Owner), [{"certificate_id": certificate_id, **owner} for owner in owners])
    connection.execute(delete(Parcel).where(Parcel.certificate_id == certificate_id))
    parcels = [
        {
            "certificate_id": certificate_id,
            "parcel_index": index,
            "place": key.place,
            "map_sheet": plain(key.map_sheet),
            "parcel": plain(key.parcel),
        }
        for index, key in parcel_keys(record).items()
    ]
    if parcels:
        connection.execute(insert(Parcel), parcels)
    write_entry(connection, certificate_id, record)


def agree(
    record: Record,
    columns: Mapping[str, Any],
    fields: Sequence[Row[Any]],
    owners: Sequence[Row[Any]],
    parcels: Sequence[Row[Any]],
) -> bool:
    """Whether the searchable copies still say what the record says; ``columns`` are those of the certificate's row."""
    if dict(columns) != {name: _kept(value) for name, value in certificate_columns(record).items()}:
        return False
    found = {row.path: (row.value, row.decision) for row in fields}
    expected = {path: (_kept(reading.value), reading.decision.value) for path, reading in record.fields.items()}
    # A path that a person settled to be absent keeps its row without a value.
    if {path: row for path, row in found.items() if path in expected or row[0] is not None} != expected:
        return False
    names = ("owner_index", "role", "full_name", "name_key", "id_number")
    if {tuple(getattr(row, name) for name in names) for row in owners} != {
        tuple(_kept(owner[name]) for name in names) for owner in _owners(record)
    }:
        return False
    return {(row.parcel_index, row.place, row.map_sheet, row.parcel) for row in parcels} == {
        (index, key.place, plain(key.map_sheet), plain(key.parcel)) for index, key in parcel_keys(record).items()
    }


def _owners(record: Record) -> list[dict[str, Any]]:
    found: dict[int, dict[str, str | None]] = {}
    for path, reading in record.fields.items():
        match = _OWNER.fullmatch(path)
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = reading.value
    owners = []
    for index in sorted(found):
        full_name = found[index].get("full_name")
        owners.append(
            {
                "owner_index": index,
                "role": found[index].get("role"),
                "full_name": full_name,
                "name_key": name_key(full_name) if full_name else None,
                "id_number": _id_key(found[index].get("id_number")),
            }
        )
    return owners


def _kept(value: Any) -> Any:
    """A value as the database gives it back."""
    return plain(value) if isinstance(value, str) else value


def _plain_key(key: str | None) -> str | None:
    return plain(key) if key else None


def _id_key(id_number: str | None) -> str | None:
    return plain(id_number)[:_ID_LENGTH] if id_number else None
