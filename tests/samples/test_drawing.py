"""Drawing with Chromium: files that repeat themselves and show what their truth tells."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pdfplumber
import pytest

from samples.draw import draw_set

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]


def test_a_set_repeats_itself(tmp_path: Path) -> None:
    """The same seed gives the same bytes and the same truth."""
    first = draw_set(3, ["tt10-2024"], ["grey200"], 1, tmp_path / "a")
    second = draw_set(3, ["tt10-2024"], ["grey200"], 1, tmp_path / "b")
    assert first[0].truth == second[0].truth
    assert first[0].path.read_bytes() == second[0].path.read_bytes()


def test_truth_lies_beside_the_files(tmp_path: Path) -> None:
    """One line for each certificate, naming a file that is there."""
    drawn = draw_set(4, ["tt23-2014"], ["fax"], 2, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["source"] for line in lines] == [one.path.name for one in drawn]
    assert all(one.path.is_file() for one in drawn)


@pytest.mark.parametrize("form", ["tt23-2014", "tt10-2024"])
def test_a_born_digital_file_holds_its_truth_as_text(form: str, tmp_path: Path) -> None:
    """Names, numbers and the serial can be taken out of the PDF's text."""
    drawn = draw_set(5, [form], ["born_digital"], 1, tmp_path)[0]
    with pdfplumber.open(drawn.path) as document:
        text = re.sub(r"\s+", "", "".join(page.extract_text() or "" for page in document.pages))
    # The letters of the seal mix into the lines under it, so the signer is not asked for here.
    for path in ("serial_number", "owners.0.full_name", "parcels.0.parcel_number", "parcels.0.address"):
        assert drawn.truth[path].replace(" ", "") in text, path
