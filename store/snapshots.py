"""A consistent copy of the whole database while it is in use, and putting one back into an empty place.

SQLite: one file, made by its backup interface in one step (writers go on, in WAL mode). PostgreSQL: every table by
``COPY`` in one repeatable-read transaction, in a zip file, because that needs no program beside the server, is the
same for every version of it, and can be compared table by table afterwards. Each engine reads back its own.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine, make_url, text

from certificate.errors import BackupInvalid, DatabaseUnavailable, NotEmpty
from store.inventory import InventoryRepository
from store.migrations import upgrade
from store.tables import Base

_META = "meta.json"
_CHUNK = 1 << 20

Summary = dict[str, Any]


def take(url: str, path: Path, note_blob: Callable[[str], object]) -> Summary:
    """Write a snapshot to ``path`` and tell every blob that it names; gives what is needed to compare later.

    The summary holds engine, revision, and the rows of every table; on PostgreSQL their SHA-256, too (SQLite's
    snapshot is the database itself, so the file's hash says more).
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _take_sqlite(_sqlite_path(url), path, note_blob)
    return _take_postgresql(url, path, note_blob)


def put_back(url: str, path: Path, summary: Summary) -> None:
    """Put a snapshot into an empty database, and compare table by table with the summary.

    Raises ``NotEmpty`` where there are tables already, ``BackupInvalid`` when the engine is another or the rows that
    arrive are not those that left. Nothing is left behind in either case.
    """
    engine = make_url(url).get_backend_name()
    if engine != summary["engine"]:
        raise BackupInvalid(f"the backup is of {summary['engine']}, the settings name {engine}")
    if engine == "sqlite":
        _put_back_sqlite(_sqlite_path(url), path, summary)
    else:
        _put_back_postgresql(url, path, summary)


def is_empty(url: str) -> bool:
    """Whether the database has no tables, or is not there yet."""
    if make_url(url).get_backend_name() == "sqlite":
        return not _sqlite_path(url).exists()
    with _postgresql(url) as connection:
        return not _tables(connection)


# --- SQLite


def _sqlite_path(url: str) -> Path:
    return Path(make_url(url).database or "")


def _take_sqlite(source: Path, path: Path, note_blob: Callable[[str], object]) -> Summary:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as original,
        closing(sqlite3.connect(path)) as copy,
    ):
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            for name in InventoryRepository(connection).blob_names():
                note_blob(name)
    finally:
        engine.dispose()
    return _sqlite_summary(path)


def _put_back_sqlite(target: Path, path: Path, summary: Summary) -> None:
    """The caller has compared the file's hash; here it is put in place whole and looked into."""
    if target.exists():
        raise NotEmpty(str(target))
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(path, part)
        if _sqlite_summary(part) != summary:
            raise BackupInvalid("the rows that arrived are not those that left")
        part.chmod(0o600)
        part.replace(target)
    except sqlite3.DatabaseError as error:
        raise BackupInvalid("the database in the backup is damaged") from error
    finally:
        part.unlink(missing_ok=True)


def _sqlite_summary(path: Path) -> Summary:
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupInvalid("the copy of the database is damaged")
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                # The insides of a search index are judged by the table that they belong to.
                " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
            )
        ]
        counted = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - from the catalogue
            for name in names
        }
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    tables = {name: [rows, ""] for name, rows in counted.items()}
    return {"engine": "sqlite", "revision": revision[0] if revision else None, "tables": tables}


# --- PostgreSQL


