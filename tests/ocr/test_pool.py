"""The pool of reader processes: what a bad scan can do ends with the process that reads it."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from certificate.errors import Damaged, EngineMissing, ReaderCrashed, ReadTimeout
from certificate.reading import ScanReading, Unreadable
from certificate.record import Form
from ocr.pool import ReaderPool, _loads

# A reader that does what the scan's text tells it to: each way in which a real one could fail.
_OBEDIENT_READER = """
import os, subprocess, time
from certificate.errors import Damaged, EngineMissing
from certificate.reading import ScanReading, Unreadable

def read(data, source, options):
    order = data.decode()
    if order == "abort":
        os.abort()
    if order == "raise":
        raise RuntimeError("a bug")
    if order == "refuse":
        raise Damaged("half")
    if order == "missing":
        raise EngineMissing("tesseract-ocr")
    if order == "hog":
        hog = bytearray(4_000_000_000)
    if order.startswith("hang"):
        engine = subprocess.Popen(["sleep", "600"])
        open(order.split(" ", 1)[1], "w").write(f"{os.getpid()} {engine.pid}\\n")
        time.sleep(600)
    if order.startswith("meet"):
        # Until another child is at it, too.
        place = order.split(" ", 1)[1]
        open(f"{place}/{os.getpid()}", "w").close()
        deadline = time.monotonic() + 30
        while len(os.listdir(place)) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    return ScanReading(page_count=os.getpid(), certificates=(), unreadable=(Unreadable(1, order),))
"""


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Writes a scan that tells the reader what to do, and puts that reader on the children's path."""
    folder = tmp_path / "readers"
    folder.mkdir()
    (folder / "obedient_reader.py").write_text(_OBEDIENT_READER)
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{Path(__file__).parents[2]}")

    def write(order: str) -> Path:
        path = tmp_path / f"{abs(hash(order))}.scan"
        path.write_text(order)
        return path

    return write


def _pool(processes: int = 1, timeout_s: float = 60.0, **more: int) -> ReaderPool:
    return ReaderPool(processes, timeout_s, reader="obedient_reader:read", **more)


