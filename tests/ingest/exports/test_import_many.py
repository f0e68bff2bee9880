"""A register of many rows: few questions to the database, nothing lost where it breaks off or is interrupted."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, event

from certificate.errors import RegisterInvalid
from certificate.legacy_rows import DiagnosisCode
from ingest.imports import run_import
from ingest.imports.run import RowTold
from ingest.office import Office
from store.rows import LegacyOutcome

ROWS = 450


def row(number: int) -> dict[str, Any]:
    """Every third row is about the same certificate, every tenth has a slip."""
    serial = "BX 123456" if number % 3 == 0 else f"BX {900_000 + number}"
    return {"C": serial, "H": f"Người Mẫu {number % 30}", "K": "Nma" if number % 10 == 0 else "Nam", "T": "12"}


@pytest.fixture
def register(tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    for number in range(ROWS):
        for letter, cell in row(number).items():
            sheet[f"{letter}{number + 5}"] = cell
    book.save(tmp_path / "so.xlsx")
    return tmp_path / "so.xlsx"


@pytest.fixture
def certificate(archive: Any) -> str:
    found: str = archive("tt23-2014", {"serial_number": "BX 123456", "owners.0.full_name": "NGUYỄN VĂN MẪU"})
    return found


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that any database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def kept(office: Office, done_sha256: str) -> set[int]:
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.legacy.lines_of(done_sha256)


def test_questions_are_asked_for_many_rows_at_once(office: Office, certificate: str, register: Path) -> None:
    """Not five a row; and each row still has its own outcome, slips and differences, each difference once."""
    with statements() as asked:
        done = run_import(office, register, who="hanh")
    assert len(asked) < ROWS / 8
    assert (done.rows, kept(office, done.sha256)) == (ROWS, set(range(5, ROWS + 5)))
    assert done.outcomes == {LegacyOutcome.DIFFERS: ROWS / 3, LegacyOutcome.UNMATCHED: ROWS * 2 / 3}
    assert done.diagnoses[DiagnosisCode.GENDER_MISSPELT] == ROWS / 10
    assert [told.number for told in done.told] == list(range(5, ROWS + 5))
    with office.database.unit_of_work(read_only=True) as unit:
        found = unit.legacy.differences(certificate)
    # Ten people that ours does not know, named fifteen times each.
    names = [one.theirs for one in found if one.path == "owners.1.full_name"]
    assert len(names) == len(set(names)) == 10


def test_an_interrupted_import_goes_on(office: Office, certificate: str, register: Path) -> None:
    """Rows kept before the end stay kept; the next run takes the others, and lists no difference twice."""

    class Interrupted(Exception):
        pass

    def stop(told: RowTold) -> None:
        if told.number == 300:
            raise Interrupted

    with pytest.raises(Interrupted):
        run_import(office, register, who="hanh", told=stop)
    done = run_import(office, register, who="hanh")
    assert done.known_before + done.rows == ROWS
    assert 0 < done.known_before < 296
    with office.database.unit_of_work(read_only=True) as unit:
        found = [(one.path, one.theirs) for one in unit.legacy.differences(certificate)]
    assert len(found) == len(set(found))


def test_rows_before_a_broken_end_are_kept(office: Office, certificate: str, register: Path, tmp_path: Path) -> None:
    """A workbook whose sheet breaks off is told to be broken; what was read before is there."""
    cut = tmp_path / "cut.xlsx"
    with zipfile.ZipFile(register) as source, zipfile.ZipFile(cut, "w") as file:
        for name in source.namelist():
            part = source.read(name)
            file.writestr(name, part[: len(part) * 2 // 3] if name.endswith("sheet1.xml") else part)
    with pytest.raises(RegisterInvalid):
        run_import(office, cut, who="hanh")
    with office.database.unit_of_work(read_only=True) as unit:
        found = unit.legacy.differences(certificate)
        detail = unit.events.latest(1)[0].detail
    assert found
    assert detail["rows"] % 200 > 0, "the last, shorter stretch too"
    assert len(kept(office, detail["sha256"])) == detail["rows"] > ROWS / 3
