"""Names of places inside addresses, offices and datelines, held against the table of communes.

Owns how far a misread name may be from the one meant. A name is mended only when exactly one place of the levels above
has its letters (marks apart), or is one letter away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz.distance import Levenshtein

from certificate import places
from certificate.addresses import parse_address, resolve_address
from certificate.places import Era
from certificate.text import CAPITALS, comparable, nfc
from ocr.grammar.letters import fold
from ocr.grammar.streets import mend_streets

_KIND = re.compile(
    r"(?P<kind>tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)\s+(?P<name>[^,;]+)", re.IGNORECASE
)


@lru_cache(maxsize=2048)
def resolves(address: str) -> bool:
    """Whether the address names a commune exactly as the table has it; before or after 2025 may be left open."""
    found = resolve_address(address)
    if found.exact and found.place is not None:
        return True
    eras = [place.era for place in found.candidates]
    spelt = found.is_spelled_right and not found.is_elsewhere and found.address.province is not None
    return spelt and len(eras) > 1 and len(eras) == len(set(eras))


def mend_address(text: str) -> tuple[str, bool]:
    """An address with its province, district and commune as the table has them; whether it names one commune."""
    value = _POINT_FOR_COMMA.sub(",", mend_streets(mend_unit_words(_with_points(text))))
    value = _with_city_spelt(_with_province_spelt(_SPECK_IN_NAME.sub(_without_speck, value)))
    if resolves(value):
        return value, True
    printed = parse_address(value)
    if printed.province is None and printed.district and printed.commune:
        value = _by_district(value, printed.district.name, printed.commune.name)
    codes: list[tuple[Era, str]] = []
    if printed.province:
        name, codes = _province(printed.province.name)
        value = _put(value, printed.province.name, name)
    for era, code in codes:
        district_codes: Sequence[str | None] = (None,)
        if printed.district and era is Era.OLD:
            inside = {unit.name: unit.code for unit in places.districts(code)}
            name = nearest_name(printed.district.name, inside)
            if name is None:
                continue
            value = _put(value, printed.district.name, name)
            district_codes = [inside[name]]
        if printed.commune:
            inside_names = {unit.name for district in district_codes for unit in _communes(era, code, district)}
            name = nearest_name(printed.commune.name, inside_names)
            if name is not None:
                value = _put(value, printed.commune.name, name)
                break
    return value, resolves(value)


# "X.Bình Mỹ, H.Châu Phú, T.An Giang", of which a point was lost: no word begins with two capitals.
_SHORT_UNIT = re.compile(rf"(?:^|(?<=[,;] ))[XHTPQ](?P<point>\.\s?)(?=[{CAPITALS}])")
_POINT_LOST = re.compile(
    rf"(?:^|(?<=[,;] ))(?!TH[oô]n|PH[uư])(?P<unit>[XHTPQ])(?=[{CAPITALS}][^\W\d_A-Z]+\s+[{CAPITALS}])"
)


def _with_points(address: str) -> str:
    """The address with the point behind a short word for a unit where another of its units has it."""
    other = _SHORT_UNIT.search(address)
    return _POINT_LOST.sub(lambda found: found["unit"] + other["point"], address) if other else address


def _with_province_spelt(address: str) -> str:
    """The address with the marks of its province's name as the table has them: "tỉnh Ân Giang" is An Giang."""
    province = parse_address(address).province
    name = _province(province.name)[0] if province else None
    if province is None or name is None or fold(name) != fold(province.name):
        return address
    return _put(address, province.name, name)


# Cities that are provinces; no others have their letters.
_CITIES = {fold(name): name for name in ("Cần Thơ", "Hồ Chí Minh", "Hà Nội", "Đà Nẵng", "Hải Phòng")}
_CITY_AT_END = re.compile(r"(?:thành phố|tp\.?)\s*(?P<name>[^\W\d]+(?: [^\W\d]+){1,2})\s*$", re.IGNORECASE)


def _with_city_spelt(address: str) -> str:
    """The address with the marks of the city that it ends with: "thành phố Hổ Chí Minh"."""
    found = _CITY_AT_END.search(address)
    name = _CITIES.get(fold(found["name"])) if found else None
    if found is None or name is None or comparable(name) == comparable(found["name"]):
        return address
    return address[: found.start("name")] + _cased_like(name, found["name"]) + address[found.end("name") :]


# A speck between the words of a place's name, which readers take for a dash: "Thành phố Rạch - Giá".
_SPECK_IN_NAME = re.compile(
    r"(?P<kind>thành phố|thị xã|thị trấn|tỉnh|huyện|quận|phường|xã|tp\.?|tx\.?)\s+"
    r"(?P<first>[^\W\d_]+)\s+[-–—·]\s+(?P<second>[^\W\d_]+)(?=\s*[,;]|$)",
    re.IGNORECASE,
)


