"""What the store's tests share: a clock that stands still until it is moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from store.database import Database


class Clock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """A clock at 2026-11-24 08:00 UTC."""
    return Clock()


@pytest.fixture
def timed_database(migrated_url: str, clock: Clock) -> Iterator[Database]:
    """A migrated, empty database, once on each engine, that lives by the test's clock."""
    opened = Database(migrated_url, clock=clock)
    yield opened
    opened.dispose()


@pytest.fixture
def statements() -> Iterator[Counter[str]]:
    """Counts what is written from now on: the verb and the table, as in ``UPDATE fields``."""
    written: Counter[str] = Counter()

    def count(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        verb, *words = statement.replace("INSERT INTO", "INSERT").replace("DELETE FROM", "DELETE").split()
        if verb in {"INSERT", "UPDATE", "DELETE"}:
            written[f"{verb} {words[0]}"] += 1

    event.listen(Engine, "before_cursor_execute", count)
    yield written
    event.remove(Engine, "before_cursor_execute", count)
