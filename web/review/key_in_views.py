"""The second, independent key-in, and the third person's decision where two people differ."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certificate.errors import RecordIncomplete, RecordTaken
from ingest import desk, key_in, review
from ingest.desk import Stage
from web import context, errors
from web.access import REVIEWER, SUPERVISOR, open_to
from web.review import keying, stations
from web.review.blueprint import pages
from web.words import gettext as _


@pages.get("/certificates/<certificate_id>/key-in", endpoint="key_in")
@open_to(REVIEWER, SUPERVISOR)
def key_in_form(certificate_id: str) -> ResponseReturnValue:
    """The scan and empty boxes: what the first person typed is not shown."""
    try:
        return _page(certificate_id)
    except RecordTaken:
        flash(_("Người khác đang nhập độc lập hồ sơ này."), "doubt")
        return redirect(url_for("review.queue"))


@pages.post("/certificates/<certificate_id>/key-in")
@open_to(REVIEWER, SUPERVISOR)
def take_key_in(certificate_id: str) -> ResponseReturnValue:
    """Take what the second or the third person typed, and go on to the next record."""
    office, user = context.office(), context.signed_in()
    shown = keying.key_in(office, certificate_id, user)
    take = key_in.settle if shown.is_third else key_in.second
    version, values = stations.version(request.form), keying.typed(request.form)
    try:
        outcome = take(office, certificate_id, version=version, values=values, who=user)
    except RecordIncomplete as error:
        return _page(certificate_id, problem=errors.as_json(error)), errors.status_of(error)
    differ = outcome is Stage.THIRD
    flash(_("Hai lần nhập khác nhau; một người thứ ba sẽ phân xử.") if differ else _("Đã duyệt."), "good")
    return redirect(stations.next_url(office, user))


def _page(certificate_id: str, problem: dict[str, str] | None = None) -> str:
    office, user = context.office(), context.signed_in()
    shown = keying.key_in(office, certificate_id, user)
    desk.take(office, review.certificate_view(office, certificate_id).scan.id, user)
    return render_template("review/key_in.html", shown=shown, problem=problem, typed=request.form)
