"""The audit finds and names every damage, rebuilds what can be rebuilt, and goes on where it was interrupted."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certificate.states import State
from ingest import review
from ingest.audit import fixity, records
from ingest.audit import run as audit_run
from ingest.audit.checks import Check, Scope, Step, all_checks
from ingest.audit.damages import WORDING, Damage
from ingest.audit.repair import repair
from ingest.audit.run import audit, is_interrupted, latest
from ingest.intake import receive
from store.rows import LegacyOutcome, NewLegacyLine, Role, SettledAs
from tests.ingest.spoiling import Spoiled, codes

Spoil = Callable[["Spoiled"], None]
COUNT = 4
# It runs at low priority: seconds, unless others work.
_PATIENCE_S = 240.0


@pytest.fixture(scope="module")
def sound_home(kept_home: Callable[[int], Path]) -> Path:
    """The home folder of an office with a few archived scans, made once."""
    return kept_home(COUNT)


@pytest.fixture
def spoiled(sound_home: Path, make_kept: Any, tmp_path: Path) -> Spoiled:
    shutil.copytree(sound_home, tmp_path / "kept")
    return Spoiled(make_kept())


def test_a_sound_archive_is_clean(spoiled: Spoiled) -> None:
    """Nothing is found where nothing is wrong, also when read word by word; everything was looked at."""
    stray = spoiled.office.blobs.put(b"left by an interrupted intake")
    for how in ({}, {"thorough": True}):
        report = spoiled.audit(**how)
        assert [(damage.code, damage.blob) for damage in report.damages] == [("blob_unnamed", stray)]
        assert report.open_damages == ()
        assert report.progress.items["records"] == COUNT
        assert report.progress.items["blobs"] == 3 * COUNT + 1
        kept = sum(spoiled.office.blobs.size(name) for name in spoiled.office.blobs.names())
        assert report.progress.bytes_read == kept
    assert (latest(spoiled.office.settings) or {})["is_clean"]


def test_a_sound_archive_is_clean_on_postgresql(make_kept: Any, postgres_url: str) -> None:
    """The same on the other engine, with a record opened again and corrected."""
    kept = make_kept(database_url=postgres_url)
    scan_id, person = kept.archive(1), kept.person("hanh")
    review.reopen(kept.office, scan_id, why="x", who=person)
    certificate = kept.certificate(scan_id)
    row = review.correct(
        kept.office, certificate.id, version=certificate.version, path="issue_date", value="2015-05-13", who=person
    )
    report = audit(kept.office)
    assert report is not None
    assert report.damages == ()
    review.approve(kept.office, certificate.id, version=row.version, who=person)
    kept.work(scan_id)
    report = audit(kept.office)
    assert report is not None
    assert report.damages == ()


# Every damage: what is done, the code that names it, and whether it can be rebuilt.
BLOBS: list[tuple[str, Spoil, str, bool]] = [
    ("original gone", lambda s: s.path(s.original).unlink(), "blob_missing", True),
    ("bit in the original", lambda s: s.flip(s.original), "blob_altered", True),
    ("original cut off", lambda s: s.truncate(s.original), "blob_truncated", True),
    ("original emptied", lambda s: s.truncate(s.original, 0), "blob_truncated", True),
    (
        "bytes added to the original",
        lambda s: s.path(s.original).write_bytes(s.office.blobs.get(s.original) + b"x"),
        "blob_altered",
        True,
    ),
    ("PDF/A gone", lambda s: s.path(s.certificate.pdfa_sha256).unlink(), "blob_missing", True),
    ("bit in the PDF/A", lambda s: s.flip(s.certificate.pdfa_sha256, 0.9), "blob_altered", True),
    ("PDF/A cut off", lambda s: s.truncate(s.certificate.pdfa_sha256), "blob_truncated", True),
    ("preview gone", lambda s: s.path(s.certificate.previews[0]).unlink(), "blob_missing", True),
    ("bit in a preview", lambda s: s.flip(s.certificate.previews[0]), "blob_altered", True),
    ("preview cut off", lambda s: s.truncate(s.certificate.previews[0]), "blob_truncated", True),
]


def swap(s: Spoiled, one: str, other: str) -> None:
    first, second = s.path(one), s.path(other)
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)


BLOBS += [
    ("original and preview swapped", lambda s: swap(s, s.original, s.certificate.previews[0]), "blob_swapped", True),
    (
        "PDF/A of two records swapped",
        lambda s: swap(s, s.certificate.pdfa_sha256, s.kept.certificate(s.ids[2]).pdfa_sha256),
        "blob_swapped",
        True,
    ),
    (
        "original and PDF/A gone",
        lambda s: [s.path(s.original).unlink(), s.path(s.certificate.pdfa_sha256).unlink()],
        "blob_missing",
        False,
    ),
]
CHANGE = "UPDATE certificates SET"
FORGED = "record = replace(record, 'Mẫu', 'Giả')"
OF_VICTIM = "certificate_id IN (SELECT id FROM certificates WHERE scan_id = ?)"
INVENTED = (
    "INSERT INTO field_changes (certificate_id, path, who, why, at)"
    " SELECT id, 'x', 'a', '', '2026-01-01' FROM certificates WHERE scan_id = ?"
)
ROWS: list[tuple[str, str, str, bool]] = [
    ("name changed", f"UPDATE certificates SET {FORGED} WHERE scan_id = ?", "record_altered", True),
    ("version changed", f"UPDATE record_versions SET {FORGED} WHERE scan_id = ?", "version_altered", False),
    ("version deleted", "DELETE FROM record_versions WHERE scan_id = ?", "version_missing", False),
    ("certificate deleted", "DELETE FROM certificates WHERE scan_id = ?", "certificate_missing", False),
    ("scan deleted", "DELETE FROM scans WHERE id = ?", "scan_missing", False),
    ("scan moved", "UPDATE scans SET state = 'returned' WHERE id = ?", "scan_altered", False),
    ("hash changed", "UPDATE scans SET sha256 = substr(sha256, 2) || '0' WHERE id = ?", "scan_altered", False),
    ("size changed", "UPDATE scans SET size_bytes = size_bytes - 1 WHERE id = ?", "scan_altered", False),
    ("PDF/A dropped", f"{CHANGE} pdfa_sha256 = NULL WHERE scan_id = ?", "archive_row_altered", False),
    ("decision dropped", f"{CHANGE} decided_at = NULL WHERE scan_id = ?", "archive_row_altered", False),
    ("owner deleted", f"DELETE FROM owners WHERE {OF_VICTIM}", "copies_differ", True),
    ("owner changed", f"UPDATE owners SET full_name = 'Giả' WHERE {OF_VICTIM}", "copies_differ", True),
    ("field changed", f"UPDATE fields SET value = '9' WHERE path LIKE '%m2' AND {OF_VICTIM}", "copies_differ", True),
    ("parcel deleted", f"DELETE FROM parcels WHERE {OF_VICTIM}", "copies_differ", True),
    ("serial changed", f"{CHANGE} serial_key = 'AA000000' WHERE scan_id = ?", "copies_differ", True),
    ("page deleted", "DELETE FROM pages WHERE scan_id = ?", "pages_differ", False),
    ("event changed", "UPDATE events SET who = 'x' WHERE scan_id = ? AND action = 'scan_read'", "events_broken", False),
    ("event deleted", "DELETE FROM events WHERE scan_id = ? AND action = 'scan_read'", "events_broken", False),
    ("history invented", INVENTED, "history_differs", False),
    ("file's name changed", "UPDATE scans SET file_name = 'x.pdf' WHERE id = ?", "scan_altered", False),
    ("office changed", "UPDATE scans SET office = 'khác' WHERE id = ?", "scan_altered", False),
    ("uploader changed", "UPDATE scans SET uploaded_by = 'khác' WHERE id = ?", "scan_altered", False),
    ("arrival changed", "UPDATE scans SET created_at = '2020-01-01 00:00:00' WHERE id = ?", "scan_altered", False),
    ("who decided changed", f"{CHANGE} decided_by = 'khác' WHERE scan_id = ?", "archive_row_altered", False),
    (
        "when decided changed",
        f"{CHANGE} decided_at = '2020-01-01 00:00:00' WHERE scan_id = ?",
        "archive_row_altered",
        False,
    ),
    (
        "when archived changed",
        f"{CHANGE} archived_at = '2020-01-01 00:00:00' WHERE scan_id = ?",
        "archive_row_altered",
        False,
    ),
    (
        "reading changed",
        f"{CHANGE} as_read = replace(as_read, 'Mẫu', 'Giả') WHERE scan_id = ?",
        "reading_altered",
        False,
    ),
    ("pictures dropped", f"{CHANGE} previews = '[]' WHERE scan_id = ?", "pictures_differ", True),
    (
        "pictures of another",
        f"{CHANGE} previews = (SELECT previews FROM certificates WHERE scan_id <> ?1 LIMIT 1) WHERE scan_id = ?1",
        "pictures_differ",
        True,
    ),
    ("version's author changed", "UPDATE record_versions SET who = 'khác' WHERE scan_id = ?", "version_altered", False),
]


@pytest.mark.parametrize(("spoil", "code", "can_be_mended"), [row[1:] for row in BLOBS], ids=[row[0] for row in BLOBS])
def test_every_damage_to_a_file_is_named(spoiled: Spoiled, spoil: Spoil, code: str, can_be_mended: bool) -> None:
    """The damage is told at its record, with what to do; a repair rebuilds it and a new audit is clean."""
    before = {name: spoiled.office.blobs.get(name) for name in spoiled.office.blobs.names()}
    spoil(spoiled)
    report = spoiled.audit()
    assert codes(report) == {code}
    assert spoiled.victim in {damage.scan_id for damage in report.damages}
    assert all(WORDING[damage.code].advice for damage in report.damages)
    mended = repair(spoiled.office, report, who="quan")
    assert (mended.open_damages == ()) is can_be_mended
    assert (spoiled.audit().open_damages == ()) is can_be_mended
    if can_be_mended:  # Not another file in its place: the very bytes.
        assert {name: spoiled.office.blobs.get(name) for name in spoiled.office.blobs.names()} == before


@pytest.mark.parametrize(
    ("statement", "code", "can_be_mended"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_every_damage_to_a_row_is_named(spoiled: Spoiled, statement: str, code: str, can_be_mended: bool) -> None:
    """Whoever changes the database behind the system's back is found out."""
    record = spoiled.certificate.record
    spoiled.sql(statement, spoiled.victim)
    report = spoiled.audit()
    assert code in codes(report)
    assert can_be_mended is (repair(spoiled.office, report, who="quan").open_damages == ())
    if can_be_mended:
        assert spoiled.audit().open_damages == ()
        assert spoiled.kept.certificate(spoiled.victim).record == record


