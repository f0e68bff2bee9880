"""What several parts' tests share: a private PostgreSQL server, the databases on both engines, the mock registry."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from store.database import Database

_DEBIAN_BINARIES = Path("/usr/lib/postgresql")


def _postgres_binaries() -> Path:
    """The folder with initdb and pg_ctl: the newest of Debian's, else the one on the PATH."""
    installed = sorted(_DEBIAN_BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        pytest.fail(
            "These tests need the PostgreSQL server programs (initdb, pg_ctl): run script/test, which sets them up, "
            "or install them yourself: sudo apt-get install postgresql"
        )
    return Path(on_path).resolve().parent


def _unprivileged() -> tuple[list[str], int | None]:
    """How to start a program as somebody who is not root (PostgreSQL refuses root), and that user's number."""
    if os.geteuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
        return prefix, user.pw_uid
    pytest.fail("PostgreSQL cannot run as root and there is neither a user postgres nor nobody")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a private PostgreSQL server's own database; started for this session, gone after it."""
    binaries = _postgres_binaries()
    prefix, user_id = _unprivileged()
    # The path of a unix socket must stay under 108 characters, so it cannot lie in pytest's own folder.
    home = Path(tempfile.mkdtemp(prefix="sohoa-pg-"))
    try:
        if user_id is not None:
            os.chown(home, user_id, -1)
        data = home / "data"
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(home)}

        def run(*command: str) -> None:
            done = subprocess.run(
                [*prefix, *command], cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=120
            )
            if done.returncode != 0:
                log = home / "log"
                pytest.fail(f"{command[0]}: {done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}")

        run(f"{binaries}/initdb", "-D", str(data), "-U", "sohoa", "-A", "trust", "-E", "UTF8", "--no-sync")
        # Only a socket, no port; a crash of this server loses nothing that anybody wants.
        options = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off -c shared_buffers=16MB"
        run(f"{binaries}/pg_ctl", "-D", str(data), "-l", str(home / "log"), "-o", options, "-w", "-t", "60", "start")
        try:
            yield f"postgresql+psycopg://sohoa@/postgres?host={home}"
        finally:
            run(f"{binaries}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "-t", "60", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    name = f"test_{uuid.uuid4().hex}"
    admin = postgres_server.replace("+psycopg", "")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sohoa.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database, once on each engine."""
    opened = Database(database_url)
    opened.migrate()
    yield opened
    opened.dispose()
