"""Verdicts: tables of owners and citizens, each row with its reason."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.citizens import Citizen, NameDifference, OwnerQuery, RegistryVerdict
from registry.verdicts import can_ask, compare_names, judge

NUMBER, CMND = "091070000123", "370123456"
DAT = Citizen(NUMBER, CMND, "Nguyễn Văn Đạt", "1970-05-12", "male", "Rạch Giá, Kiên Giang", "alive")
ASKED = OwnerQuery("Nguyễn Văn Đạt", NUMBER, "1970", "male")


@pytest.mark.parametrize(
    ("left", "right", "difference"),
    [
        ("Nguyễn Văn Đạt", "Nguyễn Văn Đạt", "none"),
        ("NGUYỄN VĂN ĐẠT", "Nguyễn Văn Đạt", "none"),  # printed in capitals
        ("Nguyễn  Văn Đạt ", "Nguyễn Văn Đạt", "none"),  # spaces
        ("Trần Thị Hoà", "Trần Thị Hòa", "none"),  # the tone's place
        ("TRẦN THỊ THUÝ", "Trần Thị Thúy", "none"),  # the tone's place in capitals
        ("Trần Thị Qúy", "Trần Thị Quý", "none"),  # a tone's place that nobody should write, but people do
        (unicodedata.normalize("NFD", "Nguyễn Văn Đạt"), "Nguyễn Văn Đạt", "none"),  # decomposed letters
        ("Nguyễn Văn Ðạt", "Nguyễn Văn Đạt", "none"),  # the Icelandic letter that old fonts used
        ("Nguyễn Văn Đát", "Nguyễn Văn Đạt", "one_tone_mark"),  # another tone
        ("Nguyễn Văn Toan", "Nguyễn Văn Toàn", "one_tone_mark"),  # a tone lost
        ("NGUYỄN VĂN HÓA", "Nguyễn Văn Hoà", "one_tone_mark"),  # another tone, placed otherwise, in capitals
        ("Nguyên Văn Đạt", "Nguyễn Văn Đạt", "one_tone_mark"),  # ê keeps its roof, the tone is lost
        ("Nguyên Văn Đát", "Nguyễn Văn Đạt", "another_name"),  # two tones
        ("Nguyễn Văn Dạt", "Nguyễn Văn Đạt", "one_letter"),  # d and đ are letters
        ("Nguyễn Vân Đạt", "Nguyễn Văn Đạt", "one_letter"),  # so are â and ă
        ("Y Bih Niê K’Đăm", "Y Bih Niê K'Đăm", "none"),  # another kind of apostrophe
        ("Nguyễn Thị Qúy", "Nguyễn Thị Quý", "none"),  # the tone on the other letter of uy after q
        ("Lê Hòang", "Lê Hoàng", "none"),  # typed on the wrong vowel
        ("Nguyen Van Dat", "Nguyễn Văn Đạt", "another_name"),  # without accents it may be anybody
        ("Ông Nguyễn Văn Đạt", "Nguyễn Văn Đạt", "another_name"),  # the salutation was read into the name
        ("Nguyễn Văn Đạ", "Nguyễn Văn Đạt", "one_letter"),  # a letter lost
        ("Nguyễn Văn Đạtt", "Nguyễn Văn Đạt", "one_letter"),  # a letter doubled
        ("Nguyễn VănĐạt", "Nguyễn Văn Đạt", "one_letter"),  # a space lost
        ("Lý Thị Mỹ", "Lý Thị Mĩ", "one_letter"),  # y and i
        ("Nguyễn Văn Đại", "Nguyễn Văn Đạt", "one_letter"),
        ("Trần Thị Hòa", "Trần Thị Hoàn", "one_letter"),  # the letter moves the tone's place
        ("Trần Thị Hòa", "Trần Thị Hoán", "another_name"),  # a letter and a tone
        ("Nguyễn Vân Dạt", "Nguyễn Văn Đạt", "another_name"),  # two letters
        ("Nguyễn Văn Đái", "Nguyễn Văn Đạt", "another_name"),  # a letter and a tone
        ("Nguyễn Đạt", "Nguyễn Văn Đạt", "another_name"),  # a whole syllable lost
        ("Văn Nguyễn Đạt", "Nguyễn Văn Đạt", "another_name"),  # order
        ("", "Nguyễn Văn Đạt", "another_name"),
    ],
)
def test_names_differ_by_degrees(left: str, right: str, difference: str) -> None:
    """The degree of a difference, and the same in both directions."""
    assert compare_names(left, right) == NameDifference(difference)
    assert compare_names(right, left) == NameDifference(difference)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ ", max_size=20), st.data())
def test_one_letter_put_in_is_never_more_than_one_letter(name: str, data: st.DataObject) -> None:
    """Whatever the name, one plain letter put in anywhere is at most one letter's difference."""
    name = " ".join(name.split())
    at = data.draw(st.integers(0, len(name)))
    longer = name[:at] + "k" + name[at:]
    assert compare_names(name, longer) in {NameDifference.ONE_LETTER, NameDifference.ONE_TONE_MARK}
    assert compare_names(name, name.upper()) is NameDifference.NONE


