"""The administrator's pages: who may sign in."""

from web.admin.views import pages

__all__ = ["pages"]
