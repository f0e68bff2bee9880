"""The diary of events: sealed, only growing, whole under many writers."""

from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store.database import Database


def test_events_join_the_chain_when_committed(database: Database) -> None:
    """Numbered without gaps over several units; what is rolled back leaves no trace."""
    with database.unit_of_work() as work:
        work.events.add("lan", "signed_in")
        work.commit()
        work.events.add("lan", "forgotten")
        work.rollback()
        work.events.add("lan", "exported", detail={"why": "báo cáo"})
        work.commit()
    with database.unit_of_work() as work:
        work.events.add("lan", "never_committed")
    with database.unit_of_work(read_only=True) as work:
        latest = work.events.latest()
        assert [(event.number, event.action) for event in latest] == [(2, "exported"), (1, "signed_in")]
        assert latest[0].detail == {"why": "báo cáo"}
        assert [event.number for event in work.events.latest(before_number=2)] == [1]
        assert work.events.first_broken() is None


def test_many_writers_make_one_chain(database: Database) -> None:
    """Four threads with ten units each: forty events, no gap, no fork."""

    def write(name: str) -> None:
        for _ in range(10):
            with database.unit_of_work() as work:
                work.events.add(name, "tested")
                work.commit()

    threads = [Thread(target=write, args=(f"u{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with database.unit_of_work(read_only=True) as work:
        assert work.events.latest(1)[0].number == 40
        assert work.events.first_broken() is None


@pytest.mark.parametrize("statement", ["UPDATE events SET who = 'x'", "DELETE FROM events"])
def test_events_cannot_be_changed(database: Database, statement: str) -> None:
    """The database itself refuses to change or remove an event."""
    with database.unit_of_work() as work:
        work.events.add("lan", "tested")
        work.commit()
        with pytest.raises(DBAPIError, match="only ever added"):
            work._connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE events SET who = 'x' WHERE number = 3", 3),
        ("UPDATE events SET detail = '[2]' WHERE number = 2", 2),
        ("UPDATE events SET hash = prev_hash WHERE number = 4", 4),
        ("UPDATE events SET number = 9 WHERE number = 5", 5),
        ("DELETE FROM events WHERE number = 1", 1),
        ("DELETE FROM events WHERE number = 3", 3),
    ],
)
def test_damage_behind_the_program_is_found(database: Database, statement: str, broken: int) -> None:
    """Who gets round the database's own guard is found out by the chain."""
    with database.unit_of_work() as work:
        for number in range(5):
            work.events.add("lan", "tested", detail={"a": number})
        work.commit()
        if database.engine_name == "sqlite":
            for action in ("update", "delete"):
                work._connection.execute(text(f"DROP TRIGGER events_no_{action}"))
        else:
            work._connection.execute(text("DROP TRIGGER events_only_grow ON events"))
        work._connection.execute(text(statement))
        assert work.events.first_broken() == broken
