"""Everything that a reviewer or supervisor does, without a pointer: no test here moves or presses one.

What the list of keys under «?» promises is compared with what the scripts listen to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import web
from certificate.record import Form
from certificate.states import State
from ingest import desk, review
from ingest.desk import TaskFilter
from web.review.queues import KEYS as QUEUE_KEYS
from web.review.stations import KEYS as STATION_KEYS

SCRIPTS = Path(web.__file__).parent / "static" / "js"
# A letter or the name of a key before a colon, as the scripts' objects of keys write it.
_NAMED = re.compile(r'(?:[{,]\s|^\s+)"?([a-z?\[\],.+-]|Shift\+Arrow\w+|Arrow\w+|Enter|F\d)"?: ', re.MULTILINE)
WATCH = """() => { window.pointed = 0;
  for (const name of ["pointerdown", "pointermove"]) addEventListener(name, () => { window.pointed += 1; }, true); }"""


@pytest.fixture
def keyed(open_page: Callable[..., Page]) -> Iterator[Callable[..., Page]]:
    """Opens a page and sees to it that no pointer is used there."""
    opened: list[Page] = []

    def open_keyed(role: str, path: str = "/") -> Page:
        page = open_page(role, path)
        page.add_init_script(f"({WATCH})()")
        page.evaluate(WATCH)
        opened.append(page)
        return page

    yield open_keyed
    assert [page.evaluate("window.pointed") for page in opened] == [0] * len(opened)


def _listened_to(*names: str) -> set[str]:
    """The keys that scripts name: letters, and names such as ArrowUp."""
    found: set[str] = set()
    for name in names:
        source = (SCRIPTS / name).read_text(encoding="utf-8")
        found |= set(
            re.findall(
                r'(?:[{,]\s|^\s+)"?([a-z?\[\],.+-]|Shift\+Arrow\w+|Arrow\w+|Enter|F\d)"?: ', source, re.MULTILINE
            )
        )
    return found


def _promised(keys: Any) -> set[str]:
    called = {"↓": "ArrowDown", "↑": "ArrowUp", "←": "ArrowLeft", "→": "ArrowRight"}
    return {
        called.get(str(key), str(key).lower() if len(str(key)) == 1 else str(key)) for row, _ in keys for key in row
    }


def test_every_key_is_listed_and_every_listed_key_does_something() -> None:
    """The list of keys and the scripts name the same letters."""
    letters = re.compile(r"[a-z\[\],.]").fullmatch
    station = _listened_to("station.js", "station-keys.js", "editing.js")
    assert {key for key in station if letters(key)} == {key for key in _promised(STATION_KEYS) if letters(key)}
    queue = _listened_to("queue.js")
    assert {key for key in queue if letters(key)} == {key for key in _promised(QUEUE_KEYS) if letters(key)}


@pytest.mark.slow
def test_the_queue_by_keyboard(site: Any, keyed: Callable[..., Page]) -> None:
    """Go through the rows, filter by a list without leaving the keys, change the tab, open a record, come back."""
    site.add_certificate("a.pdf")
    second = site.add_certificate("b.pdf", serial="BX 123457")
    with site.office.database.unit_of_work() as unit:
        for number, task in enumerate(unit.reviews.list(TaskFilter()).items):
            desk.describe(unit, site.office.settings, task.scan_id)
            if number:
                facts = unit.reviews.get(task.scan_id).facts
                unit.reviews.describe(task.scan_id, type(facts)(Form.LD2003, facts.reason, 0.99, 0, facts.due_at))
        unit.commit()
    page = keyed("reviewer", "/review")
    page.keyboard.press("?")
    expect(page.locator("[data-help-dialog]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(page.locator("[name=form]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[name=form]").input_value()
    assert chosen
    assert "form=" not in page.url, "an arrow only goes through the values"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review?form={chosen}")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/review")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tbody tr").nth(1).locator("a")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/certificates/{second}")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("q")
    page.wait_for_url("**/review**")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("5")
    page.wait_for_url("**/review?show=all")


@pytest.mark.slow
def test_words_and_regions_of_the_scan_by_keyboard(site: Any, keyed: Callable[..., Page]) -> None:
    """Arrows choose a word that Enter puts in the field; a box is placed, sized and read; the scan is moved about."""
    certificate_id = site.add_certificate()
    page = keyed("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    page.keyboard.press("w")
    expect(page.locator("rect.drawn")).to_be_attached()
    page.keyboard.press("ArrowUp")  # The address above.
    expect(page.locator(".toast")).to_have_text("Ấp Mẫu A, xã Thạnh Đông, huyện Tân Hiệp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".toast")).to_have_text("NGUYỄN VĂN MẪU")
    page.keyboard.press("Enter")
    box = current.locator(".value")
    expect(box).to_be_focused()
    expect(box).to_have_value("NGUYỄN VĂN MẪU")
    page.keyboard.press("End")
    page.keyboard.press("F4")
    expect(page.locator("rect.drawn")).to_be_attached()
    page.keyboard.press("Enter")
    expect(box).to_have_value("NGUYỄN VĂN MẪU TRẦN THỊ MẪU")
    page.keyboard.press("Escape")
    expect(box).to_have_value("TRẦN THỊ MẪU")
    asked: list[str] = []
    page.route("**/region", lambda route: (asked.append(route.request.post_data or ""), route.abort()))  # type: ignore[func-returns-value]
    page.keyboard.press("v")
    mark = page.locator("rect.drawn")
    width, left = float(mark.get_attribute("width") or 0), float(mark.get_attribute("x") or 0)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert (float(mark.get_attribute("width") or 0), float(mark.get_attribute("x") or 0)) == (width + 12, left - 12)
    with page.expect_request("**/region"):
        page.keyboard.press("Enter")
    expect(mark).to_have_count(0)
    assert f'name="left"\r\n\r\n{round(left - 12)}\r\n' in asked[0]
    figure = page.locator("figure.shown")
    before = figure.get_attribute("style")
    page.keyboard.press("Shift+ArrowDown")
    assert figure.get_attribute("style") != before
    page.keyboard.press("y")
    expect(page.locator("[data-decision]")).to_have_attribute("open", "")


@pytest.mark.slow
def test_owners_are_added_moved_and_taken_away_by_keyboard(site: Any, keyed: Callable[..., Page]) -> None:
    """I adds, brackets move, X asks and takes away."""
    certificate_id = site.add_certificate()
    page = keyed("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    page.keyboard.press("[")
    expect(current).to_have_attribute("data-path", "owners.0.full_name")
    page.keyboard.press("]")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    page.keyboard.press("x")
    dialog = page.locator("[data-remove-dialog]")
    expect(dialog).to_contain_text("Bỏ Chủ sử dụng 2?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('.field[data-path^="owners.1"]')).to_have_count(0)
    assert site.value(certificate_id, "owners.1.full_name") is None
    page.locator('.field[data-path="owners.0.full_name"]').focus()
    page.keyboard.press("i")
    page.keyboard.insert_text("LÊ VĂN BA")
    page.keyboard.press("Enter")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    site.until(certificate_id, "owners.1.full_name", "LÊ VĂN BA")


@pytest.mark.slow
def test_returning_taking_over_and_reopening_by_keyboard(site: Any, keyed: Callable[..., Page]) -> None:
    """A supervisor takes a held record over, reads its history, returns it, and reopens an archived one."""
    held = site.add_certificate("a.pdf")
    people = {user.name: user for user in _users(site)}
    desk.take(site.office, site.scan_of(held), people["minh"])
    page = keyed("supervisor", f"/certificates/{held}")
    expect(page.locator(".ask")).to_contain_text("Lê Quang Minh đang kiểm tra")
    page.keyboard.press("l")
    expect(page.locator(".field.current")).to_be_focused()
    page.keyboard.press("h")
    page.wait_for_url("**/history")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/certificates/{held}")
    expect(page.locator(".field.current")).to_be_focused()
    page.keyboard.press("t")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("Quét lại mặt 2.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")
    assert site.state_of(held) is State.RETURNED
    done = site.add_certificate("b.pdf", doubts=False, serial="BX 123457")
    review.approve(site.office, done, version=1, who=people["minh"])
    page.goto(f"/certificates/{done}")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("o")
    page.keyboard.insert_text("Sai năm sinh.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-approve]")).to_be_focused()
    assert site.state_of(done) is State.IN_REVIEW


@pytest.mark.slow
def test_a_number_is_shown_in_full_by_keyboard(site: Any, keyed: Callable[..., Page]) -> None:
    """Who only looks goes to the field and presses M."""
    certificate_id = site.add_certificate()
    page = keyed("auditor", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    for _ in range(60):
        page.keyboard.press("j")
        if current.get_attribute("data-path") == "owners.0.id_number":
            break
    expect(current.locator(".value")).not_to_have_value("012345678")
    page.keyboard.press("m")
    expect(current.locator(".value")).to_have_value("012345678")


def _users(site: Any) -> Any:
    with site.office.database.unit_of_work(read_only=True) as unit:
        return unit.users.list()
