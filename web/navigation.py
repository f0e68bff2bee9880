"""The parts of the site, in the order of the bar at the top; each shows to those who may open it.

A further part adds one line here and registers its blueprint in ``web.app``.
"""

from __future__ import annotations

from dataclasses import dataclass

from web.words import Later, later


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of the bar: its page, and the blueprint whose pages belong to it."""

    endpoint: str
    blueprint: str
    word: Later


PARTS = (
    Part("intake.uploads", "intake", later("Tiếp nhận")),
    Part("review.queue", "review", later("Kiểm tra")),
    Part("search.search", "search", later("Tra cứu")),
    Part("runs.runs", "runs", later("Kho cũ")),
    Part("lists.exchange", "lists", later("Dân cư")),
    Part("admin.users", "admin", later("Tài khoản")),
)
