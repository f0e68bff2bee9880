"""Backup and restore: everything comes back, nothing half is left, and what is damaged is told."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
import pyrage
import pytest
from click.testing import CliRunner

from archive.blobs import open_blob_store
from archive.sealing import AgeSeal, new_seal, open_seal
from certificate.errors import (
    ArchiveBusy,
    BackupInvalid,
    NotEmpty,
    PassphraseNeeded,
    SohoaError,
    StoreFull,
    StoreUnwritable,
)  # fmt: skip
from certificate.states import State
from ingest import review
from ingest.audit.damages import Gravity
from ingest.audit.run import audit
from ingest.backup import folder as backup_folder
from ingest.backup.make import make_backup
from ingest.backup.restore import list_snapshots, restore
from ingest.cli import command
from ingest.locks import archive_in_use
from ingest.office import Office
from ingest.settings import load
from store.rows import ScanFilter
from store.tables import Base

PASSPHRASE = "mật khẩu sao lưu dài"


@pytest.fixture(scope="module")
def sound_home(kept_home: Callable[[int], Path]) -> Path:
    return kept_home(3)


@pytest.fixture
def kept(sound_home: Path, make_kept: Any, tmp_path: Path) -> Any:
    """An office with three archived scans, settings and a secret."""
    shutil.copytree(sound_home, tmp_path / "kept")
    made = make_kept()
    (made.office.settings.home / "sohoa.toml").write_text("ask_registry = false\n", encoding="utf-8")
    (made.office.settings.home / "web.key").write_text("geheim\n", encoding="ascii")
    return made


@pytest.fixture(scope="module")
def one_key() -> tuple[AgeSeal, bytes]:
    """A key for the whole module: sealing one with a passphrase is slow on purpose, a second or more."""
    return new_seal(PASSPHRASE)


@pytest.fixture(autouse=True)
def quick_keys(one_key: tuple[AgeSeal, bytes], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The right passphrase costs nothing in most tests; a wrong one, and every one in ``real_keys``, its full price."""
    if "real_keys" in request.fixturenames:
        return

    def known(public: str, sealed: bytes, passphrase: str) -> AgeSeal:
        if (public, sealed, passphrase) == (one_key[0].public, one_key[1], PASSPHRASE):
            return one_key[0]
        return open_seal(public, sealed, passphrase)

    monkeypatch.setattr(backup_folder, "new_seal", lambda _passphrase: one_key)
    monkeypatch.setattr(backup_folder, "open_seal", known)


