"""Who may sign in: passwords by argon2id, users and their roles."""

from __future__ import annotations

import argon2

from certificate.errors import NotAllowed, NotFound
from ingest.office import Office
from store.rows import NewUser, Role, UserRow

__all__ = ["Role", "UserRow", "add_user", "set_password", "sign_in", "user", "users"]

# RFC 9106, second recommended set (64 MiB), for machines that also read scans.
_HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
MIN_PASSWORD_LETTERS = 10
# Checked when the name is unknown, so that the time taken does not tell which names exist.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$XA+N27t45XsyIms1pAQ1gQ$U0BF5R3vdXTroOmBKmMD7+KpIc4dCShWmYHXGul2NF8"


def sign_in(office: Office, name: str, password: str) -> UserRow:
    """The user of that name, if the password is right and the account active; ``NotAllowed`` otherwise."""
    with office.database.unit_of_work(read_only=True) as unit:
        found = unit.users.by_name(name)
    try:
        _HASHER.verify(found.password_hash if found else _NOBODY, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError) as error:
        raise NotAllowed("wrong name or password") from error
    if found is None or not found.active:
        raise NotAllowed("wrong name or password")
    if _HASHER.check_needs_rehash(found.password_hash):
        with office.database.unit_of_work() as unit:
            found = unit.users.update(found.id, who=found.name, password_hash=_HASHER.hash(password))
            unit.commit()
    return found


def user(office: Office, user_id: str) -> UserRow:
    """One user by id; ``NotFound`` when there is none."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.users.get(user_id)


def users(office: Office) -> tuple[UserRow, ...]:
    """Every user, by name."""
    with office.database.unit_of_work(read_only=True) as unit:
        return unit.users.list()


def add_user(
    office: Office,
    *,
    name: str,
    password: str,
    display_name: str,
    role: Role | str,
    officer_code: str | None = None,
    office_name: str = "",
    who: str = "system",
) -> UserRow:
    """Add a person; raises ``NameTaken``, or ``ValueError`` for a password that is too short."""
    _check_password(password)
    with office.database.unit_of_work() as unit:
        new = NewUser(name, display_name, _HASHER.hash(password), Role(role), office_name, officer_code)
        row = unit.users.add(new, who=who)
        unit.commit()
    return row


def set_password(office: Office, name: str, password: str, *, who: str = "system") -> UserRow:
    """Give a user a new password; ``NotFound`` when there is no such user."""
    _check_password(password)
    with office.database.unit_of_work() as unit:
        found = unit.users.by_name(name)
        if found is None:
            raise NotFound("no such user")
        row = unit.users.update(found.id, who=who, password_hash=_HASHER.hash(password))
        unit.commit()
    return row


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD_LETTERS:
        raise ValueError(f"a password has at least {MIN_PASSWORD_LETTERS} letters")
