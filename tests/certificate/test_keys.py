"""The keys by which papers are compared: the same parcel, the same entry, another paper's serial number."""

from __future__ import annotations

import pytest

from certificate.keys import ParcelKey, named_serials, number_key, parcel_keys, register_key
from certificate.record import Decision, FieldReading, Form, Record


def record(form: Form = Form.TT23_2014, **values: str) -> Record:
    """A record of these values; two underscores stand for a dot."""
    fields = {
        path.replace("__", "."): FieldReading(value, value, 0.99, Decision.ACCEPT) for path, value in values.items()
    }
    return Record("scan.pdf", form, 0.99, (), fields)


OLD = "ấp 3, xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang"


@pytest.mark.parametrize(
    ("address", "issued", "same"),
    [
        ("X. Thạnh Lộc, H. Giồng Riềng, T. Kiên Giang", "2015-05-12", True),  # abbreviated
        ("xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang", "2009", True),  # another issue, same commune
        ("xã Thạnh Lộc, huyện Châu Thành, tỉnh Kiên Giang", "2015-05-12", False),  # the other Thạnh Lộc
        ("xã Giồng Riềng, tỉnh An Giang", "2026-01-05", False),  # today's commune numbers its sheets anew
    ],
)
def test_a_parcel_is_known_by_commune_sheet_and_number(address: str, issued: str, same: bool) -> None:
    """The commune by era and code: how it is printed doesn't matter, what it was called elsewhere does."""
    parts = {"parcels__0__parcel_number": "0123", "parcels__0__map_sheet_number": "PL 9"}
    one = parcel_keys(record(issue_date="2015-05-12", parcels__0__address=OLD, **parts))
    other = parcel_keys(record(issue_date=issued, parcels__0__address=address, **parts))
    assert one[0].parcel == "123"
    assert one[0].map_sheet == "PL9"
    assert (one == other) is same


@pytest.mark.parametrize(
    "values",
    [
        {"parcels__0__parcel_number": "1", "parcels__0__map_sheet_number": "2"},  # no address
        {"parcels__0__parcel_number": "1", "parcels__0__address": OLD},  # no sheet
        # Two districts of the province have a Thạnh Lộc: nobody guesses.
        {
            "parcels__0__parcel_number": "1",
            "parcels__0__map_sheet_number": "2",
            "parcels__0__address": "xã Thạnh Lộc, tỉnh Kiên Giang",
        },
    ],
)
def test_a_parcel_that_is_not_certain_has_no_key(values: dict[str, str]) -> None:
    """A conflict is claimed only where everything that makes it is read."""
    assert parcel_keys(record(issue_date="2015-05-12", **values)) == {}


def test_each_parcel_of_a_paper_has_its_key() -> None:
    """Books list several."""
    found = parcel_keys(
        record(
            issue_date="2015",
            parcels__0__parcel_number="1", parcels__0__map_sheet_number="2", parcels__0__address=OLD,
            parcels__3__parcel_number="4", parcels__3__map_sheet_number="2", parcels__3__address=OLD,
        )
    )  # fmt: skip
    assert sorted(found) == [0, 3]
    assert isinstance(found[3], ParcelKey)


def test_an_entry_is_known_by_number_authority_and_year() -> None:
    """Every office begins anew each year; letter case and marks of the office don't matter."""
    authority = "ỦY BAN NHÂN DÂN HUYỆN GIỒNG RIỀNG"
    one = register_key(record(register_number="CH.01234", issuing_authority=authority, issue_date="2015-05-12"))
    same = register_key(record(register_number="CH01234", issuing_authority=authority.title(), issue_date="2015-11-01"))
    assert one is not None
    assert one == same
    assert one != register_key(record(register_number="CH01234", issuing_authority=authority, issue_date="2016"))
    assert register_key(record(register_number="CH01234", issue_date="2015")) is None
    assert register_key(record(Form.CCCD, register_number="1", issuing_authority="a", issue_date="2015")) is None


@pytest.mark.parametrize(
    ("notes", "serials"),
    [
        ("Cấp đổi từ GCN số phát hành BX 123456", ["BX 123456"]),
        ("Cấp đổi từ giấy chứng nhận có số phát hành AA06654954 và BD 111222.", ["AA 06654954", "BD 111222"]),
        ("Giấy này, số phát hành CK 000001", []),  # its own
        ("Hồ sơ số BX 123456", []),  # not said to be a certificate
        ("GCN 123456, GCN BX 1234567", []),  # no letters, seven digits
    ],
)
def test_serial_numbers_of_other_papers_are_found(notes: str, serials: list[str]) -> None:
    """Where notes or changes name another certificate."""
    found = [serial for _, serial in named_serials(record(serial_number="CK 000001", notes=notes))]
    assert found == serials
    by_change = [path for path, _ in named_serials(record(changes__1__content="Cấp lại thay giấy BX 123456"))]
    assert by_change == ["changes.1.content"]


def test_numbers_compare_without_signs_and_leading_zeros() -> None:
    """As offices write them in many ways."""
    assert number_key(" bx 0123-456 ") == "BX0123456"
    assert number_key("007") == "7"
    assert number_key("0") == "0"
