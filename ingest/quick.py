"""What the quick worker does: small questions of people who wait, apart from the long work on scans.

The web process never loads an image engine, so it asks here: how good an upload is before its turn to be read comes,
and what stands in a region that a reviewer drew. Jobs carry ids and numbers only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from certificate.errors import Damaged, NotFound, QueueUnavailable, ScanRefused, SohoaError
from certificate.geometry import Box
from certificate.states import State
from ingest.office import Office
from ingest.queue_names import LOOK, READ_REGION
from ingest.workplace import workplace

_log = structlog.get_logger()
REGION_PATIENCE_S = 5.0
# The scan is looked at only while nobody reads it: reading tells more.
_BEFORE_READING = frozenset({State.RECEIVED})


def ask_to_look(office: Office, scan_id: str) -> None:
    """Have an upload looked at, if the quick worker is there; reading tells the same later."""
    try:
        office.queue.tell(LOOK, scan_id)
    except QueueUnavailable:
        _log.info("no_quick_look", scan_id=scan_id)


def ask_for_region(office: Office, certificate_id: str, face_index: int, box: Box) -> dict[str, str]:
    """What the readers read in a region of a face; raises ``QuickUnavailable`` when nobody answers, ``Damaged``."""
    answer = office.queue.ask(
        READ_REGION, certificate_id, face_index, *(round(edge) for edge in box), patience_s=REGION_PATIENCE_S
    )
    if not isinstance(answer, dict):
        raise Damaged("the region cannot be read")
    return {str(reader): str(text) for reader, text in answer.items()}


def look_at(scan_id: str) -> int:
    """Job: note what is wrong with a scan that still waits for its turn; gives how many remarks there are."""
    office = workplace()
    with office.database.unit_of_work(read_only=True) as unit:
        scan = unit.scans.get(scan_id)
    if scan.state not in _BEFORE_READING:
        return 0
    try:
        with _as_file(office, scan.sha256) as path:
            findings = office.quick_reader.read(path, "look").findings
    except ScanRefused as refused:
        # The worker that reads it will say so, and what becomes of it.
        _log.info("quick_look_refused", scan_id=scan_id, code=refused.code)
        return 0
    if findings:
        with office.database.unit_of_work() as unit:
            if unit.scans.get(scan_id).state in _BEFORE_READING:
                unit.scans.set_findings(scan_id, findings)
                unit.commit()
    return len(findings)


def read_region(certificate_id: str, face_index: int, left: int, top: int, right: int, bottom: int) -> dict[str, str]:
    """Job: read a region of a face; an empty answer where there is no print."""
    office = workplace()
    with office.database.unit_of_work(read_only=True) as unit:
        previews = unit.certificates.get(certificate_id).previews
    if not 0 <= face_index < len(previews):
        raise NotFound(f"face {face_index}")
    with _as_file(office, previews[face_index]) as path:
        return dict(office.quick_reader.read_region(path, Box(left, top, right, bottom)).readings)


def warm_up(office: Office) -> None:
    """Have the models loaded before the first question comes."""
    from PIL import Image

    with tempfile.TemporaryDirectory(prefix="sohoa-quick-") as folder:
        blank = Path(folder) / "blank.jpg"
        Image.new("RGB", (400, 200), "white").save(blank, "JPEG")
        try:
            office.quick_reader.read_region(blank, Box(20, 60, 380, 100))
        except SohoaError as error:
            _log.warning("quick_reader_cold", code=error.code, detail=error.detail)


@contextmanager
def _as_file(office: Office, sha256: str) -> Iterator[Path]:
    path = office.blobs.path(sha256)
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="sohoa-quick-") as folder:
        copy = Path(folder) / sha256
        copy.write_bytes(office.blobs.get(sha256))
        yield copy
