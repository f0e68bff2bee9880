"""The receipt for the person who brought a paper, and the public page that tells how far it has come."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certificate.errors import NotFound, TooManyQuestions
from ingest import receipts
from ingest.receipts import Progress
from web import context, display, pictures
from web.access import CLERK, PUBLIC, REVIEWER, SUPERVISOR, open_to
from web.limits import RateLimit
from web.words import gettext as _

pages = Blueprint("receipts", __name__)
# A person asks a few times; a machine that guesses codes needs thousands of years at this pace.
MOST_QUESTIONS, PER_S = 20, 60.0


@pages.post("/scans/<scan_id>/receipt")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def give(scan_id: str) -> ResponseReturnValue:
    """Make the receipt of a scan, once, and show it."""
    receipts.give(context.office(), scan_id, context.signed_in())
    return redirect(url_for("receipts.show", scan_id=scan_id))


@pages.get("/scans/<scan_id>/receipt")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def show(scan_id: str) -> ResponseReturnValue:
    """The receipt, ready to print."""
    receipt, scan = receipts.of_scan(context.office(), scan_id)
    address = url_for("receipts.state", code=receipt.code, _external=True)
    qr = pictures.qr_code(address, _("Mã QR của biên nhận"))
    code = receipts.shown_code(receipt.code)
    return render_template("receipts/receipt.html", receipt=receipt, scan=scan, code=code, address=address, qr=qr)


@pages.get("/r")
@open_to(PUBLIC)
def ask() -> ResponseReturnValue:
    """Where the code of a receipt is typed, and what it tells."""
    typed = request.args.get("code", "").strip()
    return _state(typed) if typed else render_template("receipts/state.html", progress=None, unknown=False, code="")


@pages.get("/r/<code>")
@open_to(PUBLIC)
def state(code: str) -> ResponseReturnValue:
    """How far the paper has come, for whoever has the receipt: no name, no number, no file."""
    return _state(code)


def _state(typed: str) -> ResponseReturnValue:
    limit: RateLimit = current_app.extensions["sohoa-receipt-limit"]
    if not limit.allows(request.remote_addr or ""):
        raise TooManyQuestions
    progress: Progress | None
    try:
        progress, status = receipts.progress(context.office(), typed), HTTPStatus.OK
    except NotFound:
        progress, status = None, HTTPStatus.NOT_FOUND
    code = receipts.shown_code(progress.code) if progress else typed[:20]
    told = display.PUBLIC_STATES[progress.state] if progress else None
    page = render_template("receipts/state.html", progress=progress, told=told, unknown=progress is None, code=code)
    return page, status
