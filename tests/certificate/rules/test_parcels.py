"""Parcels: numbers, places, purposes, terms, origins."""

from __future__ import annotations

from datetime import date

import pytest

from certificate.record import Form
from certificate.rules.check import check_record
from certificate.rules.parcels import check_origins

TODAY = date(2026, 11, 24)
ADDRESS = "parcels.0.address"
NAME, CODE = "parcels.0.purposes.0.name", "parcels.0.purposes.0.code"
TERM, SECOND_TERM = "parcels.0.purposes.0.term", "parcels.0.purposes.1.term"


def codes_for(record):
    """The codes of all findings, in order."""
    return [finding.code for finding in check_record(record, TODAY)]


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ({"parcels.0.parcel_number": "PL9"}, [], "a prefix is usual"),
        ({"parcels.0.parcel_number": "12A"}, ["parcel_number_malformed"], "ends in a letter"),
        ({"parcels.0.map_sheet_number": "PL"}, ["map_sheet_malformed"], "no digit at all"),
        ({"parcels.0.map_sheet_number": "BĐ-02"}, [], "a sheet of an older survey"),
        ({"parcels.1.parcel_number": "123", "parcels.1.map_sheet_number": "45", "parcels.1.area_m2": "10",
          "parcels.1.address": "ẤP AN HOÀ, XÃ ĐỊNH AN, HUYỆN GÒ QUAO, TỈNH KIÊN GIANG",
          "parcels.1.purposes.0.name": "Đất trồng cây lâu năm"}, ["parcel_twice"], "the same parcel read twice"),
        ({"parcels.1.parcel_number": "124", "parcels.1.map_sheet_number": "45", "parcels.1.area_m2": "10",
          "parcels.1.address": "xã Định An, huyện Gò Quao, tỉnh Kiên Giang",
          "parcels.1.purposes.0.name": "Đất trồng cây lâu năm"}, [], "its neighbour"),
        ({"parcels.1.parcel_number": "0123", "parcels.1.map_sheet_number": "45", "parcels.1.area_m2": "10",
          "parcels.1.address": "ấp An Thuận, X. Định An, H. Gò Quao",
          "parcels.1.purposes.0.name": "Đất trồng cây lâu năm"}, ["parcel_twice"],
         "another hamlet, a nought before: sheet and number are one parcel within a commune"),
        ({"parcels.1.parcel_number": "123", "parcels.1.map_sheet_number": "45", "parcels.1.area_m2": "10",
          "parcels.1.address": "xã Định Hòa, huyện Gò Quao, tỉnh Kiên Giang",
          "parcels.1.purposes.0.name": "Đất trồng cây lâu năm"}, [], "the same numbers in the next commune"),
        ({ADDRESS: "xã Định An, huyện Gò Quao"}, [], "without its province"),
        ({ADDRESS: "xã Định Ân, huyện Gò Quao, tỉnh Kiên Giang"}, ["place_spelling_differs"],
         "a mark is wrong, one commune fits"),
        ({ADDRESS: "xã Định An, huyện Gò Quáo, tỉnh Kiên Giang", "issuing_authority": "UBND TỈNH KIÊN GIANG"},
         ["place_spelling_differs"], "a mark of the district is wrong"),
        ({ADDRESS: "xã Định An, huyện An Minh, tỉnh Kiên Giang", "issuing_authority": "UBND HUYỆN AN MINH"},
         ["place_levels_differ"], "that district has no such commune"),
        ({ADDRESS: "xã Tân Thạnh, huyện Tân Hiệp, tỉnh Kiên Giang", "barcode": None,
          "issuing_authority": "UBND HUYỆN TÂN HIỆP"}, ["place_levels_differ"],
         "Tân Thành with a wrong tone, or Tân Thạnh with a wrong district: nobody guesses"),
        ({ADDRESS: "TT. Dương Đông, H. Phú Quốc, T. Kiên Giang", "barcode": None,
          "issuing_authority": "UBND HUYỆN PHÚ QUỐC", "parcels.0.purposes.0.code": "ODT",
          "parcels.0.purposes.0.name": "Đất ở tại đô thị"}, [], "a township then, a ward later: spelled right"),
        ({ADDRESS: "xã Đinh Bộ Lĩnh, huyện Gò Quao, tỉnh Kiên Giang"}, ["place_unknown"], "no such commune"),
        ({ADDRESS: "xã Thạnh Lộc, tỉnh Kiên Giang", "barcode": None, "issuing_authority": "UBND TỈNH KIÊN GIANG"},
         ["place_ambiguous"], "two of that name"),
        ({ADDRESS: "đặc khu Thổ Châu, tỉnh An Giang", "barcode": None, "issuing_authority": "UBND TỈNH AN GIANG"},
         ["place_era_differs"], "special zones came in 2025"),
    ],
)  # fmt: skip
def test_numbers_and_places(make_record, changes, codes, reason):
    """Parcels are numbered as parcels are, and lie in communes that were there."""
    assert codes_for(make_record(changes)) == codes, reason


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ({CODE: "OTN"}, ["purpose_code_unknown"], "letters changed places"),
        ({CODE: "OTC", NAME: "Đất ở"}, ["purpose_aggregate"], "an aggregate never stands on a parcel"),
        ({"parcels.0.purposes.1.code": "HNK", "parcels.0.purposes.1.name": None}, ["purpose_not_in_force"],
         "HNK came in 2024"),
        ({"parcels.0.purposes.1.code": "BHK", "parcels.0.purposes.1.name": "Đất bằng trồng cây hàng năm khác"}, [],
         "in force in 2016"),
        ({"parcels.0.purposes.1.code": "CLN", "parcels.0.purposes.1.name": "Đất nuôi trồng thủy sản"},
         ["purpose_name_code_differ"], "code and name of two purposes"),
        ({CODE: "ONT", NAME: "Đất ở tại nông thôn (ONT)"}, [], "the code stands behind the name"),
        ({"parcels.0.purposes.1.code": "NTS", "parcels.0.purposes.1.name": "Đất trồng cây lâu năm (CLN)"},
         ["purpose_name_code_differ"], "another code stands behind the name"),
        ({CODE: "ont"}, ["purpose_code_unknown"], "small letters are not in its normal form"),
        ({CODE: "ONT+CLN", NAME: "Đất ở + vườn"}, ["purpose_code_unknown"], "two codes in one"),
        ({"issue_date": "2024-07-31", "barcode": None, "changes.0.date": None,
          "parcels.0.purposes.1.code": "BHK", "parcels.0.purposes.1.name": "Đất bằng trồng cây hàng năm khác"}, [],
         "the last day of the old list"),
        ({"issue_date": "2024-08-01", "barcode": None, "changes.0.date": None,
          "parcels.0.purposes.1.code": "BHK", "parcels.0.purposes.1.name": "Đất bằng trồng cây hàng năm khác"},
         ["purpose_not_in_force"], "the first day of the new list"),
        ({"issue_date": "2024", "barcode": None, "changes.0.date": None,
          "parcels.0.purposes.1.code": "BHK", "parcels.0.purposes.1.name": "Đất bằng trồng cây hàng năm khác"}, [],
         "only the year is printed: some of its days fit"),
        ({"parcels.0.purposes.1.code": "CLN", "parcels.0.purposes.1.name": "Đất vườn"}, [], "free words, a code"),
        ({"parcels.0.purposes.1.code": None, "parcels.0.purposes.1.name": "Đất vườn"}, ["purpose_unknown"],
         "no list has it"),
        ({"parcels.0.purposes.1.code": None}, [], "the name has a code, it is only not recorded"),
        ({CODE: "ODT", NAME: "Đất ở tại đô thị"}, ["purpose_place_differs"], "urban land in a xã"),
        ({ADDRESS: "khu phố 1, thị trấn Gò Quao, huyện Gò Quao, tỉnh Kiên Giang", "barcode": None},
         ["purpose_place_differs"], "rural land in a township"),
    ],
)  # fmt: skip
def test_purposes(make_record, changes, codes, reason):
    """Codes are of the list in force, fit their names and the kind of place."""
    assert codes_for(make_record(changes)) == codes, reason


