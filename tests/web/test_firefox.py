"""The clerk's and the reviewer's day in a real Firefox, by keyboard: what Chromium shows must hold there, too.

Skipped where Firefox is not installed.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from PIL import Image

from certificate.states import State

pytestmark = pytest.mark.slow
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SIDEWAYS = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;"
CUT_OFF = (
    "return [...document.querySelectorAll('.field textarea')]"
    ".filter((box) => box.scrollHeight > box.clientHeight + 1).map((box) => box.value);"
)


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Any]:
    """Firefox without a window; see ``firefox.py`` beside this file."""
    path = Path(__file__).with_name("firefox.py")
    spec = importlib.util.spec_from_file_location("sohoa_tests_firefox", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    program = next(filter(None, map(shutil.which, module.PROGRAMS)), None)
    if program is None:
        pytest.skip("Firefox is not installed: sudo apt-get install firefox-esr")
    with module.Firefox(program, tmp_path / "firefox", width=1366, height=768) as opened:
        yield opened


def sign_in(firefox: Any, served: str, site: Any, role: str) -> None:
    """Sign in by the form, as a person does."""
    firefox.go(f"{served}/sign-in")
    firefox.click("#name")
    firefox.type(site.people[role][0])
    firefox.press("Tab")
    firefox.type(site.password)
    firefox.press("Enter")
    firefox.until(lambda: firefox.path() != "/sign-in")
    firefox.ready()


def check_sound(firefox: Any) -> None:
    """axe finds no serious fault, and nothing sticks out to the side."""
    script = (
        f"{AXE}; const done = arguments[0]; axe.run(document, {{ resultTypes: ['violations'] }}).then((all) => done("
        "all.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => one.id)));"
    )
    found = firefox.ask("WebDriver:ExecuteAsyncScript", {"script": script, "args": []})["value"]
    assert found == []
    assert firefox.run(SIDEWAYS) <= 0


def test_a_clerk_hands_in_and_sees_the_list_change(firefox: Any, served: str, site: Any, tmp_path: Path) -> None:
    """Chosen files go in one by one, a bad one is told, and what a worker does appears by itself."""
    good, empty = tmp_path / "a.jpg", tmp_path / "empty.pdf"
    picture = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(picture, "JPEG")
    good.write_bytes(picture.getvalue())
    empty.write_bytes(b"")
    sign_in(firefox, served, site, "clerk")
    assert firefox.path() == "/uploads"
    check_sound(firefox)
    firefox.choose_files("#files", good, empty)
    firefox.until(lambda: "Tệp rỗng, không có dữ liệu." in firefox.text("[data-sending]"))
    firefox.until(lambda: "Đã nhận, chờ đọc" in firefox.text("tbody"))
    firefox.until(lambda: firefox.attribute("[data-live-list]", "data-told") is not None)
    row = firefox.run(
        "return [...document.querySelectorAll('tbody tr')].find((row) => row.innerText.includes('a.jpg')).id;"
    )
    site.read(row.removeprefix("scan-"))
    firefox.until(lambda: "BX 123456" in firefox.text("tbody"))
    firefox.choose_files("#files", good)
    firefox.until(lambda: "Đã có trong hệ thống" in firefox.text("[data-sending]"))


def test_a_reviewer_works_by_keyboard(firefox: Any, served: str, site: Any) -> None:
    """Start, settle by a digit, type a letter, help, approve, and the next record is there; nothing is cut off."""
    certificate_id = site.add_certificate()
    following = site.add_certificate("next.pdf", doubts=False, serial="BX 123457")
    sign_in(firefox, served, site, "reviewer")
    check_sound(firefox)
    firefox.press("Enter")
    firefox.until(lambda: firefox.path() == f"/certificates/{certificate_id}")
    firefox.ready()
    current = ".field.current"
    firefox.until(lambda: firefox.attribute(current, "data-path") == "owners.1.full_name")
    assert firefox.is_focused(current)
    assert firefox.attribute("rect.current", "data-path") == "owners.1.full_name"
    assert firefox.run(CUT_OFF) == [], "boxes are as tall as their text"
    check_sound(firefox)
    firefox.press("e")
    firefox.until(lambda: firefox.is_focused(f"{current} .value"))
    firefox.press("Ẩ", "Enter")
    firefox.until(lambda: firefox.attribute(current, "data-path") == "parcels.0.purposes.0.name")
    site.until(certificate_id, "owners.1.full_name", "TRẦN THỊ MẨU")
    firefox.press("?")
    firefox.until(lambda: firefox.run("return document.querySelector('[data-help-dialog]').open;"))
    firefox.press("Escape", "1")
    firefox.until(lambda: firefox.is_focused("[data-approve]"))
    firefox.until(lambda: firefox.attribute("[data-station]", "data-next-ready") is not None)
    firefox.press("Enter")
    firefox.until(lambda: firefox.path() == f"/certificates/{following}")
    firefox.until(lambda: firefox.is_focused("[data-approve]"))
    firefox.until(lambda: site.state_of(certificate_id) is State.ARCHIVING)


def test_a_reload_after_a_conflict_shows_what_the_server_has(firefox: Any, served: str, site: Any) -> None:
    """Firefox keeps what stood in forms over a reload: neither an old version nor an old value may come back so."""
    certificate_id = site.add_certificate()
    sign_in(firefox, served, site, "reviewer")
    firefox.go(f"{served}/certificates/{certificate_id}")
    firefox.until(lambda: firefox.is_focused(".field.current"))
    firefox.press("2")
    name = '.field[data-path="owners.1.full_name"]'
    firefox.until(lambda: "settled" in (firefox.attribute(name, "class") or ""))
    with site.office.database.unit_of_work() as unit:
        version = unit.certificates.get(certificate_id).version
        unit.certificates.correct_field(certificate_id, version, "owners.1.full_name", "TRẦN THỊ MAI", "hanh")
        unit.commit()
    firefox.press("1")
    firefox.until(lambda: firefox.run("return document.querySelector('[data-conflict]').open;"))
    firefox.click("[data-reload]")
    firefox.until(lambda: firefox.run("return document.querySelector('[data-conflict]')?.open === false;"))
    firefox.ready()
    kept = "return document.querySelector('.field[data-path=\"owners.1.full_name\"] .value').value;"
    assert firefox.run(kept) == "TRẦN THỊ MAI"
    firefox.until(lambda: firefox.is_focused(".field.current"))
    firefox.press("1")
    firefox.until(lambda: firefox.is_focused("[data-approve]"))
    site.until(certificate_id, "parcels.0.purposes.0.name", "Đất ở tại nông thôn")
