"""Barcodes and QR codes taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.machine_codes import Barcode, CardQr, read_barcode, read_card_qr, read_certificate_qr


@pytest.mark.parametrize(
    ("digits", "barcode"),
    [
        ("3096416001234", Barcode("30964", "16", "001234")),
        ("913096416001234", Barcode("30964", "16", "001234", "91")),
        ("30964160012345", None),  # fourteen digits
        ("309641600123", None),
        ("", None),
    ],
)
def test_barcodes_have_commune_year_and_number(digits, barcode):
    """Thirteen digits, or fifteen with the province."""
    assert read_barcode(digits) == barcode


@pytest.mark.parametrize(
    ("payload", "serial"),
    [
        ("01-03-2025-08-00-00|KGG|sohoa|H1|AA 06654954|G1|01-03-2025-08-00-00|123", "AA 06654954"),
        ("01-03-2025-08-00-00|KGG|sohoa|H1|AA06654954|G1|01-03-2025-08-00-00|123|more", "AA06654954"),
        ("01-03-2025-08-00-00|KGG|sohoa|H1|AA 06654954|G1|01-03-2025-08-00-00", None),  # a part lacks
        ("a|b|c|d|e|f|g|h", None),  # no serial
        ("https://example.org", None),
    ],
)
def test_a_certificates_qr_confirms_its_serial(payload, serial):
    """It holds no owner and no parcel: it is a key."""
    read = read_certificate_qr(payload)
    assert (read.serial_number if read else None) == serial


@pytest.mark.parametrize(
    ("payload", "card"),
    [
        ("091070001234|370123456|Nguyễn Văn Hai|02031970|Nam|Gò Quao, Kiên Giang|01042022",
         CardQr("091070001234", "370123456", "Nguyễn Văn Hai", "1970-03-02", "male", "Gò Quao, Kiên Giang",
                "2022-04-01")),
        ("091172001234||Lê Thị Tư|02031972|Nữ|Gò Quao|01042024|Lê Văn A|Trần Thị B",
         CardQr("091172001234", "", "Lê Thị Tư", "1972-03-02", "female", "Gò Quao", "2024-04-01")),
        ("370123456||Lê Thị Tư|02031972|Nữ|Gò Quao|01042024", None),  # nine digits
        ("091172001234|Lê Thị Tư", None),
    ],
)  # fmt: skip
def test_a_cards_qr_holds_the_person(payload, card):
    """The old number may be empty; newer cards may say more."""
    assert read_card_qr(payload) == card


@given(st.text("0123456789|-AB Nữam", max_size=60))
def test_any_payload_is_read_or_refused(payload):
    """Codes come from foreign stickers too."""
    read_barcode(payload)
    read_certificate_qr(payload)
    read_card_qr(payload)
