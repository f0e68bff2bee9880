"""Records that no drawing has: nobody's right is lost, nobody gets another's address, length stops nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook

from archive.package_check import check_package
from certificate.handed_on import RemarkCode
from ingest.exports.run import ExportDone, run_export
from ingest.imports import run_import
from ingest.office import Office

S = "serial_number"
PARCEL = {"parcels.0.parcel_number": "3", "parcels.0.map_sheet_number": "2"}
LONG = "ghi chú «rất dài» <&> \"'/ " * 2000


def people(*roles: str, **values: str) -> dict[str, str]:
    """Owners in this order, named N0, N1 and so on."""
    found = {f"owners.{n}.role": role for n, role in enumerate(roles)}
    found |= {f"owners.{n}.full_name": f"N{n}" for n in range(len(roles))}
    return found | {f"owners.{name.replace('_', '.', 1)[1:]}": value for name, value in values.items()}


def export(office: Office, folder: Path, kind: str) -> ExportDone:
    """An export by an officer, for a purpose."""
    return run_export(office, kind, folder, who="hanh", purpose="nộp chiến dịch")


def rows_of_workbook(office: Office, folder: Path) -> list[dict[str, Any]]:
    """What another program reads of the workbook."""
    export(office, folder, "pl3")
    sheet = load_workbook(folder / "PL3-01.xlsx")["Sheet1"]
    return [{c.column_letter: c.value for c in row if c.value is not None} for row in sheet.iter_rows(min_row=5)]


def dossier(office: Office, folder: Path) -> Any:
    """The one dossier of an export for the land database."""
    export(office, folder, "land-xml")
    (place,) = folder.glob("*.xml")
    return etree.parse(str(place)).getroot()


def holder_of(root: Any) -> Any:
    """The subject that the right to the land names."""
    (subject,) = {right.findtext("chuId") for right in root.iter("DC_QuyenSuDungDat")}
    (found,) = [element for element in root if element.findtext("id") == subject]
    return found


def test_no_organisation_is_lost_beside_another(office: Office, archive: Any, tmp_path: Path) -> None:
    """Each has its row, with whoever acts for it; somebody who holds land beside them has a row of their own."""
    archive(
        "tt23-2014",
        {S: "BX 000004"} | PARCEL | people("organisation", "organisation", "representative", "co_owner"),
    )
    rows = rows_of_workbook(office, tmp_path / "pl3")
    assert [(row.get("F"), row.get("H"), row["M"], row.get("N")) for row in rows] == [
        ("N0", None, "Tổ chức", None),
        ("N1", "N2", "Tổ chức", "Người đại diện"),
        (None, "N3", "Đồng sử dụng", "Thành viên"),
    ]
    assert len({row["BI"] for row in rows}) == 3
    root = dossier(office, tmp_path / "xml")
    group = holder_of(root)
    names = {element.findtext("id"): element[1].text for element in root if element.tag in {"DC_ToChuc", "DC_CaNhan"}}
    assert group.tag == "DC_NhomNguoi"
    assert [names[member.text] for member in group.iter("thanhVienId")] == ["N0", "N1", "N3"]


def test_two_couples_and_a_third_all_hold_the_right(office: Office, archive: Any, tmp_path: Path) -> None:
    """A spouse has the address of their own partner; a third person nobody's."""
    archive(
        "tt23-2014",
        {S: "BX 000006"}
        | PARCEL
        | people(
            "holder", "spouse", "co_owner", "spouse", "co_owner",
            o0_address="Ấp A", o2_address="Ấp B", o0_gender="male", o1_gender="female", o2_gender="female",
        ),
    )  # fmt: skip
    rows = rows_of_workbook(office, tmp_path / "pl3")
    assert [row.get("L") for row in rows] == ["Ấp A", "Ấp A", "Ấp B", "Ấp B", None]
    assert {row["M"] for row in rows} == {"Đồng sử dụng"}
    root = dossier(office, tmp_path / "xml")
    assert [member.text for member in holder_of(root).iter("thanhVienId")] == [
        *(couple.findtext("id") for couple in root.iter("DC_VoChong")),
        [person.findtext("id") for person in root.iter("DC_CaNhan")][4],
    ]
    assert [couple.findtext("inVoTruoc") for couple in root.iter("DC_VoChong")] == ["false", "true"]


