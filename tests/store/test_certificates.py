"""Certificates in the database: readings, corrections, decisions, answers and their history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from certificate.citizens import (
    Citizen,
    IdentityCard,
    JoinedBy,
    NameDifference,
    OwnerQuery,
    OwnersCard,
    RegistryAnswer,
    RegistryVerdict,
)
from certificate.errors import MoveNotAllowed, NotFound, VersionConflict
from certificate.geometry import Box
from certificate.keys import parcel_keys, register_key
from certificate.reading import CertificateReading, FaceReading, ScanReading, Unreadable, Word
from certificate.record import Decision, Face, FieldReading, Finding, Form, Part, Record, Severity
from certificate.states import State
from store.database import Database, UnitOfWork
from store.rows import NewScan, OwnerAnswerRow, OwnerCardRow

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


def test_a_second_run_replaces_and_never_doubles(database: Database) -> None:
    """Read again, the certificates keep their ids, take the new values, and surplus ones go."""
    with database.unit_of_work() as work:
        scan_id = _scan_being_read(work)
        first = work.certificates.replace_reading(scan_id, _reading(_certificate(), _certificate()))
        again = work.certificates.replace_reading(
            scan_id, _reading(_certificate({"serial_number": ("BX 1", Decision.ACCEPT)}))
        )
        assert [row.id for row in again] == [first[0].id]
        assert again[0].serial_number == "BX 1"
        assert [field.path for field in work.certificates.fields(first[0].id)] == ["serial_number"]
        with pytest.raises(NotFound):
            work.certificates.get(first[1].id)
        work.commit()


def test_a_late_worker_cannot_overwrite(database: Database) -> None:
    """A reading that arrives after the scan has gone on is refused."""
    with database.unit_of_work() as work:
        scan_id = _scan_being_read(work)
        work.scans.move(scan_id, State.READING, State.CHECKING)
        with pytest.raises(MoveNotAllowed):
            work.certificates.replace_reading(scan_id, _reading())
        with pytest.raises(NotFound):
            work.certificates.replace_reading("0" * 32, _reading())


@pytest.mark.parametrize(
    ("path", "value", "action"),
    [
        ("owners.0.full_name", "Nguyễn Văn Đạt", "field_confirmed"),
        ("owners.0.full_name", "Nguyễn Văn Đát", "field_corrected"),
        ("issue_place", "Rạch Giá", "field_corrected"),  # required and unread
        ("notes", "Không", "field_corrected"),  # not read at all
        ("owners.1.full_name", None, "field_corrected"),  # not on the paper
    ],
)
def test_a_correction_settles_a_field(
    timed_database: Database, clock: object, path: str, value: str | None, action: str
) -> None:
    """The value, who, when and why are kept; the reader's own reading stays; the version goes up by one."""
    with timed_database.unit_of_work() as work:
        scan_id = _scan_being_read(work)
        (row,) = work.certificates.replace_reading(scan_id, _reading())
        old = row.record.value(path)
        corrected = work.certificates.correct_field(row.id, row.version, path, value, "minh", "theo bản gốc")
        work.commit()
        assert corrected.version == row.version + 1
        assert corrected.record.value(path) == value
        assert work.certificates.as_read(row.id) == row.record
        (change,) = work.certificates.history(row.id)
        assert (change.path, change.old, change.new, change.who, change.why) == (
            path, old, value, "minh", "theo bản gốc",
        )  # fmt: skip
        assert change.at.isoformat() == "2026-11-24T08:00:00+00:00"
        (field,) = [field for field in work.certificates.fields(row.id) if field.path == path]
        assert (field.value, field.settled_by, field.decision) == (value, "minh", Decision.ACCEPT)
        last = work.events.for_scan(scan_id)[-1]
        told = dict(last.detail)
        assert len(told.pop("line_sha256")) == 64, "the chain vouches for the line"
        assert (last.action, told) == (action, {"certificate_id": row.id, "path": path})


def test_settling_every_field_accepts_the_record(database: Database) -> None:
    """The verdict follows the fields; the serial number stays searchable after its correction."""
    with database.unit_of_work() as work:
        (row,) = work.certificates.replace_reading(_scan_being_read(work), _reading())
        assert row.verdict is Decision.REVIEW
        row = work.certificates.correct_field(row.id, row.version, "owners.0.full_name", "Nguyễn Văn Đạt", "minh")
        row = work.certificates.correct_field(row.id, row.version, "issue_place", None, "minh")
        row = work.certificates.correct_field(row.id, row.version, "serial_number", "ĐA 654321", "minh")
        assert row.verdict is Decision.ACCEPT
        assert [found.id for found in work.certificates.search_serial("đa65")] == [row.id]
        assert work.certificates.search_serial("BX 123456") == ()


