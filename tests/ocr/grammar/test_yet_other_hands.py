"""What a third and a fourth further hand's papers were misread for, most of it accepted as read by all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from certificate.record import Form
from ocr.grammar.doubts import is_doubtful
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.extract import extract
from ocr.grammar.flow import Piece, face_text, whole
from ocr.grammar.fusion import Settled
from ocr.grammar.heads import head_of
from ocr.grammar.label_tables import in_cell_order
from ocr.grammar.lists import look_up
from ocr.grammar.owners import read_owners
from ocr.grammar.parcels import read_parcels
from ocr.grammar.phrases import mend_phrases
from ocr.grammar.sections import split_sections
from ocr.grammar.tables import Table, read_table
from ocr.recognise import LINENET, TRUEOCR, ReadFace
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]


def _settled(value: str, **said: str) -> Settled:
    return Settled(value, value, said, False, 0.5, 0.9, 1.0, 3, 0.0, 0.0, seen=said)


@pytest.mark.parametrize("name", ["Võ Thị Thanh Mẫu", "VÕ VĂN MẪU"])
def test_a_family_called_vo_is_nobodys_wife(name: str, make_pieces: MakePieces) -> None:
    """In a column of its own the name opens its line; "vợ" has other marks."""
    found = values_of(read_owners(make_pieces(["Bà:", name, "Năm sinh: 1958", "CMND số: 352562226"])))
    assert found["owners.0.full_name"] == name
    assert found["owners.0.birth_year"] == "1958"
    assert "owners.1.full_name" not in found
    found = values_of(read_owners(make_pieces(["Ông: Lê Văn Mẫu", "Vợ: Trần Thị Mẫu", "Năm sinh: 1958"])))
    assert found["owners.1.full_name"] == "Trần Thị Mẫu"


@pytest.mark.parametrize("by", ["tại", "bởi", ""])
def test_who_issued_a_paper_is_no_owner(by: str, make_pieces: MakePieces) -> None:
    """Its name opens a line where the sentence wraps."""
    lines = [
        f"Ông Lê Văn Mẫu, sinh năm 1975, CMND số 023644897, cấp ngày 03/05/2007 {by}".strip(),
        "Công an Kiên Giang, địa chỉ thường trú: Số nhà 18, ấp Trung Quý, xã Đào Hữu Cảnh, tỉnh An Giang",
    ]
    found = values_of(read_owners(make_pieces(lines)))
    assert [path for path in found if path.endswith("full_name")] == ["owners.0.full_name"]


def test_half_of_a_value_is_no_entry_of_a_list() -> None:
    """One reader stopped at the colon, and its half was in the list."""
    whole = "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất: 150 m2; Nhà nước giao đất có thu tiền: 36,9 m2"
    settled = _settled(whole, linenet=whole, tesseract="Công nhận QSDĐ như giao đất có thu tiền sử dụng đất:")
    assert look_up(Draft("parcels.0.origin", Kind.ORIGIN, None), settled, Form.TT23_2014)[0].value == whole


@pytest.mark.parametrize(
    ("kind", "value", "other", "doubted"),
    [
        (Kind.REGISTER, "VP10378", "VP.10378", True),
        (Kind.REGISTER, "VP10378", "VP 10378", False),
        (Kind.REGISTER, "CN.05171", "CN.05171", False),
    ],
)
def test_a_point_that_a_reader_sees_is_looked_for(kind: Kind, value: str, other: str, *, doubted: bool) -> None:
    """Two readers lost it."""
    assert is_doubtful(kind, value, _settled(value, linenet=value, trueocr=value, tesseract=other)) is doubted


@pytest.mark.parametrize(
    "line", ["II. Thửa đất (tiếp theo)", "1. Thửa đất (tiếp theo trang 2):", "2. Thông tin thửa đất (tiếp theo);"]
)
def test_titles_of_land_that_goes_on(line: str) -> None:
    """All of the line is the title."""
    assert head_of(line) == ("parcels", len(line))


def test_purposes_called_alike_have_their_terms_in_order(make_pieces: MakePieces) -> None:
    """ "Đất trồng lúa" is either; the digits behind it are no likeness."""
    lines = [
        "a) Thửa đất số: 5",
        "c) Loại đất: Đất chuyên trồng lúa: 14.743,1 m², Đất trồng lúa còn lại: 2.669,4 m²",
        "d) Thời hạn sử dụng: Đất trồng lúa: 50 năm; Đất trồng lúa: đến ngày 15/03/2064",
    ]
    found = values_of(read_parcels(make_pieces(lines)))
    assert found["parcels.0.purposes.0.term"] == "50_nam"
    assert found["parcels.0.purposes.1.term"] == "2064-03-15"


@pytest.mark.parametrize(
    ("uses", "names", "areas"),
    [
        ("ONT 200 m², NTS 3.458,28 m², CLN 651,06 m²", ["ONT", "NTS", "CLN"], ["200", "3458.28", "651.06"]),
        (
            "Đất trồng lúa nước còn lại: 15.690,0 m².Đất trồng cây lâu năm: 693,0 m²",
            ["Đất trồng lúa nước còn lại", "Đất trồng cây lâu năm"],
            ["15690.0", "693.0"],
        ),
    ],
)
def test_purposes_set_closely(uses: str, names: list[str], areas: list[str], make_pieces: MakePieces) -> None:
    """Codes without colons, a point without a space."""
    found = values_of(read_parcels(make_pieces(["a) Thửa đất số: 5", f"c) Loại đất: {uses}"])))
    assert [found[f"parcels.0.purposes.{n}.name"] for n in range(len(names))] == names
    assert [found[f"parcels.0.purposes.{n}.area_m2"] for n in range(len(areas))] == areas


@pytest.mark.parametrize(
    ("uses", "told"),
    [
        ("Đất ở + vườn", ["Đất ở + vườn", None]),
        ("Đất ở: 300 m² + vườn: 200 m²", ["Đất ở", "vườn"]),
        ("Thổ cư 300 m² + đất vườn", ["Thổ cư", "đất vườn"]),
        ("ONT + CLN", ["ONT", "CLN"]),
    ],
)
def test_a_plus_between_two_uses(uses: str, told: list[str | None], make_pieces: MakePieces) -> None:
    """Books of 1993 name the land around a house so; with areas or codes they are two."""
    found = values_of(read_parcels(make_pieces(["a) Thửa đất số: 5", f"c) Loại đất: {uses}"])))
    assert [found.get(f"parcels.0.purposes.{n}.name") for n in range(2)] == told


def test_a_label_beside_the_middle_of_its_value(make_face: MakeFace) -> None:
    """Row by row it stands between the value's lines; cell by cell before them."""
    lines = [
        ("Thửa đất số", 180, 850, {"cell": (0, 0, 0)}), ("679", 513, 850, {"cell": (0, 0, 1)}),
        ("Diện tích", 180, 900, {"cell": (0, 1, 0)}), ("1.791,5 m²", 513, 900, {"cell": (0, 1, 1)}),
        ("Đất nuôi trồng thủy sản (NTS) 1.276,5 m², Đất chuyên trồng lúa (LUC)", 513, 944, {"cell": (0, 2, 1)}),
        ("Loại đất", 180, 966, {"cell": (0, 2, 0)}), ("515,0 m²", 514, 988, {"cell": (0, 2, 1)}),
    ]  # fmt: skip
    face = make_face(["2. Thông tin thửa đất:", *lines])
    texts = [line.text for line in in_cell_order(face_text(0, face)).lines]
    assert texts[-3:] == [
        "Loại đất",
        "Đất nuôi trồng thủy sản (NTS) 1.276,5 m², Đất chuyên trồng lúa (LUC)",
        "515,0 m²",
    ]


