"""Receipts and their public page; files that are known before they are sent; better scans for returned ones; news."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from PIL import Image

from certificate.rules.catalogue import make_finding
from certificate.states import State
from web.limits import RateLimit
from web.news import News


def jpeg(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 80), shade).save(out, "JPEG")
    return out.getvalue()


def give(site: Any, scan_id: str) -> str:
    """The code of the receipt that the clerk prints."""
    clerk = site.client("clerk")
    page = clerk.get(site.post(clerk, f"/scans/{scan_id}/receipt").location).text
    found = re.search(r'class="big">([A-Z0-9]{5}-[A-Z0-9]{5})<', page)
    assert found, page
    assert '<svg class="qr"' in page
    return found[1]


def test_a_receipt_tells_the_state_and_nothing_else(site: Any) -> None:
    """Whoever has the code, however they type it, sees how far it is: no name, no number, no file."""
    certificate_id = site.add_certificate("Nguyễn Văn Mẫu.pdf")
    code = give(site, site.scan_of(certificate_id))
    assert give(site, site.scan_of(certificate_id)) == code, "there is one receipt for one scan"
    anybody = site.client()
    for typed in (code, code.replace("-", "").lower(), code.replace("-", " ")):
        page = anybody.get(f"/r/{typed}").text
        assert "Đang kiểm tra" in page
        for secret in ("Mẫu.pdf", "MẪU", "012345678", "BX 123456", "Lan", certificate_id):
            assert secret not in page
    assert anybody.get("/r/AAAAA-AAAAA").status_code == 404
    assert anybody.get(f"/r?code={code}").status_code == 200


def test_guessing_codes_is_slowed_down(site: Any) -> None:
    """After some questions within a minute an address must wait."""
    anybody = site.client()
    answers = [anybody.get(f"/r/AAAAA-AAAA{letter}").status_code for letter in "ABCDEFGHJKMNPQRTUVWXYZ"]
    assert answers[0] == 404
    assert answers[-1] == 429
    now = [0.0]
    limit = RateLimit(2, 60, clock=lambda: now[0])
    assert [limit.allows("a"), limit.allows("a"), limit.allows("a"), limit.allows("b")] == [True, True, False, True]
    now[0] = 61
    assert limit.allows("a")


def test_a_known_file_need_not_be_sent(site: Any) -> None:
    """By its SHA-256, with what became of it; another clerk's is told of without a link."""
    content = jpeg(7)
    certificate_id = site.read(site.add_scan("a.jpg", content=content))
    sha256 = hashlib.sha256(content).hexdigest()
    answer = site.post(site.client("clerk"), "/uploads/known", json=True, sha256=sha256).json["known"]
    assert "BX 123456" in answer[sha256]["message"]
    assert answer[sha256]["url"] == f"/certificates/{certificate_id}"
    site.office_user("hai", "clerk")
    other = site.app.test_client()
    site.post(other, "/sign-in", name="hai", password=site.password)
    assert site.post(other, "/uploads/known", json=True, sha256=sha256).json["known"][sha256]["url"] is None
    assert site.post(other, "/uploads/known", json=True, sha256="nonsense").json == {"known": {}}


def test_a_new_scan_replaces_a_returned_one(site: Any) -> None:
    """The old one stays with its reason, the receipt goes along, the reviewer sees why; twice is once."""
    old = site.scan_of(site.add_certificate("mo.pdf"))
    code = give(site, old)
    site.move(old, State.IN_REVIEW, State.RETURNED, return_reason="Ảnh mờ, không đọc được.")
    clerk = site.client("clerk")
    assert "Gửi bản quét thay" in clerk.get("/uploads").text
    assert "Cần quét lại" in site.client().get(f"/r/{code}").text
    sent = site.post(clerk, f"/scans/{old}/replacement", json=True, file=(io.BytesIO(jpeg(3)), "ro.jpg"))
    new = sent.json["received"][0]["scan_id"]
    again = site.post(clerk, f"/scans/{old}/replacement", json=True, file=(io.BytesIO(jpeg(4)), "ro.jpg"))
    assert again.status_code == 409, "it was replaced already"
    assert "Đã tiếp nhận" in site.client().get(f"/r/{code}").text
    page = clerk.get("/uploads").text
    assert "Đã thay bằng bản quét mới." in page
    assert "mo.pdf" not in clerk.get("/uploads?show=again").text
    certificate_id = site.read(new)
    station = site.client("reviewer").get(f"/certificates/{certificate_id}").text
    assert "Bản quét này thay bản trước: Ảnh mờ, không đọc được." in station
    site.office_user("hai", "clerk")
    other = site.app.test_client()
    site.post(other, "/sign-in", name="hai", password=site.password)
    assert site.post(other, f"/scans/{old}/replacement", file=(io.BytesIO(jpeg(5)), "x.jpg")).status_code == 404


def test_what_is_wrong_with_a_scan_is_told_in_the_list(site: Any) -> None:
    """Remarks of the first look, before the scan is read, with what to do; and which record a duplicate is of."""
    scan_id = site.add_scan("mo.pdf")
    with site.office.database.unit_of_work() as unit:
        before = unit.scans.newest_change("lan")
        unit.scans.set_findings(scan_id, [make_finding("blurred", page="2")])
        unit.commit()
    with site.office.database.unit_of_work() as unit:
        assert unit.scans.newest_change("lan") != before, "whoever listens is told"
    page = site.client("clerk").get("/uploads").text
    assert "Trang 2 bị nhòe." in page
    assert "Lau mặt kính" in page


def test_news_come_when_something_changes_and_only_so_many_listen(site: Any) -> None:
    """A stream speaks at once and after each change; one too many is refused, and a page that left is forgotten."""
    news = News(site.office, most_streams=1)
    marks = ["a"]
    left = [False]
    stream = news.stream(lambda: marks[-1], lambda: left[0])
    assert stream is not None
    assert next(stream).startswith("retry:")
    assert next(stream) == "data: a\n\n"
    assert news.stream(lambda: "x") is None
    marks.append("b")
    site.add_scan("new.pdf")
    assert next(stream) == "data: b\n\n"
    left[0] = True
    assert list(stream) == []
    assert news.stream(lambda: "x") is not None
