"""What the tests of runs share: an office with a recorded reader, folders of pictures, a worker in this process."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from redis import Redis

from certificate.errors import Damaged
from certificate.reading import ScanReading
from ingest.bench.recorded import RecordedReader
from ingest.jobs import work_on
from ingest.office import Office
from ingest.queue_names import BULK
from ingest.settings import load
from ingest.workplace import work_in


def picture(mark: int) -> bytes:
    """A small scan unlike the others."""
    image = Image.new("RGB", (300, 400), "white")
    image.putpixel((mark % 300, mark // 300), (0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class Reader(RecordedReader):
    """Reads the same record from every scan; a name with «hỏng» is damaged for as long as ``broken`` says so."""

    broken = True

    def read(self, path: Path, source: str) -> ScanReading:
        if "hỏng" in source and self.broken:
            raise Damaged
        return super().read(path, source)


@pytest.fixture
def office(tmp_path: Path, redis_url: str, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office that reads by the recorded reader and asks no registry."""
    settings = load(ready_home(tmp_path / "home"), {}, redis_url=redis_url, ask_registry=False, bulk_ahead=30)
    with Office(settings, reader=Reader()) as opened:
        yield opened


@pytest.fixture
def fill(tmp_path: Path) -> Callable[..., Path]:
    """Makes files with pictures that differ; a name with its content as a pair is taken as it is."""

    marks = itertools.count()

    def make(*names: str | tuple[str, bytes]) -> Path:
        folder = tmp_path / "kho"
        folder.mkdir(exist_ok=True)
        for item in names:
            name, data = (item, picture(next(marks))) if isinstance(item, str) else item
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    return make


@pytest.fixture
def work(office: Office) -> Callable[[], int]:
    """Does every job on the bulk queue here and now; gives how many there were."""
    work_in(office)

    def all_jobs() -> int:
        queue = office.queue.rq_queue(BULK)
        jobs = queue.get_jobs()
        for job in jobs:
            queue.remove(job)
            work_on(job.args[0])
            job.delete()
        return len(jobs)

    return all_jobs


@pytest.fixture
def wipe_redis(redis_url: str) -> Callable[[], None]:
    """Forgets everything that Redis knows."""

    def wipe() -> None:
        with Redis.from_url(redis_url) as connection:
            connection.flushall()

    return wipe
