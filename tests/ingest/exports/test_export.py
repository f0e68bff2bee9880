"""Handing certificates on: what each format holds, that nothing is cut in silence, that a cut-off export goes on."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree
from openpyxl import load_workbook

from archive.package_check import check_package
from certificate.citizens import Citizen
from certificate.errors import (
    ExportConflict,
    NothingToExport,
    OfficeUnknown,
    PurposeMissing,
    RunNotFound,
    SettingsInvalid,
    StoreFull,
    StoreUnwritable,
)
from certificate.handed_on import RemarkCode
from certificate.pl3 import columns
from certificate.record import Record
from ingest.cli import command
from ingest.exports import FORMATS, formats
from ingest.exports.journal import Journal
from ingest.exports.run import ExportDone, run_export
from ingest.office import Office

LETTERS = [column.letter for column in columns()]
HOME = {
    "serial_number": "AA 00476432",
    "register_number": "CH01234",
    "issue_date": "2015-05-12",
    "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN TÂN HIỆP",
    "signer_name": "Phan Văn Mẫu",
    "owners.0.role": "holder",
    "owners.0.full_name": "NGUYỄN VĂN MẪU",
    "owners.0.gender": "male",
    "owners.0.birth_year": "1970",
    "owners.0.id_type": "cmnd",
    "owners.0.id_number": "012345678",
    "owners.0.address": "Ấp Mẫu A, xã Thạnh Đông, huyện Tân Hiệp",
    "owners.1.role": "spouse",
    "owners.1.full_name": "TRẦN THỊ MẪU",
    "owners.1.gender": "female",
    "owners.1.id_number": "091174000002",
    "parcels.0.parcel_number": "215",
    "parcels.0.map_sheet_number": "012",
    "parcels.0.address": "xã Thạnh Đông, huyện Tân Hiệp, tỉnh Kiên Giang",
    "parcels.0.area_m2": "150.5",
    "parcels.0.private_area_m2": "150.5",
    "parcels.0.purposes.0.name": "Đất ở tại nông thôn",
    "parcels.0.purposes.0.code": "ONT",
    "parcels.0.term": "lau_dai",
    "parcels.0.origin": "Công nhận QSDĐ như giao đất có thu tiền",
    "parcels.0.origin_code": "CNQ-CTT",
    "house.type": "Nhà ở riêng lẻ",
    "house.built_area_m2": "80",
    "other_assets": "=Cây lâu năm",
    "notes": "Không",
}
CITIZEN = Citizen("091070000001", "012345678", "Nguyễn Văn Mẫu", "1970-03-02", "male", "Thạnh Đông", "alive")


def export(office: Office, folder: Path, kind: str, **how: Any) -> ExportDone:
    """An export by an officer, for a purpose."""
    return run_export(office, kind, folder, who="hanh", purpose="nộp chiến dịch", **how)


def workbook_rows(path: Path) -> list[dict[str, Any]]:
    """The data of a workbook as another program reads them: from row 5, by column letter."""
    sheet = load_workbook(path)["Sheet1"]
    found = []
    for row in sheet.iter_rows(min_row=5):
        cells = {cell.column_letter: cell.value for cell in row if cell.value is not None}
        if cells:
            found.append(cells)
    return found


def test_the_columns_are_the_templates() -> None:
    """61 columns, A to BI, none twice; numbers 1 to 50 in order."""
    from openpyxl.utils import get_column_letter

    assert [get_column_letter(number) for number in range(1, 62)] == LETTERS
    assert LETTERS[-1] == "BI"
    assert len({column.key for column in columns()}) == 61
    assert [column.number for column in columns() if column.number] == list(range(1, 51))


def test_the_workbook_holds_a_row_for_each_person_and_parcel(office: Office, archive: Any, tmp_path: Path) -> None:
    """Every cell where the template wants it, leading zeros kept, the scan beside it under the name in column AX."""
    archive("tt23-2014", HOME, citizen=CITIZEN)
    done = export(office, tmp_path / "out", "pl3")
    assert (done.certificates, done.lines) == (1, 2)
    first, second = workbook_rows(tmp_path / "out" / "PL3-01.xlsx")
    # The old commune Thạnh Đông of Tân Hiệp lies in today's commune Tân Hiệp.
    assert {letter: first[letter] for letter in first if letter != "BI"} == {
        "A": 1, "B": "30850", "C": "AA 00476432", "D": "12/05/2015",
        "E": "CH01234", "H": "NGUYỄN VĂN MẪU", "I": "091070000001", "J": "02/03/1970", "K": "Nam",
        "L": "Ấp Mẫu A, xã Thạnh Đông, huyện Tân Hiệp", "M": "Vợ chồng", "N": "Chồng", "T": "012", "U": "215",
        "X": "xã Thạnh Đông, huyện Tân Hiệp, tỉnh Kiên Giang", "Y": 150.5, "Z": "ONT", "AA": 150.5, "AB": "CNQ-CTT",
        "AC": "Sử dụng riêng", "AD": "Lâu dài", "AO": "Nhà ở riêng lẻ", "AS": 80, "AX": "AA 00476432-GCN.pdf",
        "AZ": "091070000001", "BA": "CCCD", "BB": "2", "BC": "012345678", "BD": "CMND", "BE": "2", "BF": "Có",
        "BG": "11",
    }  # fmt: skip
    assert (second["A"], second["H"], second["I"], second["K"], second["N"]) == (
        2,
        "TRẦN THỊ MẪU",
        "091174000002",
        "Nữ",
        "Vợ",
    )
    assert second["L"] == first["L"]
    assert first["BI"] != second["BI"]
    assert (tmp_path / "out" / "AA 00476432-GCN.pdf").read_bytes().startswith(b"%PDF")
    # The second asset does not fit and is told, in the workbook too.
    assert [remark.code for remark in done.remarks] == [RemarkCode.TOO_MANY_ASSETS]
    told = load_workbook(tmp_path / "out" / "PL3-01.xlsx")["CanXuLyTay"]
    assert "Cây lâu năm" in str(told["C2"].value)


def test_more_land_uses_than_three_are_told_never_cut_in_silence(office: Office, archive: Any, tmp_path: Path) -> None:
    """The first three stand in the row; the others are listed for typing by hand."""
    uses = {f"parcels.0.purposes.{n}.code": code for n, code in enumerate(("ONT", "CLN", "LUC", "NTS", "HNK"))}
    archive("tt23-2014", HOME | uses)
    done = export(office, tmp_path / "out", "pl3")
    row = workbook_rows(tmp_path / "out" / "PL3-01.xlsx")[0]
    assert (row["Z"], row["AE"], row["AJ"]) == ("ONT", "CLN", "LUC")
    (remark,) = [remark for remark in done.remarks if remark.code is RemarkCode.TOO_MANY_PURPOSES]
    assert "NTS" in remark.detail
    assert "HNK" in remark.message


def test_all_samples_come_back_from_the_workbook(office: Office, samples: Any, printed: Any, tmp_path: Path) -> None:
    """Every drawn certificate: as many rows as persons and parcels, and serial, names, parcels and areas as printed."""
    export(office, tmp_path / "out", "pl3")
    rows = workbook_rows(tmp_path / "out" / "PL3-01.xlsx")
    assert [row["A"] for row in rows] == list(range(1, len(rows) + 1))
    for truth in printed:
        values = truth["fields"]
        mine = [row for row in rows if row.get("C") == values.get("serial_number")]
        parcels = {path.split(".")[1] for path in values if path.startswith("parcels.")}
        persons = [v for p, v in values.items() if p.endswith(".full_name") and p.startswith("owners.")]
        organisations = [v for p, v in values.items() if p.endswith(".role") and v == "organisation"]
        assert len(mine) == max(1, len(parcels)) * max(1, len(persons) - len(organisations)), truth["source"]
        assert {row.get("H") or row.get("F") for row in mine} | {row.get("F") for row in mine} >= set(persons)
        assert {row.get("U") for row in mine} == {values.get(f"parcels.{n}.parcel_number") for n in parcels or "0"}
        areas = {float(values[f"parcels.{n}.area_m2"]) for n in parcels if f"parcels.{n}.area_m2" in values}
        assert {row["Y"] for row in mine if "Y" in row} == areas


def test_text_that_looks_like_a_formula_stays_text(office: Office, archive: Any, tmp_path: Path) -> None:
    """What a reader took for an equals sign runs nothing in Excel."""
    archive("tt23-2014", {"serial_number": "BX 123456", "owners.0.full_name": "=1+1", "other_assets": "@SUM(1)"})
    export(office, tmp_path / "out", "pl3")
    export(office, tmp_path / "csv", "csv")
    cell = load_workbook(tmp_path / "out" / "PL3-01.xlsx")["Sheet1"]["H5"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    with (tmp_path / "csv" / "giay-chung-nhan.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["full_name"], row["asset_kind"]) == ("'=1+1", "'@SUM(1)")


def test_two_papers_with_one_serial_number_keep_both_their_scans(office: Office, archive: Any, tmp_path: Path) -> None:
    """Neither file overwrites the other, and the second name is told."""
    ids = [archive("tt23-2014", HOME) for _ in range(2)]
    done = export(office, tmp_path / "out", "pl3")
    contents = {(tmp_path / "out" / name).read_bytes() for name in done.files if name.endswith(".pdf")}
    assert contents == {f"%PDF-1.7 {one}".encode() for one in ids}
    assert {row["AX"] for row in workbook_rows(tmp_path / "out" / "PL3-01.xlsx")} == {
        "AA 00476432-GCN.pdf",
        "AA 00476432-GCN-02.pdf",
    }
    assert RemarkCode.NAME_TAKEN in {remark.code for remark in done.remarks}


def test_each_paper_names_its_own_scan_though_two_bear_one_number(office: Office, archive: Any, tmp_path: Path) -> None:
    """The second dossier does not point at the first person's PDF, nor does the second row of the table."""
    ids = [archive("tt23-2014", HOME) for _ in range(2)]
    export(office, tmp_path / "xml", "land-xml")
    for stem, certificate_id in zip(("AA 00476432-GCN", "AA 00476432-GCN-02"), sorted(ids), strict=True):
        root = etree.parse(str(tmp_path / "xml" / f"{stem}.xml")).getroot()
        named = {root.findtext("DC_GiayChungNhan/banQuet"), root.findtext("DC_HoSoQuet/DC_ChiTietHoSoQuet/tenFile")}
        assert named == {f"{stem}.pdf"}
        assert (tmp_path / "xml" / f"{stem}.pdf").read_bytes() == f"%PDF-1.7 {certificate_id}".encode()
    done = export(office, tmp_path / "csv", "csv")
    with (tmp_path / "csv" / "giay-chung-nhan.csv").open(encoding="utf-8-sig", newline="") as file:
        named = {row["scan_file"] for row in csv.DictReader(file)}
    assert named == {"AA 00476432-GCN.pdf", "AA 00476432-GCN-02.pdf"}
    assert RemarkCode.NAME_TAKEN in {remark.code for remark in done.remarks}


