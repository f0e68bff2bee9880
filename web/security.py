"""What every answer and every session carries: headers, cookie rules, forgery check, idle end.

The policy allows no script or style outside the project's own files, so a stray value that slips into a page stays
text. Pages hold personal data: nothing may be kept by the browser or a proxy.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask, Response, request, session
from flask_wtf.csrf import CSRFProtect

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
IDLE_S = 30 * 60
LONGEST_S = 12 * 60 * 60
HALF_S = 5 * 60


def protect(app: Flask, *, https: bool) -> None:
    """Give the application its headers, cookie rules and forgery check."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-sohoa" if https else "sohoa",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=LONGEST_S),
        # The session ends by itself; a token that ended sooner would only lose a reviewer's typing.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=https,
    )
    CSRFProtect(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def begin_session(user_id: str, now: Callable[[], float] = time.time) -> None:
    """Start a new session for the user; nothing of the old one but the language stays."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    session.update(user_id=user_id, began_at=now(), seen_at=now())
    if language:
        session["language"] = language


def begin_half(user_id: str, now: Callable[[], float] = time.time) -> None:
    """Remember for a few minutes whose password was right, until their one-time code is."""
    language = session.get("language")
    session.clear()
    session.update(half_user_id=user_id, half_at=now())
    if language:
        session["language"] = language


def half_user_id(now: Callable[[], float] = time.time) -> str | None:
    """Whose password was right a moment ago, if anybody's."""
    user_id: str | None = session.get("half_user_id")
    return user_id if user_id and now() - session.get("half_at", 0) < HALF_S else None


def live_user_id(*, background: bool = False, now: Callable[[], float] = time.time) -> str | None:
    """Whose session this is, or ``None`` when there is none or it has ended by itself.

    A page that asks for news in the background does not keep the session awake.
    """
    user_id: str | None = session.get("user_id")
    if user_id is None:
        return None
    moment = now()
    if moment - session.get("seen_at", 0) > IDLE_S or moment - session.get("began_at", 0) > LONGEST_S:
        end_session()
        session["ended"] = True
        return None
    # Written at most once a minute: each write sends the cookie again.
    if not background and moment - session["seen_at"] > 60:
        session["seen_at"] = moment
    return user_id


def end_session() -> None:
    """Forget who was signed in; the language stays."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
