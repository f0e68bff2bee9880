"""Where the drawn land lies: communes of both eras, hamlets, streets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_DATA = Path(__file__).parent / "data" / "places.json"
_HOME_PROVINCES = ("Tỉnh Kiên Giang", "Tỉnh An Giang")
_HOME_SHARE = 0.7

_HAMLETS = (
    "An Phước", "Hòa Bình", "Tân Lợi", "Minh Phong", "Xẻo Rô", "Kênh 7", "Kinh 5", "Thạnh An", "Phước Hòa", "Vĩnh Đằng",
    "Tân Bình", "Đông Thành", "Hòn Chông", "Sua Đũa", "Tà Niên", "Xẻo Dừa", "Bến Nhứt", "Cây Trôm", "Rạch Đùng", "Ba Hòn",
    "Phú Hưng", "Mỹ Tân", "Láng Sen", "Đường Xuồng", "Thứ 8", "Thứ 9 Rưỡi", "Ngã Bát", "Vàm Răng", "Trung Thành", "Cống Cả",
)  # fmt: skip
_STREETS = (
    "Nguyễn Trung Trực", "Lâm Quang Ky", "Trần Phú", "Mạc Cửu", "Nguyễn Bỉnh Khiêm", "Lê Lợi", "Hùng Vương",
    "Nguyễn Thị Minh Khai", "Cách Mạng Tháng Tám", "Võ Văn Kiệt", "Phan Thị Ràng", "Chu Văn An", "Đống Đa", "30 Tháng 4",
    "Ngô Quyền", "Lý Thường Kiệt", "Phan Chu Trinh", "Tôn Đức Thắng", "Quang Trung", "Nguyễn Chí Thanh",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or township as the list names it, with its code; ``district`` is empty since July 2025."""

    name: str
    district: str
    province: str
    code: str

    @property
    def is_urban(self) -> bool:
        return self.name.startswith(("Phường", "Thị trấn"))

    @property
    def in_words(self) -> str:
        """The units as an address ends with them: ``xã Bình An, huyện Châu Thành, tỉnh Kiên Giang``."""
        return ", ".join(_small_first(unit) for unit in (self.name, self.district, self.province) if unit)

    @property
    def person_code(self) -> str:
        """The three digits with which personal numbers of people born in this province begin."""
        return _province_codes()[self.province]


def _small_first(unit: str) -> str:
    return unit[0].lower() + unit[1:]


def bare(unit: str) -> str:
    """The name of a unit without its kind: ``Huyện Châu Thành`` gives ``Châu Thành``."""
    for kind in ("Thành phố", "Thị xã", "Thị trấn", "Phường", "Huyện", "Quận", "Tỉnh", "Xã", "Đặc khu"):
        if unit.startswith(kind + " "):
            return unit[len(kind) + 1 :]
    return unit


@cache
def _communes(era: str) -> tuple[Commune, ...]:
    rows = json.loads(_DATA.read_text(encoding="utf-8"))[era]
    if era == "before_2025_07":
        return tuple(Commune(*row) for row in rows)
    return tuple(Commune(name, "", province, code) for name, province, code in rows)


@cache
def _province_codes() -> dict[str, str]:
    # Personal numbers keep the codes of the 63 provinces; the first commune's code of a province does not tell it.
    codes: dict[str, str] = json.loads((_DATA.parent / "person_codes.json").read_text(encoding="utf-8"))
    return codes


def any_commune(rng: Random, *, since_2025_07: bool = False) -> Commune:
    """A commune of that era, two times in three in Kiên Giang or An Giang."""
    communes = _communes("since_2025_07" if since_2025_07 else "before_2025_07")
    at_home = rng.random() < _HOME_SHARE
    if at_home and not since_2025_07:
        province = "Tỉnh Kiên Giang" if rng.random() < 0.85 else "Tỉnh An Giang"
        return rng.choice([c for c in communes if c.province == province])
    return rng.choice([c for c in communes if (c.province in _HOME_PROVINCES) == at_home])


def land_address(rng: Random, commune: Commune) -> str:
    """Where a parcel lies, as certificates print it."""
    if commune.is_urban:
        street = f"đường {rng.choice(_STREETS)}"
        quarter = f"khu phố {rng.randint(1, 9)}"
        start = rng.choice([quarter, f"{street}, {quarter}", street, f"tổ {rng.randint(1, 20)}, {quarter}"])
    else:
        hamlet = f"{rng.choice(['ấp', 'ấp', 'ấp', 'thôn', 'tổ dân phố'])} {rng.choice(_HAMLETS)}"
        start = rng.choice([hamlet, hamlet, f"tổ {rng.randint(1, 12)}, {hamlet}"])
    return _capital_sometimes(rng, f"{start}, {commune.in_words}")


def home_address(rng: Random, commune: Commune) -> str:
    """Where an owner lives, as certificates print it."""
    if commune.is_urban:
        number = rng.choice(
            [f"{rng.randint(1, 980)}", f"{rng.randint(1, 300)}/{rng.randint(1, 60)}", f"{rng.randint(1, 99)}A"]
        )
        start = f"{rng.choice(['số ', 'số nhà ', ''])}{number}{rng.choice([', đường', ' đường', ', '])} {rng.choice(_STREETS)}"
        start = start.replace(",  ", ", ")
        return _capital_sometimes(
            rng, f"{start}, {rng.choice(['', f'khu phố {rng.randint(1, 9)}, '])}{commune.in_words}"
        )
    return land_address(rng, commune)


def _capital_sometimes(rng: Random, text: str) -> str:
    return text[0].upper() + text[1:] if rng.random() < 0.6 else text
