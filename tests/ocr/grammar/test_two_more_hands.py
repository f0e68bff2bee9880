"""What the papers of a ninth and a tenth drawing program were misread for: heirs, stamps, days, cities."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ocr.grammar.changes import read_changes
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.extract import extract
from ocr.grammar.flow import Piece, face_text, whole_part
from ocr.grammar.forms import FaceKind, Family, face_kind, group_faces
from ocr.grammar.heads import head_of, is_foot
from ocr.grammar.normal import normalise
from ocr.grammar.owners import read_owners
from ocr.grammar.parcels import read_parcels, split_purposes
from ocr.grammar.phrases import mend_phrases
from ocr.grammar.place_names import mend_address
from ocr.grammar.sections import split_sections
from ocr.grammar.signing import read_date_line
from ocr.grammar.stamps import stamp_lines
from ocr.grammar.values import is_empty, term
from ocr.recognise import ReadFace
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]


@pytest.mark.parametrize(
    "sentence",
    [
        "Đại diện cho những người được thừa kế: bà Võ Thị Lụa, ông Huỳnh Văn Lợi và ông Phan",
        "Là người đại diện của những người được thừa kế gồm: bà Võ Thị Lụa, ông Huỳnh Văn Lợi, ông Phan",
    ],
)
def test_who_stands_for_heirs_named_in_a_sentence(sentence: str, make_pieces: MakePieces) -> None:
    """The owner before it was a holder, the first heir his representative, and the others nobody."""
    lines = ["Ông Dương Huỳnh Gia Sơn", "Năm sinh: 1950, CMND số 370123456", sentence, "Trần Văn Tâm"]
    found = values_of(read_owners(make_pieces(lines)))
    told = [(found[f"owners.{n}.role"], found[f"owners.{n}.full_name"]) for n in range(4)]
    assert told == [
        ("representative", "Dương Huỳnh Gia Sơn"),
        ("co_owner", "Võ Thị Lụa"),
        ("co_owner", "Huỳnh Văn Lợi"),
        ("co_owner", "Phan Trần Văn Tâm"),
    ]
    assert [found[f"owners.{n}.gender"] for n in range(4)] == ["male", "female", "male", "male"]


def test_who_stands_for_heirs_named_in_lines(make_pieces: MakePieces) -> None:
    """A list of them opens with the same words."""
    lines = [
        "Bà: NGUYỄN THU ĐÀO", "Sinh năm: 1950", "Là người đại diện của những người được thừa kế gồm:",
        "Ông: LƯU ĐỨC KHỞI", "Sinh năm: 1970", "Bà: ĐOÀN BÍCH NHÀN", "Sinh năm: 1972",
    ]  # fmt: skip
    found = values_of(read_owners(make_pieces(lines)))
    assert [found[f"owners.{n}.role"] for n in range(3)] == ["representative", "co_owner", "co_owner"]


def test_a_representative_who_stands_before_the_heirs_stays_one(make_pieces: MakePieces) -> None:
    """Where the words come before his name."""
    lines = ["Người đại diện của những người được thừa kế: Ông: Danh Tư", "Sinh năm: 1950", "Bà: Danh Thị Năm"]
    found = values_of(read_owners(make_pieces(lines)))
    assert found["owners.0.role"] == "representative"


def test_a_certified_copys_stamp_is_no_owner(make_face: MakeFace) -> None:
    """Its number and the commune that certified it were organisations, accepted."""
    lines: list[object] = [
        ("Địa chỉ thường trú: KP Kinh 1, P. An Hòa, TP. Rạch Giá", 176, 1170),
        ("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", 195, 1671), ("Số chứng thực: 6737. Quyến số: 06-SCT/BS", 207, 1736),
        ("Ngày 12-12-2025", 373, 1802), ("UBND PHƯỜNG AN HÒA", 320, 1861), ("1", 391, 1904, {"handwritten": 0.9}),
        ("BA 715105", 1152, 1935),
    ]  # fmt: skip
    face = face_text(0, make_face(lines))
    stamped = {line.text for line in stamp_lines(face)}
    assert {"Số chứng thực: 6737. Quyến số: 06-SCT/BS", "Ngày 12-12-2025", "UBND PHƯỜNG AN HÒA"} <= stamped
    assert not {"BA 715105", "Địa chỉ thường trú: KP Kinh 1, P. An Hòa, TP. Rạch Giá"} & stamped


@pytest.mark.parametrize(
    ("text", "value"),
    [("đến ngày 17 10 2066", "2066-10-17"), ("Đến ngày 17/10/2066", "2066-10-17"), ("Đến năm 2066", "2066")],
)
def test_a_day_whose_strokes_were_lost(text: str, value: str) -> None:
    """Twenty rows of a typewriter ended in the year alone, accepted."""
    assert term(text) == value


@pytest.mark.parametrize(("text", "doubted"), [("Đến ngày 2066", True), ("Đến năm 2066", False)])
def test_a_term_that_lost_its_day_is_doubted(text: str, doubted: bool, make_pieces: MakePieces) -> None:
    """A year tells less than was printed."""
    lines = ["Thửa đất số: 12; tờ bản đồ số: 3", "Mục đích sử dụng: Đất trồng cây lâu năm", f"Thời hạn sử dụng: {text}"]
    drafts: list[Draft] = read_parcels(make_pieces(lines))
    (draft,) = (draft for draft in drafts if draft.path == "parcels.0.term")
    assert draft.doubted is doubted


@pytest.mark.parametrize(
    ("printed", "mended"),
    [
        ("phường 14, quận 8, thành phố Hổ Chí Minh", "phường 14, quận 8, thành phố Hồ Chí Minh"),
        ("xã A, huyện B, TP. Cẩn Thơ", "xã A, huyện B, TP. Cần Thơ"),
        ("xã A, huyện B, TP. Cần Thơ", "xã A, huyện B, TP. Cần Thơ"),
        ("Ấp Rạch Mẫu, xã Cẩn Đăng, tỉnh An Giang", "Ấp Rạch Mẫu, xã Cần Đăng, tỉnh An Giang"),
        ("Ấp Mẫu, X.Binh Mỹ, TAn Giang", "Ấp Mẫu, X.Bình Mỹ, T.An Giang"),
        ("Ấp Mẫu, X. Mỹ An, HMang Thít, TVinh Long", "Ấp Mẫu, X. Mỹ An, H. Mang Thít, T. Vĩnh Long"),
    ],
)
def test_cities_and_communes_are_spelt_as_the_table_has_them(printed: str, mended: str) -> None:
    """Other provinces are outside of it; An Giang's commune of this name stands in it twice, before and since 2025."""
    assert mend_address(printed)[0] == mended


