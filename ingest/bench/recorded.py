"""A reader that knows the answer beforehand, and scans small enough to make by the hundred thousand.

For measuring and testing everything but the reading itself: ledger, queue, database, registry, archive. Every scan
gives a certain record of its own, so that it goes straight through.
"""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

from PIL import Image, ImageDraw

from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading, Word
from certificate.record import Decision, Face, FieldReading, Form, Part, Record

WIDTH_PX, HEIGHT_PX = 600, 800
OWNER_NAME, OWNER_ID, OWNER_YEAR, OWNER_GENDER = "Nguyễn Văn Mẫu", "091080123456", "1980", "male"
# The owner as the mock registry's table wants a citizen.
CITIZEN = f"{OWNER_ID},,{OWNER_NAME},{OWNER_YEAR}-03-04,{OWNER_GENDER},Kiên Giang,alive"
_FIRST_LETTERS, _LETTERS = "BC", "ABCDEGHKLMNPQRSTUVXY"
_NUMBER = re.compile(rb"sohoa (\d+)")


def small_scan() -> bytes:
    """A white page with one line, as JPEG."""
    image = Image.new("L", (WIDTH_PX, HEIGHT_PX), "white")
    ImageDraw.Draw(image).text((60, 60), "MAU", fill=0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=50, dpi=(100, 100))
    return out.getvalue()


def numbered_scan(scan: bytes, number: int) -> bytes:
    """The same picture with other bytes: a comment of JPEG right after its beginning."""
    comment = f"sohoa {number}".encode("ascii")
    return scan[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + scan[2:]


def fill_folder(folder: Path, count: int, *, per_folder: int = 1000, first: int = 0) -> None:
    """Write that many different scans below a folder."""
    scan = small_scan()
    for number in range(first, first + count):
        place = folder / f"{number // per_folder:04d}"
        if number % per_folder == 0 or number == first:
            place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:07d}.jpg").write_bytes(numbered_scan(scan, number))


class RecordedReader:
    """Gives a certain record for every scan, told apart by the scan's bytes."""

    def read(self, path: Path, source: str) -> ScanReading:
        """What would be read from the scan."""
        data = path.read_bytes()
        marked = _NUMBER.search(data, 0, 64)
        number = int(marked[1]) if marked else int.from_bytes(hashlib.sha256(data).digest()[:8], "big")
        face = Face(1, Part.WHOLE, 1, 0, WIDTH_PX, HEIGHT_PX)
        words = tuple(
            Word(text, Box(60 + 60 * place, 60, 110 + 60 * place, 76), 0)
            for place, text in enumerate(OWNER_NAME.split())
        )
        record = Record(source, Form.TT23_2014, 0.99, (face,), _fields(number))
        preview = data if data.startswith(b"\xff\xd8") else small_scan()
        seen = FaceReading(face, words, WIDTH_PX, HEIGHT_PX, preview_jpeg=preview)
        return ScanReading(1, (CertificateReading(record, (seen,)),))


def _fields(number: int) -> dict[str, FieldReading]:
    """The fields of the record with this number; no two of forty million share a serial number or a parcel."""
    letters = _FIRST_LETTERS[number % 2] + _LETTERS[number // 2 % 20]
    values = {
        "serial_number": f"{letters} {number // 40 % 1_000_000:06d}",
        "issue_date": "2015-05-12",
        "owners.0.role": "holder",
        "owners.0.full_name": OWNER_NAME,
        "owners.0.gender": OWNER_GENDER,
        "owners.0.birth_year": OWNER_YEAR,
        "owners.0.id_type": "cccd",
        "owners.0.id_number": OWNER_ID,
        "parcels.0.parcel_number": str(1 + number % 90_000),
        "parcels.0.map_sheet_number": str(1 + number // 90_000 % 9_000),
        "parcels.0.address": "xã Mỹ Lâm, huyện Hòn Đất, tỉnh Kiên Giang",
        "parcels.0.area_m2": "150.5",
        "parcels.0.purposes.0.name": "Đất ở tại nông thôn",
        "parcels.0.purposes.0.code": "ONT",
        "parcels.0.term": "lau_dai",
        "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN HÒN ĐẤT",
    }
    return {path: FieldReading(value, value, 0.999, Decision.ACCEPT, 1) for path, value in values.items()}
