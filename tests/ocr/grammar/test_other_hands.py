"""What the layouts of further hands led astray: labels, lone numbers and wrapped words where none were foreseen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from certificate.geometry import Box
from certificate.record import Form
from ocr.grammar.drafts import Kind
from ocr.grammar.extract import extract
from ocr.grammar.flow import Piece, face_text
from ocr.grammar.fusion import _without_head
from ocr.grammar.house import read_house
from ocr.grammar.normal import normalise
from ocr.grammar.parcels import read_parcels
from ocr.grammar.register import register_draft
from ocr.grammar.sections import split_sections
from ocr.recognise import CodeRead, ReadFace
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]


def test_parcels_named_without_the_word_number(make_pieces: MakePieces) -> None:
    """ "Thửa đất: 440" is a parcel's number; the title "1. Thửa đất:" above it is none."""
    lines = ["1. Thửa đất:", "a) Thửa đất: 440, tờ bản đồ số: 71", "c) Diện tích: 4.349,1 m²"]
    found = values_of(read_parcels(make_pieces(lines)))
    assert found["parcels.0.parcel_number"] == "440"
    assert found["parcels.0.map_sheet_number"] == "71"
    assert "parcels.1.parcel_number" not in found


def test_an_address_of_all_parcels_loses_its_label(make_pieces: MakePieces) -> None:
    """ "các thửa đất:" stood before it, accepted as read by all."""
    address = "Ấp Minh Phong, xã Phú Lợi, huyện Giang Thành, tỉnh Kiên Giang"
    found = values_of(read_parcels(make_pieces([f"Địa chỉ các thửa đất: {address}", "Thửa đất số: 5"])))
    assert found["parcels.0.address"] == address


def test_the_number_of_a_certificate_before_in_a_line_of_its_own(make_face: MakeFace) -> None:
    """ "GCN cũ số phát hành" ends a line of the notes, and "AB 348975" is all of the next one."""
    lines = [
        "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "1. Thửa đất", "a) Thửa đất số: 12, tờ bản đồ số: 3",
        "b) Địa chỉ: xã Nam Du, huyện Kiên Hải, tỉnh Kiên Giang", "2. Nhà ở: -/-",
        "6. Ghi chú: Thửa đất được tách từ thửa đất số 793; GCN cũ số phát hành", "AB 348975",
    ]  # fmt: skip
    ((record, _),) = extract([make_face(lines)], "scan.pdf")
    fields = record.fields
    assert fields["serial_number"].value is None
    assert fields["notes"].value == "Thửa đất được tách từ thửa đất số 793; GCN cũ số phát hành AB 348975"


def test_the_digits_below_a_barcode_go_on_with_no_address(make_face: MakeFace) -> None:
    """They stand under the owners' last line."""
    lines = [
        "I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất", "Ông: Trần Văn Đạt",
        "Địa chỉ: Ấp 2, Xã Vĩnh Bình Bắc, Huyện Vĩnh Thuận, Tỉnh Kiên Giang", ("3107413697352", 300, 480),
    ]  # fmt: skip
    bars = CodeRead("code128", "3107413697352", Box(200, 400, 900, 478))
    ((record, _),) = extract([make_face(lines, codes=[bars])], "scan.pdf")
    fields = record.fields
    assert fields["owners.0.address"].value == "Ấp 2, Xã Vĩnh Bình Bắc, Huyện Vĩnh Thuận, Tỉnh Kiên Giang"


def test_land_and_house_under_titles_of_their_own(make_pieces: MakePieces, make_face: MakeFace) -> None:
    """House certificates tell the state of house and land one after the other."""
    face = face_text(0, make_face([
        "II. THỰC TRẠNG NHÀ Ở", "Loại nhà ở: Nhà ở riêng lẻ; Cấp (hạng): Cấp IV", "III. THỰC TRẠNG ĐẤT Ở",
        "Thửa đất số: PL11; Tờ bản đồ số: 48", "Diện tích: 142,5 m²",
    ]))  # fmt: skip
    sections = split_sections([face], frozenset())
    assert values_of(read_house(sections["house"]))["house.type"] == "Nhà ở riêng lẻ"
    assert values_of(read_parcels(sections["parcels"]))["parcels.0.parcel_number"] == "PL11"


