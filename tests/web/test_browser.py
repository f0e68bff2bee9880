"""The clerk's and the reviewer's day in a real browser, mostly by keyboard.

With ``SOHOA_SCREENSHOTS=docs/screenshots`` the same tests leave pictures of the pages there: ``script/screenshots``.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from certificate.states import State
from ingest import review

pytestmark = pytest.mark.slow

DESK = {"width": 1366, "height": 768}


def jpeg(colour: str) -> bytes:
    """A small picture that is a JPEG by its content."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(out, "JPEG")
    return out.getvalue()


def files(*named: tuple[str, bytes]) -> list[Any]:
    """Files as a person would choose them."""
    return [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in named]


def test_a_clerk_uploads_files_and_sees_the_list_change(site: Any, open_page: Callable[..., Page]) -> None:
    """Good files stand in the list at once, a bad one tells why, and a worker's moves appear without a reload."""
    page = open_page("clerk")
    expect(page.locator(".drop.enhanced")).to_be_visible()
    page.evaluate("window.sameDocument = true")
    page.set_input_files("#files", files(("a.jpg", jpeg("white")), ("b.jpg", jpeg("pink")), ("empty.pdf", b"")))
    refused = page.locator("[data-sending] li", has_text="empty.pdf")
    expect(refused).to_contain_text("Tệp rỗng, không có dữ liệu.")
    expect(refused).to_contain_text("Kiểm tra máy quét")
    row = page.locator("tbody tr", has_text="a.jpg")
    expect(row).to_contain_text("Đã nhận, chờ đọc")
    expect(page.locator("tbody tr", has_text="empty.pdf")).to_contain_text("Không xử lý được")
    scan_id = row.get_attribute("id").removeprefix("scan-")
    certificate_id = site.read(scan_id)
    expect(row).to_contain_text("Chờ kiểm tra")
    expect(row).to_contain_text("BX 123456")
    assert page.evaluate("window.sameDocument"), "the page was never loaded anew"
    row.get_by_role("link").click()
    page.wait_for_url(f"**/certificates/{certificate_id}")


