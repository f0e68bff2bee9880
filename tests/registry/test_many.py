"""Several owners in one call: fewer calls, the same answers, and one bad answer spoils no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from certificate.citizens import OwnerQuery, RegistryVerdict
from certificate.errors import RegistryRefused
from registry.client import RegistryClient
from registry.port import AsksMany, Patience
from registry.wire import MOST_QUESTIONS

PEOPLE = [f"0910{50 + number:02d}{number:06d},,Trần Văn Người,19{50 + number:02d}-01-01,male,," for number in range(40)]
QUERIES = [
    OwnerQuery("Trần Văn Người", f"0910{50 + number:02d}{number:06d}", f"19{50 + number}") for number in range(40)
]
STRANGER = OwnerQuery("Trần Văn Người", "091099999999", "1999")
QUICK = Patience(connect_s=2.0, read_s=2.0, attempts=2, first_wait_s=0.01, longest_wait_s=0.02, budget_s=5.0)


@pytest.fixture
def connect(registry_server: Any) -> Iterator[Callable[..., RegistryClient]]:
    """Make clients of the mock registry, closed at the end."""
    registry_server.load(*(f"{row}alive" for row in PEOPLE))
    made: list[RegistryClient] = []

    def make(**options: Any) -> RegistryClient:
        client = RegistryClient(
            registry_server.url, registry_server.api_key, "CB001", patience=QUICK, sleep=lambda _: None, **options
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


def test_many_owners_are_one_call(connect: Callable[..., RegistryClient], registry_server: Any) -> None:
    """The answers come in the order of the questions; who cannot be asked about costs nothing; memory serves."""
    client = connect()
    assert isinstance(client, AsksMany)
    before = registry_server.calls()
    passport = OwnerQuery("Trần Văn Người", "B1234567")
    asked = [*QUERIES[:20], STRANGER, passport, QUERIES[0]]
    verdicts = [answer.verdict.value for answer in client.verify_owners(asked, officer_code="CB7")]
    assert verdicts == ["match"] * 20 + ["not_found", "not_asked", "match"]
    assert registry_server.calls() == before + 1
    assert client.verify_owners(asked, officer_code="CB7")[3].officer_code == "CB7"
    assert registry_server.calls() == before + 1
    client.verify_owner(QUERIES[0], officer_code="CB7")
    assert registry_server.calls() == before + 1


def test_more_than_fit_into_one_call_are_several(connect: Callable[..., RegistryClient], registry_server: Any) -> None:
    """The registry bounds a call; the client keeps to it."""
    many = [OwnerQuery("Trần Văn Người", f"092070{number:06d}") for number in range(MOST_QUESTIONS + 2)]
    before = registry_server.calls()
    assert {answer.verdict for answer in connect().verify_owners(many)} == {RegistryVerdict.NOT_FOUND}
    assert registry_server.calls() == before + 2


@pytest.mark.parametrize(
    "bad",
    [{"kind": "unavailable"}, {"kind": "malformed"}, {"kind": "cut"}, {"kind": "another_person"}],
    ids=lambda bad: bad["kind"],
)
def test_a_bad_day_is_no_match_for_any_of_them(
    connect: Callable[..., RegistryClient], registry_server: Any, bad: dict[str, Any]
) -> None:
    """Whatever the registry does to the call, nobody is confirmed by it; when it is well again, all are."""
    registry_server.misbehave(bad)
    client = connect()
    assert {answer.verdict for answer in client.verify_owners(QUERIES[:3])} == {RegistryVerdict.UNAVAILABLE}
    registry_server.misbehave()
    again = connect().verify_owners(QUERIES[:3])
    assert {answer.verdict for answer in again} == {RegistryVerdict.MATCH}


def test_one_answer_about_another_person_is_asked_again_alone() -> None:
    """The others' answers stand; the strange one is asked about by itself."""
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        good = [{"asked": {"citizen_id": query.id_number}, "citizens": []} for query in QUERIES[:3]]
        if request.url.path == "/v1/lookups":
            good[1] = {"asked": {"citizen_id": "091000000000"}, "citizens": []}
            return httpx.Response(200, json={"answers": good})
        return httpx.Response(200, json=good[1])

    with _against(answer) as client:
        verdicts = {answer.verdict for answer in client.verify_owners(QUERIES[:3])}
    assert verdicts == {RegistryVerdict.NOT_FOUND}
    assert calls == ["/v1/lookups", "/v1/lookup"]


@pytest.mark.parametrize("status", [404, 405])
def test_a_registry_that_takes_one_at_a_time_is_asked_so(status: int) -> None:
    """An older service without that call is tried once and then asked in the old way."""
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        if request.url.path == "/v1/lookups":
            return httpx.Response(status)
        return httpx.Response(200, json={"asked": json.loads(request.content), "citizens": []})

    with _against(answer, remember_s=0) as client:
        for _ in range(2):
            verdicts = [answer.verdict.value for answer in client.verify_owners(QUERIES[:2])]
            assert verdicts == ["not_found", "not_found"]
    assert calls == ["/v1/lookups", *["/v1/lookup"] * 4]


def test_a_refused_key_is_told_for_many_as_for_one() -> None:
    """The administrator must hear of it."""
    with _against(lambda _: httpx.Response(401)) as client, pytest.raises(RegistryRefused):
        client.verify_owners(QUERIES[:2])


@pytest.mark.parametrize(
    "questions", [None, [], "x", [1], [{"citizen_id": "091070000001"}, {}], [{"citizen_id": "0"}] * 51]
)
def test_senseless_lists_are_refused(registry_server: Any, questions: Any) -> None:
    """No questions, too many, or one that is none: 400 with a reason."""
    answer = httpx.post(
        f"{registry_server.url}/v1/lookups", json={"questions": questions}, headers=registry_server.headers(),
        timeout=10, trust_env=False,
    )  # fmt: skip
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_request"


def test_a_chain_of_replaced_numbers_leads_to_the_last(
    connect: Callable[..., RegistryClient], registry_server: Any
) -> None:
    """Who got a new number twice is known under the number of today."""
    registry_server.load(
        "091081000001,,Lê Văn Ba,1981-02-03,male,,replaced",
        "091081000002,091081000001,Lê Văn Ba,1981-02-03,male,,replaced",
        "091081000003,091081000002,Lê Văn Ba,1981-02-03,male,,alive",
    )
    answer = connect().verify_owner(OwnerQuery("Lê Văn Ba", "091081000001", "1981"))
    assert answer.verdict is RegistryVerdict.ONLY_OLD_ID
    assert answer.citizen is not None
    assert answer.citizen.citizen_id == "091081000003"


def _against(answer: Callable[[httpx.Request], httpx.Response], **options: Any) -> RegistryClient:
    transport = httpx.MockTransport(answer)
    return RegistryClient(
        "http://registry", "key", "CB001", patience=QUICK, transport=transport, sleep=lambda _: None, **options
    )
