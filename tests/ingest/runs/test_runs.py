"""A run from the first look to the report: nothing twice, nothing lost, whatever is killed or told to wait."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from sqlalchemy import Engine, event

from certificate.errors import FolderUnreachable, MoveNotAllowed, RunExists
from certificate.states import State
from ingest.intake import receive
from ingest.office import Office
from ingest.queue_names import BULK
from ingest.runs import control, feeding
from ingest.runs.control import InputState, Rule, RunState, work_round
from ingest.runs.report_page import report_page
from ingest.runs.reporting import csv_lines, overview
from ingest.scheduling import reconcile

Fill = Callable[..., Path]
Work = Callable[[], int]


def _start(office: Office, folder: Path, **options: Any) -> str:
    started = control.start(office, folder, options.pop("name", "Kho 1"), who="op", **options)
    control.list_folder(office, started.run, again=started.goes_on)
    return started.run.id


def _finish(office: Office, work: Work, run_id: str) -> Counter[InputState]:
    for _ in range(40):
        work_round(office)
        work()
        seen = overview(office, run_id)
        if seen.run.state in {RunState.FINISHED, RunState.CANCELLED} and not seen.figures.open:
            return Counter(seen.figures.by_state)
    raise AssertionError(f"not finished: {seen}")


def _scan_states(office: Office) -> Counter[State]:
    with office.database.unit_of_work(read_only=True) as unit:
        return Counter({state: n for state, n in unit.scans.counts_by_state().items() if n})


def test_a_round_does_not_count_the_ledger(office: Office, fill: Fill, work: Work) -> None:
    """Twice a second for hours: what a round costs must not depend on how long the ledger is."""
    run_id = _start(office, fill(*(f"{n}.png" for n in range(3))))
    work_round(office)
    said: list[str] = []

    def listen(*given: Any) -> None:
        said.append(given[2])

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        work_round(office, thorough=False)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    assert any("run_inputs" in statement for statement in said)
    assert not [statement for statement in said if "run_inputs" in statement and "count(" in statement]
    assert _finish(office, work, run_id)[InputState.ARCHIVED] == 3


def test_a_run_goes_through_and_tells_what_became_of_every_input(office: Office, fill: Fill, work: Work) -> None:
    """Good papers are archived without a person, each other one stands in the report with its reason."""
    folder = fill(
        "a/1.png",
        "a/2.png",
        "b/hỏng.png",
        ("rác.pdf", b"no PDF at all, and long enough to be looked at"),
        ("rỗng.jpg", b""),
    )
    (folder / "lặp.png").write_bytes((folder / "a/1.png").read_bytes())
    run_id = _start(office, folder)
    assert overview(office, run_id).figures.by_state == {InputState.LISTED: 6}
    states = _finish(office, work, run_id)
    assert states == {
        InputState.ARCHIVED: 2,
        InputState.FAILED: 1,
        InputState.REFUSED: 2,
        InputState.KNOWN: 1,
    }
    seen = overview(office, run_id)
    assert (seen.figures.straight, seen.figures.straight_rate) == (2, 1.0)
    assert {each.key for each in seen.errors} == {"damaged", "empty_file", "unsupported_type"}
    rows = list(csv.DictReader(io.StringIO("".join(csv_lines(office, run_id)).removeprefix("\ufeff"))))
    told = {row["key"]: (row["state"], row["error_code"]) for row in rows}
    assert told["a/1.png"] == ("known", "")  # «lặp.png» comes first: a folder's own files before its subfolders'.
    assert told["lặp.png"] == ("archived", "")
    assert told["b/hỏng.png"] == ("failed", "damaged")
    assert told["rỗng.jpg"] == ("refused", "empty_file")
    assert [row["serial_numbers"] for row in rows if row["state"] == "archived"] != ["", ""]
    page = "".join(report_page(office, run_id))
    assert page.count("<svg") == 3
    assert "Kho 1" in page


def test_started_twice_it_goes_on_and_takes_only_what_is_new(office: Office, fill: Fill, work: Work) -> None:
    """The same folder again: the run goes on, nothing is doubled, new files are taken."""
    folder = fill("1.png", "2.png")
    run_id = _start(office, folder)
    _finish(office, work, run_id)
    fill("3.png")
    again = control.start(office, folder, "Kho 1", who="op")
    assert (again.goes_on, again.run.id, again.run.state) == (True, run_id, RunState.RUNNING)
    assert control.list_folder(office, again.run, again=True)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 3}
    assert _scan_states(office) == {State.ARCHIVED: 3}
    with pytest.raises(RunExists):
        control.start(office, folder, "Kho 1", rule=Rule.FOLDER, who="op")
    with pytest.raises(RunExists):
        control.start(office, folder, "another name", who="op")
    with pytest.raises(FolderUnreachable):
        control.start(office, folder / "none", "Kho 2", who="op")


def test_a_walk_that_was_broken_off_is_done_again(office: Office, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half listed is not listed: the feeder's round completes it, each input once."""
    folder = fill(*[f"{n}.png" for n in range(8)])
    monkeypatch.setattr(control, "_WALK_BATCH", 3)
    started = control.start(office, folder, "Kho 1", who="op")

    def die(listed: int) -> None:
        if listed == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        control.list_folder(office, started.run, tell=die)
    seen = overview(office, started.run.id)
    assert (seen.figures.total, seen.listed_whole) == (6, False)
    work_round(office)
    seen = overview(office, started.run.id)
    assert (seen.figures.total, seen.listed_whole) == (8, True)