def test_dropping_files_and_sending_one_twice(open_page: Callable[..., Page]) -> None:
    """Drop works like choosing; the same bytes again are told to be there already."""
    page = open_page("clerk")
    expect(page.locator(".drop.enhanced")).to_be_visible()
    content = list(jpeg("white"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/uploads") else None)
    for name in ("first.jpg", "again.jpg"):
        page.evaluate(
            """([name, content]) => {
              const data = new DataTransfer();
              data.items.add(new File([new Uint8Array(content)], name));
              const drop = document.querySelector(".drop");
              drop.dispatchEvent(new DragEvent("dragenter", { bubbles: true, dataTransfer: data }));
              drop.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
            }""",
            [name, content],
        )
        expect(page.locator("tbody tr", has_text="first.jpg")).to_be_visible()
    again = page.locator("[data-sending] li", has_text="again.jpg")
    expect(again).to_contain_text("Đã có trong hệ thống: nhận")
    expect(again).to_contain_text("không cần gửi lại")
    assert len(sent) == 1, "the second was never sent: its SHA-256 was known"


def test_a_cancelled_file_is_not_taken_in(open_page: Callable[..., Page]) -> None:
    """Cancel works while a file is on its way."""
    page = open_page("clerk")
    expect(page.locator(".drop.enhanced")).to_be_visible()
    held: list[Route] = []
    page.route("**/uploads", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.set_input_files("#files", files(("a.jpg", jpeg("white"))))
    item = page.locator("[data-sending] li", has_text="a.jpg")
    expect(item).to_contain_text("Đang gửi")
    item.get_by_role("button", name="Hủy").click()
    expect(item).to_contain_text("Đã hủy")
    page.unroute("**/uploads")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_a_lost_connection_mends_itself_without_doubling(open_page: Callable[..., Page]) -> None:
    """The answer is lost though the file arrived: the page asks first, and does not send it twice."""
    page = open_page("clerk")
    expect(page.locator(".drop.enhanced")).to_be_visible()
    sent: list[str] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(route.request.url)
        route.fetch()
        route.abort()

    page.route("**/uploads", lose_the_answer)
    page.set_input_files("#files", files(("a.jpg", jpeg("white"))))
    item = page.locator("[data-sending] li", has_text="a.jpg")
    expect(item).to_contain_text("Mất kết nối; tự gửi lại sau 2 giây")
    expect(item).to_contain_text("Đã nhận")
    expect(page.locator("tbody tr", has_text="a.jpg")).to_have_count(1)
    assert len(sent) == 1


def test_a_file_over_the_limit_is_not_even_sent(site: Any, open_page: Callable[..., Page]) -> None:
    """Told before, not after."""
    page = open_page("clerk")
    expect(page.locator(".drop.enhanced")).to_be_visible()
    page.evaluate("document.querySelector('[data-upload]').dataset.maxBytes")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          const file = new File(["x"], "huge.pdf");
          Object.defineProperty(file, "size", { value: 9e12 });
          data.items.add(file);
          const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data });
          Object.defineProperty(event.dataTransfer, "files", { value: [file] });
          document.querySelector(".drop").dispatchEvent(event);
        }"""
    )
    expect(page.locator("[data-sending] li", has_text="huge.pdf")).to_contain_text("Tệp quá lớn")
    assert sent == []


def test_a_reviewer_corrects_one_field_by_keyboard_and_approves(
    site: Any, open_page: Callable[..., Page], shoot: Callable[..., None]
) -> None:
    """Enter opens the oldest; the first doubt is focused with its place enlarged; a digit, a letter, and approve."""
    certificate_id = site.add_certificate("Thanh Dong 0031.pdf")
    page = open_page("reviewer")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    expect(page.locator("rect.current")).to_have_attribute("data-path", "owners.1.full_name")
    expect(current.locator(".crop image")).to_be_attached()
    shoot(page, "station")
    page.keyboard.press("e")
    box = current.locator(".value")
    expect(box).to_be_focused()
    # The letter in which the readings differ is selected: one key types it anew.
    page.keyboard.insert_text("Ẩ")
    page.keyboard.press("Enter")
    expect(current).to_have_attribute("data-path", "parcels.0.purposes.0.name")
    site.until(certificate_id, "owners.1.full_name", "TRẦN THỊ MẨU")
    page.keyboard.press("1")
    expect(page.locator("[data-left]")).to_have_text("Mọi ô đã rõ")
    expect(page.locator("[data-approve]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")
    assert site.state_of(certificate_id) is State.ARCHIVING
    expect(page.get_by_text("Không còn hồ sơ nào chờ kiểm tra")).to_be_visible()


def test_a_clean_record_takes_one_key(site: Any, open_page: Callable[..., Page]) -> None:
    """The approve button waits under the finger, and the next record comes by itself."""
    clean = site.add_certificate("clean.pdf", doubts=False)
    following = site.add_certificate("next.pdf", serial="BX 123457")
    page = open_page("reviewer", f"/certificates/{clean}")
    expect(page.locator("[data-approve]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/certificates/{following}")
    assert site.state_of(clean) is State.ARCHIVING


def test_approving_with_doubts_left_asks_first(site: Any, open_page: Callable[..., Page]) -> None:
    """The dialog leads to the first doubt, or approves all the same."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    expect(page.locator(".field.current")).to_be_focused()
    page.keyboard.press("d")
    dialog = page.locator("[data-doubts]")
    expect(dialog).to_contain_text("Còn 2 ô cần xem")
    dialog.get_by_role("button", name="Xem ô đầu tiên").click()
    expect(page.locator(".field.current")).to_have_attribute("data-path", "owners.1.full_name")
    assert site.state_of(certificate_id) is State.IN_REVIEW
    page.keyboard.press("d")
    dialog.get_by_role("button", name="Vẫn duyệt").click()
    page.wait_for_url("**/review")
    assert site.state_of(certificate_id) is State.ARCHIVING