def test_the_free_words_of_the_oldest_books_are_no_fault(make_record):
    """ "Thổ cư", "T", "đất ở + vườn" are legally meaningful and stay as they are."""
    book = {
        "serial_number": "O 319059", "issue_date": "1997-03-02", "barcode": None, "changes.0.date": None,
        "owners.0.id_type": "cmnd", "owners.0.id_number": "370123457", CODE: None, NAME: "Thổ cư + vườn",
        "parcels.0.origin_code": None,
    }  # fmt: skip
    assert codes_for(make_record(book, Form.LD1993)) == []


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ({SECOND_TERM: "50_nam"}, [], "a number of years"),
        ({SECOND_TERM: "500_nam"}, ["term_malformed"], "no right was given for centuries"),
        ({SECOND_TERM: "2043"}, [], "a year"),
        ({SECOND_TERM: "lâu dài"}, ["term_malformed"], "not in its normal form"),
        ({SECOND_TERM: "2043-15-10"}, ["term_malformed"], "day and month changed places"),
        ({SECOND_TERM: "2013-10-15"}, ["term_before_issue"], "over before it began: 2043 misread"),
        ({SECOND_TERM: "2024-10-15"}, ["term_expired"], "over by now, as printed"),
        ({SECOND_TERM: "lau_dai"}, ["term_purpose_differs"], "farm land for ever: warned, never corrected"),
        ({TERM: "2066-05-12"}, ["term_purpose_differs"], "a home for fifty years"),
        ({"house.term": "2012"}, ["term_before_issue"], "the house's term counts too"),
        ({TERM: None, SECOND_TERM: None, "parcels.0.term": "lau_dai"}, [], "one term for home and farm says nothing"),
        (
            {
                TERM: None,
                SECOND_TERM: None,
                "parcels.0.term": "lau_dai",
                CODE: "LUC",
                NAME: "Đất chuyên trồng lúa nước",
            },
            ["term_purpose_differs"],
            "two farm purposes, for ever",
        ),
        (
            {
                SECOND_TERM: "lau_dai",
                "parcels.0.purposes.1.code": "RPH",
                "parcels.0.purposes.1.name": "Đất rừng phòng hộ",
            },
            [],
            "protection forest is held without a term",
        ),
        (
            {
                SECOND_TERM: "lau_dai",
                "parcels.0.purposes.1.code": "RSX",
                "parcels.0.purposes.1.name": "Đất rừng sản xuất",
            },
            ["term_purpose_differs"],
            "productive forest is not",
        ),
        (
            {
                SECOND_TERM: "lau_dai",
                "parcels.0.purposes.1.code": "SKC",
                "parcels.0.purposes.1.name": "Đất cơ sở sản xuất phi nông nghiệp",
            },
            [],
            "neither home nor farm",
        ),
        ({SECOND_TERM: "2016-05-12"}, ["term_expired"], "ends on the day of issue"),
        ({SECOND_TERM: "2016-05-11"}, ["term_before_issue"], "ended the day before"),
        ({SECOND_TERM: "2026"}, [], "the year is not over yet"),
        ({SECOND_TERM: "0_nam"}, ["term_malformed"], "no years at all"),
    ],
)
def test_terms(make_record, changes, codes, reason):
    """Terms are understood and not over before they began; the unusual is only remarked."""
    assert codes_for(make_record(changes)) == codes, reason