def test_json_lines_give_every_record_back(office: Office, samples: Any, printed: Any, tmp_path: Path) -> None:
    """What is read back are the same records."""
    export(office, tmp_path / "out", "jsonl")
    lines = (tmp_path / "out" / "giay-chung-nhan.jsonl").read_text(encoding="utf-8").splitlines()
    records = [Record.from_json(json.loads(line)["record"]) for line in lines]
    values = [{path: field.value for path, field in record.fields.items()} for record in records]
    assert values == [truth["fields"] for truth in printed]


def test_packages_pass_their_check_and_say_what_they_hold(
    office: Office, samples: Any, printed: Any, tmp_path: Path
) -> None:
    """One package a certificate, named by its identifier, whole and valid; no identity number in its descriptions."""
    done = export(office, tmp_path / "out", "aip")
    packages = sorted(path for path in (tmp_path / "out").iterdir() if path.is_dir())
    assert len(packages) == len(printed) == done.certificates
    texts = ""
    for package in packages:
        assert check_package(package) == ()
        mets = etree.parse(str(package / "METS.xml")).getroot()
        assert mets.get("OBJID").replace(":", "_") == package.name
        assert mets.get("OBJID").startswith("urn:G09:uuid:")
        (pdf,) = (package / "representations" / "rep1" / "data").iterdir()
        assert pdf.suffix == ".pdf"
        texts += (package / "metadata" / "descriptive" / "EAD.xml").read_text(encoding="utf-8")
    assert "<arcFileCode>H30.G09.2013.BS632821</arcFileCode>" in texts
    numbers = [v for truth in printed for p, v in truth["fields"].items() if p.endswith("id_number")]
    assert not [number for number in numbers if number in texts]


