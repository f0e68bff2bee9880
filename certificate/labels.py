"""What people call each field, group, form and coded value, in Vietnamese and English: the one table of names.

Paths are those of ``certificate.record``; in patterns ``N`` stands for the first index and ``K`` for the second. The
order of the table is the order in which a page shows the fields. Vietnamese follows the words printed on the papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from certificate.record import Form


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The name in the language with this code; Vietnamese unless it is ``en``."""
        return self.en if language == "en" else self.vi


class Group(StrEnum):
    """The parts of a certificate, in the order in which a page shows them."""

    PAPER = "paper"
    OWNERS = "owners"
    PARCELS = "parcels"
    HOUSE = "house"
    NOTES = "notes"
    CHANGES = "changes"


GROUP_NAMES: Mapping[Group, Name] = {
    Group.PAPER: Name("Giấy", "Paper"),
    Group.OWNERS: Name("Chủ sử dụng", "Owner"),
    Group.PARCELS: Name("Thửa đất", "Parcel"),
    Group.HOUSE: Name("Nhà ở", "House"),
    Group.NOTES: Name("Ghi chú", "Notes"),
    Group.CHANGES: Name("Thay đổi", "Change"),
}

FIELD_NAMES: Mapping[str, Name] = {
    "serial_number": Name("Số phát hành", "Serial number"),
    "register_number": Name("Số vào sổ", "Register number"),
    "issue_date": Name("Ngày cấp", "Issued on"),
    "issue_place": Name("Nơi cấp", "Issued at"),
    "issuing_authority": Name("Cơ quan cấp", "Issuing authority"),
    "signer_title": Name("Chức vụ người ký", "Signer's title"),
    "signer_name": Name("Người ký", "Signer"),
    "barcode": Name("Mã vạch", "Barcode"),
    "qr": Name("Mã QR", "QR code"),
    "owners.N.role": Name("Vai trò", "Role"),
    "owners.N.full_name": Name("Họ và tên", "Full name"),
    "owners.N.gender": Name("Giới tính", "Gender"),
    "owners.N.birth_year": Name("Năm sinh", "Birth year"),
    "owners.N.birth_date": Name("Ngày sinh", "Birth date"),
    "owners.N.id_type": Name("Loại giấy tờ", "Identity paper"),
    "owners.N.id_number": Name("Số giấy tờ", "Identity number"),
    "owners.N.old_id_number": Name("Số CMND cũ", "Old identity number"),
    "owners.N.address": Name("Địa chỉ", "Address"),
    "parcels.N.parcel_number": Name("Thửa đất số", "Parcel number"),
    "parcels.N.map_sheet_number": Name("Tờ bản đồ số", "Map sheet"),
    "parcels.N.address": Name("Địa chỉ thửa", "Parcel address"),
    "parcels.N.area_m2": Name("Diện tích (m²)", "Area (m²)"),
    "parcels.N.area_in_words": Name("Bằng chữ", "In words"),
    "parcels.N.private_area_m2": Name("Sử dụng riêng (m²)", "Private use (m²)"),
    "parcels.N.shared_area_m2": Name("Sử dụng chung (m²)", "Shared use (m²)"),
    "parcels.N.purposes.K.name": Name("Mục đích", "Purpose"),
    "parcels.N.purposes.K.code": Name("Mã mục đích", "Purpose code"),
    "parcels.N.purposes.K.area_m2": Name("Diện tích mục đích (m²)", "Purpose area (m²)"),
    "parcels.N.purposes.K.term": Name("Thời hạn mục đích", "Purpose term"),
    "parcels.N.term": Name("Thời hạn", "Term"),
    "parcels.N.origin": Name("Nguồn gốc", "Origin"),
    "parcels.N.origin_code": Name("Mã nguồn gốc", "Origin code"),
    "house.type": Name("Loại nhà ở", "House type"),
    "house.built_area_m2": Name("Diện tích xây dựng (m²)", "Built area (m²)"),
    "house.floor_area_m2": Name("Diện tích sàn (m²)", "Floor area (m²)"),
    "house.ownership": Name("Hình thức sở hữu", "Ownership"),
    "house.grade": Name("Cấp (hạng)", "Grade"),
    "house.term": Name("Thời hạn sở hữu", "Ownership term"),
    "other_assets": Name("Tài sản khác", "Other assets"),
    "notes": Name("Ghi chú", "Notes"),
    "changes.N.date": Name("Ngày thay đổi", "Changed on"),
    "changes.N.content": Name("Nội dung thay đổi", "Change"),
}

