"""Tables of parcels without any rule: columns, rows and wrapped cells told by what stands where."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from certificate.record import Decision
from ocr.grammar.drafts import Draft
from ocr.grammar.extract import extract
from ocr.grammar.flow import Piece, Run, face_text
from ocr.grammar.parcels import read_parcels
from ocr.grammar.shares import share_out
from ocr.recognise import ReadFace
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
Typed = list[tuple[str, int, int]]

X = {"number": 200, "sheet": 420, "area": 620, "purpose": 900, "term": 1360, "origin": 1720}
PAID = ["Công nhận QSDĐ như", "giao đất có thu tiền", "sử dụng đất"]
GIVEN = ["Nhà nước giao đất có", "thu tiền sử dụng đất"]
PARCELS = [
    ("438", "90", "1.810,5", ["Đất trồng lúa", "nước còn lại"], ["Đến năm 2046"], PAID),
    ("1131", "60", "547,0", ["Đất trồng cây", "lâu năm"], ["Đến ngày", "15/10/2043"], PAID),
    ("414-4", "124", "10.879,2", ["Đất nuôi trồng", "thủy sản"], ["50 năm"], ["Nhận thừa kế"]),
    (
        "PL9",
        "7",
        "98,0",
        ["Đất chuyên trồng", "lúa nước"],
        ["Đến năm 2046"],
        ["Nhà nước giao đất có", "thu tiền sử dụng đất"],
    ),
]
TITLES = {
    "number": ["Thửa đất", "số"], "sheet": ["Tờ bản", "đồ số"], "area": ["Diện tích", "(m²)"],
    "purpose": ["Mục đích sử dụng"], "term": ["Thời hạn"], "origin": ["Nguồn gốc sử dụng"],
}  # fmt: skip
EXPECTED = {
    "parcels.0.parcel_number": "438",
    "parcels.0.purposes.0.name": "Đất trồng lúa nước còn lại",
    "parcels.0.origin": "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
    "parcels.1.map_sheet_number": "60",
    "parcels.1.term": "2043-10-15",
    "parcels.2.parcel_number": "414-4",
    "parcels.2.area_m2": "10879.2",
    "parcels.2.origin": "Nhận thừa kế",
    "parcels.3.parcel_number": "PL9",
    "parcels.3.purposes.0.name": "Đất chuyên trồng lúa nước",
    "parcels.3.term": "2046",
}


def _block(lines: Sequence[str], left: int, middle: int) -> Typed:
    """The lines of a cell, one under the other, about the middle of its row."""
    top = middle - 26 * len(lines)
    return [(text, left, top + 52 * n) for n, text in enumerate(lines)]


def _table(top: int = 400, titles: dict[str, list[str]] = TITLES, *, lean: float = 0.0) -> Typed:
    lines: Typed = []
    for key, words in titles.items():
        lines += _block(words, X[key], top)
    middle = top + 140
    for number, sheet, area, purpose, term, origin in PARCELS:
        cells = {
            "number": [number],
            "sheet": [sheet],
            "area": [area],
            "purpose": purpose,
            "term": term,
            "origin": origin,
        }
        for key, words in cells.items():
            lines += _block(words, X[key] + round(lean * (middle - top)), middle)
        middle += 186
    return lines


def _drafts(make_face: MakeFace, lines: Sequence[tuple[str, int, int]]) -> list[Draft]:
    face = face_text(0, make_face(lines))
    return read_parcels([Piece((Run(line, 0, len(line.text)),)) for line in face.lines])


@pytest.mark.parametrize("lean", [0.0, 0.03, -0.03])
def test_a_table_without_rules(make_face: MakeFace, lean: float) -> None:
    """Wrapped cells come to their rows, upright or on a sheet that lies askew, and nothing is doubted."""
    drafts = _drafts(make_face, _table(lean=lean))
    assert EXPECTED.items() <= values_of(drafts).items()
    assert not any(draft.doubted for draft in drafts)


def test_lines_of_two_columns_in_one(make_face: MakeFace) -> None:
    """Found as one line, a sheet's number and an area are parted where the other rows have their white."""
    lines = [line for line in _table() if line[0] not in {"60", "547,0"}]
    middle = 400 + 140 + 186 - 26
    drafts = _drafts(make_face, [*lines, ("60       547,0", X["sheet"], middle)])
    found = values_of(drafts)
    assert (found["parcels.1.map_sheet_number"], found["parcels.1.area_m2"]) == ("60", "547.0")


def test_titles_that_were_not_read(make_face: MakeFace) -> None:
    """Numbers without titles are taken in the order of the forms, and as a guess: a person looks."""
    drafts = _drafts(make_face, _table(titles={k: TITLES[k] for k in ("area", "purpose", "term", "origin")}))
    assert values_of(drafts)["parcels.2.parcel_number"] == "414-4"
    assert all(draft.doubted for draft in drafts)


def test_a_row_that_its_content_does_not_bear_out(make_face: MakeFace) -> None:
    """A row in which a cell is not what its column holds is doubted, the others are not."""
    lines = [("nhầm ô này", left, top) if text == "50 năm" else (text, left, top) for text, left, top in _table()]
    doubted = {draft.path.split(".")[1] for draft in _drafts(make_face, lines) if draft.doubted}
    assert doubted == {"2"}


