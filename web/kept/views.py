"""What is kept of a certificate: is it sound, who signed it, what did it say when."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web import context
from web.access import AUDITOR, REVIEWER, SUPERVISOR, open_to
from web.kept import keeping

pages = Blueprint("kept", __name__)


@pages.get("/certificates/<certificate_id>/kept")
@open_to(REVIEWER, SUPERVISOR, AUDITOR)
def kept(certificate_id: str) -> str:
    """The archived document looked at just now, and the versions of the record; one of them in full."""
    found = keeping.keeping(context.office(), certificate_id, request.args.get("version", ""))
    return render_template("kept/kept.html", keeping=found)
