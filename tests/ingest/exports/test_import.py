"""Reading other registers in: what is ours comes back the same, differences wait for a person, slips are named."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from certificate.citizens import Citizen
from certificate.errors import MoveNotAllowed, NoAccess, RegisterInvalid
from certificate.legacy_rows import DiagnosisCode
from ingest import review
from ingest.cli import command
from ingest.exports.run import run_export
from ingest.imports import run_import, settle_difference
from ingest.office import Office
from store.rows import LegacyOutcome, Role, SettledAs, UserRow

MINH = UserRow("u", "minh", "Minh", "", Role.REVIEWER, "", None, True)
VALUES = {
    "serial_number": "BX 123456",
    "issue_date": "2015-05-12",
    "owners.0.full_name": "NGUYỄN VĂN MẪU",
    "owners.0.gender": "male",
    "owners.0.birth_year": "1970",
    "owners.0.id_number": "091070000017",
    "parcels.0.map_sheet_number": "12",
    "parcels.0.parcel_number": "215",
    "parcels.0.area_m2": "150.5",
}


def open_differences(office: Office) -> list[tuple[str, str | None, str | None]]:
    """What waits for a person."""
    with office.database.unit_of_work(read_only=True) as unit:
        return [(row.path, row.ours, row.theirs) for row in unit.legacy.open_differences().items]


def workbook(path: Path, *rows: dict[str, Any], titles: dict[str, str] | None = None) -> Path:
    """A register as somebody typed it: cells by column letter, from row 5."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    for letter, title in (titles or {}).items():
        sheet[f"{letter}3"] = title
    for number, row in enumerate(rows, 5):
        for letter, cell in row.items():
            sheet[f"{letter}{number}"] = cell
    book.save(path)
    return path


ROW = {
    "C": "BX 123456",
    "D": "12/05/2015",
    "H": "Nguyễn Văn Mẫu",
    "I": "091070000017",
    "K": "Nam",
    "T": "12",
    "U": "215",
    "Y": 150.5,
}


@pytest.mark.parametrize(("kind", "name"), [("jsonl", "giay-chung-nhan.jsonl"), ("pl3", "PL3-01.xlsx")])
def test_our_own_exports_come_back_without_a_difference(
    office: Office, samples: Any, tmp_path: Path, kind: str, name: str
) -> None:
    """Every drawn certificate, through file and back: the same."""
    run_export(office, kind, tmp_path / "out", who="hanh", purpose="thử")
    done = run_import(office, tmp_path / "out" / name, who="hanh")
    assert done.rows >= len(samples)
    assert open_differences(office) == []
    assert done.outcomes.keys() <= {LegacyOutcome.SAME, LegacyOutcome.UNMATCHED}
    # Only a handwritten book may have no serial number to match by.
    assert done.outcomes[LegacyOutcome.UNMATCHED] <= 2


def test_what_the_registry_filled_in_comes_back_without_a_difference(
    office: Office, archive: Any, tmp_path: Path
) -> None:
    """The workbook tells birth and gender that no paper prints; they are no conflict with the paper."""
    unprinted = {path: value for path, value in VALUES.items() if "gender" not in path and "birth" not in path}
    citizen = Citizen("091070000017", None, "NGUYỄN VĂN MẪU", "1970-03-02", "male", "", "alive")
    archive("tt23-2014", unprinted, citizen=citizen)
    run_export(office, "pl3", tmp_path / "out", who="hanh", purpose="thử")
    done = run_import(office, tmp_path / "out" / "PL3-01.xlsx", who="hanh")
    assert done.outcomes == {LegacyOutcome.SAME: 1}
    assert open_differences(office) == []


def test_columns_that_are_not_compared_are_named(office: Office, archive: Any, tmp_path: Path) -> None:
    """Who sees «khớp» knows what it does not speak of."""
    archive("tt23-2014", VALUES)
    path = workbook(tmp_path / "so.xlsx", ROW | {"O": "Trần Văn Mua", "V": "7", "AX": "BX 123456-GCN.pdf", "A": 1})
    said = CliRunner().invoke(command, ["import", str(path)], env={"SOHOA_HOME": str(office.settings.home)})
    assert "1 khớp" in said.stdout
    assert (
        "Chưa đối chiếu các cột: Người sử dụng hiện tại: họ và tên; Số hiệu tờ bản đồ địa chính. (columns not compared)"
        in said.stderr
    )


