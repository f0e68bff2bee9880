"""The administrator's pages: who may sign in."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certificate.errors import SohoaError
from ingest import accounts
from web import context, errors
from web.access import ADMINISTRATOR, SUPERVISOR, open_to
from web.words import gettext as _

pages = Blueprint("admin", __name__)


@pages.get("/admin/users")
@open_to(ADMINISTRATOR, SUPERVISOR)
def users() -> str:
    """Everybody who may sign in, and a form for one more."""
    return _users()


@pages.post("/admin/users")
@open_to(ADMINISTRATOR)
def add_user() -> ResponseReturnValue:
    """Give a person an account."""
    try:
        accounts.add_user(context.office(), **_new_account(), who=context.signed_in().name)
    except SohoaError as error:
        return _users(errors.as_json(error)), errors.status_of(error)
    except ValueError:
        least = _("Mật khẩu cần ít nhất %(least)s ký tự.", least=accounts.MIN_PASSWORD_LETTERS)
        return _users({"message": least, "advice": _("Nên dùng một câu dễ nhớ.")}), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã thêm tài khoản."), "good")
    return redirect(url_for("admin.users"))


def _new_account() -> dict[str, str]:
    fields = {name: request.form.get(name, "").strip() for name in ("name", "display_name", "role", "officer_code")}
    return fields | {"password": request.form.get("password", "")}


def _users(problem: Mapping[str, str] | None = None) -> str:
    everybody = accounts.users(context.office())
    least = accounts.MIN_PASSWORD_LETTERS
    return render_template("admin/users.html", accounts=everybody, problem=problem, least=least)
