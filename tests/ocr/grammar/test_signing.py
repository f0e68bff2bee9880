"""The block of the signature: wrapped dates, titles under seals, names that were missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from certificate.geometry import Box
from certificate.places import Era, communes
from ocr.grammar.flow import FaceText, TextLine, face_text
from ocr.grammar.sections import opens_signature
from ocr.grammar.signing import Signing, date_line, read_block, read_date_line, signing_drafts
from ocr.recognise import LINENET, Hidden, Line, Look, ReadFace, Reading, Unveiled

MakeFace = Callable[..., ReadFace]
LEFT = 1300


def _centred(text: str, top: int, **more: object) -> tuple[str, int, int, dict[str, object]]:
    return text, LEFT + 400 - 10 * len(text), top, more


def _block(face: FaceText) -> Signing:
    dated = date_line(face)
    assert dated is not None
    return read_block(face, dated)


def test_a_date_that_goes_on_below(make_face: MakeFace) -> None:
    """The year on a line of its own still belongs to the date, and authority and titles to the block."""
    face = face_text(0, make_face([
        _centred("Kiến Xương, ngày 05 tháng 12 năm", 2000), _centred("2013", 2060),
        _centred("T/M ỦY BAN NHÂN DÂN HUYỆN KIẾN", 2120), _centred("XƯƠNG", 2180),
        _centred("KT. CHỦ TỊCH", 2240), _centred("PHÓ CHỦ TỊCH", 2300), _centred("Nguyễn Văn Miên", 2700),
    ]))  # fmt: skip
    block = _block(face)
    assert block.date.date.text == "05 tháng 12 năm 2013" or block.date.date.text.endswith("2013")
    assert block.date.place is not None
    assert block.date.place.text == "Kiến Xương"
    assert [line.text for line in block.authority] == ["T/M ỦY BAN NHÂN DÂN HUYỆN KIẾN", "XƯƠNG"]
    assert [line.text for line in block.titles] == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert block.name is not None
    assert block.name.text == "Nguyễn Văn Miên"


def test_a_date_that_goes_on_beside(make_face: MakeFace) -> None:
    """The detector cut the line before the year."""
    face = face_text(0, make_face([
        ("Lai Vung, ngày 03 tháng 05 năm", 845, 2000), ("2011", 1460, 2001), ("CHỦ TỊCH", 1000, 2070),
    ]))  # fmt: skip
    assert face.lines[0].box.right < face.lines[1].box.left < face.lines[0].box.right + 45
    block = _block(face)
    assert block.date.date.text.endswith("2011")
    assert block.date.place is not None
    assert block.date.place.text == "Lai Vung"


@pytest.mark.parametrize("hidden", ["g) CHỦ mỊCH", "TẬM ĐỐC", "GIÁM TRỢ"])
def test_a_title_under_the_seal_is_no_part_of_the_authority(make_face: MakeFace, hidden: str) -> None:
    """Under an authority that the lists know whole, a garbled line that is like a title is one."""
    face = face_text(0, make_face([
        _centred("Phú Thọ, ngày 06 tháng 03 năm 2019", 2000), _centred("ỦY BAN NHÂN DÂN HUYỆN PHÙ NINH", 2060),
        _centred(hidden, 2120, handwritten=0.9),
    ]))  # fmt: skip
    block = _block(face)
    assert [line.text for line in block.authority] == ["ỦY BAN NHÂN DÂN HUYỆN PHÙ NINH"]
    assert [line.text for line in block.titles] == [hidden]


def test_a_name_that_was_missed_is_sought_on_the_axis(make_face: MakeFace) -> None:
    """Where no line below the titles is a name, the face is searched there."""
    asked: list[Hidden] = []
    line = Line(Box(LEFT + 200, 2600, LEFT + 600, 2644), {LINENET: Reading("Bạch Hải Doanh", 0.9)})

    def unveil(hidden: Hidden) -> Unveiled:
        asked.append(hidden)
        return Unveiled((line,), lambda _box: Look(line, lambda texts: [0.0] * len(texts)))

    lines: list[Any] = [
        _centred("An Biên, ngày 22 tháng 12 năm 2010", 2000), _centred("TM. ỦY BAN NHÂN DÂN HUYỆN AN BIÊN", 2060),
        _centred("CHỦ TỊCH", 2120),
    ]  # fmt: skip
    block = _block(face_text(0, make_face(lines, unveil=unveil)))
    assert block.name is not None
    assert block.name.text == "Bạch Hải Doanh"
    (hidden,) = asked
    assert hidden.region.top >= 2120
    assert hidden.region.left < hidden.axis_px < hidden.region.right
    assert hidden.axis_px == pytest.approx(LEFT + 400, abs=30)


@pytest.mark.parametrize("found", [True, False])
def test_a_deputys_title_that_was_missed_is_sought_under_kt(make_face: MakeFace, found: bool) -> None:
    """``KT. CHỦ TỊCH`` never stands alone; where the row below shows no title, it stays as it is."""
    asked: list[Hidden] = []
    box = Box(LEFT + 250, 2180, LEFT + 550, 2224)
    line = Line(box, {LINENET: Reading("PHỘ CHỦ TỊCH" if found else "Hồ Văn An", 0.6)})

    def unveil(hidden: Hidden) -> Unveiled:
        asked.append(hidden)
        near = hidden.region.top < box.top < hidden.region.bottom
        likely = {"PHỘ CHỦ TỊCH": -1.0, "PHÓ CHỦ TỊCH": -3.0 if found else -30.0, "Hồ Văn An": -1.0}
        return Unveiled(
            (line,) if near else (),
            lambda _box: Look(line, lambda texts: [likely.get(text, -40.0) for text in texts]),
        )

    block = _block(face_text(0, make_face([
        _centred("An Biên, ngày 22 tháng 12 năm 2010", 2000), _centred("UBND HUYỆN AN BIÊN", 2060),
        _centred("KT. CHỦ TỊCH", 2120), _centred("Nguyễn Văn An", 2500),
    ], unveil=unveil)))  # fmt: skip
    assert [title.text for title in block.titles] == ["KT. CHỦ TỊCH", *(["PHÓ CHỦ TỊCH"] if found else [])]


def test_what_stands_inside_a_specimen_seal_is_no_name(make_face: MakeFace) -> None:
    """``MẪU`` in a seal, read twice or with a scrap, never becomes the signer."""
    face = face_text(0, make_face([
        _centred("An Biên, ngày 22 tháng 12 năm 2010", 2000), _centred("UBND HUYỆN AN BIÊN", 2060),
        _centred("CHỦ TỊCH", 2120), _centred("Mâu Mâu", 2300),
    ]))  # fmt: skip
    assert _block(face).name is None


@pytest.mark.parametrize("behalf", ["TM.", "T/M", "TÀ.", "TÀA.", "IM."])
def test_the_authority_stands_without_on_behalf_of(make_face: MakeFace, behalf: str) -> None:
    """However ``TM.`` was read under a ring, it is no part of the committee's name."""
    face = face_text(0, make_face([
        _centred("Diên Khánh, ngày 31 tháng 03 năm 2014", 2000),
        _centred(f"{behalf} ỦY BAN NHÂN DÂN HUYỆN DIÊN KHÁNH", 2060), _centred("CHỦ TỊCH", 2120),
    ]))  # fmt: skip
    texts = {draft.path: draft.piece.text for draft in signing_drafts(_block(face)) if draft.piece}
    assert texts["issuing_authority"] == "ỦY BAN NHÂN DÂN HUYỆN DIÊN KHÁNH"


