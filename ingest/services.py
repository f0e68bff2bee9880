"""Which parts an office has on one machine, how each is started and how one sees that it answers.

The home folder's ``run/up.json`` tells what runs, for ``sohoa status``; a lock beside it keeps a second ``sohoa up``
from running on the same home.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from certificate.errors import AlreadyRunning, EngineMissing, PortTaken, SettingsInvalid
from ingest.home import registry_address_file, registry_key, runtime_dir
from ingest.queue_names import BULK, QUICK, UPLOADS
from ingest.settings import Settings
from ingest.supervisor import Service

_PROBE_TIMEOUT_S = 0.5
_REDIS_RANK, _REGISTRY_RANK, _WORKER_RANK, _RECONCILER_RANK, _WEB_RANK = range(5)
# A scan is read in seconds; what is not done by then is done again later by another worker.
WORKER_STOP_WITHIN_S = 20.0
REGISTRY_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts to run and the addresses they will have."""

    services: tuple[Service, ...]
    web_url: str
    registry_url: str


def plan_services(settings: Settings, *, uploads_workers: int, bulk_workers: int = 0) -> Plan:
    """The parts of this office; ports are picked here, once, so that they stay when a part is restarted.

    Raises ``EngineMissing`` where a program lacks, ``PortTaken``.
    """
    services = []
    if not settings.redis_url:
        services.append(_redis(settings))
    registry_address = settings.registry_url
    if not registry_address:
        port = free_port(REGISTRY_HOST, 0)
        registry_address = f"http://{REGISTRY_HOST}:{port}"
        services.append(_registry(settings, port))
    workers = [(UPLOADS, number) for number in range(1, uploads_workers + 1)]
    workers += [(BULK, number) for number in range(1, bulk_workers + 1)]
    services += [worker_service(settings, queue, f"worker-{queue}-{number}") for queue, number in workers]
    services.append(worker_service(settings, QUICK, f"worker-{QUICK}-1"))
    services.append(
        Service(
            name="reconciler",
            command=_sohoa(settings, "reconcile"),
            rank=_RECONCILER_RANK,
            orphan_signal=signal.SIGTERM,
        )
    )
    services.append(
        Service(
            name="runs",
            command=_sohoa(settings, "run", "feed"),
            rank=_RECONCILER_RANK,
            environment=_environment(),
            orphan_signal=signal.SIGTERM,
        )
    )
    web_port = free_port(settings.web_host, settings.web_port)
    services.append(_web(settings, web_port))
    return Plan(tuple(services), f"http://{_reachable(settings.web_host)}:{web_port}", registry_address)


def worker_service(settings: Settings, queue: str, name: str, *options: str) -> Service:
    """A worker on one queue. It may finish the scan it has when it is stopped."""
    return Service(
        name=name,
        command=[sys.executable, "-P", "-m", "worker", str(settings.home), queue, *options],
        rank=_WORKER_RANK,
        environment=_environment(),
        stop_within_s=WORKER_STOP_WITHIN_S,
    )


def _redis(settings: Settings) -> Service:
    program = shutil.which("redis-server")
    if program is None:
        raise EngineMissing("redis-server")
    folder = private_folder(runtime_dir(settings))
    kept = settings.home / "redis"
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    configuration = folder / "redis.conf"
    configuration.write_text(redis_configuration(folder / "redis.sock", kept), encoding="utf-8")

    def set_aside() -> None:
        """Start afresh: Redis only holds the to-do list, and the reconciler writes that anew."""
        if kept.exists():
            kept.rename(kept.with_name(f"redis-broken-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"))
        kept.mkdir(mode=0o700)

    return Service(
        name="redis",
        command=[program, str(configuration)],
        rank=_REDIS_RANK,
        answers=lambda: redis_answers(folder / "redis.sock"),
        orphan_signal=signal.SIGTERM,
        mend=set_aside,
    )


def redis_configuration(socket_path: Path, folder: Path) -> str:
    """A private Redis: a socket and no port, every job on disk within a second, nothing ever dropped for room."""
    lines = (
        "port 0",
        f"unixsocket {_quoted(socket_path)}",
        "unixsocketperm 700",
        f"dir {_quoted(folder)}",
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "maxmemory-policy noeviction",
        "databases 1",
        "daemonize no",
    )
    return "\n".join(lines) + "\n"


