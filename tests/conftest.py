"""What several parts' tests share: a private PostgreSQL server, the databases on both engines, the mock registry."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import structlog
from hypothesis import settings
from sqlalchemy import JSON, inspect, text
from sqlalchemy.types import TypeEngine

from registry.citizens_table import CSV_COLUMNS, load_csv
from store.database import Database, UnitOfWork

# Laws are about values, not about time: a busy machine must not make one fail.
settings.register_profile("sohoa", deadline=None)
settings.load_profile("sohoa")

_S3_START_TIMEOUT_S = 60.0
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


@pytest.fixture(autouse=True)
def fresh_logs() -> Iterator[None]:
    """A test that sets logs up (the command line does) leaves none of it to the next one."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def throwaway_certificates() -> Any:
    """The module that makes certificates for one test run; tests are no package, so it is loaded by its file."""
    path = Path(__file__).with_name("throwaway_certificates.py")
    spec = importlib.util.spec_from_file_location("throwaway_certificates", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a local S3 server (moto) in a process of its own, on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("s3") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + _S3_START_TIMEOUT_S
        while True:
            try:
                httpx.get(f"{url}/moto-api/", timeout=5, trust_env=False)
                break
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"the S3 server did not start: {log.read_text()}")
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


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


@contextmanager
def _own_database(server: str, *, template: str) -> Iterator[str]:
    """The URL of a database like the template, there for as long as the block runs."""
    name = f"test_{uuid.uuid4().hex}"
    admin = server.replace("+psycopg", "")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        # A connection of its own: a test may have ended every one that was open.
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with _own_database(postgres_server, template="template1") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sohoa.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy: the migrations themselves cost a tenth of a second each time."""
    path = tmp_path_factory.mktemp("migrated") / "sohoa.db"
    made = Database(f"sqlite:///{path}")
    made.migrate()
    made.dispose()
    assert [file.name for file in path.parent.iterdir()] == ["sohoa.db"], "part of it would stay behind"
    return path


@pytest.fixture
def ready_home(migrated_sqlite: Path) -> Callable[[Path], Path]:
    """Makes a home folder with a migrated, empty database on SQLite."""

    def make(home: Path) -> Path:
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(migrated_sqlite, home / "sohoa.db")
        return home

    return make


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """The name of a migrated, empty database on the PostgreSQL server, for others to be made like it."""
    name = "migrated"
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    made = Database(postgres_server.replace("/postgres?", f"/{name}?"))
    made.migrate()
    made.dispose()
    return name


@pytest.fixture
def migrated_postgres_url(postgres_server: str, migrated_postgres: str) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database of this test's own."""
    with _own_database(postgres_server, template=migrated_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database, once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('ready_home')(tmp_path) / 'sohoa.db'}"
    url: str = request.getfixturevalue("migrated_postgres_url")
    return url


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """A migrated, empty database, once on each engine."""
    opened = Database(migrated_url)
    yield opened
    opened.dispose()


@dataclass(frozen=True)
class RegistryServer:
    """The mock registry running as a process of its own, with a few invented citizens."""

    url: str
    api_key: str
    database: Path

    def headers(self, officer: str = "CB001") -> dict[str, str]:
        """The headers that every question needs."""
        return {"X-Api-Key": self.api_key, "X-Officer-Code": officer}

    def misbehave(self, *ways: dict[str, Any]) -> None:
        """Behave badly in these ways from now on, or well again when none is given."""
        answer = httpx.post(
            f"{self.url}/admin/misbehave", json=list(ways), headers=self.headers(), timeout=10, trust_env=False
        )
        answer.raise_for_status()

    def load(self, *rows: str) -> None:
        """Put citizens in, each a CSV row: citizen_id, old_id, full_name, birth_date, gender, address, status."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "citizens.csv"
            path.write_text("\n".join([",".join(CSV_COLUMNS), *rows]), encoding="utf-8")
            assert load_csv(path, self.database).refused == 0

    def calls(self) -> int:
        """How many questions it was asked so far."""
        answer = httpx.get(f"{self.url}/admin/calls", headers=self.headers(), timeout=10, trust_env=False)
        total: int = answer.json()["total"]
        return total


@pytest.fixture(scope="session")
def registry_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """The mock registry for the whole session, on a free port."""
    home = tmp_path_factory.mktemp("registry")
    database, ready = home / "registry.db", home / "url"
    command = (
        "import sys; from pathlib import Path; from registry.serve import serve; "
        "serve('127.0.0.1', 0, Path(sys.argv[1]), 'test-key', officers=None, ready_file=Path(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", command, str(database), str(ready)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        # The line comes when calls are answered, or the pipe ends when the process did.
        line = process.stdout.readline()
        assert line.startswith("ready "), "the mock registry did not start"
        yield RegistryServer(ready.read_text(encoding="utf-8").strip(), "test-key", database)
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


@pytest.fixture
def registry_server(registry_process: RegistryServer) -> Iterator[RegistryServer]:
    """The mock registry, well-behaved at the beginning and the end of each test."""
    registry_process.misbehave()
    yield registry_process
    registry_process.misbehave()


def _some_value(kind: TypeEngine[Any]) -> object:
    """A value that a column of this type takes."""
    # SQLAlchemy's JSON says its Python type is dict in some releases, object in others.
    if isinstance(kind, JSON):
        return "[]"
    return "2026-11-26 00:00:00" if kind.python_type is datetime else kind.python_type(0)


def _put_in_run(work: UnitOfWork, name: str, scan_id: str) -> None:
    """A run with one scan, by the columns that the search looks at; other columns get whatever they may be."""
    connection = work._connection
    for table, values in (
        ("runs", {"id": "r" * 32, "name": name}),
        ("run_inputs", {"id": "i" * 32, "run_id": "r" * 32, "scan_id": scan_id}),
    ):
        if not connection.dialect.has_table(connection, table):
            connection.execute(text(f"CREATE TABLE {table} ({', '.join(f'{column} text' for column in values)})"))
        given: dict[str, object] = dict(values)
        for column in inspect(connection).get_columns(table):
            if column["name"] not in given and not column["nullable"]:
                given[column["name"]] = _some_value(column["type"])
        names = ", ".join(given)
        places = ", ".join(f":{column}" for column in given)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), given)


@pytest.fixture
def put_in_run() -> Callable[[UnitOfWork, str, str], None]:
    """Makes a run over the back catalogue with one scan."""
    return _put_in_run
