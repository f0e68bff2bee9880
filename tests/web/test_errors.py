"""Errors become pages and JSON in words."""

from __future__ import annotations

from typing import Any

import pytest

from certificate import errors as tree
from web import errors

CASES = [
    (tree.NotFound(), 404),
    (tree.NotAllowed(), 403),
    (tree.VersionConflict(), 409),
    (tree.MoveNotAllowed(), 409),
    (tree.TooLarge(), 413),
    (tree.Encrypted(), 422),
    (tree.StoreFull(), 507),
    (tree.BlobMissing(), 500),
]


@pytest.mark.parametrize(("error", "status"), CASES, ids=lambda value: getattr(value, "code", str(value)))
def test_each_error_has_its_status_sentence_and_advice(site: Any, error: tree.SohoaError, status: int) -> None:
    """As a page for a person and as JSON for a script, and in English where that was chosen."""

    def fail() -> str:
        raise error

    fail.open_to = frozenset({"public"})  # type: ignore[attr-defined]
    site.app.add_url_rule("/fails", "fails", fail)
    client = site.client()
    page = client.get("/fails")
    assert page.status_code == status
    assert error.message in page.text
    assert error.advice in page.text
    told = client.get("/fails", headers={"Accept": "application/json"})
    assert told.json["error"] == error.to_json()
    with client.session_transaction() as session:
        session["language"] = "en"
    assert error.message_en in client.get("/fails").text


def test_an_unforeseen_error_shows_a_mark_and_nothing_of_itself(site: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The page never shows a traceback or a value; the log has the mark."""

    def crash() -> str:
        raise RuntimeError("owner 012345678")

    crash.open_to = frozenset({"public"})  # type: ignore[attr-defined]
    site.app.add_url_rule("/crashes", "crashes", crash)
    page = site.client().get("/crashes")
    assert page.status_code == 500
    assert "012345678" not in page.text
    mark = page.text.split("internal-", 1)[1][:8]
    logged = capsys.readouterr()
    assert mark in logged.out + logged.err
    assert "012345678" not in logged.out + logged.err


def test_an_unknown_address_is_not_found(site: Any) -> None:
    """Signed in or not."""
    assert site.client().get("/nowhere").status_code == 404
    assert site.client("clerk").get("/nowhere").status_code == 404
    assert site.client("clerk").post("/nowhere").status_code in {400, 404}


def test_every_named_error_class_is_one_of_the_tree() -> None:
    """The table of statuses names no class twice, the more particular before the general."""
    kinds = [kind for kind, _status in errors.STATUS]
    assert len(set(kinds)) == len(kinds)
    for place, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[place + 1 :]), kind
