"""Words in the person's language: the typed face of Flask-Babel, which ships no types."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import flask_babel
from flask import g, has_request_context, session
from flask_babel.speaklater import LazyString

# The strings in the code are Vietnamese; ``translations/en`` holds the English.
SOURCE = "vi"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
# Words fixed when the module is loaded and put into a language when they are shown.
Later: TypeAlias = LazyString


def language() -> str:
    """The code of the language that the person chose; Vietnamese unless it is another that there is."""
    if not has_request_context():
        return SOURCE
    if "language" not in g:
        chosen = session.get("language", SOURCE)
        g.language = chosen if chosen in LANGUAGES else SOURCE
    found: str = g.language
    return found


def gettext(text: str, **values: object) -> str:
    """The text in the language of the request."""
    if language() == SOURCE:  # A page holds hundreds of words, and nothing is to be looked up for them.
        return text % values if values else text
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, number: int) -> str:
    """The text for this number of things, in the language of the request."""
    if language() == SOURCE:
        return (one if number == 1 else many) % {"num": number}
    return str(flask_babel.ngettext(one, many, number))


def later(text: str) -> Later:
    """The text in the language of the request that will show it."""
    return LazyString(gettext, text)


def on_the_clock(at: datetime, pattern: str) -> str:
    """The moment on the office's clock, written by the pattern."""
    return str(flask_babel.format_datetime(at, pattern))
