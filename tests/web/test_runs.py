"""The pages of runs: progress, pausing, the report; for those who answer for the run."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ingest.runs import control
from ingest.runs.control import RunState
from ingest.runs.feeding import take_slice
from store.run_rows import RunRow


@pytest.fixture
def run(site: Any, tmp_path: Path) -> RunRow:
    """A run over one scan and one file that is none, listed and not yet taken."""
    folder = tmp_path / "kho <1>"
    folder.mkdir()
    out = io.BytesIO()
    Image.new("RGB", (50, 50)).save(out, "PNG")
    (folder / "a.png").write_bytes(out.getvalue())
    (folder / "b.pdf").write_bytes(b"")
    started = control.start(site.office, folder, "Kho <b>1</b>", who="op").run
    control.list_folder(site.office, started)
    return started


def test_a_supervisor_sees_pauses_and_goes_on(site: Any, run: RunRow) -> None:
    """The list, the run's page and its moving part; names are text whatever they hold."""
    client = site.client("supervisor")
    page = client.get("/runs").text
    assert "Kho &lt;b&gt;1&lt;/b&gt;" in page
    assert "0 / 2" in page
    assert "Tạm dừng" in client.get(f"/runs/{run.id}").text
    assert site.post(client, f"/runs/{run.id}/pause").status_code == 302
    assert control.find_run(site.office, run.id).state is RunState.PAUSED
    assert "Chạy tiếp" in client.get(f"/runs/{run.id}").text
    assert site.post(client, f"/runs/{run.id}/pause").status_code == 409
    assert site.post(client, f"/runs/{run.id}/resume").status_code == 302
    moving = client.get(f"/runs/{run.id}/progress").text
    assert "<html" not in moving
    assert "Đang chạy" in moving


def test_what_keeps_a_run_waiting_is_told_in_its_own_words(site: Any, run: RunRow) -> None:
    """A manifest that is wrong does not mend itself; the list tells it too."""
    with site.office.database.unit_of_work() as unit:
        unit.runs.set_trouble(run.id, "manifest_invalid")
        unit.commit()
    client = site.client("supervisor")
    for page in ("/runs", f"/runs/{run.id}"):
        assert "Danh mục CSV không dùng được." in client.get(page).text
    assert "tự làm tiếp khi" not in client.get(f"/runs/{run.id}").text
    site.post(client, "/language", language="en")
    assert "The CSV manifest cannot be used." in client.get("/runs").text


def test_a_run_that_lost_papers_is_not_simply_done(site: Any, run: RunRow) -> None:
    """The list counts what became no record, and the mark is not the green one."""
    take_slice(site.office, run, 10)
    with site.office.database.unit_of_work() as unit:
        unit.runs.move(run.id, {RunState.RUNNING}, RunState.FINISHED, who="system")
        unit.commit()
    client = site.client("supervisor")
    for page in ("/runs", f"/runs/{run.id}"):
        assert "Đã xong, có giấy lỗi" in client.get(page).text
    assert "trong đó 1 không thành bản ghi" in client.get("/runs").text


def test_the_report_has_charts_and_a_table_for_spreadsheets(site: Any, run: RunRow) -> None:
    """What became of each input, and trying again what was refused."""
    take_slice(site.office, run, 10)
    client = site.client("supervisor")
    page = client.get(f"/runs/{run.id}/report").text
    assert "<svg" in page
    assert "style=" not in page
    assert "Tệp rỗng" in page
    answer = client.get(f"/runs/{run.id}/report.csv")
    assert answer.mimetype == "text/csv"
    lines = answer.text.splitlines()
    assert len(lines) == 3
    assert any(line.startswith("b.pdf,") and ",empty_file," in line for line in lines)
    assert site.post(client, f"/runs/{run.id}/retry").status_code == 302
    site.post(client, "/language", language="en")
    assert "The file is empty." not in client.get(f"/runs/{run.id}/report").text


def test_the_pages_are_for_those_who_answer_for_runs(site: Any, run: RunRow) -> None:
    """An auditor looks and does not touch; clerks and reviewers have no part in it."""
    auditor = site.client("auditor")
    assert "Tạm dừng</button>" not in auditor.get(f"/runs/{run.id}").text
    assert site.post(auditor, f"/runs/{run.id}/pause").status_code == 403
    assert site.client("clerk").get("/runs").status_code == 403
    assert site.client("supervisor").get("/runs/none").status_code == 404
