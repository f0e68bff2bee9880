"""Accounts: the right password lets in, and nothing else does or tells why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import argon2
import pytest

from certificate.errors import NameTaken, NotAllowed, NotFound
from ingest import accounts
from ingest.accounts import add_user, set_password, sign_in, user, users
from ingest.office import Office
from ingest.settings import load
from store.rows import Role, UserRow

PASSWORD = "một mật khẩu đủ dài"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests need no protection from people with graphics cards."""
    hasher = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
    monkeypatch.setattr(accounts, "_HASHER", hasher)
    monkeypatch.setattr(accounts, "_NOBODY", hasher.hash("nobody's"))


@pytest.fixture
def office(tmp_path: Path, ready_home: Callable[[Path], Path]) -> Iterator[Office]:
    """An office without anything but a database."""
    with Office.open(load(ready_home(tmp_path), {})) as opened:
        yield opened


def add(office: Office, name: str = "lan", password: str = PASSWORD) -> UserRow:
    """A clerk."""
    return add_user(office, name=name, password=password, display_name="Trần Thị Lan", role="clerk")


def test_the_right_password_lets_in(office: Office) -> None:
    """And gives the person with role and name, never having kept the password."""
    added = add(office)
    found = sign_in(office, "lan", PASSWORD)
    assert (found.id, found.role, found.display_name) == (added.id, Role.CLERK, "Trần Thị Lan")
    assert PASSWORD not in found.password_hash
    assert found.password_hash.startswith("$argon2id$")


def test_nothing_tells_a_wrong_name_from_a_wrong_password(office: Office) -> None:
    """Whoever guesses learns nothing but that it was wrong."""
    add(office)
    told = set()
    for name, password in (("lan", "sai"), ("lan", ""), ("ai đó", PASSWORD), ("", "")):
        with pytest.raises(NotAllowed) as caught:
            sign_in(office, name, password)
        told.add(caught.value.detail)
    assert len(told) == 1


def test_who_has_left_stays_out(office: Office) -> None:
    """An account that was ended lets nobody in, whatever the password."""
    added = add(office)
    with office.database.unit_of_work() as unit:
        unit.users.update(added.id, who="quan", active=False)
        unit.commit()
    with pytest.raises(NotAllowed):
        sign_in(office, "lan", PASSWORD)


def test_hashes_grow_stronger_at_the_next_sign_in(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the profile is raised, each person's hash follows without anybody's doing."""
    weak = add(office).password_hash
    hasher = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
    stronger = argon2.PasswordHasher(time_cost=2, memory_cost=hasher.memory_cost, parallelism=1)
    monkeypatch.setattr(accounts, "_HASHER", stronger)
    renewed = sign_in(office, "lan", PASSWORD).password_hash
    assert renewed != weak
    assert sign_in(office, "lan", PASSWORD).password_hash == renewed


def test_a_new_password_ends_the_old_one(office: Office) -> None:
    """The administrator gives a new one; the old lets nobody in any more."""
    add(office)
    set_password(office, "lan", "một mật khẩu khác", who="quan")
    assert sign_in(office, "lan", "một mật khẩu khác").name == "lan"
    with pytest.raises(NotAllowed):
        sign_in(office, "lan", PASSWORD)
    with pytest.raises(NotFound):
        set_password(office, "ai đó", PASSWORD)


def test_short_passwords_and_taken_names_are_refused(office: Office) -> None:
    """Before anything is kept."""
    with pytest.raises(ValueError, match="at least"):
        add(office, password="ngắn")
    assert users(office) == ()
    added = add(office)
    with pytest.raises(NameTaken):
        add(office)
    assert users(office) == (added,)
    assert user(office, added.id) == added
