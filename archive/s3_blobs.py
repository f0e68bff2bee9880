"""Blobs in an S3-compatible store (MinIO, Ceph, SeaweedFS, Amazon), by URL.

Owns the address, the credentials' place and what the store's errors mean. obstore rather than s3fs: one compiled
wheel with types and without dependencies, where s3fs brings botocore and an event loop. An object appears whole or not
at all, by the protocol; it is read back all the same before ``put`` returns.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import SplitResult, parse_qsl

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from archive.blobs import CHUNK_BYTES, checked_name
from certificate.errors import BlobCorrupt, BlobMissing, SettingsInvalid, StoreFull, StoreUnwritable

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

# What stores answer when there is no room; the protocol has no single word for it.
_FULL = re.compile(
    r"\b507\b|StorageFull|QuotaExceeded|QuotaFull|InsufficientStorage|EntityTooLarge|ENOSPC", re.IGNORECASE
)
_KNOWN_OPTIONS = frozenset({"endpoint", "region", "virtual_hosted", "allow_http"})
_DEFAULT_REGION = "us-east-1"
_CONNECT_TIMEOUT_S, _TIMEOUT_S, _RETRY_S, _RETRIES = 5, 60, 20, 3
_MISSING_KEYS = "blobs: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set in the environment, both or none"


class S3BlobStore:
    """Blobs as objects ``[prefix/]ab/cd/<sha256>`` in one bucket.

    The bucket is never made here: one that went away must show as an error. Abandoned parts of big uploads stay
    invisible in the store; a lifecycle rule of the bucket (abort incomplete uploads after a day) sweeps them.
    """

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def put(self, data: bytes | Path) -> str:
        """Keep the bytes for good and return their SHA-256; see ``BlobStore.put``."""
        sha256 = _hash_of(data)
        if self._is_kept(sha256):
            return sha256
        source: bytes | BinaryIO = data if isinstance(data, bytes) else data.open("rb")
        try:
            with _store_errors("write"):
                obstore.put(self._store, _key(sha256), source)
        finally:
            if not isinstance(source, bytes):
                source.close()
        try:
            self.verify(sha256)
        except (BlobMissing, BlobCorrupt) as error:
            raise StoreUnwritable("what was read back differs from what was written") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """All bytes of a blob, checked against its hash."""
        with _store_errors("read", sha256):
            data = bytes(obstore.get(self._store, _key(sha256)).bytes())
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobCorrupt(sha256)
        return data

    def open(self, sha256: str) -> BinaryIO:
        """A blob as a stream to read from, unchecked."""
        with _store_errors("read", sha256):
            return cast("BinaryIO", _Stream(obstore.open_reader(self._store, _key(sha256), buffer_size=CHUNK_BYTES)))

    def has(self, sha256: str) -> bool:
        """Whether the bucket has an object of this name."""
        try:
            with _store_errors("read", sha256):
                obstore.head(self._store, _key(sha256))
        except BlobMissing:
            return False
        return True

    def size(self, sha256: str) -> int:
        """How many bytes the object has."""
        with _store_errors("read", sha256):
            return obstore.head(self._store, _key(sha256))["size"]

    def verify(self, sha256: str) -> None:
        """Read the object again from end to end and raise unless its bytes still have its hash."""
        digest = hashlib.sha256()
        with _store_errors("read", sha256):
            for chunk in obstore.get(self._store, _key(sha256)).stream(min_chunk_size=CHUNK_BYTES):
                digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise BlobCorrupt(sha256)

    def path(self, sha256: str) -> None:
        """An object is no file; ``BlobMissing`` when there is none, as of a store with files."""
        if not self.has(sha256):
            raise BlobMissing(sha256)

    def names(self, after: str = "") -> Iterator[str]:
        """Every blob's name in order, from the one behind ``after`` on."""
        offset = _key(after) if after else None
        with _store_errors("list"):
            for page in obstore.list(self._store, offset=offset):
                for found in page:
                    name = found["path"].rpartition("/")[2]
                    if re.fullmatch(r"[0-9a-f]{64}", name):
                        yield name

    def remove(self, sha256: str) -> None:
        """Take a blob away for good; see ``BlobStore.remove``."""
        with _store_errors("remove"):
            obstore.delete(self._store, _key(sha256))

    def _is_kept(self, sha256: str) -> bool:
        try:
            self.verify(sha256)
        except (BlobMissing, BlobCorrupt):
            return False
        return True


