"""A folder or manifest that changes after it was listed: what is new in it is taken, and people are told."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certificate.errors import VersionConflict
from ingest.office import Office
from ingest.runs import control, feeding
from ingest.runs.charts import bars
from ingest.runs.control import InputState, Listed, Rule, RunState, work_round
from ingest.runs.report_page import report_page
from ingest.runs.reporting import aside_in_words, csv_lines, overview
from store.run_rows import InputRow, NewInput, NewRun
from store.runs import RunRepository

Fill = Callable[..., Path]
Work = Callable[[], int]


def _list(office: Office, folder: Path, **options: Any) -> tuple[str, Listed]:
    started = control.start(office, folder, "Kho 1", who="op", **options)
    listed = control.list_folder(office, started.run, again=started.goes_on)
    assert listed is not None
    return started.run.id, listed


def _finish(office: Office, work: Work, run_id: str) -> Counter[InputState]:
    for _ in range(20):
        work_round(office)
        work()
        seen = overview(office, run_id)
        if seen.run.state is RunState.FINISHED and not seen.figures.open:
            return Counter(seen.figures.by_state)
    raise AssertionError(f"not finished: {seen}")


def _rows(office: Office, run_id: str) -> dict[str, InputRow]:
    with office.database.unit_of_work(read_only=True) as unit:
        return {row.key: row for row in unit.runs.inputs(run_id)}


def test_a_page_that_came_later_and_a_scan_made_again_are_taken(office: Office, fill: Fill, work: Work) -> None:
    """The certificate with its third page and the new scan become scans of their own; the old ones stay."""
    folder = fill("A_1.png", "A_2.png", "S_1.png", "T_1.png")
    run_id, _ = _list(office, folder, rule=Rule.NUMBERED)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 3}
    fill("A_3.png", "S_1.png")
    os.utime(folder / "S_1.png", (1, 1))
    _, listed = _list(office, folder, rule=Rule.NUMBERED)
    assert listed == Listed(changed=2)
    _finish(office, work, run_id)
    rows = _rows(office, run_id)
    assert len(rows) == 5
    (page,) = [row for key, row in rows.items() if key.startswith("A (đã thay đổi, ")]
    (scan,) = [row for key, row in rows.items() if key.startswith("S (đã thay đổi, ")]
    assert page.files == ("A_1.png", "A_2.png", "A_3.png")
    assert len({page.scan_id, scan.scan_id, rows["A"].scan_id, rows["S"].scan_id, None}) == 5
    # Looked through once more, nothing is new; nor when only a walk was broken off.
    assert _list(office, folder, rule=Rule.NUMBERED)[1] == Listed()


def test_what_has_not_begun_is_taken_as_it_is_now(office: Office, fill: Fill, work: Work) -> None:
    """A page that comes before a certificate's turn belongs to it; a picture that was mended is tried again."""
    folder = fill("A_1.png", "A_2.png", ("B_1.png", b"no picture, but long enough to be looked at"))
    run_id, _ = _list(office, folder, rule=Rule.NUMBERED)
    fill("A_3.png")
    assert _list(office, folder, rule=Rule.NUMBERED)[1] == Listed(refreshed=1)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 1, InputState.REFUSED: 1}
    assert _rows(office, run_id)["A"].files == ("A_1.png", "A_2.png", "A_3.png")
    fill("B_1.png")
    assert _list(office, folder, rule=Rule.NUMBERED)[1] == Listed(refreshed=1)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 2}


def test_a_feeder_that_has_just_read_the_old_files_begins_again(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that comes between the feeder's look and its note is not lost."""
    folder = fill("A_1.png", "A_2.png")
    run_id, _ = _list(office, folder, rule=Rule.NUMBERED)
    prepare = feeding._prepare

    def slowly(*given: Any) -> Any:
        prepared = prepare(*given)
        fill("A_3.png")
        _list(office, folder, rule=Rule.NUMBERED)
        return prepared

    with monkeypatch.context() as patch:
        patch.setattr(feeding, "_prepare", slowly)
        with pytest.raises(VersionConflict):
            work_round(office)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 1}
    assert len(_rows(office, run_id)["A"].files) == 3