def test_a_couple_and_a_third_person_all_hold_the_right(office: Office, archive: Any, tmp_path: Path) -> None:
    """The couple alone would leave the third person without."""
    archive("tt23-2014", {S: "BX 000006"} | PARCEL | people("holder", "spouse", "co_owner"))
    members = [member.text for member in holder_of(dossier(office, tmp_path / "xml")).iter("thanhVienId")]
    assert len(members) == 2


def test_twenty_owners_are_twenty_rows(office: Office, archive: Any, tmp_path: Path) -> None:
    """With quotes, slashes and signs that XML minds, through the file and back."""
    owners = {f"owners.{n}.full_name": f'NGƯỜI <{n}> & "CON" O\'N/A' for n in range(20)}
    owners |= {f"owners.{n}.role": "co_owner" if n else "holder" for n in range(20)}
    archive("tt23-2014", {S: "BX 000001", "owners.0.address": "Ấp 1"} | PARCEL | owners)
    rows = rows_of_workbook(office, tmp_path / "pl3")
    assert [row["H"] for row in rows] == [owners[f"owners.{n}.full_name"] for n in range(20)]
    assert [row.get("L") for row in rows] == ["Ấp 1"] + [None] * 19
    assert run_import(office, tmp_path / "pl3" / "PL3-01.xlsx", who="hanh").differences == 0
    assert len(list(holder_of(dossier(office, tmp_path / "xml")).iter("thanhVienId"))) == 20


def test_land_whose_use_could_not_be_read_keeps_the_rest(office: Office, archive: Any, tmp_path: Path) -> None:
    """How, since when and for how long it is held stand in the first use's place; the right names the parcel."""
    rest = {"parcels.0.origin": "Nhận thừa kế", "parcels.0.term": "2063", "parcels.0.private_area_m2": "10"}
    archive("tt23-2014", {S: "BX 000003"} | PARCEL | people("holder") | rest)
    (row,) = rows_of_workbook(office, tmp_path / "pl3")
    assert (row.get("Z"), row["AB"], row["AC"], row["AD"]) == (None, "Nhận thừa kế", "Sử dụng riêng", "2063")
    root = dossier(office, tmp_path / "xml")
    assert root.findtext("DC_ThuaDat/DC_MucDichSuDung/DC_NguonGocDat/nguonGocChiTiet") == "Nhận thừa kế"
    # A year is no day on which a right could end.
    assert root.findtext("DC_ThuaDat/DC_MucDichSuDung/thoiHanSuDung") == "Đến năm 2063"
    assert root.find("DC_ThuaDat/DC_MucDichSuDung/ngayHetHan") is None
    assert holder_of(root).tag == "DC_CaNhan"


def test_a_bare_parcel_still_has_its_right(office: Office, archive: Any, tmp_path: Path) -> None:
    """Nothing known of its use: the right names parcel and person, and no empty use is made up."""
    archive("tt23-2014", {S: "BX 000003"} | PARCEL | people("holder"))
    root = dossier(office, tmp_path / "xml")
    assert holder_of(root).tag == "DC_CaNhan"
    assert root.find(".//DC_MucDichSuDung") is None


@pytest.mark.parametrize("kind", ["pl3", "land-xml", "aip"])
def test_a_serial_number_of_any_length_stops_nothing(office: Office, archive: Any, tmp_path: Path, kind: str) -> None:
    """Names of files stay within what file systems hold, and two long ones do not meet."""
    for end in "AB":
        archive("tt23-2014", {S: "BX/../" + "0" * 400 + end} | people("holder"))
    done = export(office, tmp_path / kind, kind)
    assert done.certificates == 2
    assert len(list((tmp_path / kind).rglob("*.pdf"))) == 2
    assert not [path for path in (tmp_path / kind).parent.iterdir() if path.name.startswith("..")]


