"""The client against the real mock over HTTP, in every mood, and against answers that no good service gives."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Barrier, Thread
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from certificate.citizens import OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import RegistryError, RegistryRefused
from registry.breaker import CircuitBreaker
from registry.client import RegistryClient
from registry.limits import PerSecondLimiter
from registry.port import Patience

NUMBER, CMND = "091070000123", "370123456"
DAT = f"{NUMBER},{CMND},Nguyễn Văn Đạt,1970-05-12,male,Rạch Giá,alive"
HOA = "091175000456,370654321,Trần Thị Hoà,1975-01-01,female,Hà Tiên,deceased"
OLD = "091080000789,,Lê Văn An,1980-02-03,male,Phú Quốc,replaced"
NEW = "091080000790,091080000789,Lê Văn An,1980-02-03,male,Phú Quốc,alive"
ASKED = OwnerQuery("NGUYỄN VĂN ĐẠT", NUMBER, "1970", "male")
# Short enough for a test, long enough for a busy machine to answer a call that is answered.
QUICK = Patience(connect_s=2.0, read_s=2.0, attempts=3, first_wait_s=0.01, longest_wait_s=0.02, budget_s=15.0)


class Sleeps:
    """Remembers how long somebody wanted to sleep, and does not; its clock goes on as if it had."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)

    def clock(self) -> float:
        return time.monotonic() + sum(self.seconds)


@pytest.fixture
def sleeps() -> Sleeps:
    """A sleep that takes no time."""
    return Sleeps()


@pytest.fixture
def connect(registry_server: Any, sleeps: Sleeps) -> Iterator[Callable[..., RegistryClient]]:
    """Make clients of the mock registry, closed at the end."""
    registry_server.load(DAT, HOA, OLD, NEW)
    made: list[RegistryClient] = []

    def make(**options: Any) -> RegistryClient:
        defaults: dict[str, Any] = {
            "patience": QUICK, "sleep": sleeps, "clock": sleeps.clock, "api_key": registry_server.api_key,
        }  # fmt: skip
        client = RegistryClient(registry_server.url, officer_code="CB001", **{**defaults, **options})
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.mark.parametrize(
    ("query", "verdict"),
    [
        (ASKED, "match"),
        (OwnerQuery("Nguyễn Văn Đát", NUMBER, "1970", "male"), "name_differs"),
        (OwnerQuery("Nguyễn Văn Đạt", NUMBER, "1971", "male"), "birth_year_differs"),
        (OwnerQuery("Nguyễn Văn Đạt", NUMBER, "1970", "female"), "gender_differs"),
        (OwnerQuery("Nguyễn Văn Đạt", CMND, "1970", "male"), "only_old_id"),
        (OwnerQuery("Trần Thị Hòa", "091175000456", "1975", "female"), "deceased"),
        (OwnerQuery("Lê Văn An", "091080000789", "1980", "male"), "only_old_id"),
        (OwnerQuery("Nguyễn Văn Đạt", "091070000999"), "not_found"),
        (OwnerQuery("Trần Thị Hòa", CMND), "not_found"),
    ],
)
def test_verdicts_over_the_line(connect: Callable[..., RegistryClient], query: OwnerQuery, verdict: str) -> None:
    """Every verdict of a well-behaved registry, with when it was asked and by whom."""
    answer = connect().verify_owner(query)
    assert answer.verdict == RegistryVerdict(verdict)
    assert answer.officer_code == "CB001"
    assert datetime.fromisoformat(answer.asked_at or "").utcoffset() is not None


def test_the_new_number_comes_with_an_old_one(connect: Callable[..., RegistryClient]) -> None:
    """A CMND, and a personal number that was replaced, both lead to the number of today."""
    by_cmnd = connect().verify_owner(OwnerQuery("Nguyễn Văn Đạt", CMND)).citizen
    by_old = connect().verify_owner(OwnerQuery("Lê Văn An", "091080000789")).citizen
    assert by_cmnd is not None
    assert by_old is not None
    assert (by_cmnd.citizen_id, by_old.citizen_id) == (NUMBER, "091080000790")


