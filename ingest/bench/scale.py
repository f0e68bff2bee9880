"""How the control plane bears a large run: ledger, queue, database, archive; without the reading.

The reader and the registry know the answers beforehand (``ingest.bench.stand_ins``); all else is as in an office.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from redis import Redis

from ingest.bench.recorded import fill_folder
from ingest.bench.servers import private_postgresql, private_redis
from ingest.bench.watching import cpu_s, memory_bytes
from ingest.office import Office
from ingest.queue_names import BULK
from ingest.runs import control
from ingest.settings import Settings, load
from store.scale_load import multiply

_LOOK_EVERY_S = 1.0
_STALLED_AFTER_S = 300.0
# The first inputs pay for what every process loads and prepares once; a stretch begins after them.
_WARM = 500
# Some fifty milliseconds.
_YARDSTICK_ROUNDS = 1000
_AHEAD = 400


@dataclass(frozen=True, slots=True)
class Look:
    """The state of the run at a moment."""

    at_s: float
    settled: int
    cpu_s: float
    redis_bytes: int
    worker_bytes: int
    yardstick_ms: float


@dataclass(frozen=True, slots=True)
class ScaleFigures:
    """What a run of ``inputs`` cost, of which ``settled`` were brought through in the time that was given.

    ``first`` and ``last`` are processor milliseconds an input at its two ends, ``stretch`` inputs long; the first
    begins after ``warm`` inputs. ``yardstick`` is what a fixed piece of work took of the processor meanwhile:
    neighbours on the machine make everything dearer, and not always equally.
    """

    engine: str
    inputs: int
    settled: int
    warm: int
    stretch: int
    processes: int
    filled: int
    listing_per_s: float
    per_s: float
    cpu_ms_per_input: float
    first_cpu_ms: float
    last_cpu_ms: float
    first_wall_ms: float
    last_wall_ms: float
    first_yardstick_ms: float
    last_yardstick_ms: float
    redis_peak_bytes: int
    worker_first_bytes: int
    worker_last_bytes: int
    database_bytes: int
    straight: int
    settled_in_all: int
    status_query_ms: float
    date: str
    machine: str

    @property
    def growth(self) -> float:
        """By how much the last inputs cost more than the first, as a share, measured by the yardstick."""
        return self.last_cpu_ms / self.first_cpu_ms / (self.last_yardstick_ms / self.first_yardstick_ms) - 1

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "growth": round(self.growth, 4)}


def bench_scale(
    inputs: int,
    *,
    engine: str,
    processes: int,
    folder: Path | None = None,
    at_most_s: float | None = None,
    fill_to: int = 0,
    tell: Callable[[str], object] = lambda _: None,
) -> ScaleFigures:
    """Run that many recorded inputs through an office on ``engine`` (``sqlite`` or ``postgresql``).

    After ``at_most_s`` seconds the figures are those of what was settled until then. With ``fill_to`` the archive is
    filled with copies up to so many when half of the inputs are through, and the first and the last stretch lie before
    and after that.
    """
    with ExitStack() as held:
        place = Path(tempfile.mkdtemp(prefix="sohoa-scale-", dir=folder))
        held.callback(shutil.rmtree, place, ignore_errors=True)
        redis = held.enter_context(private_redis(place / "redis"))
        given: dict[str, Any] = {"redis_url": redis.url, "bulk_ahead": _AHEAD, "bulk_nice": 0}
        pids = [redis.pid]
        if engine == "postgresql":
            server = held.enter_context(private_postgresql())
            given["database_url"] = server.url
            pids.append(server.pid)
        settings = _office_home(place / "home", given)
        fill_folder(place / "scans", inputs)
        with Office.open(settings) as office:
            run = control.start(office, place / "scans", "scale", who="bench").run
            began = time.monotonic()
            control.list_folder(office, run)
            listing_s = time.monotonic() - began

            running = _Running(office, run.id, inputs, processes, pids, redis.url, at_most_s, tell)
            looks = running.go(inputs // 2 if fill_to else inputs)
            later, filled = looks, 0
            if fill_to:
                filled = _fill(office, run.id, fill_to)
                tell(f"{filled} in the archive")
                later = running.go(inputs)
            asked = time.monotonic()
            with office.database.unit_of_work(read_only=True) as unit:
                figures = unit.runs.figures(run.id, datetime.now(UTC))
            asked_ms = (time.monotonic() - asked) * 1000
            size = office.database.size_bytes()
        return ScaleFigures(
            engine=engine,
            inputs=inputs,
            processes=processes,
            filled=filled,
            listing_per_s=inputs / listing_s,
            **_costs(looks, later),
            database_bytes=size,
            straight=figures.straight,
            settled_in_all=sum(figures.by_state.values()) - figures.open,
            status_query_ms=asked_ms,
            date=datetime.now(UTC).date().isoformat(),
            machine=machine(),
        )


def _costs(looks: Sequence[Look], later: Sequence[Look]) -> dict[str, Any]:
    """The figures of looks at the run's first part, and at its later one where it was broken off between them."""
    settled = max(1, later[-1].settled)
    parts = [looks] if later is looks else [looks, later]
    shortest = min(part[-1].settled - part[0].settled for part in parts)
    warm, stretch = min(_WARM, shortest // 4), max(1, min(10_000, shortest // 2))
    begin = looks[0].settled + warm
    first, last = (looks, begin, begin + stretch), (later, settled - stretch, settled)
    (first_cpu, first_wall), (last_cpu, last_wall) = _cost(*first), _cost(*last)
    return {
        "settled": settled,
        "warm": warm,
        "stretch": stretch,
        "per_s": settled / sum(part[-1].at_s for part in parts),
        "cpu_ms_per_input": sum(part[-1].cpu_s - part[0].cpu_s for part in parts) / settled * 1000,
        "first_cpu_ms": first_cpu,
        "last_cpu_ms": last_cpu,
        "first_wall_ms": first_wall,
        "last_wall_ms": last_wall,
        "first_yardstick_ms": _yardstick_between(*first),
        "last_yardstick_ms": _yardstick_between(*last),
        "redis_peak_bytes": max(look.redis_bytes for part in parts for look in part),
        "worker_first_bytes": next((look.worker_bytes for look in looks if look.settled > begin), 0),
        "worker_last_bytes": later[-1].worker_bytes,
    }


def _told(look: Look) -> str:
    memory = f"{look.redis_bytes / 1e6:.1f}, {look.worker_bytes / 1e6:.0f} MB"
    return f"{look.at_s:.0f} s: {look.settled}, {look.cpu_s:.1f} s, {memory}, {look.yardstick_ms:.1f} ms"


def machine() -> str:
    """This machine in a few words: cores and processor."""
    model = "?"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} × {model}"


