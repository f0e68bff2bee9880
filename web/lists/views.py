"""Lists for the population registry: unmatched owners go out as a workbook, the filled one comes back."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from certificate.errors import SohoaError
from web import context, errors
from web.access import SUPERVISOR, open_to
from web.lists import exchanging

pages = Blueprint("lists", __name__)


@pages.get("/registry/lists")
@open_to(SUPERVISOR)
def exchange() -> str:
    """What to do, a form for each way, and the lists that went out last."""
    return _page()


@pages.post("/registry/lists/export")
@open_to(SUPERVISOR)
def export() -> ResponseReturnValue:
    """The workbook of owners who are not confirmed; it holds their numbers in full, so the reason is noted."""
    if not request.form.get("why", "").strip():
        return _page(why_missing=True), 422
    content = exchanging.exported(context.office(), context.signed_in(), request.form)
    if content is None:
        return _page(nobody=True)
    answer = Response(content, mimetype=exchanging.XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{exchanging.file_name()}"'
    return answer


@pages.post("/registry/lists/import")
@open_to(SUPERVISOR)
def take_back() -> ResponseReturnValue:
    """Take the filled workbook in, or only check it; rows that cannot be right are told by their number."""
    file = request.files.get("list")
    if file is None or not file.filename:
        return _page(file_missing=True), 422
    try:
        found = exchanging.taken_back(context.office(), context.signed_in(), file, request.form)
    except SohoaError as error:
        return _page(problem=errors.as_json(error)), errors.status_of(error)
    return _page(found=found)


def _page(**told: object) -> str:
    return render_template("lists/lists.html", exchange=exchanging.exchange(context.office()), **told)
