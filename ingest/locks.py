"""Who may work on the whole archive at once: audits and backups beside each other, a deletion only alone.

A file lock in the home folder: it ends with the process, however that ends.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from archive.outgoing import disk_errors, make_folder
from certificate.errors import ArchiveBusy
from ingest.settings import Settings


@contextmanager
def archive_in_use(settings: Settings, *, alone: bool = False) -> Iterator[None]:
    """Hold the archive for the block: with others, or ``alone``. Raises ``ArchiveBusy`` when that can't be."""
    with _held(settings, "archive.lock", exclusive=alone):
        yield


@contextmanager
def only_one_of(settings: Settings, name: str) -> Iterator[None]:
    """Keep a second run of the same kind out; ``ArchiveBusy``."""
    with _held(settings, f"{name}.lock", exclusive=True):
        yield


@contextmanager
def _held(settings: Settings, name: str, *, exclusive: bool) -> Iterator[None]:
    folder = settings.home / "run"
    make_folder(folder)
    with disk_errors("lock", folder / name):
        held = (folder / name).open("a")
    with held as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusy(name.partition(".")[0]) from error
        yield
