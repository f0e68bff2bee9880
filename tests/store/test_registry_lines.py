"""Lines of lists that go to the registry by hand: one per question, answered once, noted without names."""

from __future__ import annotations

import pytest

from certificate.citizens import Citizen, OwnerQuery
from certificate.errors import NotFound
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.states import State
from store.database import Database, UnitOfWork
from store.rows import NewScan

QUERY = OwnerQuery("Nguyễn Văn Mẫu", "371234567", "1970", "male")
CITIZEN = Citizen("091070000123", "371234567", "Nguyễn Văn Mẫu", "1970-02-03", "male", "Kiên Giang", "alive")


def _certificate(work: UnitOfWork) -> tuple[str, str]:
    scan = work.scans.add(NewScan("ab" * 32, "a.pdf", "application/pdf", 10, "lan"))
    work.scans.move(scan.id, State.RECEIVED, State.READING)
    fields = {"owners.0.full_name": FieldReading("Nguyễn Văn Mẫu", None, 0.99, Decision.ACCEPT)}
    record = Record("a.pdf", Form.TT23_2014, 0.99, (), fields)
    (row,) = work.certificates.replace_reading(scan.id, ScanReading(1, (CertificateReading(record, ()),)))
    return scan.id, row.id


def test_the_same_question_has_one_line(database: Database) -> None:
    """A list that is made again names the same line, so that either copy can be filled in."""
    with database.unit_of_work() as work:
        _, certificate_id = _certificate(work)
        line = work.registry_lines.add(certificate_id, 0, QUERY, "lan")
        assert work.registry_lines.add(certificate_id, 0, QUERY, "minh") == line
        other = work.registry_lines.add(certificate_id, 0, OwnerQuery("Nguyễn Văn Mẫu", "371234568"), "lan")
        assert work.registry_lines.for_certificate(certificate_id) == (line, other)
        assert line.answered_at is None
        with pytest.raises(NotFound):
            work.registry_lines.get("nothing")


def test_an_answer_is_kept_once_and_noted_without_names(database: Database) -> None:
    """The same answer again changes nothing; another one takes its place; nobody found is an answer, too."""
    with database.unit_of_work() as work:
        scan_id, certificate_id = _certificate(work)
        line = work.registry_lines.add(certificate_id, 0, QUERY, "lan")
        assert work.registry_lines.answer(line.id, [CITIZEN], "minh")
        assert not work.registry_lines.answer(line.id, [CITIZEN], "minh")
        kept = work.registry_lines.get(line.id)
        assert kept.citizens == (CITIZEN,)
        assert kept.answered_by == "minh"
        assert kept.answered_at is not None
        assert work.registry_lines.answer(line.id, [], "minh")
        assert not work.registry_lines.answer(line.id, [], "minh")
        work.commit()
        noted = [event for event in work.events.for_scan(scan_id) if event.action == "registry_list_answered"]
        assert [event.detail["found"] for event in noted] == [1, 0]
        assert CITIZEN.citizen_id not in str([event.detail for event in noted])
