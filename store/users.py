"""The people who may sign in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from certificate.errors import NameTaken, NotFound
from certificate.text import nfc
from store.attested import ACCOUNT, account_hash
from store.events import EventRepository
from store.identifiers import new_id
from store.rows import NewUser, Role, UserRow
from store.tables import User

_COLUMNS = tuple(column for column in User.__table__.columns if column.name != "created_at")
_CHANGEABLE = frozenset(
    {"display_name", "password_hash", "role", "office", "officer_code", "active", "totp_secret", "totp_step"}
)


class UserRepository:
    """All users of the office; names are the same whatever their letter case."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], events: EventRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._events = events

    def add(self, user: NewUser, *, who: str = "system") -> UserRow:
        """Give a person an account; ``NameTaken`` when somebody has that name."""
        row = UserRow(
            id=new_id(),
            name=_name_key(user.name),
            display_name=nfc(user.display_name),
            password_hash=user.password_hash,
            role=Role(user.role),
            office=user.office,
            officer_code=user.officer_code,
            active=True,
        )
        values = {name: getattr(row, name) for name in UserRow.__slots__} | {"role": row.role.value}
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(User).values(**values, created_at=self._clock()))
        except IntegrityError as error:
            raise NameTaken(row.name) from error
        self._events.add(
            who, "user_added", detail={"user_id": row.id, "role": row.role.value, ACCOUNT: account_hash(row)}
        )
        return row

    def get(self, user_id: str) -> UserRow:
        """One user by id; ``NotFound`` when there is none."""
        row = self._connection.execute(select(*_COLUMNS).where(User.id == user_id)).one_or_none()
        if row is None:
            raise NotFound(f"user {user_id}")
        return _user(row)

    def by_name(self, name: str) -> UserRow | None:
        """The user with this sign-in name, if there is one."""
        row = self._connection.execute(select(*_COLUMNS).where(User.name == _name_key(name))).one_or_none()
        return _user(row) if row else None

    def list(self) -> tuple[UserRow, ...]:
        """All users by name."""
        return tuple(_user(row) for row in self._connection.execute(select(*_COLUMNS).order_by(User.name)))

    def update(self, user_id: str, *, who: str, **changes: Any) -> UserRow:
        """Change a user's display_name, password_hash, role, office, officer_code, active or one-time code."""
        unknown = changes.keys() - _CHANGEABLE
        if unknown:
            raise TypeError(f"a user's {sorted(unknown)} cannot be changed")
        if "role" in changes:
            changes["role"] = Role(changes["role"]).value
        self.get(user_id)
        if changes:
            self._connection.execute(update(User).where(User.id == user_id).values(**changes))
            # Using a one-time code is no change that anybody would look for.
            if changes.keys() != {"totp_step"}:
                detail = {"user_id": user_id, "changed": sorted(changes), ACCOUNT: account_hash(self.get(user_id))}
                self._events.add(who, "user_changed", detail=detail)
        return self.get(user_id)


def _name_key(name: str) -> str:
    return nfc(name).casefold()


def _user(row: Row[Any]) -> UserRow:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return UserRow(**{**values, "role": Role(values["role"])})
