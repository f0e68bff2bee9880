"""Scans: moves by the table, claims by lease, duplicates, lists and the reconciler's question."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from itertools import product
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event

from certificate.errors import MoveNotAllowed, NotFound, VersionConflict
from certificate.keys import ParcelKey
from certificate.states import ALLOWED_MOVES, WORKING, State
from store.database import Database
from store.rows import NewScan, ScanFilter

SHA = "ab" * 32
OTHER_SHA = "cd" * 32


def _new(**changes: Any) -> NewScan:
    values = {
        "sha256": SHA,
        "file_name": "a.pdf",
        "media_type": "application/pdf",
        "size_bytes": 3_000_000_000,
        "uploaded_by": "lan",
    }
    return NewScan(**{**values, **changes})


def test_a_new_scan_comes_back_as_it_went_in(database: Database) -> None:
    """All columns keep their values; moments know their zone; the first version is 1."""
    with database.unit_of_work() as work:
        added = work.scans.add(_new(office="rach-gia", page_count=4))
        work.commit()
        assert work.scans.get(added.id) == added
    assert (added.state, added.version, added.attempts) == (State.RECEIVED, 1, 0)
    assert added.created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("file_name", "kept"),
    [
        ("Giấy chứng nhận số 1.pdf", "Giấy chứng nhận số 1.pdf"),
        ("a\x00b.pdf", "ab.pdf"),  # PostgreSQL refuses NUL
        ("a\udcffb.pdf", "a?b.pdf"),  # a byte of a file name on disk that is no UTF-8
        ("x" * 5000, "x" * 5000),
    ],
)
def test_any_file_name_can_be_kept(database: Database, file_name: str, kept: str) -> None:
    """A strange file name never keeps a scan out."""
    with database.unit_of_work() as work:
        assert work.scans.get(work.scans.add(_new(file_name=file_name)).id).file_name == kept
        work.commit()


def test_ids_sort_by_arrival(database: Database) -> None:
    """A list by id is a list by time of arrival."""
    with database.unit_of_work() as work:
        ids = [work.scans.add(_new()).id[:12] for _ in range(20)]
    assert ids == sorted(ids)


def test_a_row_that_was_moved_since_cannot_be_moved(database: Database) -> None:
    """A worker goes on from what its last step left; who was faster meanwhile keeps what they did."""
    with database.unit_of_work() as work:
        seen = work.scans.add(_new(), job_id="job")
        reading = work.scans.move(seen, State.RECEIVED, State.READING)
        assert (reading, reading.job_id, reading.version) == (work.scans.get(seen.id), "job", seen.version + 1)
        with pytest.raises(VersionConflict):
            work.scans.move(seen, State.RECEIVED, State.READING)
        assert work.scans.get(seen.id) == reading


def test_moves_follow_the_table_of_states(database: Database) -> None:
    """Every pair of states: the move goes through exactly when the table has it."""
    with database.unit_of_work() as work:
        for old, new in product(State, State):
            scan = work.scans.add(_new(state=old))
            if new in ALLOWED_MOVES[old]:
                assert work.scans.move(scan.id, old, new).state is new
            else:
                with pytest.raises(MoveNotAllowed):
                    work.scans.move(scan.id, old, new)


def test_a_move_from_another_state_is_refused(database: Database) -> None:
    """The caller says from where; a scan that is elsewhere by now is not moved."""
    with database.unit_of_work() as work:
        scan = work.scans.add(_new())
        with pytest.raises(MoveNotAllowed):
            work.scans.move(scan.id, {State.READING, State.CHECKING}, State.FAILED)
        with pytest.raises(NotFound):
            work.scans.move("0" * 32, State.RECEIVED, State.READING)
        with pytest.raises(TypeError):
            work.scans.move(scan.id, State.RECEIVED, State.READING, sha256=OTHER_SHA)


def test_a_move_with_an_old_version_is_a_conflict(database: Database) -> None:
    """Who has seen version 1 cannot move what is at version 2."""
    with database.unit_of_work() as work:
        scan = work.scans.add(_new(state=State.IN_REVIEW))
        moved = work.scans.move(scan.id, State.IN_REVIEW, State.CHECKING, version=1)
        assert moved.version == 2
        with pytest.raises(VersionConflict):
            work.scans.move(scan.id, State.CHECKING, State.IN_REVIEW, version=1)


def test_only_one_of_two_movers_wins(database: Database) -> None:
    """Two who move one scan at the same moment: one does, the other is told so."""
    with database.unit_of_work() as work:
        scan = work.scans.add(_new(state=State.IN_REVIEW))
        work.commit()
    outcomes: list[str] = []
    together = Barrier(2)

    def move() -> None:
        together.wait()
        try:
            with database.unit_of_work() as work:
                work.scans.move(scan.id, State.IN_REVIEW, State.ARCHIVING, version=1)
                work.commit()
            outcomes.append("moved")
        except VersionConflict:
            outcomes.append("conflict")

    _run_together(move, move)
    assert sorted(outcomes) == ["conflict", "moved"]


def test_a_move_leaves_reason_and_code_only_where_they_belong(timed_database: Database) -> None:
    """A failed scan tells its code, and tried again it has none; attempts and lease begin anew."""
    with timed_database.unit_of_work() as work:
        scan = work.scans.add(_new())
        assert work.scans.claim(scan.id, "w1", 60)
        assert [work.scans.count_attempt(scan.id), work.scans.count_attempt(scan.id)] == [1, 2]
        reading = work.scans.move(scan.id, State.RECEIVED, State.READING)
        assert (reading.attempts, reading.lease_worker) == (2, "w1")
        failed = work.scans.move(scan.id, State.READING, State.FAILED, error_code="damaged")
        assert (failed.error_code, failed.lease_worker, failed.lease_until, failed.attempts) == (
            "damaged", None, None, 0,
        )  # fmt: skip
        again = work.scans.move(scan.id, State.FAILED, State.RECEIVED, who="lan", why="thử lại")
        assert again.error_code is None
        work.commit()
        actions = [(event.who, event.action, event.detail.get("to")) for event in work.events.for_scan(scan.id)]
    assert actions == [
        ("lan", "scan_added", None),
        ("system", "scan_moved", "reading"),
        ("system", "scan_moved", "failed"),
        ("lan", "scan_moved", "received"),
    ]


def test_a_claim_holds_until_its_lease_ends(timed_database: Database, clock: Any) -> None:
    """One worker at a time; a dead worker's scan is free after its lease, and the late one finds it lost."""
    with timed_database.unit_of_work() as work:
        scan = work.scans.add(_new())
        assert work.scans.claim(scan.id, "w1", 60)
        assert work.scans.claim(scan.id, "w1", 60)
        assert not work.scans.claim(scan.id, "w2", 60)
        clock.forward(50)
        assert work.scans.renew(scan.id, "w1", 60)
        clock.forward(59)
        assert not work.scans.claim(scan.id, "w2", 60)
        clock.forward(1)
        assert work.scans.claim(scan.id, "w2", 60)
        assert not work.scans.renew(scan.id, "w1", 60)
        work.scans.release(scan.id, "w1")
        assert work.scans.get(scan.id).lease_worker == "w2"
        work.scans.release(scan.id, "w2")
        assert work.scans.claim(scan.id, "w3", 60)


