"""Words in the person's language: the typed face of Flask-Babel, which ships no types."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import flask_babel
from flask_babel.speaklater import LazyString

# Words fixed when the module is loaded and put into a language when they are shown.
Later: TypeAlias = LazyString


def gettext(text: str, **values: object) -> str:
    """The text in the language of the request."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, number: int) -> str:
    """The text for this number of things, in the language of the request."""
    return str(flask_babel.ngettext(one, many, number))


def later(text: str) -> Later:
    """The text in the language of the request that will show it."""
    return flask_babel.lazy_gettext(text)


def on_the_clock(at: datetime, pattern: str) -> str:
    """The moment on the office's clock, written by the pattern."""
    return str(flask_babel.format_datetime(at, pattern))
