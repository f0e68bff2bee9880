"""Backup and restore: everything comes back, and only what is new is copied."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest
from click.testing import CliRunner

from archive.blobs import open_blob_store
from certificate.errors import (
    ArchiveBusy,
    BackupInsideHome,
    BackupInvalid,
    NotEmpty,
    PassphraseNeeded,
    SohoaError,
)  # fmt: skip
from certificate.states import State
from ingest import review
from ingest.audit.run import audit
from ingest.backup.make import make_backup
from ingest.backup.restore import list_snapshots, restore
from ingest.cli import command
from ingest.office import Office
from ingest.settings import load
from store.rows import ScanFilter
from store.tables import Base
from tests.ingest.backups.passphrase import PASSPHRASE


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
    for kind in (BackupInsideHome, BackupInvalid, NotEmpty, PassphraseNeeded, ArchiveBusy):
        assert issubclass(kind, SohoaError)
        assert kind.advice != SohoaError.advice
