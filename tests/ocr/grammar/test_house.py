"""The house told as a table, and what is no house, no asset and no note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ocr.grammar.flow import Piece, face_text, whole_part
from ocr.grammar.house import read_house, read_notes, read_other_assets
from ocr.recognise import ReadFace

MakeFace = Callable[..., ReadFace]
# Text, left, top, cell.
Cell = tuple[str, int, int, tuple[int, int, int]]

TWO_LINES: list[Cell] = [
    ("Loại", 198, 1283, (0, 0, 0)), ("nhà ở", 183, 1339, (0, 0, 0)),
    ("Diện tích xây", 419, 1283, (0, 0, 1)), ("dựng (m2)", 449, 1339, (0, 0, 1)),
    ("Diện tích sàn", 805, 1283, (0, 0, 2)), ("(m2)", 905, 1339, (0, 0, 2)),
    ("Hình thức", 1180, 1283, (0, 0, 3)), ("sở hữu", 1220, 1339, (0, 0, 3)),
    ("Cấp", 1544, 1283, (0, 0, 4)), ("(hạng)", 1510, 1339, (0, 0, 4)),
    ("Thời hạn được", 1739, 1283, (0, 0, 5)), ("sở hữu", 1829, 1339, (0, 0, 5)),
    ("Nhà ở", 152, 1406, (0, 1, 0)), ("60,7", 370, 1406, (0, 1, 1)), ("61,8", 802, 1406, (0, 1, 2)),
    ("Sở hữu chung", 1148, 1406, (0, 1, 3)), ("Cấp 3", 1476, 1406, (0, 1, 4)), ("-/-", 1726, 1406, (0, 1, 5)),
]  # fmt: skip
# Columns were found inside of titles, as where a table has rules across only.
CUT_TITLES: list[Cell] = [
    ("Loại nhà ở", 166, 881, (0, 0, 0)), ("Diện tích", 392, 881, (0, 0, 0)), ("xây dựng (m²)", 559, 881, (0, 0, 1)),
    ("Diện tích", 828, 881, (0, 0, 1)), ("sàn (m²)", 995, 881, (0, 0, 2)), ("Hình thức sở hữu", 1163, 881, (0, 0, 3)),
    ("Cấp (hạng)", 1492, 881, (0, 0, 4)), ("Thời hạn được sở hữu", 1713, 881, (0, 0, 5)),
    ("Nhà ở", 151, 952, (0, 1, 0)), ("60,7", 391, 952, (0, 1, 0)), ("61,8", 827, 952, (0, 1, 1)),
    ("Sở hữu chung", 1162, 952, (0, 1, 3)), ("Cấp 3", 1491, 952, (0, 1, 4)), ("-/-", 1712, 952, (0, 1, 5)),
]  # fmt: skip


def _pieces(make_face: MakeFace, lines: list[Any]) -> list[Piece]:
    face = face_text(0, make_face(lines))
    return [piece for line in face.lines if (piece := whole_part(line, 0, len(line.text)))]


@pytest.mark.parametrize("cells", [TWO_LINES, CUT_TITLES])
def test_a_house_told_as_a_table(make_face: MakeFace, cells: list[Cell]) -> None:
    """Each value stands under its title, however the titles wrap; an empty one is left out."""
    pieces = _pieces(make_face, [(text, left, top, {"cell": cell}) for text, left, top, cell in cells])
    found = {draft.path: draft.piece.text for draft in read_house(pieces) if draft.piece}
    assert found == {
        "house.type": "Nhà ở", "house.built_area_m2": "60,7", "house.floor_area_m2": "61,8",
        "house.ownership": "Sở hữu chung", "house.grade": "Cấp 3",
    }  # fmt: skip


@pytest.mark.parametrize("cells", [TWO_LINES, CUT_TITLES])
def test_a_house_told_as_a_table_without_rules(make_face: MakeFace, cells: list[Cell]) -> None:
    """What stands under which title is told by place alone."""
    pieces = _pieces(make_face, [(text, left, top) for text, left, top, _ in cells])
    found = {draft.path: draft.piece.text for draft in read_house(pieces) if draft.piece}
    assert (found["house.type"], found["house.floor_area_m2"], found["house.grade"]) == ("Nhà ở", "61,8", "Cấp 3")


def test_a_house_told_as_a_table_of_which_half_was_found(make_face: MakeFace) -> None:
    """Worn rules: three columns are cells, the titles right of them one line with strokes between."""
    cells = [cell for cell in CUT_TITLES if cell[3][2] < 3]
    lines: list[Any] = [(text, left, top, {"cell": cell}) for text, left, top, cell in cells]
    lines += [("Hình thức sở hữu | Cấp (hạng) | Thời hạn được sở hữu |", 1163, 881)]
    lines += [("Riêng", 1163, 952), ("Cấp 3", 1550, 952), ("Lâu dài", 1950, 952)]
    found = {draft.path: draft.piece.text for draft in read_house(_pieces(make_face, lines)) if draft.piece}
    assert (found["house.type"], found["house.built_area_m2"], found["house.floor_area_m2"]) == (
        "Nhà ở",
        "60,7",
        "61,8",
    )
    assert (found["house.grade"], found["house.term"]) == ("Cấp 3", "Lâu dài")
    assert "other_assets" not in found


def test_what_stands_beside_a_table_and_below_its_first_row_is_not_lost(make_face: MakeFace) -> None:
    """A second house makes the first one doubtful; a sentence under the table is an asset."""
    second = [("Nhà kho", 152, 1470, (0, 2, 0)), ("20,5", 370, 1470, (0, 2, 1))]
    lines: list[Any] = [(text, left, top, {"cell": cell}) for text, left, top, cell in [*TWO_LINES, *second]]
    lines.append(("Sân phơi bê tông 50 m2", 150, 1560))
    by_path = {draft.path: draft for draft in read_house(_pieces(make_face, lines))}
    assert by_path["house.type"].doubted
    asset = by_path["other_assets"].piece
    assert asset is not None
    assert asset.text == "Sân phơi bê tông 50 m2"


def test_the_rest_of_a_label_is_no_grade(make_face: MakeFace) -> None:
    """ "Cấp" alone was taken for the label."""
    (grade,) = read_house(_pieces(make_face, ["Cấp nhà: (hạng): Cấp III"]))
    assert grade.piece is not None
    assert grade.piece.text == "Cấp III"


@pytest.mark.parametrize(
    "line",
    ["Không", "-/-", "Không L chỉ HẾt 7.00", "BẢN SAO", "SAO Y BẢN CHÍNH", "Thông tân chi Hung đuợo thổ hiện tại mã Q"],
)
def test_what_is_no_asset(make_face: MakeFace, line: str) -> None:
    """Nothing, a stamp, and the caption beside a QR code that an ornament runs through."""
    assert read_other_assets(_pieces(make_face, [line])) == []


def test_an_asset_is_kept_as_printed(make_face: MakeFace) -> None:
    """The rest of the tests would hold if nothing were ever read."""
    (asset,) = read_other_assets(_pieces(make_face, ["Vườn dừa trồng năm 2005"]))
    assert asset.piece is not None
    assert asset.piece.text == "Vườn dừa trồng năm 2005"


def test_what_stands_under_no_notes_is_no_note(make_face: MakeFace) -> None:
    """A stamp with its day and number below "Không"."""
    assert read_notes(_pieces(make_face, ["Không", "Ngày 21/11/2021 Số: 202"])) == []
    assert read_notes(_pieces(make_face, ["Không nộp tiền sử dụng đất", "theo Quyết định số 5"]))
    (note,) = read_notes(_pieces(make_face, ["Không", "Thế chấp quyền sử dụng đất tại Ngân hàng"]))
    assert note.doubted  # Under "Không" it may be anything; it is shown.
    (asset,) = read_other_assets(_pieces(make_face, ["Không có nhà; một nhà kho và sân phơi bê tông"]))
    assert asset.doubted


def test_a_leaning_table_of_which_the_last_column_has_no_rule(make_face: MakeFace) -> None:
    """A phone's picture: titles of two lines, one beside the rules a little lower, a type that wraps in its cell."""
    lines: list[Any] = [
        ("Loại nhà ở", 143, 930, {"cell": (0, 0, 0)}), ("Diện tích xây dựng", 384, 911, {"cell": (0, 0, 1)}),
        ("Diện tích sàn", 789, 911, {"cell": (0, 0, 2)}), ("Hình thức sở", 1096, 911, {"cell": (0, 0, 3)}),
        ("Cấp", 1423, 914, {"cell": (0, 0, 4)}), ("Thời hạn được sở", 1598, 926),
        ("(m²)", 515, 962, {"cell": (0, 0, 1)}), ("(m²)", 868, 962, {"cell": (0, 0, 2)}),
        ("hữu", 1176, 966, {"cell": (0, 0, 3)}), ("(hạng)", 1408, 974, {"cell": (0, 0, 4)}), ("hữu", 1722, 985),
        ("Nhà ở biệt", 130, 1025, {"cell": (0, 1, 0)}), ("61,4", 366, 1034, {"cell": (0, 1, 1)}),
        ("178,6", 764, 1029, {"cell": (0, 1, 2)}), ("Sở hữu riêng", 1071, 1033, {"cell": (0, 1, 3)}),
        ("Cấp II", 1374, 1037, {"cell": (0, 1, 4)}), ("-/-", 1583, 1048),
        ("thự", 129, 1070, {"cell": (0, 1, 0)}),
    ]  # fmt: skip
    drafts = read_house(_pieces(make_face, lines))
    assert {draft.path: draft.piece.text for draft in drafts if draft.piece} == {
        "house.type": "Nhà ở biệt thự", "house.built_area_m2": "61,4", "house.floor_area_m2": "178,6",
        "house.ownership": "Sở hữu riêng", "house.grade": "Cấp II",
    }  # fmt: skip
    assert not any(draft.doubted for draft in drafts)


def test_a_letter_far_below_is_no_end_of_the_notes(make_face: MakeFace) -> None:
    """A seal's; words there may be a note."""
    lines = [("Cấp đổi theo hồ sơ số 5", 60, 100), ("Á", 145, 600)]
    assert [d.piece.text for d in read_notes(_pieces(make_face, lines)) if d.piece] == ["Cấp đổi theo hồ sơ số 5"]
    lines[1] = ("Đã nộp tiền", 145, 600)
    (note,) = read_notes(_pieces(make_face, lines))
    assert note.piece is not None
    assert note.piece.text.endswith("Đã nộp tiền")
