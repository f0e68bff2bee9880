"""The peer the reader is held against: whole-page Tesseract and an expression for each label, as good as can be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from certificate.record import Form
from ocr.bench_plain import page_text, record_of
from ocr.pages import Page

Pixels = NDArray[np.uint8]

PINK = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
GIẤY CHỨNG NHẬN
QUYỀN SỬ DỤNG ĐẤT
QUYÊN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIÊN VỚI ĐẤT
I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất
Ông Trần Văn Mẫu; sinh năm: 1982; CMND số: 37ó390511; đCTT: tổ 2, ấp Ba Hòn,
xã Thổ Châu, tỉnh Kiên Giang
Vợ: bà Lê Thị Thử, Sinh năm 1979, CCCD số 091179000123
BX 632821
\f
II. Thửa đất, nhà ở và tài sản khác gắn liền với đất
1. Thửa đất:
a) Thửa đất số: 194, Tờ bản đồ số: 73
b) Địa chỉ: Thôn Minh Phong, xã Thổ Châu, tỉnh Kiên Giang.
c) Diện tích: 5 807,7m?; bằng chữ: Năm nghìn tám trăm lẻ bảy phẩy bảy mét vuông
d) Hình thức sử dụng: riêng: 5 807,7m”, chung: Không m2
đ) Mục đích sử dụng: Đất ở tại nông thôn: 424,9m”; Đất bằng trồng cây hàng năm khác:
5 382,8m?
e) Thời hạn sử dụng: Đất ở: Lâu dài; Đất bằng trồng cây hàng năm khác: Đến ngày
05/02/2043
g) Nguồn gốc sử dụng: Công nhận QSDĐ như giao đất có thu tiền sử dụng đất.
2. Nhà ở: a) Loại nhà ở: Nhà ở liên kế; b) Diện tích xây dựng: 75,0m”; c) Diện tích sàn:
150,0m; d) Hình thức sở hữu: Sở hữu riêng; đ) Cấp (Hạng): Cấp 4; e) Thời hạn được sở
hữu: -/-
3. Công trình xây dựng khác: -/-
6. Ghi chú: Cấp đổi từ GCN số AU 744662, địa chính chính quy.
Phú Quốc, ngày 24 tháng 0ó năm 2015
TM. ỦY BAN NHÂN DÂN THÀNH PHỐ PHÚ QUỐC
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Lý Thị Bút
Số vào sổ cấp GCN: CH 03406
IV. Những thay đổi sau khi cấp Giấy chứng nhận
Tặng cho thửa đất số 9 cho bà Ngô Thị Lạ, địa chỉ: nơi khác"""


def test_every_label_of_a_pink_sheet_gives_its_value() -> None:
    """Across lines, with a 6 taken for an ó, and nothing out of the notes or the changes."""
    record = record_of(PINK, "a.pdf")
    assert record.form is Form.TT23_2014
    values = {path: field.value for path, field in record.fields.items()}
    assert values == {
        "serial_number": "BX 632821",
        "register_number": "CH03406",
        "issue_date": "2015-06-24",
        "issue_place": "Phú Quốc",
        "issuing_authority": "ỦY BAN NHÂN DÂN THÀNH PHỐ PHÚ QUỐC",
        "signer_title": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        "signer_name": "Lý Thị Bút",
        "owners.0.role": "holder",
        "owners.0.gender": "male",
        "owners.0.full_name": "Trần Văn Mẫu",
        "owners.0.birth_year": "1982",
        "owners.0.id_type": "cmnd",
        "owners.0.id_number": "376390511",
        "owners.0.address": "tổ 2, ấp Ba Hòn, xã Thổ Châu, tỉnh Kiên Giang",
        "owners.1.role": "spouse",
        "owners.1.gender": "female",
        "owners.1.full_name": "Lê Thị Thử",
        "owners.1.birth_year": "1979",
        "owners.1.id_type": "cccd",
        "owners.1.id_number": "091179000123",
        "parcels.0.parcel_number": "194",
        "parcels.0.map_sheet_number": "73",
        "parcels.0.address": "Thôn Minh Phong, xã Thổ Châu, tỉnh Kiên Giang",
        "parcels.0.area_m2": "5807.7",
        "parcels.0.area_in_words": "Năm nghìn tám trăm lẻ bảy phẩy bảy mét vuông",
        "parcels.0.private_area_m2": "5807.7",
        "parcels.0.shared_area_m2": "0",
        "parcels.0.purposes.0.name": "Đất ở tại nông thôn",
        "parcels.0.purposes.0.code": "ONT",
        "parcels.0.purposes.0.area_m2": "424.9",
        "parcels.0.purposes.0.term": "lau_dai",
        "parcels.0.purposes.1.name": "Đất bằng trồng cây hàng năm khác",
        "parcels.0.purposes.1.code": "BHK",
        "parcels.0.purposes.1.area_m2": "5382.8",
        "parcels.0.purposes.1.term": "2043-02-05",
        "parcels.0.origin": "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
        "parcels.0.origin_code": "CNQ-CTT",
        "house.type": "Nhà ở liên kế",
        "house.built_area_m2": "75.0",
        "house.floor_area_m2": "150.0",
        "house.ownership": "Sở hữu riêng",
        "house.grade": "Cấp 4",
        "notes": "Cấp đổi từ GCN số AU 744662, địa chính chính quy",
    }


