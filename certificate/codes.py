"""The law's lists: purposes, origins, kinds of change, of certificate, of holder and of authority, each with its time.

The lists are data (``certificate/data``), so that an office can change them; a purpose or an authority counts only on
days when it was in force. Names are compared as printed, but for letter case, placing of tone marks and spellings that
mean the same (hàng năm and hằng năm, QSDĐ and quyền sử dụng đất).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from certificate.lists import day, in_force, load_list
from certificate.record import Form
from certificate.text import comparable, strip_accents


class PurposeGroup(StrEnum):
    """The four groups of land that the law treats differently."""

    AGRICULTURAL = "agricultural"
    RESIDENTIAL = "residential"
    NON_AGRICULTURAL = "non_agricultural"
    UNUSED = "unused"


class _InTime:
    """An entry that holds from its first to its last day; ``None`` is open."""

    __slots__ = ()
    first_day: date | None
    last_day: date | None

    def in_force(self, on: date | None) -> bool:
        """Whether certificates of that day may go by it; an unknown day counts as yes."""
        return in_force(on, self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class Purpose(_InTime):
    """A land-use purpose (mục đích sử dụng) as one era's list has it; an ``aggregate`` never stands on a parcel.

    ``long_term``: agricultural, and yet held without a term (protection and special-use forest).
    """

    code: str
    name: str
    era: str
    first_day: date | None
    last_day: date | None
    group: PurposeGroup
    aggregate: bool
    source: str
    other_names: tuple[str, ...] = ()
    long_term: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its other wordings."""
        return (self.name, *self.other_names)


@dataclass(frozen=True, slots=True)
class Origin(_InTime):
    """An origin of use (nguồn gốc sử dụng); ``code`` is ``None`` where the wording has none of its own."""

    code: str | None
    name: str
    era: str
    first_day: date | None
    last_day: date | None
    source: str
    other_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its other wordings."""
        return (self.name, *self.other_names)


@dataclass(frozen=True, slots=True)
class PrintedOrigin:
    """What a printed origin says: how the right was passed on, if it was, and where it came from."""

    transfer: Origin | None
    origin: Origin | None

    @property
    def code(self) -> str | None:
        """The one list entry's code; ``None`` for passed-on rights and where no single entry fits."""
        return self.origin.code if self.origin and not self.transfer else None


@dataclass(frozen=True, slots=True)
class ListEntry(_InTime):
    """An entry of a plain list: kinds of change (biến động) or of holder (đối tượng sử dụng)."""

    code: str
    name: str
    era: str
    first_day: date | None
    last_day: date | None
    source: str


@dataclass(frozen=True, slots=True)
class CertificateType(_InTime):
    """The number that one land-office system gives to a form."""

    system: str
    code: str
    name: str
    form: Form
    era: str
    first_day: date | None
    last_day: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Authority(_InTime):
    """A kind of issuing authority and the days between which it issued."""

    code: str
    name: str
    era: str
    first_day: date | None
    last_day: date | None
    source: str


@dataclass(frozen=True, slots=True)
class FormFacts(_InTime):
    """When a form was in use and how its serial number looks; ``first_letters`` empty means any."""

    form: Form
    name: str
    first_day: date
    last_day: date | None
    letter_count: tuple[int, int]
    digit_counts: tuple[int, ...]
    first_letters: str
    source: str


# Purposes


@cache
def all_purposes() -> tuple[Purpose, ...]:
    """Every entry of the purposes' lists of all eras, aggregates included."""
    return tuple(
        Purpose(
            **{
                **_dated(row),
                "group": PurposeGroup(row["group"]),
                "other_names": tuple(row.get("other_names", ())),
            }
        )
        for row in load_list("purposes")["purposes"]
    )


def purposes(issued: date | None = None) -> tuple[Purpose, ...]:
    """The purposes that may stand on a parcel of a certificate issued on that day; of any day when unknown."""
    return tuple(entry for entry in all_purposes() if not entry.aggregate and entry.in_force(issued))


def purpose_by_code(code: str, issued: date | None = None) -> Purpose | None:
    """The entry for a code in force on that day (aggregates too); of an unknown day, the newest."""
    found = [entry for entry in all_purposes() if entry.code == code and entry.in_force(issued)]
    return max(found, key=lambda entry: entry.first_day or date.min) if found else None


def purpose_by_name(name: str, issued: date | None = None) -> Purpose | None:
    """The purpose of that name in force on that day, ``None`` where the list has none or it is an aggregate.

    A name from another era's list counts when its code was in force.
    """
    named = _purposes_named(name)
    codes = {entry.code for entry in named}
    found = [entry for entry in purposes(issued) if entry.code in codes]
    in_time = [entry for entry in found if entry in named] or found
    if len({entry.code for entry in in_time}) != 1:
        return None
    return max(in_time, key=lambda entry: entry.first_day or date.min)


