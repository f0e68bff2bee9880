"""The pages as a process of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_pages_are_served_until_told_to_stop(tmp_path: Path) -> None:
    """``python -m web.serve --home DIR`` answers on the port set, loads no image engine, and ends in good order."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SOHOA_WEB_PORT": str(port)}
    command = [sys.executable, "-m", "web.serve", "--home", str(tmp_path)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        while not _answers(f"http://127.0.0.1:{port}/health"):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < until
        maps = Path(f"/proc/{process.pid}/maps").read_text()
        assert "cv2" not in maps
        assert "onnxruntime" not in maps
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert b"web_started" in errors
