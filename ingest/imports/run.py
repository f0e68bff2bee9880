"""One register read in from beginning to end: rows kept as they came, matched by serial number, differences listed.

Nothing of ours is ever overwritten: a person settles each difference. The same file read in again goes on after the
rows that are kept already, and compares those again for which no certificate was there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from archive.outgoing import file_sha256
from certificate.errors import NoAccess, RegisterInvalid
from certificate.legacy_differences import not_compared
from certificate.legacy_rows import Diagnosis, DiagnosisCode, ReadRow, cell_text, read_row
from ingest import review
from ingest.imports.reading import RegisterRow, read_register
from ingest.office import Office
from ingest.register_rows import Compared, certificates_of, compare, match_again
from store.database import UnitOfWork
from store.rows import LegacyDifferenceRow, LegacyLineRow, LegacyOutcome, NewLegacyLine, SettledAs, UserRow

_BATCH = 200
_ROWS_TOLD = 1000


@dataclass(frozen=True, slots=True)
class RowTold:
    """One row that wants a person: its number in the file, what became of it and what is wrong with it."""

    number: int
    serial_number: str | None
    outcome: LegacyOutcome
    diagnoses: Sequence[Diagnosis]
    differences: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        return {
            "row": self.number,
            "serial_number": self.serial_number,
            "outcome": self.outcome.value,
            "diagnoses": [diagnosis.to_json() for diagnosis in self.diagnoses],
            "differences": list(self.differences),
        }


@dataclass
class ImportDone:
    """What reading a register in gave; ``told`` holds the first rows that want a person, all are in the database.

    ``columns_ignored`` are titles that nobody knows, in a workbook whose columns do not stand where the template has
    them; ``compared_again`` counts rows kept before for which there was no certificate until now;
    ``columns_not_compared`` are keys of columns that hold something with which no record is compared.
    """

    file_name: str
    sha256: str
    rows: int = 0
    known_before: int = 0
    compared_again: int = 0
    outcomes: Counter[LegacyOutcome] = field(default_factory=Counter)
    diagnoses: Counter[DiagnosisCode] = field(default_factory=Counter)
    differences: int = 0
    told: list[RowTold] = field(default_factory=list)
    columns_ignored: list[str] = field(default_factory=list)
    columns_not_compared: set[str] = field(default_factory=set)


def run_import(
    office: Office,
    path: Path,
    *,
    who: str,
    told: Callable[[RowTold], None] = lambda _row: None,
    today: date | None = None,
    again: bool = False,
) -> ImportDone:
    """Read a register in; raises ``RegisterInvalid``, ``NoAccess``. Rows before a broken end are kept.

    Rows kept before are compared when no certificate was there for them yet, ``again``: all of them.
    """
    done = ImportDone(path.name, file_sha256(path) if path.is_file() else "")
    rows = read_register(path)
    with office.database.unit_of_work(read_only=True) as unit:
        known = unit.legacy.lines_of(done.sha256)
    done.known_before = len(known)
    reading = _Import(done, who, told, today or date.today())  # noqa: DTZ011 - the office's own calendar day
    try:
        if known:
            reading.compare_kept(office, matched_too=again)
        for batch in _batched((row for row in rows if row.number not in known), _BATCH):
            with office.database.unit_of_work() as unit:
                reading.take(unit, batch)
                unit.commit()
    finally:
        _log(office, who, done)
    return done


def settle_difference(office: Office, difference_id: str, settled_as: SettledAs, who: UserRow) -> LegacyDifferenceRow:
    """A person says which side is right. Taking theirs corrects the record, which must be in review for that.

    Raises ``MoveNotAllowed`` when it is not, ``VersionConflict``, ``NotFound``.
    """
    with office.database.unit_of_work(read_only=True) as unit:
        found = unit.legacy.get(difference_id)
        version = unit.certificates.get(found.certificate_id).version
    if settled_as is SettledAs.THEIRS and found.settled_as is None:
        why = f"{found.source_name}, dòng {found.line_number}"
        review.correct(
            office, found.certificate_id, version=version, path=found.path, value=found.theirs, who=who, why=why
        )
    with office.database.unit_of_work() as unit:
        unit.legacy.settle(difference_id, settled_as, who.name)
        unit.commit()
        return unit.legacy.get(difference_id)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A row, what it says, and what is wrong with it so far."""

    row: RegisterRow
    read: ReadRow
    serial: str | None
    diagnoses: list[Diagnosis]