def _without_speck(found: re.Match[str]) -> str:
    name = f"{found['first']} {found['second']}"
    names = map(comparable, _names_of(found["kind"].lower()))
    return f"{found['kind']} {name}" if comparable(name) in names else found[0]


def _by_district(value: str, district: str, commune: str) -> str:
    """An address that names no province, with the one district and the one commune in it that are meant."""
    name = nearest_name(district, (unit.name for unit in places.districts()))
    codes = [unit.code for unit in places.districts() if unit.name == name]
    inside = nearest_name(
        commune, (unit.name for code in codes for unit in places.communes(Era.OLD, district_code=code))
    )
    return _put(_put(value, district, name), commune, inside) if name and inside else value


# As readers have them: "âp".
_SMALL_UNITS = ("[aâáấàầảẩ]p", "kh[oóò]m", "x[oóò]m", "th[oô]n", "khu ph[oốôồ]", "t[oổô] dân ph[oốôồ]")
_SMALL_UNIT = re.compile(
    rf"(?:{'|'.join(_SMALL_UNITS)})\s+(?P<name>[^\W\d][^,;.\d]{{3,}}?)(?=\s*[,;.]|\s+[-–]|$)", re.IGNORECASE
)


@cache
def _hamlets() -> frozenset[str]:
    """Names of hamlets that a list has, as they are compared."""
    text = files("ocr").joinpath("data", "hamlets.txt").read_text(encoding="utf-8")
    return frozenset(comparable(line) for line in text.splitlines() if line and not line.startswith("#"))


def hamlet_names(text: str) -> list[str]:
    """The names of hamlets in a text that the list spells just so."""
    names = [found["name"] for found in _SMALL_UNIT.finditer(nfc(text))]
    return [name for name in names if comparable(name) in _hamlets()]


def _is_place(name: str) -> bool:
    """Whether a hamlet may be called so: as the list has it, or after a commune."""
    return comparable(name) in _hamlets() or comparable(name) in _comparable_names()


def hamlet_as_read(value: str, readings: Iterable[str]) -> str:
    """The address with its hamlet's name as the one reader has it that read a known hamlet's or commune's name.

    Readers differ in its marks: "Cả Nồ", "Cả Nổ".
    """
    found = _SMALL_UNIT.search(nfc(value))
    if not found or " " not in found["name"] or _is_place(found["name"]):
        return value
    others = {
        nfc(other["name"])
        for text in readings
        for other in _SMALL_UNIT.finditer(nfc(text))
        if fold(other["name"]) == fold(found["name"]) and _is_place(other["name"])
    }
    named = {comparable(name): name for name in sorted(others)}
    if len(named) != 1:
        return value
    (name,) = named.values()
    return value[: found.start("name")] + name + value[found.end("name") :]


_UNIT_WORDS = (
    "tổ dân phố", "khu phố", "thị trấn", "thị xã", "thành phố", "đặc khu", "phường", "huyện", "quận", "tỉnh", "thôn",
    "đường", "khóm", "ấp", "xã",
)  # fmt: skip
# Between two parts of an address stands a comma; a point there was read, unless it shortens a word before a capital.
_POINT_FOR_COMMA = re.compile(rf"(?<=\w)\.(?=\s+(?:{'|'.join(_UNIT_WORDS)})\s)")
_BY_LETTERS = {fold(word): word for word in _UNIT_WORDS}
# "Tổ" has the letters of family names and rivers; before a number it is the group of houses.
_UNIT_WORD = re.compile(
    rf"(?<![^\W])(?:(?P<unit>{'|'.join(_BY_LETTERS)})(?=\s+[\dA-ZĐ\u00c0-\u1ef9])|(?P<group>to)(?=\s+\d))",
    re.IGNORECASE,
)


# No unit is short for this; a typewriter's P is open below.
_MISREAD_CITY = re.compile(r"^TR(?=\.\s?[A-ZĐ])")


def mend_unit_words(text: str) -> str:
    """The text with the marks of ``tổ``, ``ấp``, ``xã``, ``quận`` and their likes put right where they open a part."""
    parts = re.split(r"([,;–-]\s*)", text)
    for index in range(0, len(parts), 2):
        parts[index] = _MISREAD_CITY.sub("TP", parts[index])
        found = _UNIT_WORD.match(fold(parts[index]))
        # "Tịnh Biên" and "Dương Đông" are places, though their first words have the letters of "tỉnh" and "đường".
        if found and comparable(parts[index]) not in _comparable_names():
            printed = parts[index][: found.end()]
            word = "tổ" if found.group("group") else _BY_LETTERS[found.group("unit").casefold()]
            if comparable(printed) != comparable(word):
                parts[index] = _cased_like(word, printed) + parts[index][found.end() :]
    return "".join(parts)


