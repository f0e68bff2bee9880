"""How quickly the mock registry takes a province's citizens in, and how quickly it answers at that size.

Invented people, drawn from a seed; the service runs as a process of its own and is asked over HTTP by a client that
costs little itself. The last figure is of the workers' own client, which does more between the question and the answer.
Beside the clock, which other work on the machine slows, stands the processor time that the service spent.
"""

from __future__ import annotations

import csv
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from certificate.citizens import OwnerQuery
from certificate.identity import cccd_provinces
from registry.citizens_table import CSV_COLUMNS, load_csv
from registry.client import RegistryClient
from registry.limits import PerSecondLimiter
from registry.wire import API_KEY_HEADER, OFFICER_HEADER

LOAD_LIMIT_S = 60.0
"""What loading a million citizens may take."""
LOOKUP_LIMIT_MS = 10.0
"""What 95 of 100 look-ups may take at that size."""
_THREADS = 8
_TOGETHER = 10
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Danh", "Võ", "Thị", "Đặng", "Bùi", "Châu", "Kim")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Hoàng", "Kim", "Đức", "Mỹ")
_GIVEN = ("Bảy", "Hoà", "Tám", "Đạt", "Lình", "Sóc", "Tư", "Út", "Hạnh", "Phượng", "Sơn", "Tùng", "Ý", "Yến")
_START = (
    "import sys; from pathlib import Path; from registry.serve import serve; "
    "serve('127.0.0.1', 0, Path(sys.argv[1]), 'bench')"
)


@dataclass(frozen=True, slots=True)
class Latency:
    """How long calls of one kind took, in milliseconds, and the service's processor time for each."""

    kind: str
    calls: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    processor_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class RegistryBench:
    """The figures of one run."""

    citizens: int
    seed: int
    load_s: float
    load_processor_s: float
    latencies: tuple[Latency, ...]
    calls_per_second: float

    @property
    def is_good(self) -> bool:
        """Whether the limits are kept; loading more than a million may take longer in proportion."""
        lookups = [latency.p95_ms for latency in self.latencies if latency.kind.startswith("lookup")]
        may_take_s = LOAD_LIMIT_S * max(1.0, self.citizens / 1_000_000)
        return self.load_s < may_take_s and max(lookups) < LOOKUP_LIMIT_MS

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "latencies": [asdict(latency) for latency in self.latencies], "good": self.is_good}


@dataclass(frozen=True, slots=True)
class _Person:
    citizen_id: str
    old_id: str
    full_name: str


def bench_registry(citizens: int, lookups: int, seed: int) -> RegistryBench:
    """Draw citizens, load them, start the service and ask it ``lookups`` times in each way."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        csv_path, database = Path(folder) / "citizens.csv", Path(folder) / "registry.db"
        known = _draw(csv_path, citizens, lookups, seed)
        begun, begun_processor_s = time.perf_counter(), time.process_time()
        report = load_csv(csv_path, database)
        load_s, load_processor_s = time.perf_counter() - begun, time.process_time() - begun_processor_s
        if report.loaded != citizens:
            raise ValueError(f"{report.refused} rows were refused")
        csv_path.unlink()
        process = subprocess.Popen(
            [sys.executable, "-c", _START, str(database)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().removeprefix("ready ").strip()
            latencies, per_second = _ask(url, process.pid, known)
        finally:
            process.terminate()
            process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()
    return RegistryBench(citizens, seed, round(load_s, 2), round(load_processor_s, 2), latencies, round(per_second, 1))


def _draw(path: Path, citizens: int, lookups: int, seed: int) -> list[_Person]:
    """Write so many citizens and give back those that will be asked about."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    provinces = sorted(cccd_provinces())
    wanted = set(draw.sample(range(citizens), min(lookups, citizens)))
    known = []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CSV_COLUMNS)
        for number in range(citizens):
            woman, year = draw.random() < 0.5, draw.randrange(1930, 2000)
            # The running number makes each personal number and each CMND unique.
            citizen_id = f"{provinces[number // 100_000 % len(provinces)]}{int(woman)}{year % 100:02d}{number:06d}"[:12]
            old_id = f"{draw.randrange(10, 38)}{number:07d}" if draw.random() < 0.7 else ""
            name = f"{draw.choice(_FAMILY)} {draw.choice(_MIDDLE)} {draw.choice(_GIVEN)}"
            status = "deceased" if draw.random() < 0.05 else "alive"
            born = f"{year}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}"
            writer.writerow((citizen_id, old_id, name, born, "female" if woman else "male", "Kiên Giang", status))
            if number in wanted:
                known.append(_Person(citizen_id, old_id, name))
    draw.shuffle(known)
    return known