@pytest.mark.parametrize(
    "text",
    [
        "NGƯỜI ĐƯỢC CẤP GIẤY CHỨNG NHẬN CẦN CHÚ Ý:",
        "NGƯỜI ĐƯỢC CẤP GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT CẦN CHÚ Ý: Không được tẩy",
        "Khi thực hiện các quyền của người sử dụng đất phải mang giấy này",
    ],
)
def test_what_holders_are_told_is_no_change(text: str) -> None:
    """Red books print it under the last change."""
    assert is_foot(text)


def test_a_mortgage_with_a_bank_keeps_its_mark() -> None:
    """ "chấp tài sản" is more usual than "chấp tại NH", which all readers had."""
    text = "Xóa nội dung đăng ký thế chấp tại NH TMCP Đầu tư và Phát triển VN"
    assert mend_phrases(text)[0] == text


def test_widely_set_lines_of_a_change_stay_together(make_face: MakeFace) -> None:
    """In a table with a column of days each line was a change of its own."""
    lines: list[object] = [
        ("Ngày tháng năm", 100, 100), ("Nội dung thay đổi và cơ sở pháp lý", 450, 100),
        ("Xác nhận của cơ quan có thẩm quyền", 1500, 100),
        ("09/10/2006", 100, 200), ("Thế chấp bằng quyền sử dụng đất", 450, 200),
        ("với Ngân hàng TMCP Sài Gòn theo HĐ số 2592 ngày", 450, 290), ("09/10/2006", 450, 380),
        ("15/01/2009", 100, 520), ("Gia hạn sử dụng đất đến ngày", 450, 520), ("09/09/2069", 450, 610),
    ]  # fmt: skip
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines if line.box.top > 150 and (piece := whole_part(line, 0, len(line.text)))]
    found = values_of(read_changes([face], pieces))
    assert found["changes.0.content"] == (
        "Thế chấp bằng quyền sử dụng đất với Ngân hàng TMCP Sài Gòn theo HĐ số 2592 ngày 09/10/2006"
    )
    assert (found["changes.1.content"], found["changes.1.date"]) == (
        "Gia hạn sử dụng đất đến ngày 09/09/2069",
        "2009-01-15",
    )
    assert "changes.2.content" not in found


