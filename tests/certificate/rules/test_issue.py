"""Serial, QR, barcode; dates, form and authority of issue."""

from __future__ import annotations

from datetime import date

import pytest

from certificate.record import Form
from certificate.rules.check import check_record

TODAY = date(2026, 11, 24)
QR = "01-03-2025-08-00-00|KGG|sohoa|H1|{}|G1|01-03-2025-08-00-00|123"
LEAF = {"serial_number": "AA 06654954", "issue_date": "2025-03-01", "qr": QR.format("AA 06654954"), "barcode": None,
        "owners.1.id_type": "cccd", "owners.1.id_number": "091172001234", "changes.0.date": "2026-01-05"}  # fmt: skip
HOUSE = {"serial_number": "5401091234", "issue_date": "2003-05-12", "barcode": None, "owners.0.id_type": "cmnd",
         "owners.0.id_number": "370123457", "parcels.0.origin_code": None}  # fmt: skip
OLD = {"serial_number": "A 679987", "issue_date": "1998-06-01", "barcode": None, "owners.0.id_type": "cmnd",
       "owners.0.id_number": "370123457", "changes.0.date": "2018",
       "parcels.0.origin_code": None}  # fmt: skip


def codes_for(record):
    """The codes of all findings, in order."""
    return [finding.code for finding in check_record(record, TODAY)]


def test_the_papers_of_other_forms_are_faultless_too(make_record):
    """The cases below change one thing in papers that are in order."""
    assert codes_for(make_record(LEAF, Form.TT10_2024)) == []
    assert codes_for(make_record(OLD, Form.LD1993)) == []


@pytest.mark.parametrize(
    ("form", "base", "changes", "codes", "reason"),
    [
        (Form.TT23_2014, {}, {"serial_number": "BX 12345"}, ["serial_malformed"], "five digits"),
        (Form.TT23_2014, {}, {"serial_number": "BXA 123456"}, ["serial_malformed"], "three letters"),
        (Form.TT23_2014, {}, {"serial_number": "Đ 123456"}, ["serial_form_differs"], "one letter is an older form's"),
        (Form.TT23_2014, {}, {"serial_number": "BĐ 123456"}, [], "Đ is a letter of serials"),
        (Form.TT23_2014, {}, {"serial_number": "CT 12345678"}, ["serial_form_differs"], "eight digits since 2025"),
        (Form.TT10_2024, LEAF, {"serial_number": "AA 066549", "qr": None}, ["serial_form_differs"], "cut to six"),
        (Form.TT23_2014, {}, {"serial_number": "HX 123456"}, ["serial_letter_unusual"], "never seen an H"),
        (Form.LD1993, OLD, {"serial_number": "AB 679987"}, ["serial_form_differs"], "two letters came in 2004"),
        (Form.LD1993, OLD, {"serial_number": "D 6799871"}, [], "one tool admits seven digits"),
        (Form.ND60, HOUSE, {}, [], "a pink house certificate numbered by its province, without letters"),
        (Form.ND60, HOUSE, {"serial_number": "H 123456"}, [], "with a letter"),
        (Form.ND60, HOUSE, {"serial_number": "12345"}, ["serial_malformed"], "too short even for that"),
        (Form.LD1993, OLD, {"serial_number": "679987"}, ["serial_malformed"], "the letter was lost"),
        (Form.TT23_2014, {}, {"serial_number": "bx 123456"}, ["serial_malformed"], "not in its normal form"),
        (Form.TT10_2024, LEAF, {"serial_number": "AA 06654954", "issue_date": "2006-05-12", "qr": None,
         "owners.0.id_number": None, "owners.0.id_type": None, "owners.1.id_number": None, "owners.1.id_type": None},
         ["issue_date_form_differs"], "AA with eight digits is of 2025, not of 2006"),
        (Form.LD2003, OLD, {"serial_number": "AA 066549", "issue_date": "2006-05-12"}, [],
         "AA with six digits is of 2006"),
        (Form.TT10_2024, LEAF, {"serial_number": "AA 06654953"}, ["qr_serial_differs"], "the QR says otherwise"),
        (Form.TT10_2024, LEAF, {"qr": QR.format("AA06654954")}, [], "no space in the QR"),
        (Form.TT10_2024, LEAF, {"qr": "https://example.org"}, ["qr_malformed"], "not a certificate's code"),
        (Form.TT10_2024, LEAF, {"qr": None}, [], "a QR that could not be read is no fault of the paper"),
        (Form.TT23_2014, {}, {"qr": "https://example.org"}, [], "an office's own sticker"),
        (Form.TT23_2014, {}, {"barcode": "309641600123"}, ["barcode_malformed"], "twelve digits"),
        (Form.TT23_2014, {}, {"barcode": "913096416001234"}, [], "fifteen, of provincial competence"),
        (Form.TT23_2014, {}, {"barcode": "893096416001234"}, ["barcode_province_differs"],
         "An Giang's number before a commune of Kiên Giang"),
        (Form.TT23_2014, {}, {"barcode": "3096415001234"}, ["barcode_year_differs"], "the year before"),
        (Form.TT23_2014, {}, {"barcode": "3089816001234"}, ["barcode_commune_differs"], "Bình An, Châu Thành"),
        (Form.TT23_2014, {}, {"barcode": "9999916001234"}, ["barcode_commune_unknown"],
         "a code of no list is remarked, no more"),
        (Form.TT23_2014, {}, {"register_number": "CH"}, ["register_number_malformed"], "letters without a number"),
        (Form.TT23_2014, {}, {"register_number": "00123/QSDĐ"}, [], "as the books of the nineties count"),
    ],
)  # fmt: skip
def test_serials_and_machine_codes(make_record, form, base, changes, codes, reason):
    """The serial fits the form, the codes fit the print."""
    assert codes_for(make_record({**base, **changes}, form)) == codes, reason


