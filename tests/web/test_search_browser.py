"""Searching and reading a certificate in a real browser: by keyboard, and with text that can be marked on the scan."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.slow


def test_a_reviewer_finds_a_certificate_and_marks_text_on_its_scan(site: Any, served: str, browser: Browser) -> None:
    """Type, Enter, Enter; a double click on the picture marks the word that stands there."""
    wanted = site.add_certificate("mau.pdf", doubts=False)
    other = site.add_certificate("khac.pdf", serial="BX 654321")
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1366, "height": 768}, base_url=served, locale="vi-VN")
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto("/sign-in")
    page.fill("input[name=name]", "minh")
    page.fill("input[name=password]", site.password)
    page.press("input[name=password]", "Enter")
    page.get_by_role("link", name="Tra cứu").click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("nguyen van mau")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="BX 123456")).to_be_visible()
    page.get_by_role("link", name="BX 123456").click()
    assert page.url.endswith(f"/records/{wanted}")
    expect(page.locator(f"a[href='/records/{other}']")).to_be_visible()
    word = page.locator("svg text", has_text="NGUYỄN VĂN MẪU").first
    word.scroll_into_view_if_needed()
    word.dblclick()
    assert page.evaluate("String(getSelection())").strip() in "NGUYỄN VĂN MẪU"
    assert page.evaluate("String(getSelection())").strip()
    with page.expect_navigation():
        page.get_by_role("button", name="Đọc lại và so mã băm").click()
    expect(page.get_by_text("Nguyên vẹn").first).to_be_visible()
    page.close()
    assert complaints == []
