"""The feeder: one bad file is that file's fate, and what is not there now is not given up."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ingest.office import Office
from ingest.runs import control, feeding
from ingest.runs.attempts import Attempts
from ingest.runs.control import InputState, Rule, RunState, work_round
from ingest.runs.reporting import overview
from store.run_rows import InputRow

Fill = Callable[..., Path]
Work = Callable[[], int]


def picture(mark: int) -> bytes:
    """A small scan unlike those that ``fill`` makes."""
    out = io.BytesIO()
    Image.new("L", (300, mark), "white").save(out, "PNG")
    return out.getvalue()


class Killed(BaseException):
    """As if the process had ended at this line."""


def _start(office: Office, folder: Path, name: str = "Kho 1", **options: Any) -> str:
    started = control.start(office, folder, name, who="op", **options)
    control.list_folder(office, started.run, again=started.goes_on)
    return started.run.id


def _finish(office: Office, work: Work, run_id: str) -> dict[str, tuple[InputState, str | None]]:
    """Every input's state and code once the run has ended, by the input's key."""
    for _ in range(60):
        work_round(office)
        work()
        if overview(office, run_id).run.state is RunState.FINISHED:
            return {row.key: (row.state, row.error_code) for row in _rows(office, run_id)}
    raise AssertionError("not finished")


def _rows(office: Office, run_id: str) -> list[InputRow]:
    with office.database.unit_of_work(read_only=True) as unit:
        return list(unit.runs.inputs(run_id))


def test_an_error_that_nobody_foresaw_is_one_inputs_fate(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a library raises over one file: it is settled with a code, the others go through."""
    run_id = _start(office, fill("1.png", "2.png", "3.png"))
    real = feeding.triage

    def trips(data: Any, settings: Any) -> Any:
        if isinstance(data, Path) and data.name == "2.png":
            raise TypeError("Missing dimensions")
        return real(data, settings)

    monkeypatch.setattr(feeding, "triage", trips)
    archived = (InputState.ARCHIVED, None)
    assert _finish(office, work, run_id) == {
        "1.png": archived,
        "2.png": (InputState.REFUSED, "internal"),
        "3.png": archived,
    }


