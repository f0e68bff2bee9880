"""Damage on a PostgreSQL server's disk, as the server itself tells it when it meets a page that makes no sense."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from certificate.errors import DatabaseDamaged
from store.database import Database
from store.rows import NewUser, Role

_PAGE_BYTES = 8192


@pytest.fixture
def copied(postgres_server: str, postgres_url: str) -> Iterator[tuple[str, Path, dict[str, str]]]:
    """A migrated database with a user in it, copied file by file, so that the server has read none of its pages yet:
    its URL, the server's folder, and where the relations to be damaged lie in it.
    """
    database = Database(postgres_url)
    database.migrate()
    with database.unit_of_work() as work:
        work.users.add(NewUser("lan", "Lan", "x", Role.CLERK))
        work.commit()
    database.dispose()
    name = postgres_url.split("?")[0].rsplit("/", 1)[1]
    copy = sql.Identifier(f"{name}_copy")
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as server:
        # The files of a copy lie in a folder named by its number; those of its tables keep their names.
        with psycopg.connect(postgres_url.replace("+psycopg", "")) as original:
            names = ("users", "pk_users", "alembic_version")
            files = {
                relation: str(original.execute("SELECT pg_relation_filenode(%s::regclass)", [relation]).fetchone()[0])  # type: ignore[index]
                for relation in names
            }
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(copy, sql.Identifier(name)))
        number, folder = server.execute(
            "SELECT oid, current_setting('data_directory') FROM pg_database WHERE datname = %s", [f"{name}_copy"]
        ).fetchone() or (0, "")
        yield postgres_url.replace(f"/{name}?", f"/{name}_copy?"), Path(folder, "base", str(number)), files
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))


@pytest.mark.parametrize(
    ("relation", "page", "told"),
    [
        ("users", b"\xa5" * _PAGE_BYTES, "DataCorrupted"),
        ("alembic_version", b"\xa5" * _PAGE_BYTES, "DataCorrupted"),
        ("pk_users", bytes(_PAGE_BYTES), "IndexCorrupted"),
    ],
)
def test_damage_that_postgresql_meets_is_told_as_such(
    copied: tuple[str, Path, dict[str, str]], relation: str, page: bytes, told: str
) -> None:
    """Overwritten pages of tables and of an index: neither an empty answer nor a fault of ours."""
    url, folder, files = copied
    path = folder / files[relation]
    path.write_bytes(page * (path.stat().st_size // _PAGE_BYTES))
    database = Database(url)
    try:
        with pytest.raises(DatabaseDamaged, match=told):
            _use(database)
    finally:
        database.dispose()


def _use(database: Database) -> None:
    assert database.is_current()
    with database.unit_of_work() as work:
        assert [user.name for user in work.users.list()] == ["lan"]
        work.users.add(NewUser("minh", "Minh", "x", Role.CLERK))
        work.commit()
