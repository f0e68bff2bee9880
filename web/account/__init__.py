"""One's own account: password and one-time codes."""

from web.account.views import pages

__all__ = ["pages"]