def purpose_codes_named(name: str) -> frozenset[str]:
    """The codes, aggregates too, that any era's list has under that name."""
    return frozenset(entry.code for entry in _purposes_named(name))


_CODE_BEHIND = re.compile(r"\s*\([^()]*\)\s*$")


def _purposes_named(name: str) -> tuple[Purpose, ...]:
    """The entries of that name, with or without the code that the form of 2024 prints behind it."""
    by_name = _purposes_by_name()
    return by_name.get(name_key(name)) or by_name.get(name_key(_CODE_BEHIND.sub("", name)), ())


def purpose_phrases(issued: date | None = None) -> tuple[tuple[str, Purpose], ...]:
    """Every wording of every purpose in force on that day, for a reader that looks for the nearest."""
    return tuple((name, entry) for entry in purposes(issued) for name in entry.names)


@cache
def _purposes_by_name() -> dict[str, tuple[Purpose, ...]]:
    found: dict[str, tuple[Purpose, ...]] = {}
    for entry in all_purposes():
        for key in {name_key(name) for name in entry.names}:
            found[key] = (*found.get(key, ()), entry)
    return found


# Origins


@cache
def origins() -> tuple[Origin, ...]:
    """The origins of use, without those that were passed on."""
    return tuple(_origin(row) for row in load_list("origins")["origins"])


@cache
def transfers() -> tuple[Origin, ...]:
    """How a right may have been passed on: nhận chuyển nhượng, thừa kế, tặng cho, ..."""
    return tuple(_origin(row) for row in load_list("origins")["transfers"])


def read_origin(text: str) -> PrintedOrigin:
    """What a printed origin says; ``.code`` only where exactly one list entry fits it whole.

    Some papers print the code itself for the words.
    """
    by_code = next((entry for entry in origins() if entry.code == text.strip(" .;").upper()), None)
    if by_code:
        return PrintedOrigin(None, by_code)
    key = origin_key(text)
    for lead, transfer in _transfer_leads():
        if key.startswith(lead):
            rest = re.sub(r"^(quyền sử dụng )?(đất )?(từ )?(đất )?(được )?", "", key[len(lead) :].strip())
            return PrintedOrigin(transfer, _origins_by_name().get(rest))
    return PrintedOrigin(None, _origins_by_name().get(key))


def origin_by_code(code: str, issued: date | None = None) -> Origin | None:
    """The origin with a code such as ``CNQ-CTT`` in force on that day; of any day when unknown."""
    return next((entry for entry in (*origins(), *transfers()) if entry.code == code and entry.in_force(issued)), None)


def origin_phrases() -> tuple[str, ...]:
    """Every wording of an origin, alone and passed on, for a reader that looks for the nearest."""
    plain = [name for entry in origins() for name in entry.names]
    leads = [lead.name for lead in transfers()[:5]]
    # Some offices print "Được tặng cho" for "Nhận tặng cho".
    leads += [lead.replace("Nhận ", "Được ", 1) for lead in leads]
    return (*plain, *(f"{lead} đất được {name}" for lead in leads for name in plain))


def origin_key(text: str) -> str:
    """The form in which origins are compared: short and long wordings of one thing become one."""
    key = name_key(text).rstrip(" .;,")
    for pattern, plain in _SAME_ORIGIN_WORDS:
        key = pattern.sub(plain, key)
    return key


_SAME_ORIGIN_WORDS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\bqsdđ\b|\bqsd đất\b|\bquyền sd đất\b", "quyền sử dụng đất"),
        (r"\bsdđ\b", "sử dụng đất"),
        (r"^được ", ""),
        (r"\bthu tiền sử dụng đất\b", "thu tiền"),
        (r"\btiền thuê đất\b|\btiền thuê\b", "tiền"),
        (r" cho cả thời gian thuê( đất)?$", ""),
    )
)


def _origin(row: dict[str, Any]) -> Origin:
    return Origin(**{**_dated(row), "other_names": tuple(row.get("other_names", ()))})


@cache
def _origins_by_name() -> dict[str, Origin]:
    return {origin_key(name): entry for entry in origins() for name in entry.names}


@cache
def _transfer_leads() -> tuple[tuple[str, Origin], ...]:
    leads = [(origin_key(name), entry) for entry in transfers() for name in entry.names]
    # "Được tặng cho" says what "Nhận tặng cho" says; a key has lost its "được".
    leads += [(lead.removeprefix("nhận "), entry) for lead, entry in leads if lead.startswith("nhận ")]
    return tuple(sorted(leads, key=lambda lead: -len(lead[0])))


