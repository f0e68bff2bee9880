"""The archive's pages: finding certificates, and one certificate with all that belongs to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from certificate.states import State
from ingest import accounts
from ingest.imports import run_import
from store.rows import NewScan


def page(site: Any, role: str, address: str) -> str:
    """A page as the person of this role sees it."""
    answer = site.client(role).get(address)
    assert answer.status_code == 200, answer.text
    text: str = answer.text
    return text


def test_typing_a_name_without_accents_finds_the_certificate(site: Any) -> None:
    """One line of typing; the list leads to the certificate."""
    wanted = site.add_certificate()
    found = page(site, "reviewer", "/search?q=nguyen+van+mau")
    assert f"/records/{wanted}" in found
    assert "NGUYỄN VĂN MẪU" in found
    assert "1 giấy" in found
    assert f"/records/{wanted}" in page(site, "auditor", "/search?q=BX+1234")
    assert f"/records/{wanted}" in page(site, "reviewer", "/search?commune=thanh+dong&map_sheet=12&parcel=215")
    assert "Không tìm thấy giấy nào" in page(site, "reviewer", "/search?q=khong+co+ai")
    assert "Ngày cần viết" in page(site, "reviewer", "/search?issued_from=hom+qua")
    for nothing in ("/search?q=%22", "/search?owner=--"):
        told = page(site, "reviewer", nothing)
        assert "Cần ít nhất một chữ" in told
        assert f"/records/{wanted}" not in told
    assert "Cần ít nhất một chữ" not in page(site, "reviewer", "/search")
    assert f"/records/{wanted}" in page(site, "reviewer", "/search?q=%22nguyen+van+mau%22")


def test_everybody_finds_only_what_they_may_see(site: Any) -> None:
    """A clerk finds own scans, an officer those of the office; the pages behind answer as if there were nothing."""
    wanted = site.add_certificate()
    assert f"/records/{wanted}" in page(site, "clerk", "/search?q=BX+123456")
    site.office_user("hai", "clerk")
    accounts.add_user(
        site.office, name="xa", password=site.password, display_name="Xa", role="reviewer", office_name="giong-rieng"
    )
    for name in ("hai", "xa"):
        stranger = site.app.test_client()
        assert site.post(stranger, "/sign-in", name=name, password=site.password).status_code == 302
        assert f"/records/{wanted}" not in stranger.get("/search?q=BX+123456").text
        assert stranger.get(f"/records/{wanted}").status_code == 404
        assert site.post(stranger, f"/records/{wanted}/verify").status_code in {403, 404}
        assert site.post(stranger, f"/records/{wanted}/reveal", why="tò mò").status_code in {403, 404}


def test_identity_numbers_are_hidden_until_somebody_says_why(site: Any) -> None:
    """Hidden in fields, history and the words over the scan; shown with a reason, which is noted."""
    wanted = site.add_certificate()
    hidden = page(site, "reviewer", f"/records/{wanted}")
    assert "012345678" not in hidden
    assert "012***678" in hidden
    client = site.client("reviewer")
    assert site.post(client, f"/records/{wanted}/reveal", why=" ").status_code == 302
    shown = site.post(client, f"/records/{wanted}/reveal", why="đối chiếu hồ sơ")
    assert "012345678" in shown.text
    with site.office.database.unit_of_work(read_only=True) as unit:
        events = unit.events.latest(10)
    (event,) = [event for event in events if event.action == "identity_shown"]
    assert (event.who, event.detail["why"]) == ("minh", "đối chiếu hồ sơ")
    assert "record_opened" in {event.action for event in events}


def test_the_page_shows_record_scan_words_history_files_and_places(site: Any) -> None:
    """Everything that belongs to the certificate, in the person's words."""
    wanted = site.add_certificate()
    text = page(site, "reviewer", f"/records/{wanted}")
    # Words lie over the picture, stretched to their boxes, so that they can be marked and copied.
    assert re.search(r'<text x="\d+" y="\d+" font-size="\d+" textLength="\d+"[^>]*>NGUYỄN VĂN MẪU </text>', text)
    assert "style=" not in text
    for words in (
        "Lâu dài",
        "12/05/2015",
        "150,5",
        "Khớp dữ liệu dân cư",
        "Nhận bản quét",
        "Bản quét gốc",
        "Đang đối chiếu",
    ):
        assert words in text, words
    # Old Thạnh Đông of Tân Hiệp lies in today's commune Tân Hiệp of An Giang.
    assert "xã Thạnh Đông, huyện Tân Hiệp, tỉnh Kiên Giang" in text
    assert "xã Tân Hiệp, tỉnh An Giang" in text
    english = site.client("reviewer")
    site.post(english, "/language", language="en", to="/")
    assert "Administrative units then and now" in english.get(f"/records/{wanted}").text


