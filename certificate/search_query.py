"""What somebody looks for in the archive: one value, filled from one line of typing or from the fields of a form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from certificate import places
from certificate.addresses import parse_address, resolve_address
from certificate.places import Commune, Era
from certificate.search_text import folded_words
from certificate.text import nfc, strip_accents


def _label(*phrases: str) -> str:
    """A pattern for words that only say what kind of value follows, with accents and without."""
    both = {spelling for phrase in phrases for spelling in (phrase, strip_accents(phrase))}
    listed = "|".join(phrase.replace(" ", r"\s+") for phrase in sorted(both, key=lambda one: (-len(one), one)))
    return rf"(?:(?<!\w)(?:{listed})\s*[:.]?\s*)"


_ISSUED = _label("ngày cấp", "cấp ngày", "ngày")
_DATE = re.compile(
    rf"{_ISSUED}?(?:(?<!\d)(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}})(?!\d)|(?<!\d)(\d{{4}})-(\d{{2}})-(\d{{2}})(?!\d))",
    re.IGNORECASE,
)
_SHEET = re.compile(
    r"\b(?:số\s+tờ|so\s+to|tờ|to)(?:\s+(?:bản\s+đồ|ban\s+do))?(?:\s+(?:số|so))?\s*:?\s*(\w*\d\w*)", re.IGNORECASE
)
_PARCEL = re.compile(
    r"\b(?:số\s+thửa|so\s+thua|thửa|thua)(?:\s+(?:đất|dat))?(?:\s+(?:số|so))?\s*:?\s*(\w*\d\w*)", re.IGNORECASE
)
_IDENTITY = _label(
    *("CCCD", "CMND", "CMTND", "căn cước", "căn cước công dân", "số định danh", "số định danh cá nhân"),
    *("CCCD số", "CMND số", "CMTND số", "căn cước số", "số CCCD", "số CMND", "số CMTND", "số căn cước"),
)
# As people read it out: 091 080 123 456.
_ID_NUMBER = re.compile(
    rf"{_IDENTITY}?(?<![\w/])"
    r"(\d{12}|\d{9}|\d{6}[ .]\d{6}|\d{4}(?:[ .]\d{4}){2}|\d{3}(?:[ .]\d{3}){2,3})(?![\w/]|[ .]\d{3}\b)",
    re.IGNORECASE,
)
_REGISTER = re.compile(
    rf"{_label('số vào sổ', 'số vào sổ cấp GCN', 'vào sổ số')}((?:[A-ZĐ]{{1,3}}[\s.]?)?\d[\w./-]*)", re.IGNORECASE
)
_CALLED = _label(
    *("số", "số phát hành", "số phát hành GCN", "số bìa", "số seri", "seri", "sê ri", "số sê ri"),
    *("GCN", "GCN số", "số GCN", "giấy chứng nhận", "giấy chứng nhận số", "số giấy chứng nhận"),
)
# A serial number's letters and digits, or an entry in the register: which of the two is meant, the archive tells.
_NUMBER = re.compile(
    rf"{_CALLED}?(?<![\w/])([A-ZĐ]{{1,2}}[\s.]?(?:\d{{3}}[ .]\d{{3}}|\d{{3,8}})(?:/\w+)*)(?![\w])", re.IGNORECASE
)
_YEAR_OF_BIRTH = re.compile(rf"{_label('sinh năm', 'năm sinh')}(?=\d{{4}}(?!\d))", re.IGNORECASE)
# Behind a word, "an 1980" is the end of a name and a year, and so is "to 1979"; the letters of serial numbers and
# registers are no syllables.
_NAME_LIKE = {
    "number": re.compile(r"(?=[a-z]*[aeiouy])[a-z]{1,2}\s\d{3,4}", re.IGNORECASE),
    "map_sheet": re.compile(r"to\s(?:19|20)\d\d", re.IGNORECASE),
}

_WORDED = ("text", "number", "serial", "register", "owner", "id_number", "map_sheet", "parcel", "commune")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What is looked for; everything that is given must hold.

    ``text`` are words that may stand anywhere, names first. ``number`` is a serial number or an entry in the register,
    or the beginning of one. Days include their ends.
    """

    text: str = ""
    number: str = ""
    serial: str = ""
    register: str = ""
    owner: str = ""
    id_number: str = ""
    map_sheet: str = ""
    parcel: str = ""
    commune: str = ""
    issued_from: date | None = None
    issued_to: date | None = None
    office: str = ""
    run: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for; a quotation mark or a dash alone asks for nothing."""
        return self.searchable() == SearchQuery()

    def searchable(self) -> SearchQuery:
        """The query without what holds neither letter nor digit, which everything would match."""
        empty: dict[str, Any] = {name: "" for name in _WORDED if not folded_words(getattr(self, name))}
        return replace(self, **empty)


def read_query(line: str) -> SearchQuery:
    """What one line of typing asks for: numbers, dates and parcels are known by their looks, the rest are words.

    ``tờ 12 thửa 215 nguyen van dat 12/05/2015`` asks for a parcel, an owner and a day at once.
    """
    rest = nfc(line)
    found = SearchQuery()
    rest = _YEAR_OF_BIRTH.sub("", rest)
    match = _DATE.search(rest)
    day = _day(match) if match else None
    if match and day:
        found, rest = replace(found, issued_from=day, issued_to=day), _without(rest, match)
    taken = {}
    for name, pattern in (
        ("map_sheet", _SHEET),
        ("parcel", _PARCEL),
        ("id_number", _ID_NUMBER),
        ("register", _REGISTER),
        ("number", _NUMBER),
    ):
        match = pattern.search(rest)
        if match and not (name in _NAME_LIKE and _is_name_and_year(rest, match, _NAME_LIKE[name])):
            taken[name], rest = match[1], _without(rest, match)
    return replace(
        found,
        map_sheet=taken.get("map_sheet", ""),
        parcel=taken.get("parcel", ""),
        id_number=re.sub(r"\D", "", taken.get("id_number", "")),
        register=taken.get("register", ""),
        number=taken.get("number", ""),
        text=nfc(rest.strip(" ,;:")),
    )


def _is_name_and_year(text: str, match: re.Match[str], looks: re.Pattern[str]) -> bool:
    return bool(looks.fullmatch(match[0]) and re.search(r"\w\s+$", text[: match.start()]))


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _day(match: re.Match[str]) -> date | None:
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    try:
        return date(int(iso_year), int(iso_month), int(iso_day)) if iso_year else date(int(year), int(month), int(day))
    except ValueError:
        return None


def communes_named(text: str) -> tuple[Commune, ...]:
    """Every commune that a name may mean, old or new, with or without its kind, district and province."""
    printed = parse_address(text)
    if printed.commune is not None and (printed.district or printed.province):
        return resolve_address(printed).candidates
    name = printed.commune.name if printed.commune else nfc(text)
    kind = printed.commune.kind if printed.commune else None
    for loosely in (False, True):
        found = tuple(place for era in Era for place in places.find_communes(era, name, loosely=loosely))
        if found:
            return tuple(place for place in found if kind is None or place.kind is kind) or found
    return ()
