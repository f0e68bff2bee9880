"""What the papers of an eighth drawing program were misread for: areas of uses in a column, supplements, marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from certificate.record import Decision
from ocr.grammar.changes import read_changes
from ocr.grammar.doubts import is_doubtful
from ocr.grammar.drafts import Kind
from ocr.grammar.extract import extract
from ocr.grammar.flow import Piece, face_text, whole, whole_part
from ocr.grammar.forms import FaceKind, Family, group_faces, settle_kinds
from ocr.grammar.fusion import Settled
from ocr.grammar.heads import head_of
from ocr.grammar.house import read_house
from ocr.grammar.issue import serial_draft
from ocr.grammar.owners import read_owners
from ocr.grammar.parcels import read_parcels
from ocr.grammar.place_names import mend_address
from ocr.grammar.sections import split_sections
from ocr.recognise import LINENET, TRUEOCR, ReadFace
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]
_TITLES = ("Số thửa", "Tờ BĐ số", "Diện tích (m²)", "Mục đích sử dụng", "Diện tích theo mục đích (m²)", "Thời hạn SDĐ")

_LEFTS = (50, 250, 450, 700, 1200, 1830)


def _parcels(face: ReadFace) -> dict[str, str | None]:
    return values_of(read_parcels([piece for line in face_text(0, face).lines if (piece := whole(line))]))


@pytest.mark.parametrize("title", [_TITLES[4], "Diện tích từng loại đất", "Diện tích theo mục đích sử dụng"])
def test_areas_of_uses_stand_in_a_column_of_their_own(title: str, make_face: MakeFace) -> None:
    """As large as the parcel wherever it has one use, they were accepted as its private areas."""
    rows = [
        [*_TITLES[:4], title, _TITLES[5]],
        ["545", "35", "13.991,0", "Đất chuyên trồng lúa nước", "13.991,0", "Đến 13/05/2039"],
        ["1481", "99", "7.425,8", "Đất trồng cây lâu năm", "7.425,8", "Đến 22/03/2044"],
    ]
    lines = [
        (text, _LEFTS[column], 300 + 120 * row, {"cell": (0, row, column)})
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    found = _parcels(make_face(lines))
    assert found["parcels.0.purposes.0.area_m2"] == "13991.0"
    assert found["parcels.1.purposes.0.area_m2"] == "7425.8"
    assert not [path for path in found if path.endswith("private_area_m2")]


def test_each_use_of_a_parcel_has_its_own_area_and_term(make_face: MakeFace) -> None:
    """In rows beside the one cell of the parcel's number."""
    tall = {"cell_rows": 2}
    lines: list[object] = [
        *((text, _LEFTS[column], 300, {"cell": (0, 0, column)}) for column, text in enumerate(_TITLES)),
        ("594", 50, 450, {"cell": (0, 1, 0), **tall}), ("9", 250, 450, {"cell": (0, 1, 1), **tall}),
        ("1.599,5", 450, 450, {"cell": (0, 1, 2), **tall}),
        ("Đất ở tại nông thôn", 700, 400, {"cell": (0, 1, 3)}), ("100,0", 1200, 400, {"cell": (0, 1, 4)}),
        ("Lâu dài", 1830, 400, {"cell": (0, 1, 5)}), ("Đất trồng cây lâu năm", 700, 500, {"cell": (0, 2, 3)}),
        ("1.499,5", 1200, 500, {"cell": (0, 2, 4)}), ("Đến 15/10/2043", 1830, 500, {"cell": (0, 2, 5)}),
    ]  # fmt: skip
    found = _parcels(make_face(lines))
    assert [found[f"parcels.0.purposes.{k}.area_m2"] for k in (0, 1)] == ["100.0", "1499.5"]
    assert [found[f"parcels.0.purposes.{k}.term"] for k in (0, 1)] == ["lau_dai", "2043-10-15"]


@pytest.mark.parametrize(
    "lead", ["Các thửa đất tọa lạc tại", "Các thửa đất toa lạc tại", "Thửa đất tọa lạc tại", "Tại địa điểm"]
)
def test_where_parcels_lie_is_their_address(lead: str, make_pieces: MakePieces) -> None:
    """The end of the label was left before each of them."""
    lines = [f"{lead}: ấp Trà Phọt, xã Vĩnh Điều, tỉnh Kiên Giang", "Thửa đất số: 12; tờ bản đồ số: 3"]
    found = values_of(read_parcels(make_pieces(lines)))
    assert found["parcels.0.address"] == "ấp Trà Phọt, xã Vĩnh Điều, tỉnh Kiên Giang"


