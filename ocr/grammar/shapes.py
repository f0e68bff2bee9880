"""Whether a value looks as such a value is printed: its shape, apart from how it was read.

Readers may agree on every letter while the layout gave them the wrong place: half an address, a column's head, a number
with a neighbour's digit. Owns what a whole value of each kind looks like; it never changes a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache

from certificate.addresses import parse_address, resolve_address
from certificate.codes import purpose_by_code, purpose_phrases
from certificate.identity import (
    IdType,
    cmnd_prefix_is_known,
    id_type,
    province_of_cccd,
    read_cccd,
    tax_code_is_valid,
)
from certificate.places import Era, find_provinces
from certificate.text import SMALL_LETTERS, comparable
from ocr.grammar.drafts import Kind
from ocr.grammar.letters import fold, is_syllable
from ocr.grammar.lexicon import name_rival, surnames, word_weight
from ocr.grammar.offices import AUTHORITY_HEADS, TITLES, mend_office
from ocr.grammar.phrases import mend_phrases

WHOLE, USUAL, OPEN, BROKEN = 1.0, 0.7, 0.4, 0.0
"""Just as forms print it; as they mostly do; may be or not; as no form prints it."""


# Words whose letters stand apart, as in a text layer of spaced print: nobody knows where one ends.
_SPACED_OUT = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){3,}(?!\S)")


# No parcel has so few square metres.
_TINY, _AREA_OF_A_WHOLE = re.compile(r"[0-4](?:\.\d+)?"), re.compile(r"parcels\.\d+\.area_m2|house\.\w+_area_m2")


@lru_cache(maxsize=8192)
def shape(kind: Kind, path: str, value: str) -> float:
    """How much a value looks like a whole value of its kind (0.0-1.0), whatever was read and how."""
    if _SPACED_OUT.search(value):
        return BROKEN
    if kind is Kind.TEXT and path.startswith("changes."):
        return _change(value)
    if path == "other_assets" and _OF_A_HOUSE.search(comparable(value)):
        return BROKEN  # The house's own facts: its block was cut wrongly.
    if path == "barcode":
        return WHOLE if re.fullmatch(r"\d{13}(?:\d\d)?", value) else BROKEN
    if _TINY.fullmatch(value) and _AREA_OF_A_WHOLE.fullmatch(path):
        return BROKEN  # The first digit of a number that was torn.
    if path == "issue_date" and value > datetime.now(UTC).date().isoformat():
        return BROKEN  # A term of use, or a digit that was misread.
    if path.endswith("id_type"):
        return WHOLE if value in (IdType.CCCD, IdType.CMND) else OPEN
    if kind is Kind.ADDRESS and path.startswith("owners.") and parse_address(value).province is None:
        # Owners live anywhere, so their province is printed; without it the address ends too early.
        return min(OPEN, _address(value))
    told = _BY_KIND.get(kind)
    return told(value) if told else USUAL


_OF_A_HOUSE = re.compile(
    r"loại nhà|(?:hình thức|được|thời hạn) sở hữu|diện tích sàn|cấp \(hạng\)|nhà (?:ở|phố) (?:riêng|độc|liên|liền)"
)


def _first(rules: tuple[tuple[str, float], ...], value: str) -> float:
    return next((told for pattern, told in rules if re.fullmatch(pattern, value)), BROKEN)


def _serial(value: str) -> float:
    return _first(((r"[A-ZĐ]{2} \d{6}", WHOLE), (r"[A-ZĐ]{2} \d{8}", WHOLE), (r"[A-ZĐ] \d{6,7}", USUAL)), value)


_REGISTERS = (
    (r"(?:CH|CS|CT|CN|VP|VPĐK|GCN)\.?(?:\d{5}|\d{2}\.\d{3})", WHOLE),
    (r"\d{5}(?:/QSDĐ(?:/\w+)?)?|H\.?\d{5}", WHOLE),
    (r"(?!C(?:[ABEFGIKO-RUVX]|[.-]?\d))[A-ZĐ]{1,4}[.-]?\d{5,6}", USUAL),
    (r"\d{5}(?:/[\w-]+)*", USUAL),
    # Of "CN", "CH" and "CS" in a script all readers leave out the second letter alike.
    (r"C[.-]?\d.*", BROKEN),
    (r"[\w./-]*\d{2,}[\w./-]*", OPEN),
)


def _register(value: str) -> float:
    return _first(_REGISTERS, value)


def _date(value: str) -> float:
    return _first(((r"(?:19[89]|20[0-4])\d-\d\d-\d\d", WHOLE), (r"(?:19[89]|20[0-4])\d", OPEN)), value)


def _year(value: str) -> float:
    return _first(((r"19[2-9]\d|200\d", WHOLE), (r"1[89]\d\d|201\d", OPEN)), value)


def _number(value: str) -> float:
    return _first(
        ((r"[1-9]\d{0,3}", WHOLE), (r"(?:PL|QH|DC|TĐ|BĐ)\d+", USUAL), (r"[1-9]\d{0,3}-\d{1,3}", USUAL),
         (r"[A-ZĐ]{0,4}\d{1,5}(?:[-/.]\d+)?[A-Z]?", OPEN)), value
    )  # fmt: skip


def _area(value: str) -> float:
    return _first(((r"[1-9]\d{0,5}(?:\.\d{1,2})?|0", WHOLE), (r"\d{1,7}(?:\.\d{1,3})?", OPEN)), value)


def _term(value: str) -> float:
    return _first(
        (
            (r"lau_dai|20[1-9]\d-\d\d-\d\d|[2-9]0_nam", WHOLE),
            (r"20[1-9]\d", USUAL),
            (r"\d+_nam|20\d\d-\d\d-\d\d", OPEN),
        ),
        value,
    )


_TAX_CODE = re.compile(r"\d{10}(?:-\d{3})?")


def _id_number(value: str) -> float:
    kind = id_type(value)
    if kind is IdType.CCCD:
        told = read_cccd(value)
        return WHOLE if told is not None and province_of_cccd(value) else BROKEN
    if kind is IdType.CMND:
        return WHOLE if cmnd_prefix_is_known(value) else OPEN
    if kind is IdType.TAX_CODE and _TAX_CODE.fullmatch(value):
        return WHOLE if tax_code_is_valid(value) else OPEN
    # Thirteen digits in a row may be a branch's tax code and are more often a citizen's number and a stroke beside it.
    return OPEN if kind is not None and not re.fullmatch(r"\d{11,}", re.sub(r"\W", "", value)) else BROKEN


_VOWEL = re.compile(r"[aeiouy]")


def _name(value: str) -> float:
    words = value.split(" ")
    if len(words) < 2 or not all(word.replace("-", "").isalpha() for word in words):
        return BROKEN
    if not all(_VOWEL.search(fold(word)) for word in words):
        return BROKEN  # The last letter was cut off: "Mã Trang Ph".
    if comparable(words[0]) == "văn":
        return BROKEN  # What follows a family name, which was lost.
    caps = {word.isupper() for word in words if len(word) > 1}
    titled = all(word[:1].isupper() for word in words)
    if len(caps) > 1 or not titled or comparable(words[0]) not in _surnames():
        return OPEN if titled else BROKEN
    if not all(word_weight(word, Kind.NAME) > 0 or is_syllable(word) for word in words):
        return OPEN
    if max(map(name_rival, words)) >= _MUCH_MORE_USUAL:
        return OPEN
    # What a name goes on behind: the rest of "NGUYỄN THỊ" stands on the next line or was not read.
    if comparable(words[-1]) == "thị" or (len(words) == 2 and comparable(words[-1]) == "văn"):
        return BROKEN
    return WHOLE if len(words) in (3, 4) else USUAL if len(words) in (2, 5) else OPEN


# Fifty times: of names with such a word, read alike by all, three in eight lacked a mark.
_MUCH_MORE_USUAL = 4.0


@cache
def _surnames() -> frozenset[str]:
    return frozenset(comparable(name) for name in surnames())


_ORGANISATION = re.compile(
    r"(?:t[oổ]ng )?(?:công ty|doanh nghiệp|hợp tác xã|htx|ngân hàng|quỹ|trường|bệnh viện|chùa|nhà thờ|giáo xứ|đình|miếu"
    r"|ủy ban|uỷ ban|ubnd|ban|sở|chi cục|cục|trung tâm|xí nghiệp|nông trường|lâm trường|hội|đảng|công an|quân|viện|đoàn"
    r"|văn phòng|chi nhánh|cộng đồng|họ đạo|thánh thất|tổ chức|liên đoàn|cơ sở|nhà máy)\b.*\w.*",
    re.IGNORECASE,
)


def _organisation(value: str) -> float:
    return WHOLE if _ORGANISATION.fullmatch(value) and not re.search(r"\d{4}", value) else OPEN


_LEVEL_INSIDE = re.compile(
    r"(?:^|[,;]\s*)\d+\s+(?:thị xã|thành phố|huyện|quận|xã|phường|thị trấn|tỉnh)\b", re.IGNORECASE
)


# A line beside was read into it.
_PAPER_INSIDE = re.compile(r"\d{9}")


def _address(value: str) -> float:
    if (
        ":" in value
        or _LEVEL_INSIDE.search(value)
        or _PAPER_INSIDE.search(value)
        or re.search(r"[^\w\s,.;:()/'’&–-]", value)
    ):
        return BROKEN
    printed = parse_address(value)
    if printed.province is None and printed.district is None:
        return BROKEN
    if printed.province is not None and not any(
        find_provinces(era, printed.province.name, loosely=True) for era in Era
    ):
        return BROKEN  # "tỉnh Kiên": the rest of the name stands on a line that was lost.
    if printed.commune is None:
        return OPEN
    if printed.province is None:
        # Many offices leave their own province out of a parcel's address.
        found = resolve_address(printed)
        return USUAL if found.is_spelled_right and found.candidates else OPEN
    return WHOLE


def _place(value: str) -> float:
    words = value.split(" ")
    return WHOLE if len(words) > 1 and all(word[:1].isupper() for word in words) else OPEN


# Offices that there are many of: without its place nobody knows which one signed.
_NOWHERE = re.compile(
    r"(?:ủy ban nhân dân|chi nhánh văn phòng đăng ký(?: quyền sử dụng)? đất(?: đai)?)\W*", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?<= ĐẤT ĐAI) KHU VỰC \d{1,2}$|(?<=DÂN) (?:QUẬN|PHƯỜNG) \d{1,2}\b")


def _authority(value: str) -> float:
    if _NOWHERE.fullmatch(value):
        return BROKEN
    value = _NUMBERED.sub("", value).replace(" KHU VỰC ", " ")
    mended, known = mend_office(value, AUTHORITY_HEADS)
    if not known or comparable(mended) != comparable(value):
        # A place whose name goes on in a line that was not read ("TỈNH CÀ"), or a seal's letter among the words.
        return BROKEN
    return OPEN if not value.isupper() or re.search(r"[^\w\s.,'’-]|\d", value) else WHOLE


def _title(value: str) -> float:
    return WHOLE if value.isupper() and mend_office(value, TITLES) == (value, True) else OPEN


def _is_spelt(word: str) -> bool:
    """Whether a word is one: of the language, or an abbreviation in capitals."""
    known = word.isupper() or word == "m" or word.casefold() in _BANKS
    return known or word_weight(word, Kind.TEXT) > 0 or is_syllable(word)


_LEAST_CHANGE, _LEAST_SPACES, _MOSTLY = 24, 2, 0.8
_CHANGES = (
    "the chap", "xoa", "chuyen", "tang cho", "thay doi", "thua ke", "cap doi", "cap lai", "tach", "hop", "thua dat",
    "giam dien tich", "gop von", "cho thue", "dinh chinh", "dang ky", "bo sung", "gia han", "chia", "nhan", "so huu",
)  # fmt: skip
# "Số CMND của bà ... thay đổi thành số CCCD ...": what changed stands before its change.
_WHAT_CHANGED = re.compile(
    r"(?:so|ho|ten|nam|ngay|dia chi|dien tich|muc dich|thoi han)\b.{4,100}\b(?:thanh|dinh chinh|doi)\b"
)
# Banks that go by no Vietnamese word.
_BANKS = frozenset(
    ("abbank", "agribank", "bacabank", "bank", "baovietbank", "dongabank", "eximbank", "gpbank", "hdbank",
     "kienlongbank", "lienvietpostbank", "lpbank", "maritimebank", "namabank", "oceanbank", "pgbank", "pvcombank",
     "sacombank", "saigonbank", "seabank", "techcombank", "tpbank", "vietabank", "vietbank", "vietcombank",
     "vietinbank", "vpbank")
)  # fmt: skip


# A sentence that ends so goes on in a line that was lost.
_GOES_ON = frozenset(
    ("số", "ngày", "theo", "của", "và", "do", "tại", "cho", "ông", "bà", "hồ", "sơ", "quyết", "giấy", "thửa", "tờ",
     "từ")
)  # fmt: skip


# Behind a file's number the next change begins: two that were not parted.
_ANOTHER_CHANGE = re.compile(
    r"\d[\w.\-/]*\.?\s+(?:Đính chính|Thế chấp|X[óo][aá]|Chuyển (?:nhượng|mục|đổi)|Tặng cho|Thừa kế|Gia hạn|Đăng ký"
    r"|Đã chuyển|Thay đổi|Tách thửa)\b"
)


def _change(value: str) -> float:
    plain = fold(value).casefold()
    opens = plain.startswith(_CHANGES) or (value[:1].isupper() and _WHAT_CHANGED.match(plain))
    if not opens or len(value) < _LEAST_CHANGE or _ANOTHER_CHANGE.search(value):
        return BROKEN
    return _sentence(value)


def _text(value: str) -> float:
    if value.count(" ") < _LEAST_SPACES or not value[:1].isupper():
        return BROKEN
    return _sentence(value)


# An origin that ends so goes on in a line that was lost.
_ORIGIN_GOES_ON = re.compile(
    r"(?:su dung|thu tien|tra tien|tien su|co|khong|duoc|nha nuoc|cong nhan|nhu|giao|quyen|nhan|chuyen|mot|hang)\W*$"
)


# One that begins so has the end of another's before it.
_ORIGIN_GOES_ON_FROM = re.compile(r"\W*(?:thu tien|tien su|tien thue|su dung|dung dat|khong thu|co thu)\b")


def _origin(value: str) -> float:
    if _ORIGIN_GOES_ON.search(fold(value)) or _ORIGIN_GOES_ON_FROM.match(fold(value)):
        return BROKEN
    return USUAL if _PHRASES.match(fold(value)) and not re.search(r"[:(]\W*$|\d năm\b", value) else OPEN


def _purpose(value: str) -> float:
    # Of 796 names on drawn sheets all that no list has were read in part.
    return USUAL if comparable(value) in _purposes() or purpose_by_code(value) else OPEN


@cache
def _purposes() -> frozenset[str]:
    return frozenset(comparable(name) for name, _ in purpose_phrases())


_PHRASES = re.compile(
    r"(?:dat|cong nhan|nha nuoc|nhan|duoc|giao|thue|cho thue|chuyen|trung|mua|thua ke|tang|hop|tach|[a-z]{3}$|dau gia"
    r"|xay dung|vuon|ao|nuoi|trong|lam|san|khu|tho|rung|mia|lua|cay)\b"
)


# Titles of the section below, and what only lines joined in the wrong order or torn numbers give.
_OTHER_PARTS = re.compile(r"(?i:những thay đổi sau khi cấp|nội dung thay đổi và cơ sở|xác nhận của cơ quan)")
# A point before one or two digits of square metres was a comma on all drawn sheets.
# Digits with a space between them: one number that was torn, or two of which a word or a sign was lost.
_TORN_DIGITS = re.compile(r"\d \d")
_TORN = re.compile(rf"\d\.\s+[{SMALL_LETTERS}]|số \d+ số\b|\d\.\d{{1,2}} ?m")


def _sentence(value: str) -> float:
    """Text of which every word is spelt as words are; the more so where no phrase would have it otherwise."""
    words = re.findall(r"[^\W\d_]+", value)
    spelt = sum(_is_spelt(word) for word in words)
    unfinished = value.endswith((":", ";", ",")) or value.rpartition(" ")[2] in _GOES_ON
    if unfinished or _OTHER_PARTS.search(value) or _TORN_DIGITS.search(value):
        return BROKEN
    if _TORN.search(value):
        return OPEN
    if spelt < len(words) or re.search(r"[^\w\s.,:;()/'\"’“”²&%–-]", value):
        return OPEN if spelt > _MOSTLY * len(words) else BROKEN
    return WHOLE if mend_phrases(value)[0] == value else USUAL


_HOUSES = re.compile(r"(?:Nhà ở|Nhà|Căn hộ|Cấp|Sở hữu|Riêng|Chung)\b[^.…]{0,40}|[1-4]|-/-", re.IGNORECASE)


_HALF_OF_A_FACT = frozenset(("sở hữu", "nhà", "cấp", "hình thức", "ổn định", "sử dụng"))


_LONE_LETTER = re.compile(r"\s[^\W\d_]$")


def _house(value: str) -> float:
    if ":" in value or comparable(value) in _HALF_OF_A_FACT:
        return BROKEN  # With the next label, which was misread; or without its second line.
    if _LONE_LETTER.search(value):
        return BROKEN  # A scrap of the pattern behind it: "Nhà ở b".
    return WHOLE if _HOUSES.fullmatch(value) and not re.search(r"[\d,]{2,}|[()]", value) else OPEN


_BY_KIND: Mapping[Kind, Callable[[str], float]] = {
    Kind.SERIAL: _serial,
    Kind.REGISTER: _register,
    Kind.DATE: _date,
    Kind.YEAR: _year,
    Kind.NUMBER: _number,
    Kind.AREA: _area,
    Kind.TERM: _term,
    Kind.ID_NUMBER: _id_number,
    Kind.NAME: _name,
    Kind.ORGANISATION: _organisation,
    Kind.ADDRESS: _address,
    Kind.PLACE: _place,
    Kind.AUTHORITY: _authority,
    Kind.TITLE: _title,
    Kind.TEXT: _text,
    Kind.PURPOSE: _purpose,
    Kind.ORIGIN: _origin,
    Kind.HOUSE: _house,
}
