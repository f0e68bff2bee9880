"""The administrator's page: who may sign in."""

from __future__ import annotations

from typing import Any

import pytest

NEW = {
    "name": "mai",
    "display_name": "Đỗ Thị Mai",
    "role": "clerk",
    "officer_code": "KG012",
    "password": "cau-mat-khau-moi",
}


def test_a_new_account_can_sign_in(site: Any) -> None:
    """It stands in the list with its role in words, and the person gets in."""
    client = site.client("administrator")
    assert site.post(client, "/admin/users", **NEW).status_code == 302
    page = client.get("/admin/users").text
    for words in ("Đỗ Thị Mai", "Cán bộ tiếp nhận", "KG012"):
        assert words in page, words
    assert site.post(site.client(), "/sign-in", name="mai", password=NEW["password"]).status_code == 302


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "lan"}, "đã có"),  # The name is taken.
        ({"password": "ngan"}, "Mật khẩu cần ít nhất"),
    ],
)
def test_a_wrong_entry_is_told_and_what_was_typed_stays(site: Any, changed: dict[str, str], words: str) -> None:
    """The form comes back with the reason, all but the password still in it."""
    answer = site.post(site.client("administrator"), "/admin/users", **(NEW | changed))
    assert answer.status_code >= 400
    assert words in answer.text
    assert 'value="Đỗ Thị Mai"' in answer.text
    assert NEW["password"] not in answer.text


def test_a_supervisor_looks_but_does_not_add(site: Any) -> None:
    """Only the administrator gives accounts."""
    client = site.client("supervisor")
    assert "Thêm tài khoản" not in client.get("/admin/users").text
    assert site.post(client, "/admin/users", **NEW).status_code == 403
