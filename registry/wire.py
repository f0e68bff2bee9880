"""The messages between client and registry: how an answer is read, and when it is garbage.

An answer about anybody but the person asked for is garbage, however well formed: it must never become a match.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from certificate.citizens import Citizen, OwnerQuery
from certificate.text import nfc
from registry.verdicts import is_personal_number

API_KEY_HEADER = "X-Api-Key"
OFFICER_HEADER = "X-Officer-Code"
MOST_QUESTIONS = 50
"""So many look-ups go into one call at most."""
STATUSES = frozenset({"alive", "deceased", "replaced"})
GENDERS = frozenset({"male", "female"})
BIRTH_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_PARTS = ("citizen_id", "old_id", "full_name", "birth_date", "gender", "address", "status")


class Garbage(ValueError):
    """An answer that cannot be believed; the text says why, without anybody's name or number."""


def lookup_request(query: OwnerQuery) -> dict[str, str]:
    """What to send to ``/v1/lookup`` for an owner whose number may be asked."""
    assert query.id_number is not None
    if is_personal_number(query.id_number):
        return {"citizen_id": query.id_number}
    return {"old_id": query.id_number, "full_name": nfc(query.full_name)}


def read_lookup(answer: Any, request: dict[str, str]) -> tuple[Citizen, ...]:
    """The citizens in an answer of ``/v1/lookup``; raises ``Garbage`` when it is not the answer to ``request``.

    Where a citizen's number was replaced and the registry knows the new one, the newer entry stands for the person.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("citizens"), list):
        raise Garbage("not an answer to a look-up")
    asked_key = "citizen_id" if "citizen_id" in request else "old_id"
    asked = request[asked_key]
    if answer.get("asked") != {asked_key: asked}:
        raise Garbage("an answer to another question")
    citizens = []
    for entry in answer["citizens"]:
        citizen = _citizen(entry)
        if getattr(citizen, asked_key) != asked:
            raise Garbage("an answer about another person")
        newer = entry.get("replaced_by")
        while newer is not None:
            citizen_now = _citizen(newer)
            if citizen_now.old_id != citizen.citizen_id:
                raise Garbage("a replacement of another person's number")
            citizen, newer = citizen_now, newer.get("replaced_by")
        citizens.append(citizen)
    if asked_key == "citizen_id" and len(citizens) > 1:
        raise Garbage("several persons with one personal number")
    return tuple(citizens)


def read_lookups(answer: Any, requests: Sequence[dict[str, str]]) -> tuple[tuple[Citizen, ...] | None, ...]:
    """The citizens in an answer of ``/v1/lookups``, question by question; ``None`` for one that cannot be believed.

    Raises ``Garbage`` when the whole is not the answer to these questions.
    """
    answers = answer.get("answers") if isinstance(answer, dict) else None
    if not isinstance(answers, list) or len(answers) != len(requests):
        raise Garbage("not an answer to these look-ups")
    found: list[tuple[Citizen, ...] | None] = []
    for one, request in zip(answers, requests, strict=True):
        try:
            found.append(read_lookup(one, request))
        except Garbage:
            found.append(None)
    return tuple(found)


def citizen_to_json(citizen: Citizen) -> dict[str, Any]:
    """A citizen as the service sends it."""
    return {part: getattr(citizen, part) for part in _PARTS}


def _citizen(entry: Any) -> Citizen:
    if not isinstance(entry, dict):
        raise Garbage("a citizen that is no object")
    values: dict[str, Any] = {part: entry.get(part) for part in _PARTS}
    old_id = values.pop("old_id")
    if not all(isinstance(value, str) for value in values.values()) or not isinstance(old_id, str | None):
        raise Garbage("a citizen with missing parts")
    citizen = Citizen(**{**values, "full_name": nfc(values["full_name"])}, old_id=old_id or None)
    if citizen.citizen_id and not is_personal_number(citizen.citizen_id):
        raise Garbage("a personal number of the wrong shape")
    if citizen.status not in STATUSES or citizen.gender not in GENDERS or not citizen.full_name:
        raise Garbage("a citizen with impossible parts")
    if not BIRTH_DATE.fullmatch(citizen.birth_date):
        raise Garbage("a birth date that is none")
    return citizen