@pytest.mark.parametrize(
    ("form", "base", "changes", "codes", "reason"),
    [
        (Form.TT23_2014, {}, {"issue_date": "2016-02-30"}, ["date_malformed"], "no such day"),
        (Form.TT23_2014, {}, {"issue_date": "2016"}, [], "only the year is printed"),
        (Form.TT23_2014, {}, {"issue_date": "2016-13"}, ["date_malformed"], "no such month"),
        (Form.TT23_2014, {}, {"issue_date": "2013-05-12", "barcode": None}, ["issue_date_form_differs"],
         "the form came in 2014"),
        (Form.TT23_2014, {}, {"issue_date": "2014", "barcode": None}, [], "some days of that year fit"),
        (Form.TT17_2009, {}, {"issue_date": "2009-12-09", "barcode": None, "owners.0.id_number": None,
         "owners.0.id_type": None}, ["issue_date_form_differs"], "a day too early"),
        (Form.LD1993, OLD, {"issue_date": "2007-06-01"}, ["issue_date_form_differs"], "the books of 1993 were gone"),
        (Form.TT23_2014, {}, {"changes.0.date": "2016-05-11"}, ["change_before_issue"], "the day before the issue"),
        (Form.TT23_2014, {}, {"changes.0.date": "2016"}, [], "may be after it"),
        (Form.TT23_2014, {}, {"changes.0.date": "2026-11-25"}, ["date_in_future"], "tomorrow"),
        (Form.TT23_2014, {}, {"changes.0.date": "2026-11-24"}, [], "today"),
    ],
)  # fmt: skip
def test_dates_of_issue_and_change(make_record, form, base, changes, codes, reason):
    """Dates exist, are past, and fit the form's time."""
    assert codes_for(make_record({**base, **changes}, form)) == codes, reason


def test_the_future_is_not_looked_for_without_a_calendar(make_record):
    """The rules read no clock: whoever asks brings the day."""
    assert check_record(make_record({"changes.0.date": "2030-01-01"})) == ()


