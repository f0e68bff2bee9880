"""Who works on what, and when: putting scans on the list, and the reconciler that finds the forgotten ones."""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from certificate.errors import SohoaError
from ingest.office import Office

_log = structlog.get_logger()
# Scans looked at in one round: enough for any office's queue, few enough to stay a short read.
_ROUND_LIMIT = 500


def enqueue(office: Office, scan_id: str, queue: str) -> str:
    """Put a scan on the to-do list and note the job; raises ``QueueUnavailable``."""
    job_id = f"{scan_id}-{secrets.token_hex(4)}"
    # Noted first: a quick worker may have postponed the scan again before this function goes on.
    with office.database.unit_of_work() as unit:
        unit.scans.set_job(scan_id, job_id)
        unit.commit()
    office.queue.put(scan_id, queue, job_id=job_id)
    return job_id


def postpone(office: Office, scan_id: str, pause_s: float) -> None:
    """Leave a scan alone for about ``pause_s`` seconds; spread a little, so that many do not come back at once."""
    later = datetime.now(UTC) + timedelta(seconds=pause_s * random.uniform(1.0, 1.3))  # noqa: S311 - no secret
    with office.database.unit_of_work() as unit:
        unit.scans.set_job(scan_id, None, not_before=later)
        unit.commit()


def reconcile(office: Office) -> int:
    """Put every scan back on the list that has work to do, no living worker and no waiting job; says how many.

    This is what makes Redis expendable. Doing it twice does no harm: a worker claims a scan before it works on it.
    """
    listed = office.queue.listed_jobs()
    again = 0
    after = ""
    while True:
        with office.database.unit_of_work(read_only=True) as unit:
            scans = unit.scans.stranded(datetime.now(UTC), _ROUND_LIMIT, after=after)
        for scan in scans:
            if scan.job_id not in listed:
                enqueue(office, scan.id, scan.queue)
                again += 1
        if len(scans) < _ROUND_LIMIT:
            break
        after = scans[-1].id
    if again:
        _log.info("reconciled", scans=again)
    return again


def reconcile_until(office: Office, stop: threading.Event, beside: Callable[[], object] = lambda: None) -> None:
    """Reconcile every ``reconcile_every_s`` seconds until told to stop; a round that fails is tried again.

    ``beside`` is what else is looked after once a round.
    """
    while not stop.is_set():
        try:
            beside()
            reconcile(office)
        except SohoaError as error:
            _log.warning("reconcile_failed", code=error.code, detail=error.detail)
        stop.wait(office.settings.reconcile_every_s)
