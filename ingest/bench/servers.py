"""Private Redis and PostgreSQL servers for a measurement, gone after it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from certificate.errors import EngineMissing
from ingest.services import redis_answers, redis_configuration

_START_TIMEOUT_S = 60.0
_DEBIAN_BINARIES = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its URL and the process to be watched."""

    url: str
    pid: int


@contextmanager
def private_redis(folder: Path) -> Iterator[Server]:
    """A Redis as “sohoa up” starts it: on a socket, appending to a file."""
    program = shutil.which("redis-server")
    if program is None:
        raise EngineMissing("redis-server")
    folder.mkdir(parents=True, exist_ok=True)
    short = Path(tempfile.mkdtemp(prefix="sohoa-redis-"))
    socket = short / "redis.sock"
    configuration = folder / "redis.conf"
    configuration.write_text(redis_configuration(socket, folder), encoding="utf-8")
    process = subprocess.Popen([program, str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + _START_TIMEOUT_S
        while not redis_answers(socket):
            if process.poll() is not None or time.monotonic() > until:
                raise EngineMissing("redis-server does not start")
            time.sleep(0.05)
        yield Server(f"unix://{socket}", process.pid)
    finally:
        process.terminate()
        process.wait(_START_TIMEOUT_S)
        shutil.rmtree(short, ignore_errors=True)


@contextmanager
def private_postgresql(*, listen: str = "", port: int = 5432) -> Iterator[Server]:
    """A PostgreSQL with its usual care for durability, on a socket or on ``listen``; ``EngineMissing`` without it.

    Its data lie in a temporary folder of their own, because it refuses to run as root and must reach them.
    """
    binaries = _postgresql_binaries()
    prefix, user_id = _not_root()
    home = Path(tempfile.mkdtemp(prefix="sohoa-pg-"))
    data = home / "data"
    if user_id is not None:
        os.chown(home, user_id, -1)
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(home)}

    def run(program: str, *arguments: str) -> None:
        command = [*prefix, str(binaries / program), *arguments]
        log = home / "said"
        with log.open("wb") as said:
            done = subprocess.run(command, cwd="/", env=environment, stdout=said, stderr=said, check=False)
        if done.returncode != 0:
            raise EngineMissing(f"{program}: {log.read_text(errors='replace')[-300:]}")

    run("initdb", "-D", str(data), "-U", "sohoa", "-A", "trust", "-E", "UTF8")
    if listen:
        with (data / "pg_hba.conf").open("a") as allowed:
            allowed.write("host all all 10.0.0.0/8 trust\n")
    options = f"-c listen_addresses='{listen}' -c port={port} -c unix_socket_directories={home}"
    run("pg_ctl", "-D", str(data), "-l", str(home / "log"), "-o", options, "-w", "-t", "60", "start")
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        where = f"sohoa@{listen}:{port}/postgres" if listen else f"sohoa@/postgres?host={home}&port={port}"
        yield Server(f"postgresql+psycopg://{where}", pid)
    finally:
        with suppress(EngineMissing):
            run("pg_ctl", "-D", str(data), "-m", "fast", "-w", "-t", "60", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _postgresql_binaries() -> Path:
    installed = sorted(_DEBIAN_BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise EngineMissing("postgresql (initdb)")
    return Path(on_path).resolve().parent


def _not_root() -> tuple[list[str], int | None]:
    """How to start a program as somebody who is not root, which PostgreSQL refuses to run as."""
    if os.geteuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"], user.pw_uid
    raise EngineMissing("PostgreSQL cannot run as root")
