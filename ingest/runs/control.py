"""What people do with runs: start, pause, go on, try again, cancel; and the round that keeps all runs moving."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from certificate.errors import (
    FolderMissing,
    FolderUnreachable,
    ManifestInvalid,
    NotFound,
    RunExists,
    RunMoveNotAllowed,
    RunNameInvalid,
    RunNotFound,
    SohoaError,
)
from ingest.office import Office
from ingest.runs.feeding import SLICE, feed
from ingest.runs.grouping import Rule, grouped
from ingest.runs.manifest import Manifest
from ingest.runs.reporting import RUN_STATES
from ingest.runs.settling import settle
from ingest.runs.walking import Walk
from store.run_rows import InputState, Listed, NewInput, NewRun, RunFigures, RunRow, RunState

__all__ = [
    "InputState", "Listed", "Rule", "RunFigures", "RunRow", "RunState", "cancel", "find_run", "list_folder", "pause",
    "resume", "retry_failed", "start", "work_until",
]  # fmt: skip
_log = structlog.get_logger()
_WALK_BATCH = 500
_NAME_LETTERS = 120
_WALK_LEASE_S = 60.0
_BUSY_PAUSE_S, _IDLE_PAUSE_S = 0.5, 2.0
_THOROUGH_EVERY_S = 30.0
_THOROUGH_REST = 50.0
_GOING = frozenset({RunState.RUNNING, RunState.PAUSED})


@dataclass(frozen=True, slots=True)
class Started:
    """A run that was started, or the one that was there already and goes on."""

    run: RunRow
    goes_on: bool


def start(
    office: Office,
    folder: Path,
    name: str,
    *,
    rule: Rule = Rule.FILE,
    manifest: Path | None = None,
    who: str,
    office_name: str = "",
) -> Started:
    """Begin a run over a folder, or go on with the one over the same folder under the same name.

    A run that had finished looks through its folder again and takes what is new. Raises ``FolderMissing``,
    ``RunExists`` when the name or the folder belongs to another run or the rule differs, ``RunNameInvalid``,
    ``ManifestInvalid``.
    """
    place = folder.expanduser().resolve()
    if not place.is_dir() or not os.access(place, os.R_OK | os.X_OK):
        raise FolderMissing(str(folder))
    if rule is Rule.MANIFEST and manifest is None:
        raise ManifestInvalid("thêm «--manifest TỆP.csv» / no manifest was given")
    if not name.strip() or len(name) > _NAME_LETTERS or not name.isprintable():
        raise RunNameInvalid
    listed_in = str(manifest.expanduser().resolve()) if manifest else None
    with office.database.unit_of_work() as unit:
        found = unit.runs.by_name(name) or unit.runs.on_folder(str(place))
        if found is None:
            run = unit.runs.add(NewRun(name, str(place), rule.value, socket.gethostname(), who, listed_in, office_name))
            unit.commit()
            return Started(run, goes_on=False)
        if (found.name, found.folder, found.rule, found.manifest) != (name, str(place), rule.value, listed_in):
            raise RunExists(f"{found.name}: {found.folder}, {found.rule}")
        if found.state is RunState.CANCELLED:
            raise RunExists(f"{found.name} was cancelled")
        unit.runs.move(found.id, {RunState.FINISHED}, RunState.RUNNING, who=who)
        run = unit.runs.get(found.id)
        unit.commit()
    return Started(run, goes_on=True)


def find_run(office: Office, name: str | None) -> RunRow:
    """The run of this name or id; without a name the newest. ``RunNotFound``."""
    with office.database.unit_of_work(read_only=True) as unit:
        if name is None:
            newest = next(iter(unit.runs.all()), None)
            if newest is None:
                raise RunNotFound("chưa có đợt nào / no run was started yet")
            return newest
        try:
            return unit.runs.by_name(name) or unit.runs.get(name)
        except NotFound as error:
            raise RunNotFound(name) from error


# --- listing


def list_folder(
    office: Office, run: RunRow, *, again: bool = False, tell: Callable[[int], None] = lambda _listed: None
) -> Listed | None:
    """Write every input of the run's folder into the ledger; ``None`` when another process is doing so.

    What a worker has begun with is left as it is, so a walk that was killed is simply begun again; files that have
    changed since get a row of their own (``store.run_listing``). ``tell`` is called with the number of inputs seen so
    far.
    """
    since = datetime.now(UTC)
    with office.database.unit_of_work() as unit:
        if not unit.runs.hold_walk(run.id, _lease(), again=again):
            return None
        unit.commit()
    listed = Listed()
    left_aside: int | None = None
    try:
        folder = Path(run.folder)
        walk = Walk(folder)
        seen = 0
        manifest = manifest_of(office, run)
        inputs = grouped(walk, Rule(run.rule), office.settings.max_pages) if manifest is None else iter(manifest)
        for batch in _batches(inputs, _WALK_BATCH):
            with office.database.unit_of_work() as unit:
                if not seen:
                    unit.runs.forget_refusals(run.id, by_manifest=manifest is not None)
                listed += unit.runs.add_inputs(run.id, batch, since)
                unit.runs.renew_walk(run.id, _lease())
                if unit.runs.get(run.id).state is RunState.CANCELLED:
                    unit.runs.cancel_listed(run.id)
                    unit.commit()
                    return listed
                unit.commit()
            seen += len(batch)
            tell(seen)
        left_aside = walk.left_aside if manifest is None else _count_unlisted(office, run, walk, manifest)
    finally:
        with office.database.unit_of_work() as unit:
            unit.runs.end_walk(run.id, left_aside)
            unit.commit()
    _log.info(
        "run_listed",
        run_id=run.id,
        inputs=seen,
        new=listed.new,
        refreshed=listed.refreshed,
        changed=listed.changed,
        left_aside=left_aside,
    )
    return listed


def manifest_of(office: Office, run: RunRow) -> Manifest | None:
    """The run's manifest, if it goes by one."""
    return Manifest(Path(run.manifest), Path(run.folder), office.settings.max_pages) if run.manifest else None


