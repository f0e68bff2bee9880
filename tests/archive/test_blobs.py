"""Blobs: durable, single, never half-written, and honest about a store that fails."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import blobs
from archive.blobs import BlobStore, FolderBlobStore, missing_store, open_blob_store
from certificate.errors import BlobCorrupt, BlobMissing, SettingsInvalid, SohoaError, StoreFull, StoreUnwritable

DATA = b"a page of a certificate" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path / "blobs")


def files_in(store: FolderBlobStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def spoil(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def test_put_and_get(store: FolderBlobStore) -> None:
    """What was put comes back by its hash, as bytes, stream and read-only file under ab/cd."""
    assert store.put(DATA) == SHA256
    assert store.get(SHA256) == DATA
    with store.open(SHA256) as stream:
        assert stream.read() == DATA
    path = store.path(SHA256)
    assert path.relative_to(store.root) == Path(SHA256[:2], SHA256[2:4], SHA256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    store.verify(SHA256)


@pytest.mark.parametrize("size", [0, 1, blobs.CHUNK_BYTES - 1, blobs.CHUNK_BYTES, 3 * blobs.CHUNK_BYTES + 7])
def test_file_and_bytes_are_one_blob(store: FolderBlobStore, tmp_path: Path, size: int) -> None:
    """A file handed in by path is the same blob as its bytes, at any size, and the file stays."""
    data = os.urandom(size)
    source = tmp_path / "scan.jpg"
    source.write_bytes(data)
    assert store.put(source) == store.put(data) == hashlib.sha256(data).hexdigest()
    assert source.read_bytes() == data
    assert len(files_in(store)) == 1


def test_put_again_mends(store: FolderBlobStore) -> None:
    """A blob that has gone bad is found, and putting the true bytes again replaces it."""
    store.put(DATA)
    spoil(store.path(SHA256), DATA[:-1])
    for look in (store.get, store.verify):
        with pytest.raises(BlobCorrupt):
            look(SHA256)
    store.put(DATA)
    assert store.get(SHA256) == DATA


@pytest.mark.parametrize("name", ["get", "open", "verify", "path"])
def test_missing(store: FolderBlobStore, name: str) -> None:
    """A blob that is not there is told as such by every way of asking."""
    assert not store.has(SHA256)
    with pytest.raises(BlobMissing):
        getattr(store, name)(SHA256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "ab" * 31, SHA256 + "\n"])
def test_only_hashes_are_names(store: FolderBlobStore, name: str) -> None:
    """Nothing but 64 hex digits becomes a path."""
    with pytest.raises(ValueError, match="hex"):
        store.has(name)


def test_many_threads_one_blob(store: FolderBlobStore) -> None:
    """Writers racing with the same bytes all succeed and leave one blob."""
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(store.put(DATA))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [SHA256] * 8
    assert files_in(store) == [store.path(SHA256)]


# Every step of writing at which a disk may fail.
STEPS = ["open", "write", "fchmod", "fsync", "lseek", "replace", "mkdir"]
FAULTS: list[tuple[int, type[SohoaError]]] = [
    (errno.ENOSPC, StoreFull),
    (errno.EDQUOT, StoreFull),
    (errno.EROFS, StoreUnwritable),
    (errno.EACCES, StoreUnwritable),
    (errno.EIO, StoreUnwritable),
    (errno.ESTALE, StoreUnwritable),
]


def break_step(monkeypatch: pytest.MonkeyPatch, step: str, code: int, after: int = 0) -> None:
    """Let the named call fail with ``code``, after ``after`` calls that work."""
    calls = 0
    in_path = step in {"replace", "mkdir"}
    real: Callable[..., object] = getattr(Path if in_path else os, step)

    def faulty(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise OSError(code, os.strerror(code))
        return real(*args, **kwargs)

    monkeypatch.setattr(Path if in_path else blobs.os, step, faulty)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("code", "expected"), FAULTS)
def test_failing_disk(
    store: FolderBlobStore, monkeypatch: pytest.MonkeyPatch, step: str, code: int, expected: type[SohoaError]
) -> None:
    """Whatever step fails, the error says why, no blob stands there, and the next try works."""
    with monkeypatch.context() as faults:
        break_step(faults, step, code)
        with pytest.raises(expected) as caught:
            store.put(DATA)
        assert caught.value.retryable
        assert errno.errorcode[code] in caught.value.detail
    assert not store.has(SHA256)
    assert files_in(store) == []
    assert store.put(DATA) == SHA256
    store.verify(SHA256)


@pytest.mark.parametrize("after", range(1, 6))
def test_failing_late(store: FolderBlobStore, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """When only a later sync fails, what stands under the blob's name is whole or absent, never half."""
    with monkeypatch.context() as faults:
        break_step(faults, "fsync", errno.EIO, after)
        with contextlib.suppress(StoreUnwritable):
            store.put(DATA)
    if store.has(SHA256):
        store.verify(SHA256)
    store.put(DATA)
    assert store.get(SHA256) == DATA


