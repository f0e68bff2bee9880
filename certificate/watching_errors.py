"""What keeps a drop folder from being watched. Others use ``errors``."""

from __future__ import annotations

from certificate.error_base import SohoaError


class FolderWatched(SohoaError):
    code = "folder_watched"
    message = "Thư mục này đã có một lệnh «sohoa watch» khác trên máy này theo dõi."
    advice = (
        "Không cần chạy thêm; muốn chạy lại thì dừng lệnh kia trước (Ctrl-C, hoặc «systemctl stop» nếu là dịch vụ)."
    )
    message_en = "Another “sohoa watch” on this machine watches this folder already."
    advice_en = "Nothing to do; to start it anew, stop the other first (Ctrl-C, or “systemctl stop” for a service)."
    exit_code = 5
