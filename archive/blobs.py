"""Blobs: whole files kept under the SHA-256 of their bytes, written so that a half-written one cannot exist.

Owns where the bytes lie and how they get there: a temporary name in the same file system, fsync, a second look at
what was written, rename, fsync of the folder. Knows nothing of scans, records or databases. A blob is never changed;
the same bytes put twice are one blob, and putting them again mends one that has gone bad.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from archive.outgoing import disk_error, disk_errors
from certificate.errors import BlobCorrupt, BlobMissing, SettingsInvalid, StoreUnwritable

CHUNK_BYTES = 1 << 20
# No honest write takes a day: an older leftover belongs to a process that died.
LEFTOVER_AGE_S = 24 * 3600.0

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PAIR = re.compile(r"[0-9a-f]{2}")
_INCOMING = "incoming"


class BlobStore(Protocol):
    """A place that keeps files by the SHA-256 of their bytes (64 lower-case hex digits)."""

    def put(self, data: bytes | Path) -> str:
        """Keep the bytes (of a file, where a path is given) for good and return their SHA-256.

        When this returns, the bytes are on the disk and were read back. Raises ``StoreFull`` or ``StoreUnwritable``;
        then nothing half-written is left under the blob's name.
        """

    def get(self, sha256: str) -> bytes:
        """All bytes of a blob, checked against its hash; ``BlobMissing``, ``BlobCorrupt``."""

    def open(self, sha256: str) -> BinaryIO:
        """A blob as a stream to read from, unchecked: for big files; ``BlobMissing``."""

    def has(self, sha256: str) -> bool:
        """Whether the store has a blob of this name; says nothing about its bytes (see ``verify``)."""

    def verify(self, sha256: str) -> None:
        """Read the blob again from end to end and raise ``BlobMissing`` or ``BlobCorrupt`` unless it is sound."""

    def path(self, sha256: str) -> Path | None:
        """Where the blob lies as a file; ``None`` in a store without files, ``BlobMissing`` where it is not kept."""

    def size(self, sha256: str) -> int:
        """How many bytes a blob has; ``BlobMissing``."""

    def names(self, after: str = "") -> Iterator[str]:
        """Every blob's name in order, from the one behind ``after`` on."""

    def remove(self, sha256: str) -> None:
        """Take a blob away for good; one that is gone already is fine. For the retention rule only, which asks two
        people and leaves its trace; nothing else may call this.
        """


class FolderBlobStore:
    """Blobs as read-only files ``ab/cd/<sha256>`` under one folder, which may be a share that several hosts mount.

    The folder, with ``incoming`` in it, is made when the store is opened and never again: a share that went away must
    show as an error, not quietly become an empty local folder; its mount point is one. A leftover of a killed process
    in ``incoming`` is swept by age.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root).absolute()
        with disk_errors("open"):
            self.root.mkdir(parents=True, exist_ok=True)
            if not _holds_store(self.root):
                self._make_folder(self.root / _INCOMING)
        self._swept = False

    def put(self, data: bytes | Path) -> str:
        """Keep the bytes for good and return their SHA-256; see ``BlobStore.put``."""
        if not self._swept:
            self.sweep()
            self._swept = True
        if isinstance(data, Path):
            with data.open("rb") as source:
                return self._put_chunks(iter(lambda: source.read(CHUNK_BYTES), b""))
        sha256 = hashlib.sha256(data).hexdigest()
        if self._is_kept(sha256):
            return sha256
        view = memoryview(data)
        return self._put_chunks(view[at : at + CHUNK_BYTES] for at in range(0, len(view), CHUNK_BYTES))

    def get(self, sha256: str) -> bytes:
        """All bytes of a blob, checked against its hash."""
        with self.open(sha256) as stream, disk_errors("read"):
            data = stream.read()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobCorrupt(sha256)
        return data

    def open(self, sha256: str) -> BinaryIO:
        """A blob as a stream to read from, unchecked."""
        path = self._place(sha256)
        try:
            return path.open("rb")
        except FileNotFoundError as error:
            self._check_root()
            raise BlobMissing(sha256) from error
        except OSError as error:
            raise disk_error(error, "read") from error

    def has(self, sha256: str) -> bool:
        """Whether the folder has a file of this name."""
        if self._place(sha256).is_file():
            return True
        self._check_root()
        return False

    def verify(self, sha256: str) -> None:
        """Read the blob again and raise unless its bytes still have its hash."""
        with self.open(sha256) as stream, disk_errors("read"):
            found = _hash(stream)
        if found != sha256:
            raise BlobCorrupt(sha256)

    def path(self, sha256: str) -> Path:
        """Where the blob lies as a file; ``BlobMissing`` when it does not."""
        if not self.has(sha256):
            raise BlobMissing(sha256)
        return self._place(sha256)

    def size(self, sha256: str) -> int:
        """How many bytes the file has."""
        with disk_errors("read"):
            return self.path(sha256).stat().st_size

    def names(self, after: str = "") -> Iterator[str]:
        """Every blob's name in order, from the one behind ``after`` on; other files in the folder are passed over."""
        self._check_root()
        for first in self._folders(self.root, after[:2]):
            for second in self._folders(first, after[2:4] if first.name == after[:2] else ""):
                with disk_errors("list"):
                    found = sorted(entry.name for entry in os.scandir(second))
                yield from (name for name in found if name > after and _SHA256.fullmatch(name))

    def remove(self, sha256: str) -> None:
        """Take a blob away for good; see ``BlobStore.remove``."""
        self._check_root()
        with disk_errors("remove"):
            place = self._place(sha256)
            place.unlink(missing_ok=True)
            if place.parent.is_dir():
                _sync_folder(place.parent)

    @staticmethod
    def _folders(parent: Path, from_name: str) -> list[Path]:
        with disk_errors("list"):
            names = sorted(entry.name for entry in os.scandir(parent) if entry.is_dir())
        return [parent / name for name in names if _PAIR.fullmatch(name) and name >= from_name]

    def sweep(self, older_than_s: float = LEFTOVER_AGE_S) -> int:
        """Remove what killed processes left half-written and return how many files that were."""
        limit = time.time() - older_than_s
        removed = 0
        incoming = self.root / _INCOMING
        for leftover in incoming.glob("*.part") if incoming.is_dir() else ():
            # Another process may sweep the same folder, and a read-only store must still be readable.
            with suppress(OSError):
                if leftover.stat().st_mtime < limit:
                    leftover.unlink()
                    removed += 1
        return removed

    def _place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / checked_name(sha256)

    def _check_root(self) -> None:
        """A missing folder, or an empty one, is a store that is away, not a store without the blob."""
        if not _holds_store(self.root):
            raise StoreUnwritable(f"the store folder {self.root} is gone, or nothing is mounted there")

    def _is_kept(self, sha256: str) -> bool:
        """Whether the blob is there, sound and durable; a run that died before its last sync is finished here."""
        try:
            self.verify(sha256)
        except (BlobMissing, BlobCorrupt):
            return False
        with disk_errors("write", self.root):
            _sync_folder(self._place(sha256).parent)
        return True

    def _put_chunks(self, chunks: Iterator[bytes | memoryview]) -> str:
        incoming = self.root / _INCOMING
        with disk_errors("write", self.root):
            self._check_root()
            self._make_folder(incoming)
            part = incoming / f"{uuid.uuid4().hex}.part"
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            try:
                sha256 = _write(descriptor, chunks, self.root)
            finally:
                os.close(descriptor)
            with disk_errors("write", self.root):
                self._settle(part, sha256)
        finally:
            with suppress(OSError):  # Gone already when all went well; else the sweep gets it.
                part.unlink(missing_ok=True)
        return sha256

    def _settle(self, part: Path, sha256: str) -> None:
        """Give the written file its name, so that it survives a power cut from here on."""
        if self._is_kept(sha256):
            return
        place = self._place(sha256)
        self._make_folder(place.parent.parent)
        self._make_folder(place.parent)
        part.replace(place)
        _sync_folder(place.parent)

    def _make_folder(self, folder: Path) -> None:
        """Make one folder level and write its entry down in the folder above; the root itself is never made."""
        if not folder.is_dir():
            with suppress(FileExistsError):
                folder.mkdir()
            _sync_folder(folder.parent)