class _Stream:
    """obstore's reader with what callers use of a binary stream; its buffers become plain bytes."""

    def __init__(self, reader: obstore.ReadableFile) -> None:
        self._reader = reader

    def read(self, size: int = -1) -> bytes:
        with _store_errors("read"):
            return bytes(self._reader.read(None if size < 0 else size))

    def close(self) -> None:
        self._reader.close()

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_s3(url: SplitResult, environ: Mapping[str, str]) -> S3BlobStore:
    """Open ``s3://bucket/prefix?endpoint=https://host:9000&region=...``.

    The keys come from the environment (``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``), never from the URL, which is
    shown by «sohoa settings». ``allow_http=true`` is needed for an endpoint without TLS, ``virtual_hosted=true`` for
    bucket names in the host name. Raises ``SettingsInvalid``.
    """
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - _KNOWN_OPTIONS):
        raise SettingsInvalid(f"blobs: {', '.join(unknown)}: not among {', '.join(sorted(_KNOWN_OPTIONS))}")
    if url.username or url.password:
        raise SettingsInvalid("blobs: keys belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not into the URL")
    if not url.hostname:
        raise SettingsInvalid("blobs: s3:// needs the bucket's name")
    key_id, secret = environ.get("AWS_ACCESS_KEY_ID", ""), environ.get("AWS_SECRET_ACCESS_KEY", "")
    if bool(key_id) != bool(secret):
        raise SettingsInvalid(_MISSING_KEYS)
    endpoint = options.get("endpoint", "")
    allow_http = options.get("allow_http", "").lower() in {"1", "true", "yes"}
    if endpoint.startswith("http://") and not allow_http:
        raise SettingsInvalid("blobs: the endpoint has no TLS; add allow_http=true if the line is safe otherwise")
    config: S3Config = {
        "region": options.get("region") or environ.get("AWS_REGION") or _DEFAULT_REGION,
        "virtual_hosted_style_request": options.get("virtual_hosted", "").lower() in {"1", "true", "yes"},
    }
    if endpoint:
        config["endpoint"] = endpoint
    if key_id:
        config["access_key_id"], config["secret_access_key"] = key_id, secret
    client: ClientConfig = {
        "allow_http": allow_http,
        "connect_timeout": timedelta(seconds=_CONNECT_TIMEOUT_S),
        "timeout": timedelta(seconds=_TIMEOUT_S),
    }
    retry: RetryConfig = {"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=_RETRY_S)}
    prefix = url.path.strip("/")
    try:
        store = S3Store(url.hostname, prefix=prefix or None, config=config, client_options=client, retry_config=retry)
    except (BaseError, ValueError) as error:
        raise SettingsInvalid(f"blobs: {type(error).__name__}") from error
    return S3BlobStore(store)


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{checked_name(sha256)}"


def _hash_of(data: bytes | Path) -> str:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _store_errors(doing: str, sha256: str | None = None) -> Iterator[None]:
    """Turn what the client raises into our own errors; the detail never repeats an address, which may be private."""
    try:
        yield
    except FileNotFoundError as error:
        said = str(error)
        if sha256 is None or "NoSuchBucket" in said:
            raise StoreUnwritable(f"{doing}: the bucket is gone") from error
        raise BlobMissing(sha256) from error
    except (BaseError, OSError) as error:
        said = str(error)
        if _FULL.search(said):
            raise StoreFull(f"{doing}: the store has no room") from error
        raise StoreUnwritable(f"{doing}: {type(error).__name__}") from error
