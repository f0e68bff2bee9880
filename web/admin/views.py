"""The administrator's pages: who may sign in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certificate.errors import SohoaError
from ingest import accounts
from web import context, errors
from web.access import ADMINISTRATOR, SUPERVISOR, open_to

pages = Blueprint("admin", __name__)


@pages.get("/admin/users")
@open_to(ADMINISTRATOR, SUPERVISOR)
def users() -> str:
    """Everybody who may sign in, and a form for one more."""
    return render_template("admin/users.html", accounts=accounts.users(context.office()))


@pages.post("/admin/users")
@open_to(ADMINISTRATOR)
def add_user() -> ResponseReturnValue:
    """Give a person an account."""
    try:
        accounts.add_user(
            context.office(),
            name=request.form["name"],
            password=request.form["password"],
            display_name=request.form["display_name"],
            role=request.form["role"],
            officer_code=request.form.get("officer_code") or None,
            who=context.signed_in().name,
        )
    except SohoaError as error:
        page = render_template("admin/users.html", accounts=accounts.users(context.office()), problem=errors.as_json(error))
        return page, errors.status_of(error)
    flash(_("Đã thêm tài khoản."), "good")
    return redirect(url_for("admin.users"))