_GENDERS = {"male": Name("Nam (Ông)", "Male"), "female": Name("Nữ (Bà)", "Female")}
_ROLES = {
    "holder": Name("Người sử dụng đất", "Holder"),
    "spouse": Name("Vợ hoặc chồng", "Spouse"),
    "co_owner": Name("Đồng sử dụng", "Co-owner"),
    "household": Name("Hộ gia đình", "Household"),
    "representative": Name("Người đại diện", "Representative"),
    "organisation": Name("Tổ chức", "Organisation"),
}
_ID_TYPES = {
    "cmnd": Name("CMND (9 số)", "CMND (9 digits)"),
    "cccd": Name("CCCD (12 số)", "CCCD (12 digits)"),
    "passport": Name("Hộ chiếu", "Passport"),
    "military": Name("Giấy tờ quân đội", "Military paper"),
    "tax_code": Name("Mã số thuế", "Tax code"),
    "decision": Name("Quyết định", "Decision"),
}

# The fields whose value is one of a few codes, and what a page calls each.
VALUE_NAMES: Mapping[str, Mapping[str, Name]] = {
    "owners.N.role": _ROLES,
    "owners.N.gender": _GENDERS,
    "owners.N.id_type": _ID_TYPES,
}

FORM_NAMES: Mapping[Form, Name] = {
    Form.LD1993: Name("Sổ đỏ 1993", "Red book 1993"),
    Form.LD2003: Name("Sổ đỏ 2004", "Red book 2004"),
    Form.ND60: Name("Sổ hồng NĐ 60", "House certificate NĐ 60"),
    Form.ND90: Name("Sổ hồng NĐ 90", "House certificate NĐ 90"),
    Form.TT17_2009: Name("Mẫu 2009 (TT 17)", "Form of 2009 (TT 17)"),
    Form.TT23_2014: Name("Mẫu 2014 (TT 23)", "Form of 2014 (TT 23)"),
    Form.TT10_2024: Name("Mẫu 2025 (TT 10)", "Form of 2025 (TT 10)"),
    Form.CCCD: Name("Căn cước công dân", "Identity card"),
    Form.OTHER: Name("Giấy tờ khác", "Another paper"),
}

_ORDER = {pattern: position for position, pattern in enumerate(FIELD_NAMES)}


def pattern_of(path: str) -> str:
    """The path with ``N`` and ``K`` in place of its indexes."""
    letters = iter("NK")
    return ".".join(next(letters, "K") if part.isdigit() else part for part in path.split("."))


def indexes_of(path: str) -> tuple[int, ...]:
    """The indexes in the path, outermost first."""
    return tuple(int(part) for part in path.split(".") if part.isdigit())


def group_of(path: str) -> Group:
    """The part of the certificate that the field belongs to."""
    head = path.split(".", 1)[0]
    if head in {Group.OWNERS, Group.PARCELS, Group.HOUSE, Group.CHANGES}:
        return Group(head)
    return Group.NOTES if head in {"notes", "other_assets"} else Group.PAPER


def field_name(path: str, language: str = "vi") -> str:
    """What a page calls the field within its group; the path itself for a field that has no name yet."""
    name = FIELD_NAMES.get(pattern_of(path))
    if name is None:
        return path
    indexes = indexes_of(path)
    text = name.in_language(language)
    return f"{text} {indexes[1] + 1}" if len(indexes) > 1 and indexes[1] > 0 else text


def full_name(path: str, language: str = "vi") -> str:
    """What a page calls the field where it stands alone: group, number and name."""
    group = group_of(path)
    if group in {Group.PAPER, Group.NOTES, Group.HOUSE}:
        return field_name(path, language)
    return f"{GROUP_NAMES[group].in_language(language)} {indexes_of(path)[0] + 1}: {field_name(path, language)}"


def sort_key(path: str) -> tuple[int, int, int, int, str]:
    """Sorts field paths into the order of the page."""
    indexes = (*indexes_of(path), 0, 0)
    group = list(Group).index(group_of(path))
    pattern = pattern_of(path)
    place = _ORDER.get(pattern, len(_ORDER))
    if ".purposes." in path:  # One purpose's name, code and area stay together.
        return (group, indexes[0], _ORDER["parcels.N.purposes.K.name"], indexes[1] * 100 + place, path)
    return (group, indexes[0], place, 0, path)
