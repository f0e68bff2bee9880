"""The limit of calls that all workers share: real Redis, several limiters, and Redis going away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.office import Office
from ingest.registry_limit import SharedLimiter
from ingest.settings import load
from registry.limits import PerSecondLimiter


def limiter(url: str, per_second: float, burst: int = 1) -> SharedLimiter:
    """One worker's limiter, which gives no place at all by itself."""
    alone = PerSecondLimiter(0.001)
    alone.hold(1000)
    return SharedLimiter(url, per_second, burst=burst, alone=alone)


def places(*workers: SharedLimiter, count: int, longest_s: float = 60.0) -> list[float | None]:
    """So many places, taken by the workers in turn."""
    return [workers[number % len(workers)].reserve(longest_s) for number in range(count)]


def test_workers_share_one_line_of_places(redis_url: str) -> None:
    """Two workers get every second place each, not both the same."""
    waits = places(limiter(redis_url, 2), limiter(redis_url, 2), count=6)
    assert waits == [pytest.approx(number * 0.5, abs=0.2) for number in range(6)]


def test_a_burst_is_the_offices_not_the_workers(redis_url: str) -> None:
    """After a quiet moment so many calls go at once, whoever makes them."""
    waits = places(limiter(redis_url, 2, burst=3), limiter(redis_url, 2, burst=3), count=5)
    assert waits == [pytest.approx(wait, abs=0.2) for wait in (0, 0, 0, 0.5, 1.0)]


def test_many_at_once_never_get_the_same_place(redis_url: str) -> None:
    """Eight workers at the same moment: forty places, a tenth of a second apart."""
    workers = [limiter(redis_url, 10) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = sorted(
            wait for waits in pool.map(lambda one: places(one, count=5), workers) for wait in waits if wait is not None
        )
    assert len(found) == 40
    # Time went by while they asked, so the line is a little shorter than 39 gaps.
    assert 2.5 < found[-1] <= 3.91


def test_a_place_too_far_off_is_not_taken(redis_url: str) -> None:
    """Those who give up leave the line as short as it was."""
    worker = limiter(redis_url, 1)
    assert places(worker, count=20, longest_s=1.5)[-1] is None
    assert worker.reserve(60) == pytest.approx(2.0, abs=0.3)


def test_one_worker_told_to_wait_holds_all(redis_url: str) -> None:
    """Retry-After concerns the office."""
    first, second = limiter(redis_url, 10), limiter(redis_url, 10)
    first.hold(30)
    assert second.reserve(5) is None
    assert second.reserve(60) == pytest.approx(30, abs=0.5)


def test_without_redis_each_worker_keeps_to_its_own_part(unreachable_redis: str) -> None:
    """No call is lost and no limit broken because the meeting place is away."""
    alone = PerSecondLimiter(2)
    worker = SharedLimiter(unreachable_redis, 4, burst=1, alone=alone)
    assert places(worker, count=3) == [pytest.approx(wait, abs=0.3) for wait in (0, 0.5, 1.0)]
    worker.hold(30)
    assert worker.reserve(5) is None


def test_the_office_limits_as_set(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> None:
    """The setting is for all workers together; 0 is no limit."""
    home = tmp_path_factory.mktemp("home")
    settings = load(home, {}, redis_url=redis_url, registry_calls_per_second=1)
    with Office(settings) as one, Office(settings) as other:
        waits = [office.call_limit.reserve(60) for office in (one, other) * 4]
    assert waits[-1] == pytest.approx(3.0, abs=0.5)
    with Office(load(home, {}, redis_url=redis_url, registry_calls_per_second=0)) as free:
        assert [free.call_limit.reserve(0) for _ in range(100)] == [0.0] * 100
