"""Registers read in before their certificates are scanned: their rows wait, and are compared when those come."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from certificate.states import State
from ingest.audit.checks import all_checks
from ingest.audit.run import audit
from ingest.bench.recorded import RecordedReader, numbered_scan, small_scan
from ingest.bench.stand_ins import RecordedRegistry
from ingest.cli import command
from ingest.exports.run import run_export
from ingest.imports import run_import
from ingest.intake import receive
from ingest.office import Office
from ingest.pipeline import advance
from ingest.register_rows import match_archived
from ingest.settings import load
from store.rows import LegacyOutcome, SettledAs

VALUES = {
    "serial_number": "BX 123456",
    "owners.0.full_name": "NGƯỜI TRÊN GIẤY",
    "parcels.0.map_sheet_number": "12",
    "parcels.0.parcel_number": "215",
}
OTHER_NAME = ("owners.1.full_name", None, "Người Trong Sổ Cũ")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A row about a certificate that comes later, one about a certificate that never comes."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    rows = [{"C": "BX 123456", "H": "Người Trong Sổ Cũ", "T": "215", "U": "12"}, {"C": "BX 999999", "H": "Lê Văn Lạ"}]
    for number, row in enumerate(rows, 5):
        for letter, cell in row.items():
            sheet[f"{letter}{number}"] = cell
    book.save(tmp_path / "so.xlsx")
    return tmp_path / "so.xlsx"


def listed(office: Office) -> list[tuple[str, str | None, str | None]]:
    with office.database.unit_of_work(read_only=True) as unit:
        return [(row.path, row.ours, row.theirs) for row in unit.legacy.open_differences().items]


def archived(office: Office, certificate_id: str) -> None:
    """What the pipeline does when a scan is archived."""
    with office.database.unit_of_work(read_only=True) as unit:
        certificate = unit.certificates.get(certificate_id)
    match_archived(office, [certificate])


def damages(office: Office) -> list[str]:
    report = audit(office, checks=tuple(check for check in all_checks() if check.name == "events"))
    assert report is not None
    return [one.code for one in report.damages if one.code.startswith("register")]


def raw_sql(office: Office, statement: str) -> None:
    """Change a row behind the system's back."""
    with contextlib.closing(sqlite3.connect(office.settings.home / "sohoa.db")) as connection:
        connection.execute(statement)
        connection.commit()


def test_the_same_file_again_compares_rows_that_had_no_certificate(
    office: Office, archive: Any, register: Path
) -> None:
    """And tells those again that have none yet; sheet and parcel changed over are told and compared the right way."""
    assert run_import(office, register, who="hanh").outcomes == {LegacyOutcome.UNMATCHED: 2}
    archive("tt23-2014", VALUES)
    again = run_import(office, register, who="hanh")
    assert (again.rows, again.compared_again) == (0, 2)
    assert again.outcomes == {LegacyOutcome.DIFFERS: 1, LegacyOutcome.UNMATCHED: 1}
    assert [(row.number, row.serial_number, len(row.diagnoses)) for row in again.told] == [
        (5, "BX 123456", 1),
        (6, "BX 999999", 0),
    ]
    assert listed(office) == [OTHER_NAME]
    assert damages(office) == []
    third = run_import(office, register, who="hanh")
    assert third.outcomes == {LegacyOutcome.UNMATCHED: 1}
    assert listed(office) == [OTHER_NAME]


def test_an_archived_certificate_is_compared_with_the_rows_that_wait(
    office: Office, archive: Any, register: Path
) -> None:
    """Nobody has to give the file again; the chain vouches for what was listed."""
    run_import(office, register, who="hanh")
    certificate_id = archive("tt23-2014", VALUES)
    archived(office, certificate_id)
    archived(office, certificate_id)
    assert listed(office) == [OTHER_NAME]
    with office.database.unit_of_work(read_only=True) as unit:
        event = next(one for one in unit.events.latest(20) if one.action == "register_rows_matched")
    assert (event.who, event.detail["lines"]) == ("system", [5])
    assert event.detail["diagnoses"] == {"5": ["sheet_and_parcel_swapped"]}
    assert damages(office) == []


