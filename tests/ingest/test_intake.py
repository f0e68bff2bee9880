"""Taking scans in: durable before listed, nothing disappears, the same bytes are one scan."""

from __future__ import annotations

import hashlib
import io
import threading
from pathlib import Path

import pytest
from PIL import Image

from certificate.errors import StoreFull
from certificate.states import State
from ingest.intake import MAX_NAME_LETTERS, Received, receive
from ingest.office import Office
from ingest.queue import WorkQueue
from ingest.queue_names import BULK, UPLOADS
from ingest.scheduling import reconcile
from store.rows import ScanFilter, ScanRow


def picture(shade: int = 255) -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("L", (20, 20), shade).save(out, "PNG")
    return out.getvalue()


def scans(office: Office) -> tuple[ScanRow, ...]:
    """All scans of the office, oldest first."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.list(ScanFilter(oldest_first=True)).items


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_scan_is_on_disk_in_the_database_and_on_the_list(office: Office, on_disk: bool) -> None:
    """When the clerk is told “received”, all three are so."""
    path = office.settings.home / "giay.png"
    path.write_bytes(picture())
    received = receive(
        office, path if on_disk else picture(), "giay.png", who="lan", queue=BULK, office_name="Tân Hiệp"
    )
    assert received == Received(received.scan_id, State.RECEIVED)
    (row,) = scans(office)
    assert (row.id, row.sha256) == (received.scan_id, hashlib.sha256(picture()).hexdigest())
    assert (row.media_type, row.page_count, row.size_bytes) == ("image/png", 1, len(picture()))
    assert (row.uploaded_by, row.queue, row.office) == ("lan", BULK, "Tân Hiệp")
    assert office.blobs.get(row.sha256) == picture()
    assert office.queue.listed_jobs() == {row.job_id}
    assert path.exists()


def test_a_refused_file_has_its_row_and_keeps_its_bytes(office: Office) -> None:
    """Nothing disappears: the list shows it with its reason, and it is on no worker's list."""
    received = receive(office, b"just words, and no scan", "thu.pdf", who="lan")
    assert (received.state, received.error and received.error.code) == (State.FAILED, "unsupported_type")
    (row,) = scans(office)
    assert (row.state, row.error_code) == (State.FAILED, "unsupported_type")
    assert office.blobs.get(row.sha256) == b"just words, and no scan"
    assert office.queue.listed_jobs() == frozenset()
    assert reconcile(office) == 0


@pytest.mark.parametrize(("size", "code"), [(0, "empty_file"), (2_000, "too_large")])
def test_empty_and_huge_files_have_a_row_but_no_blob(office: Office, size: int, code: str) -> None:
    """There is nothing to keep of the one and no room for the other, yet the list shows both."""
    small = Office(type(office.settings)(home=office.settings.home, redis_url=office.settings.redis_url, max_bytes=999))
    with small:
        received = receive(small, b"x" * size, "scan.pdf", who="lan")
        (row,) = scans(small)
        assert (row.id, row.error_code, row.size_bytes) == (received.scan_id, code, size)
        assert not small.blobs.has(row.sha256)


def test_the_same_bytes_again_are_a_duplicate(office: Office) -> None:
    """By content, whatever the name; a duplicate of a duplicate points at the first."""
    first = receive(office, picture(), "a.png", who="lan")
    for name in ("b.png", "c.png"):
        again = receive(office, picture(), name, who="minh")
        assert (again.state, again.duplicate_of) == (State.DUPLICATE, first.scan_id)
    assert receive(office, picture(0), "a.png", who="lan").state is State.RECEIVED
    assert len(office.queue.listed_jobs()) == 2


def test_a_scan_that_failed_may_be_handed_in_again(office: Office) -> None:
    """The failed one is no reason to turn the next one away."""
    first = receive(office, picture(), "a.png", who="lan")
    with office.database.unit_of_work() as unit:
        unit.scans.move(first.scan_id, State.RECEIVED, State.FAILED, error_code="worker_lost")
        unit.commit()
    assert receive(office, picture(), "a.png", who="lan").state is State.RECEIVED


def test_the_same_file_at_the_same_moment_is_taken_once(office: Office) -> None:
    """Two clerks press the button together: one scan, the others are its duplicates."""
    count = 6
    together = threading.Barrier(count)
    outcomes: list[Received] = []

    def hand_in() -> None:
        together.wait(timeout=30)
        outcomes.append(receive(office, picture(), "a.png", who="lan"))

    threads = [threading.Thread(target=hand_in) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(one.state for one in outcomes) == [State.DUPLICATE] * (count - 1) + [State.RECEIVED]
    (first,) = [one.scan_id for one in outcomes if one.state is State.RECEIVED]
    assert {one.duplicate_of for one in outcomes} == {None, first}


def test_a_redis_that_is_away_stops_nobody_from_handing_in(office: Office, unreachable_redis: str) -> None:
    """The scan is kept, and comes onto the list when Redis is back."""
    there, office.queue = office.queue, WorkQueue(unreachable_redis, office.settings)
    received = receive(office, picture(), "a.png", who="lan")
    office.queue.close()
    office.queue = there
    assert received.state is State.RECEIVED
    assert reconcile(office) == 1


def test_a_full_disk_leaves_no_row_behind(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row without its bytes would promise what nobody can keep."""

    def put(data: bytes | Path) -> str:
        raise StoreFull

    monkeypatch.setattr(office.blobs, "put", put)
    with pytest.raises(StoreFull):
        receive(office, picture(), "a.png", who="lan")
    assert scans(office) == ()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("hồ sơ/giấy.png", "giấy.png"),
        # The end of a long name holds what tells files apart.
        ("a" * 300 + ".png", "a" * (MAX_NAME_LETTERS - 4) + ".png"),
    ],
)
def test_only_the_files_own_name_is_kept(office: Office, given: str, kept: str) -> None:
    """Folders of the sender's machine are nobody's business, and names have an end."""
    receive(office, picture(), given, who="lan")
    assert [row.file_name for row in scans(office)] == [kept]


def test_the_usual_queue_is_that_of_people_who_wait(office: Office) -> None:
    """Bulk runs say so; everybody else waits at a screen."""
    receive(office, picture(), "a.png", who="lan")
    assert office.queue.lengths() == {UPLOADS: 1, BULK: 0}


def test_a_file_that_is_far_too_large_is_not_read(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk image among the scans would be hashed for minutes only to be refused."""
    path = tmp_path / "đĩa.tif"
    with path.open("wb") as file:
        file.truncate(60_000_000_000)

    def read(*_: object) -> None:
        raise AssertionError("the whole file was read")

    monkeypatch.setattr(hashlib, "file_digest", read)
    received = receive(office, path, "đĩa.tif", who="lan")
    assert received.error is not None
    assert (received.state, received.error.code) == (State.FAILED, "too_large")
    (row,) = scans(office)
    assert (row.size_bytes, row.sha256) == (60_000_000_000, hashlib.sha256(b"").hexdigest())