@contextmanager
def _postgresql(url: str) -> Iterator[psycopg.Connection[Any]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(type(error).__name__) from error


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Every table of ours, those that others refer to first."""
    there = {
        name
        for (name,) in connection.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
    }
    known = [table.name for table in Base.metadata.sorted_tables if table.name in there]
    return known + sorted(there - set(known))


def _columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """The columns that hold something of their own; generated ones come back by themselves."""
    query = (
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    return [name for (name,) in connection.execute(query, (table,))]


def _copied(connection: psycopg.Connection[Any], table: str, columns: Sequence[str]) -> Iterator[bytes]:
    """The rows of a table as ``COPY`` spells them, in the order of their key, so that their hash can be compared."""
    key = [
        name
        for (name,) in connection.execute(
            "SELECT a.attname FROM pg_index i"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
            " WHERE i.indrelid = to_regclass(quote_ident(%s)) AND i.indisprimary ORDER BY a.attnum",
            (table,),
        )
    ]
    query = sql.SQL("COPY (SELECT {names} FROM {table} ORDER BY {key}) TO STDOUT").format(
        names=sql.SQL(", ").join(sql.Identifier(name) for name in columns),
        table=sql.Identifier(table),
        key=sql.SQL(", ").join(sql.Identifier(name) for name in key or columns[:1]),
    )
    with connection.cursor() as cursor, cursor.copy(query) as rows:
        for row in rows:
            yield bytes(row)


def _take_postgresql(url: str, path: Path, note_blob: Callable[[str], object]) -> Summary:
    tables: dict[str, list[Any]] = {}
    columns: dict[str, list[str]] = {}
    engine = create_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as ours:
            connection: psycopg.Connection[Any] = _driver(ours)
            ours.execute(text("SET TRANSACTION READ ONLY"))
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
                for table in _tables(connection):
                    columns[table] = _columns(connection, table)
                    with bundle.open(table, "w", force_zip64=True) as entry:
                        digest, rows = hashlib.sha256(), 0
                        for row in _copied(connection, table, columns[table]):
                            entry.write(row)
                            digest.update(row)
                            rows += row.count(b"\n")
                    tables[table] = [rows, digest.hexdigest()]
                bundle.writestr(_META, json.dumps({"columns": columns}))
            for name in InventoryRepository(ours).blob_names():
                note_blob(name)
            revision = ours.execute(text("SELECT version_num FROM alembic_version")).scalar()
    finally:
        engine.dispose()
    return {"engine": "postgresql", "revision": revision, "tables": tables}


def _put_back_postgresql(url: str, path: Path, summary: Summary) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as ours:
            connection = _driver(ours)
            if _tables(connection):
                raise NotEmpty("the database has tables already")
            upgrade(ours, str(summary["revision"]))
            with zipfile.ZipFile(path) as bundle:
                columns: dict[str, list[str]] = json.loads(bundle.read(_META))["columns"]
                there = _tables(connection)
                # A trigger that fills one table from another has done so already in what is brought back.
                _triggers(connection, there, "DISABLE")
                for table in reversed(there):
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                for table in there:
                    if table in columns:
                        _fill(connection, bundle, table, columns[table])
                _triggers(connection, there, "ENABLE")
            for table, (rows, digest) in summary["tables"].items():
                found = hashlib.sha256()
                count = 0
                for row in _copied(connection, table, columns[table]):
                    found.update(row)
                    count += row.count(b"\n")
                if [count, found.hexdigest()] != [rows, digest]:
                    raise BackupInvalid(f"the rows of {table} that arrived are not those that left")
    except (zipfile.BadZipFile, KeyError, psycopg.DataError) as error:
        raise BackupInvalid("the database in the backup is damaged") from error
    finally:
        engine.dispose()


def _triggers(connection: psycopg.Connection[Any], tables: Sequence[str], what: LiteralString) -> None:
    for table in tables:
        query = sql.SQL("ALTER TABLE {} " + what + " TRIGGER USER").format(sql.Identifier(table))
        connection.execute(query)


def _fill(connection: psycopg.Connection[Any], bundle: zipfile.ZipFile, table: str, columns: Sequence[str]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with bundle.open(table) as entry, connection.cursor() as cursor, cursor.copy(query) as rows:
        while chunk := entry.read(_CHUNK):
            rows.write(chunk)
    for name in columns:
        sequence = connection.execute("SELECT pg_get_serial_sequence(%s, %s)", (table, name)).fetchone()
        if sequence and sequence[0]:
            connection.execute(
                sql.SQL("SELECT setval(%s, greatest((SELECT max({}) FROM {}), 1))").format(
                    sql.Identifier(name), sql.Identifier(table)
                ),
                (sequence[0],),
            )


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    found: Any = connection.connection.dbapi_connection
    assert isinstance(found, psycopg.Connection)
    return found
