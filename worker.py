"""The worker process: takes scans from one queue and brings each as far as a machine can.

RQ runs the jobs in this process (``SimpleWorker``): reading, the heavy and dangerous part, happens in a child of its
own (``ocr.pool``) that is killed with everything it started when it hangs; what is left here is light. See
``docs/decisions/0001-queue-and-worker.md`` for the figures. One queue per worker, always.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from rq import SimpleWorker
from rq.serializers import JSONSerializer

from ingest import logs
from ingest.jobs import work_in
from ingest.office import Office
from ingest.queue import BULK, UPLOADS
from ingest.settings import Settings, load

# RQ's own is ten minutes: too long for jobs that a killed worker left half taken.
MAINTENANCE_EVERY_S = 30
WORKER_TTL_S = 60


def run(settings: Settings, queue: str = UPLOADS, *, burst: bool = False, max_jobs: int | None = None) -> None:
    """Work until told to stop (SIGTERM or Ctrl-C finishes the present scan first); ``burst``: until the list is empty.

    Ends by itself after ``max_jobs`` scans, for a fresh process to take its place. Bulk work stands back for whatever
    else the machine has to do, so that a clerk never waits for it; its readers and engines inherit that. Raises
    redis's ``ConnectionError`` when Redis goes away; whoever started this process starts it again.
    """
    if queue == BULK:
        os.nice(settings.bulk_nice)
    with Office.open(settings) as office:
        work_in(office)
        worker = SimpleWorker(
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


def main(arguments: list[str] | None = None) -> None:
    """``python -m worker HOME [QUEUE] [--burst]``: for service managers; people use ``sohoa worker``."""
    given = sys.argv[1:] if arguments is None else arguments
    names = [argument for argument in given if argument != "--burst"]
    logs.set_up(json_lines=True)
    settings = load(Path(names[0]) if names else None)
    run(settings, names[1] if len(names) > 1 else UPLOADS, burst="--burst" in given)


if __name__ == "__main__":
    main()
