"""A certificate in the XML of the national land database: one ``HoSoXml`` a dossier.

Follows the classes of the land database's exchange model (TT 75/2015/TT-BTNMT, TT 09/2024/TT-BTNMT): elements named as
its classes and attributes, parts joined by ids. What the paper does not say is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from archive.package_xml import serialized, xml_text
from certificate.addresses import resolve_address
from certificate.codes import form_number
from certificate.handed_on import HandedOn, Remark, RemarkCode, acts_for, address_of, owner_told, partner_of
from certificate.places import Commune
from certificate.record import Record
from certificate.rules.facts import indexes, issue_day, number

# GioiTinh, in the model's numbers.
_GENDERS = {"male": "1", "female": "0"}
_LASTING = "Lâu dài"


def land_xml(given: HandedOn, *, file_name: str) -> bytes:
    """The certificate's dossier as a document, ``file_name`` the PDF beside it; the same gives the same bytes."""
    return _Dossier(given, file_name).document()


def land_remarks(given: HandedOn) -> Iterator[Remark]:
    """What the model has no place for, or what it asks for and the paper leaves open."""
    record = given.record
    for index in indexes(record, "parcels"):
        at = f"parcels.{index}"
        now = _communes(record, record.value(f"{at}.address"))
        if not now:
            yield given.remark(RemarkCode.PLACE_UNCERTAIN)
        elif len(now) > 1:
            yield given.remark(RemarkCode.PLACE_SPLIT, ", ".join(f"{unit.code} {unit.full_name}" for unit in now))
        shared = number(record, f"{at}.shared_area_m2")
        if shared:
            private = number(record, f"{at}.private_area_m2") or 0
            parcel = record.value(f"{at}.parcel_number") or str(index + 1)
            yield given.remark(RemarkCode.SHARED_AREA, f"thửa {parcel}: riêng {private:f} m², chung {shared:f} m²")
    for index in indexes(record, "owners"):
        if record.value(f"owners.{index}.role") == "representative":
            name, firm = owner_told(record, index), acts_for(record, index)
            whom = record.value(f"owners.{firm}.full_name") if firm is not None else None
            yield given.remark(RemarkCode.ACTS_FOR_ANOTHER, f"{name} (đại diện cho {whom})" if whom else name)


