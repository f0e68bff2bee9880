"""What somebody may see, as conditions for the database: the one place where this is written down.

Every list, count, search and single look asks here, so that none can forget it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false

from store.rows import SearchScope
from store.run_tables import Run
from store.tables import ReviewTask, Scan


def within(scope: SearchScope, table: type[Scan | ReviewTask]) -> list[ColumnElement[bool]]:
    """What must hold for a scan, or for its task at the review desk, that the scope shows."""
    return [getattr(table, column) == value for column, value in _wanted(scope).items()]


def runs_within(scope: SearchScope) -> list[ColumnElement[bool]]:
    """What must hold for a run: it is one of the office; who sees only their own scans sees no run."""
    if scope.uploaded_by:
        return [false()]
    return [Run.office == scope.office] if scope.office else []


def as_text(scope: SearchScope, alias: str) -> tuple[str, dict[str, Any]]:
    """The same for a statement in text in which the scan is called ``alias``: conditions to add, and their values."""
    wanted = _wanted(scope)
    condition = "".join(f" AND {alias}.{column} = :scope_{column}" for column in wanted)
    return condition, {f"scope_{column}": value for column, value in wanted.items()}


def _wanted(scope: SearchScope) -> dict[str, str]:
    columns = {"office": scope.office, "uploaded_by": scope.uploaded_by}
    return {column: value for column, value in columns.items() if value}
