"""The limit of calls that all workers share: real Redis, several limiters, and Redis going away.

Nobody sleeps here: a place is compared by when it is, which a busy machine shifts by the time of a call at most.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.office import Office
from ingest.registry_limit import SharedLimiter
from ingest.settings import load
from registry.limits import PerSecondLimiter

# One call in ten seconds, so that a slow machine takes nobody for another.
SLOW = 0.1
GAP_S = 10.0


def limiter(url: str, per_second: float = SLOW, burst: int = 1) -> SharedLimiter:
    """One worker's limiter, which gives no place at all by itself."""
    alone = PerSecondLimiter(0.001)
    alone.hold(100_000)
    return SharedLimiter(url, per_second, burst=burst, alone=alone)


def turn(worker: SharedLimiter) -> float:
    """When the next place of that worker is, on the machine's clock."""
    wait_s = worker.reserve(1000)
    assert wait_s is not None
    return time.monotonic() + wait_s


def gaps(turns: Sequence[float]) -> list[int]:
    """How many places lie between each turn and the first."""
    return [round((one - turns[0]) / GAP_S) for one in turns]


def test_workers_share_one_line_of_places(redis_url: str) -> None:
    """Two workers get every second place each, not both the same."""
    workers = [limiter(redis_url), limiter(redis_url)]
    assert gaps([turn(workers[number % 2]) for number in range(6)]) == [0, 1, 2, 3, 4, 5]


def test_a_burst_is_the_offices_not_the_workers(redis_url: str) -> None:
    """After a quiet moment so many calls go at once, whoever makes them."""
    workers = [limiter(redis_url, burst=3), limiter(redis_url, burst=3)]
    assert gaps([turn(workers[number % 2]) for number in range(5)]) == [0, 0, 0, 1, 2]


def test_many_at_once_never_get_the_same_place(redis_url: str) -> None:
    """Eight workers at the same moment: forty places, all different."""
    workers = [limiter(redis_url) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda worker: [turn(worker) for _ in range(5)], workers)
    assert gaps(sorted(one for turns in found for one in turns)) == list(range(40))


def test_a_place_too_far_off_is_not_taken(redis_url: str) -> None:
    """Those who give up leave the line as short as it was."""
    worker = limiter(redis_url)
    first = turn(worker)
    assert [worker.reserve(1) for _ in range(20)] == [None] * 20
    assert gaps([first, turn(worker)]) == [0, 1]


def test_one_worker_told_to_wait_holds_all(redis_url: str) -> None:
    """Retry-After concerns the office."""
    first, second = limiter(redis_url), limiter(redis_url)
    begun = time.monotonic()
    first.hold(300)
    assert second.reserve(5) is None
    assert turn(second) >= begun + 300


def test_without_redis_each_worker_keeps_to_its_own_part(unreachable_redis: str) -> None:
    """No call is lost and no limit broken because the meeting place is away."""
    worker = SharedLimiter(unreachable_redis, 1, burst=1, alone=PerSecondLimiter(SLOW))
    assert gaps([turn(worker) for _ in range(3)]) == [0, 1, 2]
    worker.hold(3000)
    assert worker.reserve(1000) is None


def test_the_office_limits_as_set(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> None:
    """The setting is for all workers together; 0 is no limit."""
    home = tmp_path_factory.mktemp("home")
    settings = load(home, {}, redis_url=redis_url, registry_calls_per_second=SLOW)
    with Office(settings) as one, Office(settings) as other:
        waits = [office.call_limit.reserve(1000) for office in (one, other) * 4]
    # Five go at once, whoever they are; three more follow in a line.
    assert [wait is not None and wait > GAP_S / 2 for wait in waits] == [False] * 5 + [True] * 3
    with Office(load(home, {}, redis_url=redis_url, registry_calls_per_second=0)) as free:
        assert [free.call_limit.reserve(0) for _ in range(100)] == [0.0] * 100
