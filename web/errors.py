"""The one place where an error becomes a page or JSON: code, sentence, advice, and the HTTP status that fits.

An error nobody foresaw is logged with its place in the code under a short mark that the page shows.
"""

from __future__ import annotations

import secrets
import traceback
from http import HTTPStatus

import structlog
from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from certificate import errors as tree
from certificate.errors import SohoaError
from web import language
from web.words import gettext as _

log = structlog.get_logger(__name__)

# The most particular class first; what is not named here is an error of ours.
STATUS: tuple[tuple[type[SohoaError], HTTPStatus], ...] = (
    (tree.SignInNeeded, HTTPStatus.UNAUTHORIZED),
    (tree.TooManyQuestions, HTTPStatus.TOO_MANY_REQUESTS),
    (tree.RecordTaken, HTTPStatus.CONFLICT),
    (tree.KeyedInBefore, HTTPStatus.CONFLICT),
    (tree.TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (tree.NotAllowed, HTTPStatus.FORBIDDEN),
    (tree.NotFound, HTTPStatus.NOT_FOUND),
    (tree.VersionConflict, HTTPStatus.CONFLICT),
    (tree.MoveNotAllowed, HTTPStatus.CONFLICT),
    (tree.NameTaken, HTTPStatus.CONFLICT),
    (tree.DatabaseUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (tree.QueueUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (tree.TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (tree.RecordIncomplete, HTTPStatus.UNPROCESSABLE_ENTITY),
    (tree.ScanRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (tree.WorkbookUnreadable, HTTPStatus.UNPROCESSABLE_ENTITY),
    (tree.StoreFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (tree.StoreUnwritable, HTTPStatus.SERVICE_UNAVAILABLE),
    (tree.FolderUnreachable, HTTPStatus.SERVICE_UNAVAILABLE),
    (tree.RegistryUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


def set_up(app: Flask) -> None:
    """Let the application answer every error by this module."""
    app.register_error_handler(SohoaError, answer)
    app.register_error_handler(CSRFError, _session_gone)
    app.register_error_handler(RequestEntityTooLarge, lambda _error: answer(tree.TooLarge()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: SohoaError) -> HTTPStatus:
    """The HTTP status that fits the error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)


def wants_json() -> bool:
    """Whether a script asked, not a person following a link."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def as_json(error: SohoaError) -> dict[str, str]:
    """The error as a script gets it, in the person's language."""
    return {"code": error.code, "message": language.sentence(error), "advice": language.advice(error)}


def answer(error: SohoaError) -> Response:
    """The page, or the JSON, for an error of the tree."""
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", code=error.code, detail=error.detail, path=request.path)
    return _reply(error.code, language.sentence(error), language.advice(error), status)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code == HTTPStatus.NOT_FOUND:
        return answer(tree.NotFound())
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    status = HTTPStatus(error.code)
    return _reply(f"http_{error.code}", _("Yêu cầu không hợp lệ."), _("Quay lại trang trước và thử lại."), status)


def _session_gone(error: CSRFError) -> Response:
    """A form older than its session: nothing was changed, and the person signs in again."""
    log.info("csrf_refused", path=request.path, reason=error.description)
    if "user_id" not in session and not wants_json():
        return make_response(redirect(url_for("auth.sign_in")))
    return _reply(
        "csrf",
        _("Trang này đã quá hạn nên chưa ghi nhận thao tác."),
        _("Tải lại trang rồi làm lại."),
        HTTPStatus.BAD_REQUEST,
    )


def _unforeseen(error: Exception) -> Response:
    mark = secrets.token_hex(4)
    # Where it happened, never the message or the variables: those may hold a person's name or number.
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("request_crashed", mark=mark, path=request.path, kind=type(error).__name__, where=places[-12:])
    inside = SohoaError()
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _reply(f"{inside.code}-{mark}", language.sentence(inside), language.advice(inside), status)


def _reply(code: str, message: str, advice: str, status: HTTPStatus) -> Response:
    if wants_json():
        reply = jsonify(error={"code": code, "message": message, "advice": advice})
    else:
        reply = make_response(render_template("errors/error.html", code=code, message=message, advice=advice))
    reply.status_code = status
    return reply