def test_the_place_of_an_office_is_no_title_under_a_seal(make_face: MakeFace) -> None:
    """The second line of an office's name goes with the first, however a pen across it looks."""
    face = face_text(0, make_face([
        _centred("Hà Tiên, ngày 06 tháng 03 năm 2026", 2000), _centred("CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", 2060),
        _centred("KHU VỰC TÔ CHÂU", 2120, handwritten=0.9), _centred("KT. GIÁM ĐỐC", 2180),
    ]))  # fmt: skip
    block = _block(face)
    assert [line.text for line in block.authority] == ["CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "KHU VỰC TÔ CHÂU"]
    assert [line.text for line in block.titles] == ["KT. GIÁM ĐỐC"]


def test_every_commune_may_be_where_a_certificate_was_signed(make_face: MakeFace) -> None:
    """Nga Thắng is no month, Tân Lập nothing drawn up and Tam Kỳ nothing signed; only Tư alone may be "từ"."""
    communes_named = {
        f"Phường {place.name}" if place.name[0].isdigit() else place.name
        for era in Era
        for place in communes(era)
        if len(place.name) > 1
    }
    names = sorted(name[:1].upper() + name[1:] for name in communes_named | {"Tam Kỳ", "Đại Từ"})
    lost = [
        name
        for name in names
        if not (found := read_date_line(_line(make_face, f"{name}, ngày 31 tháng 07 năm 2026")))
        or found.place is None
        or found.place.text != name
    ]
    assert lost == ["Tư"]


@pytest.mark.parametrize(
    "text",
    ["sử dụng đến ngày 12 tháng 5 năm 2043", "Cấp ngày 12 tháng 5 năm 2015", "Hết hạn ngày 12 tháng 5 năm 2015",
     "Quyết định lập ngày 12 tháng 5 năm 2015", "Từ tháng năm, ngày 12 tháng 5 năm 2015"],
)  # fmt: skip
def test_other_dates_are_not_where_it_was_signed(make_face: MakeFace, text: str) -> None:
    """The end of a sentence before a date is no place."""
    found = read_date_line(_line(make_face, text))
    assert found is None or found.place is None


def _line(make_face: MakeFace, text: str) -> TextLine:
    (line,) = face_text(0, make_face([_centred(text, 2000)])).lines
    return line


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ú Quốc, ngày 22 tháng 10 năm 2010", "ú Quốc"),  # its first letters lie under the seal
        ("tại Phú Quốc, ngày 22 tháng 10 năm 2010", None),
        ("từ Phú Quốc, ngày 22 tháng 10 năm 2010", None),
    ],
)
def test_a_place_cut_by_a_seal(text: str, place: str | None, make_face: MakeFace) -> None:
    """A scrap before a capital is the end of the place's first word, unless it is a small word of a sentence."""
    found = read_date_line(_line(make_face, text))
    assert (found.place.text if found and found.place else None) == place


