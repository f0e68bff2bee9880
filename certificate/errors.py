"""The whole tree of errors, drawn at the top; each knows its code, exit status, sentence and advice.

    SohoaError
    ├── ScanRefused          a file that cannot become a record; the others go on
    │   ├── EmptyFile, UnsupportedType, Encrypted, Damaged, NoAccess
    │   ├── TooLarge, TooManyPixels, TooManyPages
    │   ├── InputMissing, NotAFile, NameUnreadable, ManifestRepeats    (in runs and watched folders)
    │   └── ReadTimeout, ReaderCrashed      (retryable)
    ├── WorkerLost           a scan whose worker died three times
    ├── QueueUnavailable                    (retryable)
    │   └── QuickUnavailable                nobody who answers small questions at once
    ├── RegistryError
    │   ├── RegistryUnavailable             (retryable)
    │   └── RegistryRefused                 the key or the officer's code is wrong
    ├── ArchiveError
    │   ├── BlobMissing, BlobCorrupt, PdfInvalid, PackageInvalid
    │   ├── BackupInvalid, NotEmpty, PassphraseNeeded
    │   ├── StoreFull, StoreUnwritable      (retryable)
    │   └── SigningFailed                   (retryable)
    ├── DatabaseUnavailable                 (retryable)
    ├── DatabaseDamaged      a database whose own bytes are wrong, or no database at all
    ├── ExportConflict       a folder that holds another export
    ├── RegisterInvalid      a file of another register that cannot be read
    ├── LabelledSetInvalid   scans with their truth, to be measured, that are not as described
    ├── MoveNotAllowed       a state change that the table of states forbids
    │   └── RunMoveNotAllowed               the same of a run
    ├── RecordIncomplete     a required field has no value yet
    ├── RetentionRefused     a deletion that the office's rule or the four eyes forbid
    ├── VersionConflict      somebody else changed the record first
    ├── RunExists, RunNameInvalid, ManifestInvalid
    ├── FolderUnreachable                   (retryable)
    │   └── FolderMissing                   a folder that somebody names wrongly
    ├── CommandInvalid, OutputUnwritable    at the command line
    ├── WorkbookUnreadable   a list that came back is not the workbook that went out
    ├── RecordTaken          somebody else works on the record now
    ├── KeyedInBefore        the second key-in wants another person
    ├── NotAllowed, SignInNeeded, TooManyAttempts, TooManyQuestions, NameTaken
    ├── NotFound
    │   ├── RunNotFound, OfficeUnknown, CommuneUnknown
    │   └── NothingToExport      named in a call
    ├── NoOffice, PurposeMissing, BackupInsideHome    a call that cannot be meant so
    └── SettingsInvalid, EngineMissing, AlreadyRunning, FolderWatched, ArchiveBusy, PortTaken

Sentences are Vietnamese, for the person at the screen; ``message_en`` and ``advice_en`` are the same in English.
Only three places translate these for the outside: the web handler, the job wrapper and the command line.
"""

from __future__ import annotations

from certificate.asking_errors import (
    AlreadyRunning,
    BackupInsideHome,
    CommandInvalid,
    CommuneUnknown,
    FolderMissing,
    FolderUnreachable,
    FolderWatched,
    ManifestInvalid,
    MoveNotAllowed,
    NameTaken,
    NoOffice,
    NotFound,
    NothingToExport,
    OfficeUnknown,
    OutputUnwritable,
    PortTaken,
    PurposeMissing,
    RunExists,
    RunMoveNotAllowed,
    RunNameInvalid,
    RunNotFound,
    SettingsInvalid,
)
from certificate.error_base import SohoaError
from certificate.refusals import (
    Damaged,
    EmptyFile,
    Encrypted,
    InputMissing,
    ManifestRepeats,
    NameUnreadable,
    NoAccess,
    NotAFile,
    ReaderCrashed,
    ReadTimeout,
    ScanRefused,
    TooLarge,
    TooManyPages,
    TooManyPixels,
    UnsupportedType,
)

