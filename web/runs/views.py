"""The pages of runs: how far each is, pausing and going on, and the report."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ingest.runs import control
from ingest.runs.reporting import csv_lines, overview, overviews
from ingest.sight import scope_of
from web import context
from web.access import ADMINISTRATOR, AUDITOR, SUPERVISOR, open_to
from web.runs import presenting
from web.words import gettext as _

pages = Blueprint("runs", __name__)


@pages.get("/runs")
@open_to(SUPERVISOR, ADMINISTRATOR, AUDITOR)
def runs() -> str:
    """Every run and how far it is."""
    return render_template(
        "runs/list.html", runs=overviews(context.office(), scope_of(context.signed_in())), look=presenting
    )


@pages.get("/runs/<run_id>")
@open_to(SUPERVISOR, ADMINISTRATOR, AUDITOR)
def run(run_id: str) -> str:
    """One run as it goes: figures, time left, what waits for people and why."""
    return render_template("runs/run.html", seen=overview(context.office(), run_id), look=presenting)


@pages.get("/runs/<run_id>/progress")
@open_to(SUPERVISOR, ADMINISTRATOR, AUDITOR)
def progress(run_id: str) -> str:
    """The moving part of a run's page, for the page that keeps itself fresh."""
    return render_template("runs/progress.html", seen=overview(context.office(), run_id), look=presenting)


@pages.get("/runs/<run_id>/report")
@open_to(SUPERVISOR, ADMINISTRATOR, AUDITOR)
def report(run_id: str) -> str:
    """What became of the inputs, in charts, with a sample of what is doubtful."""
    return render_template("runs/report.html", report=presenting.report(context.office(), run_id), look=presenting)


@pages.get("/runs/<run_id>/report.csv")
@open_to(SUPERVISOR, ADMINISTRATOR, AUDITOR)
def report_csv(run_id: str) -> Response:
    """Every input of the run and what became of it, for a spreadsheet."""
    name = overview(context.office(), run_id).run.id
    answer = Response(csv_lines(context.office(), run_id), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{name}.csv"'
    return answer


@pages.post("/runs/<run_id>/pause")
@open_to(SUPERVISOR, ADMINISTRATOR)
def pause(run_id: str) -> ResponseReturnValue:
    """Take no more inputs for now."""
    return _do(control.pause, run_id, _("Đã tạm dừng. Những giấy đang xử lý sẽ được làm cho xong."))


@pages.post("/runs/<run_id>/resume")
@open_to(SUPERVISOR, ADMINISTRATOR)
def resume(run_id: str) -> ResponseReturnValue:
    """Go on."""
    return _do(control.resume, run_id, _("Đợt số hóa chạy tiếp."))


@pages.post("/runs/<run_id>/retry")
@open_to(SUPERVISOR, ADMINISTRATOR)
def retry(run_id: str) -> ResponseReturnValue:
    """Try what failed or was refused again."""
    return _do(control.retry_failed, run_id, _("Sẽ làm lại những giấy bị lỗi."))


def _do(act: Callable[..., object], run_id: str, said: str) -> ResponseReturnValue:
    act(context.office(), run_id, who=context.signed_in().name)
    flash(said, "good")
    return redirect(url_for("runs.run", run_id=run_id))
