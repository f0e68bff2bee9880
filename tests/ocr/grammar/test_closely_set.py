"""What runs together on papers that are set closely: words, columns, the foot of a face."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from certificate.record import Decision
from ocr.grammar.cells import title_key
from ocr.grammar.changes import read_changes
from ocr.grammar.extract import extract
from ocr.grammar.flow import Piece, face_text, whole, whole_part
from ocr.grammar.house import read_house
from ocr.grammar.owners import read_owners
from ocr.grammar.parcels import read_parcels
from ocr.grammar.sections import split_sections
from ocr.recognise import ReadFace
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]


@pytest.mark.parametrize("lead", ["Hộông (bà):", "Hộông(bà):", "Hộ ông (bà):", "Hộông:"])
def test_a_household_whose_words_run_together(lead: str, make_pieces: MakePieces) -> None:
    """Its head was lost and his wife stood alone."""
    found = values_of(read_owners(make_pieces([f"{lead} Mạc Phương Thanh Nữ", "Chồng: Trương Khánh Khuê"])))
    assert [found[f"owners.{n}.full_name"] for n in (0, 1)] == ["Mạc Phương Thanh Nữ", "Trương Khánh Khuê"]
    assert [found[f"owners.{n}.role"] for n in (0, 1)] == ["household", "spouse"]


def test_a_name_is_no_household(make_pieces: MakePieces) -> None:
    """Hoòng is a family's name."""
    found = values_of(read_owners(make_pieces(["Ông: Hoòng Văn Tư", "Sinh năm: 1950"])))
    assert (found["owners.0.full_name"], found["owners.0.role"]) == ("Hoòng Văn Tư", "holder")


def test_the_foot_of_a_face_is_no_part_of_the_last_change(make_face: MakeFace) -> None:
    """Its sentences stand in the last cell where the table's last rule is the frame."""
    foot = (
        "Người được cấp Giấy chứng nhận không được sửa chữa, tẩy xóa hoặc bổ sung bất kỳ nội dung nào trong",
        "Giấy chứng nhận; khi bị mất hoặc hư hỏng Giấy chứng nhận phải khai báo ngay với cơ quan cấp Giấy.",
    )
    lines: list[object] = [
        ("Nội dung thay đổi và cơ sở pháp lý", 200, 100, {"cell": (0, 0, 0)}),
        ("Xác nhận của cơ quan có thẩm quyền", 1300, 100, {"cell": (0, 0, 1)}),
        ("Đính chính diện tích theo Biên bản số 20", 142, 200, {"cell": (0, 1, 0)}),
        ("Ngày 25/10/2026", 1335, 200, {"cell": (0, 1, 1)}),
        (foot[0], 131, 1700, {"cell": (0, 1, 0)}), (foot[1], 133, 1750, {"cell": (0, 1, 0)}),
    ]  # fmt: skip
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines if (piece := whole_part(line, 0, len(line.text)))]
    found = values_of(read_changes([face], pieces))
    assert found["changes.0.content"] == "Đính chính diện tích theo Biên bản số 20"
    assert found["changes.0.date"] == "2026-10-25"


def test_a_value_under_a_title_that_was_not_read_goes_to_no_neighbour(make_face: MakeFace) -> None:
    """ "Diện tích sùn": its number was told with the kind of ownership, accepted."""
    titles = ("Loại nhà ở", "Diện tích xây dựng (m²)", "Chxxn txch sùn", "Hình thức sở hữu", "Cấp (hạng)")
    lines: list[object] = ["2. Nhà ở"]
    for row, texts in enumerate((titles, ("Nhà ở riêng lẻ", "130,3", "130,3", "Sở hữu chung", "Cấp 4"))):
        lines += [
            (text, 200 + 420 * column, 500 + 100 * row, {"cell": (0, row, column)}) for column, text in enumerate(texts)
        ]
    found = values_of(read_house(split_sections([face_text(0, make_face(lines))], frozenset())["house"]))
    assert (found["house.ownership"], found["house.built_area_m2"]) == ("Sở hữu chung", "130.3")
    assert "house.floor_area_m2" not in found


@pytest.mark.parametrize(
    ("title", "key"),
    [("Riêng (m²)", "private"), ("Chung (m2)", "shared"), ("DT riêng", "private"), ("Diện tích chung (m²)", "shared"),
     ("Riêng tư", ""), ("Quy định chung", "")],
)  # fmt: skip
def test_short_titles_of_shares(title: str, key: str) -> None:
    """ "Riêng" and "Chung" alone stand over columns of areas."""
    assert title_key(title) == key


def test_shares_under_short_titles(make_face: MakeFace) -> None:
    """All of them were missing."""
    rows = [
        ["Số tờ bản đồ", "Thửa số", "Diện tích (m2)", "Riêng (m²)", "Chung (m²)", "Mục đích sử dụng đất"],
        ["162", "41", "8477,6", "8477,6", "Không", "LUC"],
    ]
    lines = [
        (text, 50 + 330 * column, 300 + 120 * row, {"cell": (0, row, column)})
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    face = face_text(0, make_face(lines))
    found = values_of(read_parcels([piece for line in face.lines if (piece := whole(line))]))
    assert (found["parcels.0.private_area_m2"], found["parcels.0.shared_area_m2"]) == ("8477.6", "0")


@pytest.mark.parametrize(("private", "is_sure"), [("31934,8", False), ("31934,85", True)])
def test_a_share_that_is_the_whole_is_printed_alike(private: str, is_sure: bool, make_face: MakeFace) -> None:
    """A last digit was lost, and a sum that is nearly even confirmed it."""
    lines = [
        "GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT",
        "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "1. Thửa đất:", "a) Thửa đất số: 12; tờ bản đồ số: 3",
        "b) Diện tích: 31934,85 m²", f"c) Hình thức sử dụng: riêng: {private} m²; chung: Không",
        ("Hà Tiên, ngày 12 tháng 5 năm 2015", 1200, 2300),
    ]  # fmt: skip
    ((record, _),) = extract([make_face(lines)], "x.pdf")
    assert (record.fields["parcels.0.private_area_m2"].decision is Decision.ACCEPT) is is_sure
