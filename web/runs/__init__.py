"""Pages of runs over a back catalogue."""

from web.runs.views import pages

__all__ = ["pages"]
