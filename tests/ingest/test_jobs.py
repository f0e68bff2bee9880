"""The job wrapper: one scan a job, and no job fails in silence."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from certificate.errors import Damaged, DatabaseUnavailable, ReadTimeout
from certificate.reading import ScanReading
from certificate.states import State
from ingest import jobs, workplace
from ingest.intake import receive
from ingest.office import Office
from ingest.scheduling import postpone, reconcile
from ingest.settings import Settings
from store.rows import ScanRow


class Failing:
    """A reader that always fails in the same way."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure
        self.asked = 0

    def read(self, path: Path, source: str) -> ScanReading:
        self.asked += 1
        raise self.failure


@pytest.fixture
def at_work(
    settings: Settings, ready_home: Callable[[Path], Path]
) -> Iterator[Callable[[Exception], tuple[Office, str, Failing]]]:
    """Opens an office in which every reading fails in a given way, with one scan handed in and jobs working there."""
    opened: list[Office] = []

    def begin(failure: Exception) -> tuple[Office, str, Failing]:
        reader = Failing(failure)
        office = Office(settings, reader=reader)
        opened.append(office)
        ready_home(settings.home)
        workplace.work_in(office)
        picture = io.BytesIO()
        Image.new("L", (20, 20)).save(picture, "PNG")
        return office, receive(office, picture.getvalue(), "a.png", who="lan").scan_id, reader

    yield begin
    workplace.Workplace.office = None
    for office in opened:
        office.close()


def scan_of(office: Office, scan_id: str) -> ScanRow:
    """Where the scan stands now."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id)


def test_a_process_that_has_no_office_takes_no_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program, told at once."""
    monkeypatch.setattr(workplace.Workplace, "office", None)
    with pytest.raises(RuntimeError, match="work_in"):
        jobs.work_on("abc")


def test_a_scan_at_fault_is_given_up_at_once_with_its_code(
    at_work: Callable[[Exception], tuple[Office, str, Failing]],
) -> None:
    """Reading a damaged file again would not mend it."""
    office, scan_id, reader = at_work(Damaged())
    assert jobs.work_on(scan_id) == State.FAILED
    scan = scan_of(office, scan_id)
    assert (scan.error_code, reader.asked, scan.lease_until) == ("damaged", 1, None)


@pytest.mark.parametrize(
    ("failure", "code"),
    # What may pass is tried again; what nobody foresaw is counted just the same and ends with the general code.
    [(ReadTimeout(), "read_timeout"), (ZeroDivisionError("unforeseen"), "internal")],
)
def test_what_may_pass_is_tried_three_times_and_then_given_up(
    at_work: Callable[[Exception], tuple[Office, str, Failing]], failure: Exception, code: str
) -> None:
    """Between the attempts the scan waits, held by nobody; after the last it is settled."""
    office, scan_id, reader = at_work(failure)
    for attempt in (1, 2):
        assert jobs.work_on(scan_id) == State.READING
        scan = scan_of(office, scan_id)
        assert (scan.attempts, scan.lease_until) == (attempt, None)
        assert scan.not_before is not None
        assert reconcile(office) == 0
    assert jobs.work_on(scan_id) == State.FAILED
    assert (scan_of(office, scan_id).error_code, reader.asked) == (code, 3)


def test_a_cause_outside_the_scan_is_never_counted_against_it(
    at_work: Callable[[Exception], tuple[Office, str, Failing]],
) -> None:
    """However long the database is away, no scan is given up for it."""
    office, scan_id, _ = at_work(DatabaseUnavailable())
    for _ in range(5):
        assert jobs.work_on(scan_id) == State.READING
        assert scan_of(office, scan_id).attempts == 0
    postpone(office, scan_id, -10)
    office.queue.connection.flushall()
    assert reconcile(office) == 1


def test_a_scan_in_another_workers_hands_is_left_alone(
    at_work: Callable[[Exception], tuple[Office, str, Failing]],
) -> None:
    """The same job twice at once reads once."""
    office, scan_id, reader = at_work(Damaged())
    with office.database.unit_of_work() as unit:
        unit.scans.claim(scan_id, "another", 60)
        unit.commit()
    assert jobs.work_on(scan_id) == State.RECEIVED
    assert reader.asked == 0
    assert scan_of(office, scan_id).lease_worker == "another"


def test_a_settled_scan_has_nothing_to_do(at_work: Callable[[Exception], tuple[Office, str, Failing]]) -> None:
    """A job that comes late finds the scan settled and leaves it so."""
    office, scan_id, reader = at_work(Damaged())
    jobs.work_on(scan_id)
    before = scan_of(office, scan_id)
    assert jobs.work_on(scan_id) == State.FAILED
    assert (scan_of(office, scan_id), reader.asked) == (before, 1)
