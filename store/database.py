"""The database and its units of work: SQLite for one machine, PostgreSQL for many, one behaviour.

A writing unit takes SQLite's write lock at once (``BEGIN IMMEDIATE``), so it never fails half-way because another
writer came between its reading and its writing. Reading units never wait for writers on either engine.
"""

from __future__ import annotations

import os
import select
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from certificate.errors import DatabaseDamaged, DatabaseUnavailable, SettingsInvalid, StoreFull, StoreUnwritable
from store.certificates import CertificateRepository
from store.events import EventRepository
from store.handing_on import HandingOnRepository
from store.identifiers import utc_now
from store.inventory import InventoryRepository
from store.legacy import LegacyRepository
from store.migrations import HEAD, upgrade
from store.registry_lines import RegistryLineRepository
from store.repairs import RepairRepository
from store.retention import RetentionRepository
from store.reviews import ReviewRepository
from store.runs import RunRepository
from store.scans import ScanRepository
from store.search import SearchRepository
from store.serializing import from_json_text, to_json_text
from store.users import UserRepository
from store.versions import VersionRepository

BUSY_TIMEOUT_MS = 30_000
_BUSY_PAUSE_S = 0.01
# What PostgreSQL says of damaged data and of damaged indexes.
_DAMAGED_STATES = frozenset({"XX001", "XX002"})
# A line that is cut says nothing: without these a worker would wait a quarter of an hour for an answer, and the server
# would keep the locks of a host that is gone for two hours. The second half is what the server is asked to do.
_POSTGRESQL_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": " ".join(
        f"-c {name}={value}"
        for name, value in (
            ("tcp_keepalives_idle", 10),
            ("tcp_keepalives_interval", 5),
            ("tcp_keepalives_count", 3),
            ("tcp_user_timeout", 20_000),
            ("lock_timeout", BUSY_TIMEOUT_MS),
            ("idle_in_transaction_session_timeout", 120_000),
        )
    ),
}
_ONE_SNAPSHOT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_BEGIN = "sohoa_begin"
_USED_AT = "sohoa_used_at"
# Over a connection used so lately nobody need ask whether the server still answers: that is a journey each time.
_TRUSTED_FOR_S = 1.0
# The index of the write-ahead log, its first page, and room to spare.
_OPENING_TAKES_BYTES = 256 * 1024
# Any number will do, as long as nobody else in the database takes the same one.
_MIGRATION_LOCK = 7_305_001


