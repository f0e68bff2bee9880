"""The database: migrations, transactions, and the same behaviour on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import store.database
from certificate.errors import DatabaseUnavailable, SettingsInvalid, StoreUnwritable
from certificate.keys import parcel_keys, register_key
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.states import State
from store.database import Database
from store.migrations import FOLDER, HEAD
from store.rows import NewScan, NewUser, Role
from store.tables import Base

SCAN = NewScan("ab" * 32, "a.pdf", "application/pdf", 10, "lan")


def test_committed_rows_stay_and_others_go(database: Database) -> None:
    """What a unit of work commits is there afterwards; what it does not is not."""
    with database.unit_of_work() as work:
        work.users.add(NewUser("lan", "Lan", "x", Role.CLERK))
        work.commit()
        work.users.add(NewUser("minh", "Minh", "x", Role.CLERK))
    with database.unit_of_work(read_only=True) as work:
        assert [user.name for user in work.users.list()] == ["lan"]
        with pytest.raises(RuntimeError):
            work.commit()


def test_migrations_build_exactly_the_tables(database: Database) -> None:
    """From empty, the migrations give what the typed tables declare; once more is harmless."""
    database.migrate()
    assert database.is_current()
    with database.unit_of_work(read_only=True) as work:
        # The full-text index belongs to the engine: its tables are none of ours, and its columns have no type.
        mine = {
            "compare_type": True,
            "include_name": lambda name, _kind, _at: not (name or "").startswith("search_fts"),
        }
        context = MigrationContext.configure(work._connection, opts=mine)
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_head() -> None:
    """The newest migration is the one the program believes in."""
    assert ScriptDirectory(str(FOLDER)).get_heads() == [HEAD]


def test_migrations_can_be_taken_back(database: Database) -> None:
    """Down to nothing and up again."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with database.unit_of_work() as work:
        config.attributes["connection"] = work._connection
        command.downgrade(config, "base")
        work.commit()
    assert not database.is_current()
    database.migrate()
    assert database.is_current()


def test_certificates_of_the_first_release_get_their_keys(database: Database) -> None:
    """A database from before parcels and register entries were compared finds its conflicts after the upgrade."""
    from alembic import command
    from alembic.config import Config

    fields = {
        path: FieldReading(value, value, 0.99, Decision.ACCEPT)
        for path, value in {
            "register_number": "CH 01234",
            "issue_date": "2015-05-12",
            "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN GIỒNG RIỀNG",
            "parcels.0.parcel_number": "123",
            "parcels.0.map_sheet_number": "9",
            "parcels.0.address": "xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang",
        }.items()
    }
    record = Record("a.pdf", Form.TT23_2014, 0.99, (), fields)
    with database.unit_of_work() as work:
        scan = work.scans.add(SCAN)
        work.scans.move(scan.id, State.RECEIVED, State.READING)
        work.certificates.replace_reading(scan.id, ScanReading(1, (CertificateReading(record, ()),)))
        work.commit()
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with database.unit_of_work() as work:
        config.attributes["connection"] = work._connection
        command.downgrade(config, "0001")
        work.commit()
    database.migrate()
    with database.unit_of_work(read_only=True) as work:
        assert len(work.certificates.same_parcel(parcel_keys(record)[0])) == 1
        assert len(work.certificates.same_register_number(register_key(record) or "")) == 1


