"""Who may work at once: audits and backups beside each other, a deletion only alone, one process of a kind.

A file lock in the home folder: it ends with the process, however that ends.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from archive.outgoing import disk_errors, make_folder
from certificate.errors import ArchiveBusy, SohoaError
from ingest.settings import Settings


@contextmanager
def archive_in_use(settings: Settings, *, alone: bool = False) -> Iterator[None]:
    """Hold the archive for the block: with others, or ``alone``. Raises ``ArchiveBusy`` when that can't be."""
    with _held(settings, "archive", exclusive=alone):
        yield


@contextmanager
def only_one_of(settings: Settings, name: str, busy: SohoaError | None = None) -> Iterator[None]:
    """Keep a second run of the same kind out: ``busy``, or ``ArchiveBusy``, while one has the lock."""
    with _held(settings, name, exclusive=True, busy=busy):
        yield


@contextmanager
def _held(settings: Settings, name: str, *, exclusive: bool, busy: SohoaError | None = None) -> Iterator[None]:
    path = settings.home / "run" / f"{name}.lock"
    make_folder(path.parent)
    with disk_errors("lock", path):
        held = path.open("a")
    with held as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise busy or ArchiveBusy(name) from error
        yield
