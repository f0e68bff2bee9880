"""Receipts: the code that the person who brought a paper takes home, and what it tells without naming anybody."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from certificate.errors import NotFound
from certificate.states import State
from ingest.office import Office
from store.review_rows import Receipt
from store.rows import ScanRow, UserRow

# No letter or digit that is taken for another when it is read from paper or spelt over the telephone.
LETTERS = "ABCDEFGHJKMNPQRTUVWXYZ2346789"
_HALF = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the paper of a receipt has come: nothing that tells whose it is."""

    code: str
    state: State
    received_at: datetime
    changed_at: datetime


def give(office: Office, scan_id: str, who: UserRow) -> tuple[Receipt, ScanRow]:
    """The receipt of a scan, made when it has none yet."""
    code = "".join(secrets.choice(LETTERS) for _ in range(2 * _HALF))
    with office.database.unit_of_work() as unit:
        scan = unit.scans.get(scan_id)
        receipt = unit.reviews.add_receipt(code, scan_id, who.name)
        unit.commit()
    return receipt, scan


def of_scan(office: Office, scan_id: str) -> tuple[Receipt, ScanRow]:
    """The receipt that a scan has; ``NotFound`` when none was given."""
    with office.database.unit_of_work(read_only=True) as unit:
        receipt = unit.reviews.receipt_of(scan_id)
        if receipt is None:
            raise NotFound("no receipt")
        return receipt, unit.scans.get(scan_id)


def progress(office: Office, typed: str) -> Progress:
    """How far the paper has come, by its code as a person types it; ``NotFound`` for any other text."""
    code = plain_code(typed)
    with office.database.unit_of_work(read_only=True) as unit:
        receipt = unit.reviews.receipt(code) if len(code) == 2 * _HALF else None
        if receipt is None:
            raise NotFound("no such receipt")
        scan = unit.scans.get(receipt.scan_id)
    # A better scan may have taken the place of the one that the receipt was given for.
    received_at = min(receipt.created_at, scan.created_at)
    return Progress(code, scan.state, received_at, max(received_at, scan.updated_at))


def plain_code(typed: str) -> str:
    """The code without the spaces and dashes that people put in."""
    return "".join(letter for letter in typed.upper() if letter in LETTERS)


def shown_code(code: str) -> str:
    """The code in two groups, easier to read out."""
    return f"{code[:_HALF]}-{code[_HALF:]}"
