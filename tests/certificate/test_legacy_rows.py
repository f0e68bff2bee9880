"""Rows of another register: every known slip is named with what was meant, and honest rows pass."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from certificate.legacy_differences import differences, swapped
from certificate.legacy_rows import DIAGNOSES, DiagnosisCode, read_row
from certificate.record import Decision, FieldReading, Form, Record

TODAY = date(2026, 11, 26)
GOOD = {
    "serial_number": "BX 123456",
    "issue_date": "12/05/2015",
    "register_number": "CH01234",
    "full_name": "Nguyễn Văn Mẫu",
    "id_number": "091070000017",
    "birth_date": "02/03/1970",
    "gender": "Nam",
    "map_sheet": "12",
    "parcel": "215",
    "area": 150.5,
    "purpose_1": "ONT",
}
VALUES = {
    "serial_number": "BX 123456",
    "register_number": "CH 01234",
    "issue_date": "2015-05-12",
    "owners.0.full_name": "NGUYỄN VĂN MẪU",
    "owners.0.gender": "male",
    "owners.0.birth_year": "1970",
    "owners.0.id_number": "012345678",
    "owners.1.full_name": "TRẦN THỊ MẪU",
    "parcels.0.map_sheet_number": "12",
    "parcels.0.parcel_number": "215",
    "parcels.0.area_m2": "150.5",
    "parcels.0.purposes.0.code": "ONT",
}


def record(**changes: str) -> Record:
    """A record of ours, some values otherwise (``__`` for a dot)."""
    values = VALUES | {path.replace("__", "."): value for path, value in changes.items()}
    fields = {path: FieldReading(value, value, 0.99, Decision.ACCEPT) for path, value in values.items()}
    return Record("a.pdf", Form.TT23_2014, 0.99, (), fields)


def test_an_honest_row_passes() -> None:
    """Nothing is said of it, and its values are in our normal forms."""
    row = read_row(GOOD, TODAY)
    assert row.diagnoses == ()
    assert row.values["issue_date"] == "2015-05-12"
    assert (row.values["gender"], row.values["area"]) == ("male", "150.5")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("ngày 12 tháng 5 năm 2015", "2015-05-12"),
        ("12 tháng 05 năm 2015", "2015-05-12"),
        ("12.5.2015", "2015-05-12"),
        ("05/2015", "2015-05"),
        ("2015", "2015"),
        (datetime(2015, 5, 12, tzinfo=UTC), "2015-05-12"),
    ],
)
def test_days_are_understood_as_offices_write_them(cell: object, day: str) -> None:
    """In words, with dots, a month or a year alone, a spreadsheet's own day."""
    row = read_row(GOOD | {"issue_date": cell}, TODAY)
    assert (row.values["issue_date"], row.diagnoses) == (day, ())


@pytest.mark.parametrize(
    ("key", "cell", "code", "suggestion"),
    [
        ("gender", "Nma", DiagnosisCode.GENDER_MISSPELT, "Nam"),
        ("gender", "??", DiagnosisCode.GENDER_MISSPELT, ""),
        ("issue_date", "12/05/1017", DiagnosisCode.YEAR_IMPOSSIBLE, "2017-05-12"),
        ("issue_date", "12/05/2115", DiagnosisCode.YEAR_IMPOSSIBLE, "2015-05-12"),
        ("issue_date", "31/13/2015", DiagnosisCode.DATE_IMPOSSIBLE, ""),
        # A day that lost its format in the spreadsheet.
        ("issue_date", 42136, DiagnosisCode.DATE_IMPOSSIBLE, "2015-05-12"),
        ("area", "385/2", DiagnosisCode.AREA_MALFORMED, "385.2"),
        ("area", "khoảng 100", DiagnosisCode.AREA_MALFORMED, ""),
        ("area", None, DiagnosisCode.AREA_MISSING, ""),
        ("id_number", None, DiagnosisCode.ID_MISSING, ""),
        ("id_number", "012345678", DiagnosisCode.ID_OLD, ""),
        # A spreadsheet took the leading zero.
        ("id_number", 91070000017, DiagnosisCode.ID_MALFORMED, "091070000017"),
        ("id_number", "0910700", DiagnosisCode.ID_MALFORMED, ""),
        ("id_number", "091170000017", DiagnosisCode.ID_GENDER_DIFFERS, "Nữ"),
        ("id_number", "091075000017", DiagnosisCode.ID_BIRTH_YEAR_DIFFERS, "1975"),
        ("serial_number", None, DiagnosisCode.SERIAL_MISSING, ""),
        ("serial_number", "BX 12345", DiagnosisCode.SERIAL_MALFORMED, ""),
        ("serial_number", "CHUACOGIAY_30850_12_215", DiagnosisCode.SERIAL_MISSING, ""),
        ("map_sheet", None, DiagnosisCode.PARCEL_MISSING, ""),
        ("parcel", "không rõ", DiagnosisCode.PARCEL_MALFORMED, ""),
        ("full_name", None, DiagnosisCode.NAME_MISSING, ""),
        ("address", "#N/A", DiagnosisCode.CELL_BROKEN, ""),
    ],
)
def test_every_slip_is_named_with_what_was_meant(key: str, cell: object, code: DiagnosisCode, suggestion: str) -> None:
    """One thing wrong gives one diagnosis, in the column where it stands."""
    row = read_row(GOOD | {key: cell}, TODAY)
    assert [(found.code, found.suggestion) for found in row.diagnoses] == [(code, suggestion)]
    assert set(DIAGNOSES) == set(DiagnosisCode)