@pytest.mark.parametrize("id_number", [None, "", "H6075951", "1700123456"])
def test_who_cannot_be_asked_about_is_not(
    connect: Callable[..., RegistryClient], registry_server: Any, id_number: str | None
) -> None:
    """No call for a passport or a tax code."""
    before = registry_server.calls()
    answer = connect().verify_owner(OwnerQuery("Nguyễn Văn Đạt", id_number))
    assert answer == RegistryAnswer(RegistryVerdict.NOT_ASKED)
    assert registry_server.calls() == before


@pytest.mark.parametrize(
    "mood",
    [
        {"kind": "too_many", "retry_after": "1"},
        {"kind": "unavailable"},
        {"kind": "cut"},
        {"kind": "malformed"},
        {"kind": "another_person"},
        {"kind": "hang", "seconds": 60},
        {"kind": "delay", "seconds": 60},
    ],
    ids=lambda mood: mood["kind"],
)
def test_a_lasting_bad_day_is_unavailable_and_a_short_one_is_overcome(
    connect: Callable[..., RegistryClient], registry_server: Any, mood: dict[str, Any]
) -> None:
    """Tried three times, then ``unavailable``, never a match; bad only once or twice, it is the right answer."""
    patience = Patience(connect_s=2, read_s=0.5, attempts=3, first_wait_s=0.01, longest_wait_s=0.02)
    registry_server.misbehave(mood)
    before = registry_server.calls()
    answer = connect(patience=patience).verify_owner(ASKED)
    assert (answer.verdict, answer.citizen, answer.officer_code) == (RegistryVerdict.UNAVAILABLE, None, "CB001")
    registry_server.misbehave()
    if mood["kind"] not in {"hang", "delay"}:
        assert registry_server.calls() == before + 3
    registry_server.misbehave({**mood, "times": 1 if "seconds" in mood else 2})
    assert connect(patience=patience).verify_owner(ASKED).verdict is RegistryVerdict.MATCH


def test_a_slow_registry_is_waited_for(connect: Callable[..., RegistryClient], registry_server: Any) -> None:
    """A delay shorter than the client's patience costs nothing but time."""
    registry_server.misbehave({"kind": "delay", "seconds": 0.05})
    assert connect().verify_owner(ASKED).verdict is RegistryVerdict.MATCH


def test_half_of_the_calls_failing_never_makes_a_false_match(
    connect: Callable[..., RegistryClient], registry_server: Any
) -> None:
    """Hundred owners on a bad line: each has the right verdict or ``unavailable``."""
    registry_server.misbehave(
        {"kind": "another_person", "probability": 0.2},
        {"kind": "malformed", "probability": 0.1},
        {"kind": "cut", "probability": 0.1},
        {"kind": "unavailable", "probability": 0.1},
        {"kind": "too_many", "probability": 0.1},
    )
    client = connect(breaker=CircuitBreaker(threshold=1_000), remember_s=0)
    expected = {
        ASKED: RegistryVerdict.MATCH,
        OwnerQuery("Nguyễn Văn Đạt", "091070000999"): RegistryVerdict.NOT_FOUND,
        OwnerQuery("Trần Thị Hòa", NUMBER): RegistryVerdict.NAME_DIFFERS,
        OwnerQuery("Nguyễn Văn Đạt", CMND): RegistryVerdict.ONLY_OLD_ID,
    }
    seen = set()
    for _ in range(25):
        for query, verdict in expected.items():
            found = client.verify_owner(query).verdict
            assert found in {verdict, RegistryVerdict.UNAVAILABLE}
            seen.add(found)
    assert seen == {*expected.values(), RegistryVerdict.UNAVAILABLE}


