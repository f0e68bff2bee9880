"""What the store's tests share: a clock that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

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
