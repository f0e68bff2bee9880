"""The folder of a backup: made, opened, written so that nothing in it is ever half of something."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from archive.outgoing import disk_error
from archive.sealing import AgeSeal, NoSeal, Seal, new_seal, open_seal
from certificate.errors import ArchiveBusy, BackupInvalid, NotEmpty, PassphraseNeeded, StoreUnwritable

FORMAT = 1
MARK, _KEY = "sohoa-backup.json", "key.age"


@dataclass(frozen=True)
class BackupFolder:
    """An opened folder and how its files are sealed."""

    root: Path
    seal: Seal

    @property
    def is_sealed(self) -> bool:
        return bool(self.seal.suffix)

    def blob(self, sha256: str) -> Path:
        """Where a blob lies, or would."""
        return self.root / "blobs" / sha256[:2] / sha256[2:4] / f"{sha256}{self.seal.suffix}"

    def snapshots(self) -> list[str]:
        """The names of all whole snapshots, oldest first."""
        folder = self.root / "snapshots"
        with store_errors("list", folder):
            names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return sorted(name for name in names if not name.startswith("."))

    def write(self, path: Path, source: BinaryIO) -> str:
        """Write a sealed file whole: under another name, synced, then renamed. Gives the SHA-256 of the plain bytes."""
        part = path.with_name(f".{path.name}.part")
        with store_errors("write", self.root):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with store_errors("write", self.root):
                descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(descriptor, "wb") as target:
                    sha256 = self.seal.close_into(source, target)
                    target.flush()
                    os.fsync(target.fileno())
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        return sha256

    def settle(self, path: Path) -> None:
        """Give what ``write`` wrote its name."""
        with store_errors("write", self.root):
            path.with_name(f".{path.name}.part").replace(path)

    def drop(self, path: Path) -> None:
        """Take back what ``write`` wrote."""
        with suppress(OSError):
            path.with_name(f".{path.name}.part").unlink(missing_ok=True)

    def read(self, path: Path, target: BinaryIO) -> str:
        """Open a sealed file into ``target``; gives the SHA-256 of the plain bytes; ``BackupInvalid``."""
        try:
            with path.open("rb") as source, store_errors("read", self.root):
                return self.seal.open_into(source, target)
        except FileNotFoundError as error:
            raise BackupInvalid(f"{path.relative_to(self.root)} is missing") from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep a second backup into this folder out."""
        with store_errors("write", self.root), (self.root / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ArchiveBusy("backup") from error
            yield


def open_for_backup(root: Path, passphrase: str | None) -> BackupFolder:
    """Open a backup's folder, or make it: sealed when there is a passphrase.

    A folder that is sealed already needs none for another backup; one that is given must be right. Raises ``NotEmpty``
    for a folder with other things in it, ``BackupInvalid`` for a passphrase on an unsealed one.
    """
    mark = root / MARK
    if not mark.exists():
        with store_errors("write", root):
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            if any(path.name not in {"lost+found", f".{MARK}", _KEY, ".lock"} for path in root.iterdir()):
                raise NotEmpty(f"{root} holds other things than backups")
            _make(root, passphrase)
    about = _about(root)
    if about["public_key"] is None:
        if passphrase is not None:
            raise BackupInvalid(
                "the backups in this folder are not encrypted: choose another folder for encrypted ones"
            )
        return BackupFolder(root, NoSeal())
    if passphrase is not None:
        return BackupFolder(root, open_seal(about["public_key"], _key(root), passphrase))
    return BackupFolder(root, AgeSeal(about["public_key"]))


def open_for_restore(root: Path, passphrase: str | None) -> BackupFolder:
    """Open a backup's folder to take something out; ``PassphraseNeeded`` where it is sealed."""
    about = _about(root)
    if about["public_key"] is None:
        return BackupFolder(root, NoSeal())
    if passphrase is None:
        raise PassphraseNeeded
    return BackupFolder(root, open_seal(about["public_key"], _key(root), passphrase))


def is_sealed(root: Path) -> bool:
    """Whether the backups in this folder are encrypted; ``False`` for a new folder."""
    return (root / MARK).exists() and _about(root)["public_key"] is not None


def _make(root: Path, passphrase: str | None) -> None:
    public = None
    if passphrase is not None:
        seal, sealed_key = new_seal(passphrase)
        public = seal.public
        _write_plain(root / _KEY, sealed_key)
    _write_plain(root / MARK, json.dumps({"format": FORMAT, "public_key": public}).encode())


def _about(root: Path) -> dict[str, Any]:
    try:
        found = json.loads((root / MARK).read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise BackupInvalid("the backup was made by a newer version of the program")
        return {"public_key": found["public_key"]}
    except OSError as error:
        raise BackupInvalid(f"{root} holds no backup") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupInvalid(f"{root / MARK} is damaged") from error


def _key(root: Path) -> bytes:
    try:
        return (root / _KEY).read_bytes()
    except OSError as error:
        raise BackupInvalid(f"{_KEY} is missing: without it nothing can be opened") from error


def _write_plain(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def store_errors(doing: str, place: Path) -> Iterator[None]:
    """Turn what the system says of a full, missing or read-only disk into our own errors; ``place`` lies on it."""
    try:
        yield
    except FileNotFoundError:
        if doing == "read":
            raise
        raise StoreUnwritable(f"{doing} {place}: the backup's folder is gone") from None
    except OSError as error:
        raise disk_error(error, doing, place) from error
