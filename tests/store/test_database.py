"""The database: migrations, transactions, and the same behaviour on SQLite and PostgreSQL."""

from __future__ import annotations

from store.database import Database
from store.rows import NewUser, Role


def test_committed_rows_stay_and_others_go(database: Database) -> None:
    """What a unit of work commits is there afterwards; what it does not is not."""
    with database.unit_of_work() as work:
        work.users.add(NewUser("lan", "Lan", "x", Role.CLERK))
        work.commit()
        work.users.add(NewUser("minh", "Minh", "x", Role.CLERK))
    with database.unit_of_work(read_only=True) as work:
        assert [user.name for user in work.users.list()] == ["lan"]
