"""Users: names, roles and changes."""

from __future__ import annotations

import pytest

from certificate.errors import NameTaken, NotFound
from store.attested import account_hash
from store.database import Database
from store.rows import NewUser, Role

LAN = NewUser("Lan", "Nguyễn Thị  Lan", "hash", Role.REVIEWER, "rach-gia", "CB01")


def test_a_user_is_found_by_name_in_any_case(database: Database) -> None:
    """Sign-in names do not tell letter cases apart."""
    with database.unit_of_work() as work:
        added = work.users.add(LAN)
        assert work.users.by_name("LAN ") == added == work.users.get(added.id)
        assert (added.name, added.display_name, added.role, added.active) == (
            "lan", "Nguyễn Thị Lan", Role.REVIEWER, True,
        )  # fmt: skip
        assert work.users.by_name("minh") is None
        with pytest.raises(NotFound):
            work.users.get("0" * 32)


def test_a_name_is_given_once(database: Database) -> None:
    """The second of a name is refused, and the unit of work goes on."""
    with database.unit_of_work() as work:
        work.users.add(LAN)
        with pytest.raises(NameTaken):
            work.users.add(NewUser("LAN", "Lan khác", "hash", Role.CLERK))
        work.commit()
        assert len(work.users.list()) == 1


def test_changes_are_noted_without_their_content(database: Database) -> None:
    """The diary says what was changed by whom, never a password."""
    with database.unit_of_work() as work:
        added = work.users.add(LAN)
        changed = work.users.update(added.id, who="admin", role="supervisor", active=False, password_hash="new")
        assert (changed.role, changed.active, changed.password_hash) == (Role.SUPERVISOR, False, "new")
        assert work.users.update(added.id, who="admin") == changed
        with pytest.raises(TypeError):
            work.users.update(added.id, who="admin", name="x")
        with pytest.raises(ValueError, match="king"):
            work.users.update(added.id, who="admin", role="king")
        work.commit()
        event = work.events.latest(1)[0]
    assert event.detail == {
        "user_id": added.id,
        "changed": ["active", "password_hash", "role"],
        "account_sha256": account_hash(changed),
    }
    assert "new" not in event.detail.values()
