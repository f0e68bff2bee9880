"""What somebody asked for and that is not there, or cannot be done as it was asked. Others use ``errors``."""

from __future__ import annotations

from certificate.error_base import SohoaError


class MoveNotAllowed(SohoaError):
    code = "move_not_allowed"
    message = "Hồ sơ không còn ở trạng thái cho phép thao tác này."
    advice = "Tải lại trang để xem trạng thái hiện tại."
    message_en = "The scan is no longer in a state that allows this."
    advice_en = "Reload the page to see its present state."


class NotFound(SohoaError):
    code = "not_found"
    message = "Không tìm thấy hồ sơ."
    advice = "Kiểm tra lại đường dẫn hoặc tìm theo số phát hành."
    message_en = "Not found."
    advice_en = "Check the address, or search by serial number."
    exit_code = 3


class RunExists(SohoaError):
    code = "run_exists"
    message = "Đã có một đợt số hóa khác mang tên này, hoặc thư mục này đang thuộc đợt khác."
    advice = "Đặt tên khác, hoặc làm tiếp đợt đã có: «sohoa run status»."
    message_en = "Another run has this name, or this folder belongs to another run."
    advice_en = "Choose another name, or go on with the run that is there: “sohoa run status”."
    exit_code = 2


class ManifestInvalid(SohoaError):
    code = "manifest_invalid"
    message = "Danh mục CSV không dùng được."
    advice = "Cần dòng đầu có cột «file» (và nếu có: reference, box, shelf), mã hóa UTF-8."
    message_en = "The CSV manifest cannot be used."
    advice_en = "Its first line needs the column “file” (and, if known: reference, box, shelf), in UTF-8."
    exit_code = 2


class FolderUnreachable(SohoaError):
    code = "folder_unreachable"
    message = "Không mở được thư mục này."
    advice = "Kiểm tra ổ đĩa hoặc kết nối mạng và quyền đọc; hệ thống tự làm tiếp khi thư mục có lại."
    message_en = "This folder cannot be opened."
    advice_en = "Check the disk or the connection and the permissions; work goes on by itself when it is back."
    retryable = True