def _registry(settings: Settings, port: int) -> Service:
    address = registry_address_file(settings)
    address.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    address.unlink(missing_ok=True)
    registry_key(settings)  # Made now, so that all parts find the same one.
    return Service(
        name="registry",
        command=_sohoa(settings, "registry", "serve", "--host", REGISTRY_HOST, "--port", str(port)),
        rank=_REGISTRY_RANK,
        environment=_environment(),
        answers=lambda: address.exists() and _connects(REGISTRY_HOST, port),
        orphan_signal=signal.SIGTERM,
    )


def _web(settings: Settings, port: int) -> Service:
    return Service(
        name="web",
        command=[sys.executable, "-P", "-m", "web.serve", "--home", str(settings.home)],
        rank=_WEB_RANK,
        environment={**_environment(), "SOHOA_WEB_PORT": str(port)},
        answers=lambda: page_answers(_reachable(settings.web_host), port),
        # What ends its loop in good order.
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGTERM,
    )


def _sohoa(settings: Settings, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "ingest.cli", "--home", str(settings.home), *arguments]


def _environment() -> dict[str, str]:
    # One thread an engine: work is spread over processes.
    return {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}


# --- what runs


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold this home folder's lock for the block; ``AlreadyRunning`` when another process has it."""
    folder = _run_folder(settings)
    with (folder / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(str(settings.home)) from error
        try:
            yield
        finally:
            (folder / "up.json").unlink(missing_ok=True)
            shutil.rmtree(runtime_dir(settings), ignore_errors=True)


def note_running(settings: Settings, state: dict[str, Any]) -> None:
    """Tell other processes what runs."""
    path = _run_folder(settings) / "up.json"
    temporary = path.with_name(".up.json")
    temporary.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)


def what_runs(settings: Settings) -> dict[str, Any] | None:
    """What ``sohoa up`` noted last, if it runs on this home folder now."""
    folder = settings.home / "run"
    try:
        with (folder / "up.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        with suppress(OSError, ValueError):
            state: dict[str, Any] = json.loads((folder / "up.json").read_text(encoding="utf-8"))
            return state
        return {}
    except OSError:
        return None
    return None


def queue_answers(running: dict[str, Any]) -> bool:
    """Whether the queue of a system that ``what_runs`` found answers by now; one by URL is none of its parts."""
    services = running.get("services")
    return services is not None and all(part["ready"] for part in services if part["name"] == "redis")


def _run_folder(settings: Settings) -> Path:
    folder = settings.home / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def private_folder(path: Path) -> Path:
    """Make a folder that only this user may look into; refuses one that somebody else has put there."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise SettingsInvalid(f"{path} belongs to somebody else")
    path.chmod(0o700)
    return path


# --- what answers


def redis_answers(path: Path) -> bool:
    """Whether Redis takes commands on this socket; not yet while it still loads its file."""
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(_PROBE_TIMEOUT_S)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def page_answers(host: str, port: int) -> bool:
    """Whether the web process answers requests, whatever the answer."""
    connection = http.client.HTTPConnection(host, port, timeout=_PROBE_TIMEOUT_S)
    with closing(connection):
        try:
            connection.request("HEAD", "/")
            return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except (OSError, http.client.HTTPException):
            return False


def _connects(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_PROBE_TIMEOUT_S):
            return True
    except OSError:
        return False


def free_port(host: str, wanted: int) -> int:
    """The port, if it is free on this host; a free one for 0. Raises ``PortTaken``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        # As the server will do: a port that only rests after a stop is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError as error:
            raise PortTaken(f"{host}:{wanted}") from error
        port: int = probe.getsockname()[1]
        return port


def _reachable(host: str) -> str:
    """An address at which this machine reaches a server that listens on ``host``."""
    return "127.0.0.1" if host in {"", "0.0.0.0"} else "[::1]" if host == "::" else host  # noqa: S104 - compared only


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