@pytest.mark.parametrize("text", ["CNQ -CTT", "CNQ CTT", "CNQ-CTT"])
def test_an_origin_printed_as_its_code(text: str) -> None:
    """Cells wrap at the hyphen."""
    assert normalise(Kind.ORIGIN, text) == "CNQ-CTT"


@pytest.mark.parametrize("address", [
    "Số L18-22 30 Tháng 4, Phường Thới Hòa, Quận Ô Môn, Thành phố Cần Thơ",
    "Ấp Rạch Dừa - X. Tân Hội - H. Tân Hiệp - T. Kiên Giang",
])  # fmt: skip
def test_places_that_are_like_labels_end_no_address(address: str, make_pieces: MakePieces) -> None:
    """ "Thới Hòa" and "Hội - H. Tân" are like "Thời hạn"."""
    found = values_of(read_parcels(make_pieces(["a) Thửa đất số: 5", f"b) Địa chỉ: {address}"])))
    assert found["parcels.0.address"] == address


def test_a_sentence_is_no_number_in_the_register(make_face: MakeFace) -> None:
    """ "Cấp đổi từ Giấy chứng nhận quyền sử dụng đất có số" is like the label, "phát hành BĐ 642466 do" no number."""
    lines = ["Cấp đổi từ Giấy chứng nhận quyền sử dụng đất có số", "phát hành BĐ 642466 do UBND huyện cấp"]
    draft, _ = register_draft([face_text(0, make_face([*lines, "Số vào sổ cấp GCN: CH04965"]))], frozenset())
    assert draft is not None
    assert draft.piece is not None
    assert draft.piece.text == "CH04965"
    assert normalise(Kind.REGISTER, "phát hành BĐ 642466 do") is None


@pytest.mark.parametrize(
    ("text", "head", "left"),
    [
        ("đất:49A đường", "đất:", "49A đường"),
        ("đắt : 49A", "đất:", "49A"),
        ("49A đường", "", "49A đường"),
        ("số 5:7", "a", "số 5:7"),
    ],
)
def test_a_further_look_begins_where_its_value_does(text: str, head: str, left: str) -> None:
    """No space parts "đất:" from "49A", so the label's end was read again with it, and outvoted the first reading."""
    assert _without_head(text, head) == left


@pytest.mark.parametrize(
    "terms",
    [
        "Đất ở tại nông thôn: Lâu dài Đất trồng cây lâu năm: 10/01/2049",
        "Đất ở lâu dài Đất trồng cây lâu năm đến ngày 10/01/2049",
    ],
)
def test_terms_of_purposes_in_lines_of_their_own(terms: str, make_pieces: MakePieces) -> None:
    """No sign parts them in a cell; "lâu dài" was told for the whole parcel, and accepted."""
    uses = "c) Mục đích sử dụng: Đất ở tại nông thôn 60 m²; Đất trồng cây lâu năm 100 m²"
    found = values_of(read_parcels(make_pieces(["a) Thửa đất số: 5", uses, f"d) Thời hạn sử dụng: {terms}"])))
    assert found["parcels.0.purposes.0.term"] == "lau_dai"
    assert found["parcels.0.purposes.1.term"] == "2049-01-10"


def test_a_term_that_holds_two_is_doubted(make_pieces: MakePieces) -> None:
    """One value cannot say both."""
    for text, doubted in (("Lâu dài; 10/01/2049", True), ("Đến ngày 10/01/2049", False), ("Lâu dài", False)):
        drafts = read_parcels(make_pieces(["a) Thửa đất số: 5", f"d) Thời hạn sử dụng: {text}"]))
        assert next(draft for draft in drafts if draft.path == "parcels.0.term").doubted is doubted


def test_a_red_book_with_its_owners_below_its_title(make_face: MakeFace) -> None:
    """It was taken for the inside of one book, and the inside for another's."""
    cover = ["GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT", "I- Tên người sử dụng đất", "Hộ Ông(Bà): LÊ VĂN MẪU", "AA 821391"]
    inside = [
        "II. Thửa đất được quyền sử dụng:",
        "a) Thửa đất số: 5, tờ bản đồ số: 51",
        "III- Tài sản gắn liền với đất",
    ]
    back = ["V- Sơ đồ thửa đất", "Vào sổ cấp Giấy chứng nhận quyền sử dụng đất", "Số: H.03106"]
    faces = [make_face(lines, page=page) for page, lines in enumerate((cover, inside, back), 1)]
    ((record, _),) = extract(faces, "scan.pdf")
    assert record.form is Form.LD2003
    assert record.value("serial_number") == "AA 821391"
    assert record.value("owners.0.full_name") == "LÊ VĂN MẪU"
    assert record.value("parcels.0.parcel_number") == "5"