class _Dossier:
    """One dossier being written."""

    def __init__(self, given: HandedOn, file_name: str) -> None:
        self.given = given
        self.file_name = file_name
        self.record = given.record
        self.root = etree.Element("HoSoXml")
        _set(self.root, "hoSoGuid", given.guid("dossier"))
        self.paper_id = given.guid("paper")

    def document(self) -> bytes:
        self._registration()
        self._paper()
        holder_id = self._holders()
        for index in indexes(self.record, "parcels"):
            self._parcel(index, holder_id)
        self._house(holder_id)
        for index in indexes(self.record, "changes"):
            change = _part(self.root, "DC_DangKyThayDoi", self.given.guid("change", index))
            _set(change, "thoiDiemDangKy", self.record.value(f"changes.{index}.date"))
            _set(change, "noiDung", self.record.value(f"changes.{index}.content"))
        self._scans()
        return serialized(self.root)

    def _registration(self) -> None:
        element = _part(self.root, "DC_TinhHinhDangKy", self.given.guid("registration"))
        _set(element, "maXa", _commune_code(self.record, _first_address(self.record)))
        _set(element, "thoiDiemDangKyLanDau", self.record.value("issue_date"))

    def _paper(self) -> None:
        element = _part(self.root, "DC_GiayChungNhan", self.paper_id)
        record = self.record
        for name, value in (
            ("loaiGiayChungNhan", form_number(record.form, issue_day(record))),
            ("soVaoSo", record.value("register_number")),
            ("soPhatHanh", record.value("serial_number")),
            ("maVach", record.value("barcode")),
            ("maQRCode", record.value("qr")),
            ("tenNguoiKy", record.value("signer_name")),
            ("chucVuNguoiKy", record.value("signer_title")),
            ("donViCap", record.value("issuing_authority")),
            ("ngayCap", record.value("issue_date")),
            ("ghiChuTrang1", record.value("notes")),
            ("banQuet", self.file_name if self.given.pdfa_sha256 else None),
        ):
            _set(element, name, value)

    # --- holders

    def _holders(self) -> str | None:
        """Write everybody on the paper; gives the id of the one subject that holds the right."""
        record = self.record
        roles = {index: record.value(f"owners.{index}.role") for index in indexes(record, "owners")}
        ids = {}
        for index, role in roles.items():
            ids[index] = self._organisation(index) if role == "organisation" else self._person(index)
        subjects = [ids[index] for index, role in roles.items() if role == "organisation"]
        # Who acts for an organisation holds nothing.
        persons = [
            index
            for index, role in roles.items()
            if role != "organisation" and not (role == "representative" and subjects)
        ]
        households = [index for index in persons if roles[index] == "household"]
        if households:
            subjects.append(self._household(households[0], {index: ids[index] for index in persons}))
        else:
            subjects += self._couples_and_others(persons, roles, ids)
        if len(subjects) <= 1:
            return subjects[0] if subjects else None
        group = _part(self.root, "DC_NhomNguoi", self.given.guid("group"))
        for subject in subjects:
            _set(group, "thanhVienId", subject)
        return self.given.guid("group")

    def _couples_and_others(
        self, persons: Sequence[int], roles: dict[int, str | None], ids: dict[int, str]
    ) -> Iterator[str]:
        """Each couple as one subject, everybody else as their own, in printed order."""
        spouse_of: dict[int, int] = {}
        for index in persons:
            partner = partner_of(self.record, index) if roles[index] == "spouse" else None
            if partner is not None:
                spouse_of.setdefault(partner, index)
        for index in persons:
            if index in spouse_of:
                yield self._couple((index, spouse_of[index]), ids)
            elif index not in spouse_of.values():
                yield ids[index]

    def _person(self, index: int) -> str:
        record, at, person_id = self.record, f"owners.{index}.", self.given.guid("owner", index)
        element = _part(self.root, "DC_CaNhan", person_id)
        citizen = self.given.citizens.get(index)
        birth = record.value(at + "birth_date")
        year = record.value(at + "birth_year") or (birth[:4] if birth else None)
        if citizen and (year is None or citizen.birth_date.startswith(year)):
            birth = citizen.birth_date
        gender = record.value(at + "gender") or (citizen.gender if citizen else None)
        for name, value in (
            ("hoTen", record.value(at + "full_name")),
            ("ngaySinh", birth if birth and len(birth) == len("2000-01-01") else None),
            ("namSinh", year),
            ("gioiTinh", _GENDERS.get(gender or "")),
            ("maSoDinhDanh", self.given.numbers.get(index)),
            ("diaChi", address_of(record, index)),
        ):
            _set(element, name, value)
        printed = record.value(at + "id_number")
        if printed:
            paper = _part(element, "DC_GiayToTuyThan", self.given.guid("owner", index, "paper"))
            _set(paper, "loaiGiayTo", record.value(at + "id_type"))
            _set(paper, "soGiayTo", printed)
        return person_id

    def _organisation(self, index: int) -> str:
        at, organisation_id = f"owners.{index}.", self.given.guid("owner", index)
        element = _part(self.root, "DC_ToChuc", organisation_id)
        _set(element, "tenToChuc", self.record.value(at + "full_name"))
        _set(element, "maSoThue", self.record.value(at + "id_number"))
        _set(element, "diaChi", self.record.value(at + "address"))
        return organisation_id

    def _household(self, head: int, ids: dict[int, str]) -> str:
        household_id = self.given.guid("household")
        element = _part(self.root, "DC_HoGiaDinh", household_id)
        _set(element, "chuHoId", ids[head])
        for index, person in ids.items():
            if index != head:
                _set(element, "thanhVienId", person)
        return household_id

    def _couple(self, spouses: Sequence[int], ids: dict[int, str]) -> str:
        # The first couple's id is that of exports made when there was only one.
        couple_id = self.given.guid("couple", *([spouses[0]] if spouses[0] else []))
        element = _part(self.root, "DC_VoChong", couple_id)
        first = spouses[0]
        wife = next((index for index in spouses if self.record.value(f"owners.{index}.gender") == "female"), spouses[1])
        husband = next(index for index in spouses if index != wife)
        _set(element, "voId", ids[wife])
        _set(element, "chongId", ids[husband])
        _set(element, "inVoTruoc", "true" if first == wife else "false")
        return couple_id

    # --- land and houses

    def _parcel(self, index: int, holder_id: str | None) -> None:
        record, at, parcel_id = self.record, f"parcels.{index}", self.given.guid("parcel", index)
        element = _part(self.root, "DC_ThuaDat", parcel_id)
        address = record.value(f"{at}.address")
        for name, value in (
            ("maXa", _commune_code(record, address)),
            ("soHieuToBanDo", record.value(f"{at}.map_sheet_number")),
            ("soThuTuThua", record.value(f"{at}.parcel_number")),
            ("dienTichPhapLy", record.value(f"{at}.area_m2")),
            ("diaChi", address),
        ):
            _set(element, name, value)
        uses = indexes(record, f"{at}.purposes")
        if not uses and not any(record.value(f"{at}.{name}") for name in ("term", "origin", "origin_code")):
            self._right("DC_QuyenSuDungDat", ("thuaDatId", parcel_id), holder_id, None)
        else:
            # Term and origin are printed although the use could not be read.
            for use in uses or (0,):
                use_id = self._use(element, index, use, alone=len(uses) <= 1)
                self._right("DC_QuyenSuDungDat", ("thuaDatId", parcel_id), holder_id, use_id)

    def _use(self, parcel: Any, index: int, use: int, *, alone: bool) -> str:
        record, at = self.record, f"parcels.{index}"
        path, use_id = f"{at}.purposes.{use}", self.given.guid("parcel", index, "use", use)
        purpose = _part(parcel, "DC_MucDichSuDung", use_id)
        area = record.value(f"{path}.area_m2") or (record.value(f"{at}.area_m2") if alone else None)
        _set(purpose, "maMucDichSuDung", record.value(f"{path}.code"))
        _set(purpose, "tenMucDichSuDung", record.value(f"{path}.name"))
        _set(purpose, "dienTich", area)
        _term(purpose, record.value(f"{path}.term") or record.value(f"{at}.term"))
        if record.value(f"{at}.origin_code") or record.value(f"{at}.origin"):
            origin = _part(purpose, "DC_NguonGocDat", self.given.guid("parcel", index, "origin", use))
            _set(origin, "nguonGoc", record.value(f"{at}.origin_code"))
            _set(origin, "nguonGocChiTiet", record.value(f"{at}.origin"))
            _set(origin, "dienTich", area)
        return use_id

    def _house(self, holder_id: str | None) -> None:
        record = self.record
        house = {name: record.value(f"house.{name}") for name in ("type", "built_area_m2", "floor_area_m2", "grade")}
        others = record.value("other_assets")
        if any(house.values()):
            house_id = self.given.guid("house")
            element = _part(self.root, "DC_NhaRiengLe", house_id)
            _set(element, "loaiNha", house["type"])
            _set(element, "dienTichXayDung", house["built_area_m2"])
            _set(element, "dienTichSan", house["floor_area_m2"])
            _set(element, "capHang", house["grade"])
            _set(element, "hinhThucSoHuu", record.value("house.ownership"))
            _term(element, record.value("house.term"))
            self._right("DC_QuyenSoHuuTaiSanGanLienVoiDat", ("taiSanId", house_id), holder_id, None)
        if others:
            other_id = self.given.guid("asset")
            _set(_part(self.root, "DC_CongTrinhXayDung", other_id), "moTa", others)
            self._right("DC_QuyenSoHuuTaiSanGanLienVoiDat", ("taiSanId", other_id), holder_id, None)

    def _right(self, name: str, subject: tuple[str, str], holder_id: str | None, use_id: str | None) -> None:
        right = _part(self.root, name, self.given.guid("right", subject[1], use_id or ""))
        _set(right, "chuId", holder_id)
        _set(right, *subject)
        _set(right, "mucDichSuDungId", use_id)
        _set(right, "giayChungNhanId", self.paper_id)

    def _scans(self) -> None:
        if self.given.pdfa_sha256 is None:
            return
        dossier = _part(self.root, "DC_HoSoQuet", self.given.guid("scans"))
        file = _part(dossier, "DC_ChiTietHoSoQuet", self.given.guid("scans", 1))
        _set(file, "tenFile", self.file_name)
        _set(file, "moTa", "Giấy chứng nhận")
        _set(file, "laGiayChungNhan", "true")
        _set(file, "giayChungNhanId", self.paper_id)


def _communes(record: Record, address: str | None) -> tuple[Commune, ...]:
    """Today's communes where the parcel may lie; none where its address does not say."""
    return resolve_address(address, issue_day(record)).today if address else ()


def _commune_code(record: Record, address: str | None) -> str | None:
    """Today's code of the commune, where it leaves no choice."""
    now = _communes(record, address)
    return now[0].code if len(now) == 1 else None


def _first_address(record: Record) -> str | None:
    return record.value("parcels.0.address")


def _term(element: Any, term: str | None) -> None:
    if term == "lau_dai":
        _set(element, "thoiHanSuDung", _LASTING)
    elif term and term.endswith("_nam"):
        _set(element, "thoiHanSuDung", f"{term.removesuffix('_nam')} năm")
    elif term and len(term) == len("2063"):
        # A year is no day.
        _set(element, "thoiHanSuDung", f"Đến năm {term}")
    else:
        _set(element, "ngayHetHan", term)


def _part(parent: Any, name: str, part_id: str) -> Any:
    element = etree.SubElement(parent, name)
    _set(element, "id", part_id)
    return element


def _set(element: Any, name: str, value: str | None) -> None:
    if value:
        etree.SubElement(element, name).text = xml_text(value)
