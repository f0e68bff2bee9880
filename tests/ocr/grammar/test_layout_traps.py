"""What another hand's layouts led astray: each once read wrongly with every reader agreeing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from certificate.geometry import Box
from certificate.record import Decision, Form
from ocr.grammar.changes import read_changes
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.extract import _quick, extract
from ocr.grammar.fields import FieldMaker
from ocr.grammar.flow import Piece, Run, face_text, whole_part
from ocr.grammar.forms import face_kind
from ocr.grammar.heads import head_of
from ocr.grammar.house import read_house
from ocr.grammar.issue import serial_draft
from ocr.grammar.normal import normalise
from ocr.grammar.offices import AUTHORITY_HEADS, mend_office
from ocr.grammar.parcels import read_parcels
from ocr.grammar.register import register_draft
from ocr.grammar.sections import split_sections
from ocr.grammar.signing import date_line
from ocr.recognise import LINENET, TRUEOCR, Line, ReadFace, Reading
from tests.ocr.grammar.conftest import values_of

MakeFace = Callable[..., ReadFace]
MakePieces = Callable[[Sequence[str]], list[Piece]]


def test_purposes_one_under_another(make_pieces: MakePieces) -> None:
    """Each line names a purpose and ends with its area; the raised two parts them."""
    found = values_of(
        read_parcels(
            make_pieces(
                [
                    "a) Thửa đất số: 12, tờ bản đồ số: 3",
                    "đ) Mục đích sử dụng:",
                    "Đất ở tại nông thôn 300,0 m²",
                    "Đất trồng cây lâu năm 1384,2 m²",
                    "e) Thời hạn sử dụng: Đất ở tại nông thôn: Lâu dài; Đất trồng cây lâu năm: 50 năm",
                ]
            )
        )
    )
    assert found["parcels.0.purposes.0.area_m2"] == "300.0"
    assert found["parcels.0.purposes.1.name"] == "Đất trồng cây lâu năm"
    assert found["parcels.0.purposes.1.term"] == "50_nam"
    assert "parcels.0.term" not in found


def test_a_colon_read_as_a_semicolon_parts_no_purpose_from_its_term(make_pieces: MakePieces) -> None:
    """ "Đất ở; lâu dài" is one part of the terms."""
    found = values_of(
        read_parcels(
            make_pieces(
                [
                    "a) Thửa đất số: 12, tờ bản đồ số: 3",
                    "đ) Mục đích sử dụng: Đất ở tại đô thị 50,0 m²; đất trồng cây lâu năm 652,8 m²",
                    "e) Thời hạn sử dụng: Đất ở tại đô thị; lâu dài; Đất trồng cây lâu năm: Đến ngày 10/01/2049",
                ]
            )
        )
    )
    assert found["parcels.0.purposes.0.term"] == "lau_dai"
    assert found["parcels.0.purposes.1.term"] == "2049-01-10"


def test_terms_of_purposes_that_were_not_parted_are_doubted(make_pieces: MakePieces) -> None:
    """A second purpose in the term, and no second purpose above: one of both was cut wrongly."""
    lines = ["a) Thửa đất số: 12", "e) Thời hạn sử dụng: Đất ở: lâu dài; Đất trồng cây lâu năm: đến ngày 10/05Dnng"]
    term = next(draft for draft in read_parcels(make_pieces(lines)) if draft.path == "parcels.0.term")
    assert term.doubted


def test_a_title_of_another_paper(make_face: MakeFace) -> None:
    """An excerpt of the cadastral map speaks of land in a certificate's words and is none."""
    face = make_face(
        [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "TRÍCH LỤC BẢN ĐỒ ĐỊA CHÍNH",
            "1. Số thứ tự thửa đất: 376; tờ bản đồ số: 109",
            "3. Tên người sử dụng đất: Nguỵ Việt Khải",
        ]
    )
    (record, _), *others = extract([face], "x.pdf")
    assert (record.form.value, dict(record.fields), others) == ("other", {}, [])


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Số vào sổ cấp GCN: CH 01234", "CH01234"),
        ("số vào sổ H 05813 cấp ngày 13/08/1996.", None),  # the certificate before, in the notes
    ],
)
def test_whose_number_in_the_register(line: str, number: str | None, make_face: MakeFace) -> None:
    """A number with its day of issue behind it belongs to an earlier certificate."""
    draft, _ = register_draft([face_text(0, make_face([line]))], ())
    assert (normalise(draft.kind, draft.piece.text) if draft and draft.piece else None) == number


