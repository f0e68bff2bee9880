"""Addresses as certificates print them: taken apart, put together again, and found in the list of places.

Reads "Ấp 3, X. Thạnh Lộc, H. Giồng Riềng, T. Kiên Giang" as well as the full words, with levels missing, without
commas or without any accent. Where an address can mean several communes, it says which and chooses none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from certificate import places
from certificate.places import (
    COMMUNE_KINDS,
    DISTRICT_KINDS,
    FIRST_DAY_OF_NEW_UNITS,
    Commune,
    District,
    Era,
    Province,
    UnitKind,
)
from certificate.text import comparable, nfc, strip_accents


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """One level of an address as printed: the kind, where it is printed, and the name."""

    kind: UnitKind | None
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.kind else self.name


@dataclass(frozen=True, slots=True)
class PrintedAddress:
    """An address in its levels; ``prefix`` is what stands before the commune (house, street, group, hamlet)."""

    prefix: str = ""
    commune: PrintedUnit | None = None
    district: PrintedUnit | None = None
    province: PrintedUnit | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which commune an address means.

    ``place`` is ``None`` where none or several are possible; ``candidates`` are all that are. ``exact`` is false where
    the name was found only by passing over its marks (then ``is_spelled_right`` is false, too), or under another kind
    than printed (a township that became a ward). ``is_elsewhere``: the commune's name is known in the province, but
    not in the district printed.
    """

    address: PrintedAddress
    place: Commune | None
    candidates: tuple[Commune, ...]
    exact: bool = True
    is_spelled_right: bool = True
    is_elsewhere: bool = False

    @property
    def today(self) -> tuple[Commune, ...]:
        """Today's communes for the place: one, several where it was split, none where it is not known."""
        return places.today(self.place) if self.place else ()


# Each kind as printed before a name. One letter alone must have its dot, or a number after it ("P5").
_MARKS: tuple[tuple[UnitKind, str], ...] = (
    (UnitKind.TOWNSHIP, r"thị trấn\s|t\.?tr?\.?(?=[\s.]|[A-ZĐ])\s*"),
    (UnitKind.TOWN, r"thị xã\s|t\.?x\.?(?=[\s.]|[A-ZĐ])\s*"),
    (UnitKind.CITY, r"thành phố\s|t\.?p\.?(?=[\s.]|[A-ZĐ])\s*"),
    (UnitKind.SPECIAL_ZONE, r"đặc khu\s"),
    (UnitKind.PROVINCE, r"tỉnh\s(?!lộ\b)|t\.\s*"),
    (UnitKind.DISTRICT, r"huyện\s(?!lộ\b)|h\.\s*"),
    (UnitKind.URBAN_DISTRICT, r"quận\s|q\.\s*|q\s?(?=\d)"),
    (UnitKind.COMMUNE, r"xã\s|x\.\s*"),
    (UnitKind.WARD, r"phường\s|[pf]\.\s*|[pf]\s?(?=\d)"),
)
_MARK_PATTERN = "|".join(f"(?P<{kind.name}>{pattern})" for kind, pattern in _MARKS).replace("[A-ZĐ]", "(?-i:[A-ZĐ])")
# Names with a stroke inside are whole: Bà Rịa - Vũng Tàu, Phan Rang - Tháp Chàm, Xuân Hương - Đà Lạt.
_COMMA_PATTERN = r"\s*[,;]\s*|(?<!bà rịa)(?<!phan rang)(?<!thừa thiên)(?<!văn miếu)(?<!chân mây)\s+[-–]\s+(?!đà lạt)"
_ASIDE = re.compile(r"\s*\((?:nay|cũ|trước|đổi|thuộc)[^)]*\)", re.IGNORECASE)
_COUNTRY = re.compile(r"[\s,;.–-]*\b(?:nước )?việt nam\W*$", re.IGNORECASE)
# After these words "tỉnh", "huyện", "xã" belong to the name of a road, a hamlet or a bridge. With a capital inside an
# address they may end a commune's name ("xã Ngọc Đường"), so capitals count only where a piece begins.
_NOT_BEFORE_PATTERN = r"(?:\b(?:đường|ấp|khu phố|chợ|cầu|kênh|lộ|liên)|^(?:Đường|ĐƯỜNG|Ấp|ẤP|Chợ|Cầu|Kênh|Liên))\s+$"
_EDGES = " .,;:–-"
_WORDS = re.compile(r"\w+")
# Without its dot one letter is a kind only where a piece begins and a name follows: "h Châu Thành", "T Kiên Giang".
_ONE_LETTER = {
    "t": UnitKind.PROVINCE,
    "h": UnitKind.DISTRICT,
    "q": UnitKind.URBAN_DISTRICT,
    "x": UnitKind.COMMUNE,
    "p": UnitKind.WARD,
}