def test_packages_need_the_fonds_code(office: Office, archive: Any, tmp_path: Path) -> None:
    """Without it no package can be named; that is said before anything is written."""
    object.__setattr__(office.settings, "fonds_code", "")
    archive("tt23-2014", HOME)
    with pytest.raises(SettingsInvalid, match="fonds_code"):
        export(office, tmp_path / "out", "aip")


def test_land_xml_holds_the_dossier(office: Office, archive: Any, tmp_path: Path) -> None:
    """People, couple, parcel with use and origin, house, right and scan, joined by ids that all lead somewhere."""
    archive("tt23-2014", HOME, citizen=CITIZEN)
    export(office, tmp_path / "out", "land-xml")
    root = etree.parse(str(tmp_path / "out" / "AA 00476432-GCN.xml")).getroot()
    assert root.tag == "HoSoXml"
    for path, value in (
        ("DC_GiayChungNhan/soPhatHanh", "AA 00476432"),
        ("DC_GiayChungNhan/loaiGiayChungNhan", "11"),
        ("DC_ThuaDat/soHieuToBanDo", "012"),
        ("DC_ThuaDat/DC_MucDichSuDung/maMucDichSuDung", "ONT"),
        ("DC_ThuaDat/DC_MucDichSuDung/thoiHanSuDung", "Lâu dài"),
        ("DC_ThuaDat/DC_MucDichSuDung/DC_NguonGocDat/nguonGoc", "CNQ-CTT"),
        ("DC_CaNhan/maSoDinhDanh", "091070000001"),
        ("DC_CaNhan/DC_GiayToTuyThan/soGiayTo", "012345678"),
        ("DC_VoChong/inVoTruoc", "false"),
        ("DC_NhaRiengLe/dienTichXayDung", "80"),
        ("DC_HoSoQuet/DC_ChiTietHoSoQuet/tenFile", "AA 00476432-GCN.pdf"),
    ):
        assert root.findtext(path) == value, path
    ids = {element.text for element in root.iter("id")}
    pointers = [element.text for element in root.iter() if str(element.tag).endswith("Id")]
    assert len(ids) == len(list(root.iter("id")))
    assert pointers
    assert set(pointers) <= ids


