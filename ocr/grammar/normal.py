"""The normal form of each kind of value: one function from (kind, text, form) to the value or ``None``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from certificate.codes import origins, transfers
from certificate.places import Era, provinces
from certificate.record import Form
from certificate.text import CAPITALS, comparable, nfc
from ocr.grammar import values
from ocr.grammar.drafts import Kind
from ocr.grammar.letters import fold
from ocr.grammar.sentences import punctuated, rejoined

_TWO_LETTERS = (Form.LD2003, Form.TT17_2009, Form.TT23_2014, Form.TT10_2024)
SERIAL_DIGITS: Mapping[Form, tuple[int, ...]] = {Form.TT10_2024: (8,), Form.LD1993: (6, 7), Form.OTHER: (6, 8)}


def normalise(kind: Kind, text: str, form: Form = Form.OTHER) -> str | None:
    """What the text means as a value of this kind on this form; ``None`` when it cannot be one."""
    if kind is Kind.SERIAL:
        digit_count = SERIAL_DIGITS.get(form, (6,))
        letter_count = (1,) if form is Form.LD1993 else (2,) if form in _TWO_LETTERS else (1, 2)
        return values.serial(text, digit_count=digit_count, letter_count=letter_count)
    return _BY_KIND.get(kind, _text)(text)


# What readers make of the raised two of m².
_SQUARE_METRES = re.compile(r"(?<=\d)(\s*)(?:m\s?[²ỶỷÝYíìîïÏZz?°ˆ'’*”\"]+|m 2(?![.,]?\d)|mí|mì)(?![\w])")


# A word that two parts of a line both hold where they meet: "Quyết định số số 2160".
_TWICE = re.compile(r"\b(số)\s+số(?=\s*\d)", re.IGNORECASE)


def _text(text: str) -> str | None:
    text = _TWICE.sub(r"\1", text)
    told = punctuated(values.tidy(_SQUARE_METRES.sub(r"\1m²", text)))
    # The first dash of a list is as much print as the others.
    is_list = _DASH_FIRST.match(text) and _NEXT_DASH.search(told)
    return f"- {told}" if is_list else told or None


_DASH_FIRST, _NEXT_DASH = re.compile(r"\s*[-–]\s"), re.compile(r"[;.] - \w")


def _organisation(text: str) -> str | None:
    kept = re.sub(r"[^\w\s'’.,&()\-–/\"“”]", " ", text)
    return values.tidy(kept) or None


# Names of the highlands begin with "Ia", water in Jarai; readers take its capital for a small l.
_IA = re.compile(r"\bla(?= [A-ZĐ])")


def _place(text: str) -> str | None:
    return values.tidy(_IA.sub("Ia", re.sub(r"[^\w\s.\-–'’]", " ", text))) or None


# "Hòa Lợi -X. Vĩnh Tuy": between two places a dash stands free.
_CLOSE_DASH = re.compile(rf"(?<=\w) -(?=[{CAPITALS}])|(?<=[^\W\d_])- (?=[^\W\d_])")


# The rest of a label: "Địa chỉ thửa đất tại:Xã Thạnh Yên A".
_AT = re.compile(r"^\W*tại\s*:\s*")
# "H, Hòn Đất": behind the short word for a place a point stands, as a part of an address for itself it says nothing.
_COMMA_FOR_POINT = re.compile(
    rf"(?:^|(?<=[,;] )|(?<=[,;])|(?<=- )|(?<=\d )(?=Đ))(?P<short>TP|Tp|TT|KP|TX|P|H|X|T|Q|Đ|đ)\s?,(?=\s?[{CAPITALS}\d])"
)


# The first word of what is said next of an owner: "... huyện Thạnh Trị. Là" (người đại diện của ...).
_IS = re.compile(r"(?:[.,;]\s*|\s+)Là\W*$")


def _address(text: str) -> str | None:
    told = _IS.sub("", _AT.sub("", text))
    pointed = _COMMA_FOR_POINT.sub(r"\g<short>.", _IA.sub("Ia", values.tidy(told)))
    mended = re.sub(r"(?<=\S),(?=[^\s\d])", ", ", pointed)
    mended = _CLOSE_DASH.sub(" - ", _STOP_FOR_COMMA.sub(_comma, mended))
    start, point, last = mended.rpartition(". ")
    if point and comparable(last) in _provinces() and len(start.rpartition(" ")[2]) > _LONGEST_ABBREVIATION:
        mended = f"{start}, {last}"
    return _without_scraps(nfc(mended)) or None


# What stands behind the province is no address: ornaments, numbers of a frame, a stamp.
_LAST_PART = re.compile(r"(?P<kind>(?:tỉnh|thành phố|tp\.?|t\.)\s*)?(?P<name>[^\W\d_].*)", re.IGNORECASE)


def _without_scraps(address: str) -> str:
    before, comma, last = address.rpartition(",")
    found = _LAST_PART.match(last.strip()) if comma else None
    if found is None:
        return address
    words = found["name"].split(" ")
    for count in range(min(len(words), _LONGEST_PROVINCE), 0, -1):
        name = " ".join(words[:count]).rstrip(";:.")
        if comparable(name) in _provinces() and not _LONGER_NAME.match(" ".join(words[count:])):
            return f"{before}, {found['kind'] or ''}{name}"
    return address


_LONGEST_PROVINCE = 4
# Provinces before 1997 bore two names: Quảng Nam - Đà Nẵng.
_LONGER_NAME = re.compile(rf"[-–]\s*[{CAPITALS}]\w")


@cache
def _provinces() -> frozenset[str]:
    return frozenset(comparable(unit.name) for era in Era for unit in provinces(era))


# Poor scans make a point of a comma; an abbreviation (TP., P.) keeps its own.
_STOP_FOR_COMMA = re.compile(
    r"(\w+)\.(?=\s+(?:xã|phường|thị trấn|thị xã|huyện|quận|thành phố|tỉnh|ấp|khu phố|khóm|đặc khu|TP|TX|TT|P|Q|H|X|T)"
    r"\b)",
    re.IGNORECASE,
)


_LONGEST_ABBREVIATION = 2


def _comma(found: re.Match[str]) -> str:
    word = found.group(1)
    return found.group() if len(word) <= 2 and word.isalpha() and word.isupper() else f"{word},"


# A dotted line, and what a fold or a pen left behind it.
_LEADER = re.compile(r"\s*(?:…|\.{3}|(?:\s\.){2}).*$")
_ROMAN = re.compile(r"(?<=Cấp )[Il1|]{1,3}$")


def _house(text: str) -> str | None:
    told = _LEADER.sub("", values.tidy(text))
    return _text(_ROMAN.sub(lambda found: "I" * len(found[0]) if set(found[0]) != {"1"} else found[0], told))


def _title(text: str) -> str | None:
    tidy = re.sub(r"(?:\s+\d+)+\W*$", "", values.tidy(text))  # A title has no number.
    # What a signature or a seal left between two lines.
    tidy = re.sub(r"(?<=\s)(?:[^\w\s]{2,}|[^\w\s\-–])(?=\s)\s*", "", tidy)
    # A space behind the point stays as printed; where the point is lost, so is what stood there.
    tidy = re.sub(r"\b(KT|TUQ|TL|TM|Q)\s*[.,:](?=[A-ZĐĂÂÊÔƠƯ])", r"\1.", tidy)
    tidy = re.sub(r"\b(KT|TUQ|TL|TM|Q)\s*[.,:]?\s+(?=[A-ZĐĂÂÊÔƠƯ])", r"\1. ", tidy)
    return nfc(tidy) or None


def _authority(text: str) -> str | None:
    return values.tidy(re.sub(r"^\W*[T1I]\s*[./|IL1!]?\s*M\s*(?:[.,:]\s*|\s+)(?=U|Ủ|Ỷ|S)", "", text)) or None


def _area(text: str) -> str | None:
    return values.area(text)


def _year(text: str) -> str | None:
    return values.year_in(text)


def _id_number(text: str) -> str | None:
    packed = re.sub(r"[\s.,·:;]", "", nfc(text)).upper().strip("-–_/")
    # A passport's letter; none begins with O, and many old numbers with 0.
    if re.fullmatch(r"[A-NP-Z]\d{6,8}", packed):
        return packed
    if "/" in packed or re.fullmatch(r"\d{10}-\d{3}", packed):
        return packed or None
    digits = values.digits(packed)
    return digits if len(digits) >= 6 else (packed or None)


def _purpose(text: str) -> str | None:
    tidy = rejoined(values.tidy(text))
    # The code that stands behind the name in brackets is a field of its own.
    tidy = re.sub(r"^[^\w(]+", "", tidy)
    tidy = re.sub(r"\s*\(\s*[A-Z]{3}\s*\)?(?:\s+\S{1,2}){0,3}\s*$", "", tidy)
    return values.tidy(tidy) or None


_WORD_END = re.compile(r"(m[eé]t\s*vu[oô]ng).*$", re.IGNORECASE)


def _origin(text: str) -> str | None:
    # The last word of a label that wraps: "Nguồn gốc sử dụng / đất".
    tidy = re.sub(r"^đất\s+(?=[A-ZĐ])", "", _text(text) or "").replace("đổi với", "đối với")
    if (printed := _CODE_BEHIND.search(tidy)) and _known_code(printed["code"]):
        tidy = tidy[: printed.start()].rstrip(" ;,.")
    return _known_code(tidy) or tidy or None


_CODE_BEHIND = re.compile(r"\s*\(\s*(?P<code>[A-ZĐ]{2,3}\s*[.–-]?\s*[A-ZĐ]{2,3})\s*\)?\W*$")


def _known_code(text: str) -> str | None:
    """The code of an origin that these letters are."""
    return _origin_codes().get(re.sub(r"[\s.–-]", "", text))


@cache
def _origin_codes() -> Mapping[str, str]:
    """The codes of origins that tables print in place of their names, by their letters."""
    return {entry.code.replace("-", ""): entry.code for entry in (*origins(), *transfers()) if entry.code}


def _words(text: str) -> str | None:
    tidy = values.tidy(re.sub(r"[()]", " ", text))
    end = re.search(r"met\s*vuong", fold(tidy))
    return (tidy[: end.end()] if end else tidy) or None


_BY_KIND: Mapping[Kind, Callable[[str], str | None]] = {
    Kind.REGISTER: values.register_number,
    Kind.DATE: values.iso_date,
    Kind.PLACE: _place,
    Kind.AUTHORITY: _authority,
    Kind.TITLE: _title,
    Kind.NAME: values.person_name,
    Kind.ORGANISATION: _organisation,
    Kind.YEAR: _year,
    Kind.ID_NUMBER: _id_number,
    Kind.ADDRESS: _address,
    Kind.NUMBER: values.number_token,
    Kind.AREA: _area,
    Kind.WORDS: _words,
    Kind.HOUSE: _house,
    Kind.PURPOSE: _purpose,
    Kind.TERM: values.term,
    Kind.ORIGIN: _origin,
}