def test_differences_are_listed_and_nothing_is_overwritten(office: Office, archive: Any, tmp_path: Path) -> None:
    """Ours stays as it is; the same difference in two rows is listed once; reading in again adds nothing."""
    certificate_id = archive("tt23-2014", VALUES)
    path = workbook(
        tmp_path / "so cu.xlsx",
        ROW | {"H": "Nguyễn Văn Mậu", "Y": "385/2"},
        ROW | {"H": "Nguyễn Văn Mậu"},
        {"C": "AA 99999999"},
    )
    done = run_import(office, path, who="hanh")
    assert open_differences(office) == [("owners.0.full_name", "NGUYỄN VĂN MẪU", "Nguyễn Văn Mậu")]
    assert done.outcomes == {LegacyOutcome.DIFFERS: 2, LegacyOutcome.UNMATCHED: 1}
    assert done.diagnoses[DiagnosisCode.AREA_MALFORMED] == 1
    with office.database.unit_of_work(read_only=True) as unit:
        assert unit.certificates.get(certificate_id).record.value("owners.0.full_name") == "NGUYỄN VĂN MẪU"
        event = unit.events.latest(1)[0]
    assert (event.action, event.detail["rows"]) == ("register_imported", 3)
    again = run_import(office, path, who="hanh")
    assert (again.rows, again.known_before) == (0, 3)
    assert len(open_differences(office)) == 1


def test_rows_with_slips_are_named_one_by_one(office: Office, archive: Any, tmp_path: Path) -> None:
    """Gender, year, area, missing number, sheet and parcel changed over, a row twice: each with its row's number."""
    archive("tt23-2014", VALUES)
    path = workbook(
        tmp_path / "so.xlsx",
        ROW | {"K": "Nma"},
        ROW | {"D": "12/05/1017", "I": None},
        ROW | {"T": "215", "U": "12"},
        ROW | {"T": "215", "U": "12"},
        ROW | {"Y": "385/2"},
    )
    done = run_import(office, path, who="hanh")
    found = {row.number: {diagnosis.code for diagnosis in row.diagnoses} for row in done.told}
    assert found == {
        5: {DiagnosisCode.GENDER_MISSPELT},
        6: {DiagnosisCode.YEAR_IMPOSSIBLE, DiagnosisCode.ID_MISSING},
        7: {DiagnosisCode.SHEET_AND_PARCEL_SWAPPED},
        8: {DiagnosisCode.SHEET_AND_PARCEL_SWAPPED, DiagnosisCode.REPEATED},
        # The same person and parcel, and yet another row: it says something else.
        9: {DiagnosisCode.AREA_MALFORMED},
    }
    assert open_differences(office) == []


def test_the_older_order_of_columns_is_known_by_its_titles(office: Office, archive: Any, tmp_path: Path) -> None:
    """Birth date, gender, number instead of number, birth date, gender."""
    archive("tt23-2014", VALUES)
    row = {**ROW, "I": "02/03/1970", "J": "Nam", "K": "091070000017"}
    done = run_import(office, workbook(tmp_path / "so.xlsx", row, titles={"I": "Ngày, tháng, năm sinh"}), who="hanh")
    assert done.told == []


def test_two_certificates_with_one_serial_are_left_to_a_person(office: Office, archive: Any, tmp_path: Path) -> None:
    """Which of them is meant can't be told, so nothing is compared."""
    for _ in range(2):
        archive("tt23-2014", VALUES)
    done = run_import(office, workbook(tmp_path / "so.xlsx", ROW | {"H": "Ai Khác"}), who="hanh")
    assert done.outcomes == {LegacyOutcome.AMBIGUOUS: 1}
    assert open_differences(office) == []


def test_a_person_settles_each_difference(office: Office, archive: Any, tmp_path: Path) -> None:
    """Ours is kept at once; theirs needs the certificate in review; what is settled is settled, and noted."""
    certificate_id = archive("tt23-2014", VALUES)
    run_import(office, workbook(tmp_path / "so.xlsx", ROW | {"H": "Nguyễn Văn Mậu", "Y": 151}), who="hanh")
    with office.database.unit_of_work(read_only=True) as unit:
        name, area = sorted(unit.legacy.differences(certificate_id), key=lambda row: row.path)
    with pytest.raises(MoveNotAllowed):
        settle_difference(office, name.id, SettledAs.THEIRS, MINH)
    settled = settle_difference(office, area.id, SettledAs.OURS, MINH)
    assert (settled.settled_as, settled.settled_by) == (SettledAs.OURS, "minh")
    assert [path for path, _, _ in open_differences(office)] == ["owners.0.full_name"]
    with office.database.unit_of_work(read_only=True) as unit:
        assert unit.events.latest(1)[0].action == "difference_settled"