def test_a_register_number_under_a_label_of_which_the_rest_was_missed(make_face: MakeFace) -> None:
    """ "Vào sổ cấp giấy chứng nhận quyền sử dụng" / "đất" / "Số: T 27369", and the short line between was not seen."""
    lines = [("Vào sổ cấp giấy chứng nhận quyền sử dụng", 110, 2682), ("Số: T 27369", 108, 2800)]
    draft, _ = register_draft([face_text(0, make_face(lines))], ())
    assert draft is not None
    assert draft.piece is not None
    assert normalise(draft.kind, draft.piece.text) == "T27369"


@pytest.mark.parametrize(
    ("lines", "number", "doubted"),
    [
        ([("Số vào sổ cấp Giấy chứng nhận: CN", 170, 2827), ("790", 171, 2890)], "CN790", False),
        ([("Số vào sổ cấp giấy chứng nhận", 169, 2736), ("quyền sử dụng đất:", 170, 2796), ("49656/QSDĐ/H", 171, 2860)],
         "49656/QSDĐ/H", False),
        ([("Số vào sổ cấp GCN: / 56891", 144, 2932)], "56891", True),  # the stroke is what readers made of an H
        ([("Số vào sổ cấp GCN: #56891", 144, 2932)], "#56891", True),
        ([("Số vào sổ cấp Giấy chứng nhận: CT", 170, 2827), ("66421", 1000, 2827)], "CT66421", False),
    ],
)  # fmt: skip
def test_register_numbers_on_several_lines(
    lines: list[tuple[str, int, int]], number: str, doubted: bool, make_face: MakeFace
) -> None:
    """The letters may end one line and the digits begin the next; the label may take two."""
    draft, _ = register_draft([face_text(0, make_face(lines))], ())
    assert draft is not None
    assert draft.piece is not None
    assert (normalise(draft.kind, draft.piece.text), draft.doubted) == (number, doubted)


def test_a_dateline_with_strokes(make_face: MakeFace) -> None:
    """``ngày 04/03/2011`` dates a certificate as well as the words do."""
    found = date_line(face_text(0, make_face(["Tân Hiệp, ngày 04/03/2011"])))
    assert found is not None
    assert found.place is not None
    assert (found.place.text, found.date.text) == ("Tân Hiệp", "ngày 04/03/2011")


def test_a_sentence_on_a_house(make_pieces: MakePieces) -> None:
    """A label inside of a running text opens nothing."""
    found = values_of(read_house(make_pieces(["Nhà ở cấp 4, diện tích xây dựng 45,1 m²"])))
    assert found == {"other_assets": "Nhà ở cấp 4, diện tích xây dựng 45,1 m²"}


@pytest.mark.parametrize(
    "ornament",
    [
        "DOUQGG OOOUOOOOOUOUỜOOOOOOOUUOOUƠO OOOUOOOCYOUH(YUUOYYOYUUUOUAUY OM I Y 12. U U U Ư /U/UC",
        "SỐ00000000000000000000OOOO00000000000000000000OO00000000000999999999195",
        "30909090999000900000000000000000000000000000000000900000",
    ],
)
def test_what_a_frame_of_rings_is_read_as_is_no_note(ornament: str, make_face: MakeFace) -> None:
    note = "6. Ghi chú: Được ghi nợ tiền sử dụng đất"
    face = make_face([note, ornament])
    found = face_text(0, _with_lines(face, tuple(_read_by_linenet(line) for line in face.lines)))
    assert [line.text for line in found.lines] == [note]


