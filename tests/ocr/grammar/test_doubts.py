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