def test_a_number_with_a_point_behind_it(make_pieces: MakePieces) -> None:
    """ "31." is no item's number where it is all there is."""
    found = values_of(read_parcels(make_pieces(["a) Thửa đất số: 31. Tờ bản đồ số: 44"])))
    assert found["parcels.0.parcel_number"] == "31"
    assert found["parcels.0.map_sheet_number"] == "44"


def test_purposes_by_code_with_areas(make_pieces: MakePieces) -> None:
    """A cell sets them one under the other, without a sign."""
    found = values_of(read_parcels(make_pieces(["a) Thửa đất số: 31", "c) Loại đất: ONT: 200.0 m² CLN: 847.0 m²"])))
    assert found["parcels.0.purposes.0.name"] == "ONT"
    assert found["parcels.0.purposes.1.area_m2"] == "847.0"


def test_a_date_that_wraps_behind_its_first_word(make_face: MakeFace) -> None:
    """The whole block of the signature was lost, and place and date were told as notes."""
    lines: list[object] = [
        "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "1. Thửa đất", "a) Thửa đất số: 12, tờ bản đồ số: 3",
        "6. Ghi chú: -/-", ("Huyện Kiên Lương, ngày", 1369, 2507), ("19 tháng 07 năm 2010", 1398, 2568),
        ("TM.UỶ BAN NHÂN DÂN", 1361, 2621), ("HUYỆN KIÊN LƯƠNG", 1389, 2685), ("CHỦ TỊCH", 1479, 2746),
        ("Lâm Xuân Mẫu", 1450, 2950),
    ]  # fmt: skip
    ((record, _),) = extract([make_face(lines)], "scan.pdf")
    assert record.value("issue_date") == "2010-07-19"
    assert record.value("issuing_authority") == "UỶ BAN NHÂN DÂN HUYỆN KIÊN LƯƠNG"
    assert record.value("notes") is None


def test_a_house_under_roman_numbers(make_face: MakeFace) -> None:
    """As certificates of 2006 have it: I the owner, II the house, III the land."""
    cover = ["GIẤY CHỨNG NHẬN", "QUYỀN SỞ HỮU NHÀ Ở", "VÀ QUYỀN SỬ DỤNG ĐẤT Ở", "Số AA 005198"]
    inside = [
        "I- Chủ sở hữu nhà ở và sử dụng đất ở", "Ông: Lê Văn Mẫu", "II- Nhà ở",
        "Loại nhà: Nhà ở liên kế ; Cấp (hạng): Cấp 4",
        "Diện tích xây dựng: 99,7 m²", "III- Đất ở", "Thửa đất số: 98 ; Tờ bản đồ số: 22", "Diện tích: 121,5 m²",
    ]  # fmt: skip
    ((record, _),) = extract([make_face(cover), make_face(inside, page=2)], "scan.pdf")
    assert record.value("house.built_area_m2") == "99.7"
    assert record.value("parcels.0.parcel_number") == "98"
    assert record.value("parcels.0.area_m2") == "121.5"


def test_a_book_of_1993_without_a_title_over_the_owners(make_face: MakeFace) -> None:
    """They stand below "CHỨNG NHẬN", the land's address behind "Tại"."""
    inside = [
        "ỦY BAN NHÂN DÂN", "huyện An Biên – tỉnh Kiên Giang", "CHỨNG NHẬN", "Hộ Ông(Bà): Mâu Mỹ Mẫu",
        "Nơi thường trú: tổ 13, ấp Tân Điền, xã Nam Thái A, huyện An Biên, tỉnh Kiên Giang",
        "Được quyền sử dụng: 7933 m² đất", "Tại: xã Nam Thái A, huyện An Biên, tỉnh Kiên Giang",
    ]  # fmt: skip
    ((record, _),) = extract([make_face(inside)], "scan.pdf")
    assert record.value("owners.0.full_name") == "Mâu Mỹ Mẫu"
    assert record.value("parcels.0.address") == "xã Nam Thái A, huyện An Biên, tỉnh Kiên Giang"
