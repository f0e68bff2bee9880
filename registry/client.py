"""Asking the population registry about owners, on lines that fail.

This client speaks HTTP behind the port (``registry.port``); the office's real line (SOAP) would be another adapter
there. Whatever goes wrong on the line ends in the verdict ``unavailable``, never in a
match: only an answer that is whole, well formed and about the person asked for is believed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, TypeVar

import httpx
import structlog
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from certificate.citizens import Citizen, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import RegistryError, RegistryRefused
from registry.breaker import CircuitBreaker
from registry.limits import CallLimiter, PerSecondLimiter
from registry.memory import ShortMemory
from registry.port import Patience
from registry.verdicts import can_ask, judge
from registry.wire import (
    API_KEY_HEADER,
    MOST_QUESTIONS,
    OFFICER_HEADER,
    Garbage,
    lookup_request,
    read_lookup,
    read_lookups,
)

_log = structlog.get_logger(__name__)
Found = TypeVar("Found")
MOST_ANSWER_BYTES = 4_000_000
"""Fifty look-ups with twenty people each are far below it."""
LONGEST_REST_S = 86_400.0
"""A Retry-After beyond a day is a fault of the registry's: it would silence the office for good."""
_ONE, _MANY = "/v1/lookup", "/v1/lookups"


class _TryAgain(Exception):
    """The call failed in a way that another one may not."""

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class _OneAtATime(Exception):
    """The registry has no call for several questions."""


class _HeldBack(Exception):
    """The breaker is open or the calls of this second are used up for longer than anybody waits."""


class RegistryClient:
    """The registry over HTTP; made once per process, used from any of its threads, closed at the end."""

    def __init__(
        self,
        url: str,
        api_key: str,
        officer_code: str,
        *,
        patience: Patience | None = None,
        breaker: CircuitBreaker | None = None,
        limiter: CallLimiter | None = None,
        remember_s: float = 60.0,
        connections: int = 8,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patience = patience or Patience()
        self._breaker = breaker or CircuitBreaker(clock=clock)
        self._limiter = limiter or PerSecondLimiter(20, burst=5, clock=clock)
        # False once the registry said that it takes one question at a time.
        self._takes_many = True
        self._memory: ShortMemory[RegistryAnswer] = ShortMemory(remember_s, clock=clock)
        self._officer_code = officer_code
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=url,
            headers={API_KEY_HEADER: api_key, "Accept": "application/json"},
            timeout=httpx.Timeout(
                self._patience.read_s, connect=self._patience.connect_s, pool=self._patience.budget_s
            ),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            transport=transport,
            # The registry is named in the settings; a proxy of the environment must not see whom we ask about.
            trust_env=False,
        )

    def __enter__(self) -> RegistryClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all connections."""
        self._http.close()

    @property
    def is_resting(self) -> bool:
        """Whether the registry failed so often that it is left alone for the moment."""
        return self._breaker.is_open

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        """What the registry says of one owner; see ``RegistryPort``."""
        officer = officer_code or self._officer_code
        if not can_ask(query):
            return RegistryAnswer(RegistryVerdict.NOT_ASKED)
        known = self._memory.get((query, officer))
        if known is not None:
            return known
        asked_at = _now()
        try:
            citizens = self._retrying()(self._ask_once, lambda: self._lookup(query, officer))
        except (_TryAgain, _HeldBack) as failure:
            _log.warning("registry_unavailable", reason=str(failure))
            return RegistryAnswer(RegistryVerdict.UNAVAILABLE, asked_at=asked_at, officer_code=officer)
        return self._judged(query, citizens, asked_at, officer)

    def verify_owners(
        self, queries: Sequence[OwnerQuery], *, officer_code: str | None = None
    ) -> tuple[RegistryAnswer, ...]:
        """What the registry says of several owners, asked in as few calls as it takes; see ``AsksMany``."""
        officer = officer_code or self._officer_code
        new = [query for query in dict.fromkeys(queries) if can_ask(query) and not self._memory.get((query, officer))]
        found: dict[OwnerQuery, RegistryAnswer] = {}
        for start in range(0, len(new), MOST_QUESTIONS):
            together = new[start : start + MOST_QUESTIONS]
            if len(together) > 1 and self._takes_many:
                found |= self._ask_many(together, officer)
        # Who is left, was answered about with nonsense, or the registry takes one question at a time: asked alone.
        return tuple(found.get(query) or self.verify_owner(query, officer_code=officer) for query in queries)

    def _ask_many(self, queries: Sequence[OwnerQuery], officer: str) -> dict[OwnerQuery, RegistryAnswer]:
        asked_at = _now()
        try:
            answers = self._retrying()(self._ask_once, lambda: self._lookups(queries, officer))
        except (_TryAgain, _HeldBack) as failure:
            _log.warning("registry_unavailable", reason=str(failure), owners=len(queries))
            nothing = RegistryAnswer(RegistryVerdict.UNAVAILABLE, asked_at=asked_at, officer_code=officer)
            return dict.fromkeys(queries, nothing)
        except _OneAtATime:
            _log.info("registry_takes_one_at_a_time")
            self._takes_many = False
            return {}
        except RegistryRefused:
            raise
        except RegistryError:
            # One question that it does not understand must not spoil the others.
            return {}
        return {
            query: self._judged(query, citizens, asked_at, officer)
            for query, citizens in zip(queries, answers, strict=True)
            if citizens is not None
        }

    def _judged(self, query: OwnerQuery, citizens: Sequence[Citizen], asked_at: str, officer: str) -> RegistryAnswer:
        answer = judge(query, citizens, asked_at=asked_at, officer_code=officer)
        self._memory.put((query, officer), answer)
        return answer

    def _retrying(self) -> Retrying:
        patience = self._patience
        return Retrying(
            stop=stop_after_attempt(patience.attempts) | stop_before_delay(patience.budget_s),
            wait=self._wait_s,
            retry=retry_if_exception_type(_TryAgain),
            sleep=self._sleep,
            reraise=True,
        )

    def _wait_s(self, state: RetryCallState) -> float:
        """As long as the registry asks for, and a little more at random so that not all come back at once."""
        patience = self._patience
        jitter = wait_random_exponential(patience.first_wait_s, patience.longest_wait_s)(state)
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _TryAgain) and error.retry_after_s is not None:
            return error.retry_after_s + min(jitter, patience.first_wait_s)
        return jitter

    def _ask_once(self, call: Callable[[], Found]) -> Found:
        if self._breaker.is_open:
            raise _HeldBack("left alone after failures")
        wait_s = self._limiter.reserve(self._patience.budget_s)
        if wait_s is None:
            raise _HeldBack("too many calls already wait")
        if wait_s > 0:
            self._sleep(wait_s)
        if not self._breaker.allow():
            raise _HeldBack("left alone after failures")
        try:
            found = call()
        except _TryAgain as failure:
            self._breaker.failed()
            if failure.retry_after_s:
                # Whoever else would call now is to wait as well.
                self._limiter.hold(failure.retry_after_s)
            raise
        except (RegistryError, _OneAtATime):
            # It answered, if not as we like: the line is good.
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return found

    def _lookup(self, query: OwnerQuery, officer: str) -> tuple[Citizen, ...]:
        request = lookup_request(query)
        return self._post(_ONE, request, officer, lambda answer: read_lookup(answer, request))

    def _lookups(self, queries: Sequence[OwnerQuery], officer: str) -> tuple[tuple[Citizen, ...] | None, ...]:
        requests = [lookup_request(query) for query in queries]
        body = {"questions": requests}
        return self._post(_MANY, body, officer, lambda answer: read_lookups(answer, requests))

    def _post(self, path: str, body: Any, officer: str, read: Callable[[Any], Found]) -> Found:
        try:
            # A header goes over the line as bytes; an officer's code may hold Vietnamese letters.
            headers = {OFFICER_HEADER.encode(): officer.encode()}
            with self._http.stream("POST", path, json=body, headers=headers) as response:
                content = self._whole(response)
        except httpx.InvalidURL as error:
            raise RegistryError("the registry's URL cannot be understood") from error
        except httpx.HTTPError as error:
            raise _TryAgain(type(error).__name__) from error
        status = response.status_code
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise RegistryRefused(_error_code(status, content))
        if path == _MANY and status in {httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}:
            raise _OneAtATime
        if status in {httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY}:
            raise RegistryError(f"the registry does not understand the question ({status})")
        if status != httpx.codes.OK:
            raise _TryAgain(f"status {status}", _retry_after_s(response.headers.get("Retry-After")))
        try:
            return read(json.loads(content))
        except Garbage as error:
            raise _TryAgain(str(error)) from error
        except (ValueError, RecursionError) as error:
            # The error's own text may quote the answer, which may hold a name.
            raise _TryAgain("malformed JSON") from error

    def _whole(self, response: httpx.Response) -> bytes:
        """The answer's body, unless it has no end: neither a flood nor a trickle may hold a worker."""
        until = time.monotonic() + self._patience.answer_s
        content = bytearray()
        for part in response.iter_bytes():
            content += part
            if len(content) > MOST_ANSWER_BYTES or time.monotonic() > until:
                raise _TryAgain("an answer without end")
        return bytes(content)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _error_code(status: int, content: bytes) -> str:
    try:
        code = json.loads(content)["error"]["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"status {status}"
    return str(code)[:100]


def _retry_after_s(value: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, given as a number or as a date; at most a day."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return min(float(value), LONGEST_REST_S)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(0.0, (at - datetime.now(UTC)).total_seconds()), LONGEST_REST_S)