def test_typing_vietnamese_never_triggers_a_shortcut(site: Any, open_page: Callable[..., Page]) -> None:
    """Letters that are shortcuts elsewhere are letters in a box, composed or not; composition's Enter does not save."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_be_focused()
    page.keyboard.press("e")
    box = current.locator(".value")
    box.fill("")
    page.keyboard.type("tdhanu123?")
    expect(box).to_have_value("tdhanu123?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    box.fill("")
    client = page.context.new_cdp_session(page)
    for composed in ("T", "Tr", "Tra", "Trâ", "Trần"):
        client.send(
            "Input.imeSetComposition",
            {"text": composed, "selectionStart": len(composed), "selectionEnd": len(composed)},
        )
    box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    assert site.value(certificate_id, "owners.1.full_name") == "TRẦN THỊ MẪU", "nothing was saved while composing"
    client.send("Input.insertText", {"text": "Trần Thị Mậu"})
    page.keyboard.press("Enter")
    expect(current).to_have_attribute("data-path", "parcels.0.purposes.0.name")
    site.until(certificate_id, "owners.1.full_name", "Trần Thị Mậu")


def test_escape_keeps_the_old_value_and_undo_brings_it_back(site: Any, open_page: Callable[..., Page]) -> None:
    """Esc leaves a box unchanged; U takes the last saving back."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("xyz")
    page.keyboard.press("Escape")
    expect(current.locator(".value")).to_have_value("TRẦN THỊ MẪU")
    page.keyboard.press("2")
    expect(current).to_have_attribute("data-path", "parcels.0.purposes.0.name")
    site.until(certificate_id, "owners.1.full_name", "TRẦN THỊ MẨU")
    page.keyboard.press("u")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    expect(current.locator(".value")).to_have_value("TRẦN THỊ MẪU")
    site.until(certificate_id, "owners.1.full_name", "TRẦN THỊ MẪU")


def test_a_second_reviewer_sees_who_has_it_and_a_supervisor_takes_over(
    site: Any, open_page: Callable[..., Page]
) -> None:
    """While one page is open nobody else edits; a supervisor may take over, and the first is told, losing nothing."""
    certificate_id = site.add_certificate()
    first = open_page("reviewer", f"/certificates/{certificate_id}")
    expect(first.locator(".field.current")).to_be_focused()
    first.wait_for_function("() => performance.getEntriesByName(location.origin + '/review/keep').length > 0")
    boss = open_page("supervisor", f"/certificates/{certificate_id}")
    expect(boss.locator(".ask")).to_contain_text("Lê Quang Minh đang kiểm tra hồ sơ này.")
    expect(boss.locator("[data-approve]")).to_have_count(0)
    boss.get_by_role("button", name="Nhận lại hồ sơ").click()
    expect(boss.locator(".field.current")).to_be_focused()
    boss.keyboard.press("2")
    expect(boss.locator("[data-left]")).to_have_text("Còn 1 ô cần xem")
    first.keyboard.press("1")
    dialog = first.locator("[data-conflict]")
    expect(dialog).to_contain_text("Người khác đã sửa hồ sơ này trước bạn.")
    dialog.get_by_role("button", name="Tải lại").click()
    expect(first.locator(".ask")).to_contain_text("Phạm Thu Hạnh đang kiểm tra hồ sơ này.")
    site.until(certificate_id, "owners.1.full_name", "TRẦN THỊ MẨU")


def test_a_lost_connection_keeps_what_was_typed(site: Any, open_page: Callable[..., Page]) -> None:
    """The page says so and keeps the text; the same key saves it when the line is back."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_be_focused()
    page.route("**/fields", lambda route: route.abort())
    page.keyboard.press("e")
    box = current.locator(".value")
    box.fill("TRẦN THỊ MẬU")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.bad")).to_contain_text("Không kết nối được máy chủ.")
    expect(box).to_have_value("TRẦN THỊ MẬU")
    page.unroute("**/fields")
    box.press("Enter")
    expect(current).to_have_attribute("data-path", "parcels.0.purposes.0.name")
    site.until(certificate_id, "owners.1.full_name", "TRẦN THỊ MẬU")


def test_keys_move_zoom_turn_and_explain(site: Any, open_page: Callable[..., Page], shoot: Callable[..., None]) -> None:
    """Next and previous field and doubt, faces, zoom, and the list of keys."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    expect(page.locator("figure.shown img")).to_have_attribute("alt", "Mặt 1")
    for key, path in [
        ("j", "owners.1.gender"),
        ("ArrowUp", "owners.1.full_name"),
        ("n", "parcels.0.purposes.0.name"),
        ("p", "owners.1.full_name"),
    ]:
        page.keyboard.press(key)
        expect(current).to_have_attribute("data-path", path)
    figure = page.locator("figure.shown")
    before = figure.get_attribute("style")
    page.keyboard.press("+")
    assert figure.get_attribute("style") != before
    page.keyboard.press("f")
    expect(page.locator("figure.shown img")).to_have_attribute("alt", "Mặt 2")
    page.keyboard.press("?")
    expect(page.locator("[data-help-dialog]")).to_be_visible()
    shoot(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator("[data-return-dialog]")).to_be_visible()
    page.get_by_label("Ảnh mờ, không đọc được.").check()
    page.get_by_label("Ghi thêm").fill("Quét lại mặt 2.")
    page.locator("[data-return-dialog]").get_by_role("button", name="Trả lại").click()
    page.wait_for_url("**/review")
    assert site.state_of(certificate_id) is State.RETURNED