@pytest.mark.parametrize("state", sorted(set(State) - WORKING))
def test_nobody_claims_a_scan_without_work(database: Database, state: State) -> None:
    """A second job for a scan that is finished or with a person gets nothing."""
    with database.unit_of_work() as work:
        assert not work.scans.claim(work.scans.add(_new(state=state)).id, "w1", 60)


def test_the_first_of_the_same_bytes_is_found(database: Database) -> None:
    """Duplicates are never the first, and a failed scan only when nothing better came of these bytes."""
    with database.unit_of_work() as work:
        assert work.scans.by_sha256(SHA) is None
        failed = work.scans.add(_new(state=State.FAILED, error_code="damaged"))
        work.scans.add(_new(sha256=OTHER_SHA))
        assert work.scans.by_sha256(SHA) == failed
        good = work.scans.add(_new())
        work.scans.add(_new(state=State.DUPLICATE, duplicate_of=good.id))
        assert work.scans.by_sha256(SHA) == good


def test_the_same_bytes_at_the_same_moment_have_one_first(database: Database) -> None:
    """Four uploads of one file at once: one is received, three are its duplicates."""
    together = Barrier(4)

    def upload() -> None:
        together.wait()
        with database.unit_of_work() as work:
            first = work.scans.by_sha256(SHA)
            work.scans.add(_new(state=State.DUPLICATE, duplicate_of=first.id) if first else _new())
            work.commit()

    _run_together(upload, upload, upload, upload)
    with database.unit_of_work(read_only=True) as work:
        counts = work.scans.counts_by_state()
    assert (counts[State.RECEIVED], counts[State.DUPLICATE]) == (1, 3)


