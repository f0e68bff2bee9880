"""What one line of typing asks for, and the words by which it is looked for."""

from __future__ import annotations

from datetime import date

import pytest

from certificate.search_query import SearchQuery, communes_named, read_query
from certificate.search_text import accented_words, folded_words, one_letter_away, packed


@pytest.mark.parametrize(
    ("line", "query"),
    [
        # Words alone are words.
        ("nguyen van dat", SearchQuery(text="nguyen van dat")),
        # A serial number, or an entry in the register: the archive tells which.
        ("BX 123456", SearchQuery(number="BX 123456")),
        ("aa06654954", SearchQuery(number="aa06654954")),
        ("CH01234", SearchQuery(number="CH01234")),
        # 12 and 9 digits alone are identity numbers.
        ("091070000017", SearchQuery(id_number="091070000017")),
        ("trần 012345678", SearchQuery(id_number="012345678", text="trần")),
        # Parcels as people say them, with and without accents.
        ("tờ 12 thửa 215", SearchQuery(map_sheet="12", parcel="215")),
        ("thua dat so 215, to ban do so 12", SearchQuery(map_sheet="12", parcel="215")),
        # Everything at once; a day is a day.
        (
            "tờ 12 thửa 215 Nguyễn Văn Đạt 12/05/2015",
            SearchQuery(
                map_sheet="12",
                parcel="215",
                text="Nguyễn Văn Đạt",
                issued_from=date(2015, 5, 12),
                issued_to=date(2015, 5, 12),
            ),
        ),
        # What is no date stays as typed.
        ("31/02/2015", SearchQuery(text="31/02/2015")),
        # A name with "to" in it is no map sheet.
        ("Tô Thị Thừa", SearchQuery(text="Tô Thị Thừa")),
        # The end of a name and a year of birth are words; letters that are no syllable are a number.
        ("nguyen van an 1980", SearchQuery(text="nguyen van an 1980")),
        ("le van to 1979", SearchQuery(text="le van to 1979")),
        ("xa thanh dong to 123", SearchQuery(map_sheet="123", text="xa thanh dong")),
        ("le van tu 1979", SearchQuery(text="le van tu 1979")),
        ("TRAN THI BE 1982", SearchQuery(text="TRAN THI BE 1982")),
        ("trần thị bé, sinh năm 1982", SearchQuery(text="trần thị bé, 1982")),
        ("Nguyễn Văn An CL 2017", SearchQuery(number="CL 2017", text="Nguyễn Văn An")),
        ("nguyen van an BX 123456", SearchQuery(number="BX 123456", text="nguyen van an")),
        ("BA 1980", SearchQuery(number="BA 1980")),
        # What only says which kind of number or day follows is not looked for.
        ("Số BX 111111", SearchQuery(number="BX 111111")),
        ("Số phát hành BX 111111", SearchQuery(number="BX 111111")),
        ("so phat hanh: bx111111", SearchQuery(number="bx111111")),
        ("GCN số BX 111.111 Nguyễn Văn Đạt", SearchQuery(number="BX 111.111", text="Nguyễn Văn Đạt")),
        ("số vào sổ: CH 01234", SearchQuery(register="CH 01234")),
        ("số vào sổ 00123/QSDĐ", SearchQuery(register="00123/QSDĐ")),
        ("ngày cấp 12/05/2015", SearchQuery(issued_from=date(2015, 5, 12), issued_to=date(2015, 5, 12))),
        ("CCCD số 091070000017", SearchQuery(id_number="091070000017")),
        # Digits in groups, as they are read out.
        ("091 080 123 456", SearchQuery(id_number="091080123456")),
        ("Trần Mẫu 012.345.678", SearchQuery(id_number="012345678", text="Trần Mẫu")),
        # A name may be what elsewhere is a label.
        ("Nguyễn Văn Ngày", SearchQuery(text="Nguyễn Văn Ngày")),
        ("", SearchQuery()),
    ],
)
def test_a_line_is_read_as_it_is_meant(line: str, query: SearchQuery) -> None:
    """Numbers, dates and parcels are known by their looks."""
    assert read_query(line) == query


def test_words_lose_their_accents_and_keep_them() -> None:
    """``đ`` is ``d`` where accents don't count; where they do, ``Hoà`` is ``Hòa``."""
    assert folded_words("Nguyễn Văn ĐẠT, Ấp 3") == ["nguyen", "van", "dat", "ap", "3"]
    assert accented_words("HOÀ") == accented_words("Hòa") == ["hòa"]
    assert accented_words("Đạt") != accented_words("Đát")
    assert packed("CH 01234") == packed("ch01234") == "ch01234"


def test_one_letter_away_is_near_and_nothing_else() -> None:
    """Another, one more, one less, two changed over: near; two wrong letters are not."""
    near = one_letter_away("phuoc")
    assert {"phuos", "phuocc", "phoc", "puhoc"} <= near
    assert "phaac" not in near


def test_a_commune_is_found_by_its_old_and_by_its_new_name() -> None:
    """The same name in both eras gives both; a kind or a district narrows."""
    eras = {(unit.era.value, unit.district.name if unit.district else None) for unit in communes_named("Thạnh Đông")}
    assert {era for era, _ in eras} == {"old", "new"}
    assert {unit.district.name for unit in communes_named("xã Thạnh Lộc, huyện Giồng Riềng") if unit.district} == {
        "Giồng Riềng"
    }
    assert communes_named("thanh dong") != ()
    assert communes_named("Không Có Xã Này") == ()