@pytest.mark.parametrize(
    ("options", "detail"),
    [
        ({"api_key": "wrong"}, "api_key_wrong"),
        ({"api_key": ""}, "api_key_missing"),
    ],
)
def test_a_refused_key_is_an_error(
    connect: Callable[..., RegistryClient], registry_server: Any, options: dict[str, Any], detail: str
) -> None:
    """A wrong key is told at once, by one call: waiting would not mend it."""
    before = registry_server.calls()
    client = connect(**options)
    with pytest.raises(RegistryRefused, match=detail):
        client.verify_owner(ASKED)
    assert registry_server.calls() == before + 1
    assert not client.is_resting


def test_each_call_carries_its_officer(connect: Callable[..., RegistryClient], registry_server: Any) -> None:
    """The officer of the call stands in the answer and in the registry's log, Vietnamese letters included."""
    client = connect()
    assert client.verify_owner(ASKED, officer_code="CB-Đ7").officer_code == "CB-Đ7"
    assert client.verify_owner(ASKED).officer_code == "CB001"
    with (
        RegistryClient(registry_server.url, registry_server.api_key, "", patience=QUICK) as nobody,
        pytest.raises(RegistryRefused, match="officer_code_missing"),
    ):
        nobody.verify_owner(ASKED)


def test_one_connection_serves_one_question_after_another(connect: Callable[..., RegistryClient]) -> None:
    """Who asks often does not shake hands each time."""
    client = connect(remember_s=0)
    for _ in range(3):
        client.verify_owner(ASKED)
    (line,) = client._http._transport._pool.connections  # type: ignore[attr-defined]
    assert line._connection._request_count == 3


def test_the_same_owner_twice_is_one_call(connect: Callable[..., RegistryClient], registry_server: Any) -> None:
    """An answer is remembered for a moment; a failure is not; another spelling is another question."""
    client = connect()
    registry_server.misbehave({"kind": "unavailable", "times": 3})
    assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    before = registry_server.calls()
    assert client.verify_owner(ASKED) == client.verify_owner(ASKED)
    assert registry_server.calls() == before + 1
    client.verify_owner(OwnerQuery("Nguyễn Văn Đát", NUMBER))
    assert registry_server.calls() == before + 2


def test_retry_after_is_honoured(connect: Callable[..., RegistryClient], registry_server: Any, sleeps: Sleeps) -> None:
    """The client waits as long as it is told, a little more at random, and no longer than its budget."""
    registry_server.misbehave({"kind": "too_many", "retry_after": "7", "times": 1})
    assert connect().verify_owner(ASKED).verdict is RegistryVerdict.MATCH
    (waited,) = sleeps.seconds
    assert 7.0 <= waited <= 7.1
    sleeps.seconds.clear()
    registry_server.misbehave({"kind": "too_many", "retry_after": "3600"})
    before = registry_server.calls()
    assert connect().verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    assert (sleeps.seconds, registry_server.calls()) == ([], before + 1)


def test_retry_after_holds_everybody_back(
    connect: Callable[..., RegistryClient], registry_server: Any, sleeps: Sleeps
) -> None:
    """Told to come back in an hour, no caller of this limiter tries before; then business as usual."""
    registry_server.misbehave({"kind": "too_many", "retry_after": "3600", "times": 1})
    limiter = PerSecondLimiter(20, burst=5, clock=sleeps.clock)
    first, second = connect(limiter=limiter), connect(limiter=limiter)
    assert first.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    before = registry_server.calls()
    assert second.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    assert registry_server.calls() == before
    sleeps(3600)
    assert second.verify_owner(ASKED).verdict is RegistryVerdict.MATCH