def test_the_place_that_ends_so() -> None:
    """One place alone ends with what the seal left."""
    from ocr.grammar.place_names import mend_place

    assert mend_place("ú Quốc") == ("Phú Quốc", False)
    assert mend_place("n Hòa")[0] != "Tân Hòa"  # many end so


def test_a_date_without_a_place_over_an_office_opens_the_block(make_face: MakeFace) -> None:
    """Some offices print no place; the block was lost, and its date went to the notes."""
    face = face_text(0, make_face([
        ("6. Ghi chú: Thửa đất chưa đo đạc chính quy", 200, 1900), _centred("Ngày 09 tháng 01 năm 2025", 2000),
        _centred("CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", 2060), _centred("HUYỆN AN MINH", 2120),
        _centred("GIÁM ĐỐC", 2180), _centred("Võ Văn Hoàn", 2500),
    ]))  # fmt: skip
    block = _block(face)
    assert block.date.place is None
    assert block.date.line.text == "Ngày 09 tháng 01 năm 2025"
    assert next(line.text for line in block.authority) == "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI"
    assert opens_signature(block.date.line, face, face.lines[0])


def test_a_date_that_a_sentence_ends_with_opens_no_block(make_face: MakeFace) -> None:
    """It stands alone in its line, too, but over no office."""
    face = face_text(0, make_face([("Ngày 09 tháng 01 năm 2025", 200, 2000), ("của Chủ tịch huyện", 200, 2060)]))
    assert date_line(face) is None


def test_a_name_that_begins_like_a_title_is_none(make_face: MakeFace) -> None:
    """ "Trương Thị Ngân" was taken for "TRƯỞNG PHÒNG", and the certificate had no signer."""
    face = face_text(0, make_face([
        _centred("Kiên Giang, ngày 02 tháng 05 năm 2012", 2000), _centred("TM. ỦY BAN NHÂN DÂN HUYỆN VĨNH THUẬN", 2060),
        _centred("CHỦ TỊCH", 2120), _centred("Trương Thị Ngân", 2400),
    ]))  # fmt: skip
    name = _block(face).name
    assert name is not None
    assert name.text == "Trương Thị Ngân"


def test_an_office_in_small_letters_under_a_date_alone(make_face: MakeFace) -> None:
    """ "Ủy ban nhân dân huyện Tân Hiệp", centred further right than sentences begin."""
    face = face_text(0, make_face([
        _centred("Ngày 21 tháng 01 năm 2010", 2000), _centred("T/M Ủy ban nhân dân huyện Tân Hiệp", 2060),
        _centred("Chủ tịch", 2120), _centred("Danh Ngọc Hiếu", 2400),
    ]))  # fmt: skip
    assert [line.text for line in _block(face).authority] == ["T/M Ủy ban nhân dân huyện Tân Hiệp"]


def test_a_term_of_use_is_no_place_and_date(make_face: MakeFace) -> None:
    """ "e) Thời hạn sử dụng đấtĐến ngày 15/10/2043" was accepted as the day of issue."""
    face = face_text(0, make_face([("e Thời hạn sử dụng đấtĐến ngày 15/10/2043", 200, 900)]))
    assert date_line(face) is None
