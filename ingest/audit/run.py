"""One audit from beginning to end: check after check, step after step, so that it can be interrupted anywhere.

A run has a folder ``audit/<time>`` in the home folder: ``progress.json`` (how far it came), ``damages.jsonl`` (what it
found, once per damage), ``seen.db`` (which blobs are hashed already) and, at the end, ``report.json``.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.outgoing import disk_errors, make_folder
from certificate.errors import StoreFull, StoreUnwritable
from ingest.audit.checks import Check, Scope, Step, all_checks
from ingest.audit.damages import Damage
from ingest.locks import archive_in_use, only_one_of
from ingest.name_set import NameSet
from ingest.office import Office
from ingest.settings import Settings

RUNS_KEPT = 20
_PROGRESS, _DAMAGES, _SEEN, _REPORT = "progress.json", "damages.jsonl", "seen.db", "report.json"


@dataclass
class Progress:
    """How far a run came; ``seconds`` counts working time over all its interruptions."""

    started_at: str
    thorough: bool = False
    done: list[str] = field(default_factory=list)
    cursor: str = ""
    items: dict[str, int] = field(default_factory=dict)
    bytes_read: int = 0
    seconds: float = 0.0
    finished_at: str = ""
    head_number: int = 0
    head_hash: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a finished audit found."""

    progress: Progress
    damages: tuple[Damage, ...]
    folder: Path

    @property
    def open_damages(self) -> tuple[Damage, ...]:
        """What is still damaged, notices left out."""
        return tuple(one for one in self.damages if not one.mended and one.gravity != "notice")

    @property
    def bytes_per_second(self) -> float:
        return self.progress.bytes_read / self.progress.seconds if self.progress.seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        counted = Counter(damage.code for damage in self.damages if not damage.mended)
        return {
            "started_at": self.progress.started_at,
            "finished_at": self.progress.finished_at,
            "items": self.progress.items,
            "bytes": self.progress.bytes_read,
            "seconds": round(self.progress.seconds, 3),
            "bytes_per_second": round(self.bytes_per_second),
            "is_clean": not self.open_damages,
            "counts": dict(sorted(counted.items())),
            "damages": [damage.to_json() for damage in self.damages],
        }


Tell = Callable[[Check, Progress], None]


def audit(
    office: Office,
    *,
    who: str = "system",
    thorough: bool = False,
    fresh: bool = False,
    tell: Tell = lambda _check, _progress: None,
    stop: threading.Event | None = None,
    checks: tuple[Check, ...] | None = None,
) -> Report | None:
    """Run an audit, or go on with the one that was interrupted (``fresh`` begins anew); ``None`` when it was stopped.

    Raises ``ArchiveBusy`` while another audit runs here, ``StoreFull`` and ``StoreUnwritable`` when what it notes
    down cannot be written.
    """
    with only_one_of(office.settings, "audit"), archive_in_use(office.settings), _own_database():
        folder = _folder(office.settings, fresh=fresh)
        with closing(NameSet(folder / _SEEN)) as seen:
            run = _Run(office, folder, seen, thorough=thorough)
            for check in checks or all_checks():
                if check.name not in run.progress.done and not run.make(check, tell, stop):
                    return None
        return run.finish(who)


def latest(settings: Settings) -> dict[str, Any] | None:
    """The report of the last finished audit, for pages and status; ``None`` when there was none."""
    for folder in reversed(_runs(settings)):
        found = _json(folder / _REPORT)
        if found is not None:
            return found
    return None


def is_interrupted(settings: Settings) -> bool:
    """Whether the newest run has not come to its end."""
    runs = _runs(settings)
    return bool(runs) and not (runs[-1] / _REPORT).is_file()


def write_report(report: Report) -> None:
    """Write the report down whole: after a repair a second time."""
    _write(report.folder / _REPORT, json.dumps(report.to_json(), ensure_ascii=False, indent=1))


