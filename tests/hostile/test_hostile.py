"""Bad input never stops the others: every difficult file gets its answer, by command line and through the pipeline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from certificate.citizens import OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import all_errors
from certificate.record import Form
from certificate.states import State
from ingest.intake import receive
from ingest.office import Office
from ingest.pipeline import advance
from ingest.settings import load
from ocr.pool import ReaderPool

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
# The sample that is read without recognising anything.
GOOD_SAMPLE = ROOT / "samples" / "scans" / "11-tt10-born-digital.pdf"
# What a hostile file must never lead to: these blame the machine, not the file.
_MACHINE_AT_FAULT = {"reader_crashed", "read_timeout", "internal"}
_WHOLE_RUN_TIMEOUT_S = 300
_AT_ONCE = 2


class FriendlyRegistry:
    """A registry that knows everybody."""

    def verify_owner(self, query: OwnerQuery, *, officer_code: str | None = None) -> RegistryAnswer:
        return RegistryAnswer(RegistryVerdict.MATCH)


@pytest.fixture
def office(tmp_path: Path) -> Any:
    """An office with the real reader; its Redis is away, which must not matter."""
    settings = load(tmp_path / "home", {}, redis_url=f"unix://{tmp_path}/none.sock", read_timeout_s=60)
    settings.home.mkdir()
    with (
        ReaderPool(_AT_ONCE, settings.read_timeout_s, settings.reader_memory_bytes) as reader,
        Office(settings, registry=FriendlyRegistry(), reader=reader) as opened,
    ):
        opened.database.migrate()
        yield opened


def test_every_difficult_file_has_its_line(difficult: list[tuple[Path, Any]]) -> None:
    """``sohoa read``: one run over all of them and a good scan; each is read or refused as it should be."""
    files = [path for path, _ in difficult]
    middle = len(files) // 2
    command = [sys.executable, "-m", "ingest.cli", "read", "--json"]
    given = [*files[:middle], GOOD_SAMPLE, *files[middle:]]
    done = subprocess.run(
        [*command, *map(str, given)],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        timeout=_WHOLE_RUN_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["source"] for line in lines] == [path.name for path in given], "one line for each, in order"
    good = lines.pop(middle)
    assert good["form"] == "tt10-2024"
    faults = {}
    for line, (path, expected) in zip(lines, difficult, strict=True):
        fault = what_is_wrong(line, expected)
        if fault:
            faults[f"{path.parent.name}/{path.name}"] = fault
    assert faults == {}


def what_is_wrong(line: dict[str, Any], expected: Any) -> str:
    """Why a line is not what should have happened; the empty text when it is."""
    if "error" in line:
        code = line["error"]["code"]
        known = {kind.code for kind in all_errors()} - _MACHINE_AT_FAULT
        if not (line["error"]["message"] and line["error"]["advice"] and code in known):
            return f"refused without a proper answer: {line['error']}"
        return "" if code in expected.refused or not expected.strict else f"refused: {code}"
    if not expected.readable:
        return f"read as {line['form']}, not refused"
    codes = [finding["code"] for finding in line["findings"]]
    if expected.strict and (line["form"] != Form.OTHER.value or line["fields"] or line["verdict"] != "review"):
        return f"taken for a certificate: {line['form']}"
    if expected.finding and expected.finding not in codes:
        return f"not flagged: {codes}"
    if expected.pages and len({page["page_number"] for page in line["pages"]}) != expected.pages:
        return f"pages: {line['pages']}"
    return ""


def test_the_pipeline_settles_every_difficult_file(office: Office, difficult: list[tuple[Path, Any]]) -> None:
    """Through intake and worker: nobody waits for ever, each row says why, and the good scan among them goes on."""
    middle = len(difficult) // 2
    given: list[tuple[Path, Any]] = [*difficult[:middle], (GOOD_SAMPLE, None), *difficult[middle:]]

    def settle(path: Path) -> State:
        scan_ids[path] = receive(office, path, path.name, who="lan").scan_id
        return advance(office, scan_ids[path], f"worker on {path.name}")

    scan_ids: dict[Path, str] = {}
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        states = list(workers.map(settle, [path for path, _ in given]))
    faults = {}
    for (path, expected), state in zip(given, states, strict=True):
        with office.database.unit_of_work(read_only=True) as unit:
            row = unit.scans.get(scan_ids[path])
        if expected is None:
            assert state in {State.IN_REVIEW, State.ARCHIVED}, row
            continue
        if state is State.FAILED:
            right = row.error_code in expected.refused or (not expected.strict and row.error_code)
        else:
            # No certificate is on any of them: back to the clerk, with the reason; the same bytes twice are one scan.
            returned = state is State.RETURNED and row.return_reason and expected.readable
            right = returned or state is State.DUPLICATE or (not expected.strict and state is State.IN_REVIEW)
        if not right or row.error_code in _MACHINE_AT_FAULT:
            faults[f"{path.parent.name}/{path.name}"] = (state.value, row.error_code, row.return_reason)
    assert faults == {}


def test_the_archive_copy_keeps_no_embedded_file(office: Office, tmp_path: Path) -> None:
    """A certificate with a program hidden in its PDF: flagged for the reviewer, and archived without it."""
    path = tmp_path / "giay.pdf"
    with pikepdf.open(GOOD_SAMPLE) as pdf:
        pdf.attachments["virus.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ and so on")
        pdf.save(path)
    scan_id = receive(office, path, path.name, who="lan").scan_id
    state = advance(office, scan_id, "worker")
    with office.database.unit_of_work() as unit:
        assert "embedded_file" in {finding.code for finding in unit.scans.findings(scan_id)}
        if state is State.IN_REVIEW:
            for row in unit.certificates.for_scan(scan_id):
                unit.certificates.decide(row.id, row.version, "minh")
            unit.scans.move(scan_id, State.IN_REVIEW, State.ARCHIVING)
            unit.commit()
    assert advance(office, scan_id, "worker") is State.ARCHIVED
    with office.database.unit_of_work(read_only=True) as unit:
        (certificate,) = unit.certificates.for_scan(scan_id)
    assert certificate.pdfa_sha256 is not None
    copy = office.blobs.path(certificate.pdfa_sha256)
    assert copy is not None
    with pikepdf.open(copy) as pdf:
        assert not pdf.attachments
    assert b"virus.exe" not in copy.read_bytes()
