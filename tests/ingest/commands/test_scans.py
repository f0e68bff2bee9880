"""Commands about scans: what they print of them, for people and for machines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from certificate.errors import Damaged
from certificate.reading import CertificateReading, ScanReading, Unreadable
from certificate.record import Decision
from certificate.rules.catalogue import make_finding
from certificate.states import State
from ingest.cli import command
from ingest.commands.read import finished_records, lines
from ingest.office import Office
from ingest.pipeline import advance
from ingest.settings import Settings
from store.rows import ScanFilter
from tests.ingest.commands.conftest import ID_NUMBER, Sohoa, certificate, json_lines, picture

# --- read


def test_records_carry_what_the_rules_and_the_file_say() -> None:
    """The law's remarks, pages that could not be read and remarks on the file stand in the record itself."""
    blank = make_finding("blank_page", page="2")
    record = certificate().record.replace(findings=(blank,))
    reading = ScanReading(
        3,
        (CertificateReading(record, ()),),
        unreadable=(Unreadable(3, "damaged"),),
        findings=(blank, make_finding("embedded_file")),
    )
    (found,) = finished_records(reading, date(2026, 11, 24))
    codes = [finding.code for finding in found.findings]
    assert codes.count("blank_page") == 1
    assert {"embedded_file", "page_unreadable"} <= set(codes)
    assert found.verdict is Decision.REVIEW
    assert [line["form"] for line in lines("giay.png", reading, date(2026, 11, 24))] == ["tt23-2014"]


def test_a_refused_file_prints_its_reason() -> None:
    """Code, sentence and advice, and nothing of a record."""
    (line,) = lines("a.pdf", Damaged(), date(2026, 11, 24))
    assert line == {"source": "a.pdf", "error": Damaged().to_json()}