def test_a_row_of_ornaments_is_no_text(make_face: MakeFace) -> None:
    """Frames read as the same few letters again and again; a sentence does not."""
    sentences = ["Thửa đất có 50,4 m² thuộc hành lang bảo vệ kênh", "Ông: DANH NĂNG"]
    face = make_face(["ÕAÕÕ n ÔAAÔÔÕ nAn ÕÔA", *sentences])
    lines = tuple(_read_by_linenet(line) for line in face.lines)
    found = face_text(0, _with_lines(face, lines))
    assert [line.text for line in found.lines] == sentences
    assert face_kind(found).family is None


def _read_by_linenet(line: Line) -> Line:
    readings = dict(line.readings)
    readings[LINENET] = Reading(next(iter(readings.values())).text, 0.9)
    return Line(line.box, readings, line.words)


def _with_lines(face: ReadFace, lines: tuple[Line, ...]) -> ReadFace:
    return ReadFace(face.face, lines, face.codes, face.image)


@pytest.mark.parametrize(
    ("cells", "dates", "texts"),
    [
        ([(0, 1, 1), (0, 2, 1)], ["03/11/2017", "28/10/2020"], ["Xóa đăng ký thế chấp", "Tặng cho ông Lê Văn An"]),
        ([None, (0, 2, 1)], ["03/11/2017", "28/10/2020"], ["Xóa đăng ký thế chấp", "Tặng cho ông Lê Văn An"]),
        ([None, None], ["03/11/2017", "28/10/2020"], ["Xóa đăng ký thế chấp", "Tặng cho ông Lê Văn An"]),
        (["lost", (0, 2, 1)], ["03/11/2017", "28/10/2020"], [None, "Tặng cho ông Lê Văn An"]),
    ],
    ids=["all in cells", "one lost its cell", "none has one", "one was not found"],
)
def test_a_change_is_never_left_out(
    cells: list[Any], dates: list[str], texts: list[str | None], make_face: MakeFace
) -> None:
    """In a table of dates and texts each date is a change, with its text or, where that was not found, for a person."""
    lines: list[Any] = [
        ("Ngày, tháng, năm", 200, 100, {"cell": (0, 0, 0)}),
        ("Nội dung thay đổi và cơ sở pháp lý", 800, 100, {"cell": (0, 0, 1)}),
    ]
    shown = ["Xóa đăng ký thế chấp", "Tặng cho ông Lê Văn An"]
    for row, (cell, date, text) in enumerate(zip(cells, dates, shown, strict=True), start=1):
        lines.append((date, 200, 100 + 200 * row, {"cell": (0, row, 0)}))
        if cell != "lost":
            lines.append((text, 800, 100 + 200 * row, {"cell": cell}))
    face = face_text(0, make_face(lines))
    pieces = [Piece((Run(line, 0, len(line.text)),)) for line in face.lines]
    drafts = {draft.path: draft for draft in read_changes([face], pieces)}
    found = [(drafts[f"changes.{n}.date"], drafts.get(f"changes.{n}.content")) for n in range(2)]
    told = {date.piece.text: (text.piece.text if text and text.piece else None) for date, text in found if date.piece}
    assert told == dict(zip(dates, texts, strict=True))
    assert all(date.doubted is (text is None) for date, text in found)


def test_what_readers_make_of_a_frame_is_no_line(make_face: MakeFace) -> None:
    """Long rows of signs without a word, wherever the frame runs; coordinates, numbers and a hand's letters stay."""
    frame = ("10,22 2.2,9.405.20 0/00 0 9.9,09.2.25,2.012 362c.2.4.02.9,09.0-0,4..6R.2,242,024", 60, 2035)
    coordinates = ("1 1130990.60 471912.11 14.20 2 1130945.26 471911.54 13.48", 60, 2200)
    by_hand = ("tngh kls vrt mn dgh klt xcv bnm tr", 60, 2300)
    number = ("007020.CN.001", 126, 2400, {"cell": (0, 1, 0)})
    face = make_face([frame, coordinates, by_hand, number, ("BX 123456", 1500, 3000)])
    read = tuple(replace(line, readings={LINENET: line.readings[TRUEOCR]}) for line in face.lines)
    lines = face_text(0, replace(face, lines=read)).lines
    assert [line.text[:9] for line in lines] == ["1 1130990", "tngh kls ", "007020.CN", "BX 123456"]


