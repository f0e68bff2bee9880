"""Invented people: names as they are given in the Mekong delta, personal numbers that agree with sex and year."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from samples.draw.places import Commune

_DATA = Path(__file__).parent / "data" / "names.json"
_COMMON_SURNAMES = (
    ("Nguyễn",) * 10
    + ("Trần",) * 4
    + ("Lê",) * 3
    + ("Phạm",) * 2
    + ("Huỳnh",) * 3
    + ("Võ", "Đặng", "Lâm", "Dương", "Đỗ")
)
_KHMER_SHARE = 0.08
_KHMER_SURNAMES = {
    "male": ("Danh", "Danh", "Danh", "Kim", "Tiên", "Châu", "Sơn"),
    "female": ("Thị", "Thị", "Danh", "Kim", "Châu"),
}
_KHMER_GIVEN = (
    "Út", "Sà Rinh", "Hoàng Ân", "Sà Vây", "Cà Đen", "Phol", "Sóc Kha", "Bích Thuyền", "Thị Rươi", "Khêl", "Lượl", "Ươl",
    "Sà Mách", "Chanh Đa", "Ry", "Thol", "Sa Vane", "Diễm", "Hiền", "Ngọc Lình", "Sơn", "Tư", "Nưng", "Keo", "Đa Ra",
)  # fmt: skip
# The two digits with which a province numbered its old cards; others are drawn.
_OLD_CARD_PREFIX = {"091": "37", "089": "35", "092": "36", "096": "38", "079": "02", "001": "01", "087": "34"}


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; dates are ISO, ``gender`` is male or female."""

    full_name: str
    gender: str
    birth_date: str
    citizen_id: str
    old_id: str

    @property
    def birth_year(self) -> str:
        return self.birth_date[:4]


@cache
def _names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = json.loads(_DATA.read_text(encoding="utf-8"))
    return names


def _full_name(rng: Random, gender: str, province_code: str) -> str:
    if province_code in {"091", "089", "094", "084"} and rng.random() < _KHMER_SHARE:
        return f"{rng.choice(_KHMER_SURNAMES[gender])} {rng.choice(_KHMER_GIVEN)}"
    names = _names()
    surname = rng.choice(_COMMON_SURNAMES) if rng.random() < 0.7 else rng.choice(names["surnames"])
    if rng.random() < 0.35:
        usual = rng.choice(["Văn", "Văn", "Hữu", "Minh"] if gender == "male" else ["Thị", "Thị", "Thị Ngọc", "Thị Kim"])
        return f"{surname} {usual} {rng.choice(names[f'{gender}_given'])}"
    if rng.random() < 0.6:
        return f"{surname} {rng.choice(names[f'{gender}_middle'])} {rng.choice(names[f'{gender}_given'])}"
    return f"{surname} {rng.choice(names[f'{gender}_middle_given'])}"


def any_person(rng: Random, home: Commune, *, gender: str = "", born: tuple[int, int] = (1932, 1996)) -> Person:
    """A person, usually born in the province of ``home``."""
    sex = gender or rng.choice(["male", "male", "male", "female", "female"])
    code = (
        home.person_code
        if rng.random() < 0.85
        else rng.choice(["091", "089", "092", "096", "079", "036", "001", "083"])
    )
    year = rng.randint(*born)
    century = 2 * ((year - 1900) // 100) + (sex == "female")
    old_prefix = _OLD_CARD_PREFIX.get(code) or f"{rng.randint(10, 38):02d}"
    return Person(
        full_name=_full_name(rng, sex, code),
        gender=sex,
        birth_date=f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        citizen_id=f"{code}{century}{year % 100:02d}{rng.randint(0, 999999):06d}",
        old_id=f"{old_prefix}{rng.randint(0, 9999999):07d}",
    )
