"""Nothing goes out, or stays away, without a word: who sold, gave away or died, and what is being corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from certificate.citizens import RegistryAnswer, RegistryVerdict
from certificate.errors import NothingToExport
from certificate.handed_on import RemarkCode
from certificate.states import State
from ingest.cli import command
from ingest.exports.run import run_export
from ingest.imports import run_import
from ingest.office import Office
from store.rows import OwnerAnswerRow

PAPER = {
    "serial_number": "BX 000001",
    "owners.0.role": "holder",
    "owners.0.full_name": "Phan Văn Mẫu",
    "owners.0.id_number": "091070000001",
    "parcels.0.parcel_number": "7",
    "parcels.0.map_sheet_number": "2",
    "parcels.0.address": "xã Thạnh Đông, huyện Tân Hiệp, tỉnh Kiên Giang",
}
SOLD = {
    "changes.0.date": "2020-01-08",
    "changes.0.content": "Tặng cho ông Dương Tuấn Mẫu, CCCD số 036061366988, theo hồ sơ số 078341.CN.007",
}
MORTGAGED = {"changes.0.date": "2020-01-08", "changes.0.content": "Thế chấp tại Ngân hàng Mẫu"}
NOTES = {"notes": "Thửa đất có 10,0 m² thuộc hành lang bảo vệ kênh, rạch"}


def codes(office: Office, folder: Path, kind: str) -> list[str]:
    """What an export in this format tells of the papers."""
    return [remark.code.value for remark in run_export(office, kind, folder, who="hanh", purpose="nộp").remarks]


@pytest.mark.parametrize("kind", ["pl3", "csv", "land-xml", "jsonl"])
def test_land_that_went_to_another_is_told_by_every_format(
    office: Office, archive: Any, tmp_path: Path, kind: str
) -> None:
    """Whatever the format can hold of it."""
    archive("tt23-2014", PAPER | SOLD)
    assert RemarkCode.HOLDER_CHANGED in codes(office, tmp_path / "out", kind)


@pytest.mark.parametrize("kind", ["pl3", "csv", "land-xml", "jsonl"])
def test_a_holder_who_died_is_told_by_every_format(office: Office, archive: Any, tmp_path: Path, kind: str) -> None:
    """The registry said so; the paper does not."""
    certificate_id = archive("tt23-2014", PAPER)
    with office.database.unit_of_work() as unit:
        dead = RegistryAnswer(RegistryVerdict.DECEASED)
        unit.certificates.save_answers(certificate_id, [OwnerAnswerRow(0, dead)])
        unit.commit()
    assert RemarkCode.HOLDER_DECEASED in codes(office, tmp_path / "out", kind)


def test_the_workbook_names_the_present_user_and_asks_to_look(office: Office, archive: Any, tmp_path: Path) -> None:
    """Columns O to R are filled, the sheet of what is left says so before all else, and the file can be read back."""
    archive("tt23-2014", PAPER | NOTES | SOLD)
    codes(office, tmp_path / "out", "pl3")
    book = load_workbook(tmp_path / "out" / "PL3-01.xlsx")
    row = {cell.column_letter: cell.value for cell in book["Sheet1"][5]}
    assert [row["O"], row["P"], row["Q"], row["R"]] == ["Dương Tuấn Mẫu", "036061366988", None, "Tặng cho"]
    told = [(line[1].value, line[2].value) for line in book["CanXuLyTay"].iter_rows(min_row=2)]
    assert [code for code, _ in told] == ["holder_changed", "present_user_filled", "has_notes"]
    assert "08/01/2020: Tặng cho ông Dương Tuấn Mẫu" in told[0][1]
    assert "hành lang bảo vệ kênh" in told[2][1]
    assert run_import(office, tmp_path / "out" / "PL3-01.xlsx", who="hanh").differences == 0


def test_a_mortgage_is_told_and_nobody_else_is_named(office: Office, archive: Any, tmp_path: Path) -> None:
    """The template has no column for it."""
    archive("tt23-2014", PAPER | MORTGAGED)
    archive("tt23-2014", PAPER | {"serial_number": "BX 000002", "changes.0.date": "2020-01-08"})
    assert codes(office, tmp_path / "out", "pl3") == ["has_changes", "change_unclear"]
    book = load_workbook(tmp_path / "out" / "PL3-01.xlsx")
    assert {book["Sheet1"].cell(5, column).value for column in range(15, 19)} == {None}
    told = {line[1].value: line[2].value for line in book["CanXuLyTay"].iter_rows(min_row=2)}
    assert "Thế chấp tại Ngân hàng Mẫu" in told["has_changes"]
    assert "không đọc được nội dung" in told["change_unclear"]


def test_the_command_tells_the_gravest_first(office: Office, archive: Any, tmp_path: Path) -> None:
    """A dozen missing numbers do not hide that the land was given away."""
    for number in range(12):
        archive("tt23-2014", {**PAPER, "serial_number": f"BX 1000{number:02}", "owners.0.id_number": ""})
    archive("tt23-2014", PAPER | SOLD)
    how = ["--home", str(office.settings.home), "export", str(tmp_path / "o"), "--format", "pl3", "--purpose", "nộp"]
    told = CliRunner().invoke(command, how)
    assert told.exit_code == 0, told.output
    first = next(line for line in told.output.splitlines() if line.startswith("  "))
    assert first.startswith("  BX 000001: Mục thay đổi sau khi cấp cho thấy đất đã chuyển cho người khác")


def open_again(office: Office, certificate_id: str) -> None:
    """Take a certificate out of the archive to be corrected."""
    with office.database.unit_of_work() as unit:
        scan_id = unit.certificates.get(certificate_id).scan_id
        unit.scans.move(scan_id, State.ARCHIVED, State.IN_REVIEW, who="sep", why="sai tên")
        unit.certificates.reopen(scan_id, "sep")
        unit.commit()


@pytest.mark.parametrize(("count", "more"), [(2, ""), (12, ", BX 000010 và 2 giấy khác")])
def test_when_all_were_opened_again_the_refusal_names_them(
    office: Office, archive: Any, tmp_path: Path, count: int, more: str
) -> None:
    """Nothing is left to export: it says why, and of many it names the first."""
    for number in range(1, count + 1):
        serial = {"serial_number": f"BX {number:06}"}
        open_again(office, archive("tt23-2014", PAPER | serial, office_name="An Biên"))
    with pytest.raises(NothingToExport) as refused:
        run_export(office, "jsonl", tmp_path / "out", who="hanh", purpose="nộp", office_name="An Biên")
    assert refused.value.detail.startswith("--office An Biên; đang mở lại để sửa: BX 000001, BX 000002")
    assert refused.value.detail.endswith(more)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["pl3", "aip", "jsonl"])
def test_a_paper_opened_again_is_told(office: Office, archive: Any, tmp_path: Path, kind: str) -> None:
    """It is not handed on while it is corrected; the answer, the journal and the workbook say so."""
    archive("tt23-2014", PAPER)
    open_again(office, archive("tt23-2014", PAPER | {"serial_number": "BX 000002"}))
    done = run_export(office, kind, tmp_path / "out", who="hanh", purpose="nộp")
    assert done.certificates == 1
    assert [(remark.code, remark.serial_number) for remark in done.remarks] == [(RemarkCode.OPENED_AGAIN, "BX 000002")]
    assert '"opened_again"' in (tmp_path / "out" / "xuat.json").read_text(encoding="utf-8")
    archive("tt23-2014", PAPER | {"serial_number": "BX 000003"}, office_name="An Biên")
    of_another = run_export(office, kind, tmp_path / "another", who="hanh", purpose="nộp", office_name="An Biên")
    assert of_another.remarks == ()
