"""The searchable copies of a record's values: columns of the certificate, rows of fields, owners and parcels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from certificate.keys import parcel_keys, register_key
from certificate.record import Record
from certificate.text import nfc, strip_accents
from store.search_index import add_entry, write_entry
from store.tables import Base, Field, Owner, Parcel, plain, table_of

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


class _Copies:
    """A table of searchable copies: one row a line of a certificate, told apart by the first of these columns.

    Its statements are made once, because they are run for every certificate.
    """

    def __init__(self, model: type[Base], key: str, *others: str) -> None:
        table = table_of(model)
        mine = table.c.certificate_id == bindparam("certificate")
        one = mine & (table.c[key] == bindparam("line"))
        self._key, self._others = key, others
        self._find = select(*(table.c[column] for column in (key, *others))).where(mine)
        self._add = insert(table)
        self._change = update(table).where(one)
        self._drop = delete(table).where(one)

    def add(self, connection: Connection, certificate_id: str, lines: Sequence[Mapping[str, Any]]) -> None:
        """Write the lines of a certificate that has none."""
        if lines:
            connection.execute(self._add, [{"certificate_id": certificate_id, **line} for line in lines])

    def write(
        self,
        connection: Connection,
        certificate_id: str,
        lines: Sequence[Mapping[str, Any]],
        before: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Make the rows say what the lines say; rows that say it already are left alone.

        ``before`` is what the rows are known to say, so that nobody need look.
        """
        if before is None:
            rows = connection.execute(self._find, {"certificate": certificate_id}).all()
            before = [dict(row._mapping) for row in rows]  # noqa: SLF001 - the documented way to columns by name
        found = {line[self._key]: line for line in before}
        wanted = {line[self._key]: line for line in lines}
        gone = found.keys() - wanted.keys()
        changed = [
            {"certificate": certificate_id, "line": key, **{name: line[name] for name in self._others}}
            for key, line in wanted.items()
            if key in found and {name: _kept(value) for name, value in line.items()} != found[key]
        ]
        if gone:
            connection.execute(self._drop, [{"certificate": certificate_id, "line": key} for key in sorted(gone)])
        if changed:
            connection.execute(self._change, changed)
        self.add(connection, certificate_id, [line for key, line in wanted.items() if key not in found])


_FIELDS = _Copies(Field, "path", "value", "decision", "confidence", "settled_by", "settled_at")
_OWNERS = _Copies(Owner, "owner_index", "role", "full_name", "name_key", "id_number")
_PARCELS = _Copies(Parcel, "parcel_index", "place", "map_sheet", "parcel")


def add(connection: Connection, certificate_id: str, record: Record) -> None:
    """Write the rows of fields, owners and parcels of a certificate that has just been added."""
    _FIELDS.add(connection, certificate_id, _fields(record, {}))
    _OWNERS.add(connection, certificate_id, _owners(record))
    _PARCELS.add(connection, certificate_id, _parcels(record))
    add_entry(connection, certificate_id, record)


def write(
    connection: Connection,
    certificate_id: str,
    record: Record,
    settled: Mapping[str, tuple[str, datetime]],
    *,
    before: Record | None = None,
) -> None:
    """Make the rows of fields, owners and parcels say what the record says.

    ``settled`` tells who settled a path, and when; a settled path without a value keeps its row, so that a later
    reading does not bring it back. ``before`` is the record that the rows were last written for, with just these paths
    settled; without it they are looked at.
    """
    for copies, lines_of in ((_FIELDS, partial(_fields, settled=settled)), (_OWNERS, _owners), (_PARCELS, _parcels)):
        copies.write(connection, certificate_id, lines_of(record), None if before is None else lines_of(before))
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


def _fields(record: Record, settled: Mapping[str, tuple[str, datetime]]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for path, reading in record.fields.items():
        who, at = settled.get(path, (None, None))
        lines.append(
            {
                "path": path,
                "value": reading.value,
                "decision": reading.decision.value,
                "confidence": reading.confidence,
                "settled_by": who,
                "settled_at": at,
            }
        )
    lines += [
        {"path": path, "value": None, "decision": "accept", "confidence": 1.0, "settled_by": who, "settled_at": at}
        for path, (who, at) in settled.items()
        if path not in record.fields
    ]
    return lines


def _parcels(record: Record) -> list[dict[str, Any]]:
    return [
        {"parcel_index": index, "place": key.place, "map_sheet": plain(key.map_sheet), "parcel": plain(key.parcel)}
        for index, key in parcel_keys(record).items()
    ]


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
