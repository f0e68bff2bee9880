"""One blob looked at: whether it is there and sound, and if not, how it was hurt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from archive.blobs import CHUNK_BYTES, BlobStore
from certificate.errors import BlobMissing, StoreUnwritable

_TAIL_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a blob gave; ``code`` is a damage's, empty for a sound one."""

    sha256: str
    size_bytes: int = 0
    code: str = ""
    detail: str = ""
    data: bytes | None = None


def look(store: BlobStore, sha256: str, *, expected_bytes: int | None = None, want_data: bool = False) -> Looked:
    """Hash a blob from end to end; ``want_data`` keeps its bytes when it is sound. ``StoreUnwritable``: all is away.

    A damaged one is told apart: cut off (shorter than known, or nothing left), swapped (its bytes are those of another
    blob of this store), else altered.
    """
    digest, size, chunks = hashlib.sha256(), 0, list[bytes]()
    head, tail = b"", b""
    try:
        with store.open(sha256) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                head, tail = head or chunk[:4], (tail + chunk)[-_TAIL_BYTES:]
                if want_data:
                    chunks.append(chunk)
    except BlobMissing:
        return Looked(sha256, code="blob_missing")
    except (StoreUnwritable, OSError) as error:
        store.has(sha256)  # Raises when the whole store is away: that is no damage of a million files.
        return Looked(sha256, code="blob_unreadable", detail=type(error).__name__)
    found = digest.hexdigest()
    if found == sha256:
        return Looked(sha256, size, data=b"".join(chunks) if want_data else None)
    if size and store.has(found):
        return Looked(sha256, size, "blob_swapped", f"holds {found}")
    if size == 0 or (expected_bytes is not None and size < expected_bytes) or _lacks_its_end(head, tail):
        return Looked(sha256, size, "blob_truncated", f"{size} bytes left")
    return Looked(sha256, size, "blob_altered", f"holds {found}")


def _lacks_its_end(head: bytes, tail: bytes) -> bool:
    """Whether a PDF or JPEG stops before the mark that ends it."""
    if head.startswith(b"%PDF"):
        return b"%%EOF" not in tail
    return head.startswith(b"\xff\xd8") and b"\xff\xd9" not in tail