def test_land_over_two_faces_of_a_book_of_1993(make_face: MakeFace) -> None:
    """Neither the face where it goes on nor the table of changes is another book's."""
    cover = ["GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT", "Số S 182522"]
    inside = ["CHỨNG NHẬN", "I - Tên người sử dụng đất", "Hộ Ông(Bà): Bùi Chí Mẫu", "II- Thửa đất được quyền sử dụng"]
    more = ["II- Thửa đất được quyền sử dụng (tiếp theo)", "Sơ đồ thửa đất", "Vào sổ cấp GCN QSDĐ số: 21622/QSDĐ"]
    back = ["NHỮNG THAY ĐỔI SAU KHI CẤP GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "Nội dung thay đổi và cơ sở pháp lý"]
    for order in ((cover, inside, more, back), (back, cover, inside, more)):
        assert len(extract([make_face(lines, page=page) for page, lines in enumerate(order, 1)], "scan.pdf")) == 1


def test_a_register_number_that_goes_on_below(make_face: MakeFace) -> None:
    """Its second half was left out, and the first accepted."""
    lines: list[object] = [
        "V- Sơ đồ thửa đất", ("Vào sổ cấp giấy CNQSDĐ Số: 09506", 117, 1939), ("QSDĐ/HĐ", 118, 1990),
        ("Ngày 05 tháng 01 năm 1999", 1200, 1500), ("TM. ỦY BAN NHÂN DÂN", 1200, 1560), ("HUYỆN HÒN ĐẤT", 1250, 1620),
    ]  # fmt: skip
    ((record, _),) = extract([make_face(lines)], "scan.pdf")
    assert record.value("register_number") == "09506QSDĐ/HĐ"


def test_who_confirmed_a_change_did_not_sign(make_face: MakeFace) -> None:
    """The table of changes stands right below the block of the signature."""
    lines: list[object] = [
        "4. Sơ đồ thửa đất, tài sản gắn liền với đất:", ("An Giang, ngày 21 tháng 5 năm 2026", 919, 700),
        ("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", 964, 760), ("TỈNH AN GIANG", 1068, 820), ("GIÁM ĐỐC", 1084, 880),
        ("Lê Văn Phong", 1040, 980), "6. Những thay đổi sau khi cấp Giấy chứng nhận:",
        ("Nội dung thay đổi và cơ sở pháp lý", 195, 1240, {"cell": (0, 0, 0)}),
        ("Xác nhận của cơ quan có thẩm quyền", 1150, 1240, {"cell": (0, 0, 1)}),
        ("Tặng cho bà Châu Thị Mẫu theo hồ sơ số 04971/", 195, 1300, {"cell": (0, 1, 0)}),
        ("CN-2020", 195, 1352, {"cell": (0, 1, 0)}),
        ("Ngày 31/08/2018", 1200, 1300, {"cell": (0, 1, 1)}), ("Đỗ Chí Hiếu", 1200, 1380, {"cell": (0, 1, 1)}),
    ]  # fmt: skip
    ((record, _),) = extract([make_face(lines)], "scan.pdf")
    assert record.value("signer_name") == "Lê Văn Phong"
    assert record.value("changes.0.content") == "Tặng cho bà Châu Thị Mẫu theo hồ sơ số 04971/CN-2020"


def test_a_block_of_a_signature_whose_day_was_misread(make_face: MakeFace) -> None:
    """All of it was lost with the date; and what is printed beside nothing that was read is not made up."""
    lines: list[object] = [
        "IV- Ghi chú: Không", ("Rạch Giá, ngày 2h tháng 06 năm 1994", 835, 1635),
        ("T/M ỦY BAN NHÂN DÂN THỊ XÃ RẠCH GIÁ", 742, 1690), ("KT. CHỦ TỊCH", 973, 1740),
        ("PHÓ CHỦ TỊCH", 964, 1790), ("Thái Tấn Mẫu", 993, 1971),
    ]  # fmt: skip
    ((record, _),) = extract([make_face(["Tên người sử dụng đất", "Ông Lê Văn Mẫu", *lines])], "scan.pdf")
    assert record.value("issue_date") is None
    assert record.value("issuing_authority") == "ỦY BAN NHÂN DÂN THỊ XÃ RẠCH GIÁ"
    assert record.value("signer_name") == "Thái Tấn Mẫu"


@pytest.mark.parametrize("office", ["TUUỶ BÂN NHÂN DÂN HUYỆN PHÚ QUỐC", "pụ Ủể Ủửn NHẪN pằN HUYểN CO QUÁo"])
def test_a_block_of_a_signature_whose_date_was_misread(office: str, make_face: MakeFace) -> None:
    lines: list[object] = [
        "IV- Ghi chú: Không", ("Cà Quao, nạãy 17 tháng 12 n8 Bể,", 900, 1535), (office, 800, 1590),
        ("CHỦ TỊCH", 1050, 1640), ("Thái Tấn Mẫu", 1010, 1860),
    ]  # fmt: skip
    ((record, _),) = extract([make_face(["Tên người sử dụng đất", "Ông Lê Văn Mẫu", *lines])], "scan.pdf")
    assert record.value("signer_title") == "CHỦ TỊCH"
    assert record.value("signer_name") == "Thái Tấn Mẫu"
    assert record.value("notes") is None


@pytest.mark.parametrize(
    "text", ["Thửa đất này được tách từ thửa đất số 78", "bị thu hồi; nay được cấp đổi theo hồ sơ"]
)
def test_this_and_now_stay_what_they_are(text: str) -> None:
    """ "này được" and "nay được" are both printed."""
    assert mend_phrases(text)[0] == text


def test_owners_in_a_table(make_face: MakeFace) -> None:
    """Years and addresses stand under their titles, without labels; a name and a number may wrap in their cells."""
    rows: list[object] = [
        ("STT", 375, 1084, {"cell": (0, 0, 0)}), ("Họ và tên", 464, 1084, {"cell": (0, 0, 1)}),
        ("Năm sinh", 987, 1084, {"cell": (0, 0, 2)}), ("Giấy tờ nhân thân", 1173, 1084, {"cell": (0, 0, 3)}),
        ("Địa chỉ", 1614, 1084, {"cell": (0, 0, 4)}),
        ("1", 377, 1142, {"cell": (0, 1, 0)}), ("Ông Lê Văn Mẫu", 464, 1142, {"cell": (0, 1, 1)}),
        ("1958", 987, 1142, {"cell": (0, 1, 2)}), ("363263633", 1173, 1142, {"cell": (0, 1, 3)}),
        ("đường Cô Bắc, thị trấn Giồng", 1614, 1142, {"cell": (0, 1, 4)}),
        ("Riềng, tỉnh Kiên Giang", 1614, 1196, {"cell": (0, 1, 4)}),
        ("2", 377, 1260, {"cell": (0, 2, 0)}), ("và vợ là bà Huỳnh Khánh", 464, 1260, {"cell": (0, 2, 1)}),
        ("Huyền", 464, 1314, {"cell": (0, 2, 1)}), ("1962", 987, 1260, {"cell": (0, 2, 2)}),
        ("Giấy tờ nhân thân số", 1173, 1260, {"cell": (0, 2, 3)}), ("091192011135", 1173, 1314, {"cell": (0, 2, 3)}),
    ]  # fmt: skip
    title = "I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất"
    ((record, _),) = extract([make_face([title, *rows])], "scan.pdf")
    assert record.value("owners.0.full_name") == "Lê Văn Mẫu"
    assert record.value("owners.0.birth_year") == "1958"
    assert record.value("owners.0.id_number") == "363263633"
    assert record.value("owners.0.id_type") == "cmnd"
    assert record.value("owners.0.address") == "đường Cô Bắc, thị trấn Giồng Riềng, tỉnh Kiên Giang"
    assert record.value("owners.1.full_name") == "Huỳnh Khánh Huyền"
    assert record.value("owners.1.role") == "spouse"
    assert record.value("owners.1.id_number") == "091192011135"


def test_terms_that_name_no_use_stand_in_the_order_of_the_uses(make_face: MakeFace) -> None:
    """By their letters "Sử dụng ổn định lâu dài" was the second one's."""
    cells = [
        ["Thửa số", "Tờ bản đồ số", "Diện tích", "Loại đất", "Thời hạn"],
        ["771", "24", "534,6", "Đất ở tại nông thôn: 120,5 m²", "Sử dụng ổn định lâu dài"],
        [None, None, None, "Đất trồng cây lâu năm: 414,1 m²", "Đến ngày 01/07/2063"],
    ]  # fmt: skip
    lines: list[object] = ["II. Thửa đất, nhà ở và tài sản khác gắn liền với đất"]
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            rows = 2 if row == 1 and column < 3 else 1
            if text:
                place = {"cell": (0, row, column), "cell_rows": rows}
                lines.append((text, 100 + 700 * column, 400 + 100 * row, place))
    ((record, _),) = extract([make_face(["GIẤY CHỨNG NHẬN", *lines])], "scan.pdf")
    assert record.value("parcels.0.purposes.0.term") == "lau_dai"
    assert record.value("parcels.0.purposes.1.term") == "2063-07-01"
    assert record.value("parcels.0.purposes.1.area_m2") == "414.1"
    assert record.value("parcels.1.parcel_number") is None


@pytest.mark.parametrize(("area", "is_sure"), [("534,6", True), ("120,5", False), ("5?4,", False)])
def test_rows_of_uses_that_do_not_make_the_parcel_may_be_two(area: str, is_sure: bool, make_face: MakeFace) -> None:
    """The number of the second parcel was lost, say, with the rule over it."""
    lines: list[object] = [
        "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất",
        ("Thửa số", 100, 400, {"cell": (0, 0, 0)}), ("Tờ bản đồ số", 800, 400, {"cell": (0, 0, 1)}),
        ("Diện tích", 1500, 400, {"cell": (0, 0, 2)}), ("Loại đất", 2200, 400, {"cell": (0, 0, 3)}),
        ("771", 100, 550, {"cell": (0, 1, 0), "cell_rows": 2}), ("24", 800, 550, {"cell": (0, 1, 1), "cell_rows": 2}),
        (area, 1500, 550, {"cell": (0, 1, 2), "cell_rows": 2}),
        ("Đất ở tại nông thôn: 120,5 m²", 2200, 500, {"cell": (0, 1, 3)}),
        ("Đất trồng cây lâu năm: 414,1 m²", 2200, 600, {"cell": (0, 2, 3)}),
    ]  # fmt: skip
    pieces = [piece for line in face_text(0, make_face(lines)).lines if (piece := whole(line))]
    drafts = {draft.path: draft for draft in read_parcels(pieces)}
    assert drafts["parcels.0.purposes.1.area_m2"].doubted is not is_sure
    assert drafts["parcels.0.parcel_number"].doubted is not is_sure


@pytest.mark.parametrize(
    ("line", "path", "told"),
    [
        ("đ. Mục đích sử dụng Đất thương mại, dịch vụ", "purposes.0.name", "Đất thương mại, dịch vụ"),
        ("+ Mục đích sử dụng đất: LUC +", "purposes.0.name", "LUC"),
    ],
)
def test_labels_that_take_the_values_first_word(line: str, path: str, told: str, make_pieces: MakePieces) -> None:
    found = values_of(read_parcels(make_pieces(["a) Thửa đất số: 5", line])))
    assert found[f"parcels.0.{path}"] == told


def test_a_table_of_the_next_face_ends_an_address(make_face: MakeFace) -> None:
    """Its columns could not be told, and all of its cells went on with the parcels' address."""
    inside = ["II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "a) Thửa đất số: 5", "b) Địa chỉ: xã Thủy Liễu"]
    more = [("399", 237, 381, {"cell": (0, 0, 0)}), ("Công nhận QSDĐ như", 1222, 381, {"cell": (0, 0, 1)})]
    supplement = ["1. Thửa đất (tiếp theo trang 2);", *more]
    ((record, _),) = extract([make_face(inside), make_face(supplement, page=2)], "scan.pdf")
    assert record.value("parcels.0.address") == "xã Thủy Liễu"