def test_a_click_on_the_scan_goes_to_a_field_or_takes_a_word(site: Any, open_page: Callable[..., Page]) -> None:
    """Without typing it goes to the field there; while typing the word there lands in the box, at the caret."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_be_focused()
    page.keyboard.press("0")
    click = page.locator('rect[data-path="owners.0.full_name"]').bounding_box()
    page.mouse.click(click["x"] + click["width"] / 2, click["y"] + click["height"] / 2)
    expect(current).to_have_attribute("data-path", "owners.0.full_name")
    page.keyboard.press("e")
    box = current.locator(".value")
    box.fill("HỘ")
    click = page.locator('rect[data-path="owners.0.full_name"]').bounding_box()
    page.mouse.click(click["x"] + click["width"] / 2, click["y"] + click["height"] / 2)
    expect(box).to_have_value("HỘ NGUYỄN VĂN MẪU")
    expect(box).to_be_focused()


def test_what_was_typed_and_left_is_saved(site: Any, open_page: Callable[..., Page]) -> None:
    """Leaving a box by mouse, or a list by choosing from it, loses nothing; going through a list saves only the end."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    name = page.locator('.field[data-path="owners.0.full_name"] .value')
    name.fill("NGUYỄN VĂN MẬU")
    page.locator('.field[data-path="owners.0.role"] .value').focus()
    expect(page.locator('.field[data-path="owners.0.full_name"]')).to_have_class(re.compile("settled"))
    site.until(certificate_id, "owners.0.full_name", "NGUYỄN VĂN MẬU")
    role = page.locator('.field[data-path="owners.0.role"] .value')
    role.focus()
    for _ in range(3):
        role.press("ArrowDown")
    role.press("Enter")
    expect(page.locator('.field[data-path="owners.0.role"]')).to_have_class(re.compile("settled"))
    site.until(certificate_id, "owners.0.role", "household")


def test_pages_work_without_scripts(site: Any, browser: Browser, served: str) -> None:
    """Sign in, send a file, correct a field and approve with forms alone."""
    context = browser.new_context(java_script_enabled=False, viewport=DESK, base_url=served)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#name", site.people["reviewer"][0])
    page.fill("#password", site.password)
    page.locator(".signin .button").click()
    page.goto("/uploads")
    page.set_input_files("#files", files(("a.jpg", jpeg("white"))))
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator(".notice.good")).to_contain_text("a.jpg: đã nhận.")
    certificate_id = site.add_certificate()
    page.goto(f"/certificates/{certificate_id}")
    field = page.locator('.field[data-path="owners.1.full_name"]')
    field.locator(".value").fill("TRẦN THỊ MÃU")
    field.locator(".value").press("Enter")
    if site.value(certificate_id, "owners.1.full_name") == "TRẦN THỊ MẪU":  # A text area keeps its Enter.
        field.locator("[data-accept]").click()
    site.until(certificate_id, "owners.1.full_name", "TRẦN THỊ MÃU")
    page.locator("[data-approve]").click()
    page.get_by_role("button", name="Vẫn duyệt").click()
    page.wait_for_url("**/review**")
    assert site.state_of(certificate_id) is State.ARCHIVING
    context.close()


