"""The page of what is kept: the archived document, its signatures, and every version of the record."""

from web.kept.views import pages

__all__ = ["pages"]
