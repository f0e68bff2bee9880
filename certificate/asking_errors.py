"""What is wrong with what was asked for: a command, a name, a folder, a setting, a move. The tree is in ``errors``."""

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


class NoOffice(SohoaError):
    """``detail`` is the folder that was looked into."""

    code = "no_office"
    message = "Thư mục này chưa có dữ liệu Sổ Hóa."
    advice = (
        "Kiểm tra lại «--home» hoặc SOHOA_HOME, và ổ đĩa đã được gắn chưa; muốn bắt đầu một cơ sở dữ liệu mới ở đây"
        " thì chạy «sohoa up» hoặc «sohoa migrate»."
    )
    message_en = "There is no office in this folder yet."
    advice_en = (
        "Check “--home” or SOHOA_HOME, and whether its disk is mounted; to begin a new office here run “sohoa up” or"
        " “sohoa migrate”."
    )
    exit_code = 2


class PurposeMissing(SohoaError):
    code = "purpose_missing"
    message = "Chưa ghi mục đích xuất dữ liệu."
    advice = (
        "Ghi sau «--purpose» xuất cho ai và để làm gì, ví dụ «Nộp Sở theo kế hoạch 515»; điều này được ghi nhật ký."
    )
    message_en = "The purpose of the export is missing."
    advice_en = "Say behind “--purpose” for whom and what for; it is written into the audit log."
    exit_code = 2


class BackupInsideHome(SohoaError):
    """``detail`` is the folder that was named."""

    code = "backup_inside_home"
    message = "Thư mục sao lưu nằm trong chính thư mục dữ liệu, sẽ mất cùng với nó."
    advice = "Chọn thư mục ở nơi khác, tốt nhất trên ổ đĩa hoặc máy khác."
    message_en = "The backup's folder lies inside the home folder and would be lost with it."
    advice_en = "Choose a folder elsewhere, best on another disk or machine."
    exit_code = 2


class NameTaken(SohoaError):
    code = "name_taken"
    message = "Tên đăng nhập này đã có người dùng."
    advice = "Chọn tên đăng nhập khác."
    message_en = "Somebody has this sign-in name already."
    advice_en = "Choose another sign-in name."
    exit_code = 2


class SettingsInvalid(SohoaError):
    code = "settings_invalid"
    message = "Cấu hình không hợp lệ."
    advice = "Sửa các mục nêu trên rồi chạy lại."
    message_en = "The settings are not valid."
    advice_en = "Correct the entries named above and run again."
    exit_code = 2


class AlreadyRunning(SohoaError):
    code = "already_running"
    message = "Hệ thống đang chạy rồi với thư mục dữ liệu này."
    advice = "Dùng hệ thống đang chạy (xem «sohoa status»), hoặc dừng nó bằng Ctrl-C trước khi chạy lại."
    message_en = "The system is already running on this home folder."
    advice_en = "Use the one that runs (see “sohoa status”), or stop it with Ctrl-C first."
    exit_code = 5


class PortTaken(SohoaError):
    code = "port_taken"
    message = "Một chương trình khác đang dùng cổng mạng này."
    advice = "Chọn cổng khác: «sohoa up --port 8090», hoặc «--port 0» để máy tự chọn."
    message_en = "Another program uses this port."
    advice_en = "Choose another: “sohoa up --port 8090”, or “--port 0” for any free one."
    exit_code = 2


class OfficeUnknown(NotFound):
    """``detail`` is the name that was asked for, and those that there are."""

    code = "office_unknown"
    message = "Không có đơn vị nào mang tên này."
    advice = "Gõ đúng tên một trong các đơn vị nêu trên sau «--office», hoặc bỏ mục này."
    message_en = "No office has this name."
    advice_en = "Type one of the offices named above behind “--office”, or leave it out."


class CommuneUnknown(NotFound):
    """``detail`` is the name that was asked for."""

    code = "commune_unknown"
    message = "Không có xã, phường nào mang tên này."
    advice = "Gõ tên xã cũ hoặc mới, có thể kèm huyện, tỉnh; không cần gõ dấu."
    message_en = "No commune has this name."
    advice_en = "Type its old or new name, with district and province if you like; accents may be left out."


class NothingToExport(NotFound):
    """``detail`` is what was asked for."""

    code = "nothing_to_export"
    message = "Không có giấy nào để xuất, nên chưa ghi gì."
    advice = "Kiểm tra lại «--since», «--office», «--run»; chỉ giấy đã lưu trữ mới được xuất."
    message_en = "There is no certificate to export, so nothing was written."
    advice_en = "Check “--since”, “--office” and “--run”; only archived certificates are exported."


class FolderWatched(SohoaError):
    code = "folder_watched"
    message = "Thư mục này đã có một lệnh «sohoa watch» khác trên máy này theo dõi."
    advice = (
        "Không cần chạy thêm; muốn chạy lại thì dừng lệnh kia trước (Ctrl-C, hoặc «systemctl stop» nếu là dịch vụ)."
    )
    message_en = "Another “sohoa watch” on this machine watches this folder already."
    advice_en = "Nothing to do; to start it anew, stop the other first (Ctrl-C, or “systemctl stop” for a service)."
    exit_code = 5