def test_disk_full_halfway(store: FolderBlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up in the middle of a big file leaves nothing behind."""
    with monkeypatch.context() as faults:
        break_step(faults, "write", errno.ENOSPC, after=2)
        with pytest.raises(StoreFull):
            store.put(b"x" * (4 * blobs.CHUNK_BYTES))
    assert files_in(store) == []


def test_lying_disk(store: FolderBlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that do not come back as written never get a blob's name."""
    real = os.write
    with monkeypatch.context() as faults:
        faults.setattr(blobs.os, "write", lambda fd, data: real(fd, bytes(len(data))))
        with pytest.raises(StoreUnwritable, match="differs"):
            store.put(DATA)
    assert files_in(store) == []


def test_short_writes(store: FolderBlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that takes only a few bytes at a time still gets them all."""
    real = os.write
    monkeypatch.setattr(blobs.os, "write", lambda fd, data: real(fd, data[:1000]))
    assert store.put(DATA) == SHA256


def test_unreadable_blob(store: FolderBlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob that cannot be read for now is a store that fails, not a missing blob."""
    store.put(DATA)
    break_step(monkeypatch, "open", 0)
    monkeypatch.setattr(Path, "open", lambda *_: (_ for _ in ()).throw(PermissionError(errno.EACCES, "denied")))
    with pytest.raises(StoreUnwritable):
        store.get(SHA256)


def test_missing_source(store: FolderBlobStore, tmp_path: Path) -> None:
    """A source file that does not exist is the caller's mistake, not the store's."""
    with pytest.raises(FileNotFoundError):
        store.put(tmp_path / "nothing.pdf")
    assert files_in(store) == []


@pytest.mark.parametrize("mount_point", [False, True], ids=["no folder", "an empty folder"])
def test_store_that_went_away(store: FolderBlobStore, *, mount_point: bool) -> None:
    """An unmounted share is told as such, never replaced by a new empty folder, and its mount point stays empty."""
    store.put(DATA)
    store.root.rename(store.root.with_name("unmounted"))
    if mount_point:
        store.root.mkdir()
    calls = [
        lambda: store.put(b"new"),
        lambda: store.get(SHA256),
        lambda: store.has(SHA256),
        lambda: next(store.names()),
    ]
    for call in calls:
        with pytest.raises(StoreUnwritable):
            call()
    assert store.root.exists() == mount_point
    assert files_in(store) == []


def test_a_store_without_its_empty_folders(store: FolderBlobStore) -> None:
    """A copy that left out empty folders is the same store, and may be read where it cannot be written."""
    store.put(DATA)
    (store.root / "incoming").rmdir()
    assert FolderBlobStore(store.root).get(SHA256) == DATA
    assert not (store.root / "incoming").exists()
    assert missing_store(str(store.root)) is None
    store.put(b"new")


def test_sweep_by_age(store: FolderBlobStore) -> None:
    """Only leftovers old enough to belong to a dead process are removed, before the first write."""
    store.put(DATA)
    incoming = store.root / "incoming"
    old, young = incoming / "old.part", incoming / "young.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    FolderBlobStore(store.root).put(b"another")
    assert not old.exists()
    assert young.exists()
    assert store.sweep(older_than_s=-1) == 1
    assert store.get(SHA256) == DATA


def test_open_by_address(tmp_path: Path) -> None:
    """A path and a file URL with spaces open the same folder."""
    folder = tmp_path / "kho lưu trữ"
    by_path: BlobStore = open_blob_store(str(folder))
    by_path.put(DATA)
    assert open_blob_store(folder.as_uri()).get(SHA256) == DATA


@pytest.mark.parametrize("address", ["", "  ", "ftp://host/x", "file://other-host/x"])
def test_unknown_address(address: str) -> None:
    """An address of a kind that is not known is a mistake in the settings."""
    with pytest.raises(SettingsInvalid, match="blobs"):
        open_blob_store(address)


def test_folder_that_cannot_be(tmp_path: Path) -> None:
    """A store inside a file cannot be opened and says so."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnwritable):
        open_blob_store(str(tmp_path / "file" / "blobs"))
