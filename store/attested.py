"""What the chain of events vouches for beside the records: hashes of rows, taken when they are written.

The audit takes them again: whoever changes a row behind the system's back would have to forge the chain, too. Events
from before a hash was taken have none, and nothing is compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from store.serializing import canonical_json, from_json_text, to_json_text
from store.tables import plain

# Where events carry the hash; pictures of faces are named by their hashes anyway.
ROW, ACCOUNT, LINE, READINGS = "row_sha256", "account_sha256", "line_sha256", "readings_sha256"
PICTURES = "pictures"
NOTE, RECEIPT = "note_sha256", "receipt_sha256"
ROWS, DIFFERENCES = "rows_sha256", "differences_sha256"
ANSWERS, CARDS, CASE = "answers_sha256", "cards_sha256", "case_sha256"
_SCAN = ("sha256", "file_name", "media_type", "size_bytes", "uploaded_by", "office")
# Which one-time code was used last is no change that anybody would look for.
_ACCOUNT = ("id", "name", "display_name", "password_hash", "role", "office", "officer_code", "active", "totp_secret")
# Which certificate a row belongs to ends with the certificate.
_REGISTER_ROW = ("line_number", "source_name", "serial_key", "outcome", "diagnoses", "content", "imported_by")
_ANSWER = ("owner_index", "verdict", "answer", "query")
_CARD = ("owner_index", "card")
_CASE = ("rule", "reason", "proposed_by", "scans")
_LINE = ("certificate_id", "path", "old", "new", "who", "why")


def scan_hash(row: Any) -> str:
    """Of what a scan's row says from its first day on."""
    return _hash({name: getattr(row, name) for name in _SCAN})


def account_hash(row: Any) -> str:
    """Of who a person is and what they may do."""
    return _hash({name: getattr(row, name) for name in _ACCOUNT})


def line_hash(line: Any) -> str:
    """Of a line in the history of a record."""
    return _hash({name: getattr(line, name) for name in _LINE})


def note_hash(who: str, text: str) -> str:
    """Of a note beside a scan; the chain itself does not tell what it says."""
    return _hash({"who": who, "text": text})


def register_hash(rows: Iterable[Any]) -> str:
    """Of rows of another register, as they came, in their order."""
    return _hash({"rows": [{name: getattr(row, name) for name in _REGISTER_ROW} for row in rows]})


def differences_hash(differences: Iterable[tuple[str, str | None, str | None]]) -> str:
    """Of what those rows say otherwise about one certificate: path, ours and theirs of each."""
    return _hash({"differences": sorted([path, ours or "", theirs or ""] for path, ours, theirs in differences)})


def answers_hash(answers: Iterable[Mapping[str, Any]]) -> str:
    """Of what the registry said of a certificate's owners and what it was asked: exports hand these persons on."""
    return _rows_hash(_ANSWER, answers)


def cards_hash(cards: Iterable[Mapping[str, Any]]) -> str:
    """Of the identity cards that belong to a certificate's owners."""
    return _rows_hash(_CARD, cards)


def case_hash(case: Mapping[str, Any]) -> str:
    """Of a proposal to delete scans: what is to go, by which rule, why, and who said so."""
    return _hash({name: case[name] for name in _CASE})


def receipt_hash(code: str) -> str:
    """Of a receipt's code: who knows the code sees the state of the scan, so the chain does not hold it in clear."""
    return _hash({"code": code})


def _rows_hash(names: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    kept = [{name: row[name] for name in names} for row in sorted(rows, key=lambda row: int(row["owner_index"]))]
    # As they come back from columns that keep JSON.
    return _hash({"rows": from_json_text(to_json_text(kept))})


def _hash(values: Mapping[str, Any]) -> str:
    written = {name: plain(value) if isinstance(value, str) else value for name, value in values.items()}
    return hashlib.sha256(canonical_json(written).encode("ascii")).hexdigest()