@pytest.fixture
def real_keys() -> None:
    """Asks for keys as they are outside of tests."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def rows_of(home: Path) -> dict[str, list[Any]]:
    """Every row of every table, to be compared."""
    with closing(sqlite3.connect(home / "sohoa.db")) as connection:
        names = [table.name for table in Base.metadata.sorted_tables]
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, rowid").fetchall() for name in names}


def blobs_of(office: Office) -> dict[str, bytes]:
    return {name: office.blobs.get(name) for name in office.blobs.names()}


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_everything_comes_back(kept: Any, target: Path, tmp_path: Path, passphrase: str | None) -> None:
    """Into nothing, on another machine as it were: every row, every blob, every small file; and the audit is clean."""
    home = kept.office.settings.home
    rows, blobs = rows_of(home), blobs_of(kept.office)
    made = make_backup(kept.office, target, passphrase=passphrase, who="quan")
    assert (made.blob_count, made.copied, made.damaged, made.sealed) == (9, 9, (), passphrase is not None)
    done = restore(tmp_path / "new", target, passphrase=passphrase, who="quan")
    assert done.blob_count == 9
    after = rows_of(tmp_path / "new")
    told = after["events"].pop()
    assert "restored" in told
    assert after == rows
    assert (tmp_path / "new" / "web.key").read_text() == "geheim\n"
    assert (tmp_path / "new" / "web.key").stat().st_mode & 0o077 == 0
    with Office.open(load(tmp_path / "new", {})) as office:
        assert office.settings.ask_registry is False
        assert blobs_of(office) == blobs
        report = audit(office)
        assert report is not None
        assert report.open_damages == ()
        with office.database.unit_of_work(read_only=True) as unit:
            assert unit.scans.counts_by_state()[State.ARCHIVED] == 3


def test_only_what_is_new_is_copied(kept: Any, target: Path, tmp_path: Path) -> None:
    """The second backup copies the new blobs only; both snapshots can be brought back."""
    first = make_backup(kept.office, target)
    assert make_backup(kept.office, target).copied == 0
    kept.archive(77)
    third = make_backup(kept.office, target)
    assert (third.copied, third.blob_count) == (3, 12)
    assert list_snapshots(target)[0] == first.snapshot
    assert restore(tmp_path / "old", target, snapshot=first.snapshot).blob_count == 9
    assert restore(tmp_path / "new", target).blob_count == 12


def test_it_is_consistent_while_work_goes_on(kept: Any, target: Path, tmp_path: Path) -> None:
    """Scans come in all the while: what is restored is one moment, whole in itself."""
    stop, begun = threading.Event(), threading.Event()
    done: list[str] = []

    def work() -> None:
        number = 100
        while not stop.is_set():
            done.append(kept.archive(number))
            begun.set()
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert begun.wait(60)
        made = make_backup(kept.office, target)
    finally:
        stop.set()
        thread.join()
    restore(tmp_path / "new", target)
    with Office.open(load(tmp_path / "new", {})) as office:
        report = audit(office)
        assert report is not None
        assert {damage.code for damage in report.open_damages} <= {"scan_stranded"}
        with office.database.unit_of_work(read_only=True) as unit:
            found = {scan.id for scan in unit.scans.list(ScanFilter(), 1, 500).items}
    assert found <= {*done, *found}
    assert made.blob_count >= 9


def test_postgresql_comes_back(
    make_kept: Any, postgres_server: str, postgres_url: str, target: Path, tmp_path: Path
) -> None:
    """Table by table from one moment, into an empty database, with its counters going on where they stood."""
    kept = make_kept(database_url=postgres_url)
    scan_id, person = kept.archive(1), kept.person("hanh")
    review.reopen(kept.office, scan_id, why="x", who=person)
    certificate = kept.certificate(scan_id)
    change = {"path": "issue_date", "value": "2015-05-13", "who": person}
    review.correct(kept.office, certificate.id, version=certificate.version, **change)
    made = make_backup(kept.office, target)
    assert made.damaged == ()
    other = postgres_url.rsplit("/test_", 1)[0] + "/restored?" + postgres_url.partition("?")[2]
    admin = postgres_server.replace("+psycopg", "")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
        connection.execute("CREATE DATABASE restored")
    try:
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "sohoa.toml").write_text(f'database_url = "{other}"\n', encoding="utf-8")
        done = restore(tmp_path / "new", target)
        assert done.blob_count == made.blob_count
        with Office.open(load(tmp_path / "new", {}, ask_registry=False)) as office:
            report = audit(office)
            assert report is not None
            assert report.open_damages == ()
            with office.database.unit_of_work() as unit:
                row = unit.certificates.get(certificate.id)
                unit.certificates.correct_field(row.id, row.version, "issue_place", "Hòn Đất", "hanh")
                unit.commit()
                assert [change.path for change in unit.certificates.history(row.id)] == ["issue_date", "issue_place"]
        (tmp_path / "third").mkdir()
        shutil.copy(tmp_path / "new" / "sohoa.toml", tmp_path / "third")
        with pytest.raises(NotEmpty):
            restore(tmp_path / "third", target)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("DROP DATABASE restored WITH (FORCE)")


# --- encrypted


def test_nothing_is_left_in_clear(kept: Any, target: Path, tmp_path: Path) -> None:
    """No file of an encrypted backup but the mark can be read without the passphrase, names of owners least of all."""
    make_backup(kept.office, target, passphrase=PASSPHRASE)
    files = [path for path in target.rglob("*") if path.is_file() and path.name not in {"sohoa-backup.json", ".lock"}]
    assert len(files) == 9 + 5
    for path in files:
        assert path.suffix == ".age"
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert not list((kept.office.settings.home / "run").glob("backup-*"))
    with pytest.raises(PassphraseNeeded):
        restore(tmp_path / "new", target)
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_by_night_no_passphrase_is_needed(kept: Any, target: Path, tmp_path: Path, real_keys: None) -> None:
    """Later runs seal for the folder's key; a wrong passphrase, or one on an open folder, is refused."""
    make_backup(kept.office, target, passphrase=PASSPHRASE)
    kept.archive(78)
    again = make_backup(kept.office, target)
    assert (again.sealed, again.copied) == (True, 3)
    with pytest.raises(PassphraseNeeded):
        make_backup(kept.office, target, passphrase="another passphrase")
    assert restore(tmp_path / "new", target, passphrase=PASSPHRASE).blob_count == 12
    make_backup(kept.office, tmp_path / "open")
    with pytest.raises(BackupInvalid):
        make_backup(kept.office, tmp_path / "open", passphrase=PASSPHRASE)


