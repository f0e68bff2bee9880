"""Many machines: hosts as network namespaces, PostgreSQL and Redis by URL, one worker host cut off in the middle."""

from __future__ import annotations

import ctypes
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from certificate.states import SETTLED, State
from ingest.bench.recorded import fill_folder
from ingest.bench.servers import private_postgresql
from store.database import Database

pytestmark = pytest.mark.slow

CERTIFICATES = 200
PATIENCE_S = 420
WEB, DATA, WORK_1, WORK_2 = range(1, 5)
SCRIPT = Path(__file__).with_name("hosts_worker.py")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=20)


class Hosts:
    """Hosts on one cable: a namespace each, joined by a bridge in a namespace of its own."""

    def __init__(self) -> None:
        mark = secrets.token_hex(2)
        self._hub = f"sh{mark}"
        self._names = {number: f"sh{mark}-{number}" for number in (WEB, DATA, WORK_1, WORK_2)}
        self._net = f"10.{secrets.randbelow(200) + 20}.77"

    def build(self) -> None:
        _ip("netns", "add", self._hub)
        _ip("-n", self._hub, "link", "add", "bridge", "type", "bridge")
        _ip("-n", self._hub, "link", "set", "bridge", "up")
        for number, name in self._names.items():
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "add", "eth", "type", "veth", "peer", "name", f"port{number}", "netns", self._hub)
            _ip("-n", self._hub, "link", "set", f"port{number}", "master", "bridge", "up")
            _ip("-n", name, "addr", "add", f"{self.address(number)}/24", "dev", "eth")
            _ip("-n", name, "link", "set", "eth", "up")

    def destroy(self) -> None:
        for name in (*self._names.values(), self._hub):
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", name)

    def address(self, number: int) -> str:
        return f"{self._net}.{number}"

    def on(self, number: int, *command: str) -> list[str]:
        """The command as it is run on that host."""
        return ["ip", "netns", "exec", self._names[number], *command]

    def set_link(self, number: int, state: str) -> None:
        """Cut a host's cable (``down``) or plug it in again (``up``)."""
        _ip("-n", self._hub, "link", "set", f"port{number}", state)

    @contextmanager
    def entered(self, number: int) -> Iterator[None]:
        """This very process on that host: what it starts meanwhile runs there."""
        with Path("/proc/self/ns/net").open() as home, Path(f"/run/netns/{self._names[number]}").open() as there:
            _setns(there.fileno())
            try:
                yield
            finally:
                _setns(home.fileno())


def _setns(descriptor: int) -> None:
    """Enter a network namespace; ``os.setns`` came with Python 3.12 only."""
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    built = Hosts()
    if shutil.which("ip") is None:
        pytest.skip("network namespaces need the program “ip” (package iproute2)")
    try:
        built.build()
    except subprocess.CalledProcessError as error:
        built.destroy()
        pytest.skip(f"network namespaces are not allowed here: {error.stderr.decode().strip()}")
    yield built
    built.destroy()


