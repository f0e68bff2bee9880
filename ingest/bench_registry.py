"""How quickly the mock registry takes a province's citizens in, and how quickly it answers at that size.

Invented people, drawn from a seed; the service runs as a process of its own and is asked over HTTP, as workers ask it.
"""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from certificate.identity import cccd_provinces
from registry.citizens_table import CSV_COLUMNS, load_csv
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
    """How long calls of one kind took, in milliseconds."""

    kind: str
    calls: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class RegistryBench:
    """The figures of one run."""

    citizens: int
    seed: int
    load_s: float
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
        begun = time.perf_counter()
        report = load_csv(csv_path, database)
        load_s = time.perf_counter() - begun
        if report.loaded != citizens:
            raise ValueError(f"{report.refused} rows were refused")
        csv_path.unlink()
        process = subprocess.Popen(
            [sys.executable, "-c", _START, str(database)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().removeprefix("ready ").strip()
            latencies, per_second = _ask(url, known)
        finally:
            process.terminate()
            process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()
    return RegistryBench(citizens, seed, round(load_s, 2), latencies, round(per_second, 1))


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


def _ask(url: str, known: Sequence[_Person]) -> tuple[tuple[Latency, ...], float]:
    headers = {API_KEY_HEADER: "bench", OFFICER_HEADER: "BENCH"}
    with httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False) as client:

        def call(path: str, body: Any) -> float:
            begun = time.perf_counter()
            client.post(path, json=body).raise_for_status()
            return (time.perf_counter() - begun) * 1000

        old = [person for person in known if person.old_id]
        by_number = [{"citizen_id": person.citizen_id} for person in known]
        by_old = [{"old_id": person.old_id, "full_name": person.full_name.upper()} for person in old]
        nobody = [{"citizen_id": "999" + body["citizen_id"][3:]} for body in by_number]
        verify = [{**body, "full_name": person.full_name} for body, person in zip(by_number, known, strict=True)]
        many = [{"questions": by_number[at : at + _TOGETHER]} for at in range(0, len(by_number), _TOGETHER)]
        for body in by_number[:20]:
            call("/v1/lookup", body)
        latencies = (
            _latency("lookup by personal number", by_number, lambda body: call("/v1/lookup", body)),
            _latency("lookup by CMND and name", by_old, lambda body: call("/v1/lookup", body)),
            _latency("lookup of nobody", nobody, lambda body: call("/v1/lookup", body)),
            _latency("verify", verify, lambda body: call("/v1/verify", body)),
            _latency(f"lookups, {_TOGETHER} in a call", many, lambda body: call("/v1/lookups", body)),
        )
        begun = time.perf_counter()
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(lambda body: call("/v1/lookup", body), by_number))
        return latencies, len(by_number) / (time.perf_counter() - begun)


def _latency(kind: str, bodies: Sequence[Any], call: Callable[[Any], float]) -> Latency:
    took = sorted(call(body) for body in bodies)

    def share(part: float) -> float:
        return round(took[min(len(took) - 1, int(len(took) * part))], 2)

    return Latency(kind, len(took), share(0.5), share(0.95), share(0.99))