def test_the_address_of_a_supplements_parcels(make_face: MakeFace) -> None:
    """It stands over the table without any title of a section."""
    page = ["TRANG BỔ SUNG GIẤY CHỨNG NHẬN", "Địa chỉ các thửa đất: ấp Vĩnh Tây 1, xã Hòa Lợi, tỉnh Kiên Giang"]
    rows = [
        [(text, 100 + 400 * column, 400 + 100 * row, {"cell": (0, row, column)}) for column, text in enumerate(texts)]
        for row, texts in enumerate(
            (["Thửa số", "Tờ bản đồ số", "Diện tích", "Loại đất"], ["576", "64", "13.525,9", "LUC"])
        )
    ]
    cover = ["GIẤY CHỨNG NHẬN", "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "1. Thửa đất: Có trang bổ sung"]
    ((record, _),) = extract([make_face(cover), make_face([*page, *rows[0], *rows[1]], page=2)], "scan.pdf")
    assert record.value("parcels.0.parcel_number") == "576"
    assert record.value("parcels.0.address") == "ấp Vĩnh Tây 1, xã Hòa Lợi, tỉnh Kiên Giang"


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("- Thửa đất có 125 m² đất; - Nợ tiền sử dụng đất", "- Thửa đất có 125 m² đất; - Nợ tiền sử dụng đất"),
        ("- Nợ tiền sử dụng đất", "Nợ tiền sử dụng đất"),
    ],
)
def test_a_list_of_notes_keeps_its_first_dash(note: str, told: str, make_face: MakeFace) -> None:
    face = make_face(["II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", f"6. Ghi chú: {note}"])
    ((record, _),) = extract([face], "scan.pdf")
    assert record.value("notes") == told


