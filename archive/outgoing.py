"""Writes files that leave the archive: whole or not at all, with the store's own errors for a full or closed disk."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from certificate.errors import StoreFull, StoreUnwritable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def disk_error(error: OSError, doing: str, place: Path | None = None) -> StoreFull | StoreUnwritable:
    """What the system says of a disk in our own words; ``place`` is what was written, or the folder on that disk."""
    what = f"{doing} {place}" if place else doing
    detail = f"{what}: {errno.errorcode.get(error.errno or 0, 'OSError')} {error.strerror or error}"
    return StoreFull(detail) if error.errno in _FULL else StoreUnwritable(detail)


@contextmanager
def disk_errors(doing: str, place: Path | None = None) -> Iterator[None]:
    """Turn what the system says of a disk into ``StoreFull`` or ``StoreUnwritable``; see ``disk_error``."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, doing, place) from error


def make_folder(path: Path) -> None:
    """Make a folder that only this user may read, with those above it."""
    with disk_errors("make the folder", path):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and give it its own once it is safely on the disk."""
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with disk_errors("write", path):
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            sync_folder(path.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to fill; it gets its name when the block ends well, and leaves nothing when it does not."""
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    make_folder(part)
    try:
        yield part
        with disk_errors("write", path):
            for folder, _, names in os.walk(part):
                for name in names:
                    with (Path(folder) / name).open("rb") as file:
                        os.fsync(file.fileno())
                sync_folder(Path(folder))
            part.replace(path)
            sync_folder(path.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Write a folder's entries down."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
