"""The mock registry over HTTP: questions, rules, log, description and bad days."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from registry.citizens_table import open_table
from registry.openapi import describe
from registry.service import Service

DAT = "091070000123,370123456,Nguyễn Văn Đạt,1970-05-12,male,Rạch Giá,alive"
HOA = "091175000456,370654321,Trần Thị Hoà,1975-01-01,female,Hà Tiên,deceased"
OLD = "091080000789,,Lê Văn An,1980-02-03,male,Phú Quốc,replaced"
NEW = "091080000790,091080000789,Lê Văn An,1980-02-03,male,Phú Quốc,alive"


@pytest.fixture
def ask(registry_server: Any) -> Any:
    """Put one question to the registry with the right headers."""
    registry_server.load(DAT, HOA, OLD, NEW)

    def put(call: str, **body: str) -> httpx.Response:
        return httpx.post(
            f"{registry_server.url}/v1/{call}",
            json=body,
            headers=registry_server.headers(),
            timeout=10,
            trust_env=False,
        )

    return put


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ({"citizen_id": "091070000123"}, ["Nguyễn Văn Đạt"]),
        ({"citizen_id": "091070000999"}, []),
        ({"old_id": "370123456", "full_name": "NGUYỄN VĂN ĐẠT"}, ["Nguyễn Văn Đạt"]),
        ({"old_id": "370123456", "full_name": "nguyen van dat"}, ["Nguyễn Văn Đạt"]),
        ({"old_id": "370123456", "full_name": "Nguyễn Văn Đát"}, ["Nguyễn Văn Đạt"]),  # one mark is for the verdict
        ({"old_id": "370123456", "full_name": "Trần Thị Hoà"}, []),
    ],
)
def test_lookup(ask: Any, question: dict[str, str], names: list[str]) -> None:
    """Found by personal number, or by the number before together with the name, accents aside."""
    answer = ask("lookup", **question).json()
    assert [citizen["full_name"] for citizen in answer["citizens"]] == names
    assert answer["asked"].items() <= question.items()


def test_a_replaced_number_leads_to_the_new_one(ask: Any) -> None:
    """The entry under the old number tells who bears the new one."""
    (citizen,) = ask("lookup", citizen_id="091080000789").json()["citizens"]
    assert (citizen["status"], citizen["replaced_by"]["citizen_id"]) == ("replaced", "091080000790")


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ({"full_name": "NGUYỄN VĂN ĐẠT", "birth_year": "1970"}, {"full_name": True, "birth_year": True}),
        ({"full_name": "Nguyễn Văn Đát"}, {"full_name": False}),
        ({"birth_date": "1970-05-12", "gender": "female"}, {"birth_date": True, "gender": False}),
        ({}, {}),
    ],
)
def test_verify_answers_item_by_item(ask: Any, question: dict[str, str], items: dict[str, bool]) -> None:
    """Each item is yes or no, and nothing else of the person is told."""
    answer = ask("verify", citizen_id="091070000123", **question).json()
    assert answer == {"asked": {"citizen_id": "091070000123"}, "found": True, "items": items, "status": "alive"}


@pytest.mark.parametrize(
    ("year", "gender", "items"),
    [
        ("1970", "male", {"full_name": True, "birth_year": True, "gender": True}),
        ("1976", "female", {"full_name": True, "birth_year": True, "gender": True}),
        # Neither is meant by both items: whoever comes first, not all of them are yes.
        ("1976", "male", {"full_name": True, "birth_year": False, "gender": True}),
    ],
)
def test_verify_by_a_cmnd_that_was_given_twice(
    ask: Any, registry_server: Any, year: str, gender: str, items: dict[str, bool]
) -> None:
    """The person whom every item fits is answered about, whichever was loaded first."""
    registry_server.load("091176000124,370123456,Nguyễn Văn Đạt,1976-05-12,female,Hà Tiên,alive")
    question = {"old_id": "370123456", "full_name": "Nguyễn Văn Đạt", "birth_year": year, "gender": gender}
    assert ask("verify", **question).json()["items"] == items
    registry_server.load("091176000124,,Nguyễn Thị Hai,1976-05-12,female,Hà Tiên,alive")


def test_verify_of_nobody(ask: Any) -> None:
    """An unknown number is simply not found."""
    assert ask("verify", citizen_id="091070000999").json()["found"] is False


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"X-Officer-Code": "CB001"}, 401, "api_key_missing"),
        ({"X-Officer-Code": "CB001", "X-Api-Key": "nonsense"}, 401, "api_key_wrong"),
        ({"X-Api-Key": "test-key"}, 403, "officer_code_missing"),
    ],
)
@pytest.mark.parametrize("call", ["lookup", "verify"])
def test_key_and_officer_are_asked_for(
    registry_server: Any, call: str, headers: dict[str, str], status: int, code: str
) -> None:
    """No question without a key and an officer's code; the answer says which is missing."""
    answer = httpx.post(
        f"{registry_server.url}/v1/{call}",
        json={"citizen_id": "091070000123"},
        headers=headers,
        timeout=10,
        trust_env=False,
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_unknown_officers_are_refused(tmp_path: Path) -> None:
    """Where the registry knows its officers, others may not ask."""
    service = Service(tmp_path / "r.db", api_key="k", officers=frozenset({"CB001"}))
    with httpx.Client(transport=httpx.WSGITransport(service), base_url="http://registry") as client:
        for officer, status in (("CB001", 200), ("CB002", 403), (" ", 403)):
            headers = {"X-Api-Key": "k", "X-Officer-Code": officer}
            assert client.post("/v1/lookup", json={"citizen_id": "0" * 12}, headers=headers).status_code == status
    with pytest.raises(ValueError, match="API key"):
        Service(tmp_path / "r.db", api_key="")


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("lookup", {}),
        ("lookup", {"citizen_id": "12"}),
        ("lookup", {"citizen_id": 91070000123}),
        ("lookup", {"old_id": "370123456"}),
        ("lookup", {"old_id": "370123456", "citizen_id": "091070000123", "full_name": "x"}),
        ("lookup", {"old_id": "370123456", "full_name": "x" * 300}),
        ("lookup", ["091070000123"]),
        ("lookup", None),
        ("verify", {"citizen_id": "091070000123", "gender": "x"}),
    ],
)
def test_senseless_questions_are_refused(registry_server: Any, call: str, body: Any) -> None:
    """A question without sense gets a 400 with a reason, never a guess."""
    answer = httpx.post(
        f"{registry_server.url}/v1/{call}",
        content=json.dumps(body),
        headers={**registry_server.headers(), "Content-Type": "application/json"},
        timeout=10,
        trust_env=False,
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


def test_unknown_addresses_answer_in_json(registry_server: Any) -> None:
    """Even what is not there is answered in the service's own form."""
    answer = httpx.get(f"{registry_server.url}/v1/lookup", timeout=10, trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "http_error")


def test_each_question_is_logged_without_names(ask: Any, registry_server: Any) -> None:
    """Who asked when and what kind of question, refused ones too; never about whom."""
    before = registry_server.calls()
    ask("lookup", old_id="370123456", full_name="Nguyễn Văn Đạt")
    ask("verify", citizen_id="091070000999")
    ask("lookup", citizen_id="12")
    log = httpx.get(
        f"{registry_server.url}/admin/calls", headers=registry_server.headers(), timeout=10, trust_env=False
    ).json()
    assert log["total"] == before + 3
    newest = [
        (line["officer_code"], line["call"], line["asked_by"], line["status"], line["found"]) for line in log["latest"]
    ]
    assert newest[:3] == [
        ("CB001", "lookup", "nothing", 400, 0),
        ("CB001", "verify", "citizen_id", 200, 0),
        ("CB001", "lookup", "old_id", 200, 1),
    ]
    assert "Nguyễn" not in json.dumps(log, ensure_ascii=False)
    assert "370123456" not in json.dumps(log)


def test_health_and_description(ask: Any, registry_server: Any) -> None:
    """The service says that it is well, and describes exactly the calls that it has."""
    health = httpx.get(f"{registry_server.url}/health", timeout=10, trust_env=False).json()
    assert health["status"] == "ok"
    assert health["citizens"] >= 4
    served = httpx.get(f"{registry_server.url}/v1/openapi.json", timeout=10, trust_env=False).json()
    assert served == json.loads(json.dumps(describe()))


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("lookup", {"citizen_id": "091070000123"}),
        ("lookup", {"citizen_id": "091080000789"}),  # a number that was replaced
        ("lookup", {"citizen_id": "091070000999"}),  # nobody's
        (
            "lookups",
            {"questions": [{"citizen_id": "091070000123"}, {"old_id": "370654321", "full_name": "Trần Thị Hoà"}]},
        ),
        ("verify", {"citizen_id": "091070000123", "gender": "male", "birth_year": "1970"}),
        ("verify", {"citizen_id": "091070000999"}),
    ],
)
def test_answers_are_as_described(ask: Any, call: str, body: dict[str, Any]) -> None:
    """Every answer holds to the schema of its call, with nothing missing and nothing more."""
    description = describe()
    answered = description["paths"][f"/v1/{call}"]["post"]["responses"]["200"]
    schema = answered["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": description["components"]})
    validator.validate(ask(call, **body).json())
    assert not validator.is_valid({})