def test_the_end_of_the_chain_is_remembered(spoiled: Spoiled) -> None:
    """Events cut off at the end leave no gap in the chain; the audit knows how far it reached the last time."""
    spoiled.audit()
    spoiled.sql("DELETE FROM events WHERE number > (SELECT max(number) - 3 FROM events)")
    assert "events_cut_off" in codes(spoiled.audit())


def test_accounts_are_compared(spoiled: Spoiled) -> None:
    """An account that was deleted, or one that nobody added."""
    person = spoiled.kept.person("hanh")
    spoiled.sql("UPDATE users SET id = 'intruder', name = 'intruder' WHERE id = ?", person.id)
    report = spoiled.audit()
    assert {(damage.code, damage.detail) for damage in report.damages} == {
        ("user_missing", person.id),
        ("user_unknown", "intruder"),
    }


@pytest.mark.parametrize("change", ["role = 'administrator'", "password_hash = 'y'", "active = 1 - active"])
def test_an_account_changed_from_behind_is_told(spoiled: Spoiled, change: str) -> None:
    """More rights, another password, a locked person back; what is changed by the system's own ways is fine."""
    person = spoiled.kept.person("hanh")
    with spoiled.office.database.unit_of_work() as unit:
        unit.users.update(person.id, who="quan", display_name="Hạnh Mẫu")
        unit.commit()
    assert spoiled.audit().damages == ()
    spoiled.sql(f"UPDATE users SET {change} WHERE id = ?", person.id)
    assert [(damage.code, damage.detail) for damage in spoiled.audit().damages] == [("user_altered", person.id)]


