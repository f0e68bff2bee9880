"""One's own account: password and one-time codes."""

from __future__ import annotations

import time
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from certificate.errors import NotAllowed
from ingest import accounts, one_time_codes
from web import context, pictures
from web.access import ALL_ROLES, open_to
from web.words import gettext as _

pages = Blueprint("account", __name__)


@pages.get("/account")
@open_to(*ALL_ROLES)
def show() -> str:
    """The page of one's own account."""
    return _page()


@pages.post("/account/password")
@open_to(*ALL_ROLES)
def change_password() -> ResponseReturnValue:
    """Choose a new password."""
    try:
        accounts.change_password(
            context.office(), context.signed_in(), request.form.get("old", ""), request.form.get("new", "")
        )
    except NotAllowed:
        return _page(_("Mật khẩu hiện tại không đúng.")), HTTPStatus.UNPROCESSABLE_ENTITY
    except ValueError:
        least = accounts.MIN_PASSWORD_LETTERS
        return _page(_("Mật khẩu cần ít nhất %(least)s ký tự.", least=least)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã đổi mật khẩu."), "good")
    return redirect(url_for("account.show"))


@pages.post("/account/codes")
@open_to(*ALL_ROLES)
def use_codes() -> ResponseReturnValue:
    """Ask for one-time codes at every sign-in from now on."""
    user, secret = context.signed_in(), session.get("new_codes", "")
    try:
        accounts.use_codes(context.office(), user.id, secret, request.form.get("code", ""), time.time())
    except NotAllowed:
        return _page(_("Mã không đúng; xem lại mã đang hiện trên điện thoại.")), HTTPStatus.UNPROCESSABLE_ENTITY
    session.pop("new_codes", None)
    flash(_("Từ nay đăng nhập cần thêm mã một lần."), "good")
    return redirect(url_for("account.show"))


@pages.post("/account/codes/stop")
@open_to(*ALL_ROLES)
def stop_codes() -> ResponseReturnValue:
    """Ask for no one-time codes any more; the last code proves that it is the person who asks."""
    user = context.signed_in()
    try:
        accounts.check_code(context.office(), user.id, request.form.get("code", ""), time.time())
    except NotAllowed:
        return _page(_("Mã không đúng; xem lại mã đang hiện trên điện thoại.")), HTTPStatus.UNPROCESSABLE_ENTITY
    accounts.change_user(context.office(), user.id, who=user.name, totp_secret=None, totp_step=0)
    flash(_("Đã tắt mã một lần."), "good")
    return redirect(url_for("account.show"))


def _page(problem: str = "") -> str:
    user = context.signed_in()
    secret = ""
    if user.totp_secret is None:
        # Kept in the session until the app has shown that it knows it, so that a reload shows the same code.
        secret = session.setdefault("new_codes", one_time_codes.new_secret())
    address = one_time_codes.address(secret, user.name) if secret else ""
    qr = pictures.qr_code(address, _("Mã QR cho ứng dụng tạo mã")) if secret else ""
    return render_template("account/account.html", problem=problem, secret=secret, qr=qr)