@pytest.mark.parametrize(
    ("form", "base", "changes", "codes", "reason"),
    [
        (Form.TT23_2014, {}, {"issuing_authority": "UBND HUYỆN GÒ QUAO"}, [], "short wording"),
        (Form.TT23_2014, {}, {"issuing_authority": "UBND TỈNH KIÊN GIANG"}, [], "the province the land lies in"),
        (Form.TT23_2014, {}, {"issuing_authority": "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG TỈNH KIÊN GIANG"}, [], "department"),
        (Form.TT23_2014, {}, {"issuing_authority": "UBND HUYỆN GÒ QUÀO"}, ["authority_place_differs"], "one tone"),
        (Form.TT23_2014, {}, {"issuing_authority": "UBND HUYỆN AN MINH"}, ["authority_place_differs"], "neighbour"),
        (Form.TT23_2014, {}, {"issuing_authority": "UY BAN NHAN DAN HUYEN GO QUAO"}, [], "without one accent"),
        (Form.TT23_2014, {}, {"issuing_authority": "UBND TINH KIEN GIANG"}, [], "the province without accents"),
        (Form.TT23_2014, {}, {"issuing_authority": "UBND HUYEN AN MINH"}, ["authority_place_differs"],
         "the neighbour, without accents"),
        (Form.TT23_2014, {}, {"issuing_authority": "UBND TỈNH CÀ MAU"}, ["authority_place_differs"], "far away"),
        (Form.TT23_2014, {}, {"issuing_authority": "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG TỈNH AN GIANG"},
         ["authority_place_differs"], "An Giang and Kiên Giang share a code only since 2025"),
        (Form.TT10_2024, LEAF, {"issue_date": "2025-08-01",
         "issuing_authority": "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG TỈNH AN GIANG"}, [],
         "the old address of land that is An Giang's now"),
        (Form.TT10_2024, LEAF, {"issue_date": "2025-08-01",
         "issuing_authority": "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG TỈNH CÀ MAU"}, ["authority_place_differs"],
         "Kiên Giang did not go into Cà Mau"),
        (Form.TT23_2014, {}, {"issuing_authority": "ỦY BAN"}, ["authority_unknown"], "nothing to tell it by"),
        (Form.TT23_2014, {}, {"issuing_authority": "CN. VPĐKĐĐ HUYỆN GÒ QUAO"}, [], "a branch, abbreviated"),
        (Form.TT23_2014, {"issue_date": "2014-12-31", "barcode": None},
         {"issuing_authority": "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI HUYỆN GÒ QUAO"}, ["authority_era_differs"],
         "the day before there were such branches"),
        (Form.TT10_2024, LEAF, {"issue_date": "2025-06-30", "issuing_authority": "CHỦ TỊCH UBND XÃ ĐỊNH AN"},
         ["authority_era_differs"], "a commune's chairman a day too early"),
        (Form.TT10_2024, LEAF, {"issue_date": "2025", "issuing_authority": "UBND XÃ ĐỊNH AN"}, [],
         "some days of that year fit"),
        (Form.TT10_2024, LEAF, {"issue_date": "2027-03-01", "issuing_authority": "UBND TỈNH AN GIANG",
         "parcels.0.address": "xã Định Hòa, tỉnh An Giang"}, [], "the province goes on"),
        (Form.TT10_2024, LEAF, {"issue_date": "2025-08-01", "issuing_authority": "UBND ĐẶC KHU PHÚ QUỐC",
         "parcels.0.address": "đặc khu Phú Quốc, tỉnh An Giang"}, [], "a special zone's committee"),
        (Form.TT23_2014, {}, {"issuing_authority": "ỦY BAN NHÂN DÂN XÃ ĐỊNH AN"}, ["authority_era_differs"],
         "communes sign since July 2025"),
        (Form.TT10_2024, LEAF, {"issue_date": "2025-08-01"}, ["authority_era_differs"],
         "districts ended in June 2025"),
        (Form.TT10_2024, LEAF, {"issue_date": "2025-08-01", "issuing_authority": "CHỦ TỊCH UBND XÃ ĐỊNH HÒA",
         "parcels.0.address": "xã Định Hòa, tỉnh An Giang"}, [], "the commune's chairman"),
        (Form.TT10_2024, LEAF, {"issue_date": "2027-02-28", "issuing_authority": "UBND XÃ ĐỊNH HÒA",
         "parcels.0.address": "xã Định Hòa, tỉnh An Giang"}, [], "the last day of the communes' mandate"),
        (Form.TT10_2024, LEAF, {"issue_date": "2027-03-01", "issuing_authority": "UBND XÃ ĐỊNH HÒA",
         "parcels.0.address": "xã Định Hòa, tỉnh An Giang"}, ["authority_era_differs"], "the mandate has lapsed"),
        (Form.TT10_2024, LEAF, {"issue_date": "2025-06-30"}, [], "the districts' last day"),
    ],
)  # fmt: skip
def test_authorities_fit_time_and_place(make_record, form, base, changes, codes, reason):
    """Who signed could sign on that day, for land there."""
    found = codes_for(make_record({**base, **changes}, form))
    assert [code for code in found if code.startswith("authority")] == codes, reason


def test_a_new_paper_of_a_commune_is_faultless(make_record):
    """Two tiers since July 2025: the commune signs, the address has no district."""
    paper = {
        **LEAF,
        "issue_date": "2025-08-01",
        "issuing_authority": "ỦY BAN NHÂN DÂN XÃ ĐỊNH HÒA",
        "parcels.0.address": "ấp An Hòa, xã Định Hòa, tỉnh An Giang",
    }
    assert codes_for(make_record(paper, Form.TT10_2024)) == []
