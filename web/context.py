"""What a view needs to know about its request: the office it serves and who is asking."""

from __future__ import annotations

from flask import current_app, g, request

from certificate.errors import NotFound, SignInNeeded
from ingest import accounts, sight
from ingest.accounts import UserRow
from ingest.office import Office
from web import security

# Pages that ask for news by themselves; they must not keep a session awake.
BACKGROUND = frozenset({"intake.changes", "intake.stream", "review.keep", "review.let_go", "runs.progress"})

# Parts of addresses that name something with an office and a sender.
_HELD_TO_SCOPE = frozenset({"scan_id", "certificate_id", "difference_id", "run_id"})


def office() -> Office:
    """The office whose pages these are."""
    found: Office = current_app.extensions["sohoa-office"]
    return found


def user() -> UserRow | None:
    """Who is signed in, if anybody; a person whose account was closed no longer is."""
    if "user" not in g:
        g.user = _load_user()
    found: UserRow | None = g.user
    return found


def signed_in() -> UserRow:
    """Who is signed in; ``SignInNeeded`` when nobody is."""
    found = user()
    if found is None:
        raise SignInNeeded
    return found


def check_sight() -> None:
    """``NotFound`` where the address names a scan, a certificate or the like that the person may not see.

    Asked before every view, so that none can forget it.
    """
    named = {f"{name}s": [value] for name, value in (request.view_args or {}).items() if name in _HELD_TO_SCOPE}
    if named:
        sight.check(office(), signed_in(), **named)


def _load_user() -> UserRow | None:
    user_id = security.live_user_id(background=request.endpoint in BACKGROUND)
    if user_id is None:
        return None
    try:
        found = accounts.user(office(), user_id)
    except NotFound:
        return None
    return found if found.active else None