def _started(held: ExitStack, command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def stop() -> None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(40)
        process.kill()
        process.wait(20)

    held.callback(stop)
    return process


def _until(is_so: object, what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < until, what
        time.sleep(0.1)


def _pids_below(process: subprocess.Popen[bytes]) -> set[int]:
    with suppress(psutil.NoSuchProcess):
        return {child.pid for child in psutil.Process(process.pid).children(recursive=True)}
    return set()


def test_a_worker_host_cut_off_in_the_middle_loses_and_doubles_nothing(hosts: Hosts, tmp_path: Path) -> None:
    """Two worker hosts, one of them unplugged with work in its hands and plugged in again: all decided, none twice."""
    with ExitStack() as held:
        with hosts.entered(DATA):
            server = held.enter_context(private_postgresql(listen=hosts.address(DATA)))
        word = secrets.token_hex(8)
        redis = [
            "redis-server",
            "--bind",
            hosts.address(WEB),
            "--requirepass",
            word,
            "--save",
            "",
            "--dir",
            str(tmp_path),
        ]
        _started(held, hosts.on(WEB, *redis), tmp_path / "redis.log")
        for name in ("web", "w1", "w2"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "sohoa.toml").write_text(
                f'database_url = "{server.url}"\nredis_url = "redis://:{word}@{hosts.address(WEB)}:6379/0"\n'
                f'blobs_url = "{tmp_path / "shared"}"\nlease_s = 4\nreconcile_every_s = 1\nbulk_ahead = 40\n'
                f"web_port = 0\nbulk_nice = 0\n",
                encoding="utf-8",
            )
        fill_folder(tmp_path / "scans", CERTIFICATES)
        sohoa = [sys.executable, "-m", "ingest.cli", "--home"]
        start = [*sohoa, str(tmp_path / "web"), "run", "start", str(tmp_path / "scans"), "--name", "hosts"]
        subprocess.run(hosts.on(WEB, *start), check=True, timeout=120, capture_output=True)
        up = [*sohoa, str(tmp_path / "web"), "up", "--workers", "0", "--bulk", "0", "--host", hosts.address(WEB)]
        _started(held, hosts.on(WEB, *up), tmp_path / "web.log")
        workers = []
        for number, name in ((WORK_1, "w1"), (WORK_2, "w2")):
            worker = [sys.executable, str(SCRIPT), "--home", str(tmp_path / name)]
            command = hosts.on(number, *worker, "worker", "--queue", "bulk", "--processes", "2")
            workers.append(_started(held, command, tmp_path / f"{name}.log"))
        with hosts.entered(WEB):
            database = Database(server.url)
            held.callback(database.dispose)
            _cut_and_restore(hosts, database, workers[0])
            _until(lambda: _settled(database) == CERTIFICATES, "not all were decided")
            _check_each_once(database)
        for name in ("w1", "w2"):
            logs = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / name / "log").glob("worker-*"))
            assert '"archiving"' in logs, f"{name} had no part in it"


def _cut_and_restore(hosts: Hosts, database: Database, first: subprocess.Popen[bytes]) -> None:
    """Unplug the first worker host while it holds a scan, until the other has got on, and plug it in again."""

    def in_hand() -> list[str]:
        pids = _pids_below(first)
        with database.unit_of_work(read_only=True) as unit:
            holders = [scan.lease_worker for scan in unit.scans.list(page_size=CERTIFICATES).items if scan.lease_worker]
        return [holder for holder in holders if int(holder.split(":")[1]) in pids]

    _until(lambda: _settled(database) >= 20 and in_hand(), "the first worker host does nothing")
    hosts.set_link(WORK_1, "down")
    done = _settled(database)
    _until(lambda: _settled(database) >= min(done + 40, CERTIFICATES - 40), "the second worker host stands still")
    hosts.set_link(WORK_1, "up")
    assert _settled(database) < CERTIFICATES, "it was over before the link was back"


def _settled(database: Database) -> int:
    with database.unit_of_work(read_only=True) as unit:
        return sum(count for state, count in unit.scans.counts_by_state().items() if state in SETTLED)


def _check_each_once(database: Database) -> None:
    with database.unit_of_work(read_only=True) as unit:
        assert unit.scans.counts_by_state()[State.ARCHIVED] == CERTIFICATES
        scans = unit.scans.list(page_size=CERTIFICATES).items
        papers = unit.certificates.summaries([scan.id for scan in scans])
        for scan in scans:
            (paper,) = papers[scan.id]
            assert paper.pdfa_sha256 is not None
            happened = Counter(event.action for event in unit.events.for_scan(scan.id))
            assert happened["scan_added"] == happened["certificate_archived"] == 1, happened
            assert happened["certificate_decided"] == 1
        assert unit.events.first_broken() is None