@pytest.mark.slow
def test_any_age_program_opens_it(kept: Any, target: Path) -> None:
    """In thirty years somebody has the passphrase and age, but not this program."""
    made = make_backup(kept.office, target, passphrase=PASSPHRASE)
    secret = pyrage.passphrase.decrypt((target / "key.age").read_bytes(), PASSPHRASE).decode().strip()
    sealed = (target / "snapshots" / made.snapshot / "database.age").read_bytes()
    data = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(secret)])
    assert data.startswith(b"SQLite format 3\x00")


# --- what goes wrong


def test_damaged_blobs_are_told_and_good_copies_stay(kept: Any, target: Path, tmp_path: Path) -> None:
    """A blob that is unsound in the store is not copied but told; what was copied while sound stays."""
    certificate = kept.certificate(kept.archive(79))
    path = kept.office.blobs.path(certificate.pdfa_sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-10])
    made = make_backup(kept.office, target)
    assert made.damaged == (certificate.pdfa_sha256,)
    assert restore(tmp_path / "new", target).damaged == made.damaged
    kept.office.blobs.path(certificate.previews[0]).unlink()  # Copied before: the folder still has it.
    assert make_backup(kept.office, target).damaged == made.damaged


@pytest.mark.parametrize(
    ("what", "passphrase"),
    [
        *((what, None) for what in ("blob", "blob gone", "database", "blobs.txt", "manifest.json", "home.tar")),
        *((what, PASSPHRASE) for what in ("blob", "database", "manifest.json")),
    ],
)
def test_a_damaged_backup_is_refused(
    kept: Any, target: Path, tmp_path: Path, what: str, passphrase: str | None
) -> None:
    """Whatever file of a backup was changed, the restore says so and no office comes of it."""
    made = make_backup(kept.office, target, passphrase=passphrase)
    suffix = ".age" if passphrase else ""
    blob = next((target / "blobs").rglob(f"?*{suffix}" if passphrase else "????????????*"))
    path = (
        blob
        if what.startswith("blob") and what != "blobs.txt"
        else target / "snapshots" / made.snapshot / (what + suffix)
    )
    if what == "blob gone":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0x20
        path.write_bytes(data)
    with pytest.raises(BackupInvalid):
        restore(tmp_path / "new", target, passphrase=passphrase)
    assert not (tmp_path / "new" / "sohoa.db").exists()


