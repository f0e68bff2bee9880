"""Titles of sections: what opens one, and sentences that only hold its words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ocr.grammar.flow import face_text, whole_part
from ocr.grammar.heads import head_of
from ocr.grammar.labels import HOUSE_LABELS, PARCEL_LABELS, entries, find_labels
from ocr.recognise import ReadFace


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "parcels"),  # its end is like the sketch's title
        ("I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền", "owners"),  # goes on below
        ("2. NHÀ Ở;", "house"),  # a colon read as a semicolon
        ("a) Nhà ở", "house"),  # house certificates
        ("b) Đất ở", "parcels"),
        ("IV. Những thay đổi sau khi cấp Giấy chứng nhận (tiếp theo)", "changes"),
        ("NHỮNG THAY ĐỔI SAU KHI CẤP GIẤY CHỨNG NHẬN QUYỀN SỬ", "changes"),  # red books; goes on below
        ("Những thay đổi sau khi cấp giấy chứng nhận quyền sử dụng đất", "changes"),
        ("GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", None),
        ("Được quyền sử dụng: 3.519 m2 đất, gồm 02 thửa", "parcels"),
        ("Theo bảng liệt kê dưới đây:", "parcels"),
        ("Được quyền sử dụng: ]0.884 m² đất", "parcels"),
        ("Được quyền sử dụng: 105 928,2 m2 đất, gồm O6 thửa", "parcels"),
        ("Thông tin chi tiết được thể hiện", "foot"),  # the foot's sentence, wrapped
        # A note that speaks of what a title names.
        ("Nhà ở và tài sản khác gắn liền với đất chưa chứng nhận quyền sở hữu", None),
        ("tài sản gắn liền với đất chưa đăng ký", None),
        ("đất không thu tiền sử dụng đất", None),
    ],
)
def test_what_opens_a_section(text: str, section: str | None) -> None:
    """Each title is told however it wraps; a sentence with its words is no title."""
    found = head_of(text)
    assert (found[0] if found else None) == section


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("b) Địa chỉ: Khóm 6, TT. Thứ Ba, huyện An Biên, tỉnh Kiên Giang", ["address"]),
        ("ấp Thứ Nhất, xã Tây Yên", []),
        ("Thửa đất thứ ba:", ["nth"]),
        ("STT thửa 5", ["parcel_number"]),
    ],
)
def test_places_named_like_labels(text: str, keys: list[str]) -> None:
    """The town Thứ Ba and the hamlet Thứ Nhất open no parcel."""
    assert [hit.key for hit in find_labels(text, PARCEL_LABELS)] == keys


def test_a_title_ends_at_the_rule_beside_it() -> None:
    """Rules between titles read as strokes: no wording of a neighbour runs over them."""
    titles = "Loại nhà ở | Diện tích xây dựng (m²) | Diện tích sàn (m²)| Hình thức sở hữu | Cấp (hạng)"
    keys = [hit.key for hit in find_labels(titles, HOUSE_LABELS)]
    assert keys == ["type", "built_area", "floor_area", "ownership", "grade"]


def test_what_stands_far_below_is_no_end_of_a_value(make_face: Callable[..., ReadFace]) -> None:
    """Between an address and what follows a table was taken out; its last cell must not end the address."""
    lines = [
        ("Các thửa đất tại: Thôn 6, xã Cát Chánh,", 60, 100),
        ("huyện Phù Cát", 60, 140),
        ("Được tặng cho", 710, 500),
    ]
    face = face_text(0, make_face(lines))
    pieces = [piece for line in face.lines if (piece := whole_part(line, 0, len(line.text)))]
    told = [(entry.key, entry.value.text if entry.value else None) for entry in entries(pieces, PARCEL_LABELS)]
    assert told == [("address", "Thôn 6, xã Cát Chánh huyện Phù Cát"), ("", "Được tặng cho")]
