"""What is said to the database about every certificate.

A statement here is made once: making a short one anew costs as much as running it. Parameters named like columns
set those columns.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, Table, bindparam, delete, insert, select, update

from certificate.record import Decision, Form, Record
from store.rows import CertificateRow, CertificateSummary
from store.tables import (
    Certificate,
    Field,
    FieldChangeLine,
    OwnerAnswer,
    OwnerCard,
    Parcel,
    Scan,
    ScanPage,
    table_of,
)

SUMMARY = (
    Certificate.id,
    Certificate.scan_id,
    Certificate.position,
    Certificate.form,
    Certificate.serial_number,
    Certificate.verdict,
    Certificate.decided_by,
    Certificate.decided_at,
    Certificate.pdfa_sha256,
    Certificate.archived_at,
    Certificate.version,
)
WHOLE = (*SUMMARY, Certificate.record, Certificate.faces, Certificate.previews)
_TABLE = table_of(Certificate)
ONE = select(*WHOLE).where(Certificate.id == bindparam("certificate"))
OF_SCAN = select(*WHOLE).where(Certificate.scan_id == bindparam("scan")).order_by(Certificate.position)
UNDECIDED = select(Certificate.id).where(Certificate.scan_id == bindparam("scan"), Certificate.decided_at.is_(None))


# A block of flats stands on one parcel with hundreds of certificates; a few of them tell enough.
_MOST_OTHERS = 50


def _others(condition: ColumnElement[bool]) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """The other certificates of which this is true; the second leaves those out whose scans are in some states."""
    others: Select[*tuple[Any, ...]] = select(*SUMMARY).where(condition, Certificate.id != bindparam("but"))
    others = others.order_by(Certificate.id).limit(_MOST_OTHERS)
    out: BindParameter[list[str]] = bindparam("out", expanding=True)
    return others, others.join(Scan, Scan.id == Certificate.scan_id).where(Scan.state.not_in(out))


def _of_certificate(table: Table, order: str) -> Select[*tuple[Any, ...]]:
    """All of a certificate's rows in another table."""
    return select(*table.c).where(table.c.certificate_id == bindparam("certificate")).order_by(table.c[order])


SAME_SERIAL = _others(Certificate.serial_key == bindparam("key"))
SAME_REGISTER_NUMBER = _others(Certificate.register_key == bindparam("key"))
SAME_PARCEL = _others(
    Certificate.id.in_(
        select(Parcel.certificate_id).where(
            Parcel.place == bindparam("place"),
            Parcel.map_sheet == bindparam("map_sheet"),
            Parcel.parcel == bindparam("parcel"),
        )
    )
)
AS_READ = select(Certificate.as_read).where(Certificate.id == bindparam("certificate"))
LOCK = select(Scan.state).where(Scan.id == bindparam("scan")).with_for_update()
ADD = insert(_TABLE)
UPDATE = update(_TABLE).where(_TABLE.c.id == bindparam("certificate"), _TABLE.c.version == bindparam("seen_version"))
FIELDS = _of_certificate(table_of(Field), "path")
HISTORY = _of_certificate(table_of(FieldChangeLine), "id")
ANSWERS = _of_certificate(table_of(OwnerAnswer), "owner_index")
DROP_ANSWERS = delete(OwnerAnswer).where(OwnerAnswer.certificate_id == bindparam("certificate"))
ADD_ANSWERS = insert(table_of(OwnerAnswer))
CARDS = _of_certificate(table_of(OwnerCard), "owner_index")
DROP_PAGES = delete(ScanPage).where(ScanPage.scan_id == bindparam("scan"))
ADD_PAGES = insert(table_of(ScanPage))
SET_SCAN = update(table_of(Scan)).where(table_of(Scan).c.id == bindparam("scan"))


def summary_of(row: Row[Any]) -> CertificateSummary:
    """What a row of ``SUMMARY`` says."""
    return CertificateSummary(
        id=row.id,
        scan_id=row.scan_id,
        position=row.position,
        form=Form(row.form),
        serial_number=row.serial_number,
        verdict=Decision(row.verdict),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        pdfa_sha256=row.pdfa_sha256,
        archived_at=row.archived_at,
        version=row.version,
    )


def certificate_of(row: Row[Any]) -> CertificateRow:
    """What a row of ``WHOLE`` says."""
    return CertificateRow(
        id=row.id,
        scan_id=row.scan_id,
        position=row.position,
        form=Form(row.form),
        record=Record.from_json(row.record),
        faces_json=row.faces,
        previews=row.previews,
        verdict=Decision(row.verdict),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        pdfa_sha256=row.pdfa_sha256,
        archived_at=row.archived_at,
        version=row.version,
        serial_number=row.serial_number,
    )
