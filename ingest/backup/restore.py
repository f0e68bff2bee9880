"""Bringing an office back from a backup into nothing, and comparing everything that arrives.

Blobs first, the database last: an office whose database is there is whole. An interrupted restore may be run again
with the same snapshot; what has arrived is checked and kept.
"""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.blobs import BlobStore, open_blob_store
from certificate.errors import BackupInvalid, NotEmpty, StoreUnwritable
from ingest.backup.folder import BackupFolder, hash_file, open_for_restore, store_errors
from ingest.backup.make import Manifest
from ingest.office import Office
from ingest.settings import FILE_NAME, Settings, load
from store import snapshots

_MARK = "restore.json"
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    snapshot: str
    taken_at: str
    blob_count: int
    rows: int
    damaged: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def list_snapshots(root: Path) -> list[str]:
    """The names of the snapshots in a folder, oldest first; needs no passphrase."""
    from ingest.backup.folder import open_for_backup

    if not (root / "sohoa-backup.json").exists():
        raise BackupInvalid(f"{root} holds no backup")
    return open_for_backup(root, None).snapshots()


def restore(
    home: Path,
    root: Path,
    *,
    snapshot: str | None = None,
    passphrase: str | None = None,
    leave_damaged: bool = False,
    who: str = "system",
    tell: Tell = lambda _n, _b: None,
) -> Restored:
    """Bring a snapshot (the newest unless named) back into an empty home folder, database and store.

    A ``sohoa.toml`` that is there already wins over the one in the backup: it may name another database or store.
    ``leave_damaged`` goes on without blobs that are damaged in the backup, and names them; the audit will, too.

    Raises ``NotEmpty``, ``PassphraseNeeded``, ``BackupInvalid``.
    """
    folder = open_for_restore(root, passphrase)
    names = folder.snapshots()
    if not names or (snapshot is not None and snapshot not in names):
        raise BackupInvalid(f"there is no snapshot {snapshot or ''}".strip())
    name = snapshot or names[-1]
    home = home.expanduser().resolve()
    with store_errors("write", home):
        _check_empty(home, name)
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / "run").mkdir(exist_ok=True, mode=0o700)
        (home / "run" / _MARK).write_text(json.dumps({"snapshot": name}), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=home / "run", prefix="restore-") as work:
        source = folder.root / "snapshots" / name
        return _restore(home, folder, source, Path(work), who, tell, leave_damaged=leave_damaged)


def _restore(
    home: Path, folder: BackupFolder, source: Path, work: Path, who: str, tell: Tell, *, leave_damaged: bool
) -> Restored:
    buffer = io.BytesIO()
    folder.read(source / f"manifest.json{folder.seal.suffix}", buffer)
    manifest = Manifest.from_bytes(buffer.getvalue())
    _unpack_home(_take_out(folder, source, work, "home.tar", manifest.home_sha256), home)
    settings = load(home)
    database = _take_out(folder, source, work, "database", manifest.database_sha256)
    listing = _take_out(folder, source, work, "blobs.txt", manifest.blobs_sha256)
    if not snapshots.is_empty(settings.database):
        raise NotEmpty("the database holds tables already")
    store = open_blob_store(settings.blobs)
    count, damaged = _bring_blobs(folder, store, listing, work, tell)
    if count + len(damaged) != manifest.blob_count:
        raise BackupInvalid(f"{manifest.blob_count} blobs were backed up, {count + len(damaged)} are listed")
    if damaged and not leave_damaged:
        first = f"blob {damaged[0]} is damaged" + (f" and {len(damaged) - 1} more" if len(damaged) > 1 else "")
        raise BackupInvalid(f"{first}: «sohoa backup --check» copies it anew, «sohoa restore --leave-damaged» goes on")
    with store_errors("database", home):
        snapshots.put_back(settings.database, database, manifest.database)
    _check_events(settings, manifest, source.name, who)
    with store_errors("write", home):
        (home / "run" / _MARK).unlink()
    rows = sum(rows for rows, _ in manifest.database["tables"].values())
    return Restored(source.name, manifest.taken_at, count, rows, (*manifest.damaged, *damaged))


def _check_empty(home: Path, name: str) -> None:
    """Only nothing, a settings file, or what an interrupted restore of the same snapshot left."""
    if not home.is_dir():
        return
    mark = home / "run" / _MARK
    if mark.is_file():
        if json.loads(mark.read_text(encoding="utf-8"))["snapshot"] != name:
            raise NotEmpty("another snapshot was being restored here")
        return
    if any(path.name != FILE_NAME for path in home.iterdir()):
        raise NotEmpty(str(home))


def _take_out(folder: BackupFolder, source: Path, work: Path, name: str, sha256: str) -> Path:
    target = work / name
    with store_errors("write", target), target.open("wb") as stream:
        found = folder.read(source / f"{name}{folder.seal.suffix}", stream)
    if found != sha256:
        raise BackupInvalid(f"{name} is damaged")
    return target


def _unpack_home(bundle: Path, home: Path) -> None:
    with store_errors("write", home), tarfile.open(bundle) as entries:
        # Python 3.11.0 to 3.11.3 (Debian 12 has 3.11.2) know no filters; what is refused and set below needs none.
        entries.extraction_filter = getattr(tarfile, "data_filter", None)
        for entry in entries:
            if entry.name == FILE_NAME and (home / FILE_NAME).exists():
                continue
            _extract(entries, entry, home)


def _extract(entries: tarfile.TarFile, entry: tarfile.TarInfo, home: Path) -> None:
    """One file or folder into the home, for its owner's eyes alone; nothing else, and nothing outside."""
    target = home / entry.name
    if not target.resolve().is_relative_to(home) or not (entry.isreg() or entry.isdir()):
        raise BackupInvalid(f"{entry.name} is no file of an office")
    entries.extract(entry, home, set_attrs=False)
    target.chmod(0o700 if entry.isdir() else 0o600)


def _bring_blobs(
    folder: BackupFolder, store: BlobStore, listing: Path, work: Path, tell: Tell
) -> tuple[int, list[str]]:
    """Every blob into the store: the hash under which it arrives must be its name. Gives how many, and the damaged."""
    count = size = 0
    damaged: list[str] = []
    plain = work / "blob"
    with listing.open(encoding="ascii") as lines:
        for line in lines:
            sha256 = line.strip()
            if not _is_sound(folder, sha256, plain):
                damaged.append(sha256)
                continue
            if store.put(plain) != sha256:
                raise StoreUnwritable("the store keeps blobs under other names")
            count += 1
            size += plain.stat().st_size
            tell(count, size)
    return count, damaged


def _is_sound(folder: BackupFolder, sha256: str, plain: Path) -> bool:
    """Take a blob out of the folder; whether what comes is what was put in."""
    with store_errors("write", plain), plain.open("wb") as target:
        try:
            folder.read(folder.blob(sha256), target)
        except BackupInvalid:
            return False
    return hash_file(plain) == sha256


def _check_events(settings: Settings, manifest: Manifest, name: str, who: str) -> None:
    """The chain is whole and reaches as far as it did; then the tables get their newest form and a line is added."""
    with Office.open(settings) as office, office.database.unit_of_work() as unit:
        newest = unit.events.latest(1)
        reached = newest[0].number or 0 if newest else 0
        if unit.events.first_broken() is not None or reached > manifest.head_number:
            raise BackupInvalid("the chain of events in the backup is broken")
        unit.events.add(who, "restored", detail={"snapshot": name, "taken_at": manifest.taken_at})
        unit.commit()
