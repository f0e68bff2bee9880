"""Making a backup while work goes on: the database first, then every blob that this copy of it names.

Blobs are never changed, and never deleted while a backup runs (``ingest.locks``), so what the copy names is there
whenever it is copied. A blob that is in the folder already is not copied again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from certificate.errors import BackupInsideHome, BackupInvalid, BlobMissing, PassphraseNeeded, StoreFull
from ingest.backup.folder import BackupFolder, is_sealed, open_for_backup, store_errors
from ingest.locks import archive_in_use
from ingest.name_set import NameSet
from ingest.office import Office
from ingest.settings import Settings
from store import snapshots

_log = structlog.get_logger()
# What can be made again or has its own place in the backup: the database, blobs, logs, audits, the queue.
NOT_TAKEN = frozenset({"blobs", "log", "run", "redis", "audit"})
Tell = Callable[[int, int], None]


@dataclass
class Manifest:
    """What a snapshot holds; written last, so that one without it is none."""

    taken_at: str
    database: dict[str, Any]
    database_sha256: str
    home_sha256: str
    blobs_sha256: str
    blob_count: int
    head_number: int
    head_hash: str
    damaged: list[str] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        """The manifest as a file that vouches for itself."""
        text = json.dumps(asdict(self), sort_keys=True)
        return json.dumps({"manifest": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """What ``to_bytes`` wrote; ``BackupInvalid`` when a byte is another."""
        try:
            found = json.loads(data)
            if hashlib.sha256(found["manifest"].encode()).hexdigest() != found["sha256"]:
                raise BackupInvalid("the snapshot's manifest is damaged")
            return cls(**json.loads(found["manifest"]))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupInvalid("the snapshot's manifest is damaged") from error


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup did; ``damaged`` are blobs that are neither sound in the store nor in the folder already.

    ``renewed`` of the copied ones lay damaged in the folder.
    """

    snapshot: str
    blob_count: int
    copied: int
    copied_bytes: int
    damaged: tuple[str, ...]
    sealed: bool
    renewed: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def make_backup(
    office: Office,
    root: Path,
    *,
    passphrase: str | None = None,
    check: bool = False,
    who: str = "system",
    tell: Tell = lambda _n, _b: None,
) -> Made:
    """Back the whole office up into a folder, which may hold earlier backups of it.

    ``check`` reads again what lies there already: a disk on a shelf rots, and what is damaged is copied anew. An
    encrypted folder needs its passphrase for that.

    Raises ``BackupInsideHome``; ``StoreFull`` or ``StoreUnwritable`` when the folder takes no more: then no half
    snapshot has a name, and the next run goes on with the blobs that are there.
    """
    if root.resolve().is_relative_to(office.settings.home):
        raise BackupInsideHome(str(root.resolve()))
    if check and passphrase is None and is_sealed(root):
        raise PassphraseNeeded
    folder = open_for_backup(root, passphrase)
    # The snapshot of the database is plain until it is sealed, so it is not made inside the backup's folder.
    run = office.settings.home / "run"
    run.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        archive_in_use(office.settings),
        folder.alone(),
        tempfile.TemporaryDirectory(dir=run, prefix="backup-") as work,
    ):
        _tidy(folder)
        return _make(_Copier(office, folder, tell, check=check), Path(work), who)


def _tidy(folder: BackupFolder) -> None:
    """Take away the snapshots that a killed run did not finish."""
    for part in (folder.root / "snapshots").glob(".*"):
        shutil.rmtree(part, ignore_errors=True)


