"""The limit of calls to the registry that all workers of an office share, kept in Redis.

The registry counts an office's calls, not a process's. Redis is only the place where the workers meet: when it is away,
each of them keeps to its own part of the limit, and nothing is lost when it forgets.
"""

from __future__ import annotations

import structlog
from redis import Redis
from redis.exceptions import RedisError

from registry.limits import PerSecondLimiter

_log = structlog.get_logger(__name__)
_KEY = "sohoa:registry:next_call_us"
_TIMEOUT_S = 1.0
# Redis runs a script as one step, so no two workers get the same place; the clock is Redis's own.
_RESERVE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now - ARGV[2])
if at - now > tonumber(ARGV[3]) then return -1 end
redis.call('SET', KEYS[1], string.format('%.0f', at + ARGV[1]), 'PX', math.ceil((at + ARGV[1] - now) / 1000) + 60000)
return math.max(0, at - now)
"""
_HOLD = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now + ARGV[1])
redis.call('SET', KEYS[1], string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000) + 60000)
"""


class SharedLimiter:
    """At most so many calls a second from all processes that share a Redis; ``alone`` stands in while it is away."""

    def __init__(self, url: str, calls_per_second: float, *, burst: int, alone: PerSecondLimiter) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=_TIMEOUT_S, socket_timeout=_TIMEOUT_S)
        self._gap_us = round(1_000_000 / calls_per_second)
        self._slack_us = self._gap_us * (max(1, burst) - 1)
        self._alone = alone
        self._reserve = self._redis.register_script(_RESERVE)
        self._hold = self._redis.register_script(_HOLD)

    def close(self) -> None:
        """Let go of the connection."""
        self._redis.close()

    def reserve(self, longest_s: float) -> float | None:
        """Take the next free place of all workers, if it is no further off than ``longest_s``."""
        try:
            wait_us = int(self._reserve([_KEY], [self._gap_us, self._slack_us, round(longest_s * 1_000_000)]))
        except RedisError as error:
            _log.warning("call_limit_not_shared", reason=type(error).__name__)
            return self._alone.reserve(longest_s)
        return None if wait_us < 0 else wait_us / 1_000_000

    def hold(self, seconds: float) -> None:
        """Give no place to any worker for so many seconds."""
        self._alone.hold(seconds)
        try:
            self._hold([_KEY], [round(seconds * 1_000_000)])
        except RedisError as error:
            _log.warning("call_limit_not_shared", reason=type(error).__name__)
