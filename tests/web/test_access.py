"""Every page says who may open it, and nobody else gets in."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import web
from web import access

_PLACES = {
    "certificate_id": "none", "scan_id": "none", "user_id": "none", "code": "NONE", "face_index": 0,
    "difference_id": "none", "run_id": "none",
}  # fmt: skip


def _rules(site: Any) -> list[tuple[str, str, str]]:
    """Every address with its endpoint and method, places filled with an id that does not exist."""
    with site.app.test_request_context():
        adapter = site.app.url_map.bind("localhost")
        found: list[tuple[str, str, str]] = []
        for rule in site.app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            places: dict[str, Any] = {name: _PLACES[name] for name in rule.arguments}
            methods = (rule.methods or set()) & {"GET", "POST"}
            found += [(rule.endpoint, how, adapter.build(rule.endpoint, places, method=how)) for how in methods]
    return found


def test_every_route_declares_its_roles(site: Any) -> None:
    """A view without ``open_to`` is a mistake that this test finds."""
    with site.app.app_context():
        silent = [rule.endpoint for rule in site.app.url_map.iter_rules() if access.roles_of(rule.endpoint) is None]
    assert silent == []


def test_a_view_that_names_no_role_opens_to_nobody(site: Any) -> None:
    """Forgetting the decorator closes a page rather than opening it."""
    site.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert site.client("administrator").get("/forgotten").status_code == 403
    assert site.client().get("/forgotten").status_code == 302


@pytest.mark.parametrize("role", [None, *sorted(access.ALL_ROLES)])
def test_roles_open_exactly_the_pages_that_name_them(site: Any, role: str | None) -> None:
    """A walk over all routes with each role, and without signing in."""
    client = site.client(role)
    assert len(_rules(site)) > 20
    for endpoint, method, address in _rules(site):
        if endpoint in {"auth.sign_out", "auth.check_sign_in", "auth.check_code"}:
            continue
        with site.app.app_context():
            allowed = access.roles_of(endpoint) or frozenset()
        headers = {"Accept": "application/json"}
        if method == "GET":
            answer = client.get(address, headers=headers)
            status = answer.status_code
            answer.close()  # One of them streams.
        else:
            status = site.post(client, address, json=True).status_code
        if access.PUBLIC in allowed:
            assert status not in {401, 403}, (endpoint, role)
        elif role is None:
            assert status == 401, endpoint
        elif role in allowed:
            assert status not in {401, 403}, (endpoint, role)
        else:
            assert status == 403, (endpoint, role)


def test_a_clerk_sees_only_certificates_of_own_scans(site: Any) -> None:
    """Another clerk's paper answers as if it did not exist, its pictures and PDF/A too."""
    mine = site.add_certificate()
    site.office_user("hai", "clerk")
    stranger = site.app.test_client()
    assert site.post(stranger, "/sign-in", name="hai", password=site.password).status_code == 302
    for page in ("", "/faces/0.jpg", "/pdfa"):
        assert stranger.get(f"/certificates/{mine}{page}").status_code == 404, page
    assert site.client("clerk").get(f"/certificates/{mine}").status_code == 200


def test_signing_in_leads_back_to_the_page_wanted_but_never_away(site: Any) -> None:
    """A link in a message works; a link prepared to lead elsewhere does not."""
    sign_in = {"name": "minh", "password": site.password}
    first = site.client()
    assert first.get("/review?show=done").location == "/sign-in?to=/review?show%3Ddone"
    assert site.post(site.client(), "/sign-in", to="/review?show=done", **sign_in).location == "/review?show=done"
    for bad in ("https://example.com", "//example.com", "/\\example.com", "\\\\example.com"):
        assert site.post(site.client(), "/sign-in", to=bad, **sign_in).location == "/", bad


def test_views_are_short() -> None:
    """A view parses, calls a use case and renders: no body over 15 statement lines."""
    root = Path(web.__file__).parent
    for source in root.glob("*/views.py"):
        for node in ast.parse(source.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                first = node.body[1] if len(node.body) > 1 else node.body[0]
                assert (node.end_lineno or 0) - first.lineno < 17, f"{source.name}: {node.name}"
