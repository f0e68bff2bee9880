"""What papers of two more drawing programs were misread for: houses, terms in cells, stamps, titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ocr.grammar.changes import read_changes
from ocr.grammar.drafts import Kind
from ocr.grammar.flow import Piece, Run, face_text
from ocr.grammar.heads import head_of
from ocr.grammar.house import read_house, read_other_assets
from ocr.grammar.normal import normalise
from ocr.grammar.owners import read_owners
from ocr.grammar.parcels import read_parcels
from ocr.grammar.place_names import mend_address
from ocr.grammar.sections import split_sections
from ocr.grammar.stamps import stamp_lines
from ocr.grammar.values import term
from ocr.recognise import ReadFace
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]


def _texts(parts: Sequence[Piece]) -> list[str]:
    return [piece.text for piece in parts]


def test_labels_with_their_values_behind_them_are_no_titles_of_a_table(make_face: MakeFace) -> None:
    """Two columns of labels, each with its value: the row below was taken for the values of a table."""
    lines: list[object] = [
        "2- Thông tin về nhà ở",
        ("Loại nhà: Nhà ở riêng lẻ", 200, 200), ("Cấp hạng: Cấp 2 Lâu dài", 1300, 200),
        ("Diện tích xây dựng: 36 m2", 200, 270), ("Diện tích sàn: 72 m2", 1300, 270),
        ("Kết cấu nhà: Cột gỗ, vách tole", 200, 340), ("Số tầng: 1", 1300, 340),
        ("Hình thức sở hữu: Sở hữu riêng", 200, 410),
    ]  # fmt: skip
    face = face_text(0, make_face(lines))
    told = values_of(read_house(split_sections([face], frozenset()).parts["house"]))
    assert told == {
        "house.type": "Nhà ở riêng lẻ",
        "house.grade": "Cấp 2",
        "house.built_area_m2": "36",
        "house.floor_area_m2": "72",
        "house.ownership": "Sở hữu riêng",
    }


@pytest.mark.parametrize(
    ("title", "section"),
    [
        ("I. Chủ sở hữu", "owners"), ("2- Thông tin về nhà ở", "house"), ("3- Thông tin về đất ở", "parcels"),
        ("HI- Thực trạng đất ở", "parcels"), ("II- Thực trạng nhà ở", "house"), ("H. Châu Thành", None),
        ("HH: Nguyễn Văn An", None),
    ],
)  # fmt: skip
def test_titles_of_house_papers(title: str, section: str | None) -> None:
    """Also where readers took the strokes of III for an H."""
    head = head_of(title)
    assert (head[0] if head else None) == section


def test_owners_without_a_title_and_a_dwelling_on_the_next_face(make_face: MakeFace) -> None:
    """Under the certificate's own title; where house and land lie opens the face behind it."""
    front = [
        "GIẤY CHỨNG NHẬN",
        "QUYỀN SỞ HỮU NHÀ Ở",
        "Ông: Phan Văn Nghĩa, sinh năm 1932",
        "II. Nhà ở",
        "1. Loại nhà ở:",
    ]
    inside = ["Là chủ sở hữu nhà ở và sử dụng đất ở tại:", "Địa chỉ: tổ 19, ấp Phú Ân, xã Châu Hưng A", "1. Nhà ở:"]
    faces = [face_text(0, make_face(front)), face_text(1, make_face(inside))]
    parts = split_sections(faces, frozenset()).parts
    assert _texts(parts["owners"]) == ["Ông: Phan Văn Nghĩa, sinh năm 1932"]
    assert _texts(parts["parcels"]) == inside[:2]


def test_items_in_one_line_hold_no_assets(make_pieces: MakePieces) -> None:
    """ "4. … -/- 5. Cây lâu năm: Không": the next item's title was told as an asset."""
    assert not read_other_assets(make_pieces(["-/- 5. Cây lâu năm: Không"]))
    assert not read_other_assets(make_pieces(["-/-;", "-/-, 5. Cây lâu năm"]))
    found = values_of(read_other_assets(make_pieces(["Sân phơi 120 m²", "-/- 5. Cây lâu năm: Vườn dừa 30 cây"])))
    assert found == {"other_assets": "Sân phơi 120 m² Vườn dừa 30 cây"}


