"""The review desk as pages: taking, keeping, taking over, putting off, filters, order, numbers, reopening."""

from __future__ import annotations

import re
from typing import Any

import pytest

from certificate.record import Form
from certificate.states import State
from ingest import desk
from ingest.desk import TaskFilter
from store.rows import NewScan
from store.run_rows import InputState, NewInput, NewRun


def describe(site: Any) -> None:
    """What a worker writes on the desk about each scan."""
    with site.office.database.unit_of_work() as unit:
        for task in unit.reviews.list(TaskFilter()).items:
            desk.describe(unit, site.office.settings, task.scan_id)
        unit.commit()


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_two_people_never_get_the_same_record(site: Any) -> None:
    """Who starts next gets the next free one; a closed page frees its record."""
    first, second = site.add_certificate("a.pdf"), site.add_certificate("b.pdf", serial="BX 123457")
    minh, hanh = site.client("reviewer"), site.client("supervisor")
    assert minh.get("/review/next").location == f"/certificates/{first}"
    assert hanh.get("/review/next").location == f"/certificates/{second}"
    assert "Lê Quang Minh đang kiểm tra" in hanh.get("/review").text
    site.post(minh, "/review/let-go", json=True, scan=site.scan_of(first))
    site.post(hanh, "/review/let-go", json=True, scan=site.scan_of(second))
    assert hanh.get("/review/next").location == f"/certificates/{first}"


def test_a_held_record_is_only_looked_at_by_others(site: Any) -> None:
    """Another's page has no buttons and their form is refused in words; a supervisor takes over and that is noted."""
    certificate_id = site.add_certificate()
    scan_id = site.scan_of(certificate_id)
    site.office_user("khoa", "reviewer")
    minh, khoa = site.client("reviewer"), site.app.test_client()
    site.post(khoa, "/sign-in", name="khoa", password=site.password)
    seen = version(khoa.get(f"/certificates/{certificate_id}").text)
    assert site.post(minh, "/review/keep", json=True, scan=scan_id).json == {"kept": True}
    page = khoa.get(f"/certificates/{certificate_id}").text
    assert "Lê Quang Minh đang kiểm tra hồ sơ này." in page
    assert "data-approve-form" not in page
    address = f"/certificates/{certificate_id}/fields"
    refused = site.post(khoa, address, json=True, version=seen, path="notes", value="x")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "record_taken")
    assert site.value(certificate_id, "notes") != "x", "nothing was kept of it"
    assert site.post(khoa, f"/scans/{scan_id}/take-over").status_code == 403
    site.post(site.client("supervisor"), f"/scans/{scan_id}/take-over")
    lost = site.post(minh, "/review/keep", json=True, scan=scan_id)
    assert (lost.status_code, lost.json["error"]["code"]) == (409, "record_taken")
    with site.office.database.unit_of_work() as unit:
        assert "review_taken_over" in [event.action for event in unit.events.for_scan(scan_id)]


def test_the_queue_is_filtered_by_run(site: Any) -> None:
    """Records of a run over the back catalogue are told by its name; the filter keeps while one works."""
    by_hand = site.add_certificate("a.pdf")
    client = site.client("reviewer")
    assert 'name="run"' not in client.get("/review").text, "nothing to choose between"
    sha256 = site.office.blobs.put(b"run")
    with site.office.database.unit_of_work() as unit:
        run = unit.runs.add(NewRun("Kho 2011", "/srv/kho", "file", "may", "hanh"))
        unit.runs.add_inputs(run.id, [NewInput("1.pdf", ("1.pdf",), 10)])
        scan = unit.scans.add(NewScan(sha256, "1.pdf", "application/pdf", 10, "hanh", queue="bulk", page_count=2))
        unit.runs.settle(next(iter(unit.runs.inputs(run.id))).id, InputState.TAKEN, scan_id=scan.id)
        unit.commit()
    of_run = site.read(scan.id, serial="BX 123457")
    assert 'value="Kho 2011">Kho 2011 (1)' in client.get("/review").text
    page = client.get("/review?run=Kho+2011").text
    assert of_run in page
    assert by_hand not in page
    assert client.get("/review/next").location == f"/certificates/{of_run}"