def test_corrections_survive_checks_and_another_reading(database: Database) -> None:
    """What a person settled, a field taken out included, is not undone by the machine."""
    with database.unit_of_work() as work:
        scan_id = _scan_being_read(work)
        (row,) = work.certificates.replace_reading(scan_id, _reading())
        row = work.certificates.correct_field(row.id, row.version, "owners.0.full_name", "Nguyễn Văn Đát", "minh")
        row = work.certificates.correct_field(row.id, row.version, "owners.1.full_name", None, "minh")
        lifted = {
            path: reading.replace(confidence=0.5, decision=Decision.REVIEW)
            for path, reading in _certificate().record.fields.items()
        }
        checked = work.certificates.save_checked(row.id, row.record.replace(fields=lifted, findings=()))
        (again,) = work.certificates.replace_reading(scan_id, _reading())
        for now in (checked, again):
            assert now.record.value("owners.0.full_name") == "Nguyễn Văn Đát"
            assert now.record.fields["owners.0.full_name"].decision is Decision.ACCEPT
            assert "owners.1.full_name" not in now.record.fields
        assert checked.record.fields["serial_number"].decision is Decision.REVIEW
        assert len(work.certificates.history(row.id)) == 2
        (other,) = work.certificates.replace_reading(scan_id, _reading(_certificate(form=Form.CCCD)))
        assert other.record.value("owners.1.full_name") == "Trần Thị Hoà"


def test_an_old_version_is_a_conflict(database: Database) -> None:
    """Two reviewers at one certificate: the second is told, and nothing of theirs is mixed."""
    with database.unit_of_work() as work:
        (row,) = work.certificates.replace_reading(_scan_being_read(work), _reading())
        work.certificates.correct_field(row.id, row.version, "notes", "a", "minh")
        with pytest.raises(VersionConflict):
            work.certificates.correct_field(row.id, row.version, "notes", "b", "lan")
        with pytest.raises(VersionConflict):
            work.certificates.decide(row.id, row.version, "lan")
        assert work.certificates.get(row.id).record.value("notes") == "a"


def test_what_was_seen_and_changed_since_is_a_conflict(database: Database) -> None:
    """Checks, decisions and archived copies made of an old row are turned away and leave nothing behind."""
    with database.unit_of_work() as work:
        (seen,) = work.certificates.replace_reading(_scan_being_read(work), _reading())
        now = work.certificates.correct_field(seen.id, seen.version, "notes", "a", "minh")
        for late in (
            lambda: work.certificates.save_checked(seen, seen.record),
            lambda: work.certificates.decide(seen, seen.version, "lan"),
            lambda: work.certificates.set_archived(seen, SHA),
        ):
            with pytest.raises(VersionConflict):
                late()
        assert work.certificates.get(seen.id) == now


def test_a_check_that_changes_nothing_writes_no_copies(database: Database, statements: Counter[str]) -> None:
    """Fields, owners, parcels and words for searching are written where they differ, and nowhere else."""
    with database.unit_of_work() as work:
        (row,) = work.certificates.replace_reading(_scan_being_read(work), _reading(_certificate(PARCEL)))
        statements.clear()
        row = work.certificates.save_checked(row, row.record, (), ())
        assert not {verb for verb in statements if verb.endswith((" fields", " owners", " parcels", " search_entries"))}
        surer = row.record.fields["serial_number"].replace(confidence=0.99)
        record = row.record.replace(fields={**row.record.fields, "serial_number": surer})
        work.certificates.save_checked(row, record, (), ())
        written = {verb for verb in statements if verb.endswith((" fields", " owners", " parcels", " search_entries"))}
        assert written == {"UPDATE fields"}
        found = {field.path: field.confidence for field in work.certificates.fields(row.id)}
        assert found == {path: 0.99 if path == "serial_number" else 0.9 for path in row.record.fields}


def test_deciding_archiving_and_reopening(timed_database: Database) -> None:
    """The decision and the archived copy are noted; a reopened certificate keeps what was archived."""
    with timed_database.unit_of_work() as work:
        scan_id = _scan_being_read(work)
        (row,) = work.certificates.replace_reading(scan_id, _reading())
        row = work.certificates.decide(row.id, row.version, "minh")
        assert (row.decided_by, row.decided_at is not None) == ("minh", True)
        archived = work.certificates.set_archived(row.id, SHA)
        assert work.certificates.set_archived(row.id, SHA) == archived
        work.certificates.reopen(scan_id, "tam")
        reopened = work.certificates.get(row.id)
        assert (reopened.decided_by, reopened.decided_at, reopened.pdfa_sha256) == (None, None, SHA)
        (summary,) = work.certificates.summaries([scan_id])[scan_id]
        assert (summary.pdfa_sha256, summary.version) == (SHA, reopened.version)
        assert work.certificates.summaries(["0" * 32]) == {"0" * 32: ()}


