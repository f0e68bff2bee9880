"""Printed addresses: taken apart, put together, found, and never guessed."""

from __future__ import annotations

import timeit
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate import places
from certificate.addresses import PrintedAddress, PrintedUnit, parse_address, render_address, resolve_address
from certificate.places import Commune, Era, UnitKind
from certificate.text import strip_accents

BEFORE, AFTER = date(2016, 5, 1), date(2025, 9, 1)
ANY_COMMUNE = st.sampled_from([*places.communes(Era.OLD), *places.communes(Era.NEW)])
PREFIX = st.sampled_from(
    ["", "ấp An Hòa", "Ấp 3", "tổ 5, khu phố 2", "số 12 đường Nguyễn Trung Trực", "Số 12, đường tỉnh 963, ấp Kênh 5B",
     "lô 7, tỉnh lộ 28", "thôn Xẻo Dừa", "khóm 1"]
)  # fmt: skip


def _printed(place: Commune, prefix: str) -> PrintedAddress:
    district = PrintedUnit(place.district.kind, place.district.name) if place.district else None
    province = PrintedUnit(place.province.kind, place.province.name)
    return PrintedAddress(prefix, PrintedUnit(place.kind, place.name), district, province)


@given(ANY_COMMUNE, PREFIX)
def test_parsing_a_rendered_address_is_identity(place, prefix):
    """Every commune of the country, with anything before it, comes out as it went in."""
    address = _printed(place, prefix)
    assert parse_address(render_address(address)) == address


@given(ANY_COMMUNE, PREFIX)
def test_a_full_address_is_found(place, prefix):
    """With all levels printed there is one commune and no doubt, whatever the letter case."""
    on = BEFORE if place.era is Era.OLD else AFTER
    text = render_address(_printed(place, prefix))
    for written in (text, text.upper()):
        found = resolve_address(written, on)
        assert found.place == place
        assert found.exact
        assert found.today == places.today(place)


@given(ANY_COMMUNE)
def test_rendering_a_parsed_address_and_parsing_again_changes_nothing(place):
    """Abbreviations are written out once and stay so."""
    once = parse_address(place.address.replace("huyện", "H.").replace("xã", "X.").replace("tỉnh", "T."))
    assert parse_address(render_address(once)) == once


