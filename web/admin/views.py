"""The administrator's pages: who may sign in."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certificate.errors import NotAllowed, SohoaError
from ingest import accounts
from web import access, context, errors
from web.access import ADMINISTRATOR, ALL_ROLES, SUPERVISOR, open_to
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


@pages.get("/admin/users/<user_id>")
@open_to(ADMINISTRATOR)
def user(user_id: str) -> str:
    """One account, to change it."""
    return _user(user_id)


@pages.post("/admin/users/<user_id>")
@open_to(ADMINISTRATOR)
def change_user(user_id: str) -> ResponseReturnValue:
    """Change a person's name, role, office, officer's code, or lock the account."""
    try:
        accounts.change_user(context.office(), user_id, who=context.signed_in().name, **_changed_account())
    except NotAllowed:
        last = {"message": _("Phải còn ít nhất một người quản trị."), "advice": _("Thêm người quản trị khác trước.")}
        return _user(user_id, last), HTTPStatus.CONFLICT
    flash(_("Đã ghi tài khoản."), "good")
    return redirect(url_for("admin.users"))


@pages.post("/admin/users/<user_id>/password")
@open_to(ADMINISTRATOR)
def reset_password(user_id: str) -> ResponseReturnValue:
    """Give a person a new password and, since a lost phone is the usual cause, ask for no one-time code."""
    office, who = context.office(), context.signed_in().name
    try:
        name = accounts.user(office, user_id).name
        accounts.set_password(office, name, request.form.get("password", ""), who=who)
    except ValueError:
        least = _("Mật khẩu cần ít nhất %(least)s ký tự.", least=accounts.MIN_PASSWORD_LETTERS)
        return _user(user_id, {"message": least, "advice": ""}), HTTPStatus.UNPROCESSABLE_ENTITY
    accounts.change_user(office, user_id, who=who, totp_secret=None, totp_step=0)
    flash(_("Đã đặt mật khẩu mới."), "good")
    return redirect(url_for("admin.users"))


def _changed_account() -> dict[str, Any]:
    form = request.form
    return {
        "display_name": form.get("display_name", "").strip(),
        "role": form.get("role") if form.get("role") in ALL_ROLES else access.CLERK,
        "office": form.get("office", "").strip(),
        "officer_code": form.get("officer_code", "").strip() or None,
        "active": form.get("active") == "1",
    }


def _user(user_id: str, problem: Mapping[str, str] | None = None) -> str:
    account = accounts.user(context.office(), user_id)
    return render_template("admin/user.html", account=account, problem=problem, least=accounts.MIN_PASSWORD_LETTERS)


def _new_account() -> dict[str, str]:
    fields = {name: request.form.get(name, "").strip() for name in ("name", "display_name", "role", "officer_code")}
    fields["office_name"] = request.form.get("office", "").strip()
    return fields | {"password": request.form.get("password", "")}


def _users(problem: Mapping[str, str] | None = None) -> str:
    everybody = accounts.users(context.office())
    least = accounts.MIN_PASSWORD_LETTERS
    return render_template("admin/users.html", accounts=everybody, problem=problem, least=least)
