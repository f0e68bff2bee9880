"""How a page writes a field's normal form, and how it takes back what a person typed.

A person sees ``12/05/2015``, ``1.250,5``, ``Lâu dài`` and ``Nam (Ông)``; the record keeps ``2015-05-12``, ``1250.5``,
``lau_dai`` and ``male``. Taking back what was shown gives the same value again. What fits no known shape goes on as
typed, for the rules to remark on.
"""

from __future__ import annotations

import re

from certificate.labels import path_pattern
from certificate.text import nfc, strip_accents
from web.names import VALUE_NAMES

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PRINTED_DATE = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_WORDED_DATE = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")
_COMMA_DECIMAL = re.compile(r"\d+,\d+")
_YEARS = re.compile(r"(\d{1,3})_nam")
_TYPED_YEARS = re.compile(r"(\d{1,3})\s*nam")
_UNTIL = re.compile(r"^(den\s+)?(ngay\s+|nam\s+)?")
_KNOWN_END = re.compile(f"{_PRINTED_DATE.pattern}|{_WORDED_DATE.pattern}|{_ISO_DATE.pattern}|\\d{{4}}")
_LONG_TERM = "lau_dai"
_WITHOUT_SPACES = frozenset({"register_number", "id_number", "old_id_number", "parcel_number", "map_sheet_number"})
_SERIAL = re.compile(r"([^\W\d_]{1,2})\s*(\d{6,8})")


def is_date(path: str) -> bool:
    """Whether the field holds a date."""
    return path.rsplit(".", 1)[-1] in {"issue_date", "birth_date", "date"}


def is_term(path: str) -> bool:
    """Whether the field holds the term of a right."""
    return path.rsplit(".", 1)[-1] == "term"


def is_area(path: str) -> bool:
    """Whether the field holds an area in square metres."""
    return path.endswith("area_m2")


def choices(path: str, language: str) -> list[tuple[str, str]]:
    """The values that the field may have and their names; empty for a field of free text."""
    names = VALUE_NAMES.get(path_pattern(path), {})
    return [(value, name.in_language(language)) for value, name in names.items()]


def shown(path: str, value: str | None, language: str = "vi") -> str:
    """The value as a page writes it; an absent one is the empty text."""
    if value is None:
        return ""
    names = VALUE_NAMES.get(path_pattern(path), {})
    if value in names:
        return names[value].in_language(language)
    if is_date(path) or is_term(path):
        return _shown_date_or_term(value, language)
    if is_area(path) and _NUMBER.fullmatch(value):
        return _shown_number(value)
    return value


def typed(path: str, text: str) -> str | None:
    """The normal form of what a person typed, or ``None`` for nothing."""
    value = nfc(text)
    if not value:
        return None
    if is_area(path):
        return _typed_number(value)
    if is_date(path):
        return _typed_date(value)
    if is_term(path):
        return _typed_term(value)
    last = path.rsplit(".", 1)[-1]
    if last in _WITHOUT_SPACES:
        value = value.replace(" ", "")
    if last == "serial_number" and (serial := _SERIAL.fullmatch(value)):
        return f"{serial[1]} {serial[2]}".upper()
    return value.upper() if last == "register_number" else value


def masked(id_number: str) -> str:
    """An identity number for lists: the first three and last three digits, the rest hidden."""
    hidden = len(id_number) - 6
    return f"{id_number[:3]}{'*' * hidden}{id_number[-3:]}" if hidden > 0 else "*" * len(id_number)


def _shown_date_or_term(value: str, language: str) -> str:
    if value == _LONG_TERM:
        return "Indefinite" if language == "en" else "Lâu dài"
    if years := _YEARS.fullmatch(value):
        return f"{years[1]} years" if language == "en" else f"{years[1]} năm"
    if date := _ISO_DATE.fullmatch(value):
        return f"{date[3]}/{date[2]}/{date[1]}"
    return value


def _shown_number(value: str) -> str:
    whole, _, rest = value.partition(".")
    # A number that does not come back the same (leading zeros) is shown as it stands.
    if str(int(whole)) != whole:
        return value
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{grouped},{rest}" if rest else grouped


def _typed_number(text: str) -> str:
    bare = re.sub(r"\s*m2$|\s*m²$", "", text).replace(" ", "")
    if _GROUPED.fullmatch(bare):
        return bare.replace(".", "").replace(",", ".")
    if _COMMA_DECIMAL.fullmatch(bare):
        return bare.replace(",", ".")
    return bare if _NUMBER.fullmatch(bare) else text


def _typed_date(text: str) -> str:
    date = _PRINTED_DATE.fullmatch(text) or _WORDED_DATE.fullmatch(strip_accents(text).casefold())
    return f"{date[3]}-{int(date[2]):02}-{int(date[1]):02}" if date else text


def _typed_term(text: str) -> str:
    plain = strip_accents(text).casefold()
    if plain in {"lau dai", "su dung on dinh lau dai", "on dinh lau dai", "indefinite", _LONG_TERM}:
        return _LONG_TERM
    if years := _TYPED_YEARS.fullmatch(plain.replace("years", "nam").replace("_", " ")):
        return f"{years[1]}_nam"
    rest = _UNTIL.sub("", plain)
    return _typed_date(rest) if _KNOWN_END.fullmatch(rest) else text