__all__ = [
    "AlreadyRunning",
    "ArchiveBusy",
    "ArchiveError",
    "BackupInsideHome",
    "BackupInvalid",
    "BlobCorrupt",
    "BlobMissing",
    "CommandInvalid",
    "CommuneUnknown",
    "Damaged",
    "DatabaseDamaged",
    "DatabaseUnavailable",
    "EmptyFile",
    "Encrypted",
    "EngineMissing",
    "ExportConflict",
    "FolderMissing",
    "FolderUnreachable",
    "FolderWatched",
    "InputMissing",
    "KeyedInBefore",
    "LabelledSetInvalid",
    "ManifestInvalid",
    "ManifestRepeats",
    "MoveNotAllowed",
    "NameTaken",
    "NameUnreadable",
    "NoAccess",
    "NoOffice",
    "NotAFile",
    "NotAllowed",
    "NotEmpty",
    "NotFound",
    "NothingToExport",
    "OfficeUnknown",
    "OutputUnwritable",
    "PackageInvalid",
    "PassphraseNeeded",
    "PdfInvalid",
    "PortTaken",
    "PurposeMissing",
    "QueueUnavailable",
    "QuickUnavailable",
    "ReadTimeout",
    "ReaderCrashed",
    "RecordIncomplete",
    "RecordTaken",
    "RegisterInvalid",
    "RegistryError",
    "RegistryRefused",
    "RegistryUnavailable",
    "RetentionRefused",
    "RunExists",
    "RunMoveNotAllowed",
    "RunNameInvalid",
    "RunNotFound",
    "ScanRefused",
    "SettingsInvalid",
    "SignInNeeded",
    "SigningFailed",
    "SohoaError",
    "StoreFull",
    "StoreUnwritable",
    "TooLarge",
    "TooManyAttempts",
    "TooManyPages",
    "TooManyPixels",
    "TooManyQuestions",
    "UnsupportedType",
    "VersionConflict",
    "WorkbookUnreadable",
    "WorkerLost",
]


class WorkerLost(SohoaError):
    code = "worker_lost"
    message = "Tiến trình xử lý đã dừng ba lần với bản quét này."
    advice = "Quét lại và gửi tệp mới; nếu vẫn lỗi, báo người quản trị."
    message_en = "The worker died three times on this scan."
    advice_en = "Scan again and send a new file; if it keeps failing, tell the administrator."


class QueueUnavailable(SohoaError):
    code = "queue_unavailable"
    message = "Hàng đợi công việc chưa hoạt động."
    advice = "Không cần làm gì: bản quét đã được lưu và sẽ được xử lý khi hàng đợi hoạt động lại."
    message_en = "The work queue does not answer."
    advice_en = "Nothing to do: the scan is kept and is worked on when the queue is back."
    retryable = True


class QuickUnavailable(QueueUnavailable):
    code = "quick_unavailable"
    message = "Chưa đọc lại được vùng này: tiến trình đọc nhanh không trả lời."
    advice = "Gõ giá trị nhìn thấy trên hình; người quản trị xem «sohoa status», hàng đợi quick cần một tiến trình."
    message_en = "This region cannot be read again: the quick worker does not answer."
    advice_en = "Type what the picture shows; the administrator looks at “sohoa status”: queue quick needs a worker."


class RegistryError(SohoaError):
    code = "registry_error"
    message = "Tra cứu cơ sở dữ liệu dân cư không thành công."
    message_en = "The look-up in the population registry failed."


class RegistryUnavailable(RegistryError):
    code = "registry_unavailable"
    message = "Cơ sở dữ liệu dân cư chưa trả lời."
    advice = "Không cần làm gì: hệ thống tự tra cứu lại khi có kết nối."
    message_en = "The population registry does not answer."
    advice_en = "Nothing to do: the system asks again when the line is back."
    retryable = True