def _ask(url: str, process_id: int, known: Sequence[_Person]) -> tuple[tuple[Latency, ...], float]:
    old = [person for person in known if person.old_id]
    by_number = [{"citizen_id": person.citizen_id} for person in known]
    by_old = [{"old_id": person.old_id, "full_name": person.full_name.upper()} for person in old]
    nobody = [{"citizen_id": "999" + body["citizen_id"][3:]} for body in by_number]
    verify = [{**body, "full_name": person.full_name} for body, person in zip(by_number, known, strict=True)]
    many = [{"questions": by_number[at : at + _TOGETHER]} for at in range(0, len(by_number), _TOGETHER)]
    owners = [OwnerQuery(person.full_name, person.citizen_id) for person in known]

    def measured(kind: str, questions: Sequence[Any], call: Callable[[Any], object]) -> Latency:
        return _latency(kind, process_id, questions, call)

    with (
        closing(_Line(url)) as line,
        closing(RegistryClient(url, "bench", "BENCH", limiter=PerSecondLimiter(0), remember_s=0)) as client,
    ):
        for body in by_number[:20]:
            line.ask("/v1/lookup", body)
        latencies = (
            measured("lookup by personal number", by_number, lambda body: line.ask("/v1/lookup", body)),
            measured("lookup by CMND and name", by_old, lambda body: line.ask("/v1/lookup", body)),
            measured("lookup of nobody", nobody, lambda body: line.ask("/v1/lookup", body)),
            measured("verify", verify, lambda body: line.ask("/v1/verify", body)),
            measured(f"lookups, {_TOGETHER} in a call", many, lambda body: line.ask("/v1/lookups", body)),
            measured("by the workers' client", owners, client.verify_owner),
        )
    return latencies, _calls_per_second(url, by_number)


def _calls_per_second(url: str, bodies: Sequence[Any]) -> float:
    """How many look-ups are answered in a second when several ask at a time."""

    def ask(share: Sequence[Any]) -> None:
        with closing(_Line(url)) as line:
            for body in share:
                line.ask("/v1/lookup", body)

    begun = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(ask, [bodies[at::_THREADS] for at in range(_THREADS)]))
    return len(bodies) / (time.perf_counter() - begun)


class _Line:
    """One connection to the service, which costs next to nothing."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, path: str, body: Any) -> None:
        headers = {API_KEY_HEADER: "bench", OFFICER_HEADER: "BENCH", "Content-Type": "application/json"}
        self._connection.request("POST", path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise ValueError(f"the registry answered {answer.status}")

    def close(self) -> None:
        self._connection.close()


def _latency(kind: str, process_id: int, questions: Sequence[Any], call: Callable[[Any], object]) -> Latency:
    took = []
    spent_s = _processor_s(process_id)
    for question in questions:
        begun = time.perf_counter()
        call(question)
        took.append((time.perf_counter() - begun) * 1000)
    spent_s = _processor_s(process_id) - spent_s
    took.sort()

    def share(part: float) -> float:
        return round(took[min(len(took) - 1, int(len(took) * part))], 2)

    return Latency(kind, len(took), share(0.5), share(0.95), share(0.99), round(spent_s / len(took) * 1000, 3))


def _processor_s(process_id: int) -> float:
    """How much of the processor a process has used so far."""
    times = psutil.Process(process_id).cpu_times()
    spent_s: float = times.user + times.system
    return spent_s