def test_a_corrected_manifest_is_used(office: Office, fill: Fill, work: Work, tmp_path: Path) -> None:
    """A file name, a box and a reference put right: the rows follow, and what only the old list had is gone."""
    folder = fill("1.png", "2.png", "3.png", "4.png")
    manifest = tmp_path / "list.csv"
    manifest.write_text("file,reference,box\n1.png,R1,H1\nsai-tên.png,R4,H1\n2.png,R2,H1\n3.png,R1,H1\n")
    run_id, _ = _list(office, folder, rule=Rule.MANIFEST, manifest=manifest)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 2, InputState.REFUSED: 2}
    manifest.write_text("file,reference,box\n1.png,R1,H9\n4.png,R4,H1\n2.png,R2,H1\n3.png,R3,H1\n")
    _, listed = _list(office, folder, rule=Rule.MANIFEST, manifest=manifest)
    assert listed == Listed(new=2)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 4}
    rows = _rows(office, run_id)
    assert {key: row.files for key, row in rows.items()} == {
        "R1": ("1.png",), "R2": ("2.png",), "R3": ("3.png",), "R4": ("4.png",),
    }  # fmt: skip
    assert rows["R1"].box == "H9"


def test_scans_that_the_manifest_forgot_are_counted(office: Office, fill: Fill, tmp_path: Path) -> None:
    """They stand in no row, so the run itself tells of them."""
    folder = fill("1.png", "2.png", "hop/3.png", ("notes.txt", b"x"))
    manifest = tmp_path / "list.csv"
    manifest.write_text("file\n1.png\n")
    run_id, _ = _list(office, folder, rule=Rule.MANIFEST, manifest=manifest)
    run = overview(office, run_id).run
    told, of_many = aside_in_words(run), aside_in_words(replace(run, left_aside=12_345))
    assert told is not None
    assert told.vi.startswith("2 bản quét trong thư mục không có trong danh mục")
    assert of_many is not None
    assert (of_many.vi[:7], of_many.en[:7]) == ("12.345 ", "12,345 ")


def test_trying_again_reads_a_corrected_manifest(office: Office, fill: Fill, work: Work, tmp_path: Path) -> None:
    """Who only asks for the failed ones again gets them by the list as it is now."""
    folder = fill("1.png", "2.png")
    manifest = tmp_path / "list.csv"
    manifest.write_text("file,reference\n1.png,R1\nsai-tên.png,R2\n")
    run_id, _ = _list(office, folder, rule=Rule.MANIFEST, manifest=manifest)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 1, InputState.REFUSED: 1}
    manifest.write_text("file,reference\n1.png,R1\n2.png,R2\n")
    control.retry_failed(office, run_id, who="op")
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 2}


def test_a_reference_that_comes_again_is_not_taken_alone(
    office: Office, fill: Fill, work: Work, tmp_path: Path
) -> None:
    """Half a certificate is no certificate, however often it is tried."""
    folder = fill("b.png", "x.png", "b2.png")
    manifest = tmp_path / "list.csv"
    manifest.write_text("file,reference\nb.png,R2\nx.png,R3\nb2.png,R2\n")
    run_id, _ = _list(office, folder, rule=Rule.MANIFEST, manifest=manifest)
    _finish(office, work, run_id)
    assert control.retry_failed(office, run_id, who="op") == 0
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 2, InputState.REFUSED: 1}
    assert _rows(office, run_id)["R2 (dòng 4)"].error_code == "manifest_repeats"