@pytest.mark.parametrize(
    ("use", "terms", "told"),
    [
        (["Đất ở tại đô thị: 100;", "Đất trồng cây lâu năm: 20"], ["lâu dài", "50 năm"], ["lau_dai", "50_nam"]),
        (["ONT: 100", "CLN: 102,6", "NTS: 68,4"], ["lâu dài", "20 năm", "20 năm"], ["lau_dai", "20_nam", "20_nam"]),
        (["ODT: 100", "CLN: 20"], ["Sử dụng ổn định", "lâu dài", "Đến ngày", "04/08/2043"], ["lau_dai", "2043-08-04"]),
    ],
)
def test_terms_without_names_belong_to_the_uses_by_order(
    use: list[str], terms: list[str], told: list[str], make_face: MakeFace
) -> None:
    """The first of them was taken for the whole parcel's, and accepted."""
    titles = ("Số thửa", "Số tờ", "Diện tích (m2)", "Mục đích sử dụng", "Thời hạn sử dụng")
    cells: list[object] = [(text, 100 + 600 * n, 100, {"cell": (0, 0, n)}) for n, text in enumerate(titles)]
    for row, (uses, ends, area) in enumerate(((use, terms, "120"), (["ONT"], ["Lâu dài"], "85")), start=1):
        top = 100 + 300 * row
        columns = (["12"], ["7"], [area], uses, ends)
        cells += [
            (text, 100 + 600 * n, top + 60 * place, {"cell": (0, row, n)})
            for n, lines in enumerate(columns)
            for place, text in enumerate(lines)
        ]
    face = face_text(0, make_face(cells))
    found = values_of(read_parcels([Piece((Run(line, 0, len(line.text)),)) for line in face.lines]))
    assert [found.get(f"parcels.0.purposes.{n}.term") for n in range(len(told))] == told
    assert "parcels.0.term" not in found
    assert found["parcels.1.term"] == "lau_dai"


def test_a_copys_stamp_with_a_number_and_a_day_that_a_pen_filled_in(make_face: MakeFace) -> None:
    """They ran on from the owner's address, or made an organisation."""
    lines: list[object] = [
        ("NS: 1963, Số CMND: 370784402", 167, 934), ("Địa chỉ: tổ 3, xã Thổ Sơn, huyện Hòn Đất", 167, 1000),
        ("CHỨNG THỰC BẢN SAO", 253, 1541), ("ĐÚNG VỚI BẢN CHÍNH", 252, 1610), ("Số chứng thực: …393m", 253, 1680),
        ("Ngày. ma năm ] hà a", 253, 1750), ("Số CMND: 370784402", 253, 2400),
    ]  # fmt: skip
    stamped = [line.text for line in stamp_lines(face_text(0, make_face(lines)))]
    assert sorted(stamped) == sorted(str(line[0]) for line in lines[2:6])  # type: ignore[index]


def test_who_owns_together_and_who_is_whose(make_pieces: MakePieces) -> None:
    """Sentences and glued words that were left in names and addresses."""
    lines = [
        "Hộông Lương Vĩnh Kiệt", "Năm sinh: 1982", "Địn chỉ: Ấp 5, xã Việt Thắng",
        "Cùng sử dụng đất, cùng sở hữu tài sản với:", "Bà: Tô Thị Hường, CMND số: 365 596/099",
        "Và chồng làông: Từ Văn Quyền, năm sinh: 1960",
    ]  # fmt: skip
    found = values_of(read_owners(make_pieces(lines)))
    told = [(found[f"owners.{n}.role"], found[f"owners.{n}.full_name"]) for n in range(3)]
    assert told == [("household", "Lương Vĩnh Kiệt"), ("co_owner", "Tô Thị Hường"), ("spouse", "Từ Văn Quyền")]
    assert found["owners.0.address"] == "Ấp 5, xã Việt Thắng"
    assert (found["owners.1.id_number"] or "").replace("/", "") == "365596099"


def test_a_husband_behind_his_title_and_a_unit_that_is_a_company(make_pieces: MakePieces) -> None:
    """ "Ông (chồng): …" was a co-owner, "Đơn vị Công ty …" a person."""
    found = values_of(read_owners(make_pieces(["Bà: Lý Thị Ngẫu", "Ông (chồng): Liêu Hồng Duy Bảy"])))
    assert (found["owners.1.role"], found["owners.1.full_name"]) == ("spouse", "Liêu Hồng Duy Bảy")
    firm = values_of(read_owners(make_pieces(["Đơn vị Công ty TNHH Xây dựng Mẫu", "Mã số thuế: 1885126570"])))
    assert (firm["owners.0.role"], firm["owners.0.full_name"]) == ("organisation", "Công ty TNHH Xây dựng Mẫu")


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("Nhà nước giao đất có thu tiền sử dụng đất (DG-CTT)", "Nhà nước giao đất có thu tiền sử dụng đất"),
        ("Nhà nước giao đất có thu tiền (DG - CTT).", "Nhà nước giao đất có thu tiền"),
        ("CNQ-KTT", "CNQ-KTT"),
        ("Nhận tặng cho đất của hộ ông Võ Văn Mẫu (PHẦN)", "Nhận tặng cho đất của hộ ông Võ Văn Mẫu (PHẦN)"),
    ],
)  # fmt: skip
def test_the_code_behind_an_origin_is_none_of_its_words(printed: str, told: str) -> None:
    """It was kept with them, accepted, and the code was not given."""
    assert normalise(Kind.ORIGIN, printed) == told


