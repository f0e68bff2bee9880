"""When the audit runs, what keeps it alone, and what its command says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from certificate.errors import ArchiveBusy
from ingest.audit.run import audit, latest
from ingest.audit.schedule import is_due
from ingest.cli import command
from ingest.locks import archive_in_use
from tests.ingest.spoiling import Spoiled

COUNT = 4
# It runs at low priority: seconds, unless others work.
_PATIENCE_S = 240.0


@pytest.fixture(scope="module")
def sound_home(kept_home: Callable[[int], Path]) -> Path:
    """The home folder of an office with a few archived scans, made once."""
    return kept_home(COUNT)


@pytest.fixture
def spoiled(sound_home: Path, make_kept: Any, tmp_path: Path) -> Spoiled:
    shutil.copytree(sound_home, tmp_path / "kept")
    return Spoiled(make_kept())


def test_one_audit_at_a_time_and_none_beside_a_deletion(spoiled: Spoiled) -> None:
    """What is being deleted would look like damage."""
    with archive_in_use(spoiled.office.settings, alone=True), pytest.raises(ArchiveBusy):
        audit(spoiled.office)


def test_the_schedule(spoiled: Spoiled) -> None:
    """A week after the last one, at once after an interruption, and never when the office says so."""
    settings = spoiled.office.settings
    now = datetime.now(UTC)
    assert not is_due(settings, now)
    assert is_due(settings, now + timedelta(days=7, seconds=1))
    spoiled.audit()
    assert not is_due(settings, datetime.now(UTC) + timedelta(days=6.9))
    assert is_due(settings, datetime.now(UTC) + timedelta(days=7.1))
    stop = threading.Event()
    stop.set()
    assert audit(spoiled.office, stop=stop) is None
    assert is_due(settings, now)


@pytest.mark.slow
def test_the_reconciler_starts_it(make_kept: Any) -> None:
    """What «sohoa up» runs: the reconciler starts the audit as a process of its own and leaves none behind."""
    kept = make_kept("scheduled")
    kept.archive(1)
    home = kept.office.settings.home
    (home / "sohoa.toml").write_text(
        f'redis_url = "{kept.office.settings.redis_url}"\naudit_every_days = 1e-9\nreconcile_every_s = 0.2\n',
        encoding="utf-8",
    )
    reconciler = subprocess.Popen([sys.executable, "-P", "-m", "ingest.cli", "--home", str(home), "reconcile"])
    try:
        until = time.monotonic() + _PATIENCE_S
        while latest(kept.office.settings) is None and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        reconciler.terminate()
        assert reconciler.wait(_PATIENCE_S) == 0
    report = latest(kept.office.settings)
    assert report is not None
    assert (report["is_clean"], report["items"]["records"]) == (True, 1)
    assert not [process for process in psutil.process_iter(["cmdline"]) if str(home) in (process.info["cmdline"] or [])]


def test_the_command(spoiled: Spoiled) -> None:
    """Exit status 0 when all is well, 6 when not; with --repair what can be is rebuilt; the chain knows of it."""
    home = str(spoiled.office.settings.home)
    run = CliRunner()
    assert run.invoke(command, ["--home", home, "audit"]).exit_code == 0
    spoiled.path(spoiled.certificate.pdfa_sha256).unlink()
    assert "nguyên vẹn" in run.invoke(command, ["--home", home, "status"]).stdout
    told = run.invoke(command, ["--home", home, "audit", "--json"])
    assert told.exit_code == 6
    found = json.loads(told.stdout)
    assert found["counts"]["blob_missing"] == 1
    (damage,) = (one for one in found["damages"] if one["code"] == "blob_missing")
    assert (damage["scan_id"], damage["gravity"], damage["mended"]) == (spoiled.victim, "rebuildable", False)
    assert "«sohoa audit --repair»" in damage["advice"]
    assert json.loads(run.invoke(command, ["--home", home, "status", "--json"]).stdout)["audit"]["is_clean"] is False
    mended = run.invoke(command, ["--home", home, "audit", "--repair"])
    assert mended.exit_code == 0, mended.output
    assert "đã dựng lại" in mended.stdout
    with spoiled.office.database.unit_of_work(read_only=True) as unit:
        assert sum(event.action == "audit_finished" for event in unit.events.latest(50)) == 3


def test_a_notice_alone_is_no_damage_by_name(spoiled: Spoiled, unreachable_redis: str) -> None:
    """Above "all is well" stands no table of damages when only the queue was away."""
    environment = {"SOHOA_REDIS_URL": unreachable_redis, "COLUMNS": "200"}
    how = ["--home", str(spoiled.office.settings.home), "audit"]
    told = CliRunner().invoke(command, how, env=environment)
    assert told.exit_code == 0, told.output
    assert "queue_away" in told.stdout
    assert "Lưu ý, không mất gì" in told.stdout
    assert "Hư hại" not in told.stdout
