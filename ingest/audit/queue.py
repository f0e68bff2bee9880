"""The to-do list against the database: work without a job, jobs without work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from certificate.errors import QueueUnavailable
from certificate.states import WORKING
from ingest.audit.checks import Scope, Step
from ingest.audit.damages import Damage

_BATCH = 500


def run(scope: Scope, after: str) -> Iterator[Step]:
    """Stranded scans are what the reconciler would find, too; here they are told."""
    try:
        listed = scope.office.queue.listed_jobs()
    except QueueUnavailable:
        yield Step("", (Damage("queue_away"),), is_last=True)
        return
    while True:
        with scope.office.database.unit_of_work(read_only=True) as unit:
            scans = unit.scans.stranded(datetime.now(UTC), _BATCH, after=after)
        # A scan that changed a moment ago may be between two hands.
        damages = [
            Damage("scan_stranded", scan.id)
            for scan in scans
            if scan.job_id not in listed and _seconds_ago(scan.updated_at) > scope.office.settings.reconcile_every_s
        ]
        if not scans:
            break
        after = scans[-1].id
        yield Step(after, tuple(damages), len(scans))
    yield Step(after, tuple(_stale(scope, listed)), len(listed), is_last=True)


def _stale(scope: Scope, listed: frozenset[str]) -> Iterator[Damage]:
    ids = sorted({job_id.partition("-")[0] for job_id in listed})
    with scope.office.database.unit_of_work(read_only=True) as unit:
        for at in range(0, len(ids), _BATCH):
            there = unit.inventory.present("scan", ids[at : at + _BATCH])
            for scan_id in ids[at : at + _BATCH]:
                if scan_id not in there or unit.scans.get(scan_id).state not in WORKING:
                    yield Damage("job_stale", scan_id)


def _seconds_ago(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()