def as_exported(office: Office, archive: Any, folder: Path) -> Any:
    """The workbook of one certificate of ours with two people, to be changed as offices change them."""
    couple = {"owners.1.full_name": "Trần Thị Mẫu", "owners.1.role": "spouse", "owners.1.gender": "female"}
    archive("tt23-2014", VALUES | couple)
    run_export(office, "pl3", folder, who="hanh", purpose="thử")
    return load_workbook(folder / "PL3-01.xlsx")


def _lower(sheet: Any) -> None:
    sheet.insert_rows(1, 4)


def _other_order(sheet: Any) -> None:
    """A column more in front, serial and register number changed over."""
    for row in range(3, sheet.max_row + 1):
        sheet.cell(row, 3).value, sheet.cell(row, 5).value = sheet.cell(row, 5).value, sheet.cell(row, 3).value
    sheet.insert_cols(2)
    sheet["B3"] = "Người nhập"
    sheet["B5"] = "Lan"


def _merged(sheet: Any) -> None:
    for letter in "CDETUXY":
        sheet.merge_cells(f"{letter}5:{letter}6")


def _renamed(sheet: Any) -> None:
    sheet.title = "Dữ liệu 2025"
    sheet.sheet_state = "hidden"


def _bare(sheet: Any) -> None:
    """Nothing above the data but the titles."""
    sheet.delete_rows(4)
    sheet.delete_rows(1, 2)


@pytest.mark.parametrize(
    ("change", "ignored"),
    [(_lower, []), (_other_order, ["Người nhập"]), (_merged, []), (_renamed, []), (_bare, [])],
)
def test_a_workbook_that_an_office_rearranged_is_read(
    office: Office, archive: Any, tmp_path: Path, change: Any, ignored: list[str]
) -> None:
    """Titles lower down or in another order, merged cells, another sheet: the same rows, none taken for data."""
    book = as_exported(office, archive, tmp_path / "out")
    book.active = 1
    change(book["Sheet1"])
    if change is _merged:
        assert book["Sheet1"]["C6"].value is None
    path = tmp_path / "so.xlsx"
    book.save(path)
    done = run_import(office, path, who="hanh")
    assert (done.rows, done.outcomes, done.differences) == (2, {LegacyOutcome.SAME: 2}, 0)
    assert done.columns_ignored == ignored
    assert DiagnosisCode.SERIAL_MISSING not in done.diagnoses


def test_a_workbook_of_something_else_is_refused(office: Office, tmp_path: Path) -> None:
    """Neither titles nor serial numbers: no row of it is kept."""
    path = workbook(tmp_path / "luong.xlsx", *({"A": n, "B": "Nguyễn Văn Mẫu", "C": 5_000_000} for n in range(9)))
    with pytest.raises(RegisterInvalid):
        run_import(office, path, who="hanh")


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_unpacks_to_very_much_is_refused(office: Office, tmp_path: Path, part: str) -> None:
    """Before anything of it is unpacked."""
    source, bomb = workbook(tmp_path / "so.xlsx", ROW), tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        with new.open(part, "w") as file:
            for _ in range(30):
                file.write(b" " * 1_000_000)
    with pytest.raises(RegisterInvalid, match="unpacks"):
        run_import(office, bomb, who="hanh")


BROKEN: list[bytes] = [b"", b"PK\x03\x04 nothing", b"hello", b"%PDF-1.7", b"\x00" * 100]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_is_refused_in_words(office: Office, tmp_path: Path, content: bytes) -> None:
    """No traceback, nothing half-read."""
    path = tmp_path / "so.xlsx"
    path.write_bytes(content)
    with pytest.raises(RegisterInvalid):
        run_import(office, path, who="hanh")
    with pytest.raises(NoAccess):
        run_import(office, tmp_path / "none.xlsx", who="hanh")


