"""Identity numbers: which paper a number belongs to, what a CCCD number says of its bearer, tax codes.

Luật Căn cước 2023, TT 07/2016/TT-BCA (structure of the personal number), TT 105/2020/TT-BTC (tax code). The number
decides what it is, not the label printed before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from certificate.lists import load_list
from certificate.text import nfc

FIRST_12_DIGIT_NUMBERS = date(2012, 7, 1)
"""CMND with 12 digits came in mid-2012 (NĐ 170/2007, TT 27/2012/TT-BCA), CCCD in 2016."""

LAST_DAY_OF_CMND = date(2024, 12, 31)
"""Luật Căn cước 2023, Đ.46: the CMND is void from 2025-01-01."""


class IdType(StrEnum):
    """The kinds of identity paper that stand on certificates."""

    CMND = "cmnd"
    CCCD = "cccd"
    PASSPORT = "passport"
    MILITARY = "military"
    TAX_CODE = "tax_code"
    DECISION = "decision"


# What the labels printed before the number mean; several papers in one label ("CMTND/CCCD/CMQĐ/HC") say nothing.
_LABELS: tuple[tuple[re.Pattern[str], IdType], ...] = (
    (re.compile(r"quân đội|quân nhân|sĩ quan|\bcmqđ|\bcmsq|\bqđ\b(?!-)"), IdType.MILITARY),
    (re.compile(r"hộ chiếu|\bhc\b|passport"), IdType.PASSPORT),
    (re.compile(r"mã số thuế|\bmst\b|doanh nghiệp|đkkd|đăng ký kinh doanh"), IdType.TAX_CODE),
    (re.compile(r"quyết định|giấy phép"), IdType.DECISION),
    (re.compile(r"căn cước|\bcccd\b|\bcc\b|định danh"), IdType.CCCD),
    (re.compile(r"chứng minh|\bcmt?nd\b|\bcmt\b"), IdType.CMND),
)
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_CENTURIES = {
    "0": 1900,
    "1": 1900,
    "2": 2000,
    "3": 2000,
    "4": 2100,
    "5": 2100,
    "6": 2200,
    "7": 2200,
    "8": 2300,
    "9": 2300,
}


def normalise_id(text: str) -> str:
    """An identity number in its normal form: capitals, no spaces or dots; the stroke of ``0123456789-001`` stays."""
    packed = re.sub(r"[\s.,·]", "", nfc(text)).upper().replace("–", "-")
    if re.fullmatch(r"\d{13}", packed):
        return f"{packed[:10]}-{packed[10:]}"
    if re.fullmatch(r"[\d-]+", packed) and not re.fullmatch(r"\d{10}-\d{3}", packed):
        return packed.replace("-", "")
    return packed


def label_type(label: str) -> IdType | None:
    """The paper that a printed label names ("CMND", "Hộ chiếu", "MST"), ``None`` for none or for several."""
    folded = nfc(label).casefold()
    named = {kind for pattern, kind in _LABELS if pattern.search(folded)}
    return named.pop() if len(named) == 1 else None


def id_type(number: str, label: str = "") -> IdType | None:
    """Which paper a number is of; its length decides, and the label only where the length leaves it open.

    ``None`` for a number that fits no paper.
    """
    packed = normalise_id(number)
    named = label_type(label)
    if re.fullmatch(r"\d{12}", packed):
        return IdType.CCCD
    if re.fullmatch(r"\d{9}", packed):
        return IdType.CMND
    if re.fullmatch(r"\d{10}(-\d{3})?", packed):
        return IdType.TAX_CODE
    if named is IdType.MILITARY and re.fullmatch(r"[A-ZĐ]{0,3}\d{6,11}", packed):
        return IdType.MILITARY
    if re.fullmatch(r"[A-Z]{1,2}\d{7,8}", packed):
        return IdType.PASSPORT
    if re.fullmatch(r"\d{8}", packed):
        return IdType.MILITARY
    if "/" in packed and re.search(r"\d", packed):
        return IdType.DECISION
    return None


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """What the 12 digits of a CCCD say. ``province`` is ``None`` for a birth registered abroad."""

    registration_code: str
    province: str | None
    gender: str
    birth_year: int


class CccdFault(StrEnum):
    """What can be wrong with a CCCD number, alone or against gender and birth year."""

    MALFORMED = "malformed"
    PROVINCE_UNKNOWN = "province_unknown"
    BORN_ABROAD = "born_abroad"
    GENDER_DIFFERS = "gender_differs"
    BIRTH_YEAR_DIFFERS = "birth_year_differs"


def read_cccd(number: str) -> PersonalNumber | None:
    """Take a CCCD number apart; ``None`` unless it has 12 digits with a known century."""
    packed = normalise_id(number)
    if not re.fullmatch(r"\d{12}", packed) or packed[3] not in _CENTURIES:
        return None
    gender = "male" if int(packed[3]) % 2 == 0 else "female"
    year = _CENTURIES[packed[3]] + int(packed[4:6])
    return PersonalNumber(packed[:3], province_of_cccd(packed), gender, year)


def check_cccd(number: str, gender: str | None = None, birth_year: str | int | None = None) -> tuple[CccdFault, ...]:
    """What is wrong with a CCCD number, given the bearer's ``male`` or ``female`` and birth year where known.

    There is no check digit: one wrong digit among the last six can't be seen.
    """
    told = read_cccd(number)
    if told is None:
        return (CccdFault.MALFORMED,)
    faults = []
    if told.province is None:
        born_abroad = is_country_code(told.registration_code)
        faults.append(CccdFault.BORN_ABROAD if born_abroad else CccdFault.PROVINCE_UNKNOWN)
    if gender and gender != told.gender:
        faults.append(CccdFault.GENDER_DIFFERS)
    if birth_year and int(birth_year) != told.birth_year:
        faults.append(CccdFault.BIRTH_YEAR_DIFFERS)
    return tuple(faults)


def province_of_cccd(number: str) -> str | None:
    """The province where the birth was registered, by its name before the mergers of 2025."""
    name: str | None = cccd_provinces().get(number[:3])
    return name


@cache
def cccd_provinces() -> dict[str, str]:
    """The provinces' three-digit codes and names; the codes do not change when provinces merge."""
    return dict(load_list("cccd_codes")["provinces"])


def is_country_code(code: str) -> bool:
    """Whether three digits stand for a foreign country of birth."""
    countries = load_list("cccd_codes")["countries"]
    return bool(countries["first"] <= int(code) <= countries["last"])


def cmnd_prefix_is_known(number: str) -> bool:
    """Whether the first two digits of a CMND are those of a province's police, as it was then divided."""
    prefixes = load_list("cccd_codes")["cmnd_prefixes"]
    return bool(prefixes["first"] <= int(normalise_id(number)[:2]) <= prefixes["last"])


def tax_code_is_valid(number: str) -> bool:
    """Whether a tax code of 10 digits, or 10 and a branch's 3, has the right check digit."""
    packed = normalise_id(number)
    if not re.fullmatch(r"\d{10}(-\d{3})?", packed):
        return False
    return tax_check_digit(packed[:9]) == packed[9]


def tax_check_digit(first_nine: str) -> str | None:
    """The tenth digit of the tax code that begins with nine digits; ``None`` where no such code is given out."""
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, first_nine, strict=True))
    check = 10 - total % 11
    return str(check) if check < 10 else None


def mask_id(number: str) -> str:
    """An identity number for lists and logs of use: first and last three signs, stars between."""
    return number[:3] + "*" * max(len(number) - 6, 3) + number[-3:] if len(number) > 6 else "*" * len(number)
