"""The clerk's pages: handing scans in and watching them go through."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from certificate.states import State
from ingest import intake, review
from ingest.intake import Received
from ingest.quick import ask_to_look
from web import context, errors
from web.access import CLERK, REVIEWER, SUPERVISOR, open_to
from web.intake import listing
from web.news import News

pages = Blueprint("intake", __name__)


@pages.get("/uploads")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def uploads() -> str:
    """The page for handing in scans, with the person's own scans below."""
    mine = listing.own_scans(context.office(), context.signed_in(), request.args)
    return render_template("intake/uploads.html", mine=mine, limits=context.office().settings)


@pages.post("/uploads/known")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def known() -> Response:
    """Tell of which files, by their SHA-256, nothing need be sent because they are here already."""
    wanted = request.form.getlist("sha256")[: listing.MOST_ASKED]
    return jsonify(known=listing.known(context.office(), context.signed_in(), wanted))


@pages.get("/uploads/stream")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def stream() -> ResponseReturnValue:
    """Say whenever the person's own list looks different; the page then asks for its rows."""
    office, user = context.office(), context.signed_in()
    news: News = current_app.extensions["sohoa-news"]
    gone = request.environ.get("waitress.client_disconnected", lambda: False)
    told = news.stream(lambda: review.own_mark(office, user), gone)
    if told is None:
        return "", HTTPStatus.SERVICE_UNAVAILABLE
    return Response(told, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


@pages.post("/scans/<scan_id>/replacement")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def replace(scan_id: str) -> ResponseReturnValue:
    """Take in a better scan for one that was returned."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return redirect(url_for("intake.uploads", show="again"))
    received = intake.replace(context.office(), scan_id, file.stream.read(), file.filename, who=context.signed_in())
    answer = _answer(file.filename, received)
    if errors.wants_json():
        return jsonify(received=[answer])
    flash(answer, "received")  # type: ignore[arg-type]  # The session keeps any JSON value.
    return redirect(url_for("intake.uploads"))


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
    user, office = context.signed_in(), context.office()
    received = intake.receive(office, file.stream.read(), file.filename or "", who=user.name, office_name=user.office)
    if received.state is State.RECEIVED:
        ask_to_look(office, received.scan_id)
    return _answer(file.filename or "", received)


def _answer(file_name: str, received: Received) -> dict[str, object]:
    answer: dict[str, object] = {"file_name": file_name, "scan_id": received.scan_id, "state": received.state.value}
    if received.error:
        answer["error"] = errors.as_json(received.error)
    if received.duplicate_of:
        answer["duplicate_of"] = received.duplicate_of
    return answer
