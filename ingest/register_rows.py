"""Rows of other registers beside our records: compared when they are read in, and again when a certificate is archived.

A register is often read in before its certificates are scanned. Its rows wait then, as they came, and are compared as
soon as the certificate with their serial number is archived, or when the same file is read in again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certificate.keys import number_key
from certificate.legacy_differences import differences, record_differences, swapped
from certificate.legacy_rows import Diagnosis, DiagnosisCode, read_row
from certificate.pl3 import columns
from certificate.record import Decision, FieldReading, Form, Record
from ingest.exports.gathering import handed_on
from ingest.office import Office
from store.database import UnitOfWork
from store.rows import ArchivedRow, CertificateRow, LegacyLineRow, LegacyOutcome, MatchedLine

_BATCH = 200
_SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Compared:
    """In what a row says otherwise than a record (ours and theirs by path), and what only the record shows of it."""

    differences: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    diagnoses: Sequence[Diagnosis] = ()

    @property
    def outcome(self) -> LegacyOutcome:
        """What became of the row."""
        return LegacyOutcome.DIFFERS if self.differences else LegacyOutcome.SAME


def compare(kept: ArchivedRow, theirs: Mapping[str, str] | Record) -> Compared:
    """A record of ours beside a row's values, or beside another record of the same certificate."""
    ours = kept.record
    if isinstance(theirs, Record):
        return Compared({path: (left, right) for path, left, right in record_differences(ours, theirs)})
    values, diagnoses = dict(theirs), []
    if swapped(ours, values):
        sheet, parcel = values["map_sheet"], values["parcel"]
        diagnoses.append(Diagnosis(DiagnosisCode.SHEET_AND_PARCEL_SWAPPED, "map_sheet", sheet, parcel))
        values |= {"map_sheet": parcel, "parcel": sheet}
    given = handed_on(kept)
    return Compared(dict(differences(ours, values, given.numbers, given.citizens)), diagnoses)


def certificates_of(unit: UnitOfWork, serials: Collection[str]) -> Mapping[str, ArchivedRow | LegacyOutcome]:
    """For each serial number the one certificate of ours that bears it; what becomes of its rows where several do.

    Those that no certificate bears are left out.
    """
    bearing = unit.legacy.certificates_with(serials)
    ids = {found[0] for found in bearing.values() if len(found) == 1}
    ours = {kept.certificate_id: kept for kept in unit.handing_on.those(ids)}
    return {
        serial: ours.get(found[0], LegacyOutcome.UNMATCHED) if len(found) == 1 else LegacyOutcome.AMBIGUOUS
        for serial, found in bearing.items()
    }


def match_again(
    unit: UnitOfWork, lines: Sequence[LegacyLineRow], *, who: str, today: date
) -> tuple[list[tuple[LegacyLineRow, LegacyOutcome, Compared]], int]:
    """Compare rows that were read in before with the certificates that bear their serial numbers now.

    Gives what became of each row, and how many differences were listed that were not before.
    """
    bearing = certificates_of(unit, {line.serial_key for line in lines if line.serial_key})
    told, matched = [], []
    for line in lines:
        kept = bearing.get(line.serial_key or "", LegacyOutcome.UNMATCHED)
        if isinstance(kept, LegacyOutcome):
            told.append((line, kept, Compared()))
            continue
        compared = compare(kept, _theirs(line.content, today))
        codes = [diagnosis.code.value for diagnosis in compared.diagnoses]
        matched.append(MatchedLine(line.id, line.number, kept.certificate_id, compared.differences, codes))
        told.append((line, compared.outcome, compared))
    listed = 0
    for source in sorted({line.source_sha256 for line in lines}):
        of_source = {line.id for line in lines if line.source_sha256 == source}
        listed += unit.legacy.match(source, [one for one in matched if one.line_id in of_source], who)
    return told, listed


def match_archived(office: Office, certificates: Iterable[CertificateRow]) -> None:
    """Compare the rows that waited for these certificates; what they say otherwise waits for a person."""
    keys = {number_key(one.serial_number) for one in certificates if one.serial_number} - {""}
    if not keys:
        return
    today = date.today()  # noqa: DTZ011 - the office's own calendar day
    with office.database.unit_of_work(read_only=True) as unit:
        lines = unit.legacy.waiting_lines(keys)
    for start in range(0, len(lines), _BATCH):
        with office.database.unit_of_work() as unit:
            match_again(unit, lines[start : start + _BATCH], who=_SYSTEM, today=today)
            unit.commit()


def _theirs(content: Mapping[str, Any], today: date) -> Mapping[str, str] | Record:
    """What a kept row says: a workbook's cells by column key, or a record's values by path."""
    if content.keys() <= {column.key for column in columns()}:
        return read_row(content, today).values
    fields = {path: FieldReading(value, None, 1.0, Decision.ACCEPT) for path, value in content.items()}
    return Record("", Form.OTHER, 1.0, (), fields)
