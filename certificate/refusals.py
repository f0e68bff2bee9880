"""Files that cannot become a record, each with what the person at the screen is told. Others use ``errors``."""

from __future__ import annotations

from certificate.error_base import SohoaError


class ScanRefused(SohoaError):
    """A file that cannot become a record."""

    code = "refused"
    message = "Không đọc được tệp này."
    advice = "Quét lại giấy chứng nhận và gửi tệp mới."
    message_en = "This file cannot be read."
    advice_en = "Scan the certificate again and send the new file."


class EmptyFile(ScanRefused):
    code = "empty_file"
    message = "Tệp rỗng, không có dữ liệu."
    advice = "Kiểm tra máy quét rồi quét và gửi lại."
    message_en = "The file is empty."
    advice_en = "Check the scanner, then scan and send it again."


class UnsupportedType(ScanRefused):
    code = "unsupported_type"
    message = "Nội dung tệp không phải PDF, TIFF, JPEG hay PNG."
    advice = "Lưu bản quét dưới dạng PDF, TIFF, JPEG hoặc PNG rồi gửi lại; đổi đuôi tệp là không đủ."
    message_en = "The content is not PDF, TIFF, JPEG or PNG."
    advice_en = "Save the scan as PDF, TIFF, JPEG or PNG and send it again; renaming the file is not enough."


class Encrypted(ScanRefused):
    code = "encrypted"
    message = "Tệp PDF có mật khẩu nên không mở được."
    advice = "Bỏ mật khẩu (mở tệp, in hoặc lưu thành PDF mới) rồi gửi lại."
    message_en = "The PDF needs a password."
    advice_en = "Remove the password (open it and print or save it as a new PDF), then send it again."


class Damaged(ScanRefused):
    code = "damaged"
    message = "Tệp bị hỏng hoặc thiếu một phần."
    advice = "Sao chép lại từ máy quét hoặc quét lại; không dùng tệp này."
    message_en = "The file is damaged or incomplete."
    advice_en = "Copy it from the scanner again or scan again; do not use this file."


class NoAccess(ScanRefused):
    code = "no_access"
    message = "Không mở được tệp này: không có quyền đọc, hoặc tệp không còn ở đó."
    advice = "Kiểm tra quyền đọc của tệp và kết nối tới ổ đĩa rồi chạy lại."
    message_en = "The file cannot be opened: no permission, or it is gone."
    advice_en = "Check the file's permissions and the connection to its disk, then run again."


class NameUnreadable(ScanRefused):
    code = "name_unreadable"
    message = "Tên tệp có ký tự hệ thống không đọc được (không phải UTF-8)."
    advice = "Đổi tên tệp, rồi chạy lại «sohoa run start» trên thư mục đó."
    message_en = "The file's name holds bytes that are no text (not UTF-8)."
    advice_en = "Rename the file and run “sohoa run start” on that folder again."


class TooLarge(ScanRefused):
    code = "too_large"
    message = "Tệp quá lớn."
    advice = "Quét ở 300 dpi, màu, nén JPEG; tách hồ sơ nhiều giấy thành từng tệp."
    message_en = "The file is too large."
    advice_en = "Scan at 300 dpi in colour with JPEG compression; split files that hold many papers."


class TooManyPixels(ScanRefused):
    code = "too_many_pixels"
    message = "Ảnh có quá nhiều điểm ảnh."
    advice = "Quét lại ở 300 dpi; khổ A3 ở 300 dpi là đủ."
    message_en = "The image has too many pixels."
    advice_en = "Scan again at 300 dpi; A3 at 300 dpi is enough."


class TooManyPages(ScanRefused):
    code = "too_many_pages"
    message = "Tệp có quá nhiều trang."
    advice = "Tách thành nhiều tệp, mỗi tệp một giấy chứng nhận."
    message_en = "The file has too many pages."
    advice_en = "Split it into several files, one certificate each."


class ReadTimeout(ScanRefused):
    code = "read_timeout"
    message = "Đọc tệp quá lâu nên đã dừng."
    advice = "Hệ thống sẽ thử lại; nếu vẫn lỗi, quét lại ở 300 dpi."
    message_en = "Reading took too long and was stopped."
    advice_en = "The system tries again; if it keeps failing, scan again at 300 dpi."
    retryable = True


class ReaderCrashed(ScanRefused):
    code = "reader_crashed"
    message = "Bộ đọc dừng đột ngột khi đọc tệp này."
    advice = "Hệ thống sẽ thử lại; nếu vẫn lỗi, quét lại và gửi tệp mới."
    message_en = "The reader stopped suddenly on this file."
    advice_en = "The system tries again; if it keeps failing, scan again and send a new file."
    retryable = True


class InputMissing(ScanRefused):
    code = "input_missing"
    message = "Không thấy tệp này trong thư mục."
    advice = "Chép lại tệp vào đúng chỗ, hoặc sửa danh mục, rồi chạy «sohoa run retry-failed»."
    message_en = "This file is not in the folder."
    advice_en = "Put the file back in its place, or correct the manifest, then run “sohoa run retry-failed”."


class NotAFile(ScanRefused):
    code = "not_a_file"
    message = "Đây là liên kết hoặc thiết bị, không phải tệp thường."
    advice = "Chép tệp thật vào thư mục thay cho liên kết."
    message_en = "This is a link or a device, not a plain file."
    advice_en = "Put the file itself into the folder in place of the link."


class ManifestRepeats(ScanRefused):
    code = "manifest_repeats"
    message = "Số hiệu này đã có ở dòng khác của danh mục."
    advice = "Đặt các tệp của một giấy ở các dòng liền nhau, hoặc sửa số hiệu, rồi chạy lại."
    message_en = "Another line of the manifest has this reference already."
    advice_en = "Put the files of one certificate on neighbouring lines, or correct the reference, then run again."
