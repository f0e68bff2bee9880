"""Passing files go with their reader, and what a killed owner left is swept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ocr import scratch
from ocr.pool import ReaderPool, _Child
from ocr.scratch import Scratch, sweep


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything in folders of this test."""
    (tmp_path / "shm").mkdir()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(scratch, "MEMORY_FOLDER", tmp_path / "shm")
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path


def _left(folder: Path) -> list[str]:
    return [path.name for path in (*(folder / "shm").iterdir(), *(folder / "tmp").iterdir())]


def test_folders_of_the_dead_are_swept_and_those_of_the_living_are_not(own_folders: Path) -> None:
    """An owner that was killed leaves its folders to the next; strangers' folders are left alone."""
    mine = Scratch.make()
    (mine.memory / "line.pgm").write_bytes(b"x")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = own_folders / "shm" / f"sohoa-reader-{ended.pid}-abc"
    dead.mkdir()
    (dead / "line.pgm").write_bytes(b"x")
    (own_folders / "tmp" / "sohoa-other").mkdir()
    assert sweep() == 1
    assert not dead.exists()
    assert mine.memory.exists()
    mine.remove()
    assert _left(own_folders) == ["sohoa-other"]


def test_a_reader_that_is_killed_leaves_nothing(own_folders: Path) -> None:
    """The pool removes what its child could not."""
    pool = ReaderPool(1, reader="os:getcwd")
    slot = pool._slots[0]
    slot._child = child = _Child(slot._terms)
    assert len(_left(own_folders)) == 2
    (child._scratch.disk / "tess_1.tsv").write_bytes(b"x")
    child._process.kill()
    pool.close()
    assert _left(own_folders) == []
