"""What is kept for good: versions of a record, signatures, and the one way in which something may be deleted."""

from __future__ import annotations

import dataclasses
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from archive.pdfa import pdfa_facts
from archive.signing import Pkcs12File, Trust, sign_pdf
from certificate.errors import BlobMissing, MoveNotAllowed, NotAllowed, NotFound, RetentionRefused, SettingsInvalid
from certificate.states import State
from ingest import accounts, retention, review
from ingest.audit.repair import repair
from ingest.audit.run import audit
from ingest.backup.make import make_backup
from ingest.backup.restore import restore
from ingest.cli import command
from ingest.intake import receive
from ingest.office import Office
from ingest.settings import load
from ingest.signing import kept, what_keeps_from_signing
from store.rows import CaseStatus, Role, VersionKind

MakeKept = Callable[..., Any]
NAME = "owners.0.full_name"


def test_every_approval_and_later_correction_is_a_version(kept_office: Any) -> None:
    """What was approved first can be read word by word after it was opened again, corrected and approved anew."""
    office, person = kept_office.office, kept_office.person("hanh")
    scan_id = kept_office.archive(1)
    first = kept_office.certificate(scan_id)
    review.reopen(office, scan_id, why="sai tên", who=person)
    opened = kept_office.certificate(scan_id)
    assert (opened.decided_at, opened.pdfa_sha256) == (None, first.pdfa_sha256)
    row = review.correct(
        office, first.id, version=opened.version, path=NAME, value="Nguyễn Văn Mậu", who=person, why="sai tên"
    )
    assert review.approve(office, first.id, version=row.version, who=person) is State.ARCHIVING
    assert kept_office.work(scan_id) is State.ARCHIVED
    again = kept_office.certificate(scan_id)
    with office.database.unit_of_work(read_only=True) as unit:
        found = unit.versions.list(first.id)
        names = [unit.versions.record(first.id, version.number).value(NAME) for version in found]
        with pytest.raises(NotFound):
            unit.versions.record(first.id, 4)
        events = {event.detail.get("version"): event for event in unit.events.for_scan(scan_id)}
    assert [version.number for version in found] == [1, 2, 3]
    assert [version.kind for version in found] == [VersionKind.APPROVED, VersionKind.CORRECTED, VersionKind.APPROVED]
    assert [version.who for version in found] == ["system", "hanh", "hanh"]
    assert names == ["Nguyễn Văn Mẫu", "Nguyễn Văn Mậu", "Nguyễn Văn Mậu"]
    assert [version.pdfa_sha256 for version in found] == [first.pdfa_sha256, None, again.pdfa_sha256]
    assert again.archived_at >= again.decided_at
    for version in found:  # The chain vouches for each of them.
        assert events[version.number].detail["record_sha256"] == version.record_sha256
        if version.pdfa_sha256:
            office.blobs.verify(version.pdfa_sha256)


def test_only_what_is_archived_can_be_reopened(kept_office: Any) -> None:
    """A scan in another state has nothing to open again."""
    received = receive(kept_office.office, b"%PDF-1.7 broken", "a.pdf", who="lan")
    with pytest.raises(MoveNotAllowed):
        review.reopen(kept_office.office, received.scan_id, why="", who=kept_office.person("hanh"))


def test_all_of_it_in_an_object_store(
    make_kept: MakeKept, s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From intake to archive, audit with repair, backup and restore: the same where blobs are objects."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    for bucket in ("kho", "kho-moi"):
        httpx.put(f"{s3_server}/{bucket}", timeout=10, trust_env=False).raise_for_status()
    made = make_kept(blobs_url=f"s3://kho/a?endpoint={s3_server}&allow_http=true")
    scan_id = made.archive(1)
    assert made.scan(scan_id).state is State.ARCHIVED
    made.office.blobs.remove(made.certificate(scan_id).pdfa_sha256)
    report = audit(made.office)
    assert report is not None
    assert [damage.code for damage in report.damages] == ["blob_missing"]
    assert repair(made.office, report, who="quan").open_damages == ()
    make_backup(made.office, tmp_path / "backup")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "sohoa.toml").write_text(
        f'blobs_url = "s3://kho-moi/b?endpoint={s3_server}&allow_http=true"\n', encoding="utf-8"
    )
    restore(tmp_path / "new", tmp_path / "backup")
    with Office.open(load(tmp_path / "new", {})) as office:
        assert set(office.blobs.names()) == set(made.office.blobs.names())


