"""The page of what is kept: soundness, signatures, and old versions that stay readable."""

from __future__ import annotations

import dataclasses
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from certificate.states import State
from ingest import review
from ingest.office import Office
from ingest.pipeline import advance
from ingest.settings import load
from ingest.signing import Signature, Trust
from web.app import create_app


def approve(site: Any, certificate_id: str, *, archive: bool = True) -> None:
    """A reviewer approves, and the worker archives."""
    with site.office.database.unit_of_work() as unit:
        unit.certificates.decide(certificate_id, unit.certificates.get(certificate_id).version, "minh")
        scan_id = unit.certificates.get(certificate_id).scan_id
        unit.scans.move(scan_id, State.IN_REVIEW, State.ARCHIVING)
        unit.commit()
    if archive:
        assert advance(site.office, scan_id, "test") is State.ARCHIVED


@pytest.fixture
def scanned(site: Any) -> str:
    """A certificate without doubts whose scan is its own first face."""
    from_picture = site.add_scan("case.jpg", content=(Path("samples/scans/19-tt17-first-face-only.jpg")).read_bytes())
    certificate_id: str = site.read(from_picture, _one_face(site))
    return certificate_id


def _one_face(site: Any) -> Any:
    specimen = sys.modules[type(site).__module__].specimen
    reading = specimen("case.jpg", doubts=False)
    (paper,) = reading.certificates
    fields = {path: field for path, field in paper.record.fields.items() if field.page_number in {None, 1}}
    record = paper.record.replace(fields=fields, pages=paper.record.pages[:1])
    paper = dataclasses.replace(paper, record=record, faces=paper.faces[:1])
    return dataclasses.replace(reading, page_count=1, certificates=(paper,))


def test_before_and_after_archiving(site: Any, scanned: str) -> None:
    """Nothing yet; then the document's hash and that it is sound; then that it is not."""
    client = site.client("auditor")
    assert "Chưa lưu trữ" in client.get(f"/certificates/{scanned}/kept").text
    approve(site, scanned)
    page = client.get(f"/certificates/{scanned}/kept").text
    with site.office.database.unit_of_work(read_only=True) as unit:
        sha256 = unit.certificates.get(scanned).pdfa_sha256
    for words in (sha256, "Nguyên vẹn", "không có chữ ký số", "Phiên bản 1", "Duyệt"):
        assert words in page, words
    assert f"/certificates/{scanned}/kept" in client.get(f"/certificates/{scanned}/history").text
    path = site.office.blobs.path(sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    assert "Đã hỏng hoặc mất" in client.get(f"/certificates/{scanned}/kept").text
    assert site.client("clerk").get(f"/certificates/{scanned}/kept").status_code == 403


def test_an_old_version_stays_readable(site: Any, scanned: str) -> None:
    """The value that was approved first is there under its number, the new one under the next."""
    approve(site, scanned)
    with site.office.database.unit_of_work(read_only=True) as unit:
        scan = unit.scans.get(unit.certificates.get(scanned).scan_id)
        who = unit.users.by_name("hanh")
    review.reopen(site.office, scan.id, why="sai tên", who=who)
    with site.office.database.unit_of_work() as unit:
        row = unit.certificates.get(scanned)
        unit.certificates.correct_field(scanned, row.version, "owners.0.full_name", "NGUYỄN VĂN MỚI", "hanh")
        unit.commit()
    client = site.client("supervisor")
    newest = client.get(f"/certificates/{scanned}/kept").text
    assert "NGUYỄN VĂN MỚI" in newest
    assert "Sửa sau khi duyệt" in newest
    first = client.get(f"/certificates/{scanned}/kept?version=1").text
    assert "NGUYỄN VĂN MẪU" in first
    assert "NGUYỄN VĂN MỚI" not in first
    assert client.get(f"/certificates/{scanned}/kept?version=nonsense").status_code == 200
    assert "012345678" not in first  # Identity numbers are masked.


def test_signatures_are_shown(site: Any, scanned: str, throwaway_certificates: Any) -> None:
    """Who signed, who vouches for them, and that it holds."""
    authority = throwaway_certificates.new_authority("CA MẪU")
    home = site.office.settings.home
    (home / "office.p12").write_bytes(authority.pkcs12("Văn phòng MẪU", "bí mật"))
    (home / "roots.pem").write_bytes(authority.pem)
    (home / "secret").write_text("bí mật", encoding="utf-8")
    (home / "secret").chmod(0o600)
    given = {"signing_pkcs12": "office.p12", "signing_secret_file": "secret", "signing_trust_file": "roots.pem"}
    with Office(load(home, {}, **given)) as office:
        signed = type(site)(office, create_app(office))
        # Signing and looking at signatures run an event loop; in this thread, unlike the site's, Playwright's is open.
        with ThreadPoolExecutor(1) as one:
            one.submit(approve, signed, scanned).result()
            page = one.submit(signed.client("reviewer").get, f"/certificates/{scanned}/kept").result().text
    for words in ("Văn phòng MẪU", "CA MẪU", "Chữ ký có giá trị"):
        assert words in page, words


def test_a_signature_that_the_original_came_with_is_shown(
    site: Any, scanned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signed the born-digital paper, and that it is kept as it came; or that nobody can tell."""
    approve(site, scanned)
    client = site.client("reviewer")
    signature = Signature("Chi nhánh MẪU", "CA MẪU", "1f", None, is_intact=True, covers_all=True, trust=Trust.TRUSTED)
    monkeypatch.setattr("ingest.signing._on_original", lambda _office, _scan: (signature,))
    page = client.get(f"/certificates/{scanned}/kept").text
    for words in ("Tệp gốc có chữ ký số", "Chi nhánh MẪU", "Chữ ký có giá trị"):
        assert words in page, words
    monkeypatch.setattr("ingest.signing._on_original", lambda _office, _scan: None)
    assert "Không xem được tệp gốc" in client.get(f"/certificates/{scanned}/kept").text
