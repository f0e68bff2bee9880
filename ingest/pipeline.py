"""The path of one scan, step by step: read, check, archive.

Every step first looks at what is already done, and ends in one commit that carries the scan to its next state. So any
step may be killed at any line and any job may run twice: what was committed stays, the rest is done again.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from certificate.errors import (
    BlobCorrupt,
    BlobMissing,
    MoveNotAllowed,
    PdfInvalid,
    RegistryError,
    ScanRefused,
    SohoaError,
    VersionConflict,
    WorkerLost,
)
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Form, Record
from certificate.rules.reader_findings import CANNOT_BE_JUDGED
from certificate.states import WORKING, State
from ingest import desk
from ingest.checking import Asking, Checked, check_certificate, gather, save_outcome
from ingest.decision import policy_of, reasons_for_review
from ingest.office import Office
from ingest.scheduling import postpone
from ingest.waiting import has_waited_enough, put_off, wake
from store.rows import CertificateRow, ScanRow

_log = structlog.get_logger()
SYSTEM = "system"
# A cause outside the scan (disk full, database away) is tried again after this pause, for as long as it lasts.
_OUTSIDE_PAUSE_S = 30.0
_RETRY_PAUSE_S = 5.0
_BLANK, _FOREIGN, _UNREADABLE = "blank_page", "not_a_certificate", "page_unreadable"


def advance(office: Office, scan_id: str, worker: str) -> State:
    """Bring one scan as far as a machine can, and say where it stands then.

    Nothing happens when another worker holds it. What goes wrong with the scan itself ends in its row; what goes
    wrong around it (registry, disk, database) is left to be tried again later.
    """
    settings = office.settings
    with office.database.unit_of_work() as unit:
        if not unit.scans.claim(scan_id, worker, settings.lease_s):
            return unit.scans.get(scan_id).state
        attempts = unit.scans.count_attempt(scan_id)
        scan = unit.scans.get(scan_id)
        if attempts <= settings.max_attempts and scan.state is State.RECEIVED:
            # One commit for both: a worker that has the scan reads it.
            scan = unit.scans.move(scan, State.RECEIVED, State.READING)
        unit.commit()
    structlog.contextvars.bind_contextvars(scan_id=scan_id)
    state = None
    try:
        with _lease_kept(office, scan_id, worker):
            state = _advance_claimed(office, scan, attempts)
    except (MoveNotAllowed, VersionConflict) as error:
        # Somebody else carried the scan on meanwhile; what they did stands.
        _log.info("overtaken", code=error.code)
        return _state(office, scan_id)
    finally:
        structlog.contextvars.unbind_contextvars("scan_id")
        # A scan that has left the machines' hands has no lease any more.
        if state is None or state in WORKING:
            with office.database.unit_of_work() as unit:
                unit.scans.release(scan_id, worker)
                unit.commit()
    return state


def _advance_claimed(office: Office, scan: ScanRow, attempts: int) -> State:
    scan_id = scan.id
    if attempts > office.settings.max_attempts:
        return fail(office, scan_id, WorkerLost())
    try:
        while scan.state in WORKING:
            moved = _step(office, scan)
            if moved is None:
                return _state(office, scan_id)
            # As the step left it; who moves it meanwhile makes the next step's move fail.
            scan = moved
    except ScanRefused as error:
        if error.retryable and attempts < office.settings.max_attempts:
            _log.warning("will_read_again", code=error.code, attempt=attempts)
            postpone(office, scan_id, _RETRY_PAUSE_S * attempts)
            return _state(office, scan_id)
        return fail(office, scan_id, error)
    except (BlobMissing, BlobCorrupt, PdfInvalid) as error:
        return fail(office, scan_id, error)
    except SohoaError as error:
        if isinstance(error, MoveNotAllowed | VersionConflict):
            raise
        _log.warning("will_try_again", code=error.code, detail=error.detail)
        _forget_attempts(office, scan_id)
        postpone(office, scan_id, _OUTSIDE_PAUSE_S)
        return _state(office, scan_id)
    return scan.state


def _step(office: Office, scan: ScanRow) -> ScanRow | None:
    """Do the step that the scan's state calls for; ``None`` when it must wait for something."""
    match scan.state:
        case State.READING:
            moved = _read(office, scan)
        case State.ARCHIVING:
            moved = _archive(office, scan)
        case _:
            checked = _check(office, scan)
            if checked is None:
                return None
            moved = checked
    _log.info("step_done", step=scan.state.value)
    return moved


