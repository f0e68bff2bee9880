"""What the tests of the use cases share: a private Redis on a socket, and an office with a real database and blobs."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from redis import Redis
from redis.exceptions import RedisError

from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading, Word
from certificate.record import Decision, Face, FieldReading, Form, Part, Record
from certificate.states import State
from ingest.intake import receive
from ingest.office import Office
from ingest.pipeline import advance
from ingest.queue_names import QUEUE_NAMES
from ingest.settings import Settings, load
from store.rows import CertificateRow, NewUser, Role, ScanRow, UserRow

_START_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class PrivateRedis:
    """A redis-server of the tests' own."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def private_redis() -> Iterator[PrivateRedis]:
    """A Redis on a socket, answering, for as long as the block runs."""
    # The path of a unix socket must stay under 108 characters, so it cannot lie in pytest's own folder.
    folder = Path(tempfile.mkdtemp(prefix="sohoa-redis-"))
    socket = folder / "redis.sock"
    log = folder / "log"
    command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [*command, "--dir", str(folder), "--logfile", str(log), "--maxmemory-policy", "noeviction"]
    )
    try:
        url = f"unix://{socket}"
        with Redis.from_url(url) as connection:
            until = time.monotonic() + _START_TIMEOUT_S
            while True:
                try:
                    connection.ping()
                    break
                except RedisError:
                    if process.poll() is not None or time.monotonic() > until:
                        pytest.fail(f"redis-server did not start: {log.read_text() if log.exists() else ''}")
        yield PrivateRedis(url, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_process() -> Iterator[str]:
    """The URL of a private Redis for the whole session."""
    with private_redis() as server:
        yield server.url


@pytest.fixture
def own_redis() -> Iterator[PrivateRedis]:
    """A Redis of one test's own, which it may kill."""
    with private_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_process: str) -> Iterator[str]:
    """The URL of an empty Redis."""
    with Redis.from_url(redis_process) as connection:
        connection.flushall()
    yield redis_process
    with Redis.from_url(redis_process) as connection:
        connection.flushall()


@pytest.fixture
def settings(tmp_path: Path, redis_url: str) -> Settings:
    """An office's settings with everything of its own, and no patience to lose."""
    return load(tmp_path / "home", {}, redis_url=redis_url, lease_s=60, registry_retry_s=30, registry_retry_max_s=600)


class NoReader:
    """A reader for tests in which nothing may be read."""

    def read(self, path: Path, source: str) -> ScanReading:
        raise AssertionError("nothing was to be read here")


@pytest.fixture
def office(settings: Settings, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office with an empty database, in which nothing can be read."""
    ready_home(settings.home)
    with Office(settings, reader=NoReader()) as opened:
        yield opened


@pytest.fixture
def unreachable_redis(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a Redis that is not there."""
    return f"unix://{tempfile.gettempdir()}/sohoa-no-redis-{tmp_path_factory.getbasetemp().name}.sock"


def drawn_scan(number: int) -> bytes:
    """A scan of its own for each number: a white page with a line."""
    image = Image.new("L", (600, 800), "white")
    ImageDraw.Draw(image).text((60, 60), f"Nguyen Van Mau {number}", fill=0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, dpi=(72, 72))
    return out.getvalue()


class CertainReader:
    """Gives a certain record for every scan, with a serial number made of the scan's bytes."""

    def read(self, path: Path, source: str) -> ScanReading:
        data = path.read_bytes()
        face = Face(1, Part.WHOLE, 1, 0, 600, 800)
        words = tuple(Word(text, Box(60 + 30 * i, 60, 85 + 30 * i, 76), 0) for i, text in enumerate(("Nguyen", "Van")))
        own = int(hashlib.sha256(data).hexdigest()[:8], 16) % 1_000_000
        values = {
            "serial_number": f"BX {own:06d}",
            "issue_date": "2015-05-12",
            "owners.0.role": "holder",
            "owners.0.full_name": "Nguyễn Văn Mẫu",
            "owners.0.gender": "male",
            "owners.0.birth_year": "1980",
            "owners.0.id_type": "cccd",
            "owners.0.id_number": "091080123456",
            "parcels.0.parcel_number": str(own),
            "parcels.0.map_sheet_number": "45",
            "parcels.0.address": "xã Mỹ Lâm, huyện Hòn Đất, tỉnh Kiên Giang",
            "parcels.0.area_m2": "150.5",
            "parcels.0.purposes.0.name": "Đất ở tại nông thôn",
            "parcels.0.purposes.0.code": "ONT",
            "parcels.0.term": "lau_dai",
            "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN HÒN ĐẤT",
        }
        fields = {path: FieldReading(value, value, 0.999, Decision.ACCEPT, 1) for path, value in values.items()}
        record = Record(source, Form.TT23_2014, 0.999, (face,), fields)
        preview = drawn_preview(data)
        reading = FaceReading(face, words, 600, 800, (1, 0, 0, 0, 1, 0, 0, 0, 1), preview)
        return ScanReading(1, (CertificateReading(record, (reading,)),))


def drawn_preview(data: bytes) -> bytes:
    """What the reader shows of a scan: coded anew, other bytes than the scan's."""
    with Image.open(io.BytesIO(data)) as image:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=60)
    return out.getvalue()


