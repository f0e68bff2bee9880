"""What an identity card scanned beside the certificate may remark; which card belongs to whom is found elsewhere."""

from __future__ import annotations

from certificate.record import Severity
from certificate.rules.kind import FindingKind, card_kind

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

KINDS: tuple[FindingKind, ...] = (
    card_kind(
        "identity_card_joined",
        INFO,
        (
            "Căn cước quét kèm (trang {page}) cho số định danh {number}.",
            "Không cần làm gì; số định danh được lưu kèm nguồn gốc, mục in trên giấy giữ nguyên.",
        ),
        (
            "The identity card scanned beside (page {page}) gives the personal number {number}.",
            "Nothing to do; the number is kept with its source, what is printed stays as it is.",
        ),
    ),
    card_kind(
        "identity_card_name_differs",
        ERROR,
        (
            "Căn cước quét kèm có cùng số giấy tờ nhưng khác họ tên.",
            "Đối chiếu họ tên và số trên giấy với căn cước quét kèm.",
        ),
        (
            "The identity card scanned beside has the same number but another name.",
            "Compare name and number on the certificate with the card.",
        ),
    ),
    card_kind(
        "identity_card_person_differs",
        ERROR,
        (
            "Căn cước quét kèm có cùng số giấy tờ nhưng khác năm sinh hoặc giới tính.",
            "Đối chiếu năm sinh, chữ Ông, Bà và số trên giấy với căn cước quét kèm.",
        ),
        (
            "The identity card scanned beside has the same number but another birth year or gender.",
            "Compare birth year, Ông or Bà, and number on the certificate with the card.",
        ),
    ),
    card_kind(
        "identity_card_number_differs",
        ERROR,
        (
            "Căn cước quét kèm trùng họ tên và năm sinh nhưng khác số giấy tờ.",
            "Đối chiếu số trên giấy với căn cước; có thể là người khác trùng tên.",
        ),
        (
            "The identity card scanned beside has the same name and birth year but another number.",
            "Compare the number with the card; it may be another person of that name.",
        ),
    ),
    card_kind(
        "identity_card_registry_differs",
        ERROR,
        (
            "Số định danh trên căn cước quét kèm khác số của người này trong cơ sở dữ liệu dân cư.",
            "Đối chiếu số trên căn cước với hình; nếu đọc đúng thì báo phụ trách.",
        ),
        (
            "The number on the identity card differs from this person's in the population registry.",
            "Compare the card's number with the picture; if it is read right, tell the supervisor.",
        ),
    ),
    card_kind(
        "identity_card_ambiguous",
        ERROR,
        (
            "Không rõ căn cước quét kèm nào là của người này.",
            "Bỏ căn cước không liên quan khỏi bản quét, hoặc nhập số giấy tờ của người này nếu giấy có ghi.",
        ),
        (
            "It is not clear which of the identity cards belongs to this person.",
            "Leave unrelated cards out of the scan, or enter this person's number if the paper has it.",
        ),
    ),
    card_kind(
        "identity_card_of_nobody",
        WARNING,
        (
            "Căn cước quét kèm (trang {page}) không phải của người nào trên giấy.",
            "Kiểm tra có quét nhầm căn cước của hồ sơ khác không.",
        ),
        (
            "The identity card scanned beside (page {page}) belongs to nobody on the certificate.",
            "Check whether another file's card was scanned by mistake.",
        ),
    ),
)