def test_what_is_put_off_comes_back_by_itself_or_at_once(site: Any) -> None:
    """Put off with a note it leaves the queue; the note waits beside it."""
    certificate_id = site.add_certificate()
    client, scan_id = site.client("reviewer"), site.scan_of(certificate_id)
    answer = site.post(client, f"/scans/{scan_id}/postpone", hours="24", note="Chờ bản trích lục.")
    assert answer.location == "/review"
    assert certificate_id not in client.get("/review").text
    assert client.get("/review/next").location == "/review"
    assert certificate_id in client.get("/review?postponed=1").text
    page = client.get(f"/certificates/{certificate_id}").text
    assert "Chờ bản trích lục." in page
    assert "Để sau đến" in page
    site.post(client, f"/scans/{scan_id}/postpone", hours="0")
    assert client.get("/review/next").location == f"/certificates/{certificate_id}"


def test_filters_count_and_hold_for_what_comes_next(site: Any) -> None:
    """Each filter tells how many have which value; the next record is taken within the filter."""
    doubtful = site.add_certificate("a.pdf")
    clean = site.add_certificate("b.pdf", doubts=False, serial="BX 123457")
    describe(site)
    client = site.client("reviewer")
    page = client.get("/review").text
    assert 'value="high">Từ 95% (1)' in page
    assert 'value="middle">70–95% (1)' in page
    filtered = client.get("/review?band=high").text
    assert clean in filtered
    assert doubtful not in filtered
    assert client.get("/review/next").location == f"/certificates/{clean}"
    assert client.get("/review?band=nonsense&form=nonsense").status_code == 200


def test_what_is_due_first_stands_first(site: Any) -> None:
    """An upload is due in days, the back catalogue in weeks, whatever came first."""
    late = site.add_certificate("kho-cu.pdf")
    soon = site.add_certificate("moi-nop.pdf", serial="BX 123457")
    describe(site)
    scan_id = site.scan_of(late)
    with site.office.database.unit_of_work() as unit:
        facts = unit.reviews.get(scan_id).facts
        later = facts.due_at.replace(year=facts.due_at.year + 1)
        unit.reviews.describe(scan_id, type(facts)(Form.TT23_2014, None, 0.9, 1, later))
        unit.commit()
    page = site.client("reviewer").get("/review").text
    assert page.index(soon) < page.index(late)
    assert re.search(r"còn 2 ngày|còn 3 ngày", page)


def test_owners_change_places_and_leave(site: Any) -> None:
    """Swapped owners stay swapped through checks and further corrections; what was removed stays away."""
    certificate_id = site.add_certificate()
    client = site.client("reviewer")
    address = f"/certificates/{certificate_id}/arrange"
    at = version(client.get(f"/certificates/{certificate_id}").text)
    fresh = site.post(client, address, json=True, version=at, group="owners", order="1,0").json
    assert site.value(certificate_id, "owners.0.full_name") == "TRẦN THỊ MẪU"
    assert site.value(certificate_id, "owners.1.address") == "Ấp Mẫu A, xã Thạnh Đông, huyện Tân Hiệp"
    sent = {"version": fresh["version"], "path": "owners.1.birth_year", "value": "1971"}
    fresh = site.post(client, f"/certificates/{certificate_id}/fields", json=True, **sent).json
    assert site.value(certificate_id, "owners.0.full_name") == "TRẦN THỊ MẪU"
    assert site.value(certificate_id, "owners.1.birth_year") == "1971"
    site.post(client, address, json=True, version=fresh["version"], group="owners", order="1")
    assert site.value(certificate_id, "owners.0.full_name") == "NGUYỄN VĂN MẪU"
    assert site.value(certificate_id, "owners.0.birth_year") == "1971"
    assert site.value(certificate_id, "owners.1.full_name") is None
    history = client.get(f"/certificates/{certificate_id}/history").text
    assert "Chủ sử dụng: thứ tự" in history
    assert "2, 1" in history
    bad = {"version": fresh["version"], "group": "owners", "order": "7"}
    assert site.post(client, address, json=True, **bad).status_code in {404, 409}


def test_what_a_correction_brings_is_told(site: Any) -> None:
    """Rules and registry run again at once, and the page says what came of it."""
    certificate_id = site.add_certificate()
    client = site.client("reviewer")
    at = version(client.get(f"/certificates/{certificate_id}").text)
    sent = {"version": at, "path": "parcels.0.area_m2", "value": "15,5"}
    fresh = site.post(client, f"/certificates/{certificate_id}/fields", json=True, **sent).json
    assert any(words.startswith("Mới: ") and "chữ" in words for words in fresh["changed"]), fresh["changed"]
    assert "Thay đổi theo lần ghi vừa rồi" in fresh["html"]


