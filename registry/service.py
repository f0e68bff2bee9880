"""A stand-in for the national population database, as an HTTP service of its own.

The real one cannot be reached from everywhere; this one has its questions (verify item by item, look up), its rules
(an API key and an officer's code, mã cán bộ, on every call) and, switched on by an admin call, its bad days.
"""

from __future__ import annotations

import hmac
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from certificate.citizens import Citizen, NameDifference
from registry import citizens_table as table
from registry.misbehaviour import Kind, Misbehaviour, Mood
from registry.openapi import describe
from registry.verdicts import MAX_NAME_LENGTH, compare_names, is_cmnd, is_personal_number
from registry.wire import API_KEY_HEADER, GENDERS, MOST_QUESTIONS, OFFICER_HEADER, citizen_to_json

MAX_REQUEST_BYTES = 65_536
_LONGEST_CHAIN = 5


class Refusal(Exception):
    """A call that is answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def create_app(database: Path, *, api_key: str, officers: frozenset[str] | None = None, seed: int = 0) -> Flask:
    """The registry's application over the citizens in ``database``.

    ``officers`` are the officers' codes it knows; ``None`` means any code. ``seed`` makes misbehaviour repeatable.
    """
    app = Flask("registry.service")
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    service = _Service(database, api_key, officers, Mood(seed))
    service.register(app)
    return app


class _Service:
    """What the routes share: the citizens, the key, the mood."""

    def __init__(self, database: Path, api_key: str, officers: frozenset[str] | None, mood: Mood) -> None:
        if not api_key:
            raise ValueError("the registry needs an API key")
        self._database = database
        self._api_key = api_key
        self._officers = officers
        self._mood = mood
        self._local = threading.local()

    def register(self, app: Flask) -> None:
        """Lay the routes."""
        app.add_url_rule("/v1/lookup", view_func=self._answering("lookup", self._lookup), methods=["POST"])
        app.add_url_rule("/v1/lookups", view_func=self._answering("lookups", self._lookups), methods=["POST"])
        app.add_url_rule("/v1/verify", view_func=self._answering("verify", self._verify), methods=["POST"])
        app.add_url_rule("/v1/openapi.json", "openapi", lambda: jsonify(describe()), methods=["GET"])
        app.add_url_rule("/health", "health", self._health, methods=["GET"])
        app.add_url_rule("/admin/misbehave", "misbehave", self._misbehave, methods=["POST"])
        app.add_url_rule("/admin/calls", "calls", self._calls, methods=["GET"])
        app.register_error_handler(Refusal, self._refuse)
        app.register_error_handler(HTTPException, self._refuse_http)

    # Questions

    def _answering(self, call: str, view: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[], Response]:
        """Around each question: who asks, how the service feels today, and the log."""

        def answer() -> Response:
            officer = ""
            g.asked_by = "nothing"
            status, found = 500, 0
            try:
                self._check_key()
                officer = self._check_officer()
                bad = self._mood.draw()
                if bad is not None and bad.kind in {Kind.TOO_MANY, Kind.UNAVAILABLE, Kind.HANG}:
                    raised = self._fail(bad)
                    status = raised.status_code
                    return raised
                if bad is not None and bad.kind is Kind.DELAY:
                    self._mood.wait(bad.seconds)
                body = view(self._body())
                status, found = 200, _count(body)
                return self._spoil(bad, body, call)
            except Refusal as refusal:
                status = refusal.status
                raise
            finally:
                now = datetime.now(UTC).isoformat(timespec="milliseconds")
                table.log_call(self._call_log(), table.Call(now, officer, call, g.asked_by, status, found))

        answer.__name__ = call
        return answer

    def _lookup(self, body: dict[str, Any]) -> dict[str, Any]:
        asked, citizens = self._find(body)
        return {"asked": asked, "citizens": [self._entry(citizen) for citizen in citizens]}

    def _lookups(self, body: dict[str, Any]) -> dict[str, Any]:
        questions = body.get("questions")
        if not isinstance(questions, list) or not 0 < len(questions) <= MOST_QUESTIONS:
            raise Refusal(400, "bad_request", f"questions are a list of 1 to {MOST_QUESTIONS} look-ups")
        if not all(isinstance(question, dict) for question in questions):
            raise Refusal(400, "bad_request", "each question is an object")
        return {"answers": [self._lookup(question) for question in questions]}

    def _verify(self, body: dict[str, Any]) -> dict[str, Any]:
        asked, citizens = self._find(body)
        birth_date, birth_year, gender = (self._text(body, name) for name in ("birth_date", "birth_year", "gender"))
        if gender and gender not in GENDERS:
            raise Refusal(400, "bad_request", "gender is male or female")
        if not citizens:
            return {"asked": asked, "found": False, "items": {}, "status": None}
        citizen = citizens[0]
        items: dict[str, bool] = {}
        name = self._text(body, "full_name")
        if name:
            items["full_name"] = compare_names(name, citizen.full_name) is NameDifference.NONE
        if birth_date:
            items["birth_date"] = birth_date == citizen.birth_date
        if birth_year:
            items["birth_year"] = birth_year == citizen.birth_date[:4]
        if gender:
            items["gender"] = gender == citizen.gender
        return {"asked": asked, "found": True, "items": items, "status": citizen.status}

    def _find(self, body: dict[str, Any]) -> tuple[dict[str, str], tuple[Citizen, ...]]:
        citizen_id, old_id, full_name = (self._text(body, name) for name in ("citizen_id", "old_id", "full_name"))
        if bool(citizen_id) == bool(old_id):
            raise Refusal(400, "bad_request", "give either citizen_id or old_id")
        if citizen_id:
            if not is_personal_number(citizen_id):
                raise Refusal(400, "bad_request", "citizen_id is 12 digits")
            g.asked_by = "citizen_id"
            found = table.by_citizen_id(self._citizens(), citizen_id)
            return {"citizen_id": citizen_id}, (found,) if found else ()
        if not (is_cmnd(old_id) or is_personal_number(old_id)) or not full_name:
            raise Refusal(400, "bad_request", "old_id is 9 or 12 digits and goes with full_name")
        g.asked_by = "old_id"
        return {"old_id": old_id}, table.by_old_id(self._citizens(), old_id, full_name)

    def _entry(self, citizen: Citizen, depth: int = 1) -> dict[str, Any]:
        """A citizen with who bears the number that replaced this one, and so on to the number of today."""
        entry = citizen_to_json(citizen)
        was_replaced = citizen.status == "replaced" and depth < _LONGEST_CHAIN
        newer = table.successor(self._citizens(), citizen.citizen_id) if was_replaced else None
        entry["replaced_by"] = self._entry(newer, depth + 1) if newer else None
        return entry

    # Bad days

    def _fail(self, bad: Misbehaviour) -> Response:
        if bad.kind is Kind.HANG:
            self._mood.wait(bad.seconds)
        if bad.kind is Kind.TOO_MANY:
            response = _error(429, "too_many_calls", "too many calls")
            response.headers["Retry-After"] = bad.retry_after
            return response
        return _error(503, "unavailable", "the registry is not available")

    def _spoil(self, bad: Misbehaviour | None, body: dict[str, Any], call: str) -> Response:
        if bad is not None and bad.kind is Kind.ANOTHER_PERSON:
            for answer in {"lookup": [body], "lookups": body.get("answers", [])}.get(call, []):
                number = next(iter(answer["asked"].values()))
                other = table.somebody_else(self._citizens(), number)
                answer["citizens"] = [self._entry(other)] if other else [{"citizen_id": "0" * 12}]
        response = jsonify(body)
        if bad is not None and bad.kind is Kind.MALFORMED:
            response.set_data(response.get_data()[:-7])
        if bad is not None and bad.kind is Kind.CUT:
            data = response.get_data()
            # The server closes a connection whose body ends before its announced length.
            response.response = _half(data)
            response.headers["Content-Length"] = str(len(data))
        return response

    def _misbehave(self) -> Response:
        self._check_key()
        wanted = request.get_json(silent=True)
        try:
            moods = [Misbehaviour.from_json(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        except ValueError as error:
            raise Refusal(400, "bad_request", str(error)) from error
        self._mood.set(moods)
        return jsonify({"misbehaving": [mood.kind for mood in moods if mood.kind is not Kind.NONE]})

    # The rest

    def _health(self) -> Response:
        return jsonify({"status": "ok", "citizens": table.count_citizens(self._citizens())})

    def _calls(self) -> Response:
        self._check_key()
        latest = [
            {slot: getattr(call, slot) for slot in table.Call.__slots__}
            for call in table.latest_calls(self._call_log())
        ]
        return jsonify({"total": table.count_calls(self._call_log()), "latest": latest})

    def _check_key(self) -> None:
        key = request.headers.get(API_KEY_HEADER, "")
        if not key:
            raise Refusal(401, "api_key_missing", f"the header {API_KEY_HEADER} is missing")
        if not hmac.compare_digest(key.encode(), self._api_key.encode()):
            raise Refusal(401, "api_key_wrong", "the API key is wrong")

    def _check_officer(self) -> str:
        officer = request.headers.get(OFFICER_HEADER, "").strip()
        if not officer:
            raise Refusal(403, "officer_code_missing", f"the header {OFFICER_HEADER} (MaCanBo) is missing")
        if len(officer) > MAX_NAME_LENGTH or (self._officers is not None and officer not in self._officers):
            raise Refusal(403, "officer_code_unknown", "no officer has this code")
        return officer

    def _body(self) -> dict[str, Any]:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise Refusal(400, "bad_request", "the body must be a JSON object")
        return body

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

    def _call_log(self) -> sqlite3.Connection:
        if not hasattr(self._local, "calls"):
            self._local.calls = table.open_calls(self._database)
        connection: sqlite3.Connection = self._local.calls
        return connection

    @staticmethod
    def _refuse(refusal: Refusal) -> Response:
        return _error(refusal.status, refusal.code, refusal.message)

    @staticmethod
    def _refuse_http(error: HTTPException) -> Response:
        return _error(error.code or 500, "http_error", error.name)


def _count(body: dict[str, Any]) -> int:
    """How many people an answer tells of."""
    answers = body.get("answers", [body])
    return sum(len(answer.get("citizens", ())) or int(answer.get("found", False)) for answer in answers)


def _half(data: bytes) -> Iterator[bytes]:
    yield data[: len(data) // 2]


def _error(status: int, code: str, message: str) -> Response:
    response = jsonify({"error": {"code": code, "message": message}})
    response.status_code = status
    return response
