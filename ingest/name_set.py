"""Sets of blob names that may have millions of members: kept in a small database on disk."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path


class NameSet:
    """Names of blobs, each once; may be asked from several threads.

    What was added since the last ``commit`` is gone after an interruption. Nothing is synced: a power cut costs some
    work again, never an answer that is wrong.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("CREATE TABLE IF NOT EXISTS names (sha256 BLOB PRIMARY KEY) WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def add(self, sha256: str) -> bool:
        """Put a name in; whether it is new."""
        with self._lock:
            found = self._connection.execute("INSERT OR IGNORE INTO names VALUES (?)", (bytes.fromhex(sha256),))
            return found.rowcount == 1

    def has(self, sha256: str) -> bool:
        """Whether the name is in the set."""
        with self._lock:
            query = "SELECT 1 FROM names WHERE sha256 = ?"
            return self._connection.execute(query, (bytes.fromhex(sha256),)).fetchone() is not None

    def commit(self) -> None:
        """Keep what was added so far."""
        with self._lock:
            self._connection.execute("COMMIT")
            self._connection.execute("BEGIN")

    def __iter__(self) -> Iterator[str]:
        """All names in order; nothing may be added meanwhile."""
        for (name,) in self._connection.execute("SELECT sha256 FROM names ORDER BY sha256"):
            yield bytes(name).hex()

    def close(self) -> None:
        self._connection.close()