@pytest.mark.parametrize(
    ("seen", "again", "number"),
    [
        ("700", "BE 000700", "BE 000700"),  # a frame runs through it
        ("580454", "BL 580454", "BL 580454"),  # its letters stand far from its digits
        ("700", "000700", None),  # its letters are still not seen
        ("12", "BE 000012", None),  # too little to begin with
    ],
)
def test_a_serial_of_which_the_last_digits_were_found(
    seen: str, again: str, number: str | None, make_face: MakeFace
) -> None:
    """It is read again from where it must begin; nothing is made up."""
    asked: list[Box] = []

    def reread(box: Box) -> dict[str, Reading]:
        asked.append(box)
        return {"linenet@tall": Reading(again, 0.9), "trueocr": Reading(again, 0.9)}

    face = face_text(0, make_face([("GIẤY CHỨNG NHẬN", 600, 700), (seen, 1923, 3000)], reread=reread))
    draft = serial_draft([face], (), (6,), (2,))
    assert (normalise(draft.kind, draft.piece.text) if draft and draft.piece else None) == number
    assert all(box.left < 1923 - 100 for box in asked)


@pytest.mark.parametrize(
    ("kind", "text", "parted"),
    [
        (Kind.REGISTER, "CN5 74133", False),  # A branch office and its five digits.
        (Kind.REGISTER, "CN8 0620", True),
        (Kind.REGISTER, "84 16", True),
        (Kind.NUMBER, "36 1061", True),
    ],
)
def test_digits_apart_may_be_two_numbers(kind: Kind, text: str, parted: bool, make_face: MakeFace) -> None:
    """Then no reader's agreement makes them one."""
    face = face_text(0, make_face([text]))
    maker = FieldMaker([face], Form.TT10_2024)
    path = "register_number" if kind is Kind.REGISTER else "parcels.0.parcel_number"
    maker.make(Draft(path, kind, Piece((Run(face.lines[0], 0, len(text)),))))
    _, _, evidence = maker.settled[path]
    assert evidence.contradicted is parted


