"""What a look into the archive or into the population registry may remark; the queries are made elsewhere."""

from __future__ import annotations

from certificate.record import Severity
from certificate.rules.kind import FindingKind, archive_kind, registry_kind

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

KINDS: tuple[FindingKind, ...] = (
    archive_kind(
        "duplicate_serial",
        ERROR,
        (
            "Số phát hành {serial} đã có trong một hồ sơ khác.",
            "Mở hồ sơ kia để so sánh: cùng một giấy thì trả lại bản này, khác giấy thì sửa số đọc sai. Không tự gộp.",
        ),
        (
            "The serial number {serial} already stands in another record.",
            "Open the other: return this scan if the paper is the same, else correct the number. Never merged.",
        ),
    ),
    archive_kind(
        "duplicate_parcel",
        ERROR,
        (
            "Thửa {parcel}, tờ bản đồ {map_sheet} ở cùng xã đã có trong một giấy chứng nhận khác.",
            "Xem giấy kia: có thể là giấy cũ đã cấp đổi, hoặc hai giấy trùng thửa cần báo phụ trách. Không tự gộp.",
        ),
        (
            "Parcel {parcel} on map sheet {map_sheet} of the same commune already has another certificate.",
            "Look at the other: it may be the one replaced, or a conflict for the supervisor. Never merged.",
        ),
    ),
    archive_kind(
        "duplicate_register_number",
        WARNING,
        (
            "Số vào sổ {number} của cùng cơ quan và năm đã có trong một hồ sơ khác.",
            "Đối chiếu số vào sổ của hai giấy với hình.",
        ),
        (
            "Register number {number} of the same authority and year already stands in another record.",
            "Compare both register numbers with the pictures.",
        ),
    ),
    archive_kind(
        "previous_certificate_in_archive",
        INFO,
        (
            "Giấy {serial} nêu trong ghi chú đã có trong kho, có thể là giấy cũ của thửa này.",
            "Không cần làm gì; hai hồ sơ có thể xem cạnh nhau.",
        ),
        (
            "Certificate {serial}, named in the notes, is in the archive and may be the one before this.",
            "Nothing to do; the two records can be looked at side by side.",
        ),
    ),
    registry_kind(
        "registry_name_mark_differs",
        WARNING,
        (
            "Họ tên khác cơ sở dữ liệu dân cư một dấu: «{name}».",
            "Đối chiếu với hình; nếu giấy in như vậy thì giữ nguyên, nếu máy đọc sai thì chọn tên của dân cư.",
        ),
        (
            "The name differs from the population registry by one mark: “{name}”.",
            "Compare with the picture; keep the print if it says so, else take the registry's name.",
        ),
    ),
    registry_kind(
        "registry_name_differs",
        ERROR,
        (
            "Số giấy tờ này mang tên khác trong cơ sở dữ liệu dân cư.",
            "Kiểm tra số giấy tờ và họ tên trên hình; nếu đọc đúng thì yêu cầu người dân bổ sung giấy tờ.",
        ),
        (
            "In the population registry this number belongs to another name.",
            "Check number and name on the picture; if both are read right, ask the owner for papers.",
        ),
    ),
    registry_kind(
        "registry_birth_year_differs",
        ERROR,
        (
            "Năm sinh khác cơ sở dữ liệu dân cư ({year}).",
            "Kiểm tra năm sinh trên hình; nếu đọc đúng thì ghi nhận sai lệch để đính chính.",
        ),
        (
            "The birth year differs from the population registry ({year}).",
            "Check it on the picture; if it is read right, note the difference for correction.",
        ),
    ),
    registry_kind(
        "registry_gender_differs",
        WARNING,
        ("Giới tính khác cơ sở dữ liệu dân cư.", "Kiểm tra chữ Ông, Bà trên hình."),
        ("The gender differs from the population registry.", "Check Ông or Bà on the picture."),
    ),
    registry_kind(
        "registry_only_old_id",
        INFO,
        (
            "Giấy ghi số CMND cũ; dân cư cho biết số định danh {number}.",
            "Không cần làm gì; số định danh được lưu kèm nguồn gốc.",
        ),
        (
            "The paper has the old number; the registry gives the personal number {number}.",
            "Nothing to do; the number is kept with its source.",
        ),
    ),
    registry_kind(
        "registry_number_replaced",
        WARNING,
        (
            "Số giấy tờ này đã được thay bằng số khác; dân cư chưa cho biết số mới.",
            "Yêu cầu người dân cung cấp căn cước, hoặc gửi danh sách đối chiếu.",
        ),
        (
            "This number was replaced by another; the registry does not say by which.",
            "Ask the owner for the identity card, or send the list of owners.",
        ),
    ),
    registry_kind(
        "registry_deceased",
        WARNING,
        (
            "Theo cơ sở dữ liệu dân cư, người này đã mất.",
            "Ghi nhận; quyền sử dụng đất cần đăng ký thừa kế.",
        ),
        (
            "According to the population registry this person has died.",
            "Take note; the right is to be registered as inherited.",
        ),
    ),
    registry_kind(
        "registry_not_found",
        ERROR,
        (
            "Không tìm thấy người này trong cơ sở dữ liệu dân cư.",
            "Kiểm tra số giấy tờ và họ tên trên hình, rồi tra cứu lại.",
        ),
        (
            "This person is not in the population registry.",
            "Check number and name on the picture, then ask again.",
        ),
    ),
    registry_kind(
        "registry_unavailable",
        WARNING,
        ("Chưa đối chiếu được với cơ sở dữ liệu dân cư.", "Không cần làm gì; hệ thống tự tra cứu lại."),
        ("The population registry could not be asked yet.", "Nothing to do; the system asks again."),
    ),
    registry_kind(
        "registry_not_asked",
        INFO,
        (
            "Chưa tra cứu người này: thiếu số giấy tờ hoặc họ tên, hoặc cơ quan chưa có đường truyền.",
            "Nhập số giấy tờ hoặc họ tên nếu giấy có ghi; nơi chưa có đường truyền thì gửi danh sách đối chiếu.",
        ),
        (
            "This person was not looked up: number or name lacks, or the office has no line to the registry.",
            "Enter number or name if the paper has them; without a line send the list of owners.",
        ),
    ),
)
