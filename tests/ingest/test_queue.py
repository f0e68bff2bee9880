"""The to-do list: ids only, in JSON, on queues that are known; and a clear word when Redis is away."""

from __future__ import annotations

import json
import zlib

import pytest

from certificate.errors import QueueUnavailable, QuickUnavailable
from ingest.office import Office
from ingest.queue import WorkQueue
from ingest.queue_names import BULK, QUICK, READ_REGION, UPLOADS, WORK
from ingest.settings import Settings


def test_a_job_carries_the_scans_id_and_nothing_else(office: Office) -> None:
    """What lies in Redis can be read by anybody and holds no paper: JSON, one id."""
    office.queue.put("abc123", UPLOADS, job_id="abc123-1")
    stored = office.queue.connection.hget("rq:job:abc123-1", "data")
    assert isinstance(stored, bytes)
    assert json.loads(zlib.decompress(stored)) == [WORK, None, ["abc123"], {}]


def test_a_job_knows_its_limits(office: Office, settings: Settings) -> None:
    """Time for the job, and how long its outcome is kept, come from the settings, not from RQ's defaults."""
    office.queue.put("abc123", UPLOADS, job_id="abc123-1")
    job = office.queue.rq_queue(UPLOADS).fetch_job("abc123-1")
    assert job is not None
    assert (job.timeout, job.result_ttl, job.failure_ttl) == (
        settings.job_timeout_s,
        settings.result_ttl_s,
        settings.failure_ttl_s,
    )


def test_waiting_jobs_are_listed_over_all_queues(office: Office) -> None:
    """The reconciler sees what waits, wherever it waits."""
    office.queue.put("a", UPLOADS, job_id="a-1")
    office.queue.put("b", BULK, job_id="b-1")
    office.queue.put("c", BULK, job_id="c-1")
    assert office.queue.listed_jobs() == {"a-1", "b-1", "c-1"}
    assert office.queue.lengths() == {UPLOADS: 1, BULK: 2}


def test_a_question_that_nobody_answers_is_told_as_such(office: Office) -> None:
    """A region that is not read again is not «kept and worked on later»; and status tells that nobody is there."""
    with pytest.raises(QuickUnavailable) as told:
        office.queue.ask(READ_REGION, "abc", patience_s=0.1)
    assert told.value.advice != QueueUnavailable.advice
    assert office.queue.workers()[QUICK] == 0


def test_an_unknown_queue_is_a_fault_of_the_program(office: Office) -> None:
    """No worker would ever look there."""
    with pytest.raises(ValueError, match="nowhere"):
        office.queue.put("a", "nowhere", job_id="a-1")


def test_a_redis_that_is_away_is_told_in_our_own_words(unreachable_redis: str, settings: Settings) -> None:
    """Every way into the list gives the project's own error, so that callers can go on without it."""
    queue = WorkQueue(unreachable_redis, settings)
    try:
        with pytest.raises(QueueUnavailable):
            queue.put("a", UPLOADS, job_id="a-1")
        with pytest.raises(QueueUnavailable):
            queue.listed_jobs()
        with pytest.raises(QueueUnavailable):
            queue.lengths()
    finally:
        queue.close()
