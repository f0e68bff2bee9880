"""The reviewer's pages as plain forms: correct, confirm, approve, return, look back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificate.record import Decision, FieldReading, Finding, Form, Record, Severity
from certificate.rules.catalogue import make_finding
from certificate.states import State
from web.review import presenting, reasoning


def _version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.fixture
def open_record(site: Any) -> tuple[Any, str, str]:
    """A reviewer's browser, the certificate it has open, and the version shown."""
    certificate_id = site.add_certificate()
    client = site.client("reviewer")
    return client, certificate_id, _version(client.get(f"/certificates/{certificate_id}").text)


def test_the_page_shows_fields_in_the_papers_order_with_words(open_record: tuple[Any, str, str]) -> None:
    """Groups, Vietnamese names, doubts with both readings, the finding, and the registry's answer."""
    client, certificate_id, _ = open_record
    page = client.get(f"/certificates/{certificate_id}").text
    titles = re.findall(r"<h2>([^<]+)</h2>", page)
    assert titles[:5] == ["Giấy", "Chủ sử dụng 1", "Chủ sử dụng 2", "Thửa đất 1", "Ghi chú"]
    for words in ("12/05/2015", "150,5", "Lâu dài", "Mẫu 2014 (TT 23)", "Khớp dữ liệu dân cư", "Còn 2 ô cần xem"):
        assert words in page, words
    assert "Họ tên khác dữ liệu dân cư một dấu thanh." in page
    assert "TRẦN THỊ M<mark>Ẫ</mark>U" in page, "the letter in which the readings differ is marked"
    assert "Bộ đọc B, Dân cư" in page, "who agrees is named together"


def test_a_correction_is_kept_with_its_history(site: Any, open_record: tuple[Any, str, str]) -> None:
    """Who, from what, to what."""
    client, certificate_id, version = open_record
    sent = {"version": version, "path": "owners.1.full_name", "value": "TRẦN THỊ MẨU"}
    answer = site.post(client, f"/certificates/{certificate_id}/fields", **sent)
    assert answer.location.endswith("#f-owners.1.full_name")
    assert site.value(certificate_id, "owners.1.full_name") == "TRẦN THỊ MẨU"
    history = client.get(f"/certificates/{certificate_id}/history").text
    for words in ("Lê Quang Minh", "Chủ sử dụng 2: Họ và tên", "TRẦN THỊ MẪU", "TRẦN THỊ MẨU"):
        assert words in history, words


def test_dates_and_areas_are_taken_as_people_write_them(site: Any, open_record: tuple[Any, str, str]) -> None:
    """The store gets the normal form."""
    client, certificate_id, version = open_record
    sent = {"version": version, "path": "issue_date", "value": "13/5/2015"}
    fresh = site.post(client, f"/certificates/{certificate_id}/fields", json=True, **sent).json
    assert site.value(certificate_id, "issue_date") == "2015-05-13"
    sent = {"version": fresh["version"], "path": "parcels.0.area_m2", "value": "1.150,5"}
    site.post(client, f"/certificates/{certificate_id}/fields", json=True, **sent)
    assert site.value(certificate_id, "parcels.0.area_m2") == "1150.5"


def test_choosing_a_reading_by_a_plain_button_settles_the_field(site: Any, open_record: tuple[Any, str, str]) -> None:
    """The button's own value wins over what stands in the box."""
    client, certificate_id, version = open_record
    sent = {"version": version, "path": "owners.1.full_name", "value": "TRẦN THỊ MẪU", "choice": "TRẦN THỊ MẨU"}
    fresh = site.post(client, f"/certificates/{certificate_id}/fields", json=True, **sent).json
    assert site.value(certificate_id, "owners.1.full_name") == "TRẦN THỊ MẨU"
    assert "Lê Quang Minh đã xác nhận" in fresh["html"]
    assert fresh["html"].count("data-doubtful") == 1