def test_a_number_with_a_sign_inside_is_doubted(make_pieces: MakePieces) -> None:
    lines = ["a) Thửa đất số: 5", "d) Hình thức sử dụng: riêng 25.9%4,2 m²; chung: không m²"]
    doubted = {draft.path: draft.doubted for draft in read_parcels(make_pieces(lines))}
    assert doubted["parcels.0.private_area_m2"]
    assert not doubted["parcels.0.shared_area_m2"]


def test_a_number_parted_at_its_point(make_pieces: MakePieces) -> None:
    """ "10" of "10 . 361" was accepted as the private share."""
    lines = ["a) Thửa đất số: 5", "c) Diện tích: 10.361 m²", "d) Hình thức sử dụng: Sử dụng riêng: 10 . 361 m²"]
    assert values_of(read_parcels(make_pieces(lines)))["parcels.0.private_area_m2"] == "10361"


def test_what_an_application_says_is_not_the_certificates(make_face: MakeFace) -> None:
    """It came in the same file, and its first lines went on with the owners' address."""
    cover = [
        "GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT",
        "I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất", "Ông Lê Văn Mẫu, sinh năm 1977",
        "Địa chỉ: xã Đông Hưng, huyện An Minh, tỉnh Kiên Giang", "BT 542322",
    ]  # fmt: skip
    application = [
        "ĐƠN ĐĂNG KÝ BIẾN ĐỘNG ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT",
        "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất", "1.1. Tên: Lý Kim Mẫu",
        "1.2. Địa chỉ: tổ 11, khu phố 7, thị trấn An Phú, huyện An Phú, tỉnh An Giang",
    ]  # fmt: skip
    ((record, faces),) = extract([make_face(cover), make_face(application, page=2)], "scan.pdf")
    assert len(faces) == 2
    assert record.value("owners.0.address") == "xã Đông Hưng, huyện An Minh, tỉnh Kiên Giang"
    assert record.value("owners.1.full_name") is None