def fail(office: Office, scan_id: str, error: SohoaError) -> State:
    """Give a scan up with the code of the reason; a person may try it again."""
    with office.database.unit_of_work() as unit:
        unit.scans.move(scan_id, WORKING, State.FAILED, error_code=error.code)
        unit.commit()
    _log.warning("scan_failed", scan_id=scan_id, code=error.code, detail=error.detail)
    return State.FAILED


# --- reading


def _read(office: Office, scan: ScanRow) -> ScanRow:
    with as_file(office, scan.sha256) as path:
        reading = office.reader.read(path, scan.file_name)
    previews = [[office.blobs.put(face.preview_jpeg) for face in found.faces] for found in reading.certificates]
    foreign = _why_foreign(reading)
    with office.database.unit_of_work() as unit:
        unit.certificates.keep_reading(scan.id, reading, previews)
        if foreign:
            moved = unit.scans.move(
                scan, State.READING, State.RETURNED, return_reason=foreign, page_count=reading.page_count
            )
        else:
            moved = unit.scans.move(scan, State.READING, State.CHECKING, page_count=reading.page_count, attempts=0)
        unit.commit()
    return moved


def _why_foreign(reading: ScanReading) -> str | None:
    """Why the scan goes back to the clerk: it holds no certificate at all."""
    if any(found.record.form is not Form.OTHER for found in reading.certificates):
        return None
    if reading.unreadable:
        return _UNREADABLE
    papers = reading.certificates
    found = [{finding.code for finding in paper.record.findings} for paper in papers]
    # What can be put right by scanning again is told before what cannot.
    seen = {finding.code for finding in reading.findings}.union(*found)
    for code in CANNOT_BE_JUDGED:
        if code in seen:
            return code
    return _BLANK if papers and all(_BLANK in codes for codes in found) else _FOREIGN


@contextmanager
def as_file(office: Office, sha256: str) -> Iterator[Path]:
    """The blob as a file: its own where blobs are files, else a copy for as long as it is needed."""
    office.blobs.verify(sha256)
    path = office.blobs.path(sha256)
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="sohoa-scan-") as folder:
        copy = Path(folder) / sha256
        copy.write_bytes(office.blobs.get(sha256))
        yield copy


# --- checking


def _check(office: Office, scan: ScanRow) -> ScanRow | None:
    with office.database.unit_of_work(read_only=True) as unit:
        papers = unit.certificates.for_scan(scan.id)
        waiting = [gather(unit, row, papers) for row in papers if row.decided_at is None]
        unreadable = [page.page_number for page in unit.scans.pages(scan.id) if page.unreadable]
    try:
        asking = Asking.ahead(office, waiting)
        checked = [(given.certificate, check_certificate(office, given, asking=asking)) for given in waiting]
    except RegistryError as error:
        _log.error("registry_error", code=error.code, detail=error.detail)
        _wait_for_registry(office, scan, [])
        return None
    if asking.was_answered:
        wake(office)
    owed = office.settings.ask_registry and any(outcome.is_waiting for _, outcome in checked)
    if owed and not has_waited_enough(office, scan):
        _wait_for_registry(office, scan, checked)
        return None
    policy = policy_of(office.settings)
    with office.database.unit_of_work() as unit:
        if scan.state is State.WAITING_REGISTRY:
            scan = unit.scans.move(scan, State.WAITING_REGISTRY, State.CHECKING)
        for paper, outcome in checked:
            row = save_outcome(unit, paper, outcome)
            foreign_paper = row.form is Form.OTHER
            if foreign_paper or not reasons_for_review(row.record, outcome.by_owner, policy, unreadable):
                unit.certificates.decide(row, row.version, SYSTEM)
        undecided = unit.certificates.has_undecided(scan.id)
        moved = unit.scans.move(scan, State.CHECKING, State.IN_REVIEW if undecided else State.ARCHIVING, attempts=0)
        if undecided:
            desk.describe(unit, office.settings, scan.id)
        unit.commit()
    return moved


def _wait_for_registry(office: Office, scan: ScanRow, checked: Sequence[tuple[CertificateRow, Checked]]) -> None:
    """Leave the scan until the registry answers."""
    with office.database.unit_of_work() as unit:
        if scan.state is not State.WAITING_REGISTRY:
            for paper, outcome in checked:
                save_outcome(unit, paper, outcome)
            scan = unit.scans.move(scan, State.CHECKING, State.WAITING_REGISTRY)
        unit.scans.clear_attempts(scan.id)
        unit.commit()
    put_off(office, scan)