def test_text_longer_than_a_cell_is_told(office: Office, archive: Any, tmp_path: Path) -> None:
    """Another program can open the workbook, the cut is told, and the other formats have the whole."""
    archive("tt23-2014", {S: "BX 000008", "other_assets": LONG, "notes": LONG} | PARCEL | people("holder"))
    (row,) = rows_of_workbook(office, tmp_path / "pl3")
    assert len(row["AO"]) == 32_767
    told = {(r.code, r.detail) for r in export(office, tmp_path / "csv", "csv").remarks}
    assert (RemarkCode.TEXT_TOO_LONG, "Loại tài sản") in told
    root = dossier(office, tmp_path / "xml")
    assert root.findtext("DC_CongTrinhXayDung/moTa") == LONG
    assert root.findtext("DC_GiayChungNhan/ghiChuTrang1") == LONG


def test_papers_that_lack_things_are_handed_on_all_the_same(office: Office, archive: Any, tmp_path: Path) -> None:
    """No owner, no parcel, no serial number, a month or a year for a day: packages too, each whole."""
    archive("tt23-2014", {S: "BX 000002"} | people("holder"))
    archive("ld1993", {S: "A 000003", "issue_date": "1999-07"} | PARCEL)
    archive("tt23-2014", {"issue_date": "2015"} | people("holder"))
    rows = {row.get("C"): row for row in rows_of_workbook(office, tmp_path / "pl3")}
    assert "U" not in rows["BX 000002"]
    assert rows["A 000003"]["D"] == "07/1999"
    assert "H" not in rows["A 000003"]
    assert rows[None]["D"] == "2015"
    assert rows[None]["AX"].endswith("-GCN.pdf")
    assert len(list((tmp_path / "pl3").glob("*.pdf"))) == 3
    export(office, tmp_path / "aip", "aip")
    packages = list((tmp_path / "aip").glob("urn_*"))
    assert len(packages) == 3
    assert [check_package(package) for package in packages] == [()] * 3


def test_the_dossier_tells_what_it_has_no_place_for(office: Office, archive: Any, tmp_path: Path) -> None:
    """A place that is not certain, shared land, and whom somebody acts for; a spouse lives at the couple's address."""
    more = {"parcels.0.private_area_m2": "10.5", "parcels.0.shared_area_m2": "20", "parcels.0.address": "xã Mẫu"}
    archive("tt23-2014", {S: "BX 000001"} | PARCEL | more | people("organisation", "representative"))
    archive("tt23-2014", {S: "BX 000002"} | PARCEL | people("holder", "spouse", o0_address="Ấp A"))
    archive("tt23-2014", {S: "BX 000003"} | PARCEL | people("representative", "organisation"))
    told = [(r.serial_number, r.code, r.detail) for r in export(office, tmp_path / "xml", "land-xml").remarks]
    assert told == [
        ("BX 000001", RemarkCode.PLACE_UNCERTAIN, ""),
        ("BX 000001", RemarkCode.SHARED_AREA, "thửa 3: riêng 10.5 m², chung 20 m²"),
        ("BX 000001", RemarkCode.ACTS_FOR_ANOTHER, "N1 (đại diện cho N0)"),
        ("BX 000002", RemarkCode.PLACE_UNCERTAIN, ""),
        ("BX 000003", RemarkCode.PLACE_UNCERTAIN, ""),
        ("BX 000003", RemarkCode.ACTS_FOR_ANOTHER, "N0 (đại diện cho N1)"),
    ]
    couple = etree.parse(str(tmp_path / "xml" / "BX 000002-GCN.xml")).getroot()
    assert [person.findtext("diaChi") for person in couple.iter("DC_CaNhan")] == ["Ấp A", "Ấp A"]


def test_each_missing_number_is_told_with_whose_it_is(office: Office, archive: Any, tmp_path: Path) -> None:
    """Two people lack theirs: two remarks, each with a name."""
    archive("tt23-2014", {S: "BX 000002"} | PARCEL | people("holder", "spouse"))
    told = [r.detail for r in export(office, tmp_path / "pl3", "pl3").remarks if r.code == "no_personal_number"]
    assert told == ["N0", "N1"]
