"""The law's lists: complete, dated, and found by their printed names."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from certificate import codes
from certificate.codes import PurposeGroup
from certificate.record import Form

LEGACY, CURRENT = date(2016, 5, 1), date(2025, 3, 1)


every_list = pytest.mark.parametrize(
    "entries",
    [codes.all_purposes(), codes.origins(), codes.transfers(), codes.change_types(), codes.holder_types(),
     codes.certificate_types(), codes.authorities()],
    ids=["purposes", "origins", "transfers", "changes", "holders", "certificate types", "authorities"],
)  # fmt: skip


@every_list
def test_every_entry_has_a_name_an_era_and_a_source(entries):
    """No code stands in a list without saying what it is, since when, and who says so."""
    assert entries
    for entry in entries:
        assert entry.name.strip()
        assert entry.era.strip()
        assert entry.source.strip()


@every_list
def test_every_list_is_held_to_its_days(entries):
    """An entry is in force on its first and last day, and not a day outside."""
    for entry in entries:
        assert entry.in_force(None)
        if entry.first_day:
            assert entry.in_force(entry.first_day)
            assert not entry.in_force(entry.first_day - timedelta(days=1))
        if entry.last_day:
            assert entry.in_force(entry.last_day)
            assert not entry.in_force(entry.last_day + timedelta(days=1))


@pytest.mark.parametrize(
    "entries",
    [codes.origins(), codes.transfers(), codes.change_types(), codes.holder_types(), codes.certificate_types()],
    ids=["origins", "transfers", "changes", "holders", "certificate types"],
)
def test_the_era_in_words_and_the_days_say_the_same(entries):
    """A year named in the era is that of the first or the last day."""
    for entry in entries:
        days = {str(day.year) for day in (entry.first_day, entry.last_day) if day}
        assert set(re.findall(r"\b(?:19|20)\d\d\b", entry.era)) == days, entry


@pytest.mark.parametrize(
    ("code", "issued", "known"),
    [
        ("CNQ-CTT", None, True),
        ("CNQ-CTT", date(2004, 7, 1), True),  # with the law of 2003
        ("CNQ-CTT", date(2004, 6, 30), False),
        ("NCQ-8", date(2009, 12, 10), True),
        ("NCQ-8", date(2009, 12, 9), False),  # ways of passing on have numbers since TT 17/2009
        ("XYZ", None, False),
    ],
)
def test_an_origin_code_counts_in_its_time(code, issued, known):
    """Codes came with the circulars that name them."""
    assert (codes.origin_by_code(code, issued) is not None) is known


@pytest.mark.parametrize(
    ("form", "issued", "number"),
    [
        (Form.TT10_2024, date(2025, 6, 30), "98"),
        (Form.TT10_2024, date(2025, 7, 1), "97"),  # TT 23/2025, two tiers of government
        (Form.TT10_2024, date(2024, 8, 1), "98"),  # before the number's time: as first issued
        (Form.TT10_2024, None, "98"),
        (Form.TT23_2014, date(2014, 7, 2), "11"),
        (Form.OTHER, date(2014, 7, 2), None),
    ],
)
def test_a_form_has_the_number_of_its_day(form, issued, number):
    """The land office's system numbers the form of 2024 anew since July 2025."""
    assert codes.form_number(form, issued) == number


@pytest.mark.parametrize(
    "entries",
    [codes.change_types(), codes.holder_types(), codes.certificate_types(), codes.authorities(), codes.transfers()],
)
def test_no_code_stands_twice(entries):
    """One code, one entry."""
    assert len({entry.code for entry in entries}) == len(entries)


def test_on_every_day_a_purpose_code_means_one_thing():
    """The eras of one code do not overlap."""
    for on in (date(1995, 1, 1), date(2010, 1, 1), LEGACY, date(2024, 7, 31), date(2024, 8, 1), CURRENT):
        in_force = [entry.code for entry in codes.purposes(on)]
        assert len(in_force) == len(set(in_force))


