"""Mending by lists: marks of unit words, titles as spaced in print, and what no list may overrule."""

from __future__ import annotations

import pytest

from certificate.record import Form
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.fusion import Settled
from ocr.grammar.letters import has_lost_its_tone
from ocr.grammar.lists import _authority, _grade, _sentence, _whole_title, choose, like, look_up
from ocr.grammar.offices import AUTHORITY_HEADS, TITLES, mend_office
from ocr.grammar.phrases import known_words, mend_phrases
from ocr.grammar.place_names import hamlet_as_read, mend_address, mend_place, mend_unit_words


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Tố 2, ấp Trung Thành, xã Ninh An", "Tổ 2, ấp Trung Thành, xã Ninh An"),
        ("âp Tân Lợi, xà Thạnh Đông", "ấp Tân Lợi, xã Thạnh Đông"),
        ("đường Tô Hiến Thành, phường 2", "đường Tô Hiến Thành, phường 2"),  # a name, not a group of houses
        ("xã An Nông, Tịnh Biên, An Giang", "xã An Nông, Tịnh Biên, An Giang"),
        ("khu phố 5, Dương Đông, Phú Quốc", "khu phố 5, Dương Đông, Phú Quốc"),
        ("Dương 30 tháng 4, Dương Đông", "Đường 30 tháng 4, Dương Đông"),
    ],
)
def test_marks_of_unit_words(printed: str, meant: str) -> None:
    """Unit words get their marks where they open a part; names keep theirs."""
    assert mend_unit_words(printed) == meant


@pytest.mark.parametrize(
    ("printed", "meant", "known"),
    [
        ("UỶ BAN NHÂN DÂN QUẠN LONG BIÊN", "UỶ BAN NHÂN DÂN QUẬN LONG BIÊN", True),
        ("UBND HUYỆN KHÔNG CÓ THẬT", "UBND HUYỆN KHÔNG CÓ THẬT", False),
        ("ỦY BAN NHÂN DÂN ĐẶC KHU THỐ CHÂU", "ỦY BAN NHÂN DÂN ĐẶC KHU THỔ CHÂU", True),
    ],
)
def test_authorities(printed: str, meant: str, known: bool) -> None:
    """The kind of a unit is mended with its name; an unknown place stays as printed and is said to be unknown."""
    assert mend_office(printed, AUTHORITY_HEADS) == (meant, known)


def test_a_place_that_begins_like_a_province() -> None:
    """Tịnh Biên is a district, not a misread "tỉnh Biên"."""
    assert mend_place("Tịnh Biên") == ("Tịnh Biên", True)


def test_a_title_keeps_the_spacing_of_its_print() -> None:
    """``KT.CHỦ TỊCH`` stays so, and is known."""
    assert mend_office("KT.CHỦ TỊCH PHÓ CHỦ TỊCH", TITLES) == ("KT.CHỦ TỊCH PHÓ CHỦ TỊCH", True)
    assert mend_office("KTCHỦ TỊCH PHỘ CHỦ TỊCH", TITLES) == ("KT.CHỦ TỊCH PHÓ CHỦ TỊCH", True)  # its point lost
    assert like("KT. CHỦ TỊCH PHÓ CHỦ TỊCH", "KT.CHỦ TỊCH PHÓ CHU TỊCH") == "KT.CHỦ TỊCH PHÓ CHỦ TỊCH"


def test_a_list_never_puts_one_word_for_another() -> None:
    """``Được tặng cho`` is as printed; the nearest entry of a list with another word does not overrule it."""

    printed = "Được tặng cho đất được Nhà nước giao đất"
    settled = Settled(printed, printed, {"linenet": printed}, True, 1.0, 1.0, 1.0, 1, 0.0, 0.0)
    found, evidence = choose(
        settled, Kind.ORIGIN, Form.TT23_2014, ["Nhận tặng cho đất được Nhà nước giao đất"], share=0.3
    )
    assert (found.value, evidence.mended) == (printed, False)


def test_a_persons_name_is_not_mended_by_phrases() -> None:
    """``Văn Hòa`` behind ``ông`` is a name, however usual ``văn hóa`` is; the sentence around it is mended."""
    assert mend_phrases("theo xác nhận cúa ông Nguyễn Văn Hòa")[0].endswith("ông Nguyễn Văn Hòa")


