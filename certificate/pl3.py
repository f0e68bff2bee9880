"""The campaign's collection workbook (PL3-01): its 61 columns, and a certificate as rows of it.

One row is a certificate, a parcel and a person. The template has room for three land uses and one asset; what does not
fit is told in a remark, never left out in silence. The present user is filled where the table of changes leaves no
choice. Columns that only the land office can fill (cadastral map, parcel code) stay empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Protocol

from certificate import places
from certificate.addresses import resolve_address
from certificate.changes import ChangeKind, changes_of, holder_remarks, present_user
from certificate.codes import form_number
from certificate.handed_on import (
    HandedOn,
    Remark,
    RemarkCode,
    acts_for,
    address_of,
    owner_told,
    pdf_name,
    printed_date,
    printed_term,
)
from certificate.identity import IdType, id_type
from certificate.lists import load_list
from certificate.places import Commune
from certificate.record import Record
from certificate.rules.facts import indexes, issue_day, number
from certificate.text import strip_accents

Cell = str | Decimal | int | None
MOST_PURPOSES = 3
# A cell of a workbook holds no more; programs call a file with longer ones damaged.
MOST_CHARACTERS = 32_767
GENDERS = {"male": "Nam", "female": "Nữ"}
# Loại giấy tờ, in the words that practitioners type.
ID_TYPES = {
    IdType.CCCD: "CCCD",
    IdType.CMND: "CMND",
    IdType.PASSPORT: "Hộ chiếu",
    IdType.MILITARY: "CMQĐ",
    IdType.TAX_CODE: "Mã số thuế",
    IdType.DECISION: "Quyết định",
}
_ORGANISATION = "organisation"


class _Remarking(Protocol):
    """What takes a remark about the certificate at hand."""

    def __call__(self, code: RemarkCode, detail: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the workbook; ``number`` is the one printed on the template, where it has one."""

    letter: str
    number: int | None
    key: str
    title: str


@cache
def columns() -> tuple[Column, ...]:
    """The 61 columns, A to BI."""
    return tuple(Column(**row) for row in load_list("pl3")["columns"])


def layout(name: str) -> str:
    """A fixed word of the template: the name of a sheet."""
    return str(load_list("pl3")[name])


def first_row() -> int:
    """The row in which the data begin, counted from 1."""
    return int(load_list("pl3")["first_row"])


def rows_of(given: HandedOn, *, file_name: str | None = None) -> tuple[list[dict[str, Cell]], list[Remark]]:
    """A certificate as rows by column key, and what a person has to see to. ``line`` is left to the writer."""
    record = given.record
    remarks: list[Remark] = []

    def remark(code: RemarkCode, detail: str = "") -> None:
        found = given.remark(code, detail)
        if found not in remarks:
            remarks.append(found)

    if not record.value("serial_number"):
        remark(RemarkCode.NO_SERIAL_NUMBER)
    if given.pdfa_sha256 is None:
        remark(RemarkCode.NOT_ARCHIVED)
    remarks += holder_remarks(given)
    paper = _paper(given, file_name) | _present(given, remark)
    _unheld(record, remark)
    assets = _assets(record, remark)
    people = list(_people(given, remark))
    rows: list[dict[str, Cell]] = []
    for parcel_index in indexes(record, "parcels") or (None,):
        parcel = _parcel(record, parcel_index, remark) if parcel_index is not None else {}
        for owner_index, person in people:
            guid = given.guid("row", parcel_index if parcel_index is not None else "-", owner_index)
            rows.append({**paper, **person, **parcel, **assets, "guid": guid})
    for row in rows:
        for column in columns():
            text = row.get(column.key)
            if isinstance(text, str) and len(text) > MOST_CHARACTERS:
                row[column.key] = f"{text[: MOST_CHARACTERS - 1]}…"
                remark(RemarkCode.TEXT_TOO_LONG, column.title)
    return rows, remarks


def as_cells(row: Mapping[str, Cell]) -> list[Cell]:
    """The row's values in the order of the columns."""
    return [row.get(column.key) for column in columns()]


def _paper(given: HandedOn, file_name: str | None) -> dict[str, Cell]:
    record, has_scan = given.record, given.pdfa_sha256 is not None
    return {
        "serial_number": record.value("serial_number"),
        "issue_date": printed_date(record.value("issue_date")) or None,
        "register_number": record.value("register_number"),
        "scan_file": (file_name or pdf_name(given)) if has_scan else None,
        "has_scan": "Có" if has_scan else None,
        "certificate_kind": form_number(record.form, issue_day(record)),
    }