@pytest.mark.parametrize(
    "header", ["9" * 400, "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"], ids=["endless", "centuries", "a far date"]
)
def test_no_answer_silences_the_office_for_good(
    connect: Callable[..., RegistryClient], registry_server: Any, sleeps: Sleeps, header: str
) -> None:
    """A senseless Retry-After counts for a day, and breaks nothing."""
    registry_server.misbehave({"kind": "too_many", "retry_after": header, "times": 1})
    client = connect(limiter=PerSecondLimiter(20, burst=5, clock=sleeps.clock))
    assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    sleeps(23 * 3600)
    assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    sleeps(3600)
    assert client.verify_owner(ASKED).verdict is RegistryVerdict.MATCH


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("0", 0.0, 0.1),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True), 0.0, 0.1),  # a date gone by
        ("soon", 0.0, 0.1),  # nonsense is as if it were not there
        ("-5", 0.0, 0.1),
    ],
    ids=["at once", "a date gone by", "nonsense", "negative"],
)
def test_any_retry_after_is_survived(
    connect: Callable[..., RegistryClient],
    registry_server: Any,
    sleeps: Sleeps,
    header: str,
    least: float,
    most: float,
) -> None:
    """Zero, a date, nonsense: the client goes on."""
    registry_server.misbehave({"kind": "too_many", "retry_after": header, "times": 1})
    assert connect().verify_owner(ASKED).verdict is RegistryVerdict.MATCH
    assert all(least <= seconds <= most for seconds in sleeps.seconds)


def test_a_date_in_retry_after_is_waited_for(sleeps: Sleeps) -> None:
    """The header may hold a date instead of seconds."""
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    answers = iter([httpx.Response(503, headers={"Retry-After": soon}), _answer([])])
    with _against(lambda _: next(answers), sleep=sleeps) as client:
        assert client.verify_owner(ASKED).verdict is RegistryVerdict.NOT_FOUND
    assert 5.0 < sleeps.seconds[0] < 9.1


def test_a_failing_registry_is_left_alone(connect: Callable[..., RegistryClient], registry_server: Any) -> None:
    """After failures in a row no call goes out until the rest is over; then one tries for all."""
    now = [0.0]
    breaker = CircuitBreaker(threshold=3, rest_s=30, clock=lambda: now[0])
    client = connect(breaker=breaker)
    registry_server.misbehave({"kind": "unavailable"})
    assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    assert client.is_resting
    before = registry_server.calls()
    assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    assert registry_server.calls() == before
    now[0] = 31.0
    assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    assert registry_server.calls() == before + 1
    registry_server.misbehave()
    assert client.is_resting
    now[0] = 62.0
    assert client.verify_owner(ASKED).verdict is RegistryVerdict.MATCH
    assert not client.is_resting


def test_calls_keep_to_their_limit(registry_server: Any, connect: Callable[..., RegistryClient]) -> None:
    """What goes beyond the calls per second waits; what would wait too long is ``unavailable``."""

    class Crowded:
        def __init__(self, *places: float) -> None:
            self.places = list(places)

        def reserve(self, longest_s: float) -> float | None:
            place = self.places.pop(0)
            return place if place <= longest_s else None

        def hold(self, seconds: float) -> None:
            raise AssertionError("nobody asked to be left alone")

    slept = Sleeps()
    before = registry_server.calls()
    client = connect(limiter=Crowded(0.0, 0.5, 16.0), sleep=slept, remember_s=0)
    verdicts = [client.verify_owner(ASKED).verdict for _ in range(3)]
    assert verdicts == [RegistryVerdict.MATCH, RegistryVerdict.MATCH, RegistryVerdict.UNAVAILABLE]
    assert slept.seconds == [0.5]
    assert registry_server.calls() == before + 2


def test_nobody_listening_is_unavailable(sleeps: Sleeps) -> None:
    """No service at all at the address."""
    with socket.socket() as taken:
        # Bound but not listening: whoever calls is refused, and nobody else can take the port meanwhile.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with RegistryClient(url, "k", "CB001", patience=QUICK, sleep=sleeps) as client:
            assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    assert len(sleeps.seconds) == 2


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/"])
def test_an_address_that_is_none_is_unavailable(url: str, sleeps: Sleeps) -> None:
    """A wrong address in the settings never looks like an answer."""
    with RegistryClient(url, "k", "CB001", patience=QUICK, sleep=sleeps) as client:
        assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE


