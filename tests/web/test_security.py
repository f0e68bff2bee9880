"""What protects a session and a page."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import pytest

import web
from web import security
from web.app import SECRET_FILE, create_app
from web.auth import lockout

_STATIC = Path(web.__file__).parent / "static"
_TEMPLATES = Path(web.__file__).parent / "templates"


def test_a_form_without_its_token_changes_nothing(site: Any) -> None:
    """A post from another site's page is refused, in words."""
    certificate_id = site.add_certificate()
    client = site.client("reviewer")
    fields = {"version": "1", "path": "notes", "value": "x"}
    refused = client.post(f"/certificates/{certificate_id}/fields", data=fields)
    assert refused.status_code == 400
    assert "chưa ghi nhận" in refused.text
    as_json = client.post(f"/certificates/{certificate_id}/fields", data=fields, headers={"Accept": "application/json"})
    assert as_json.json["error"]["code"] == "csrf"
    assert site.value(certificate_id, "notes") != "x"


@pytest.mark.parametrize("path", ["/sign-in", "/uploads", "/nowhere", "/static/style.css"])
def test_every_answer_carries_the_protecting_headers(site: Any, path: str) -> None:
    """Pages, errors and files alike."""
    headers = site.client("clerk").get(path, follow_redirects=True, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    kept = "no-cache" if path.startswith("/static") else "private, no-store"
    assert headers["Cache-Control"] == kept


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Any) -> None:
    """HttpOnly and SameSite, and Secure where the page is served by https."""
    answer = site.post(site.app.test_client(), "/sign-in", name="lan", password=site.password)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_pages_hold_no_inline_script_or_style_and_nothing_from_other_hosts() -> None:
    """The strict policy would break them silently; this says so at once."""
    for template in _TEMPLATES.rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)|https?://", text), template.name
    for file in [*_STATIC.rglob("*.js"), *_STATIC.rglob("*.css")]:
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", file.read_text()), file.name


def test_scripts_stay_small() -> None:
    """One behaviour a file, under 150 lines."""
    for script in _STATIC.rglob("*.js"):
        assert len(script.read_text().splitlines()) <= 150, script.name


def test_a_session_ends_after_idling_and_work_goes_on_after_signing_in(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an hour without a page ends the session; news asked for in the background does not keep it awake."""
    client = site.client("clerk")
    with client.session_transaction() as session:
        session["seen_at"] -= security.IDLE_S - 60
    seen = client.get("/uploads/changes")
    assert seen.status_code == 200
    with client.session_transaction() as session:
        session["seen_at"] -= 120
    ended = client.get("/uploads", follow_redirects=True)
    assert "Phiên làm việc đã hết" in ended.text
    assert client.get("/uploads/changes", headers={"Accept": "application/json"}).status_code == 401


def test_a_closed_account_is_out_at_once(site: Any) -> None:
    """An open session of a person who left is worth nothing."""
    client = site.client("clerk")
    assert client.get("/uploads").status_code == 200
    with site.office.database.unit_of_work() as work:
        found = work.users.by_name("lan")
        assert found
        work.users.update(found.id, who="quan", active=False)
        work.commit()
    assert client.get("/uploads").status_code == 302


def test_wrong_passwords_are_counted_and_then_must_wait(site: Any) -> None:
    """The sixth attempt is not even looked at, right password or not; the words do not tell which part was wrong."""
    client = site.client()
    for _ in range(lockout.FREE_ATTEMPTS_OF_NAME):
        wrong = site.post(client, "/sign-in", name="lan", password="wrong")
        assert wrong.status_code == 403
        assert "Tên đăng nhập hoặc mật khẩu không đúng." in wrong.text
    assert site.post(client, "/sign-in", name="nobody", password="wrong").text.count("không đúng.") == 1
    locked = site.post(client, "/sign-in", name="lan", password=site.password)
    assert locked.status_code == 429
    assert "Đợi vài phút" in locked.text
    assert site.post(site.client(), "/sign-in", name="minh", password=site.password).status_code == 302, "others go on"


def test_signing_in_starts_a_new_session(site: Any) -> None:
    """What a stranger planted in the cookie is gone; the language stays."""
    client = site.client()
    with client.session_transaction() as session:
        session["planted"] = "x"
        session["language"] = "en"
    site.post(client, "/sign-in", name="lan", password=site.password)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "en"


def test_the_signing_key_is_made_once_for_its_owner_only(site: Any) -> None:
    """A restart signs nobody out, and other users of the machine cannot read the key."""
    path = site.office.settings.home / SECRET_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert create_app(site.office).secret_key == site.app.secret_key


def test_no_password_or_number_reaches_a_page_it_should_not(site: Any) -> None:
    """Lists show no identity number in full, and the accounts page no hash."""
    site.add_certificate()
    lists = site.client("reviewer").get("/review").text + site.client("clerk").get("/uploads").text
    assert "012345678" not in lists
    accounts_page = site.client("administrator").get("/admin/users").text
    assert site.people["clerk"][1] in accounts_page
    assert "argon2" not in accounts_page