def test_changes_on_a_face_whose_title_was_cut_off(make_face: MakeFace) -> None:
    """What opens as changes do, on a face without any title, is not left out."""
    cell = {"cell": (0, 0, 0)}
    back = [
        ("Thay đổi giấy tờ pháp nhân, nhân thân từ CMND số", 190, 36, cell),
        ("370698608 thành CMND số 371570340", 190, 90, cell),
        ("Hà Tiên, ngày 28 tháng 5 năm 2012", 1430, 30, {"cell": (0, 0, 1)}),
    ]
    front = ["GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "I- Tên người sử dụng đất", "Ông: Lê Văn Mẫu, sinh năm 1960"]
    faces = [face_text(0, make_face(front)), face_text(1, make_face(back))]
    sections = split_sections(faces, frozenset())
    found = values_of(read_changes(faces, sections["changes"]))
    assert found["changes.0.date"] == "2012-05-28"
    assert "371570340" in (found["changes.0.content"] or "")


def test_a_stamps_day_over_a_changes_day_leaves_it_open(make_face: MakeFace) -> None:
    """Two days in one line: which is the change's nobody knows."""
    lines = [
        ("Nội dung thay đổi và cơ sở pháp lý", 440, 140, {"cell": (0, 0, 0)}),
        ("Xác nhận của cơ quan có thẩm quyền", 1380, 140, {"cell": (0, 0, 1)}),
        ("Thay đổi giấy tờ pháp nhân, nhân thân", 170, 240, {"cell": (0, 1, 0)}),
        ("05/10/2021 Bắc Giang, ngày 26 tháng 7 năm 2021", 1282, 240, {"cell": (0, 1, 1)}),
    ]
    face = face_text(0, make_face(lines))
    pieces = [Piece((Run(line, 0, len(line.text)),)) for line in face.lines]
    dates = [draft for draft in read_changes([face], pieces) if draft.path.endswith("date")]
    assert dates
    assert all(draft.doubted for draft in dates)


def test_a_scrap_before_a_titles_number() -> None:
    """What is left of the paper's pattern beside a title does not hide it; a word in a sentence is no scrap."""
    text = "ố 1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:"
    assert head_of(text) == ("owners", len(text))
    assert head_of("thửa 1. người sử dụng đất là") is None


def test_a_table_s_lone_title_is_no_part_of_the_address_above(make_face: MakeFace) -> None:
    """``STT`` outside of what was found of the table, however one reader read it."""
    lines = ["1. Thửa đất:", "Địa chỉ thửa đất: ấp Một, xã Quốc Khánh", ("S11", 120, 400, {"trueocr": "STT"})]
    sections = split_sections([face_text(0, make_face(lines))], frozenset())
    assert [piece.text for piece in sections["parcels"]] == ["Địa chỉ thửa đất: ấp Một, xã Quốc Khánh"]


def test_a_label_of_the_register_without_a_number_is_left_open(make_face: MakeFace) -> None:
    """What stands there may not have been read: the field is there, empty, and goes to a person."""
    front = ["GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT", "I- Tên người sử dụng đất", "Ông: Lê Văn Mẫu, sinh năm 1960"]
    ((record, _),) = extract([make_face([*front, "Số vào sổ cấp GCN:"])], "scan.pdf")
    field = record.fields["register_number"]
    assert field.value is None
    assert field.decision is Decision.REVIEW
    ((record, _),) = extract([make_face(front)], "scan.pdf")
    assert "register_number" not in record.fields


def test_a_change_whose_day_was_not_found_is_left_open(make_face: MakeFace) -> None:
    """Every change was confirmed on some day."""
    lines = [("Nội dung thay đổi và cơ sở pháp lý", 440, 140), ("Tặng cho quyền sử dụng đất cho con", 170, 240)]
    face = face_text(0, make_face(lines))
    pieces = [Piece((Run(line, 0, len(line.text)),)) for line in face.lines]
    by_path = {draft.path: draft for draft in read_changes([face], pieces)}
    assert by_path["changes.0.content"].piece is not None
    assert by_path["changes.0.date"].piece is None
    assert by_path["changes.0.date"].doubted


@pytest.mark.parametrize(("number", "doubted"), [("CH9645/", True), ("CH96451", False), ("35163/QSDĐ/U", False)])
def test_a_stroke_behind_a_register_number_may_be_a_one(number: str, doubted: bool, make_face: MakeFace) -> None:
    """What one reader takes for a stroke may be the last digit."""
    draft, _ = register_draft([face_text(0, make_face([f"Số vào sổ cấp GCN: {number}"]))], ())
    assert draft is not None
    assert draft.doubted is doubted


def test_an_office_keeps_its_words_and_its_comma() -> None:
    """A word behind the list's wording is a place's; a space read inside of a word is none."""
    heads = AUTHORITY_HEADS
    cut_off = "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI KIÊN"
    assert mend_office(cut_off, heads) == (cut_off, False)
    assert mend_office("UỶ BAN NHÂ N DÂN HUYỆN HÒN ĐẤT", heads) == ("ỦY BAN NHÂN DÂN HUYỆN HÒN ĐẤT", True)


def test_the_comma_between_an_offices_two_lines(make_face: MakeFace) -> None:
    """As printed: "HUYỆN GÒ QUAO," goes on with "TỈNH KIÊN GIANG"."""
    lines = [
        ("Gò Quao, ngày 11 tháng 8 năm 2016", 1100, 2300),
        ("TM. ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO,", 1050, 2370),
        ("TỈNH KIÊN GIANG", 1300, 2440),
        ("CHỦ TỊCH", 1400, 2510),
        ("Lê Văn Mẫu", 1380, 2800),
    ]
    front = ["GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT", "I. Người sử dụng đất", "Ông: Lê Văn Mẫu, sinh năm 1960"]
    ((record, _),) = extract([make_face([*front, *lines])], "scan.pdf")
    assert record.value("issuing_authority") == "ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO, TỈNH KIÊN GIANG"


def test_the_third_face_without_its_second_title(make_face: MakeFace) -> None:
    """The sketch's title holds the second face's title; a change below it opens the section whose title was lost."""
    lines = [
        ("III. Sơ đồ thửa đất, nhà ở và tài sản khác gắn liền với đất", 170, 300),
        ("IV Những thảu đấi can Lhi rấn", 170, 1500),
        ("Chuyển nhượng quyền sử dụng đất cho ông Lê Văn Mẫu", 170, 1700),
        ("Ngày 28/09/2015", 1500, 1700),
    ]
    face = face_text(0, make_face(lines))
    assert face_kind(face).number == 3
    sections = split_sections([face], frozenset())
    assert next(piece.text for piece in sections["changes"]).startswith("Chuyển nhượng")


def test_the_date_that_most_readers_have_tells_the_form(make_face: MakeFace) -> None:
    """One reader alone says 2010 on a sheet of 2018."""
    (line,) = face_text(0, make_face(["Kiên Giang, ngày 06 tháng 9 năm 2010"])).lines
    other = line.text[:-4] + "2018"
    line = replace(line, readings={"linenet": line.text, "tesseract": other, "trueocr": other})
    draft = Draft("issue_date", Kind.DATE, Piece((Run(line, 12, 36),)))
    assert _quick({"issue_date": draft}, "issue_date") == "2018-09-06"


@pytest.mark.parametrize("item", ["2.", "2,", "2"])
def test_an_items_number_is_no_part_of_the_value_above(item: str, make_pieces: MakePieces) -> None:
    """On worn paper the point behind the number is lost."""
    found = values_of(read_parcels(make_pieces(["1. Thửa đất số: 821", f"{item} Tờ bản đồ số: 73"])))
    assert (found["parcels.0.parcel_number"], found["parcels.0.map_sheet_number"]) == ("821", "73")


def test_a_scrap_behind_the_last_area(make_pieces: MakePieces) -> None:
    """A stray digit in a line of its own has no unit: it is not the area."""
    lines = [
        "đ) Mục đích sử dụng: Đất ở tại nông thôn: 394,0 m²; Đất bằng trồng cây hàng năm",
        "khác: 1.444,0 m².",
        "1",
    ]
    found = values_of(read_parcels(make_pieces(["a) Thửa đất số: 5", *lines])))
    assert found["parcels.0.purposes.1.area_m2"] == "1444.0"
    assert found["parcels.0.purposes.1.name"] == "Đất bằng trồng cây hàng năm khác"


@pytest.mark.parametrize(("third", "is_doubted"), [("1386", False), ("/386", True)])
def test_a_one_that_is_a_stroke_to_every_reader_waits_for_a_person(
    third: str, make_face: MakeFace, *, is_doubted: bool
) -> None:
    """The label's end keeps the stroke for the number; where one reader saw a one, it is one."""
    text = face_text(0, make_face([("Thửa đất số: /386", 200, 100, {"trueocr": f"Thửa đất số: {third}"})]))
    line = text.lines[0]
    piece = whole_part(line, line.text.index(":") + 1, len(line.text))
    assert piece is not None
    assert piece.text == "/386"
    maker = FieldMaker([text], Form.TT23_2014)
    assert maker.make(Draft("parcels.0.parcel_number", Kind.NUMBER, piece)).value == "1386"
    assert maker.settled["parcels.0.parcel_number"][2].contradicted is is_doubted


@pytest.mark.parametrize(("other", "is_doubted"), [("441,8", True), ("1.441,8", False)])
def test_a_one_that_stands_apart_waits_for_a_person(other: str, make_face: MakeFace, *, is_doubted: bool) -> None:
    """A table's rule before an area, read as a one with a gap behind it, would make 1,441.8 of 441.8."""
    text = face_text(0, make_face([("1 441,8", 200, 100, {"trueocr": other})]))
    maker = FieldMaker([text], Form.TT23_2014)
    piece = whole_part(text.lines[0], 0, len(text.lines[0].text))
    maker.make(Draft("house.floor_area_m2", Kind.AREA, piece))
    assert maker.settled["house.floor_area_m2"][2].contradicted is is_doubted


def test_an_area_with_four_decimals_is_misread(make_face: MakeFace) -> None:
    """LineNet lost the comma of "1.773,3"; one reader who saw a number of the usual shape is heard."""
    text = face_text(0, make_face([("1.7733 m²", 200, 100, {"trueocr": "1.773,3 m²"})]))
    piece = whole_part(text.lines[0], 0, len(text.lines[0].text))
    assert FieldMaker([text], Form.TT23_2014).make(Draft("parcels.0.area_m2", Kind.AREA, piece)).value == "1773.3"


def test_what_a_signature_leaves_between_titles_is_left_out() -> None:
    """Signs without a letter; a dash may be printed."""
    assert normalise(Kind.TITLE, "KT. GIÁM ĐỐC ×'“’°“ PHÓ GIÁM ĐỐC") == "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"
    assert normalise(Kind.TITLE, "GIÁM ĐỐC - VĂN PHÒNG") == "GIÁM ĐỐC - VĂN PHÒNG"


def test_a_serial_set_with_gaps_at_a_faces_foot_is_no_frame(make_face: MakeFace) -> None:
    """ "CD 1 9 6844" on a worn paper; ones in a row without letters are a pattern's."""
    face = make_face([("CD 1 9 6844", 1500, 3000), ("1 1 1 1 1 1", 300, 3000)])
    read = tuple(replace(line, readings={LINENET: line.readings[TRUEOCR]}) for line in face.lines)
    assert [line.text for line in face_text(0, replace(face, lines=read)).lines] == ["CD 1 9 6844"]


@pytest.mark.parametrize(
    ("read", "is_doubted"), [("Ấp Rach Hàm, xã Thuận Yên", True), ("Ấp Rạch Hàm, xã Thuận Yên", False)]
)
def test_an_address_with_a_word_that_is_none_waits_for_a_person(
    read: str, make_face: MakeFace, *, is_doubted: bool
) -> None:
    """On a fax all readers miss the same faint mark."""
    text = face_text(0, make_face([(read, 200, 100)]))
    maker = FieldMaker([text], Form.TT23_2014)
    maker.make(Draft("owners.0.address", Kind.ADDRESS, whole_part(text.lines[0], 0, len(read))))
    assert maker.settled["owners.0.address"][2].contradicted is is_doubted


@pytest.mark.parametrize(
    ("linenet", "trueocr", "note"),
    [("bộ", "bộ._", "Đất thuộc hành lang an toàn đường bộ"), ("nn", "..,", "Đất thuộc hành lang an toàn đường")],
)
def test_the_last_word_before_a_dotted_line(linenet: str, trueocr: str, note: str, make_face: MakeFace) -> None:
    """Two readers have it alike; a scrap of dots they do not."""
    lines = [
        "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất",
        "1. Thửa đất",
        "a) Thửa đất số: 12, tờ bản đồ số: 3",
        "6. Ghi chú: Đất thuộc hành lang an toàn đường",
    ]
    face = make_face(lines)
    last = face.lines[-1].box
    above = [replace(line, readings={LINENET: line.readings[TRUEOCR], **line.readings}) for line in face.lines]
    readings = {LINENET: Reading(linenet, 0.9), TRUEOCR: Reading(trueocr, 0.9)}
    box = Box(last.left, last.bottom + 16, last.left + 661, last.bottom + 60)
    ((record, _),) = extract([replace(face, lines=(*above, Line(box, readings)))], "scan.pdf")
    assert record.value("notes") == note
