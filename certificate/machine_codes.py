"""What barcodes and QR codes on certificates and identity cards say.

The barcode (MV = MX.MN.ST): commune code of the old era, year, running number; 15 digits begin with the province. The
certificate's QR (TT 10/2024) is a key and holds no owner or parcel. The identity card's QR holds the person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Barcode:
    """A certificate's barcode; ``year`` is its last two digits. ``province_code`` stands only on 15 digits."""

    commune_code: str
    year: str
    number: str
    province_code: str | None = None


@dataclass(frozen=True, slots=True)
class CertificateQr:
    """The parts of a certificate's QR that can be checked."""

    serial_number: str
    certificate_code: str


@dataclass(frozen=True, slots=True)
class CardQr:
    """An identity card's QR. Dates are ISO; ``old_id_number`` is empty where the card has none."""

    id_number: str
    old_id_number: str
    full_name: str
    birth_date: str
    gender: str
    address: str
    issue_date: str


def read_barcode(digits: str) -> Barcode | None:
    """Take a barcode apart; ``None`` unless it has 13 or 15 digits."""
    match = re.fullmatch(r"(\d{2})?(\d{5})(\d{2})(\d{6})", digits)
    return Barcode(match[2], match[3], match[4], match[1]) if match else None


def read_certificate_qr(payload: str) -> CertificateQr | None:
    """Take a certificate's QR apart; ``None`` unless it has eight parts with a serial number as the fifth."""
    parts = [part.strip() for part in payload.split("|")]
    if len(parts) < 8 or not re.fullmatch(r"[A-ZĐ]{1,2}\s?\d{6,8}", parts[4].upper()):
        return None
    return CertificateQr(parts[4], parts[5])


def read_card_qr(payload: str) -> CardQr | None:
    """Take an identity card's QR apart; later cards may add parts. ``None`` for anything else."""
    parts = [part.strip() for part in payload.split("|")]
    if len(parts) < 7 or not re.fullmatch(r"\d{12}", parts[0]):
        return None
    gender = {"nam": "male", "nữ": "female"}.get(parts[4].casefold(), "")
    return CardQr(parts[0], parts[1], parts[2], _iso(parts[3]), gender, parts[5], _iso(parts[6]))


def _iso(day_first: str) -> str:
    match = re.fullmatch(r"(\d{2})(\d{2})(\d{4})", day_first)
    return f"{match[3]}-{match[2]}-{match[1]}" if match else ""
