"""A worker killed at any line loses nothing and doubles nothing, even when Redis is wiped in between."""

import importlib.util
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from redis import Redis

from certificate.states import State
from ingest.intake import receive
from ingest.office import Office
from ingest.scheduling import reconcile
from ingest.settings import Settings, load
from store.rows import ScanRow

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("doomed_worker.py")
PATIENCE_S = 60.0


def _load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("doomed_worker", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


doomed = _load_script()


@pytest.fixture
def home(tmp_path: Path, redis_url: str, registry_server: Any) -> Settings:
    """An office whose one owner is known to the registry, with leases short enough to wait for."""
    name, number, year, gender = doomed.OWNER
    registry_server.load(f"{number},,{name},{year}-03-04,{gender},Kiên Giang,alive")
    (tmp_path / "sohoa.toml").write_text(
        f'redis_url = "{redis_url}"\nregistry_url = "{registry_server.url}"\n'
        f'registry_api_key = "{registry_server.api_key}"\nlease_s = 1.5\nregistry_retry_s = 0.2\n',
        encoding="utf-8",
    )
    return load(tmp_path, {})


def _work(settings: Settings, point: str) -> int:
    """Run one worker process until it dies or the list is empty; gives its exit status."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(settings.home), point], capture_output=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode in {0, -9}, done.stderr.decode()[-2000:]
    return done.returncode


def _finish(office: Office, settings: Settings) -> list[ScanRow]:
    """Reconcile and work until every scan stands where no machine works on it."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with office.database.unit_of_work(read_only=True) as unit:
            scans = list(unit.scans.list().items)
        if scans and all(scan.state in {State.ARCHIVED, State.DUPLICATE, State.FAILED} for scan in scans):
            return scans
        if reconcile(office) or office.queue.lengths()["uploads"]:
            _work(settings, "none")
    raise AssertionError(f"not finished: {[(scan.state, scan.attempts) for scan in scans]}")


def _check_archived_once(office: Office, scan: ScanRow) -> None:
    with office.database.unit_of_work(read_only=True) as unit:
        certificates = unit.certificates.for_scan(scan.id)
        events = unit.events.for_scan(scan.id)
        broken = unit.events.first_broken()
    assert scan.state is State.ARCHIVED
    assert len(certificates) == 1
    assert certificates[0].pdfa_sha256 is not None
    office.blobs.verify(certificates[0].pdfa_sha256)
    office.blobs.verify(scan.sha256)
    moves = Counter(event.detail["to"] for event in events if event.action == "scan_moved")
    assert moves == {"reading": 1, "checking": 1, "archiving": 1, "archived": 1}
    actions = Counter(event.action for event in events)
    assert actions["scan_added"] == 1
    assert actions["certificate_decided"] == 1
    assert actions["certificate_archived"] == 1
    assert broken is None


@pytest.mark.parametrize("point", sorted(doomed.POINTS))
def test_a_worker_killed_anywhere_loses_and_doubles_nothing(home: Settings, redis_url: str, point: str) -> None:
    """The worker dies at the point, Redis is wiped, and the scan still ends archived exactly once."""
    with Office.open(home) as office:
        received = receive(office, doomed.picture(), "scan.jpg", who="clerk")
        assert _work(home, point) == -9
        with Redis.from_url(redis_url) as connection:
            connection.flushall()
        (scan,) = _finish(office, home)
        assert scan.id == received.scan_id
        _check_archived_once(office, scan)


@pytest.mark.parametrize("point", sorted(doomed.INTAKE_POINTS))
def test_intake_killed_anywhere_keeps_the_scan_or_can_be_told_so(home: Settings, redis_url: str, point: str) -> None:
    """The intake dies at the point, Redis is wiped, the clerk sends the file again: one archived scan, no second."""
    with Office.open(home) as office:
        assert _work(home, f"intake: {point}") == -9
        with Redis.from_url(redis_url) as connection:
            connection.flushall()
        receive(office, doomed.picture(), "scan.jpg", who="clerk")
        scans = _finish(office, home)
        states = Counter(scan.state for scan in scans)
        assert states[State.ARCHIVED] == 1
        assert set(states) <= {State.ARCHIVED, State.DUPLICATE}
        (archived,) = (scan for scan in scans if scan.state is State.ARCHIVED)
        _check_archived_once(office, archived)


def test_a_scan_that_kills_its_worker_three_times_is_given_up(home: Settings) -> None:
    """Three deaths in reading, and the scan is failed with worker_lost: never an endless loop."""
    with Office.open(home) as office:
        received = receive(office, doomed.picture(), "scan.jpg", who="clerk")
        deaths = 0
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with office.database.unit_of_work(read_only=True) as unit:
                scan = unit.scans.get(received.scan_id)
            if scan.state is State.FAILED:
                break
            if reconcile(office) or office.queue.lengths()["uploads"]:
                deaths += _work(home, "in the middle of reading") == -9
        assert scan.state is State.FAILED
        assert scan.error_code == "worker_lost"
        assert deaths == 3