def test_semicolons_for_colons_leave_shares_whole(make_pieces: MakePieces) -> None:
    """As readers have them on dotted lines."""
    lines = ["Thửa đất số: 176", "Diện tích: 211,4 m²", "Hình thức sử dụng; riêng; 211,4 m², chung; không"]
    found = values_of(read_parcels(make_pieces(lines)))
    assert (found["parcels.0.private_area_m2"], found["parcels.0.shared_area_m2"]) == ("211.4", "0")


@pytest.mark.parametrize(
    "text",
    ["IV- Ghi chú: Trên đất có nhà", "1V- Ghi chú: Trên đất có nhà", "6. Gni chú: Trên đất", "IV- thi chú: Trên đất"],
)
def test_notes_are_told_by_a_title_with_a_misread_letter(text: str) -> None:
    """They were taken for other assets."""
    head = head_of(text)
    assert head is not None
    assert head[0] == "notes"


def test_a_wifes_word_runs_into_the_next(make_pieces: MakePieces) -> None:
    """ "vợià bà" made a co-owner of her, accepted."""
    lines = ["Ông: Bành Thành Khởi", "Năm sinh: 1975", "và vợià bà: Trần Thị Tuyền", "Năm sinh: 1968"]
    assert values_of(read_owners(make_pieces(lines)))["owners.1.role"] == "spouse"


def test_a_company_whose_first_letter_was_misread(make_pieces: MakePieces) -> None:
    """Nothing of it was left but who acts for it."""
    lines = ["2ông ty TNHH Xây dựng Bảy Thông", "MST: 1709073176", "Đại diện: Ông: Danh Chanh Đa, chức vụ: Giám đốc"]
    found = values_of(read_owners(make_pieces(lines)))
    assert (found["owners.0.role"], found["owners.1.role"]) == ("organisation", "representative")
    assert found["owners.0.id_number"] == "1709073176"


def test_a_misread_label_opens_the_address(make_pieces: MakePieces) -> None:
    """By hand: "Nơi thường trú" was read as "Nơi thường tú"."""
    lines = ["Hộ ông: Dư Văn Thu", "Nơi thường tú: 131/2B đường Chi Lăng, thị xã Rạch Giá, tỉnh Kiên Giang"]
    found = values_of(read_owners(make_pieces(lines)))
    assert found["owners.0.address"] == "131/2B đường Chi Lăng, thị xã Rạch Giá, tỉnh Kiên Giang"


def test_a_grade_in_a_pens_letters_is_no_scrap(make_face: MakeFace) -> None:
    """Short as it is: a font like handwriting stands in the cell."""
    titles = ("Loại nhà ở", "Diện tích xây dựng (m²)", "Diện tích sàn (m²)", "Cấp (hạng)")
    lines: list[object] = ["2. Nhà ở"]
    for row, texts in enumerate((titles, ("Nhà ở riêng lẻ", "66,1", "177,8", "Cấp IV"))):
        for column, text in enumerate(texts):
            place = {"cell": (0, row, column), "handwritten": 1.0 if row else 0.0}
            lines.append((text, 200 + 400 * column, 500 + 100 * row, place))
    house = split_sections([face_text(0, make_face(lines))], frozenset())["house"]
    assert values_of(read_house(house))["house.grade"] == "Cấp IV"


def test_changes_below_a_title_that_opens_the_section(make_face: MakeFace) -> None:
    """A day in a change's own text was taken for the column of confirmations, and all texts were lost."""
    lines: list[object] = [
        ("Nội dung thay đổi và cơ sở pháp lý", 417, 653, {"cell": (0, 0, 0)}),
        ("Xác nhận của cơ quan có thẩm", 1393, 627, {"cell": (0, 0, 1)}),
        ("Xóa đăng ký thế chấp ngày 11/07/2014,", 239, 1118, {"cell": (0, 1, 0)}),
        ("Ngày 09/11/2015", 1542, 1121, {"cell": (0, 1, 1)}), ("6)", 60, 1150),
        ("theo hồ sơ số 018265.XC.065", 243, 1177, {"cell": (0, 1, 0)}),
    ]  # fmt: skip
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines[2:] if (piece := whole_part(line, 0, len(line.text)))]
    found = values_of(read_changes([face], pieces))
    assert found["changes.0.content"] == "Xóa đăng ký thế chấp ngày 11/07/2014, theo hồ sơ số 018265.XC.065"
    assert found["changes.0.date"] == "2015-11-09"
    assert "changes.1.date" not in found


