"""The signer's name: which line it is, when it is looked at again, and how it is spelt where it is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from rapidfuzz.distance import Levenshtein

from certificate.geometry import Box
from certificate.record import Decision, Form
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.fields import FieldMaker
from ocr.grammar.flow import FaceText, TextLine, face_text, whole
from ocr.grammar.hidden_titles import hidden_title
from ocr.grammar.letters import fold
from ocr.grammar.name_spelling import spelt_name
from ocr.grammar.signer import find_name, name_worth
from ocr.recognise import LINENET, TRUEOCR, WEIGHED, Hidden, Line, Look, ReadFace, Reading, Unveiled

MakeFace = Callable[..., ReadFace]
AXIS, PLACE = 1700, Box(1500, 2560, 1900, 2604)


def _line(text: str, top: int, *, half: int = 200, sure: float = 0.99, trueocr: str | None = None) -> Line:
    box = Box(AXIS - half, top, AXIS + half, top + 44)
    letters = (sure,) * len(text)
    return Line(box, {LINENET: Reading(text, sure, letters), TRUEOCR: Reading(trueocr or text, 0.9)})


def _look(line: Line, likely: Mapping[str, float] | None = None) -> Look:
    """A look whose print is as likely as told; other texts are far less so."""
    return Look(line, lambda texts: [(likely or {}).get(text, -40.0) for text in texts])


def _unveils(looks: Sequence[Look], asked: list[Hidden]) -> Callable[[Hidden], Unveiled]:
    def unveil(hidden: Hidden) -> Unveiled:
        asked.append(hidden)
        found = {look.line.box: look for look in looks}
        return Unveiled(tuple(look.line for look in looks), found.get)

    return unveil


def _face(make_face: MakeFace, lines: Sequence[Line], **hooks: object) -> FaceText:
    face = make_face([], **hooks)
    return face_text(0, type(face)(**{**face.__dict__, "lines": tuple(lines)}))


TITLE = _line("CHỦ TỊCH", 2120)


def _name(face: FaceText) -> TextLine | None:
    above = [line for line in face.lines if line.box.top <= TITLE.box.top]
    return find_name(face, [line for line in face.lines if line not in above], above, lambda _: False)


def test_a_name_that_nothing_hides_is_not_looked_at_again(make_face: MakeFace) -> None:
    """Whole on its axis, its letters sure, or likely and read alike: no further look is paid for."""
    asked: list[Hidden] = []
    for line in (_line("Nguyễn Văn An", 2560, trueocr="Nguyễn Vân An"), _line("Nguyễn Văn An", 2560, sure=0.8)):
        assert _name(_face(make_face, [TITLE, line], unveil=_unveils([], asked))) is not None
    found = _name(_face(make_face, [TITLE, _line("Nguyễn Văn An", 2560)], unveil=_unveils([], asked)))
    assert found is not None
    assert found.text == "Nguyễn Văn An"
    assert asked == []


@pytest.mark.parametrize(
    "line",
    [
        _line("Nguyễn Văn An", 2560, sure=0.6),  # A letter is unsure.
        _line("Nguyễn Văn An", 2560, sure=0.8, trueocr="Nguyễn Vân An"),  # The readers differ, too.
        Line(Box(1600, 2560, 2000, 2604), _line("Nguyễn Văn An", 2560).readings),  # Off its axis.
    ],
)
def test_a_doubtful_name_is_looked_at_again(make_face: MakeFace, line: Line) -> None:
    """What is unveiled there takes its place; where nothing is, it stays."""
    asked: list[Hidden] = []
    better = _look(_line("Nguyễn Văn Ân", 2560), {"Nguyễn Văn Ân": -0.1})
    found = _name(_face(make_face, [TITLE, line], unveil=_unveils([better], asked)))
    assert found is not None
    assert found.readings[WEIGHED] == "Nguyễn Văn Ân"
    assert asked[0].axis_px == pytest.approx(AXIS)
    assert line.box in asked[0].known
    assert asked[0].region.top >= TITLE.box.bottom
    stays = _name(_face(make_face, [TITLE, line], unveil=_unveils([], [])))
    assert stays is not None
    assert stays.line is line


def test_a_name_of_which_nothing_good_was_found_is_sought_everywhere(make_face: MakeFace) -> None:
    """The second search steps down the whole place; a scrap of a signature is no name after it either."""
    asked: list[Hidden] = []
    scrap = _look(_line("Cao cn", 2560, sure=0.3))
    assert _name(_face(make_face, [TITLE], unveil=_unveils([scrap], asked))) is None
    assert [hidden.everywhere for hidden in asked] == [False, True]


def test_a_family_name_like_the_word_in_a_seal_is_a_name(make_face: MakeFace) -> None:
    """``Mâu Thị Giang`` is a person, ``MẪU`` and what readers make of it are not."""

    def worth(text: str) -> float:
        (line,) = face_text(0, type(make_face([]))(**{**make_face([]).__dict__, "lines": (_line(text, 2560),)})).lines
        return name_worth(line, float(AXIS))

    assert worth("Mâu Thị Giang") > 2.5
    assert worth("Mâu Mâu") < 0
    assert worth("MẪU SỐ") < 0


def _alike(text: str, said: str) -> float:
    return -1.5 * Levenshtein.distance(text, said) - 3.0 * Levenshtein.distance(fold(text), fold(said))


def _said(*texts: str) -> Look:
    """A look at a line of which these texts were read, the first by LineNet; marks that differ cost little."""
    names = [LINENET, TRUEOCR, "linenet/soft", "linenet/hard"]
    readings = {name: Reading(text, 0.6) for name, text in zip(names, texts, strict=False)}

    def likely(asked: Sequence[str]) -> list[float]:
        return [max(_alike(text, said) for said in texts) for text in asked]

    return Look(Line(PLACE, readings), likely)


def test_of_readings_alike_the_usual_name_is_taken() -> None:
    """Where the print leaves a mark open, names that there are decide."""
    assert spelt_name(_said("Lưu Duy Báo", "Lưu Duy Bảo")) == "Lưu Duy Bảo"
    assert spelt_name(_said("LƯU DUY BÁO", "LƯU DUY BẢO")) == "LƯU DUY BẢO"


def test_marks_that_no_look_saw_may_be_put_where_print_allows_it() -> None:
    """ "Huẫn" is no name that there is; "Huấn" has its letters and the print hardly speaks against it."""
    assert spelt_name(_said("Nguyễn Quyết Huẫn")) == "Nguyễn Quyết Huấn"


def test_clear_print_is_stronger_than_what_is_usual() -> None:
    """A rare name that stands there clearly stays as printed."""
    clear = Look(
        Line(PLACE, {LINENET: Reading("Lý Thị Mơi", 0.99)}),
        lambda texts: [0.0 if t == "Lý Thị Mơi" else -25.0 for t in texts],
    )
    assert spelt_name(clear) == "Lý Thị Mơi"


def test_a_letter_that_a_stroke_took_comes_back_by_the_family_names() -> None:
    """``N uyễn`` is put together and mended; strokes read as a word at the end are left out."""
    assert spelt_name(_said("N uyễn Anh Khải")) == "Nguyễn Anh Khải"
    assert spelt_name(_said("É Bành Văn Thanh")) == "Bành Văn Thanh"


def test_a_line_without_words_is_no_name() -> None:
    """Neither is one word."""
    assert spelt_name(_said("12 / 5")) is None
    assert spelt_name(_said("Thành")) is None


def _field(make_face: MakeFace, readings: Mapping[str, Reading]) -> tuple[str | None, Decision, Sequence[str]]:
    face = _face(make_face, [TITLE, Line(PLACE, readings)])
    maker = FieldMaker([face], Form.TT23_2014)
    field = maker.make(Draft("signer_name", Kind.NAME, whole(face.lines[-1])))
    return field.value, field.decision, field.findings


def test_a_name_that_only_the_list_supports_waits_for_a_person(make_face: MakeFace) -> None:
    """However sure the readers are of another spelling; and it says that the list put it so."""
    sure = (0.99,) * len("Lưu Duy Báo")
    read = {LINENET: Reading("Lưu Duy Báo", 0.99, sure), TRUEOCR: Reading("Lưu Duy Báo", 0.99)}
    value, decision, findings = _field(make_face, {**read, WEIGHED: Reading("Lưu Duy Bảo", 0.0)})
    assert value == "Lưu Duy Bảo"
    assert decision is Decision.REVIEW
    assert "corrected_by_list" in findings


def test_a_name_that_a_look_gave_is_no_correction(make_face: MakeFace) -> None:
    """It was read, if only once, so nothing was corrected; one reader alone is not enough to accept it."""
    read = {LINENET: Reading("Lưu Duy Báo", 0.9), "linenet/hard": Reading("Lưu Duy Bảo", 0.9)}
    value, decision, findings = _field(make_face, {**read, WEIGHED: Reading("Lưu Duy Bảo", 0.0)})
    assert value == "Lưu Duy Bảo"
    assert decision is Decision.REVIEW
    assert "corrected_by_list" not in findings


def _title(make_face: MakeFace, likely: Mapping[str, float], read: str, above: Sequence[Line]) -> TextLine | None:
    look = _look(Line(PLACE, {LINENET: Reading(read, 0.5)}), likely)
    face = _face(make_face, above, unveil=_unveils([look], []))
    return hidden_title(face, PLACE, face.lines, (PLACE,))


OFFICE = _line("TM. ỦY BAN NHÂN DÂN HUYỆN AN BIÊN", 2480, half=400)


def test_a_title_under_a_seal_is_told_by_the_titles_there_are(make_face: MakeFace) -> None:
    """LineNet read strokes of the ring, but the title is nearly as likely as they are."""
    found = _title(make_face, {"CHỦ TỊCH": -9.0, "55AM QỘC": -6.0}, "55AM QỘC", [OFFICE])
    assert found is not None
    assert found.text == "CHỦ TỊCH"
    assert found.line.readings[LINENET].confidence < 0.5


def test_strokes_of_a_signature_are_no_title(make_face: MakeFace) -> None:
    """The likeliest title is far less likely than what stands there."""
    assert _title(make_face, {"CHỦ TỊCH": -30.0, "Nh92100": -6.0}, "Nh92100", [OFFICE]) is None


def test_after_kt_only_a_deputy_follows(make_face: MakeFace) -> None:
    """``KT. CHỦ TỊCH`` is followed by ``PHÓ``, whatever else is like the print."""
    kt = _line("KT. CHỦ TỊCH", 2500)
    found = _title(
        make_face, {"CHỦ TỊCH": -1.0, "PHÓ CHỦ TỊCH": -3.0, "HO CHỦ TỊCH": -1.0}, "HO CHỦ TỊCH", [OFFICE, kt]
    )
    assert found is not None
    assert found.text == "PHÓ CHỦ TỊCH"


def test_of_two_spacings_alike_the_usual_is_taken(make_face: MakeFace) -> None:
    """A space behind a point is seldom clear under a ring; a clear one is kept as printed."""
    found = _title(make_face, {"KT.CHỦ TỊCH": -2.0, "KT. CHỦ TỊCH": -3.0}, "KTCHỦ TỊCH", [OFFICE])
    assert found is not None
    assert found.text == "KT. CHỦ TỊCH"
    found = _title(make_face, {"KT.CHỦ TỊCH": -2.0, "KT. CHỦ TỊCH": -20.0}, "KTCHỦ TỊCH", [OFFICE])
    assert found is not None
    assert found.text == "KT.CHỦ TỊCH"
