"""Houses told in tables, columns and sentences, as other offices set them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ocr.grammar.extract import extract
from ocr.grammar.flow import Piece
from ocr.grammar.house import read_house
from ocr.recognise import ReadFace
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]


def test_a_table_of_a_house_whose_cells_have_one_line_or_two(make_face: MakeFace) -> None:
    """Lines of one beside none of the other's; all of it became some other asset."""
    lines: list[object] = [
        "2. Nhà ở:", ("Diện tích xây", 544, 687), ("Hình thức sở", 1308, 687), ("Loại nhà ở", 121, 709),
        ("Diện tích sàn", 876, 709), ("Cấp (hạng)", 1645, 709), ("Thời hạn sở hữu", 1958, 709), ("dựng", 571, 735),
        ("hữu", 1338, 735), ("Ổn định lâu", 1966, 790), ("Nhà ở liên kế", 105, 814), ("129,8m²", 557, 814),
        ("389,4m²", 889, 814), ("Sở hữu chung", 1296, 814), ("Cấp IV", 1654, 814), ("dài", 2002, 838),
        ("3. Công trình xây dựng khác: -/-", 92, 900),
    ]  # fmt: skip
    face = make_face(["II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", *lines])
    ((record, _),) = extract([face], "scan.pdf")
    told = {path: record.value(f"house.{path}") for path in ("type", "built_area_m2", "floor_area_m2", "grade", "term")}
    assert told == {
        "type": "Nhà ở liên kế", "built_area_m2": "129.8", "floor_area_m2": "389.4", "grade": "Cấp IV",
        "term": "lau_dai",
    }  # fmt: skip
    assert record.value("other_assets") is None


def test_values_of_a_house_in_a_column_beside_their_labels(make_face: MakeFace) -> None:
    """They were taken for a table's titles, as many labels stood side by side with them."""
    rows = [
        ("a. Tên tài sản", ": Nhà ở"), ("b. Diện tích xây dựng", ": 59 m²; diện tích sàn: 59 m²"),
        ("c. Hình thức sở hữu", ": Sở hữu riêng"), ("d. Cấp (hạng)", ": Cấp IV"), ("đ. Thời hạn sở hữu", ": Lâu dài"),
    ]  # fmt: skip
    lines: list[object] = ["3. Thông tin tài sản gắn liền với đất:"]
    for number, (label, value) in enumerate(rows):
        lines += [(label, 133, 1086 + 34 * number), (value, 606, 1087 + 34 * number)]
    ((record, _),) = extract([make_face(["GIẤY CHỨNG NHẬN", *lines])], "scan.pdf")
    names = ("type", "built_area_m2", "floor_area_m2", "ownership", "grade", "term")
    told = [record.value(f"house.{name}") for name in names]
    assert told == ["Nhà ở", "59", "59", "Sở hữu riêng", "Cấp IV", "lau_dai"]
    assert record.value("other_assets") is None


def test_a_house_certificate_without_numbered_parts(make_face: MakeFace) -> None:
    """The address stands over both; the house begins with its own labels, the land with "Đất ở:"."""
    cover = ["GIẤY CHỨNG NHẬN", "QUYỀN SỞ HỮU NHÀ Ở", "VÀ QUYỀN SỬ DỤNG ĐẤT Ở", "Số S 031508"]
    inside = [
        "II. Thực trạng nhà ở, đất ở", "Địa chỉ: Số 675, Khu phố I, Phường An Hòa, Thị xã Rạch Giá",
        "Loại nhà ở: Nhà ở liền kề", "Diện tích xây dựng: 153,0 m²", "Đất ở:", "Thửa đất số: 395 Tờ bản đồ số: 22",
        "Diện tích: 168,3 m²",
    ]  # fmt: skip
    ((record, _),) = extract([make_face(cover), make_face(inside, page=2)], "scan.pdf")
    assert record.value("house.type") == "Nhà ở liền kề"
    assert record.value("house.built_area_m2") == "153.0"
    assert record.value("parcels.0.address") == "Số 675, Khu phố I, Phường An Hòa, Thị xã Rạch Giá"
    assert record.value("parcels.0.parcel_number") == "395"
    assert record.value("parcels.0.area_m2") == "168.3"


def test_titles_of_a_house_parted_by_scraps_of_rules(make_face: MakeFace) -> None:
    lines: list[object] = [
        "2. Nhà ở:", ("Loại nhà ở …-| Diện tích xây dựng | Diện tích sàn -| Hình thức sở hữu |", 176, 398),
        ("Nhà ở", 190, 436), ("57 m²", 600, 436), ("114 m²", 960, 436), ("| Sở hữu chung |", 1220, 436),
    ]  # fmt: skip
    face = make_face(["II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", *lines])
    ((record, _),) = extract([face], "scan.pdf")
    names = ("type", "built_area_m2", "floor_area_m2", "ownership")
    assert [record.value(f"house.{name}") for name in names] == ["Nhà ở", "57", "114", "Sở hữu chung"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Nhà ở: loại nhà ở: Nhà phố liên kế; diện tích xây dựng: 62,0 m²; cấp (hạng): Cấp 2",
            {
                "house.type": "Nhà phố liên kế",
                "house.built_area_m2": "62.0",
                "house.grade": "Cấp 2",
            },
        ),
        ("Nhà ở: loại nhà ở: Nhà ở liên kế", {"house.type": "Nhà ở liên kế"}),
        ("Nhà ở cấp 4, diện tích xây dựng 45,1 m²", {"other_assets": "Nhà ở cấp 4, diện tích xây dựng 45,1 m²"}),
    ],
)
def test_a_house_told_in_one_line(text: str, told: dict[str, str], make_pieces: MakePieces) -> None:
    """With labels and colons it is a list of facts, without them a sentence."""
    assert {path: value for path, value in values_of(read_house(make_pieces([text]))).items() if value} == told
