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


class RunMoveNotAllowed(MoveNotAllowed):
    code = "run_move_not_allowed"
    message = "Đợt số hóa không ở trạng thái cho phép việc này."
    advice = (
        "Xem trạng thái bằng «sohoa run status»: chỉ tạm dừng được đợt đang chạy, chỉ chạy tiếp được đợt tạm dừng, "
        "đợt đã hủy thì bắt đầu đợt mới."
    )
    message_en = "The run is not in a state that allows this."
    advice_en = (
        "See its state with “sohoa run status”: only a running run is paused, only a paused one goes on, "
        "and a cancelled one is started anew under another name."
    )


class RunNotFound(NotFound):
    code = "run_not_found"
    message = "Không có đợt số hóa nào mang tên này."
    advice = "Xem tên các đợt bằng «sohoa run status»; bắt đầu một đợt bằng «sohoa run start THƯ-MỤC»."
    message_en = "There is no run of this name."
    advice_en = "See the runs with “sohoa run status”; start one with “sohoa run start FOLDER”."


class RunNameInvalid(SohoaError):
    code = "run_name_invalid"
    message = "Tên đợt số hóa để trống, quá 120 chữ hoặc có ký tự điều khiển."
    advice = "Đặt tên ngắn hơn bằng «--name», ví dụ tên kho và năm."
    message_en = "The run's name is empty, longer than 120 letters or holds control characters."
    advice_en = "Give it a short one with “--name”, such as the archive's name and a year."
    exit_code = 2


class CommandInvalid(SohoaError):
    code = "command_invalid"
    message = "Lệnh gõ chưa đúng."
    advice = "Sửa chỗ nêu trên; xem cách gõ và ví dụ bằng cách thêm «--help» vào sau tên lệnh."
    message_en = "The command is not typed as it should be."
    advice_en = "Correct the place named above; add “--help” after the command's name to see how it is typed."
    exit_code = 2


class OutputUnwritable(SohoaError):
    code = "output_unwritable"
    message = "Không ghi được kết quả vào nơi này."
    advice = "Kiểm tra quyền ghi và chỗ trống, hoặc chọn thư mục khác bằng «--output»."
    message_en = "The result cannot be written there."
    advice_en = "Check the permissions and the room on the disk, or choose another folder with “--output”."


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
    advice = (
        "Cần dòng đầu có cột «file» (và nếu có: reference, box, shelf), mã hóa UTF-8; "
        "sửa rồi chạy lại «sohoa run start»."
    )
    message_en = "The CSV manifest cannot be used."
    advice_en = (
        "Its first line needs the column “file” (and, if known: reference, box, shelf), in UTF-8; "
        "correct it and run “sohoa run start” again."
    )
    exit_code = 2


class FolderUnreachable(SohoaError):
    code = "folder_unreachable"
    message = "Không mở được thư mục này."
    advice = "Kiểm tra đường dẫn, ổ đĩa hoặc kết nối mạng và quyền đọc; hệ thống tự làm tiếp khi thư mục có lại."
    message_en = "This folder cannot be opened."
    advice_en = (
        "Check its path, the disk or the connection and the permissions; work goes on by itself when it is back."
    )
    retryable = True


class FolderMissing(FolderUnreachable):
    code = "folder_missing"
    message = "Không có thư mục này, hoặc không có quyền mở."
    advice = "Kiểm tra đường dẫn, ổ đĩa và quyền đọc rồi chạy lại lệnh; chưa có gì được ghi."
    message_en = "There is no such folder, or it may not be opened."
    advice_en = "Check the path, the disk and the permissions and run the command again; nothing was listed."
    retryable = False
    exit_code = 2
