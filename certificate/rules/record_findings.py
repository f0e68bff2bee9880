"""What the rules may remark about a record: one entry for every check in this package."""

from __future__ import annotations

from certificate.record import Severity
from certificate.rules.kind import FindingKind, rule_kind

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_LOOK = "Đối chiếu với hình và sửa nếu đọc sai."
_LOOK_EN = "Compare with the picture and correct it if misread."

KINDS: tuple[FindingKind, ...] = (
    rule_kind(
        "required_missing",
        ERROR,
        ("Thiếu mục bắt buộc: {label}.", "Nhập giá trị theo hình; nếu giấy không ghi thì xác nhận là để trống."),
        (
            "A required field is missing: {label}.",
            "Enter it from the picture; confirm it as empty if the paper has none.",
        ),
    ),
    # Normal forms
    rule_kind(
        "number_malformed",
        ERROR,
        ("«{value}» không phải một con số diện tích.", _LOOK),
        ("“{value}” is no number of square metres.", _LOOK_EN),
    ),
    rule_kind(
        "value_not_in_list",
        ERROR,
        ("«{value}» không có trong danh mục của mục này.", "Chọn lại giá trị trong danh mục."),
        ("“{value}” is not in this field's list.", "Choose a value of the list."),
    ),
    # Serial, register, QR, barcode
    rule_kind(
        "register_number_malformed",
        WARNING,
        ("Số vào sổ «{number}» không có chữ số.", _LOOK),
        ("The register number “{number}” has no digit.", _LOOK_EN),
    ),
    rule_kind(
        "serial_malformed",
        ERROR,
        ("Số phát hành «{serial}» không đúng mẫu: 1 đến 2 chữ cái và 6 hoặc 8 chữ số.", _LOOK),
        ("The serial number “{serial}” is not 1 or 2 letters and 6 or 8 digits.", _LOOK_EN),
    ),
    rule_kind(
        "serial_form_differs",
        ERROR,
        ("Số phát hành «{serial}» không hợp với mẫu giấy này.", "Đối chiếu số phát hành và mẫu giấy với hình."),
        (
            "The serial number “{serial}” does not fit this form.",
            "Compare the serial number and the form with the picture.",
        ),
    ),
    rule_kind(
        "serial_letter_unusual",
        WARNING,
        ("Chữ đầu của số phát hành «{serial}» ít gặp ở mẫu giấy này.", _LOOK),
        ("The first letter of the serial number “{serial}” is unusual on this form.", _LOOK_EN),
    ),
    rule_kind(
        "qr_malformed",
        WARNING,
        ("Mã QR không theo cấu trúc của giấy chứng nhận.", "Kiểm tra mã QR có phải của giấy này không."),
        (
            "The QR code does not have the structure of a certificate's.",
            "Check whether the code belongs to this paper.",
        ),
    ),
    rule_kind(
        "qr_serial_differs",
        ERROR,
        (
            "Số phát hành trong mã QR là «{qr_serial}», khác số in.",
            "Đối chiếu số in trên hình; nếu số in đúng như đã đọc thì báo phụ trách.",
        ),
        (
            "The QR code's serial number is “{qr_serial}”, not the printed one.",
            "Compare the print; if it was read right, tell the supervisor.",
        ),
    ),
    rule_kind(
        "qr_id_differs",
        ERROR,
        ("Số định danh trong mã QR của thẻ khác số in.", "Đối chiếu số in trên thẻ với hình."),
        ("The card's QR code has another number than its print.", "Compare the printed number with the picture."),
    ),
    rule_kind(
        "barcode_malformed",
        WARNING,
        ("Mã vạch không có 13 hoặc 15 chữ số.", "Không bắt buộc; đối chiếu nếu dãy số in dưới mã vạch rõ."),
        ("The barcode does not have 13 or 15 digits.", "Not required; compare if the digits under it are clear."),
    ),
    rule_kind(
        "barcode_commune_unknown",
        INFO,
        (
            "Mã xã {code} trong mã vạch không có trong danh mục trước 07/2025.",
            "Không bắt buộc; đối chiếu nếu dãy số in dưới mã vạch rõ.",
        ),
        (
            "The barcode's commune code {code} is not in the list before July 2025.",
            "Not required; compare if the digits under it are clear.",
        ),
    ),
    rule_kind(
        "barcode_province_differs",
        WARNING,
        (
            "Mã tỉnh ở đầu mã vạch không phải tỉnh của mã xã trong đó ({commune}).",
            "Không bắt buộc; đối chiếu nếu dãy số in dưới mã vạch rõ.",
        ),
        (
            "The province at the beginning of the barcode is not that of its commune ({commune}).",
            "Not required; compare if the digits under it are clear.",
        ),
    ),
    rule_kind(
        "barcode_commune_differs",
        WARNING,
        ("Mã xã trong mã vạch là của {commune}, khác địa chỉ thửa đất.", "Đối chiếu địa chỉ thửa đất với hình."),
        (
            "The barcode's commune is {commune}, not that of the parcel's address.",
            "Compare the parcel's address with the picture.",
        ),
    ),
    rule_kind(
        "barcode_year_differs",
        WARNING,
        ("Năm trong mã vạch là {year}, khác năm cấp giấy.", "Đối chiếu ngày cấp với hình."),
        ("The barcode's year is {year}, not the year of issue.", "Compare the issue date with the picture."),
    ),
    # Issue
    rule_kind(
        "date_malformed",
        ERROR,
        ("«{value}» không phải ngày có thật.", _LOOK),
        ("“{value}” is not a real date.", _LOOK_EN),
    ),
    rule_kind(
        "date_in_future",
        ERROR,
        ("Ngày {value} ở tương lai.", _LOOK),
        ("The date {value} lies in the future.", _LOOK_EN),
    ),
    rule_kind(
        "issue_date_form_differs",
        ERROR,
        (
            "Ngày cấp {value} nằm ngoài thời gian dùng mẫu giấy này ({period}).",
            "Đối chiếu ngày cấp và mẫu giấy với hình.",
        ),
        (
            "The issue date {value} lies outside this form's years ({period}).",
            "Compare the issue date and the form with the picture.",
        ),
    ),
    rule_kind(
        "authority_unknown",
        INFO,
        ("Không nhận ra loại cơ quan cấp giấy.", "Đối chiếu tên cơ quan với hình."),
        ("The kind of issuing authority is not recognised.", "Compare the authority's name with the picture."),
    ),
    rule_kind(
        "authority_era_differs",
        WARNING,
        (
            "{authority} không cấp giấy chứng nhận vào ngày {value} ({period}).",
            "Đối chiếu cơ quan cấp và ngày cấp với hình.",
        ),
        (
            "{authority} did not issue certificates on {value} ({period}).",
            "Compare the authority and the date with the picture.",
        ),
    ),
    rule_kind(
        "authority_place_differs",
        WARNING,
        (
            "Cơ quan cấp thuộc {authority_place}, thửa đất thuộc {parcel_place}.",
            "Đối chiếu tên cơ quan và địa chỉ thửa đất với hình.",
        ),
        (
            "The authority is of {authority_place}, the parcel of {parcel_place}.",
            "Compare the authority's name and the parcel's address with the picture.",
        ),
    ),
    rule_kind(
        "change_before_issue",
        WARNING,
        ("Thay đổi ngày {value} có trước ngày cấp giấy.", "Đối chiếu hai ngày với hình."),
        ("The change of {value} lies before the issue of the certificate.", "Compare both dates with the picture."),
    ),
    # Areas
    rule_kind(
        "area_words_differ",
        ERROR,
        ("Diện tích bằng số là {number} m², bằng chữ là {in_words} m².", "Đối chiếu cả số và chữ với hình."),
        (
            "The area is {number} m² in digits and {in_words} m² in words.",
            "Compare both digits and words with the picture.",
        ),
    ),
    rule_kind(
        "area_words_unreadable",
        WARNING,
        ("Không hiểu diện tích bằng chữ.", "Đối chiếu phần bằng chữ với hình."),
        ("The area in words makes no number.", "Compare the words with the picture."),
    ),
    rule_kind(
        "area_parts_differ",
        ERROR,
        (
            "Sử dụng riêng và chung cộng lại {total} m², diện tích thửa là {area} m².",
            "Đối chiếu ba diện tích với hình.",
        ),
        (
            "Private and shared area make {total} m², the parcel has {area} m².",
            "Compare the three areas with the picture.",
        ),
    ),
    rule_kind(
        "purposes_sum_differs",
        ERROR,
        (
            "Diện tích các mục đích cộng lại {total} m², diện tích thửa là {area} m².",
            "Đối chiếu diện tích từng mục đích với hình.",
        ),
        (
            "The purposes' areas make {total} m², the parcel has {area} m².",
            "Compare each purpose's area with the picture.",
        ),
    ),
    rule_kind(
        "area_zero",
        ERROR,
        ("Diện tích bằng không.", _LOOK),
        ("The area is zero.", _LOOK_EN),
    ),
    rule_kind(
        "area_implausible",
        WARNING,
        (
            "Diện tích {area} m² khác thường đối với loại đất và người sử dụng này.",
            "Xem dấu phẩy thập phân và dấu chấm hàng nghìn trên hình.",
        ),
        (
            "An area of {area} m² is unusual for this land and owner.",
            "Look for the decimal comma and the thousands' dot on the picture.",
        ),
    ),
    rule_kind(
        "built_area_exceeds_parcel",
        WARNING,
        ("Diện tích xây dựng {built} m² lớn hơn diện tích thửa đất {area} m².", "Đối chiếu hai diện tích với hình."),
        ("The built area of {built} m² exceeds the parcel's {area} m².", "Compare both areas with the picture."),
    ),
    rule_kind(
        "floor_area_below_built",
        INFO,
        ("Diện tích sàn {floor} m² nhỏ hơn diện tích xây dựng {built} m².", "Đối chiếu hai diện tích với hình."),
        ("The floor area of {floor} m² is below the built area of {built} m².", "Compare both areas with the picture."),
    ),
    # Parcels
    rule_kind(
        "parcel_number_malformed",
        WARNING,
        ("Số thửa «{number}» không kết thúc bằng chữ số.", _LOOK),
        ("The parcel number “{number}” does not end in a digit.", _LOOK_EN),
    ),
    rule_kind(
        "map_sheet_malformed",
        WARNING,
        ("Số tờ bản đồ «{number}» không có chữ số.", _LOOK),
        ("The map sheet number “{number}” has no digit.", _LOOK_EN),
    ),
    rule_kind(
        "parcel_twice",
        ERROR,
        ("Thửa {parcel}, tờ bản đồ {map_sheet} được ghi hai lần.", "Đối chiếu các thửa với hình; xóa nếu máy đọc lặp."),
        (
            "Parcel {parcel} on map sheet {map_sheet} stands here twice.",
            "Compare with the picture; remove one if it was read twice.",
        ),
    ),
    rule_kind(
        "place_unknown",
        WARNING,
        ("Không tìm thấy xã, phường trong danh mục hành chính.", "Đối chiếu tên xã, huyện, tỉnh với hình."),
        ("The commune is not in the list of places.", "Compare commune, district and province with the picture."),
    ),
    rule_kind(
        "place_spelling_differs",
        WARNING,
        (
            "Tên trong địa chỉ không có trong danh mục; gần nhất là {place}.",
            "Đối chiếu từng dấu với hình; nếu giấy in như vậy thì giữ nguyên.",
        ),
        (
            "A name in the address is not in the list of places; the nearest is {place}.",
            "Compare every mark with the picture; keep it if the paper prints it so.",
        ),
    ),
    rule_kind(
        "place_levels_differ",
        WARNING,
        (
            "Theo danh mục, {commune} không thuộc {district}.",
            "Đối chiếu tên xã và huyện với hình; xã cùng tên có thể ở huyện khác.",
        ),
        (
            "By the list of places {commune} does not lie in {district}.",
            "Compare commune and district with the picture; another district may have a commune of that name.",
        ),
    ),
    rule_kind(
        "place_ambiguous",
        INFO,
        ("Địa chỉ có thể là: {candidates}.", "Chọn đúng đơn vị nếu cần; máy không tự đoán."),
        ("The address may be: {candidates}.", "Choose the right one if needed; nothing is guessed."),
    ),
    rule_kind(
        "place_era_differs",
        WARNING,
        (
            "Tên đơn vị hành chính trong địa chỉ không có vào ngày cấp giấy {value}.",
            "Đối chiếu địa chỉ và ngày cấp với hình.",
        ),
        (
            "The address names a unit that did not exist on {value}.",
            "Compare the address and the issue date with the picture.",
        ),
    ),
    rule_kind(
        "purpose_unknown",
        INFO,
        (
            "Mục đích «{name}» không có trong danh mục.",
            "Giữ nguyên văn nếu giấy ghi như vậy (giấy cũ thường ghi tự do).",
        ),
        (
            "The purpose “{name}” is not in the list.",
            "Keep the words if the paper says so (old books are worded freely).",
        ),
    ),
    rule_kind(
        "purpose_code_unknown",
        ERROR,
        ("Mã loại đất «{code}» không có trong danh mục.", _LOOK),
        ("The land-use code “{code}” is not in the list.", _LOOK_EN),
    ),
    rule_kind(
        "purpose_name_code_differ",
        ERROR,
        ("Mã {code} là «{expected}», khác tên mục đích đã ghi.", "Đối chiếu tên và mã loại đất với hình."),
        (
            "Code {code} means “{expected}”, unlike the name given.",
            "Compare the purpose's name and code with the picture.",
        ),
    ),
    rule_kind(
        "purpose_not_in_force",
        WARNING,
        ("Mã {code} không dùng vào ngày cấp giấy {value}.", "Đối chiếu mã loại đất và ngày cấp với hình."),
        ("Code {code} was not in use on {value}.", "Compare the code and the issue date with the picture."),
    ),
    rule_kind(
        "purpose_aggregate",
        ERROR,
        ("Mã {code} là mã tổng hợp, không dùng cho thửa đất.", "Tìm mã chi tiết của loại đất trên hình."),
        ("Code {code} is an aggregate and never stands on a parcel.", "Find the detailed code on the picture."),
    ),
    rule_kind(
        "purpose_place_differs",
        WARNING,
        ("Đất ở {kind} nhưng thửa đất thuộc {place}.", "Đối chiếu loại đất ở và địa chỉ thửa đất với hình."),
        (
            "The purpose is {kind} residential land, but the parcel lies in {place}.",
            "Compare the purpose and the parcel's address with the picture.",
        ),
    ),
    rule_kind(
        "term_purpose_differs",
        INFO,
        ("Thời hạn «{term}» không thường gặp với «{purpose}».", "Giữ nguyên như giấy ghi; chỉ sửa nếu đọc sai."),
        ("The term “{term}” is unusual for “{purpose}”.", "Keep what the paper says; correct it only if misread."),
    ),
    rule_kind(
        "term_malformed",
        WARNING,
        ("Không hiểu thời hạn «{term}».", _LOOK),
        ("The term “{term}” is not understood.", _LOOK_EN),
    ),
    rule_kind(
        "term_before_issue",
        ERROR,
        ("Thời hạn đến {term} kết thúc trước ngày cấp giấy.", "Đối chiếu thời hạn và ngày cấp với hình."),
        (
            "The term ends on {term}, before the certificate was issued.",
            "Compare the term and the issue date with the picture.",
        ),
    ),
    rule_kind(
        "term_expired",
        INFO,
        ("Thời hạn sử dụng đã hết từ {term}.", "Giữ nguyên như giấy ghi; cần làm thủ tục gia hạn."),
        ("The term ended on {term}.", "Keep what the paper says; the right is to be prolonged."),
    ),
    rule_kind(
        "origin_code_unknown",
        ERROR,
        ("Mã nguồn gốc «{code}» không có trong danh mục.", _LOOK),
        ("The origin code “{code}” is not in the list.", _LOOK_EN),
    ),
    rule_kind(
        "origin_not_in_force",
        INFO,
        ("Mã nguồn gốc {code} không dùng vào ngày cấp giấy {value}.", "Đối chiếu nguồn gốc và ngày cấp với hình."),
        ("Origin code {code} was not in use on {value}.", "Compare the origin and the issue date with the picture."),
    ),
    rule_kind(
        "origin_code_differs",
        WARNING,
        ("Mã nguồn gốc {code} không hợp với câu đã ghi.", "Đối chiếu nguồn gốc sử dụng với hình."),
        ("The origin code {code} does not fit its words.", "Compare the origin with the picture."),
    ),
)
