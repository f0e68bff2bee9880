"""Who holds the right: names, years of birth, identity numbers, and one person twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise

from certificate.identity import (
    FIRST_12_DIGIT_NUMBERS,
    LAST_DAY_OF_CMND,
    CccdFault,
    IdType,
    check_cccd,
    cmnd_prefix_is_known,
    id_type,
    label_type,
    normalise_id,
    read_cccd,
    tax_code_is_valid,
)
from certificate.record import Finding, Record
from certificate.rules.catalogue import make_finding
from certificate.rules.facts import indexes, issue_span, present
from certificate.text import comparable

EARLIEST_BIRTH_YEAR = 1850
OLDEST_AT_ISSUE_YEARS = 105
COMING_OF_AGE_YEARS = 18
_ODD_IN_NAME = re.compile(r"[^\w\s.'’()\-,/&]|[\d_]")
_TYPE_NAMES = {
    IdType.CMND: "CMND",
    IdType.CCCD: "căn cước",
    IdType.PASSPORT: "hộ chiếu",
    IdType.MILITARY: "giấy tờ quân nhân",
    IdType.TAX_CODE: "mã số thuế",
    IdType.DECISION: "quyết định",
}
# Numbers of these papers follow no one pattern (foreign passports, old soldiers' cards), so the record's word stands
# where the number is one at all.
_FREE_TYPES = {
    IdType.DECISION: re.compile(r".*\d.*"),
    IdType.MILITARY: re.compile(r"[A-ZĐ]{0,4}\d{5,12}"),
    IdType.PASSPORT: re.compile(r"(?=(?:.*\d){4})[A-Z0-9]{6,12}"),
}


def check_names(record: Record) -> Iterator[Finding]:
    """Personal names without digits or odd signs, and of more than one word: half a name is a misread one."""
    for at in _owners(record):
        name = record.value(f"{at}.full_name")
        is_person = record.value(f"{at}.role") != "organisation"
        if name and is_person and (_ODD_IN_NAME.search(name) or " " not in name.strip()):
            yield make_finding("name_unusual", [f"{at}.full_name"])


def check_ages(record: Record, today: date | None = None) -> Iterator[Finding]:
    """Years of birth against the date of issue."""
    issued = issue_span(record)
    for at in _owners(record):
        year, path = _birth_year(record, at)
        if year is None:
            printed = record.value(f"{at}.birth_year")
            if printed is not None:
                yield make_finding("birth_year_implausible", [f"{at}.birth_year"], year=printed)
            continue
        if year < EARLIEST_BIRTH_YEAR or (today and year > today.year):
            yield make_finding("birth_year_implausible", [path], year=str(year))
        elif issued and year > issued.last.year:
            yield make_finding("owner_born_after_issue", [path, "issue_date"], year=str(year))
        elif issued and issued.last.year - year > OLDEST_AT_ISSUE_YEARS:
            yield make_finding("owner_too_old", [path, "issue_date"], age=str(issued.last.year - year))
        elif issued and "birth_year" in path and issued.last.year - year < COMING_OF_AGE_YEARS:
            yield make_finding("owner_minor", [path, "issue_date"], age=str(issued.last.year - year))


def check_identity_numbers(record: Record) -> Iterator[Finding]:
    """Identity numbers against their own structure, their label, gender, year of birth and the date of issue."""
    for at in _owners(record):
        number = record.value(f"{at}.id_number")
        if number is None:
            continue
        path = f"{at}.id_number"
        recorded = _recorded_type(record, at)
        kind = id_type(number)
        if kind is None and not _may_be_of(recorded, number):
            yield make_finding("id_malformed", [path], count=str(len(normalise_id(number))))
            continue
        yield from _check_type(record, at, kind, recorded)
        if kind is IdType.CCCD:
            yield from _check_cccd(record, at, number)
        elif kind is IdType.CMND and not cmnd_prefix_is_known(number):
            yield make_finding("cmnd_prefix_unknown", [path], prefix=normalise_id(number)[:2])
        elif kind is IdType.TAX_CODE and not tax_code_is_valid(number):
            yield make_finding("tax_code_check_digit", [path])
        if kind is not None:
            yield from _check_id_time(record, path, kind)


def _may_be_of(kind: IdType | None, number: str) -> bool:
    """Whether a number that shows no paper by itself may be one of the paper recorded."""
    pattern = _FREE_TYPES.get(kind) if kind else None
    return pattern is not None and pattern.fullmatch(normalise_id(number)) is not None


def check_papers_of_roles(record: Record) -> Iterator[Finding]:
    """People have people's papers, organisations have organisations'."""
    for at in _owners(record):
        number, role = record.value(f"{at}.id_number"), record.value(f"{at}.role")
        kind = id_type(number) if number else None
        if role is None or kind is None:
            continue
        if role == "organisation" and kind in {IdType.CMND, IdType.CCCD}:
            owner = "tổ chức"
        elif role != "organisation" and kind is IdType.TAX_CODE:
            owner = "cá nhân"
        else:
            continue
        fields = present(record, f"{at}.id_number", f"{at}.role")
        yield make_finding("id_role_differs", fields, owner=owner, paper=_TYPE_NAMES[kind])


def _check_type(record: Record, at: str, by_number: IdType | None, recorded: IdType | None) -> Iterator[Finding]:
    if by_number is None:
        return
    if recorded and recorded is not by_number and {recorded, by_number} & {IdType.CMND, IdType.CCCD}:
        fields = present(record, f"{at}.id_type", f"{at}.id_number")
        yield make_finding("id_type_differs", fields, by_number=_TYPE_NAMES[by_number], by_label=_TYPE_NAMES[recorded])
        return
    reading = record.fields.get(f"{at}.id_type")
    printed = label_type(reading.raw) if reading and reading.raw else None
    if reading and reading.raw and printed and printed is not by_number:
        yield make_finding("id_label_differs", [f"{at}.id_type"], label=reading.raw, by_number=_TYPE_NAMES[by_number])


def _check_cccd(record: Record, at: str, number: str) -> Iterator[Finding]:
    year, year_path = _birth_year(record, at)
    told = read_cccd(number)
    assert told is not None
    path = f"{at}.id_number"
    gender = "nam" if told.gender == "male" else "nữ"
    for fault in check_cccd(number, record.value(f"{at}.gender"), year):
        match fault:
            case CccdFault.PROVINCE_UNKNOWN:
                yield make_finding("cccd_province_unknown", [path], code=told.registration_code)
            case CccdFault.BORN_ABROAD:
                yield make_finding("cccd_born_abroad", [path], code=told.registration_code)
            case CccdFault.GENDER_DIFFERS:
                yield make_finding("cccd_gender_differs", [path, f"{at}.gender"], gender=gender)
            case CccdFault.BIRTH_YEAR_DIFFERS:
                yield make_finding("cccd_birth_year_differs", [path, year_path], year=str(told.birth_year))


def _check_id_time(record: Record, path: str, kind: IdType) -> Iterator[Finding]:
    issued = issue_span(record)
    if issued is None:
        return
    if kind is IdType.CCCD and issued.last < FIRST_12_DIGIT_NUMBERS:
        yield make_finding("id_before_its_time", [path, "issue_date"], value=issued.text)
    elif kind is IdType.CMND and issued.first > LAST_DAY_OF_CMND:
        yield make_finding("id_after_its_time", [path, "issue_date"], value=issued.text)


def check_same_person(record: Record) -> Iterator[Finding]:
    """One person written twice, or two people with one number."""
    for left, right in combinations(_owners(record), 2):
        numbers = [record.value(f"{at}.id_number") for at in (left, right)]
        names = [comparable(record.value(f"{at}.full_name") or "") for at in (left, right)]
        years = [_birth_year(record, at)[0] for at in (left, right)]
        same_number = numbers[0] is not None and normalise_id(numbers[0]) == normalise_id(numbers[1] or "")
        same_name = bool(names[0]) and names[0] == names[1]
        if same_number and not same_name:
            yield make_finding("same_id_two_people", [f"{left}.id_number", f"{right}.id_number"])
        elif same_number or (same_name and years[0] == years[1] and None in numbers):
            yield make_finding("same_person_twice", [f"{left}.full_name", f"{right}.full_name"])


def check_spouses(record: Record) -> Iterator[Finding]:
    """Husband and wife of different gender."""
    owners = _owners(record)
    for before, at in pairwise(owners):
        genders = [record.value(f"{side}.gender") for side in (before, at)]
        if record.value(f"{at}.role") == "spouse" and genders[0] and genders[0] == genders[1]:
            yield make_finding("spouses_same_gender", [f"{before}.gender", f"{at}.gender"])


def _owners(record: Record) -> tuple[str, ...]:
    return tuple(f"owners.{index}" for index in indexes(record, "owners"))


def _birth_year(record: Record, at: str) -> tuple[int | None, str]:
    """The year of birth and the path it stands at; of an identity card the date's."""
    for path in (f"{at}.birth_year", f"{at}.birth_date"):
        match = re.match(r"\d{4}(?=-|$)", record.value(path) or "")
        if match:
            return int(match[0]), path
    return None, f"{at}.birth_year"


def _recorded_type(record: Record, at: str) -> IdType | None:
    value = record.value(f"{at}.id_type")
    return IdType(value) if value in set(IdType) else None
