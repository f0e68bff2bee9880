"""A whole office, started by ``sohoa up`` in a folder of its own, for measuring what really runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from certificate.errors import RecordIncomplete, SohoaError
from certificate.states import SETTLED, WORKING, State
from ingest import accounts, review
from ingest.intake import receive
from ingest.office import Office
from ingest.queue_names import UPLOADS
from ingest.settings import load

_START_TIMEOUT_S = 120.0
_LOOK_EVERY_S = 0.1
_PATIENCE_S = 1800.0


@dataclass
class OfficeUp:
    """An office that runs. ``left`` counts records that no machine and no nod could finish."""

    office: Office
    pid: int
    left: int = 0
    own_cpu_s: float = 0.0
    _ended: dict[int, tuple[str, float]] = field(default_factory=dict)

    def submit(self, path: Path, queue: str = UPLOADS) -> str:
        """Hand a scan in; gives its id."""
        return receive(self.office, path, path.name, who="bench", queue=queue).scan_id

    def decided(self, scan_id: str) -> bool:
        """Whether a machine has done with the scan."""
        with self.office.database.unit_of_work(read_only=True) as unit:
            return unit.scans.get(scan_id).state not in WORKING

    def work_through(self, files: Sequence[Path]) -> list[State]:
        """Hand the files in and wait until each is archived; what waits for a person gets a nod here."""
        began = time.process_time()
        waiting = {self.submit(path) for path in files}
        states: list[State] = []
        until = time.monotonic() + _PATIENCE_S
        while waiting and time.monotonic() < until:
            for scan_id in sorted(waiting):
                with self.office.database.unit_of_work(read_only=True) as unit:
                    scan = unit.scans.get(scan_id)
                if scan.state is State.IN_REVIEW and not self._nod(scan_id):
                    self.left += 1
                elif scan.state not in SETTLED:
                    continue
                waiting.discard(scan_id)
                states.append(scan.state)
            time.sleep(_LOOK_EVERY_S)
        self.own_cpu_s += time.process_time() - began
        return states

    def _nod(self, scan_id: str) -> bool:
        """Approve every certificate of a scan; ``False`` when a record is not complete."""
        who = accounts.users(self.office)[0]
        try:
            with self.office.database.unit_of_work(read_only=True) as unit:
                papers = unit.certificates.summaries([scan_id])[scan_id]
            for paper in papers:
                if paper.decided_at is None:
                    review.approve(self.office, paper.id, version=paper.version, who=who)
        except RecordIncomplete:
            return False
        except SohoaError:
            return True
        return True

    def cpu_by_part(self) -> dict[str, float]:
        """Processor seconds so far: the readers with their engines, and each other part."""
        used: dict[str, float] = {"intake": self.own_cpu_s}
        with suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self.pid).children(recursive=True):
                used["reader"] = used.get("reader", 0.0) + self._note(process)
        for part, spent in self._ended.values():
            used[part] = used.get(part, 0.0) + spent
        return used

    def _note(self, process: psutil.Process) -> float:
        """Keep what a process has used; gives what an engine that still runs has, which its reader counts later."""
        with suppress(psutil.NoSuchProcess):
            line = " ".join(process.cmdline())
            times = process.cpu_times()
            spent = times.user + times.system
            if "tesseract" in line:
                return float(spent)
            if "ocr.reader_process" in line:
                # Its engines are gone when they are looked for, but not what they used.
                self._ended[process.pid] = ("reader", spent + times.children_user + times.children_system)
            else:
                self._ended[process.pid] = (_part(line), spent)
        return 0.0


def _part(line: str) -> str:
    for mark, part in (
        ("-m worker", "worker: queue, database, registry's client, archive"),
        ("redis-server", "redis"),
        ("registry serve", "registry (mock)"),
        ("web.serve", "web"),
        ("run feed", "feeder of runs"),
        ("reconcile", "reconciler"),
    ):
        if mark in line:
            return part
    return "other"


@contextmanager
def office_up(home: Path, *, workers: int, bulk: int = 0, **given: Any) -> Iterator[OfficeUp]:
    """Start ``sohoa up`` on an empty home, the samples' citizens in its registry; stopped after the block."""
    home.mkdir(parents=True)
    lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
    (home / "sohoa.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sohoa = [sys.executable, "-P", "-m", "ingest.cli", "--home", str(home)]
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [*sohoa, "up", "--workers", str(workers), "--bulk", str(bulk), "--port", "0", "--json"],
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SohoaError((home / "up.log").read_text(encoding="utf-8", errors="replace")[-500:])
        with Office(load(home, {})) as office:
            citizens = Path(__file__).parents[2] / "samples" / "citizens.csv"
            if citizens.exists():
                subprocess.run([*sohoa, "registry", "load", str(citizens)], check=True, stdout=subprocess.DEVNULL)
            accounts.add_user(
                office,
                name="bench",
                password="bench-bench-bench",  # noqa: S106 - an office that lives for minutes
                display_name="Bench",
                role="supervisor",
            )
            yield OfficeUp(office, process.pid)
    finally:
        process.terminate()
        process.wait(_START_TIMEOUT_S)