def test_a_city_s_short_word_whose_p_was_taken_for_an_r() -> None:
    """A typewriter's is open below."""
    assert mend_address("P. VII, TR. Vị Thanh, tỉnh Hậu Giang")[0] == "P. VII, TP. Vị Thanh, tỉnh Hậu Giang"
    assert mend_address("Ấp Trần Hưng, xã Tân Hội, tỉnh Kiên Giang")[0] == "Ấp Trần Hưng, xã Tân Hội, tỉnh Kiên Giang"


def test_a_day_of_a_change_whose_year_stands_below(make_face: MakeFace) -> None:
    """It was lost, as if the change had none; scraps of a seal beside the year are none of it."""
    lines: list[object] = [
        ("Nội dung thay đổi và cơ sở pháp lý", 200, 100, {"cell": (0, 0, 0)}),
        ("Xác nhận của cơ quan có thẩm quyền", 1300, 100, {"cell": (0, 0, 1)}),
        ("Để thừa kế cho bà Danh Thị Mẫu, theo hồ sơ số 092779.SN.922", 200, 220, {"cell": (0, 1, 0)}),
        ("Ngày 29 tháng 11 năm", 1500, 200, {"cell": (0, 1, 1)}), ("ĐĂNG", 1500, 270, {"cell": (0, 1, 1)}),
        ("/- 2017", 1640, 270, {"cell": (0, 1, 1)}), ("CHI NHÁNH VPĐKĐĐ", 1500, 340, {"cell": (0, 1, 1)}),
    ]  # fmt: skip
    face = face_text(0, make_face(lines))
    pieces = [Piece((Run(line, 0, len(line.text)),)) for line in face.lines]
    assert values_of(read_changes([face], pieces))["changes.0.date"] == "2017-11-29"


def test_owners_who_follow_each_other_in_one_sentence(make_pieces: MakePieces) -> None:
    """The second was lost without a word, and the first accepted."""
    lines = [
        "Ông Bùi Tấn Phúc, Sinh năm 1962, CCCD: 086062625654, Địa chỉ: Ấp Xẻo Dừa, Xã Thành Lợi,",
        "Huyện Bình Tân, Tỉnh Vĩnh Long; Bà Khưu Thị Hồng Liễu, Sinh năm 1965, CCCD: 086165356078, Địa chỉ: Ấp Tà Lọt",
    ]
    found = values_of(read_owners(make_pieces(lines)))
    assert [found[f"owners.{n}.full_name"] for n in (0, 1)] == ["Bùi Tấn Phúc", "Khưu Thị Hồng Liễu"]
    assert found["owners.0.address"] == "Ấp Xẻo Dừa, Xã Thành Lợi, Huyện Bình Tân, Tỉnh Vĩnh Long"
    assert found["owners.1.address"] == "Ấp Tà Lọt"
    # A place that is called like a title and a name is nobody.
    alone = values_of(
        read_owners(make_pieces(["Ông Bùi Tấn Phúc, Sinh năm 1962", "Địa chỉ: ấp Kinh, Ba Hòn, Kiên Lương"]))
    )
    assert "owners.1.full_name" not in alone


def test_short_titles_of_a_house_s_table(make_face: MakeFace) -> None:
    """ "DT xây dựng (m²)", "DT sàn (m²)": both areas were lost."""
    titles = ("Loại nhà ở", "DT xây dựng (m²)", "DT sàn (m²)", "Hình thức sở hữu", "Cấp (hạng)")
    values = ("Nhà ở liên kế", "76,77", "153,5", "Sở hữu riêng", "Cấp III")
    lines: list[object] = [
        (text, 100 + 420 * n, 200 + 80 * row, {"cell": (0, row, n)})
        for row, cells in enumerate((titles, values))
        for n, text in enumerate(cells)
    ]
    face = face_text(0, make_face(lines))
    told = values_of(read_house([Piece((Run(line, 0, len(line.text)),)) for line in face.lines]))
    assert (told["house.built_area_m2"], told["house.floor_area_m2"]) == ("76.77", "153.5")


@pytest.mark.parametrize(
    ("printed", "told"), [("tháng 12 năm", None), ("12 năm", "12_nam"), ("trong 20 năm", "20_nam")]
)
def test_the_middle_of_a_day_is_no_term_of_years(printed: str, told: str | None) -> None:
    """Its other lines were lost in a cell; "12 năm" was accepted for the 18th of December 2043."""
    assert term(printed) == told


def test_an_address_of_both_and_a_year_in_short(make_pieces: MakePieces) -> None:
    """ "của ông, bà:" was left before the address; who is named behind a sign with "NS:" was lost."""
    lines = ["Ông Mã Phước Mẫu, NS: 1966; Bà Thạch Thị Mẫu, NS: 1971", "Địa chỉ thường trú của ông, bà: tổ 22, xã A"]
    found = values_of(read_owners(make_pieces(lines)))
    assert [found[f"owners.{n}.full_name"] for n in (0, 1)] == ["Mã Phước Mẫu", "Thạch Thị Mẫu"]
    assert [found[f"owners.{n}.birth_year"] for n in (0, 1)] == ["1966", "1971"]
    assert found["owners.0.address"] == "tổ 22, xã A"