def test_lists_are_offered_for_what_is_typed(site: Any) -> None:
    """Purposes, origins and places by their beginnings, with or without marks."""
    client = site.client("reviewer")
    ask = client.get("/suggestions?path=parcels.0.purposes.0.name&text=dat o tai nong&issued=2015-05-12").json
    assert ask["entries"][0] == "Đất ở tại nông thôn"
    place = client.get("/suggestions?path=owners.0.address&text=Ấp Mẫu A, xã Thạnh Đông&issued=2015-05-12").json
    assert any(entry.startswith("Ấp Mẫu A, xã Thạnh Đông") for entry in place["entries"])
    assert client.get("/suggestions?path=owners.0.full_name&text=Nguyen").json == {"entries": []}


def test_a_number_is_shown_in_full_only_by_a_noted_click(site: Any) -> None:
    """Who only looks sees its ends; the click is in the diary, with the path and without the number."""
    certificate_id = site.add_certificate()
    client, scan_id = site.client("auditor"), site.scan_of(certificate_id)
    page = client.get(f"/certificates/{certificate_id}").text
    assert "012***678" in page
    assert "012345678" not in page
    answer = site.post(client, f"/certificates/{certificate_id}/reveal", json=True, path="owners.0.id_number")
    assert answer.json == {"value": "012345678"}
    assert site.post(client, f"/certificates/{certificate_id}/reveal", path="notes").status_code == 404
    with site.office.database.unit_of_work() as unit:
        shown = [event for event in unit.events.for_scan(scan_id) if event.action == "id_number_shown"]
    assert [(event.who, event.detail["path"]) for event in shown] == [("dung", "owners.0.id_number")]
    assert "012345678" not in str(shown)


def test_a_supervisor_takes_an_approval_back(site: Any) -> None:
    """With a reason, for a supervisor only; the archived version stays listed."""
    certificate_id = site.add_certificate(doubts=False)
    scan_id = site.scan_of(certificate_id)
    at = version(site.client("reviewer").get(f"/certificates/{certificate_id}").text)
    site.post(site.client("reviewer"), f"/certificates/{certificate_id}/approve", version=at)
    sha256 = site.office.blobs.put(b"%PDF-1.7 made up")
    with site.office.database.unit_of_work() as unit:
        unit.certificates.set_archived(certificate_id, sha256)
        unit.commit()
    site.move(scan_id, State.ARCHIVING, State.ARCHIVED)
    assert site.post(site.client("reviewer"), f"/scans/{scan_id}/reopen", why="x").status_code == 403
    boss = site.client("supervisor")
    site.post(boss, f"/scans/{scan_id}/reopen", why=" ")
    assert site.state_of(certificate_id) is State.ARCHIVED, "not without a reason"
    site.post(boss, f"/scans/{scan_id}/reopen", why="Sai số thửa")
    assert site.state_of(certificate_id) is State.IN_REVIEW
    assert "data-approve-form" in boss.get(f"/certificates/{certificate_id}").text
    history = boss.get(f"/certificates/{certificate_id}/history").text
    assert sha256 in history
    assert "Mở lại, bởi hanh" in history


def test_a_scan_in_review_without_a_description_still_waits(site: Any) -> None:
    """The desk's row comes with the state itself, so no path into review can forget it."""
    certificate_id = site.add_certificate()
    scan_id = site.scan_of(certificate_id)
    with site.office.database.unit_of_work() as unit:
        assert unit.reviews.get(scan_id).facts.reason is None
    assert certificate_id in site.client("reviewer").get("/review").text
    site.move(scan_id, State.IN_REVIEW, State.RETURNED, return_reason="x")
    with site.office.database.unit_of_work() as unit:
        assert unit.reviews.get(scan_id) is None


@pytest.mark.parametrize("order", ["0,0", "a", "0;1"])
def test_an_order_that_is_none_is_refused(site: Any, order: str) -> None:
    """A forged form changes nothing."""
    certificate_id = site.add_certificate()
    client = site.client("reviewer")
    at = version(client.get(f"/certificates/{certificate_id}").text)
    sent = {"version": at, "group": "owners", "order": order}
    assert site.post(client, f"/certificates/{certificate_id}/arrange", json=True, **sent).status_code == 404
    assert site.value(certificate_id, "owners.1.full_name") == "TRẦN THỊ MẪU"