def _present(given: HandedOn, remark: _Remarking) -> dict[str, Cell]:
    """Who uses the land now, in the columns O to R."""
    now = present_user(given)
    if now is None:
        return {}
    remark(RemarkCode.PRESENT_USER_FILLED, now.full_name)
    return {
        "present_name": now.full_name,
        "present_id_number": now.id_number,
        "present_address": now.address,
        "change_reason": now.reason,
    }


def _unheld(record: Record, remark: _Remarking) -> None:
    """What is printed on the paper and has no column; what tells of another holder has its remark already."""
    for entry in changes_of(record):
        if entry.kind in {ChangeKind.MORTGAGE, ChangeKind.PARTICULARS}:
            remark(RemarkCode.HAS_CHANGES, entry.told)
    notes = record.value("notes")
    if notes and strip_accents(notes).casefold() not in {"khong", "khong co"}:
        remark(RemarkCode.HAS_NOTES, notes)


# --- people


def _people(given: HandedOn, remark: _Remarking) -> Iterator[tuple[int | str, dict[str, Cell]]]:
    """Every person on the paper; the organisation, if there is one, stands in the row of who acts for it."""
    record = given.record
    owners = indexes(record, "owners")
    organisations = [index for index in owners if record.value(f"owners.{index}.role") == _ORGANISATION]
    persons = [index for index in owners if index not in organisations]
    acting = {index: acts_for(record, index) for index in persons}
    alone = len(organisations) == 1 and not persons
    for index in organisations:
        if index not in acting.values():
            yield "-" if alone else index, _organisation(record, index) | {"holder_kind": "Tổ chức"}
    kind = _holder_kind(record, [index for index in persons if acting[index] is None], len(organisations))
    for index in persons:
        person = _person(given, index, remark)
        organisation = acting[index]
        if organisation is None:
            yield index, person | {"holder_kind": kind}
            continue
        known = {key: value for key, value in person.items() if value is not None}
        yield index, _organisation(record, organisation) | known | {"holder_kind": "Tổ chức"}
    if not owners:
        yield "-", {"holder_kind": None}


def _organisation(record: Record, index: int) -> dict[str, Cell]:
    return {
        "organisation": record.value(f"owners.{index}.full_name"),
        "organisation_id": record.value(f"owners.{index}.id_number"),
        "address": record.value(f"owners.{index}.address"),
    }


def _person(given: HandedOn, index: int, remark: _Remarking) -> dict[str, Cell]:
    record, at = given.record, f"owners.{index}."
    printed, personal = record.value(at + "id_number"), given.numbers.get(index)
    if personal is None:
        remark(RemarkCode.NO_PERSONAL_NUMBER, owner_told(record, index))
    citizen = given.citizens.get(index)
    birth = record.value(at + "birth_date") or record.value(at + "birth_year")
    if citizen and (birth is None or citizen.birth_date.startswith(birth)):
        birth = citizen.birth_date
    gender = record.value(at + "gender") or (citizen.gender if citizen else None)
    papers = list(dict.fromkeys(value for value in (personal, printed) if value))[:2]
    found: dict[str, Cell] = {
        "full_name": record.value(at + "full_name"),
        "id_number": personal or printed,
        "birth_date": printed_date(birth) or None,
        "gender": GENDERS.get(gender or ""),
        "address": address_of(record, index),
        "role": _role(record, index),
    }
    statuses: dict[str, str] = load_list("pl3")["id_status"]
    for place, value in enumerate(papers, 1):
        kind = id_type(value)
        verdict = given.verdicts.get(index)
        found[f"paper_number_{place}"] = value
        found[f"paper_kind_{place}"] = ID_TYPES[kind] if kind else None
        found[f"paper_status_{place}"] = statuses.get(verdict.value if verdict else "", statuses["default"])
    return found


def _holder_kind(record: Record, persons: Sequence[int], organisations: int) -> str | None:
    """What those are who hold for themselves, in the campaign's words."""
    roles = {record.value(f"owners.{index}.role") for index in persons}
    if "household" in roles:
        return "Hộ gia đình"
    if "co_owner" in roles or (persons and organisations):
        return "Đồng sử dụng"
    if "spouse" in roles:
        return "Vợ chồng"
    return "Cá nhân" if persons else None