def _office_home(home: Path, given: dict[str, Any]) -> Settings:
    home.mkdir(parents=True)
    lines = [f"{name} = {value if isinstance(value, int) else repr(value)}" for name, value in given.items()]
    (home / "sohoa.toml").write_text("\n".join(lines).replace("'", '"') + "\n", encoding="utf-8")
    return load(home, {})


@contextmanager
def _workers(settings: Settings, processes: int) -> Iterator[list[int]]:
    """The feeder and the workers with stand-ins, as processes; gives their ids, the feeder's first."""
    home = str(settings.home)
    commands = [[sys.executable, "-P", "-m", "ingest.cli", "--home", home, "run", "feed"]]
    commands += [[sys.executable, "-P", "-m", "ingest.bench.stand_ins", home, BULK]] * processes
    settings.log_dir.mkdir(exist_ok=True)
    with (settings.log_dir / "bench.log").open("ab") as log:
        started = [subprocess.Popen(command, stdout=log, stderr=log) for command in commands]
    try:
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


@dataclass(frozen=True, slots=True)
class _Running:
    """A run to be brought through, and what is looked at meanwhile."""

    office: Office
    run_id: str
    inputs: int
    processes: int
    server_pids: Sequence[int]
    redis_url: str
    at_most_s: float | None
    tell: Callable[[str], object]

    def go(self, until: int) -> list[Look]:
        """Work until so many inputs are settled, or the time is over."""
        looks = []
        with _workers(self.office.settings, self.processes) as workers:
            for look in self._watch([*self.server_pids, *workers], workers[1:]):
                looks.append(look)
                self.tell(_told(look))
                if look.settled >= until or (self.at_most_s is not None and look.at_s > self.at_most_s):
                    break
        return looks

    def _watch(self, pids: Sequence[int], workers: Sequence[int]) -> Iterator[Look]:
        """Look again and again; raises when nothing moves any more."""
        began = moved_at = time.monotonic()
        settled = -1
        with Redis.from_url(self.redis_url) as redis:
            while True:
                with self.office.database.unit_of_work(read_only=True) as unit:
                    done = self.inputs - unit.runs.count_open_inputs(self.run_id)
                now = time.monotonic()
                if done != settled:
                    settled, moved_at = done, now
                yield Look(
                    now - began,
                    done,
                    cpu_s(pids),
                    int(redis.info("memory")["used_memory"]),
                    memory_bytes(workers),
                    _yardstick_ms(),
                )
                if now - moved_at > _STALLED_AFTER_S:
                    raise TimeoutError(f"{done} of {self.inputs}, and nothing moves")
                # Rarely on a long run: looking is counting, and must not be what is measured.
                time.sleep(max(_LOOK_EVERY_S, self.inputs / 10_000))