def test_many_threads_share_a_client(connect: Callable[..., RegistryClient]) -> None:
    """Eight workers' threads at once: eight right answers."""
    client = connect(remember_s=0)
    together = Barrier(8)
    found: list[RegistryVerdict] = []

    def ask() -> None:
        together.wait()
        found.append(client.verify_owner(ASKED).verdict)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert found == [RegistryVerdict.MATCH] * 8


CITIZEN: dict[str, Any] = {
    "citizen_id": NUMBER,
    "old_id": CMND,
    "full_name": "Nguyễn Văn Đạt",
    "birth_date": "1970-05-12",
    "gender": "male",
    "address": "Rạch Giá",
    "status": "alive",
}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "match",
        {},
        {"citizens": []},  # about whom?
        {"asked": {"citizen_id": "091070000999"}, "citizens": []},  # the answer to somebody else's question
        {"asked": {"citizen_id": NUMBER}},
        {"asked": {"citizen_id": NUMBER}, "citizens": None},
        {"asked": {"citizen_id": NUMBER}, "citizens": ["Nguyễn Văn Đạt"]},
        {"asked": {"citizen_id": NUMBER}, "citizens": [{"citizen_id": NUMBER}]},
        {"asked": {"citizen_id": NUMBER}, "citizens": [CITIZEN, CITIZEN]},
        *(
            {"asked": {"citizen_id": NUMBER}, "citizens": [{**CITIZEN, **wrong}]}
            for wrong in (
                {"citizen_id": "091070000999"},
                {"citizen_id": ""},
                {"citizen_id": int(NUMBER)},
                {"full_name": ""},
                {"full_name": None},
                {"birth_date": "12/05/1970"},
                {"birth_date": "1970-05-00"},
                {"gender": "nam"},
                {"status": "fine"},
                {"old_id": 5},
                {"replaced_by": CITIZEN},
                {"replaced_by": "091070000999"},
            )
        ),
    ],
)
def test_answers_that_cannot_be_believed_are_unavailable(body: Any, sleeps: Sleeps) -> None:
    """Whatever the shape of the rubbish, it is never a verdict on a person, and the log holds nothing of it."""
    with (
        _against(lambda _: httpx.Response(200, json=body), sleep=sleeps) as client,
        capture_logs() as logs,
    ):
        assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE
    assert "Đạt" not in str(logs)
    assert NUMBER not in str(logs)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"<html>proxy</html>", b'{"asked"', b"[" * 100_000, b"NaN"])
def test_answers_that_are_no_json_are_unavailable(content: bytes, sleeps: Sleeps) -> None:
    """A page of a proxy, half an answer, an answer nested without end."""
    with _against(lambda _: httpx.Response(200, content=content), sleep=sleeps) as client:
        assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE


@pytest.mark.parametrize("status", [204, 302, 404, 500, 502, 504])
def test_other_statuses_are_unavailable(status: int, sleeps: Sleeps) -> None:
    """Only 200 is an answer."""
    with _against(lambda _: httpx.Response(status, json=_answer([CITIZEN]).json()), sleep=sleeps) as client:
        assert client.verify_owner(ASKED).verdict is RegistryVerdict.UNAVAILABLE


@pytest.mark.parametrize(("status", "error"), [(400, RegistryError), (401, RegistryRefused), (403, RegistryRefused)])
def test_refusals_without_a_code_are_refusals(status: int, error: type[Exception], sleeps: Sleeps) -> None:
    """A gateway that refuses in its own words is understood by its status."""
    with (
        _against(lambda _: httpx.Response(status, text="no"), sleep=sleeps) as client,
        pytest.raises(error, match=str(status)),
    ):
        client.verify_owner(ASKED)


def _answer(citizens: list[dict[str, Any]]) -> httpx.Response:
    return httpx.Response(200, json={"asked": {"citizen_id": NUMBER}, "citizens": citizens})


def _against(answer: Callable[[httpx.Request], httpx.Response], **options: Any) -> RegistryClient:
    return RegistryClient(
        "http://registry.test",
        "k",
        "CB001",
        patience=QUICK,
        transport=httpx.MockTransport(answer),
        **options,
    )
