"""Runs the parts of one office on one machine: starts them in order, restarts what dies, stops all of them cleanly.

A supervisor of our own rather than systemd or supervisord: it must run without root, on any Linux, from one command,
and must leave nothing behind, not even when it is killed itself. It knows processes, not what they do; which parts an
office has is told in ``ingest.services``. All of it happens in the main thread, because the system ties a child's
parent-death signal to the thread that started it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import FrameType

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
# A part that has lived this long is well again: its next death is not counted to the ones before.
WELL_AFTER_S = 60.0
# A part that ends in good order later than this has done its turn; sooner, it does not get on.
RENEWAL_AFTER_S = 10.0
DEATHS_BEFORE_MENDING = 3
LOG_MAX_BYTES = 10_000_000
LOGS_KEPT = 3
_LOOK_EVERY_S = 0.1
_KILL_WAIT_S = 5.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class What(StrEnum):
    """What a supervisor tells while it runs."""

    STARTED = "started"
    READY = "ready"
    DIED = "died"
    RENEWED = "renewed"
    MENDED = "mended"
    STOPPING = "stopping"
    STOPPED = "stopped"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to a part; ``detail`` is an exit status or a pause in words for the log."""

    what: What
    name: str
    pid: int | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One part: how it is started, how one sees that it answers, how it is stopped.

    Parts of a lower ``rank`` are started first and must answer before the next rank starts; they are stopped last.
    ``orphan_signal`` is what it gets from the system when the supervisor is no more. ``mend`` is called when it has
    died several times in a row right after its start.
    """

    name: str
    command: Sequence[str]
    rank: int
    environment: Mapping[str, str] = field(default_factory=dict)
    answers: Callable[[], bool] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 10.0
    orphan_signal: signal.Signals = signal.SIGKILL
    mend: Callable[[], None] | None = None


class Child:
    """A service and its present process."""

    def __init__(self, service: Service, log_dir: Path, tell: Callable[[News], None]) -> None:
        self.service = service
        self.restarts = 0
        self.is_ready = False
        self._log_path = log_dir / f"{service.name}.log"
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_again_at = 0.0
        self._quick_deaths = 0

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._process.pid if self._process is not None else None

    def is_running(self) -> bool:
        """Whether the process lives at this moment."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process, its output going to its own log."""
        rotate(self._log_path)
        parent = os.getpid()
        orphan_signal = int(self.service.orphan_signal)

        def prepare() -> None:
            # Runs between fork and exec: only what the system itself does. A shell that started us in the background
            # may have made us ignore Ctrl-C; the parts must not.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            _LIBC.prctl(_PR_SET_PDEATHSIG, orphan_signal)
            if os.getppid() != parent:
                os._exit(1)

        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self.service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.service.environment},
                cwd="/",
                start_new_session=True,
                preexec_fn=prepare,  # noqa: PLW1509 - no other thread of the supervisor starts processes or holds locks
            )
        self._started_at = time.monotonic()
        self.is_ready = False
        self._tell(News(What.STARTED, self.service.name, self._process.pid))

    def look(self) -> None:
        """See whether it lives and answers; start it again when its pause is over."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._start_again_at:
                self.restarts += 1
                self.start()
            return
        status = self._process.poll()
        if status is not None:
            self._note_death(status, now)
        elif not self.is_ready and (self.service.answers is None or self.service.answers()):
            self.is_ready = True
            self._tell(News(What.READY, self.service.name, self._process.pid))

    def _note_death(self, status: int, now: float) -> None:
        assert self._process is not None
        pid, self._process, self.is_ready = self._process.pid, None, False
        _kill_group(pid)  # What it had started itself must not outlive it.
        if status == 0 and now - self._started_at >= RENEWAL_AFTER_S:
            # It ended in good order, as workers do after so many scans: a fresh one takes its place.
            self._start_again_at = now + FIRST_PAUSE_S
            self._tell(News(What.RENEWED, self.service.name, pid))
            return
        self._quick_deaths = 1 if now - self._started_at >= WELL_AFTER_S else self._quick_deaths + 1
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (self._quick_deaths - 1))
        self._start_again_at = now + pause_s
        self._tell(News(What.DIED, self.service.name, pid, f"status {status}, again in {pause_s:g} s"))
        if self.service.mend is not None and self._quick_deaths % DEATHS_BEFORE_MENDING == 0:
            self.service.mend()
            self._tell(News(What.MENDED, self.service.name))

    def ask_to_stop(self) -> None:
        """Send the stop signal; the process may take its time."""
        if self._process is not None and self.is_running():
            self._process.send_signal(self.service.stop_signal)

    def end(self) -> None:
        """Kill what is left of the process and of all that it started."""
        if self._process is None:
            return
        what = What.KILLED if self.is_running() else What.STOPPED
        _kill_group(self._process.pid)
        self._process.wait(_KILL_WAIT_S)
        pid, self._process = self._process.pid, None
        self._tell(News(what, self.service.name, pid))


class Supervisor:
    """Keeps services running until it is told to stop."""

    def __init__(self, services: Sequence[Service], log_dir: Path, tell: Callable[[News], None]) -> None:
        self._stop = threading.Event()
        self._hurry = threading.Event()
        self._tell = tell
        self.children = [Child(service, log_dir, tell) for service in sorted(services, key=lambda each: each.rank)]

    def stop(self) -> None:
        """End ``run`` soon; when asked again, at once."""
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Start everything, keep it running until ``stop``, SIGINT, SIGTERM or SIGHUP, then stop everything.

        ``on_ready`` is called once, when every part answers for the first time. Must run in the main thread.
        """
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in signals}
        try:
            self._start_by_rank()
            told = False
            while not self._stop.wait(_LOOK_EVERY_S):
                for child in self.children:
                    child.look()
                if not told and all(child.is_ready for child in self.children):
                    told = True
                    on_ready()
        finally:
            self._stop_by_rank()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()

    def _start_by_rank(self) -> None:
        started: list[Child] = []
        for child in self.children:
            if started and started[-1].service.rank != child.service.rank:
                self._await_answers(started)
            if self._stop.is_set():
                return
            child.start()
            started.append(child)

    def _await_answers(self, started: Sequence[Child]) -> None:
        while not all(child.is_ready for child in started) and not self._stop.wait(_LOOK_EVERY_S / 5):
            for child in started:
                child.look()

    def _stop_by_rank(self) -> None:
        self._tell(News(What.STOPPING, ""))
        for rank in sorted({child.service.rank for child in self.children}, reverse=True):
            members = [child for child in self.children if child.service.rank == rank]
            for child in members:
                child.ask_to_stop()
            limit = time.monotonic() + max(child.service.stop_within_s for child in members)
            while any(child.is_running() for child in members) and time.monotonic() < limit:
                if self._hurry.wait(_LOOK_EVERY_S / 5):
                    break
            for child in members:
                child.end()


def rotate(path: Path, max_bytes: int = LOG_MAX_BYTES) -> None:
    """Put a log that has grown large aside as ``.1``, the older ones as ``.2`` and so on; the oldest is dropped."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists() or path.stat().st_size <= max_bytes:
        return
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    path.replace(path.with_name(f"{path.name}.1"))


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
