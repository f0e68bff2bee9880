"""What RQ runs: one job, one scan. The job's only argument is the scan's id.

This is one of the three places that may catch everything: what nobody foresaw is logged, counted as an attempt and
tried again, and in the end the scan is given up with a code. No job ever fails in silence.
"""

from __future__ import annotations

import os
import resource
import secrets
import signal
import socket
from pathlib import Path

import structlog

from certificate.errors import SohoaError
from certificate.states import WORKING
from ingest.office import Office
from ingest.pipeline import advance, fail
from ingest.scheduling import postpone
from ingest.workplace import Workplace, workplace

_log = structlog.get_logger()
_CRASH_PAUSE_S = 10.0


def work_on(scan_id: str) -> str:
    """Bring one scan as far as a machine can; gives the state it ends in."""
    office = workplace()
    _end_when_large(office)
    run = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    try:
        return advance(office, scan_id, run).value
    except SohoaError as error:
        # The database itself is away, or the like: the reconciler finds the scan when it is back.
        _log.error("job_stopped", scan_id=scan_id, code=error.code, detail=error.detail)
        return error.code
    except Exception:  # noqa: BLE001 - the job wrapper is where the unforeseen is translated
        _log.exception("job_crashed", scan_id=scan_id)
        return _after_crash(office, scan_id)


def _end_when_large(office: Office) -> None:
    """Ask this worker to end after the present scan when it has grown; whoever started it starts a fresh one."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    used_bytes = pages * resource.getpagesize()
    if Workplace.is_worker and used_bytes > office.settings.worker_memory_bytes:
        _log.warning("worker_grown", used_bytes=used_bytes)
        os.kill(os.getpid(), signal.SIGTERM)


def _after_crash(office: Office, scan_id: str) -> str:
    with office.database.unit_of_work(read_only=True) as unit:
        scan = unit.scans.get(scan_id)
    if scan.state not in WORKING:
        return scan.state.value
    if scan.attempts >= office.settings.max_attempts:
        return fail(office, scan_id, SohoaError("unforeseen error")).value
    postpone(office, scan_id, _CRASH_PAUSE_S * scan.attempts)
    return scan.state.value
