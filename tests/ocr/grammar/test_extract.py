"""From faces of typed lines to records: forms, several certificates, traps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from certificate.geometry import Box
from certificate.record import Decision, Form, Part
from ocr.grammar.extract import extract
from ocr.recognise import CodeRead, ReadFace, Reading

MakeFace = Callable[..., ReadFace]

RIGHT = 1250  # Where the block of the signature begins.


def _pink_first(serial: str = "BX 123456") -> list[object]:
    return [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "GIẤY CHỨNG NHẬN",
        "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC",
        "GẮN LIỀN VỚI ĐẤT",
        "I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền",
        "với đất",
        "Ông: NGUYỄN VĂN AN",
        "Năm sinh: 1970, CMND số: 371234567",
        "Địa chỉ thường trú: ấp Hòa Lợi, xã Đông Hòa, huyện An Minh, tỉnh Kiên Giang",
        (serial, 1700, 2800),
    ]


def _pink_second(date: str = "ngày 12 tháng 5 năm 2015") -> list[object]:
    return [
        "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất",
        "1. Thửa đất:",
        "a) Thửa đất số: 123, tờ bản đồ số: 45",
        "b) Địa chỉ: ấp Hòa Lợi, xã Đông Hòa, huyện An Minh, tỉnh Kiên Giang",
        "c) Diện tích: 1.250,5 m², (bằng chữ: Một nghìn hai trăm năm mươi phẩy năm mét vuông)",
        "d) Hình thức sử dụng: riêng 1.250,5 m², chung Không m²",
        "đ) Mục đích sử dụng: Đất ở tại nông thôn 300,0 m²; Đất trồng cây lâu năm 950,5 m²",
        "e) Thời hạn sử dụng: Đất ở: Lâu dài; Đất trồng cây lâu năm: Đến ngày 15/10/2043",
        "g) Nguồn gốc sử dụng: Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
        "2. Nhà ở: -/-",
        "3. Công trình xây dựng khác: -/-",
        "4. Rừng sản xuất là rừng trồng: -/-",
        "5. Cây lâu năm: -/-",
        "6. Ghi chú: Cấp đổi từ GCN số AB 654321, số vào sổ H00123, cấp ngày 01/02/2008",
        (f"An Minh, {date}", RIGHT, 1700),
        ("TM. ỦY BAN NHÂN DÂN HUYỆN AN MINH", RIGHT - 40, 1768),
        ("KT. CHỦ TỊCH", RIGHT + 200, 1836),
        ("PHÓ CHỦ TỊCH", RIGHT + 200, 1904),
        ("Trần Văn Bình", RIGHT + 200, 2300),
        ("Số vào sổ cấp GCN: CH 01234", 200, 2700),
    ]


LEAF = [
    "GIẤY CHỨNG NHẬN",
    "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN",
    "GẮN LIỀN VỚI ĐẤT",
    "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:",
    "Ông: Danh Hiền; CC: 091070001234",
    "2. Thông tin thửa đất:",
    "a. Thửa đất số: 809; tờ bản đồ số: 33",
    "b. Diện tích: 333,5 m²",
    "c. Loại đất: Đất ở tại nông thôn (ONT): 333,5 m²",
    "d. Thời hạn sử dụng đất: Lâu dài",
    "đ. Hình thức sử dụng đất: Sử dụng riêng",
    "e. Địa chỉ: ấp Bến Nhứt, xã Vĩnh Bình, tỉnh An Giang",
    "3. Thông tin tài sản gắn liền với đất: -/-",
    ("Vĩnh Bình, ngày 07 tháng 01 năm 2026", RIGHT, 1700),
    ("TM. ỦY BAN NHÂN DÂN XÃ VĨNH BÌNH", RIGHT, 1768),
    ("CHỦ TỊCH", RIGHT + 250, 1836),
    ("Thông tin chi tiết được thể hiện tại mã QR", 200, 2600),
    ("AA 08870249", 200, 2800),
]
LEAF_QR = "07-01-2026-09-59-03|31064|VBDLIS|H58.1-2601|AA 08870249|123456|07-01-2026-09-59-03|99"


def test_a_pink_sheet_gives_all_its_fields(make_face: MakeFace) -> None:
    """Every printed field of a pink sheet stands in the record in its normal form, and nothing else."""
    faces = [make_face(_pink_first(), part=Part.RIGHT), make_face(_pink_second(), page=2, part=Part.LEFT)]
    [(record, indices)] = extract(faces, "a.pdf")
    assert indices == [0, 1]
    assert record.form is Form.TT23_2014
    assert [page.face for page in record.pages] == [1, 2]
    assert {path: field.value for path, field in record.fields.items()} == {
        "serial_number": "BX 123456",
        "register_number": "CH01234",
        "issue_date": "2015-05-12",
        "issue_place": "An Minh",
        "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN AN MINH",
        "signer_title": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        "signer_name": "Trần Văn Bình",
        "owners.0.role": "holder",
        "owners.0.full_name": "NGUYỄN VĂN AN",
        "owners.0.gender": "male",
        "owners.0.birth_year": "1970",
        "owners.0.id_number": "371234567",
        "owners.0.id_type": "cmnd",
        "owners.0.address": "ấp Hòa Lợi, xã Đông Hòa, huyện An Minh, tỉnh Kiên Giang",
        "parcels.0.parcel_number": "123",
        "parcels.0.map_sheet_number": "45",
        "parcels.0.address": "ấp Hòa Lợi, xã Đông Hòa, huyện An Minh, tỉnh Kiên Giang",
        "parcels.0.area_m2": "1250.5",
        "parcels.0.area_in_words": "Một nghìn hai trăm năm mươi phẩy năm mét vuông",
        "parcels.0.private_area_m2": "1250.5",
        "parcels.0.shared_area_m2": "0",
        "parcels.0.purposes.0.name": "Đất ở tại nông thôn",
        "parcels.0.purposes.0.code": "ONT",
        "parcels.0.purposes.0.area_m2": "300.0",
        "parcels.0.purposes.0.term": "lau_dai",
        "parcels.0.purposes.1.name": "Đất trồng cây lâu năm",
        "parcels.0.purposes.1.code": "CLN",
        "parcels.0.purposes.1.area_m2": "950.5",
        "parcels.0.purposes.1.term": "2043-10-15",
        "parcels.0.origin": "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
        "parcels.0.origin_code": "CNQ-CTT",
        "notes": "Cấp đổi từ GCN số AB 654321, số vào sổ H00123, cấp ngày 01/02/2008",
    }


def test_the_date_tells_the_two_pink_forms_apart(make_face: MakeFace) -> None:
    """The same print before July 2014 is the form of TT 17/2009."""
    faces = [make_face(_pink_first("BD 123456")), make_face(_pink_second("ngày 12 tháng 5 năm 2011"), page=2)]
    [(record, _)] = extract(faces, "a.pdf")
    assert record.form is Form.TT17_2009


@pytest.mark.parametrize(
    ("digits", "decision"),
    [("3110515012345", Decision.ACCEPT), ("3110512012345", Decision.REVIEW), ("7221848161811", Decision.REVIEW)],
)
def test_a_barcode_of_no_commune_is_for_a_person(digits: str, decision: Decision, make_face: MakeFace) -> None:
    """Bars are made out in guilloche and shadows, too."""
    codes = [CodeRead("ean13", digits, Box(1, 1, 9, 9))]
    [(record, _)] = extract([make_face(_pink_first(), codes=codes), make_face(_pink_second(), page=2)], "a.pdf")
    assert record.fields["barcode"].decision is decision


@pytest.mark.parametrize(
    ("line", "codes", "told"),
    [
        (("3091512012345", 1500, 2900), [], "3091512012345"),
        (("309 1512012345", 1500, 2900), [], "3091512012345"),
        (("30915120123", 1500, 2900), [], None),  # eleven digits are no barcode
        (("3091512012345", 1500, 400), [], None),  # nor are digits up where the owners stand
        (("3091512012340", 1500, 2900), [CodeRead("code128", "3091512012345", Box(1, 1, 9, 9))], "3091512012345"),
    ],
)
def test_digits_below_bars_that_cannot_be_read(
    line: tuple[str, int, int], codes: list[CodeRead], told: str | None, make_face: MakeFace
) -> None:
    """The digits are printed for that; where the bars are read, they count."""
    faces = [make_face([*_pink_first(), line], codes=codes), make_face(_pink_second(), page=2)]
    [(record, _)] = extract(faces, "a.pdf")
    assert record.value("barcode") == told


def test_a_leaf_of_2024_with_its_code(make_face: MakeFace) -> None:
    """The 2024 leaf has eight digits, no origin, and a code that confirms the serial."""
    face = make_face(LEAF, codes=[CodeRead("qr", LEAF_QR, Box(1800, 100, 2000, 300))])
    [(record, _)] = extract([face], "a.pdf")
    assert record.form is Form.TT10_2024
    assert record.value("serial_number") == "AA 08870249"
    assert record.value("qr") == LEAF_QR
    assert record.value("parcels.0.purposes.0.code") == "ONT"
    assert record.value("parcels.0.address") == "ấp Bến Nhứt, xã Vĩnh Bình, tỉnh An Giang"
    assert record.value("issuing_authority") == "ỦY BAN NHÂN DÂN XÃ VĨNH BÌNH"
    assert "other_assets" not in record.fields
    assert "parcels.0.origin" not in record.fields


def test_faces_in_any_order_and_two_certificates_in_one_file(make_face: MakeFace) -> None:
    """Each printed face goes once to a certificate; a second first face opens the next certificate."""
    faces = [
        make_face(_pink_second()),
        make_face(_pink_first("BX 111111"), page=2),
        make_face(_pink_first("BX 222222"), page=3),
        make_face(_pink_second(), page=4),
    ]
    found = extract(faces, "a.pdf")
    assert [(record.value("serial_number"), indices) for record, indices in found] == [
        ("BX 111111", [0, 1]),
        ("BX 222222", [2, 3]),
    ]


def test_required_fields_that_could_not_be_read_stand_for_review(make_face: MakeFace) -> None:
    """A first face alone lacks the parcel: those fields are there, empty, for a person."""
    [(record, _)] = extract([make_face(_pink_first())], "a.pdf")
    missing = record.fields["parcels.0.parcel_number"]
    assert missing.value is None
    assert missing.decision is Decision.REVIEW
    assert record.verdict is Decision.REVIEW


def test_an_identity_card_beside_a_certificate_is_a_record_of_its_own(make_face: MakeFace) -> None:
    """The card's QR code fills its fields whole."""
    payload = "091070001234|371234567|Nguyễn Văn An|01021970|Nam|Ấp Hòa Lợi, Đông Hòa, An Minh, Kiên Giang|10052021"
    card = make_face(
        [
            "CĂN CƯỚC CÔNG DÂN",
            "Citizen Identity Card",
            "Số / No.: 091070001234",
            "Họ và tên / Full name:",
            "NGUYỄN VĂN AN",
        ],
        page=2,
        codes=[CodeRead("qr", payload, Box(1800, 100, 2000, 300))],
    )
    found = extract([make_face(LEAF), card], "a.pdf")
    assert [record.form for record, _ in found] == [Form.TT10_2024, Form.CCCD]
    fields = {path: field.value for path, field in found[1][0].fields.items()}
    assert fields["owners.0.old_id_number"] == "371234567"
    assert fields["owners.0.birth_date"] == "1970-02-01"
    assert fields["owners.0.gender"] == "male"
    assert fields["issue_date"] == "2021-05-10"


