"""The language of a page: Vietnamese unless the person chose English.

The strings in the code are Vietnamese; ``translations/en`` holds the English. Errors, field names and findings bring
both languages with them.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask_babel import Babel

from certificate.errors import SohoaError
from certificate.record import Finding
from certificate.rules.catalogue import in_english
from web.names import field_name
from web.words import LANGUAGES, gettext, language, ngettext

__all__ = ["LANGUAGES", "TIME_ZONE", "advice", "language", "sentence", "set_up", "worded"]

TIME_ZONE = "Asia/Ho_Chi_Minh"


def set_up(app: Flask) -> None:
    """Give the application its languages and the time zone of the office."""
    Babel(
        app,
        default_locale="vi",
        default_timezone=TIME_ZONE,
        default_translation_directories="translations",
        locale_selector=language,
    )
    # Templates speak through the same short way as the code.
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]


def sentence(error: SohoaError | type[SohoaError]) -> str:
    """What happened, in the person's language."""
    return error.message_en if language() == "en" else error.message


def advice(error: SohoaError | type[SohoaError]) -> str:
    """What to do about it, in the person's language."""
    return error.advice_en if language() == "en" else error.advice


def worded(finding: Finding, *, english: bool) -> Finding:
    """A remark in the person's language; one of another release stays as it was said."""
    if not english:
        return finding
    try:
        message, told = in_english(finding)
    except KeyError:
        return finding
    # Names of fields within the sentence are Vietnamese, too.
    for path in finding.fields:
        message = message.replace(field_name(path, "vi"), field_name(path, "en"))
    return replace(finding, message=message, advice=told)
