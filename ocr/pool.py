"""Readers in processes of their own: what a hostile or broken scan can do ends with the process that reads it.

Each slot is a child with a memory limit, in its own session. A scan that takes too long is ended by killing the
child's whole group, engines included; a child that dies costs its scan a ``ReaderCrashed`` and is replaced; children
die with their parent. No image engine is loaded in the process that owns the pool.
"""

from __future__ import annotations

import io
import os
import pickle
import queue
import resource
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import Enum, EnumType
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from certificate.errors import ReaderCrashed, ReadTimeout, ScanRefused, SohoaError
from certificate.geometry import Box
from certificate.reading import RegionReading, ScanReading
from ocr.reader_process import READY
from ocr.scratch import Scratch, sweep

# An A3 spread at 300 dpi needs some 500 MB; a page of the largest size that is allowed about 1.5 GB.
DEFAULT_MEMORY_BYTES = 2_500_000_000
_DEFAULT_READER = "ocr.read:read_scan"
# Answers small questions: how good a scan is, what stands in a region.
QUICK_READER = "ocr.quick:answer"
Answer: TypeAlias = ScanReading | RegionReading
_START_TIMEOUT_S = 120.0
_STOP_TIMEOUT_S = 2.0
_ONE_THREAD = {
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
# Pictures of pages go back to the system when they are done with instead of lying about in the heap: the highest memory
# at an A3 spread falls by a fifth, for some per cent more of processor (docs/speed.md).
_HEAP = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "8000000",
    "MALLOC_TRIM_THRESHOLD_": "64000000",
}
# Pictures and what networks work on come in pages of 2 MB where the system has any: a twentieth of the page faults,
# which were a tenth of a reading (docs/decisions/0019).
_PAGES = "glibc.malloc.hugetlb=1"
# What a reading is made of; a child that was taken over by a file could otherwise send anything.
_ALLOWED_MODULES = ("certificate.",)


@dataclass(frozen=True, slots=True)
class _Terms:
    reader: str
    options: Any
    timeout_s: float
    memory_bytes: int | None
    scans_per_process: int
    recycle_bytes: int | None


class ReaderPool:
    """Reads scans in child processes; a context manager. Safe to use from several threads.

    ``processes`` scans are read at a time, each within ``timeout_s`` and ``memory_bytes`` (``None``: no limit).
    ``options`` is the reader's ``ReadOptions``. Children start when first needed and are replaced after
    ``scans_per_process`` scans, or once they keep more than ``recycle_bytes`` in memory. ``reader`` names the function
    that reads, as ``module:function``.
    """

    def __init__(
        self,
        processes: int = 1,
        timeout_s: float = 120.0,
        memory_bytes: int | None = DEFAULT_MEMORY_BYTES,
        options: Any = None,
        *,
        scans_per_process: int = 200,
        recycle_bytes: int | None = None,
        reader: str = _DEFAULT_READER,
    ) -> None:
        if processes < 1:
            raise ValueError("at least one process")
        terms = _Terms(reader, options, timeout_s, memory_bytes, scans_per_process, recycle_bytes)
        sweep()
        self._processes = processes
        self._slots = [_Slot(terms) for _ in range(processes)]
        self._free: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for slot in self._slots:
            self._free.put(slot)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all children and whatever they started; those that have nothing to do may close their engines."""
        for slot in self._slots:
            slot.dismiss()
        for slot in self._slots:
            slot.stop()

    def read(self, path: Path, source: str) -> ScanReading:
        """Read one scan; waits for a free child.

        Raises ``ScanRefused`` (``ReadTimeout`` and ``ReaderCrashed`` included) or ``EngineMissing``.
        """
        answer = self._ask(path, source)
        if not isinstance(answer, ScanReading):
            raise ReaderCrashed("the reader's answer is to another question")
        return answer

    def read_region(self, path: Path, box: Box) -> RegionReading:
        """Read a region of a face's picture; for a pool whose reader is ``QUICK_READER``. Raises as ``read`` does."""
        answer = self._ask(path, f"region:{box.left},{box.top},{box.right},{box.bottom}")
        if not isinstance(answer, RegionReading):
            raise ReaderCrashed("the reader's answer is to another question")
        return answer

    def _ask(self, path: Path, source: str) -> Answer:
        slot = self._free.get()
        try:
            answer = slot.read(path, source)
        finally:
            self._free.put(slot)
        if isinstance(answer, SohoaError):
            raise answer
        return answer

    def read_many(self, items: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, ScanReading | ScanRefused]]:
        """Read scans in parallel and yield each source with its reading or refusal, in the order of ``items``.

        ``items`` is taken from only as far ahead as there is work for the children.
        """
        waiting: deque[tuple[str, Future[ScanReading | ScanRefused]]] = deque()
        with ThreadPoolExecutor(self._processes, thread_name_prefix="reader") as threads:
            try:
                for path, source in items:
                    waiting.append((source, threads.submit(self._read_or_refusal, path, source)))
                    if len(waiting) > 2 * self._processes:
                        done, future = waiting.popleft()
                        yield done, future.result()
                while waiting:
                    done, future = waiting.popleft()
                    yield done, future.result()
            finally:
                for _, future in waiting:
                    future.cancel()

    def _read_or_refusal(self, path: Path, source: str) -> ScanReading | ScanRefused:
        try:
            return self.read(path, source)
        except ScanRefused as refused:
            return refused


