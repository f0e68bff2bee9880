"""The feeder: takes listed inputs in slices, makes their bytes durable, and puts them on the bulk queue.

The ledger may hold a million inputs; the queue never holds more than ``bulk_ahead`` of them, so Redis stays small, and
a pause takes effect soon. A slice is one transaction: killed before it, nothing has happened but blobs that the next
try finds again; killed after it, the reconciler puts on the queue what is missing there. The inputs of a slice that
killed the feeder are taken one by one, and one that goes on killing is given up (``attempts``).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path, PurePosixPath

import structlog

from archive.outgoing import file_sha256
from certificate.errors import (
    FolderUnreachable,
    InputMissing,
    ManifestRepeats,
    NoAccess,
    QueueUnavailable,
    ScanRefused,
    SohoaError,
    TooLarge,
    TooManyPages,
    VersionConflict,
    WorkerLost,
)
from certificate.states import State
from ingest.intake import MAX_NAME_LETTERS, kept_scan
from ingest.office import Office
from ingest.queue_names import BULK
from ingest.runs.attempts import Attempts
from ingest.runs.faults import faulty_page
from ingest.runs.grouping import size_within
from ingest.runs.presence import are_away, check_there
from ingest.triage import triage
from store.database import UnitOfWork
from store.identifiers import new_id
from store.rows import NewScan
from store.run_rows import FAULTY, InputRow, InputState, RunRow, RunState

_log = structlog.get_logger()
SLICE = 25
# Scans that only wait for the registry need no worker; so many slices of them may stand beside the others.
_WAITING_SLICES = 200


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An input whose bytes are kept (``scan``), known already, or refused."""

    row: InputRow
    sha256: str | None = None
    scan: NewScan | None = None
    error_code: str | None = None
    fault: str | None = None


def feed(office: Office) -> int:
    """Give the bulk queue what it has room for, from every running run in turn; says how many inputs were taken."""
    with office.database.unit_of_work(read_only=True) as unit:
        running = unit.runs.all({RunState.RUNNING})
    taken = 0
    for run in running:
        while (limit := min(SLICE, room(office))) > 0:
            dealt_with = take_slice(office, run, limit)
            taken += dealt_with
            if dealt_with < limit or len(running) > 1:
                break
    return taken


def room(office: Office) -> int:
    """How many more scans the bulk queue takes now."""
    with office.database.unit_of_work(read_only=True) as unit:
        working, waiting = unit.scans.in_flight(BULK)
    return office.settings.bulk_ahead - working - max(0, waiting - _WAITING_SLICES * SLICE)


def take_slice(office: Office, run: RunRow, limit: int) -> int:
    """Deal with the next inputs of a run; says with how many."""
    with office.database.unit_of_work(read_only=True) as unit:
        rows = unit.runs.next_listed(run.id, limit)
    if not rows:
        return 0
    folder = Path(run.folder)
    attempts = Attempts(office.settings)
    unfinished = attempts.unfinished()
    together = _until_a_killer(rows, unfinished)
    try:
        check_there(folder)
        with attempts.counted([row.id for row in together]):
            if unfinished.get(together[0].id, 0) >= office.settings.max_attempts:
                _log.error("input_given_up", run_id=run.id, input_id=together[0].id)
                return _take(office, run, [_Prepared(together[0], error_code=WorkerLost.code)])
            prepared = [_with_fault(office, folder, _prepare(office, run, folder, row)) for row in together]
            return _take(office, run, prepared)
    except FolderUnreachable as error:
        # This run waits; the others go on.
        _note_trouble(office, run, error.code)
        return 0


def _until_a_killer(rows: Sequence[InputRow], unfinished: Mapping[str, int]) -> Sequence[InputRow]:
    """The first rows that may be taken together: those that no feeder died with, or one alone with which one did."""
    if rows[0].id in unfinished:
        return rows[:1]
    return list(takewhile(lambda row: row.id not in unfinished, rows))


def _take(office: Office, run: RunRow, prepared: Sequence[_Prepared]) -> int:
    """Write a slice into ledger and scans and put its jobs on the queue; says how many inputs were dealt with."""
    jobs: list[tuple[str, str]] = []
    with office.database.unit_of_work() as unit:
        # A pause or a cancellation in the meantime holds.
        if unit.runs.get(run.id).state is not RunState.RUNNING:
            return 0
        for each in prepared:
            job = _write(unit, each)
            if job is not None:
                jobs.append(job)
        unit.runs.set_trouble(run.id, None)
        unit.commit()
    try:
        office.queue.put_many(jobs, BULK)
    except QueueUnavailable:
        # The rows are there: the reconciler puts them on the queue when Redis is back.
        _log.warning("queue_unavailable", run_id=run.id)
    _log.info("run_fed", run_id=run.id, inputs=len(prepared), scans=len(jobs))
    return len(prepared)


def _note_trouble(office: Office, run: RunRow, code: str) -> None:
    if run.trouble == code:
        return
    with office.database.unit_of_work() as unit:
        unit.runs.set_trouble(run.id, code)
        unit.commit()
    _log.warning("run_in_trouble", run_id=run.id, code=code)


def _job_for(scan_id: str) -> str:
    return f"{scan_id}-{secrets.token_hex(4)}"


