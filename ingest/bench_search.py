"""How quickly certificates are found: an archive of made-up records, and the questions that offices ask.

Owns the questions and the clock. The archive is kept in the folder, so that a second run measures at once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from certificate.record import Decision, FieldReading, Form, Record
from certificate.search_query import SearchQuery, read_query
from certificate.text import strip_accents
from store.database import Database
from store.rows import SearchScope

OFFICES = 40
PEOPLE = 200
_LETTERS = "ABCDEGHKLMNPQRSTUVX"
_FORMS = (Form.LD2003, Form.TT17_2009, Form.TT23_2014, Form.TT10_2024)


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of one kind of question in milliseconds, and how many certificates it found on the average.

    ``cpu_p95_ms`` counts this process's own work only: on a busy machine it says what the clock would on an idle one
    (for SQLite; PostgreSQL works elsewhere).
    """

    name: str
    p50_ms: float
    p95_ms: float
    worst_ms: float
    cpu_p95_ms: float
    found: float


def bench_search(
    records: int,
    folder: Path,
    *,
    database_url: str = "",
    rounds: int = 40,
    seed: int = 1,
    told: Callable[[int], None] = lambda _count: None,
) -> list[Timing]:
    """Fill an archive to ``records`` and time every kind of question on it; the last line is over all questions."""
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(database_url or f"sqlite:///{folder / 'search.db'}")
    database.migrate()
    try:
        _fill(database, records, seed, told)
        return _measure(database, random.Random(seed), rounds)  # noqa: S311 - repeatable, not secret
    finally:
        database.dispose()


def _fill(database: Database, wanted: int, seed: int, told: Callable[[int], None]) -> None:
    with database.unit_of_work(read_only=True) as unit:
        count = unit.search.count()
    if count >= wanted:
        return
    made = made_up_records(seed + count, wanted - count)
    while True:
        with database.unit_of_work() as unit:
            added = unit.search.load(made)
            unit.commit()
        if not added:
            break
        count += added
        told(count)
    with database.unit_of_work() as unit:
        unit.search.settle()
        unit.commit()


def made_up_records(seed: int, count: int) -> Iterator[tuple[Record, str, str]]:
    """Records of invented people with office and uploader, named and placed as in the drawn certificates."""
    # The drawing's names and places; loaded late, for they are no part of the program.
    from samples.draw.people import any_person
    from samples.draw.places import any_commune, land_address

    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    communes = [any_commune(rng) for _ in range(400)]
    # A hamlet's certificates come in rounds: one address has a few days of issue.
    lands = [(commune, land_address(rng, commune), _any_day(rng)) for commune in communes for _ in range(24)]
    for _ in range(count):
        commune, address, day = rng.choice(lands)
        people = [any_person(rng, commune) for _ in range(rng.choice((1, 2, 2)))]
        year = int(day[:4])
        digits = 8 if year == 2025 else 6
        values = {
            "serial_number": f"{''.join(rng.choices(_LETTERS, k=2))} {rng.randrange(10**digits):0{digits}}",
            "register_number": f"{rng.choice(('CH', 'CS', 'CN'))}{rng.randrange(100_000):05}",
            "issue_date": day,
            "issuing_authority": f"ỦY BAN NHÂN DÂN {commune.district.upper() or commune.name.upper()}",
            "parcels.0.parcel_number": str(rng.randint(1, 1500)),
            "parcels.0.map_sheet_number": str(rng.randint(1, 120)),
            "parcels.0.address": address,
            "parcels.0.area_m2": str(rng.randint(50, 20_000)),
            "parcels.0.purposes.0.name": rng.choice(("Đất ở tại nông thôn", "Đất trồng lúa", "Đất trồng cây lâu năm")),
            "parcels.0.origin": "Công nhận QSDĐ như giao đất có thu tiền",
        }
        for index, person in enumerate(people):
            values[f"owners.{index}.full_name"] = person.full_name.upper()
            values[f"owners.{index}.id_number"] = person.old_id if year < 2016 else person.citizen_id
            values[f"owners.{index}.birth_year"] = person.birth_year
        yield _record(_FORMS[(year > 2009) + (year > 2014) + (year > 2024)], values), _office(rng), _person(rng)


def _any_day(rng: random.Random) -> str:
    return f"{rng.randint(2004, 2025)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def _record(form: Form, values: Mapping[str, str]) -> Record:
    return Record("made up", form, 1.0, (), {path: _field(value) for path, value in values.items()})


@lru_cache(maxsize=50_000)
def _field(value: str) -> FieldReading:
    return FieldReading(value, value, 1.0, Decision.ACCEPT)


def _office(rng: random.Random) -> str:
    return f"don-vi-{rng.randrange(OFFICES):02}"


def _person(rng: random.Random) -> str:
    return f"can-bo-{rng.randrange(PEOPLE):03}"


# --- questions


