"""What the queues are called, and the jobs on them. Apart from ``ingest.queue``, which loads what talks to Redis."""

from __future__ import annotations

UPLOADS = "uploads"
BULK = "bulk"
QUEUE_NAMES = (UPLOADS, BULK)
# Small questions of people who wait for the answer; they are not scans' work, so nobody looks for them when lost.
QUICK = "quick"
# Named as text so that enqueuing does not load the pipeline.
WORK = "ingest.jobs.work_on"
LOOK = "ingest.quick.look_at"
READ_REGION = "ingest.quick.read_region"
