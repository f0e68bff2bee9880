"""What the rules may remark about the owners and their identity numbers."""

from __future__ import annotations

from certificate.record import Severity
from certificate.rules.kind import FindingKind, rule_kind

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_LOOK = "Đối chiếu với hình và sửa nếu đọc sai."
_LOOK_EN = "Compare with the picture and correct it if misread."

KINDS: tuple[FindingKind, ...] = (
    rule_kind(
        "birth_year_implausible",
        ERROR,
        ("Năm sinh {year} không hợp lý.", _LOOK),
        ("The birth year {year} is not plausible.", _LOOK_EN),
    ),
    rule_kind(
        "owner_born_after_issue",
        ERROR,
        ("Năm sinh {year} sau năm cấp giấy.", "Đối chiếu năm sinh và ngày cấp với hình."),
        (
            "The birth year {year} lies after the year of issue.",
            "Compare the birth year and the issue date with the picture.",
        ),
    ),
    rule_kind(
        "owner_too_old",
        WARNING,
        ("Khi cấp giấy người này đã {age} tuổi.", "Đối chiếu năm sinh và ngày cấp với hình."),
        ("The owner was {age} years old at issue.", "Compare the birth year and the issue date with the picture."),
    ),
    rule_kind(
        "owner_minor",
        INFO,
        (
            "Khi cấp giấy người này mới khoảng {age} tuổi.",
            "Đối chiếu năm sinh; người chưa thành niên thường có người đại diện.",
        ),
        (
            "The owner was only about {age} years old at issue.",
            "Compare the birth year; a minor usually has a representative.",
        ),
    ),
    rule_kind(
        "id_malformed",
        ERROR,
        (
            "Số giấy tờ có {count} ký tự, không hợp với loại giấy tờ nào đã biết.",
            "Đối chiếu từng chữ số với hình: CMND 9 số, căn cước 12 số.",
        ),
        (
            "The identity number has {count} characters and fits no known paper.",
            "Compare digit by digit: CMND has 9, CCCD has 12.",
        ),
    ),
    rule_kind(
        "id_type_differs",
        WARNING,
        (
            "Số giấy tờ là của loại «{by_number}», khác loại đã ghi «{by_label}».",
            "Số quyết định loại giấy tờ; đối chiếu số với hình.",
        ),
        (
            "The number is that of a “{by_number}”, the record says “{by_label}”.",
            "The number decides; compare it with the picture.",
        ),
    ),
    rule_kind(
        "id_role_differs",
        WARNING,
        (
            "Người này là {owner} nhưng số giấy tờ là của {paper}.",
            "Đối chiếu số và loại chủ sử dụng với hình: cá nhân có CMND hoặc căn cước, tổ chức có mã số thuế.",
        ),
        (
            "The owner is {owner}, but the number is that of {paper}.",
            "Compare number and kind of owner: people have CMND or CCCD, organisations a tax code.",
        ),
    ),
    rule_kind(
        "cmnd_prefix_unknown",
        WARNING,
        ("Hai số đầu «{prefix}» của CMND không phải mã của tỉnh nào.", "Đối chiếu hai số đầu với hình."),
        (
            "The first two digits “{prefix}” of the CMND are no province's.",
            "Compare the first two digits with the picture.",
        ),
    ),
    rule_kind(
        "id_label_differs",
        INFO,
        (
            "Giấy in nhãn «{label}» trước số của {by_number}.",
            "Không cần làm gì; độ dài của số quyết định loại giấy tờ.",
        ),
        ("The print says “{label}” before the number of a {by_number}.", "Nothing to do; the length decides."),
    ),
    rule_kind(
        "cccd_province_unknown",
        ERROR,
        ("Ba số đầu «{code}» của số căn cước không phải mã tỉnh hay quốc gia.", "Đối chiếu ba số đầu với hình."),
        (
            "The first three digits “{code}” are no province or country.",
            "Compare the first three digits with the picture.",
        ),
    ),
    rule_kind(
        "cccd_born_abroad",
        WARNING,
        ("Theo ba số đầu «{code}», người này đăng ký khai sinh ở nước ngoài.", "Đối chiếu ba số đầu với hình."),
        ("By the first three digits “{code}” the birth was registered abroad.", "Compare the first three digits."),
    ),
    rule_kind(
        "cccd_gender_differs",
        ERROR,
        (
            "Số căn cước là của {gender}, khác chữ Ông, Bà đã ghi.",
            "Đối chiếu số thứ tư của số căn cước và chữ Ông, Bà với hình.",
        ),
        (
            "The personal number is that of a {gender}, unlike Ông or Bà.",
            "Compare the fourth digit and Ông or Bà with the picture.",
        ),
    ),
    rule_kind(
        "cccd_birth_year_differs",
        ERROR,
        (
            "Năm sinh theo số căn cước là {year}, khác năm sinh đã ghi.",
            "Đối chiếu số thứ tư đến thứ sáu của số căn cước và năm sinh với hình.",
        ),
        (
            "By the personal number the birth year is {year}, unlike the printed one.",
            "Compare digits four to six and the birth year with the picture.",
        ),
    ),
    rule_kind(
        "id_before_its_time",
        WARNING,
        ("Giấy cấp ngày {value}, khi chưa có số 12 chữ số.", "Đối chiếu số giấy tờ và ngày cấp với hình."),
        (
            "On {value} numbers of 12 digits did not exist yet.",
            "Compare the number and the issue date with the picture.",
        ),
    ),
    rule_kind(
        "id_after_its_time",
        INFO,
        ("Giấy cấp ngày {value}, khi CMND 9 số đã hết giá trị.", "Đối chiếu; cần bổ sung số căn cước của người này."),
        ("On {value} numbers of 9 digits were no longer valid.", "Compare; the person's CCCD number is wanted."),
    ),
    rule_kind(
        "tax_code_check_digit",
        WARNING,
        (
            "Mã số thuế sai số kiểm tra.",
            "Đối chiếu từng chữ số với hình; số đăng ký kinh doanh cũ có thể không theo quy tắc này.",
        ),
        (
            "The tax code's check digit is wrong.",
            "Compare digit by digit; an old business registration number may not follow the rule.",
        ),
    ),
    rule_kind(
        "same_person_twice",
        WARNING,
        ("Một người được ghi hai lần.", "Đối chiếu hai người với hình; xóa nếu máy đọc lặp."),
        ("One person stands here twice.", "Compare both with the picture; remove one if it was read twice."),
    ),
    rule_kind(
        "same_id_two_people",
        ERROR,
        ("Hai người có cùng số giấy tờ.", "Đối chiếu số giấy tờ của từng người với hình."),
        ("Two people have the same identity number.", "Compare each person's number with the picture."),
    ),
    rule_kind(
        "spouses_same_gender",
        WARNING,
        ("Hai vợ chồng được ghi cùng giới tính.", "Đối chiếu chữ Ông, Bà của hai người với hình."),
        ("Both spouses are of one gender.", "Compare Ông and Bà with the picture."),
    ),
    rule_kind(
        "name_unusual",
        WARNING,
        ("Họ tên có chữ số, ký hiệu lạ hoặc chỉ có một chữ.", _LOOK),
        ("The name holds digits or odd signs, or is a single word.", _LOOK_EN),
    ),
)