def test_a_label_that_wraps_after_its_first_half(make_pieces: MakePieces) -> None:
    """ "Nguồn gốc" alone is a label, too."""
    lines = [
        "a) Thửa đất số: 5; Thời hạn sử dụng đất: Lâu dài; Nguồn gốc sử",
        "dụng: Nhà nước cho thuê đất trả tiền hàng năm.",
    ]
    assert values_of(read_parcels(make_pieces(lines)))["parcels.0.origin"] == "Nhà nước cho thuê đất trả tiền hàng năm"
    beside = ["a) Thửa đất số: 5", "Mục đích sử dụng", "Đất ở tại nông thôn"]
    assert values_of(read_parcels(make_pieces(beside)))["parcels.0.purposes.0.name"] == "Đất ở tại nông thôn"


def test_a_change_of_somebodys_number_is_no_card(make_face: MakeFace) -> None:
    """The back of a red book became an identity card of its own."""
    inside = ["I- Tên người sử dụng đất", "Hộ Ông(Bà): LÊ VĂN MẪU", "II- Thửa đất được quyền sử dụng", "Thửa số: 5"]
    back = [
        "VI. Những thay đổi sau khi cấp giấy chứng nhận", "Nội dung thay đổi và cơ sở pháp lý",
        "Thay đổi số chứng minh nhân dân 371596128 thành số căn cước công dân 091129898623", "Ngày 07/10/2021",
    ]  # fmt: skip
    ((record, faces),) = extract([make_face(inside), make_face(back, page=2)], "scan.pdf")
    assert record.form is Form.LD2003
    assert len(faces) == 2


