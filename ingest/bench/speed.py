"""How fast the reader and the whole pipeline are beside what one would use instead, in one go on the same files.

(a) ``sohoa read``; (b) the whole pipeline through the queue to PDF/A, registry asked; (c) OCRmyPDF to PDF/A; (d) plain
pytesseract on whole pages; (e) bare Tesseract over the very lines that (a) cuts out, the floor. The contenders take
turns in every round, with as many processes each, one thread an engine.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from certificate.errors import EngineMissing
from ingest.bench.office_up import OfficeUp, office_up
from ingest.bench.scale import machine
from ingest.triage import triage

READ, PIPELINE, OCRMYPDF, PAGES, FLOOR = "a", "b", "c", "d", "e"
NAMES: Mapping[str, str] = {
    READ: "sohoa read",
    PIPELINE: "whole pipeline to PDF/A",
    OCRMYPDF: "ocrmypdf -l vie --output-type pdfa",
    PAGES: "pytesseract on whole pages",
    FLOOR: "bare Tesseract over the same lines",
}
# What is asked of them: better is more for speeds, less for processor time.
BARS: tuple[tuple[str, str, float], ...] = (
    ("(b) pages a minute / (c)", "at least", 5.0),
    ("(a) pages a minute / (d)", "at least", 1.5),
    ("(a) processor time / (e)", "at most", 2.0),
    ("(b) share of queue, database, registry, archive", "at most", 0.20),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One contender's turn: wall and processor seconds; ``light_s`` is the pipeline's part outside the reader."""

    wall_s: float
    cpu_s: float
    light_s: float = 0.0


@dataclass
class SpeedFigures:
    """All turns of all contenders, and what they come to."""

    pages: int
    files: int
    processes: int
    turns: dict[str, list[Turn]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)
    date: str = ""
    machine: str = ""
    load: float = 0.0
    left: int = 0

    def pages_per_minute(self, name: str) -> list[float]:
        return [self.pages / turn.wall_s * 60 for turn in self.turns.get(name, ())]

    def cpu_per_page(self, name: str) -> list[float]:
        return [turn.cpu_s / self.pages for turn in self.turns.get(name, ())]

    def ratios(self) -> dict[str, list[float]]:
        """The bars' figures, one for each round in which both contenders took their turn."""
        speed, cpu = self.pages_per_minute, self.cpu_per_page
        light = [turn.light_s / turn.cpu_s for turn in self.turns.get(PIPELINE, ())]
        found = (
            _each(speed(PIPELINE), speed(OCRMYPDF)),
            _each(speed(READ), speed(PAGES)),
            _each(cpu(READ), cpu(FLOOR)),
            light,
        )
        return {bar[0]: values for bar, values in zip(BARS, found, strict=True)}

    def to_json(self) -> dict[str, Any]:
        return {
            "date": self.date,
            "machine": self.machine,
            "load_before": self.load,
            "pages": self.pages,
            "files": self.files,
            "processes": self.processes,
            "contenders": {
                name: {
                    "what": NAMES[name],
                    "pages_per_minute": [round(value, 2) for value in self.pages_per_minute(name)],
                    "cpu_s_per_page": [round(value, 4) for value in self.cpu_per_page(name)],
                }
                for name in self.turns
            },
            "missing": self.missing,
            "left_to_people": self.left,
            "ratios": {name: [round(value, 3) for value in values] for name, values in self.ratios().items()},
            "pipeline_cpu_by_part": {name: round(value, 3) for name, value in self.parts.items()},
        }


def _each(above: Sequence[float], below: Sequence[float]) -> list[float]:
    return [high / low for high, low in zip(above, below, strict=False) if low]


def bench_speed(
    files: Sequence[Path],
    *,
    processes: int,
    rounds: int,
    ocrmypdf: Path | None,
    copies: int = 1,
    tell: Callable[[str], None] = lambda _said: None,
) -> SpeedFigures:
    """Let all contenders read the files ``rounds`` times; ``ocrmypdf`` is its program, ``None`` where it lacks."""
    with ExitStack() as held:
        place = Path(tempfile.mkdtemp(prefix="sohoa-speed-"))
        held.callback(shutil.rmtree, place, ignore_errors=True)
        office = held.enter_context(office_up(place / "home", workers=processes))
        chosen = _copies(files, place / "files", copies)
        figures = SpeedFigures(sum(_page_count(office, path) for path in chosen), len(chosen), processes)
        figures.date, figures.machine = datetime.now(UTC).date().isoformat(), machine()
        figures.load = os.getloadavg()[0]
        tell("cutting lines for the floor")
        _run([sys.executable, "-m", "ocr.bench_peers", "cut", str(place / "lines"), *map(str, chosen)])
        tell("warming the workers")
        office.work_through(_marked(files[:1], place / "warm", "warm", processes))
        contenders = _contenders(figures, office, chosen, place, processes, ocrmypdf)
        for number in range(rounds):
            # Another one begins each time, so that nobody always has the warm or the tired machine.
            order = list(contenders)
            shift = number % len(order)
            for name in order[shift:] + order[:shift]:
                turn = contenders[name](number)
                figures.turns.setdefault(name, []).append(turn)
                tell(f"round {number + 1}: {NAMES[name]}: {turn.wall_s:.1f} s, processor {turn.cpu_s:.1f} s")
        figures.left = office.left
        return figures


