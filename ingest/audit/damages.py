"""The damages an audit can find: code, how grave, what to say and what to do, in both languages.

A damage never holds a person's name or number: it names scans and certificates by their ids and blobs by their hash.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Gravity(StrEnum):
    """``LOST``: something original is at stake; ``REBUILDABLE``: it can be made again; ``NOTICE``: nothing is lost."""

    LOST = "lost"
    REBUILDABLE = "rebuildable"
    NOTICE = "notice"


class Role(StrEnum):
    """What a blob is for the scan that names it."""

    ORIGINAL = "original"
    PDFA = "pdfa"
    OLD_PDFA = "old_pdfa"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage; ``mended`` once a repair put it right and a second look found it so."""

    code: str
    scan_id: str = ""
    certificate_id: str = ""
    blob: str = ""
    role: str = ""
    detail: str = ""
    mended: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two reports of a damage one."""
        return self.code, self.scan_id, self.certificate_id, self.blob, self.role, self.detail

    @property
    def gravity(self) -> Gravity:
        """How grave it is; a blob that can be made again is less than an original."""
        if self.role and self.role != Role.ORIGINAL:
            return Gravity.REBUILDABLE
        return WORDING[self.code].gravity

    def to_json(self) -> dict[str, Any]:
        words = WORDING[self.code]
        return {
            **{name: value for name, value in asdict(self).items() if value or name in {"code", "mended"}},
            "gravity": self.gravity.value,
            "message": words.message,
            "advice": words.advice,
        }


class Words(NamedTuple):
    """What is said of a kind of damage."""

    gravity: Gravity
    message: str
    advice: str
    message_en: str
    advice_en: str


_RESTORE = "Khôi phục từ bản sao lưu («sohoa restore»); giữ nguyên kho cho đến khi tìm được nguyên nhân."
_RESTORE_EN = "Restore from backup (“sohoa restore”); leave the store as it is until the cause is known."
_REPAIR = "Chạy «sohoa audit --repair»; nếu là bản gốc thì khôi phục từ bản sao lưu."
_REPAIR_EN = "Run “sohoa audit --repair”; an original must be restored from backup."
_REBUILD = "Chạy «sohoa audit --repair» để dựng lại."
_REBUILD_EN = "Run “sohoa audit --repair” to build it again."
_ASK = "Xem ai đã sửa cơ sở dữ liệu ngoài hệ thống; đối chiếu với bản sao lưu gần nhất."
_ASK_EN = "Find out who changed the database behind the system's back; compare with the last backup."

WORDING: dict[str, Words] = {
    "blob_missing": Words(
        Gravity.LOST, "Thiếu tệp trong kho.", _REPAIR, "A file is missing from the store.", _REPAIR_EN
    ),
    "blob_truncated": Words(Gravity.LOST, "Tệp trong kho bị cụt.", _REPAIR, "A stored file was cut off.", _REPAIR_EN),
    "blob_swapped": Words(
        Gravity.LOST, "Tệp trong kho mang nội dung của tệp khác.", _REPAIR,
        "A stored file has the content of another one.", _REPAIR_EN,
    ),
    "blob_altered": Words(
        Gravity.LOST, "Tệp trong kho đã bị thay đổi.", _REPAIR, "A stored file was altered.", _REPAIR_EN
    ),
    "blob_unreadable": Words(
        Gravity.LOST, "Không đọc được tệp trong kho.", "Kiểm tra ổ đĩa và quyền đọc rồi chạy lại kiểm toán.",
        "A stored file cannot be read.", "Check the disk and the permissions, then run the audit again.",
    ),
    "blob_unnamed": Words(
        Gravity.NOTICE, "Kho có tệp mà không hồ sơ nào nhắc đến.",
        "Không cần làm gì: thường là phần còn lại của một lần tiếp nhận bị ngắt giữa chừng.",
        "The store holds a file that no record names.",
        "Nothing to do: usually what an interrupted intake left behind.",
    ),
    "pdfa_unreadable": Words(
        Gravity.REBUILDABLE, "Bản PDF/A không mở được hoặc không đạt.", _REBUILD,
        "A PDF/A does not open or does not conform.", _REBUILD_EN,
    ),
    "pdfa_of_another": Words(
        Gravity.REBUILDABLE, "Bản PDF/A thuộc về hồ sơ khác.", _REBUILD,
        "A PDF/A belongs to another record.", _REBUILD_EN,
    ),
    "signature_broken": Words(
        Gravity.REBUILDABLE, "Chữ ký số trên bản PDF/A không còn giá trị.", _REBUILD,
        "The signature on a PDF/A no longer holds.", _REBUILD_EN,
    ),
    "record_altered": Words(
        Gravity.REBUILDABLE, "Bản ghi đã duyệt bị sửa ngoài hệ thống.", _REBUILD,
        "An approved record was changed behind the system's back.", _REBUILD_EN,
    ),
    "version_altered": Words(
        Gravity.LOST, "Một phiên bản của bản ghi khác với chuỗi nhật ký.", _RESTORE,
        "A version of a record differs from the chain of events.", _RESTORE_EN,
    ),
    "version_missing": Words(
        Gravity.LOST, "Thiếu một phiên bản của bản ghi.", _RESTORE, "A version of a record is missing.", _RESTORE_EN
    ),
    "certificate_missing": Words(
        Gravity.LOST, "Thiếu bản ghi giấy chứng nhận.", _RESTORE, "A certificate's record is missing.", _RESTORE_EN
    ),
    "scan_missing": Words(
        Gravity.LOST, "Thiếu hồ sơ quét đã tiếp nhận.", _RESTORE, "A scan that was taken in is missing.", _RESTORE_EN
    ),
    "scan_unknown": Words(
        Gravity.LOST, "Có hồ sơ quét mà nhật ký không biết.", _ASK, "The events know nothing of a scan.", _ASK_EN
    ),
    "scan_altered": Words(
        Gravity.LOST, "Dòng hồ sơ quét khác với nhật ký.", _ASK, "A scan's row differs from the events.", _ASK_EN
    ),
    "archive_row_altered": Words(
        Gravity.LOST, "Dòng lưu trữ của giấy chứng nhận khác với nhật ký.", _ASK,
        "What a certificate's row says of its archiving differs from the events.", _ASK_EN,
    ),
    "reading_altered": Words(
        Gravity.LOST, "Kết quả máy đọc ban đầu khác với nhật ký.", _RESTORE,
        "What the machine read first differs from the events.", _RESTORE_EN,
    ),
    "pictures_differ": Words(
        Gravity.REBUILDABLE, "Hồ sơ chỉ đến ảnh trang giấy khác với nhật ký.", _REBUILD,
        "A record names other pictures of its faces than the events.", _REBUILD_EN,
    ),
    "history_differs": Words(
        Gravity.LOST, "Lịch sử sửa trường khác với nhật ký.", _RESTORE,
        "The history of corrections differs from the events.", _RESTORE_EN,
    ),
    "answers_differ": Words(
        Gravity.LOST, "Kết quả đối chiếu dân cư khác với nhật ký.", _RESTORE,
        "The registry's answers differ from the events.", _RESTORE_EN,
    ),
    "pages_differ": Words(
        Gravity.LOST, "Số trang của hồ sơ quét không khớp.", _RESTORE,
        "A scan's pages do not add up.", _RESTORE_EN,
    ),
    "notes_differ": Words(
        Gravity.LOST, "Ghi chú bên hồ sơ khác với nhật ký.", _RESTORE,
        "The notes beside a scan differ from the events.", _RESTORE_EN,
    ),
    "receipt_differs": Words(
        Gravity.LOST, "Mã tra cứu hồ sơ khác với nhật ký.", _RESTORE,
        "A scan's receipt differs from the events.", _RESTORE_EN,
    ),
    "copies_differ": Words(
        Gravity.REBUILDABLE, "Bảng tra cứu khác với bản ghi.", _REBUILD,
        "The searchable copies differ from the record.", _REBUILD_EN,
    ),
    "user_missing": Words(
        Gravity.LOST, "Thiếu một tài khoản người dùng.", _RESTORE, "A user's account is missing.", _RESTORE_EN
    ),
    "user_unknown": Words(
        Gravity.LOST, "Có tài khoản mà nhật ký không biết.", _ASK, "The events know nothing of an account.", _ASK_EN
    ),
    "user_altered": Words(
        Gravity.LOST, "Tài khoản (vai trò, mật khẩu, đơn vị) bị sửa ngoài hệ thống.",
        "Khóa tài khoản, đặt lại vai trò và mật khẩu trên trang Người dùng; tìm xem ai đã sửa cơ sở dữ liệu.",
        "An account (role, password, office) was changed behind the system's back.",
        "Lock the account, set its role and password again on the page of users; find out who changed the database.",
    ),
    "register_altered": Words(
        Gravity.LOST, "Các dòng của sổ đã nhập vào (hoặc điểm khác biệt của chúng) bị sửa hoặc thiếu.",
        _RESTORE, "Rows of a register that was read in, or what they say otherwise, were altered or are missing.",
        _RESTORE_EN,
    ),
    "settlement_differs": Words(
        Gravity.LOST, "Việc giải quyết điểm khác với sổ cũ (bên nào đúng, ai quyết định) khác với nhật ký.", _RESTORE,
        "How a difference to another register was settled, or by whom, differs from the events.", _RESTORE_EN,
    ),
    "retention_altered": Words(
        Gravity.LOST, "Đề nghị hủy hồ sơ khác với nhật ký, bị thiếu hoặc nhật ký không biết.", _ASK,
        "A proposal to delete differs from the events, is missing, or is unknown to them.", _ASK_EN,
    ),
    "events_broken": Words(
        Gravity.LOST, "Chuỗi nhật ký bị sửa hoặc thiếu.", _RESTORE, "The chain of events was altered.", _RESTORE_EN
    ),
    "events_cut_off": Words(
        Gravity.LOST, "Phần cuối của chuỗi nhật ký đã bị cắt so với lần kiểm toán trước.", _RESTORE,
        "The end of the chain of events, seen at the last audit, was cut off.", _RESTORE_EN,
    ),
    "queue_away": Words(
        Gravity.NOTICE, "Hàng đợi không trả lời nên không đối chiếu được.",
        "Chạy lại kiểm toán khi hệ thống đang chạy; không mất gì.",
        "The queue does not answer and was not compared.", "Run the audit while the system runs; nothing is lost.",
    ),
    "job_stale": Words(
        Gravity.NOTICE, "Hàng đợi có việc cho hồ sơ không còn việc phải làm.", "Không cần làm gì: việc sẽ tự kết thúc.",
        "The queue holds a job for a scan that needs none.", "Nothing to do: the job ends by itself.",
    ),
    "scan_stranded": Words(
        Gravity.REBUILDABLE, "Hồ sơ quét đang chờ mà không có việc trong hàng đợi.", _REBUILD,
        "A scan waits without a job.", _REBUILD_EN,
    ),
    "search_missing": Words(
        Gravity.REBUILDABLE, "Giấy chứng nhận không có trong chỉ mục tra cứu nên không tìm thấy được.", _REBUILD,
        "A certificate is not in the search index and cannot be found.", _REBUILD_EN,
    ),
    "search_stale": Words(
        Gravity.REBUILDABLE, "Chỉ mục tra cứu khác với bản ghi.", _REBUILD,
        "The search index says something else than the record.", _REBUILD_EN,
    ),
    "search_engine_damaged": Words(
        Gravity.REBUILDABLE, "Chỉ mục toàn văn của cơ sở dữ liệu bị hỏng hoặc thiếu dòng.", _REBUILD,
        "The database's full-text index is damaged or lacks rows.", _REBUILD_EN,
    ),
    "package_damaged": Words(
        Gravity.REBUILDABLE, "Gói tin lưu trữ đã xuất bị hỏng hoặc bị sửa.",
        "Chạy «sohoa audit --repair» để ghi lại gói; nếu đã giao gói này cho lưu trữ thì báo bên nhận.",
        "An exported archival package is damaged or was altered.",
        "Run “sohoa audit --repair” to write it again; if it was handed over already, tell the archive.",
    ),
    "package_missing": Words(
        Gravity.REBUILDABLE, "Thiếu một gói tin trong thư mục đã xuất.",
        "Chạy «sohoa audit --repair» để ghi lại gói; nếu đã chuyển gói đi thì không cần làm gì.",
        "A package is missing from an export's folder.",
        "Run “sohoa audit --repair” to write it again; nothing to do if it was moved on purpose.",
    ),
    "package_list_altered": Words(
        Gravity.REBUILDABLE, "Danh sách mã băm SHA256SUMS của lần xuất gói bị mất hoặc bị sửa.",
        "Xuất lại các gói vào một thư mục mới; không giao thư mục này.",
        "The list of hashes (SHA256SUMS) of an export of packages is missing or was altered.",
        "Export the packages anew into another folder; do not hand this one over.",
    ),
    "packages_away": Words(
        Gravity.NOTICE, "Thư mục gói tin đã xuất không còn ở chỗ cũ nên không đối chiếu được.",
        "Không cần làm gì nếu các gói đã được giao; nếu chưa thì xuất lại.",
        "The folder of an export of packages is no longer where it was and was not compared.",
        "Nothing to do if the packages were handed over; otherwise export them again.",
    ),
    "retention_unfinished": Words(
        Gravity.REBUILDABLE, "Một lần hủy hồ sơ đã xác nhận chưa làm xong.", _REBUILD,
        "A confirmed deletion was not finished.", _REBUILD_EN,
    ),
}  # fmt: skip