@pytest.mark.parametrize("merged", [True, False])
def test_a_table_goes_on_where_faint_rules_part_it_in_part(merged: bool, make_face: MakeFace) -> None:
    """Its columns are those of the face before, told by where its lines stand."""
    places = (0, 0, 0, 1, 2) if merged else (0, 1, 2, 3, 4)
    rows = (
        ("5", "82", "530", "30.218,9", "Đất trồng cây lâu năm"),
        ("6", "82", "536", "4.119,5", "Đất trồng cây lâu năm"),
    )
    lines = [
        (text, left, 240 + 100 * row, {"cell": (0, row, place)})
        for row, texts in enumerate(rows)
        for text, left, place in zip(texts, (126, 200, 280, 400, 700), places, strict=True)
    ]
    keys = {1: "map_sheet_number", 2: "parcel_number", 3: "area", 4: "purpose"}
    before = Table((), frozenset(), by_order=keys, width=5)
    table = read_table(face_text(0, make_face(lines)).lines, before)
    assert table is not None
    told = [{key: piece.text for key, piece in row.items()} for row in table.rows]
    assert [row["parcel_number"] for row in told] == ["530", "536"]
    assert [row["map_sheet_number"] for row in told] == ["82", "82"]
    assert [row["area"] for row in told] == ["30.218,9", "4.119,5"]