@pytest.mark.parametrize(
    ("lines", "code"),
    [([], "blank_page"), (["HỢP ĐỒNG MUA BÁN HÀNG HÓA", "Hôm nay, chúng tôi gồm có"], "not_a_certificate")],
)
def test_papers_that_are_no_certificates(lines: list[str], code: str, make_face: MakeFace) -> None:
    """Blank and foreign pages give a record of form other, without fields, with a finding that says why."""
    [(record, _)] = extract([make_face(lines)], "a.pdf")
    assert record.form is Form.OTHER
    assert not record.fields
    assert code in {finding.code for finding in record.findings}


def test_handwriting_is_never_accepted(make_face: MakeFace) -> None:
    """A value written by hand goes to a person, however sure the readers are."""
    lines = [*_pink_first()[:-1], ("BX 123456", 1700, 2800, {"handwritten": 0.9})]
    [(record, _)] = extract([make_face(lines)], "a.pdf")
    assert record.fields["serial_number"].decision is Decision.REVIEW
    assert "handwritten" in record.fields["serial_number"].findings


def test_third_looks_only_where_readers_differ(make_face: MakeFace) -> None:
    """A number that the readers read alike is not looked at again; one that they read differently is voted on."""
    looked: list[Box] = []

    def reread(box: Box) -> dict[str, Reading]:
        looked.append(box)
        return {"tesseract@52": Reading("BX 123456", 0.9), "trueocr@2": Reading("BX 123456", 0.9)}

    lines = [*_pink_first()[:-1], ("BX 123458", 1700, 2800, {"trueocr": "BX 123456"})]
    [(record, _)] = extract([make_face(lines, reread=reread)], "a.pdf")
    assert record.value("serial_number") == "BX 123456"
    assert record.fields["serial_number"].readings == {"tesseract": "BX 123458", "trueocr": "BX 123456"}
    assert len(looked) == 1