@dataclass
class KeptOffice:
    """An office in which scans go from intake to archive within a moment, without registry and without doubt."""

    office: Office

    def archive(self, number: int, *, queue: str = "uploads") -> str:
        """Hand scan ``number`` in and carry it as far as it goes by itself; gives its id."""
        received = receive(self.office, drawn_scan(number), f"{number}.jpg", who="lan", queue=queue)
        self.work(received.scan_id)
        return received.scan_id

    def work(self, scan_id: str) -> State:
        """What a worker does with the scan."""
        state = advance(self.office, scan_id, "test-worker")
        for name in QUEUE_NAMES:
            self.office.queue.rq_queue(name).empty()  # No worker took the job from the list.
        return state

    def certificate(self, scan_id: str) -> CertificateRow:
        """The scan's first certificate."""
        with self.office.database.unit_of_work(read_only=True) as unit:
            return unit.certificates.for_scan(scan_id)[0]

    def scan(self, scan_id: str) -> ScanRow:
        with self.office.database.unit_of_work(read_only=True) as unit:
            return unit.scans.get(scan_id)

    def person(self, name: str, role: Role = Role.SUPERVISOR) -> UserRow:
        """A person who may sign in, without the cost of a password."""
        with self.office.database.unit_of_work() as unit:
            found = unit.users.by_name(name) or unit.users.add(NewUser(name, name.title(), "x", role))
            unit.commit()
        return found


@pytest.fixture
def make_kept(
    tmp_path: Path, redis_url: str, ready_home: Callable[[Path], Path]
) -> Iterator[Callable[..., KeptOffice]]:
    """Makes such offices, each in a home of its own, with settings to one's liking."""
    opened: list[Office] = []

    def make(home: str = "kept", **given: object) -> KeptOffice:
        values = {"redis_url": redis_url, "ask_registry": False, **given}
        settings = load(tmp_path / home, {}, **values)
        if not (settings.home / "sohoa.db").exists():
            ready_home(settings.home)
        office = Office(settings, reader=CertainReader())
        office.database.migrate()
        opened.append(office)
        return KeptOffice(office)

    yield make
    for office in opened:
        office.close()


@pytest.fixture(scope="session")
def kept_home(tmp_path_factory: pytest.TempPathFactory, redis_process: str) -> Callable[[int], Path]:
    """Makes the home folder of such an office with so many archived scans, to be copied by many tests."""

    def make(count: int) -> Path:
        home = tmp_path_factory.mktemp("kept-home")
        settings = load(home, {}, redis_url=redis_process, ask_registry=False)
        with Office(settings, reader=CertainReader()) as office:
            office.database.migrate()
            for number in range(count):
                KeptOffice(office).archive(number)
        return home

    return make


@pytest.fixture
def kept_office(make_kept: Callable[..., KeptOffice]) -> KeptOffice:
    """One such office on SQLite and a folder."""
    return make_kept()