# --- archiving


def _archive(office: Office, scan: ScanRow) -> ScanRow:
    original = office.blobs.get(scan.sha256)
    with office.database.unit_of_work(read_only=True) as unit:
        certificates = unit.certificates.for_scan(scan.id)
    kept: tuple[CertificateRow, str] | None = None
    for certificate in certificates:
        if certificate.form is Form.OTHER or _is_archived(office, certificate):
            continue
        if kept is not None:
            with office.database.unit_of_work() as unit:
                unit.certificates.set_archived(*kept)
                unit.commit()
        kept = certificate, _write_pdfa(office, scan, certificate, original)
    with office.database.unit_of_work() as unit:
        # One commit for the last of them and the end of the way: most scans hold one certificate.
        if kept is not None:
            unit.certificates.set_archived(*kept)
        moved = unit.scans.move(scan, State.ARCHIVING, State.ARCHIVED)
        unit.commit()
    _match_registers(office, certificates)
    return moved


def _match_registers(office: Office, certificates: Sequence[CertificateRow]) -> None:
    """Compare rows of other registers that waited for these certificates."""
    # Loaded with what archives: a worker starts without it.
    from ingest.register_rows import match_archived

    match_archived(office, [one for one in certificates if one.form is not Form.OTHER])


def _is_archived(office: Office, certificate: CertificateRow) -> bool:
    """Whether this decision's PDF/A is already kept."""
    return (
        certificate.pdfa_sha256 is not None
        and certificate.archived_at is not None
        and certificate.decided_at is not None
        and certificate.archived_at >= certificate.decided_at
        and office.blobs.has(certificate.pdfa_sha256)
    )


def _write_pdfa(office: Office, scan: ScanRow, certificate: CertificateRow, original: bytes) -> str:
    decided_at = certificate.decided_at or scan.created_at
    return keep_pdfa(office, scan, certificate, certificate.record, decided_at, original)


def keep_pdfa(
    office: Office, scan: ScanRow, certificate: CertificateRow, record: Record, decided_at: datetime, original: bytes
) -> str:
    """Write the PDF/A, check and sign what was written, keep it, and read it back from where it is kept.

    ``record`` is the one that was decided then. The decision's moment is the document's date: writing it again gives
    the same bytes and so the same blob, unless the office signs.
    """
    # What writes PDFs takes a third of a second to load; a worker starts, and reads its first scan, without it.
    from archive.pdfa import check_pdfa, write_pdfa
    from archive.xmp import PdfIdentity
    from ingest.signing import sign

    faces = tuple(
        replace(face, preview_jpeg=office.blobs.get(preview))
        for face, preview in zip(certificate.faces(), certificate.previews, strict=True)
    )
    reading = CertificateReading(record, faces)
    serial = record.value("serial_number")
    identity = PdfIdentity(
        title=f"Giấy chứng nhận {serial}" if serial else scan.file_name,
        serial_number=serial,
        form=certificate.form.value,
        issue_date=record.value("issue_date"),
        scan_sha256=scan.sha256,
        created_at=decided_at,
    )
    pdf = write_pdfa(original, reading, identity, part=office.settings.pdfa_part)
    check_pdfa(pdf, reading, is_judged=True)
    signed = sign(office.settings, pdf)
    if signed is not pdf:
        check_pdfa(signed, reading)
    sha256 = office.blobs.put(signed)
    office.blobs.verify(sha256)
    return sha256


# --- the claim


@contextmanager
def _lease_kept(office: Office, scan_id: str, worker: str) -> Iterator[None]:
    """Renew the claim on a scan for as long as the block runs, from a thread of its own."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(office.settings.lease_s / 3):
            try:
                with office.database.unit_of_work() as unit:
                    unit.scans.renew(scan_id, worker, office.settings.lease_s)
                    unit.commit()
            except SohoaError as error:  # The next renewal may succeed; losing the lease is harmless.
                _log.warning("lease_not_renewed", code=error.code)

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _state(office: Office, scan_id: str) -> State:
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.scans.get(scan_id).state


def _forget_attempts(office: Office, scan_id: str) -> None:
    with office.database.unit_of_work() as unit:
        unit.scans.clear_attempts(scan_id)
        unit.commit()
