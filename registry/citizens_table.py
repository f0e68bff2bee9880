"""The mock registry's citizens: a file of their own, loaded from CSV, found by number or by CMND and name.

Names are compared by their accent-stripped form, as the people who type them do. The log of calls holds who asked what
kind of question and when, and never a name or a number.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from certificate.citizens import Citizen
from certificate.text import nfc, plain_apostrophes, strip_accents
from registry.verdicts import is_cmnd, is_personal_number
from registry.wire import BIRTH_DATE, GENDERS, STATUSES

CSV_COLUMNS = ("citizen_id", "old_id", "full_name", "birth_date", "gender", "address", "status")
_BATCH_ROWS = 20_000
_REFUSED_SHOWN = 1_000
_BY_OLD_ID = "CREATE INDEX IF NOT EXISTS citizens_by_old_id ON citizens (old_id, name_key) WHERE old_id IS NOT NULL"
_CITIZENS = (
    "CREATE TABLE IF NOT EXISTS citizens (citizen_id TEXT PRIMARY KEY, old_id TEXT, full_name TEXT NOT NULL,"
    " birth_date TEXT NOT NULL, gender TEXT NOT NULL, address TEXT NOT NULL, status TEXT NOT NULL,"
    " name_key TEXT NOT NULL) WITHOUT ROWID"
)
_CALLS = (
    "CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, at TEXT NOT NULL, officer_code TEXT NOT NULL,"
    " call TEXT NOT NULL, asked_by TEXT NOT NULL, status INTEGER NOT NULL, found INTEGER NOT NULL)"
)
_SCHEMA = (_CITIZENS, _BY_OLD_ID)
_SELECT = "SELECT citizen_id, old_id, full_name, birth_date, gender, address, status FROM citizens "


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a CSV file: rows loaded, rows refused, and the first refused lines with their reasons."""

    loaded: int
    refused: int
    reasons: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the log of calls."""

    at: str
    officer_code: str
    call: str
    asked_by: str
    status: int
    found: int


def open_table(database: Path) -> sqlite3.Connection:
    """Open the citizens' file, making it when it is not there."""
    return _open(database, *_SCHEMA)


def open_calls(database: Path) -> sqlite3.Connection:
    """Open the log of calls, a file beside the citizens', so that loading citizens never holds up a question.

    Threads may share it when they take turns: each with its own would wait for the other's turn to write.
    """
    return _open(database.with_name(f"{database.stem}-calls{database.suffix}"), _CALLS)


