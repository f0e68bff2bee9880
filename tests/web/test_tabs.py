"""The tabs over lists of scans: every scan stands behind one that names its state."""

from __future__ import annotations

import pytest

from certificate.states import State
from web.tabs import CLERK_TABS, REVIEW_TABS, Tab, chosen, counted

_BOTH = pytest.mark.parametrize("tabs", [CLERK_TABS, REVIEW_TABS])


@_BOTH
def test_the_tabs_of_states_add_up_to_all(tabs: tuple[Tab, ...]) -> None:
    shown = counted(tabs, dict.fromkeys(State, 3), chosen(tabs, ""))
    everything = next(tab for tab in shown if tab.states is None)
    assert everything.count == sum(tab.count or 0 for tab in shown if tab is not everything) == 3 * len(State)


@_BOTH
def test_repeats_have_a_tab_only_where_there_are_any_or_it_is_open(tabs: tuple[Tab, ...]) -> None:
    without = counted(tabs, {State.ARCHIVED: 5}, chosen(tabs, ""))
    assert "repeats" not in [tab.key for tab in without]
    assert [tab.key for tab in without if tab.current] == [""]
    assert "repeats" in [tab.key for tab in counted(tabs, {State.DUPLICATE: 1}, chosen(tabs, ""))]
    assert [tab.key for tab in counted(tabs, {}, chosen(tabs, "repeats")) if tab.current] == ["repeats"]