class _Run:
    """A run and its folder."""

    def __init__(self, office: Office, folder: Path, seen: NameSet, *, thorough: bool) -> None:
        self._office, self._folder, self._seen = office, folder, seen
        noted = _json(folder / _PROGRESS)
        if noted is not None:
            self.progress = Progress(**noted)
        else:
            self.progress = Progress(datetime.now(UTC).isoformat(timespec="seconds"), thorough)
            self._note()

    def make(self, check: Check, tell: Tell, stop: threading.Event | None) -> bool:
        """Make one check from where it stands; ``False`` when it was told to stop."""
        began = time.monotonic()
        for step in check.run(self._scope(), self.progress.cursor):
            self._keep(check, step)
            self.progress.seconds += time.monotonic() - began
            began = time.monotonic()
            self._note()
            tell(check, self.progress)
            if step.is_last:
                break
            if stop is not None and stop.is_set():
                return False
        self.progress.seconds += time.monotonic() - began
        self.progress.done.append(check.name)
        self.progress.cursor = ""
        self._note()
        return True

    def finish(self, who: str) -> Report:
        """Note in the chain that an audit was made and what it found, and write the report."""
        damages = tuple(self._damages())
        with self._office.database.unit_of_work() as unit:
            counted = Counter(damage.code for damage in damages)
            unit.events.add(who, "audit_finished", detail={
                "started_at": self.progress.started_at, "items": self.progress.items,
                "bytes": self.progress.bytes_read, "damages": dict(sorted(counted.items())),
            })  # fmt: skip
            unit.commit()
            newest = unit.events.latest(1)[0]
        self.progress.head_number, self.progress.head_hash = newest.number or 0, newest.hash or ""
        self.progress.finished_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._note()
        report = Report(self.progress, damages, self._folder)
        write_report(report)
        (self._folder / _SEEN).unlink(missing_ok=True)
        return report

    def _scope(self) -> Scope:
        return Scope(
            office=self._office,
            thorough=self.progress.thorough,
            started_at=datetime.fromisoformat(self.progress.started_at),
            seen=self._seen.add,
            was_seen=self._seen.has,
            earlier_head=_earlier_head(self._folder),
        )

    def _keep(self, check: Check, step: Step) -> None:
        """Damages first, then how far we came: an interruption in between repeats a step, it never skips one."""
        if step.damages:
            with disk_errors("audit", self._folder), (self._folder / _DAMAGES).open("a", encoding="utf-8") as file:
                # Each line by itself, even behind one that was cut off: that step is made again.
                file.writelines("\n" + json.dumps(_plain(damage)) for damage in step.damages)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
        self._seen.commit()
        self.progress.cursor = step.cursor
        self.progress.bytes_read += step.bytes_read
        self.progress.items[check.name] = self.progress.items.get(check.name, 0) + step.items

    def _damages(self) -> Iterator[Damage]:
        path = self._folder / _DAMAGES
        told = set()
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                damage = Damage(**json.loads(line))
            except (ValueError, TypeError):  # A line between two, or cut off by a full disk.
                continue
            if damage.key not in told:
                told.add(damage.key)
                yield damage

    def _note(self) -> None:
        _write(self._folder / _PROGRESS, json.dumps(vars(self.progress)))


def _runs(settings: Settings) -> list[Path]:
    folder = settings.home / "audit"
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _folder(settings: Settings, *, fresh: bool) -> Path:
    """The folder of the interrupted run, or of a new one; old ones are tidied away, their sums stay in the events."""
    runs = _runs(settings)
    if runs and not (runs[-1] / _REPORT).is_file():
        if not fresh:
            return runs[-1]
        shutil.rmtree(runs.pop())
    for old in runs[: max(0, len(runs) - RUNS_KEPT + 1)]:
        shutil.rmtree(old, ignore_errors=True)
    folder = settings.home / "audit" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    make_folder(folder)
    return folder


def _earlier_head(folder: Path) -> tuple[int, str] | None:
    for run in sorted(folder.parent.iterdir(), reverse=True):
        noted = _json(run / _PROGRESS) if run.name < folder.name and (run / _REPORT).is_file() else None
        if noted is not None:
            progress = Progress(**noted)
            return progress.head_number, progress.head_hash
    return None


def _plain(damage: Damage) -> dict[str, Any]:
    return {name: getattr(damage, name) for name in Damage.__slots__}


def _json(path: Path) -> dict[str, Any] | None:
    """What was noted in a file; ``None`` when there is none, or when a cut of power left it empty or in part."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(path: Path, text: str) -> None:
    with disk_errors("audit", path):
        temporary = path.with_name(f".{path.name}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)


@contextmanager
def _own_database() -> Iterator[None]:
    """What SQLite says of the disk below the audit's own names, in our words; the office's database has its own."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise (StoreFull if "full" in str(error) else StoreUnwritable)(f"audit: {error}") from error
