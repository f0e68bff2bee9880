"""What is wrong with a call before any work begins: where, what for, on which settings. The tree is in ``errors``."""

from __future__ import annotations

from certificate.asking_errors import NotFound
from certificate.error_base import SohoaError


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