def _count_unlisted(office: Office, run: RunRow, walk: Walk, manifest: Manifest) -> int:
    """How many scans of the folder the manifest, gone through before, does not name."""
    unlisted = 0
    for number, found in enumerate(walk):
        unlisted += not manifest.names(found)
        if number % _WALK_BATCH == 0:
            with office.database.unit_of_work() as unit:
                unit.runs.renew_walk(run.id, _lease())
                unit.commit()
    return unlisted


def _batches(found: Iterator[NewInput], size: int) -> Iterator[list[NewInput]]:
    batch: list[NewInput] = []
    for each in found:
        batch.append(each)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _lease() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=_WALK_LEASE_S)


# --- what people say


def pause(office: Office, run_id: str, *, who: str) -> None:
    """Take no more inputs; what is on its way is finished. ``RunMoveNotAllowed`` when the run does not run."""
    _move(office, run_id, {RunState.RUNNING}, RunState.PAUSED, who)


def resume(office: Office, run_id: str, *, who: str) -> None:
    """Go on with a paused run."""
    _move(office, run_id, {RunState.PAUSED}, RunState.RUNNING, who)


def cancel(office: Office, run_id: str, *, who: str) -> int:
    """Give up every input whose turn has not come; what is on its way is finished. Gives how many were given up."""
    with office.database.unit_of_work() as unit:
        if not unit.runs.move(run_id, _GOING, RunState.CANCELLED, who=who):
            raise _not_allowed(unit.runs.get(run_id))
        given_up = unit.runs.cancel_listed(run_id)
        unit.commit()
    return given_up


def retry_failed(office: Office, run_id: str, *, who: str) -> int:
    """Try all inputs again that were refused or failed; gives how many. ``RunMoveNotAllowed`` for a cancelled run.

    Where the manifest was at fault it is read again, and a folder of which a part could not be opened is gone through.
    """
    with office.database.unit_of_work() as unit:
        run = unit.runs.get(run_id)
        if run.state is RunState.CANCELLED:
            raise _not_allowed(run)
        by_listing = unit.runs.needs_listing(run_id, by_manifest=run.manifest is not None)
        again = unit.runs.relist(run_id, {InputState.REFUSED, InputState.FAILED}, who=who)
        if by_listing:
            unit.runs.list_again(run_id)
        if again or by_listing:
            unit.runs.move(run_id, {RunState.FINISHED}, RunState.RUNNING, who=who)
        unit.commit()
    return again


def _move(office: Office, run_id: str, from_states: set[RunState], to: RunState, who: str) -> None:
    with office.database.unit_of_work() as unit:
        if not unit.runs.move(run_id, from_states, to, who=who):
            raise _not_allowed(unit.runs.get(run_id))
        unit.commit()


def _not_allowed(run: RunRow) -> RunMoveNotAllowed:
    return RunMoveNotAllowed(f"{run.name}: {RUN_STATES[run.state]}")


# --- the round


def work_round(office: Office, *, thorough: bool = True) -> int:
    """List what is not listed, feed the queue, write down what came of it; says how much there was to do.

    A thorough round also follows what people do with the inputs that a machine has done with, in old runs too.
    """
    with office.database.unit_of_work(read_only=True) as unit:
        runs = unit.runs.all(None if thorough else _GOING)
    done = 0
    for run in runs:
        if run.state is RunState.RUNNING and run.walked_at is None and _is_ours(run):
            try:
                done += list_folder(office, run) is not None
            except (FolderUnreachable, ManifestInvalid) as error:
                with office.database.unit_of_work() as unit:
                    unit.runs.set_trouble(run.id, error.code)
                    unit.commit()
        done += settle(office, run, thorough=thorough)
    return done + feed(office)


def follow_people(office: Office) -> float:
    """Write down what people did with the inputs that a machine has done with; says how long to leave it then.

    It looks at every input that waits for a person, so the pause grows with what it takes: two per cent of a core.
    """
    began = time.monotonic()
    with office.database.unit_of_work(read_only=True) as unit:
        runs = unit.runs.all(None)
    for run in runs:
        settle(office, run)
    return max(_THOROUGH_EVERY_S, _THOROUGH_REST * (time.monotonic() - began))


def _is_ours(run: RunRow) -> bool:
    """Whether this machine can list the run's folder: the one where it was started, or one that mounts it too."""
    return run.host == socket.gethostname() or Path(run.folder).is_dir()


def work_until(office: Office, stop: threading.Event, *, only: Callable[[], bool] = lambda: False) -> None:
    """Keep all runs moving until told to stop, or until ``only`` says that it is enough."""
    thorough_at = 0.0
    while not stop.is_set() and not only():
        try:
            if time.monotonic() >= thorough_at:
                # Also when it fails: what is away now is not back in half a second.
                thorough_at = time.monotonic() + _THOROUGH_EVERY_S
                thorough_at = time.monotonic() + follow_people(office)
            done = work_round(office, thorough=False)
        except SohoaError as error:
            _log.warning("run_round_failed", code=error.code, detail=error.detail)
            done = 0
        # Papers take seconds to read: a round for each that is done would cost more than it.
        stop.wait(_BUSY_PAUSE_S if done >= SLICE else _IDLE_PAUSE_S)