def _cased_like(word: str, printed: str) -> str:
    if len(printed) > 1 and printed.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if printed[:1].isupper() else word


def _communes(era: Era, province_code: str, district_code: str | None) -> tuple[places.Commune, ...]:
    if district_code:
        return places.communes(era, district_code=district_code)
    return places.communes(era, province_code=province_code)


def _province(name: str) -> tuple[str | None, list[tuple[Era, str]]]:
    names = {unit.name for era in Era for unit in places.provinces(era)} | {"Hồ Chí Minh", "Thừa Thiên Huế"}
    found = nearest_name(name, names)
    wanted = comparable(found or name)
    codes = [(era, unit.code) for era in Era for unit in places.provinces(era) if comparable(unit.name) == wanted]
    return found, codes


def nearest_name(printed: str, names: Iterable[str]) -> str | None:
    """The one name that a printed one stands for; ``None`` when none or several are as near."""
    wanted = comparable(printed)
    ranked = sorted((Levenshtein.distance(wanted, comparable(name)), name) for name in set(names))
    if not ranked:
        return None
    apart, name = ranked[0]
    if apart == 0:
        return name
    alone = len(ranked) < 2 or ranked[1][0] > apart
    same_letters = fold(name) == fold(printed)
    near = apart <= 1 or (same_letters and apart <= 3) or apart <= 0.2 * len(name)
    return name if alone and near else None


def _put(text: str, printed: str, name: str | None) -> str:
    """The text with the last place of a printed name taken by the name, in the print's letter case."""
    if name is None or comparable(name) == comparable(printed):
        return text
    at = text.rfind(printed)
    if at < 0:
        return text
    return text[:at] + (name.upper() if printed.isupper() else name) + text[at + len(printed) :]


# Letters of a name's end that tell which it is.
_LEAST_ENDING = 5


def mend_place(text: str) -> tuple[str, bool]:
    """The place of a dateline (a district, commune or province, with or without its kind) as the table has it."""
    if text[:1].islower() and (whole := _ending_like(text)):
        return whole, False
    return mend_tail(text)


def _ending_like(text: str) -> str | None:
    """The one place whose name ends with what is left of it: "ú Quốc" under a seal."""
    letters = fold(text).replace(" ", "")
    found = {name for name in _names_of("") if fold(name).replace(" ", "").endswith(letters)}
    return found.pop() if len(found) == 1 and len(letters) >= _LEAST_ENDING else None


def mend_tail(tail: str) -> tuple[str, bool]:
    """The places behind an office's name (``HUYỆN KIÊN LƯƠNG, TỈNH KIÊN GIANG``) as the table has them."""
    parts = re.split(r"(\s*[,–-]\s+)", nfc(tail))
    known = True
    for index in range(0, len(parts), 2):
        parts[index], found = _mend_unit(parts[index])
        known = known and found
    return "".join(parts), known


def _mend_unit(unit: str) -> tuple[str, bool]:
    if comparable(unit) in _comparable_names():
        return unit, True
    kind, name = _split_kind(unit)
    found = nearest_name(name, _names_of(kind)) if name else None
    if found is None:
        return unit, False
    mended = found.upper() if name.isupper() else found
    lead = unit[: len(unit) - len(name)].rstrip()
    if kind and comparable(lead) != comparable(kind):
        lead = _cased_like(kind, lead)
    return f"{lead} {name if comparable(found) == comparable(name) else mended}".strip(), True


@cache
def _comparable_names() -> frozenset[str]:
    return frozenset(comparable(name) for name in _names_of(""))


_KINDS = ("thành phố", "thị xã", "thị trấn", "đặc khu", "tỉnh", "huyện", "quận", "phường", "xã", "tp.", "tp", "tx.")


def _split_kind(unit: str) -> tuple[str, str]:
    folded = fold(unit)
    for kind in _KINDS:
        if folded.startswith(fold(kind) + " "):
            return kind, unit[len(kind) + 1 :]
    return "", unit


@cache
def _names_of(kind: str) -> frozenset[str]:
    provinces = {unit.name for era in Era for unit in places.provinces(era)}
    districts = {unit.name for unit in places.districts()}
    communes = {unit.name for era in Era for unit in places.communes(era)}
    if kind in ("huyện", "quận"):
        return frozenset(districts)
    if kind == "tỉnh":
        return frozenset(provinces)
    if kind in ("thị xã", "thành phố", "tp.", "tp", "tx."):
        return frozenset(districts | provinces)
    if kind == "đặc khu":
        # Thirteen in the country: "THỐ CHÂU" is nobody else's.
        return frozenset(unit.name for unit in places.communes(Era.NEW) if unit.kind.value == kind)
    if kind in ("xã", "phường", "thị trấn"):
        return frozenset(communes)
    return frozenset(provinces | districts | communes)