@pytest.mark.parametrize(
    ("name", "issued", "code"),
    [
        ("Đất ở tại nông thôn", LEGACY, "ONT"),
        ("Đất ở nông thôn", LEGACY, "ONT"),  # a wording without "tại"
        ("ĐẤT Ở TẠI ĐÔ THỊ", LEGACY, "ODT"),
        ("Đất chuyên trồng lúa nước", LEGACY, "LUC"),
        ("Đất chuyên trồng lúa", CURRENT, "LUC"),  # its name since 2024
        ("Đất chuyên trồng lúa nước", CURRENT, "LUC"),  # the old name, the code still in force
        ("Đất bằng trồng cây hàng năm khác", LEGACY, "BHK"),
        ("Đất bằng trồng cây hằng năm khác", LEGACY, "BHK"),  # hằng for hàng
        ("Đất bằng trồng cây hàng năm khác", CURRENT, None),  # BHK is gone
        ("Đất trồng cây hàng năm khác", CURRENT, "HNK"),
        ("Đất trồng cây hằng năm khác", LEGACY, None),  # HNK was not yet
        ("Đất nuôi trồng thuỷ sản", LEGACY, "NTS"),  # the tone on the other letter
        ("Đất nuôi trồng thủy sàn", LEGACY, None),  # a wrong tone is another word
        ("Đất ở", CURRENT, None),  # an aggregate
        ("Đất trồng lúa", LEGACY, None),
        ("Đất thổ cư", LEGACY, None),  # free wording of old books
        ("Đất trồng cây lâu năm.", None, "CLN"),  # day unknown, a full stop behind
        ("Đất ở tại nông thôn (ONT)", CURRENT, "ONT"),  # as the form of 2024 prints it
        ("Đất trồng cây lâu năm khác", date(2010, 1, 1), "LNK"),  # of the list of 2007
        ("Đất trồng cây lâu năm khác", LEGACY, None),  # gone in 2014
        ("Đất trồng cây hằng năm khác", date(2024, 7, 31), None),  # a day before HNK
        ("Đất trồng cây hằng năm khác", date(2024, 8, 1), "HNK"),
    ],
)
def test_a_printed_purpose_has_the_code_of_the_list_in_force(name, issued, code):
    """The day of issue decides which list counts."""
    found = codes.purpose_by_name(name, issued)
    assert (found.code if found else None) == code


@pytest.mark.parametrize("code", ["NNP", "PNN", "CSD", "OTC", "LUA", "CHN", "CSK", "CCC", "DSN", "CTS"])
def test_aggregates_never_stand_on_a_parcel(code):
    """They are known as such, and no list for parcels has them."""
    entry = codes.purpose_by_code(code)
    assert entry is not None
    assert entry.aggregate
    assert code not in {purpose.code for purpose in codes.purposes()}


def test_purposes_know_their_group():
    """Terms and taxes hang on the group."""
    groups = {entry.code: entry.group for entry in codes.purposes(LEGACY)}
    assert groups["ODT"] is PurposeGroup.RESIDENTIAL
    assert groups["LUC"] is PurposeGroup.AGRICULTURAL
    assert groups["SKC"] is PurposeGroup.NON_AGRICULTURAL
    assert groups["BCS"] is PurposeGroup.UNUSED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Công nhận QSDĐ như giao đất có thu tiền sử dụng đất", "CNQ-CTT"),
        ("Công nhận quyền sử dụng đất như giao đất có thu tiền sử dụng đất", "CNQ-CTT"),
        ("Nhà nước công nhận quyền sử dụng đất như Nhà nước giao đất có thu tiền sử dụng đất", "CNQ-CTT"),
        ("Công nhận QSD đất như giao đất không thu tiền sử dụng đất", "CNQ-KTT"),
        ("Nhà nước giao đất không thu tiền sử dụng đất.", "DG-KTT"),
        ("Được Nhà nước giao đất có thu tiền sử dụng đất", "DG-CTT"),
        ("Nhà nước công nhận quyền sử dụng đất", "CNQ"),
        ("Nhà nước cho thuê đất trả tiền hằng năm", "DT-THN"),
        ("Thuê đất trả tiền thuê đất một lần cho cả thời gian thuê", "DT-TML"),
        ("Nhà nước giao đất để quản lý", "DG-QL"),
        ("Nhận chuyển nhượng đất được Công nhận QSDĐ như giao đất có thu tiền sử dụng đất", None),  # passed on
        ("Nhà nước giao đất có thu tiền sử dụng đất: 100 m²; không thu tiền: 50 m²", None),  # split
        ("Công nhận quyền sử dụng đất như cho thuê đất trả tiền hàng năm", None),  # no code of its own
        ("Khai hoang năm 1976", None),
        ("DG-KTT", "DG-KTT"),  # the code itself, as some offices print
        ("cnq-ctt.", "CNQ-CTT"),
        ("TA-CNQ-CTT", None),  # given on
        ("Nhận thừa kế đất được Nhà nước giao đất không thu tiền sử dụng đất", None),
        ("NHÀ NƯỚC GIAO ĐẤT KHÔNG THU TIỀN SDĐ", "DG-KTT"),
    ],
)
def test_an_origin_has_a_code_only_where_one_entry_fits(text, code):
    """Many wordings, one code; passed-on and split origins have none."""
    assert codes.read_origin(text).code == code


def test_a_passed_on_origin_tells_both_how_and_where_from():
    """How the right was passed on is kept beside the origin."""
    read = codes.read_origin("Nhận tặng cho đất được Nhà nước giao đất không thu tiền sử dụng đất")
    assert read.transfer is not None
    assert read.origin is not None
    assert (read.transfer.code, read.origin.code, read.code) == ("NCQ-10", "DG-KTT", None)