class RegistryRefused(RegistryError):
    code = "registry_refused"
    message = "Cơ sở dữ liệu dân cư từ chối khóa truy cập hoặc mã cán bộ."
    advice = "Người quản trị kiểm tra khóa API và mã cán bộ trong cấu hình."
    message_en = "The population registry refuses the API key or the officer's code."
    advice_en = "The administrator checks the API key and the officer's code in the settings."


class ArchiveError(SohoaError):
    code = "archive_error"
    message = "Lưu trữ không thành công."
    message_en = "Archiving failed."


class BlobMissing(ArchiveError):
    code = "blob_missing"
    message = "Không tìm thấy tệp gốc trong kho."
    advice = "Người quản trị chạy «sohoa audit» và khôi phục từ bản sao lưu."
    message_en = "The original is missing from the store."
    advice_en = "The administrator runs “sohoa audit” and restores from backup."


class BlobCorrupt(ArchiveError):
    code = "blob_corrupt"
    message = "Tệp trong kho khác với mã băm đã ghi."
    advice = "Người quản trị chạy «sohoa audit» và khôi phục từ bản sao lưu."
    message_en = "A stored file no longer has its hash."
    advice_en = "The administrator runs “sohoa audit” and restores from backup."


class PdfInvalid(ArchiveError):
    code = "pdf_invalid"
    message = "Bản PDF/A vừa ghi không đạt kiểm tra."
    message_en = "The PDF/A just written fails its check."


class PackageInvalid(ArchiveError):
    code = "package_invalid"
    message = "Gói lưu trữ vừa ghi không đạt kiểm tra."
    advice = "Kiểm tra ổ đĩa nơi ghi gói rồi xuất lại; gói hỏng chưa được bàn giao."
    message_en = "The archival package just written fails its check."
    advice_en = "Check the disk it was written to and export again; the faulty package was not handed on."


class StoreFull(ArchiveError):
    code = "store_full"
    message = "Ổ đĩa lưu trữ đã đầy."
    advice = "Giải phóng hoặc thêm dung lượng; việc đang chờ sẽ tự tiếp tục, lệnh vừa gõ thì chạy lại."
    message_en = "The storage disk is full."
    advice_en = "Free or add space; waiting work then goes on by itself, a command is to be run again."
    retryable = True


class StoreUnwritable(ArchiveError):
    code = "store_unwritable"
    message = "Không ghi được vào kho lưu trữ."
    advice = "Kiểm tra quyền ghi và kết nối tới kho; việc đang chờ sẽ tự tiếp tục, lệnh vừa gõ thì chạy lại."
    message_en = "The store cannot be written."
    advice_en = (
        "Check the permissions and the connection; waiting work then goes on by itself, a command is to be run again."
    )
    retryable = True


class SigningFailed(ArchiveError):
    code = "signing_failed"
    message = "Không ký số được bản lưu trữ."
    advice = (
        "Người quản trị kiểm tra chứng thư số, mật khẩu hoặc thiết bị ký của cơ quan; công việc tự tiếp tục sau đó."
    )
    message_en = "The archived document cannot be signed."
    advice_en = "The administrator checks the office's certificate, its passphrase or token; work goes on afterwards."
    retryable = True


class BackupInvalid(ArchiveError):
    code = "backup_invalid"
    message = "Bản sao lưu không dùng được hoặc không trọn vẹn."
    advice = "Dùng một bản sao lưu khác trong thư mục (xem «sohoa restore --list»), hoặc thư mục sao lưu khác."
    message_en = "The backup cannot be used or is not whole."
    advice_en = "Use another snapshot of the folder (see “sohoa restore --list”), or another backup folder."


class NotEmpty(ArchiveError):
    code = "not_empty"
    message = "Nơi khôi phục đã có dữ liệu nên không ghi đè."
    advice = "Chọn thư mục dữ liệu trống với «--home», và cơ sở dữ liệu, kho trống trong cấu hình."
    message_en = "There is data already where the backup would go; nothing was overwritten."
    advice_en = "Choose an empty home folder with “--home”, and an empty database and store in the settings."
    exit_code = 2