@pytest.mark.parametrize(
    ("words", "code", "codes", "reason"),
    [
        ("Nhà nước giao đất có thu tiền sử dụng đất", "DG-CTT", [], "fits"),
        ("Nhà nước giao đất có thu tiền sử dụng đất", "DG-KTT", ["origin_code_differs"], "thu and không thu"),
        ("Nhận chuyển nhượng đất được Nhà nước giao đất có thu tiền sử dụng đất", "DG-CTT", ["origin_code_differs"],
         "a passed-on right has no single code"),
        ("Nhận chuyển nhượng đất được Nhà nước giao đất có thu tiền sử dụng đất", None, [], "as it should be"),
        (None, "DG-CTT", [], "nothing to compare with"),
        ("DG-CTT", "DG-CTT", [], "the code printed for the words"),
        ("CNQ-CTT", "DG-CTT", ["origin_code_differs"], "another code printed for the words"),
        ("Công nhận QSDĐ như giao đất có thu tiền sử dụng đất 100 m2; không thu tiền sử dụng đất 50 m2", "CNQ-CTT",
         ["origin_code_differs"], "a split origin has no single code"),
        (None, "DG-CTTT", ["origin_code_unknown"], "no list has it"),
    ],
)  # fmt: skip
def test_origins(make_record, words, code, codes, reason):
    """The code is that of the words."""
    assert codes_for(make_record({"parcels.0.origin": words, "parcels.0.origin_code": code})) == codes, reason


@pytest.mark.parametrize(
    ("issued", "codes"),
    [("2004-06-30", ["origin_not_in_force"]), ("2004-07-01", []), ("2004", []), ("2003", ["origin_not_in_force"])],
)
def test_an_origin_code_stands_only_on_papers_of_its_time(make_record, issued, codes):
    """The codes came with the law of 2003; of a bare year, some of its days are enough."""
    record = make_record({"parcels.0.origin": None, "parcels.0.origin_code": "DG-CTT", "issue_date": issued})
    found = [finding.code for finding in check_origins(record)]
    assert found == codes