def test_a_line_of_the_history_changed_from_behind_is_told(spoiled: Spoiled) -> None:
    """What somebody corrected, and that it was they, is vouched for line by line."""
    who = spoiled.kept.person("tra")
    review.reopen(spoiled.office, spoiled.victim, who=spoiled.kept.person("sep", role=Role.SUPERVISOR), why="thử")
    row = spoiled.kept.certificate(spoiled.victim)
    review.correct(
        spoiled.office, row.id, version=row.version, path="notes", value="có sửa", who=who, why="theo bản giấy"
    )
    assert "history_differs" not in codes(spoiled.audit())
    spoiled.sql("UPDATE field_changes SET who = 'lan' WHERE certificate_id = ?", row.id)
    assert "history_differs" in codes(spoiled.audit())


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE notes SET text = 'Đã đối chiếu, đúng'", "notes_differ"),
        ("UPDATE notes SET who = 'lan'", "notes_differ"),
        ("DELETE FROM notes", "notes_differ"),
        ("INSERT INTO notes (scan_id, who, at, text) SELECT scan_id, who, at, 'thêm' FROM notes", "notes_differ"),
        ("UPDATE receipts SET code = 'OTHER23467'", "receipt_differs"),
        ("DELETE FROM receipts", "receipt_differs"),
    ],
)
def test_notes_and_receipts_changed_from_behind_are_told(spoiled: Spoiled, statement: str, code: str) -> None:
    """What somebody noted beside a scan, and the code by which a citizen asks for it."""
    with spoiled.office.database.unit_of_work() as unit:
        unit.reviews.add_note(spoiled.victim, "minh", "Chờ bản trích lục")
        unit.reviews.add_receipt("ABCDE23467", spoiled.victim, "lan")
        unit.commit()
    assert spoiled.audit().damages == ()
    spoiled.sql(statement)
    assert [(damage.code, damage.scan_id) for damage in spoiled.audit().damages] == [(code, spoiled.victim)]