class PassphraseNeeded(ArchiveError):
    code = "passphrase_needed"
    message = "Cần mật khẩu đúng của bản sao lưu."
    advice = "Chạy lại và nhập mật khẩu đã đặt khi sao lưu lần đầu; không có mật khẩu thì không mở được."
    message_en = "The backup's right passphrase is needed."
    advice_en = "Run again with the passphrase that was set at the first backup; without it nothing can be opened."
    exit_code = 2


class DatabaseUnavailable(SohoaError):
    code = "database_unavailable"
    message = "Không truy cập được cơ sở dữ liệu."
    advice = "Hệ thống tự thử lại; nếu kéo dài, người quản trị kiểm tra máy chủ cơ sở dữ liệu."
    message_en = "The database cannot be reached."
    advice_en = "The system tries again by itself; if it lasts, the administrator checks the database server."
    retryable = True


class DatabaseDamaged(SohoaError):
    code = "database_damaged"
    message = "Tệp cơ sở dữ liệu đã hỏng hoặc không phải là cơ sở dữ liệu."
    advice = "Dừng hệ thống, cất tệp hỏng sang chỗ khác, rồi chạy «sohoa restore» từ bản sao lưu mới nhất."
    message_en = "The database's file is damaged, or is no database."
    advice_en = "Stop the system, put the damaged file aside and run “sohoa restore” from the latest backup."


class ExportConflict(SohoaError):
    code = "export_conflict"
    message = "Thư mục này đang chứa một lần xuất khác."
    advice = "Chọn thư mục mới; muốn xuất tiếp lần dở dang thì dùng đúng định dạng và điều kiện cũ."
    message_en = "This folder holds another export."
    advice_en = "Choose a new folder; to go on with an unfinished export, give the same format and conditions."
    exit_code = 2


class RegisterInvalid(SohoaError):
    code = "register_invalid"
    message = "Không đọc được tệp sổ này."
    advice = (
        "Dùng tệp JSON Lines do hệ thống xuất, hoặc bảng tính .xlsx theo biểu mẫu PL3-01 (dữ liệu từ dòng 5); "
        "bảng tính hỏng thì mở bằng Excel và lưu thành tệp mới."
    )
    message_en = "This register file cannot be read."
    advice_en = (
        "Use JSON Lines that the system exported, or an .xlsx workbook of form PL3-01 (data from row 5); "
        "open a damaged workbook in Excel and save it under a new name."
    )
    exit_code = 2


class LabelledSetInvalid(SohoaError):
    code = "labelled_set_invalid"
    message = "Bộ bản quét kèm đáp án này không dùng được để đo."
    advice = "Sửa chỗ nêu trên trong «truth.jsonl» cho đúng mô tả ở docs/accuracy.md, rồi đo lại."
    message_en = "This set of scans with their truth cannot be measured."
    advice_en = "Correct the place named above in “truth.jsonl” as docs/accuracy.md describes it, and measure again."
    exit_code = 2


class RecordIncomplete(SohoaError):
    code = "record_incomplete"
    message = "Bản ghi còn trường bắt buộc chưa có giá trị."
    advice = "Nhập giá trị đọc trên hình, hoặc bỏ trường nếu trên giấy không có, rồi duyệt lại."
    message_en = "The record still has a required field without a value."
    advice_en = "Type what the picture shows, or remove the field if the paper has none, then approve again."


class RetentionRefused(SohoaError):
    code = "retention_refused"
    message = "Không được hủy hồ sơ này theo quy định lưu trữ của cơ quan."
    advice = (
        "Xem lại thời hạn trong mục retention_rules và hồ sơ liên quan; việc hủy cần hai người phụ trách khác nhau."
    )
    message_en = "The office's retention rule does not allow this deletion."
    advice_en = "See retention_rules and what hangs on the scan; a deletion needs two different people in charge."


