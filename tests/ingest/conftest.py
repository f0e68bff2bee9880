"""What the tests of the use cases share: a private Redis on a socket, and an office with a real database and blobs."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from certificate.reading import ScanReading
from ingest.office import Office
from ingest.settings import Settings, load

_START_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class PrivateRedis:
    """A redis-server of the tests' own."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def private_redis() -> Iterator[PrivateRedis]:
    """A Redis on a socket, answering, for as long as the block runs."""
    # The path of a unix socket must stay under 108 characters, so it cannot lie in pytest's own folder.
    folder = Path(tempfile.mkdtemp(prefix="sohoa-redis-"))
    socket = folder / "redis.sock"
    log = folder / "log"
    command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [*command, "--dir", str(folder), "--logfile", str(log), "--maxmemory-policy", "noeviction"]
    )
    try:
        url = f"unix://{socket}"
        with Redis.from_url(url) as connection:
            until = time.monotonic() + _START_TIMEOUT_S
            while True:
                try:
                    connection.ping()
                    break
                except RedisError:
                    if process.poll() is not None or time.monotonic() > until:
                        pytest.fail(f"redis-server did not start: {log.read_text() if log.exists() else ''}")
        yield PrivateRedis(url, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_process() -> Iterator[str]:
    """The URL of a private Redis for the whole session."""
    with private_redis() as server:
        yield server.url


@pytest.fixture
def own_redis() -> Iterator[PrivateRedis]:
    """A Redis of one test's own, which it may kill."""
    with private_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_process: str) -> Iterator[str]:
    """The URL of an empty Redis."""
    with Redis.from_url(redis_process) as connection:
        connection.flushall()
    yield redis_process
    with Redis.from_url(redis_process) as connection:
        connection.flushall()


@pytest.fixture
def settings(tmp_path: Path, redis_url: str) -> Settings:
    """An office's settings with everything of its own, and no patience to lose."""
    return load(tmp_path / "home", {}, redis_url=redis_url, lease_s=60, registry_retry_s=30, registry_retry_max_s=600)


class NoReader:
    """A reader for tests in which nothing may be read."""

    def read(self, path: Path, source: str) -> ScanReading:
        raise AssertionError("nothing was to be read here")


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """An office with an empty database, in which nothing can be read."""
    with Office(settings, reader=NoReader()) as opened:
        settings.home.mkdir(parents=True)
        opened.database.migrate()
        yield opened


@pytest.fixture
def unreachable_redis(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a Redis that is not there."""
    return f"unix://{tempfile.gettempdir()}/sohoa-no-redis-{tmp_path_factory.getbasetemp().name}.sock"
