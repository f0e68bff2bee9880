"""Lists for offices without a line: who goes onto them, and what an answer that comes back does."""

from __future__ import annotations

import dataclasses
import io
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from PIL import Image

from certificate.citizens import RegistryVerdict
from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading
from certificate.record import Decision, Face, FieldReading, Form, Part, Record
from certificate.states import State
from ingest.cli import command
from ingest.intake import receive
from ingest.office import Office
from ingest.pipeline import advance
from ingest.registry_lists import ExportReport, export_list, import_answers
from ingest.settings import Settings, load

FACE = Face(1, Part.WHOLE, 1, 0, 60, 40)
HEADER_ROW = 3
CMND = "370123456"
FAULTLESS = {
    "serial_number": "BX 123456", "issue_date": "2016-05-12", "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO",
    "owners.0.role": "holder", "owners.0.full_name": "Nguyễn Văn Mẫu", "owners.0.gender": "male",
    "owners.0.birth_year": "1970", "owners.0.id_type": "cmnd", "owners.0.id_number": CMND,
    "parcels.0.parcel_number": "12", "parcels.0.map_sheet_number": "45", "parcels.0.area_m2": "150.5",
    "parcels.0.address": "xã Định An, huyện Gò Quao, tỉnh Kiên Giang",
    "parcels.0.purposes.0.name": "Đất trồng cây lâu năm", "parcels.0.purposes.0.code": "CLN",
}  # fmt: skip
FOUND = {
    "Kết quả": "Có", "Số định danh cá nhân": "091070000123", "Số CMND cũ": CMND, "Họ và tên": "Nguyễn Văn Mẫu",
    "Ngày sinh": "12/05/1970", "Giới tính": "Nam",
}  # fmt: skip


class Reader:
    """Reads a faultless certificate whose owner has only an old number; a second owner where the name says so."""

    def read(self, path: Path, source: str) -> ScanReading:
        values = dict(FAULTLESS)
        if source == "firm.png":
            values |= {"owners.0.role": "organisation", "owners.0.full_name": "Công ty Mẫu", "serial_number": "BX 7"}
        fields = {
            name: FieldReading(value, value, 0.99, Decision.ACCEPT, 1, Part.WHOLE, Box(1, 1, 9, 9))
            for name, value in values.items()
        }
        picture = io.BytesIO()
        Image.new("L", (60, 40), 255).save(picture, "JPEG")
        face = FaceReading(FACE, (), 60, 40, preview_jpeg=picture.getvalue())
        return ScanReading(1, (CertificateReading(Record(source, Form.TT23_2014, 0.99, (FACE,), fields), (face,)),))


