"""Signing in and out, and choosing the language."""

from __future__ import annotations

import time

import structlog
from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from certificate.errors import NotAllowed, TooManyAttempts
from ingest import accounts
from web import context, security
from web.access import ALL_ROLES, PUBLIC, open_to
from web.auth.lockout import Lockout
from web.language import LANGUAGES, advice, sentence
from web.words import gettext as _

pages = Blueprint("auth", __name__)
log = structlog.get_logger(__name__)


@pages.get("/sign-in")
@open_to(PUBLIC)
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    if context.user():
        return redirect(url_for("home"))
    return render_template("auth/sign_in.html", ended=session.pop("ended", False), target=request.args.get("to", ""))


@pages.post("/sign-in")
@open_to(PUBLIC)
def check_sign_in() -> ResponseReturnValue:
    """Sign a person in, or say why not."""
    name, address = request.form.get("name", "").strip(), request.remote_addr or ""
    lockout: Lockout = current_app.extensions["sohoa-lockout"]
    if lockout.wait_s(name, address) > 0:
        return _refuse(name, sentence(TooManyAttempts), advice(TooManyAttempts), 429)
    try:
        user = accounts.sign_in(context.office(), name, request.form.get("password", ""))
    except NotAllowed:
        lockout.wrong(name, address)
        return _refuse(name, _("Tên đăng nhập hoặc mật khẩu không đúng."), _("Kiểm tra phím Caps Lock và bộ gõ."), 403)
    if user.totp_secret:
        security.begin_half(user.id)
        return redirect(url_for("auth.ask_code", to=request.form.get("to", "")))
    lockout.right(name)
    security.begin_session(user.id)
    return redirect(_own_page(request.form.get("to", "")))


@pages.get("/sign-in/code")
@open_to(PUBLIC)
def ask_code() -> ResponseReturnValue:
    """Ask for the one-time code after the password."""
    if security.half_user_id() is None:
        return redirect(url_for("auth.sign_in"))
    return render_template("auth/code.html", target=request.args.get("to", ""))


@pages.post("/sign-in/code")
@open_to(PUBLIC)
def check_code() -> ResponseReturnValue:
    """Let the person in whose code is right; wrong ones count like wrong passwords."""
    user_id, address = security.half_user_id(), request.remote_addr or ""
    if user_id is None:
        return redirect(url_for("auth.sign_in"))
    lockout: Lockout = current_app.extensions["sohoa-lockout"]
    if lockout.wait_s(user_id, address) > 0:
        return _refuse("", sentence(TooManyAttempts), advice(TooManyAttempts), 429)
    try:
        user = accounts.check_code(context.office(), user_id, request.form.get("code", ""), time.time())
    except NotAllowed:
        lockout.wrong(user_id, address)
        page = render_template("auth/code.html", target=request.form.get("to", ""), wrong=True)
        return page, 403
    lockout.right(user_id)
    lockout.right(user.name)
    security.begin_session(user.id)
    return redirect(_own_page(request.form.get("to", "")))


@pages.post("/sign-out")
@open_to(*ALL_ROLES)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    security.end_session()
    flash(_("Đã đăng xuất."), "good")
    return redirect(url_for("auth.sign_in"))


@pages.post("/language")
@open_to(PUBLIC)
def choose_language() -> ResponseReturnValue:
    """Show the pages in another language from now on."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(_own_page(request.form.get("to", "")))


def _refuse(name: str, message: str, what_to_do: str, status: int) -> ResponseReturnValue:
    page = render_template("auth/sign_in.html", name=name, message=message, advice=what_to_do, target="")
    return page, status


def _own_page(target: str) -> str:
    """The wanted page if it is one of ours, else the first page: a link must not lead away after signing in."""
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if own else url_for("home")