def test_a_workbook_cut_off_or_without_its_sheet_is_refused(office: Office, tmp_path: Path) -> None:
    """Half a zip, a zip with something else, and one whose sheet is no XML."""
    whole = workbook(tmp_path / "so.xlsx", ROW).read_bytes()
    half, other, spoilt = (tmp_path / name for name in ("half.xlsx", "other.xlsx", "spoilt.xlsx"))
    half.write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("a.txt", "x")
    with zipfile.ZipFile(tmp_path / "so.xlsx") as source, zipfile.ZipFile(spoilt, "w") as file:
        for name in source.namelist():
            file.writestr(name, b"<broken" if name.endswith("sheet1.xml") else source.read(name))
    for path in (half, other, spoilt):
        with pytest.raises(RegisterInvalid):
            run_import(office, path, who="hanh")


def test_bad_lines_of_json_leave_the_good_ones(office: Office, archive: Any, tmp_path: Path) -> None:
    """A line that is no record is told; the next one is compared."""
    archive("tt23-2014", VALUES)
    run_export(office, "jsonl", tmp_path / "out", who="hanh", purpose="thử")
    good = (tmp_path / "out" / "giay-chung-nhan.jsonl").read_text(encoding="utf-8").strip()
    other = good.replace("NGUYỄN VĂN MẪU", "NGUYỄN VĂN MẬU")
    path = tmp_path / "mixed.jsonl"
    path.write_text("\n".join([good, '{"x": 1}', "{", "", other]), encoding="utf-8")
    done = run_import(office, path, who="hanh")
    assert done.outcomes == {LegacyOutcome.SAME: 1, LegacyOutcome.UNREADABLE: 2, LegacyOutcome.DIFFERS: 1}
    assert open_differences(office) == [("owners.0.full_name", "NGUYỄN VĂN MẪU", "NGUYỄN VĂN MẬU")]


def test_the_command_prints_rows_and_counts(office: Office, archive: Any, tmp_path: Path) -> None:
    """For machines a line a row that wants a person and a line a file; for people a sentence."""
    archive("tt23-2014", VALUES)
    path = workbook(tmp_path / "so.xlsx", ROW | {"K": "Nma"}, ROW | {"C": "BX 999999"})
    environment = {"SOHOA_HOME": str(office.settings.home)}
    done = CliRunner().invoke(command, ["import", str(path), "--json"], env=environment)
    assert done.exit_code == 0, done.output
    *rows, counts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["row"] for row in rows] == [5, 6]
    assert rows[0]["diagnoses"][0]["suggestion"] == "Nam"
    assert counts["outcomes"] == {"same": 1, "unmatched": 1}
    again = workbook(tmp_path / "so 2.xlsx", ROW | {"K": "Nừ"})
    said = CliRunner().invoke(command, ["import", str(again)], env=environment)
    assert "Giới tính gõ sai" in said.stdout
    assert "có lẽ là Nữ" in said.stderr
    assert load_workbook(path) is not None


def test_taking_theirs_corrects_a_record_in_review(office: Office, archive: Any, tmp_path: Path) -> None:
    """The correction goes through review like any other, with the register named as the reason."""
    certificate_id = archive("tt23-2014", VALUES)
    run_import(office, workbook(tmp_path / "so.xlsx", ROW | {"Y": 151}), who="hanh")
    with office.database.unit_of_work() as unit:
        scan_id = unit.certificates.get(certificate_id).scan_id
    review.reopen(office, scan_id, who=dataclasses.replace(MINH, role=Role.SUPERVISOR), why="Khác sổ cũ")
    with office.database.unit_of_work(read_only=True) as unit:
        (row,) = unit.legacy.differences(certificate_id)
    with Office(office.settings, registry=_NoRegistry()) as asking:
        settle_difference(asking, row.id, SettledAs.THEIRS, MINH)
    with office.database.unit_of_work(read_only=True) as unit:
        assert unit.certificates.get(certificate_id).record.value("parcels.0.area_m2") == "151"
        assert "so.xlsx" in unit.certificates.history(certificate_id)[-1].why


class _NoRegistry:
    """A registry that knows nobody."""

    def verify_owner(self, query: Any, *, officer_code: str | None = None) -> Any:
        from certificate.citizens import RegistryAnswer, RegistryVerdict

        return RegistryAnswer(RegistryVerdict.NOT_FOUND)
