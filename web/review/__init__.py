"""The reviewer's pages: the queue, the certificate with its scan, and what becomes of it."""

from web.review.views import pages

__all__ = ["pages"]
