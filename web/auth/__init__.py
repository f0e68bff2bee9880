"""Signing in and out, and choosing the language."""

from web.auth.views import pages

__all__ = ["pages"]
