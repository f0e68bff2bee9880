"""What can be wrong with a row of a list that came back from the registry: code and sentence in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from certificate.wording import Words


class RowFault(StrEnum):
    """Why a row is left out."""

    NO_LINE = "no_line"
    LINE_UNKNOWN = "line_unknown"
    OUTCOME_UNKNOWN = "outcome_unknown"
    CONTRADICTION = "contradiction"
    NUMBER_MALFORMED = "number_malformed"
    OLD_NUMBER_MALFORMED = "old_number_malformed"
    NAME_MISSING = "name_missing"
    BIRTH_DATE_MALFORMED = "birth_date_malformed"
    GENDER_UNKNOWN = "gender_unknown"
    STATUS_UNKNOWN = "status_unknown"
    NUMBER_DIFFERS = "number_differs"
    ANOTHER_NUMBER = "another_number"


WORDS: dict[RowFault, Words] = {
    RowFault.NO_LINE: Words("Dòng không có mã dòng.", "The row has no line id."),
    RowFault.LINE_UNKNOWN: Words(
        "Mã dòng này không có trong hệ thống; dùng lại tệp đã xuất.", "No such line; use the file that was exported."
    ),
    RowFault.OUTCOME_UNKNOWN: Words("Kết quả phải là «Có» hoặc «Không có».", "The outcome is “Có” or “Không có”."),
    RowFault.CONTRADICTION: Words(
        "Vừa ghi không có vừa ghi thông tin người tìm thấy.", "It says nobody was found, and tells of somebody."
    ),
    RowFault.NUMBER_MALFORMED: Words(
        "Số định danh cá nhân phải có 12 chữ số.", "The personal number must have 12 digits."
    ),
    RowFault.OLD_NUMBER_MALFORMED: Words(
        "Số cũ phải có 9 hoặc 12 chữ số.", "The number before must have 9 or 12 digits."
    ),
    RowFault.NAME_MISSING: Words("Thiếu họ và tên.", "The name is missing."),
    RowFault.BIRTH_DATE_MALFORMED: Words(
        "Ngày sinh phải là ngày/tháng/năm hoặc năm.", "The birth date is day/month/year, or a year."
    ),
    RowFault.GENDER_UNKNOWN: Words("Giới tính phải là Nam hoặc Nữ.", "The gender is Nam or Nữ."),
    RowFault.STATUS_UNKNOWN: Words(
        "Tình trạng phải là Còn sống, Đã mất hoặc Đã đổi số.", "The status is Còn sống, Đã mất or Đã đổi số."
    ),
    RowFault.NUMBER_DIFFERS: Words(
        "Năm sinh hoặc giới tính không khớp số định danh.", "Birth year or gender does not fit the personal number."
    ),
    RowFault.ANOTHER_NUMBER: Words(
        "Người tìm thấy không mang số giấy tờ đã hỏi.", "Who was found does not bear the number that was asked about."
    ),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was left out, by its number in the sheet, and why."""

    row: int
    fault: RowFault

    def to_json(self) -> dict[str, object]:
        return {"row": self.row, "code": self.fault.value, "message": WORDS[self.fault].vi}
