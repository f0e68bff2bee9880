"""The archive's pages: search, one certificate with all that belongs to it, differences from other registers."""

from web.search.views import pages

__all__ = ["pages"]