def _write(unit: UnitOfWork, each: _Prepared) -> tuple[str, str] | None:
    """Write one input into ledger and scans; gives the scan that now wants a job, and that job's id."""
    row = each.row
    if each.error_code is not None:
        unit.runs.settle(row.id, InputState.REFUSED, error_code=each.error_code, sha256=each.sha256, remark=each.fault)
        return None
    is_same = each.sha256 == row.sha256
    if row.scan_id is not None and is_same and unit.scans.get(row.scan_id).state is State.FAILED:
        # Wanted again: the scan that failed goes on, no second one is made. Where somebody mended the file, the new
        # bytes become a scan of their own.
        if not unit.runs.settle(row.id, InputState.TAKEN):
            return None
        job_id = _job_for(row.scan_id)
        unit.scans.move(row.scan_id, State.FAILED, State.RECEIVED, why="run_retried", job_id=job_id)
        return row.scan_id, job_id
    assert each.sha256 is not None
    known = kept_scan(unit, each.sha256)
    if known is not None:
        unit.runs.settle(row.id, InputState.KNOWN, sha256=each.sha256, scan_id=known.id)
        return None
    assert each.scan is not None
    scan_id = new_id()
    job_id = _job_for(scan_id)
    scan = unit.scans.add(each.scan, scan_id=scan_id, job_id=job_id)
    if not unit.runs.settle(row.id, InputState.TAKEN, sha256=each.sha256, scan_id=scan.id):
        # Another feeder was faster with this slice; the whole of it is undone.
        raise VersionConflict(f"input {row.id} was taken by another feeder")
    return scan.id, job_id


def _prepare(office: Office, run: RunRow, folder: Path, row: InputRow) -> _Prepared:
    """Look at an input's files and make their bytes durable, outside any transaction."""
    if row.error_code == ManifestRepeats.code:
        return _Prepared(row, error_code=row.error_code)
    try:
        return _kept(office, run, folder, row)
    except PermissionError:
        return _Prepared(row, error_code=NoAccess.code)
    except (InputMissing, OSError) as error:
        check_there(folder)
        # What a manifest named and no listing saw has no size.
        if row.size_bytes and are_away(folder, row.files, row.created_at):
            raise FolderUnreachable("a folder in it is empty") from error
        if row.scan_id is not None and _has_failed(office, row.scan_id):
            # The bytes of the first try are kept.
            return _Prepared(row, row.sha256)
        return _Prepared(row, error_code=InputMissing.code)
    except ScanRefused as refusal:
        return _Prepared(row, error_code=refusal.code)
    except SohoaError:
        raise
    except Exception:  # noqa: BLE001 - as in the job wrapper: the unforeseen is one input's fate, not that of all others
        _log.exception("input_crashed", run_id=run.id, input_id=row.id)
        return _Prepared(row, error_code=SohoaError.code)


def _with_fault(office: Office, folder: Path, prepared: _Prepared) -> _Prepared:
    """The same with the page that is at fault, where several were refused together."""
    # Whatever made a library fail would make it fail again.
    if prepared.error_code in (None, SohoaError.code) or len(prepared.row.files) < 2:
        return prepared
    path = faulty_page(folder, prepared.row.files, office.settings)
    return replace(prepared, fault=f"{FAULTY}{path}") if path else prepared


def _has_failed(office: Office, scan_id: str) -> bool:
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id).state is State.FAILED


def _kept(office: Office, run: RunRow, folder: Path, row: InputRow) -> _Prepared:
    if len(row.files) > office.settings.max_pages:
        raise TooManyPages(f"{len(row.files)} files")
    size = sum(size_within(folder, path) for path in row.files)
    if size > office.settings.max_bytes:
        # Before a byte is read: a file of many gigabytes would hold all runs up while it is hashed.
        raise TooLarge(f"{size} bytes")
    data: bytes | Path
    if len(row.files) == 1:
        data = folder / row.files[0]
        sha256 = file_sha256(data)
        file_name = PurePosixPath(row.files[0]).name
        if _is_known(office, sha256):
            return _Prepared(row, sha256)
    else:
        data = _joined(office, folder, row.files)
        sha256 = hashlib.sha256(data).hexdigest()
        file_name = f"{PurePosixPath(row.key).name or run.name}.pdf"
    seen = triage(data, office.settings)
    if seen.refusal is not None:
        raise seen.refusal
    sha256 = office.blobs.put(data)
    scan = NewScan(
        sha256=sha256,
        file_name=file_name[-MAX_NAME_LETTERS:],
        media_type=seen.media_type,
        size_bytes=len(data) if isinstance(data, bytes) else data.stat().st_size,
        uploaded_by=run.started_by,
        queue=BULK,
        office=run.office,
        page_count=seen.page_count,
    )
    return _Prepared(row, sha256, scan)


def _is_known(office: Office, sha256: str) -> bool:
    with office.database.unit_of_work(read_only=True) as unit:
        return kept_scan(unit, sha256) is not None


def _joined(office: Office, folder: Path, files: Sequence[str]) -> bytes:
    """The files as one PDF; each original is kept beside it."""
    for path in files:
        seen = triage(folder / path, office.settings)
        if seen.refusal is not None:
            raise seen.refusal
    read = [(folder / path).read_bytes() for path in files]
    for data in read:
        office.blobs.put(data)
    # Loaded with what writes PDFs; most inputs are one file.
    from archive.joining import join_files

    return join_files(read)