@dataclass(frozen=True, slots=True)
class _Words:
    """How an address is cut, and its words for kinds: with accents, or in one that has none at all without."""

    comma: re.Pattern[str]
    mark: re.Pattern[str]
    not_before: re.Pattern[str]


def _words(*, accented: bool) -> _Words:
    comma, mark, not_before = (
        pattern if accented else strip_accents(pattern)
        for pattern in (_COMMA_PATTERN, _MARK_PATTERN, _NOT_BEFORE_PATTERN)
    )
    return _Words(re.compile(comma, re.IGNORECASE), re.compile(mark, re.IGNORECASE), re.compile(not_before))


_ACCENTED, _PLAIN = _words(accented=True), _words(accented=False)


# A certificate's addresses are asked about again by every rule that needs their places.
_REMEMBERED = 10_000


@lru_cache(maxsize=_REMEMBERED)
def parse_address(text: str) -> PrintedAddress:
    """Take a printed address apart. Nothing is looked up but what names without their kind can be."""
    pieces = _pieces(_COUNTRY.sub("", _ASIDE.sub("", nfc(text))))
    province = _take_province(pieces)
    district = _take_district(pieces, province)
    commune = _take_commune(pieces, district, province)
    return PrintedAddress(", ".join(raw for raw, _ in pieces), commune, district, province)


def render_address(address: PrintedAddress) -> str:
    """An address in the usual print: kinds in full small words, commas between; ``parse_address`` gives it back."""
    levels = (address.commune, address.district, address.province)
    return ", ".join(filter(None, [address.prefix, *(str(unit) for unit in levels if unit)]))


@lru_cache(maxsize=_REMEMBERED)
def resolve_address(address: PrintedAddress | str, on: date | None = None) -> Resolution:
    """Find the commune that an address means, ``on`` the day it was printed, ``None`` when that is unknown."""
    printed = parse_address(address) if isinstance(address, str) else address
    if printed.commune is None:
        return Resolution(printed, None, (), exact=False)
    nearby: tuple[Commune, ...] = ()
    is_near_loosely = False
    for loosely in (False, True):
        found = tuple(place for era in _eras(printed, on) for place in _candidates(printed, era, on, loosely=loosely))
        if len(found) > 1 and printed.commune.kind:
            found = tuple(place for place in found if place.kind is printed.commune.kind) or found
        if len(found) == 1 and _is_anchored(printed):
            others = tuple(place for place in nearby if place not in found)
            if others and _is_district(printed, on):
                # Another district has a commune of just this name: either the name or the district is misread.
                return Resolution(printed, None, (*found, *others), exact=False, is_elsewhere=True)
            same_kind = printed.commune.kind in {None, found[0].kind}
            return Resolution(printed, found[0], found, not loosely and same_kind, is_spelled_right=not loosely)
        if found:
            return Resolution(printed, None, found, exact=False, is_spelled_right=not loosely)
        if not nearby:
            nearby = _in_province_only(printed, on, loosely=loosely)
            is_near_loosely = bool(nearby) and loosely
    return Resolution(
        printed,
        None,
        nearby,
        exact=False,
        is_spelled_right=not is_near_loosely,
        is_elsewhere=bool(nearby and printed.district),
    )


