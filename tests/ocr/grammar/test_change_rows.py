"""Changes and their days where the rules of the table were found differently on both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ocr.grammar.changes import read_changes
from ocr.grammar.flow import face_text, whole_part
from ocr.grammar.sections import split_sections
from ocr.recognise import ReadFace

MakeFace = Callable[..., ReadFace]
TITLES = [
    ("Nội dung thay đổi và cơ sở pháp lý", 442, 1478, {"cell": (0, 0, 0)}),
    ("Xác nhận của cơ quan có thẩm quyền", 1477, 1453, {"cell": (0, 0, 1)}),
]
FIRST = ["Chuyển nhượng quyền sử dụng đất cho bà Đỗ Nhật Thủy, sinh", "năm 1971; theo hồ sơ số 1056."]
SECOND = ["Thừa kế quyền sử dụng đất cho bà Trần Bảo Vy, CCCD số", "091178985384; theo hồ sơ số 6271."]


def _changes(make_face: MakeFace, cells: list[tuple[int, int]]) -> list[tuple[str | None, str | None]]:
    """The days and texts read from two changes whose texts and days lie in these rows of cells."""
    lines: list[Any] = list(TITLES)
    for top, texts, day, (row, day_row) in zip(
        (1578, 1943), (FIRST, SECOND), ("Ngày 10/08/2017", "Ngày 29/01/2019"), cells, strict=True
    ):
        lines += [(text, 137, top + 56 * n, {"cell": (0, row, 0)}) for n, text in enumerate(texts)]
        lines.append((day, 1615, top, {"cell": (0, day_row, 1)}))
        lines.append(("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", 1462, top + 50, {"cell": (0, day_row, 1)}))
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines if (piece := whole_part(line, 0, len(line.text)))]
    found = {draft.path: draft.piece.text for draft in read_changes([face], pieces) if draft.piece}
    count = len({path.split(".")[1] for path in found})
    return [(found.get(f"changes.{n}.date"), found.get(f"changes.{n}.content")) for n in range(count)]


@pytest.mark.parametrize(
    "cells",
    [
        [(1, 1), (2, 2)],
        [(1, 1), (2, 1)],  # the rule across was lost on the right
        [(1, 2), (2, 2)],  # and the upper row's cell with it
        [(1, 2), (3, 4)],  # it was found a little higher on the left
    ],
)
def test_each_change_has_its_own_day(make_face: MakeFace, cells: list[tuple[int, int]]) -> None:
    """What begins at the same height belongs together; no change without text is made up."""
    found = _changes(make_face, cells)
    assert [(date[-10:] if date else None, text and text[:14]) for date, text in found] == [
        ("10/08/2017", "Chuyển nhượng "), ("29/01/2019", "Thừa kế quyền "),
    ]  # fmt: skip


@pytest.mark.parametrize("stamp", ["CHỨNG THỰC BẢN SAO", "Kho 3, kệ 19", "Hộp 88 - 9S 327", "SAO Y BẢN CHÍNH"])
def test_a_stamp_on_the_back_is_no_change(make_face: MakeFace, stamp: str) -> None:
    """Of a certified copy, of the archive's shelf, of a book's number; its day is no change's either."""
    lines: list[Any] = [
        *TITLES,
        (stamp, 137, 1578, {"cell": (0, 1, 0)}),
        ("Ngày 02/09/2013", 1615, 1578, {"cell": (0, 1, 1)}),
    ]
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines if (piece := whole_part(line, 0, len(line.text)))]
    assert read_changes([face], pieces) == []


def test_what_a_stamp_left_among_the_titles_is_no_change(make_face: MakeFace) -> None:
    """Else all changes behind it would move up by one."""
    lines: list[Any] = [
        *TITLES, ("[ hg 9i vycun s", 900, 1470, {"cell": (0, 0, 0)}),
        (FIRST[0], 137, 1578, {"cell": (0, 1, 0)}), (FIRST[1], 137, 1634, {"cell": (0, 1, 0)}),
        ("Ngày 10/08/2017", 1615, 1578, {"cell": (0, 1, 1)}),
    ]  # fmt: skip
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines if (piece := whole_part(line, 0, len(line.text)))]
    assert [draft.path for draft in read_changes([face], pieces)] == ["changes.0.date", "changes.0.content"]


@pytest.mark.parametrize(("day", "paths"), [("Ngày 02/09/2013", ["changes.0.date"]), (None, [])])
def test_a_number_alone_is_no_text(make_face: MakeFace, day: str | None, paths: list[str]) -> None:
    """Beside a day it may be all that was read of a change, which a person must see; else it is a stamp."""
    lines: list[Any] = [*TITLES, ("924/2014", 137, 1578, {"cell": (0, 1, 0)})]
    lines += [(day, 1615, 1578, {"cell": (0, 1, 1)})] if day else []
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines if (piece := whole_part(line, 0, len(line.text)))]
    drafts = read_changes([face], pieces)
    assert [draft.path for draft in drafts] == paths
    assert all(draft.doubted for draft in drafts)


def test_a_change_that_tells_of_a_certified_contract_is_kept(make_face: MakeFace) -> None:
    """It begins like a stamp, and goes on."""
    text = "Chứng thực hợp đồng chuyển nhượng quyền sử dụng đất cho ông Võ Nam; theo hồ sơ số 5"
    lines: list[Any] = [
        *TITLES,
        (text, 137, 1578, {"cell": (0, 1, 0)}),
        ("Ngày 02/09/2013", 1615, 1578, {"cell": (0, 1, 1)}),
    ]
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines if (piece := whole_part(line, 0, len(line.text)))]
    assert [draft.path for draft in read_changes([face], pieces)] == ["changes.0.date", "changes.0.content"]


def test_a_title_that_wraps_and_a_notice_before_a_change_are_none_of_it(make_face: MakeFace) -> None:
    """ "... GIẤY / CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT" and "Tiếp theo trang 3" stand over the first change."""
    back = make_face(
        [
            ("NHỮNG THAY ĐỔI SAU KHI CẤP GIẤY", 500, 100),
            ("CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", 500, 160),
            ("Tiếp theo trang 3", 137, 1500, {"cell": (0, 1, 0)}),
            *((text, 137, 1578 + 56 * n, {"cell": (0, 1, 0)}) for n, text in enumerate(FIRST)),
            ("Ngày 10/08/2017", 1615, 1578, {"cell": (0, 1, 1)}),
        ]
    )
    text = face_text(0, back)
    told = split_sections([text], frozenset())["changes"]
    found = {draft.path: draft.piece.text for draft in read_changes([text], told) if draft.piece}
    assert found["changes.0.content"].startswith("Chuyển nhượng quyền sử dụng đất cho bà")
    assert "changes.1.content" not in found
