"""A worker process for the kill test: does the real work, but kills itself (SIGKILL) at a named point.

    python doomed_worker.py HOME POINT

POINT is one of ``POINTS`` or ``none``. The reader is a recorded one, so that a test takes a second and not a minute;
everything else is the product's own. The product holds no hook for this: its functions are wrapped from here.
"""

import io
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

import worker
from archive import pdfa
from archive.blobs import FolderBlobStore
from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading, Word
from certificate.record import Decision, Face, FieldReading, Form, Part, Record
from certificate.states import State
from ingest import intake, pipeline
from ingest.office import Office
from ingest.queue import WorkQueue
from ingest.settings import load
from store.certificates import CertificateRepository
from store.scans import ScanRepository

OWNER = ("Nguyễn Văn Mẫu", "091080123456", "1980", "male")


def picture() -> bytes:
    """A scan for the recorded reader: a white page with one line."""
    image = Image.new("L", (600, 800), "white")
    ImageDraw.Draw(image).text((60, 60), "Nguyen Van Mau", fill=0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


class RecordedReader:
    """Gives the same certain record for every scan."""

    def read(self, path: Path, source: str) -> ScanReading:
        data = path.read_bytes()
        face = Face(1, Part.WHOLE, 1, 0, 600, 800)
        words = tuple(Word(text, Box(60 + 60 * i, 60, 110 + 60 * i, 76), 0) for i, text in enumerate(OWNER[0].split()))
        values = {
            "serial_number": "BX 123456",
            "issue_date": "2015-05-12",
            "owners.0.role": "holder",
            "owners.0.full_name": OWNER[0],
            "owners.0.gender": OWNER[3],
            "owners.0.birth_year": OWNER[2],
            "owners.0.id_type": "cccd",
            "owners.0.id_number": OWNER[1],
            "parcels.0.parcel_number": "123",
            "parcels.0.map_sheet_number": "45",
            "parcels.0.address": "xã Mỹ Lâm, huyện Hòn Đất, tỉnh Kiên Giang",
            "parcels.0.area_m2": "150.5",
            "parcels.0.purposes.0.name": "Đất ở tại nông thôn",
            "parcels.0.purposes.0.code": "ONT",
            "parcels.0.term": "lau_dai",
            "issuing_authority": "ỦY BAN NHÂN DÂN HUYỆN HÒN ĐẤT",
        }
        fields = {path: FieldReading(value, value, 0.999, Decision.ACCEPT, 1) for path, value in values.items()}
        record = Record(source, Form.TT23_2014, 0.99, (face,), fields)
        return ScanReading(1, (CertificateReading(record, (FaceReading(face, words, 600, 800, preview_jpeg=data),)),))


def die(*_args: Any, **_kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def before(owner: Any, name: str, when: Callable[..., bool] = lambda *_a, **_k: True) -> None:
    real = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when(*args, **kwargs):
            die()
        return real(*args, **kwargs)

    setattr(owner, name, wrapped)


def after(owner: Any, name: str, when: Callable[..., bool] = lambda *_a, **_k: True) -> None:
    real = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        if when(*args, **kwargs):
            die()
        return result

    setattr(owner, name, wrapped)


def moving_to(state: State) -> Callable[..., bool]:
    return lambda _self, _scan_id, _from, to, **_changes: to is state


def is_pdf(_self: Any, data: Any) -> bool:
    return isinstance(data, bytes) and data.startswith(b"%PDF")


POINTS: dict[str, Callable[[], None]] = {
    "when the scan is claimed": lambda: after(ScanRepository, "claim"),
    "after the claim is committed": lambda: before(pipeline, "_advance_claimed"),
    "while moving to reading": lambda: after(ScanRepository, "move", moving_to(State.READING)),
    "in the middle of reading": lambda: before(RecordedReader, "read"),
    "after reading, before a preview is kept": lambda: after(RecordedReader, "read"),
    "after a preview is kept": lambda: after(FolderBlobStore, "put"),
    "after the reading is stored, before the commit": lambda: after(CertificateRepository, "keep_reading"),
    "while moving to checking": lambda: after(ScanRepository, "move", moving_to(State.CHECKING)),
    "before the registry is asked": lambda: before(pipeline, "check_certificate"),
    "after the registry answered": lambda: after(pipeline, "check_certificate"),
    "after the answers are stored, before the commit": lambda: after(CertificateRepository, "save_checked"),
    "after the decision, before the commit": lambda: after(CertificateRepository, "decide"),
    "while moving to archiving": lambda: after(ScanRepository, "move", moving_to(State.ARCHIVING)),
    "before the PDF/A is written": lambda: before(pdfa, "write_pdfa"),
    "after the PDF/A is written": lambda: after(pdfa, "write_pdfa"),
    "after the PDF/A is kept, before its row": lambda: after(FolderBlobStore, "put", is_pdf),
    "after the PDF/A's row, before the commit": lambda: after(CertificateRepository, "set_archived"),
    "before the last move": lambda: before(ScanRepository, "move", moving_to(State.ARCHIVED)),
    "after the last move, before its commit": lambda: after(ScanRepository, "move", moving_to(State.ARCHIVED)),
}
INTAKE_POINTS: dict[str, Callable[[], None]] = {
    "after the blob, before the row": lambda: after(FolderBlobStore, "put"),
    "after the row, before the commit": lambda: after(ScanRepository, "add"),
    "after the commit, before the job": lambda: before(intake, "enqueue"),
    "after the job is noted, before it is listed": lambda: before(WorkQueue, "put"),
    "after the job is listed": lambda: after(intake, "enqueue"),
}


def main(home: str, point: str) -> None:
    settings = load(Path(home))
    if point.startswith("intake: "):
        INTAKE_POINTS[point.removeprefix("intake: ")]()
        with Office.open(settings) as office:
            intake.receive(office, picture(), "scan.jpg", who="clerk")
        return
    POINTS.get(point, lambda: None)()
    Office.reader = RecordedReader()  # type: ignore[assignment]
    worker.run(settings, burst=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
