"""The block of the signature: wrapped dates, titles under seals, names that were missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from certificate.geometry import Box
from ocr.grammar.flow import FaceText, face_text
from ocr.grammar.lexicon import plain_surnames
from ocr.grammar.signing import Signing, date_line, read_block
from ocr.recognise import TESSERACT, Line, ReadFace, Reading

MakeFace = Callable[..., ReadFace]
LEFT = 1300


def _centred(text: str, top: int, **more: object) -> tuple[str, int, int, dict[str, object]]:
    return text, LEFT + 400 - 10 * len(text), top, more


def _block(face: FaceText) -> Signing:
    dated = date_line(face)
    assert dated is not None
    return read_block(face, dated, plain_surnames())


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
    """Where no line below the titles is a name, the face is searched there, and only there."""
    asked: list[tuple[Box, float, float]] = []

    def seek(region: Box, axis_px: float, height_px: float) -> tuple[Line, ...]:
        asked.append((region, axis_px, height_px))
        return (Line(Box(LEFT + 200, 2600, LEFT + 600, 2644), {TESSERACT: Reading("Bạch Hải Doanh", 0.9)}),)

    lines: list[Any] = [
        _centred("An Biên, ngày 22 tháng 12 năm 2010", 2000), _centred("TM. ỦY BAN NHÂN DÂN HUYỆN AN BIÊN", 2060),
        _centred("CHỦ TỊCH", 2120),
    ]  # fmt: skip
    block = _block(face_text(0, make_face(lines, seek=seek)))
    assert block.name is not None
    assert block.name.text == "Bạch Hải Doanh"
    ((region, axis, _),) = asked
    assert region.top >= 2120
    assert region.left < axis < region.right
    assert axis == pytest.approx(LEFT + 400, abs=30)
    _block(face_text(0, make_face([*lines, _centred("Nguyễn Văn An", 2500)], seek=seek)))
    assert len(asked) == 1


def test_what_stands_inside_a_specimen_seal_is_no_name(make_face: MakeFace) -> None:
    """``MẪU`` in a seal, read twice or with a scrap, never becomes the signer."""
    face = face_text(0, make_face([
        _centred("An Biên, ngày 22 tháng 12 năm 2010", 2000), _centred("UBND HUYỆN AN BIÊN", 2060),
        _centred("CHỦ TỊCH", 2120), _centred("Mâu Mâu", 2300),
    ]))  # fmt: skip
    assert _block(face).name is None