def test_only_one_process_lists_a_run(office: Office, fill: Fill) -> None:
    """Who comes second is told so."""
    started = control.start(office, fill("1.png", "2.png"), "Kho 1", who="op")
    seconds = []
    control.list_folder(office, started.run, tell=lambda _n: seconds.append(control.list_folder(office, started.run)))
    assert seconds == [None]


def test_files_of_one_certificate_become_one_scan(office: Office, fill: Fill, work: Work) -> None:
    """Two pictures are one PDF of two pages, the same whenever it is made; the originals are kept too."""
    folder = fill("A_1.png", "A_2.png")
    run_id = _start(office, folder, rule=Rule.NUMBERED)
    _finish(office, work, run_id)
    with office.database.unit_of_work(read_only=True) as unit:
        (row,) = unit.runs.inputs(run_id)
        assert row.scan_id is not None
        scan = unit.scans.get(row.scan_id)
    assert (scan.file_name, scan.state) == ("A.pdf", State.ARCHIVED)
    with pikepdf.open(io.BytesIO(office.blobs.get(scan.sha256))) as pdf:
        assert len(pdf.pages) == 2
    parts = [(folder / name).read_bytes() for name in ("A_1.png", "A_2.png")]
    assert feeding._joined(office, folder, ["A_1.png", "A_2.png"]) == office.blobs.get(scan.sha256)
    assert all(office.blobs.has(office.blobs.put(part)) for part in parts)


@pytest.mark.slow
def test_the_queue_holds_no_more_than_it_is_meant_to(office: Office, fill: Fill, work: Work) -> None:
    """A long ledger goes into Redis in slices, and the next ones follow as work is done."""
    run_id = _start(office, fill(*[f"{n}.png" for n in range(70)]))
    for _ in range(3):
        work_round(office)
    assert office.queue.lengths()[BULK] == office.settings.bulk_ahead == 30
    assert overview(office, run_id).figures.by_state == {InputState.TAKEN: 30, InputState.LISTED: 40}
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 70}
    assert list(office.queue.connection.scan_iter("rq:job:*")) == []


def test_redis_may_be_wiped_in_the_middle(
    office: Office, fill: Fill, work: Work, wipe_redis: Callable[[], None]
) -> None:
    """What was on the queue comes back by the reconciler; nothing twice."""
    run_id = _start(office, fill(*[f"{n}.png" for n in range(5)]))
    work_round(office)
    wipe_redis()
    assert work() == 0
    assert reconcile(office) == 5
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 5}
    assert _scan_states(office) == {State.ARCHIVED: 5}


