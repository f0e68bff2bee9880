"""What the reader may remark about a page or about how it came to a value."""

from __future__ import annotations

from certificate.record import Severity
from certificate.rules.kind import FindingKind, reader_kind

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

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
    reader_kind(
        "face_repeated",
        INFO,
        ("Mặt {face} có hơn một lần trong tệp.", "Không cần làm gì; hệ thống dùng bản rõ hơn."),
        ("Face {face} is in the file more than once.", "Nothing to do; the clearer one is used."),
    ),
    reader_kind(
        "supplement_sheet",
        INFO,
        ("Giấy có trang bổ sung.", "Xem các thay đổi trên trang bổ sung."),
        ("The certificate has a supplementary sheet.", "Look at the changes on that sheet."),
    ),
    reader_kind(
        "several_certificates",
        INFO,
        ("Tệp có {count} giấy chứng nhận.", "Kiểm tra từng giấy; mỗi giấy là một bản ghi riêng."),
        ("The file holds {count} certificates.", "Check each of them; each is a record of its own."),
    ),
    reader_kind(
        "text_layer_untrusted",
        WARNING,
        ("Lớp chữ có sẵn trong PDF không khớp với hình nên không dùng.", "Không cần làm gì; chữ được đọc lại từ hình."),
        (
            "The PDF's own text differs from its picture and was not used.",
            "Nothing to do; the text was read from the picture.",
        ),
    ),
    reader_kind(
        "unusual_layout",
        WARNING,
        ("Không tìm thấy đủ các mục in sẵn của mẫu giấy này.", "Đối chiếu từng mục với hình trước khi xác nhận."),
        (
            "Some printed headings of this form were not found.",
            "Compare each field with the picture before confirming.",
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
    reader_kind(
        "possible_previous_serial",
        WARNING,
        (
            "Số «{value}» nằm ở ghi chú hoặc mục thay đổi, có thể là số của giấy cũ.",
            "Lấy số phát hành in ở cuối mặt 1 (mẫu 2024: góc dưới bên trái).",
        ),
        (
            "The number “{value}” stands in the notes or changes and may be the previous certificate's.",
            "Take the serial printed at the foot of face 1 (2024 form: bottom left).",
        ),
    ),
    reader_kind(
        "code_unreadable",
        INFO,
        ("Có mã vạch hoặc mã QR nhưng không giải mã được.", "Không bắt buộc; quét lại rõ hơn nếu cần đối chiếu."),
        (
            "There is a barcode or QR code that could not be decoded.",
            "Not required; scan more sharply if the cross-check is wanted.",
        ),
    ),
    reader_kind(
        "id_from_identity_card",
        INFO,
        (
            "Số định danh lấy từ thẻ căn cước quét kèm, vì giấy chỉ ghi CMND.",
            "Đối chiếu họ tên và năm sinh trên thẻ với giấy.",
        ),
        (
            "The personal number comes from the identity card scanned beside it; the paper only has the old one.",
            "Compare name and birth year on the card with the paper.",
        ),
    ),
)
