"""What a worker holds while it reads the largest scans: held against the bar, for it grows unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_SCANS = Path(__file__).parents[2] / "samples" / "scans"


@pytest.mark.slow
def test_spreads_in_colour_are_read_within_the_bar(tmp_path: Path) -> None:
    """A3 at 300 dpi, again after papers of other sizes and a text layer have been read by the same reader."""
    names = ["01-tt17-spreads.pdf", "11-tt10-born-digital.pdf", "09-tt17-worn.pdf", "01-tt17-spreads.pdf"]
    command = [sys.executable, "-m", "ingest.cli", "--home", str(tmp_path), "bench", "memory", "--scans", "4", "--json"]
    files = [str(_SCANS / name) for name in names]
    answer = subprocess.run([*command, *files], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout)["is_held"], answer.stdout