def test_a_folder_that_was_closed_is_gone_through_when_it_is_open(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trying again lists what is in it; the row that stood for it goes."""
    folder = fill("1.png", "hop/2.png")
    sorted_names = control.Walk.__iter__.__globals__["_sorted_names"]

    def closed(path: Path) -> Any:
        if path.name == "hop":
            raise PermissionError
        return sorted_names(path)

    with monkeypatch.context() as patch:
        patch.setattr("ingest.runs.walking._sorted_names", closed)
        run_id, _ = _list(office, folder)
        assert _finish(office, work, run_id) == {InputState.ARCHIVED: 1, InputState.REFUSED: 1}
        control.retry_failed(office, run_id, who="op")
        assert _finish(office, work, run_id) == {InputState.ARCHIVED: 1, InputState.REFUSED: 1}
        assert _rows(office, run_id)["hop/"].error_code == "no_access"
    control.retry_failed(office, run_id, who="op")
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 2}


def test_the_page_at_fault_is_named(office: Office, fill: Fill, work: Work, tmp_path: Path) -> None:
    """By the feeder that looks into it, and by the listing that does not find it; and no longer once it is mended."""
    folder = fill("a.png", "b.png", ("c.png", b"no picture, but long enough to be looked at"), "d.png")
    manifest = tmp_path / "list.csv"
    manifest.write_text("file,reference\na.png,R1\nc.png,R1\nb.png,R2\nthiếu.png,R2\n", encoding="utf-8")
    run_id, _ = _list(office, folder, rule=Rule.MANIFEST, manifest=manifest)
    assert _finish(office, work, run_id) == {InputState.REFUSED: 2}
    assert {key: row.remark for key, row in _rows(office, run_id).items()} == {
        "R1": "file:c.png",
        "R2": "file:thiếu.png",
    }
    assert "Lỗi ở tệp c.png" in "".join(csv_lines(office, run_id))
    assert "Lỗi ở tệp thiếu.png" in "".join(report_page(office, run_id))
    fill("c.png", "thiếu.png")
    control.retry_failed(office, run_id, who="op")
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 2}
    assert {row.remark for row in _rows(office, run_id).values()} == {None}


def test_a_gap_in_the_pages_stands_in_the_report(office: Office, fill: Fill, work: Work) -> None:
    """Also when both papers went straight through."""
    run_id, listed = _list(office, fill("B_1.png", "B_3.png"), rule=Rule.NUMBERED)
    assert listed == Listed(new=2, apart=2)
    assert _finish(office, work, run_id) == {InputState.ARCHIVED: 2}
    assert "đánh số 1, 3" in "".join(csv_lines(office, run_id))
    assert "Cần xem lại tệp (2)" in "".join(report_page(office, run_id))


def test_a_chart_shows_the_whole_of_its_words() -> None:
    """In lines one below the other, with room for them."""
    long = "Không mở được tệp này: không có quyền đọc, hoặc tệp không còn ở đó, hoặc ổ đĩa đã ngắt."
    chart = bars("Lỗi", [(long, 3), ("Tệp rỗng", 1)])
    words = re.findall(r">([^<]+)</text>", chart)
    assert " ".join(words[: len(words) - 3]) == long
    assert "…" not in chart
    bottoms = [float(y) for y in re.findall(r'y="([\d.]+)"', chart)]
    height = re.search(r'viewBox="0 0 \d+ (\d+)"', chart)
    assert height is not None
    assert max(bottoms) < float(height[1])


def test_two_inputs_of_one_name_are_both_kept(database: Any, tmp_path: Path) -> None:
    """What one listing finds under one key twice stands in two rows; on both engines."""
    with database.unit_of_work() as unit:
        runs: RunRepository = unit.runs
        run = runs.add(NewRun("R", str(tmp_path), "numbered", "host", "op"))
        since = datetime.now(UTC) - timedelta(seconds=1)
        alone = NewInput("A.jpg", ("A.jpg",), 1, mark="1111")
        group = NewInput("A.jpg", ("A.jpg_1.jpg", "A.jpg_2.jpg"), 2, mark="2222")
        assert runs.add_inputs(run.id, [alone], since) == Listed(new=1)
        assert runs.add_inputs(run.id, [group], since) == Listed(changed=1)
        assert {row.files for row in runs.inputs(run.id)} == {alone.files, group.files}