@pytest.mark.parametrize(
    ("text", "prefix", "commune", "district", "province"),
    [
        # As printed: abbreviations, letters without space, strokes, no commas, levels without their kind.
        ("Khu phố 3, TT. Minh Lương, H. Châu Thành, T. Kiên Giang", "Khu phố 3", "thị trấn Minh Lương",
         "huyện Châu Thành", "tỉnh Kiên Giang"),
        ("123 đường Nguyễn Trung Trực, P. Vĩnh Lạc, TP. Rạch Giá, Kiên Giang", "123 đường Nguyễn Trung Trực",
         "phường Vĩnh Lạc", "thành phố Rạch Giá", "Kiên Giang"),
        ("Ấp 5, X.Đông Hưng, H.An Minh, KG", "Ấp 5", "xã Đông Hưng", "huyện An Minh", "KG"),
        ("xã Thạnh Lộc - huyện Giồng Riềng - tỉnh Kiên Giang", "", "xã Thạnh Lộc", "huyện Giồng Riềng",
         "tỉnh Kiên Giang"),
        ("ấp Minh Tân xã Minh Hòa huyện Châu Thành tỉnh Kiên Giang", "ấp Minh Tân", "xã Minh Hòa",
         "huyện Châu Thành", "tỉnh Kiên Giang"),
        ("Dương Đông, Phú Quốc, Kiên Giang", "", "Dương Đông", "Phú Quốc", "Kiên Giang"),
        ("tt Minh Lương, h Châu Thành, t Kiên Giang", "", "thị trấn Minh Lương", "huyện Châu Thành",
         "tỉnh Kiên Giang"),
        ("P5, Q3, TPHCM", "", "phường 5", "quận 3", "thành phố HCM"),
        ("Phường 5, Q. Gò Vấp, TP.HCM", "", "phường 5", "quận Gò Vấp", "thành phố HCM"),
        ("T.T Thứ Ba, H. An Biên", "", "thị trấn Thứ Ba", "huyện An Biên", ""),
        ("xã Long Sơn, TP Vũng Tàu, tỉnh Bà Rịa - Vũng Tàu", "", "xã Long Sơn", "thành phố Vũng Tàu",
         "tỉnh Bà Rịa - Vũng Tàu"),
        ("xã Mỹ Đức, TX. Hà Tiên (nay là thành phố Hà Tiên), tỉnh Kiên Giang", "", "xã Mỹ Đức", "thị xã Hà Tiên",
         "tỉnh Kiên Giang"),
        ("Số 12 đường tỉnh 963, xã Tân Hiệp A, Tân Hiệp, Kiên Giang, Việt Nam", "Số 12 đường tỉnh 963",
         "xã Tân Hiệp A", "Tân Hiệp", "Kiên Giang"),
        ("Phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng", "", "phường Xuân Hương - Đà Lạt", "", "tỉnh Lâm Đồng"),
        # A level that no list knows stands where its place says.
        ("xã Thổ Sơn, huyen Hon Dat, tỉnh Kiên Giang", "", "xã Thổ Sơn", "huyen Hon Dat", "tỉnh Kiên Giang"),
        ("xã Thổ Sơn, huyện Hòn Đất, tinh Kien Giang", "", "xã Thổ Sơn", "huyện Hòn Đất", "tinh Kien Giang"),
        # Words for kinds inside names.
        ("xã Tứ Quận huyện Yên Sơn tỉnh Tuyên Quang", "", "xã Tứ Quận", "huyện Yên Sơn", "tỉnh Tuyên Quang"),
        ("xã Cam Đường thành phố Lào Cai tỉnh Lào Cai", "", "xã Cam Đường", "thành phố Lào Cai", "tỉnh Lào Cai"),
        ("P.Phường Đúc, Q.Thuận Hóa, TP.Huế", "", "phường Phường Đúc", "quận Thuận Hóa", "thành phố Huế"),
        ("Đường tỉnh 963 xã Tân Hiệp A, huyện Tân Hiệp", "Đường tỉnh 963", "xã Tân Hiệp A", "huyện Tân Hiệp", ""),
        # Strokes without spaces, brackets, and the township's longer abbreviation.
        ("phường Vĩnh Thanh Vân-thành phố Rạch Giá-tỉnh Kiên Giang", "", "phường Vĩnh Thanh Vân",
         "thành phố Rạch Giá", "tỉnh Kiên Giang"),
        ("ấp 3 (tổ 5), xã Thạnh Hưng (huyện Giồng Riềng), tỉnh Kiên Giang", "ấp 3 (tổ 5)", "xã Thạnh Hưng",
         "huyện Giồng Riềng", "tỉnh Kiên Giang"),
        ("TTr. Minh Lương, huyện Châu Thành", "", "thị trấn Minh Lương", "huyện Châu Thành", ""),
        # Not one accent in the whole address.
        ("ap An Hoa, xa Dinh An, huyen Go Quao, tinh Kien Giang", "ap An Hoa", "xã Dinh An", "huyện Go Quao",
         "tỉnh Kien Giang"),
        ("AP 3 XA DINH AN HUYEN GO QUAO TINH KIEN GIANG", "AP 3", "xã DINH AN", "huyện GO QUAO", "tỉnh KIEN GIANG"),
        ("duong tinh 963, xa Tan Hiep A, Tan Hiep, Kien Giang", "duong tinh 963", "xã Tan Hiep A", "Tan Hiep",
         "Kien Giang"),
        ("phuong Quan Thanh, quan Ba Dinh, thanh pho Ha Noi", "", "phường Quan Thanh", "quận Ba Dinh",
         "thành phố Ha Noi"),
        ("ấp Kênh Xáng", "ấp Kênh Xáng", "", "", ""),
        ("", "", "", "", ""),
    ],
)  # fmt: skip
def test_printed_addresses_are_taken_apart(text, prefix, commune, district, province):
    """Kinds are known by their words and abbreviations; what stands before the commune is kept."""
    address = parse_address(text)
    assert address.prefix == prefix
    assert [str(unit or "") for unit in (address.commune, address.district, address.province)] == [
        commune, district, province,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "on", "place", "exact", "reason"),
    [
        ("xã Vĩnh Hoà Hiệp, huyện Châu Thành, Kiên Giang", BEFORE,
         "xã Vĩnh Hòa Hiệp, huyện Châu Thành, tỉnh Kiên Giang", True, "the tone stands on the other letter"),
        ("xã Tân An, huyện Tân Hiệp", BEFORE,
         "xã Tân An, huyện Tân Hiệp, tỉnh Kiên Giang", True, "no province, but commune and district are enough"),
        ("xã Vĩnh Hoa Hiệp, huyện Châu Thành, Kiên Giang", BEFORE,
         "xã Vĩnh Hòa Hiệp, huyện Châu Thành, tỉnh Kiên Giang", False, "a mark is missing and one commune fits"),
        ("xã Tân Thanh, huyện An Minh, tỉnh Kiên Giang", BEFORE,
         "xã Tân Thạnh, huyện An Minh, tỉnh Kiên Giang", False, "Tân Thành lies in another district"),
        ("TT. Dương Đông, huyện Phú Quốc, Kiên Giang", BEFORE,
         "phường Dương Đông, thành phố Phú Quốc, tỉnh Kiên Giang", False, "a township then, a ward later"),
        ("xã Phú Mỹ, huyện Kiên Lương, Kiên Giang", date(2005, 1, 1),
         "xã Phú Mỹ, huyện Giang Thành, tỉnh Kiên Giang", True, "Giang Thành came out of Kiên Lương in 2009"),
        ("xã Thạnh Lộc, huyện Giống Riềng, tỉnh Kiên Giang", BEFORE,
         "xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang", False,
         "another district has a Thạnh Lộc, but no district is called so: only the mark is wrong"),
        ("TT. Thứ 11, huyện An Minh, Kiên Giang", BEFORE,
         "thị trấn Thứ Mười Một, huyện An Minh, tỉnh Kiên Giang", True, "the number in digits"),
        ("Thứ 3, An Biên, Kiên Giang", BEFORE,
         "thị trấn Thứ Ba, huyện An Biên, tỉnh Kiên Giang", True, "the number in digits, no kinds"),
        ("xa Phu My, huyen Kien Luong, tinh Kien Giang", date(2005, 1, 1),
         "xã Phú Mỹ, huyện Giang Thành, tỉnh Kiên Giang", False, "the former district without accents"),
        ("xa Tan Thanh, huyen Tan Hiep, tinh Kien Giang", BEFORE,
         "xã Tân Thành, huyện Tân Hiệp, tỉnh Kiên Giang", False, "the district tells which"),
        ("Dinh An, Go Quao, Kien Giang", BEFORE,
         "xã Định An, huyện Gò Quao, tỉnh Kiên Giang", False, "neither accents nor kinds"),
        ("xã Bình An, tỉnh An Giang", AFTER,
         "xã Bình An, tỉnh An Giang", True, "the new one"),
        ("phường Trấn Biên, thành phố Đồng Nai", date(2026, 5, 4),
         "phường Trấn Biên, tỉnh Đồng Nai", True, "a city of the centre's since April 2026"),
        ("phường 1, TP. Cà Mau, tỉnh Cà Mau", BEFORE,
         "phường 1, thành phố Cà Mau, tỉnh Cà Mau", True, "a province's city of the province's name"),
        ("đặc khu Phú Quốc, tỉnh An Giang", None,
         "đặc khu Phú Quốc, tỉnh An Giang", True, "only the new era has special zones"),
    ],
)  # fmt: skip
def test_addresses_are_found_as_of_their_day(text, on, place, exact, reason):
    """The day tells the era; what is passed over is told."""
    found = resolve_address(text, on)
    assert found.place is not None, reason
    assert found.place.address == place, reason
    assert found.exact is exact, reason