@pytest.mark.parametrize(
    ("read", "mended"),
    [
        ("theo hợp đồng số 1961 quyến số 19 ngày 24/09/2007", "theo hợp đồng số 1961 quyển số 19 ngày 24/09/2007"),
        ("chưa chứng nhận quyên sở hữu tài sản", "chưa chứng nhận quyền sở hữu tài sản"),  # the same letters
        ("Nhà xưởng 01 tằng, diện tích 779,4 m²", "Nhà xưởng 01 tầng, diện tích 779,4 m²"),  # any number is a word
        ("pháp nhận, nhận thận từ CMND số", "pháp nhân, nhân thân từ CMND số"),
        ("Nhà ở liên kế", "Nhà ở liên kế"),  # liền kề is more usual, and not what is printed
        ("đất trồng lúa trong khu công nghiệp", "đất trồng lúa trong khu công nghiệp"),
        ("Hô sơ số 5", "Hồ sơ số 5"),
        ("xã Mở Rộng", "xã Mở Rộng"),
        ("Quỹ tín dụng nhân dân Thạnh Lộc", "Quỹ tín dụng nhân dân Thạnh Lộc"),  # a name, not "nhân dân thành phố"
        ("Ngân hàng Nông nghiêp và Phát triên Nông thôn", "Ngân hàng Nông nghiệp và Phát triển Nông thôn"),
        ("ỦY BAN NHÂN DÂN THANH PHỐ", "ỦY BAN NHÂN DÂN THÀNH PHỐ"),
    ],
)
def test_words_around_tell_the_marks(read: str, mended: str) -> None:
    """Where the same letters can be two pairs, the sentence decides; what is usual as it stands stays."""
    assert mend_phrases(read)[0] == mended


def test_words_that_leave_a_choice_are_not_known() -> None:
    """ "Quyền sở" and "quyển số" have the same letters; only the word before or behind tells which is meant."""
    assert known_words(["quyển", "số"]) == [False, False]
    assert known_words(["chưa", "chứng", "nhận", "quyền", "sở", "hữu"]) == [True] * 6
    assert known_words(["đất,", "số"]) == [False, False]


@pytest.mark.parametrize(
    "printed",
    [
        "K/T CHỦ TỊCH PHÓ CHỦ TỊCH",
        "K/T. CHỦ TỊCH PHÓ CHỦ TỊCH",
        "KT/ CHỦ TỊCH PHÓ CHỦ TỊCH",
        "KT/CHỦ TỊCH PHÓ CHỦ TỊCH",
        "K/T CHỦ TỊCH P. CHỦ TỊCH",
    ],
)
def test_a_title_keeps_its_stroke(printed: str) -> None:
    """Some offices print "K/T" for "KT."."""
    readings = {"linenet": printed, "trueocr": printed.replace("Ủ", "Ù")}
    settled = Settled(printed, printed, readings, True, 1.0, 1.0, 1.0, 2, 0.0, 0.0)
    found, evidence = look_up(Draft("signer_title", Kind.TITLE, None), settled, Form.LD2003)
    assert (found.value, evidence.in_list) == (printed, True)


@pytest.mark.parametrize(("read", "guessed"), [("M ĐỐC", True), ("GIÁN ĐÔC", False), ("GIÁM ĐỐC", False)])
def test_half_a_title_waits_for_a_look(read: str, guessed: bool) -> None:
    """Under a seal "M ĐỐC" may be the end of another title than the one it is most like."""

    settled = Settled(read, read, {"linenet": read, "trueocr": read}, True, 1.0, 1.0, 1.0, 2, 0.0, 0.0)
    found, evidence = look_up(Draft("signer_title", Kind.TITLE, None), settled, Form.TT23_2014)
    assert found.value == "GIÁM ĐỐC"
    assert evidence.contradicted is guessed


@pytest.mark.parametrize(
    ("read", "others", "meant"),
    [
        ("941438", ["241438", "H41438"], "H41438"),
        ("919948", ["7 19948"], "H19948"),
        ("9053537", ["# 0535.3"], "H05353"),
        ("7.36762", ["#/.36762"], "H.36762"),
        ("T.36762", ["7.36762"], "T.36762"),
        ("941438", ["941438"], "941438"),  # nobody reads it otherwise
        ("41438", ["H1438"], "41438"),
        ("65402", ["#65402"], "H65402"),
        ("65402", ["265402", "H65402"], "H65402"),
        ("65402", ["65402.", "6540Z"], "65402"),
    ],
)
def test_the_letter_of_a_register_of_2003(read: str, others: list[str], meant: str) -> None:
    """Where readers quarrel over a sixth digit before five, it was a letter; the guess is never accepted."""

    seen = {"linenet": read} | dict(zip(("tesseract", "trueocr"), others, strict=False))
    settled = Settled(read, read, seen, False, 0.5, 0.9, 1.0, 3, 0.0, 0.0, seen=seen)
    found, evidence = look_up(Draft("register_number", Kind.REGISTER, None), settled, Form.LD2003)
    assert found.value == meant
    assert evidence.contradicted == (read != meant)


