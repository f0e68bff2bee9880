"""Who may open which page: each view says it by a decorator, and a request to one that does not is refused.

Nothing here knows the database: ``user_of`` is given by the application.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., Any])

CLERK = "clerk"
REVIEWER = "reviewer"
SUPERVISOR = "supervisor"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"
ALL_ROLES = frozenset({CLERK, REVIEWER, SUPERVISOR, AUDITOR, ADMINISTRATOR})
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
