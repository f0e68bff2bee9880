"""One's own account and one-time codes; the administrator's page of an account."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from ingest import accounts, one_time_codes


def test_one_time_codes_are_those_of_the_standard() -> None:
    """The examples of RFC 6238 (SHA-1, eight digits), and no code is taken twice or late."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for moment, code in ((59, "94287082"), (1111111109, "07081804"), (2000000000, "69279037")):
        assert one_time_codes.code_at(secret, moment // 30, digits=8) == code
    code = one_time_codes.code_at(secret, 100)
    assert one_time_codes.step_of(secret, f"{code[:3]} {code[3:]}", 100 * 30) == 100
    assert one_time_codes.step_of(secret, code, 100 * 30, after=100) is None
    assert one_time_codes.step_of(secret, code, 103 * 30) is None
    assert one_time_codes.step_of(secret, "", 100 * 30) is None


@pytest.fixture
def with_codes(site: Any) -> tuple[Any, str]:
    """The site, with one-time codes turned on for the reviewer by the page; and the secret."""
    client = site.client("reviewer")
    found = re.search(r"<code>([A-Z2-7]{32})</code>", client.get("/account").text)
    assert found
    assert site.post(client, "/account/codes", code="000000").status_code == 422
    step = int(time.time()) // 30
    site.post(client, "/account/codes", code=one_time_codes.code_at(found[1], step - 1))
    assert "Đang bật." in client.get("/account").text
    return site, found[1]


def test_signing_in_then_asks_for_a_code_that_works_once(with_codes: tuple[Any, str]) -> None:
    """The password alone opens nothing; a used code opens nothing."""
    site, secret = with_codes
    client = site.client("reviewer")
    assert client.get("/review").status_code == 302
    assert site.post(client, "/sign-in/code", code="000000").status_code == 403
    code = one_time_codes.code_at(secret, int(time.time()) // 30)
    assert site.post(client, "/sign-in/code", code=code, to="/review").location == "/review"
    assert client.get("/review").status_code == 200
    second = site.client("reviewer")
    assert site.post(second, "/sign-in/code", code=code).status_code == 403


def test_guessing_codes_locks(with_codes: tuple[Any, str]) -> None:
    """A few wrong codes and the account must wait, even for the right one."""
    site, _ = with_codes
    client = site.client("reviewer")
    answers = [site.post(client, "/sign-in/code", code="000000").status_code for _ in range(6)]
    assert answers[-1] == 429


def test_a_person_changes_their_password(site: Any) -> None:
    """With the old one; a short new one is refused in words."""
    client = site.client("clerk")
    wrong = site.post(client, "/account/password", old="khong-phai", new="mot-mat-khau-khac")
    assert "Mật khẩu hiện tại không đúng." in wrong.text
    assert "ít nhất 10 ký tự" in site.post(client, "/account/password", old=site.password, new="ngan").text
    site.post(client, "/account/password", old=site.password, new="mot-mat-khau-khac")
    assert accounts.sign_in(site.office, "lan", "mot-mat-khau-khac").name == "lan"


def test_an_administrator_changes_and_locks_accounts(site: Any) -> None:
    """Role, office, lock and a new password; the last administrator cannot lock everybody out."""
    admin = site.client("administrator")
    people = {row.name: row for row in accounts.users(site.office)}
    lan = people["lan"]
    assert "Đặt lại mật khẩu" in admin.get(f"/admin/users/{lan.id}").text
    sent = {"display_name": "Trần Thị Lan", "role": "reviewer", "office": "Chi nhánh 2", "officer_code": "HT0002"}
    clerk = site.client("clerk")
    site.post(admin, f"/admin/users/{lan.id}", **sent)
    changed = accounts.user(site.office, lan.id)
    assert (changed.role, changed.office, changed.active) == ("reviewer", "Chi nhánh 2", False)
    assert clerk.get("/uploads").status_code == 302, "a locked account is out at once"
    quan = people["quan"]
    refused = site.post(admin, f"/admin/users/{quan.id}", display_name="Quân", role="clerk", active="1")
    assert refused.status_code == 409
    assert "Phải còn ít nhất một người quản trị." in refused.text
    assert accounts.user(site.office, quan.id).role == "administrator"
    site.post(admin, f"/admin/users/{lan.id}/password", password="mot-mat-khau-khac")
    site.post(admin, f"/admin/users/{lan.id}", **sent, active="1")
    assert accounts.sign_in(site.office, "lan", "mot-mat-khau-khac").role == "reviewer"
