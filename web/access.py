"""Who may open which page: each view says it by a decorator, and a request to one that does not is refused.

Forgetting the decorator closes a page; a test walks all routes with all roles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

from ingest.accounts import Role

View = TypeVar("View", bound=Callable[..., Any])

CLERK, REVIEWER, SUPERVISOR = Role.CLERK, Role.REVIEWER, Role.SUPERVISOR
AUDITOR, ADMINISTRATOR = Role.AUDITOR, Role.ADMINISTRATOR
ALL_ROLES: frozenset[str] = frozenset(Role)
PUBLIC = "public"

_ATTRIBUTE = "open_to"


def open_to(*roles: str) -> Callable[[View], View]:
    """Say which roles may open the page; ``PUBLIC`` means anybody, signed in or not."""
    unknown = set(roles) - ALL_ROLES - {PUBLIC}
    if unknown or not roles:
        raise ValueError(f"roles of a view: {sorted(roles)}")

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, frozenset(roles))
        return view

    return mark


def roles_of(endpoint: str) -> frozenset[str] | None:
    """The roles that may open the page, or ``None`` when its view does not say."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return frozenset({PUBLIC})
    found: frozenset[str] | None = getattr(current_app.view_functions[endpoint], _ATTRIBUTE, None)
    return found


def roles_of_request() -> frozenset[str] | None:
    """The roles that may do what is being asked; an address that does not exist is open, to answer «not found»."""
    return roles_of(request.endpoint) if request.endpoint else frozenset({PUBLIC})
