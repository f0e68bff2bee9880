"""The to-do list in Redis: which scans want work. Never the truth: the database is, and this may be wiped.

A job carries a scan's id and nothing else, in JSON. Each worker listens on one queue only, because an RQ 3 worker on
several queues loses the job it is taking when it is killed at that moment.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.results import Result
from rq.serializers import JSONSerializer

from certificate.errors import QueueUnavailable, QuickUnavailable
from ingest.queue_names import BULK, QUEUE_NAMES, QUICK, WORK
from ingest.settings import Settings

# A line that is cut says nothing: after this long without an answer it counts as gone.
_LINE: dict[str, Any] = {
    "socket_keepalive": True,
    "socket_keepalive_options": {
        socket.TCP_KEEPIDLE: 10,
        socket.TCP_KEEPINTVL: 5,
        socket.TCP_KEEPCNT: 3,
        socket.TCP_USER_TIMEOUT: 20_000,
    },
}
_ALL_QUEUES = (*QUEUE_NAMES, QUICK)
# An answer is fetched at once; it must not lie about in Redis.
_ANSWER_TTL_S = 15


class WorkQueue:
    """Puts scans on the list and looks what is on it."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.connection: Redis = Redis.from_url(
            url, socket_connect_timeout=2, health_check_interval=30, **({} if url.startswith("unix:") else _LINE)
        )
        self._settings = settings

    def close(self) -> None:
        self.connection.close()

    def rq_queue(self, name: str) -> Queue:
        """The RQ queue of that name."""
        if name not in _ALL_QUEUES:
            raise ValueError(f"no queue is called {name!r}")
        return Queue(
            name,
            connection=self.connection,
            serializer=JSONSerializer,
            default_timeout=round(self._settings.job_timeout_s),
        )

    def put(self, scan_id: str, queue: str, *, job_id: str) -> None:
        """Put a scan on the list; raises ``QueueUnavailable``."""
        try:
            self.rq_queue(queue).enqueue_call(
                WORK,
                args=(scan_id,),
                job_id=job_id,
                result_ttl=0 if queue == BULK else self._settings.result_ttl_s,
                failure_ttl=self._settings.failure_ttl_s,
                description=f"scan {scan_id}",
            )
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def ask(self, what: str, *arguments: str | int, patience_s: float) -> object:
        """Have a small question answered by the quick worker; ``QuickUnavailable`` when no answer comes in time."""
        try:
            job = self.rq_queue(QUICK).enqueue_call(
                what, args=arguments, timeout=round(patience_s) + 1, result_ttl=_ANSWER_TTL_S, failure_ttl=_ANSWER_TTL_S
            )
            result = job.latest_result(timeout=max(1, round(patience_s)))
            if result is None:
                job.delete()
                raise QuickUnavailable("no answer in time")
            if result.type is not Result.Type.SUCCESSFUL:
                raise QuickUnavailable("the question could not be answered")
            answer: object = result.return_value
            job.delete()
        except RedisError as error:
            raise QuickUnavailable(type(error).__name__) from error
        return answer

    def tell(self, what: str, *arguments: str | int) -> None:
        """Put a small task on the quick list and forget it; raises ``QueueUnavailable``."""
        try:
            self.rq_queue(QUICK).enqueue_call(
                what, args=arguments, timeout=30, ttl=60, result_ttl=0, failure_ttl=_ANSWER_TTL_S
            )
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def put_many(self, jobs: Sequence[tuple[str, str]], queue: str) -> None:
        """Put scans on the list in one go, each with its job's id; raises ``QueueUnavailable``.

        Nobody asks for the result of bulk work, so Redis forgets each job as soon as it is done.
        """
        if not jobs:
            return
        kept = 0 if queue == BULK else self._settings.result_ttl_s
        prepared = [
            Queue.prepare_data(
                WORK,
                args=(scan_id,),
                job_id=job_id,
                timeout=round(self._settings.job_timeout_s),
                result_ttl=kept,
                failure_ttl=self._settings.failure_ttl_s,
                description=f"scan {scan_id}",
            )
            for scan_id, job_id in jobs
        ]
        try:
            self.rq_queue(queue).enqueue_many(prepared)
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def listed_jobs(self) -> frozenset[str]:
        """The ids of all jobs that still wait on some queue; raises ``QueueUnavailable``."""
        try:
            return frozenset(job_id for name in QUEUE_NAMES for job_id in self.rq_queue(name).get_job_ids())
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def lengths(self) -> dict[str, int]:
        """How many scans' jobs wait on each queue; raises ``QueueUnavailable``."""
        try:
            return {name: self.rq_queue(name).count for name in QUEUE_NAMES}
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error

    def workers(self) -> dict[str, int]:
        """How many workers listen on each queue, quick too, by their signs of life; raises ``QueueUnavailable``."""
        try:
            keys = {name: Worker.all_keys(queue=self.rq_queue(name)) for name in _ALL_QUEUES}
            # A worker that was killed stays on the list for a while, but its own entry expires.
            return {name: sum(bool(self.connection.exists(key)) for key in found) for name, found in keys.items()}
        except RedisError as error:
            raise QueueUnavailable(type(error).__name__) from error