def test_a_purpose_that_lost_its_second_line(make_face: MakeFace) -> None:
    """Part of a purpose is like a purpose; the row is doubted."""
    drafts = _drafts(make_face, [line for line in _table() if line[0] != "lâu năm"])
    assert {draft.path.split(".")[1] for draft in drafts if draft.doubted} == {"1"}


def test_a_lost_number_loses_no_row(make_face: MakeFace) -> None:
    """Where the parcel's number was not read, the sheet and the area tell that there is a row."""
    drafts = _drafts(make_face, [line for line in _table() if line[0] != "1131"])
    found = values_of(drafts)
    assert found["parcels.2.parcel_number"] == "414-4"
    assert found["parcels.1.area_m2"] == "547.0"
    assert {draft.doubted for draft in drafts if draft.path.startswith("parcels.1.")} == {True}


def test_private_and_shared_areas_without_titles(make_face: MakeFace) -> None:
    """Two columns that make up the area are the private and the shared one, though readers lost their titles."""
    titles = {key: words for key, words in TITLES.items() if key not in {"term", "origin"}}
    lines: Typed = [line for line in _table(titles=titles) if line[1] < X["term"]]
    for n, parcel in enumerate(PARCELS):
        lines += [(parcel[2], 1290, 514 + 186 * n), ("Không", 1480, 514 + 186 * n)]
    found = values_of(_drafts(make_face, lines))
    assert found["parcels.0.private_area_m2"] == "1810.5"
    assert found["parcels.3.shared_area_m2"] == "0"


def test_a_table_of_a_house_is_none_of_parcels(make_face: MakeFace) -> None:
    """Titles of a house's facts beside each other open no table of parcels."""
    titles = ["Loại nhà ở", "Diện tích XD", "Thời hạn", "Hình thức sử dụng", "Mục đích sử dụng"]
    cells = ["Nhà ở riêng lẻ", "66,7", "Lâu dài", "Riêng", "Để ở"]
    lines: Typed = [(text, 200 + 380 * n, 400) for n, text in enumerate(titles)]
    lines += [(text, 200 + 380 * n, 500) for n, text in enumerate(cells)]
    assert not [draft for draft in _drafts(make_face, lines) if draft.path.endswith("area_m2") and draft.piece]


def test_a_term_in_a_table_is_no_date_of_issue(make_face: MakeFace) -> None:
    """The block of the signature is not sought among the rows, and the title above may be lost."""
    lines = [
        (text.replace("50 năm", "Đến ngày 15 tháng 10 năm 2043"), left, top)
        for text, left, top in _table(top=700)
        if left != X["origin"]
    ]
    head = ["II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "b) Địa chỉ: ấp Hòa Lợi, xã Đông Hòa"]
    face = make_face([*head, *lines, ("2. Nhà ở: -/-", 200, 1700)])
    (record, _), *_ = extract([face], "x.pdf")
    found = {path: field.value for path, field in record.fields.items()}
    assert found["issue_date"] is None
    assert found["parcels.2.term"] == "2043-10-15"
    assert found["parcels.3.parcel_number"] == "PL9"


@pytest.mark.parametrize("at_top", [False, True])
def test_lines_are_shared_out_as_cells_stand(*, at_top: bool) -> None:
    """Blocks of one to three lines stand in the middle of their rows, or at their top: the same in all rows."""
    counts, top = (3, 1, 2), 0.0
    rows: list[tuple[float, float]] = []
    lines: list[tuple[float, float]] = []
    expected: list[list[int]] = []
    for count in counts:
        expected.append(list(range(len(lines), len(lines) + count)))
        lines += [(top + 50 * n, top + 50 * n + 40) for n in range(count)]
        start = top if at_top else top + 25 * (count - 1)
        rows.append((start, start + 40))
        top += 50 * count + 18
    assert share_out(lines, rows, 40.0) == (expected, set())


def test_a_line_far_from_every_row_is_left_out() -> None:
    """A note below the table is no part of its last row."""
    shares, unsure = share_out([(0, 40), (60, 100), (300, 340)], [(0, 40), (60, 100)], 40.0)
    assert (shares, unsure) == ([[0], [1]], set())


@pytest.mark.parametrize(
    ("term", "decision"),
    [("d) Thời hạn sử dụng: Đất ở: Lâu dài; Đất trồng cây lâu năm: đến năm 2046", Decision.ACCEPT),
     ("đ) Nguồn gốc sử dụng: -/-", Decision.REVIEW)],
)  # fmt: skip
def test_a_term_for_each_purpose_is_a_term(term: str, decision: Decision, make_face: MakeFace) -> None:
    """All parcels went to a person where one had its terms by purposes; where one has lost its term they still do."""
    lines = ["GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "2. Thông tin thửa đất:"]
    second = "c) Loại đất: Đất ở tại đô thị: 300 m²; Đất trồng cây lâu năm: 400 m²"
    usual = "d) Thời hạn sử dụng: Lâu dài"
    for number, more in enumerate(((usual,), (second, term), (usual,))):
        lines += [f"a) Thửa đất số: 4{number}; tờ bản đồ số: 7", "b) Diện tích: 700 m²", *more]
    ((record, _),) = extract([make_face(lines)], "scan.pdf")
    assert {record.fields[f"parcels.{n}.area_m2"].decision for n in range(3)} == {decision}
