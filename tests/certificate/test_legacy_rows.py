"""Rows of another register: every known slip is named with what was meant, and honest rows pass."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from certificate.citizens import Citizen
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
UNPRINTED = ("owners.0.gender", "owners.0.birth_year")


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
        ("issue_date", "29/02/2015", DiagnosisCode.DATE_IMPOSSIBLE, ""),
        ("issue_date", "31/04/2015", DiagnosisCode.DATE_IMPOSSIBLE, ""),
        ("issue_date", "12/05/15", DiagnosisCode.DATE_IMPOSSIBLE, "2015-05-12"),
        ("issue_date", "12/05/98", DiagnosisCode.DATE_IMPOSSIBLE, "1998-05-12"),
        ("issue_date", "31/02/15", DiagnosisCode.DATE_IMPOSSIBLE, ""),
        # The month first, as a spreadsheet of another country writes it.
        ("issue_date", "05/13/2015", DiagnosisCode.DATE_IMPOSSIBLE, "2015-05-13"),
        ("issue_date", "31/12/2026", DiagnosisCode.DATE_IN_FUTURE, ""),
        ("issue_date", "12/2026", DiagnosisCode.DATE_IN_FUTURE, ""),
        ("area", "1.234", DiagnosisCode.AREA_AMBIGUOUS, "1234"),
        ("area", "1,234.0", DiagnosisCode.AREA_MALFORMED, "1234.0"),
        ("area", 0, DiagnosisCode.AREA_ZERO, ""),
        ("purpose_area_1", "0,0", DiagnosisCode.AREA_ZERO, ""),
        # A spreadsheet showed the number short.
        ("id_number", "9.10801E+10", DiagnosisCode.ID_MALFORMED, ""),
        ("id_number", "O910700000l7", DiagnosisCode.ID_MALFORMED, "091070000017"),
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


@pytest.mark.parametrize(
    ("key", "cell"),
    [("issue_date", "29/02/2015"), ("issue_date", "31/12/2026"), ("area", 0), ("id_number", "9.10801E+10")],
)
def test_what_cannot_be_right_is_no_difference(key: str, cell: object) -> None:
    """It is named as a slip; nobody has to settle it beside our value."""
    assert key not in read_row(GOOD | {key: cell}, TODAY).values


def test_a_number_of_the_spreadsheet_has_no_groups() -> None:
    """1.234 as a number is a bit more than one."""
    row = read_row(GOOD | {"area": 1.234}, TODAY)
    assert (row.values["area"], row.diagnoses) == ("1.234", ())


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


WHOLE = VALUES | {
    "owners.0.role": "holder",
    "owners.0.address": "ấp 1, xã Mỹ Lâm, huyện Hòn Đất, tỉnh Kiên Giang",
    "owners.1.role": "spouse",
    "parcels.0.address": "xã Mỹ Lâm, huyện Hòn Đất, tỉnh Kiên Giang",
    "parcels.0.private_area_m2": "150.5",
    "parcels.0.shared_area_m2": "0",
    "parcels.0.term": "lau_dai",
    "parcels.0.origin": "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
    "parcels.0.origin_code": "CNQ-CTT",
    "parcels.0.purposes.0.area_m2": "50.5",
    "parcels.0.purposes.1.code": "CLN",
    "parcels.0.purposes.1.area_m2": "100",
    "house.type": "Nhà ở riêng lẻ",
    "house.built_area_m2": "80",
    "house.term": "50_nam",
}
WHOLE_ROW = GOOD | {
    "commune_code": "30760",
    "address": "Ấp 1, X. Mỹ Lâm, H. Hòn Đất",
    "parcel_address": "xã Mỹ Lâm, huyện Hòn Đất, tỉnh Kiên Giang",
    "purpose_area_1": 50.5,
    "origin_1": "CNQ-CTT",
    "tenure_1": "Sử dụng riêng",
    "term_1": "Lâu dài",
    "purpose_2": "CLN",
    "purpose_area_2": 100,
    "origin_2": "Công nhận quyền sử dụng đất như giao đất có thu tiền",
    "tenure_2": "Sử dụng riêng",
    "term_2": "lâu dài",
    "asset_kind": "Nhà ở riêng lẻ",
    "built_area": 80,
    "ownership_term": "50 năm",
}


def whole_record(**values: str) -> Record:
    """A record with everything that a row speaks of."""
    return record(**{path.replace(".", "__"): value for path, value in (WHOLE | values).items()})


def test_a_whole_row_that_agrees_differs_in_nothing() -> None:
    """Every column that is compared, in other wordings of the same."""
    row = read_row(WHOLE_ROW, TODAY)
    assert row.diagnoses == ()
    assert differences(whole_record(), row.values, {0: "091070000017"}) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"address": "Số 1 Trần Phú"},
            {"owners.0.address": (WHOLE["owners.0.address"], "Số 1 Trần Phú")},
        ),
        (
            {"parcel_address": "xã Thạnh Đông, huyện Tân Hiệp"},
            {"parcels.0.address": (WHOLE["parcels.0.address"], "xã Thạnh Đông, huyện Tân Hiệp")},
        ),
        (
            {"commune_code": "30856"},
            {"parcels.0.address": (WHOLE["parcels.0.address"], "xã Tân Hội, tỉnh An Giang")},
        ),
        (
            {"purpose_area_1": 100, "purpose_area_2": 50.5},
            {
                "parcels.0.purposes.0.area_m2": ("50.5", "100"),
                "parcels.0.purposes.1.area_m2": ("100", "50.5"),
            },
        ),
        ({"term_1": "15/10/2043"}, {"parcels.0.purposes.0.term": ("lau_dai", "2043-10-15")}),
        ({"term_1": "50 năm", "term_2": None}, {"parcels.0.term": ("lau_dai", "50_nam")}),
        ({"origin_1": "DG-CTT"}, {"parcels.0.origin_code": ("CNQ-CTT", "DG-CTT")}),
        (
            {"origin_2": "Nhận thừa kế"},
            {"parcels.0.origin": (WHOLE["parcels.0.origin"], "Nhận thừa kế")},
        ),
        (
            {"tenure_1": "Sử dụng chung"},
            {"parcels.0.private_area_m2": ("150.5", "100"), "parcels.0.shared_area_m2": ("0", "50.5")},
        ),
        (
            {"tenure_1": "Sử dụng chung", "tenure_2": "Sử dụng chung"},
            {"parcels.0.private_area_m2": ("150.5", "0"), "parcels.0.shared_area_m2": ("0", "150.5")},
        ),
        (
            {"tenure_1": "Sử dụng riêng 100 m²; sử dụng chung 50,5 m²", "tenure_2": None},
            {"parcels.0.private_area_m2": ("150.5", "100"), "parcels.0.shared_area_m2": ("0", "50.5")},
        ),
        ({"asset_kind": "Nhà ở chung cư"}, {"house.type": ("Nhà ở riêng lẻ", "Nhà ở chung cư")}),
        ({"floor_area": "160,0"}, {"house.floor_area_m2": (None, "160.0")}),
        ({"ownership_term": "Lâu dài"}, {"house.term": ("50_nam", "lau_dai")}),
    ],
)
def test_each_column_that_stands_on_the_paper_is_compared(
    change: dict[str, object], expected: dict[str, object]
) -> None:
    """Address, commune, areas, term, origin, form of use and house: none differs without a word."""
    row = read_row(WHOLE_ROW | change, TODAY).values
    assert differences(whole_record(), row, {0: "091070000017"}) == expected


def test_the_organisation_is_compared_with_its_number_and_address() -> None:
    """And who acts for it may stand at its address."""
    ours = record(
        owners__0__role="organisation",
        owners__0__full_name="Công ty TNHH Minh Hải",
        owners__0__id_number="1700123456",
        owners__0__address="xã Mỹ Lâm, huyện Hòn Đất",
        owners__1__role="representative",
    )
    row = {
        "organisation": "CÔNG TY TNHH MINH HẢI",
        "organisation_id": "1700 123456",
        "address": "xã Mỹ Lâm, huyện Hòn Đất",
    }
    assert differences(ours, row, {}) == {}
    assert differences(ours, row | {"full_name": "TRẦN THỊ MẪU"}, {}) == {}
    changed = row | {"organisation_id": "0300000000", "address": "xã Thạnh Đông"}
    assert differences(ours, changed, {}) == {
        "owners.0.id_number": ("1700123456", "0300000000"),
        "owners.0.address": ("xã Mỹ Lâm, huyện Hòn Đất", "xã Thạnh Đông"),
    }


def test_what_the_registry_says_of_an_owner_is_no_difference() -> None:
    """A birth date and a gender that no paper prints are filled in from the citizen when records are handed on."""
    ours = record().replace(fields={k: v for k, v in record().fields.items() if k not in UNPRINTED})
    row = read_row(GOOD | {"id_number": "012345678"}, TODAY).values
    citizen = Citizen("091070000017", None, "NGUYỄN VĂN MẪU", "1970-03-02", "male", "", "alive")
    assert differences(ours, row, {}, {0: citizen}) == {}
    other = Citizen("091070000017", None, "NGUYỄN VĂN MẪU", "1971-03-02", "female", "", "alive")
    assert differences(ours, row, {}, {0: other}) == {
        "owners.0.gender": (None, "male"),
        "owners.0.birth_year": (None, "1970"),
    }


def test_an_unknown_commune_code_is_named() -> None:
    """Spreadsheets take leading zeros away; what is in no list is a slip."""
    assert read_row(GOOD | {"commune_code": 4}, TODAY).values["commune_code"] == "00004"
    row = read_row(GOOD | {"commune_code": "99999"}, TODAY)
    assert [found.code for found in row.diagnoses] == [DiagnosisCode.COMMUNE_UNKNOWN]


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ("Đến ngày 15/10/2043", "2043-10-15"),
        ("đến tháng 10 năm 2043", "2043-10"),
        ("ngày 15 tháng 10 năm 2043", "2043-10-15"),
        ("2043", "2043"),
        ("50 năm kể từ ngày cấp", "50_nam"),
        ("Ổn định lâu dài", "lau_dai"),
        (datetime(2043, 10, 15, tzinfo=UTC), "2043-10-15"),
        # Two terms in one cell, and days that are none, stay as they are.
        ("ONT: Lâu dài; CLN: 15/10/2043", "ONT: Lâu dài; CLN: 15/10/2043"),
        ("31/02/2043", "31/02/2043"),
    ],
)
def test_terms_are_understood_as_offices_write_them(cell: object, term: str) -> None:
    """In the record's normal form."""
    assert read_row(GOOD | {"term_1": cell}, TODAY).values["term_1"] == term