def test_a_feeder_killed_in_the_middle_of_a_slice_doubles_nothing(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the bytes are kept and before the commit, or after it: the next one goes on."""
    run_id = _start(office, fill(*[f"{n}.png" for n in range(5)]))

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(feeding, "_write", die)
        with pytest.raises(KeyboardInterrupt):
            work_round(office)
    assert _scan_states(office) == {}
    with monkeypatch.context() as patch:
        patch.setattr(office.queue, "put_many", die)
        with pytest.raises(KeyboardInterrupt):
            work_round(office)
    assert _scan_states(office) == {State.RECEIVED: 5}
    assert reconcile(office) == 5
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 5}


@pytest.mark.slow
def test_pause_resume_and_cancel(office: Office, fill: Fill, work: Work) -> None:
    """A pause takes no more; what is on its way is finished; a cancelled run keeps what it has done."""
    run_id = _start(office, fill(*[f"{n}.png" for n in range(40)]))
    work_round(office)
    control.pause(office, run_id, who="op")
    with pytest.raises(MoveNotAllowed):
        control.pause(office, run_id, who="op")
    taken = work()
    for _ in range(3):
        work_round(office)
        assert work() == 0
    assert overview(office, run_id).figures.by_state[InputState.ARCHIVED] == taken
    control.resume(office, run_id, who="op")
    work_round(office)
    assert control.cancel(office, run_id, who="op") == 0
    with pytest.raises(MoveNotAllowed):
        control.retry_failed(office, run_id, who="op")
    assert sum(_finish(office, work, run_id).values()) == 40


def test_failed_inputs_are_tried_again_without_a_second_scan(office: Office, fill: Fill, work: Work) -> None:
    """What failed and what was refused goes in again once its cause is gone."""
    folder = fill("1.png", "hỏng.png", ("rác.png", b"no picture"))
    run_id = _start(office, folder)
    assert _finish(office, work, run_id)[InputState.FAILED] == 1
    office.reader.broken = False  # type: ignore[attr-defined]
    fill("rác.png")
    assert control.retry_failed(office, run_id, who="op") == 2
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 3}
    assert _scan_states(office) == {State.ARCHIVED: 3}


def test_a_clerks_scan_is_known_to_the_run(office: Office, fill: Fill, work: Work) -> None:
    """What is in the archive already is not read a second time, and the ledger says which scan it is."""
    folder = fill("1.png")
    received = receive(office, folder / "1.png", "upload.png", who="lan")
    run_id = _start(office, folder)
    assert _finish(office, work, run_id) == {InputState.KNOWN: 1}
    with office.database.unit_of_work(read_only=True) as unit:
        (row,) = unit.runs.inputs(run_id)
    assert row.scan_id == received.scan_id


def test_a_folder_that_goes_away_makes_the_run_wait(office: Office, fill: Fill, work: Work, tmp_path: Path) -> None:
    """A share that is unplugged is told of; nothing is refused, and the run goes on when it is back."""
    folder = fill("1.png", "2.png")
    run_id = _start(office, folder)
    folder.rename(tmp_path / "away")
    work_round(office)
    seen = overview(office, run_id)
    assert (seen.run.trouble, seen.figures.by_state) == ("folder_unreachable", {InputState.LISTED: 2})
    (tmp_path / "away").rename(folder)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 2}
    assert overview(office, run_id).run.trouble is None


def test_the_ledger_works_on_both_engines(database: Any, tmp_path: Path) -> None:
    """Listing twice, settling once, counting by minute: the same on SQLite and PostgreSQL."""
    from datetime import UTC, datetime, timedelta

    from store.run_rows import Listed, NewInput, NewRun

    with database.unit_of_work() as unit:
        run = unit.runs.add(NewRun("R", str(tmp_path), "file", "host", "op"))
        assert unit.runs.add_inputs(run.id, [NewInput("a", ("a",)), NewInput("b", ("b",))]) == Listed(new=2)
        more = [NewInput("b", ("b",)), NewInput("c", ("c",)), NewInput("d", ("d",), error_code="damaged")]
        assert unit.runs.add_inputs(run.id, more) == Listed(new=1)
        first, second, _ = unit.runs.next_listed(run.id, 10)
        assert unit.runs.settle(first.id, InputState.KNOWN)
        assert not unit.runs.settle(first.id, InputState.KNOWN)
        unit.commit()
        figures = unit.runs.figures(run.id, datetime.now(UTC) - timedelta(minutes=1))
        assert figures.by_state == {InputState.KNOWN: 1, InputState.LISTED: 2, InputState.REFUSED: 1}
        assert figures.settled_lately == 1
        (minute,) = unit.runs.settled_by_minute(run.id)
        assert abs(minute * 60 - datetime.now(UTC).timestamp()) < 120
        assert (first.key, second.key) == ("a", "b")
        assert unit.runs.codes(run.id, InputState.REFUSED) == {"damaged": 1}
