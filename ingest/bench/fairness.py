"""Whether a clerk waits for a run: an upload's time on an idle office and on one whose bulk workers are busy."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from certificate.states import State
from ingest.bench.office_up import OfficeUp, office_up
from ingest.bench.scale import machine
from ingest.queue_names import BULK
from ingest.runs import control
from store.rows import ScanFilter

_LOOK_EVERY_S = 0.05
_PATIENCE_S = 900.0
MOST_TIMES_IDLE = 1.5


@dataclass(frozen=True, slots=True)
class FairnessFigures:
    """Seconds until an upload was decided, idle and beside a run, and how long a bulk scan takes beside it."""

    idle_s: tuple[float, ...]
    busy_s: tuple[float, ...]
    bulk_job_s: float
    uploads_workers: int
    bulk_workers: int
    date: str
    machine: str

    @property
    def allowed_s(self) -> float:
        """An upload's time on an idle machine times 1.5, and one job's length as it is when idle."""
        idle = statistics.median(self.idle_s)
        return MOST_TIMES_IDLE * idle + idle

    @property
    def is_fair(self) -> bool:
        return statistics.median(self.busy_s) <= self.allowed_s

    def table_lines(self) -> Iterator[str]:
        """The figures as Markdown."""
        idle, busy = statistics.median(self.idle_s), statistics.median(self.busy_s)
        yield (
            f"{self.date}, {self.machine}; {len(self.idle_s)} uploads one after the other, {self.uploads_workers} "
            f"worker on uploads, {self.bulk_workers} on bulk; median (lowest to highest)."
        )
        yield ""
        yield "| an upload is decided after | seconds |"
        yield "|---|---|"
        yield f"| on an idle office | {idle:.2f} ({min(self.idle_s):.2f} to {max(self.idle_s):.2f}) |"
        span = f"{min(self.busy_s):.2f} to {max(self.busy_s):.2f}"
        yield f"| beside a run | {busy:.2f} ({span}), {busy / idle:.2f} times |"
        yield f"| allowed: 1.5 times and one job | {self.allowed_s:.2f}: {'held' if self.is_fair else 'missed'} |"
        yield f"| a bulk scan meanwhile, a worker | {self.bulk_job_s:.1f} |"

    def to_json(self) -> dict[str, Any]:
        idle, busy = statistics.median(self.idle_s), statistics.median(self.busy_s)
        return {
            "date": self.date,
            "machine": self.machine,
            "uploads_workers": self.uploads_workers,
            "bulk_workers": self.bulk_workers,
            "idle_s": [round(value, 2) for value in self.idle_s],
            "busy_s": [round(value, 2) for value in self.busy_s],
            "idle_median_s": round(idle, 3),
            "busy_median_s": round(busy, 3),
            "ratio": round(busy / idle, 3),
            "bulk_job_s": round(self.bulk_job_s, 2),
            "allowed_s": round(self.allowed_s, 2),
            "is_fair": self.is_fair,
        }


def bench_fairness(
    files: Sequence[Path],
    *,
    uploads: int,
    bulk_inputs: int,
    uploads_workers: int = 1,
    bulk_workers: int = 2,
    tell: Callable[[str], None] = lambda _said: None,
) -> FairnessFigures:
    """Hand ``uploads`` scans in one after the other, first alone and then beside a run."""
    with ExitStack() as held:
        place = Path(tempfile.mkdtemp(prefix="sohoa-fair-"))
        held.callback(shutil.rmtree, place, ignore_errors=True)
        office = held.enter_context(office_up(place / "home", workers=uploads_workers, bulk=bulk_workers))
        clerk = files[0]
        tell("warming")
        for number in range(2 * uploads_workers):
            _upload(office, clerk, place, f"warm {number}")
        idle = [_upload(office, clerk, place, f"idle {number}") for number in range(uploads)]
        tell(f"idle: {statistics.median(idle):.2f} s")
        folder = place / "kho"
        folder.mkdir()
        for number in range(bulk_inputs):
            path = files[number % len(files)]
            (folder / f"{number:05d}{path.suffix}").write_bytes(path.read_bytes() + f"\n% bulk {number}\n".encode())
        run = control.start(office.office, folder, "fairness", who="bench").run
        control.list_folder(office.office, run)
        _until(lambda: _bulk(office, {State.READING}) >= bulk_workers and _bulk_done(office) >= bulk_workers)
        began, done = time.monotonic(), _bulk_done(office)
        busy = [_upload(office, clerk, place, f"busy {number}") for number in range(uploads)]
        served = _bulk_done(office) - done
        took = time.monotonic() - began
        if _bulk(office, {State.RECEIVED, State.READING, State.CHECKING}) == 0:
            raise ValueError("the run was over too soon: give it more inputs")
        tell(f"beside a run: {statistics.median(busy):.2f} s")
        return FairnessFigures(
            tuple(idle),
            tuple(busy),
            took * bulk_workers / max(1, served),
            uploads_workers,
            bulk_workers,
            datetime.now(UTC).date().isoformat(),
            machine(),
        )


def _upload(office: OfficeUp, scan: Path, place: Path, mark: str) -> float:
    path = place / f"{mark.replace(' ', '-')}{scan.suffix}"
    path.write_bytes(scan.read_bytes() + f"\n% {mark}\n".encode())
    began = time.monotonic()
    scan_id = office.submit(path)
    _until(lambda: office.decided(scan_id))
    return time.monotonic() - began


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("nothing moves")
        time.sleep(_LOOK_EVERY_S)


def _bulk(office: OfficeUp, states: set[State]) -> int:
    wanted = ScanFilter(states=frozenset(states), queue=BULK)
    with office.office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.list(wanted, 1, 1).total


def _bulk_done(office: OfficeUp) -> int:
    return _bulk(office, {State.IN_REVIEW, State.ARCHIVED, State.RETURNED, State.FAILED})
