"""What the reader may remark about a page or about how it came to a value."""

from __future__ import annotations

from certificate.record import Severity
from certificate.rules.kind import FindingKind, reader_kind

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

# With one of these nobody knows what stands on a page, or whether anything does; the one to tell first stands first.
CANNOT_BE_JUDGED = ("blurred", "low_contrast")

KINDS: tuple[FindingKind, ...] = (
    # Pages
    reader_kind(
        "blank_page",
        INFO,
        ("Trang {page} trắng, không có nội dung.", "Không cần làm gì; nếu mặt giấy có chữ thì quét lại trang này."),
        ("Page {page} is blank.", "Nothing to do; if the paper has print on that side, scan the page again."),
    ),
    reader_kind(
        "attachment",
        INFO,
        ("Trang {page} là giấy tờ kèm theo, không phải giấy chứng nhận.", "Không cần làm gì; trang vẫn được lưu."),
        ("Page {page} is a paper beside the certificate.", "Nothing to do; the page is kept all the same."),
    ),
    reader_kind(
        "embedded_file",
        WARNING,
        ("Tệp PDF có tệp khác nhúng bên trong.", "Kiểm tra nguồn gửi tệp; bản lưu trữ không giữ tệp nhúng."),
        ("The PDF holds embedded files.", "Check where the file comes from; the archive copy keeps none of them."),
    ),
    reader_kind(
        "not_a_certificate",
        ERROR,
        (
            "Đây không phải giấy chứng nhận quyền sử dụng đất.",
            "Kiểm tra lại tệp; nếu đúng là giấy chứng nhận thì chuyển cho người kiểm tra.",
        ),
        ("This is not a land certificate.", "Check the file; if it is a certificate after all, send it to review."),
    ),
    reader_kind(
        "form_uncertain",
        WARNING,
        ("Chưa chắc giấy thuộc mẫu nào.", "So tiêu đề và các mục của giấy với mẫu đã nhận rồi xác nhận."),
        (
            "The form of the certificate is uncertain.",
            "Compare title and headings with the form found, and confirm it.",
        ),
    ),
    reader_kind(
        "page_unreadable",
        ERROR,
        ("Không đọc được trang {page}.", "Quét lại trang này ở 300 dpi rồi gửi lại."),
        ("Page {page} cannot be read.", "Scan this page again at 300 dpi and send it."),
    ),
    reader_kind(
        "blurred",
        WARNING,
        ("Trang {page} bị nhòe.", "Lau mặt kính, đặt giấy phẳng và quét lại ở 300 dpi."),
        ("Page {page} is blurred.", "Clean the glass, lay the paper flat and scan again at 300 dpi."),
    ),
    reader_kind(
        "low_resolution",
        WARNING,
        ("Trang {page} có độ phân giải thấp (khoảng {dpi} dpi).", "Quét lại ở 300 dpi, không chụp lại từ màn hình."),
        ("Page {page} has a low resolution (about {dpi} dpi).", "Scan again at 300 dpi, not from a screen."),
    ),
    reader_kind(
        "low_contrast",
        WARNING,
        ("Trang {page} quá tối, quá sáng hoặc chữ quá mờ.", "Chỉnh độ sáng của máy quét rồi quét lại."),
        (
            "Page {page} is too dark, too light or its print too faint.",
            "Adjust the scanner's brightness and scan again.",
        ),
    ),
    reader_kind(
        "cut_off",
        WARNING,
        ("Trang {page} bị cắt mất mép giấy.", "Đặt cả tờ giấy vào khung quét rồi quét lại."),
        ("Page {page} is cut off at an edge.", "Place the whole sheet inside the scanner's frame and scan again."),
    ),
    reader_kind(
        "face_missing",
        WARNING,
        ("Thiếu mặt {face} của giấy chứng nhận.", "Quét thêm mặt còn thiếu và gửi lại cả giấy trong một tệp."),
        (
            "Face {face} of the certificate is missing.",
            "Scan the missing face too and send the whole paper as one file.",
        ),
    ),
    # Values
    reader_kind(
        "handwritten",
        WARNING,
        ("Nội dung viết tay, máy không tự chấp nhận.", "Đối chiếu với hình và xác nhận hoặc sửa."),
        (
            "The value is handwritten and is never accepted by itself.",
            "Compare it with the picture, then confirm or correct it.",
        ),
    ),
    reader_kind(
        "readers_differ",
        WARNING,
        ("Hai bộ đọc cho kết quả khác nhau.", "Đối chiếu với hình và chọn giá trị đúng."),
        ("The two readers disagree.", "Compare with the picture and choose the right value."),
    ),
    # Values that do not fit together
    reader_kind(
        "owners_uneven",
        WARNING,
        (
            "Thông tin các chủ không đều nhau: có người thiếu tên, số giấy tờ hoặc năm sinh.",
            "Đối chiếu mục người sử dụng đất với hình; có thể một dòng bị đọc lệch.",
        ),
        (
            "The owners do not have the same: somebody lacks a name, a number or a birth.",
            "Compare the owners with the picture; a line may have been read in the wrong place.",
        ),
    ),
    reader_kind(
        "parcels_uneven",
        WARNING,
        (
            "Các thửa trong bảng không đều nhau: có thửa thiếu cột mà các thửa khác có.",
            "Đối chiếu bảng thửa đất với hình từng dòng một.",
        ),
        (
            "The parcels of the table do not have the same columns.",
            "Compare the table of parcels with the picture, row by row.",
        ),
    ),
    reader_kind(
        "changes_uneven",
        WARNING,
        (
            "Các thay đổi không theo thứ tự thời gian, trước ngày cấp giấy hoặc có mục thiếu ngày.",
            "Đối chiếu mục thay đổi với hình; có thể trang này thuộc giấy chứng nhận khác.",
        ),
        (
            "The changes are out of order, before the issue, or one of them has no day.",
            "Compare the changes with the picture; the page may be another certificate's.",
        ),
    ),
    reader_kind(
        "pages_mixed",
        WARNING,
        (
            "Trang của nhiều giấy chứng nhận nằm xen nhau trong tệp; có thể một trang bị xếp nhầm giấy.",
            "Xem từng trang thuộc giấy nào; nếu cần thì quét mỗi giấy chứng nhận thành một tệp.",
        ),
        (
            "Pages of several certificates lie mixed in the file; one may have been given to the wrong certificate.",
            "See which page belongs to which certificate; if need be, scan each into a file of its own.",
        ),
    ),
    reader_kind(
        "under_seal",
        INFO,
        ("Chữ nằm dưới dấu hoặc chữ ký.", "Đối chiếu kỹ với hình."),
        ("The print lies under a seal or a signature.", "Compare closely with the picture."),
    ),
    reader_kind(
        "corrected_by_list",
        INFO,
        ("Đọc là «{raw}», sửa theo danh mục thành «{value}».", "Đối chiếu với hình nếu thấy lạ."),
        ("Read as “{raw}”, corrected from a list to “{value}”.", "Compare with the picture if it looks odd."),
    ),
    reader_kind(
        "corrected_by_cross_check",
        INFO,
        (
            "Đọc là «{raw}», sửa thành «{value}» vì chỉ giá trị này khớp với các mục khác.",
            "Đối chiếu với hình nếu thấy lạ.",
        ),
        (
            "Read as “{raw}”, corrected to “{value}”, the only one that fits the other fields.",
            "Compare with the picture if it looks odd.",
        ),
    ),
)
