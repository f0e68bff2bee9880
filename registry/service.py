"""A stand-in for the national population database, as an HTTP service of its own.

The real one cannot be reached from everywhere; this one has its questions (verify item by item, look up), its rules
(an API key and an officer's code, mã cán bộ, on every call) and, switched on by an admin call, its bad days. It is a
WSGI application without a framework: a look-up takes a few hundredths of a millisecond, and workers make thousands.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from certificate.citizens import Citizen, NameDifference
from registry import citizens_table as table
from registry.misbehaviour import Kind, Misbehaviour, Mood
from registry.openapi import describe
from registry.verdicts import MAX_NAME_LENGTH, compare_names, is_cmnd, is_personal_number
from registry.wire import API_KEY_HEADER, GENDERS, MOST_QUESTIONS, OFFICER_HEADER, citizen_to_json

MAX_REQUEST_BYTES = 65_536
_LONGEST_CHAIN = 5
_JSON = "application/json"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Refusal(Exception):
    """A call that is answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


@dataclass(slots=True)
class _Call:
    """What came in: who asks, in what words."""

    key: str
    officer: str
    content: bytes
    asked_by: str = "nothing"

    def json(self) -> Any:
        """The body, or ``None`` where it is not JSON."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None


@dataclass(slots=True)
class _Reply:
    """What goes out; ``cut`` breaks the line off in the middle of it."""

    status: int
    content: bytes
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


class Service:
    """The registry over the citizens in ``database``, as a WSGI application.

    ``officers`` are the officers' codes it knows; ``None`` means any code. ``seed`` makes misbehaviour repeatable.
    """

    def __init__(self, database: Path, *, api_key: str, officers: frozenset[str] | None = None, seed: int = 0) -> None:
        if not api_key:
            raise ValueError("the registry needs an API key")
        self._database = database
        self._api_key = api_key.encode()
        self._officers = officers
        self._mood = Mood(seed)
        self._local = threading.local()
        self._log = table.open_calls(database)
        self._log_lock = threading.Lock()
        self.routes: Mapping[str, tuple[str, Callable[[_Call], _Reply]]] = {
            "/v1/lookup": ("POST", self._answering("lookup", self._lookup)),
            "/v1/lookups": ("POST", self._answering("lookups", self._lookups)),
            "/v1/verify": ("POST", self._answering("verify", self._verify)),
            "/v1/openapi.json": ("GET", lambda _: _reply(describe())),
            "/health": ("GET", self._health),
            "/admin/misbehave": ("POST", self._misbehave),
            "/admin/calls": ("GET", self._calls),
        }

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
    ) -> Iterable[bytes]:
        """Answer one call, as WSGI wants it."""
        reply = self._route(environ)
        headers = [("Content-Type", _JSON), ("Content-Length", str(len(reply.content))), *reply.headers]
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
        # The server closes a connection whose body ends before its announced length.
        return [reply.content[: len(reply.content) // 2] if reply.cut else reply.content]

    def _route(self, environ: dict[str, Any]) -> _Reply:
        if environ["PATH_INFO"] not in self.routes:
            return _error(404, "http_error", "Not Found")
        method, view = self.routes[environ["PATH_INFO"]]
        if environ["REQUEST_METHOD"] != method:
            return _error(405, "http_error", "Method Not Allowed")
        length = int(environ.get("CONTENT_LENGTH") or 0)
        content = environ["wsgi.input"].read(length) if length else b""
        officer = environ.get(_header(OFFICER_HEADER), "").strip()
        try:
            return view(_Call(environ.get(_header(API_KEY_HEADER), ""), officer, content))
        except Refusal as refusal:
            return _error(refusal.status, refusal.code, refusal.message)

    # Questions

    def _answering(
        self, name: str, view: Callable[[_Call, dict[str, Any]], dict[str, Any]]
    ) -> Callable[[_Call], _Reply]:
        """Around each question: who asks, how the service feels today, and the log."""

        def answer(call: _Call) -> _Reply:
            officer = ""
            status, found = 500, 0
            try:
                self._check_key(call)
                officer = self._check_officer(call)
                bad = self._mood.draw()
                if bad is not None and bad.kind in {Kind.TOO_MANY, Kind.UNAVAILABLE, Kind.HANG}:
                    failed = self._fail(bad)
                    status = failed.status
                    return failed
                if bad is not None and bad.kind is Kind.DELAY:
                    self._mood.wait(bad.seconds)
                told = view(call, _question(call))
                status, found = 200, _count(told)
                return self._spoil(bad, told, name)
            except Refusal as refusal:
                status = refusal.status
                raise
            finally:
                now = datetime.now(UTC).isoformat(timespec="milliseconds")
                with self._log_lock:
                    table.log_call(self._log, table.Call(now, officer, name, call.asked_by, status, found))

        return answer

    def _lookup(self, call: _Call, body: dict[str, Any]) -> dict[str, Any]:
        asked, citizens = self._find(call, body)
        return {"asked": asked, "citizens": [self._entry(citizen) for citizen in citizens]}

    def _lookups(self, call: _Call, body: dict[str, Any]) -> dict[str, Any]:
        questions = body.get("questions")
        if not isinstance(questions, list) or not 0 < len(questions) <= MOST_QUESTIONS:
            raise Refusal(400, "bad_request", f"questions are a list of 1 to {MOST_QUESTIONS} look-ups")
        if not all(isinstance(question, dict) for question in questions):
            raise Refusal(400, "bad_request", "each question is an object")
        return {"answers": [self._lookup(call, question) for question in questions]}

    def _verify(self, call: _Call, body: dict[str, Any]) -> dict[str, Any]:
        asked, citizens = self._find(call, body)
        birth_date, birth_year, gender = (self._text(body, name) for name in ("birth_date", "birth_year", "gender"))
        if gender and gender not in GENDERS:
            raise Refusal(400, "bad_request", "gender is male or female")
        if not citizens:
            return {"asked": asked, "found": False, "items": {}, "status": None}
        name = self._text(body, "full_name")

        def items_of(citizen: Citizen) -> dict[str, bool]:
            items: dict[str, bool] = {}
            if name:
                items["full_name"] = compare_names(name, citizen.full_name) is NameDifference.NONE
            if birth_date:
                items["birth_date"] = birth_date == citizen.birth_date
            if birth_year:
                items["birth_year"] = birth_year == citizen.birth_date[:4]
            if gender:
                items["gender"] = gender == citizen.gender
            return items

        # An old CMND given twice: the one whom every item fits is meant.
        citizen = next((one for one in citizens if all(items_of(one).values())), citizens[0])
        return {"asked": asked, "found": True, "items": items_of(citizen), "status": citizen.status}

    def _find(self, call: _Call, body: dict[str, Any]) -> tuple[dict[str, str], tuple[Citizen, ...]]:
        citizen_id, old_id, full_name = (self._text(body, name) for name in ("citizen_id", "old_id", "full_name"))
        if bool(citizen_id) == bool(old_id):
            raise Refusal(400, "bad_request", "give either citizen_id or old_id")
        if citizen_id:
            if not is_personal_number(citizen_id):
                raise Refusal(400, "bad_request", "citizen_id is 12 digits")
            call.asked_by = "citizen_id"
            found = table.by_citizen_id(self._citizens(), citizen_id)
            return {"citizen_id": citizen_id}, (found,) if found else ()
        if not (is_cmnd(old_id) or is_personal_number(old_id)) or not full_name:
            raise Refusal(400, "bad_request", "old_id is 9 or 12 digits and goes with full_name")
        call.asked_by = "old_id"
        return {"old_id": old_id}, table.by_old_id(self._citizens(), old_id, full_name)

    def _entry(self, citizen: Citizen, depth: int = 1) -> dict[str, Any]:
        """A citizen with who bears the number that replaced this one, and so on to the number of today."""
        entry = citizen_to_json(citizen)
        was_replaced = citizen.status == "replaced" and depth < _LONGEST_CHAIN
        newer = table.successor(self._citizens(), citizen.citizen_id) if was_replaced else None
        entry["replaced_by"] = self._entry(newer, depth + 1) if newer else None
        return entry

    # Bad days

    def _fail(self, bad: Misbehaviour) -> _Reply:
        if bad.kind is Kind.HANG:
            self._mood.wait(bad.seconds)
        if bad.kind is Kind.TOO_MANY:
            refused = _error(429, "too_many_calls", "too many calls")
            refused.headers = (("Retry-After", bad.retry_after),)
            return refused
        return _error(503, "unavailable", "the registry is not available")

    def _spoil(self, bad: Misbehaviour | None, body: dict[str, Any], name: str) -> _Reply:
        if bad is not None and bad.kind is Kind.ANOTHER_PERSON:
            for answer in {"lookup": [body], "lookups": body.get("answers", [])}.get(name, []):
                number = next(iter(answer["asked"].values()))
                other = table.somebody_else(self._citizens(), number)
                answer["citizens"] = [self._entry(other)] if other else [{"citizen_id": "0" * 12}]
        reply = _reply(body)
        if bad is not None and bad.kind is Kind.MALFORMED:
            reply.content = reply.content[:-7]
        reply.cut = bad is not None and bad.kind is Kind.CUT
        return reply

    def _misbehave(self, call: _Call) -> _Reply:
        self._check_key(call)
        wanted = call.json()
        try:
            moods = [Misbehaviour.from_json(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        except ValueError as error:
            raise Refusal(400, "bad_request", str(error)) from error
        self._mood.set(moods)
        return _reply({"misbehaving": [mood.kind for mood in moods if mood.kind is not Kind.NONE]})

    # The rest

    def _health(self, _call: _Call) -> _Reply:
        return _reply({"status": "ok", "citizens": table.count_citizens(self._citizens())})

    def _calls(self, call: _Call) -> _Reply:
        self._check_key(call)
        with self._log_lock:
            total, newest = table.count_calls(self._log), table.latest_calls(self._log)
        return _reply(
            {"total": total, "latest": [{slot: getattr(one, slot) for slot in one.__slots__} for one in newest]}
        )

    def _check_key(self, call: _Call) -> None:
        if not call.key:
            raise Refusal(401, "api_key_missing", f"the header {API_KEY_HEADER} is missing")
        if not hmac.compare_digest(call.key.encode(), self._api_key):
            raise Refusal(401, "api_key_wrong", "the API key is wrong")

    def _check_officer(self, call: _Call) -> str:
        if not call.officer:
            raise Refusal(403, "officer_code_missing", f"the header {OFFICER_HEADER} (MaCanBo) is missing")
        if len(call.officer) > MAX_NAME_LENGTH or (self._officers is not None and call.officer not in self._officers):
            raise Refusal(403, "officer_code_unknown", "no officer has this code")
        return call.officer

    @staticmethod
    def _text(body: dict[str, Any], name: str) -> str:
        value = body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > MAX_NAME_LENGTH:
            raise Refusal(400, "bad_request", f"{name} is a text of at most {MAX_NAME_LENGTH} letters")
        return value.strip()

    def _citizens(self) -> sqlite3.Connection:
        if not hasattr(self._local, "citizens"):
            self._local.citizens = table.open_table(self._database)
        connection: sqlite3.Connection = self._local.citizens
        return connection


def _count(body: dict[str, Any]) -> int:
    """How many people an answer tells of."""
    answers = body.get("answers", [body])
    return sum(len(answer.get("citizens", ())) or int(answer.get("found", False)) for answer in answers)


def _question(call: _Call) -> dict[str, Any]:
    body = call.json()
    if not isinstance(body, dict):
        raise Refusal(400, "bad_request", "the body must be a JSON object")
    return body


def _header(name: str) -> str:
    """Under what name WSGI hands a header over."""
    return "HTTP_" + name.upper().replace("-", "_")


def _reply(body: Any) -> _Reply:
    return _Reply(200, _encode(body).encode())


def _error(status: int, code: str, message: str) -> _Reply:
    return _Reply(status, _encode({"error": {"code": code, "message": message}}).encode())