def test_files_are_read_again_and_damage_is_told(site: Any) -> None:
    """Intact files are said to be; a file that was changed or lost is named, and that somebody looked is noted."""
    wanted = site.add_certificate()
    client = site.client("auditor")
    good = site.post(client, f"/records/{wanted}/verify").text
    assert good.count("Nguyên vẹn") == 3
    with site.office.database.unit_of_work(read_only=True) as unit:
        row = unit.certificates.get(wanted)
        scan = unit.scans.get(row.scan_id)
    spoilt, gone = site.office.blobs.path(scan.sha256), site.office.blobs.path(row.previews[0])
    spoilt.chmod(0o600)
    spoilt.write_bytes(b"another")
    gone.unlink()
    bad = site.post(client, f"/records/{wanted}/verify").text
    assert (bad.count("Nguyên vẹn"), bad.count("Đã bị thay đổi"), bad.count("Mất tệp")) == (1, 1, 1)
    with site.office.database.unit_of_work(read_only=True) as unit:
        event = unit.events.latest(1)[0]
    assert (event.action, event.detail["bad"]) == ("files_verified", ["scan", "preview"])


def test_relatives_are_named_by_what_joins_them(site: Any) -> None:
    """The same parcel and owner, and a predecessor that the notes name; a stranger is no relative."""
    first = site.add_certificate("one.pdf", serial="BX 111111")
    second = site.add_certificate("two.pdf", serial="BX 222222")
    with site.office.database.unit_of_work() as unit:
        parcel = unit.certificates.get(first).record.value("parcels.0.parcel_number")
        note = "Cấp đổi từ Giấy chứng nhận số phát hành BX 111111"
        for path, value in (("notes", note), ("parcels.0.parcel_number", parcel)):
            unit.certificates.correct_field(second, unit.certificates.get(second).version, path, value, "minh")
        unit.commit()
    later = page(site, "reviewer", f"/records/{second}")
    assert re.search(r"BX 111111</a></td><td>Cùng thửa đất, Cùng chủ sử dụng, Cấp trước", later)
    earlier = page(site, "reviewer", f"/records/{first}")
    assert re.search(r"BX 222222</a></td><td>Cùng thửa đất, Cùng chủ sử dụng, Cấp sau", earlier)


def test_differences_from_another_register_are_settled_on_the_page(site: Any, tmp_path: Path) -> None:
    """Listed, led to, settled by a reviewer; taking theirs corrects the record in review."""
    wanted = site.add_certificate()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for letter, cell in {"C": "BX 123456", "T": "12", "U": "215", "Y": "151", "D": "13/05/2015"}.items():
        sheet[f"{letter}5"] = cell
    book.save(tmp_path / "so cu.xlsx")
    run_import(site.office, tmp_path / "so cu.xlsx", who="hanh")
    listed = page(site, "auditor", "/differences")
    assert (listed.count("so cu.xlsx"), listed.count("150,5")) == (2, 1)
    with site.office.database.unit_of_work(read_only=True) as unit:
        by_path = {row.path: row.id for row in unit.legacy.differences(wanted)}
    client = site.client("reviewer")
    assert site.post(client, f"/differences/{by_path['issue_date']}", side="ours").status_code == 302
    assert site.post(client, f"/differences/{by_path['parcels.0.area_m2']}", side="theirs").status_code == 302
    assert site.value(wanted, "issue_date") == "2015-05-12"
    assert site.value(wanted, "parcels.0.area_m2") == "151"
    assert "Không còn chỗ nào khác sổ cũ" in page(site, "reviewer", "/differences")
    assert site.post(site.client("auditor"), f"/differences/{by_path['issue_date']}", side="ours").status_code == 403


@pytest.mark.slow
def test_lists_of_many_have_pages(site: Any) -> None:
    """More than a page of certificates: a pager that keeps what was asked."""
    for number in range(27):
        site.add_certificate(f"{number}.pdf", serial=f"BX 9000{number:02}")
    first = page(site, "reviewer", "/search?q=nguyen+van+mau")
    assert "27 giấy" in first
    assert len(re.findall(r"/records/", first)) == 25
    assert "page=2" in first
    assert len(re.findall(r"/records/", page(site, "reviewer", "/search?q=nguyen+van+mau&page=2"))) == 2


def test_a_scan_without_a_certificate_is_not_found(site: Any) -> None:
    """Nothing was read yet, so there is nothing to find."""
    with site.office.database.unit_of_work() as unit:
        unit.scans.add(NewScan("ab" * 32, "moi.pdf", "application/pdf", 10, "lan", state=State.RECEIVED))
        unit.commit()
    assert "Không tìm thấy giấy nào" in page(site, "reviewer", "/search?q=moi")
