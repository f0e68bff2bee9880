"""What pages call groups of fields, forms and coded values, in both languages, and in which order fields stand.

The names of the fields themselves, and their order on the papers, are those of ``certificate.labels``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from certificate.labels import FIELD_PATTERNS, field_label, path_pattern
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

MULTIPLE = frozenset({Group.OWNERS, Group.PARCELS, Group.CHANGES})

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

_ORDER = {pattern: position for position, pattern in enumerate(FIELD_PATTERNS)}


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
    if path_pattern(path) not in _ORDER:
        return path
    text = field_label(path, english=language == "en")
    indexes = indexes_of(path)
    return f"{text} {indexes[1] + 1}" if len(indexes) > 1 and indexes[1] > 0 else text


def group_title(group: Group, index: int, language: str = "vi") -> str:
    """The heading of a group, numbered where there may be several."""
    name = GROUP_NAMES[group].in_language(language)
    return f"{name} {index + 1}" if group in MULTIPLE else name


def full_name(path: str, language: str = "vi") -> str:
    """What a page calls the field where it stands alone: group, number and name."""
    group = group_of(path)
    if group not in MULTIPLE:
        return field_name(path, language)
    return f"{group_title(group, indexes_of(path)[0], language)}: {field_name(path, language)}"


def sort_key(path: str) -> tuple[int, int, int, int, str]:
    """Sorts field paths into the order of the page."""
    indexes = (*indexes_of(path), 0, 0)
    group = list(Group).index(group_of(path))
    place = _ORDER.get(path_pattern(path), len(_ORDER))
    if ".purposes." in path:  # One purpose's name, code and area stay together.
        return (group, indexes[0], _ORDER["parcels.N.purposes.N.name"], indexes[1] * 100 + place, path)
    return (group, indexes[0], place, 0, path)