@pytest.fixture
def office(settings: Settings, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office without a line to the registry."""
    without = load(
        ready_home(settings.home), {}, redis_url=settings.redis_url, registry_line=False,
        accepted_verdicts="match,only_old_id",
    )  # fmt: skip
    with Office(without, reader=Reader()) as opened:
        yield opened


@pytest.fixture
def scan(office: Office) -> str:
    """One scan in review, because nobody could be asked about its owner."""
    return hand_in(office, "a.png")


def hand_in(office: Office, name: str) -> str:
    """A scan, worked on as far as a machine can."""
    picture = io.BytesIO()
    Image.new("L", (60, 40), sum(name.encode()) % 255).save(picture, "PNG")
    scan_id = receive(office, picture.getvalue(), name, who="lan").scan_id
    assert advance(office, scan_id, "w") is State.IN_REVIEW
    return scan_id


def fill(path: Path, **answers: Any) -> Path:
    """The list with its first line filled in, and a further row that does not belong."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    names = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    for name, value in answers.items():
        sheet.cell(HEADER_ROW + 1, names[name.replace("_", " ")]).value = value
    book.save(path)
    return path


def filled(path: Path, answers: dict[str, Any]) -> Path:
    return fill(path, **answers)


def state_of(office: Office, scan_id: str) -> State:
    """Where the scan stands now."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id).state


def events(office: Office, action: str) -> list[dict[str, Any]]:
    """What was noted under that action."""
    with office.database.unit_of_work(read_only=True) as unit:
        return [event.detail for event in unit.events.latest() if event.action == action]


def test_an_answer_lets_the_certificate_go_on_by_itself(office: Office, scan: str, tmp_path: Path) -> None:
    """From the list to the archive without a reviewer, with the new number and who answered as evidence."""
    path = tmp_path / "list.xlsx"
    assert export_list(office, path, "lan", why="gửi công an xã") == ExportReport(1, 0)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    report = import_answers(office, filled(path, FOUND), "CB9")
    assert (report.answered, report.known_before, report.open_lines, report.scans, report.errors) == (1, 0, 0, 1, ())
    assert state_of(office, scan) is State.CHECKING
    assert office.queue.lengths()["uploads"] == 2
    advance(office, scan, "w")
    with office.database.unit_of_work(read_only=True) as unit:
        (paper,) = unit.certificates.for_scan(scan)
        (answer,) = unit.certificates.answers(paper.id)
    assert paper.decided_by == "system"
    assert answer.answer.verdict is RegistryVerdict.ONLY_OLD_ID
    assert answer.answer.officer_code == "CB9"
    assert answer.answer.citizen is not None
    assert answer.answer.citizen.citizen_id == "091070000123"


def test_of_whom_the_new_number_is_known_nobody_is_asked_again(office: Office, scan: str, tmp_path: Path) -> None:
    """An office that has a person look at every new number: the answer is for the reviewer, not for another list."""
    office.settings = dataclasses.replace(office.settings, accepted_verdicts="match")
    path = tmp_path / "list.xlsx"
    export_list(office, path, "lan")
    import_answers(office, filled(path, FOUND), "CB9")
    assert advance(office, scan, "w") is State.IN_REVIEW
    assert export_list(office, tmp_path / "again.xlsx", "lan", again=True) == ExportReport(0, 0)


def test_taking_the_same_list_in_twice_changes_nothing(office: Office, scan: str, tmp_path: Path) -> None:
    """No second answer, no scan checked for nothing; exporting again leaves out who was answered."""
    path = tmp_path / "list.xlsx"
    export_list(office, path, "lan")
    import_answers(office, filled(path, {"Kết quả": "Không có"}), "CB9")
    advance(office, scan, "w")
    assert state_of(office, scan) is State.IN_REVIEW
    again = import_answers(office, path, "CB9")
    assert (again.answered, again.known_before, again.scans) == (0, 1, 0)
    assert state_of(office, scan) is State.IN_REVIEW
    assert export_list(office, tmp_path / "b.xlsx", "lan") == ExportReport(0, 1)
    assert export_list(office, tmp_path / "c.xlsx", "lan", again=True) == ExportReport(1, 0)


def test_exporting_twice_gives_the_same_line(office: Office, scan: str, tmp_path: Path) -> None:
    """A list that was lost is written again, and either copy may come back."""
    for name in ("a.xlsx", "b.xlsx"):
        export_list(office, tmp_path / name, "lan")
    lines = [
        load_workbook(tmp_path / name).worksheets[0].cell(HEADER_ROW + 1, 1).value for name in ("a.xlsx", "b.xlsx")
    ]
    assert lines[0] == lines[1]


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"Họ và tên": "Nguyễn Văn Mậu"}, RegistryVerdict.NAME_DIFFERS),
        ({"Ngày sinh": "12/05/1971", "Số định danh cá nhân": "091071000123"}, RegistryVerdict.BIRTH_YEAR_DIFFERS),
        ({"Tình trạng": "Đã mất"}, RegistryVerdict.DECEASED),
        ({"Giới tính": "Nữ", "Số định danh cá nhân": "091170000123"}, RegistryVerdict.GENDER_DIFFERS),
    ],
)
def test_an_answer_from_a_list_is_judged_like_any_other(
    office: Office, scan: str, tmp_path: Path, change: dict[str, str], verdict: RegistryVerdict
) -> None:
    """What does not fit is for a person, and says why."""
    path = tmp_path / "list.xlsx"
    export_list(office, path, "lan")
    import_answers(office, filled(path, {**FOUND, **change}), "CB9")
    assert advance(office, scan, "w") is State.IN_REVIEW
    with office.database.unit_of_work(read_only=True) as unit:
        (paper,) = unit.certificates.for_scan(scan)
        (answer,) = unit.certificates.answers(paper.id)
    assert answer.answer.verdict is verdict


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Số CMND cũ": "370999999"}, "another_number"),
        ({"Mã dòng": "0" * 32}, "line_unknown"),
        ({"Số định danh cá nhân": "1"}, "number_malformed"),
    ],
)
def test_rows_about_somebody_else_are_told_and_change_nothing(
    office: Office, scan: str, tmp_path: Path, change: dict[str, str], code: str
) -> None:
    """By the row's number; the scan stays where it was."""
    path = tmp_path / "list.xlsx"
    export_list(office, path, "lan")
    report = import_answers(office, filled(path, {**FOUND, **change}), "CB9")
    assert [(error.row, error.fault.value) for error in report.errors] == [(HEADER_ROW + 1, code)]
    assert (report.answered, state_of(office, scan)) == (0, State.IN_REVIEW)


def test_a_dry_run_keeps_nothing(office: Office, scan: str, tmp_path: Path) -> None:
    """What would happen is told, and does not."""
    path = tmp_path / "list.xlsx"
    export_list(office, path, "lan")
    assert import_answers(office, filled(path, FOUND), "CB9", dry_run=True).answered == 1
    assert state_of(office, scan) is State.IN_REVIEW
    assert import_answers(office, path, "CB9").answered == 1


def test_firms_and_decided_papers_are_not_on_the_list(office: Office, tmp_path: Path) -> None:
    """The registry knows people; what is decided wants no answer any more."""
    hand_in(office, "firm.png")
    assert export_list(office, tmp_path / "list.xlsx", "lan").lines == 0


def test_the_commands_do_it_too(office: Office, scan: str, tmp_path: Path) -> None:
    """Out and in by the command line, in JSON and in words; that the list went out is noted with its reason."""
    environment = {
        "SOHOA_HOME": str(office.settings.home), "SOHOA_REDIS_URL": office.settings.redis_url,
        "SOHOA_REGISTRY_LINE": "no",
    }  # fmt: skip

    def sohoa(*arguments: str) -> Any:
        return CliRunner().invoke(command, ["registry", *arguments], env=environment)

    path = str(tmp_path / "list.xlsx")
    out = sohoa("export-list", path, "--why", "gửi công an xã", "--json")
    assert json.loads(out.stdout) == {"lines": 1, "answered_before": 0}
    assert events(office, "registry_list_exported") == [{"lines": 1, "why": "gửi công an xã"}]
    filled(Path(path), {**FOUND, "Giới tính": "?"})
    back = json.loads(sohoa("import-answers", path, "--json").stdout)
    assert back["errors"] == [{"row": 4, "code": "gender_unknown", "message": "Giới tính phải là Nam hoặc Nữ."}]
    said = sohoa("import-answers", path).stdout
    assert "dòng 4: Giới tính phải là Nam hoặc Nữ." in said
    filled(Path(path), FOUND)
    assert json.loads(sohoa("import-answers", path, "--officer", "CB9", "--json").stdout)["answered"] == 1
    (tmp_path / "other.xlsx").write_text("x")
    refused = sohoa("import-answers", str(tmp_path / "other.xlsx"))
    assert (refused.exit_code, "workbook_unreadable" in refused.stderr) == (2, True)
    assert sohoa("export-list", str(tmp_path / "nowhere" / "a.xlsx")).exit_code == 2