class VersionConflict(SohoaError):
    code = "version_conflict"
    message = "Người khác đã sửa hồ sơ này trước bạn."
    advice = "Tải lại trang để xem bản mới rồi sửa tiếp."
    message_en = "Somebody else changed this record before you."
    advice_en = "Reload the page to see the new version, then go on."


class WorkbookUnreadable(SohoaError):
    code = "workbook_unreadable"
    message = "Tệp này không phải danh sách đối chiếu đã xuất từ hệ thống."
    advice = "Dùng lại tệp Excel (.xlsx) đã xuất, giữ nguyên dòng tiêu đề và cột «Mã dòng»."
    message_en = "This file is not a list that was exported here."
    advice_en = "Use the exported Excel file (.xlsx) again and keep its header and the column of line ids."
    exit_code = 2


class RecordTaken(SohoaError):
    """``detail`` is the sign-in name of who works on it."""

    code = "record_taken"
    message = "Người khác đang kiểm tra hồ sơ này."
    advice = "Sang hồ sơ khác; hồ sơ này tự mở lại khi người đó đóng trang, hoặc nhờ người phụ trách nhận lại."
    message_en = "Somebody else is working on this record."
    advice_en = "Go on to another one; it opens again when that person closes the page, or ask the supervisor."


class KeyedInBefore(SohoaError):
    code = "keyed_in_before"
    message = "Bạn đã nhập hồ sơ này; lần nhập sau phải do người khác."
    advice = "Sang hồ sơ khác; hồ sơ này chờ một cán bộ khác nhập độc lập."
    message_en = "You have keyed this record in already; the next time is for another person."
    advice_en = "Go on to another record; this one waits for a colleague."


class NotAllowed(SohoaError):
    code = "not_allowed"
    message = "Bạn không có quyền thực hiện việc này."
    advice = "Đăng nhập bằng tài khoản phù hợp hoặc nhờ người quản trị cấp quyền."
    message_en = "You may not do this."
    advice_en = "Sign in with a suitable account or ask the administrator."


class SignInNeeded(SohoaError):
    code = "sign_in_needed"
    message = "Phiên làm việc đã kết thúc."
    advice = "Đăng nhập lại; những gì đã ghi vẫn còn."
    message_en = "Your session has ended."
    advice_en = "Sign in again; what was saved is still there."


class TooManyAttempts(SohoaError):
    code = "too_many_attempts"
    message = "Đăng nhập sai quá nhiều lần."
    advice = "Đợi vài phút rồi thử lại, hoặc nhờ người quản trị đặt lại mật khẩu."
    message_en = "Too many wrong sign-ins."
    advice_en = "Wait a few minutes and try again, or ask the administrator for a new password."


class TooManyQuestions(SohoaError):
    code = "too_many_questions"
    message = "Hỏi quá nhiều lần trong một phút."
    advice = "Đợi một phút rồi thử lại."
    message_en = "Too many questions within a minute."
    advice_en = "Wait a minute and try again."
    retryable = True


class EngineMissing(SohoaError):
    code = "engine_missing"
    message = "Thiếu một chương trình mà hệ thống cần."
    advice = "Chạy lại «script/demo» hoặc cài gói còn thiếu nêu trong thông báo."
    message_en = "A program that the system needs is missing."
    advice_en = "Run “script/demo” again or install the package that the message names."
    exit_code = 4


class ArchiveBusy(SohoaError):
    code = "archive_busy"
    message = "Kho lưu trữ đang được kiểm toán, sao lưu hoặc hủy hồ sơ bởi lệnh khác."
    advice = "Đợi lệnh kia kết thúc rồi chạy lại."
    message_en = "Another command is auditing, backing up or deleting in the archive."
    advice_en = "Wait until it has ended, then run again."
    retryable = True
    exit_code = 5


def all_errors() -> list[type[SohoaError]]:
    """Every error there is, the base included, in the order of the tree."""

    def below(kind: type[SohoaError]) -> list[type[SohoaError]]:
        return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]

    return below(SohoaError)