@pytest.mark.parametrize(
    ("read", "others", "meant"),
    [
        ("ấp Linh Huỳnh, xã Tân Hiệp A", ["âp Lình Huỳnh, xã Tân Hiệp A"], "ấp Lình Huỳnh, xã Tân Hiệp A"),
        ("ấp Linh Huỳnh, xã Tân Hiệp A", ["ấp Lĩnh Huỳnh, xã Tân Hiệp A"], "ấp Linh Huỳnh, xã Tân Hiệp A"),
        ("ấp Tân Hiệp, xã Bình An", ["ấp Tấn Hiệp, xã Bình An"], "ấp Tân Hiệp, xã Bình An"),
        ("ấp 5, xã Bình An", ["ấp Lình Huỳnh"], "ấp 5, xã Bình An"),
        ("xóm Cả Nồ - X. Ea Bung", ["xóm Cả Nổ - X. Ea Bung", "xóm Cả Nố - X."], "xóm Cả Nổ - X. Ea Bung"),
    ],
)
def test_a_hamlet_named_like_a_place(read: str, others: list[str], meant: str) -> None:
    """A place's name stands where one reader read it; a name that no place has stays as most have it."""
    assert hamlet_as_read(read, others) == meant


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("ấp Bời Lời B. xã Hòa Thuận, huyện Giồng Riềng", "ấp Bời Lời B, xã Hòa Thuận, huyện Giồng Riềng"),
        ("Đường Ngô Quyền, P. Tân Thới Hiệp, Q. Quận 12", "Đường Ngô Quyền, P. Tân Thới Hiệp, Q. Quận 12"),
        ("226, P. Vĩnh Thanh Vân, TP. Rạch Giá", "226, P. Vĩnh Thanh Vân, TP. Rạch Giá"),
        ("Ấp Thứ Năm, xã Mỹ Hiễp, huyện Chơ Mới", "Ấp Thứ Năm, xã Mỹ Hiệp, huyện Chợ Mới"),  # no province is named
        ("Ấp Thứ Năm, xã Lạ Lùng, huyện Chơ Mới", "Ấp Thứ Năm, xã Lạ Lùng, huyện Chơ Mới"),
        ("ấp Thạnh Trung, xã Phú Lâm, tỉnh Ân Giang", "ấp Thạnh Trung, xã Phú Lâm, tỉnh An Giang"),
    ],
)
def test_a_comma_read_as_a_point(read: str, meant: str) -> None:
    """Before the next part of an address stands a comma; a shortened word keeps its point."""
    assert mend_address(read)[0] == meant


@pytest.mark.parametrize(
    ("read", "others", "kept"),
    [
        ("Theo bản đồ địa chính chính quy. O", ["Theo bản đồ địa chính chính quy."] * 2, False),
        ("Theo bản đồ địa chính chính quy. O", ["Theo bản đồ địa chính chính quy O"] * 2, False),  # a ring's piece
        ("Theo bản đồ địa chính chính quy. A", ["Theo bản đồ địa chính chính quy. Á", "quy. 4"], True),
        ("Theo bản đồ địa chính tờ số 5", ["Theo bản đồ địa chính tờ số"] * 2, True),
    ],
)
def test_a_letter_behind_the_end(read: str, others: list[str], kept: bool) -> None:
    """What one reader alone sees behind the last point is a speck of the paper."""

    readings = {"linenet": read, "tesseract": others[0], "trueocr": others[1]}
    settled = Settled(read, read, readings, False, 0.5, 0.9, 1.0, 3, 0.0, 0.0, seen=readings)
    found, _ = look_up(Draft("notes", Kind.TEXT, None), settled, Form.TT23_2014)
    assert (found.value == read) == kept


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("TUQ. GIÁM ĐỐC PHÓ GIÁM ĐỐC VĂN PHÒNG ĐKĐĐ (M AN", "TUQ. GIÁM ĐỐC PHÓ GIÁM ĐỐC VĂN PHÒNG ĐKĐĐ"),
        ("TUQ. GIÁM ĐỐC PHÓ GIÁM ĐỐC VĂN PHÒNG ĐĂNG KÝ", None),  # of land or of rights to it
        ("TL. CHỦ TỊCH TRƯỞNG PHÒNG TÀI NGUYÊN VÀ MÔI", "TL. CHỦ TỊCH TRƯỞNG PHÒNG TÀI NGUYÊN VÀ MÔI TRƯỜNG"),
        ("TUQ. GIÁM ĐỐC", None),
        ('GIÁM ĐỐC <”" PHÓ GIÁM ĐỐC', "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"),  # a seal's ring over the first line
        ("KỊ. CHỦ TỊCH i PHÓ CHỦ TỊCH", "KT. CHỦ TỊCH PHÓ CHỦ TỊCH"),
    ],
)
def test_a_title_with_scraps_or_cut(read: str, meant: str | None) -> None:
    """A whole title loses what a seal left behind it; one that can end in one way only is told whole."""
    assert _whole_title(read) == meant