def test_stranded_are_those_with_work_and_nobody_at_it(timed_database: Database, clock: Any) -> None:
    """No lease or an ended one, no later date, a state with work; in order of arrival, page by page."""
    with timed_database.unit_of_work() as work:
        free = work.scans.add(_new(state=State.CHECKING))
        held = work.scans.add(_new())
        work.scans.claim(held.id, "w1", 60)
        waiting = work.scans.add(_new(state=State.CHECKING))
        later = clock.now + timedelta(seconds=120)
        work.scans.move(waiting.id, State.CHECKING, State.WAITING_REGISTRY, not_before=later)
        work.scans.add(_new(state=State.IN_REVIEW))
        queued = work.scans.add(_new())
        work.scans.set_job(queued.id, "job-1")

        def ids(**options: Any) -> list[str]:
            return [scan.id for scan in work.scans.stranded(clock.now, 10, **options)]

        assert ids() == [free.id, queued.id]
        assert ids(after=free.id) == [queued.id]
        assert [scan.id for scan in work.scans.stranded(clock.now, 1)] == [free.id]
        clock.forward(60)
        assert ids() == [free.id, held.id, queued.id]
        clock.forward(60)
        assert ids() == [free.id, held.id, waiting.id, queued.id]


def test_lists_filter_and_page(database: Database) -> None:
    """Newest first, counted over all pages; each filter narrows; the queue may ask for the oldest first."""
    with database.unit_of_work() as work:
        mine = [work.scans.add(_new(office="a")).id for _ in range(3)]
        work.scans.add(_new(office="b", uploaded_by="minh", state=State.IN_REVIEW, queue="bulk"))
        page = work.scans.list(ScanFilter(office="a"), page_size=2)
        assert ([scan.id for scan in page.items], page.total, page.page_count) == ([mine[2], mine[1]], 3, 2)
        assert [scan.id for scan in work.scans.list(ScanFilter(office="a"), 2, 2).items] == [mine[0]]
        assert [scan.id for scan in work.scans.list(ScanFilter(office="a", oldest_first=True)).items] == mine
        for wanted in (
            ScanFilter(states=frozenset({State.IN_REVIEW})),
            ScanFilter(uploaded_by="minh"),
            ScanFilter(queue="bulk"),
        ):
            assert work.scans.list(wanted).total == 1
        assert work.scans.list().total == 4
        assert work.scans.list(ScanFilter(states=frozenset())).total == 0
        counts = work.scans.counts_by_state("a")
        assert (counts[State.RECEIVED], counts[State.IN_REVIEW]) == (3, 0)


def test_frequent_queries_use_indexes(tmp_path: Any) -> None:
    """Lists, queues, duplicates and the reconciler never read the whole table of scans."""
    database = Database(f"sqlite:///{tmp_path / 'sohoa.db'}")
    database.migrate()
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            plans.extend(row[3] for row in rows)

    with database.unit_of_work() as work:
        scan = work.scans.add(_new())
        event.listen(database._engine, "before_cursor_execute", explain)
        work.scans.by_sha256(SHA)
        work.scans.stranded(scan.created_at, 10)
        work.scans.counts_by_state()
        work.scans.list(ScanFilter(states=frozenset({State.IN_REVIEW}), oldest_first=True))
        work.scans.list(ScanFilter(office="a", states=frozenset({State.IN_REVIEW})))
        work.scans.list(ScanFilter(uploaded_by="lan"))
        work.certificates.for_scan(scan.id)
        work.certificates.search_serial("BX 1")
        work.certificates.same_serial("BX 123456", leave_out={State.FAILED})
        work.certificates.same_parcel(ParcelKey("old:1", "2", "3"), leave_out={State.FAILED})
        work.certificates.same_register_number("CH1|2015|a", leave_out={State.FAILED})
        work.registry_lines.for_certificate("c")
        work.events.for_scan(scan.id)
    database.dispose()
    assert len(plans) > 10
    assert not [plan for plan in plans if "SCAN" in plan and "INDEX" not in plan]


def _run_together(*work: Any) -> None:
    threads = [Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()


def test_few_replaced_scans_are_found_by_their_index_whatever_the_statistics(tmp_path: Path) -> None:
    """Nearly all scans replace nothing: SQLite must not take the index for useless and read the whole table."""
    database = Database(f"sqlite:///{tmp_path / 'sohoa.db'}")
    database.migrate()
    with database.unit_of_work() as work:
        for number in range(300):
            work.scans.add(NewScan(f"{number:064x}", "a.pdf", "application/pdf", 1, "lan"))
        work.commit()
    database.dispose()
    with sqlite3.connect(tmp_path / "sohoa.db") as connection:
        connection.execute("ANALYZE")
    with sqlite3.connect(tmp_path / "sohoa.db") as connection:
        for column in ("replaced_by", "duplicate_of"):
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT * FROM scans WHERE {column} = 'x' LIMIT 1")
            assert f"USING INDEX ix_scans_{column}" in str(plan.fetchall()), column