@pytest.mark.slow
def test_read_prints_json_lines_and_nothing_else(tmp_path: Path) -> None:
    """Through the real readers: the blank paper is told, the refused file has its line, no home folder is made."""
    Image.new("L", (800, 600), 255).save(tmp_path / "blank.png", dpi=(100, 100))
    (tmp_path / "words.pdf").write_text("just words, and no scan")
    home = tmp_path / "home"
    arguments = [sys.executable, "-m", "ingest.cli", "--home", str(home), "read", str(tmp_path), "--json"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    blank, words = (json.loads(line) for line in done.stdout.splitlines())
    assert (blank["source"], blank["form"], blank["verdict"]) == ("blank.png", "other", "review")
    assert "blank_page" in [finding["code"] for finding in blank["findings"]]
    assert (words["source"], words["error"]["code"]) == ("words.pdf", "unsupported_type")
    assert not home.exists()
    table = subprocess.run(arguments[:-1], capture_output=True, text=True, check=True)
    assert "Giấy tờ khác" in table.stdout
    assert "unsupported_type" in table.stdout


# --- add, status, list, report, show


def test_add_keeps_first_and_tells_what_became_of_each(sohoa: Sohoa, office: Office, tmp_path: Path) -> None:
    """A good file waits, a bad one says why at once, the same bytes are a duplicate."""
    for name, content in (("a.png", picture()), ("b.png", picture()), ("c.pdf", b"just words, and no scan")):
        (tmp_path / name).write_bytes(content)
    files = [tmp_path / name for name in ("a.png", "b.png", "c.pdf")]
    first, second, third = json_lines(sohoa("add", *files, "--json", "--who", "lan"))
    assert (first["source"], first["state"], first["error"]) == ("a.png", "received", None)
    assert (second["state"], second["duplicate_of"]) == ("duplicate", first["scan_id"])
    assert (third["state"], third["error"]["code"]) == ("failed", "unsupported_type")
    assert office.queue.lengths()["uploads"] == 1
    said = sohoa("add", files[2]).stdout
    assert "c.pdf: Không xử lý được. Nội dung tệp không phải PDF, TIFF, JPEG hay PNG." in said


def test_add_waits_for_what_has_work_left(sohoa: Sohoa, office: Office, tmp_path: Path) -> None:
    """Waiting ends at once where nothing is left to do, and with status 6 when the time is over."""
    (tmp_path / "a.png").write_bytes(picture())
    (tmp_path / "c.pdf").write_bytes(b"just words, and no scan")
    assert sohoa("add", tmp_path / "c.pdf", "--wait").exit_code == 0
    late = sohoa("add", tmp_path / "a.png", "--wait", "--timeout", "0.01")
    assert late.exit_code == 6
    assert "a.png: Đã nhận, chờ đọc" in late.stdout
    assert "sohoa up" in late.stderr, "nobody works: it says what to start"


def test_add_goes_on_when_the_queue_is_away(sohoa: Sohoa, office: Office, tmp_path: Path, unreachable_redis: str,
                                            monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Redis down: the scan is kept all the same."""
    (tmp_path / "a.png").write_bytes(picture())
    environment = {"SOHOA_HOME": str(office.settings.home), "SOHOA_REDIS_URL": unreachable_redis}
    result = CliRunner().invoke(command, ["add", str(tmp_path / "a.png"), "--json"], env=environment)
    assert json_lines(result)[0]["state"] == "received"
    status = CliRunner().invoke(command, ["status", "--json"], env=environment)
    assert json_lines(status)[0]["queues"] is None


def test_status_counts(sohoa: Sohoa, worked: Office) -> None:
    """Scans by state, jobs and workers by queue, and whether anything runs here."""
    (found,) = json_lines(sohoa("status", "--json"))
    assert (found["states"]["in_review"], found["states"]["failed"], found["running"]) == (1, 1, False)
    assert found["workers"] == {"uploads": 0, "bulk": 0, "quick": 0}
    assert "Chờ kiểm tra" in sohoa("status").stdout


def test_list_shows_scans_by_state(sohoa: Sohoa, worked: Office) -> None:
    """All of them or those in a state."""
    assert [line["file"] for line in json_lines(sohoa("list", "--json"))] == ["hong.png", "giay.png"]
    (line,) = json_lines(sohoa("list", "--json", "--state", "in_review"))
    assert line["certificates"][0]["serial_number"] == "BX 123456"
    assert "1/1" in sohoa("list").stdout


def test_the_report_tells_what_became_of_every_scan(sohoa: Sohoa, worked: Office) -> None:
    """File, form, serial number, owners and verdicts, the outcome and why; identity numbers only masked."""
    result = sohoa("report", "--json")
    review, failed = json_lines(result)
    assert ID_NUMBER not in result.output + sohoa("report").output
    (paper,) = review["certificates"]
    assert (review["file"], review["state_text"], paper["form"]) == ("giay.png", "Chờ kiểm tra", "tt23-2014")
    assert paper["owners"] == [
        {
            "full_name": "NGUYỄN VĂN MẪU",
            "id_number": "091******017",
            "verdict": "name_differs",
            "verdict_text": "Khác họ tên",
        }
    ]
    assert "Khác họ tên: NGUYỄN VĂN MẪU" in paper["reasons"]
    assert "Chưa chắc: Họ và tên" in paper["reasons"]
    assert (failed["state"], failed["error_code"], failed["message"]) == ("failed", "damaged", Damaged.message)
    assert [line["file"] for line in json_lines(sohoa("report", "--json", "--state", "failed"))] == ["hong.png"]


def test_the_report_says_where_the_pdfa_lies(sohoa: Sohoa, worked: Office) -> None:
    """After the decision the path of the archived file stands in the report, and the file is a PDF."""
    with worked.database.unit_of_work() as unit:
        (scan,) = unit.scans.list(ScanFilter(states=frozenset({State.IN_REVIEW}))).items
        (row,) = unit.certificates.for_scan(scan.id)
        unit.certificates.decide(row.id, row.version, "minh")
        unit.scans.move(scan.id, State.IN_REVIEW, State.ARCHIVING)
        unit.commit()
    assert advance(worked, scan.id, "worker") is State.ARCHIVED
    (paper,) = json_lines(sohoa("report", "--json", "--state", "archived"))[0]["certificates"]
    assert Path(paper["pdfa"]).read_bytes().startswith(b"%PDF-")
    assert (paper["decided_by"], paper["reasons"]) == ("minh", [])


@pytest.mark.parametrize("by", ["id", "scan", "serial"])
def test_show_masks_identity_numbers_unless_a_reason_is_given(sohoa: Sohoa, worked: Office, by: str) -> None:
    """By default hidden everywhere; in full only with a reason, which goes into the journal."""
    with worked.database.unit_of_work(read_only=True) as unit:
        (scan,) = unit.scans.list(ScanFilter(states=frozenset({State.IN_REVIEW}))).items
        wanted = {"id": unit.certificates.for_scan(scan.id)[0].id, "scan": scan.id, "serial": "BX123456"}[by]
    hidden = sohoa("show", wanted, "--json")
    assert ID_NUMBER not in hidden.output + sohoa("show", wanted).output
    assert json_lines(hidden)[0]["record"]["fields"]["owners.0.id_number"]["value"] == "091******017"
    assert ID_NUMBER in sohoa("show", wanted, "--reveal", "đối chiếu với hồ sơ giấy").output
    with worked.database.unit_of_work(read_only=True) as unit:
        (noted,) = [event for event in unit.events.for_scan(scan.id) if event.action == "identity_shown"]
    assert noted.detail["why"] == "đối chiếu với hồ sơ giấy"


def test_scans_and_runs_belong_to_the_office_that_is_named(sohoa: Sohoa, settings: Settings, tmp_path: Path) -> None:
    """People see what belongs to their office: what comes in by command says whose it is."""
    folder = tmp_path / "kho"
    folder.mkdir()
    (folder / "a.png").write_bytes(picture())
    sohoa("add", folder / "a.png", "--office", "Chi nhánh 1")
    sohoa("run", "start", folder, "--office", "Chi nhánh 2")
    sohoa("watch", folder, "--once", "--settle", "0", "--office", "Chi nhánh 3")
    with Office.open(settings) as office, office.database.unit_of_work(read_only=True) as unit:
        assert {scan.office for scan in unit.scans.list().items} == {"Chi nhánh 1", "Chi nhánh 3"}
        assert [run.office for run in unit.runs.all()] == ["Chi nhánh 2"]