def _spoil_a_blob(target: Path) -> tuple[Path, str]:
    """A bit of a copied file turns over on the shelf; gives its place and whose it is."""
    path = next(path for path in sorted((target / "blobs").rglob("*")) if path.is_file())
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x20
    path.chmod(0o600)
    path.write_bytes(data)
    return path, path.name.removesuffix(".age")


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_backup_that_rots_is_copied_anew(kept: Any, target: Path, tmp_path: Path, passphrase: str | None) -> None:
    """A backup that checks finds what went bad on its disk; one without the passphrase cannot, and says so."""
    make_backup(kept.office, target, passphrase=passphrase)
    path, _ = _spoil_a_blob(target)
    assert make_backup(kept.office, target).copied == 0
    if passphrase:
        with pytest.raises(PassphraseNeeded):
            make_backup(kept.office, target, check=True)
    # And one that a killed run left is tidied away.
    (target / "snapshots" / ".20260101T000000000000").mkdir()
    made = make_backup(kept.office, target, passphrase=passphrase, check=True)
    assert (made.renewed, made.copied, made.damaged) == (1, 1, ())
    assert path.exists()
    assert not list((target / "snapshots").glob(".*"))
    assert restore(tmp_path / "new", target, passphrase=passphrase).damaged == ()


def test_the_rest_of_a_damaged_backup_comes_back(kept: Any, target: Path, tmp_path: Path) -> None:
    """One rotten file must not cost the whole archive: what is sound comes back, what is not is named by the audit."""
    make_backup(kept.office, target)
    _, sha256 = _spoil_a_blob(target)
    with pytest.raises(BackupInvalid, match="leave-damaged"):
        restore(tmp_path / "new", target)
    back = restore(tmp_path / "new", target, leave_damaged=True)
    assert back.damaged == (sha256,)
    with Office.open(load(tmp_path / "new")) as office:
        report = audit(office)
    assert report is not None
    lost = [damage for damage in report.damages if damage.gravity is not Gravity.NOTICE]
    assert {(damage.code, damage.blob) for damage in lost} == {("blob_missing", sha256)}


class FullDisk:
    """A disk that has no room after so many written bytes, under the backup's folder."""

    def __init__(self, room: int, code: int = 28) -> None:
        self.room, self.code = room, code

    def fdopen(self, real: Callable[..., BinaryIO]) -> Callable[..., Any]:
        def opened(*args: Any, **kwargs: Any) -> Any:
            stream = real(*args, **kwargs)
            write = stream.write

            class Limited:
                def write(inner, data: bytes) -> int:  # noqa: N805
                    self.room -= len(data)
                    if self.room < 0:
                        raise OSError(self.code, os.strerror(self.code))
                    return write(data)

                def __getattr__(inner, name: str) -> Any:  # noqa: N805
                    return getattr(stream, name)

                def __enter__(inner) -> Any:  # noqa: N805
                    return inner

                def __exit__(inner, *_: object) -> None:  # noqa: N805
                    stream.close()

            return Limited()

        return opened


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_full_disk_leaves_nothing_half(
    kept: Any, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passphrase: str | None
) -> None:
    """The error says what to do; no snapshot has a name, no blob is half; with room again the next run goes on."""
    with monkeypatch.context() as full:
        full.setattr(backup_folder.os, "fdopen", FullDisk(60_000).fdopen(os.fdopen))
        with pytest.raises(StoreFull) as caught:
            make_backup(kept.office, target, passphrase=passphrase)
    assert caught.value.retryable
    assert list_snapshots(target) == []
    assert not [path for path in target.rglob(".*") if path.name.endswith(".part")]
    brought = len([path for path in (target / "blobs").rglob("*") if path.is_file()])
    made = make_backup(kept.office, target)
    assert made.copied == 9 - brought
    assert restore(tmp_path / "new", target, passphrase=passphrase).blob_count == 9


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small file system")
def test_a_really_full_disk(kept: Any, tmp_path: Path) -> None:
    """The same on a file system of 200 KB, mounted for this test."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", small], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let us mount")
    try:
        with pytest.raises(StoreFull):
            make_backup(kept.office, small / "backup")
        assert list_snapshots(small / "backup") == []
        subprocess.run(["mount", "-o", "remount,size=20m", small], check=True)
        made = make_backup(kept.office, small / "backup")
        assert restore(tmp_path / "new", small / "backup").blob_count == made.blob_count
        subprocess.run(["mount", "-o", "remount,ro", small], check=True)
        with pytest.raises(StoreUnwritable):
            make_backup(kept.office, small / "backup")
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_restore_that_was_interrupted_goes_on(
    kept: Any, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed among the blobs, the same restore runs again and ends; another snapshot may not be mixed in."""
    first = make_backup(kept.office, target)
    kept.archive(80)
    make_backup(kept.office, target)
    calls = 0

    def tell(_count: int, _size: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "new", target, tell=tell)
    with pytest.raises(NotEmpty):
        restore(tmp_path / "new", target, snapshot=first.snapshot)
    assert restore(tmp_path / "new", target).blob_count == 12
    with pytest.raises(NotEmpty):
        restore(tmp_path / "new", target)


