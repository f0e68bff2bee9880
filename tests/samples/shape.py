"""The normal forms of the record's values by path, for checking truth; kept apart from the product's own table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

_NUMBER = r"\d+(\.\d+)?"
_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
_TERM = rf"lau_dai|{_DATE}|\d+_nam"
_TEXT = r"\S(.*\S)?"
_FORMS = {
    r"serial_number": r"[A-ZĐ]{1,2} \d{6,8}",
    r"register_number": r"\S+",
    r"issue_date": r"\d{4}-\d{2}-\d{2}",
    r"issue_place|issuing_authority|signer_title|signer_name": _TEXT,
    r"barcode": r"\d{13}|\d{15}",
    r"qr": r"(?s).+",
    r"owners\.\d+\.role": "holder|spouse|co_owner|household|representative|organisation",
    r"owners\.\d+\.full_name": _TEXT,
    r"owners\.\d+\.gender": "male|female",
    r"owners\.\d+\.birth_year": r"\d{4}",
    r"owners\.\d+\.birth_date": r"\d{4}-\d{2}-\d{2}",
    r"owners\.\d+\.id_type": "cmnd|cccd|passport|military|tax_code|decision",
    r"owners\.\d+\.(id_number|old_id_number)": r"\S+",
    r"owners\.\d+\.address": _TEXT,
    r"parcels\.\d+\.(parcel_number|map_sheet_number)": r"\S+",
    r"parcels\.\d+\.address": _TEXT,
    r"parcels\.\d+\.(area_m2|private_area_m2|shared_area_m2)": _NUMBER,
    r"parcels\.\d+\.area_in_words": _TEXT,
    r"parcels\.\d+\.purposes\.\d+\.name": _TEXT,
    r"parcels\.\d+\.purposes\.\d+\.code": r"[A-Z]{3}",
    r"parcels\.\d+\.purposes\.\d+\.area_m2": _NUMBER,
    r"parcels\.\d+\.purposes\.\d+\.term": _TERM,
    r"parcels\.\d+\.term": _TERM,
    r"parcels\.\d+\.origin": _TEXT,
    r"parcels\.\d+\.origin_code": r"[A-Z0-9-]+",
    r"house\.(type|ownership|grade)": _TEXT,
    r"house\.(built_area_m2|floor_area_m2)": _NUMBER,
    r"house\.term": _TERM,
    r"other_assets|notes": _TEXT,
    r"changes\.\d+\.date": r"\d{4}-\d{2}-\d{2}",
    r"changes\.\d+\.content": _TEXT,
}
_PATTERNS = [(re.compile(path), re.compile(value)) for path, value in _FORMS.items()]


def faults(fields: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with these fields: unknown paths, values that are not in normal form."""
    for path, value in fields.items():
        form = next((v for p, v in _PATTERNS if p.fullmatch(path)), None)
        if form is None:
            yield f"{path}: no such path"
        elif not form.fullmatch(value):
            yield f"{path}: {value!r}"
        if value != unicodedata.normalize("NFC", value) or "  " in value:
            yield f"{path}: not NFC with single spaces"
