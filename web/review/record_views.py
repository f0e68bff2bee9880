"""What one does to a record besides correcting a field: order owners, read a region again, look up, see a number."""

from __future__ import annotations

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from certificate.suggesting import suggestions
from ingest import quick, review
from web import context, errors, wording
from web.access import AUDITOR, CLERK, REVIEWER, SUPERVISOR, open_to
from web.review import presenting, reasoning, stations
from web.review.blueprint import pages

_LONGEST_QUESTION = 200


@pages.post("/certificates/<certificate_id>/arrange")
@open_to(REVIEWER, SUPERVISOR)
def arrange(certificate_id: str) -> ResponseReturnValue:
    """Put owners, parcels or changes into another order, or take one away."""
    office, user, group = context.office(), context.signed_in(), request.form.get("group", "")
    before = review.certificate_view(office, certificate_id)
    order = stations.order(request.form)
    version = stations.version(request.form)
    review.arrange(office, certificate_id, version=version, group=group, order=order, who=user)
    return stations.fresh(office, before, user, group)


@pages.post("/certificates/<certificate_id>/region")
@open_to(REVIEWER, SUPERVISOR)
def read_region(certificate_id: str) -> ResponseReturnValue:
    """Read again what stands in a box that a person drew on a face."""
    face_index, box, path = stations.region(request.form)
    readings = quick.ask_for_region(context.office(), certificate_id, face_index, box)
    return jsonify(choices=presenting.region_choices(path, readings))


@pages.get("/suggestions")
@open_to(REVIEWER, SUPERVISOR)
def suggest() -> ResponseReturnValue:
    """Entries of a field's list that begin with, or look like, what is being typed."""
    path, text = request.args.get("path", ""), request.args.get("text", "")[:_LONGEST_QUESTION]
    issued = reasoning.as_day(request.args.get("issued"))
    return jsonify(entries=suggestions(path, text, issued, most=6))


@pages.post("/certificates/<certificate_id>/reveal")
@open_to(CLERK, REVIEWER, SUPERVISOR, AUDITOR)
def reveal(certificate_id: str) -> ResponseReturnValue:
    """Show one identity number in full; that it was shown, and to whom, is noted."""
    path = request.form.get("path", "")
    value = review.reveal(context.office(), certificate_id, path, context.signed_in())
    if errors.wants_json():
        return jsonify(value=wording.shown(path, value))
    return render_template("review/number.html", certificate_id=certificate_id, value=value)
