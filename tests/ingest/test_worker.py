"""The worker process: light, warm when told to stop, gone when Redis is; what it has done is kept in each case.

The reader is a stand-in that says when it begins and waits until it may end, so that signals meet a job half-way.
"""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from certificate.states import State
from ingest.intake import receive
from ingest.office import Office
from ingest.queue_names import BULK, UPLOADS
from ingest.settings import Settings, load
from store.rows import ScanFilter

pytestmark = pytest.mark.slow

_PATIENCE_S = 60
_WORKER = """
import sys
from pathlib import Path
import worker
from certificate.errors import Damaged
from ingest import logs
from ingest.office import Office
from ingest.settings import load

class Waiting:
    def read(self, path, source):
        print("begun", flush=True)
        sys.stdin.readline()
        raise Damaged

open_office = Office.open
def open_with_stand_in(settings):
    office = open_office(settings)
    office._given_reader = Waiting()
    return office
Office.open = open_with_stand_in
logs.set_up(json_lines=True)
engines = {"cv2", "onnxruntime", "pypdfium2", "pdfplumber", "trueocr"} & sys.modules.keys()
print("engines:", *sorted(engines), flush=True)
worker.run(load(Path(sys.argv[1]), redis_url=sys.argv[2], bulk_nice=0), sys.argv[3], burst=len(sys.argv) > 4)
"""


@dataclass
class Worker:
    """A worker process with a reader that waits to be told."""

    process: subprocess.Popen[bytes]

    def hear(self) -> str:
        """The next line it says; fails when it says nothing for long."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], _PATIENCE_S)
        assert ready, "the worker says nothing"
        return self.process.stdout.readline().decode().strip()

    def go_on(self) -> None:
        """Let the present reading end."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def ends_with(self) -> int:
        """Its exit status, once it ends."""
        return self.process.wait(timeout=_PATIENCE_S)


@contextmanager
def working(settings: Settings, queue: str = UPLOADS, *, burst: bool = False) -> Iterator[Worker]:
    """A worker of that queue, killed at the end if it still lives; its engines have been heard of."""
    command = [sys.executable, "-c", _WORKER, str(settings.home), settings.redis_url, queue]
    with subprocess.Popen(
        [*command, *(["burst"] if burst else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Unbuffered, so that waiting for a line never overlooks one that was taken from the pipe already.
        bufsize=0,
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")},
    ) as process:
        try:
            worker = Worker(process)
            assert worker.hear() == "engines:", "the worker process loads no image engine"
            yield worker
        finally:
            process.kill()


def hand_in(office: Office, shade: int, queue: str = UPLOADS) -> str:
    """A new scan on the list."""
    picture = io.BytesIO()
    Image.new("L", (20, 20), shade).save(picture, "PNG")
    return receive(office, picture.getvalue(), f"{shade}.png", who="lan", queue=queue).scan_id


def states(office: Office) -> list[State]:
    """Where all scans stand, oldest first."""
    with office.database.unit_of_work(read_only=True) as unit:
        return [scan.state for scan in unit.scans.list(ScanFilter(oldest_first=True)).items]


def test_told_to_stop_it_ends_its_scan_and_takes_no_other(office: Office, settings: Settings) -> None:
    """SIGTERM is a warm word: the scan in hand is brought to its end, the next stays on the list."""
    hand_in(office, 1)
    hand_in(office, 2)
    with working(settings) as worker:
        assert worker.hear() == "begun"
        worker.process.send_signal(signal.SIGTERM)
        worker.go_on()
        assert worker.ends_with() == 0
    assert states(office) == [State.FAILED, State.RECEIVED]
    assert office.queue.lengths() == {UPLOADS: 1, BULK: 0}


def test_it_serves_its_own_queue_only(office: Office, settings: Settings) -> None:
    """Bulk work waits for bulk workers, however idle the others are."""
    hand_in(office, 1, BULK)
    with working(settings, burst=True) as worker:
        assert worker.ends_with() == 0
    assert states(office) == [State.RECEIVED]
    with working(settings, BULK, burst=True) as worker:
        assert worker.hear() == "begun"
        worker.go_on()
        assert worker.ends_with() == 0
    assert states(office) == [State.FAILED]


def test_when_redis_goes_it_goes_too_and_its_work_is_kept(settings: Settings, own_redis: Any) -> None:
    """The outcome stands in the database before Redis hears of it; whoever started the worker starts it again."""
    lonely = load(settings.home, {}, redis_url=own_redis.url)
    with Office.open(lonely) as office, working(lonely) as worker:
        hand_in(office, 1)
        assert worker.hear() == "begun"
        own_redis.process.kill()
        own_redis.process.wait()
        worker.go_on()
        assert worker.ends_with() != 0
        assert states(office) == [State.FAILED]
        with office.database.unit_of_work(read_only=True) as unit:
            (scan,) = unit.scans.list().items
        assert (scan.error_code, scan.lease_until) == ("damaged", None)