@pytest.mark.parametrize(
    ("text", "on", "count", "reason"),
    [
        ("xã Bình An, tỉnh Kiên Giang", BEFORE, 2, "two of the name in the province"),
        ("xã Thạnh Lộc, tỉnh Kiên Giang", BEFORE, 2, "two of the name in the province"),
        ("xã Vĩnh Phú, tỉnh Kiên Giang", BEFORE, 2, "two of the name in the province"),
        ("xã Tân Thanh, tỉnh Kiên Giang", BEFORE, 2, "Tân Thành or Tân Thạnh"),
        ("xa Tan Thanh, tinh Kien Giang", BEFORE, 2, "without accents Tân Thành and Tân Thạnh are one"),
        ("xa Binh An, tinh Kien Giang", BEFORE, 2, "two of the name in the province"),
        ("xã Thạnh Lộc", BEFORE, 4, "the name alone is never enough"),
        ("xã Vĩnh Hòa Hiệp", BEFORE, 1, "not even when it is the only one"),
        ("xã Định An, huyện An Minh, tỉnh Kiên Giang", BEFORE, 1, "it lies in another district"),
        ("xã Tân Thạnh, huyện Tân Hiệp, tỉnh Kiên Giang", BEFORE, 2, "Tân Thành there, Tân Thạnh in An Minh"),
        ("xã Chẳng Có, huyện An Minh, tỉnh Kiên Giang", BEFORE, 0, "no such commune"),
        ("huyện An Minh, tỉnh Kiên Giang", BEFORE, 0, "no commune printed"),
        ("xã Thạnh Lộc, huyện Giồng Riềng, tỉnh An Giang", BEFORE, 0, "that province has no such district"),
    ],
)
def test_what_can_mean_several_or_none_is_not_guessed(text, on, count, reason):
    """The candidates are named and none is chosen."""
    found = resolve_address(text, on)
    assert found.place is None, reason
    assert len(found.candidates) == count, reason
    assert found.today == ()


