"""The reviewer's pages: the queue, the certificate with its scan, and what becomes of it."""

from web.review import desk_views, key_in_views, record_views, views
from web.review.blueprint import pages
from web.review.decisions import decision_on

__all__ = ["desk_views", "key_in_views", "pages", "record_views", "views"]

pages.add_app_template_global(decision_on)
