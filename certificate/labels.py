"""What each field of the record is called, in the words of the papers."""

from __future__ import annotations

import re

_LABELS: tuple[tuple[str, str, str], ...] = (
    ("serial_number", "Số phát hành", "Serial number"),
    ("register_number", "Số vào sổ", "Register number"),
    ("issue_date", "Ngày cấp", "Date of issue"),
    ("issue_place", "Nơi cấp", "Place of issue"),
    ("issuing_authority", "Cơ quan cấp", "Issuing authority"),
    ("signer_title", "Chức danh người ký", "Signer's title"),
    ("signer_name", "Người ký", "Signer"),
    ("barcode", "Mã vạch", "Barcode"),
    ("qr", "Mã QR", "QR code"),
    ("owners.N.role", "Vai trò", "Role"),
    ("owners.N.full_name", "Họ và tên", "Full name"),
    ("owners.N.gender", "Giới tính", "Gender"),
    ("owners.N.birth_year", "Năm sinh", "Birth year"),
    ("owners.N.birth_date", "Ngày sinh", "Birth date"),
    ("owners.N.id_type", "Loại giấy tờ", "Kind of identity paper"),
    ("owners.N.id_number", "Số giấy tờ", "Identity number"),
    ("owners.N.old_id_number", "Số CMND cũ", "Old identity number"),
    ("owners.N.address", "Địa chỉ thường trú", "Address"),
    ("parcels.N.parcel_number", "Thửa đất số", "Parcel number"),
    ("parcels.N.map_sheet_number", "Tờ bản đồ số", "Map sheet number"),
    ("parcels.N.address", "Địa chỉ thửa đất", "Parcel's address"),
    ("parcels.N.area_m2", "Diện tích (m²)", "Area (m²)"),
    ("parcels.N.area_in_words", "Diện tích bằng chữ", "Area in words"),
    ("parcels.N.private_area_m2", "Sử dụng riêng (m²)", "Private area (m²)"),
    ("parcels.N.shared_area_m2", "Sử dụng chung (m²)", "Shared area (m²)"),
    ("parcels.N.purposes.N.name", "Mục đích sử dụng", "Purpose"),
    ("parcels.N.purposes.N.code", "Mã loại đất", "Purpose code"),
    ("parcels.N.purposes.N.area_m2", "Diện tích theo mục đích (m²)", "Area of the purpose (m²)"),
    ("parcels.N.purposes.N.term", "Thời hạn theo mục đích", "Term of the purpose"),
    ("parcels.N.term", "Thời hạn sử dụng", "Term of use"),
    ("parcels.N.origin", "Nguồn gốc sử dụng", "Origin of use"),
    ("parcels.N.origin_code", "Mã nguồn gốc", "Origin code"),
    ("house.type", "Loại nhà ở", "Kind of house"),
    ("house.built_area_m2", "Diện tích xây dựng (m²)", "Built area (m²)"),
    ("house.floor_area_m2", "Diện tích sàn (m²)", "Floor area (m²)"),
    ("house.ownership", "Hình thức sở hữu", "Form of ownership"),
    ("house.grade", "Cấp (hạng)", "Grade"),
    ("house.term", "Thời hạn sở hữu", "Term of ownership"),
    ("other_assets", "Tài sản khác", "Other assets"),
    ("notes", "Ghi chú", "Notes"),
    ("changes.N.date", "Ngày thay đổi", "Date of change"),
    ("changes.N.content", "Nội dung thay đổi", "Content of change"),
)
_VIETNAMESE = {pattern: label for pattern, label, _ in _LABELS}
_ENGLISH = {pattern: label for pattern, _, label in _LABELS}

FIELD_PATTERNS: tuple[str, ...] = tuple(_VIETNAMESE)
"""Every path of the record's contract, indexes written ``N``, in the order of the papers."""


def path_pattern(path: str) -> str:
    """A path with its indexes as ``N``: ``owners.0.full_name`` gives ``owners.N.full_name``."""
    return re.sub(r"\.\d+(?=\.|$)", ".N", path)


def field_label(path: str, *, english: bool = False) -> str:
    """What a field is called on the papers; ``KeyError`` for a path that the record does not have."""
    return (_ENGLISH if english else _VIETNAMESE)[path_pattern(path)]
