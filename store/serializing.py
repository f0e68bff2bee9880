"""How values go into JSON columns and come back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from certificate.citizens import (
    Citizen,
    IdentityCard,
    JoinedBy,
    NameDifference,
    OwnerQuery,
    OwnersCard,
    RegistryAnswer,
    RegistryVerdict,
)
from store.tables import plain


def to_json_text(value: Any) -> str:
    """Compact JSON text with Vietnamese letters as they are, half the size of escaped ones."""
    return plain(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def from_json_text(text: str) -> Any:
    """What ``to_json_text`` was given."""
    return json.loads(text)


def canonical_json(value: Any) -> str:
    """The one JSON text of a value, for hashing: sorted keys, no spaces, ASCII only."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def answer_to_json(answer: RegistryAnswer) -> dict[str, Any]:
    """A registry answer as plain JSON values."""
    return dataclasses.asdict(answer)


def answer_from_json(data: Mapping[str, Any]) -> RegistryAnswer:
    """The registry answer that ``answer_to_json`` wrote down."""
    return RegistryAnswer(
        verdict=RegistryVerdict(data["verdict"]),
        citizen=Citizen(**data["citizen"]) if data["citizen"] else None,
        name_difference=NameDifference(data["name_difference"]),
        asked_at=data["asked_at"],
        officer_code=data["officer_code"],
    )


def query_to_json(query: OwnerQuery | None) -> dict[str, Any] | None:
    """The query that was put to the registry, as plain JSON values."""
    return dataclasses.asdict(query) if query else None


def query_from_json(data: Mapping[str, Any] | None) -> OwnerQuery | None:
    """The query that was put to the registry, if it was kept."""
    return OwnerQuery(**data) if data else None


def card_to_json(found: OwnersCard) -> dict[str, Any]:
    """An owner's identity card as plain JSON values."""
    return dataclasses.asdict(found)


def card_from_json(data: Mapping[str, Any]) -> OwnersCard:
    """The owner's identity card that ``card_to_json`` wrote down."""
    return OwnersCard(IdentityCard(**data["card"]), JoinedBy(data["joined_by"]))
