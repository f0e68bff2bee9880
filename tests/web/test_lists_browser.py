"""The page of lists in a browser: sound by axe, no wider than a phone, and a list goes out by one press."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def test_the_page_is_sound_and_gives_the_list(site: Any, open_page: Callable[..., Page]) -> None:
    """Nothing that axe calls serious, nothing to scroll sideways; the form downloads a workbook."""
    site.office.settings = dataclasses.replace(site.office.settings, registry_line=False)
    site.add_certificate()
    page = open_page("supervisor", "/registry/lists")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, width
    page.get_by_label("Gửi cho ai, để làm gì").fill("gửi công an xã Mẫu")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải danh sách").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.reload()
    expect(page.get_by_text("gửi công an xã Mẫu")).to_be_visible()
