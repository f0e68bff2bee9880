"""Who may sign in: passwords by argon2id, users and their roles."""

from __future__ import annotations

from typing import Any

import argon2

from certificate.errors import NotAllowed, NotFound
from ingest import one_time_codes
from ingest.office import Office
from store.rows import NewUser, Role, UserRow

__all__ = [
    "Role",
    "UserRow",
    "add_user",
    "change_password",
    "change_user",
    "check_code",
    "set_password",
    "sign_in",
    "use_codes",
    "user",
    "users",
]

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


def check_code(office: Office, user_id: str, typed: str, now_s: float) -> UserRow:
    """The user, if the one-time code typed is theirs and was not used before; ``NotAllowed`` otherwise."""
    with office.database.unit_of_work() as unit:
        found = unit.users.get(user_id)
        secret = found.totp_secret
        step = one_time_codes.step_of(secret, typed, now_s, after=found.totp_step) if secret else None
        if step is None or not found.active:
            raise NotAllowed("wrong one-time code")
        found = unit.users.update(user_id, who=found.name, totp_step=step)
        unit.commit()
    return found


def use_codes(office: Office, user_id: str, secret: str, typed: str, now_s: float) -> UserRow:
    """Ask for one-time codes from now on, once the app has shown that it makes the right ones; else ``NotAllowed``."""
    step = one_time_codes.step_of(secret, typed, now_s)
    if step is None:
        raise NotAllowed("wrong one-time code")
    return change_user(office, user_id, who="self", totp_secret=secret, totp_step=step)


def change_user(office: Office, user_id: str, /, *, who: str, **changes: Any) -> UserRow:
    """Change an account; the last active administrator stays one, so that nobody is locked out (``NotAllowed``)."""
    with office.database.unit_of_work() as unit:
        before = unit.users.get(user_id)
        after = unit.users.update(user_id, who=before.name if who == "self" else who, **changes)
        if _runs_things(before) and not any(_runs_things(other) for other in unit.users.list()):
            raise NotAllowed("the last administrator")
        unit.commit()
    return after


def change_password(office: Office, user: UserRow, old: str, new: str) -> None:
    """Let a person choose a new password; ``NotAllowed`` when the old one is wrong, ``ValueError`` when too short."""
    _check_password(new)
    sign_in(office, user.name, old)
    set_password(office, user.name, new, who=user.name)


def _runs_things(user: UserRow) -> bool:
    return user.active and user.role is Role.ADMINISTRATOR


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