def test_a_second_person_keys_in_blind_by_keyboard(site: Any, open_page: Callable[..., Page]) -> None:
    """Enter starts, the scan shows the place, numbers are typed from it alone, the last Enter is the end."""
    site.office.settings = dataclasses.replace(site.office.settings, second_key_in="id_numbers")
    certificate_id = site.add_certificate(doubts=False)
    with site.office.database.unit_of_work(read_only=True) as unit:
        first = unit.users.by_name("hanh")
    review.approve(site.office, certificate_id, version=1, who=first)
    page = open_page("reviewer", "/review")
    expect(page.locator("tbody tr")).to_contain_text("Nhập lần hai")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/certificates/{certificate_id}/key-in")
    expect(page.locator("rect.current")).to_have_attribute("data-path", "owners.0.id_number")
    assert "012345678" not in page.content()
    page.keyboard.type("012345678")
    page.keyboard.press("Enter")
    expect(page.locator("rect.current")).to_have_attribute("data-path", "owners.1.id_number")
    page.keyboard.type("098765432")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")
    expect(page.locator(".notice.good")).to_contain_text("Đã duyệt.")
    assert site.state_of(certificate_id) is State.ARCHIVING


def test_owners_are_ordered_and_suggestions_taken_by_keyboard(site: Any, open_page: Callable[..., Page]) -> None:
    """A bracket moves an owner and stays with it; typing offers the list's entries, taken by arrow and Enter."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_have_attribute("data-path", "owners.1.full_name")
    page.keyboard.press("[")
    expect(current).to_have_attribute("data-path", "owners.0.full_name")
    site.until(certificate_id, "owners.0.full_name", "TRẦN THỊ MẪU")
    page.keyboard.press("n")
    expect(current).to_have_attribute("data-path", "parcels.0.purposes.0.name")
    page.keyboard.press("e")
    current.locator(".value").fill("")
    page.keyboard.type("dat trong cay lau")
    offered = page.locator(".suggestions li").first
    expect(offered).to_have_text("Đất trồng cây lâu năm")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(current.locator(".value")).to_have_value("Đất trồng cây lâu năm")
    page.keyboard.press("Enter")
    expect(page.locator('.field[data-path="parcels.0.purposes.0.name"]')).to_have_class(re.compile("settled"))
    site.until(certificate_id, "parcels.0.purposes.0.name", "Đất trồng cây lâu năm")


def test_putting_off_and_noting_by_keyboard(site: Any, open_page: Callable[..., Page]) -> None:
    """S asks how long, G takes a note; letters typed there are letters."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    expect(page.locator(".field.current")).to_be_focused()
    page.keyboard.press("g")
    page.get_by_label("Người kiểm tra tiếp theo sẽ đọc").fill("xem lại tờ bản đồ")
    page.get_by_role("button", name="Ghi", exact=True).last.click()
    expect(page.locator(".note")).to_contain_text("xem lại tờ bản đồ")
    expect(page.locator(".field.current")).to_be_focused()
    page.keyboard.press("s")
    page.get_by_label("3 ngày").check()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")
    expect(page.get_by_text("Đã để sau (1)")).to_be_visible()


def test_a_key_pressed_while_the_last_one_is_still_on_its_way_means_the_next_field(
    site: Any, open_page: Callable[..., Page]
) -> None:
    """Nobody waits for the line: two keys in a row settle two fields; a letter typed meanwhile stays in its box."""
    certificate_id = site.add_certificate()
    page = open_page("reviewer", f"/certificates/{certificate_id}")
    current = page.locator(".field.current")
    expect(current).to_be_focused()
    held: list[Route] = []
    page.route("**/fields", lambda route: route.continue_() if held else held.append(route))
    page.keyboard.press("2")
    page.keyboard.press("e")
    expect(current).to_have_attribute("data-path", "parcels.0.purposes.0.name")
    box = current.locator(".value")
    expect(box).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.type("nd")
    held[0].continue_()
    expect(page.locator('.field[data-path="owners.1.full_name"]')).to_have_class(re.compile("settled"))
    expect(box).to_be_focused()
    page.keyboard.type("x")
    expect(box).to_have_value("ndxĐất ở tại nông thôn")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")
    site.until(certificate_id, "owners.1.full_name", "TRẦN THỊ MẨU")
    site.until(certificate_id, "parcels.0.purposes.0.name", "Đất ở tại nông thôn")
    assert site.state_of(certificate_id) is State.ARCHIVING
