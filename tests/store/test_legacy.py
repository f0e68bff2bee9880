"""Rows of other registers on both engines: kept as they came, matched when their certificate comes."""

from __future__ import annotations

from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.states import State
from store.database import Database
from store.rows import LegacyOutcome, MatchedLine, NewLegacyLine, NewScan

SOURCE = "ab" * 32


def test_rows_wait_for_their_certificate_and_leave_when_it_comes(database: Database) -> None:
    """What is listed already is not listed twice, and a broken row never waits."""
    lines = [
        NewLegacyLine(5, {"full_name": "A"}, LegacyOutcome.UNMATCHED, serial_number="BX 123456"),
        NewLegacyLine(6, {"full_name": "A"}, LegacyOutcome.UNMATCHED, serial_number="bx123456"),
        NewLegacyLine(7, {}, LegacyOutcome.UNMATCHED),
        NewLegacyLine(8, {"fault": "x"}, LegacyOutcome.UNREADABLE),
    ]
    fields = {"serial_number": FieldReading("BX 123456", None, 0.99, Decision.ACCEPT)}
    reading = ScanReading(1, (CertificateReading(Record("a.pdf", Form.TT23_2014, 0.99, (), fields), ()),))
    with database.unit_of_work() as work:
        work.legacy.add((SOURCE, "so.xlsx"), lines, "hanh")
        scan = work.scans.add(NewScan("cd" * 32, "a.pdf", "application/pdf", 10, "lan"))
        work.scans.move(scan.id, State.RECEIVED, State.READING)
        (certificate,) = work.certificates.replace_reading(scan.id, reading)
        waiting = work.legacy.waiting_lines({"BX123456"})
        assert [line.number for line in waiting] == [5, 6]
        matched = [
            MatchedLine(line.id, line.number, certificate.id, {"owners.0.full_name": (None, "A")}) for line in waiting
        ]
        assert work.legacy.match(SOURCE, matched, "system") == 1
        assert work.legacy.match(SOURCE, matched, "system") == 0
        assert work.legacy.waiting_lines({"BX123456"}) == ()
        assert [line.number for line in work.legacy.kept_lines(SOURCE, 0, 10)] == [7]
        assert [line.number for line in work.legacy.kept_lines(SOURCE, 5, 10, matched_too=True)] == [6, 7]
        (listed,) = work.legacy.differences(certificate.id)
        assert (listed.path, listed.theirs, listed.line_number) == ("owners.0.full_name", "A", 5)
