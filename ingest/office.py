"""One office, opened: its database, its blobs, its queue, its registry and its reader, each when first needed.

Made once per process from the settings and closed at its end. What a part brings along is loaded with it, so that a
command which only looks into the database starts in half the time.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from archive.blobs import BlobStore, missing_store, open_blob_store
from archive.outgoing import make_folder
from certificate.errors import NoOffice, StoreUnwritable
from certificate.reading import ScanReading
from certificate.states import State
from ingest.home import redis_url, registry_key, registry_url
from ingest.settings import Settings
from registry.port import NoLine, Patience, RegistryPort
from store.database import Database

# So many calls may follow each other at once after a quiet moment.
_CALLS_AT_ONCE = 5
# How long somebody at a screen may be kept waiting by the registry.
_HASTY_S = 2.0
if TYPE_CHECKING:
    from ingest.queue import WorkQueue
    from ocr.pool import ReaderPool
    from registry.limits import CallLimiter

# Somebody waits for these answers; what takes longer is not worth waiting for.
QUICK_TIMEOUT_S = 15.0


class Reader(Protocol):
    """What reads a scan: the pool of reader processes, or a recorded reader in tests."""

    def read(self, path: Path, source: str) -> ScanReading:
        """Everything on the scan at ``path``; raises ``ScanRefused``."""


class Office:
    """Everything a use case needs, opened from the settings.

    ``hasty``: a person sits before the screen, so the registry is tried once and briefly; workers are patient.
    """

    hasty = False

    def __init__(
        self, settings: Settings, *, reader: Reader | None = None, registry: RegistryPort | None = None
    ) -> None:
        self.settings = settings
        self._given_reader = reader
        self._given_registry = registry

    @classmethod
    def open(cls, settings: Settings, *, may_begin: bool = True) -> Office:
        """Open the office, making its folder and bringing its database up to date where needed.

        Unless it ``may_begin``, ``NoOffice`` where none was before: a slip in a folder's name must not give an empty
        office in which everything is well.
        """
        office = cls(settings)
        if not may_begin and not office.database.is_begun():
            office.close()
            raise NoOffice(str(settings.home))
        make_folder(settings.home)
        if not office.database.is_current():
            office.database.migrate()
        return office

    def __enter__(self) -> Office:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close whatever was opened."""
        opened = vars(self)
        for name in ("reader", "quick_reader", "registry", "call_limit", "queue"):
            thing = opened.pop(name, None)
            if thing is not None and hasattr(thing, "close"):
                thing.close()
        database = opened.pop("database", None)
        if database is not None:
            database.dispose()

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database)

    @cached_property
    def blobs(self) -> BlobStore:
        gone = missing_store(self.settings.blobs)
        if gone is not None and self._keeps_scans():
            # A share that is not mounted, a disk that is not in: an empty store in its place would split the archive.
            raise StoreUnwritable(
                f"thư mục kho không còn hoặc chưa được gắn / the store's folder is gone or not mounted: {gone}"
            )
        return open_blob_store(self.settings.blobs)

    def _keeps_scans(self) -> bool:
        """Whether there are scans whose bytes must be in the store; refused files never were."""
        if not self.database.is_current():
            return False
        with self.database.unit_of_work(read_only=True) as unit:
            counts = unit.scans.counts_by_state()
        return any(count for state, count in counts.items() if state is not State.FAILED)

    @cached_property
    def queue(self) -> WorkQueue:
        from ingest.queue import WorkQueue

        return WorkQueue(redis_url(self.settings), self.settings)

    @cached_property
    def registry(self) -> RegistryPort:
        if self._given_registry is not None:
            return self._given_registry
        if not self.settings.registry_line:
            return NoLine()
        from registry.client import RegistryClient

        return RegistryClient(
            registry_url(self.settings),
            registry_key(self.settings),
            self.settings.registry_officer_code,
            patience=_patience(self.settings, hasty=self.hasty),
            limiter=self.call_limit,
        )

    @cached_property
    def call_limit(self) -> CallLimiter:
        """How many calls may go to the registry: so many a second from all workers together."""
        from ingest.registry_limit import SharedLimiter
        from registry.limits import PerSecondLimiter

        per_second = self.settings.registry_calls_per_second
        if per_second <= 0:
            return PerSecondLimiter(0)
        alone = PerSecondLimiter(per_second / self.settings.workers)
        return SharedLimiter(redis_url(self.settings), per_second, burst=_CALLS_AT_ONCE, alone=alone)

    @cached_property
    def reader(self) -> Reader:
        if self._given_reader is not None:
            return self._given_reader
        from ocr.options import ReadOptions
        from ocr.pool import ReaderPool

        options = ReadOptions(
            max_bytes=self.settings.max_bytes, max_pages=self.settings.max_pages, max_pixels=self.settings.max_pixels
        )
        return ReaderPool(
            1,
            self.settings.read_timeout_s,
            self.settings.reader_memory_bytes,
            options,
            recycle_bytes=self.settings.reader_recycle_bytes,
        )

    @cached_property
    def quick_reader(self) -> ReaderPool:
        """The warm process that answers small questions."""
        from ocr.options import ReadOptions
        from ocr.pool import QUICK_READER, ReaderPool

        options = ReadOptions(
            max_bytes=self.settings.max_bytes, max_pages=self.settings.max_pages, max_pixels=self.settings.max_pixels
        )
        memory = self.settings.reader_memory_bytes
        return ReaderPool(1, QUICK_TIMEOUT_S, memory, options, reader=QUICK_READER)


def _patience(settings: Settings, *, hasty: bool) -> Patience:
    if hasty:
        read_s = min(settings.registry_timeout_s, _HASTY_S)
        return Patience(connect_s=_HASTY_S, read_s=read_s, answer_s=read_s, attempts=1, budget_s=_HASTY_S)
    return Patience(read_s=settings.registry_timeout_s)