class _Import:
    """The rows of one file on their way in."""

    def __init__(self, done: ImportDone, who: str, told: Callable[[RowTold], None], today: date) -> None:
        self.done, self.who, self.told, self.today = done, who, told, today
        self._seen: set[int] = set()

    def take(self, unit: UnitOfWork, rows: Sequence[RegisterRow]) -> None:
        """Keep some rows and what they say otherwise; what they are compared with is looked up for all at once."""
        taken = [self._read(row) for row in rows]
        bearing = certificates_of(unit, {one.serial for one in taken if one.serial})
        lines = []
        for one in taken:
            found = bearing.get(one.serial or "", LegacyOutcome.UNMATCHED)
            kept = LegacyOutcome.UNREADABLE if one.row.fault else found
            if isinstance(kept, LegacyOutcome):
                outcome, certificate_id, compared = kept, None, Compared()
            else:
                compared = compare(kept, one.row.record or one.read.values)
                outcome, certificate_id = compared.outcome, kept.certificate_id
            one.diagnoses.extend(compared.diagnoses)
            lines.append(
                NewLegacyLine(
                    one.row.number,
                    _content(one.row),
                    outcome,
                    serial_number=one.serial,
                    certificate_id=certificate_id,
                    diagnoses=[diagnosis.to_json() for diagnosis in one.diagnoses],
                    differences=compared.differences,
                )
            )
            self.done.rows += 1
            self.done.differences += len(compared.differences)
            self._count(RowTold(one.row.number, one.serial, outcome, one.diagnoses, tuple(compared.differences)))
        unit.legacy.add((self.done.sha256, self.done.file_name), lines, self.who)

    def _read(self, row: RegisterRow) -> _Taken:
        self.done.columns_ignored += row.ignored
        self.done.columns_not_compared |= not_compared(row.cells or ())
        read = ReadRow({}, ()) if row.cells is None else read_row(row.cells, self.today)
        diagnoses = list(read.diagnoses)
        if row.cells is not None and self._is_repeated(row.cells):
            diagnoses.append(Diagnosis(DiagnosisCode.REPEATED, "serial_number", read.values.get("serial_number", "")))
        serial = row.record.value("serial_number") if row.record else read.values.get("serial_number")
        return _Taken(row, read, serial, diagnoses)

    def _is_repeated(self, cells: Mapping[str, Any]) -> bool:
        """Whether a row says just what an earlier one said: rows of one certificate share most of their cells."""
        mark = hash(tuple(sorted((key, cell_text(cell)) for key, cell in cells.items() if key not in {"line", "guid"})))
        repeated = mark in self._seen
        self._seen.add(mark)
        return repeated

    def compare_kept(self, office: Office, *, matched_too: bool) -> None:
        """Take up the file's rows that are kept already and belong to no certificate yet, or all of them."""
        last = 0
        while True:
            with office.database.unit_of_work() as unit:
                lines = unit.legacy.kept_lines(self.done.sha256, last, _BATCH, matched_too=matched_too)
                if not lines:
                    return
                self._take_again(unit, lines)
                unit.commit()
            last = lines[-1].number

    def _take_again(self, unit: UnitOfWork, lines: Sequence[LegacyLineRow]) -> None:
        """Compare kept rows with the certificates that came since; slips in them were told when they came."""
        compared_again, listed = match_again(unit, lines, who=self.who, today=self.today)
        self.done.compared_again += len(lines)
        self.done.differences += listed
        for line, outcome, compared in compared_again:
            found = tuple(compared.differences)
            serial = str(line.content.get("serial_number") or "") or None
            self._count(RowTold(line.number, serial, outcome, compared.diagnoses, found))

    def _count(self, row: RowTold) -> None:
        self.done.outcomes[row.outcome] += 1
        self.done.diagnoses.update(diagnosis.code for diagnosis in row.diagnoses)
        if row.outcome is LegacyOutcome.SAME and not row.diagnoses:
            return
        self.told(row)
        if len(self.done.told) < _ROWS_TOLD:
            self.done.told.append(row)


def _content(row: RegisterRow) -> dict[str, Any]:
    """The row as it came, as JSON keeps it."""
    if row.record is not None:
        return {path: reading.value for path, reading in row.record.fields.items()}
    if row.cells is None:
        return {"fault": row.fault}
    return {key: cell if isinstance(cell, int | float | str) else str(cell) for key, cell in row.cells.items()}


def _batched(rows: Iterable[RegisterRow], size: int) -> Iterator[tuple[RegisterRow, ...]]:
    """The rows in batches; those before a broken end come out before it is told."""
    batch: list[RegisterRow] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == size:
                yield tuple(batch)
                batch = []
    except (RegisterInvalid, NoAccess):
        if batch:
            yield tuple(batch)
        raise
    if batch:
        yield tuple(batch)


def _log(office: Office, who: str, done: ImportDone) -> None:
    with office.database.unit_of_work() as unit:
        detail = {
            "sha256": done.sha256,
            "rows": done.rows,
            "compared_again": done.compared_again,
            "differences": done.differences,
            "outcomes": {outcome.value: count for outcome, count in sorted(done.outcomes.items())},
        }
        unit.events.add(who, "register_imported", detail=detail)
        unit.commit()