def test_many_may_migrate_at_once(database_url: str) -> None:
    """Web, workers and reconciler start together on an empty database: one migrates, the others wait for it."""
    databases = [Database(database_url) for _ in range(4)]
    threads = [Thread(target=one.migrate) for one in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert all(one.is_current() for one in databases)
    for one in databases:
        one.dispose()


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """Turning the write-ahead log on is the one step at which SQLite says "locked" instead of waiting."""
    for attempt in range(25):
        databases = [Database(f"sqlite:///{tmp_path / f'{attempt}.db'}") for _ in range(8)]
        with ThreadPoolExecutor(max_workers=len(databases)) as pool:
            assert not any(pool.map(Database.is_current, databases))
        for one in databases:
            one.dispose()


def test_a_database_from_the_future_is_refused(database: Database) -> None:
    """An older program leaves a newer database alone and says so, unless the newer one says that it still fits."""
    with database.unit_of_work() as work:
        work._connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        work.commit()
    # While a newer release takes over, machines of this one go on.
    assert database.is_current()
    database.migrate()
    with database.unit_of_work() as work:
        work._connection.execute(text("UPDATE compatibility SET oldest = '9999'"))
        work.commit()
    assert not database.is_current()
    with pytest.raises(SettingsInvalid):
        database.migrate()


def test_rebuilding_a_table_keeps_what_hangs_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's migrations copy and drop tables: certificates that belong to a scan must survive that."""
    database = Database(f"sqlite:///{tmp_path / 'sohoa.db'}")
    database.migrate()
    with database.unit_of_work() as work:
        scan = work.scans.add(SCAN)
        work._connection.execute(text(f"INSERT INTO pages VALUES ('{scan.id}', 1, NULL)"))
        work.commit()

    def rebuild(connection: Connection) -> None:
        with Operations(MigrationContext.configure(connection)).batch_alter_table("scans", recreate="always"):
            pass

    monkeypatch.setattr(store.database, "HEAD", "9999")
    monkeypatch.setattr(store.database, "upgrade", rebuild)
    database.migrate()
    with database.unit_of_work() as work:
        assert len(work.scans.pages(scan.id)) == 1
        assert work._connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    database.dispose()


def test_sqlite_is_set_up_to_survive_a_power_cut(tmp_path: Path) -> None:
    """Write-ahead log, full synchronisation, foreign keys and patience with other writers."""
    database = Database(f"sqlite:///{tmp_path / 'sohoa.db'}")
    with database.unit_of_work() as work:
        found = {
            name: work._connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_readers_go_on_while_somebody_writes(database: Database) -> None:
    """An open writing unit never makes a reading one wait."""
    with database.unit_of_work() as writing:
        writing.scans.add(SCAN)
        with database.unit_of_work(read_only=True) as reading:
            assert reading.scans.list().total == 0


def test_a_database_busy_for_too_long_is_an_error_to_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writers on SQLite: the second gives up after its patience with an error that says so."""
    monkeypatch.setattr(store.database, "BUSY_TIMEOUT_MS", 50)
    database = Database(f"sqlite:///{tmp_path / 'sohoa.db'}")
    database.migrate()
    with database.unit_of_work(), pytest.raises(DatabaseUnavailable), database.unit_of_work():
        pass
    database.dispose()


def test_a_read_only_database_is_told_apart(tmp_path: Path) -> None:
    """A file that cannot be written gives its own error."""
    path = tmp_path / "sohoa.db"
    Database(f"sqlite:///{path}").migrate()
    database = Database(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StoreUnwritable), database.unit_of_work() as work:
        work.scans.add(SCAN)
    database.dispose()


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/sohoa.db", "postgresql+psycopg://sohoa@/x?host=/nowhere/at/all"]
)
def test_a_database_that_is_not_there_is_unavailable(url: str) -> None:
    """No folder, no server: an error that may be tried again."""
    with pytest.raises(DatabaseUnavailable):
        Database(url).migrate()


@pytest.mark.parametrize("form", ["sqlite:///{}", "sqlite:///{}?timeout=5", "sqlite+pysqlite:///{}"])
def test_looking_whether_there_is_a_database_makes_none(tmp_path: Path, form: str) -> None:
    """However the file is named: it is begun when it is made, and not by the question."""
    file = tmp_path / "sohoa.db"
    database = Database(form.format(file))
    assert not database.is_begun()
    assert not file.exists()
    database.migrate()
    assert database.is_begun()
    database.dispose()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://root@localhost/x", "sqlite3://x", "oracle://x"])
def test_other_databases_are_refused(url: str) -> None:
    """Only SQLite and PostgreSQL; a wrong URL is a fault in the settings."""
    with pytest.raises(SettingsInvalid):
        Database(url)


def test_lost_connections_are_replaced(postgres_url: str) -> None:
    """A PostgreSQL server that was restarted costs nobody an error at the next unit of work."""
    database = Database(postgres_url)
    database.migrate()
    with database.unit_of_work(read_only=True) as other:
        lost = text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        with database.unit_of_work() as work:
            assert work.scans.list().total == 0
        other._connection.execute(lost)
    with database.unit_of_work() as work:
        other_work = database.unit_of_work()
        with other_work:
            assert other_work.scans.list().total == work.scans.list().total == 0
    database.dispose()


def test_a_child_process_opens_connections_of_its_own(database: Database) -> None:
    """After a fork, parent and child both go on writing."""
    with database.unit_of_work() as work:
        work.scans.add(SCAN)
        work.commit()
    child = os.fork()
    if child == 0:
        try:
            with database.unit_of_work() as work:
                work.scans.add(SCAN)
                work.commit()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    with database.unit_of_work() as work:
        work.scans.add(SCAN)
        work.commit()
        assert work.scans.list().total == 3


def test_moments_without_a_zone_are_refused(database: Database) -> None:
    """A moment that does not know its zone would be wrong by seven hours somewhere."""
    from datetime import datetime

    with database.unit_of_work() as work:
        scan = work.scans.add(SCAN)
        with pytest.raises(Exception, match="time zone"):
            work.scans.set_job(scan.id, None, not_before=datetime(2026, 1, 1))  # noqa: DTZ001


def test_sqlite_files_are_plain(tmp_path: Path) -> None:
    """Any SQLite tool opens the office's database."""
    database = Database(f"sqlite:///{tmp_path / 'sohoa.db'}")
    database.migrate()
    database.dispose()
    connection = sqlite3.connect(tmp_path / "sohoa.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