def address_agrees(printed: str, other: str, on: date | None = None) -> bool:
    """Whether another register's address says nothing against one that was printed ``on`` that day.

    It may leave levels out, abbreviate the words for them, or name today's commune where the paper names the one that
    went into it. A house, street, group or hamlet that the paper has not, or has otherwise, does not agree.
    """
    ours, theirs = _plain_words(printed), _plain_words(other)
    if _stand_in(theirs, ours):
        return True
    left, right = parse_address(printed), parse_address(other)
    if not _stand_in(_plain_words(right.prefix), _plain_words(left.prefix)):
        return False
    levels = ((left.commune, right.commune), (left.district, right.district), (left.province, right.province))
    if left.commune and all(not a or not b or comparable(a.name) == comparable(b.name) for a, b in levels):
        return True
    place, meant = resolve_address(left, on).place, resolve_address(right).place
    return place is not None and meant is not None and (meant == place or meant in places.today(place))


def _stand_in(few: list[str], many: list[str]) -> bool:
    return any(many[start : start + len(few)] == few for start in range(len(many) - len(few) + 1))


def _plain_words(text: str) -> list[str]:
    """The words of an address without those for kinds, with commas, dots and tone marks' places passed over."""
    units = [unit for _, unit in _pieces(nfc(text))]
    return [word for unit in units for word in _WORDS.findall(comparable(unit.name)) if word != "số"]


_Piece = tuple[str, PrintedUnit]


def _pieces(text: str) -> list[_Piece]:
    """The address cut at commas and before the words for kinds: each piece as printed, and as a unit."""
    pieces: list[_Piece] = []
    words = _PLAIN if text.isascii() else _ACCENTED
    for part in words.comma.split(text):
        cuts = sorted({0, *_unit_starts(part, words), len(part)})
        for start, end in pairwise(cuts):
            raw = _without_edges(part[start:end])
            if raw:
                pieces.append((raw, _as_unit(raw, words)))
    return pieces


def _without_edges(raw: str) -> str:
    """A piece without punctuation around it and without a bracket whose other half stands in another piece."""
    raw = raw.strip(_EDGES)
    while raw.count("(") != raw.count(")") and (raw[-1:] in {"(", ")"} or raw[:1] in {"(", ")"}):
        raw = (raw[:-1] if raw[-1] in "()" else raw[1:]).strip(_EDGES)
    return raw


def _unit_starts(part: str, words: _Words) -> list[int]:
    """Where in a part without commas a new unit begins."""
    marks = [
        mark
        for mark in words.mark.finditer(part)
        if mark.start() == 0
        or (part[mark.start() - 1] in " .(-–" and not words.not_before.search(part[: mark.start()]))
    ]
    names_in_names = set()
    for mark, after in pairwise(marks):
        if mark.end() == after.start():
            # "Phường Phường Đúc" is a ward of that name, as is "phuong Quan Hoa"; in "xã Tứ Quận huyện Yên Sơn" the
            # first ends a name.
            is_in_name = mark.start() == 0 or mark.lastgroup == after.lastgroup
            names_in_names.add(after if is_in_name else mark)
    return [mark.start() for mark in marks if mark not in names_in_names]


def _as_unit(raw: str, words: _Words) -> PrintedUnit:
    match = words.mark.match(raw)
    name = raw[match.end() :].strip(_EDGES) if match else ""
    if not match and len(raw) > 3 and raw[1] == " " and raw[2].isupper() and raw[0].casefold() in _ONE_LETTER:
        return PrintedUnit(_ONE_LETTER[raw[0].casefold()], raw[2:])
    if not match or not name or match.lastgroup is None:
        return PrintedUnit(None, raw)
    return PrintedUnit(UnitKind[match.lastgroup], name)


def _take_province(pieces: list[_Piece]) -> PrintedUnit | None:
    if not pieces:
        return None
    unit = pieces[-1][1]
    is_city = unit.kind is UnitKind.CITY and _is_city_of_the_centre(unit.name)
    is_bare = unit.kind is None and (
        bool(_any_province(unit.name)) or (len(pieces) > 1 and pieces[-2][1].kind in DISTRICT_KINDS)
    )
    return pieces.pop()[1] if unit.kind is UnitKind.PROVINCE or is_city or is_bare else None