@pytest.mark.parametrize(
    ("query", "citizen", "verdict", "difference"),
    [
        ({}, {}, "match", "none"),
        ({"full_name": "NGUYỄN VĂN ĐẠT"}, {}, "match", "none"),
        ({"birth_year": None, "gender": None}, {}, "match", "none"),  # forms of 2024 print neither
        ({}, {"birth_date": "1970"}, "match", "none"),  # only the year is registered
        ({"full_name": "Nguyễn Văn Đát"}, {}, "name_differs", "one_tone_mark"),
        ({"full_name": "Nguyễn Văn Đại"}, {}, "name_differs", "one_letter"),
        ({"full_name": "Trần Thị Hoa"}, {}, "name_differs", "another_name"),  # a misread number met somebody
        ({"birth_year": "1971"}, {}, "birth_year_differs", "none"),
        ({"gender": "female"}, {}, "gender_differs", "none"),
        ({}, {"status": "deceased"}, "deceased", "none"),
        ({}, {"status": "replaced"}, "only_old_id", "none"),  # the number is no longer valid, the new one unknown
        ({}, {"citizen_id": "091070999999", "old_id": NUMBER}, "only_old_id", "none"),  # replaced by a known one
        ({"id_number": CMND}, {}, "only_old_id", "none"),
        ({"id_number": CMND}, {"citizen_id": ""}, "match", "none"),  # nobody knows a new number
        # Two things at once: what shows another person comes first, the small difference of a name last.
        ({"full_name": "Trần Thị Hoa"}, {"status": "deceased"}, "name_differs", "another_name"),
        ({"full_name": "Nguyễn Văn Đát"}, {"status": "deceased"}, "deceased", "one_tone_mark"),
        ({"full_name": "Nguyễn Văn Đát", "birth_year": "1971"}, {}, "birth_year_differs", "one_tone_mark"),
        ({"full_name": "Nguyễn Văn Đát", "gender": "female"}, {}, "gender_differs", "one_tone_mark"),
        ({"birth_year": "1971"}, {"status": "deceased"}, "birth_year_differs", "none"),
        ({"full_name": "Nguyễn Văn Đát", "id_number": CMND}, {}, "name_differs", "one_tone_mark"),
    ],
)
def test_verdicts(query: dict[str, str], citizen: dict[str, str], verdict: str, difference: str) -> None:
    """One owner against the one citizen found."""
    found = replace(DAT, **citizen)
    answer = judge(replace(ASKED, **query), [found], asked_at="2026-11-24T08:00:00+00:00", officer_code="CB001")
    assert (answer.verdict, answer.name_difference) == (RegistryVerdict(verdict), NameDifference(difference))
    assert (answer.citizen, answer.asked_at, answer.officer_code) == (found, "2026-11-24T08:00:00+00:00", "CB001")


TWIN = replace(DAT, citizen_id="091075000456", birth_date="1975-01-01")


@pytest.mark.parametrize(
    ("query", "citizens", "verdict", "found"),
    [
        ({}, [], "not_found", None),
        ({"id_number": CMND}, [DAT, TWIN], "only_old_id", DAT),  # one CMND given twice: the year tells
        ({"id_number": CMND, "birth_year": "1975"}, [DAT, TWIN], "only_old_id", TWIN),
        ({"id_number": CMND, "birth_year": "1980"}, [DAT, TWIN], "not_found", None),
        ({"id_number": CMND, "birth_year": None}, [DAT, TWIN], "not_found", None),  # nobody can tell which
        ({"id_number": CMND}, [DAT, replace(TWIN, birth_date="1970-02-02")], "not_found", None),  # same year, too
    ],
)
def test_several_or_nobody_found(
    query: dict[str, str], citizens: list[Citizen], verdict: str, found: Citizen | None
) -> None:
    """When it is not certain who is meant, nobody is."""
    answer = judge(replace(ASKED, **query), citizens)
    assert (answer.verdict, answer.citizen) == (RegistryVerdict(verdict), found)


@pytest.mark.parametrize(
    ("id_number", "full_name", "asked"),
    [
        (NUMBER, "Nguyễn Văn Đạt", True),
        (NUMBER, "", True),  # the number alone finds the person
        (CMND, "Nguyễn Văn Đạt", True),
        (CMND, " ", False),  # a CMND was given twice here and there: it needs the name
        (None, "Nguyễn Văn Đạt", False),
        ("", "Nguyễn Văn Đạt", False),
        ("H6075951", "Nguyễn Văn Đạt", False),  # a passport
        ("1700123456", "Công ty A", False),  # a tax code
        ("09107000012", "Nguyễn Văn Đạt", False),  # a digit lost
        ("٠٩١٠٧٠٠٠٠١٢٣", "Nguyễn Văn Đạt", False),  # digits of another script
    ],
)
def test_who_can_be_asked_about(id_number: str | None, full_name: str, asked: bool) -> None:
    """Only personal numbers, and CMNDs with a name, go to the registry."""
    assert can_ask(OwnerQuery(full_name, id_number)) is asked
