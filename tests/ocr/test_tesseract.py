"""Tesseract that stays: it reads what a run of its own would, and whatever becomes of it is told or made good."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytesseract
import pytest

from certificate.errors import EngineMissing, ReaderCrashed, ReadTimeout
from ocr.engines import resident, tesseract
from ocr.engines.images import Pixels, as_pixels

_WORDS = ("THUA DAT 152", "TO BAN DO 7", "NAM 2019")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    tesseract.close()
    yield
    tesseract.close()


def line(text: str) -> Pixels:
    """A line of plain letters, 40 pixels high."""
    image = np.full((40, 24 * len(text), 1), 255, np.uint8)
    return as_pixels(cv2.putText(image, text, (8, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)[:, :, 0])


def texts(crops: list[Pixels]) -> list[str]:
    return [" ".join(word.text for word in words) for words in tesseract.read_lines(crops)]


def engines() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "tesseract" in child.name()]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a small program in Tesseract's place."""

    def put(script: str) -> None:
        path = tmp_path / "tesseract"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", str(path))
        # Whether one lacks is asked once a process.
        monkeypatch.setattr(tesseract, "_RESIDENT", tesseract._Resident())

    return put


def test_one_process_reads_list_after_list_and_as_a_run_of_its_own() -> None:
    """Words, edges and confidences are the same, whatever was read before."""
    crops = [line(text) for text in _WORDS]
    first = tesseract.read_lines(crops)
    (pid,) = [engine.pid for engine in engines()]
    assert texts([crops[2], crops[0]]) == [_WORDS[2], _WORDS[0]]
    assert tesseract.read_lines(crops) == first
    assert [engine.pid for engine in engines()] == [pid]
    tesseract._RESIDENT._fails = True
    tesseract.close()
    assert tesseract.read_lines(crops) == first
    assert not engines()
    tesseract._RESIDENT._fails = False


def test_one_that_was_killed_is_replaced() -> None:
    """The lines are read in any case; by another that stays once it is seen to be gone."""
    crops = [line(text) for text in _WORDS]
    assert texts(crops) == list(_WORDS)
    engines()[0].kill()
    assert texts(crops) == list(_WORDS)
    assert texts(crops) == list(_WORDS)
    assert len(engines()) == 1


def test_one_that_dies_over_a_list_is_made_good_by_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was asked is read by pytesseract, and the next list by one that stays."""
    crops = [line(text) for text in _WORDS]
    assert texts(crops) == list(_WORDS)
    real = resident.ResidentTesseract._hear

    def killed(self: resident.ResidentTesseract, mark: bytes, timeout_s: float) -> bytes:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return real(self, b"never", timeout_s)

    with monkeypatch.context() as patched:
        patched.setattr(resident.ResidentTesseract, "_hear", killed)
        assert texts(crops) == list(_WORDS)
        assert not engines()
    assert texts(crops) == list(_WORDS)
    assert len(engines()) == 1


def test_where_no_terminal_is_to_be_had_runs_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container without any; it is tried once a process."""

    def none_left() -> tuple[int, int]:
        raise OSError(28, "out of pty devices")

    monkeypatch.setattr(tesseract, "_RESIDENT", tesseract._Resident())
    monkeypatch.setattr(os, "openpty", none_left)
    assert texts([line(_WORDS[0])]) == [_WORDS[0]]
    assert not engines()


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("exit 3", ReaderCrashed),
        ("echo 'Error opening data file sohoa.traineddata' >&2; exit 1", EngineMissing),
        ("exec sleep 600", ReadTimeout),
    ],
)
def test_a_program_that_does_not_read_is_told(
    program: Callable[[str], None], script: str, error: type[Exception]
) -> None:
    """By what pytesseract makes of it; nothing is left running."""
    program(script)
    with pytest.raises(error):
        tesseract.read_lines([line("A")], timeout_s=1.0)
    assert not [child for child in psutil.Process().children() if child.name() in {"sleep", "tesseract"}]


def test_a_program_that_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an engine that is missing."""
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nowhere/tesseract")
    monkeypatch.setattr(tesseract, "_RESIDENT", tesseract._Resident())
    with pytest.raises(EngineMissing):
        tesseract.read_lines([line("A")])
