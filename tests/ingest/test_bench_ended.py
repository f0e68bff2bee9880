"""A measurement that is told to end leaves nothing running behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

_LONGEST_S = 90.0


@pytest.mark.slow
def test_a_measurement_told_to_end_takes_what_it_started_with_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ingest.cli", "bench", "scale", "--engine", "sqlite", "--inputs", "3000"]
    bench = subprocess.Popen(
        [*command, "--folder", str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _wait(lambda: len(_naming(tmp_path)) >= 3)  # Redis, the feeder, at least one worker
    bench.send_signal(signal.SIGTERM)
    assert bench.wait(_LONGEST_S) == 128 + signal.SIGTERM
    _wait(lambda: not _naming(tmp_path))


def _naming(folder: Path) -> list[str]:
    """The commands of running processes that name the folder, the measurement itself aside."""
    commands = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command and " bench " not in command:
            commands.append(command)
    return commands


def _wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _LONGEST_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.2)
