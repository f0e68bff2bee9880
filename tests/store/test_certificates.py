"""Certificates in the database: readings, corrections, decisions, answers and their history."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from certificate.citizens import Citizen, NameDifference, OwnerQuery, RegistryAnswer, RegistryVerdict
from certificate.errors import MoveNotAllowed, NotFound, VersionConflict
from certificate.geometry import Box
from certificate.reading import CertificateReading, FaceReading, ScanReading, Unreadable, Word
from certificate.record import Decision, Face, FieldReading, Finding, Form, Part, Record, Severity
from certificate.states import State
from store.database import Database, UnitOfWork
from store.rows import NewScan, OwnerAnswerRow

SHA = "ab" * 32
FIELDS = {
    "serial_number": ("BX 123456", Decision.ACCEPT),
    "owners.0.full_name": ("Nguyễn Văn Đạt", Decision.REVIEW),
    "owners.0.id_number": ("091070000123", Decision.ACCEPT),
    "owners.1.full_name": ("Trần Thị Hoà", Decision.ACCEPT),
    "issue_place": (None, Decision.REVIEW),
}
FACE = Face(page_number=1, part=Part.RIGHT, face=1, rotation_deg=90, width_px=2244, height_px=3131)
FINDING = Finding("area_words_differ", Severity.WARNING, ("serial_number",), "Diện tích khác bằng chữ.", "Xem lại.")


def _certificate(
    fields: dict[str, tuple[str | None, Decision]] = FIELDS, form: Form = Form.TT23_2014
) -> CertificateReading:
    readings = {
        path: FieldReading(value, value, 0.9, decision, 1, Part.RIGHT, Box(1, 2, 30, 40), {"tesseract": value or ""})
        for path, (value, decision) in fields.items()
    }
    face = FaceReading(FACE, (Word("Nguyễn", Box(1, 2, 30, 40), 0),), 3131, 2244)
    return CertificateReading(Record("a.pdf", form, 0.99, (FACE,), readings, (FINDING,)), (face,))


def _reading(*certificates: CertificateReading, unreadable: Sequence[Unreadable] = ()) -> ScanReading:
    return ScanReading(2, certificates or (_certificate(),), tuple(unreadable), (FINDING,))


def _scan_being_read(work: UnitOfWork) -> str:
    scan = work.scans.add(NewScan(SHA, "a.pdf", "application/pdf", 10, "lan"))
    work.scans.move(scan.id, State.RECEIVED, State.READING)
    return scan.id


def test_a_reading_comes_back_whole(database: Database) -> None:
    """Records, faces, previews, pages and findings come out as they went in, in the printed order."""
    reading = _reading(unreadable=[Unreadable(2, "damaged")])
    with database.unit_of_work() as work:
        scan_id = _scan_being_read(work)
        work.certificates.replace_reading(scan_id, reading, [[SHA]])
        work.commit()
    with database.unit_of_work(read_only=True) as work:
        (row,) = work.certificates.for_scan(scan_id)
        assert row.record == reading.certificates[0].record
        assert list(row.record.fields) == list(FIELDS)
        assert row.faces() == reading.certificates[0].faces
        assert row.previews == [SHA]
        assert (row.serial_number, row.form, row.position) == ("BX 123456", Form.TT23_2014, 0)
        assert work.scans.get(scan_id).page_count == 2
        assert [page.unreadable for page in work.scans.pages(scan_id)] == [None, "damaged"]
        assert work.scans.findings(scan_id) == (FINDING,)
