"""What in a value's own readings speaks against it."""

from __future__ import annotations

import pytest

from certificate.geometry import Box
from certificate.record import Form
from ocr.grammar.doubts import is_doubtful
from ocr.grammar.drafts import Kind
from ocr.grammar.flow import text_line, whole
from ocr.grammar.fusion import Settled, settle
from ocr.recognise import LINENET, TESSERACT, TRUEOCR, TWIN, Line, Reading

SAID = (
    (Kind.NAME, ("Danh Cươi", "Danh Cươi", "Danh Cươl", "Danh Cươi"), True, "Khmer names end with an l that is rare"),
    (Kind.NAME, ("Danh Cươi", "Danh Cươi", "Danh Cươi", "Danh Cươi"), True, "nobody sees an l, and no list has Cươi"),
    (Kind.NAME, ("Danh Văn Hải", "Danh Văn Hải", "Danh Văn Hải", "Danh Văn Hải"), False, "a usual name"),
    (Kind.NAME, ("Lê Văn Cươi", "Lê Văn Cươi", "Lê Văn Cươi", "Lê Văn Cươi"), False, "no Khmer family"),
    (Kind.NAME, ("Thị Sốc Kha", "Thị Sóc Kha", "Thị Sóc Kha", "Thị Sốc Kha"), True, "LineNet and its twin alone"),
    (Kind.NAME, ("Thị Sóc Kha", "Thị Sóc Kha", "Thị Sốc Kha", "Thị Sốc Kha"), False, "readers of two makes"),
    (Kind.ADDRESS, ("khu phố 1, xã A", "khu phố I, xã A", "khu phố 1, xã A", "khu phố 1, xã A"), True, "one or I"),
    (Kind.NUMBER, ("712", "71 2", "71 2", "71 2"), True, "71, and a mark behind it"),
    (Kind.HOUSE, ("Cấp III", "Cấp II", "Cấp lII", "Cấp II"), True, "how many strokes"),
    (Kind.HOUSE, ("Cấp III", "Cấp III", "Cấp III", "Cấp II"), True, "the twin counts, too"),
    (Kind.HOUSE, ("Cấp III", "Cấp III", "Cấp III", "Cấp III"), False, "three strokes"),
    (Kind.ADDRESS, ("khu phố 1, xã A", "khu phố 1, xã A", "khu phố 1, xã A", "khu phố 1, xã A"), False, "a one"),
    (Kind.SERIAL, ("AH 612835", "H 612835", "H 612835", "H 612835"), True, "a letter was cut off"),
    (Kind.SERIAL, ("Số: AH 612835", "AH 612835", "AH612835", "AH 612835"), False, "the word before it"),
    (Kind.ADDRESS, ("ấp A - phường B quận C - tỉnh D",) * 4, True, "a dash was lost"),
    (Kind.ADDRESS, ("ấp A - phường B - quận C - tỉnh D",) * 4, False, "dashes between all"),
    (Kind.ADDRESS, ("ấp A, phường B quận C, tỉnh D",) * 4, False, "an address with commas"),
    (Kind.ADDRESS, ("ấp A – xã B - huyện C",) * 4, True, "dashes of two lengths"),
    (Kind.ADDRESS, ("ấp A -xã B - huyện C",) * 4, True, "a gap on one side of a dash"),
    (Kind.TEXT, ("theo trích đo số 280- 2012",) * 4, True, "a gap behind a dash within a code"),
    (Kind.ADDRESS, ("KP 2, TT. Thới Bình", "KP. 2, TT. Thới Bình", "KP 2, TT Thới Bình", "KP 2, TT. Thới Bình"), True,
     "a point lost behind a short word"),
    (Kind.ADDRESS, ("KP 2, thị trấn Thới Bình",) * 4, False, "nobody sees a point"),
    (Kind.NUMBER, ("68 B", "68 B", "68 B", "68 B"), True, "a letter by itself behind a number"),
    (Kind.REGISTER, ("CN 35228", "CÑ-35228", "CN-35228", "CN 35228"), True, "a dash that one reader lost"),
    (Kind.REGISTER, ("CH 02284", "CH O2284", "CH 2284", "CH 02284"), False, "zeros that look like letters"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "said", "doubtful", "reason"), SAID, ids=[each[3] for each in SAID])
def test_doubts(kind: Kind, said: tuple[str, ...], doubtful: bool, reason: str) -> None:
    """Each sign speaks against a value by itself, and nothing does where all say the same."""
    readings = {
        reader: Reading(text, 0.95, (0.99,) * len(text) if reader in (LINENET, TWIN) else ())
        for reader, text in zip((LINENET, TESSERACT, TRUEOCR, TWIN), said, strict=True)
    }
    line = text_line(0, 0, Line(Box(0, 0, 900, 44), readings))
    assert line is not None
    piece = whole(line)
    assert piece is not None
    assert is_doubtful(kind, piece.text, settle(kind, piece, Form.TT23_2014, None)) is doubtful, reason


@pytest.mark.parametrize(("weakest", "votes", "doubted"), [(0.7, 0.8, True), (0.9, 0.8, False), (0.7, 1.0, False)])
def test_a_letter_that_linenet_is_not_sure_of(weakest: float, votes: float, *, doubted: bool) -> None:
    """Where some look has it otherwise, too, one name in eight lacks a mark."""
    name = "Hồ Thúy Phi"
    settled = Settled(name, name, {LINENET: name}, True, votes, 0.9, 1.0, 3, 0.0, 0.0, weakest=weakest, backers=1.0)
    assert is_doubtful(Kind.NAME, name, settled) is doubted


@pytest.mark.parametrize(("number", "doubted"), [("CH001635", True), ("CH007635", False)])
def test_digits_that_one_reader_alone_gives(number: str, *, doubted: bool) -> None:
    """A register number that has the digits of TrueOCR only, where LineNet has others."""
    said = {LINENET: "CH007635", TESSERACT: "CH00†635", TRUEOCR: "CH001635", TWIN: "CH007635"}
    settled = Settled(number, number, said, False, 0.5, 0.9, 1.0, 4, 0.0, 0.0, weakest=0.54, backers=0.3)
    assert is_doubtful(Kind.REGISTER, number, settled) is doubted