def _measure(database: Database, rng: random.Random, rounds: int) -> list[Timing]:
    known = [record for record, _, _ in made_up_records(1, 300)]
    timings, everything, everything_cpu = [], [], []
    for name, question in _QUESTIONS.items():
        times, cpu_times, found = [], [], 0
        for _ in range(rounds):
            query, scope = question(rng, rng.choice(known))
            begun, begun_cpu = time.perf_counter(), time.process_time()
            with database.unit_of_work(read_only=True) as unit:
                found += unit.search.find(query, scope).total
            times.append((time.perf_counter() - begun) * 1000)
            cpu_times.append((time.process_time() - begun_cpu) * 1000)
        timings.append(_timing(name, times, cpu_times, found / rounds))
        everything += times
        everything_cpu += cpu_times
    return [*timings, _timing("mọi câu hỏi / all questions", everything, everything_cpu, 0.0)]


def _timing(name: str, times: list[float], cpu_times: list[float], found: float) -> Timing:
    ordered = sorted(times)
    return Timing(name, ordered[len(ordered) // 2], _p95(times), ordered[-1], _p95(cpu_times), found)


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, int(len(times) * 0.95) - 1)]


Question = Callable[[random.Random, Record], tuple[SearchQuery, SearchScope]]
_ALL = SearchScope()


def _value(record: Record, path: str) -> str:
    return record.value(path) or ""


def _name(record: Record) -> str:
    return _value(record, "owners.0.full_name").title()


def _misspelt(rng: random.Random, name: str) -> str:
    """The name with one letter of its last word typed wrong."""
    words = strip_accents(name).lower().split()
    at = rng.randrange(len(words[-1]))
    words[-1] = words[-1][:at] + rng.choice("bcdghklmnpqrstvx") + words[-1][at + 1 :]
    return " ".join(words)


def _day(record: Record) -> date:
    return date.fromisoformat(_value(record, "issue_date"))


def _commune(record: Record) -> str:
    return ", ".join(_value(record, "parcels.0.address").split(", ")[-3:])


_QUESTIONS: dict[str, Question] = {
    "số phát hành / serial number": lambda _, r: (read_query(_value(r, "serial_number")), _ALL),
    "đầu số phát hành / its beginning": lambda _, r: (SearchQuery(serial=_value(r, "serial_number")[:5]), _ALL),
    "số vào sổ / register number": lambda _, r: (SearchQuery(register=_value(r, "register_number")), _ALL),
    "số giấy tờ / identity number": lambda _, r: (SearchQuery(id_number=_value(r, "owners.0.id_number")), _ALL),
    "họ tên có dấu / name with accents": lambda _, r: (SearchQuery(owner=_name(r)), _ALL),
    "họ tên không dấu / without accents": lambda _, r: (SearchQuery(owner=strip_accents(_name(r))), _ALL),
    "họ tên sai một chữ / one wrong letter": lambda g, r: (SearchQuery(owner=_misspelt(g, _name(r))), _ALL),
    "chỉ họ / surname alone": lambda _, r: (SearchQuery(owner=_name(r).split()[0]), _ALL),
    "tờ và thửa / sheet and parcel": lambda _, r: (
        SearchQuery(map_sheet=_value(r, "parcels.0.map_sheet_number"), parcel=_value(r, "parcels.0.parcel_number")),
        _ALL,
    ),
    "tờ, thửa, xã / with the commune": lambda _, r: (
        SearchQuery(
            map_sheet=_value(r, "parcels.0.map_sheet_number"),
            parcel=_value(r, "parcels.0.parcel_number"),
            commune=_commune(r),
        ),
        _ALL,
    ),
    "họ tên và xã / name and commune": lambda _, r: (SearchQuery(owner=_name(r), commune=_commune(r)), _ALL),
    "xã / commune": lambda _, r: (SearchQuery(commune=_commune(r)), _ALL),
    "ngày cấp / day of issue": lambda _, r: (SearchQuery(issued_from=_day(r), issued_to=_day(r)), _ALL),
    "họ tên và năm / name and year": lambda _, r: (
        SearchQuery(
            owner=_name(r), issued_from=_day(r).replace(month=1, day=1), issued_to=_day(r).replace(month=12, day=31)
        ),
        _ALL,
    ),
    "chữ bất kỳ / any words": lambda _, r: (SearchQuery(text=f"{_name(r)} {_commune(r).split(',')[0]}"), _ALL),
    "họ của một đơn vị / surname, one office": lambda g, r: (
        SearchQuery(owner=_name(r).split()[0]),
        SearchScope(office=_office(g)),
    ),
    "họ tên của một đơn vị / name, one office": lambda g, r: (
        SearchQuery(owner=_name(r)),
        SearchScope(office=_office(g)),
    ),
    "họ của một người nộp / surname, one clerk": lambda g, r: (
        SearchQuery(owner=_name(r).split()[0]),
        SearchScope(uploaded_by=_person(g)),
    ),
    "cả đơn vị / a whole office": lambda g, _: (SearchQuery(office=_office(g)), _ALL),
}


def as_json(timings: list[Timing]) -> list[dict[str, Any]]:
    """The figures for machines."""
    return [
        {
            "question": timing.name,
            "p50_ms": round(timing.p50_ms, 1),
            "p95_ms": round(timing.p95_ms, 1),
            "worst_ms": round(timing.worst_ms, 1),
            "cpu_p95_ms": round(timing.cpu_p95_ms, 1),
            "found": round(timing.found, 1),
        }
        for timing in timings
    ]