# --- deleting


def old(kept_office: Any, scan_id: str, days: int = 400) -> None:
    """Let a scan look as if nobody had touched it for so long."""
    with kept_office.office.database.unit_of_work() as unit:
        unit._connection.exec_driver_sql(
            "UPDATE scans SET updated_at = ? WHERE id = ?",
            ((datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f"), scan_id),
        )
        unit.commit()


@pytest.fixture
def strict(make_kept: MakeKept) -> Any:
    """An office that lets failed scans go after a year."""
    return make_kept("strict", retention_rules="failed:365, archived:3650")


def test_two_people_delete_and_a_trace_stays(strict: Any) -> None:
    """Proposed by one, confirmed by another: rows and blobs are gone, the chain says what, by what rule and by whom."""
    office = strict.office
    failed = receive(office, b"%PDF-1.7 broken", "ten-nguoi.pdf", who="lan")
    kept_id = strict.archive(1)
    old(strict, failed.scan_id)
    old(strict, kept_id)
    sha256 = strict.scan(failed.scan_id).sha256
    assert retention.due(office, State.FAILED) == (failed.scan_id,)
    assert retention.due(office, State.ARCHIVED) == ()
    case = retention.propose(office, State.FAILED, reason="Quá hạn lưu", who=strict.person("hanh"))
    assert office.blobs.has(sha256)
    with pytest.raises(RetentionRefused):
        retention.confirm(office, case.id, who=strict.person("hanh"))
    with pytest.raises(NotAllowed):
        retention.confirm(office, case.id, who=strict.person("lan", Role.CLERK))
    done = retention.confirm(office, case.id, who=strict.person("quan", Role.ADMINISTRATOR))
    assert (done.status, done.proposed_by, done.decided_by) == (CaseStatus.EXECUTED, "hanh", "quan")
    assert done.reason == "Quá hạn lưu"
    with pytest.raises(NotFound):
        strict.scan(failed.scan_id)
    with pytest.raises(BlobMissing):
        office.blobs.get(sha256)
    with office.database.unit_of_work(read_only=True) as unit:
        trace = [event for event in unit.events.for_scan(failed.scan_id) if event.action == "scan_disposed"]
        assert unit.events.first_broken() is None
    assert [event.detail["sha256"] for event in trace] == [sha256]
    assert (trace[0].detail["rule"], trace[0].detail["proposed_by"]) == ("failed:365", "hanh")
    assert strict.scan(kept_id).state is State.ARCHIVED
    report = audit(office)
    assert report is not None
    assert report.damages == ()  # What was deleted by the rule is not missed.
    with pytest.raises(RetentionRefused):
        retention.confirm(office, case.id, who=strict.person("hanh"))


def test_an_archived_scan_goes_whole_when_the_rule_says_so(strict: Any) -> None:
    """Original, PDF/A, previews and versions go; a blob that another scan names stays."""
    office = strict.office
    gone, stays = strict.archive(1), strict.archive(2)
    with office.database.unit_of_work() as unit:  # Both show the same blank page, say.
        shared = strict.certificate(stays).previews[0]
        previews = [*strict.certificate(gone).previews, shared]
        certificate = strict.certificate(gone)
        unit.certificates._update(certificate, previews=previews)
        unit.commit()
    old(strict, gone, 4000)
    certificate = strict.certificate(gone)
    case = retention.propose(office, State.ARCHIVED, reason="Bản thử", who=strict.person("hanh"))
    retention.confirm(office, case.id, who=strict.person("quan"))
    left = set(office.blobs.names())
    other = strict.certificate(stays)
    assert left == {strict.scan(stays).sha256, other.pdfa_sha256, *other.previews}
    with office.database.unit_of_work(read_only=True) as unit:
        assert unit.versions.list(certificate.id) == ()


def test_what_may_not_be_deleted(strict: Any, kept_office: Any) -> None:
    """Without a rule, before the time, named by a duplicate, touched since: all refused, nothing lost."""
    office, who = strict.office, strict.person("hanh")
    scan_id = receive(office, b"%PDF-1.7 broken", "a.pdf", who="lan").scan_id
    with pytest.raises(RetentionRefused, match="no rule"):
        retention.propose(kept_office.office, State.FAILED, reason="x", who=kept_office.person("hanh"))
    with pytest.raises(RetentionRefused, match="no rule"):
        retention.propose(office, State.RETURNED, reason="x", who=who)
    with pytest.raises(RetentionRefused, match="nothing is due"):
        retention.propose(office, State.FAILED, reason="x", who=who)
    with pytest.raises(RetentionRefused, match="not due"):
        retention.propose(office, State.FAILED, reason="x", who=who, scan_ids=[scan_id])
    with pytest.raises(RetentionRefused, match="reason"):
        retention.propose(office, State.FAILED, reason=" ", who=who)
    old(strict, scan_id)
    case = retention.propose(office, State.FAILED, reason="x", who=who)
    review.retry(office, scan_id, who=who)  # Somebody wants it after all.
    retention.confirm(office, case.id, who=strict.person("quan"))
    assert strict.scan(scan_id).state is State.RECEIVED
    assert office.blobs.has(strict.scan(scan_id).sha256)
    original, duplicate = strict.archive(7), strict.archive(7)
    assert strict.scan(duplicate).state is State.DUPLICATE
    old(strict, original, 4000)
    assert retention.due(office, State.ARCHIVED) == ()


def test_deleting_is_taken_up_again(strict: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between rows and blobs, the next run finishes it and doubles nothing."""
    office = strict.office
    scan_id = receive(office, b"%PDF-1.7 broken", "a.pdf", who="lan").scan_id
    old(strict, scan_id)
    sha256 = strict.scan(scan_id).sha256
    case = retention.propose(office, State.FAILED, reason="x", who=strict.person("hanh"))
    with monkeypatch.context() as killed:
        killed.setattr(retention, "_remove_blobs", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            retention.confirm(office, case.id, who=strict.person("quan"))
    assert office.blobs.has(sha256)
    assert retention.execute(office, case.id).status is CaseStatus.EXECUTED
    assert not office.blobs.has(sha256)
    with office.database.unit_of_work(read_only=True) as unit:
        actions = [event.action for event in unit.events.for_scan(scan_id)]
    assert actions.count("scan_disposed") == 1


@pytest.mark.parametrize("when", ["before the blob is gone", "after"])
def test_the_same_bytes_handed_in_meanwhile_survive(strict: Any, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """A clerk hands in again what is being deleted: the new scan keeps its original, whoever is faster."""
    office = strict.office
    data = b"%PDF-1.7 broken"
    scan_id = receive(office, data, "a.pdf", who="lan").scan_id
    old(strict, scan_id)
    case = retention.propose(office, State.FAILED, reason="x", who=strict.person("hanh"))
    real = office.blobs.remove

    def remove(sha256: str) -> None:
        if when == "after":
            real(sha256)
        receive(office, data, "b.pdf", who="lan")
        if when != "after":
            real(sha256)

    monkeypatch.setattr(office.blobs, "remove", remove)
    retention.confirm(office, case.id, who=strict.person("quan"))
    with office.database.unit_of_work(read_only=True) as unit:
        (row,) = unit.scans.list().items
    assert office.blobs.get(row.sha256) == data


def test_deleting_from_the_command_line(strict: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people, each with a password of their own; the list tells what became of it."""
    monkeypatch.setenv("SOHOA_RETENTION_RULES", "failed:365")
    for name in ("hanh", "quan"):
        accounts.add_user(
            strict.office, name=name, password=f"mat khau cua {name}", display_name=name, role=Role.SUPERVISOR
        )
    scan_id = receive(strict.office, b"%PDF-1.7 broken", "a.pdf", who="lan").scan_id
    old(strict, scan_id)

    def run(*words: str, said: str = "") -> Any:
        home = ["--home", str(strict.office.settings.home), "retention"]
        return CliRunner().invoke(command, [*home, *words], input=said)

    assert run("due", "--state", "failed").stdout.split() == [scan_id]
    by = ("--password-stdin", "--user")
    proposed = run(
        "propose", "--state", "failed", "--reason", "quá hạn", "--json", *by, "hanh", said="mat khau cua hanh\n"
    )
    case = json.loads(proposed.stdout)["case"]
    wrong = run("confirm", case, *by, "quan", said="sai\n")
    assert wrong.exit_code != 0
    assert NotAllowed.message in wrong.stderr
    same = run("confirm", case, *by, "hanh", said="mat khau cua hanh\n")
    assert RetentionRefused.message in same.stderr
    assert strict.scan(scan_id).state is State.FAILED
    done = run("confirm", case, *by, "quan", said="mat khau cua quan\n")
    assert done.exit_code == 0, done.output
    assert "đã hủy" in run("list").stdout
    with pytest.raises(NotFound):
        strict.scan(scan_id)


@pytest.mark.parametrize("rules", ["reading:10", "failed", "failed:0", "failed:soon", "nonsense:3"])
def test_wrong_rules_are_told(tmp_path: Path, rules: str) -> None:
    """A rule about a scan that is being worked on, or without days, is a mistake in the settings."""
    with pytest.raises(SettingsInvalid, match="retention_rules"):
        load(tmp_path, {}, retention_rules=rules)


# --- signing


@pytest.fixture
def signing(make_kept: MakeKept, throwaway_certificates: Any, tmp_path: Path) -> Any:
    """An office with a certificate of its own, made for this test."""
    authority = throwaway_certificates.new_authority("CA MẪU")
    made = make_kept(
        "signing",
        signing_pkcs12="keys/office.p12",
        signing_secret_file="keys/secret",
        signing_trust_file="keys/roots.pem",
    )
    keys = made.office.settings.home / "keys"
    keys.mkdir()
    (keys / "office.p12").write_bytes(authority.pkcs12("Văn phòng MẪU", "bí mật"))
    (keys / "roots.pem").write_bytes(authority.pem)
    (keys / "secret").write_text("bí mật\n", encoding="utf-8")
    (keys / "secret").chmod(0o600)
    return made


def test_the_archive_is_signed_and_says_so(signing: Any, kept_office: Any) -> None:
    """With a certificate set, what is archived is signed, and the page can tell by whom and that it holds."""
    found = kept(signing.office, signing.certificate(signing.archive(1)).id)
    assert found is not None
    assert found.is_sound
    (signature,) = found.signatures
    assert (signature.signer, signature.holds, signature.trust) == ("Văn phòng MẪU", True, Trust.TRUSTED)
    assert [version.number for version in found.versions] == [1]
    unsigned = kept(kept_office.office, kept_office.certificate(kept_office.archive(1)).id)
    assert unsigned is not None
    assert unsigned.signatures == ()


def test_the_status_tells_why_nothing_can_be_signed(signing: Any, kept_office: Any) -> None:
    """Before the scans wait for it: a file that is not there, another passphrase, a certificate out of date."""
    settings = signing.office.settings
    keys = settings.home / "keys"
    assert what_keeps_from_signing(kept_office.office.settings) is None
    assert what_keeps_from_signing(settings) is None
    nowhere = dataclasses.replace(settings, signing_pkcs12="", signing_pkcs11_module="/nowhere/token.so")
    assert "/nowhere/token.so" in (what_keeps_from_signing(nowhere) or "")
    (keys / "secret").write_text("khác\n", encoding="utf-8")
    assert "passphrase" in (what_keeps_from_signing(settings) or "")
    (keys / "office.p12").rename(keys / "nope.p12")
    environment = {
        "SOHOA_SIGNING_PKCS12": "keys/office.p12",
        "SOHOA_SIGNING_SECRET_FILE": "keys/secret",
        "SOHOA_REDIS_URL": settings.redis_url,
        "COLUMNS": "200",
    }
    told = CliRunner().invoke(command, ["--home", str(settings.home), "status"], env=environment)
    assert told.exit_code == 0, told.output
    assert "Chữ ký số của cơ quan: không ký được" in told.stdout
    assert "FileNotFoundError" in told.stdout


def test_a_spoilt_archive_is_told(signing: Any) -> None:
    """A flipped bit, or a document that is gone, is no signature that holds."""
    certificate = signing.certificate(signing.archive(1))
    path = signing.office.blobs.path(certificate.pdfa_sha256)
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    found = kept(signing.office, certificate.id)
    assert (found.is_sound, found.signatures) == (False, ())
    path.unlink()
    assert not kept(signing.office, certificate.id).is_sound


def test_without_its_key_the_office_archives_nothing_unsigned(signing: Any) -> None:
    """A secret that others can read, or none, makes scans wait; when it is mended they go on."""
    secret = signing.office.settings.home / "keys" / "secret"
    secret.chmod(0o644)
    scan_id = signing.archive(1)
    assert signing.scan(scan_id).state is State.ARCHIVING
    assert signing.scan(scan_id).not_before is not None
    secret.rename(secret.with_name("gone"))
    assert signing.work(scan_id) is State.ARCHIVING
    secret.with_name("gone").rename(secret)
    secret.chmod(stat.S_IRUSR)
    assert signing.work(scan_id) is State.ARCHIVED


@pytest.mark.parametrize(
    "given",
    [
        {"signing_pkcs12": "a.p12"},
        {"signing_pkcs12": "a.p12", "signing_pkcs11_module": "/lib/x.so", "signing_secret_file": "s"},
        {"signing_pkcs11_module": "/lib/x.so", "signing_secret_file": "s"},
    ],
)
def test_half_a_signing_setting_is_told(tmp_path: Path, given: dict[str, str]) -> None:
    """Neither half a set-up nor two at once are guessed at."""
    with pytest.raises(SettingsInvalid, match="signing"):
        load(tmp_path, {}, **given)


def test_a_signed_original_stays_the_master(kept_office: Any, throwaway_certificates: Any, tmp_path: Path) -> None:
    """A born-digital paper that came signed is kept byte by byte and its signature told; the PDF/A lies beside it."""
    authority = throwaway_certificates.new_authority("CA MẪU")
    (tmp_path / "office.p12").write_bytes(authority.pkcs12("Chi nhánh MẪU", "bí mật"))
    printed = Path("samples/scans/11-tt10-born-digital.pdf").read_bytes()
    signed = sign_pdf(printed, Pkcs12File(tmp_path / "office.p12", "bí mật"), reason="Cấp giấy")
    drawn = kept_office.office.blobs.get(kept_office.scan(kept_office.archive(1)).sha256)
    picture, read = tmp_path / "face.jpg", kept_office.office.reader.read
    picture.write_bytes(drawn + b"\0")  # Another paper by its bytes.
    kept_office.office.reader.read = lambda _path, source: read(picture, source)
    received = receive(kept_office.office, signed, "giay.pdf", who="lan")
    assert kept_office.work(received.scan_id) is State.ARCHIVED
    found = kept(kept_office.office, kept_office.certificate(received.scan_id).id)
    assert found is not None
    assert found.on_original is not None
    (signature,) = found.on_original
    assert (signature.signer, signature.holds) == ("Chi nhánh MẪU", True)
    assert kept_office.office.blobs.get(kept_office.scan(received.scan_id).sha256) == signed
    facts = pdfa_facts(kept_office.office.blobs.get(found.pdfa_sha256))
    assert (facts.rendition, facts.is_signed, found.signatures) == ("vector", False, ())
    damaged = kept_office.office.blobs.path(kept_office.scan(received.scan_id).sha256)
    damaged.chmod(0o600)
    damaged.write_bytes(signed[:-1])
    again = kept(kept_office.office, kept_office.certificate(received.scan_id).id)
    assert again is not None
    assert again.on_original is None