def test_a_seals_letters_make_no_deputy() -> None:
    """ "NỘD" behind a director's title is as long as "PHÓ" before one."""
    read = "TUQ. GIÁM ĐỐC GIÁM ĐỐC VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI"
    assert mend_office(f"{read} NỘD", TITLES) == (f"{read} NỘD", False)
    assert _whole_title(f"{read} NỘD") == read


def test_scraps_between_an_office_and_its_place() -> None:
    """A seal's ring leaves signs there, never a word."""
    assert _authority("UỶ BAN NHÂN DÂN c-“#%…~ HUYỆN XUÂN LỘC") == ("UỶ BAN NHÂN DÂN HUYỆN XUÂN LỘC", True)
    assert _authority("ỦY BAN NHÂN DÂN QUẬN LONG BIÊN")[0] == "ỦY BAN NHÂN DÂN QUẬN LONG BIÊN"


@pytest.mark.parametrize(
    ("read", "meant"),
    [("Cấp 111", "Cấp III"), ("|Câp 3", "Cấp 3"), ("Cấp IV", "Cấp IV"), ("Cấp 1", "Cấp 1"), ("Nhàcấp 4", "Nhà cấp 4")],
)
def test_grades(read: str, meant: str) -> None:
    """Strokes are Roman numbers."""
    assert _grade(read)[0] == meant


def test_a_title_of_a_text_layer_that_no_list_has_waits() -> None:
    """A seal's letters mix into it, and no other reader tells."""

    for read, odd in (("KT. GIÁM V", True), ("KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC", False)):
        settled = Settled(read, read, {"text_layer": read}, True, 1.0, 1.0, 1.0, 1, 0.0, 0.0, text_layer=True)
        assert look_up(Draft("signer_title", Kind.TITLE, None), settled, Form.TT10_2024)[1].contradicted is odd


def test_a_files_number_by_pen() -> None:
    """CN in a script; other letters stay."""
    assert _sentence("Tặng cho, theo hồ sơ số 073176.C(005", keep_names=False)[0].endswith("073176.CN.005")
    assert _sentence("Tặng cho, theo hồ sơ số 073176.CD.005", keep_names=False)[0].endswith("073176.CD.005")


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Thành phố Rạch - Giá, Tỉnh Kiên Giang", "Thành phố Rạch Giá, Tỉnh Kiên Giang"),
        ("Khu phố 3 - Phường Vĩnh Lạc, TP. Rạch Giá", "Khu phố 3 - Phường Vĩnh Lạc, TP. Rạch Giá"),
        ("xã Thị - Vi, tỉnh Kiên Giang", "xã Thị - Vi, tỉnh Kiên Giang"),
    ],
)
def test_a_speck_between_the_words_of_a_place(read: str, meant: str) -> None:
    """It is no dash where the words beside it are one name of the table; elsewhere it stays."""
    assert mend_address(read)[0].startswith(meant.split(",")[0])


