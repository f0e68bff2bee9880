"""The RQ worker of one process: one queue, JSON, jobs run in this very process. See decision record 0001."""

from __future__ import annotations

import os
import socket

from redis.client import Pipeline
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from ingest.office import Office
from ingest.queue_names import BULK, QUICK
from ingest.quick import warm_up
from ingest.workplace import work_in

# RQ's own is ten minutes: too long for jobs that a killed worker left half taken.
MAINTENANCE_EVERY_S = 30
WORKER_TTL_S = 60


class _Worker(SimpleWorker):
    """RQ's worker, but its signs of life go to Redis in one journey instead of three; there are three a job."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that this worker lives, as a part of ``pipeline`` where one is given."""
        if pipeline is not None:
            super().heartbeat(timeout, pipeline)
            return
        with self.connection.pipeline(transaction=False) as alone:
            super().heartbeat(timeout, alone)
            alone.execute()


def work(office: Office, queue: str, *, burst: bool = False, max_jobs: int | None = None) -> None:
    """Work on the queue until told to stop (SIGTERM or Ctrl-C finishes the present scan first).

    ``burst``: until the list is empty. Ends by itself after ``max_jobs`` scans, for a fresh process to take its
    place. Bulk work stands back for whatever else the machine has to do, so that a clerk never waits for it; its
    readers and engines inherit that. Raises redis's ``ConnectionError`` when Redis goes away.
    """
    settings = office.settings
    if queue == BULK:
        os.nice(settings.bulk_nice)
    work_in(office, is_worker=True)
    if queue == QUICK:
        warm_up(office)
    worker = _Worker(
        [office.queue.rq_queue(queue)],
        name=f"{socket.gethostname()}-{os.getpid()}-{queue}",
        connection=office.queue.connection,
        serializer=JSONSerializer,
        default_result_ttl=settings.result_ttl_s,
        maintenance_interval=MAINTENANCE_EVERY_S,
        worker_ttl=WORKER_TTL_S,
        log_job_description=False,
    )
    worker.work(burst=burst, max_jobs=max_jobs or settings.worker_max_jobs, logging_level="WARNING")
