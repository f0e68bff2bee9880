"""Blobs in an S3-compatible store: the same promises as in a folder, asked of a server that speaks the protocol."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import httpx
import obstore
import pytest

from archive.blobs import BlobStore, open_blob_store
from archive.s3_blobs import S3BlobStore
from certificate.errors import BlobCorrupt, BlobMissing, SettingsInvalid, SohoaError, StoreFull, StoreUnwritable

DATA = b"a page of a certificate" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def address(server: str, bucket: str) -> str:
    return f"s3://{bucket}/kho/2026?endpoint={quote(server)}&allow_http=true"


@pytest.fixture
def bucket(s3_server: str, request: pytest.FixtureRequest) -> str:
    name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:20]
    httpx.put(f"{s3_server}/{name}", timeout=10, trust_env=False).raise_for_status()
    return name


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """An empty store of either kind."""
    if request.param == "folder":
        return open_blob_store(str(tmp_path / "blobs"))
    server, name = request.getfixturevalue("s3_server"), request.getfixturevalue("bucket")
    return open_blob_store(address(server, name), KEYS)


@pytest.fixture
def s3(s3_server: str, bucket: str) -> BlobStore:
    return open_blob_store(address(s3_server, bucket), KEYS)


def test_put_and_get(store: BlobStore, tmp_path: Path) -> None:
    """Bytes and files, small and of several upload parts, come back by their hash; the same bytes are one blob."""
    big = os.urandom(11 << 20)
    source = tmp_path / "scan.tif"
    source.write_bytes(big)
    names = sorted([store.put(DATA), store.put(source), store.put(b"")])
    assert store.put(big) in names
    assert store.put(source) in names
    assert names == sorted(hashlib.sha256(data).hexdigest() for data in (DATA, big, b""))
    assert list(store.names()) == names
    assert store.get(SHA256) == DATA
    assert store.size(SHA256) == len(DATA)
    with store.open(hashlib.sha256(big).hexdigest()) as stream:
        assert stream.read(10) + stream.read() == big
    for name in names:
        store.verify(name)


def test_names_from_one_on(store: BlobStore) -> None:
    """The names can be taken up again behind any of them, as a run does that was interrupted."""
    names = sorted(store.put(bytes([number])) for number in range(40))
    assert list(store.names()) == names
    for at in (0, 17, 39):
        assert list(store.names(names[at])) == names[at + 1 :]


def test_missing_and_removed(store: BlobStore) -> None:
    """A blob that is not there is told as such by every way of asking; removing one twice is fine."""
    store.put(DATA)
    store.remove(SHA256)
    store.remove(SHA256)
    assert not store.has(SHA256)
    for look in (store.get, store.open, store.verify, store.path, store.size):
        with pytest.raises(BlobMissing):
            look(SHA256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, SHA256 + "\n"])
def test_only_hashes_are_names(store: BlobStore, name: str) -> None:
    """Nothing but 64 hex digits becomes a path or a key."""
    with pytest.raises(ValueError, match="hex"):
        store.has(name)


def test_put_again_mends(s3: BlobStore) -> None:
    """An object that has gone bad is found, and putting the true bytes again replaces it."""
    assert isinstance(s3, S3BlobStore)
    s3.put(DATA)
    obstore.put(s3._store, f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}", DATA[:-1])
    for look in (s3.get, s3.verify):
        with pytest.raises(BlobCorrupt):
            look(SHA256)
    s3.put(DATA)
    assert s3.get(SHA256) == DATA
    assert s3.path(SHA256) is None


class _Lying(BaseHTTPRequestHandler):
    """A store that answers every write, or every request, with one error, or forgets what it was given."""

    status, code, kept = 507, "XMinioStorageFull", False

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(200 if self.kept else self.status)

    def do_GET(self) -> None:
        self._answer(200 if self.kept and type(self).seen else 404, key=True)
        type(self).seen = True

    do_HEAD = do_GET  # noqa: N815 - the name that the server looks for
    seen = False

    def _answer(self, status: int, *, key: bool = False) -> None:
        code = "NoSuchKey" if key and status == 404 else self.code
        body = b"other bytes" if status == 200 and key else f"<Error><Code>{code}</Code></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Thu, 26 Nov 2026 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def lying(request: pytest.FixtureRequest) -> Iterator[str]:
    handler = type("_Handler", (_Lying,), {"seen": False, **request.param})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("lying", "expected"),
    [
        ({"status": 403, "code": "QuotaExceeded"}, StoreFull),
        ({"status": 400, "code": "XMinioStorageFull"}, StoreFull),
        ({"status": 403, "code": "AccessDenied"}, StoreUnwritable),
        ({"kept": True}, StoreUnwritable),  # It says yes, and other bytes come back.
    ],
    indirect=["lying"],
)
def test_store_that_fails(lying: str, expected: type[SohoaError]) -> None:
    """A store without room, without permission or without honesty is told apart, and can be tried again."""
    with pytest.raises(expected) as caught:
        open_blob_store(address(lying, "any"), KEYS).put(DATA)
    assert caught.value.retryable
    assert "127.0.0.1" not in caught.value.detail


def test_store_that_is_away(s3_server: str) -> None:
    """A bucket that does not exist is a store that is away, not a store without the blob."""
    away = open_blob_store(address(s3_server, "no-such-bucket"), KEYS)
    calls: list[Callable[[], object]] = [lambda: away.put(DATA), lambda: away.get(SHA256), lambda: list(away.names())]
    for call in calls:
        with pytest.raises(StoreUnwritable):
            call()


@pytest.mark.parametrize(
    ("url", "environ"),
    [
        ("s3://", KEYS),
        ("s3://bucket?colour=blue", KEYS),
        ("s3://id:secret@bucket", KEYS),  # «sohoa settings» shows the URL.
        ("s3://bucket?endpoint=http://10.0.0.1:9000", KEYS),  # No TLS, and nobody said that this is meant.
        ("s3://bucket", {"AWS_ACCESS_KEY_ID": "only one"}),
    ],
)
def test_wrong_addresses(url: str, environ: dict[str, str]) -> None:
    """A mistake in the address is told before anything is stored."""
    with pytest.raises(SettingsInvalid, match="blobs"):
        open_blob_store(url, environ)
