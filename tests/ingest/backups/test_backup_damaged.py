"""Backup and restore when something goes wrong: nothing half is left, and what is damaged is told."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from certificate.errors import (
    ArchiveBusy,
    BackupInsideHome,
    BackupInvalid,
    NotEmpty,
    PassphraseNeeded,
    StoreFull,
    StoreUnwritable,
)  # fmt: skip
from ingest.audit.damages import Gravity
from ingest.audit.run import audit
from ingest.backup import folder as backup_folder
from ingest.backup.make import make_backup
from ingest.backup.restore import _unpack_home, list_snapshots, restore
from ingest.locks import archive_in_use
from ingest.office import Office
from ingest.settings import load
from tests.ingest.backups.passphrase import PASSPHRASE


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
        with pytest.raises(StoreFull, match=str(small)):
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
    with pytest.raises(BackupInsideHome, match="backup"):
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


@pytest.fixture(params=["with filters", "without"])
def tar_filters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python with tarfile's filters, and Python 3.11.0 to 3.11.3, which have none."""
    if request.param == "without":
        monkeypatch.delattr(tarfile, "data_filter", raising=False)


def _bundle(path: Path, *entries: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as bundle:
        for entry in entries:
            entry.size = 4 if entry.isreg() else 0
            bundle.addfile(entry, io.BytesIO(b"text") if entry.isreg() else None)
    return path


def _entry(name: str, kind: bytes = tarfile.REGTYPE, mode: int = 0o4777, linkname: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.linkname, entry.uid = kind, mode, linkname, 4321
    return entry


@pytest.mark.usefixtures("tar_filters")
def test_an_office_s_files_come_back_for_its_owner_alone(tmp_path: Path) -> None:
    """Rights and owners that the backup's archive names are not taken over."""
    home = tmp_path / "home"
    home.mkdir()
    _unpack_home(_bundle(tmp_path / "home.tar", _entry("keys", tarfile.DIRTYPE), _entry("keys/a.key")), home)
    assert (home / "keys" / "a.key").read_bytes() == b"text"
    assert [stat.S_IMODE((home / name).stat().st_mode) for name in ("keys", "keys/a.key")] == [0o700, 0o600]
    assert (home / "keys" / "a.key").stat().st_uid == os.getuid()


@pytest.mark.usefixtures("tar_filters")
@pytest.mark.parametrize(
    "entry",
    [
        _entry("../outside"),
        _entry("keys/../../outside"),
        _entry("link", tarfile.SYMTYPE, linkname="keys"),
        _entry("hard", tarfile.LNKTYPE, linkname="../outside"),
        _entry("pipe", tarfile.FIFOTYPE),
        _entry("device", tarfile.CHRTYPE),
    ],
    ids=lambda entry: entry.name,
)
def test_nothing_but_files_of_the_office_comes_out_of_a_backup(tmp_path: Path, entry: tarfile.TarInfo) -> None:
    """A forged archive writes nothing outside of the home, and makes no link, pipe or device."""
    home = tmp_path / "home"
    home.mkdir()
    with pytest.raises(BackupInvalid):
        _unpack_home(_bundle(tmp_path / "home.tar", entry), home)
    assert list(home.iterdir()) == []
    assert not (tmp_path / "outside").exists()