def test_where_a_house_certificates_land_lies(make_face: MakeFace) -> None:
    """Told in a sentence behind the owners: it was the wife's address, accepted."""
    lines = [
        "I- Chủ sở hữu nhà ở và sử dụng đất ở:", "Ông: Từ Chí Giàu", "Bà: Tăng Hồng Ngoan",
        "Địa chỉ: Khu phố Ba Hòn, thị trấn Kiên Lương, huyện Kiên Lương, tỉnh Kiên Giang",
        "Là chủ sở hữu nhà ở và sử dụng đất ở tại địa chỉ: số nhà 285, thị trấn Kiên Lương, tỉnh Kiên Giang",
    ]  # fmt: skip
    sections = split_sections([face_text(0, make_face(lines))], frozenset())
    owners, parcels = values_of(read_owners(sections["owners"])), values_of(read_parcels(sections["parcels"]))
    assert parcels["parcels.0.address"] == "số nhà 285, thị trấn Kiên Lương, tỉnh Kiên Giang"
    assert not [path for path, value in owners.items() if value and "285" in value]


def test_inner_faces_belong_to_the_certificate_scanned_last() -> None:
    """Two covers, and the inside of one: it was given to the first, with its parcels, accepted."""
    kinds = [
        FaceKind(Family.FOUR_FACES, number, 9.0, page=page)
        for number, page in ((4, 1), (1, 1), (4, 2), (1, 2), (2, 3), (3, 3))
    ]
    assert group_faces(kinds) == [[0, 1], [2, 3, 4, 5]]
    both = [*kinds, *(FaceKind(Family.FOUR_FACES, number, 9.0, page=4) for number in (2, 3))]
    assert group_faces(both) == [[0, 1, 4, 5], [2, 3, 6, 7]]


def test_a_family_called_ho_is_no_household(make_pieces: MakePieces) -> None:
    """ "Hồ Bá" was read as "hộ bà": an owner too many, and each with another's year."""
    found = values_of(read_owners(make_pieces(["Ông: Hồ Bá Gia Khởi, năm sinh: 1986 - CMND số: 381482061"])))
    assert (found["owners.0.full_name"], found["owners.0.birth_year"]) == ("Hồ Bá Gia Khởi", "1986")
    assert "owners.1.role" not in found


def test_a_place_that_begins_like_an_institute(make_pieces: MakePieces) -> None:
    """The rest of a commune's name that wraps is no organisation."""
    lines = ["Ông: Danh Tư", "Địa chỉ thường trú: ấp 5, xã Vĩnh", "Viễn A, huyện Long Mỹ, tỉnh Hậu Giang"]
    found = values_of(read_owners(make_pieces(lines)))
    assert found["owners.0.address"] == "ấp 5, xã Vĩnh Viễn A, huyện Long Mỹ, tỉnh Hậu Giang"


def test_an_organisations_name_ends_before_its_decision(make_pieces: MakePieces) -> None:
    """ "Theo" stayed behind it, accepted."""
    lines = ["Ủy ban nhân dân xã Đông Hưng B", "Theo Quyết định số: 3178/QĐ-UBND", "Trụ sở: Ấp Hòa Lễ, huyện An Minh"]
    found = values_of(read_owners(make_pieces(lines)))
    assert found["owners.0.full_name"] == "Ủy ban nhân dân xã Đông Hưng B"
    assert found["owners.0.id_number"] == "3178/QĐ-UBND"


