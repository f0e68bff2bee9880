"""The reconciler: whatever became of Redis, a scan with work to do comes back to the list, and no other does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from certificate.errors import QueueUnavailable
from certificate.states import WORKING, State
from ingest.office import Office
from ingest.queue import WorkQueue
from ingest.queue_names import BULK, UPLOADS
from ingest.scheduling import enqueue, postpone, reconcile, reconcile_until
from ingest.settings import Settings
from store.rows import NewScan, ScanRow

# One way through the table of states to each state.
PATHS = {
    State.RECEIVED: (),
    State.READING: (State.READING,),
    State.CHECKING: (State.READING, State.CHECKING),
    State.WAITING_REGISTRY: (State.READING, State.CHECKING, State.WAITING_REGISTRY),
    State.ARCHIVING: (State.READING, State.CHECKING, State.ARCHIVING),
    State.ARCHIVED: (State.READING, State.CHECKING, State.ARCHIVING, State.ARCHIVED),
    State.IN_REVIEW: (State.READING, State.CHECKING, State.IN_REVIEW),
    State.RETURNED: (State.READING, State.RETURNED),
    State.DUPLICATE: (State.DUPLICATE,),
    State.FAILED: (State.FAILED,),
}


def add_scan(office: Office, state: State = State.RECEIVED, *, name: str = "scan.pdf", queue: str = UPLOADS) -> str:
    """A scan in that state, which nobody has put on the list."""
    new = NewScan(name.ljust(64, "0"), name, "application/pdf", 10, "lan", queue=queue)
    with office.database.unit_of_work() as unit:
        scan_id = unit.scans.add(new).id
        at = State.RECEIVED
        for step in PATHS[state]:
            unit.scans.move(scan_id, at, step)
            at = step
        unit.commit()
    return scan_id


def scan_of(office: Office, scan_id: str) -> ScanRow:
    """Where the scan stands now."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id)


def listed_scans(office: Office) -> list[str]:
    """The scans that the waiting jobs are about, in the order of the list."""
    queue = office.queue.rq_queue(UPLOADS)
    return [str(job.args[0]) for job in queue.get_jobs()]


@pytest.mark.parametrize("state", list(State))
def test_only_scans_with_work_to_do_come_back(office: Office, state: State) -> None:
    """A scan that waits for a person or is settled is left alone, every other one is found."""
    scan_id = add_scan(office, state)
    assert reconcile(office) == (1 if state in WORKING else 0)
    assert listed_scans(office) == ([scan_id] if state in WORKING else [])


def test_a_scan_comes_back_to_its_own_queue(office: Office) -> None:
    """Bulk work never slips in before people who wait."""
    add_scan(office, queue=BULK)
    reconcile(office)
    assert office.queue.lengths() == {UPLOADS: 0, BULK: 1}


def test_what_is_on_the_list_is_not_put_there_again(office: Office) -> None:
    """A long list does not grow with every round."""
    scan_id = add_scan(office)
    assert reconcile(office) == 1
    assert reconcile(office) == 0
    assert listed_scans(office) == [scan_id]


def test_a_wiped_redis_is_filled_again_in_order_of_arrival(office: Office) -> None:
    """Redis is only a to-do list: the database knows it by heart."""
    scans = [add_scan(office, name=f"{number}.pdf") for number in range(5)]
    for scan_id in scans:
        enqueue(office, scan_id, UPLOADS)
    office.queue.connection.flushall()
    assert reconcile(office) == 5
    assert listed_scans(office) == scans


def test_more_scans_than_one_round_looks_at_are_all_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The round goes on page by page until nothing is left."""
    monkeypatch.setattr("ingest.scheduling._ROUND_LIMIT", 3)
    scans = [add_scan(office, name=f"{number}.pdf") for number in range(8)]
    assert reconcile(office) == 8
    # Ids of one millisecond have no order among themselves.
    assert sorted(listed_scans(office)) == sorted(scans)


def test_a_scan_in_somebodys_hands_is_left_alone_until_the_lease_ends(office: Office) -> None:
    """A living worker is not disturbed; a dead one's scan comes back."""
    scan_id = add_scan(office)
    with office.database.unit_of_work() as unit:
        assert unit.scans.claim(scan_id, "worker", 60)
        unit.commit()
    assert reconcile(office) == 0
    with office.database.unit_of_work() as unit:
        assert unit.scans.renew(scan_id, "worker", -1)
        unit.commit()
    assert reconcile(office) == 1


def test_a_postponed_scan_waits_its_time(office: Office) -> None:
    """Nobody knocks at a closed registry's door all day; the pause is spread so that not all come back at once."""
    scan_id = add_scan(office, State.WAITING_REGISTRY)
    before = datetime.now(UTC)
    postpone(office, scan_id, 100)
    not_before = scan_of(office, scan_id).not_before
    assert not_before is not None
    assert timedelta(seconds=99) < not_before - before < timedelta(seconds=140)
    assert reconcile(office) == 0
    postpone(office, scan_id, -10)
    assert reconcile(office) == 1


def test_the_job_is_noted_beside_the_scan(office: Office) -> None:
    """So that the next round knows whether it still waits."""
    scan_id = add_scan(office)
    job_id = enqueue(office, scan_id, UPLOADS)
    assert scan_of(office, scan_id).job_id == job_id
    assert office.queue.listed_jobs() == {job_id}


def test_without_redis_a_round_fails_and_changes_nothing(office: Office, unreachable_redis: str) -> None:
    """The scan stays as it was; the next round finds it."""
    scan_id = add_scan(office)
    there, office.queue = office.queue, WorkQueue(unreachable_redis, office.settings)
    with pytest.raises(QueueUnavailable):
        reconcile(office)
    office.queue.close()
    office.queue = there
    assert scan_of(office, scan_id).job_id is None
    assert reconcile(office) == 1


def test_the_reconciler_outlives_rounds_that_fail(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bad round is followed by the next, until it is told to stop."""
    stop = threading.Event()
    rounds = []

    def round_of(office: Office) -> int:
        rounds.append(office)
        if len(rounds) < 3:
            raise QueueUnavailable("ConnectionError")
        stop.set()
        return 0

    monkeypatch.setattr("ingest.scheduling.reconcile", round_of)
    quick = Office(Settings(home=settings.home, reconcile_every_s=0.05))
    thread = threading.Thread(target=reconcile_until, args=(quick, stop))
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert len(rounds) == 3
