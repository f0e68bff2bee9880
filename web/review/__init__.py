"""The reviewer's pages: the queue, the certificate with its scan, and what becomes of it."""

from web.review import desk_views, key_in_views, record_views, views
from web.review.blueprint import pages

__all__ = ["desk_views", "key_in_views", "pages", "record_views", "views"]
