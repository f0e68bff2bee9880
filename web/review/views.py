"""The reviewer's pages: the queue, the certificate with its scan, and what becomes of it."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ingest import review
from web import context, errors, wording
from web.access import AUDITOR, CLERK, REVIEWER, SUPERVISOR, open_to
from web.review import queues, stations
from web.review.blueprint import pages
from web.words import gettext as _


@pages.get("/review")
@open_to(REVIEWER, SUPERVISOR, AUDITOR)
def queue() -> str:
    """The scans that wait for a person, the one due first in front, and those in other states."""
    queue = queues.queue(context.office(), context.signed_in(), request.args)
    return render_template("review/queue.html", queue=queue)


@pages.get("/certificates/<certificate_id>")
@open_to(CLERK, REVIEWER, SUPERVISOR, AUDITOR)
def certificate(certificate_id: str) -> ResponseReturnValue:
    """The station: the scan beside the fields."""
    office, user = context.office(), context.signed_in()
    view = review.certificate_view(office, certificate_id)
    if stations.must_key_in(view, user):
        return redirect(url_for("review.key_in", certificate_id=certificate_id))
    station = stations.station(office, certificate_id, user, view=view)
    return render_template("review/certificate.html", station=station)


@pages.get("/certificates/<certificate_id>/faces/<int:face_index>.jpg")
@open_to(CLERK, REVIEWER, SUPERVISOR, AUDITOR)
def face(certificate_id: str, face_index: int) -> Response:
    """The picture of a face, encoded anew by us: an uploaded file is never sent to a browser."""
    picture = review.preview(context.office(), certificate_id, face_index)
    return Response(picture, mimetype="image/jpeg")


@pages.get("/certificates/<certificate_id>/faces/<int:face_index>/words")
@open_to(REVIEWER, SUPERVISOR)
def words(certificate_id: str, face_index: int) -> Response:
    """The words on a face and their places, so that a click on the scan can take one."""
    view = review.certificate_view(context.office(), certificate_id)
    return jsonify(words=stations.words(view, face_index))


@pages.post("/certificates/<certificate_id>/fields")
@open_to(REVIEWER, SUPERVISOR)
def correct_field(certificate_id: str) -> ResponseReturnValue:
    """Settle one field with the value given."""
    path = request.form["path"]
    stations.check_open(context.office(), certificate_id)
    before = review.certificate_view(context.office(), certificate_id)
    value = wording.typed(path, request.form.get("choice") or request.form.get("value", ""))
    review.correct(
        context.office(),
        certificate_id,
        version=stations.version(request.form),
        path=path,
        value=value,
        who=context.signed_in(),
        why=request.form.get("why", ""),
    )
    return stations.fresh(context.office(), before, context.signed_in(), path)


@pages.post("/certificates/<certificate_id>/approve")
@open_to(REVIEWER, SUPERVISOR)
def approve(certificate_id: str) -> ResponseReturnValue:
    """Approve the certificate as it stands and go on to the next record."""
    user = context.signed_in()
    if stations.doubts_unseen(context.office(), certificate_id, request.form):
        target = url_for("review.certificate", certificate_id=certificate_id, doubts="ask")
    else:
        review.approve(context.office(), certificate_id, version=stations.version(request.form), who=user)
        target = stations.next_url(context.office(), user, after=certificate_id)
    return jsonify(next=target) if errors.wants_json() else redirect(target)


@pages.get("/scans/<scan_id>/return")
@open_to(REVIEWER, SUPERVISOR)
def ask_return(scan_id: str) -> str:
    """Ask why the scan goes back."""
    station = stations.station_of_scan(context.office(), scan_id, context.signed_in())
    return render_template("review/return.html", station=station)


@pages.post("/scans/<scan_id>/return")
@open_to(REVIEWER, SUPERVISOR)
def return_to_clerk(scan_id: str) -> ResponseReturnValue:
    """Send the scan back to the clerk with a reason in words."""
    user, reason = context.signed_in(), stations.reason(request.form)
    if not reason:
        return redirect(url_for("review.ask_return", scan_id=scan_id))
    version = stations.version(request.form)
    review.return_scan(context.office(), scan_id, version=version, reason=reason, who=user)
    flash(_("Đã trả lại cho người gửi."), "good")
    return redirect(stations.next_url(context.office(), user))


@pages.post("/scans/<scan_id>/review")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def insist(scan_id: str) -> ResponseReturnValue:
    """Send a returned scan to review after all."""
    review.send_to_review(context.office(), scan_id, who=context.signed_in())
    flash(_("Đã gửi sang kiểm tra."), "good")
    return redirect(url_for("intake.uploads"))


@pages.post("/scans/<scan_id>/retry")
@open_to(CLERK, REVIEWER, SUPERVISOR)
def retry(scan_id: str) -> ResponseReturnValue:
    """Let the machine try a failed scan again."""
    review.retry(context.office(), scan_id, who=context.signed_in())
    flash(_("Đang thử lại."), "good")
    return redirect(url_for("intake.uploads"))


@pages.get("/certificates/<certificate_id>/pdfa")
@open_to(CLERK, REVIEWER, SUPERVISOR, AUDITOR)
def pdfa(certificate_id: str) -> Response:
    """The archived PDF/A, named after the serial number."""
    view = review.certificate_view(context.office(), certificate_id)
    content = review.pdfa(context.office(), certificate_id, context.signed_in())
    answer = Response(content, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=stations.pdfa_name(view))
    return answer


@pages.get("/certificates/<certificate_id>/history")
@open_to(REVIEWER, SUPERVISOR, AUDITOR)
def history(certificate_id: str) -> ResponseReturnValue:
    """Who changed which field, when, from what to what, and why; and the versions archived."""
    office, user = context.office(), context.signed_in()
    if stations.must_key_in(review.certificate_view(office, certificate_id), user):
        return redirect(url_for("review.key_in", certificate_id=certificate_id))
    station = stations.station(office, certificate_id, user)
    versions = review.archived_versions(office, certificate_id)
    table = stations.side_by_side(station)
    return render_template("review/history.html", station=station, table=table, versions=versions)