def test_two_reviewers_never_overwrite_each_other(site: Any, open_record: tuple[Any, str, str]) -> None:
    """The slower one is told, in words, and nothing of the faster one's is lost."""
    client, certificate_id, version = open_record
    other = site.client("supervisor")
    address = f"/certificates/{certificate_id}/fields"
    site.post(other, address, version=version, path="notes", value="Ghi chú của người khác")
    late = site.post(client, address, json=True, version=version, path="notes", value="Ghi chú của tôi")
    assert late.status_code == 409
    assert late.json["error"]["message"] == "Người khác đã sửa hồ sơ này trước bạn."
    assert late.json["error"]["advice"]
    assert site.value(certificate_id, "notes") == "Ghi chú của người khác"
    approving = site.post(client, f"/certificates/{certificate_id}/approve", json=True, version=version, doubts="seen")
    assert approving.status_code == 409, "nor is a record approved that looks different by now"
    assert site.post(client, address, json=True, path="notes", value="x").status_code == 409, "nor without a version"


def test_approving_goes_on_to_the_next_record(site: Any, open_record: tuple[Any, str, str]) -> None:
    """And to the queue after the last one."""
    client, certificate_id, version = open_record
    following = site.add_certificate("next.pdf", serial="BX 123457")
    answer = site.post(client, f"/certificates/{certificate_id}/approve", json=True, version=version, doubts="seen")
    assert answer.json["next"] == f"/certificates/{following}"
    assert site.state_of(certificate_id) is State.ARCHIVING
    version = _version(client.get(f"/certificates/{following}").text)
    answer = site.post(client, f"/certificates/{following}/approve", version=version, doubts="seen")
    assert answer.location == "/review"
    assert "Không còn hồ sơ nào chờ kiểm tra" in client.get("/review").text


def test_doubts_must_be_seen_before_approving(site: Any, open_record: tuple[Any, str, str]) -> None:
    """A form without scripts asks too: approving says that every value shown is right."""
    client, certificate_id, version = open_record
    asked = site.post(client, f"/certificates/{certificate_id}/approve", version=version)
    assert site.state_of(certificate_id) is State.IN_REVIEW
    page = client.get(asked.location).text
    assert "Vẫn duyệt" in page


def test_returning_needs_a_reason_that_the_clerk_reads(site: Any, open_record: tuple[Any, str, str]) -> None:
    """The reason and what was typed beside it reach the clerk's list."""
    client, certificate_id, _ = open_record
    scan_id = site.scan_of(certificate_id)
    form = client.get(f"/scans/{scan_id}/return").text
    sent = {"version": _version(form), "reason": "Ảnh mờ, không đọc được.", "more": "Quét lại mặt 2."}
    assert site.post(client, f"/scans/{scan_id}/return", version=sent["version"]).status_code == 302
    assert site.state_of(certificate_id) is State.IN_REVIEW, "without a reason nothing happens"
    assert site.post(client, f"/scans/{scan_id}/return", **sent).status_code == 302
    assert site.state_of(certificate_id) is State.RETURNED
    assert "Ảnh mờ, không đọc được. Quét lại mặt 2." in site.client("clerk").get("/uploads").text


def test_a_missing_field_can_be_added_and_a_wrong_one_removed(site: Any, open_record: tuple[Any, str, str]) -> None:
    """An owner that the machine overlooked, a note that is not there."""
    client, certificate_id, version = open_record
    address = f"/certificates/{certificate_id}/fields"
    fresh = site.post(client, address, json=True, version=version, path="owners.2.full_name", value="LÊ VĂN BA").json
    assert "Chủ sử dụng 3" in fresh["html"]
    site.post(client, address, json=True, version=fresh["version"], path="notes", value="")
    assert site.value(certificate_id, "notes") is None
    assert site.value(certificate_id, "owners.2.full_name") == "LÊ VĂN BA"


def test_faces_are_served_as_our_own_pictures(site: Any, open_record: tuple[Any, str, str]) -> None:
    """JPEG by content type and by content, and only the faces that are there."""
    client, certificate_id, _ = open_record
    face = client.get(f"/certificates/{certificate_id}/faces/0.jpg")
    assert face.mimetype == "image/jpeg"
    assert face.data.startswith(b"\xff\xd8")
    assert client.get(f"/certificates/{certificate_id}/faces/9.jpg").status_code == 404