def test_the_description_has_every_route(tmp_path: Path) -> None:
    """No route without a description, no description without a route."""
    service = Service(tmp_path / "r.db", api_key="k")
    routes = {(path, method.lower()) for path, (method, _) in service.routes.items()}
    described = {(path, method) for path, methods in describe()["paths"].items() for method in methods}
    assert routes == described


@pytest.mark.parametrize(
    "wanted",
    [{}, {"kind": "dance"}, {"kind": "delay", "probability": 2}, {"kind": "delay", "seconds": "x"}, "cut", {"mood": 1}],
)
def test_misbehaviour_must_make_sense(registry_server: Any, wanted: Any) -> None:
    """The admin call refuses what it does not know."""
    answer = httpx.post(
        f"{registry_server.url}/admin/misbehave",
        json=wanted,
        headers=registry_server.headers(),
        timeout=10,
        trust_env=False,
    )
    assert answer.status_code == 400


def test_misbehaviour_needs_the_key(registry_server: Any) -> None:
    """Not everybody may break the registry."""
    answer = httpx.post(f"{registry_server.url}/admin/misbehave", json={"kind": "cut"}, timeout=10, trust_env=False)
    assert answer.status_code == 401


def test_a_load_in_progress_holds_nobody_up(ask: Any, registry_server: Any) -> None:
    """While citizens are being loaded, questions are answered from what was there before."""
    with closing(open_table(registry_server.database)) as loading:
        loading.execute("BEGIN IMMEDIATE")
        loading.execute("DELETE FROM citizens")
        assert len(ask("lookup", citizen_id="091070000123").json()["citizens"]) == 1
        loading.execute("ROLLBACK")


@pytest.mark.slow
def test_misbehaviour_by_count_and_chance(ask: Any, registry_server: Any) -> None:
    """So many times and no more; half the time is about half the time."""
    registry_server.misbehave({"kind": "unavailable", "times": 2})
    assert [ask("lookup", citizen_id="091070000123").status_code for _ in range(4)] == [503, 503, 200, 200]
    registry_server.misbehave({"kind": "too_many", "probability": 0.5, "retry_after": "7"})
    answers = [ask("lookup", citizen_id="091070000123") for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 10 < len(refused) < 50
    assert {answer.headers["Retry-After"] for answer in refused} == {"7"}


def test_the_process_ends_cleanly(tmp_path: Path) -> None:
    """Told to end, the service stops with status 0 and takes its ready file with it."""
    ready = tmp_path / "url"
    command = (
        "import sys; from pathlib import Path; from registry.serve import serve; "
        "serve('127.0.0.1', 0, Path(sys.argv[1]), 'k', ready_file=Path(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", command, str(tmp_path / "r.db"), str(ready)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().removeprefix("ready ").strip()
    assert ready.read_text(encoding="utf-8").strip() == url
    assert httpx.get(f"{url}/health", timeout=10, trust_env=False).status_code == 200
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert not ready.exists()