def test_a_running_number_is_no_parcels_number(make_face: MakeFace) -> None:
    """On a supplement of one row, where the title of the numbers was not read, 5 was accepted."""
    titles = ("STT", "ffi", "Tờ bản đồ số", "Diện tích", "Mục đích sử dụng", "Thời hạn")
    row = ("5", "617", "120", "17.438,4", "Đất chuyên trồng lúa nước", "50 năm")
    lines = [
        (text, 200 + 260 * column, 300 + 100 * at, {"cell": (0, at, column)})
        for at, texts in enumerate((titles, row))
        for column, text in enumerate(texts)
    ]
    table = read_table(face_text(0, make_face(lines)).lines)
    assert table is not None
    assert [row["parcel_number"].text for row in table.rows] == ["617"]


def test_a_title_of_a_column_is_no_end_of_a_sections_title(make_face: MakeFace) -> None:
    """ "Thửa đất" in a cell, right below "1. Thửa đất (tiếp theo)", was left out."""
    cell = ("Thửa đất", 300, 300, {"cell": (0, 0, 1)})
    face = face_text(0, make_face(["1. Thửa đất (tiếp theo trang 2):", cell]))
    assert [piece.text for piece in split_sections([face], frozenset())["parcels"]] == ["Thửa đất"]


@pytest.mark.parametrize(("text", "kept"), [("CCCD 091171010171", True), ("OO OO OO OO OO OO OO OO OO", False)])
def test_a_number_of_few_digits_is_no_ornament(text: str, kept: bool, make_face: MakeFace) -> None:
    """It was left out as a row of like signs."""
    face = make_face([text])
    lines = [replace(line, readings={LINENET: line.readings[TRUEOCR], **line.readings}) for line in face.lines]
    assert bool(face_text(0, replace(face, lines=tuple(lines))).lines) is kept
