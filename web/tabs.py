"""The tabs over a list of scans: which states each shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from certificate.states import WORKING, State
from web.words import Later, later


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its key in the address, its word, the states it shows (``None`` for all), how many are there.

    One that is ``seldom`` is left out while nothing is there.
    """

    key: str
    word: Later
    states: frozenset[State] | None
    count: int | None = None
    current: bool = False
    seldom: bool = False


_REPEATS = Tab("repeats", later("Trùng bản quét"), frozenset({State.DUPLICATE}), seldom=True)
CLERK_TABS = (
    Tab("", later("Tất cả"), None),
    Tab("working", later("Đang xử lý"), WORKING),
    Tab("review", later("Chờ kiểm tra"), frozenset({State.IN_REVIEW})),
    Tab("done", later("Đã lưu trữ"), frozenset({State.ARCHIVED})),
    Tab("again", later("Cần làm lại"), frozenset({State.RETURNED, State.FAILED})),
    _REPEATS,
)
REVIEW_TABS = (
    Tab("", later("Chờ kiểm tra"), frozenset({State.IN_REVIEW})),
    Tab("working", later("Đang xử lý"), WORKING),
    Tab("done", later("Đã lưu trữ"), frozenset({State.ARCHIVED})),
    Tab("again", later("Trả lại hoặc lỗi"), frozenset({State.RETURNED, State.FAILED})),
    _REPEATS,
    Tab("all", later("Tất cả"), None),
)


def chosen(tabs: Sequence[Tab], key: str) -> Tab:
    """The tab with this key, else the first."""
    return next((tab for tab in tabs if tab.key == key), tabs[0])


def counted(tabs: Sequence[Tab], counts: Mapping[State, int], current: Tab) -> list[Tab]:
    """The tabs with their numbers, without those that are seldom and hold nothing."""
    numbered = (
        replace(
            tab,
            count=sum(count for state, count in counts.items() if tab.states is None or state in tab.states),
            current=tab.key == current.key,
        )
        for tab in tabs
    )
    return [tab for tab in numbered if tab.count or tab.current or not tab.seldom]


def page_number(text: str | None) -> int:
    """The page asked for in the address; the first for anything that is no page."""
    return int(text[:9]) if text and text.isascii() and text.isdigit() and int(text[:9]) > 0 else 1
