"""What a worker's reader holds in memory, at its highest and over many certificates."""

from __future__ import annotations

import os
import statistics
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from certificate.errors import ScanRefused
from ingest.bench.scale import machine
from ingest.bench.watching import memory_bytes
from ingest.office import Office
from ingest.settings import Settings

MOST_BYTES = 600_000_000
_LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class MemoryFigures:
    """The highest memory while each scan was read: worker, reader and engines together."""

    peaks: tuple[int, ...]
    date: str
    machine: str

    @property
    def highest(self) -> int:
        return max(self.peaks)

    def typical(self, part: slice) -> float:
        return statistics.median(self.peaks[part])

    @property
    def growth(self) -> float:
        """By how much the last tenth holds more than the first but one, as a share."""
        tenth = max(1, len(self.peaks) // 10)
        return (
            self.typical(slice(-tenth, None)) / self.typical(slice(tenth, 2 * tenth) if tenth > 1 else slice(0, 1)) - 1
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "date": self.date,
            "machine": self.machine,
            "scans": len(self.peaks),
            "highest_mb": round(self.highest / 1e6, 1),
            "median_mb": round(statistics.median(self.peaks) / 1e6, 1),
            "growth": round(self.growth, 4),
            "is_held": self.highest <= MOST_BYTES,
        }

    def table_lines(self) -> Iterator[str]:
        """The figures as Markdown."""
        told = self.to_json()
        yield f"{self.date}, {self.machine}; {len(self.peaks)} scans, worker, reader and engines together."
        yield ""
        yield "| memory while a scan is read | MB |"
        yield "|---|---|"
        yield f"| median | {told['median_mb']} |"
        yield f"| highest | {told['highest_mb']}, at most 600: {'held' if told['is_held'] else 'missed'} |"
        yield f"| last tenth beside the first | {self.growth:+.1%} |"


def bench_memory(files: Sequence[Path], *, scans: int, settings: Settings) -> MemoryFigures:
    """Read the files again and again as a worker does, and look what it takes."""
    peaks: list[int] = []
    with Office(settings) as office, _Watcher() as watcher:
        for path in islice(cycle(files), scans):
            watcher.begin()
            try:
                office.reader.read(path, path.name)
            except ScanRefused as refused:
                raise ValueError(f"{path.name}: {refused.code}") from refused
            peaks.append(watcher.end())
    return MemoryFigures(tuple(peaks), datetime.now(UTC).date().isoformat(), machine())


class _Watcher:
    """Looks at this process and all below it, in a thread of its own."""

    def __init__(self) -> None:
        self._highest = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def begin(self) -> None:
        self._highest = 0

    def end(self) -> int:
        return max(self._highest, memory_bytes([os.getpid()]))

    def _look(self) -> None:
        while not self._done.wait(_LOOK_EVERY_S):
            self._highest = max(self._highest, memory_bytes([os.getpid()]))