@pytest.mark.parametrize(("title", "told"), [("TRANG BỔ SUNG GIẤY CHỨNG NHẬN", True), ("Nội dung khác", False)])
def test_a_supplement_names_its_certificate(title: str, told: bool, make_face: MakeFace) -> None:
    """Where the face with the serial number is missing; anywhere else the same words may be of an earlier one."""
    face = face_text(0, make_face([title, "Số phát hành GCN: BM 102052 - Số vào sổ cấp GCN: CH00373"]))
    draft = serial_draft([face], (), (6,), (2,))
    assert (draft is not None and draft.piece is not None and draft.piece.text == "BM 102052") is told
    assert extract([make_face([title])], "x.pdf")


@pytest.mark.parametrize(("year", "is_sure"), [("2015", False), ("2025", True)])
def test_a_use_that_only_a_later_list_names_may_have_lost_a_line(year: str, is_sure: bool, make_face: MakeFace) -> None:
    """ "nước" stood in the cell's second line; since August 2024 that is the whole name."""
    lines = [
        "GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT",
        "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "1. Thửa đất:", "a) Thửa đất số: 12; tờ bản đồ số: 3",
        "b) Diện tích: 150,5 m²", "c) Mục đích sử dụng: Đất chuyên trồng lúa",
        (f"Hà Tiên, ngày 12 tháng 5 năm {year}", 1200, 2300),
    ]  # fmt: skip
    ((record, _),) = extract([make_face(lines)], "x.pdf")
    field = record.fields["parcels.0.purposes.0.name"]
    assert field.value == "Đất chuyên trồng lúa"
    assert (field.decision is Decision.ACCEPT) is is_sure


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (Kind.ORIGIN, "Nhận chuyến nhượng QSD đất", True),
        (Kind.ORIGIN, "Nhận chuyển nhượng QSD đất", False),
        (Kind.ORGANISATION, "Trường Tiếu học xã Phú Ninh", True),
        (Kind.ORGANISATION, "Trường Tiểu học xã Phú Ninh", False),
    ],
)
def test_marks_that_no_sentence_has_are_doubted(kind: Kind, value: str, told: bool) -> None:
    """All readers saw them so, in a thin font."""
    settled = Settled(value, value, {LINENET: value, TRUEOCR: value}, True, 1.0, 0.99, 1.0, 3, 0.0, 0.0, seen={})
    assert is_doubtful(kind, value, settled) is told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("xã An Hảo, Tỉnh Biên, An Giang", True),
        ("xã An Hảo, Tịnh Biên, An Giang", False),
        ("đường Tỉnh lộ 963B, xã An Hảo, huyện Tịnh Biên, tỉnh An Giang", False),
    ],
)
def test_a_province_before_an_addresss_end_is_doubted(value: str, told: bool) -> None:
    """A district's dot that all readers took for a hook made a province of it."""
    settled = Settled(value, value, {LINENET: value, TRUEOCR: value}, True, 0.5, 0.9, 1.0, 3, 0.0, 0.0, seen={})
    assert is_doubtful(Kind.ADDRESS, value, settled) is told
    assert mend_address("xã An Hảo, huyện Tỉnh Biên, tỉnh An Giang")[0] == "xã An Hảo, huyện Tịnh Biên, tỉnh An Giang"


def test_the_back_of_a_house_certificate_stays_with_its_front() -> None:
    """The front's two faces stood on one page: the back with all changes became a certificate of the other decree."""
    front = FaceKind(Family.HOUSE_90, 2, 6.6, page=1)
    back = FaceKind(Family.HOUSE_60, 3, 4.0, page=2)
    assert group_faces(settle_kinds([front, back])) == [[0, 1]]
