"""The clerk's page: files in, each answered in words, and a list that tells what happens."""

from __future__ import annotations

import io
from typing import Any

import pytest

from certificate.states import State


def _jpeg() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "JPEG")
    return out.getvalue()


BAD_FILES = [
    ("empty.pdf", b"", "empty_file", "Tệp rỗng"),
    ("letter.pdf", b"Kinh gui van phong dang ky dat dai", "unsupported_type", "không phải PDF"),
]


@pytest.mark.parametrize(("name", "content", "code", "words"), BAD_FILES)
def test_a_bad_file_is_answered_with_its_reason_and_advice(
    site: Any, name: str, content: bytes, code: str, words: str
) -> None:
    """To a script as JSON, to a plain form on the page, and it stands in the list."""
    client = site.client("clerk")
    told = site.post(client, "/uploads", json=True, files=(io.BytesIO(content), name)).json["received"][0]
    assert told["error"]["code"] == code
    assert words in told["error"]["message"]
    assert told["error"]["advice"]
    site.post(client, "/uploads", files=(io.BytesIO(content), name))
    page = client.get("/uploads").text
    assert words in page
    assert "Không xử lý được" in page


def test_one_bad_file_does_not_stop_the_others(site: Any) -> None:
    """Each file of one form is taken in for itself."""
    client = site.client("clerk")
    files = [(io.BytesIO(b""), "empty.pdf"), (io.BytesIO(_jpeg()), "good.jpg")]
    answers = site.post(client, "/uploads", json=True, files=files).json["received"]
    assert ["error" in answer for answer in answers] == [True, False]
    assert answers[1]["state"] == "received"


def test_the_same_bytes_again_are_told_to_be_a_duplicate(site: Any) -> None:
    """Sending twice does not make two records."""
    client = site.client("clerk")
    first = site.post(client, "/uploads", json=True, files=(io.BytesIO(_jpeg()), "a.jpg")).json["received"][0]
    again = site.post(client, "/uploads", json=True, files=(io.BytesIO(_jpeg()), "b.jpg")).json["received"][0]
    assert again["duplicate_of"] == first["scan_id"]


def test_a_file_over_the_limit_is_refused_before_it_is_read(site: Any) -> None:
    """The answer says what is wrong and how to scan."""
    site.app.config["MAX_CONTENT_LENGTH"] = 1000
    client = site.client("clerk")
    answer = site.post(client, "/uploads", json=True, files=(io.BytesIO(b"x" * 5000), "big.pdf"))
    assert answer.status_code == 413
    assert answer.json["error"]["code"] == "too_large"


def test_the_list_answers_only_when_something_changed(site: Any) -> None:
    """Asking again with the mark of the last answer costs nothing; a move of a scan changes it."""
    scan_id = site.add_scan("one.pdf")
    client = site.client("clerk")
    first = client.get("/uploads/changes")
    assert first.json["order"] == [scan_id]
    assert first.json["live"] is True
    again = client.get("/uploads/changes", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    site.move(scan_id, State.RECEIVED, State.FAILED, error_code="damaged")
    news = client.get("/uploads/changes", headers={"If-None-Match": first.headers["ETag"]})
    assert news.status_code == 200
    assert news.json["live"] is False
    assert "Tệp bị hỏng" in news.json["rows"][scan_id]["html"]
    assert news.json["rows"][scan_id]["mark"] != first.json["rows"][scan_id]["mark"]


def test_a_clerk_sees_own_scans_only(site: Any) -> None:
    """The list of one clerk does not show another's."""
    site.add_scan("mine.pdf")
    site.add_scan("other.pdf", who="hai")
    page = site.client("clerk").get("/uploads").text
    assert "mine.pdf" in page
    assert "other.pdf" not in page


def test_a_returned_scan_tells_why_and_can_be_insisted_on(site: Any) -> None:
    """The machine's reason is in words, with advice, and a button for «it is one»."""
    certificate_id = site.add_certificate("one.pdf")
    scan_id = site.scan_of(certificate_id)
    site.move(scan_id, State.IN_REVIEW, State.RETURNED, return_reason="not_a_certificate")
    client = site.client("clerk")
    page = client.get("/uploads?show=again").text
    assert "Không nhận ra giấy chứng nhận" in page
    assert "Vẫn gửi kiểm tra" in page
    assert site.post(client, f"/scans/{scan_id}/review").status_code == 302
    assert site.state_of(certificate_id) is State.IN_REVIEW


def test_trying_again_is_offered_where_it_can_help(site: Any) -> None:
    """Not for a file that is itself at fault."""
    for code, helps in [("read_timeout", True), ("worker_lost", True), ("encrypted", False), ("damaged", False)]:
        scan_id = site.add_scan(f"{code}.pdf")
        site.move(scan_id, State.RECEIVED, State.FAILED, error_code=code)
        row = site.client("clerk").get("/uploads/changes").json["rows"][scan_id]["html"]
        assert ("Thử lại" in row) is helps, code


def test_the_page_can_be_read_in_english(site: Any) -> None:
    """One click switches the language, errors included."""
    scan_id = site.add_scan("one.pdf")
    site.move(scan_id, State.RECEIVED, State.FAILED, error_code="encrypted")
    client = site.client("clerk")
    assert site.post(client, "/language", language="en", to="/uploads").location == "/uploads"
    page = client.get("/uploads").text
    assert '<html lang="en">' in page
    assert "Hand in scans" in page
    assert "The PDF needs a password." in page


def test_file_names_are_text_and_never_markup(site: Any) -> None:
    """A name made to look like markup shows as it is."""
    site.add_scan('<img src=x onerror="alert(1)">.pdf')
    page = site.client("clerk").get("/uploads").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
