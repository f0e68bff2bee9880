"""The 143 communes of Kiên Giang and what became of each by Nghị quyết 1654/NQ-UBTVQH15 of 2025-06-16.

On 2026-11-26 the table below was compared, commune by commune, with a published list of that resolution which does not
come from the source of ``places.json``: all 48 agree. It holds the table of places, made anew one day, to the law.
"""

from __future__ import annotations

from datetime import date

import pytest

from certificate import places
from certificate.addresses import resolve_address
from certificate.places import Era
from certificate.text import strip_accents

# Today's commune, and the communes that went into it by their old district.
MERGERS: dict[str, dict[str, str]] = {
    "phường Rạch Giá": {
        "Rạch Giá": "Vĩnh Thanh, Vĩnh Quang, Vĩnh Hiệp, Vĩnh Thanh Vân, Vĩnh Lạc, An Hòa, An Bình, Rạch Sỏi, Vĩnh Lợi",
    },
    "phường Vĩnh Thông": {"Rạch Giá": "Vĩnh Thông, Phi Thông", "Hòn Đất": "Mỹ Lâm"},
    "phường Tô Châu": {"Hà Tiên": "Tô Châu, Thuận Yên", "Kiên Lương": "Dương Hòa"},
    "phường Hà Tiên": {"Hà Tiên": "Đông Hồ, Bình San, Pháo Đài, Mỹ Đức"},
    "xã Tiên Hải": {"Hà Tiên": "Tiên Hải"},
    "xã Kiên Lương": {"Kiên Lương": "Kiên Lương, Bình An, Bình Trị"},
    "xã Hòa Điền": {"Kiên Lương": "Kiên Bình, Hòa Điền"},
    "xã Vĩnh Điều": {"Giang Thành": "Vĩnh Phú, Vĩnh Điều"},
    "xã Giang Thành": {"Giang Thành": "Tân Khánh Hòa, Phú Lợi, Phú Mỹ"},
    "xã Sơn Hải": {"Kiên Lương": "Sơn Hải"},
    "xã Hòn Nghệ": {"Kiên Lương": "Hòn Nghệ"},
    "xã Hòn Đất": {"Hòn Đất": "Hòn Đất, Nam Thái Sơn, Lình Huỳnh, Thổ Sơn"},
    "xã Bình Sơn": {"Hòn Đất": "Bình Sơn"},
    "xã Bình Giang": {"Hòn Đất": "Bình Giang"},
    "xã Sơn Kiên": {"Hòn Đất": "Mỹ Thái, Sơn Kiên, Sơn Bình"},
    "xã Mỹ Thuận": {"Hòn Đất": "Sóc Sơn, Mỹ Hiệp Sơn, Mỹ Thuận, Mỹ Phước"},
    "xã Tân Hiệp": {"Tân Hiệp": "Tân Hiệp, Tân Hiệp B, Thạnh Đông B, Thạnh Đông"},
    "xã Tân Hội": {"Tân Hiệp": "Tân Hội, Tân Thành, Tân Hòa, Tân An"},
    "xã Thạnh Đông": {"Tân Hiệp": "Tân Hiệp A, Thạnh Đông A, Thạnh Trị"},
    "xã Châu Thành": {"Châu Thành": "Minh Lương, Giục Tượng, Minh Hòa"},
    "xã Thạnh Lộc": {"Châu Thành": "Mong Thọ A, Mong Thọ B, Mong Thọ, Thạnh Lộc"},
    "xã Bình An": {"Châu Thành": "Vĩnh Hòa Hiệp, Vĩnh Hòa Phú, Bình An"},
    "xã Giồng Riềng": {"Giồng Riềng": "Giồng Riềng, Thạnh Hòa, Thạnh Bình, Bàn Thạch, Bàn Tân Định"},
    "xã Thạnh Hưng": {"Giồng Riềng": "Thạnh Hưng, Thạnh Phước, Thạnh Lộc"},
    "xã Ngọc Chúc": {"Giồng Riềng": "Ngọc Thành, Ngọc Chúc, Ngọc Thuận"},
    "xã Hòa Hưng": {"Giồng Riềng": "Hòa Hưng, Hòa Lợi, Hòa An"},
    "xã Long Thạnh": {"Giồng Riềng": "Long Thạnh, Vĩnh Thạnh, Vĩnh Phú"},
    "xã Hòa Thuận": {"Giồng Riềng": "Hòa Thuận, Ngọc Hòa"},
    "xã Gò Quao": {"Gò Quao": "Gò Quao, Định An, Vĩnh Phước B"},
    "xã Định Hòa": {"Gò Quao": "Định Hòa, Thới Quản, Thủy Liễu"},
    "xã Vĩnh Hòa Hưng": {"Gò Quao": "Vĩnh Hòa Hưng Bắc, Vĩnh Hòa Hưng Nam"},
    "xã Vĩnh Tuy": {"Gò Quao": "Vĩnh Phước A, Vĩnh Tuy, Vĩnh Thắng"},
    "xã An Biên": {"An Biên": "Thứ Ba, Hưng Yên, Đông Yên"},
    "xã Tây Yên": {"An Biên": "Tây Yên, Tây Yên A, Nam Yên"},
    "xã Đông Thái": {"An Biên": "Nam Thái, Nam Thái A, Đông Thái"},
    "xã Vĩnh Hòa": {"U Minh Thượng": "Thạnh Yên, Thạnh Yên A, Vĩnh Hòa, Hòa Chánh"},
    "xã An Minh": {"An Minh": "Thứ Mười Một, Đông Hưng, Đông Hưng B"},
    "xã Đông Hòa": {"An Minh": "Đông Hòa, Đông Thạnh"},
    "xã U Minh Thượng": {"U Minh Thượng": "An Minh Bắc, Minh Thuận"},
    "xã Tân Thạnh": {"An Minh": "Thuận Hòa, Tân Thạnh"},
    "xã Đông Hưng": {"An Minh": "Đông Hưng A, Vân Khánh Đông"},
    "xã Vân Khánh": {"An Minh": "Vân Khánh, Vân Khánh Tây"},
    "xã Vĩnh Phong": {"Vĩnh Thuận": "thị trấn Vĩnh Thuận, Phong Đông, Vĩnh Phong"},
    "xã Vĩnh Bình": {"Vĩnh Thuận": "Vĩnh Bình Bắc, Vĩnh Bình Nam, Bình Minh"},
    "xã Vĩnh Thuận": {"Vĩnh Thuận": "xã Vĩnh Thuận, Tân Thuận"},
    "đặc khu Phú Quốc": {
        "Phú Quốc": "Dương Đông, An Thới, Cửa Cạn, Gành Dầu, Cửa Dương, Hàm Ninh, Dương Tơ, Bãi Thơm",
    },
    "đặc khu Thổ Châu": {"Phú Quốc": "Thổ Châu"},
    "đặc khu Kiên Hải": {"Kiên Hải": "Hòn Tre, Lại Sơn, An Sơn, Nam Du"},
}
CASES = [
    (old, district, today)
    for today, districts in MERGERS.items()
    for district, names in districts.items()
    for old in names.split(", ")
]
BEFORE = date(2016, 5, 1)