@pytest.mark.parametrize("role", ["clerk", "auditor"])
def test_who_may_only_look_gets_a_page_without_buttons(site: Any, role: str) -> None:
    """The same page, read only."""
    certificate_id = site.add_certificate()
    page = site.client(role).get(f"/certificates/{certificate_id}").text
    assert "TRẦN THỊ MẪU" in page
    for words in ("data-approve-form", "data-accept", "data-return-dialog"):
        assert words not in page, words


def test_a_record_out_of_review_cannot_be_changed(site: Any, open_record: tuple[Any, str, str]) -> None:
    """Once approved, its fields stand; a late form is refused in words."""
    client, certificate_id, version = open_record
    site.post(client, f"/certificates/{certificate_id}/approve", json=True, version=version, doubts="seen")
    page = client.get(f"/certificates/{certificate_id}").text
    assert "data-approve-form" not in page
    fresh = str(int(version) + 1)
    late = site.post(
        client, f"/certificates/{certificate_id}/fields", json=True, version=fresh, path="notes", value="x"
    )
    assert late.status_code == 409


def test_the_queue_starts_with_the_oldest(site: Any) -> None:
    """And its key leads there."""
    first, second = site.add_certificate("first.pdf"), site.add_certificate("second.pdf", serial="BX 123457")
    client = site.client("reviewer")
    page = client.get("/review").text
    assert page.index(first) < page.index(second)
    assert client.get("/review/next").location == f"/certificates/{first}"


def test_the_archived_pdf_is_handed_out_under_its_serial_number(site: Any) -> None:
    """With the name other systems expect, and noted in the log of events; before archiving there is none."""
    certificate_id = site.add_certificate(doubts=False)
    client = site.client("auditor")
    assert client.get(f"/certificates/{certificate_id}/pdfa").status_code == 404
    sha256 = site.office.blobs.put(b"%PDF-1.7 made up")
    with site.office.database.unit_of_work() as work:
        work.certificates.set_archived(certificate_id, sha256)
        work.commit()
    answer = client.get(f"/certificates/{certificate_id}/pdfa")
    assert answer.data == b"%PDF-1.7 made up"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="BX 123456-GCN.pdf"'
    assert "PDF/A" in client.get(f"/certificates/{certificate_id}").text
    scan_id = site.scan_of(certificate_id)
    with site.office.database.unit_of_work() as work:
        assert "pdfa_downloaded" in [event.action for event in work.events.for_scan(scan_id)]


def test_why_a_person_must_look_is_told_even_without_a_doubtful_field(site: Any) -> None:
    """The registry does not confirm an owner: the page says so at its top."""
    certificate_id = site.add_certificate(doubts=False)
    page = site.client("reviewer").get(f"/certificates/{certificate_id}").text
    assert "Cần người kiểm tra:</strong> Khác họ tên: TRẦN THỊ MẪU" in page


def test_every_reason_stands_there_with_advice_and_the_policy(site: Any) -> None:
    """What blocks most comes first, what to do beside it, and what the office asks for; in English, too."""
    certificate_id = site.add_certificate(doubts=False)
    client = site.client("reviewer")
    page = client.get(f"/certificates/{certificate_id}").text
    told = page[page.index('<details class="decision"') : page.index("</details>")]
    assert told.count("<li><strong>") == 1
    assert "Khác họ tên: TRẦN THỊ MẪU.</strong> Kiểm tra số giấy tờ và họ tên trên hình" in told
    assert "Mọi mục đều chắc chắn, trừ nơi cấp" in told
    with client.session_transaction() as session:
        session["language"] = "en"
    page = client.get(f"/certificates/{certificate_id}").text
    assert "Another name: TRẦN THỊ MẪU.</strong> Check number and name on the picture" in page
    assert "Every field is certain but the place of issue" in page


def test_who_waits_for_the_registry_sees_since_when_and_until_when(site: Any) -> None:
    """The page says when the system asks again by itself; nothing is to be done."""
    certificate_id = site.add_certificate(doubts=False)
    scan_id = site.scan_of(certificate_id)
    site.move(scan_id, State.IN_REVIEW, State.CHECKING)
    site.move(scan_id, State.CHECKING, State.WAITING_REGISTRY)
    client = site.client("reviewer")
    assert "Hệ thống đang hỏi lại." in client.get(f"/certificates/{certificate_id}").text
    with site.office.database.unit_of_work() as work:
        work.scans.set_job(scan_id, None, not_before=datetime.now(UTC) + timedelta(hours=1))
        work.commit()
    page = client.get(f"/certificates/{certificate_id}").text
    assert "Chờ dữ liệu dân cư từ " in page
    assert "Hệ thống tự hỏi lại lúc " in page


