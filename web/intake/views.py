"""The clerk's pages: handing scans in and watching them go through."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from ingest.intake import Received, receive
from web import context, errors
from web.access import CLERK, REVIEWER, SUPERVISOR, open_to
from web.intake import listing

pages = Blueprint("intake", __name__)


@pages.get("/uploads")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def uploads() -> str:
    """The page for handing in scans, with the person's own scans below."""
    mine = listing.own_scans(context.office(), context.signed_in(), request.args)
    return render_template("intake/uploads.html", mine=mine, limits=context.office().settings)


@pages.post("/uploads")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def upload() -> ResponseReturnValue:
    """Take in one or more files; each is answered for itself."""
    answers = [_take_in(file) for file in request.files.getlist("files") if file.filename]
    if errors.wants_json():
        return jsonify(received=answers)
    for answer in answers:
        flash(answer, "received")  # type: ignore[arg-type]  # The session keeps any JSON value.
    return redirect(url_for("intake.uploads"))


@pages.get("/uploads/changes")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def changes() -> Response:
    """The rows of the person's own list as they are now, for the page that keeps itself fresh."""
    mine = listing.own_scans(context.office(), context.signed_in(), request.args)
    rows = {row.scan.id: {"mark": row.mark, "html": render_template("intake/row.html", row=row)} for row in mine.rows}
    answer = jsonify(rows=rows, order=list(rows), tabs=render_template("intake/tabs.html", mine=mine), live=mine.live)
    # Not over the body: the tokens in its forms differ each time.
    answer.set_etag(sha256(mine.mark.encode()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _take_in(file: FileStorage) -> dict[str, object]:
    user = context.signed_in()
    received: Received = receive(context.office(), file.stream.read(), file.filename or "", who=user.name)
    answer: dict[str, object] = {"file_name": file.filename, "scan_id": received.scan_id, "state": received.state.value}
    if received.error:
        answer["error"] = errors.as_json(received.error)
    if received.duplicate_of:
        answer["duplicate_of"] = received.duplicate_of
    return answer