@pytest.mark.parametrize("change", ["UPDATE legacy_differences SET theirs = 'Ai đó'", "DELETE FROM legacy_differences"])
def test_what_was_listed_later_is_audited(office: Office, archive: Any, register: Path, change: str) -> None:
    """Changed from behind, it is told like what was listed at once."""
    run_import(office, register, who="hanh")
    archived(office, archive("tt23-2014", VALUES))
    raw_sql(office, change)
    assert damages(office) == ["register_altered"]


def test_the_way_to_the_archive_ends_with_the_comparison(
    tmp_path: Path, redis_url: str, ready_home: Callable[[Path], Path], register: Path
) -> None:
    """A scan that goes straight through, after the register came."""
    settings = load(ready_home(tmp_path / "home"), {}, redis_url=redis_url)
    with Office(settings, reader=RecordedReader(), registry=RecordedRegistry()) as office:
        scan = tmp_path / "scan.jpg"
        scan.write_bytes(numbered_scan(small_scan(), 7))
        serial = RecordedReader().read(scan, scan.name).certificates[0].record.value("serial_number")
        book = load_workbook(register)
        book["Sheet1"]["C5"] = serial
        book.save(register)
        run_import(office, register, who="hanh")
        assert listed(office) == []
        scan_id = receive(office, scan.read_bytes(), scan.name, who="clerk").scan_id
        assert advance(office, scan_id, "worker") is State.ARCHIVED
        assert "Người Trong Sổ Cũ" in {theirs for _, _, theirs in listed(office)}


def test_two_certificates_of_one_number_leave_their_rows_waiting(office: Office, archive: Any, register: Path) -> None:
    """Nobody knows which is meant."""
    run_import(office, register, who="hanh")
    archive("tt23-2014", VALUES)
    archived(office, archive("tt23-2014", VALUES))
    assert listed(office) == []
    assert run_import(office, register, who="hanh").outcomes[LegacyOutcome.AMBIGUOUS] == 1


def test_rows_of_our_own_lines_wait_too(office: Office, archive: Any, tmp_path: Path) -> None:
    """A record that came as JSON is compared as a record."""
    archive("tt23-2014", VALUES | {"house.type": "Nhà ở"})
    run_export(office, "jsonl", tmp_path / "out", who="hanh", purpose="thử")
    text = (tmp_path / "out" / "giay-chung-nhan.jsonl").read_text(encoding="utf-8").replace("BX 123456", "BX 654321")
    path = tmp_path / "khac.jsonl"
    path.write_text(text, encoding="utf-8")
    run_import(office, path, who="hanh")
    archived(office, archive("tt23-2014", VALUES | {"serial_number": "BX 654321"}))
    assert listed(office) == [("house.type", None, "Nhà ở")]


def test_all_rows_are_compared_again_when_somebody_asks(office: Office, archive: Any, register: Path) -> None:
    """What a former release did not see is listed now; what a person settled stays settled."""
    archive("tt23-2014", VALUES)
    run_import(office, register, who="hanh")
    with office.database.unit_of_work() as unit:
        (row,) = unit.legacy.open_differences().items
        unit.legacy.settle(row.id, SettledAs.OURS, "sep")
        unit.commit()
    environment = {"SOHOA_HOME": str(office.settings.home)}
    said = CliRunner().invoke(command, ["import", str(register), "--again"], env=environment)
    assert "0 dòng mới, 2 dòng đã nhập trước đối chiếu lại (1 khác, 1 chưa có trong hệ thống); 0 giá trị" in said.stdout
    assert "dòng 6 (BX 999999): chưa có trong hệ thống." in said.stderr
    assert listed(office) == []
    raw_sql(office, "UPDATE certificates SET record = replace(record, 'NGƯỜI TRÊN GIẤY', 'NGƯỜI KHÁC')")
    raw_sql(office, "DELETE FROM legacy_differences")
    run_import(office, register, who="hanh", again=True)
    assert listed(office) == [OTHER_NAME]