def test_every_wording_of_an_origin_is_read_back():
    """What the reader is offered to mend towards is what this list understands."""
    for phrase in codes.origin_phrases():
        read = codes.read_origin(phrase)
        assert read.origin is not None, phrase


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO", "district_committee"),
        ("UỶ BAN NHÂN DÂN HUYỆN GÒ QUAO", "district_committee"),
        ("TM. UBND THỊ XÃ HÀ TIÊN", "district_committee"),
        ("UBND TP. RẠCH GIÁ", "district_committee"),
        ("UBND TỈNH KIÊN GIANG", "province_committee"),
        ("Ủy ban nhân dân thành phố Cần Thơ", "province_committee"),
        ("Ủy ban nhân dân thành phố Hồ Chí Minh", "province_committee"),
        ("ỦY BAN NHÂN DÂN XÃ TÂN HIỆP", "commune_committee"),
        ("UBND ĐẶC KHU PHÚ QUỐC", "commune_committee"),
        ("SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG TỈNH KIÊN GIANG", "department"),
        ("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI TỈNH AN GIANG", "registration_office"),
        ("CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI HÒN ĐẤT", "registration_branch"),
        ("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ TÂN HỘI", "commune_committee"),
        ("U.B.N.D HUYỆN AN BIÊN", "district_committee"),
        ("TUQ. GIÁM ĐỐC SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", "department"),
        ("CN. VPĐKĐĐ HUYỆN GÒ QUAO", "registration_branch"),
        ("VPĐKĐĐ TỈNH KIÊN GIANG", "registration_office"),
        ("STNMT TỈNH KIÊN GIANG", "department"),
        ("SNN&MT TỈNH AN GIANG", "department"),
        ("UY BAN NHAN DAN HUYEN GO QUAO", "district_committee"),  # without accents
        ("UBND XA DINH AN", "commune_committee"),
        ("CÔNG TY CẤP NƯỚC", None),
    ],
)
def test_authorities_are_told_by_their_wording(name, code):
    """Every kind of office that signs is known by its name."""
    found = codes.authority_of(name)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ", date(2024, 12, 31), "district_committee"),  # a province's city still
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ", date(2025, 1, 1), "province_committee"),
        ("UBND TP. CẦN THƠ", date(2003, 12, 31), "district_committee"),
        ("UBND TP.CẦN THƠ", date(2004, 1, 1), "province_committee"),
        ("UY BAN NHAN DAN THANH PHO DA NANG", date(2016, 5, 1), "province_committee"),  # without accents
        ("UBND TP. HỒ CHÍ MINH", None, "province_committee"),
        ("UBND THÀNH PHỐ ĐỒNG NAI", date(2026, 5, 4), "province_committee"),
        ("UBND TX. HÀ TIÊN", date(2016, 5, 1), "district_committee"),
        ("UBND THÀNH PHỐ RẠCH GIÁ", date(2025, 8, 1), "district_committee"),  # and its time is over
    ],
)
def test_a_city_may_be_a_provinces_equal(name, on, code):
    """Which cities are the centre's, and since when, is a list."""
    found = codes.authority_of(name, on)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("code", "on", "in_force"),
    [
        ("district_committee", date(2025, 6, 30), True),
        ("district_committee", date(2025, 7, 1), False),  # no districts any more
        ("commune_committee", date(2025, 6, 30), False),
        ("commune_committee", date(2025, 7, 1), True),
        ("commune_committee", date(2027, 2, 28), True),
        ("commune_committee", date(2027, 3, 1), False),  # the decree's chapter lapses
        ("registration_office", date(2024, 1, 1), True),
    ],
)
def test_authorities_issue_in_their_time(code, on, in_force):
    """Who may sign hangs on the day."""
    (authority,) = [entry for entry in codes.authorities() if entry.code == code]
    assert authority.in_force(on) is in_force


def test_every_certificate_form_has_its_facts_and_a_number():
    """The rules know each form's time and serial, the exports its number in the land office's system."""
    forms = [form for form in Form if form not in {Form.CCCD, Form.OTHER}]
    assert set(codes.form_facts()) == set(forms)
    assert all(facts.name and facts.source and facts.first_day for facts in codes.form_facts().values())
    numbers = {form: codes.form_number(form) for form in forms}
    assert numbers == {
        Form.LD1993: "2", Form.LD2003: "1", Form.ND60: "3", Form.ND90: "4", Form.TT17_2009: "6",
        Form.TT23_2014: "11", Form.TT10_2024: "98",
    }  # fmt: skip
    assert codes.form_number(Form.OTHER) is None