def _wait_until(what: Callable[[], bool], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_one_child_reads_many_scans(scan: Callable[[str], Path]) -> None:
    """The child, and with it the loaded models, is kept from one scan to the next."""
    with _pool() as pool:
        first, second = pool.read(scan("one"), "one"), pool.read(scan("two"), "two")
    assert first.page_count == second.page_count
    assert (first.unreadable[0].reason, second.unreadable[0].reason) == ("one", "two")


def test_a_child_is_replaced_after_its_number_of_scans(scan: Callable[[str], Path]) -> None:
    """Whatever a library leaks is given back after a while."""
    with _pool(scans_per_process=2) as pool:
        pids = [pool.read(scan("x"), "x").page_count for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


@pytest.mark.parametrize("order", ["abort", "raise", "hog"])
def test_a_crash_costs_only_its_own_scan(scan: Callable[[str], Path], order: str) -> None:
    """A reader that aborts, fails on a bug or wants too much memory refuses that scan; the next one is read."""
    with _pool(memory_bytes=1_000_000_000) as pool:
        with pytest.raises(ReaderCrashed):
            pool.read(scan(order), order)
        assert pool.read(scan("next"), "next").unreadable[0].reason == "next"


@pytest.mark.parametrize(("order", "error"), [("refuse", Damaged), ("missing", EngineMissing)])
def test_a_refusal_comes_back_as_itself(scan: Callable[[str], Path], order: str, error: type[Exception]) -> None:
    """Errors of our own tree travel from the child with their detail; the child lives on."""
    with _pool() as pool:
        before = pool.read(scan("x"), "x").page_count
        with pytest.raises(error):
            pool.read(scan(order), order)
        assert pool.read(scan("x"), "x").page_count == before


def test_a_scan_that_takes_too_long_is_ended_with_its_engines(scan: Callable[[str], Path], tmp_path: Path) -> None:
    """The time limit kills the child and every process that it started."""
    note = tmp_path / "pids"
    with _pool(timeout_s=3.0) as pool:
        with pytest.raises(ReadTimeout):
            pool.read(scan(f"hang {note}"), "hang")
        reader, engine = (int(pid) for pid in note.read_text().split())
        _wait_until(lambda: _gone(reader) and _gone(engine))
        assert pool.read(scan("next"), "next").unreadable[0].reason == "next"


def test_a_child_with_nothing_to_do_ends_by_itself(scan: Callable[[str], Path], tmp_path: Path) -> None:
    """When the pool is closed; one that is still reading is killed at once."""
    with ReaderPool(reader="obedient_reader:read") as pool:
        pool.read(scan("first"), "first")
        child = pool._slots[0]._child
        assert child is not None
    assert child._process.returncode == 0
    with ReaderPool(reader="obedient_reader:read") as pool:
        reading = ThreadPoolExecutor(1).submit(pool.read, scan(f"hang {tmp_path / 'pids'}"), "hang")
        while not (tmp_path / "pids").exists():
            time.sleep(0.02)
        child = pool._slots[0]._child
        assert child is not None
    assert child._process.returncode == -signal.SIGKILL
    with pytest.raises(ReaderCrashed):
        reading.result(10)


def test_children_die_with_their_parent(scan: Callable[[str], Path], tmp_path: Path) -> None:
    """A parent killed at once, without a chance to clean up, leaves neither readers nor engines behind."""
    note = tmp_path / "pids"
    path = scan(f"hang {note}")
    program = textwrap.dedent(f"""
        from pathlib import Path
        from ocr.pool import ReaderPool
        ReaderPool(reader="obedient_reader:read").read(Path({str(path)!r}), "hang")
    """)
    parent = subprocess.Popen([sys.executable, "-c", program])
    try:
        _wait_until(lambda: note.exists() and note.read_text().endswith("\n"))
        reader, engine = (int(pid) for pid in note.read_text().split())
        os.kill(parent.pid, signal.SIGKILL)
    finally:
        parent.kill()
        parent.wait()
    _wait_until(lambda: _gone(reader) and _gone(engine))


def test_many_scans_come_back_in_order(scan: Callable[[str], Path], tmp_path: Path) -> None:
    """Several children work at once; readings and refusals come in the order of the scans, none is lost."""
    place = tmp_path / "place"
    place.mkdir()
    meet = f"meet {place}"
    orders = [meet, meet, "refuse", "a", "abort", "b", "c"]
    with _pool(processes=2) as pool:
        answers = list(pool.read_many((scan(order), order) for order in orders))
    assert [source for source, _ in answers] == orders
    kinds = [type(answer) for _, answer in answers]
    assert kinds == [ScanReading, ScanReading, Damaged, ScanReading, ReaderCrashed, ScanReading, ScanReading]
    assert len(list(place.iterdir())) >= 2


def test_a_missing_file_is_a_crash_of_that_scan_only(scan: Callable[[str], Path], tmp_path: Path) -> None:
    """A path that is gone does not stop the others."""
    with _pool() as pool:
        with pytest.raises(ReaderCrashed):
            pool.read(tmp_path / "gone", "gone")
        assert pool.read(scan("x"), "x")


def test_a_reader_that_cannot_start_is_told(scan: Callable[[str], Path]) -> None:
    """A child that fails before its first scan is a crash, not an endless wait."""
    with ReaderPool(reader="no_such_module:read") as pool, pytest.raises(ReaderCrashed):
        pool.read(scan("x"), "x")


def test_only_readings_are_taken_from_a_child() -> None:
    """An answer that would run code in the parent is refused."""
    reading = ScanReading(1, (), (Unreadable(1, "damaged"),))
    assert _loads(pickle.dumps(reading)) == reading
    with pytest.raises(pickle.UnpicklingError):
        _loads(pickle.dumps(os.system))


class _Got:
    """What Python 3.11.0 to 3.11.3 write for a member of an enumeration; later ones write its value."""

    def __init__(self, kind: object, name: str) -> None:
        self.kind, self.name = kind, name

    def __reduce__(self) -> tuple[object, ...]:
        return getattr, (self.kind, self.name)


def test_members_are_taken_as_every_python_writes_them() -> None:
    """By name as well as by value; nothing else of an object is got at that way."""
    assert _loads(pickle.dumps(Form.CCCD)) is Form.CCCD
    assert _loads(pickle.dumps(_Got(Form, "CCCD"))) is Form.CCCD
    for kind, name in ((Form, "mro"), (Form, "__init__"), (ScanReading, "__init__")):
        with pytest.raises(pickle.UnpicklingError):
            _loads(pickle.dumps(_Got(kind, name)))


def test_the_owner_of_a_pool_loads_no_image_engine() -> None:
    """Worker and web processes may hold a pool without OpenCV in them."""
    program = "import sys, ocr.pool; sys.exit('cv2' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