def test_a_clerk_cannot_push_another_clerks_scan(site: Any) -> None:
    """Trying again and insisting are for one's own scans."""
    scan_id = site.add_scan("other.pdf", who="hai")
    site.move(scan_id, State.RECEIVED, State.FAILED, error_code="read_timeout")
    for what in ("retry", "review"):
        assert site.post(site.client("clerk"), f"/scans/{scan_id}/{what}").status_code == 404


def test_numbers_are_masked_in_the_history(site: Any, open_record: tuple[Any, str, str]) -> None:
    """The history is a list: identity numbers show their ends only."""
    client, certificate_id, version = open_record
    sent = {"version": version, "path": "owners.0.id_number", "value": "091070000001"}
    site.post(client, f"/certificates/{certificate_id}/fields", **sent)
    history = client.get(f"/certificates/{certificate_id}/history").text
    assert "091******001" in history
    assert "091070000001" not in history
    assert "012345678" not in history


def test_the_same_remark_about_several_fields_is_one() -> None:
    """Seven missing fields are one notice; a remark that names no field gets its name."""
    missing = [
        Finding("required_missing", Severity.ERROR, (path,), f"Thiếu mục bắt buộc: {name}.", "Nhập giá trị.")
        for path, name in (("issue_date", "Ngày cấp"), ("parcels.0.address", "Địa chỉ thửa đất"))
    ]
    differ = Finding("readers_differ", Severity.WARNING, ("issue_place",), "Hai bộ đọc cho kết quả khác nhau.", "Xem.")
    told = presenting.together([*missing, differ], "vi")
    assert [one.message for one in told] == [
        "Thiếu mục bắt buộc: Ngày cấp; Địa chỉ thửa đất.",
        "Nơi cấp: Hai bộ đọc cho kết quả khác nhau.",
    ]


def test_remarks_speak_the_persons_language(site: Any) -> None:
    """Who chose English reads the remarks in English, the names of fields within them, too."""
    missing = Finding("required_missing", Severity.ERROR, ("issue_date",), "Thiếu mục bắt buộc: Ngày cấp.", "Nhập.")
    (told,) = presenting.together([missing], "en")
    assert "Date of issue" in told.message
    assert "Ngày cấp" not in told.message
    scan_id = site.add_scan()
    with site.office.database.unit_of_work() as unit:
        unit.scans.set_findings(scan_id, [make_finding("blurred", page="1")])
        unit.commit()
    client = site.client("clerk")
    with client.session_transaction() as session:
        session["language"] = "en"
    page = client.get("/uploads").text
    assert "Page 1" in page
    assert "Trang 1" not in page


@pytest.mark.parametrize(
    ("sure", "own", "others", "told"),
    [
        (0.99, (), ("handwritten",), "chữ viết tay"),
        (0.99, (), (), "khác thường"),
        (0.99, ("handwritten",), (), None),  # A remark tells it.
        (0.60, (), (), None),  # The readings beside it tell it.
    ],
)
def test_a_value_that_was_read_well_says_why_it_waits(
    sure: float, own: tuple[str, ...], others: tuple[str, ...], told: str | None
) -> None:
    """Else 99 % with all readers agreeing looks like a mistake of the page."""
    reading = FieldReading("2015-05-12", "12/5/2015", sure, Decision.REVIEW, findings=own)
    other = FieldReading("An", "An", 0.99, Decision.REVIEW, findings=others)
    record = Record("a.pdf", Form.TT23_2014, 1.0, (), {"issue_date": reading, "signer_name": other})
    waiting = reasoning.why_waiting(reading, record)
    assert (waiting is None) if told is None else (waiting is not None and told in waiting)
    taken = reading.replace(decision=Decision.ACCEPT)
    assert reasoning.why_waiting(taken, record) is None