# Plain lists


@cache
def change_types() -> tuple[ListEntry, ...]:
    """The kinds of change registered after issue (biến động)."""
    return tuple(ListEntry(**_dated(row)) for row in load_list("changes")["changes"])


@cache
def holder_types() -> tuple[ListEntry, ...]:
    """The kinds of land user (đối tượng sử dụng đất)."""
    return tuple(ListEntry(**_dated(row)) for row in load_list("holders")["holders"])


@cache
def certificate_types() -> tuple[CertificateType, ...]:
    """The numbers that land-office systems give to the forms."""
    rows = load_list("certificate_types")["certificate_types"]
    return tuple(CertificateType(**{**_dated(row), "form": Form(row["form"])}) for row in rows)


def form_number(form: Form, issued: date | None = None, system: str = "vbdlis") -> str | None:
    """A system's number for a form; where it has several, the newest in force on that day.

    Of an unknown day, and of a day outside all of them, that of the form as first issued. ``Form.OTHER`` has none:
    many kinds of paper share it.
    """
    found = [entry for entry in certificate_types() if entry.system == system and entry.form is form]
    if not found or form is Form.OTHER:
        return None
    by_age = sorted(found, key=lambda entry: entry.first_day or date.min)
    in_time = [entry for entry in by_age if issued and entry.in_force(issued)]
    return in_time[-1].code if in_time else by_age[0].code


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """A list's row with its days as dates."""
    return {**row, "first_day": day(row["first_day"]), "last_day": day(row["last_day"])}


@cache
def form_facts() -> dict[Form, FormFacts]:
    """What is known of each certificate form; ``cccd`` and ``other`` are no certificates and are not in it."""
    return {
        Form(row["form"]): FormFacts(
            form=Form(row["form"]),
            name=row["name"],
            first_day=date.fromisoformat(row["first_day"]),
            last_day=day(row["last_day"]),
            letter_count=(row["letters"][0], row["letters"][1]),
            digit_counts=tuple(row["digits"]),
            first_letters=row["first_letters"],
            source=row["source"],
        )
        for row in load_list("forms")["forms"]
    }


# Authorities


@cache
def authorities() -> tuple[Authority, ...]:
    """The kinds of authority that issue certificates."""
    return tuple(Authority(**_dated(row)) for row in load_list("authorities")["authorities"])


_COMMITTEE = r"^(?:(?:kt\.?\s+)?chủ tịch\s+)?(?:uỷ ban nhân dân|ủy ban nhân dân|u\.?b\.?n\.?d\.?)\s+"
_AUTHORITY_WORDINGS = (
    ("registration_branch", r"chi nhánh|\bcn\.?\s*(?:văn phòng|vp)"),
    ("registration_office", r"văn phòng đăng ký|\bvpđk"),
    ("department", r"^(?:(?:kt|tuq)\.?\s+)?(?:giám đốc\s+)?(?:sở\s|s(?:tn|nn)&?mt\b)"),
    ("commune_committee", _COMMITTEE + r"(?:xã|phường|đặc khu|thị trấn)\s"),
    ("province_committee", _COMMITTEE + r"tỉnh\s"),
    # A city may be one of the centre's, which is a province's equal.
    ("district_committee", _COMMITTEE + r"(?:huyện\s|quận\s|thị xã\s|tx\b|(?:thành phố\s|tp\b)\.?\s*(?P<city>.+))"),
)


@cache
def _authority_patterns(*, accented: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (code, re.compile(wording if accented else strip_accents(wording))) for code, wording in _AUTHORITY_WORDINGS
    )


def authority_of(name: str, on: date | None = None) -> Authority | None:
    """The kind of a printed authority such as "ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO"; ``None`` when it is not recognised.

    ``on`` is the day of issue: Huế was a province's city before it became one of the centre's.
    """
    key = re.sub(r"^t\s*[./]?\s*m\s*[./]?\s+", "", comparable(name))
    patterns = _authority_patterns(accented=not key.isascii())
    found = next(((code, match) for code, pattern in patterns if (match := pattern.search(key))), None)
    if found is None:
        return None
    code, match = found
    if match.groupdict().get("city") and _is_central_city(match["city"], on):
        code = "province_committee"
    return next(kind for kind in authorities() if kind.code == code)


def _is_central_city(name: str, on: date | None) -> bool:
    plain = name_key(strip_accents(name))
    return any(
        name_key(strip_accents(city["name"])) == plain and in_force(on, day(city["first_day"]), None)
        for city in load_list("authorities")["central_cities"]
    )


def name_key(name: str) -> str:
    """The form in which names of the lists are compared."""
    return comparable(name).replace("hằng năm", "hàng năm").rstrip(" .;,:")