def test_a_receipt_that_moved_with_its_scan_is_sound(spoiled: Spoiled) -> None:
    """The scan that replaces another takes over its receipt."""
    other = spoiled.kept.archive(0)
    with spoiled.office.database.unit_of_work() as unit:
        unit.reviews.add_receipt("ABCDE23467", spoiled.victim, "lan")
        unit.reviews.move_receipt(spoiled.victim, other, who="lan")
        unit.commit()
    assert spoiled.audit().damages == ()


def test_a_scan_that_nobody_took_in_is_told(spoiled: Spoiled) -> None:
    """A row put into the database behind the system's back is no scan of ours."""
    spoiled.sql(
        "INSERT INTO scans SELECT 'ff' || substr(id, 3), " + _columns(spoiled) + " FROM scans WHERE id = ?",
        spoiled.victim,
    )
    assert ("scan_unknown", "ff" + spoiled.victim[2:]) in {(d.code, d.scan_id) for d in spoiled.audit().damages}


def _columns(spoiled: Spoiled) -> str:
    with closing(sqlite3.connect(spoiled.office.settings.home / "sohoa.db")) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(scans)")]
    return ", ".join(names[1:])


def test_two_scans_that_name_a_damaged_blob_are_both_told(spoiled: Spoiled) -> None:
    """A duplicate names the same original: it is hashed once and told at both."""
    duplicate = spoiled.kept.archive(1)
    assert spoiled.kept.scan(duplicate).state is State.DUPLICATE
    spoiled.flip(spoiled.original)
    assert {damage.scan_id for damage in spoiled.audit().damages} == {spoiled.victim, duplicate}