@pytest.mark.parametrize(
    ("told", "is_doubted"),
    [
        ("Tặng cho bà Đỗ Thi Hảo, CCCD số 091180650232", True),
        ("Thừa kế cho ông Nguyên Đức Trí", True),
        ("Tặng cho ông Nguyễn Đức Thi, sinh năm 1960", False),
    ],
)
def test_a_name_whose_mark_is_mostly_lost_waits_for_a_person(told: str, *, is_doubted: bool) -> None:
    """All readers lose a faint mark alike, so their agreement on "Thi" and "Nguyên" says little."""

    settled = Settled(told, told, {"linenet": told, "trueocr": told}, True, 1.0, 1.0, 1.0, 2, 0.0, 0.0)
    found, evidence = look_up(Draft("changes.0.content", Kind.TEXT, None), settled, Form.TT23_2014)
    assert found.value == told
    assert evidence.contradicted is is_doubted


@pytest.mark.parametrize(
    ("word", "lost"),
    [("Rach", True), ("Rạch", False), ("Viêt", True), ("bàc", True), ("Robert", False), ("Lắk", False)],
)
def test_a_syllable_that_wants_a_tone(word: str, *, lost: bool) -> None:
    """What ends in a stop has one of two tones; words of other tongues say nothing."""
    assert has_lost_its_tone(word) is lost


def test_a_stop_between_a_word_and_its_number_is_a_speck() -> None:
    """ "hồ sơ số. 4541"."""
    assert _sentence("theo hồ sơ số. 4541", keep_names=False)[0] == "theo hồ sơ số 4541"
    assert _sentence("theo hồ sơ số 4541. Thửa đất", keep_names=False)[0] == "theo hồ sơ số 4541. Thửa đất"


@pytest.mark.parametrize(
    ("path", "kind", "read"),
    [
        ("register_number", Kind.REGISTER, "CX05171"),
        ("signer_title", Kind.TITLE, "TL. GIÁM ĐỐC GIÁM ĐỐC VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI"),
    ],
)
def test_what_readers_agree_on_no_list_replaces(path: str, kind: Kind, read: str) -> None:
    """Registers of communes became those of branches, "TL." became "TUQ.", both accepted at 0.999."""
    seen = dict.fromkeys(("linenet", "tesseract", "trueocr"), read)
    settled = Settled(read, read, seen, True, 1.0, 0.9, 1.0, 3, 0.0, 0.0, seen=seen)
    found, evidence = look_up(Draft(path, kind, None), settled, Form.TT23_2014)
    assert found.value == read
    assert not evidence.mended


@pytest.mark.parametrize(("read", "guessed"), [("CV05171", True), ("CN05171", False)])
def test_an_office_prefix_that_was_meant_is_a_guess(read: str, guessed: bool) -> None:
    """Unless a reader saw it."""
    seen = {"linenet": read, "trueocr": "C05171"}
    settled = Settled(read, read, seen, False, 0.5, 0.9, 1.0, 3, 0.0, 0.0, seen=seen)
    found, evidence = look_up(Draft("register_number", Kind.REGISTER, None), settled, Form.TT23_2014)
    assert found.value == "CN05171"
    assert evidence.contradicted is guessed


def test_by_whose_order_a_title_is_signed_is_never_guessed_silently() -> None:
    """TL. and TUQ. are two kinds of authority."""
    read = "TL. GIÁM ĐỐC GIÁM ĐỐC SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG"
    settled = Settled(read, read, {"linenet": read}, False, 0.9, 0.9, 1.0, 3, 0.0, 0.0, seen={"linenet": read})
    found, evidence = look_up(Draft("signer_title", Kind.TITLE, None), settled, Form.TT23_2014)
    assert found.value == read or evidence.contradicted


@pytest.mark.parametrize(("read", "meant"), [("NT5", "NTS"), ("0NT", "ONT"), ("CLN", "CLN"), ("X5Z", "X5Z")])
def test_digits_in_a_purposes_code(read: str, meant: str) -> None:
    """Codes have letters only."""
    settled = Settled(read, read, {"linenet": read}, True, 1.0, 0.9, 1.0, 1, 0.0, 0.0)
    assert look_up(Draft("parcels.0.purposes.0.name", Kind.PURPOSE, None), settled, Form.TT23_2014)[0].value == meant


@pytest.mark.parametrize(
    "text",
    [
        "bị thu hồi; nay được cấp đổi theo hồ sơ số 5",
        "thành số căn cước công dân 091057180919",
        "KP. Nội Ô, phường Tô Châu",
    ],
)
def test_sentences_that_pairs_of_words_changed(text: str) -> None:
    """ "nay" was made "này", "số" "sổ" and "Nội Ô" "Nơi ở"."""
    assert mend_phrases(text)[0] == text
