"""What people call states, verdicts, forms and the machine's reasons for a return: Vietnamese, then English.

For the command line and reports; pages carry the same Vietnamese words in their own translatable tables, and a test
holds the two alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from certificate.citizens import RegistryVerdict
from certificate.errors import all_errors
from certificate.record import Form
from certificate.states import State


@dataclass(frozen=True, slots=True)
class Words:
    """One thing in both languages."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.vi


STATES: Mapping[State, Words] = {
    State.RECEIVED: Words("Đã nhận, chờ đọc", "Received, waits to be read"),
    State.READING: Words("Đang đọc", "Being read"),
    State.CHECKING: Words("Đang đối chiếu", "Being checked"),
    State.WAITING_REGISTRY: Words("Chờ dữ liệu dân cư", "Waits for the registry"),
    State.IN_REVIEW: Words("Chờ kiểm tra", "Waits for review"),
    State.ARCHIVING: Words("Đang lưu trữ", "Being archived"),
    State.ARCHIVED: Words("Đã lưu trữ", "Archived"),
    State.RETURNED: Words("Trả lại", "Returned"),
    State.DUPLICATE: Words("Trùng bản quét", "Duplicate scan"),
    State.FAILED: Words("Không xử lý được", "Failed"),
}

VERDICTS: Mapping[RegistryVerdict, Words] = {
    RegistryVerdict.MATCH: Words("Khớp dữ liệu dân cư", "Matches the registry"),
    RegistryVerdict.NAME_DIFFERS: Words("Khác họ tên", "Another name"),
    RegistryVerdict.BIRTH_YEAR_DIFFERS: Words("Khác năm sinh", "Another birth year"),
    RegistryVerdict.GENDER_DIFFERS: Words("Khác giới tính", "Another gender"),
    RegistryVerdict.ONLY_OLD_ID: Words("Chỉ có số CMND cũ", "Found by the old number only"),
    RegistryVerdict.DECEASED: Words("Người này đã mất", "Deceased"),
    RegistryVerdict.NOT_FOUND: Words("Không tìm thấy người này", "Not found"),
    RegistryVerdict.UNAVAILABLE: Words("Dữ liệu dân cư chưa trả lời", "The registry does not answer"),
    RegistryVerdict.NOT_ASKED: Words("Chưa tra cứu", "Not asked"),
}

FORMS: Mapping[Form, Words] = {
    Form.LD1993: Words("Sổ đỏ 1993", "Red book 1993"),
    Form.LD2003: Words("Sổ đỏ 2004", "Red book 2004"),
    Form.ND60: Words("Sổ hồng NĐ 60", "House certificate NĐ 60"),
    Form.ND90: Words("Sổ hồng NĐ 90", "House certificate NĐ 90"),
    Form.TT17_2009: Words("Mẫu 2009 (TT 17)", "Form of 2009 (TT 17)"),
    Form.TT23_2014: Words("Mẫu 2014 (TT 23)", "Form of 2014 (TT 23)"),
    Form.TT10_2024: Words("Mẫu 2025 (TT 10)", "Form of 2025 (TT 10)"),
    Form.CCCD: Words("Căn cước công dân", "Identity card"),
    Form.OTHER: Words("Giấy tờ khác", "Another paper"),
}

# What the machine itself writes as the reason for a return: what is wrong, and what to do.
RETURN_REASONS: Mapping[str, tuple[Words, Words]] = {
    "blank_page": (
        Words("Bản quét không có nội dung (trang trắng).", "The scan is blank."),
        Words(
            "Kiểm tra mặt giấy đặt vào máy quét rồi quét lại.",
            "Check which side of the paper faces the scanner, then scan again.",
        ),
    ),
    "not_a_certificate": (
        Words("Không nhận ra giấy chứng nhận trong bản quét.", "No certificate was found on the scan."),
        Words(
            "Quét đúng giấy chứng nhận; nếu đây đúng là giấy chứng nhận, bấm «Vẫn gửi kiểm tra».",
            "Scan the certificate; if this is one after all, press “Send to review anyway”.",
        ),
    ),
    "blurred": (
        Words("Bản quét bị nhòe, không đọc được.", "The scan is too blurred to be read."),
        Words(
            "Lau mặt kính hoặc ống kính, giữ yên máy, đặt giấy phẳng rồi quét hay chụp lại ở 300 dpi.",
            "Clean the glass or the lens, hold still, lay the paper flat, then scan or photograph again at 300 dpi.",
        ),
    ),
    "low_contrast": (
        Words(
            "Bản quét quá tối, quá sáng hoặc chữ quá mờ, không đọc được.",
            "The scan is too dark, too light or its print too faint to be read.",
        ),
        Words(
            "Chỉnh độ sáng và độ tương phản của máy quét, hoặc chụp ở chỗ sáng hơn, rồi gửi lại.",
            "Adjust the scanner's brightness and contrast, or find more light, then send it again.",
        ),
    ),
    "page_unreadable": (
        Words("Có trang không đọc được.", "A page cannot be read."),
        Words("Quét lại trang đó ở 300 dpi rồi gửi lại.", "Scan that page again at 300 dpi and send it."),
    ),
}


def remark_on(error_code: str | None, return_reason: str | None) -> tuple[Words, Words] | None:
    """What is wrong with a scan that failed or was returned and what to do, or ``None`` when nothing is wrong.

    A reviewer's own reason stands as it was typed.
    """
    if return_reason:
        typed = (Words(return_reason, return_reason), Words("", ""))
        return RETURN_REASONS.get(return_reason, typed)
    if error_code:
        kinds = {kind.code: kind for kind in all_errors()}
        kind = kinds.get(error_code, kinds["internal"])
        return Words(kind.message, kind.message_en), Words(kind.advice, kind.advice_en)
    return None


def masked(id_number: str) -> str:
    """An identity number for lists: the first three and last three digits, the rest hidden."""
    hidden = len(id_number) - 6
    return f"{id_number[:3]}{'*' * hidden}{id_number[-3:]}" if hidden > 0 else "*" * len(id_number)