def test_an_old_version_is_rebuilt(spoiled: Spoiled) -> None:
    """The PDF/A of a version that is no longer the newest is looked at too, and written again as it was."""
    office, person = spoiled.office, spoiled.kept.person("hanh")
    review.reopen(office, spoiled.victim, why="x", who=person)
    opened = spoiled.kept.certificate(spoiled.victim)
    row = review.correct(office, opened.id, version=opened.version, path="serial_number", value="BX 999999", who=person)
    review.approve(office, opened.id, version=row.version, who=person)
    assert spoiled.kept.work(spoiled.victim) is State.ARCHIVED
    old = spoiled.certificate.pdfa_sha256
    assert spoiled.kept.certificate(spoiled.victim).pdfa_sha256 != old
    data = office.blobs.get(old)
    spoiled.path(old).unlink()
    report = spoiled.audit()
    assert {(damage.code, damage.role) for damage in report.damages} == {("blob_missing", "old_pdfa")}
    assert repair(office, report, who="quan").open_damages == ()
    assert office.blobs.get(old) == data


def test_a_pdfa_of_another_record_is_told(spoiled: Spoiled) -> None:
    """A sound blob in the wrong place: the row and the event name a document that is not the certificate's."""
    other = spoiled.kept.certificate(spoiled.ids[2]).pdfa_sha256
    with spoiled.office.database.unit_of_work() as unit:
        unit.certificates.set_archived(spoiled.certificate.id, other)
        unit.commit()
    report = spoiled.audit()
    assert codes(report) == {"pdfa_of_another"}
    assert repair(spoiled.office, report, who="quan").open_damages == ()
    assert spoiled.kept.certificate(spoiled.victim).pdfa_sha256 == spoiled.certificate.pdfa_sha256


def test_the_queue_is_compared(spoiled: Spoiled) -> None:
    """A scan that waits without a job, a job for nothing, and a queue that is away: each told, none a loss."""
    office = spoiled.office
    waiting = receive(office, b"\x89PNG" + bytes(40), "x.png", who="lan")
    assert waiting.error is not None
    spoiled.kept.archive(9)
    with office.database.unit_of_work() as unit:
        unit.scans.move(spoiled.victim, State.ARCHIVED, State.IN_REVIEW)
        unit.scans.move(spoiled.victim, State.IN_REVIEW, State.ARCHIVING)
        unit.commit()
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    spoiled.sql("UPDATE scans SET updated_at = ? WHERE id = ?", hour_ago, spoiled.victim)
    office.queue.put(spoiled.ids[0], "uploads", job_id=f"{spoiled.ids[0]}-job")
    report = spoiled.audit()
    assert {("scan_stranded", spoiled.victim), ("job_stale", spoiled.ids[0])} <= {
        (damage.code, damage.scan_id) for damage in report.damages
    }
    assert repair(office, report, who="quan").open_damages == ()
    assert any(job.startswith(spoiled.victim) for job in office.queue.listed_jobs())