def _fill(office: Office, run_id: str, fill_to: int) -> int:
    """Fill the archive with copies of the run's scans; gives how many there are then."""
    with office.database.unit_of_work(read_only=True) as unit:
        settled = unit.runs.figures(run_id, datetime.now(UTC)).straight
    office.database.dispose()
    multiply(office.settings.database, max(1, round(fill_to / settled) - 1))
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.runs.figures(run_id, datetime.now(UTC)).straight


def _yardstick_ms() -> float:
    """Processor milliseconds of a fixed piece of work, such as the workers do: text, dictionaries, hashes."""
    began = time.process_time()
    for number in range(_YARDSTICK_ROUNDS):
        text = json.dumps({f"owners.{place}.full_name": "Nguyễn Văn Mẫu" * place for place in range(12)})
        hashlib.sha256(f"{number}{sorted(json.loads(text).items())}".encode()).hexdigest()
    return (time.process_time() - began) * 1000


def _yardstick_between(looks: Sequence[Look], begin: int, end: int) -> float:
    """The mean of the yardstick while inputs of these numbers were settled."""
    found = [look.yardstick_ms for look in looks if begin <= look.settled <= end]
    return fmean(found or [look.yardstick_ms for look in looks])


def _cost(looks: Sequence[Look], begin: int, end: int) -> tuple[float, float]:
    """Processor and wall milliseconds an input between two numbers of settled inputs."""
    low, high = _at(looks, begin), _at(looks, end)
    count = max(1, end - begin)
    return (high[1] - low[1]) / count * 1000, (high[0] - low[0]) / count * 1000


def _at(looks: Sequence[Look], settled: int) -> tuple[float, float]:
    before = looks[0]
    for look in looks:
        if look.settled >= settled:
            span = look.settled - before.settled
            share = (settled - before.settled) / span if span else 1.0
            wall = before.at_s + share * (look.at_s - before.at_s)
            return wall, before.cpu_s + share * (look.cpu_s - before.cpu_s)
        before = look
    return looks[-1].at_s, looks[-1].cpu_s


# --- the table


def _memory(figures: ScaleFigures) -> str:
    return f"{figures.worker_first_bytes / 1e6:.0f}, {figures.worker_last_bytes / 1e6:.0f}"


def table_lines(found: Sequence[ScaleFigures]) -> Iterator[str]:
    """The figures as Markdown, a column for each database."""
    first = found[0]
    yield (
        f"{first.date}, {first.machine}; {first.inputs} inputs listed, {first.processes} workers. A stretch is "
        f"{first.stretch} inputs, the first begins after {first.warm}."
    )
    yield ""
    yield "| | " + " | ".join(each.engine for each in found) + " |"
    yield "|---|" + "---|" * len(found)
    rows: tuple[tuple[str, Callable[[ScaleFigures], str]], ...] = (
        ("listed in the ledger, inputs a second", lambda f: f"{f.listing_per_s:.0f}"),
        ("brought through", lambda f: f"{f.settled}"),
        ("in the archive before the last stretch", lambda f: f"{f.filled or f.settled - f.stretch}"),
        ("through to the archive, inputs a second", lambda f: f"{f.per_s:.1f}"),
        ("processor ms an input, all parts together", lambda f: f"{f.cpu_ms_per_input:.1f}"),
        ("the same, first stretch", lambda f: f"{f.first_cpu_ms:.1f}"),
        ("the same, last stretch", lambda f: f"{f.last_cpu_ms:.1f}"),
        ("a fixed piece of work meanwhile, ms", lambda f: f"{f.first_yardstick_ms:.1f}, {f.last_yardstick_ms:.1f}"),
        ("growth, measured by that", lambda f: f"{f.growth:+.1%}"),
        ("wall ms an input, first and last stretch", lambda f: f"{f.first_wall_ms:.1f}, {f.last_wall_ms:.1f}"),
        ("Redis at its largest, MB", lambda f: f"{f.redis_peak_bytes / 1e6:.1f}"),
        ("workers' memory early and at the end, MB", _memory),
        ("database, bytes an input", lambda f: f"{f.database_bytes / f.settled_in_all:.0f}"),
        ("straight through", lambda f: f"{f.straight / f.settled_in_all:.2%}"),
        ("a run's figures for the page, ms", lambda f: f"{f.status_query_ms:.0f}"),
    )
    for word, value in rows:
        yield f"| {word} | " + " | ".join(value(each) for each in found) + " |"
