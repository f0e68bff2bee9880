"""The worker process: takes scans from one queue and brings each as far as a machine can.

RQ runs the jobs in this process (``SimpleWorker``): reading, the heavy and dangerous part, happens in a child of its
own (``ocr.pool``) that is killed with everything it started when it hangs; what is left here is light. See
``docs/decisions/0001-queue-and-worker.md`` for the figures. One queue per worker, always.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ingest import logs
from ingest.office import Office
from ingest.queue_names import UPLOADS
from ingest.rq_worker import work
from ingest.settings import Settings, load


def run(settings: Settings, queue: str = UPLOADS, *, burst: bool = False, max_jobs: int | None = None) -> None:
    """Work until told to stop (SIGTERM or Ctrl-C finishes the present scan first); ``burst``: until the list is empty.

    Raises redis's ``ConnectionError`` when Redis goes away; whoever started this process starts it again.
    """
    with Office.open(settings) as office:
        work(office, queue, burst=burst, max_jobs=max_jobs)


def main(arguments: list[str] | None = None) -> None:
    """``python -m worker HOME [QUEUE] [--burst]``: for service managers; people use ``sohoa worker``."""
    given = sys.argv[1:] if arguments is None else arguments
    names = [argument for argument in given if argument != "--burst"]
    logs.set_up(json_lines=True)
    settings = load(Path(names[0]) if names else None)
    run(settings, names[1] if len(names) > 1 else UPLOADS, burst="--burst" in given)


if __name__ == "__main__":
    main()