def _open(path: Path, *schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -65536", "mmap_size = 1073741824"):
        connection.execute(f"PRAGMA {pragma}")
    for statement in schema:
        connection.execute(statement)
    return connection


def load_csv(csv_path: Path, database: Path) -> LoadReport:
    """Load citizens from a CSV file; who is there already is replaced, so that loading twice changes nothing.

    Columns: citizen_id, old_id, full_name, birth_date, gender, address, status. Raises ``ValueError`` when the file
    lacks one; single rows that cannot be right are refused and reported by their line.
    """
    reasons: list[tuple[int, str]] = []
    loaded = refused = 0

    def good_rows() -> Iterator[tuple[str | None, ...]]:
        nonlocal refused
        with csv_path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            missing = [name for name in CSV_COLUMNS if name not in header]
            if missing:
                raise ValueError(f"{csv_path.name}: no column {', '.join(missing)}")
            places = [header.index(name) for name in CSV_COLUMNS]
            for row in reader:
                if not row:
                    continue
                values = [row[place].strip() for place in places] if len(row) >= len(header) else []
                reason = _what_is_wrong(values)
                if reason:
                    refused += 1
                    if len(reasons) < _REFUSED_SHOWN:
                        reasons.append((reader.line_num, reason))
                    continue
                name = nfc(values[2])
                yield (values[0], values[1] or None, name, *values[3:], name_key(name))

    with closing(open_table(database)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            empty = connection.execute("SELECT 1 FROM citizens LIMIT 1").fetchone() is None
            if empty:
                # Building an index once is several times faster than feeding it row by row.
                connection.execute("DROP INDEX citizens_by_old_id")
            rows = good_rows()
            while batch := list(islice(rows, _BATCH_ROWS)):
                connection.executemany("INSERT OR REPLACE INTO citizens VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch)
                loaded += len(batch)
            connection.execute(_BY_OLD_ID)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ANALYZE")
    return LoadReport(loaded, refused, tuple(reasons))


def by_citizen_id(connection: sqlite3.Connection, citizen_id: str) -> Citizen | None:
    """The citizen with this personal number."""
    row = connection.execute(_SELECT + "WHERE citizen_id = ?", (citizen_id,)).fetchone()
    return Citizen(*row) if row else None


def by_old_id(connection: sqlite3.Connection, old_id: str, full_name: str) -> tuple[Citizen, ...]:
    """The citizens who had this number before and bear this name, its accents aside."""
    rows = connection.execute(_SELECT + "WHERE old_id = ? AND name_key = ? LIMIT 20", (old_id, name_key(full_name)))
    return tuple(Citizen(*row) for row in rows)


def successor(connection: sqlite3.Connection, citizen_id: str) -> Citizen | None:
    """The same person under the number that replaced this one."""
    row = connection.execute(_SELECT + "WHERE old_id = ? LIMIT 1", (citizen_id,)).fetchone()
    return Citizen(*row) if row else None


def somebody_else(connection: sqlite3.Connection, number: str) -> Citizen | None:
    """Any citizen who has nothing to do with this number."""
    for condition in ("citizen_id > ?", "citizen_id < ?"):
        query = _SELECT + f"WHERE {condition} AND old_id IS NOT ? ORDER BY citizen_id LIMIT 1"
        row = connection.execute(query, (number, number)).fetchone()
        if row:
            return Citizen(*row)
    return None


def count_citizens(connection: sqlite3.Connection) -> int:
    """How many citizens are loaded."""
    count: int = connection.execute("SELECT COUNT(*) FROM citizens").fetchone()[0]
    return count


def log_call(connection: sqlite3.Connection, call: Call) -> None:
    """Note that a call was made."""
    connection.execute(
        "INSERT INTO calls (at, officer_code, call, asked_by, status, found) VALUES (?, ?, ?, ?, ?, ?)",
        (call.at, call.officer_code, call.call, call.asked_by, call.status, call.found),
    )


def latest_calls(connection: sqlite3.Connection, limit: int = 100) -> tuple[Call, ...]:
    """The newest lines of the log of calls, newest first."""
    rows = connection.execute(
        "SELECT at, officer_code, call, asked_by, status, found FROM calls ORDER BY id DESC LIMIT ?", (limit,)
    )
    return tuple(Call(*row) for row in rows)


def count_calls(connection: sqlite3.Connection) -> int:
    """How many calls were made since the file was made."""
    count: int = connection.execute("SELECT COALESCE(MAX(id), 0) FROM calls").fetchone()[0]
    return count


def name_key(full_name: str) -> str:
    """A name as it is searched: small letters without accents, single spaces."""
    return " ".join(_word_key(word) for word in full_name.split())


@lru_cache(maxsize=20_000)
def _word_key(word: str) -> str:
    return strip_accents(plain_apostrophes(nfc(word))).casefold()


def _what_is_wrong(values: list[str]) -> str:
    if not values:
        return "too few columns"
    citizen_id, old_id, full_name, birth_date, gender, _, status = values
    if not is_personal_number(citizen_id):
        return "citizen_id is not 12 digits"
    if old_id and not (is_cmnd(old_id) or is_personal_number(old_id)):
        return "old_id is neither 9 nor 12 digits"
    if not full_name:
        return "full_name is empty"
    if not BIRTH_DATE.fullmatch(birth_date):
        return "birth_date is not an ISO date"
    if gender not in GENDERS:
        return "gender is neither male nor female"
    if status not in STATUSES:
        return "status is not alive, deceased or replaced"
    return ""
