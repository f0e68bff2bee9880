"""The reviewer's pages: the queue, the certificate with its scan, and what becomes of it."""

from web.review.decisions import decision_on
from web.review.views import pages

__all__ = ["pages"]

pages.add_app_template_global(decision_on)
