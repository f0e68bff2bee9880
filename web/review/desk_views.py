"""The review desk: taking a record, keeping it, taking it over, putting it off; notes beside it."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ingest import desk, review, sight
from web import context, errors
from web.access import REVIEWER, SUPERVISOR, open_to
from web.review import stations
from web.review.blueprint import pages
from web.words import gettext as _

_MOST_HELD = 3
_MOST_HOURS = 24 * 60


@pages.get("/review/next")
@open_to(REVIEWER, SUPERVISOR)
def next_scan() -> ResponseReturnValue:
    """Take the record that is due first and go there."""
    return redirect(stations.next_url(context.office(), context.signed_in()))


@pages.post("/review/preload")
@open_to(REVIEWER, SUPERVISOR)
def preload() -> ResponseReturnValue:
    """Take the record after this one, so that it can be loaded while this one is still worked on."""
    after = request.form.get("after", "")
    sight.check(context.office(), context.signed_in(), certificate_ids=[after] if after else [])
    url = stations.next_url(context.office(), context.signed_in(), after=after)
    ready = url.startswith("/certificates/") and not url.endswith("/key-in")
    return jsonify(url=url if ready else None)


@pages.post("/review/keep")
@open_to(REVIEWER, SUPERVISOR)
def keep() -> ResponseReturnValue:
    """Keep the records that the open page shows or has ready; refused for one that somebody else took over."""
    for scan_id in _held():
        desk.take(context.office(), scan_id, context.signed_in())
    return jsonify(kept=True)


@pages.post("/review/let-go")
@open_to(REVIEWER, SUPERVISOR)
def let_go() -> ResponseReturnValue:
    """The page is left: others may take its records at once."""
    for scan_id in _held():
        desk.let_go(context.office(), scan_id, context.signed_in())
    return jsonify(kept=False)


def _held() -> list[str]:
    """The records that a page says it holds, each within the person's sight."""
    scan_ids = request.form.getlist("scan")[:_MOST_HELD]
    sight.check(context.office(), context.signed_in(), scan_ids=scan_ids)
    return scan_ids


@pages.post("/scans/<scan_id>/take-over")
@open_to(SUPERVISOR)
def take_over(scan_id: str) -> ResponseReturnValue:
    """Take a record from whoever works on it."""
    certificate_id = review.first_certificate(context.office(), scan_id)
    desk.take(context.office(), scan_id, context.signed_in(), over=True)
    return redirect(url_for("review.certificate", certificate_id=certificate_id))


@pages.post("/scans/<scan_id>/postpone")
@open_to(REVIEWER, SUPERVISOR)
def postpone(scan_id: str) -> ResponseReturnValue:
    """Put a record off for some hours, or bring it back at once, and go on."""
    hours = request.form.get("hours", "24")
    wait = min(int(hours), _MOST_HOURS) if hours.isascii() and hours.isdigit() else 24
    user = context.signed_in()
    desk.postpone(context.office(), scan_id, user, hours=wait, note=request.form.get("note", ""))
    flash(_("Đã để sau.") if wait else _("Đã đưa về hàng chờ."), "good")
    target = stations.next_url(context.office(), user) if wait else url_for("review.queue")
    return jsonify(next=target) if errors.wants_json() else redirect(target)


@pages.post("/scans/<scan_id>/notes")
@open_to(REVIEWER, SUPERVISOR)
def add_note(scan_id: str) -> ResponseReturnValue:
    """Write something beside the scan for those who work on it next."""
    certificate_id = review.first_certificate(context.office(), scan_id)
    desk.add_note(context.office(), scan_id, context.signed_in(), request.form.get("note", ""))
    return redirect(url_for("review.certificate", certificate_id=certificate_id))


@pages.post("/scans/<scan_id>/reopen")
@open_to(SUPERVISOR)
def reopen(scan_id: str) -> ResponseReturnValue:
    """Take an approval back: what is approved next is archived as a new version."""
    why = request.form.get("why", "").strip()
    certificate_id = review.first_certificate(context.office(), scan_id)
    if why:
        review.reopen(context.office(), scan_id, who=context.signed_in(), why=why)
        flash(_("Đã mở lại hồ sơ; bản đã lưu trữ vẫn được giữ."), "good")
    return redirect(url_for("review.certificate", certificate_id=certificate_id))
