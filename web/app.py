"""Puts the pages together: one application over one office."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certificate.errors import NotAllowed, SignInNeeded
from ingest.home import secret
from ingest.office import Office
from web import (
    access,
    account,
    admin,
    auth,
    context,
    display,
    errors,
    intake,
    kept,
    language,
    lists,
    receipts,
    review,
    runs,
    search,
    security,
)  # fmt: skip
from web.access import ALL_ROLES, CLERK, PUBLIC, open_to
from web.auth.lockout import Lockout
from web.limits import RateLimit
from web.navigation import PARTS
from web.news import News

SECRET_FILE = "web.key"  # noqa: S105 - a file's name


def create_app(office: Office) -> Flask:
    """The pages of the office as a WSGI application."""
    app = Flask(__name__)
    settings = office.settings
    app.secret_key = secret(settings, SECRET_FILE)
    # A little more than one file may have, for the form around it.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_bytes + 1024 * 1024
    app.extensions["sohoa-office"] = office
    app.extensions["sohoa-lockout"] = Lockout()
    app.extensions["sohoa-news"] = News(office, settings.web_streams)
    app.extensions["sohoa-receipt-limit"] = RateLimit(receipts.MOST_QUESTIONS, receipts.PER_S)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.protect(app, https=settings.web_https)
    language.set_up(app)
    display.set_up(app)
    errors.set_up(app)
    app.before_request(_let_in)
    app.context_processor(_for_templates)
    for blueprint in (
        auth.pages, account.pages, intake.pages, receipts.pages, review.pages, search.pages, kept.pages, runs.pages,
        lists.pages, admin.pages,
    ):  # fmt: skip
        app.register_blueprint(blueprint)
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/health", "health", _health)
    app.add_url_rule("/dev/patterns", "patterns", _patterns)
    return app


def _let_in() -> ResponseReturnValue | None:
    """Refuse whoever may not open the page or see what it is about; a view that names no role opens to nobody."""
    allowed = access.roles_of_request()
    if allowed is not None and PUBLIC in allowed:
        return None
    user = context.user()
    if user is None:
        if errors.wants_json() or request.method != "GET":
            raise SignInNeeded
        return redirect(url_for("auth.sign_in", to=request.full_path.rstrip("?")))
    if allowed is None or user.role not in allowed:
        raise NotAllowed(f"{user.role} at {request.endpoint}")
    context.check_sight()
    return None


def _for_templates() -> dict[str, object]:
    user = context.user()

    def may_open(endpoint: str) -> bool:
        allowed = access.roles_of(endpoint) or frozenset()
        return PUBLIC in allowed or (user is not None and user.role in allowed)

    return {"user": user, "may_open": may_open, "parts_of_site": PARTS}


@open_to(*ALL_ROLES)
def _home() -> Response:
    """The page where the person's work is."""
    role = context.signed_in().role
    target = {CLERK: "intake.uploads", access.ADMINISTRATOR: "admin.users"}.get(role, "review.queue")
    return make_response(redirect(url_for(target)))


@open_to(PUBLIC)
def _health() -> Response:
    """Tells a supervisor process that the pages answer."""
    return jsonify(status="ok")


@open_to(*ALL_ROLES)
def _patterns() -> str:
    """Every component of the style sheet on one page."""
    return render_template("patterns.html")