def _contenders(
    figures: SpeedFigures, office: OfficeUp, files: Sequence[Path], place: Path, processes: int, ocrmypdf: Path | None
) -> dict[str, Callable[[int], Turn]]:
    names = [str(path) for path in files]
    peers = [sys.executable, "-m", "ocr.bench_peers"]

    def pipeline(number: int) -> Turn:
        fresh = _marked(files, place / f"round-{number}", f"round {number}", 1)
        before, began = office.cpu_by_part(), time.monotonic()
        office.work_through(fresh)
        wall_s = time.monotonic() - began
        spent = {name: used - before.get(name, 0.0) for name, used in office.cpu_by_part().items()}
        for name, used in spent.items():
            figures.parts[name] = figures.parts.get(name, 0.0) + used
        return Turn(wall_s, sum(spent.values()), sum(used for name, used in spent.items() if name != "reader"))

    read = [sys.executable, "-P", "-m", "ingest.cli", "read", *names, "--json", "--processes", str(processes)]
    found: dict[str, Callable[[int], Turn]] = {
        READ: lambda _number: _timed(lambda: _run(read)),
        PIPELINE: pipeline,
        PAGES: lambda _number: _timed(lambda: _run([*peers, "pages", str(processes), *names])),
        FLOOR: lambda _number: _timed(lambda: _run([*peers, "lines", str(processes), str(place / "lines")])),
    }
    if ocrmypdf is None:
        figures.missing[OCRMYPDF] = "not installed: run script/bench-speed, which sets it up"
    else:
        program = str(ocrmypdf)
        found[OCRMYPDF] = lambda number: _timed(lambda: _ocrmypdf(program, files, place / f"c-{number}", processes))
    return dict(sorted(found.items()))


def _ocrmypdf(program: str, files: Sequence[Path], out: Path, processes: int) -> None:
    """As many of them at a time as the others have processes, one thread each: its fastest way here."""
    out.mkdir()

    def one(path: Path) -> None:
        command = [program, "-l", "vie", "--output-type", "pdfa", "--jobs", "1", "--quiet"]
        if path.suffix.lower() != ".pdf":
            command += ["--image-dpi", "300"]
        _run([*command, str(path), str(out / f"{path.stem}.pdf")])

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(one, files))


def _timed(act: Callable[[], object]) -> Turn:
    """How long something took, and what the processes that it started used of the processor."""
    before, began = _children_s(), time.monotonic()
    act()
    return Turn(time.monotonic() - began, _children_s() - before)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(command: Sequence[str]) -> None:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, check=False)
    if done.returncode != 0:
        raise EngineMissing(f"{Path(command[0]).name} ended with {done.returncode}: {done.stderr[-300:]!r}")


def _copies(files: Sequence[Path], folder: Path, copies: int) -> list[Path]:
    return [path for number in range(copies) for path in _marked(files, folder / str(number), f"copy {number}", 1)]


def _marked(files: Sequence[Path], folder: Path, mark: str, times: int) -> list[Path]:
    """The files with some bytes more at their end, so that they are scans of their own and read the same."""
    folder.mkdir(parents=True)
    marked = []
    for number in range(times):
        # Copies of one file bear one name: their place in the list keeps them apart.
        for place, path in enumerate(files):
            target = folder / f"{number}-{place}-{path.name}"
            target.write_bytes(path.read_bytes() + f"\n% {mark} {number}\n".encode())
            marked.append(target)
    return marked


def _page_count(office: OfficeUp, path: Path) -> int:
    return triage(path, office.office.settings).page_count or 1


# --- the table


def table_lines(figures: SpeedFigures) -> Iterator[str]:
    """The figures as Markdown."""
    yield (
        f"{figures.date}, {figures.machine}, load before {figures.load:.1f}; {figures.files} files, {figures.pages} "
        f"pages, {figures.processes} processes, {max(map(len, figures.turns.values()), default=0)} rounds; median "
        "(lowest to highest)."
    )
    yield ""
    yield "| | what | pages a minute | processor seconds a page |"
    yield "|---|---|---|---|"
    for name in sorted(figures.turns):
        speed, cpu = figures.pages_per_minute(name), figures.cpu_per_page(name)
        yield f"| ({name}) | {NAMES[name]} | {spread(speed, 1)} | {spread(cpu, 2)} |"
    for name, why in figures.missing.items():
        yield f"| ({name}) | {NAMES[name]} | {why} | |"
    yield ""
    yield "| ratio | measured | bar | |"
    yield "|---|---|---|---|"
    for (name, how, bar), values in zip(BARS, figures.ratios().values(), strict=True):
        if not values:
            yield f"| {name} | – | {how} {bar:g} | not measured |"
            continue
        middle = statistics.median(values)
        held = middle >= bar if how == "at least" else middle <= bar
        yield f"| {name} | {spread(values, 2)} | {how} {bar:g} | {'held' if held else 'missed'} |"
    if figures.parts:
        whole = sum(figures.parts.values())
        yield ""
        yield "| (b)'s processor time goes to | share |"
        yield "|---|---|"
        for name, used in sorted(figures.parts.items(), key=lambda item: -item[1]):
            yield f"| {name} | {used / whole:.1%} |"


def spread(values: Sequence[float], digits: int) -> str:
    """Median, lowest and highest."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"
