"""The archive's pages: search, one certificate with all that belongs to it, differences from other registers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ingest import search as archive
from ingest.imports import settle_difference
from web import context
from web.access import AUDITOR, CLERK, REVIEWER, SUPERVISOR, open_to
from web.search import finding, showing
from web.words import gettext as _

pages = Blueprint("search", __name__)


@pages.get("/search")
@open_to(CLERK, REVIEWER, SUPERVISOR, AUDITOR)
def search() -> str:
    """The search, with what it found below."""
    return render_template(
        "search/search.html", found=finding.found(context.office(), context.signed_in(), request.args)
    )


@pages.get("/records/<certificate_id>")
@open_to(CLERK, REVIEWER, SUPERVISOR, AUDITOR)
def record(certificate_id: str) -> str:
    """One certificate: record, scan, history, files, relatives, places then and now."""
    archive.note_opened(context.office(), certificate_id, scope=_scope(), who=context.signed_in().name)
    return render_template("search/record.html", page=_page(certificate_id))


@pages.post("/records/<certificate_id>/reveal")
@open_to(REVIEWER, SUPERVISOR, AUDITOR)
def reveal(certificate_id: str) -> ResponseReturnValue:
    """The same page with identity numbers in full; the reason is noted."""
    why = request.form.get("why", "").strip()
    if not why:
        return redirect(url_for("search.record", certificate_id=certificate_id))
    archive.reveal(context.office(), certificate_id, scope=_scope(), who=context.signed_in().name, why=why)
    return render_template("search/record.html", page=_page(certificate_id, revealed=True))


@pages.post("/records/<certificate_id>/verify")
@open_to(REVIEWER, SUPERVISOR, AUDITOR)
def verify(certificate_id: str) -> str:
    """The same page after every file was read again and compared with its hash."""
    who = context.signed_in().name
    files = archive.verify_files(context.office(), certificate_id, scope=_scope(), who=who)
    return render_template("search/record.html", page=_page(certificate_id, files=files))


@pages.get("/differences")
@open_to(REVIEWER, SUPERVISOR, AUDITOR)
def differences() -> str:
    """What other registers say otherwise and nobody has settled yet."""
    return render_template(
        "search/differences.html", page=finding.differences(context.office(), _scope(), request.args)
    )


@pages.post("/differences/<difference_id>")
@open_to(REVIEWER, SUPERVISOR)
def settle(difference_id: str) -> ResponseReturnValue:
    """Say which side is right."""
    side = finding.side(request.form.get("side", ""))
    archive.check_difference(context.office(), difference_id, scope=_scope())
    settled = settle_difference(context.office(), difference_id, side, context.signed_in())
    flash(_("Đã ghi kết quả đối chiếu."), "good")
    return redirect(url_for("search.record", certificate_id=settled.certificate_id, _anchor="differences"))


def _scope() -> archive.SearchScope:
    return archive.scope_of(context.signed_in())


def _page(
    certificate_id: str, *, revealed: bool = False, files: tuple[archive.FileKept, ...] = ()
) -> showing.RecordPage:
    view = archive.record_view(context.office(), certificate_id, scope=_scope())
    return showing.record_page(view, revealed=revealed, files=files)