def _take_district(pieces: list[_Piece], province: PrintedUnit | None) -> PrintedUnit | None:
    if not pieces:
        return None
    unit = pieces[-1][1]
    is_bare = unit.kind is None and (
        _is_district_name(unit.name, province) or (len(pieces) > 1 and pieces[-2][1].kind in COMMUNE_KINDS)
    )
    return pieces.pop()[1] if unit.kind in DISTRICT_KINDS or is_bare else None


def _take_commune(
    pieces: list[_Piece], district: PrintedUnit | None, province: PrintedUnit | None
) -> PrintedUnit | None:
    for index in range(len(pieces) - 1, -1, -1):
        if pieces[index][1].kind in COMMUNE_KINDS:
            return pieces.pop(index)[1]
    if pieces and (district or province):
        address = PrintedAddress("", pieces[-1][1], district, province)
        if any(_candidates(address, era, None, loosely=pieces[-1][0].isascii()) for era in Era):
            return pieces.pop()[1]
    return None


def _is_city_of_the_centre(name: str) -> bool:
    """Whether a city of that name is a province's equal.

    A province may have become one after the table was made (Đồng Nai in 2026), unless it had a city of its own name.
    """
    known = _any_province(name)
    is_one = any(found.kind is UnitKind.CITY for found in known)
    return is_one or (bool(known) and not places.find_districts(name, loosely=name.isascii()))


def _any_province(name: str) -> tuple[Province, ...]:
    loosely = name.isascii()
    return tuple(unit for era in Era for unit in places.find_provinces(era, name, loosely=loosely))


def _is_district_name(name: str, province: PrintedUnit | None) -> bool:
    loosely = name.isascii()
    codes = [found.code for found in _any_province(province.name)] if province else [None]
    return any(places.find_districts(name, code, loosely=loosely) for code in codes)


def _is_district(printed: PrintedAddress, on: date | None) -> bool:
    """Whether the list has just the district that is printed, in the province printed if it is known."""
    if printed.district is None:
        return False
    inside = {unit.code for unit in places.find_provinces(Era.OLD, printed.province.name)} if printed.province else ()
    return any(not inside or unit.province.code in inside for unit in _districts(printed.district, on, loosely=False))


def _eras(printed: PrintedAddress, on: date | None) -> tuple[Era, ...]:
    """The eras whose units the address may name."""
    is_township = printed.commune is not None and printed.commune.kind is UnitKind.TOWNSHIP
    if printed.district is not None or is_township or (on is not None and on < FIRST_DAY_OF_NEW_UNITS):
        return (Era.OLD,)
    return (Era.OLD, Era.NEW) if on is None else (Era.NEW,)


def _is_anchored(printed: PrintedAddress) -> bool:
    """Whether a level above the commune is printed: a bare commune name is never enough."""
    return printed.district is not None or printed.province is not None


def _candidates(printed: PrintedAddress, era: Era, on: date | None, *, loosely: bool) -> tuple[Commune, ...]:
    """All communes that the printed names allow."""
    assert printed.commune is not None
    found = places.find_communes(era, printed.commune.name, loosely=loosely)
    if printed.province:
        codes = {unit.code for unit in places.find_provinces(era, printed.province.name, loosely=loosely)}
        found = tuple(place for place in found if place.province.code in codes)
    if printed.district:
        inside = {unit.code for unit in _districts(printed.district, on, loosely=loosely)}
        found = tuple(place for place in found if place.district and place.district.code in inside)
    return found


def _districts(printed: PrintedUnit, on: date | None, *, loosely: bool) -> tuple[District, ...]:
    """The districts of that name, and those that later came out of one of that name."""
    named = places.find_districts(printed.name, loosely=loosely)
    return (*named, *places.former_districts(printed.name, None, on, loosely=loosely))


def _in_province_only(printed: PrintedAddress, on: date | None, *, loosely: bool) -> tuple[Commune, ...]:
    """Communes of that name elsewhere in the province: possible, but not what is printed."""
    wider = PrintedAddress("", printed.commune, None, printed.province)
    return tuple(place for era in _eras(printed, on) for place in _candidates(wider, era, on, loosely=loosely))