@pytest.mark.parametrize("kind", FORMATS)
def test_an_export_that_is_cut_off_goes_on_and_gives_the_same(
    office: Office, archive: Any, printed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Killed in the middle of a batch, and again at the end: the same command gives what one run would have given."""
    from ingest.exports import run

    for truth in printed[:10]:
        archive(truth["form"], truth["fields"])
    monkeypatch.setattr(run, "_BATCH", 3)
    whole = export(office, tmp_path / "whole", kind)
    calls = {"count": 0}
    real = run.handed_on

    def dying(row: Any) -> Any:
        calls["count"] += 1
        if calls["count"] in {5, 11}:
            raise StoreFull("no space")
        return real(row)

    monkeypatch.setattr(run, "handed_on", dying)
    for _ in range(2):
        with pytest.raises(StoreFull):
            export(office, tmp_path / "cut", kind)
    real_hash = formats.hash_of
    monkeypatch.setattr(run, "hash_of", lambda *_: (_ for _ in ()).throw(StoreFull("no space")))
    with pytest.raises(StoreFull):
        export(office, tmp_path / "cut", kind)
    monkeypatch.setattr(run, "hash_of", real_hash)
    done = export(office, tmp_path / "cut", kind)
    assert done.resumed
    assert (done.certificates, done.lines, done.files) == (whole.certificates, whole.lines, whole.files)
    assert done.remarks == whole.remarks
    if kind == "pl3":
        # A workbook carries its hour.
        rows = [workbook_rows(tmp_path / folder / "PL3-01.xlsx") for folder in ("whole", "cut")]
        assert rows[0] == rows[1]
    else:
        assert done.sha256 == whole.sha256
    assert not [path.name for path in (tmp_path / "cut").iterdir() if path.name.endswith(".part")]
    with pytest.raises(ExportConflict):
        export(office, tmp_path / "cut", kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_an_export_killed_in_its_first_batch_goes_on(
    office: Office, archive: Any, printed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Files are there and nothing is noted yet: the same command takes the folder for its own, and tidies it."""
    from ingest.exports import run

    for truth in printed[:3]:
        archive(truth["form"], truth["fields"])
    real, calls = run.handed_on, {"count": 0}  # type: ignore[attr-defined]

    def dying(row: Any) -> Any:
        calls["count"] += 1
        if calls["count"] == 3:
            raise StoreFull("no space")
        return real(row)

    monkeypatch.setattr(run, "handed_on", dying)
    with pytest.raises(StoreFull):
        export(office, tmp_path / "cut", kind)
    # What a run leaves that is killed while it writes.
    (tmp_path / "cut" / f".a.pdf.{'0' * 32}.part").write_bytes(b"half")
    (tmp_path / "cut" / f".urn_G09.{'1' * 32}.part" / "metadata").mkdir(parents=True)
    done, whole = export(office, tmp_path / "cut", kind), export(office, tmp_path / "whole", kind)
    assert (done.certificates, done.lines, done.files) == (whole.certificates, whole.lines, whole.files)
    assert [path.name for path in (tmp_path / "cut").iterdir() if path.name.startswith(".")] == []


def test_two_exports_never_write_into_one_folder(office: Office, archive: Any, tmp_path: Path) -> None:
    """The second is told, whoever is first goes on."""
    archive("tt23-2014", HOME)
    journal = Journal(tmp_path / "out", "csv", {"since": "", "office": "", "run": ""})
    with pytest.raises(ExportConflict, match="another export"):
        export(office, tmp_path / "out", "csv")
    journal.close()
    assert export(office, tmp_path / "out", "csv").certificates == 1


def test_filters_choose_what_is_handed_on(office: Office, archive: Any, tmp_path: Path) -> None:
    """By office and by the time of archiving; only archived certificates ever."""
    archive("tt23-2014", HOME, office_name="tan-hiep")
    archive("tt23-2014", HOME | {"serial_number": "BX 123457"}, office_name="giong-rieng")
    assert export(office, tmp_path / "a", "jsonl", office_name="tan-hiep").certificates == 1
    with pytest.raises(NothingToExport, match="--since"):
        export(office, tmp_path / "b", "jsonl", since=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(OfficeUnknown, match="«tan-hip»; có: tan-hiep; giong-rieng"):
        export(office, tmp_path / "b", "jsonl", office_name="tan-hip")
    assert not (tmp_path / "b").exists(), "nothing that could pass for a finished export"
    assert export(office, tmp_path / "c", "jsonl", since=datetime.now(UTC) - timedelta(days=1)).certificates == 2
    with pytest.raises(ExportConflict):
        export(office, tmp_path / "c", "csv")
    with pytest.raises(RunNotFound):
        export(office, tmp_path / "d", "jsonl", run_name="không có")
    assert export(office, tmp_path / "d", "csv").certificates == 2, "a slip does not spoil the folder"


@pytest.mark.parametrize(("day", "is_told"), [("27/11/2020", True), ("2020-11-27", True), ("27/11/2099", False)])
def test_the_day_since_when_is_typed_as_people_write_it(
    office: Office, archive: Any, tmp_path: Path, day: str, is_told: bool
) -> None:
    """Day first, as in a search; and a day to come gives an answer, not an empty workbook."""
    archive("tt23-2014", HOME)
    words = ["export", str(tmp_path / "out"), "--format", "pl3", "--purpose", "thử", "--since", day]
    said = CliRunner().invoke(command, words, env={"SOHOA_HOME": str(office.settings.home)})
    assert (said.exit_code == 0) is is_told, said.output
    assert (tmp_path / "out").exists() is is_told
    assert ("[nothing_to_export]" in said.stderr) is not is_told


def test_a_run_chooses_what_is_handed_on(office: Office, archive: Any, tmp_path: Path, put_in_run: Any) -> None:
    """Only the certificates of scans that a run over the back catalogue brought in."""
    mine = archive("tt23-2014", HOME)
    archive("tt23-2014", HOME | {"serial_number": "BX 123457"})
    with office.database.unit_of_work() as unit:
        put_in_run(unit, "kho-1998", unit.certificates.get(mine).scan_id)
        unit.commit()
    assert export(office, tmp_path / "out", "jsonl", run_name="kho-1998").certificates == 1


def test_every_export_stands_in_the_audit_log(office: Office, archive: Any, tmp_path: Path) -> None:
    """Who, what for, how many, the hash of what went out; and no purpose, no export."""
    archive("tt23-2014", HOME)
    with pytest.raises(PurposeMissing):
        run_export(office, "csv", tmp_path / "none", who="hanh", purpose="  ")
    done = export(office, tmp_path / "out", "csv")
    with office.database.unit_of_work(read_only=True) as unit:
        finished, begun = unit.events.latest(2)
        assert unit.events.first_broken() is None
    assert (begun.action, begun.who) == ("export_begun", "hanh")
    assert finished.action == "export_finished"
    assert finished.detail["purpose"] == "nộp chiến dịch"
    assert (finished.detail["certificates"], finished.detail["sha256"]) == (1, done.sha256)
    sums = (tmp_path / "out" / "SHA256SUMS").read_bytes()
    assert hashlib.sha256(sums).hexdigest() == done.sha256
    for line in sums.decode().splitlines():
        sha256, name = line.split("  ", 1)
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == sha256
    assert HOME["owners.0.full_name"] not in json.dumps([dict(finished.detail), dict(begun.detail)], ensure_ascii=False)


def test_the_command_tells_what_it_did(office: Office, archive: Any, tmp_path: Path) -> None:
    """In words and in JSON; a folder in use is refused with advice."""
    archive("tt23-2014", HOME)
    environment = {"SOHOA_HOME": str(office.settings.home)}
    arguments = ["export", str(tmp_path / "out"), "--format", "pl3", "--purpose", "thử"]
    done = CliRunner().invoke(command, [*arguments, "--json"], env=environment)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["certificates"], told["lines"]) == (1, 2)
    again = CliRunner().invoke(command, arguments, env=environment)
    assert again.exit_code == ExportConflict.exit_code
    assert ExportConflict.message in again.stderr


@pytest.mark.slow
def test_a_disk_that_is_full_in_earnest_is_told_and_overcome(office: Office, archive: Any, tmp_path: Path) -> None:
    """The system itself refuses to write further: an error with advice, nothing half-written, and later it goes on."""
    import os
    import subprocess
    import sys

    certificate_id = archive("tt23-2014", HOME)
    archive("tt23-2014", HOME | {"serial_number": "BX 123457"})
    big = office.blobs.put(b"%PDF-1.7 " + os.urandom(3_000_000))
    with office.database.unit_of_work() as unit:
        unit.certificates.set_archived(certificate_id, big)
        unit.commit()
    arguments = ["export", str(tmp_path / "out"), "--format", "pl3", "--purpose", "thử", "--json"]
    # A limit on the size of files stands in for the disk's end: the kernel refuses in the middle of a write.
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)); "
    start = "from ingest.cli import main; sys.argv[0] = 'sohoa'; main()"
    environment = {**os.environ, "SOHOA_HOME": str(office.settings.home)}
    done = subprocess.run(
        [sys.executable, "-c", limited + start, *arguments],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == StoreFull.exit_code
    assert StoreFull.message in done.stderr
    assert StoreFull.advice in done.stderr
    assert f"write {tmp_path / 'out' / 'AA 00476432-GCN.pdf'}: EFBIG" in done.stderr
    assert not [path for path in (tmp_path / "out").iterdir() if path.suffix in {".pdf", ".xlsx"}]
    again = export(office, tmp_path / "out", "pl3")
    assert again.certificates == 2
    assert (tmp_path / "out" / "AA 00476432-GCN.pdf").stat().st_size > 3_000_000


def test_a_folder_that_cannot_be_written_is_told(office: Office, archive: Any, tmp_path: Path) -> None:
    """A file where the folder should be: nothing is exported, and nothing stands in the log."""
    archive("tt23-2014", HOME)
    (tmp_path / "out").write_text("x")
    with pytest.raises(StoreUnwritable):
        export(office, tmp_path / "out", "csv")
    with office.database.unit_of_work(read_only=True) as unit:
        assert "export_begun" not in {event.action for event in unit.events.latest(5)}
