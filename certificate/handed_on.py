"""A certificate as it is handed on to other systems: its record with what is known beside it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from certificate.citizens import Citizen, RegistryVerdict
from certificate.record import Form, Record
from certificate.rules.facts import indexes

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sohoa:handed-on:1")
_UNSAFE_IN_NAMES = re.compile(r"[^\w .-]")
# Of a serial number read wrong, a file's name takes no more: names end at 255 bytes, and hidden ones beside them too.
_LONGEST_STEM = 60
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEARS = re.compile(r"(\d{1,3})_nam")


@dataclass(frozen=True, slots=True)
class HandedOn:
    """One certificate with its files and what was learnt about its owners.

    ``numbers`` are the personal numbers where one is known, ``number_sources`` say whether paper, card or registry gave
    them; ``citizens`` are those whom the registry confirmed; all by the owner's index.
    """

    certificate_id: str
    record: Record
    scan_id: str = ""
    scan_sha256: str = ""
    scan_name: str = ""
    pdfa_sha256: str | None = None
    page_count: int | None = None
    office: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    archived_at: datetime | None = None
    version: int = 1
    numbers: Mapping[int, str] = field(default_factory=dict)
    number_sources: Mapping[int, str] = field(default_factory=dict)
    citizens: Mapping[int, Citizen] = field(default_factory=dict)
    verdicts: Mapping[int, RegistryVerdict] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        """The form of the paper."""
        return self.record.form

    def guid(self, *parts: str | int) -> str:
        """A name for a part of this certificate that stays the same at every export."""
        return str(uuid.uuid5(_SPACE, "|".join((self.certificate_id, *map(str, parts)))))

    def remark(self, code: RemarkCode, detail: str = "") -> Remark:
        """Something that a person must do by hand for this certificate."""
        return Remark(self.certificate_id, self.record.value("serial_number"), code, detail)


class RemarkCode(StrEnum):
    """What a format cannot hold, or what it asks for and the record has not; the gravest first."""

    HOLDER_CHANGED = "holder_changed"
    HOLDER_DECEASED = "holder_deceased"
    LAND_CHANGED = "land_changed"
    CHANGE_UNCLEAR = "change_unclear"
    OPENED_AGAIN = "opened_again"
    PRESENT_USER_FILLED = "present_user_filled"
    TOO_MANY_PURPOSES = "too_many_purposes"
    TOO_MANY_ASSETS = "too_many_assets"
    PLACE_UNCERTAIN = "place_uncertain"
    PLACE_SPLIT = "place_split"
    NO_PERSONAL_NUMBER = "no_personal_number"
    NO_SERIAL_NUMBER = "no_serial_number"
    NAME_TAKEN = "name_taken"
    NOT_ARCHIVED = "not_archived"
    TEXT_TOO_LONG = "text_too_long"
    HAS_CHANGES = "has_changes"
    HAS_NOTES = "has_notes"
    SHARED_AREA = "shared_area"
    ACTS_FOR_ANOTHER = "acts_for_another"


REMARKS: Mapping[RemarkCode, str] = {
    RemarkCode.HOLDER_CHANGED: (
        "Mục thay đổi sau khi cấp cho thấy đất đã chuyển cho người khác; người đứng tên trên giấy có thể không còn là"
        " người sử dụng. Xác định người sử dụng hiện tại: {detail}."
    ),
    RemarkCode.HOLDER_DECEASED: (
        "Theo dữ liệu dân cư, người đứng tên đã mất; xác định người thừa kế đang sử dụng đất: {detail}."
    ),
    RemarkCode.LAND_CHANGED: (
        "Sau khi cấp, thửa đất đã tách, hợp, bị thu hồi hoặc đã cấp giấy khác; kiểm tra giấy này còn giá trị không:"
        " {detail}."
    ),
    RemarkCode.CHANGE_UNCLEAR: (
        "Có thay đổi sau khi cấp chưa rõ đất còn của người đứng tên hay không; xem bản quét rồi xác định người sử dụng"
        " hiện tại: {detail}."
    ),
    RemarkCode.OPENED_AGAIN: (
        "Giấy đã lưu trữ nay được mở lại để sửa nên không có trong lần xuất này; xuất lại sau khi duyệt xong."
    ),
    RemarkCode.PRESENT_USER_FILLED: (
        "Người sử dụng hiện tại (cột O đến R) được điền theo mục thay đổi; đối chiếu lại trước khi nộp: {detail}."
    ),
    RemarkCode.TOO_MANY_PURPOSES: "Thửa đất có hơn 3 loại đất; các loại sau loại thứ 3 phải nhập tay: {detail}.",
    RemarkCode.TOO_MANY_ASSETS: "Có hơn một tài sản; tài sản sau phải nhập tay: {detail}.",
    RemarkCode.PLACE_UNCERTAIN: "Chưa xác định được xã của thửa đất nên để trống mã ĐVHC.",
    RemarkCode.PLACE_SPLIT: "Xã cũ được chia vào nhiều xã nên để trống mã ĐVHC; chọn một trong: {detail}.",
    RemarkCode.NO_PERSONAL_NUMBER: "Chưa có số định danh cá nhân (12 số) của người trên giấy: {detail}.",
    RemarkCode.NO_SERIAL_NUMBER: "Giấy chưa có số phát hành.",
    RemarkCode.NAME_TAKEN: "Có giấy khác cùng số phát hành; tệp quét được đặt tên {detail}.",
    RemarkCode.NOT_ARCHIVED: "Giấy chưa có bản PDF/A nên không kèm tệp quét.",
    RemarkCode.TEXT_TOO_LONG: "Nội dung dài hơn một ô của bảng tính nên phần cuối phải nhập tay: cột «{detail}».",
    RemarkCode.HAS_CHANGES: "Giấy có thay đổi sau khi cấp mà biểu mẫu không có cột: {detail}.",
    RemarkCode.SHARED_AREA: "Định dạng không có chỗ cho diện tích sử dụng chung, phải nhập tay: {detail}.",
    RemarkCode.ACTS_FOR_ANOTHER: "Định dạng không có chỗ cho việc đại diện, phải nhập tay: {detail}.",
    RemarkCode.HAS_NOTES: "Giấy có ghi chú mà biểu mẫu không có cột: {detail}.",
}


_GRAVITY = {code: place for place, code in enumerate(RemarkCode)}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person must do by hand for one certificate, because the format or the paper leaves it open."""

    certificate_id: str
    serial_number: str | None
    code: RemarkCode
    detail: str = ""

    @property
    def gravity(self) -> int:
        """Where the remark stands in a list of many: what tells of another holder comes first."""
        return _GRAVITY[self.code]

    @property
    def message(self) -> str:
        """The remark in words."""
        return REMARKS[self.code].format(detail=self.detail)

    def to_json(self) -> dict[str, str | None]:
        return {
            "certificate_id": self.certificate_id,
            "serial_number": self.serial_number,
            "code": self.code.value,
            "detail": self.detail,
            "message": self.message,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Remark:
        return cls(data["certificate_id"], data["serial_number"], RemarkCode(data["code"]), data["detail"])


def partner_of(record: Record, spouse: int) -> int | None:
    """The index of the person whose spouse this is: the nearest before them who is none themselves."""
    return max(
        (
            index
            for index in indexes(record, "owners")
            if index < spouse and record.value(f"owners.{index}.role") not in {"spouse", "organisation"}
        ),
        default=None,
    )


def acts_for(record: Record, index: int) -> int | None:
    """The organisation for which a person acts: the one printed before them, else the first."""
    if record.value(f"owners.{index}.role") != "representative":
        return None
    organisations = [one for one in indexes(record, "owners") if record.value(f"owners.{one}.role") == "organisation"]
    return max((one for one in organisations if one < index), default=next(iter(organisations), None))


def owner_told(record: Record, index: int) -> str:
    """An owner's name, or which of them it is where the name could not be read."""
    return record.value(f"owners.{index}.full_name") or f"người thứ {index + 1}"


def address_of(record: Record, index: int) -> str | None:
    """A person's address: one printed for two spouses stands on the first; nobody else has another's address."""
    own = record.value(f"owners.{index}.address")
    partner = partner_of(record, index) if record.value(f"owners.{index}.role") == "spouse" else None
    return own or (record.value(f"owners.{partner}.address") if partner is not None else None)


def pdf_name(given: HandedOn, number: int = 1) -> str:
    """The name of the certificate's PDF as other systems expect it: ``AA 00476432-GCN.pdf``, ``…-GCN-02.pdf``."""
    stem = _UNSAFE_IN_NAMES.sub("-", given.record.value("serial_number") or given.certificate_id)
    stem = stem[:_LONGEST_STEM].strip(" .")
    return f"{stem or given.certificate_id}-GCN{'' if number == 1 else f'-{number:02}'}.pdf"


def printed_date(value: str | None) -> str:
    """A day as papers print it: ``12/05/2015``, ``05/2015``; a bare year or what is no day stays."""
    month = _ISO_MONTH.fullmatch(value or "")
    if month:
        return f"{month[2]}/{month[1]}"
    match = _ISO_DATE.fullmatch(value or "")
    return f"{match[3]}/{match[2]}/{match[1]}" if match else value or ""


def printed_term(value: str | None) -> str:
    """A term in words: ``Lâu dài``, ``50 năm``, ``15/10/2043``."""
    if value == "lau_dai":
        return "Lâu dài"
    years = _YEARS.fullmatch(value or "")
    return f"{years[1]} năm" if years else printed_date(value)
