"""The feeder: one bad file is that file's fate, and what is not there now is not given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.office import Office
from ingest.runs import control, feeding
from ingest.runs.attempts import Attempts
from ingest.runs.control import InputState, RunState, work_round
from ingest.runs.reporting import overview
from store.run_rows import InputRow

Fill = Callable[..., Path]
Work = Callable[[], int]


class Killed(BaseException):
    """As if the process had ended at this line."""


def _start(office: Office, folder: Path, name: str = "Kho 1", **options: Any) -> str:
    started = control.start(office, folder, name, who="op", **options)
    control.list_folder(office, started.run, again=started.goes_on)
    return started.run.id


def _finish(office: Office, work: Work, run_id: str) -> dict[str, tuple[InputState, str | None]]:
    """Every input's state and code once the run has ended, by the input's key."""
    for _ in range(60):
        work_round(office)
        work()
        if overview(office, run_id).run.state is RunState.FINISHED:
            return {row.key: (row.state, row.error_code) for row in _rows(office, run_id)}
    raise AssertionError("not finished")


def _rows(office: Office, run_id: str) -> list[InputRow]:
    with office.database.unit_of_work(read_only=True) as unit:
        return list(unit.runs.inputs(run_id))


def test_an_error_that_nobody_foresaw_is_one_inputs_fate(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a library raises over one file: it is settled with a code, the others go through."""
    run_id = _start(office, fill("1.png", "2.png", "3.png"))
    real = feeding.triage

    def trips(data: Any, settings: Any) -> Any:
        if isinstance(data, Path) and data.name == "2.png":
            raise TypeError("Missing dimensions")
        return real(data, settings)

    monkeypatch.setattr(feeding, "triage", trips)
    archived = (InputState.ARCHIVED, None)
    assert _finish(office, work, run_id) == {
        "1.png": archived,
        "2.png": (InputState.REFUSED, "internal"),
        "3.png": archived,
    }


def test_an_input_that_kills_the_feeder_is_given_up_and_named(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of memory has no handler: the next feeder takes the slice one by one, and after three deaths goes past it."""
    run_id = _start(office, fill("1.png", "2.png", "3.png", "4.png"))
    real = feeding._kept
    seen: list[str] = []

    def dies(office: Office, run: Any, folder: Path, row: InputRow) -> Any:
        seen.append(row.key)
        if row.key == "3.png":
            raise Killed
        return real(office, run, folder, row)

    monkeypatch.setattr(feeding, "_kept", dies)
    deaths = 0
    for _ in range(8):
        try:
            work_round(office)
        except Killed:
            deaths += 1
    assert deaths == office.settings.max_attempts == 3
    assert seen.count("1.png") == 2
    archived = (InputState.ARCHIVED, None)
    told = _finish(office, work, run_id)
    assert told == dict.fromkeys(("1.png", "2.png", "4.png"), archived) | {"3.png": (InputState.REFUSED, "worker_lost")}
    assert Attempts(office.settings).unfinished() == {}


def test_a_store_that_is_full_counts_against_no_input(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is away makes the feeder wait, however often it tries; nothing is given up for it."""
    from certificate.errors import StoreFull

    run_id = _start(office, fill("1.png"))

    def full(*_: object) -> str:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr(office.blobs, "put", full)
        for _ in range(5):
            with pytest.raises(StoreFull):
                work_round(office)
    assert _finish(office, work, run_id) == {"1.png": (InputState.ARCHIVED, None)}
