"""What the registry's answer means for one owner. Pure: a query and the citizens found go in, a verdict comes out."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from certificate.citizens import Citizen, NameDifference, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.text import comparable, nfc, plain_apostrophes

PERSONAL_NUMBER_DIGITS = 12
CMND_DIGITS = 9
MAX_NAME_LENGTH = 200
"""A longer name is no name; the registry would not take the question."""
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def is_personal_number(id_number: str) -> bool:
    """Whether it has the shape of a personal number (số định danh): 12 digits."""
    return len(id_number) == PERSONAL_NUMBER_DIGITS and id_number.isascii() and id_number.isdigit()


def is_cmnd(id_number: str) -> bool:
    """Whether it has the shape of an old identity card's number (CMND): 9 digits."""
    return len(id_number) == CMND_DIGITS and id_number.isascii() and id_number.isdigit()


def can_ask(query: OwnerQuery) -> bool:
    """Whether the registry can be asked at all: a personal number, or a CMND together with a name."""
    if query.id_number is None:
        return False
    has_name = 0 < len(nfc(query.full_name)) <= MAX_NAME_LENGTH
    return is_personal_number(query.id_number) or (is_cmnd(query.id_number) and has_name)


def judge(
    query: OwnerQuery,
    citizens: Sequence[Citizen],
    *,
    asked_at: str | None = None,
    officer_code: str | None = None,
) -> RegistryAnswer:
    """The verdict on an owner, from what the registry found under the owner's number.

    ``citizens`` are those whose personal number, or number before, is the one asked; several only for a CMND, which
    two districts may have given twice. What shows that it is another person comes first: another name, another birth
    year, another gender. A smaller difference of the name comes after the person's death, so that a name which is
    off by one mark never hides something worse: ``name_differs`` with ``one_tone_mark`` means that all else agrees
    but, perhaps, that the number is an old one (then ``citizen.citizen_id`` is not the number asked).
    """

    def answer(
        verdict: RegistryVerdict, citizen: Citizen | None = None, difference: NameDifference = NameDifference.NONE
    ) -> RegistryAnswer:
        return RegistryAnswer(verdict, citizen, difference, asked_at, officer_code)

    citizen = _the_one(query, citizens)
    if citizen is None:
        return answer(RegistryVerdict.NOT_FOUND)
    difference = compare_names(query.full_name, citizen.full_name)
    if difference is NameDifference.ANOTHER_NAME:
        return answer(RegistryVerdict.NAME_DIFFERS, citizen, difference)
    if query.birth_year and query.birth_year != citizen.birth_date[:4]:
        return answer(RegistryVerdict.BIRTH_YEAR_DIFFERS, citizen, difference)
    if query.gender and query.gender != citizen.gender:
        return answer(RegistryVerdict.GENDER_DIFFERS, citizen, difference)
    if citizen.status == "deceased":
        return answer(RegistryVerdict.DECEASED, citizen, difference)
    if difference is not NameDifference.NONE:
        return answer(RegistryVerdict.NAME_DIFFERS, citizen, difference)
    if citizen.status == "replaced" or citizen.citizen_id not in {query.id_number, ""}:
        return answer(RegistryVerdict.ONLY_OLD_ID, citizen)
    return answer(RegistryVerdict.MATCH, citizen)


def _the_one(query: OwnerQuery, citizens: Sequence[Citizen]) -> Citizen | None:
    """The only citizen found, or the only one of several with the owner's very name and birth year; else nobody."""
    if len(citizens) <= 1:
        return citizens[0] if citizens else None
    if not query.birth_year:
        return None
    same = [
        citizen
        for citizen in citizens
        if citizen.birth_date[:4] == query.birth_year
        and compare_names(query.full_name, citizen.full_name) is NameDifference.NONE
    ]
    return same[0] if len(same) == 1 else None


def compare_names(left: str, right: str) -> NameDifference:
    """By how much two names differ, whatever their letter case, their apostrophes and the places of the tone marks.

    A tone mark is one of the five tones; ``ă``, ``â``, ``đ`` and their like are letters of their own. Two differences
    of any kind make another name.
    """
    left, right = plain_apostrophes(left), plain_apostrophes(right)
    one, other = comparable(left), comparable(right)
    if one == other:
        return NameDifference.NONE
    one_syllables, other_syllables = one.split(" "), other.split(" ")
    if [_toneless(syllable) for syllable in one_syllables] == [_toneless(syllable) for syllable in other_syllables]:
        pairs = zip(one_syllables, other_syllables, strict=True)
        tones = sum(_tones(first) != _tones(second) for first, second in pairs)
        if tones == 0:
            return NameDifference.NONE
        return NameDifference.ONE_TONE_MARK if tones == 1 else NameDifference.ANOTHER_NAME
    return NameDifference.ONE_LETTER if _one_letter_apart(left, right) else NameDifference.ANOTHER_NAME


def _one_letter_apart(left: str, right: str) -> bool:
    """Whether one letter makes the difference, its tone included.

    A letter put in may move the place of the tone mark (``Hòa``, ``Hoàn``), so the letters are compared as written,
    with tones placed alike, and with all tones taken out where these are the same.
    """
    written = nfc(left).casefold(), nfc(right).casefold()
    placed = comparable(left), comparable(right)
    if _one_edit_apart(*written) or _one_edit_apart(*placed):
        return True
    return _tones(written[0]) == _tones(written[1]) and _one_edit_apart(_toneless(written[0]), _toneless(written[1]))


def _toneless(syllable: str) -> str:
    kept = "".join(c for c in unicodedata.normalize("NFD", syllable) if c not in _TONES)
    return unicodedata.normalize("NFC", kept)


def _tones(syllable: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", syllable) if c in _TONES)


def _one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter put in, left out or exchanged makes the two the same."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[at + 1 :] == other[at + 1 :] or one[at + 1 :] == other[at:] or one[at:] == other[at + 1 :]