@pytest.mark.parametrize("cell", ["Nư", "Nừ", "Nứ", "Nu", "nữu"])
def test_every_way_to_misspell_a_woman(cell: str) -> None:
    """The slips that registers are full of."""
    row = read_row(GOOD | {"gender": cell, "id_number": "091170000017"}, TODAY)
    assert [(found.code, found.suggestion) for found in row.diagnoses] == [(DiagnosisCode.GENDER_MISSPELT, "Nữ")]
    assert row.values["gender"] == "female"


@pytest.mark.parametrize(
    ("cell", "area"),
    [("150,5", "150.5"), ("1.250,5", "1250.5"), ("1250 m2", "1250"), (1250.0, "1250"), ("150.5", "150.5")],
)
def test_areas_are_read_as_people_write_them(cell: object, area: str) -> None:
    """Commas, thousands' dots, a unit behind: no slip."""
    row = read_row(GOOD | {"area": cell}, TODAY)
    assert (row.values["area"], row.diagnoses) == (area, ())


@pytest.mark.parametrize(
    "cell", ["2015-05-12", datetime(2015, 5, 12, tzinfo=UTC), "12-05-2015", "12.5.2015", "2015-05-12 00:00:00"]
)
def test_days_are_read_in_every_spelling(cell: object) -> None:
    """ISO, day first, a spreadsheet's own."""
    assert read_row(GOOD | {"issue_date": cell}, TODAY).values["issue_date"] == "2015-05-12"


def test_roles_in_the_wrong_column_are_seen() -> None:
    """Owner type and role changed over."""
    row = read_row(GOOD | {"holder_kind": "Vợ", "role": "Cá nhân"}, TODAY)
    assert [found.code for found in row.diagnoses] == [DiagnosisCode.ROLE_MISPLACED]


def test_a_row_that_agrees_differs_in_nothing() -> None:
    """Letter case, tone placing, leading zeros, spaces in numbers, a known personal number: the same."""
    row = read_row(GOOD | {"map_sheet": "012", "full_name": "NGUYỄN VĂN  MẪU"}, TODAY).values
    assert differences(record(), row, {0: "091070000017"}) == {}
    # The number is another than the printed one, and nothing tells that it is the same man's.
    assert differences(record(), row, {}) == {"owners.0.id_number": ("012345678", "091070000017")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"issue_date": "13/05/2015"}, {"issue_date": ("2015-05-12", "2015-05-13")}),
        ({"full_name": "Nguyễn Văn Mậu"}, {"owners.0.full_name": ("NGUYỄN VĂN MẪU", "Nguyễn Văn Mậu")}),
        ({"birth_date": "02/03/1971", "id_number": "012345678"}, {"owners.0.birth_year": ("1970", "1971")}),
        ({"area": "150,6"}, {"parcels.0.area_m2": ("150.5", "150.6")}),
        ({"parcel": "216"}, {"parcels.0.parcel_number": ("215", "216")}),
        ({"purpose_2": "CLN"}, {"parcels.0.purposes.1.code": (None, "CLN")}),
        # Somebody who does not stand on our record at all.
        (
            {"full_name": "Lê Thị Khác Hẳn", "id_number": None, "gender": None, "birth_date": None},
            {"owners.2.full_name": (None, "Lê Thị Khác Hẳn")},
        ),
    ],
)
def test_each_difference_is_told_by_its_path(change: dict[str, object], expected: dict[str, object]) -> None:
    """Ours beside theirs; what the row leaves open differs in nothing."""
    row = read_row(GOOD | change, TODAY).values
    assert differences(record(), row, {0: "091070000017"}) == expected


def test_sheet_and_parcel_changed_over_are_seen() -> None:
    """Only where our record has just the other order."""
    row = read_row(GOOD | {"map_sheet": "215", "parcel": "12"}, TODAY).values
    assert swapped(record(), row)
    assert not swapped(record(), read_row(GOOD, TODAY).values)
    assert not swapped(record(parcels__0__parcel_number="12"), read_row(GOOD | {"parcel": "12"}, TODAY).values)
