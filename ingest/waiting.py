"""Scans that wait for the registry: who tries whether it is back, and how all go on when it is.

Thousands may wait. A few of them, the scouts, ask again with growing pauses; the others sleep. The first answer that
any scan gets wakes all of them, one after another at the pace of the office's limit of calls, so that a registry that
has just come back is not run down. A sleeper that nobody woke asks by itself in the end, and nobody waits for ever.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog

from certificate.states import State
from ingest.office import Office
from ingest.scheduling import postpone
from store.rows import ScanRow

_log = structlog.get_logger()
# So many times the scouts' longest pause is how long the others sleep when nobody wakes them.
_SLEEP = 6
# A scan has about so many owners, asked about in as many calls at most.
_CALLS_PER_SCAN = 2.0
# Scans that come back within this time anyway need not be woken.
_SOON_S = 5.0


def put_off(office: Office, scan: ScanRow) -> None:
    """Leave a scan that waits for the registry until it is its turn to ask again."""
    settings, now = office.settings, datetime.now(UTC)
    with office.database.unit_of_work(read_only=True) as unit:
        horizon = now + timedelta(seconds=2 * settings.registry_retry_max_s)
        scouts = unit.scans.count_due(State.WAITING_REGISTRY, horizon, except_id=scan.id)
    if scouts >= settings.registry_scouts:
        pause_s = _SLEEP * settings.registry_retry_max_s
    else:
        # The longer it has waited, the longer the pause.
        waited_s = (now - scan.updated_at).total_seconds()
        pause_s = min(max(settings.registry_retry_s, waited_s), settings.registry_retry_max_s)
    postpone(office, scan.id, pause_s)


def has_waited_enough(office: Office, scan: ScanRow) -> bool:
    """Whether a person shall decide without the registry, because it has owed its answer for too long."""
    patience_s = office.settings.registry_patience_s
    if scan.state is not State.WAITING_REGISTRY or patience_s <= 0:
        return False
    return (datetime.now(UTC) - scan.updated_at).total_seconds() >= patience_s


def wake(office: Office) -> int:
    """The registry answers: let the scans that wait for it go on, evenly spread; says how many."""
    per_second = office.settings.registry_calls_per_second
    gap_s = _CALLS_PER_SCAN / per_second if per_second > 0 else 0.0
    now = datetime.now(UTC)
    with office.database.unit_of_work(read_only=True) as unit:
        count, latest = unit.scans.longest_wait(State.WAITING_REGISTRY)
    if latest is None or latest <= now + timedelta(seconds=count * gap_s + _SOON_S):
        return 0
    with office.database.unit_of_work() as unit:
        woken = unit.scans.line_up(State.WAITING_REGISTRY, gap_s)
        unit.commit()
    if woken:
        _log.info("registry_is_back", waiting=woken)
    return woken