@pytest.mark.parametrize(
    "area", ["Được quyền sử dụng: 7060,8 m² đất (bằng chữ: Bảy nghìn không trăm", "Được quyền sử dụng: 7.144.? m² đất"]
)
def test_a_book_that_spells_its_area_out_over_the_land(area: str, make_face: MakeFace) -> None:
    """What stands behind it is the land's: else the owner's address goes on with it."""
    inside = [
        "ỦY BAN NHÂN DÂN HUYỆN AN MINH", "CHỨNG NHẬN", "Hộ bà: Hà Thị Mẫu",
        "Nơi thường trú: tổ 16, xã Đông Hưng B, huyện An Minh, tỉnh Kiên Giang",
        area, "sáu mươi phẩy tám m²)", "Tại: ấp 9, xã Đông Hưng B, huyện An Minh, tỉnh Kiên Giang",
    ]  # fmt: skip
    ((record, _),) = extract([make_face(inside)], "scan.pdf")
    assert record.value("owners.0.address") == "tổ 16, xã Đông Hưng B, huyện An Minh, tỉnh Kiên Giang"
    assert record.value("parcels.0.address") == "ấp 9, xã Đông Hưng B, huyện An Minh, tỉnh Kiên Giang"


def test_a_houses_title_and_its_type_in_one_line(make_face: MakeFace) -> None:
    """The land's address above them ends there; scraps of an ornament at a gap end the grade."""
    inside = [
        "CHỨNG NHẬN", "1- Chủ sở hữu nhà và quyền sử dụng đất:", "Ông: NGÔ VĂN MẪU",
        "2. Thực trạng nhà ở, đất ở:", "Địa chỉ: Tổ 17, xã An Phú, H. Củ Chi, TP. Hồ Chí Minh",
        "- Nhà ở: Loại nhà: Nhà phố; cấp (hạng): Cấp 4 66 n",
        "Diện tích xây dựng: 60.2 m2; diện tích sàn: 169.5 m2", "- Đất ở: …", "Thửa đất số: 583; tờ bản đồ số: 12",
    ]  # fmt: skip
    front = ["GIẤY CHỨNG NHẬN", "QUYỀN SỞ HỮU NHÀ Ở", "VÀ QUYỀN SỬ DỤNG ĐẤT Ở", "Số: P 143824"]
    ((record, _),) = extract([make_face(front), make_face(inside, page=2)], "scan.pdf")
    assert record.value("parcels.0.address") == "Tổ 17, xã An Phú, H. Củ Chi, TP. Hồ Chí Minh"
    assert record.value("house.type") == "Nhà phố"
    assert record.value("house.grade") == "Cấp 4"
    assert record.value("parcels.0.parcel_number") == "583"


def test_an_address_before_what_its_owner_is() -> None:
    """ "Là người đại diện của ..." begins behind it."""
    assert normalise(Kind.ADDRESS, "xã Thạnh Tân, huyện Thạnh Trị. Là") == "xã Thạnh Tân, huyện Thạnh Trị"
    assert normalise(Kind.ADDRESS, "ấp Sóc Là, xã Thạnh Tân") == "ấp Sóc Là, xã Thạnh Tân"


def test_a_place_of_issue_told_with_its_unit(make_face: MakeFace) -> None:
    """ "huyện Thới Bình, ngày ..." begins with a small letter; a sentence about something else does, too."""
    told = face_text(0, make_face([("huyện Thới Bình, ngày 23 tháng 09 năm 2024", 859, 1712)])).lines[0]
    found = read_date_line(told)
    assert found is not None
    assert found.place is not None
    assert found.place.text == "huyện Thới Bình"
    other = face_text(0, make_face([("đã cấp ngày 23 tháng 09 năm 2024", 859, 1712)])).lines[0]
    assert read_date_line(other) is None


def test_purposes_and_terms_without_signs_between(make_pieces: MakePieces) -> None:
    """ "300 m2- Đất trồng cây lâu năm", "lâu dài, Đất trồng cây lâu năm 50 năm"."""
    found = values_of(
        read_parcels(
            make_pieces(
                [
                    "a/ Thửa đất số: 839 Tờ bản đồ số: 25",
                    "c/ Loại đất:Đất ở tại nông thôn (ONT): 300 m2- Đất trồng cây lâu năm (CLN): 3001,2 m2",
                    "d/ Thời hạn sử dụng đất:Đất ở tại nông thôn lâu dài, Đất trồng cây lâu năm 50 năm",
                ]
            )
        )
    )
    assert (found["parcels.0.purposes.0.area_m2"], found["parcels.0.purposes.1.area_m2"]) == ("300", "3001.2")
    assert (found["parcels.0.purposes.0.term"], found["parcels.0.purposes.1.term"]) == ("lau_dai", "50_nam")


