"""The communes of both eras and what became of each."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import certificate
from certificate import places
from certificate.places import Era, UnitKind

KIEN_GIANG, OLD_AN_GIANG, NEW_AN_GIANG = "91", "89", "91"


def test_the_table_has_every_commune():
    """Nationwide, before and after; and those of the two provinces that are one now."""
    assert len(places.communes(Era.OLD)) == 10_035
    assert len(places.communes(Era.NEW)) == 3_321
    assert len(places.communes(Era.OLD, province_code=KIEN_GIANG)) == 143
    assert len(places.communes(Era.OLD, province_code=OLD_AN_GIANG)) == 155
    assert len(places.provinces(Era.OLD)) == 63
    assert len(places.provinces(Era.NEW)) == 34


def test_new_an_giang_has_its_kinds_of_unit():
    """14 wards, 85 communes and 3 special zones."""
    kinds = [place.kind for place in places.communes(Era.NEW, province_code=NEW_AN_GIANG)]
    assert kinds.count(UnitKind.WARD) == 14
    assert kinds.count(UnitKind.COMMUNE) == 85
    assert kinds.count(UnitKind.SPECIAL_ZONE) == 3


def test_every_commune_of_kien_giang_went_into_exactly_one():
    """A paper from Kiên Giang is converted without anybody choosing, and stays in An Giang."""
    for place in places.communes(Era.OLD, province_code=KIEN_GIANG):
        (now,) = places.today(place)
        assert now.era is Era.NEW
        assert now.province.name == "An Giang"


def test_three_communes_of_old_an_giang_were_split():
    """There a person chooses."""
    split = {
        place.name: {now.name for now in places.today(place)}
        for place in places.communes(Era.OLD, province_code=OLD_AN_GIANG)
        if len(places.today(place)) != 1
    }
    assert split == {
        "Phú Hội": {"Nhơn Hội", "An Phú"},
        "Phước Hưng": {"Nhơn Hội", "Phú Hữu", "An Phú"},
        "Vĩnh Châu": {"Vĩnh Tế", "Châu Đốc"},
    }


def test_no_new_commune_mixes_the_two_provinces():
    """48 of the new ones come from Kiên Giang, 54 from old An Giang."""
    sources = {
        code: {now.code for place in places.communes(Era.OLD, province_code=code) for now in places.today(place)}
        for code in (KIEN_GIANG, OLD_AN_GIANG)
    }
    assert len(sources[KIEN_GIANG]) == 48
    assert len(sources[OLD_AN_GIANG]) == 54
    assert not sources[KIEN_GIANG] & sources[OLD_AN_GIANG]


@pytest.mark.parametrize(
    ("name", "district", "today"),
    [
        # A new commune of the old name exists elsewhere in the province, so the name alone misleads.
        ("Thạnh Đông", "Tân Hiệp", "Tân Hiệp"),
        ("Tân An", "Tân Hiệp", "Tân Hội"),
        ("Đông Hưng", "An Minh", "An Minh"),
        ("Mỹ Đức", "Hà Tiên", "Hà Tiên"),
        ("Bình An", "Kiên Lương", "Kiên Lương"),
        ("Bình An", "Châu Thành", "Bình An"),
        ("Thạnh Lộc", "Giồng Riềng", "Thạnh Hưng"),
        ("Thạnh Lộc", "Châu Thành", "Thạnh Lộc"),
        # These differ by one tone.
        ("Tân Thành", "Tân Hiệp", "Tân Hội"),
        ("Tân Thạnh", "An Minh", "Tân Thạnh"),
    ],
)
def test_names_that_mislead_lead_right(name, district, today):
    """Old names are followed by code, never by name."""
    (place,) = [
        found
        for found in places.find_communes(Era.OLD, name)
        if found.district and found.district.name == district and found.province.name == "Kiên Giang"
    ]
    assert [now.name for now in places.today(place)] == [today]


@pytest.mark.parametrize(
    ("code", "old", "new"), [("30856", "Tân Thành", "Tân Hội"), ("30790", "Kiên Bình", "Hòa Điền")]
)
def test_a_code_means_another_place_in_each_era(code, old, new):
    """Codes were used again; only era and code together name a place."""
    before, after = places.commune(Era.OLD, code), places.commune(Era.NEW, code)
    assert before is not None
    assert after is not None
    assert (before.name, after.name) == (old, new)


def test_every_successor_is_in_the_table():
    """No old commune leads nowhere."""
    for place in places.communes(Era.OLD):
        assert places.today(place)


@pytest.mark.parametrize(
    ("on", "era"), [(date(2025, 6, 30), Era.OLD), (date(2025, 7, 1), Era.NEW), (date(1994, 1, 1), Era.OLD)]
)
def test_the_eras_meet_in_the_night_to_july_2025(on, era):
    """The last day of the old units is 2025-06-30."""
    assert places.era_of(on) is era


@pytest.mark.parametrize(
    ("era", "name", "found"),
    [
        (Era.OLD, "Kiên Giang", ["91"]),
        (Era.OLD, "KIÊN GIANG", ["91"]),
        (Era.OLD, "TPHCM", ["79"]),
        (Era.OLD, "Bà Rịa-Vũng Tàu", ["77"]),
        (Era.OLD, "Bà Rịa – Vũng Tàu", ["77"]),
        (Era.OLD, "Thừa Thiên Huế", ["46"]),
        (Era.NEW, "Kiên Giang", []),  # gone
        (Era.NEW, "KG", []),  # its by-name went with it, though the code stays
        (Era.NEW, "An Giang", ["91"]),
        (Era.OLD, "An Giang", ["89"]),
    ],
)
def test_provinces_are_found_by_their_names_and_by_names(era, name, found):
    """Short forms and strokes in names make no difference; eras do."""
    assert [unit.code for unit in places.find_provinces(era, name)] == found


def test_importing_reads_nothing():
    """The table is opened when somebody asks, not before."""
    root = Path(certificate.__file__).parent.parent
    probe = (
        "import certificate.addresses, certificate.codes, certificate.rules.check, certificate.lists as l; "
        "print(l.load_list.cache_info().misses)"
    )
    answer = subprocess.run([sys.executable, "-c", probe], cwd=root, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "0"


def test_the_table_is_small_enough_to_ship():
    """It stays under 700 kB and says where it comes from."""
    path = Path(certificate.__file__).parent / "data" / "places.json"
    assert path.stat().st_size < 700_000
    assert "vietnamadminunits" in json.loads(path.read_text(encoding="utf-8"))["source"]