def test_it_goes_on_where_it_was_interrupted(spoiled: Spoiled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after any step, the next run hashes nothing twice and reports the same as a run in one go."""
    monkeypatch.setattr("ingest.audit.records._BATCH", 1)
    spoiled.flip(spoiled.original)
    spoiled.path(spoiled.certificate.previews[0]).unlink()
    whole = spoiled.audit()
    hashed: list[str] = []
    monkeypatch.setattr(
        records, "look", lambda store, sha256, **how: (hashed.append(sha256), fixity.look(store, sha256, **how))[1]
    )
    stops = 0
    stop = threading.Event()
    stop.set()
    while (report := audit(spoiled.office, stop=stop)) is None:
        stops += 1
        assert is_interrupted(spoiled.office.settings)
    assert stops > COUNT
    assert len(hashed) == len(set(hashed))
    assert {damage.key for damage in report.damages} == {damage.key for damage in whole.damages}
    assert report.progress.items == whole.progress.items
    assert report.progress.bytes_read == whole.progress.bytes_read


def test_a_killed_run_repeats_a_step_and_skips_none(spoiled: Spoiled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the damages and the note of how far it came: told once all the same."""
    monkeypatch.setattr("ingest.audit.records._BATCH", 1)
    spoiled.flip(spoiled.original)
    with monkeypatch.context() as killed:
        notes = 0

        def note(self: Any) -> None:
            nonlocal notes
            notes += 1
            if notes == 4:
                raise KeyboardInterrupt

        killed.setattr(audit_run._Run, "_note", note)
        with pytest.raises(KeyboardInterrupt):
            audit(spoiled.office)
    report = spoiled.audit()
    assert [(damage.code, damage.scan_id) for damage in report.damages] == [("blob_altered", spoiled.victim)]


def test_a_new_check_is_added_in_one_place(spoiled: Spoiled) -> None:
    """Whoever keeps something new in the archive writes a check: a name and steps."""

    def packages(scope: Scope, after: str) -> Iterator[Step]:
        assert scope.office is spoiled.office
        for number in range(int(after or 0), 3):
            yield Step(str(number + 1), (Damage("blob_missing", detail=f"package {number}"),), 1)

    report = spoiled.audit(checks=(Check("packages", "Gói", packages),))
    assert [damage.detail for damage in report.damages] == ["package 0", "package 1", "package 2"]
    assert len({check.name for check in all_checks()}) == len(all_checks())


def test_no_damage_without_words() -> None:
    """Every code that the checks use has its words, in both languages."""
    used = set()
    for path in Path("ingest/audit").glob("*.py"):
        used |= {code for code in WORDING if f'"{code}"' in path.read_text(encoding="utf-8")}
    assert used == set(WORDING)
    for words in WORDING.values():
        assert all(text.endswith(".") for text in words[1:])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE legacy_lines SET content = replace(content, 'Ngoan', 'Khôn') WHERE line_number = 5",
        "UPDATE legacy_lines SET outcome = 'same'",
        "DELETE FROM legacy_lines WHERE line_number = 6",
        "UPDATE legacy_differences SET theirs = 'Lê Thị Khôn'",
        "DELETE FROM legacy_differences",
    ],
)
def test_a_register_changed_from_behind_is_told(spoiled: Spoiled, change: str) -> None:
    """Rows that another register has, and what they say otherwise, are vouched for as they were read in."""
    differing = {"owners.0.full_name": ("Lê Thị Mẫu", "Lê Thị Ngoan")}
    lines = [
        NewLegacyLine(
            5, {"full_name": "Lê Thị Ngoan"}, LegacyOutcome.DIFFERS,
            serial_number=spoiled.certificate.serial_number, certificate_id=spoiled.certificate.id,
            differences=differing,
        ),
        NewLegacyLine(6, {"full_name": "Lê Văn Lạ"}, LegacyOutcome.UNMATCHED),
    ]  # fmt: skip
    with spoiled.office.database.unit_of_work() as unit:
        unit.legacy.add(("ab" * 32, "so.xlsx"), lines, "hanh")
        unit.commit()
        (difference,) = unit.legacy.differences(spoiled.certificate.id)
        unit.legacy.settle(difference.id, SettledAs.OURS, "sep")
        unit.commit()
    assert spoiled.audit().damages == ()  # a person settled it, which is no damage
    spoiled.sql(change)
    told = [(one.code, one.detail) for one in spoiled.audit().damages if one.code != "settlement_differs"]
    assert told == [("register_altered", "abababababab, 5-6")]