@pytest.mark.parametrize("between", ["cùng bà", "và bà"])
def test_a_couple_told_before_its_first(between: str, make_pieces: MakePieces) -> None:
    """ "Vợ chồng ông A cùng bà B": he holds, she is his wife."""
    first = f"Vợ chồng ông Huỳnh Hữu Mẫu, Sinh năm: 1958, CCCD/CC số: 096058941004 {between}"
    found = values_of(read_owners(make_pieces([first, "Nguyễn Thị Mẫu, Sinh năm: 1964, CCCD/CC số: 096164795007"])))
    assert (found["owners.0.role"], found["owners.1.role"]) == ("holder", "spouse")
    assert (found["owners.0.gender"], found["owners.1.gender"]) == ("male", "female")
    assert (found["owners.0.full_name"], found["owners.1.full_name"]) == ("Huỳnh Hữu Mẫu", "Nguyễn Thị Mẫu")


@pytest.mark.parametrize("label", ["Và vợ - Bà:", "Cùng vợ - Bà", "Và vợ: Bà"])
def test_a_dash_between_spouse_and_title(label: str, make_pieces: MakePieces) -> None:
    """It neither makes a co-owner of her nor ends the address before."""
    lines = ["Ông: Cao Hải Mẫu", "Địa chỉ: ấp Đắc Lực, xã Xuân Thắng", f"{label} Trần Thị Mẫu", "Sinh năm: 1945"]
    found = values_of(read_owners(make_pieces(lines)))
    assert (found["owners.1.role"], found["owners.1.full_name"]) == ("spouse", "Trần Thị Mẫu")
    assert found["owners.0.address"] == "ấp Đắc Lực, xã Xuân Thắng"


def test_a_name_that_wraps_within_a_sentence(make_pieces: MakePieces) -> None:
    """What is said of the person follows the rest of the name; a line of its own is another matter."""
    first = "Ông Trương Trọng Mẫu, sinh năm 1959, CMND số 357032129 và vợ bà Lý Thị Ngọc"
    found = values_of(read_owners(make_pieces([first, "Hằng, sinh năm 1956, CMND số 352693804, cùng địa chỉ: xã A"])))
    assert found["owners.1.full_name"] == "Lý Thị Ngọc Hằng"
    assert found["owners.1.birth_year"] == "1956"
    own_line = values_of(read_owners(make_pieces(["Bà: Lý Thị Ngọc", "Sinh năm 1956, CMND số 352693804"])))
    assert own_line["owners.0.full_name"] == "Lý Thị Ngọc"


def test_years_and_numbers_of_two_people_in_one_place(make_pieces: MakePieces) -> None:
    """ "Năm sinh 1969 và 1970" stands below both names."""
    lines = ["Ông Phạm Thế Mẫu và vợ: bà Nguyễn Thị Mẫu", "Năm sinh 1969 và 1970",
             "Số CMTND: 027660767; 021288511", "Địa chỉ: số 380 đường Mậu Thân"]  # fmt: skip
    found = values_of(read_owners(make_pieces(lines)))
    assert (found["owners.0.birth_year"], found["owners.1.birth_year"]) == ("1969", "1970")
    assert (found["owners.0.id_number"], found["owners.1.id_number"]) == ("027660767", "021288511")
    assert found["owners.0.address"] == "số 380 đường Mậu Thân"


