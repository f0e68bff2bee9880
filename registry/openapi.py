"""The description of the mock registry's calls, in OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from registry.misbehaviour import Kind
from registry.wire import API_KEY_HEADER, MOST_QUESTIONS, OFFICER_HEADER

_NUMBERS = {
    "citizen_id": {"type": "string", "pattern": "^[0-9]{12}$", "description": "Personal number (số định danh)."},
    "old_id": {
        "type": "string",
        "pattern": "^([0-9]{9}|[0-9]{12})$",
        "description": "Number before: CMND, or a personal number that was replaced. Goes with full_name.",
    },
    "full_name": {"type": "string", "maxLength": 200, "description": "Accents and letter case do not matter."},
}
_CITIZEN = {
    "type": "object",
    "required": ["citizen_id", "old_id", "full_name", "birth_date", "gender", "address", "status", "replaced_by"],
    "additionalProperties": False,
    "properties": {
        "citizen_id": {"type": "string"},
        "old_id": {"type": ["string", "null"]},
        "full_name": {"type": "string"},
        "birth_date": {"type": "string", "description": "ISO date, or the year where only that is known."},
        "gender": {"enum": ["male", "female"]},
        "address": {"type": "string"},
        "status": {"enum": ["alive", "deceased", "replaced"]},
        "replaced_by": {
            "description": "Who bears the newer number, when the status is replaced.",
            "anyOf": [{"$ref": "#/components/schemas/Citizen"}, {"type": "null"}],
        },
    },
}
_ASKED = {"type": "object", "description": "The number that was asked, as it was asked."}
_ERRORS = {
    "400": "The question makes no sense.",
    "401": "The API key is missing or wrong (api_key_missing, api_key_wrong).",
    "403": "The officer's code is missing or unknown (officer_code_missing, officer_code_unknown).",
    "429": "Too many calls; the header Retry-After says when to come back.",
    "503": "Not available now.",
}


def describe() -> dict[str, Any]:
    """The whole description, as ``/v1/openapi.json`` gives it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Population registry (stand-in)",
            "version": "1",
            "description": "A stand-in for the national population database (CSDLQG về dân cư): invented people only.",
        },
        "paths": {
            **_questions(),
            "/v1/openapi.json": {"get": _plain("This description.")},
            "/health": {"get": _plain("Whether the service runs, and how many citizens it knows.")},
            "/admin/misbehave": {
                "post": {
                    "summary": "Behave badly from now on, in one way or several; kind none ends it.",
                    "security": [{"apiKey": []}],
                    "requestBody": _json_body(
                        {
                            "kind": {"enum": [kind.value for kind in Kind]},
                            "probability": {"type": "number", "minimum": 0, "maximum": 1},
                            "times": {"type": ["integer", "null"]},
                            "seconds": {"type": "number"},
                            "retry_after": {"type": "string"},
                        }
                    ),
                    "responses": {"200": {"description": "What is switched on now."}, **_errors("400", "401")},
                }
            },
            "/admin/calls": {
                "get": {
                    "summary": "The log of calls: when, which officer, what kind of question; no names, no numbers.",
                    "security": [{"apiKey": []}],
                    "responses": {"200": {"description": "The newest calls."}, **_errors("401")},
                }
            },
        },
        "components": {
            "schemas": {"Citizen": _CITIZEN},
            "securitySchemes": {
                "apiKey": {"type": "apiKey", "in": "header", "name": API_KEY_HEADER},
                "officer": {
                    "type": "apiKey",
                    "in": "header",
                    "name": OFFICER_HEADER,
                    "description": "The asking officer's code (MaCanBo).",
                },
            },
        },
    }


def _questions() -> dict[str, Any]:
    """The calls that ask about citizens."""
    return {
        "/v1/lookup": {
            "post": _question(
                "Look a citizen up by personal number, or by the number before and the name.",
                _NUMBERS,
                {"asked": _ASKED, "citizens": {"type": "array", "items": {"$ref": "#/components/schemas/Citizen"}}},
            )
        },
        "/v1/lookups": {
            "post": _question(
                "Look several citizens up in one call; the answers come in the order of the questions.",
                {
                    "questions": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_QUESTIONS,
                        "items": {"type": "object", "properties": _NUMBERS},
                    }
                },
                {
                    "answers": {
                        "type": "array",
                        "items": _whole(
                            {
                                "asked": _ASKED,
                                "citizens": {"type": "array", "items": {"$ref": "#/components/schemas/Citizen"}},
                            }
                        ),
                    }
                },
            )
        },
        "/v1/verify": {
            "post": _question(
                "Verify a citizen item by item: each answer is yes or no.",
                {
                    **_NUMBERS,
                    "birth_date": {"type": "string"},
                    "birth_year": {"type": "string"},
                    "gender": {"enum": ["male", "female"]},
                },
                {
                    "asked": _ASKED,
                    "found": {"type": "boolean"},
                    "items": {"type": "object", "additionalProperties": {"type": "boolean"}},
                    "status": {"enum": ["alive", "deceased", "replaced", None]},
                },
            )
        },
    }


def _question(summary: str, asks: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "security": [{"apiKey": [], "officer": []}],
        "requestBody": _json_body(asks),
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {"application/json": {"schema": _whole(answers)}},
            },
            **_errors(*_ERRORS),
        },
    }


def _whole(properties: dict[str, Any]) -> dict[str, Any]:
    """An object that has all of these and nothing else."""
    return {
        "type": "object",
        "required": sorted(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _plain(summary: str) -> dict[str, Any]:
    return {"summary": summary, "responses": {"200": {"description": summary}}}


def _json_body(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "properties": properties}}},
    }


def _errors(*codes: str) -> dict[str, Any]:
    return {code: {"description": _ERRORS[code]} for code in codes}