def test_answers_are_replaced_and_kept_as_evidence(database: Database) -> None:
    """The registry's answer comes back with what was asked; a later answer takes its place."""
    citizen = Citizen("091070000123", None, "Nguyễn Văn Đát", "1970-05-12", "male", "Rạch Giá", "alive")
    answer = RegistryAnswer(
        RegistryVerdict.NAME_DIFFERS, citizen, NameDifference.ONE_TONE_MARK, "2026-11-24T08:00:00+07:00", "CB01"
    )
    asked = OwnerAnswerRow(0, answer, OwnerQuery("Nguyễn Văn Đạt", "091070000123", "1970", "male"))
    unasked = OwnerAnswerRow(1, RegistryAnswer(RegistryVerdict.NOT_ASKED))
    with database.unit_of_work() as work:
        scan_id = _scan_being_read(work)
        (row,) = work.certificates.replace_reading(scan_id, _reading())
        work.certificates.save_answers(row.id, [unasked, asked])
        work.certificates.save_answers(row.id, [unasked, asked])
        assert work.certificates.answers(row.id) == (asked, unasked)
        work.commit()
        detail = work.events.for_scan(scan_id)[-1].detail
        assert detail["verdicts"] == {"0": "name_differs", "1": "not_asked"}
        assert "Nguyễn" not in str(detail)
        work.certificates.save_answers(row.id, [])
        assert work.certificates.answers(row.id) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [("BX 123456", 2), ("bx1234", 2), ("BX-12.34", 2), ("BX 1234567", 0), ("X 1", 0), ("", 0), ("  ", 0), ("%", 0)],
)
def test_serials_are_found_by_their_beginning(database: Database, text: str, found: int) -> None:
    """Letter case, spaces and points do not matter; a sign of a query language means nothing."""
    with database.unit_of_work() as work:
        rows = work.certificates.replace_reading(_scan_being_read(work), _reading(_certificate(), _certificate()))
        assert len(work.certificates.search_serial(text)) == found
        assert [other.id for other in work.certificates.same_serial("BX123456", except_id=rows[0].id)] == [rows[1].id]


def test_misread_values_of_any_length_can_be_kept(database: Database) -> None:
    """A field full of noise goes into the table and comes back; its search keys are cut to size."""
    noise = "ữ\x00x" * 3000
    fields = dict.fromkeys(("serial_number", "owners.0.full_name", "owners.0.id_number"), (noise, Decision.REVIEW))
    with database.unit_of_work() as work:
        (row,) = work.certificates.replace_reading(_scan_being_read(work), _reading(_certificate(fields)))
        work.commit()
        assert row.record.value("serial_number") == noise


PARCEL = {
    "serial_number": ("BX 123456", Decision.ACCEPT),
    "register_number": ("CH 01234", Decision.ACCEPT),
    "issue_date": ("2015-05-12", Decision.ACCEPT),
    "issuing_authority": ("ỦY BAN NHÂN DÂN HUYỆN GIỒNG RIỀNG", Decision.ACCEPT),
    "parcels.0.parcel_number": ("123", Decision.ACCEPT),
    "parcels.0.map_sheet_number": ("9", Decision.ACCEPT),
    "parcels.0.address": ("xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang", Decision.ACCEPT),
}


def test_papers_for_one_parcel_or_one_entry_find_each_other(database: Database) -> None:
    """By indexed keys that follow every change of the record; papers out of play may be left out."""
    ids = []
    with database.unit_of_work() as work:
        for _ in range(2):
            scan_id = _scan_being_read(work)
            (row,) = work.certificates.replace_reading(scan_id, _reading(_certificate(PARCEL)))
            ids.append(row.id)
        one, other = ids
        key = parcel_keys(row.record)[0]
        entry = register_key(row.record) or ""
        assert [found.id for found in work.certificates.same_parcel(key, except_id=other)] == [one]
        assert [found.id for found in work.certificates.same_register_number(entry, except_id=one)] == [other]
        assert work.certificates.same_parcel(key, except_id=other, leave_out={State.READING}) == ()
        assert work.certificates.same_serial("BX 123456", except_id=other, leave_out={State.READING}) == ()
        work.certificates.correct_field(one, 1, "parcels.0.parcel_number", "124", "lan")
        work.certificates.correct_field(one, 2, "register_number", None, "lan")
        assert work.certificates.same_parcel(key, except_id=other) == ()
        assert work.certificates.same_register_number(entry, except_id=other) == ()


def test_cards_of_owners_are_kept_and_noted_once(database: Database) -> None:
    """Where a personal number came from stays with the certificate; keeping the same again is no event."""
    card = IdentityCard("091070000123", "Nguyễn Văn Đạt", "371234567", "1970-02-03", "male", "c", 3)
    rows = (OwnerCardRow(0, OwnersCard(card, JoinedBy.OLD_ID_NUMBER)),)
    with database.unit_of_work() as work:
        scan_id = _scan_being_read(work)
        (row,) = work.certificates.replace_reading(scan_id, _reading())
        work.certificates.save_cards(row.id, rows)
        work.certificates.save_cards(row.id, rows)
        work.commit()
        assert work.certificates.cards(row.id) == rows
        noted = [event for event in work.events.for_scan(scan_id) if event.action == "identity_cards_joined"]
        assert [event.detail["joined_by"] for event in noted] == [{"0": "old_id_number"}]
        assert "091070000123" not in str([event.detail for event in noted])
        work.certificates.save_cards(row.id, ())
        assert work.certificates.cards(row.id) == ()
