"""Every page in a browser, on a desk and on a phone: no serious fault by axe, nothing to scroll sideways, a picture.

With ``SOHOA_SCREENSHOTS=docs/screenshots`` the pictures are left there: ``script/screenshots``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from certificate.rules.catalogue import make_finding
from certificate.states import State
from ingest import accounts, desk, receipts, review
from ingest.desk import TaskFilter
from store.rows import NewScan
from store.run_rows import InputState, NewInput, NewRun

pytestmark = pytest.mark.slow

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
GRAVE = {"serious", "critical"}
NO_SCROLLING = {"width": 1920, "height": 1080}


def faults(page: Page) -> list[str]:
    """What axe calls serious or critical, each with the first element it names."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"] if one["impact"] in GRAVE]


@pytest.fixture
def pages(site: Any) -> dict[str, tuple[str | None, str]]:
    """An office in the middle of its day, and the address of every page with who looks at it."""
    office = site.office
    failed, blank, blurred = (site.add_scan(f"Thanh Dong 002{n}.pdf") for n in (6, 7, 8))
    site.move(failed, State.RECEIVED, State.FAILED, error_code="encrypted")
    site.move(blank, State.RECEIVED, State.READING)
    site.move(blank, State.READING, State.RETURNED, return_reason="blank_page")
    with office.database.unit_of_work() as unit:
        unit.scans.set_findings(blurred, [make_finding("blurred", page="1")])
        unit.commit()
    done = site.add_certificate(
        "mot-ten-tep-rat-dai-khong-co-khoang-trang-0123456789.pdf", doubts=False, serial="BX 123455"
    )
    site.move(site.scan_of(done), State.IN_REVIEW, State.ARCHIVING)
    site.move(site.scan_of(done), State.ARCHIVING, State.ARCHIVED)
    first = site.add_certificate("Thanh Dong 0029.pdf")
    site.add_certificate("Thanh Dong 0030.pdf", doubts=False, serial="BX 123457")
    twice = site.add_certificate("Thanh Dong 0031.pdf", serial="BX 123458")
    people = {row.name: row for row in accounts.users(office)}
    minh = people["minh"]
    office.settings = dataclasses.replace(office.settings, second_key_in="id_numbers")
    review.approve(office, twice, version=1, who=people["hanh"])
    desk.add_note(office, site.scan_of(first), people["hanh"], "Đối chiếu lại dấu trong tên vợ.")
    at = review.certificate_view(office, first).certificate.version
    review.correct(office, first, version=at, path="owners.0.birth_year", value="1971", who=minh)
    scans = [site.scan_of(one) for one in (first, twice)]
    run_id = _run(site)
    with office.database.unit_of_work() as unit:
        for task in unit.reviews.list(TaskFilter()).items:
            desk.describe(unit, office.settings, task.scan_id)
        unit.commit()
    code = receipts.give(office, scans[0], people["lan"])[0].code
    return {
        "sign-in": (None, "/sign-in"),
        "uploads": ("clerk", "/uploads"),
        "receipt": ("clerk", f"/scans/{scans[0]}/receipt"),
        "receipt-state": (None, f"/r/{code}"),
        "queue": ("reviewer", "/review"),
        "station-page": ("reviewer", f"/certificates/{first}"),
        "key-in": ("reviewer", f"/certificates/{twice}/key-in"),
        "history": ("supervisor", f"/certificates/{first}/history"),
        "return": ("supervisor", f"/scans/{scans[0]}/return"),
        "archived": ("supervisor", f"/certificates/{done}"),
        "search": ("supervisor", "/search?q=BX+1234"),
        "record": ("supervisor", f"/records/{done}"),
        "kept": ("supervisor", f"/certificates/{done}/kept"),
        "runs": ("supervisor", "/runs"),
        "run": ("supervisor", f"/runs/{run_id}"),
        "run-report": ("supervisor", f"/runs/{run_id}/report"),
        "differences": ("supervisor", "/differences"),
        "account": ("auditor", "/account"),
        "accounts": ("administrator", "/admin/users"),
        "account-of": ("administrator", f"/admin/users/{minh.id}"),
        "patterns": ("administrator", "/dev/patterns"),
        "not-found": ("clerk", "/nowhere"),
    }


def _run(site: Any) -> str:
    """A run over a back catalogue that has brought one record in; the queue can be filtered by it."""
    sha256 = site.office.blobs.put(b"run")
    with site.office.database.unit_of_work() as unit:
        run = unit.runs.add(NewRun("Kho Thạnh Đông 2011", "/srv/kho", "file", "may-chu", "hanh"))
        unit.runs.add_inputs(run.id, [NewInput(f"hop-1/{n:03}.pdf", (f"hop-1/{n:03}.pdf",), 800_000) for n in range(5)])
        listed = next(iter(unit.runs.inputs(run.id)))
        new = NewScan(sha256, "hop-1/000.pdf", "application/pdf", 800_000, "hanh", queue="bulk", page_count=2)
        scan = unit.scans.add(new)
        unit.runs.settle(listed.id, InputState.TAKEN, sha256=sha256, scan_id=scan.id)
        unit.commit()
    site.read(scan.id, serial="BX 123460")
    return str(run.id)


def test_every_page_is_sound_on_desk_and_phone(
    pages: dict[str, tuple[str | None, str]], open_page: Callable[..., Page], shoot: Callable[..., None]
) -> None:
    """axe finds no serious fault, one heading leads the page, ids are unique, nothing sticks out to the side."""
    found = {}
    for name, (role, path) in pages.items():
        page = open_page(role, path)
        if name != "station-page":  # Its picture is taken by the reviewer's day.
            shoot(page, name)
        problems = faults(page)
        if page.locator("h1").count() != 1:
            problems.append("one h1 is wanted")
        twice = page.evaluate(
            "() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);"
            " return ids.filter((id, at) => ids.indexOf(id) !== at); }"
        )
        problems += [f"twice: {id_}" for id_ in twice]
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                problems.append(f"{over} px too wide at {width}")
        if problems:
            found[name] = problems
        page.context.close()
    assert found == {}


def test_the_clerks_pages_fit_a_phone(
    pages: dict[str, tuple[str | None, str]], open_page: Callable[..., Page], shoot: Callable[..., None]
) -> None:
    """The camera is offered where there is one, and axe is content with what a finger sees, too."""
    for name in ("uploads", "receipt-state", "station-page"):
        role, path = pages[name]
        page = open_page(role, path, phone=True)
        if name == "uploads":
            expect(page.get_by_text("Chụp ảnh")).to_be_visible()
        assert faults(page) == [], name
        shoot(page, f"{name.removesuffix('-page')}-phone")
        page.context.close()


def test_an_ordinary_certificate_needs_no_scrolling_at_1080(
    site: Any, open_page: Callable[..., Page], shoot: Callable[..., None]
) -> None:
    """Two owners, one parcel, one doubtful field opened: all fields stand on the screen at once."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}", size=NO_SCROLLING)
    expect(page.locator(".field.current .crop")).to_be_visible()
    shoot(page, "station-1080")
    heights = page.evaluate(
        "(() => { const f = document.querySelector('.fields'); return [f.scrollHeight, f.clientHeight]; })()"
    )
    assert heights[0] <= heights[1]


def test_english_by_switch(site: Any, open_page: Callable[..., Page]) -> None:
    """One press, and the pages speak English."""
    site.add_certificate()
    page = open_page("reviewer", "/review")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Records to review")).to_be_visible()
    expect(page.get_by_text("Why it needs a look")).to_be_visible()
