"""Every page says who may open it, and nobody else gets in."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import web
from ingest import accounts
from store.rows import LegacyOutcome, NewLegacyLine, NewScan
from store.run_rows import NewRun
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


_FORMS = {"review.keep": "scan", "review.let_go": "scan", "review.preload": "after"}


def test_nobody_reaches_what_belongs_to_another_office(site: Any) -> None:
    """A walk over all routes that name something of an office, by each role of another: always «not found»."""
    run_id, scan_id, certificate_id, difference_id = _of_office(site, "Chi nhánh 1")
    there = {"run_id": run_id, "scan_id": scan_id, "certificate_id": certificate_id, "difference_id": difference_id}
    with site.app.app_context():
        rules = [rule for rule in site.app.url_map.iter_rules() if set(there) & rule.arguments]
        named = [(rule, access.roles_of(rule.endpoint) or frozenset()) for rule in rules]
    forms = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint in _FORMS]
    assert len(named) > 25
    assert len(forms) == len(_FORMS)
    before = _events(site)
    for role in access.ALL_ROLES:
        stranger = _signed_in(site, f"la-{role}", role, "Chi nhánh 2")
        for rule, allowed in named:
            places = there | {"face_index": 0}
            with site.app.test_request_context():
                address = site.app.url_map.bind("localhost").build(
                    rule.endpoint, {name: places[name] for name in rule.arguments}, method=_method(rule)
                )
            given = {"version": "1", "path": "notes", "value": "x", "why": "x", "side": "ours"}
            status = _ask(site, stranger, address, _method(rule), **given)
            assert status == (404 if role in allowed else 403), (rule.endpoint, role)
        for rule in forms:
            given = {_FORMS[rule.endpoint]: there["certificate_id" if _FORMS[rule.endpoint] == "after" else "scan_id"]}
            assert _ask(site, stranger, rule.rule, "POST", **given) in {403, 404}, (rule.endpoint, role)
        for page in ("/review", "/review?show=all", "/runs", "/differences", "/search?q=BX"):
            answer = stranger.get(page)
            assert "BX 123456" not in answer.text, (page, role)
            assert "kho-1" not in answer.text, (page, role)
    assert _events(site) == before, "nothing was changed or noted"


def test_within_the_office_everything_opens(site: Any) -> None:
    """The same office, and one who has none and so sees all: the walk above refuses for the right reason."""
    _run_id, _scan_id, certificate_id, _difference_id = _of_office(site, "Chi nhánh 1")
    for office_name in ("Chi nhánh 1", ""):
        colleague = _signed_in(site, f"bạn{office_name[-1:]}", "supervisor", office_name)
        for page in ("", "/history", "/kept", "/faces/0.jpg", "/faces/0/words"):
            assert colleague.get(f"/certificates/{certificate_id}{page}").status_code == 200, page
        assert "BX 123456" in colleague.get("/review").text
        assert "kho-1" in colleague.get("/runs").text
        assert colleague.get("/review/next").location == f"/certificates/{certificate_id}"
        site.post(colleague, "/review/let-go", json=True, scan=_scan_id)
    stranger = _signed_in(site, "khac", "reviewer", "Chi nhánh 2")
    assert stranger.get("/review/next").location == "/review", "the next record is one of their office"


def _of_office(site: Any, office_name: str) -> tuple[str, str, str, str]:
    """A run of the office, a scan of it in review with its certificate, and another register's different value."""
    sha256 = site.office.blobs.put(b"office")
    with site.office.database.unit_of_work() as unit:
        run = unit.runs.add(NewRun("kho-1", "/srv/kho", "file", "may", "lan", None, office_name))
        scan = unit.scans.add(NewScan(sha256, "a.pdf", "application/pdf", 10, "lan", office=office_name, page_count=2))
        unit.commit()
    certificate_id: str = site.read(scan.id)
    with site.office.database.unit_of_work() as unit:
        line = NewLegacyLine(
            1,
            {},
            LegacyOutcome.DIFFERS,
            serial_number="BX 123456",
            certificate_id=certificate_id,
            differences={"notes": ("x", "y")},
        )
        unit.legacy.add(("ab" * 32, "so.xlsx"), [line], "lan")
        unit.commit()
        (difference,) = unit.legacy.differences(certificate_id)
    return run.id, scan.id, certificate_id, difference.id


def _signed_in(site: Any, name: str, role: str, office_name: str) -> Any:
    who = {"name": name, "display_name": name, "role": role, "office_name": office_name}
    accounts.add_user(site.office, password=site.password, **who)
    client = site.app.test_client()
    assert site.post(client, "/sign-in", name=name, password=site.password).status_code == 302
    return client


def _method(rule: Any) -> str:
    return "POST" if "POST" in rule.methods else "GET"


def _ask(site: Any, client: Any, address: str, method: str, **fields: str) -> int:
    if method == "POST":
        status: int = site.post(client, address, json=True, **fields).status_code
        return status
    answer = client.get(address, headers={"Accept": "application/json"})
    answer.close()
    found: int = answer.status_code
    return found


def _events(site: Any) -> list[str]:
    """What the diary holds, signing in and accounts apart."""
    with site.office.database.unit_of_work(read_only=True) as unit:
        return [e.action for e in unit.events.latest(500) if not e.action.startswith(("user_", "signed_", "sign_"))]
