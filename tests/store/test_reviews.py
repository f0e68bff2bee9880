"""The review desk on both engines: what waits, who holds it, counts, notes, key-ins, receipts, replacements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from certificate.errors import MoveNotAllowed
from certificate.record import Form
from certificate.states import State
from store.database import Database, UnitOfWork
from store.review_rows import Band, Stage, TaskFacts, TaskFilter
from store.rows import NewScan, ScanFilter, SearchScope
from store.run_rows import InputState, NewInput, NewRun


def waiting(work: UnitOfWork, name: str, **facts: Any) -> str:
    """A scan in review, described."""
    scan = work.scans.add(NewScan("ab" * 32, name, "application/pdf", 10, "lan", office=facts.pop("office", "")))
    if of_input := facts.pop("of_input", None):
        work.runs.settle(of_input, InputState.TAKEN, scan_id=scan.id)
    for old, new in (
        (State.RECEIVED, State.READING),
        (State.READING, State.CHECKING),
        (State.CHECKING, State.IN_REVIEW),
    ):
        work.scans.move(scan.id, old, new)
    usual = {"form": Form.TT23_2014, "reason": "registry", "confidence": 0.8, "doubtful": 1, "due_at": scan.created_at}
    work.reviews.describe(scan.id, TaskFacts(**(usual | facts)))
    return scan.id


def test_a_queue_is_filtered_sorted_and_counted(timed_database: Database, clock: Any) -> None:
    """Due first in front; each filter holds; counts tell every combination; what is put off waits apart."""
    with timed_database.unit_of_work() as work:
        late = waiting(work, "late.pdf", due_at=clock.now + timedelta(days=9), confidence=0.5, office="A")
        soon = waiting(work, "soon.pdf", due_at=clock.now + timedelta(days=1), form=Form.LD2003)
        sure = waiting(work, "sure.pdf", due_at=clock.now + timedelta(days=5), confidence=None, reason=None)
        assert [task.scan_id for task in work.reviews.list(TaskFilter()).items] == [soon, sure, late]
        for wanted, found in (
            (TaskFilter(band=Band.LOW), [late]),
            (TaskFilter(band=Band.HIGH), [sure]),
            (TaskFilter(form=Form.LD2003), [soon]),
            (TaskFilter(office="A", reason="registry"), [late]),
            (TaskFilter(stage=Stage.SECOND), []),
        ):
            assert [task.scan_id for task in work.reviews.list(wanted).items] == found
        work.reviews.postpone(soon, "minh", clock.now + timedelta(hours=2))
        counts = {(one.band, one.form, one.postponed): one.count for one in work.reviews.counts()}
        assert counts == {
            ("low", "tt23-2014", False): 1,
            ("high", "tt23-2014", False): 1,
            ("middle", "ld2003", True): 1,
        }
        assert [task.scan_id for task in work.reviews.list(TaskFilter(postponed=True)).items] == [soon]
        clock.forward(3 * 3600)
        assert work.reviews.list(TaskFilter()).total == 3, "it came back by itself"


def test_a_queue_is_filtered_by_run_and_held_to_an_office(database: Database) -> None:
    """What a run brought in is told apart; each list, count and next task keeps to the scope."""
    with database.unit_of_work() as work:
        run = work.runs.add(NewRun("kho-1", "/srv/kho", "file", "may", "lan", None, "A"))
        work.runs.add_inputs(run.id, [NewInput("1.pdf", ("1.pdf",), 10)])
        mine = waiting(work, "mine.pdf", office="A", of_input=next(iter(work.runs.inputs(run.id))).id)
        theirs = waiting(work, "theirs.pdf", office="B")
        assert [task.scan_id for task in work.reviews.list(TaskFilter(run="kho-1")).items] == [mine]
        assert {(one.run, one.office): one.count for one in work.reviews.counts()} == {
            ("kho-1", "A"): 1,
            (None, "B"): 1,
        }
        for scope, found in (
            (SearchScope(office="A"), [mine]),
            (SearchScope(office="B"), [theirs]),
            (SearchScope(office="B", uploaded_by="hai"), []),
            (SearchScope(), [mine, theirs]),
        ):
            assert [task.scan_id for task in work.reviews.list(TaskFilter(), scope=scope).items] == found
            assert sum(one.count for one in work.reviews.counts(scope)) == len(found)
            assert list(work.reviews.free_for("minh", TaskFilter(), scope=scope)) == found
            assert [scan.id for scan in work.scans.list(ScanFilter(oldest_first=True), scope=scope).items] == found
            assert work.scans.counts_by_state(scope=scope)[State.IN_REVIEW] == len(found)
            assert work.scans.visible([mine, theirs], scope) == set(found)
        assert work.runs.visible(run.id, SearchScope(office="A"))
        assert not work.runs.visible(run.id, SearchScope(office="B"))
        assert work.runs.all(scope=SearchScope(uploaded_by="lan")) == ()


def test_a_task_is_held_until_its_lease_ends(timed_database: Database, clock: Any) -> None:
    """One holder at a time; renewed by the holder, taken over on purpose, free when let go or silent."""
    with timed_database.unit_of_work() as work:
        scan_id = waiting(work, "a.pdf", keyed_by=("lan_1",))
        assert work.reviews.free_for("lan_1", TaskFilter()) == (), "not for who keyed it in"
        assert work.reviews.free_for("lanx1", TaskFilter()) == (scan_id,), "an underscore is no wildcard"
        assert work.reviews.take(scan_id, "minh", 90)
        assert not work.reviews.take(scan_id, "hanh", 90)
        assert work.reviews.free_for("hanh", TaskFilter()) == ()
        clock.forward(60)
        assert work.reviews.take(scan_id, "minh", 90), "renewed"
        clock.forward(60)
        assert not work.reviews.take(scan_id, "hanh", 90)
        assert work.reviews.take(scan_id, "hanh", 90, over=True)
        work.reviews.let_go(scan_id, "minh")
        assert work.reviews.get(scan_id).held_by_other("minh", clock.now), "only the holder lets go"
        clock.forward(91)
        assert work.reviews.take(scan_id, "minh", 90)
        work.scans.move(scan_id, State.IN_REVIEW, State.ARCHIVING)
        assert not work.reviews.take(scan_id, "minh", 90), "what was decided waits no more"
        work.commit()
        events = [event.action for event in work.events.for_scan(scan_id)]
        assert events.count("review_taken_over") == 1


def test_notes_receipts_and_replacements_stay_with_the_paper(timed_database: Database) -> None:
    """A receipt follows to the new scan; the old one is replaced once; the chain is told newest first."""
    with timed_database.unit_of_work() as work:
        first = waiting(work, "1.pdf")
        second, third = (work.scans.add(NewScan(f"{n}" * 64, f"{n}.pdf", "", 1, "lan")).id for n in (2, 3))
        receipt = work.reviews.add_receipt("ABCDE23467", first, "lan")
        assert work.reviews.add_receipt("OTHER23467", first, "lan") == receipt
        work.reviews.add_note(first, "minh", "Chờ bản trích lục")
        assert [note.text for note in work.reviews.notes(first)] == ["Chờ bản trích lục"]
        with pytest.raises(MoveNotAllowed):
            work.scans.set_replaced(first, second, who="lan")
        work.scans.move(first, State.IN_REVIEW, State.RETURNED, return_reason="mờ")
        work.scans.set_replaced(first, second, who="lan")
        with pytest.raises(MoveNotAllowed):
            work.scans.set_replaced(first, third, who="lan")
        work.reviews.move_receipt(first, second, who="lan")
        assert work.reviews.receipt("ABCDE23467").scan_id == second
        assert [scan.id for scan in work.scans.replaced_with(second)] == [first]
        assert work.scans.newest_change("lan") != work.scans.newest_change("nobody")


def test_key_ins_are_kept_by_turn(timed_database: Database) -> None:
    """A turn typed again replaces itself, never another's."""
    from certificate.reading import CertificateReading, ScanReading
    from certificate.record import Record

    with timed_database.unit_of_work() as work:
        scan = work.scans.add(NewScan("ab" * 32, "a.pdf", "application/pdf", 10, "lan"))
        work.scans.move(scan.id, State.RECEIVED, State.READING)
        record = Record("a.pdf", Form.TT23_2014, 0.99, (), {})
        (row,) = work.certificates.replace_reading(scan.id, ScanReading(1, (CertificateReading(record, ()),)))
        work.reviews.key_in(row.id, 1, "minh", {"owners.0.id_number": "1"})
        work.reviews.key_in(row.id, 2, "hanh", {"owners.0.id_number": "2"})
        work.reviews.key_in(row.id, 2, "hanh", {"owners.0.id_number": "3"})
        assert [(line.turn, line.who, line.value) for line in work.reviews.key_ins(row.id)] == [
            (1, "minh", "1"),
            (2, "hanh", "3"),
        ]
        work.reviews.forget_key_ins(row.id)
        assert work.reviews.key_ins(row.id) == ()