def _make(copier: _Copier, work: Path, who: str) -> Made:
    office, folder = copier.office, copier.folder
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%S%f}"
    with closing(NameSet(work / "names.db")) as names:
        with store_errors("snapshot", work):
            summary = _take_database(office, work / "database", names)
        names.commit()
        with office.database.unit_of_work(read_only=True) as unit:
            newest = unit.events.latest(1)
        part = folder.root / "snapshots" / f".{name}"
        with store_errors("write", part):
            part.mkdir(parents=True, mode=0o700)
        try:
            listing = work / "blobs.txt"
            with listing.open("w", encoding="ascii") as lines:
                lines.writelines(copier.lines(names))
            manifest = Manifest(
                taken_at=now.isoformat(),
                database=summary,
                database_sha256=_seal(folder, part, work / "database"),
                home_sha256=_seal(folder, part, _pack_home(office.settings, work / "home.tar")),
                blobs_sha256=_seal(folder, part, listing),
                blob_count=copier.count,
                # Newer than the snapshot by a moment at most: a lower bound is what a comparison may rely on.
                head_number=newest[0].number or 0 if newest else 0,
                head_hash=newest[0].hash or "" if newest else "",
                damaged=copier.damaged,
            )
            manifest_path = part / f"manifest.json{folder.seal.suffix}"
            folder.write(manifest_path, io.BytesIO(manifest.to_bytes()))
            folder.settle(manifest_path)
            with store_errors("write", part):
                part.replace(part.with_name(name))
                _sync(part.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    with office.database.unit_of_work() as unit:
        detail = {"snapshot": name, "blobs": copier.count, "copied": copier.copied, "damaged": len(copier.damaged)}
        unit.events.add(who, "backup_made", detail=detail)
        unit.commit()
    _log.info("backup_made", **detail)
    damaged = tuple(copier.damaged)
    return Made(name, copier.count, copier.copied, copier.copied_bytes, damaged, folder.is_sealed, copier.renewed)


class _Copier:
    """Brings blobs into the folder, each once, and counts."""

    def __init__(self, office: Office, folder: BackupFolder, tell: Tell, *, check: bool) -> None:
        self.office, self.folder = office, folder
        self._tell, self._check = tell, check
        self.count = self.copied = self.copied_bytes = self.renewed = 0
        self.damaged: list[str] = []

    def lines(self, names: NameSet) -> Iterator[str]:
        """Copy what is not there yet, and give the lines of the listing."""
        for sha256 in names:
            if self._bring(sha256):
                self.count += 1
                yield f"{sha256}\n"
            else:
                self.damaged.append(sha256)
            self._tell(self.count, self.copied_bytes)

    def _bring(self, sha256: str) -> bool:
        path = self.folder.blob(sha256)
        is_there = path.exists()
        if is_there and not (self._check and self._is_rotten(path, sha256)):
            return True
        try:
            with self.office.blobs.open(sha256) as source:
                found = self.folder.write(path, source)
        except BlobMissing:
            return False
        if found != sha256:
            self.folder.drop(path)
            return False
        self.folder.settle(path)
        self.copied += 1
        self.renewed += is_there
        self.copied_bytes += path.stat().st_size
        return True

    def _is_rotten(self, path: Path, sha256: str) -> bool:
        try:
            with Path(os.devnull).open("wb") as nowhere:
                return self.folder.read(path, nowhere) != sha256
        except BackupInvalid:
            return True


def _take_database(office: Office, path: Path, names: NameSet) -> snapshots.Summary:
    import sqlite3

    try:
        return snapshots.take(office.settings.database, path, names.add)
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise StoreFull(f"no room for the copy of the database in {path.parent}") from error
        raise


def _seal(folder: BackupFolder, part: Path, source: Path) -> str:
    path = part / f"{source.name}{folder.seal.suffix}"
    with source.open("rb") as stream:
        sha256 = folder.write(path, stream)
    folder.settle(path)
    return sha256


def _pack_home(settings: Settings, path: Path) -> Path:
    """The small files of the home folder: settings, secrets, the mock registry. Sockets and locks are left out."""
    with tarfile.open(path, "w") as bundle:
        for entry in sorted(settings.home.iterdir()):
            if entry.name in NOT_TAKEN or entry.name.startswith((".", "sohoa.db", "redis-broken")):
                continue
            if entry.is_file() or entry.is_dir():
                bundle.add(entry, entry.name, filter=_plain_files)
    return path


def _plain_files(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return entry if entry.isreg() or entry.isdir() else None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