def test_the_resolution_speaks_of_all_of_them():
    """143 communes before, 48 after, and no other in the table."""
    assert (len(CASES), len(MERGERS)) == (143, 48)
    assert sorted(place.code for place in _old()) == sorted(_find(old, district).code for old, district, _ in CASES)


@pytest.mark.parametrize(("old", "district", "today"), CASES, ids=[f"{old}, {over}" for old, over, _ in CASES])
def test_each_leads_to_the_commune_that_the_resolution_names(old, district, today):
    """Printed in full, without its province, abbreviated, in capitals, and without a single accent."""
    place = _find(old, district)
    over = place.district.full_name
    for printed in (
        place.address,
        f"{place.full_name}, {over}",
        f"ấp 3, {place.full_name} - {over} - T. Kiên Giang",
        place.address.upper(),
        strip_accents(place.address),
    ):
        found = resolve_address(printed, BEFORE)
        assert found.place == place, printed
        assert [now.full_name for now in found.today] == [today], printed
        assert {now.province.name for now in found.today} == {"An Giang"}


def _find(name, district):
    """The old commune of that name, with its kind where the district has two of one name."""
    (place,) = [found for found in _old() if name in {found.name, found.full_name} and found.district.name == district]
    return place


def _old():
    return places.communes(Era.OLD, province_code="91")