LEAF = """GIẤY CHỨNG NHẬN
QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN
GẮN LIỀN VỚI ĐẤT
1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:
Ông: LÊ HỮU MẪU, CC số: 066078013810
2. Thông tin thửa đất:
a. Thửa đất số: 226; tờ bản đồ số: 42
b. Diện tích: 3640.8 m2
c. Loại đất: Đất ở tại nông thôn (ONT): 202.8 m2; Đất trồng cây lâu năm (CLN): 3438.0 m2
d. Thời hạn sử dụng đất: Lâu dài
e. Địa chỉ: ấp Đông Thành, xã Yang Mao, tỉnh Đắk Lắk
3. Thông tin tài sản gắn liền với đất: -/-
Đắk Lắk, ngày 15 tháng 4 năm 2026
AN 01638621"""

TABLE = """giấy chứng nhận
quyền sử dụng đất quyền sở hữu nhà ở và tài sản khác gắn liền với đất
1. Thửa đất:
Địa chỉ: Ấp Tà Niên, tỉnh Kiên Giang
Thửa | Tờ bản Diện tích
số đồ số (m2) Mục đích sử dụng |_ Thời hạn sử dụng đất Nguồn gốc sử dụng
461 30 3.677,1 Đất chuyên trồng Đến ngày 15/10/2072 Nhà nước giao đất
lúa nước dụng đất
700 40 940,15 Đất trồng cây lâu năm Lâu dài Nhà nước
Tổng diện tích: 4.617,25 m2
2. Nhà ở: -/-"""

ORGANISATION = """GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT
Người sử dụng đất:
Công ty Cổ phần Mẫu; mã số thuế: 1737732282; trụ sở: Ấp Ngã Bát, tỉnh Kiên Giang
\f"""


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        # The leaf of 2024: codes in brackets, numbers with points, no origin.
        (LEAF, Form.TT10_2024, {
            "serial_number": "AN 01638621", "owners.0.full_name": "LÊ HỮU MẪU", "parcels.0.term": "lau_dai",
            "parcels.0.purposes.1.code": "CLN", "parcels.0.purposes.1.area_m2": "3438.0",
            "parcels.0.address": "ấp Đông Thành, xã Yang Mao, tỉnh Đắk Lắk", "issue_date": "2026-04-15",
        }),
        # A table: the rows that stand on one line.
        (TABLE, Form.TT23_2014, {
            "parcels.0.parcel_number": "461", "parcels.0.area_m2": "3677.1", "parcels.0.term": "2072-10-15",
            "parcels.0.address": "Ấp Tà Niên, tỉnh Kiên Giang", "parcels.1.map_sheet_number": "40",
            "parcels.1.area_m2": "940.15", "parcels.1.term": "lau_dai",
        }),
        (ORGANISATION, Form.LD2003, {
            "owners.0.role": "organisation", "owners.0.full_name": "Công ty Cổ phần Mẫu",
            "owners.0.id_type": "tax_code", "owners.0.address": "Ấp Ngã Bát, tỉnh Kiên Giang",
        }),
    ],
)  # fmt: skip
def test_other_papers_give_what_is_labelled(text: str, form: Form, expected: dict[str, str]) -> None:
    """The leaf of 2024, a table of parcels, an organisation."""
    record = record_of(text, "a.pdf")
    assert record.form is form
    assert {path: record.value(path) for path in expected} == expected


@pytest.mark.parametrize("text", ["", "\f", "HỢP ĐỒNG CHUYỂN NHƯỢNG\nThửa đất số: 5", "Ông " * 400, "địa chỉ\n" * 300])
def test_what_is_no_certificate_gives_no_fields(text: str) -> None:
    """A contract, nothing at all, or the same word without end."""
    record = record_of(text, "a.pdf")
    assert (record.form, dict(record.fields)) == (Form.OTHER, {})


@pytest.mark.slow
def test_a_page_is_read_whatever_its_turn(draw_page: Callable[..., Pixels], monkeypatch: pytest.MonkeyPatch) -> None:
    """Tesseract itself finds out which way is up; a scan of low resolution is enlarged first."""
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
    turned = np.ascontiguousarray(np.rot90(draw_page(size=(1150, 760), left=40, font_px=34), 1))
    height, width = turned.shape[:2]
    text = page_text(Page(1, turned, np.eye(3), width, height, 200.0))
    assert "Thửa đất số: 127" in text
    assert "CH 03730" in text
