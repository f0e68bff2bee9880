"""Rows of one certificate that do not fit together, and pages of several certificates that lie mixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from certificate.record import Decision
from ocr.grammar.evenness import uneven_groups
from ocr.grammar.extract import extract
from ocr.grammar.flow import face_text
from ocr.grammar.forms import FaceKind, Family
from ocr.grammar.mixing import Mixed, mixed
from ocr.recognise import ReadFace

MakeFace = Callable[..., ReadFace]

PINK, BOOK, CARD = Family.FOUR_FACES, Family.RED_BOOK, Family.CARD


def _rows(group: str, *rows: Mapping[str, str]) -> dict[str, str]:
    return {f"{group}.{at}.{name}": value for at, row in enumerate(rows) for name, value in row.items()}


MAN = {"full_name": "Lê Văn Mẫu", "role": "holder", "id_number": "370111222", "birth_year": "1960"}
WIFE = {"full_name": "Trần Thị Mẫu", "role": "spouse", "id_number": "370111223", "birth_year": "1962"}
FIRM = {"full_name": "Công ty Mẫu", "role": "organisation", "id_number": "1700123456"}
ROW = {"parcel_number": "12", "map_sheet_number": "3", "area_m2": "100", "purposes.0.name": "Đất ở", "term": "lau_dai"}


def _without(row: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [
        (_rows("owners", MAN, WIFE), [], "both have all"),
        (_rows("owners", MAN, _without(WIFE, "full_name")), ["owners"], "somebody without a name"),
        (_rows("owners", MAN, _without(WIFE, "id_number")), ["owners"], "a number that may be another's"),
        (_rows("owners", MAN, _without(WIFE, "birth_year")), ["owners"], "a year that may be another's"),
        (_rows("owners", MAN, _without(WIFE, "birth_year") | {"birth_date": "1962-01-02"}), [], "a day holds a year"),
        (_rows("owners", _without(MAN, "id_number"), _without(WIFE, "id_number")), [], "nobody has one"),
        (_rows("owners", FIRM, MAN), [], "an organisation was never born"),
        (_rows("owners", {"role": "organisation"}), ["owners"], "an office without a name"),
        (_rows("owners", MAN, WIFE, FIRM), ["owners"], "a stamp's office is no owner"),
        (_rows("parcels", ROW, ROW, ROW), [], "three rows alike"),
        (_rows("parcels", ROW, ROW, _without(ROW, "area_m2")), ["parcels"], "a row without its area"),
        (_rows("parcels", ROW, ROW | {"parcel_number": "Đất ở"}), ["parcels"], "a number that is none"),
        (_rows("parcels", ROW, _without(ROW, "term") | {"purposes.0.term": "50_nam"}), [], "a term of its purpose"),
        (_rows("changes", {"date": "2011-05-01"}, {"date": "2014-05-01"}), [], "one after the other"),
        (_rows("changes", {"date": "2014-05-01"}, {"date": "2011-05-01"}), ["changes"], "out of order"),
        ({"issue_date": "2012-01-01"} | _rows("changes", {"date": "2011-05-01"}), ["changes"], "before the issue"),
        (_rows("changes", {"date": "2011-05-01"}, {"content": "Thế chấp"}), ["changes"], "one without a day"),
        (_rows("changes", {"content": "Thế chấp"}, {"content": "Xóa thế chấp"}), [], "none has a day"),
    ],
)
def test_rows_that_do_not_fit_together(values: dict[str, str], groups: list[str], reason: str) -> None:
    """Each value by itself looks right; together they tell that something was read in the wrong place."""
    assert list(uneven_groups(values)) == groups, reason


def test_changes_out_of_order_are_doubted_and_told(make_face: MakeFace) -> None:
    """They may stand on another certificate's page; the reviewer is told why."""
    table = [
        ("IV. Những thay đổi sau khi cấp giấy chứng nhận", 200, 300),
        ("Nội dung thay đổi và cơ sở pháp lý", 442, 1478, {"cell": (0, 0, 0)}),
        ("Xác nhận của cơ quan có thẩm quyền", 1477, 1453, {"cell": (0, 0, 1)}),
        ("Thế chấp bằng quyền sử dụng đất theo hồ sơ số 12", 137, 1578, {"cell": (0, 1, 0)}),
        ("Ngày 03/04/2016", 1615, 1578, {"cell": (0, 1, 1)}),
        ("Xóa đăng ký thế chấp theo hồ sơ số 13", 137, 1943, {"cell": (0, 2, 0)}),
        ("Ngày 05/06/2014", 1615, 1943, {"cell": (0, 2, 1)}),
        ("Người được cấp giấy chứng nhận không được sửa chữa, tẩy xóa hoặc bổ sung", 200, 2900),
    ]
    record = extract([make_face(table)], "mẫu.pdf")[0][0]
    days = [field for path, field in record.fields.items() if path.startswith("changes.") and path.endswith(".date")]
    assert [field.value for field in days] == ["2016-04-03", "2014-06-05"]
    assert all(field.decision is Decision.REVIEW for field in days)
    assert "changes_uneven" in [finding.code for finding in record.findings]


@pytest.mark.parametrize(
    ("papers", "told", "reason"),
    [
        ([[(1, PINK, 1), (2, PINK, 2)]], [Mixed.NOTHING], "one certificate"),
        ([[(1, PINK, 1), (2, PINK, 4), (3, PINK, 4)]], [Mixed.NOTHING], "one with an added sheet"),
        ([[(1, PINK, 1), (2, PINK, 2)], [(3, BOOK, 2)]], [Mixed.NOTHING, Mixed.NOTHING], "one behind the other"),
        ([[(1, PINK, 1), (3, PINK, 2)], [(2, BOOK, 2)]], [Mixed.ANYTHING, Mixed.NOTHING], "one within the other"),
        ([[(1, PINK, 1), (3, PINK, 2)], [(2, PINK, 1), (4, PINK, 2)]], [Mixed.ANYTHING, Mixed.ANYTHING], "in turn"),
        ([[(1, PINK, 1), (2, PINK, 4), (2, PINK, 4)], [(3, BOOK, 2)]], [Mixed.CHANGES, Mixed.NOTHING], "two backs"),
        ([[(1, PINK, 2)], [(2, PINK, 1), (3, PINK, 2)]], [Mixed.ANYTHING, Mixed.ANYTHING], "an inner face alone"),
        ([[(1, PINK, 2)], [(2, BOOK, 2)]], [Mixed.NOTHING, Mixed.NOTHING], "of another form"),
        ([[(1, PINK, 1), (3, PINK, 2)], [(2, CARD, 1)]], [Mixed.NOTHING, Mixed.NOTHING], "a card between"),
    ],
)
def test_whose_pages_may_be_anothers(
    papers: Sequence[Sequence[tuple[int, Family, int]]],
    told: list[Mixed],
    reason: str,
    make_face: MakeFace,
) -> None:
    """Inner faces name no serial number: where the order is mixed up, nothing tells whose they are."""
    groups = [
        [(face_text(0, make_face(["a"], page=page)), FaceKind(family, number, 3.0)) for page, family, number in paper]
        for paper in papers
    ]
    assert mixed(groups) == told, reason