@given(st.text("xãXphườngPhuyệnHtỉnhT.,- –();TPXQ0123456789 KiênGiangRạchGiá", max_size=60))
def test_any_text_is_taken_apart_without_loss_of_sense(text):
    """No text stops the parser, and what it makes of it is stable."""
    once = parse_address(render_address(parse_address(text)))
    assert parse_address(render_address(once)) == once
    resolve_address(text)


def test_an_address_takes_less_than_a_millisecond():
    """Fast enough to check every reading of every line; the best of many runs, as the machine may be busy."""
    text = "ấp An Hòa, xã Vĩnh Hòa Hiệp, huyện Châu Thành, tỉnh Kiên Giang"
    resolve_address(text, BEFORE)
    assert min(timeit.repeat(lambda: resolve_address(text, BEFORE), number=1, repeat=50)) < 0.001


_ABBREVIATIONS = (("thị trấn ", "TT."), ("thị xã ", "TX."), ("thành phố ", "TP."), ("huyện ", "H."), ("quận ", "Q."),
                  ("xã ", "X."), ("phường ", "P."), ("tỉnh ", "T."))  # fmt: skip


def _abbreviated(address: str) -> str:
    for word, short in _ABBREVIATIONS:
        address = address.replace(word, short)
    return address


@pytest.mark.slow
@pytest.mark.parametrize(
    "written",
    [
        lambda place: f"ấp 3, {place.address}",
        lambda place: place.address.replace(", ", " "),
        lambda place: _abbreviated(place.address),
        lambda place: ", ".join([place.full_name, *(over.name for over in (place.district, place.province) if over)]),
    ],
    ids=["in full", "without commas", "abbreviated", "upper levels without their kinds"],
)
@pytest.mark.parametrize("era", list(Era))
def test_every_commune_of_the_country_is_found(era, written):
    """All 13,356 of both eras, in each way of printing."""
    on = BEFORE if era is Era.OLD else AFTER
    lost = [place.address for place in places.communes(era) if resolve_address(written(place), on).place != place]
    assert lost == []


@pytest.mark.slow
@pytest.mark.parametrize("era", list(Era))
def test_without_accents_no_commune_is_taken_for_another(era):
    """Nor without commas; names that the accents alone tell apart, fewer than two of a hundred, are a person's."""
    on = BEFORE if era is Era.OLD else AFTER
    written = {place: strip_accents(place.address).replace(", ", " ") for place in places.communes(era)}
    found = {place: resolve_address(text, on).place for place, text in written.items()}
    assert [text for place, text in written.items() if found[place] not in {None, place}] == []
    assert sum(one is None for one in found.values()) < len(found) * 0.02


def test_kinds_are_told_apart_where_names_are_not():
    """A township and a commune of one name in one district."""
    for kind in (UnitKind.TOWNSHIP, UnitKind.COMMUNE):
        found = resolve_address(f"{kind} Yên Viên, huyện Gia Lâm, thành phố Hà Nội", BEFORE)
        assert found.place is not None
        assert found.place.kind is kind
    assert resolve_address("Yên Viên, huyện Gia Lâm, thành phố Hà Nội", BEFORE).place is None


def test_a_name_with_other_marks_is_not_spelled_right_whatever_it_may_mean():
    """An Giang kept its commune Cần Đăng in 2025: without a district the name means one of two, and neither is Cẩn."""
    wrong, right = (resolve_address(f"xã {name} Đăng, tỉnh An Giang") for name in ("Cẩn", "Cần"))
    assert wrong.candidates == right.candidates
    assert len(wrong.candidates) == 2
    assert (wrong.is_spelled_right, right.is_spelled_right) == (False, True)
    elsewhere = resolve_address("xã Cẩn Đăng, huyện Thoại Sơn, tỉnh An Giang")
    assert (elsewhere.is_elsewhere, elsewhere.is_spelled_right) == (True, False)