def _role(record: Record, index: int) -> str:
    role, gender = record.value(f"owners.{index}.role"), record.value(f"owners.{index}.gender")
    has_spouse = any(record.value(f"owners.{other}.role") == "spouse" for other in indexes(record, "owners"))
    if role == "household":
        return "Chủ hộ"
    if role == "representative":
        return "Người đại diện"
    if role == "co_owner":
        return "Thành viên"
    if (role == "spouse" or has_spouse) and gender in GENDERS:
        return "Chồng" if gender == "male" else "Vợ"
    return "Cá nhân"


# --- land and what stands on it


def _parcel(record: Record, index: int, remark: _Remarking) -> dict[str, Cell]:
    at = f"parcels.{index}"
    address = record.value(f"{at}.address")
    found: dict[str, Cell] = {
        "commune_code": _commune_code(record, address, remark),
        "map_sheet": record.value(f"{at}.map_sheet_number"),
        "parcel": record.value(f"{at}.parcel_number"),
        "parcel_address": address,
        "area": number(record, f"{at}.area_m2"),
    }
    uses = indexes(record, f"{at}.purposes")
    for place, use in enumerate(uses[:MOST_PURPOSES], 1):
        found |= {f"{key}_{place}": value for key, value in _use(record, at, use, alone=len(uses) == 1).items()}
    if not uses:
        # How it is held, since when and for how long is printed although the use could not be read.
        found |= {f"{key}_1": value for key, value in _use(record, at, 0, alone=False).items()}
    if len(uses) > MOST_PURPOSES:
        left = [_purpose(record, f"{at}.purposes.{use}") or "?" for use in uses[MOST_PURPOSES:]]
        parcel = record.value(f"{at}.parcel_number") or str(index + 1)
        remark(RemarkCode.TOO_MANY_PURPOSES, f"thửa {parcel}: {', '.join(left)}")
    return found


def _use(record: Record, at: str, use: int, *, alone: bool) -> dict[str, Cell]:
    path = f"{at}.purposes.{use}"
    area = number(record, f"{path}.area_m2")
    return {
        "purpose": record.value(f"{path}.code") or record.value(f"{path}.name"),
        "purpose_area": number(record, f"{at}.area_m2") if area is None and alone else area,
        "origin": record.value(f"{at}.origin_code") or record.value(f"{at}.origin"),
        "tenure": _tenure(record, at),
        "term": printed_term(record.value(f"{path}.term") or record.value(f"{at}.term")) or None,
    }


def _purpose(record: Record, path: str) -> str | None:
    area = record.value(f"{path}.area_m2")
    name = record.value(f"{path}.code") or record.value(f"{path}.name")
    return f"{name} {area} m²" if name and area else name


def _tenure(record: Record, at: str) -> str | None:
    private, shared = number(record, f"{at}.private_area_m2"), number(record, f"{at}.shared_area_m2")
    if private and shared:
        return f"Sử dụng riêng {private:f} m²; sử dụng chung {shared:f} m²"
    if shared:
        return "Sử dụng chung"
    return "Sử dụng riêng" if private else None


def _commune_code(record: Record, address: str | None, remark: _Remarking) -> str | None:
    """Today's code of the commune, where the paper's address leaves no choice."""
    place = _place(address, issue_day(record)) if address else None
    if place is None:
        remark(RemarkCode.PLACE_UNCERTAIN)
        return None
    now = places.today(place)
    if len(now) != 1:
        remark(RemarkCode.PLACE_SPLIT, ", ".join(f"{unit.code} {unit.full_name}" for unit in now))
        return None
    return now[0].code


@lru_cache(maxsize=20_000)
def _place(address: str, on: date | None) -> Commune | None:
    # The certificates of one commune repeat its address.
    return resolve_address(address, on).place


def _assets(record: Record, remark: _Remarking) -> dict[str, Cell]:
    others = record.value("other_assets")
    if not any(path.startswith("house.") and field.value for path, field in record.fields.items()):
        return {"asset_kind": others} if others else {}
    if others:
        remark(RemarkCode.TOO_MANY_ASSETS, others)
    return {
        "asset_kind": record.value("house.type"),
        "built_area": number(record, "house.built_area_m2"),
        "floor_area": number(record, "house.floor_area_m2"),
        "ownership": record.value("house.ownership"),
        "ownership_term": printed_term(record.value("house.term")) or None,
        "grade": record.value("house.grade"),
    }