def test_an_input_that_kills_the_feeder_is_given_up_and_named(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of memory has no handler: the next feeder takes the slice one by one, and after three deaths goes past it."""
    run_id = _start(office, fill("1.png", "2.png", "3.png", "4.png"))
    real = feeding._kept
    seen: list[str] = []

    def dies(office: Office, run: Any, folder: Path, row: InputRow) -> Any:
        seen.append(row.key)
        if row.key == "3.png":
            raise Killed
        return real(office, run, folder, row)

    monkeypatch.setattr(feeding, "_kept", dies)
    deaths = 0
    for _ in range(8):
        try:
            work_round(office)
        except Killed:
            deaths += 1
    assert deaths == office.settings.max_attempts == 3
    assert seen.count("1.png") == 2
    archived = (InputState.ARCHIVED, None)
    told = _finish(office, work, run_id)
    assert told == dict.fromkeys(("1.png", "2.png", "4.png"), archived) | {"3.png": (InputState.REFUSED, "worker_lost")}
    assert Attempts(office.settings).unfinished() == {}


def test_a_store_that_is_full_counts_against_no_input(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is away makes the feeder wait, however often it tries; nothing is given up for it."""
    from certificate.errors import StoreFull

    run_id = _start(office, fill("1.png"))

    def full(*_: object) -> str:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr(office.blobs, "put", full)
        for _ in range(5):
            with pytest.raises(StoreFull):
                work_round(office)
    assert _finish(office, work, run_id) == {"1.png": (InputState.ARCHIVED, None)}


def test_a_file_that_is_far_too_large_is_not_read(
    office: Office, fill: Fill, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone or in a group: refused by its size, and no run waits while it is hashed."""
    folder = fill("A_1.png", "z.png")
    for name in ("A_2.png", "đĩa.tif"):
        with (folder / name).open("wb") as file:
            file.truncate(60_000_000_000)
    run_id = _start(office, folder, rule=Rule.NUMBERED)
    real = hashlib.file_digest

    def read(stream: Any, digest: Any) -> Any:
        assert os.fstat(stream.fileno()).st_size < 1_000_000, "the whole file was read"
        return real(stream, digest)

    monkeypatch.setattr(hashlib, "file_digest", read)
    refused = (InputState.REFUSED, "too_large")
    told = _finish(office, work, run_id)
    assert told == {"A": refused, "z.png": (InputState.ARCHIVED, None), "đĩa.tif": refused}


# --- a share that is unmounted


def _listed_long_after(folder: Path) -> None:
    """The mount point is older than the listing: it was empty before the share came over it."""
    os.utime(folder, (1_000_000_000, 1_000_000_000))


@pytest.mark.parametrize("mounted_at", [".", "kho/hộp 3"])
def test_an_empty_mount_point_makes_the_run_wait(
    office: Office, fill: Fill, work: Work, tmp_path: Path, mounted_at: str
) -> None:
    """The share went and left its mount point, at the run's folder or within it: nothing is refused for that."""
    folder = fill("0.png", "kho/hộp 3/1.png", "kho/hộp 3/a/2.png")
    other = tmp_path / "khác"
    other.mkdir()
    (other / "x.png").write_bytes(picture(999))
    run_id = _start(office, folder)
    second = _start(office, other, "Kho 2")
    mount_point = folder / mounted_at
    mount_point.rename(tmp_path / "away")
    mount_point.mkdir()
    _listed_long_after(mount_point)
    for _ in range(3):
        work_round(office)
    seen = overview(office, run_id)
    assert (seen.run.trouble, seen.figures.by_state) == ("folder_unreachable", {InputState.LISTED: 3})
    # The run beside it is fed all the same.
    assert overview(office, second).figures.by_state == {InputState.TAKEN: 1}
    mount_point.rmdir()
    (tmp_path / "away").rename(mount_point)
    assert set(_finish(office, work, run_id).values()) == {(InputState.ARCHIVED, None)}
    assert overview(office, run_id).run.trouble is None


def test_files_that_somebody_removed_are_missing(office: Office, fill: Fill, work: Work) -> None:
    """Also the last one of a folder, and a whole folder: the run goes on and names them."""
    folder = fill("0.png", "a/1.png", "b/2.png")
    for name in ("a", "b", "."):
        _listed_long_after(folder / name)
    run_id = _start(office, folder)
    (folder / "a/1.png").unlink()
    shutil.rmtree(folder / "b")
    missing = (InputState.REFUSED, "input_missing")
    assert _finish(office, work, run_id) == {
        "0.png": (InputState.ARCHIVED, None),
        "a/1.png": missing,
        "b/2.png": missing,
    }


def test_what_only_a_manifest_named_does_not_make_the_run_wait(office: Office, fill: Fill, work: Work) -> None:
    """A line for a scan that was never there, in a folder that waits for it, is missing at each try."""
    folder = fill("0.png")
    (folder / "hộp 2").mkdir()
    _listed_long_after(folder / "hộp 2")
    manifest = folder.parent / "list.csv"
    manifest.write_text("file,reference\n0.png,R1\nhộp 2/x.png,R2\n", encoding="utf-8")
    run_id = _start(office, folder, rule=Rule.MANIFEST, manifest=manifest)
    for _ in range(2):
        assert _finish(office, work, run_id)["R2"] == (InputState.REFUSED, "input_missing")
        control.retry_failed(office, run_id, who="op")


# --- what is tried again


@pytest.mark.parametrize("names", [("hỏng.png",), ("hỏng_1.png", "hỏng_2.png")])
def test_a_file_that_was_mended_is_read_anew(office: Office, fill: Fill, work: Work, names: tuple[str, ...]) -> None:
    """What the worker found damaged and somebody replaced: the new bytes are taken, as a scan of their own."""
    folder = fill(*names)
    run_id = _start(office, folder, rule=Rule.NUMBERED)
    assert set(_finish(office, work, run_id).values()) == {(InputState.FAILED, "damaged")}
    (before,) = _rows(office, run_id)
    fill(names[0])
    office.reader.broken = False  # type: ignore[attr-defined]
    control.retry_failed(office, run_id, who="op")
    assert set(_finish(office, work, run_id).values()) == {(InputState.ARCHIVED, None)}
    (after,) = _rows(office, run_id)
    assert after.sha256 != before.sha256
    assert after.scan_id not in {None, before.scan_id}
    if len(names) == 1:
        assert after.sha256 == hashlib.sha256((folder / names[0]).read_bytes()).hexdigest()


def test_a_file_that_is_gone_is_tried_again_from_what_was_kept(office: Office, fill: Fill, work: Work) -> None:
    """The bytes of the first try are in the store: the folder may be tidied meanwhile."""
    folder = fill("0.png", "hỏng.png")
    run_id = _start(office, folder)
    assert _finish(office, work, run_id)["hỏng.png"] == (InputState.FAILED, "damaged")
    (folder / "hỏng.png").unlink()
    office.reader.broken = False  # type: ignore[attr-defined]
    control.retry_failed(office, run_id, who="op")
    assert _finish(office, work, run_id)["hỏng.png"] == (InputState.ARCHIVED, None)