class Database:
    """The office's database, by its URL: ``sqlite:////path/sohoa.db`` or ``postgresql+psycopg://host/name``.

    May be used from many threads, and again after a fork: the child opens connections of its own.
    """

    def __init__(self, url: str, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = _make_engine(url)
        self._reading = self._engine.execution_options(**{_BEGIN: "BEGIN"})
        self._writing = self._engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._clock = clock
        self._pid = os.getpid()

    @property
    def engine_name(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def migrate(self) -> None:
        """Bring the tables to the newest form; does nothing, quickly, when they have it already."""
        if self.is_current():
            return
        with self._connect(read_only=False) as connection, _without_foreign_keys(connection), connection.begin():
            if self.engine_name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            # Another process may have migrated while this one waited for its turn.
            if self._suits(connection):
                return
            upgrade(connection)
            if self.engine_name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise SettingsInvalid("the migration would leave rows that point nowhere; nothing was changed")

    def is_current(self) -> bool:
        """Whether the tables have the newest form, or a newer one that this program can still work on."""
        with self._connect(read_only=True) as connection, connection.begin():
            return self._suits(connection)

    def is_begun(self) -> bool:
        """Whether anybody ever made tables here, of whatever form, or with SQLite the file; looking makes none."""
        if self.engine_name == "sqlite":
            return Path(self._engine.url.database or "").exists()
        with self._connect(read_only=True) as connection, connection.begin():
            return self._revision(connection) is not None

    def _suits(self, connection: Connection) -> bool:
        revision = self._revision(connection)
        if revision is None or revision <= HEAD:
            return revision == HEAD
        # While a newer release takes over, machines of this one go on as long as its tables allow it.
        oldest: str | None = connection.execute(text("SELECT oldest FROM compatibility")).scalar()
        return oldest is not None and oldest <= HEAD

    def size_bytes(self) -> int:
        """How much room the database takes on its disk, indexes included."""
        with self._connect(read_only=True) as connection, connection.begin():
            if self.engine_name == "postgresql":
                return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
            pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
            return pages * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())

    def unit_of_work(self, *, read_only: bool = False) -> UnitOfWork:
        """One transaction, to be used in a ``with`` block; a reading one never makes writers wait."""
        return UnitOfWork(self._connect, self._clock, read_only=read_only)

    def dispose(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _connect(self, read_only: bool) -> Connection:  # noqa: FBT001 - a callback for the unit of work
        if os.getpid() != self._pid:
            # After a fork the pool's connections still belong to the parent.
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        return (self._reading if read_only else self._writing).connect()

    @staticmethod
    def _revision(connection: Connection) -> str | None:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return None
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return revision


class UnitOfWork:
    """One transaction over all repositories; whatever is not committed is undone at the end of the block."""

    def __init__(
        self, connect: Callable[[bool], Connection], clock: Callable[[], datetime], *, read_only: bool
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._read_only = read_only

    def __enter__(self) -> UnitOfWork:
        connection = self._connect(self._read_only)
        try:
            connection.begin()
            if self._read_only and connection.dialect.name == "postgresql":
                # One snapshot for the whole unit, as SQLite gives it.
                connection.execute(_ONE_SNAPSHOT)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing rolls back what is open.
        self._connection.close()

    def commit(self) -> None:
        """Make everything done so far durable, its events sealed into the chain; what follows is a new transaction."""
        if self._read_only:
            raise RuntimeError("a reading unit of work has nothing to commit")
        self.events.flush()
        self._connection.commit()

    def rollback(self) -> None:
        """Undo everything since the last commit; what follows is a new transaction."""
        self.events.forget()
        self._connection.rollback()

    # Each repository is made when it is first used: a unit uses two or three of them.

    @cached_property
    def events(self) -> EventRepository:
        return EventRepository(self._connection, self._clock)

    @cached_property
    def scans(self) -> ScanRepository:
        return ScanRepository(self._connection, self._clock, self.events, read_only=self._read_only)

    @cached_property
    def certificates(self) -> CertificateRepository:
        return CertificateRepository(self._connection, self._clock, self.events)

    @cached_property
    def users(self) -> UserRepository:
        return UserRepository(self._connection, self._clock, self.events)

    @cached_property
    def registry_lines(self) -> RegistryLineRepository:
        return RegistryLineRepository(self._connection, self._clock, self.events)

    @cached_property
    def runs(self) -> RunRepository:
        return RunRepository(self._connection, self._clock, self.events)

    @cached_property
    def versions(self) -> VersionRepository:
        return VersionRepository(self._connection)

    @cached_property
    def retention(self) -> RetentionRepository:
        return RetentionRepository(self._connection, self._clock, self.events)

    @cached_property
    def inventory(self) -> InventoryRepository:
        return InventoryRepository(self._connection)

    @cached_property
    def repairs(self) -> RepairRepository:
        return RepairRepository(self._connection, self._clock, self.events)

    @cached_property
    def search(self) -> SearchRepository:
        return SearchRepository(self._connection)

    @cached_property
    def handing_on(self) -> HandingOnRepository:
        return HandingOnRepository(self._connection)

    @cached_property
    def legacy(self) -> LegacyRepository:
        return LegacyRepository(self._connection, self._clock, self.events)

    @cached_property
    def reviews(self) -> ReviewRepository:
        return ReviewRepository(self._connection, self._clock, self.events)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Keep SQLite from deleting the rows that hang on a table while a migration rebuilds it.

    The switch has no effect inside a transaction, so it is turned before one begins.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _make_engine(url: str) -> Engine:
    try:
        kind = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise SettingsInvalid("the database's URL cannot be understood") from error
    if kind not in {"sqlite", "postgresql"}:
        raise SettingsInvalid(f"the database must be SQLite or PostgreSQL, not {kind}")
    engine = create_engine(
        url,
        json_serializer=to_json_text,
        json_deserializer=from_json_text,
        connect_args=_POSTGRESQL_PATIENCE if kind == "postgresql" else {},
    )
    event.listen(engine, "handle_error", _translate)
    event.listen(engine, "checkout", _look_before_use(engine.dialect))
    event.listen(engine, "checkin", _note_use)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _look_before_use(dialect: Dialect) -> Callable[[Any, ConnectionPoolEntry, object], None]:
    """Have the pool replace a connection that has died while nobody used it."""

    def look(dbapi_connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        just_used = time.monotonic() - record.info.get(_USED_AT, 0.0) < _TRUSTED_FOR_S
        if just_used and (dialect.name == "sqlite" or not _has_heard(dbapi_connection)):
            return
        try:
            dialect.do_ping(dbapi_connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    return look


def _has_heard(dbapi_connection: Any) -> bool:
    """Whether something has come over an idle line, as when the server hangs up; asking so costs no journey."""
    waiting = select.poll()
    waiting.register(dbapi_connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def _note_use(_dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_USED_AT] = time.monotonic()


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver must not begin transactions on its own: we choose how they begin.
    dbapi_connection.isolation_level = None
    dbapi_connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _write_ahead(dbapi_connection)
    for pragma in (
        # A committed scan must survive a power cut: NORMAL could lose the last commits in WAL mode.
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _write_ahead(dbapi_connection: Any) -> None:
    """Turn the write-ahead log on; of several that open a new file at once, one does it and the others wait.

    Here, and only here, SQLite does not wait by itself: it answers "locked" at once, whatever ``busy_timeout`` says.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            dbapi_connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_PAUSE_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _translate(context: ExceptionContext) -> None:
    """Turn what the driver says of lost connections, locks, full disks and damage into the project's own errors."""
    error = context.sqlalchemy_exception
    if _is_damaged(context.original_exception):
        raise DatabaseDamaged(type(context.original_exception).__name__) from context.original_exception
    if not (isinstance(error, OperationalError) or context.is_disconnect):
        return
    cause = context.original_exception
    said = str(cause).lower()
    # A missing table or column is a fault of ours; the driver of SQLite calls that operational, too.
    if context.connection is not None and ("no such" in said or "syntax error" in said):
        return
    folder, code = _folder_of(context.engine), _primary(cause) if isinstance(cause, sqlite3.Error) else None
    if (
        "disk is full" in said
        or "no space left" in said
        # Opening the log takes a few pages; SQLite calls it a fault of the disk when there is no room for them.
        or (code == sqlite3.SQLITE_IOERR and folder and _is_full(folder))
    ):
        # Who must make room has to know where.
        raise StoreFull(f"the database's disk is full{f': {folder}' if folder else ''}") from cause
    if "readonly" in said or "read-only" in said:
        raise StoreUnwritable("the database cannot be written") from cause
    if code == sqlite3.SQLITE_CANTOPEN and folder and folder.is_dir():
        # Then the file itself, or its log, cannot be written.
        raise StoreUnwritable("the database's file cannot be opened for writing") from cause
    raise DatabaseUnavailable(type(cause).__name__) from cause


def _is_damaged(cause: BaseException) -> bool:
    """Whether the database's own bytes are wrong; the index of the search, which can be made anew, is not meant."""
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0)
        is_index = code == sqlite3.SQLITE_CORRUPT_VTAB
        return _primary(cause) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} and not is_index
    return getattr(cause, "sqlstate", None) in _DAMAGED_STATES


def _folder_of(engine: Engine | None) -> Path | None:
    """The folder of SQLite's file; a server's is its own affair."""
    if engine is None or engine.dialect.name != "sqlite":
        return None
    return Path(engine.url.database or "").parent


def _is_full(folder: Path) -> bool:
    """Whether a folder's disk has less room than opening SQLite's file takes."""
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < _OPENING_TAKES_BYTES


def _primary(cause: sqlite3.Error) -> int:
    """SQLite's kind of error, without the number that says which of a kind it is."""
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF
