"""Asking the population registry about owners, on lines that fail.

The port is what the rest of the program sees; this client speaks HTTP, and the office's real line (SOAP) would be
another adapter behind the same port. Whatever goes wrong on the line ends in the verdict ``unavailable``, never in a
match: only an answer that is whole, well formed and about the person asked for is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Protocol

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
from registry.verdicts import can_ask, judge
from registry.wire import API_KEY_HEADER, OFFICER_HEADER, Garbage, lookup_request, read_lookup

_log = structlog.get_logger(__name__)


class RegistryPort(Protocol):
    """Something that knows citizens."""

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        """What the registry says of one owner; ``unavailable`` when it cannot be asked now.

        Raises ``RegistryRefused`` when the key or the officer's code is wrong, ``RegistryError`` when the registry
        does not understand the question: asking again would not help either.
        """
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the registry, and how often to try.

    ``budget_s`` bounds the waiting between the attempts of one question, so that no worker hangs on a bad line.
    """

    connect_s: float = 2.0
    read_s: float = 5.0
    attempts: int = 4
    first_wait_s: float = 0.2
    longest_wait_s: float = 4.0
    budget_s: float = 15.0


class _TryAgain(Exception):
    """The call failed in a way that another one may not."""

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


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
        asked_at = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            citizens = self._retrying()(self._ask_once, lookup_request(query), officer)
        except (_TryAgain, _HeldBack) as failure:
            _log.warning("registry_unavailable", reason=str(failure))
            return RegistryAnswer(RegistryVerdict.UNAVAILABLE, asked_at=asked_at, officer_code=officer)
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

    def _ask_once(self, request: dict[str, str], officer: str) -> tuple[Citizen, ...]:
        if self._breaker.is_open:
            raise _HeldBack("left alone after failures")
        wait_s = self._limiter.reserve()
        if wait_s > self._patience.budget_s:
            raise _HeldBack("too many calls already wait")
        if wait_s > 0:
            self._sleep(wait_s)
        if not self._breaker.allow():
            raise _HeldBack("left alone after failures")
        try:
            citizens = self._exchange(request, officer)
        except _TryAgain:
            self._breaker.failed()
            raise
        except RegistryError:
            # It answered, if not as we like: the line is good.
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return citizens

    def _exchange(self, request: dict[str, str], officer: str) -> tuple[Citizen, ...]:
        try:
            # A header goes over the line as bytes; an officer's code may hold Vietnamese letters.
            headers = {OFFICER_HEADER.encode(): officer.encode()}
            response = self._http.post("/v1/lookup", json=request, headers=headers)
        except httpx.InvalidURL as error:
            raise RegistryError("the registry's URL cannot be understood") from error
        except httpx.HTTPError as error:
            raise _TryAgain(type(error).__name__) from error
        status = response.status_code
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise RegistryRefused(_error_code(response))
        if status in {httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY}:
            raise RegistryError(f"the registry does not understand the question ({status})")
        if status != httpx.codes.OK:
            raise _TryAgain(f"status {status}", _retry_after_s(response.headers.get("Retry-After")))
        try:
            return read_lookup(response.json(), request)
        except Garbage as error:
            raise _TryAgain(str(error)) from error
        except (ValueError, RecursionError) as error:
            # The error's own text may quote the answer, which may hold a name.
            raise _TryAgain("malformed JSON") from error


def _error_code(response: httpx.Response) -> str:
    try:
        code = response.json()["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return f"status {response.status_code}"
    return str(code)[:100]


def _retry_after_s(value: str | None) -> float | None:
    """The seconds that a Retry-After header asks for: given as a number or as a date."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