def test_a_mended_word_is_never_silent(make_face: MakeFace) -> None:
    """A purpose misread by both readers is mended by the law's list, with a finding, and the print is kept."""
    lines = [
        line.replace("Đất ở tại nông thôn 300", "Đắt ở tại nông thôn 300") if isinstance(line, str) else line
        for line in _pink_second()
    ]
    [(record, _)] = extract([make_face(_pink_first()), make_face(lines, page=2)], "a.pdf")
    purpose = record.fields["parcels.0.purposes.0.name"]
    assert (purpose.value, purpose.raw) == ("Đất ở tại nông thôn", "Đắt ở tại nông thôn")
    assert "corrected_by_list" in purpose.findings


def test_the_english_of_a_card_is_no_value(make_face: MakeFace) -> None:
    """Readers of Vietnamese misread it; a number without its label is the card's own."""
    lines = ["CĂN CƯỚC CÔNG DÂN", "s6/x.:089058780523", "Hộ và tên / Pui năme:", "NGUYỄN TRUNG VIỆT",
             "Ngày sinh / Datề ơ bìnth: 05/09/1958", "Nơi thường trú / Piace oi residểnce:",
             "Ấp Minh Long, Lương Phi, Tri Tôn, An Giang"]  # fmt: skip
    ((record, _),) = extract([make_face(lines)], "a.pdf")
    assert {path: record.value(path) for path in record.fields} == {
        "owners.0.full_name": "NGUYỄN TRUNG VIỆT", "owners.0.birth_date": "1958-09-05",
        "owners.0.address": "Ấp Minh Long, Lương Phi, Tri Tôn, An Giang",
        "owners.0.id_number": "089058780523", "owners.0.id_type": "cccd",
    }  # fmt: skip