def test_a_church_told_by_what_it_is(make_pieces: MakePieces) -> None:
    """ "Tên cơ sở tôn giáo" is its label."""
    found = values_of(read_owners(make_pieces(["Tên cơ sở tôn giáo Thánh thất Cao Đài Mẫu", "Địa chỉ: ấp A"])))
    assert (found["owners.0.role"], found["owners.0.full_name"]) == ("organisation", "Thánh thất Cao Đài Mẫu")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("1.1. Số thửa đất: 1249. Tờ bản đồ số: 75", None),
        ("III. Sơ đồ thửa đất", "sketch"),
        ("ĐẶC ĐIỂM NHÀ Ở, ĐẤT Ở", "dwelling"),
        ("II- NHÀ Ở VÀ ĐẤT Ở", "dwelling"),
        ("SƠ ĐỒ NHÀ ĐẤT", "sketch"),
        ("NHỮNG THAY ĐỔI SAU KHI CẤP C", "changes"),
        ("Theo bản thống kê dưới đây:", "parcels"),
        ("Được quyền sử dụng …2999…… m² đất", "parcels"),
        ("Được quyền sử dụng - 13318", "parcels"),
        ("Được quyền sử dụng: ²²0 m2 đất", "parcels"),
        ("Được quyền sử dụng: 2.ĩ 73 m2 đất", "parcels"),
        ("Được quyền sử dụng đất", None),
        ("Được quyền sử dụng mặt đất đến năm 2043", None),
    ],
)
def test_titles_of_sections_and_what_is_like_them(line: str, key: str | None) -> None:
    """A parcel's number is like the title of the sketch in all but two letters."""
    assert (head_of(line) or (None,))[0] == key


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("Đất ở tại nông thôn - diện tích 100m²; Đất trồng cây lâu năm - diện tích 161,61m²", 2),
        ("ODT: 200; CLN: 711", 2),
        ("ODT", 1),
    ],
)
def test_the_word_area_before_a_purposes_area(printed: str, names: int, make_pieces: MakePieces) -> None:
    """It is no part of the name, and "DT" within a code is not that word."""
    purposes = split_purposes(make_pieces([printed])[0])
    assert len(purposes) == names
    assert purposes[0].name.text.strip(" :") in ("Đất ở tại nông thôn", "ODT")


def test_a_change_of_the_holders_name_makes_no_red_book(make_face: MakeFace) -> None:
    """ "Đính chính tên người sử dụng đất" stands on any form's back."""
    back = make_face(["Nội dung thay đổi", "Đính chính tên người sử dụng đất thành Ung Thị Mẫu"])
    assert face_kind(face_text(0, back)).family is not Family.RED_BOOK


def test_an_address_that_is_told_elsewhere_is_none() -> None:
    """ "Nêu ở trang sau" is no place."""
    assert is_empty("nêu ở trang sau")
    assert normalise(Kind.ORIGIN, "đất Nhận tặng cho đất được Nhà nước giao") == "Nhận tặng cho đất được Nhà nước giao"


def test_a_books_page_of_map_and_signature_is_no_other_paper(make_face: MakeFace) -> None:
    """Books of 1993 call it "Trích lục bản đồ"; without the register it is an excerpt beside the certificate."""
    page = ["TRÍCH LỤC BẢN ĐỒ", "Vào sổ cấp giấy chứng nhận", "quyền sử dụng đất", "Số: 13330/QSDĐ"]
    kind = face_kind(face_text(0, make_face(page)))
    assert (kind.family, kind.number, kind.foreign) == (Family.RED_BOOK, 3, False)
    assert face_kind(face_text(0, make_face(["TRÍCH LỤC BẢN ĐỒ", "Thửa đất số 12, tờ bản đồ số 3"]))).foreign


def test_a_back_with_the_notice_to_holders_is_no_front(make_face: MakeFace) -> None:
    """It names the certificate, as the front does."""
    back = ["NHỮNG THAY ĐỔI SAU KHI CẤP GIẤY CHỨNG NHẬN", "Nội dung thay đổi",
            "Người được cấp giấy chứng nhận quyền sử dụng đất phải giữ gìn giấy cẩn thận"]  # fmt: skip
    assert face_kind(face_text(0, make_face(back))).number == 4


def test_households_and_spouses_behind_their_labels(make_pieces: MakePieces) -> None:
    """ "Họ và tên: Hộ ông A", "Họ và tên vợ: bà B"."""
    lines = ["- Họ và tên: Hộ ông ĐẶNG MẪU", "- Sinh năm: 1956 - CMND: 338 038 490",
             "- Nơi đăng ký thường trú: Số 460, huyện Bình Tân, tỉnh Vĩnh Long",
             "- Họ và tên vợ: bà QUÁCH THỊ MẪU", "- Sinh năm: 1954 - CMND: 331 102 918"]  # fmt: skip
    found = values_of(read_owners(make_pieces(lines)))
    assert (found["owners.0.role"], found["owners.0.full_name"]) == ("household", "ĐẶNG MẪU")
    assert (found["owners.1.role"], found["owners.1.full_name"]) == ("spouse", "QUÁCH THỊ MẪU")
    assert found["owners.0.address"] == "Số 460, huyện Bình Tân, tỉnh Vĩnh Long"
    assert (found["owners.0.birth_year"], found["owners.1.birth_year"]) == ("1956", "1954")
