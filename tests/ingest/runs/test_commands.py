"""``sohoa run`` as the operator types it, killed in the middle like any program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.bench.recorded import fill_folder
from ingest.settings import load
from store.database import Database

pytestmark = pytest.mark.slow
PATIENCE_S = 60


def _sohoa(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "ingest.cli", "--home", str(home), *arguments]


def _say(home: Path, *arguments: str, status: int = 0) -> str:
    done = subprocess.run(_sohoa(home, *arguments), capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout


def _inputs(database: Database) -> int:
    with database.unit_of_work(read_only=True) as unit:
        return sum(1 for run in unit.runs.all() for _ in unit.runs.inputs(run.id))


def test_an_operator_starts_pauses_reports_and_is_killed(tmp_path: Path, redis_url: str) -> None:
    """Killed while it lists and started again, every input stands in the ledger once; the commands tell of it."""
    home, folder = tmp_path / "home", tmp_path / "kho"
    home.mkdir()
    (home / "sohoa.toml").write_text(f'redis_url = "{redis_url}"\n', encoding="utf-8")
    fill_folder(folder, 6000)
    database = Database(load(home, {}).database)
    database.migrate()
    start = ("run", "start", str(folder), "--name", "Kho A")
    listing = subprocess.Popen(_sohoa(home, *start), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE_S
    while not 0 < _inputs(database) < 6000 and time.monotonic() < until and listing.poll() is None:
        time.sleep(0.01)
    os.kill(listing.pid, signal.SIGKILL)
    assert listing.wait(PATIENCE_S) == -signal.SIGKILL
    half = _inputs(database)
    assert 0 < half < 6000
    # The dead one's claim on the listing ends by itself; here nobody waits that long.
    with database.unit_of_work() as unit:
        (run,) = unit.runs.all()
        unit.runs.end_walk(run.id, None)
        unit.commit()
    told = json.loads(_say(home, *start, "--json"))
    assert (told["inputs"], told["listed_whole"], told["by_state"]["listed"]) == (6000, True, 6000)
    assert _inputs(database) == 6000
    assert "tạm dừng" in _say(home, "run", "pause")
    assert json.loads(_say(home, "run", "status", "Kho A", "--json"))["state"] == "paused"
    _say(home, "run", "pause", "Kho A", status=1)
    _say(home, "run", "status", "none", status=3)
    assert json.loads(_say(home, "run", "resume", "--json")) == {"run": "Kho A", "state": "running"}
    assert json.loads(_say(home, "run", "cancel", "--yes", "--json")) == {"run": "Kho A", "given_up": 6000}
    page, table = _say(home, "run", "report", "--output", str(tmp_path / "out")).split("\n")[:2]
    assert "<svg" in Path(page).read_text(encoding="utf-8")
    assert len(Path(table).read_text(encoding="utf-8-sig").splitlines()) == 6001
    assert "Kho A" in _say(home, "run", "watch")
    database.dispose()