class _Slot:
    """One child at a time, started when needed."""

    def __init__(self, terms: _Terms) -> None:
        self._terms = terms
        self._child: _Child | None = None

    def read(self, path: Path, source: str) -> Answer | SohoaError:
        if self._child is not None and self._is_worn(self._child):
            self.stop()
        try:
            if self._child is None:
                self._child = _Child(self._terms)
            return self._child.read(path, source)
        except BaseException:
            # Whatever state the child is in, the next scan gets a fresh one.
            self.stop()
            raise

    def _is_worn(self, child: _Child) -> bool:
        terms = self._terms
        return (
            child.scans >= terms.scans_per_process
            or not child.is_alive()
            or (terms.recycle_bytes is not None and child.used_bytes() > terms.recycle_bytes)
        )

    def dismiss(self) -> None:
        if self._child is not None:
            self._child.dismiss()

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None


class _Child:
    def __init__(self, terms: _Terms) -> None:
        self._timeout_s = terms.timeout_s
        self._is_reading = self._is_dismissed = False
        self.scans = 0
        self._scratch = Scratch.make()
        ours, theirs = socket.socketpair()
        lifeline_theirs, self._lifeline = os.pipe()
        with closing(theirs):
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "ocr.reader_process", str(theirs.fileno()), str(lifeline_theirs)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env={**os.environ, **_ONE_THREAD, **_HEAP, **_tunables(), **self._scratch.environment()},
                    pass_fds=(theirs.fileno(), lifeline_theirs),
                    start_new_session=True,
                )
            except BaseException:
                ours.close()
                os.close(self._lifeline)
                self._scratch.remove()
                raise
            finally:
                os.close(lifeline_theirs)
        self._connection = Connection(ours.detach())
        try:
            self._connection.send((terms.reader, terms.options, terms.memory_bytes))
            started = self._connection.poll(_START_TIMEOUT_S) and self._connection.recv() == READY
        except (EOFError, OSError) as error:
            self.stop()
            raise ReaderCrashed("the reader does not start") from error
        except BaseException:
            self.stop()
            raise
        if not started:
            self.stop()
            raise ReaderCrashed("the reader does not start")

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def used_bytes(self) -> int:
        """What the child keeps in memory between two scans; 0 when it is gone."""
        with suppress(OSError):
            resident = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1]
            return int(resident) * resource.getpagesize()
        return 0

    def read(self, path: Path, source: str) -> Answer | SohoaError:
        self.scans += 1
        self._is_reading = True
        try:
            self._connection.send((str(path), source))
            if not self._connection.poll(self._timeout_s):
                raise ReadTimeout(f"{self._timeout_s:.0f} s")
            answer = _loads(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise ReaderCrashed(self._how_it_ended()) from error
        except pickle.UnpicklingError as error:
            raise ReaderCrashed("the reader's answer makes no sense") from error
        if not isinstance(answer, ScanReading | RegionReading | SohoaError):
            raise ReaderCrashed("the reader's answer makes no sense")
        self._is_reading = False
        return answer

    def _how_it_ended(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_TIMEOUT_S)
        return f"exit status {self._process.returncode}"

    def dismiss(self) -> None:
        """Tell a child that reads nothing that nothing more will come: it closes its engines and ends."""
        if not self._is_reading:
            self._connection.close()
            self._is_dismissed = True

    def stop(self) -> None:
        """Kill the child with everything it started: there is nothing in it worth keeping."""
        if self._is_dismissed:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_TIMEOUT_S)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._connection.close()
        with suppress(OSError):
            os.close(self._lifeline)
        self._scratch.remove()


def _tunables() -> dict[str, str]:
    given = os.environ.get("GLIBC_TUNABLES")
    return {"GLIBC_TUNABLES": f"{given}:{_PAGES}" if given else _PAGES}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        if module_name.startswith(_ALLOWED_MODULES):
            return super().find_class(module_name, global_name)
        if (module_name, global_name) == ("builtins", "getattr"):
            return _member
        raise pickle.UnpicklingError(f"{module_name}.{global_name}")


def _member(kind: object, name: str) -> Enum:
    """How Python 3.11.0 to 3.11.3 (Debian 12 has 3.11.2) name members of enumerations; nothing else is got at."""
    if isinstance(kind, EnumType) and name in kind.__members__:
        member: Enum = kind.__members__[name]
        return member
    raise pickle.UnpicklingError(f"getattr {name}")


def _loads(answer: bytes) -> object:
    return _Unpickler(io.BytesIO(answer)).load()
