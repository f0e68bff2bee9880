"""The page of lists for offices without a line to the population registry."""

from web.lists.views import pages

__all__ = ["pages"]
