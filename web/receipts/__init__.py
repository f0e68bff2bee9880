"""The receipt for the person who brought a paper, and the public page that tells how far it has come."""

from web.receipts.views import MOST_QUESTIONS, PER_S, pages

__all__ = ["MOST_QUESTIONS", "PER_S", "pages"]