def open_blob_store(url_or_path: str, environ: Mapping[str, str] = os.environ) -> BlobStore:
    """Open the store that the settings name: a folder's path, a ``file://`` URL, or ``s3://bucket/prefix?...``.

    Raises ``SettingsInvalid`` for an address of another kind and ``StoreUnwritable`` when the folder can't be made.
    """
    url = urlsplit(url_or_path)
    if url.scheme == "s3":
        # Loaded late: most offices keep blobs in a folder.
        from archive.s3_blobs import open_s3

        return open_s3(url, environ)
    if url.scheme == "file" and url.netloc in {"", "localhost"}:
        return FolderBlobStore(Path(unquote(url.path)))
    if "://" in url_or_path:
        raise SettingsInvalid(f"blobs: no store for addresses {url.scheme}://; give a folder, file:// or s3://")
    if not url_or_path.strip():
        raise SettingsInvalid("blobs: empty; give a folder, file:///folder or s3://bucket")
    return FolderBlobStore(Path(url_or_path).expanduser())


def missing_store(url_or_path: str) -> Path | None:
    """The folder that an address names when no store is in it; ``None`` for a store of another kind.

    A folder that is there and empty is none: it may be the mount point of a share that is not mounted.
    """
    url = urlsplit(url_or_path)
    if url.scheme == "file":
        folder = Path(unquote(url.path))
    elif url.scheme == "s3" or "://" in url_or_path or not url_or_path.strip():
        return None
    else:
        folder = Path(url_or_path).expanduser()
    return None if _holds_store(folder) else folder


def _holds_store(root: Path) -> bool:
    """Whether a folder was ever opened as a store; one brought from elsewhere may have lost its empty folders."""
    if (root / _INCOMING).is_dir():
        return True
    with disk_errors("open"):
        return root.is_dir() and any(_PAIR.fullmatch(path.name) for path in root.iterdir())


def checked_name(sha256: str) -> str:
    """The name itself, if it can be a blob's; nothing else ever becomes a path."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("a blob is named by 64 lower-case hex digits")
    return sha256


def _write(descriptor: int, chunks: Iterator[bytes | memoryview], root: Path) -> str:
    """Write, sync, read back; returns the SHA-256. Errors of the source of the chunks pass through untouched."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        with disk_errors("write", root):
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
    with disk_errors("write", root):
        os.fchmod(descriptor, 0o444)
        os.fsync(descriptor)
        os.lseek(descriptor, 0, os.SEEK_SET)
        with os.fdopen(descriptor, "rb", closefd=False) as written:
            found = _hash(written)
    if found != digest.hexdigest():
        raise StoreUnwritable("what was read back differs from what was written")
    return found


def _hash(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