def test_nothing_is_overwritten(kept: Any, target: Path, tmp_path: Path) -> None:
    """Neither an office that lives nor a folder with other things."""
    make_backup(kept.office, target)
    with pytest.raises(NotEmpty):
        restore(kept.office.settings.home, target)
    with pytest.raises(BackupInvalid):
        make_backup(kept.office, kept.office.settings.home / "backup")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    with pytest.raises(NotEmpty):
        make_backup(kept.office, tmp_path / "photos")
    with pytest.raises(BackupInvalid):
        restore(tmp_path / "new", tmp_path / "photos")
    with pytest.raises(BackupInvalid):
        restore(tmp_path / "new", target, snapshot="20200101T000000")


def test_no_backup_beside_a_deletion(kept: Any, target: Path) -> None:
    """What the copy of the database names must be there when the blobs are copied."""
    with archive_in_use(kept.office.settings, alone=True), pytest.raises(ArchiveBusy):
        make_backup(kept.office, target)


def test_the_store_may_be_another_one(kept: Any, target: Path, tmp_path: Path) -> None:
    """A settings file that is there already says where things go."""
    make_backup(kept.office, target)
    (tmp_path / "new").mkdir()
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "new" / "sohoa.toml").write_text(f'blobs_url = "{elsewhere}"\n', encoding="utf-8")
    restore(tmp_path / "new", target)
    assert len(list(open_blob_store(str(elsewhere)).names())) == 9


@pytest.fixture
def run(kept: Any) -> Callable[..., Any]:
    def call(*arguments: object, home: Path | None = None, said: str = "") -> Any:
        words = ["--home", str(home or kept.office.settings.home), *map(str, arguments)]
        return CliRunner().invoke(command, words, input=said)

    return call


@pytest.mark.slow
def test_the_commands(run: Callable[..., Any], target: Path, tmp_path: Path) -> None:
    """From the first backup to the list of snapshots and back, as an operator types it."""
    short = run("backup", target, "--encrypt", "--passphrase-stdin", said="kurz\n")
    assert short.exit_code == 2
    made = run("backup", target, "--encrypt", "--passphrase-stdin", "--json", said=f"{PASSPHRASE}\n")
    assert made.exit_code == 0, made.output
    name = json.loads(made.stdout)["snapshot"]
    again = run("backup", target)
    assert again.exit_code == 0
    assert "đã mã hóa" in again.stdout
    assert run("restore", target, "--list").stdout.splitlines()[0] == name
    wrong = run("restore", target, "--passphrase-stdin", said="falsch\n", home=tmp_path / "new")
    assert wrong.exit_code == PassphraseNeeded.exit_code
    assert PassphraseNeeded.message in wrong.stderr
    back = run("restore", target, "--passphrase-stdin", said=f"{PASSPHRASE}\n", home=tmp_path / "new")
    assert back.exit_code == 0, back.output
    assert "9 tệp" in back.stdout
    assert run("audit", home=tmp_path / "new").exit_code == 0


def test_errors_are_of_the_one_tree() -> None:
    """Whatever a backup raises knows what to say."""
    for kind in (BackupInvalid, NotEmpty, PassphraseNeeded, ArchiveBusy):
        assert issubclass(kind, SohoaError)
        assert kind.advice != SohoaError.advice
